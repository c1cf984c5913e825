"""Every roster of one crew below a price, which closes a small gap exactly."""

from __future__ import annotations

import numpy as np

from wardmote.core.planning.rosters.crew_tables import WEEKENDS, CrewTables
from wardmote.core.planning.rosters.model import Int8
from wardmote.core.planning.rosters.one_roster import allowed_prices
from wardmote.core.planning.rosters.still_to_pay import left_to_pay
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64

_MOST_STEPS = 5_000_000
"""Steps that a listing of rosters may take for one crew."""


@kernel
def _counted(
    gain: Int32, limit: Int32, weekly: Int32, weekday: int, goes_on: bool, value_at: Int64
) -> bool:
    """Write the counters after an action into the second row of `value_at`; whether they fit."""
    for at in range(len(limit)):
        value = value_at[0, at]
        if weekly[at] == 1 and weekday == 0:
            value = 0
        if not (at == WEEKENDS and goes_on):
            value += gain[at]
        if value > limit[at]:
            return False
        value_at[1, at] = value
    return True


@kernel
def _all_below(
    following: Int32,
    table: Int32,
    short: Int32,
    working: Bool,
    minutes: Int32,
    still: Int32,
    limits: Int32,
    gain: Int32,
    limit: Int32,
    weekly: Int32,
    start: Int32,
    kept: Int32,
    price: Float64,
    left: Float64,
    budget: float,
    found: Int8,
    most_steps: int,
) -> int:
    """Write each roster with a price <= budget to `found` [n, D]; how many, n + 1 if more.

    `left` knows the counters of `kept` alone; all counters are looked at on the way. Gives up with
    n + 1 after `most_steps`.
    """
    days, choices = price.shape
    runs, most, unknown = len(short), limits[0], limits[3]
    shell = runs * (most + 1)
    run_at = np.zeros(days + 1, dtype=np.int64)
    spent_at = np.zeros(days + 1, dtype=np.int64)
    value_at = np.zeros((days + 1, len(limit)), dtype=np.int64)
    cost_at = np.zeros(days + 1)
    tried = np.zeros(days + 1, dtype=np.int64)
    run_at[0] = limits[2]
    value_at[0] = start
    day, count, steps = 0, 0, 0
    while day >= 0:
        steps += 1
        if steps > most_steps:
            return len(found) + 1
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
        run, now = run_at[day], spent_at[day] + minutes[day, action]
        after = following[table[day], run, action]
        too_short = short[run] > 0 and not (unknown == 1 and short[run] == day)
        if after < 0 or (too_short and action == choices - 1) or now > most or now < still[day]:
            continue
        weekday = (limits[4] + day) % 7
        goes_on = weekday == 6 and day > 0 and working[run]
        if not _counted(gain[:, day, action], limit, weekly, weekday, goes_on, value_at[day:]):
            continue
        index, stride = 0, 1
        for at in range(len(kept)):
            index += value_at[day + 1, kept[at]] * stride
            stride *= limit[kept[at]] + 1
        cost = cost_at[day] + price[day, action]
        if cost + left[day + 1, index * shell + now * runs + after] > budget:
            continue
        cost_at[day + 1], run_at[day + 1], spent_at[day + 1] = cost, after, now
        day += 1
        if day < days:
            tried[day] = 0
    return count


def rosters_below(tables: CrewTables, price: Float64, budget: float, most: int) -> Int8 | None:
    """int8 [n, D]: every roster with a total price <= `budget`; None where more than `most`.

    None, too, where listing them would take too long.
    """
    layout = tables.layout(frozenset(tables.tight), merged=False)
    prices = allowed_prices(tables, price)
    found = np.empty((most, len(price)), dtype=np.int8)
    count = _all_below(
        layout.following,
        tables.table,
        tables.short,
        tables.working,
        layout.minutes,
        tables.still,
        tables.limits,
        tables.gain,
        tables.limit,
        tables.weekly,
        tables.start,
        layout.kept,
        prices,
        left_to_pay(tables, layout, prices),
        budget,
        found,
        _MOST_STEPS,
    )
    return found[:count].copy() if count <= most else None
