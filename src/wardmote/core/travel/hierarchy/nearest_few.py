"""The k nearest of few units, pinned to the hierarchy.

A bounded search (`travel.nearest`) is short where units are many and close. Where they are few it
runs far; here every unit instead leaves its duration at each later node at which it may meet an
incident (buckets, Knopp and others, doi:10.1137/1.9781611972870.4), and an incident climbs and
looks into the buckets it passes. Only durations that are true are left: if a way down from a still
later node is as short, the meeting is up there. Buckets are sorted, so that a look ends at the
first unit that comes too late, and the climb ends when no waiting node is near enough to matter.
"""

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import INF_MS, NONE, Bool, Float64, Int32
from wardmote.core.travel.hierarchy.climbing import (
    begin,
    clear,
    climb,
    origins_of,
    relax,
    scratch_of,
    step,
)
from wardmote.core.travel.hierarchy.customization import Hierarchy
from wardmote.core.travel.nearest import NearestUnits, offer, room_for_nearest
from wardmote.core.travel.places import driven_directly, position_ms
from wardmote.core.travel.snapping import Snaps

_EVERY: Bool = np.empty(0, dtype=np.bool_)


class PinnedUnits:
    """Places of a fixed number of unit rows in one hierarchy. Not safe for concurrent changes.

    - `bucket` int32 [N]: first entry at each rank, -1 for none.
    - `entry` int32 [entries, 5]: next and previous entry of the bucket (-1: none), unit, ms, rank.
      Unit u owns `entries / n` rows from `u * entries / n` on, the first `held[u]` in use.
    - `edge` int32 [n], `fraction` float64 [n]: where the units are.
    """

    __slots__ = ("bucket", "edge", "entry", "fraction", "held", "hierarchy", "per_unit")

    def __init__(self, hierarchy: Hierarchy, places: Snaps) -> None:
        units = len(places)
        self.hierarchy = hierarchy
        self.per_unit = 2 * _longest_walk(hierarchy.contraction.parent)
        self.bucket = np.full(hierarchy.contraction.nodes, NONE, dtype=np.int32)
        self.entry = np.empty((units * self.per_unit, 5), dtype=np.int32)
        self.held = np.zeros(units, dtype=np.int32)
        self.edge = np.full(units, NONE, dtype=np.int32)
        self.fraction = np.full(units, np.nan, dtype=np.float64)
        self.move(np.arange(units), places)

    @property
    def units(self) -> int:
        """Number of unit rows, placed or not."""
        return len(self.edge)

    def move(self, rows: ArrayLike, places: Snaps) -> None:
        """Put unit `rows[i]` at place `i`. A place without an edge takes the unit off the map."""
        units = np.atleast_1d(np.asarray(rows)).astype(np.int32)
        if len(units) != len(places):
            msg = f"{len(units)} units cannot be put at {len(places)} places"
            raise ValueError(msg)
        if len(units) and (units.min() < 0 or units.max() >= self.units):
            msg = f"unit rows must be in 0 .. {self.units - 1}"
            raise ValueError(msg)
        self.edge[units] = places.edge
        self.fraction[units] = places.fraction
        hierarchy = self.hierarchy
        seeds = origins_of(hierarchy, places)
        space = scratch_of(hierarchy.contraction)
        _pin(
            units,
            seeds.first,
            seeds.rank,
            seeds.ms,
            hierarchy.contraction.parent,
            hierarchy.up.first,
            hierarchy.up.link,
            hierarchy.down.first,
            hierarchy.down.link,
            space.label,
            space.reached,
            space.cursor,
            self.per_unit,
            self.bucket,
            self.entry,
            self.held,
        )

    def under(self, hierarchy: Hierarchy) -> "PinnedUnits":
        """The same units in another hierarchy of the same graph."""
        blank = np.full(self.units, np.nan)
        places = Snaps(
            self.edge.copy(), self.fraction.copy(), blank, blank, blank.astype(np.float32)
        )
        return PinnedUnits(hierarchy, places)

    def nearest(
        self,
        place: Snaps,
        k: int,
        *,
        limit_ms: int = INF_MS - 1,
        eligible: Bool | None = None,
    ) -> NearestUnits:
        """The at most `k` eligible units that reach the place (one row) in <= `limit_ms`.

        Equals `travel.nearest.nearest_units`, equal times in the order of unit rows.
        """
        answer = room_for_nearest(place, k, self.units, eligible)
        if answer.size == 0:
            return NearestUnits(answer[0], answer[1])
        hierarchy = self.hierarchy
        graph, contraction = hierarchy.graph, hierarchy.contraction
        space = scratch_of(contraction)
        found = _nearest(
            place.edge.item(),
            place.fraction.item(),
            int(limit_ms) if limit_ms < INF_MS else INF_MS - 1,
            _EVERY if eligible is None else np.array(eligible, dtype=np.bool_),
            graph.start_nodes,
            graph.first_arrival,
            graph.arrival_node,
            hierarchy.metric.open_ms,
            contraction.rank,
            contraction.parent,
            hierarchy.down.first,
            hierarchy.down.link,
            self.edge,
            self.fraction,
            self.bucket,
            self.entry,
            space.label,
            space.cursor,
            answer,
        )
        return NearestUnits(answer[0, :found], answer[1, :found])


@kernel
def _longest_walk(parent: Int32) -> int:
    """Most nodes on a way up the elimination tree."""
    depth = np.ones(len(parent), dtype=np.int32)
    longest = 1
    for v in range(len(parent) - 1, -1, -1):
        if parent[v] >= 0:
            depth[v] = depth[parent[v]] + 1
            longest = max(longest, depth[v])
    return int(longest)


