"""Driving times from one place to many, from many to one, and everything within a limit."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import INF_MS, NONE, Int32, Int64, RoadGraph
from wardmote.core.travel.metric import Metric
from wardmote.core.travel.places import arrivals, departures, driven_directly, inside
from wardmote.core.travel.queues import Workspace, drop_first, push, workspace_of
from wardmote.core.travel.snapping import Snaps


class Direction(StrEnum):
    """Which way a search drives."""

    AWAY = "away"
    """From the given places outwards."""
    TOWARDS = "towards"
    """From everywhere to the given places."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """What a search settled.

    - `node` int32 [n]: nodes in the order of their duration.
    - `ms` int32 [n]: duration from the nearest given place to the node (`AWAY`) or from the node to
      it (`TOWARDS`).
    - `arc` int32 [n]: arc driven last (`AWAY`) or first (`TOWARDS`); `-1 - s` where the node is
      seed number s itself.
    - `goal_ms`: duration to the goal, if one was given, by way of the nodes; `INF_MS` otherwise.
    """

    node: Int32
    ms: Int32
    arc: Int32
    goal_ms: int = INF_MS


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """Nodes a search starts (or ends) with: `node` and `ms` int32 [n]."""

    node: Int32
    ms: Int32


NO_GOAL = Seeds(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))


def seeds_at(graph: RoadGraph, metric: Metric, places: Snaps, direction: Direction) -> Seeds:
    """The nodes that places lead to (`AWAY`) or are driven to from (`TOWARDS`)."""
    if direction is Direction.AWAY:
        node, ms = departures(graph, metric, places)
        used = node != NONE
        return Seeds(node[used], ms[used])
    _, node, ms = arrivals(graph, metric, places)
    return Seeds(node, ms)


def reach(
    graph: RoadGraph,
    metric: Metric,
    places: Snaps,
    limit_ms: int,
    direction: Direction = Direction.AWAY,
) -> Reach:
    """Every node within <= `limit_ms` of the nearest of the places."""
    return search(graph, metric, seeds_at(graph, metric, places, direction), limit_ms, direction)


def search(
    graph: RoadGraph,
    metric: Metric,
    seeds: Seeds,
    limit_ms: int,
    direction: Direction = Direction.AWAY,
    goal: Seeds = NO_GOAL,
) -> Reach:
    """Dijkstra from the seeds; with a goal, only as far as needed for its exact duration."""
    space = workspace_of(graph)
    base = space.next_base()
    away = direction is Direction.AWAY
    count, goal_ms = _search(
        graph.first_out if away else graph.first_in,
        metric.out_links if away else metric.in_links,
        seeds.node,
        seeds.ms,
        goal.node,
        goal.ms,
        min(int(limit_ms), INF_MS - 1),
        space.label,
        space.parent,
        space.heap,
        space.settled,
        base,
    )
    return _reach(graph, space, base, count, goal_ms, away)


def drive_times(
    graph: RoadGraph,
    metric: Metric,
    origin: Snaps,
    destinations: Snaps,
    *,
    limit_ms: int = INF_MS - 1,
) -> Int32:
    """ms from one place to each destination, int32 [n]; `INF_MS` where it takes > `limit_ms`."""
    if len(origin) != 1:
        msg = f"drive_times starts at one place, got {len(origin)}"
        raise ValueError(msg)
    return _times(graph, metric, origin, destinations, limit_ms, Direction.AWAY)


def drive_times_to(
    graph: RoadGraph,
    metric: Metric,
    origins: Snaps,
    destination: Snaps,
    *,
    limit_ms: int = INF_MS - 1,
) -> Int32:
    """ms from each origin to one place, int32 [n]; `INF_MS` where it takes > `limit_ms`."""
    if len(destination) != 1:
        msg = f"drive_times_to ends at one place, got {len(destination)}"
        raise ValueError(msg)
    return _times(graph, metric, destination, origins, limit_ms, Direction.TOWARDS)


def drive_time(graph: RoadGraph, metric: Metric, origin: Snaps, destination: Snaps) -> int:
    """ms from one place to one other; `INF_MS` where there is no way."""
    goal = seeds_at(graph, metric, destination, Direction.TOWARDS)
    seeds = seeds_at(graph, metric, origin, Direction.AWAY)
    around = search(graph, metric, seeds, INF_MS - 1, goal=goal).goal_ms
    return min(around, int(direct_times(metric, origin, destination)[0]))


def direct_times(metric: Metric, origin: Snaps, destinations: Snaps) -> Int32:
    """ms from one place to those inside the same edge without leaving it; else `INF_MS`."""
    times = np.full(len(destinations), INF_MS, dtype=np.int32)
    if not inside(origin)[0]:
        return times
    edge, fraction = int(origin.edge[0]), float(origin.fraction[0])
    for row in np.flatnonzero(inside(destinations) & (destinations.edge == edge)):
        times[row] = driven_directly(
            edge, fraction, float(destinations.fraction[row]), metric.open_ms
        )
    return times


def _times(
    graph: RoadGraph,
    metric: Metric,
    centre: Snaps,
    others: Snaps,
    limit_ms: int,
    direction: Direction,
) -> Int32:
    reached = reach(graph, metric, centre, limit_ms, direction)
    at_node = np.full(graph.nodes, INF_MS, dtype=np.int64)
    at_node[reached.node] = reached.ms
    best = np.full(len(others), INF_MS, dtype=np.int64)
    if direction is Direction.AWAY:
        row, node, ms = arrivals(graph, metric, others)
        np.minimum.at(best, row, at_node[node] + ms)
        direct = direct_times(metric, centre, others)
    else:
        nodes, durations = departures(graph, metric, others)
        best = np.where(nodes != NONE, at_node[nodes] + durations, INF_MS).min(axis=1)
        direct = _direct_to(metric, others, centre)
    best = np.minimum(best, direct)
    return np.where(best <= limit_ms, best, INF_MS).astype(np.int32)


def _direct_to(metric: Metric, origins: Snaps, destination: Snaps) -> Int32:
    times = np.full(len(origins), INF_MS, dtype=np.int32)
    same = inside(origins) & (origins.edge == destination.edge[0]) & inside(destination)[0]
    for row in np.flatnonzero(same):
        times[row] = direct_times(metric, origins.rows(row), destination)[0]
    return times


def _reach(
    graph: RoadGraph, space: Workspace, base: int, count: int, goal_ms: int, away: bool
) -> Reach:
    node = space.settled[:count].copy()
    arc = space.parent[node]
    if not away:
        arc = np.where(arc >= 0, graph.in_arc[np.maximum(arc, 0)], arc).astype(np.int32)
    return Reach(node, (space.label[node] - base).astype(np.int32), arc, goal_ms)


@kernel
def _search(
    first: Int32,
    links: Int32,
    seed_node: Int32,
    seed_ms: Int32,
    goal_node: Int32,
    goal_ms: Int32,
    limit_ms: int,
    label: Int64,
    parent: Int32,
    heap: Int64,
    settled: Int32,
    base: int,
) -> tuple[int, int]:
    """Settle nodes; how many, and the goal's duration (`INF_MS`: no goal, or not in time)."""
    size = 0
    count = 0
    best = INF_MS
    bound = limit_ms
    for seed in range(len(seed_node)):
        node, start = seed_node[seed], np.int64(seed_ms[seed])
        if start <= bound and base + start < label[node]:
            label[node] = base + start
            parent[node] = -1 - seed
            size = push(heap, size, (start << 32) | node)
    while size > 0:
        entry = heap[0]
        duration = entry >> 32
        if duration > bound:
            break
        size = drop_first(heap, size)
        node = entry & 0xFFFFFFFF
        if base + duration > label[node]:
            continue
        settled[count] = node
        count += 1
        for goal in range(len(goal_node)):
            if goal_node[goal] == node and duration + goal_ms[goal] <= bound:
                best = bound = duration + goal_ms[goal]
        for position in range(first[node], first[node + 1]):
            weight = links[position, 1]
            if weight == INF_MS:
                continue
            onward = duration + weight
            other = links[position, 0]
            if onward <= bound and base + onward < label[other]:
                label[other] = base + onward
                parent[other] = position
                size = push(heap, size, (onward << 32) | other)
    return count, best
