"""The cheapest roster of one crew when each shift on each day has a price, exactly.

A shortest path through days and states (run state, minutes, weekends, limited kinds): the pricing
step of column generation and the move of the local search alike.
"""

from __future__ import annotations

import numpy as np

from wardmote.core.planning.rosters.crew_tables import CrewTables
from wardmote.core.planning.rosters.model import Int8
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Bool, Float64, Int32

INFEASIBLE = np.inf


@kernel
def _step(
    following: Int32,
    short: Int32,
    working: Bool,
    minutes: Int32,
    stride: Int32,
    radix: Int32,
    limits: Int32,
    day: int,
    weekday: int,
    still_needed: int,
    state: int,
    run: int,
    weekend: int,
    spent: int,
    count: int,
    action: int,
) -> int:
    """The state after an action on a day, -1 where a rule forbids it.

    `run`, `weekend`, `spent`, `count` are the parts of `state`; `still_needed`: least minutes after
    this day.
    """
    after = following[run, action]
    total = spent + minutes[action]
    if after < 0 or total > limits[0] or total < still_needed:
        return -1
    across = len(short) * (limits[2] + 1)  # distance between states that differ by one minute
    moved = state - run + after + minutes[action] * across
    if action == len(minutes) - 1:
        # a run that began on the first day may have begun earlier, where the past is unknown
        if short[run] > 0 and not (limits[5] == 1 and short[run] == day):
            return -1
        return int(moved)
    if weekday == 5 or (weekday == 6 and not (working[run] and day > 0)):
        if weekend == limits[2]:
            return -1
        moved += len(short)
    if stride[action] > 0:
        if (count // stride[action]) % radix[action] == radix[action] - 1:
            return -1
        moved += stride[action] * across * (limits[0] + 1)
    return int(moved)


@kernel
def _parts(state: int, runs: int, limits: Int32, parts: Int32) -> None:
    """Write run state, weekends, minutes and counter of limited kinds into `parts` [4]."""
    rest = state // runs
    parts[0] = state % runs
    parts[1] = rest % (limits[2] + 1)
    rest //= limits[2] + 1
    parts[2] = rest % (limits[0] + 1)
    parts[3] = rest // (limits[0] + 1)


@kernel
def _expand(
    following: Int32,
    short: Int32,
    working: Bool,
    allowed: Bool,
    minutes: Int32,
    stride: Int32,
    radix: Int32,
    limits: Int32,
    days: int,
    day: int,
    weekday: int,
    price: Float64,
    here: Int32,
    active: int,
    cost: Float64,
    there: Int32,
    later: Float64,
    came: Int32,
    chosen: Int8,
) -> int:
    """One day of the search: `_step` written out, for calls and their arguments cost the most.

    A state is skipped where another, all else equal, has used less of a limit and costs no more:
    weekends and limited kinds have upper limits only, so whatever follows the one can follow the
    other. Writes the states reached; their number.
    """
    most, least, weekends = limits[0], limits[1], limits[2]
    runs, choices = len(short), len(minutes)
    across = runs * (weekends + 1)
    shell = across * (most + 1)
    still_needed = least - (days - 1 - day) * minutes.max()
    found = 0
    for row in range(active):
        state = here[row]
        value = cost[state]
        run, rest = state % runs, state // runs
        weekend, rest = rest % (weekends + 1), rest // (weekends + 1)
        spent, count = rest % (most + 1), rest // (most + 1)
        dominated = weekend > 0 and cost[state - runs] <= value
        for action in range(choices):
            if stride[action] > 0 and (count // stride[action]) % radix[action] > 0:
                dominated = dominated or cost[state - stride[action] * shell] <= value
        if dominated:
            continue
        new_weekend = weekday == 5 or (weekday == 6 and not (working[run] and day > 0))
        too_short = short[run] > 0 and not (limits[5] == 1 and short[run] == day)
        for action in range(choices):
            after = following[run, action]
            total = spent + minutes[action]
            if after < 0 or not allowed[action] or total > most or total < still_needed:
                continue
            moved = state - run + after + minutes[action] * across + stride[action] * shell
            works = action < choices - 1
            full = works and new_weekend and weekend == weekends
            used_up = (
                stride[action] > 0
                and (count // stride[action]) % radix[action] == radix[action] - 1
            )
            if (too_short and not works) or full or used_up:
                continue
            moved += runs * int(works and new_weekend)
            new = value + price[action]
            if new < later[moved]:
                if later[moved] == np.inf:
                    there[found] = moved
                    found += 1
                later[moved] = new
                came[moved] = state
                chosen[moved] = action
    for row in range(active):
        cost[here[row]] = np.inf
    return found


@kernel
def _cheapest(
    following: Int32,
    short: Int32,
    working: Bool,
    allowed: Bool,
    minutes: Int32,
    stride: Int32,
    radix: Int32,
    limits: Int32,
    first_weekday: int,
    price: Float64,
    actions: Int8,
) -> float:
    """Least total price; `actions` [D] is written where it is finite."""
    days, choices = price.shape
    size = (limits[0] + 1) * (limits[2] + 1) * limits[3] * len(short)
    cost, later = np.full(size, np.inf), np.full(size, np.inf)
    came = np.empty((days, size), dtype=np.int32)
    chosen = np.empty((days, size), dtype=np.int8)
    here, there = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
    here[0] = limits[4]
    cost[here[0]] = 0.0
    active = 1
    for day in range(days):
        active = _expand(
            following,
            short,
            working,
            allowed[day],
            minutes,
            stride,
            radix,
            limits,
            days,
            day,
            (first_weekday + day) % 7,
            price[day],
            here,
            active,
            cost,
            there,
            later,
            came[day],
            chosen[day],
        )
        cost, later = later, cost
        here, there = there, here
    best, end = np.inf, -1
    for row in range(active):
        if cost[here[row]] < best:
            best, end = cost[here[row]], here[row]
    if end >= 0:
        for day in range(days - 1, -1, -1):
            action = chosen[day, end]
            actions[day] = action if action < choices - 1 else -1
            end = came[day, end]
    return float(best)


@kernel
def _to_go(
    following: Int32,
    short: Int32,
    working: Bool,
    allowed: Bool,
    minutes: Int32,
    stride: Int32,
    radix: Int32,
    limits: Int32,
    first_weekday: int,
    price: Float64,
) -> Float64:
    """float64 [D+1, states]: least price from a state before each day to the end."""
    days, choices = price.shape
    size = (limits[0] + 1) * (limits[2] + 1) * limits[3] * len(short)
    left = np.full((days + 1, size), np.inf)
    left[days] = 0.0
    longest, parts = minutes.max(), np.empty(4, dtype=np.int32)
    for day in range(days - 1, -1, -1):
        weekday = (first_weekday + day) % 7
        for state in range(size):
            _parts(state, len(short), limits, parts)
            for action in range(choices):
                if not allowed[day, action]:
                    continue
                after = _step(
                    following,
                    short,
                    working,
                    minutes,
                    stride,
                    radix,
                    limits,
                    day,
                    weekday,
                    limits[1] - (days - 1 - day) * longest,
                    state,
                    parts[0],
                    parts[1],
                    parts[2],
                    parts[3],
                    action,
                )
                if after >= 0:
                    left[day, state] = min(
                        left[day, state], price[day, action] + left[day + 1, after]
                    )
    return left


@kernel
def _all_below(
    following: Int32,
    short: Int32,
    working: Bool,
    allowed: Bool,
    minutes: Int32,
    stride: Int32,
    radix: Int32,
    limits: Int32,
    first_weekday: int,
    price: Float64,
    left: Float64,
    budget: float,
    found: Int8,
) -> int:
    """Write each roster with a price <= budget to `found` [n, D]; how many, n + 1 if more."""
    days, choices = price.shape
    states = np.empty(days + 1, dtype=np.int64)
    spent = np.zeros(days + 1)
    tried = np.zeros(days + 1, dtype=np.int64)
    states[0] = limits[4]
    day, count = 0, 0
    longest, parts = minutes.max(), np.empty(4, dtype=np.int32)
    while day >= 0:
        if day == days:
            if count == len(found):
                return count + 1
            for past in range(days):
                action = tried[past] - 1
                found[count, past] = action if action < choices - 1 else -1
            count += 1
            day -= 1
            continue
        action = tried[day]
        if action == choices:
            day -= 1
            continue
        tried[day] += 1
        if not allowed[day, action]:
            continue
        _parts(states[day], len(short), limits, parts)
        after = _step(
            following,
            short,
            working,
            minutes,
            stride,
            radix,
            limits,
            day,
            (first_weekday + day) % 7,
            limits[1] - (days - 1 - day) * longest,
            states[day],
            parts[0],
            parts[1],
            parts[2],
            parts[3],
            action,
        )
        if after < 0 or spent[day] + price[day, action] + left[day + 1, after] > budget:
            continue
        spent[day + 1] = spent[day] + price[day, action]
        states[day + 1] = after
        day += 1
        if day < days:
            tried[day] = 0
    return count


def rosters_below(
    tables: CrewTables, first_weekday: int, price: Float64, budget: float, most: int
) -> Int8 | None:
    """int8 [n, D]: every roster with a total price <= `budget`; None where more than `most`."""
    rules = (
        tables.following,
        tables.short,
        tables.working,
        tables.allowed,
        tables.minutes,
        tables.stride,
        tables.radix,
        tables.limits,
    )
    left = _to_go(*rules, first_weekday, price)
    found = np.empty((most, len(price)), dtype=np.int8)
    count = _all_below(*rules, first_weekday, price, left, budget, found)
    return found[:count].copy() if count <= most else None


def cheapest_roster(tables: CrewTables, first_weekday: int, price: Float64) -> tuple[float, Int8]:
    """Least total price and the roster: int8 [D], a kind or `OFF` (-1) for each day.

    `price` float64 [D, K+1]: of each kind on each day, the last column of a day off. The price is
    inf, and the roster meaningless, where no roster keeps the rules.
    """
    actions = np.full(len(price), -1, dtype=np.int8)
    cost = _cheapest(
        tables.following,
        tables.short,
        tables.working,
        tables.allowed,
        tables.minutes,
        tables.stride,
        tables.radix,
        tables.limits,
        first_weekday,
        price,
        actions,
    )
    return cost, actions
