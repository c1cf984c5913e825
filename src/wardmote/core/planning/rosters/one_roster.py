"""The cheapest roster of one crew when each shift on each day has a price, exactly.

A shortest path through days and states (run state, minutes, counters): the pricing step of column
generation and the move of the local search alike. Counters that do not bind need not be kept: the
search begins with none, then takes those that bound last time and those that the roster breaks,
until it breaks none (decremental state space relaxation: Righini & Salani 2008,
doi:10.1002/net.20212). What the rest of the days costs at least, counters left out, bounds the
search with them.
"""

from __future__ import annotations

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.rosters.crew_tables import WEEKENDS, CrewTables
from wardmote.core.planning.rosters.model import Int8
from wardmote.core.planning.rosters.still_to_pay import (
    left_to_pay,
    moved_counters,
    weekend_at,
)
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64

INFEASIBLE = np.inf
_ROUNDING = 1e-9


@kernel
def _less_used(radix: Int32, index: int, shell: int, offsets: Int64) -> int:
    """Write how far below a state those lie that have used one less of a counter; how many."""
    count, rest, stride = 0, index, shell
    for at in range(len(radix)):
        if rest % radix[at] > 0:
            offsets[count] = stride
            count += 1
        rest //= radix[at]
        stride *= radix[at]
    return count


@kernel
def _expand(
    follow: Int32,
    short: Int32,
    working: Bool,
    minutes: Int32,
    price: Float64,
    limits: Int32,
    day: int,
    weekday: int,
    still: int,
    index: int,
    spent: int,
    offsets: Int64,
    moved: Int64,
    cost: Float64,
    left: Float64,
    cutoff: float,
    later: Float64,
    alive: Bool,
    came: Int32,
    chosen: Int8,
) -> None:
    """Go on by each action from the states of one value of counters and minutes.

    A state is skipped where another, all else equal, has used less of a counter and costs no more:
    counters have upper limits only, so whatever follows the one can follow the other. One is not
    entered where what is still to come costs so much that the roster would cost more than `cutoff`.
    """
    runs, choices = len(short), len(price)
    shell = runs * (limits[0] + 1)
    for run in range(runs):
        state = index * shell + spent * runs + run
        value = cost[state]
        if value == np.inf:
            continue
        dominated = False
        for at in range(len(offsets)):
            if cost[state - offsets[at]] <= value:
                dominated = True
        if dominated:
            continue
        goes_on = int(weekday == 6 and day > 0 and working[run])
        too_short = short[run] > 0 and not (limits[3] == 1 and short[run] == day)
        for action in range(choices - int(too_short)):
            after, there = follow[run, action], moved[goes_on, action]
            now = spent + minutes[action]
            if after < 0 or there < 0 or now > limits[0] or now < still:
                continue
            inside = now * runs + after
            new = value + price[action]
            target = there * shell + inside
            if new < later[target] and new + left[inside] <= cutoff:
                later[target] = new
                alive[there] = True
                came[target] = state
                chosen[target] = action


@kernel
def _cheapest(
    following: Int32,
    table: Int32,
    short: Int32,
    working: Bool,
    minutes: Int32,
    still: Int32,
    limits: Int32,
    gain: Int32,
    radix: Int32,
    weekly: Int32,
    start: Int32,
    weekend_at: int,
    price: Float64,
    left: Float64,
    cutoff: float,
    chosen_groups: Int32,
) -> float:
    """Least total price where that is <= `cutoff`, else inf; `chosen_groups` [D] is written then.

    `left` as by `_to_go` without counters: what follows costs no less.
    """
    days, choices = price.shape
    shell = len(short) * (limits[0] + 1)
    total, first = 1, 0
    for at in range(len(radix)):
        first += start[at] * total
        total *= radix[at]
    size = shell * total
    cost, later = np.full(size, np.inf), np.full(size, np.inf)
    came = np.empty((days, size), dtype=np.int32)
    chosen = np.empty((days, size), dtype=np.int8)
    moved = np.empty((2, choices), dtype=np.int64)
    offsets = np.empty(len(radix), dtype=np.int64)
    alive, alive_later = np.zeros(total, dtype=np.bool_), np.zeros(total, dtype=np.bool_)
    cost[first * shell + limits[2]] = 0.0
    alive[first] = True
    high = 0
    for day in range(days):
        weekday = (limits[4] + day) % 7
        for index in range(total):
            if not alive[index]:
                continue
            moved_counters(gain, radix, weekly, weekend_at, day, weekday, index, moved)
            less = offsets[: _less_used(radix, index, shell, offsets)]
            for spent in range(high + 1):
                _expand(
                    following[table[day]],
                    short,
                    working,
                    minutes[day],
                    price[day],
                    limits,
                    day,
                    weekday,
                    still[day],
                    index,
                    spent,
                    less,
                    moved,
                    cost,
                    left[day + 1],
                    cutoff,
                    later,
                    alive_later,
                    came[day],
                    chosen[day],
                )
        for index in range(total):
            if alive[index]:
                cost[index * shell : (index + 1) * shell] = np.inf
                alive[index] = False
        high = min(limits[0], high + minutes[day].max())
        cost, later = later, cost
        alive, alive_later = alive_later, alive
    end = int(np.argmin(cost))
    best = cost[end]
    if best < np.inf:
        for day in range(days - 1, -1, -1):
            chosen_groups[day] = chosen[day, end]
            end = came[day, end]
    return float(best)


