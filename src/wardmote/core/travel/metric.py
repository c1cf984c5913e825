"""Durations now: free flow, changed by speed factors, with closed roads taken out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.travel.graph import INF_MS, NONE, Float32, Int32, RoadClass, RoadGraph

HOURS_PER_WEEK = 168
BUCKETS = 1024
"""Buckets of a search, taken in a circle: any arc must span fewer, so that rounds never mix."""

_NARROWEST_BITS = 8


@dataclass(frozen=True, slots=True, eq=False)
class SpeedFactors:
    """Share of free-flow speed by area, road class and hour of the week.

    `share` float32 [areas, road classes, 168], > 0: 0.5 doubles the duration. Hour 0 is Monday
    00:00-01:00 local time. Edges of area -1, or of an area beyond the table, run at free flow.
    """

    share: Float32

    def __post_init__(self) -> None:
        if self.share.ndim != 3 or self.share.shape[1:] != (len(RoadClass), HOURS_PER_WEEK):
            msg = (
                f"speed factors have shape {self.share.shape}, "
                f"must be (areas, {len(RoadClass)}, {HOURS_PER_WEEK})"
            )
            raise ValueError(msg)
        if not (np.isfinite(self.share).all() and (self.share > 0).all()):
            msg = "speed factors must be finite and > 0; close a road instead of stopping it"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """Durations of one graph at one moment; immutable, so that running searches never see a change.

    - `open_ms` int32 [2E]: duration of each half-edge as if no road were closed; `INF_MS` where not
      drivable. Used for the pieces of road directly at a unit or an incident: a closure stops
      traffic passing *through*; a unit inside may leave, and an incident inside is driven to.
    - `passing_ms` int32 [2E]: the same, `INF_MS` where closed.
    - `out_links`, `in_links` int32 [M, 2]: other node and duration, by forward and reverse arc
      position; side by side because searches read them together.
    - `bucket_bits`: width of the search buckets as a power of two in ms: at least a quarter of a
      second, and wide enough that the longest arc spans fewer than all buckets.
    """

    open_ms: Int32
    passing_ms: Int32
    out_links: Int32
    in_links: Int32
    bucket_bits: int

    def __post_init__(self) -> None:
        for array in (self.open_ms, self.passing_ms, self.out_links, self.in_links):
            array.flags.writeable = False


def customize(
    graph: RoadGraph,
    *,
    factors: SpeedFactors | None = None,
    hour_of_week: int = 0,
    closed: ArrayLike = (),
) -> Metric:
    """Durations for one hour of the week with these half-edges closed.

    A duration is free flow divided by the speed share, rounded to the nearest ms (halves to even),
    at least 1 ms and below `INF_MS`. Raises `ValueError` for an hour or half-edge out of range.
    """
    if not 0 <= hour_of_week < HOURS_PER_WEEK:
        msg = f"hour of the week {hour_of_week} is not in 0 .. {HOURS_PER_WEEK - 1}"
        raise ValueError(msg)
    open_ms = graph.freeflow_ms.copy()
    if factors is not None:
        known = (graph.edge_area != NONE) & (graph.edge_area < factors.share.shape[0])
        share = np.ones(graph.edges, dtype=np.float64)
        share[known] = factors.share[graph.edge_area[known], graph.edge_class[known], hour_of_week]
        slowed = np.rint(graph.freeflow_ms / np.repeat(share, 2))
        slowed = np.clip(slowed, 1, INF_MS - 1).astype(np.int32)
        open_ms = np.where(graph.freeflow_ms == INF_MS, graph.freeflow_ms, slowed)
    return _metric(graph, open_ms, _half_edges(graph, closed))


def with_closures(graph: RoadGraph, metric: Metric, closed: ArrayLike) -> Metric:
    """The same durations with exactly these half-edges closed; earlier closures are lifted.

    Cheap enough for every closure as it is reported: one copy of the links, no recalculation.
    """
    half_edges = _half_edges(graph, closed)
    changed = np.union1d(half_edges, np.flatnonzero(metric.passing_ms != metric.open_ms))
    passing = metric.open_ms.copy()
    passing[half_edges] = INF_MS
    out_links, in_links = metric.out_links.copy(), metric.in_links.copy()
    is_changed = np.zeros(2 * graph.edges, dtype=np.bool_)
    is_changed[changed] = True
    arcs = np.flatnonzero(is_changed[graph.half_edge])
    out_links[arcs, 1] = passing[graph.half_edge[arcs]]
    positions = np.flatnonzero(is_changed[graph.half_edge[graph.in_arc]])
    in_links[positions, 1] = passing[graph.half_edge[graph.in_arc[positions]]]
    return Metric(metric.open_ms, passing, out_links, in_links, metric.bucket_bits)


def both_directions(edges: ArrayLike) -> Int32:
    """Half-edges of whole edges, for closing a street in both directions."""
    numbers = np.asarray(edges, dtype=np.int32)
    return np.concatenate((2 * numbers, 2 * numbers + 1)).astype(np.int32)


def _metric(graph: RoadGraph, open_ms: Int32, closed: Int32) -> Metric:
    passing = open_ms.copy()
    passing[closed] = INF_MS
    by_arc = passing[graph.half_edge]
    longest = int(open_ms[open_ms != INF_MS].max(initial=1))
    bucket_bits = _NARROWEST_BITS
    while (longest >> bucket_bits) + 2 > BUCKETS:
        bucket_bits += 1
    return Metric(
        open_ms=open_ms,
        passing_ms=passing,
        out_links=np.stack((graph.head, by_arc), axis=1),
        in_links=np.stack((graph.tail[graph.in_arc], by_arc[graph.in_arc]), axis=1),
        bucket_bits=bucket_bits,
    )


def _half_edges(graph: RoadGraph, closed: ArrayLike) -> Int32:
    half_edges = np.asarray(closed, dtype=np.int64).reshape(-1)
    if len(half_edges) and (half_edges.min() < 0 or half_edges.max() >= 2 * graph.edges):
        msg = f"closed half-edges must be in 0 .. {2 * graph.edges - 1}"
        raise ValueError(msg)
    return half_edges.astype(np.int32)
