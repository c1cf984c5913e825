"""Cutting ways into edges at junctions and barriers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.gateways.osm.access import Drop
from wardmote.gateways.osm.roads import UNDEFINED, RawRoads

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
SHORTEST_M = 0.01
"""Pieces between two nodes at one place are given this length, as the road graph does."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Ways cut into edges; E edges, J junctions, S shape points.

    Attributes:
        way: [E] row of `RawRoads.ways`.
        tail, head: [E] junctions.
        length_m: [E] along the line.
        shape_first: [E+1]; shape_lon, shape_lat [S]: points between the ends.
        junction_node: [J] OSM node of each junction; a node cut by a barrier has several.
        lon, lat: [J] WGS-84 degrees of the junctions.
    """

    way: Int64
    tail: Int64
    head: Int64
    length_m: Float64
    shape_first: Int64
    shape_lon: Float64
    shape_lat: Float64
    junction_node: Int64
    lon: Float64
    lat: Float64


def cut_ways(roads: RawRoads, lon: Float64, lat: Float64) -> Pieces:
    """Cut every way where it meets another, ends, or is crossed by a barrier.

    Args:
        lon, lat: [P] WGS-84 degrees of `roads.node_ids`; ignored where the node is missing.

    Counts missing nodes and cutting barriers in ``roads.dropped``. A way is interrupted at nodes
    that are not in the file: at the edge of an extract nobody knows how it goes on.
    """
    rows, way_of = _present(roads)
    ids = roads.node_ids[rows]
    lon, lat = lon[rows], lat[rows]
    run_start = np.ones(len(rows), dtype=np.bool_)
    run_start[1:] = (way_of[1:] != way_of[:-1]) | (rows[1:] != rows[:-1] + 1)
    run_end = np.append(run_start[1:], True)

    unique, inverse, uses = np.unique(ids, return_inverse=True, return_counts=True)
    via = np.array(sorted({r.via_node for r in roads.restrictions if r.via_node is not None}))
    blocked = np.isin(unique, np.fromiter(roads.blocked, np.int64, len(roads.blocked)))[inverse]
    cut = run_start | run_end | (uses[inverse] > 1) | blocked
    if len(via):
        cut |= np.isin(ids, via.astype(np.int64))
    if blocked.any():
        roads.dropped[Drop.BARRIER] += len(np.unique(ids[blocked]))

    tails = np.flatnonzero(cut & ~run_end)
    cuts = np.flatnonzero(cut)
    heads = cuts[np.searchsorted(cuts, tails, side="right")]
    junction, junction_node, place = _junctions(ids, inverse, blocked, tails, heads)
    step = _steps_m(lon, lat)
    walked = np.concatenate(([0.0], np.cumsum(step)))
    inner = heads - tails - 1
    shape_first = np.concatenate(([0], np.cumsum(inner))).astype(np.int64)
    within = np.arange(shape_first[-1]) - np.repeat(shape_first[:-1], inner)
    shape = np.repeat(tails + 1, inner) + within
    return Pieces(
        way=way_of[tails],
        tail=junction[: len(tails)],
        head=junction[len(tails) :],
        length_m=np.maximum(walked[heads] - walked[tails], SHORTEST_M),
        shape_first=shape_first,
        shape_lon=lon[shape],
        shape_lat=lat[shape],
        junction_node=junction_node,
        lon=lon[place],
        lat=lat[place],
    )


def _present(roads: RawRoads) -> tuple[Int64, Int64]:
    """Rows of the nodes that are in the file, and their ways."""
    way_of = np.repeat(np.arange(len(roads.ways)), np.diff(roads.first))
    known = roads.x != UNDEFINED
    missing = int(np.count_nonzero(~known))
    if missing:
        roads.dropped[Drop.NODES_MISSING] += missing
    rows = np.flatnonzero(known)
    return rows, way_of[rows]


def _junctions(
    ids: Int64, inverse: Int64, blocked: NDArray[np.bool_], tails: Int64, heads: Int64
) -> tuple[Int64, Int64, Int64]:
    """Junction numbers of all tails, then all heads; the OSM node and a row of each junction.

    At a node with a barrier every end has a junction of its own, so nothing passes.
    """
    rows = np.concatenate((tails, heads))
    ends = np.arange(len(rows))
    key = np.where(blocked[rows], -1 - ends, inverse[rows])
    _, first_seen, number = np.unique(key, return_index=True, return_inverse=True)
    place = rows[first_seen]
    return number.astype(np.int64), ids[place], place


def _steps_m(lon: Float64, lat: Float64) -> Float64:
    middle = np.radians((lat[1:] + lat[:-1]) / 2)
    east = np.diff(lon) * np.cos(middle)
    return np.asarray(np.hypot(east, np.diff(lat)) * METRES_PER_DEGREE, dtype=np.float64)
