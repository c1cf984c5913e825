"""How a place on an edge joins the network: which nodes it leads to, and which lead to it.

At fraction f of a half-edge that takes w ms, the place is p = floor(f * w + 0.5) ms behind its
beginning and w - p ms before its end, so that the two pieces always make the whole. A place at
fraction 0.0 or 1.0 *is* the junction: every street there may be taken from it and leads to it.
"""

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import INF_MS, NONE, Bool, Float64, Int32, Int64, RoadGraph
from wardmote.core.travel.metric import Metric
from wardmote.core.travel.snapping import Snaps


@kernel
def position_ms(half_edge: int, fraction: float, open_ms: Int32) -> int:
    """Duration from the beginning of a half-edge to a fraction counted from the edge's tail."""
    along = fraction if half_edge % 2 == 0 else 1.0 - fraction
    return int(np.floor(along * open_ms[half_edge] + 0.5))


@kernel
def driven_directly(edge: int, from_fraction: float, to_fraction: float, open_ms: Int32) -> int:
    """Duration between two places inside one edge without leaving it; `INF_MS` if impossible."""
    best = INF_MS
    for direction in range(2):
        half_edge = 2 * edge + direction
        ahead = to_fraction >= from_fraction if direction == 0 else to_fraction <= from_fraction
        if ahead and open_ms[half_edge] != INF_MS:
            start = position_ms(half_edge, from_fraction, open_ms)
            best = min(best, position_ms(half_edge, to_fraction, open_ms) - start)
    return best


def inside(snaps: Snaps) -> Bool:
    """[n] which places lie inside an edge, not at a junction and not nowhere."""
    within: Bool = (snaps.edge != NONE) & (snaps.fraction > 0.0) & (snaps.fraction < 1.0)
    return within


def junctions_of(graph: RoadGraph, snaps: Snaps) -> Int32:
    """[n] junction of each place that is one; -1 for places inside an edge or nowhere."""
    at_junction = (snaps.edge != NONE) & ~inside(snaps)
    edge = np.where(at_junction, snaps.edge, 0)
    end = np.where(snaps.fraction <= 0.0, graph.edge_tail[edge], graph.edge_head[edge])
    return np.where(at_junction, end, NONE).astype(np.int32)


def departures(graph: RoadGraph, metric: Metric, snaps: Snaps) -> tuple[Int32, Int32]:
    """Nodes that each place leads to first (-1: none) and ms to each, both int32 [n, 2].

    Column 0 is the way to the edge's head, column 1 to its tail; a place at a junction uses only
    column 0, with 0 ms. A closed edge is still left, so the open durations are used.
    """
    node = np.full((len(snaps), 2), NONE, dtype=np.int32)
    ms = np.zeros((len(snaps), 2), dtype=np.int32)
    junction = junctions_of(graph, snaps)
    corner = np.flatnonzero(junction != NONE)
    node[corner, 0] = graph.junction_node[junction[corner]]
    within = np.flatnonzero(inside(snaps))
    for direction in range(2):
        half_edge = 2 * snaps.edge[within] + direction
        duration = metric.open_ms[half_edge]
        node[within, direction] = graph.departure_node[half_edge]
        ms[within, direction] = duration - _positions(snaps.fraction[within], direction, duration)
    ms[node == NONE] = 0
    return node, ms


def arrivals(graph: RoadGraph, metric: Metric, snaps: Snaps) -> tuple[Int32, Int32, Int32]:
    """Nodes from which each place is driven to directly: rows of `snaps`, nodes, ms (all int32).

    Copies made for turn restrictions each count on their own: every arc that drives the place's
    edge, and for a place at a junction the junction's node and its copies, with 0 ms. Sorted by
    row.
    """
    within = np.flatnonzero(inside(snaps))
    rows: list[Int64] = []
    nodes: list[Int32 | Int64] = []
    durations: list[Int64] = []
    for direction in range(2):
        half_edge = 2 * snaps.edge[within] + direction
        first = graph.first_arrival[half_edge]
        row, position = _ranges(first, graph.first_arrival[half_edge + 1] - first)
        duration = metric.open_ms[half_edge]
        start = _positions(snaps.fraction[within], direction, duration)
        rows.append(within[row])
        nodes.append(graph.arrival_node[position])
        durations.append(start[row])
    junction = junctions_of(graph, snaps)
    corner = np.flatnonzero(junction != NONE)
    row, node = _ranges(
        graph.junction_node[junction[corner]], graph.junction_copies[junction[corner]] + 1
    )
    rows.append(corner[row])
    nodes.append(node)
    durations.append(np.zeros(len(node), dtype=np.int64))
    row = np.concatenate(rows)
    order = np.argsort(row, kind="stable")
    return (
        row[order].astype(np.int32),
        np.concatenate(nodes)[order].astype(np.int32),
        np.concatenate(durations)[order].astype(np.int32),
    )


def _ranges(start: Int32, count: Int32) -> tuple[Int64, Int64]:
    """Numbers `start[i] .. start[i] + count[i] - 1` of every i: the i of each, the number."""
    owner = np.repeat(np.arange(len(start), dtype=np.int64), count)
    before = np.cumsum(count, dtype=np.int64) - count
    return owner, np.arange(len(owner), dtype=np.int64) + (start - before)[owner]


def _positions(fraction: Float64, direction: int, duration: Int32) -> Int64:
    """`position_ms` for many places; meaningless where the duration is `INF_MS`."""
    along = fraction if direction == 0 else 1.0 - fraction
    return np.floor(along * duration + 0.5).astype(np.int64)
