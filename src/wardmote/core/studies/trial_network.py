"""The network of a trial: turn-aware nodes, and a node for every place that is asked about.

Nodes are those of the road graph, with the copies that turn restrictions made of junctions, so that
the twin drives what the planner's times are of. Behind them come stops (`twin.stops`): one for each
junction that has copies, at which whoever comes to any of them arrives, and one for each place
inside a street. A place inside a street is left in both directions and reached from both ends, in
the parts of the street's duration that `travel.places` tells; nothing is rounded to a junction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wardmote.core.simulation.twin.roads import Network
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import INF_MS, NONE, Int32, Int64, RoadGraph
from wardmote.core.travel.metric import both_directions
from wardmote.core.travel.places import arrivals, departures, inside, junctions_of
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes

TICK_S = 0.001


@dataclass(frozen=True, slots=True, eq=False)
class PlaceNodes:
    """Which node a place is.

    Attributes:
        junction: int32 [J] of each junction.
        street: of each place inside a street, by edge and share of it.
    """

    junction: Int32
    street: dict[tuple[int, float], int]

    def knows(self, places: Snaps) -> bool:
        """Whether all these places have a node of their own."""
        return all(key in self.street for key in _keys(places.rows(inside(places))))

    def of(self, graph: RoadGraph, places: Snaps) -> Int32:
        """int32 [n] nodes of places that the network was made for; a place off every road has the
        first node. Raises `KeyError` for another place."""
        junction = junctions_of(graph, places)
        node = np.where(junction == NONE, 0, self.junction[np.maximum(junction, 0)])
        rows = np.flatnonzero(inside(places))
        node[rows] = [self.street[key] for key in _keys(places.rows(rows))]
        return node.astype(np.int32)


def _keys(places: Snaps) -> list[tuple[int, float]]:
    return list(zip(places.edge.tolist(), places.fraction.tolist(), strict=True))


def junction_nodes(graph: RoadGraph) -> Int32:
    """int32 [J] node of each junction in a trial's network: its stop where it has copies."""
    node = graph.junction_node.copy()
    copied = np.flatnonzero(graph.junction_copies > 0)
    node[copied] = graph.nodes + np.arange(len(copied))
    return node


def trial_network(travel: TravelTimes, closed: Int64, places: Snaps) -> tuple[Network, PlaceNodes]:
    """The network with a node for each of the places, whole edges `closed` left out.

    As everywhere, a closure stops who passes through: a place on a closed street is still left and
    driven to.
    """
    graph = travel.graph
    places = _each_once(places)
    copied = np.flatnonzero(graph.junction_copies > 0)
    left = graph.nodes + np.arange(len(copied) + len(places))
    count = len(left)
    nodes = PlaceNodes(
        junction_nodes(graph), dict(zip(_keys(places), left[len(copied) :].tolist(), strict=True))
    )
    arcs = [
        _streets(travel, closed),
        _copies(graph, copied, left[: len(copied)], count),
        *_joined(travel, places, left[len(copied) :], count),
        *_inside_one(travel, places, left[len(copied) :], count),
    ]
    tail, head, time, metres = (np.concatenate(column) for column in zip(*arcs, strict=True))
    order = np.argsort(tail, kind="stable")
    lon = np.concatenate((graph.junction_lon[copied], places.lon))
    lat = np.concatenate((graph.junction_lat[copied], places.lat))
    lon = np.concatenate((graph.junction_lon[graph.node_origin], lon, lon))
    lat = np.concatenate((graph.junction_lat[graph.node_origin], lat, lat))
    stretch = METRES_PER_DEGREE / 1_000 * np.cos(np.radians(graph.junction_lat.mean()))
    network = Network(
        np.ascontiguousarray(lon * stretch),
        np.ascontiguousarray(lat * METRES_PER_DEGREE / 1_000),
        tail[order].astype(np.int32),
        head[order].astype(np.int32),
        np.ascontiguousarray(time[order][None, :].astype(np.int32)),
        np.rint(metres[order]).astype(np.int32),
        TICK_S,
        count,
    )
    return network, nodes


