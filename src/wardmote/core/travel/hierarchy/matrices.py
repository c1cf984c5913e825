"""Driving times from many places to many, by restricted PHAST.

For a set of far ends (the longer of the two lists) the nodes from which they can be descended to
are collected once (Delling, Goldberg and Werneck, doi:10.4230/OASIcs.ATMOS.2011.52; on customizable
hierarchies Buchhold, Sanders and Wagner, doi:10.1145/3362693). Each near end climbs; then one sweep
over the collected nodes, later ones first, settles all of them without a queue. Up to `MOST_LANES`
near ends sweep together, side by side in memory, so that one arc serves them all in a few
instructions.
"""

from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import INF_MS, Bool, Float64, Int32, Int64
from wardmote.core.travel.hierarchy.climbing import (
    Seeds,
    destinations_of,
    origins_of,
)
from wardmote.core.travel.hierarchy.customization import Arcs, Hierarchy, UInt32
from wardmote.core.travel.places import driven_directly, inside
from wardmote.core.travel.snapping import Snaps

MOST_LANES = 64
"""Near ends that sweep together: 256 bytes for a node, four lines of the cache."""

_BLOCK = 128
"""Far ends whose durations are turned from columns into rows at a time; they fit into a cache."""

_FAR = np.uint32(INF_MS)


@dataclass(frozen=True, slots=True, eq=False)
class FarEnds:
    """The part of a hierarchy that leads to a list of places; reusable until the metric changes.

    R nodes, later ranks first.

    - `row_of` int32 [N]: row of each rank, -1 where it leads to none of the places.
    - `first` int32 [R+1], `link` int32 [A, 2]: row of the later end, ms.
    - `place_first` int32 [n+1], `place_link` int32 [., 2]: nodes next to each place: row, ms.
    """

    row_of: Int32
    first: Int32
    link: Int32
    place_first: Int32
    place_link: Int32

    def __len__(self) -> int:
        return len(self.place_first) - 1


