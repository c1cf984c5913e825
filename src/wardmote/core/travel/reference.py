"""The kernels again, in plain Python and NumPy: slow, short, and what the kernels must equal."""

import heapq

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import INF_MS, NONE, Int32, RoadGraph
from wardmote.core.travel.metric import Metric
from wardmote.core.travel.places import arrivals, departures, driven_directly, inside
from wardmote.core.travel.snapping import DEFAULT_MAX_OFFSET_M, Snaps


def node_times(
    graph: RoadGraph, metric: Metric, seeds: list[tuple[int, int]], *, towards: bool = False
) -> dict[int, int]:
    """ms from the nearest `(node, ms)` seed to every reachable node (`towards`: to the seed)."""
    begin, end = (graph.head, graph.tail) if towards else (graph.tail, graph.head)
    leaving: dict[int, list[tuple[int, int]]] = {}
    for arc in range(graph.arcs):
        weight = int(metric.passing_ms[graph.half_edge[arc]])
        if weight != INF_MS:
            leaving.setdefault(int(begin[arc]), []).append((int(end[arc]), weight))
    times: dict[int, int] = {}
    queue = [(ms, node) for node, ms in seeds]
    heapq.heapify(queue)
    while queue:
        duration, node = heapq.heappop(queue)
        if node in times:
            continue
        times[node] = duration
        for other, weight in leaving.get(node, ()):
            if other not in times:
                heapq.heappush(queue, (duration + weight, other))
    return times


def drive_times_to(graph: RoadGraph, metric: Metric, origins: Snaps, destination: Snaps) -> Int32:
    """ms from each origin to one place, int32 [n]; `INF_MS` where there is no way."""
    _, nodes, durations = arrivals(graph, metric, destination)
    seeds = list(zip(nodes.tolist(), durations.tolist(), strict=True))
    times = node_times(graph, metric, seeds, towards=True)
    first_node, first_ms = departures(graph, metric, origins)
    answer = np.full(len(origins), INF_MS, dtype=np.int32)
    within_origins, within_destination = inside(origins), inside(destination)[0]
    for row in range(len(origins)):
        ways = [
            times[node] + ms
            for node, ms in zip(first_node[row].tolist(), first_ms[row].tolist(), strict=True)
            if node != NONE and node in times
        ]
        edge = int(origins.edge[row])
        if within_origins[row] and within_destination and edge == destination.edge[0]:
            start, end = float(origins.fraction[row]), float(destination.fraction[0])
            ways.append(driven_directly(edge, start, end, metric.open_ms))
        answer[row] = min(ways, default=INF_MS)
    return answer


def nearest_units(
    graph: RoadGraph, metric: Metric, units: Snaps, place: Snaps, k: int, limit_ms: int
) -> list[tuple[int, int]]:
    """`(unit row, ms)` of the k nearest within <= `limit_ms`, ties by row."""
    times = drive_times_to(graph, metric, units, place)
    within = [(int(ms), row) for row, ms in enumerate(times) if ms != INF_MS and ms <= limit_ms]
    return [(row, ms) for ms, row in sorted(within)[:k]]


def snap(
    graph: RoadGraph, lon: ArrayLike, lat: ArrayLike, max_offset_m: float = DEFAULT_MAX_OFFSET_M
) -> Snaps:
    """Every point against every segment."""
    points = np.column_stack((np.atleast_1d(lon), np.atleast_1d(lat))).astype(np.float64)
    is_segment = np.ones(len(graph.line_xy), dtype=np.bool_)
    is_segment[graph.line_first[1:] - 1] = False
    starts = np.flatnonzero(is_segment)
    edge_of = np.repeat(np.arange(graph.edges, dtype=np.int32), np.diff(graph.line_first))
    edge = np.full(len(points), NONE, dtype=np.int32)
    place = np.full((len(points), 4), np.nan)
    for row, (x, y) in enumerate(points):
        scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(y)), 1.0])
        begin = (graph.line_xy[starts] - (x, y)) * scale
        step = (graph.line_xy[starts + 1] - (x, y)) * scale - begin
        length = (step**2).sum(axis=1)
        along = -(begin * step).sum(axis=1)
        share = np.divide(along, length, out=np.zeros_like(along), where=length > 0).clip(0, 1)
        squared = ((begin + share[:, None] * step) ** 2).sum(axis=1)
        best = int(np.argmin(squared))
        if not squared[best] <= max_offset_m**2:
            continue
        point, t = int(starts[best]), float(share[best])
        edge[row] = edge_of[point]
        low, high = graph.line_at[point], graph.line_at[point + 1]
        on_road = graph.line_xy[point] + t * (graph.line_xy[point + 1] - graph.line_xy[point])
        place[row] = (high if t >= 1 else low + t * (high - low), *on_road, squared[best] ** 0.5)
    return Snaps(edge, place[:, 0], place[:, 1], place[:, 2], place[:, 3].astype(np.float32))