@kernel
def _unpin(unit: int, per_unit: int, bucket: Int32, entry: Int32, held: Int32) -> None:
    for item in range(unit * per_unit, unit * per_unit + held[unit]):
        following, previous = entry[item, 0], entry[item, 1]
        if previous >= 0:
            entry[previous, 0] = following
        else:
            bucket[entry[item, 4]] = following
        if following >= 0:
            entry[following, 1] = previous
    held[unit] = 0


@kernel
def _insert(item: int, rank: int, ms: int, unit: int, bucket: Int32, entry: Int32) -> None:
    """Put an entry into its bucket, sorted by ms."""
    previous, following = -1, int(bucket[rank])
    while following >= 0 and entry[following, 3] < ms:
        previous, following = following, int(entry[following, 0])
    entry[item, 0], entry[item, 1] = following, previous
    entry[item, 2], entry[item, 3], entry[item, 4] = unit, ms, rank
    if previous >= 0:
        entry[previous, 0] = item
    else:
        bucket[rank] = item
    if following >= 0:
        entry[following, 1] = item


@kernel
def _pin(
    units: Int32,
    seed_first: Int32,
    seed_rank: Int32,
    seed_ms: Int32,
    parent: Int32,
    up_first: Int32,
    up_link: Int32,
    down_first: Int32,
    down_link: Int32,
    label: Int32,
    reached: Int32,
    cursor: Int32,
    per_unit: int,
    bucket: Int32,
    entry: Int32,
    held: Int32,
) -> None:
    """Take each unit out of the buckets and put it into those of its new place."""
    for row in range(len(units)):
        unit = units[row]
        _unpin(unit, per_unit, bucket, entry, held)
        count = climb(
            seed_rank, seed_ms, seed_first[row], seed_first[row + 1], INF_MS - 1,
            parent, up_first, up_link, label, reached, cursor,
        )  # fmt: skip
        item = unit * per_unit
        for place in range(count - 1, -1, -1):
            v = reached[place]
            shortest = np.int64(INF_MS)
            for position in range(down_first[v], down_first[v + 1]):
                above = np.int64(label[down_link[position, 0]]) + down_link[position, 1]
                shortest = min(shortest, above)
            if label[v] < shortest:
                _insert(item, v, label[v], unit, bucket, entry)
                item += 1
            else:
                label[v] = shortest
        held[unit] = item - unit * per_unit
        clear(label, reached, count)


@kernel
def _seed(
    edge: int,
    fraction: float,
    bound: int,
    start_nodes: Int32,
    first_arrival: Int32,
    arrival_node: Int32,
    open_ms: Int32,
    rank: Int32,
    label: Int32,
    cursor: Int32,
) -> tuple[int, int]:
    """Seeds of the nodes from which a place is driven to directly: walks, labelled nodes."""
    walks, pending = 0, 0
    if fraction <= 0.0 or fraction >= 1.0:
        half_edge = 2 * edge + (fraction >= 1.0)
        node = start_nodes[half_edge, 0]
        for copy in range(start_nodes[half_edge, 1]):
            walks, pending = begin(rank[node + copy], 0, bound, label, cursor, walks, pending)
        return walks, pending
    for half_edge in range(2 * edge, 2 * edge + 2):
        if open_ms[half_edge] != INF_MS:
            start = position_ms(half_edge, fraction, open_ms)
            for position in range(first_arrival[half_edge], first_arrival[half_edge + 1]):
                node = arrival_node[position]
                walks, pending = begin(rank[node], start, bound, label, cursor, walks, pending)
    return walks, pending


@kernel
def _nearest(
    edge: int,
    fraction: float,
    limit_ms: int,
    eligible: Bool,
    start_nodes: Int32,
    first_arrival: Int32,
    arrival_node: Int32,
    open_ms: Int32,
    rank: Int32,
    parent: Int32,
    down_first: Int32,
    down_link: Int32,
    unit_edge: Int32,
    unit_fraction: Float64,
    bucket: Int32,
    entry: Int32,
    label: Int32,
    cursor: Int32,
    answer: Int32,
) -> int:
    """Fill `answer` (rows: units, ms); the number found."""
    unit, ms = answer[0], answer[1]
    if edge < 0:
        return 0
    found, bound = 0, limit_ms  # nothing slower than the bound can still change the answer
    if 0.0 < fraction < 1.0:
        for candidate in range(len(unit_edge)):
            if unit_edge[candidate] != edge or not 0.0 < unit_fraction[candidate] < 1.0:
                continue
            total = driven_directly(edge, unit_fraction[candidate], fraction, open_ms)
            if total <= bound and (len(eligible) == 0 or eligible[candidate]):
                found = offer(unit, ms, found, candidate, total)
                if found == len(unit):
                    bound = min(bound, int(ms[found - 1]))
    walks, pending = _seed(
        edge, fraction, bound, start_nodes, first_arrival, arrival_node, open_ms, rank,
        label, cursor,
    )  # fmt: skip
    while pending > 0:
        v, walks = step(cursor, walks, parent)
        if label[v] == INF_MS:
            continue
        pending -= 1
        duration = np.int64(label[v])
        item = bucket[v]
        while item >= 0 and duration + entry[item, 3] <= bound:
            candidate = entry[item, 2]
            if len(eligible) == 0 or eligible[candidate]:
                found = offer(unit, ms, found, candidate, duration + entry[item, 3])
                if found == len(unit):
                    bound = min(bound, int(ms[found - 1]))
            item = entry[item, 0]
        if duration <= bound:
            pending = relax(v, bound, down_first, down_link, label, pending)
        label[v] = INF_MS
    return found
