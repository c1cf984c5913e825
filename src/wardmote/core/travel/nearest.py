"""The k nearest units to a place, by driving time now.

One reverse Dijkstra search (doi:10.1007/BF01386390) from the incident, stopped as soon as no
unsettled node can hold a nearer unit: with many units it never leaves the neighbourhood.
"""

from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import INF_MS, Bool, Float64, Int32, Int64
from wardmote.core.travel.heap import drop_first, push, workspace_of
from wardmote.core.travel.places import driven_directly, position_ms
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.unit_index import UnitIndex

_Place = tuple[int, float]
"""Edge and fraction."""


@dataclass(frozen=True, slots=True, eq=False)
class NearestUnits:
    """The nearest units, nearest first; equal durations in the order of unit rows.

    - `unit` int32 [m]: row of the unit, m <= k.
    - `ms` int32 [m]: driving time from the unit to the place.
    """

    unit: Int32
    ms: Int32


def nearest_units(
    index: UnitIndex,
    place: Snaps,
    k: int,
    *,
    limit_ms: int = INF_MS - 1,
    eligible: Bool | None = None,
) -> NearestUnits:
    """The at most `k` eligible units that reach the place (one row) in <= `limit_ms`.

    `eligible` bool [n] restricts the units; all by default. A unit that cannot reach the place in
    time is left out; a place without an edge is reached by none.
    """
    if len(place) != 1:
        msg = f"nearest_units answers for one place, got {len(place)}"
        raise ValueError(msg)
    return _search(index, (int(place.edge[0]), float(place.fraction[0])), k, limit_ms, eligible)


def nearest_units_to_each(
    index: UnitIndex,
    places: Snaps,
    k: int,
    *,
    limit_ms: int = INF_MS - 1,
    eligible: Bool | None = None,
) -> tuple[NearestUnits, ...]:
    """`nearest_units` for many places, one answer per row."""
    return tuple(
        _search(index, place, k, limit_ms, eligible)
        for place in zip(places.edge.tolist(), places.fraction.tolist(), strict=True)
    )


def _search(
    index: UnitIndex, place: _Place, k: int, limit_ms: int, eligible: Bool | None
) -> NearestUnits:
    edge, fraction = place
    if k < 1:
        msg = f"k must be at least 1, got {k}"
        raise ValueError(msg)
    answer = np.empty((2, min(k, index.units)), dtype=np.int32)
    if answer.size == 0 or limit_ms < 0 or edge < 0:
        return NearestUnits(answer[0, :0], answer[1, :0])
    graph, metric = index.graph, index.metric
    first_node = nodes = 0
    if fraction <= 0.0 or fraction >= 1.0:
        junction = (graph.edge_tail if fraction <= 0.0 else graph.edge_head)[edge]
        first_node = int(graph.junction_node[junction])
        nodes = int(graph.junction_copies[junction]) + 1
    space = workspace_of(graph)
    found = _nearest(
        edge,
        fraction,
        first_node,
        nodes,
        min(limit_ms, INF_MS - 1),
        _EVERY if eligible is None else eligible,
        graph.first_arrival,
        graph.arrival_node,
        graph.first_in,
        metric.in_links,
        metric.open_ms,
        index.node_first,
        index.slots,
        index.edge_first,
        index.next_unit,
        index.fraction,
        space.label,
        space.heap,
        space.next_base(),
        answer,
    )
    return NearestUnits(answer[0, :found], answer[1, :found])


_EVERY: Bool = np.empty(0, dtype=np.bool_)


@kernel
def _offer(unit: Int32, ms: Int32, found: int, candidate: int, duration: int) -> int:
    """Insert a unit into the sorted answer, once per unit and by its shortest way; the new size."""
    capacity = len(unit)
    last = found
    for position in range(found):
        if unit[position] == candidate:
            if ms[position] <= duration:
                return found
            last = position
            break
    new_size = found
    if last == found:
        if found == capacity:
            worst = ms[found - 1]
            if duration > worst or (duration == worst and candidate > unit[found - 1]):
                return found
            last = found - 1
        else:
            new_size = found + 1
    position = last
    while position > 0 and (
        ms[position - 1] > duration
        or (ms[position - 1] == duration and unit[position - 1] > candidate)
    ):
        ms[position] = ms[position - 1]
        unit[position] = unit[position - 1]
        position -= 1
    ms[position] = duration
    unit[position] = candidate
    return new_size