Arcs = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer], NDArray[np.floating]]
"""Tail, head, ms and metres of arcs."""


def _each_once(places: Snaps) -> Snaps:
    """The places inside streets, each once, along each street."""
    rows = np.flatnonzero(inside(places))
    rows = rows[np.lexsort((places.fraction[rows], places.edge[rows]))]
    first = np.ones(len(rows), dtype=np.bool_)
    edge, fraction = places.edge[rows], places.fraction[rows]
    first[1:] = (np.diff(edge) != 0) | (np.diff(fraction) != 0)
    return places.rows(rows[first])


def _streets(travel: TravelTimes, closed: Int64) -> Arcs:
    graph = travel.graph
    passing = travel.metric.passing_ms.copy()
    passing[both_directions(closed)] = INF_MS
    used = np.flatnonzero((passing[graph.half_edge] != INF_MS) & (graph.tail != graph.head))
    half = graph.half_edge[used]
    metres = graph.edge_length_m[half >> 1].astype(np.float64)
    return graph.tail[used], graph.head[used], np.maximum(1, passing[half]), metres


def _copies(graph: RoadGraph, copied: Int64, left: Int64, count: int) -> Arcs:
    """From a junction's stop to the junction, and to it from the junction and all its copies."""
    node, copies = graph.junction_node[copied], graph.junction_copies[copied] + 1
    row = np.repeat(np.arange(len(copied)), copies)
    every = node[row] + np.arange(len(row)) - np.repeat(np.cumsum(copies) - copies, copies)
    nothing = np.zeros(len(copied) + len(row))
    return (
        np.concatenate((left, every)),
        np.concatenate((node, left[row] + count)),
        nothing.astype(np.int64),
        nothing,
    )


def _joined(travel: TravelTimes, places: Snaps, left: Int64, count: int) -> list[Arcs]:
    """From places inside streets to the ends of these, and back."""
    graph, open_ms = travel.graph, travel.metric.open_ms
    node, ms = departures(graph, travel.metric, places)
    length = graph.edge_length_m[places.edge].astype(np.float64)
    found: list[Arcs] = []
    for direction in range(2):
        there = np.flatnonzero(node[:, direction] != NONE)
        onward = 1.0 - places.fraction if direction == 0 else places.fraction
        found.append((
            left[there], node[there, direction], ms[there, direction], (onward * length)[there]
        ))  # fmt: skip
    row, start, start_ms = arrivals(graph, travel.metric, places)
    # How far along the street: the half-edge is not told, but its duration is known.
    edge = places.edge[row]
    forward = graph.edge_tail[edge] == graph.node_origin[start]
    whole = np.where(forward, open_ms[2 * edge], open_ms[2 * edge + 1])
    share = np.clip(start_ms / np.maximum(1, whole), 0.0, 1.0)
    found.append((start, left[row] + count, start_ms, share * length[row]))
    return found


def _inside_one(travel: TravelTimes, places: Snaps, left: Int64, count: int) -> list[Arcs]:
    """Between places of the same street, without leaving it."""
    open_ms, length = travel.metric.open_ms, travel.graph.edge_length_m
    edge, share = places.edge, places.fraction
    found: list[Arcs] = []
    apart = 1
    while True:
        first = np.flatnonzero(edge[:-apart] == edge[apart:]) if apart < len(edge) else edge[:0]
        if not len(first):
            return found
        pairs = ((first, first + apart), (first + apart, first))
        for direction, (start, end) in enumerate(pairs):
            whole = open_ms[2 * edge[start] + direction]
            behind, ahead = (
                np.floor((one if direction == 0 else 1.0 - one) * whole + 0.5)
                for one in (share[start], share[end])
            )
            used = np.flatnonzero(whole != INF_MS)
            metres = np.abs(share[end] - share[start]) * length[edge[start]]
            found.append((
                left[start[used]], left[end[used]] + count,
                (ahead - behind)[used].astype(np.int64), metres[used],
            ))  # fmt: skip
        apart += 1
