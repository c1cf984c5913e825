"""From cut ways to the road graph: directions, turn restrictions, the part that hangs together."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wardmote.core.travel.building import NOT_DRIVABLE, build_road_graph
from wardmote.core.travel.graph import INF_MS, RoadGraph
from wardmote.core.travel.turns import TurnKind, TurnRestriction
from wardmote.gateways.osm.access import Drop
from wardmote.gateways.osm.components import largest_component
from wardmote.gateways.osm.cutting import Pieces, cut_ways
from wardmote.gateways.osm.roads import RawRestriction, RawRoads
from wardmote.gateways.osm.speeds import speeds_kmh

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RoadNetwork:
    """The finished graph, and what later steps ask about its edges.

    Attributes:
        edge_way: [E] row of `RawRoads.ways` for each edge of the graph.
        dropped: reason -> count, for the whole reading.
        restrictions: turn restrictions that the graph respects.
        limits_tagged: ways that have a speed limit of their own.
    """

    graph: RoadGraph
    edge_way: Int64
    dropped: Counter[str]
    restrictions: int
    limits_tagged: int


def build_network(
    roads: RawRoads, lon: NDArray[np.float64], lat: NDArray[np.float64], country: str
) -> RoadNetwork | None:
    """The largest strongly connected part of the roads; None when no road is left.

    `lon` and `lat` are the WGS-84 degrees of ``roads.node_ids``; limits that are not tagged are the
    defaults of `country` (``""``: the international ones).

    *Connected* means with turn restrictions: a direction stays only if a vehicle can drive it on a
    round trip from the largest part. Edges that lose both directions go, and are counted.
    """
    pieces = cut_ways(roads, lon, lat)
    if not len(pieces.way):
        return None
    durations, limits_tagged = _durations_ms(pieces, roads, country)
    restrictions = _Turns(pieces, roads, durations).all(roads.restrictions)
    everything = np.arange(len(pieces.way))
    first = _build(pieces, roads, durations, everything, restrictions)
    kept = _round_trips(first)
    _count_lost(roads, durations, kept)
    durations = np.where(kept, durations, NOT_DRIVABLE)
    edges = np.flatnonzero((durations != NOT_DRIVABLE).any(axis=1))
    if not len(edges):
        return None
    effective = _on_kept(restrictions, durations, edges)
    graph = _build(pieces, roads, durations, edges, effective)
    outside = len(restrictions) - len(effective)
    if outside:
        roads.dropped[Drop.RESTRICTION_OUTSIDE] += outside
    return RoadNetwork(graph, pieces.way[edges], roads.dropped, len(effective), limits_tagged)


def _durations_ms(pieces: Pieces, roads: RawRoads, country: str) -> tuple[Int64, int]:
    """[E, 2] free-flow duration forward and backward, whole ms >= 1; -1 where not drivable.

    And the number of ways with a speed limit of their own.
    """
    speeds = [speeds_kmh(way.limits, way.road_class, country, link=way.link) for way in roads.ways]
    kmh = np.array([(forward, backward) for forward, backward, _ in speeds])[pieces.way]
    open_ = np.array([(way.forward, way.backward) for way in roads.ways])[pieces.way]
    duration = np.rint(pieces.length_m[:, None] * 3600.0 / kmh).astype(np.int64)
    tagged = sum(tagged for *_, tagged in speeds)
    return np.where(open_, np.clip(duration, 1, INF_MS - 1), NOT_DRIVABLE), tagged


def _build(
    pieces: Pieces,
    roads: RawRoads,
    durations: Int64,
    edges: Int64,
    restrictions: list[TurnRestriction],
) -> RoadGraph:
    """The graph of some edges; junctions that none of them uses are left out."""
    ends = np.concatenate((pieces.tail[edges], pieces.head[edges]))
    used, number = np.unique(ends, return_inverse=True)
    counts = np.diff(pieces.shape_first)[edges]
    shape_first = np.concatenate(([0], np.cumsum(counts)))
    within = np.arange(shape_first[-1]) - np.repeat(shape_first[:-1], counts)
    shape = np.repeat(pieces.shape_first[:-1][edges], counts) + within
    way = pieces.way[edges]
    classes = np.array([way.road_class.value for way in roads.ways])
    streets = np.array([way.street for way in roads.ways])
    return build_road_graph(
        pieces.lon[used],
        pieces.lat[used],
        edge_tail=number[: len(edges)],
        edge_head=number[len(edges) :],
        forward_ms=durations[edges, 0],
        backward_ms=durations[edges, 1],
        road_class=classes[way],
        length_m=pieces.length_m[edges],
        street=streets[way],
        shape_first=shape_first,
        shape_lon=pieces.shape_lon[shape],
        shape_lat=pieces.shape_lat[shape],
        restrictions=restrictions,
    )


def _round_trips(graph: RoadGraph) -> Bool:
    """[E, 2] whether each half-edge lies in the largest strongly connected part."""
    inside = largest_component(graph.first_out, graph.head)
    arcs = inside[graph.tail] & inside[graph.head]
    kept = np.zeros(2 * graph.edges, dtype=np.bool_)
    kept[graph.half_edge[arcs]] = True
    return kept.reshape(-1, 2)


def _count_lost(roads: RawRoads, durations: Int64, kept: Bool) -> None:
    open_ = durations != NOT_DRIVABLE
    lost = open_ & ~kept
    whole = int(np.count_nonzero(~(open_ & kept).any(axis=1)))
    one_way = int(np.count_nonzero(lost.any(axis=1) & (open_ & kept).any(axis=1)))
    if whole:
        roads.dropped[Drop.UNCONNECTED] += whole
    if one_way:
        roads.dropped[Drop.ONE_DIRECTION] += one_way


def _on_kept(
    restrictions: list[TurnRestriction], durations: Int64, edges: Int64
) -> list[TurnRestriction]:
    """Restrictions in the numbers of the kept edges; those with a lost half-edge go."""
    number = np.full(len(durations), -1)
    number[edges] = np.arange(len(edges))
    flat = durations.reshape(-1)
    return [
        TurnRestriction(
            restriction.kind,
            tuple(int(2 * number[half // 2] + half % 2) for half in restriction.path),
        )
        for restriction in restrictions
        if all(flat[half] != NOT_DRIVABLE for half in restriction.path)
    ]


class _Turns:
    """Turn restrictions of OSM ways and nodes, as sequences of half-edges."""

    def __init__(self, pieces: Pieces, roads: RawRoads, durations: Int64) -> None:
        self._pieces = pieces
        self._dropped = roads.dropped
        self._durations = durations.reshape(-1)
        row_of = {way.way_id: row for row, way in enumerate(roads.ways)}
        self._edges_of: dict[int, list[int]] = {way_id: [] for way_id in row_of}
        ids = [way.way_id for way in roads.ways]
        for edge, row in enumerate(pieces.way):
            self._edges_of[ids[row]].append(edge)

    def all(self, raw: list[RawRestriction]) -> list[TurnRestriction]:
        found: list[TurnRestriction] = []
        for restriction in raw:
            paths = [
                self._path(from_way, restriction, to_way)
                for from_way in restriction.from_ways
                for to_way in restriction.to_ways
            ]
            for path in paths:
                if isinstance(path, Drop):
                    self._dropped[path] += 1
                else:
                    kind = TurnKind.ONLY if restriction.only else TurnKind.NO
                    found.append(TurnRestriction(kind, path))
        return found

    def _path(
        self, from_way: int, restriction: RawRestriction, to_way: int
    ) -> tuple[int, ...] | Drop:
        ways = (from_way, *restriction.via_ways, to_way)
        if any(way not in self._edges_of for way in ways):
            return Drop.RESTRICTION_OUTSIDE
        if restriction.via_node is not None:
            return self._over_node(from_way, restriction.via_node, to_way)
        return self._over_ways(ways)

    def _over_node(self, from_way: int, via: int, to_way: int) -> tuple[int, ...] | Drop:
        before = [half for half in self._halves(from_way) if self._node(half, end=True) == via]
        after = [half for half in self._halves(to_way) if self._node(half, end=False) == via]
        paths = [
            (first, second)
            for first in before
            for second in after
            if self._junction(first, end=True) == self._junction(second, end=False)
            and (from_way == to_way or first // 2 != second // 2)
        ]
        if from_way == to_way:
            # Turning round on one way: back along the very piece that was driven.
            paths = [path for path in paths if path[0] ^ 1 == path[1]]
        # A way that runs through the node gives two readings; the map does not say which is meant.
        return paths[0] if len(paths) == 1 else Drop.RESTRICTION_BROKEN

    def _over_ways(self, ways: tuple[int, ...]) -> tuple[int, ...] | Drop:
        """From the last piece of the first way, along whole ways, to the first of the last."""
        paths: list[tuple[int, ...]] = [(half,) for half in self._halves(ways[0])]
        for number, way in enumerate(ways[1:], start=1):
            last = number == len(ways) - 1
            paths = [
                (*path, *run)
                for path in paths
                for run in self._runs(way, self._junction(path[-1], end=True), first_only=last)
            ]
        return paths[0] if len(paths) == 1 else Drop.RESTRICTION_BROKEN

    def _runs(self, way: int, junction: int, *, first_only: bool) -> list[tuple[int, ...]]:
        """Ways to drive along a way from a junction: its first piece, or all of it."""
        edges = self._edges_of[way]
        if first_only:
            halves = self._halves(way)
            return [(half,) for half in halves if self._junction(half, end=False) == junction]
        along = tuple(2 * edge for edge in edges)
        against = tuple(2 * edge + 1 for edge in reversed(edges))
        return [
            run
            for run in (along, against)
            if self._junction(run[0], end=False) == junction
            and all(self._durations[half] != NOT_DRIVABLE for half in run)
        ]

    def _halves(self, way: int) -> list[int]:
        return [
            half
            for edge in self._edges_of[way]
            for half in (2 * edge, 2 * edge + 1)
            if self._durations[half] != NOT_DRIVABLE
        ]

    def _junction(self, half: int, *, end: bool) -> int:
        ends = self._pieces.head if end == (half % 2 == 0) else self._pieces.tail
        return int(ends[half // 2])

    def _node(self, half: int, *, end: bool) -> int:
        return int(self._pieces.junction_node[self._junction(half, end=end)])
