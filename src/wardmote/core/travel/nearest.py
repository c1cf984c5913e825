"""The k nearest units to a place, by driving time now.

One reverse search (Dijkstra's, doi:10.1007/BF01386390, with buckets for its queue) from the
incident, stopped as soon as no node still waiting can hold a nearer unit: with many units it never
leaves the neighbourhood. Inside a bucket nodes come in any order, so a unit may be offered with a
duration that is corrected later; every final duration up to the last one is offered before the
search stops, and an offer is only displaced by k better ones.
"""

from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import INF_MS, Bool, Float64, Int32, Int64
from wardmote.core.travel.metric import BUCKETS
from wardmote.core.travel.places import driven_directly, position_ms
from wardmote.core.travel.queues import workspace_of
from wardmote.core.travel.searches import drive_times_to
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.unit_index import UnitIndex


@dataclass(frozen=True, slots=True, eq=False)
class NearestUnits:
    """The nearest units, nearest first; equal durations in the order of unit rows.

    - `unit` int32 [m]: row of the unit, m <= k.
    - `ms` int32 [m]: driving time from the unit to the place.
    """

    unit: Int32
    ms: Int32


def room_for_nearest(place: Snaps, k: int, units: int, eligible: Bool | None) -> Int32:
    """Where the answer about one place is written, int32 [2, m] with m = min(`k`, `units`).

    Raises:
        ValueError: not one place, `k` < 1, or not one mark for each unit.
    """
    if place.edge.size != 1:
        msg = f"nearest_units answers for one place, got {place.edge.size}"
        raise ValueError(msg)
    if k < 1:
        msg = f"k must be at least 1, got {k}"
        raise ValueError(msg)
    if eligible is not None and len(eligible) != units:
        msg = f"{len(eligible)} marks for {units} units"
        raise ValueError(msg)
    return np.empty((2, min(k, units)), dtype=np.int32)


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
    answer = room_for_nearest(place, k, index.units, eligible)
    if answer.size == 0:
        return NearestUnits(answer[0], answer[1])
    graph, metric = index.graph, index.metric
    space = workspace_of(graph)
    found = _nearest(
        place.edge.item(),
        place.fraction.item(),
        int(limit_ms) if limit_ms < INF_MS else INF_MS - 1,
        metric.bucket_bits,
        space.next_base(),
        _EVERY if eligible is None else np.array(eligible, dtype=np.bool_),
        graph.start_nodes,
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
        space.link,
        space.bucket,
        answer,
    )
    if found < 0:
        return _by_sorting(index, place, k, limit_ms, eligible)
    return NearestUnits(answer[0, :found], answer[1, :found])


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
        nearest_units(index, places.rows(row), k, limit_ms=limit_ms, eligible=eligible)
        for row in range(len(places))
    )


def _by_sorting(
    index: UnitIndex, place: Snaps, k: int, limit_ms: int, eligible: Bool | None
) -> NearestUnits:
    """The same answer from the times of all units, for when the queue was too small.

    Corrections inside a bucket can queue more entries than there are arcs, but only where very many
    arcs are shorter than a bucket is wide.
    """
    times = drive_times_to(index.graph, index.metric, index.places(), place, limit_ms=limit_ms)
    within = times != INF_MS
    if eligible is not None:
        within &= eligible
    unit = np.flatnonzero(within)
    order = np.lexsort((unit, times[unit]))[:k]
    return NearestUnits(unit[order].astype(np.int32), times[unit[order]])


_EVERY: Bool = np.empty(0, dtype=np.bool_)


@kernel
def offer(unit: Int32, ms: Int32, found: int, candidate: int, duration: int) -> int:
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
            found = offer(unit, ms, found, slot >> 1, total)
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
                found = offer(unit, ms, found, candidate, total)
                if found == len(unit):
                    bound = min(bound, int(ms[found - 1]))
        candidate = next_unit[candidate]
    return found, bound


@kernel
def _queue(
    duration: int,
    node: int,
    count: int,
    bucket_bits: int,
    entry: Int64,
    link: Int32,
    bucket: Int32,
) -> None:
    """Put an entry, the `count`-th of this search, into its bucket."""
    entry[count] = (np.int64(duration) << 32) | node
    slot = (duration >> bucket_bits) & (BUCKETS - 1)
    link[count] = bucket[slot]
    bucket[slot] = count


@kernel
def _start(
    edge: int,
    fraction: float,
    bound: int,
    bucket_bits: int,
    base: int,
    start_nodes: Int32,
    first_arrival: Int32,
    arrival_node: Int32,
    open_ms: Int32,
    label: Int64,
    entry: Int64,
    link: Int32,
    bucket: Int32,
) -> int:
    """Queue the nodes from which a place is driven to directly; how many."""
    count = 0
    if fraction <= 0.0 or fraction >= 1.0:
        half_edge = 2 * edge + (fraction >= 1.0)
        for copy in range(start_nodes[half_edge, 1]):
            label[start_nodes[half_edge, 0] + copy] = base
            _queue(0, start_nodes[half_edge, 0] + copy, count, bucket_bits, entry, link, bucket)
            count += 1
        return count
    for half_edge in range(2 * edge, 2 * edge + 2):
        if open_ms[half_edge] != INF_MS:
            start = position_ms(half_edge, fraction, open_ms)
            for position in range(first_arrival[half_edge], first_arrival[half_edge + 1]):
                node = arrival_node[position]
                if start <= bound and base + start < label[node]:
                    label[node] = base + start
                    _queue(start, node, count, bucket_bits, entry, link, bucket)
                    count += 1
    return count


@kernel
def _nearest(
    edge: int,
    fraction: float,
    limit_ms: int,
    bucket_bits: int,
    base: int,
    eligible: Bool,
    start_nodes: Int32,
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
    entry: Int64,
    link: Int32,
    bucket: Int32,
    answer: Int32,
) -> int:
    """Fill `answer` (rows: units, ms); the number found, -1 when there were too many entries."""
    unit, ms = answer[0], answer[1]
    if edge < 0:
        return 0
    found = 0
    bound = limit_ms  # nothing slower than this can still change the answer
    if 0.0 < fraction < 1.0:
        found, bound = _offer_on_edge(
            edge, fraction, bound, eligible, open_ms, edge_first, next_unit, unit_fraction, unit, ms
        )
    bucket[:] = -1
    count = _start(
        edge, fraction, bound, bucket_bits, base,
        start_nodes, first_arrival, arrival_node, open_ms, label, entry, link, bucket,
    )  # fmt: skip
    waiting = count
    current = 0
    while waiting > 0 and current << bucket_bits <= bound:
        place = bucket[current & (BUCKETS - 1)]
        if place < 0:
            current += 1
            continue
        bucket[current & (BUCKETS - 1)] = link[place]
        waiting -= 1
        duration = entry[place] >> 32
        node = entry[place] & 0xFFFFFFFF
        if base + duration > label[node] or duration > bound:
            continue
        if node_first[node] >= 0:
            found, bound = _offer_at_node(
                node_first[node], duration, bound, eligible, slots, unit, ms, found
            )
        first, last = first_in[node], first_in[node + 1]
        if count + last - first > len(link):
            return -1
        for position in range(first, last):
            weight = in_links[position, 1]
            onward = duration + weight
            before = in_links[position, 0]
            if onward <= bound and base + onward < label[before] and weight != INF_MS:
                label[before] = base + onward
                _queue(onward, before, count, bucket_bits, entry, link, bucket)
                count += 1
                waiting += 1
    return found
