"""Travel times over the links of a territory, and the best middle of each grid."""

from __future__ import annotations

import numpy as np

from wardmote.core.planning.grids.territory import Territory
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Float64, Int32

NONE = -1


@kernel
def _push(key: Float64, item: Int32, size: int, value: float, number: int) -> int:
    hole = size
    while hole > 0:
        above = (hole - 1) >> 1
        if key[above] <= value:
            break
        key[hole] = key[above]
        item[hole] = item[above]
        hole = above
    key[hole] = value
    item[hole] = number
    return size + 1


@kernel
def _drop_first(key: Float64, item: Int32, size: int) -> int:
    size -= 1
    value, number = key[size], item[size]
    hole = 0
    while True:
        child = 2 * hole + 1
        if child >= size:
            break
        if child + 1 < size and key[child + 1] < key[child]:
            child += 1
        if key[child] >= value:
            break
        key[hole] = key[child]
        item[hole] = item[child]
        hole = child
    key[hole] = value
    item[hole] = number
    return size


@kernel
def _spread(
    first: Int32,
    neighbour: Int32,
    travel_s: Float64,
    start: int,
    label: Int32,
    only: int,
    distance: Float64,
    reached: Int32,
    key: Float64,
    item: Int32,
) -> int:
    """Dijkstra from `start` (distances must be inf before); within grid `only` unless it is -1.

    `reached` lists what was reached; the number of them is given back.
    """
    distance[start] = 0.0
    reached[0] = start
    count = 1
    size = _push(key, item, 0, 0.0, start)
    while size > 0:
        value, cell = key[0], item[0]
        size = _drop_first(key, item, size)
        if value > distance[cell]:
            continue
        for link in range(first[cell], first[cell + 1]):
            other = neighbour[link]
            if only >= 0 and label[other] != only:
                continue
            longer = value + travel_s[link]
            if longer < distance[other]:
                if distance[other] == np.inf:
                    reached[count] = other
                    count += 1
                distance[other] = longer
                size = _push(key, item, size, longer, other)
    return count


@kernel
def _times_from(first: Int32, neighbour: Int32, travel_s: Float64, starts: Int32) -> Float64:
    count = len(first) - 1
    links = len(neighbour)
    key, item = np.empty(links + 2), np.empty(links + 2, dtype=np.int32)
    label, reached = np.empty(0, dtype=np.int32), np.empty(count, dtype=np.int32)
    times = np.full((len(starts), count), np.inf)
    for row in range(len(starts)):
        _spread(first, neighbour, travel_s, starts[row], label, -1, times[row], reached, key, item)
    return times


@kernel
def _medians(
    first: Int32,
    neighbour: Int32,
    travel_s: Float64,
    workload: Float64,
    label: Int32,
    grids: int,
) -> Int32:
    count = len(first) - 1
    links = len(neighbour)
    key, item = np.empty(links + 2), np.empty(links + 2, dtype=np.int32)
    reached = np.empty(count, dtype=np.int32)
    distance = np.full(count, np.inf)
    best = np.full(grids, np.inf)
    most = np.zeros(grids, dtype=np.int32)
    median = np.full(grids, NONE, dtype=np.int32)
    for start in range(count):
        grid = label[start]
        found = _spread(
            first, neighbour, travel_s, start, label, grid, distance, reached, key, item
        )
        total = 0.0
        for row in range(found):
            total += workload[reached[row]] * distance[reached[row]]
            distance[reached[row]] = np.inf
        if found > most[grid] or (found == most[grid] and total < best[grid]):
            best[grid] = total
            most[grid] = found
            median[grid] = start
    return median


@kernel
def _plane_middles(
    x_m: Float64, y_m: Float64, workload: Float64, label: Int32, grids: int
) -> Int32:
    """Cell of each grid with the least workload-weighted straight distance to its grid."""
    count = len(label)
    size = np.zeros(grids + 1, dtype=np.int32)
    for cell in range(count):
        size[label[cell] + 1] += 1
    begin = np.cumsum(size)
    at = begin[:-1].copy()
    order = np.empty(count, dtype=np.int32)
    for cell in range(count):
        order[at[label[cell]]] = cell
        at[label[cell]] += 1
    middle = np.full(grids, NONE, dtype=np.int32)
    for grid in range(grids):
        least = np.inf
        for i in range(begin[grid], begin[grid + 1]):
            one = order[i]
            total = 0.0
            for j in range(begin[grid], begin[grid + 1]):
                other = order[j]
                dx, dy = x_m[one] - x_m[other], y_m[one] - y_m[other]
                total += workload[other] * np.sqrt(dx * dx + dy * dy)
                if total >= least:
                    break
            if total < least:
                least, middle[grid] = total, one
    return middle


def times_from(territory: Territory, cells: Int32) -> Float64:
    """float64 [n, C] seconds from each of n cells to every cell; inf where there is no way."""
    return _times_from(
        territory.first, territory.neighbour, territory.travel_s, cells.astype(np.int32)
    )


def medians(territory: Territory, label: Int32, grids: int) -> Int32:
    """int32 [G]: the cell of each grid from which its workload is reached soonest on average.

    Driving inside the grid. In a grid of several pieces: that of the largest piece. -1: no cells.
    """
    return _medians(
        territory.first,
        territory.neighbour,
        territory.travel_s,
        territory.workload,
        label,
        grids,
    )


def plane_middles(territory: Territory, label: Int32, grids: int) -> Int32:
    """int32 [G]: as `medians`, by straight distance: a quick stand-in while a plan is refined."""
    return _plane_middles(territory.x_m, territory.y_m, territory.workload, label, grids)