@kernel
def _offer_at_node(
    slot: int,
    duration: int,
    bound: int,
    eligible: Bool,
    slots: Int32,
    unit: Int32,
    ms: Int32,
    found: int,
) -> tuple[int, int]:
    """Offer the units of a node's list; how many are held, and the bound they leave."""
    while slot >= 0:
        total = duration + slots[slot, 1]
        if total <= bound and (len(eligible) == 0 or eligible[slot >> 1]):
            found = _offer(unit, ms, found, slot >> 1, total)
            if found == len(unit):
                bound = min(bound, int(ms[found - 1]))
        slot = slots[slot, 0]
    return found, bound


@kernel
def _offer_on_edge(
    edge: int,
    fraction: float,
    bound: int,
    eligible: Bool,
    open_ms: Int32,
    edge_first: Int32,
    next_unit: Int32,
    unit_fraction: Float64,
    unit: Int32,
    ms: Int32,
) -> tuple[int, int]:
    """Offer the units inside the place's own edge; how many are held, and the bound they leave."""
    found = 0
    candidate = edge_first[edge]
    while candidate >= 0:
        if len(eligible) == 0 or eligible[candidate]:
            total = driven_directly(edge, unit_fraction[candidate], fraction, open_ms)
            if total <= bound:
                found = _offer(unit, ms, found, candidate, total)
                if found == len(unit):
                    bound = min(bound, int(ms[found - 1]))
        candidate = next_unit[candidate]
    return found, bound


@kernel
def _start_inside(
    edge: int,
    fraction: float,
    bound: int,
    first_arrival: Int32,
    arrival_node: Int32,
    open_ms: Int32,
    label: Int64,
    heap: Int64,
    base: int,
) -> int:
    """Queue the nodes from which a place inside an edge is driven to; the queue's size."""
    size = 0
    for half_edge in range(2 * edge, 2 * edge + 2):
        if open_ms[half_edge] != INF_MS:
            start = position_ms(half_edge, fraction, open_ms)
            for position in range(first_arrival[half_edge], first_arrival[half_edge + 1]):
                node = arrival_node[position]
                if start <= bound and base + start < label[node]:
                    label[node] = base + start
                    size = push(heap, size, (np.int64(start) << 32) | node)
    return size


@kernel
def _nearest(
    edge: int,
    fraction: float,
    first_node: int,
    nodes: int,
    limit_ms: int,
    eligible: Bool,
    first_arrival: Int32,
    arrival_node: Int32,
    first_in: Int32,
    in_links: Int32,
    open_ms: Int32,
    node_first: Int32,
    slots: Int32,
    edge_first: Int32,
    next_unit: Int32,
    unit_fraction: Float64,
    label: Int64,
    heap: Int64,
    base: int,
    answer: Int32,
) -> int:
    """Fill `answer` (rows of units, ms); the number found. `nodes` is 0 inside an edge."""
    unit, ms = answer[0], answer[1]
    found = 0
    bound = limit_ms  # nothing slower than this can still change the answer
    size = nodes
    for copy in range(nodes):
        label[first_node + copy] = base
        heap[copy] = first_node + copy
    if nodes == 0:
        found, bound = _offer_on_edge(
            edge, fraction, bound, eligible, open_ms, edge_first, next_unit, unit_fraction, unit, ms
        )
        size = _start_inside(
            edge, fraction, bound, first_arrival, arrival_node, open_ms, label, heap, base
        )
    while size > 0:
        entry = heap[0]
        duration = entry >> 32
        if duration > bound:
            break
        size = drop_first(heap, size)
        node = entry & 0xFFFFFFFF
        if base + duration > label[node]:
            continue
        if node_first[node] >= 0:
            found, bound = _offer_at_node(
                node_first[node], duration, bound, eligible, slots, unit, ms, found
            )
        for position in range(first_in[node], first_in[node + 1]):
            weight = in_links[position, 1]
            if weight == INF_MS:
                continue
            onward = duration + weight
            before = in_links[position, 0]
            if onward <= bound and base + onward < label[before]:
                label[before] = base + onward
                size = push(heap, size, (onward << 32) | before)
    return found