@kernel
def _trace(
    following: Int32,
    table: Int32,
    short: Int32,
    minutes: Int32,
    still: Int32,
    limits: Int32,
    price: Float64,
    left: Float64,
    chosen_groups: Int32,
) -> None:
    """Write the groups of a cheapest roster where no counter is kept; `left` as by `_to_go`."""
    days, choices = price.shape
    run, spent = limits[2], 0
    for day in range(days):
        best, choice = np.inf, choices - 1
        too_short = short[run] > 0 and not (limits[3] == 1 and short[run] == day)
        for action in range(choices - int(too_short)):
            after = following[table[day], run, action]
            now = spent + minutes[day, action]
            if after < 0 or now > limits[0] or now < still[day]:
                continue
            value = price[day, action] + left[day + 1, now * len(short) + after]
            if value < best:
                best, choice = value, action
        chosen_groups[day] = choice
        spent += minutes[day, choice]
        run = following[table[day], run, choice]


@kernel
def _peaks(
    gain: Int32, weekly: Int32, start: Int32, first_weekday: int, actions: Int8, peak: Int32
) -> None:
    """Write the greatest value of each counter along a roster into `peak` [J]."""
    off = gain.shape[2] - 1
    for at in range(len(peak)):
        value = start[at]
        peak[at] = value
        for day in range(len(actions)):
            weekday = (first_weekday + day) % 7
            if weekly[at] == 1 and weekday == 0:
                value = 0
            action = actions[day] if actions[day] >= 0 else off
            goes_on = weekday == 6 and day > 0 and actions[day - 1] >= 0
            if not (at == WEEKENDS and goes_on):
                value += gain[at, day, action]
            peak[at] = max(peak[at], value)


def allowed_prices(tables: CrewTables, price: Float64) -> Float64:
    """The prices, inf where an action is not allowed."""
    prices: Float64 = np.where(tables.allowed, price, np.inf)
    return prices


def cheapest_roster(tables: CrewTables, price: Float64) -> tuple[float, Int8]:
    """Least total price and the roster: int8 [D], a kind or `OFF` (-1) for each day.

    `price` float64 [D, K+1]: of each kind on each day, the last column of a day off. The price is
    inf, and the roster meaningless, where no roster keeps the rules.
    """
    prices = allowed_prices(tables, price)
    bare = tables.layout(frozenset(), merged=True)
    least, which = bare.prices(prices)
    left = left_to_pay(tables, bare, least)
    cost = float(left[0, tables.limits[2]])
    if cost == INFEASIBLE:
        return cost, np.full(len(price), -1, dtype=np.int8)
    groups = np.zeros(len(prices), dtype=np.int32)
    _trace(
        bare.following,
        tables.table,
        tables.short,
        bare.minutes,
        tables.still,
        tables.limits,
        least,
        left,
        groups,
    )
    actions = _actions(which, groups)
    peak = np.empty(len(tables.limit), dtype=np.int32)
    kept: frozenset[int] = frozenset()
    while broken := _broken(tables, actions, peak, kept):
        kept = kept | broken | tables.tight
        if not tables.fits(kept):
            raise Problem(
                zh="排班周期太长或同时生效的上限太多，无法一次算出；请缩短周期。",
                en="The period is too long, or too many limits bind at once, to be planned in one "
                "piece. Plan a shorter period.",
            )
        cost, actions = _with_counters(tables, kept, prices, left, cost)
        if cost == INFEASIBLE:
            return cost, actions
    if kept:
        tables.tight.clear()
        tables.tight.update(at for at in kept if peak[at] >= tables.limit[at])
    return cost, actions


def _broken(tables: CrewTables, actions: Int8, peak: Int32, kept: frozenset[int]) -> frozenset[int]:
    """Counters not kept whose limit a roster breaks; writes the greatest values into `peak`."""
    _peaks(tables.gain, tables.weekly, tables.start, int(tables.limits[4]), actions, peak)
    return frozenset(np.flatnonzero(peak > tables.limit).tolist()) - kept


def _with_counters(
    tables: CrewTables, kept: frozenset[int], prices: Float64, left: Float64, bound: float
) -> tuple[float, Int8]:
    """The cheapest roster that keeps some counters; no roster costs less than `bound`.

    Tried at first among those that cost little more, then more and more: few states are entered.
    """
    layout = tables.layout(kept, merged=True)
    best, which = layout.prices(prices)
    groups = np.zeros(len(prices), dtype=np.int32)
    # groups differ from those that `left` was made for only by counters: it is a bound for them
    spread = max(float(np.abs(best[np.isfinite(best)]).max()), _ROUNDING)
    for step in (0.02 * spread, 0.3 * spread, 3.0 * spread, INFEASIBLE):
        cost = _cheapest(
            layout.following,
            tables.table,
            tables.short,
            tables.working,
            layout.minutes,
            tables.still,
            tables.limits,
            layout.gain,
            layout.radix,
            layout.weekly,
            layout.start,
            weekend_at(layout),
            best,
            left,
            bound + step + _ROUNDING,
            groups,
        )
        if cost < INFEASIBLE:
            break
    return cost, _actions(which, groups)


def _actions(which: Int32, groups: Int32) -> Int8:
    """int8 [D]: the action of each group chosen, a day off being the last group."""
    chosen = which[np.arange(len(groups)), groups]
    last = which[:, -1]
    actions: Int8 = np.where(chosen == last, -1, chosen).astype(np.int8)
    return actions