def matrix(
    hierarchy: Hierarchy, origins: Snaps, destinations: Snaps, *, limit_ms: int = INF_MS - 1
) -> Int32:
    """ms from each origin to each destination, int32 [origins, destinations].

    `INF_MS` where there is no way or it takes > `limit_ms`. Equal to `searches.drive_times` in
    every cell, both partial ends and turn restrictions included.
    """
    answer = np.empty((len(origins), len(destinations)), dtype=np.int32)
    if answer.size == 0:
        return answer
    leaving, arriving = origins_of(hierarchy, origins), destinations_of(hierarchy, destinations)
    forward = len(destinations) >= len(origins)
    near, climbing = (leaving, hierarchy.up) if forward else (arriving, hierarchy.down)
    far, arcs = (arriving, hierarchy.down) if forward else (leaving, hierarchy.up)
    ends = far_ends(arcs, far)
    ways = answer if forward else np.empty(answer.shape[::-1], dtype=np.int32)
    width = min(MOST_LANES, (len(near) + 7) // 8 * 8)
    # Ends that lie together climb together: below the same cuts, they meet the same nodes.
    earliest = np.full(len(near), hierarchy.contraction.nodes, dtype=np.int64)
    seeded = np.flatnonzero(np.diff(near.first))
    earliest[seeded] = near.rank[near.first[seeded]]
    _sweeps(
        np.argsort(earliest, kind="stable"),
        near.first,
        near.rank,
        near.ms,
        climbing.first,
        climbing.link,
        ends.row_of,
        ends.first,
        ends.link,
        ends.place_first,
        ends.place_link,
        min(int(limit_ms), INF_MS - 1),
        np.empty((len(ends.first) - 1, width), dtype=np.uint32),
        np.empty((hierarchy.contraction.nodes, width), dtype=np.uint32),
        ways,
    )
    if not forward:
        answer[:] = ways.T
    _direct(hierarchy, origins, destinations, limit_ms, answer)
    return answer


def far_ends(arcs: Arcs, seeds: Seeds) -> FarEnds:
    """Collect what leads down to (`hierarchy.down`) or is led up from (`hierarchy.up`) places."""
    nodes = len(arcs.first) - 1
    wanted = np.zeros(nodes, dtype=np.bool_)
    wanted[seeds.rank] = True
    rows, links = _collect(arcs.first, arcs.link, wanted)
    row_of = np.empty(nodes, dtype=np.int32)
    first = np.empty(rows + 1, dtype=np.int32)
    link = np.empty((links, 2), dtype=np.int32)
    _restrict(arcs.first, arcs.link, wanted, row_of, first, link)
    place_link = np.stack((row_of[seeds.rank], seeds.ms), axis=1)
    return FarEnds(row_of, first, link, seeds.first, place_link)


@kernel
def _collect(first: Int32, link: Int32, wanted: Bool) -> tuple[int, int]:
    """Mark all later nodes that wanted ones hang on; how many nodes and arcs that makes."""
    rows = links = 0
    for v in range(len(wanted)):
        if wanted[v]:
            rows += 1
            links += first[v + 1] - first[v]
            for position in range(first[v], first[v + 1]):
                wanted[link[position, 0]] = True
    return rows, links


@kernel
def _restrict(
    first: Int32, link: Int32, wanted: Bool, row_of: Int32, own_first: Int32, own_link: Int32
) -> None:
    row = filled = 0
    own_first[0] = 0
    for v in range(len(wanted) - 1, -1, -1):
        row_of[v] = -1
        if wanted[v]:
            row_of[v] = row
            for position in range(first[v], first[v + 1]):
                own_link[filled, 0] = row_of[link[position, 0]]
                own_link[filled, 1] = link[position, 1]
                filled += 1
            row += 1
            own_first[row] = filled


@kernel
def _sweep(first: Int32, link: Int32, touched: Bool, table: UInt32) -> None:
    """Settle all rows from the touched ones, which hold what the climbs left."""
    width = table.shape[1]
    for row in range(len(touched)):
        begin, end = first[row], first[row + 1]
        if not touched[row]:
            if begin == end:
                for lane in range(width):
                    table[row, lane] = _FAR
                continue
            above, ms = link[begin, 0], np.uint32(link[begin, 1])
            for lane in range(width):
                table[row, lane] = min(np.uint32(table[above, lane] + ms), _FAR)
            begin += 1
        touched[row] = False
        while begin + 1 < end:
            above, ms = link[begin, 0], np.uint32(link[begin, 1])
            other, more = link[begin + 1, 0], np.uint32(link[begin + 1, 1])
            for lane in range(width):
                way = min(np.uint32(table[above, lane] + ms), np.uint32(table[other, lane] + more))
                table[row, lane] = min(table[row, lane], way)
            begin += 2
        if begin < end:
            above, ms = link[begin, 0], np.uint32(link[begin, 1])
            for lane in range(width):
                way = np.uint32(table[above, lane] + ms)
                table[row, lane] = min(table[row, lane], way)


@kernel
def _write(
    place_first: Int32,
    place_link: Int32,
    table: UInt32,
    block: UInt32,
    limit_ms: int,
    near: Int64,
    answer: Int32,
) -> None:
    """Copy the lanes of one sweep into the rows `near` of the answer.

    Done for as many places at a time as `block` has rows, so that both the table and the answer are
    touched in long pieces.
    """
    places = len(place_first) - 1
    width = table.shape[1]
    limit = np.uint32(limit_ms)
    for start in range(0, places, len(block)):
        size = min(len(block), places - start)
        for place in range(size):
            best = block[place]
            begin, end = place_first[start + place], place_first[start + place + 1]
            if begin == end:
                best[:] = _FAR
                continue
            settled, ms = table[place_link[begin, 0]], np.uint32(place_link[begin, 1])
            for lane in range(width):
                best[lane] = np.uint32(settled[lane] + ms)
            for position in range(begin + 1, end):
                settled, ms = table[place_link[position, 0]], np.uint32(place_link[position, 1])
                for lane in range(width):
                    best[lane] = min(best[lane], np.uint32(settled[lane] + ms))
            for lane in range(width):
                best[lane] = _FAR if best[lane] > limit else best[lane]
        for lane in range(len(near)):
            row = answer[near[lane], start : start + size]
            for place in range(size):
                row[place] = block[place, lane]


@kernel
def _climb_together(
    near: int,
    lanes: int,
    order: Int64,
    near_first: Int32,
    near_rank: Int32,
    near_ms: Int32,
    first: Int32,
    link: Int32,
    wanted: Bool,
    met: Int32,
    place_of: Int32,
    climbs: UInt32,
) -> int:
    """Climb from near ends `order[near : near + lanes]`, one a lane; how many nodes were met.

    Their ranks are left in `met`, rising, their durations in the rows of `climbs`. `wanted` [N]
    must be all False, and is again; `place_of` [N] is scratch.
    """
    width = climbs.shape[1]
    lowest = len(wanted)
    for lane in range(lanes):
        end = order[near + lane]
        for seed in range(near_first[end], near_first[end + 1]):
            wanted[near_rank[seed]] = True
            lowest = min(lowest, near_rank[seed])
    count = 0
    for v in range(lowest, len(wanted)):
        if wanted[v]:
            wanted[v] = False
            met[count] = v
            place_of[v] = count
            climbs[count, :] = _FAR
            count += 1
            for position in range(first[v], first[v + 1]):
                wanted[link[position, 0]] = True
    for lane in range(lanes):
        end = order[near + lane]
        for seed in range(near_first[end], near_first[end + 1]):
            row = climbs[place_of[near_rank[seed]]]
            row[lane] = min(row[lane], np.uint32(near_ms[seed]))
    for place in range(count):
        v = met[place]
        settled = climbs[place]
        for position in range(first[v], first[v + 1]):
            later, ms = climbs[place_of[link[position, 0]]], np.uint32(link[position, 1])
            for lane in range(width):
                later[lane] = min(later[lane], np.uint32(settled[lane] + ms))
    return count


@kernel
def _sweeps(
    order: Int64,
    near_first: Int32,
    near_rank: Int32,
    near_ms: Int32,
    climb_first: Int32,
    climb_link: Int32,
    row_of: Int32,
    first: Int32,
    link: Int32,
    place_first: Int32,
    place_link: Int32,
    limit_ms: int,
    table: UInt32,
    climbs: UInt32,
    answer: Int32,
) -> None:
    """Fill `answer` [near ends, far ends], as many near ends at a time as the table is wide."""
    total = len(near_first) - 1
    width = table.shape[1]
    nodes = len(row_of)
    wanted = np.zeros(nodes, dtype=np.bool_)
    met = np.empty(nodes, dtype=np.int32)
    place_of = np.empty(nodes, dtype=np.int32)
    touched = np.zeros(len(table), dtype=np.bool_)
    block = np.empty((_BLOCK, width), dtype=np.uint32)
    for near in range(0, total, width):
        lanes = min(width, total - near)
        count = _climb_together(
            near, lanes, order, near_first, near_rank, near_ms, climb_first, climb_link,
            wanted, met, place_of, climbs,
        )  # fmt: skip
        for place in range(count):
            row = row_of[met[place]]
            if row >= 0:
                touched[row] = True
                for lane in range(width):
                    table[row, lane] = min(climbs[place, lane], _FAR)
        _sweep(first, link, touched, table)
        _write(place_first, place_link, table, block, limit_ms, order[near : near + lanes], answer)


def _direct(
    hierarchy: Hierarchy, origins: Snaps, destinations: Snaps, limit_ms: int, answer: Int32
) -> None:
    """Count the ways within one edge too."""
    rows = np.flatnonzero(inside(origins))
    columns = np.flatnonzero(inside(destinations))
    columns = columns[np.argsort(destinations.edge[columns], kind="stable")]
    edges = destinations.edge[columns]
    edge = origins.edge[rows]
    low, high = np.searchsorted(edges, edge), np.searchsorted(edges, edge, side="right")
    shared = np.flatnonzero(low < high)
    _drive_directly(
        rows[shared],
        low[shared],
        high[shared],
        columns,
        np.ascontiguousarray(origins.edge, dtype=np.int32),
        np.ascontiguousarray(origins.fraction, dtype=np.float64),
        np.ascontiguousarray(destinations.fraction, dtype=np.float64),
        hierarchy.metric.open_ms,
        int(limit_ms),
        answer,
    )


@kernel
def _drive_directly(
    row: Int64,
    low: Int64,
    high: Int64,
    column: Int64,
    edge: Int32,
    from_fraction: Float64,
    to_fraction: Float64,
    open_ms: Int32,
    limit_ms: int,
    answer: Int32,
) -> None:
    for pair in range(len(row)):
        origin = row[pair]
        for position in range(low[pair], high[pair]):
            destination = column[position]
            ms = driven_directly(
                edge[origin], from_fraction[origin], to_fraction[destination], open_ms
            )
            if ms <= limit_ms and ms < answer[origin, destination]:
                answer[origin, destination] = ms
