"""Look-ahead: what a free unit will be worth, minute by minute, on its way to a post and there.

Expected cover (`relocation`) counts a unit as if it stood at its post already, and busy units not
at all. Where drives take as long as units are free that is far from the truth. Here every unit is
looked at now and at some moments ahead: a unit on its way covers what it reaches from where it will
be then; a busy one counts, from where it will be free, with the probability that it is by then. The
worth of a way is the demand that it adds to what the others are expected to cover, averaged over
those moments. Nothing is drawn by chance, so nothing is lost in noise: a decision in a place of 198
units is one pass over their expected positions.

Busy units in the state and look-ahead along the way follow van Barneveld, Jagtenberg, Bhulai and
van der Mei (doi:10.1016/j.seps.2017.11.001); tuning such a value in simulation Maxwell, Henderson
and Topaloglu (doi:10.1214/10-SSY020). One step of it is improved on a policy in the sense of
Bertsekas' rollout, with the expectation worked out instead of sampled.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wardmote.core.travel.compiled import bare_kernel, inlined
from wardmote.core.travel.graph import Float64, Int32

Float32 = NDArray[np.float32]


class Layout(NamedTuple):
    """A plane cut into squares, each standing for the place nearest to its middle.

    - `west_km`, `south_km`, `cell_km`: the south-west corner of the first square, and their side.
    - `grid` int32 [Y, X]: row of the place of each square.
    """

    west_km: float
    south_km: float
    cell_km: float
    grid: Int32


class Ahead(NamedTuple):
    """What looking ahead needs to know of a place. K places, M groups of demand, T moments.

    - `layout`: finds the place that a position belongs to.
    - `reached` float32 [K, M]: share of a group that a unit at the place reaches in time.
    - `first`, `end` int32 [K]: only the groups from the first to before the end are reached from a
      place at all; others between them may not be.
    - `weight` float64 [M]: share of all calls.
    - `at_s` float64 [T]: moments, seconds from now, rising from 0.
    - `at_weight` float64 [T]: how much each counts; they add up to 1.
    - `free_share`: probability that a unit counted as free is there when it is needed, 0 < p < 1.
    - `scene_s`, `handover_s`: typical time that a unit is busy on scene, and after it.
    """

    layout: Layout
    reached: Float32
    first: Int32
    end: Int32
    weight: Float64
    at_s: Float64
    at_weight: Float64
    free_share: float
    scene_s: float
    handover_s: float


class Way(NamedTuple):
    """Where a unit will be: it drives from one position to another, or is busy first.

    - `x_km`, `y_km`: where it is now, or where it will be free; `to_x_km`, `to_y_km`: its goal.
    - `drive_s`: time to the goal; 0 where it stands there.
    - `busy_s`, `about_s`: busy for at least the first, and for about the second on top, without
      memory; both 0 for a free unit.
    """

    x_km: float
    y_km: float
    to_x_km: float
    to_y_km: float
    drive_s: float
    busy_s: float
    about_s: float


AT_S = (0.0, 120.0, 300.0, 600.0, 1_100.0)
FADES_AFTER_S = 2_000.0
"""How long until a unit is likely needed: what is later counts for less, by e for each of these."""
FREE_SHARE = 0.75
CELL_KM = 0.4
GROUP_KM = 0.8


def moment_weights(at_s: Float64, fades_after_s: float) -> Float64:
    """How much each moment stands for until the next, the last for all that follows."""
    left = np.append(np.exp(-at_s / fades_after_s), 0.0)
    return np.asarray(left[:-1] - left[1:], dtype=np.float64)


def lay_out(x_km: Float64, y_km: Float64, cell_km: float = CELL_KM) -> tuple[Layout, Int32]:
    """Squares over some points, and the points that stand for them: the nearest to each middle.

    Returns:
        The layout, and int32 [K] rows of the points chosen.
    """
    west, south = float(x_km.min()), float(y_km.min())
    column = ((x_km - west) / cell_km).astype(np.int64)
    row = ((y_km - south) / cell_km).astype(np.int64)
    from_middle = np.hypot(
        x_km - west - (column + 0.5) * cell_km, y_km - south - (row + 0.5) * cell_km
    )
    order = np.lexsort((from_middle, column, row))
    square = row[order] * (int(column.max()) + 1) + column[order]
    first = np.flatnonzero(np.append(True, np.diff(square) > 0))
    chosen = order[first].astype(np.int32)
    rows, columns = np.indices((int(row.max()) + 1, int(column.max()) + 1))
    middle_x = west + (columns.ravel() + 0.5) * cell_km
    middle_y = south + (rows.ravel() + 0.5) * cell_km
    grid = np.empty(len(middle_x), dtype=np.int32)
    for start in range(0, len(grid), 1_024):
        part = slice(start, start + 1_024)
        far = np.hypot(middle_x[part, None] - x_km[chosen], middle_y[part, None] - y_km[chosen])
        grid[part] = far.argmin(axis=1)
    grid[square[first]] = np.arange(len(chosen), dtype=np.int32)
    return Layout(west, south, cell_km, grid.reshape(rows.shape)), chosen


def nothing_ahead() -> Ahead:
    """Where nothing looks ahead."""
    layout = Layout(0.0, 0.0, 1.0, np.zeros((1, 1), dtype=np.int32))
    none, nowhere = np.zeros(0), np.zeros(0, dtype=np.int32)
    reached = np.zeros((0, 0), dtype=np.float32)
    return Ahead(layout, reached, nowhere, nowhere, none, none, none, 0.5, 0.0, 0.0)


def look_ahead(
    layout: Layout,
    reached: Float32,
    weight: Float64,
    *,
    scene_s: float,
    handover_s: float = 0.0,
    free_share: float = FREE_SHARE,
    at_s: tuple[float, ...] = AT_S,
    fades_after_s: float = FADES_AFTER_S,
) -> Ahead:
    """What `Ahead` says, with the moments and shares that did best in the twin of a city.

    Raises:
        ValueError: tables that do not fit together, or a share that is not within 0 and 1.
    """
    if reached.shape != (int(layout.grid.max(initial=-1)) + 1, len(weight)):
        msg = f"{reached.shape} shares do not fit the places and the {len(weight)} groups of demand"
        raise ValueError(msg)
    if not 0.0 < free_share < 1.0:
        msg = f"the share {free_share} of units that are there when needed is not within 0 and 1"
        raise ValueError(msg)
    moments = np.array(at_s, dtype=np.float64)
    weights = moment_weights(moments, fades_after_s)
    first, end = _reached_at_all(reached)
    return Ahead(
        layout, reached, first, end, weight, moments, weights, free_share, scene_s, handover_s
    )


def _reached_at_all(reached: Float32) -> tuple[Int32, Int32]:
    """`first` and `end` of `Ahead`; both 0 for a place that reaches nothing."""
    at_all = np.pad(np.not_equal(reached, 0), ((0, 0), (0, 1)))
    first = np.argmax(at_all, axis=1)
    last = at_all.shape[1] - 1 - np.argmax(at_all[:, ::-1], axis=1)
    end = np.where(at_all.any(axis=1), last + 1, 0)
    return first.astype(np.int32), end.astype(np.int32)


@inlined
def place_at(layout: Layout, x_km: float, y_km: float) -> int:
    """Row of the place that stands for a position; beyond the edge that of the square nearest."""
    column = int((x_km - layout.west_km) / layout.cell_km)
    row = int((y_km - layout.south_km) / layout.cell_km)
    column = min(max(column, 0), layout.grid.shape[1] - 1)
    row = min(max(row, 0), layout.grid.shape[0] - 1)
    return int(layout.grid[row, column])


@inlined
def place_then(ahead: Ahead, way: Way, at_s: float) -> int:
    """Row of the place where a unit is at a moment: as the crow flies, at an even speed."""
    part = 1.0
    if way.about_s > 0:
        part = 0.0
    elif at_s < way.drive_s:
        part = at_s / way.drive_s
    return place_at(
        ahead.layout,
        way.x_km + part * (way.to_x_km - way.x_km),
        way.y_km + part * (way.to_y_km - way.y_km),
    )


@inlined
def count_in(ahead: Ahead, way: Way, missed: Float64, sign: float) -> None:
    """Count a unit among those expected (sign 1), or take it out again (-1).

    Args:
        missed: float64 [T, M], logarithm of the probability that nobody counted reaches a group.
    """
    for moment in range(len(ahead.at_s)):
        there = ahead.free_share
        if way.about_s > 0:
            free_s = ahead.at_s[moment] - way.busy_s
            if free_s <= 0:
                continue
            there *= 1.0 - np.exp(-free_s / way.about_s)
        factor = sign * np.log(1.0 - there)
        reached = ahead.reached[place_then(ahead, way, ahead.at_s[moment])]
        row = missed[moment]
        for group in range(len(row)):
            row[group] += factor * reached[group]


@inlined
def leave_open(ahead: Ahead, missed: Float64, open_share: Float64) -> None:
    """Share of all calls in each group that nobody counted is expected to reach; [T, M]."""
    for moment in range(len(ahead.at_s)):
        row, out = missed[moment], open_share[moment]
        weight = ahead.at_weight[moment] * ahead.free_share
        for group in range(len(row)):
            out[group] = np.exp(row[group]) * ahead.weight[group] * weight


@inlined
def worth_of(ahead: Ahead, way: Way, open_share: Float64) -> float:
    """Share of all calls that one more unit on this way is expected to add."""
    worth = 0.0
    for moment in range(len(ahead.at_s)):
        reached = ahead.reached[place_then(ahead, way, ahead.at_s[moment])]
        row = open_share[moment]
        for group in range(len(row)):
            worth += row[group] * reached[group]
    return worth


@bare_kernel
def exchange_ahead(
    ahead: Ahead, others: Float64, movers: Float64, ways: Float64, scratch: Float64, gain: Float64
) -> None:
    """What each mover adds on each of its ways beyond staying where it is headed.

    Args:
        others: float64 [n, 7], `Way` of each unit that is counted but not asked.
        movers: float64 [m, 7], the present way of each unit asked; they count for one another.
        ways: float64 [m, P, 7], its ways to the posts.
        scratch: float64 [2, T, M].
        gain: float64 [m, P], filled: shares of all calls, below 0 where it would lose.
    """
    missed, open_share = scratch[0], scratch[1]
    missed[:] = 0.0
    for row in range(len(others)):
        count_in(ahead, _way(others[row]), missed, 1.0)
    for row in range(len(movers)):
        count_in(ahead, _way(movers[row]), missed, 1.0)
    for row in range(len(movers)):
        now = _way(movers[row])
        count_in(ahead, now, missed, -1.0)
        leave_open(ahead, missed, open_share)
        count_in(ahead, now, missed, 1.0)
        stays = worth_of(ahead, now, open_share)
        for post in range(ways.shape[1]):
            gain[row, post] = worth_of(ahead, _way(ways[row, post]), open_share) - stays


@inlined
def _way(row: Float64) -> Way:
    return Way(row[0], row[1], row[2], row[3], row[4], row[5], row[6])
