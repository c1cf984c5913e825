"""What the rest of a crew's days costs at least, from every state: the bound of every search."""

from __future__ import annotations

import numpy as np

from wardmote.core.planning.rosters.crew_tables import WEEKENDS, CrewTables, Layout
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64


@kernel
def moved_counters(
    gain: Int32,
    radix: Int32,
    weekly: Int32,
    weekend_at: int,
    day: int,
    weekday: int,
    index: int,
    moved: Int64,
) -> None:
    """Write where the counters' index goes by each action: `moved` [2, G], -1 where one is full.

    The second row is for a Sunday after a Saturday worked, which begins no weekend.
    """
    counters, choices = len(radix), moved.shape[1]
    for action in range(choices):
        for goes_on in range(2):
            rest, stride, after = index, 1, 0
            for at in range(counters):
                value = rest % radix[at]
                rest //= radix[at]
                if weekly[at] == 1 and weekday == 0:
                    value = 0
                if not (goes_on == 1 and at == weekend_at):
                    value += gain[at, day, action]
                if value >= radix[at]:
                    after = -1
                    break
                after += value * stride
                stride *= radix[at]
            moved[goes_on, action] = after


@kernel
def _to_go(
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
    weekend_at: int,
    price: Float64,
) -> Float64:
    """float64 [D+1, states]: least price from a state before each day to the end."""
    days, choices = price.shape
    runs, most, unknown = len(short), limits[0], limits[3]
    total = 1
    for at in range(len(radix)):
        total *= radix[at]
    shell = runs * (most + 1)
    left = np.full((days + 1, shell * total), np.inf)
    left[days] = 0.0
    moved = np.empty((2, choices), dtype=np.int64)
    for day in range(days - 1, -1, -1):
        weekday = (limits[4] + day) % 7
        follow = following[table[day]]
        for index in range(total):
            moved_counters(gain, radix, weekly, weekend_at, day, weekday, index, moved)
            for spent in range(most + 1):
                for run in range(runs):
                    goes_on = int(weekday == 6 and day > 0 and working[run])
                    too_short = short[run] > 0 and not (unknown == 1 and short[run] == day)
                    best = np.inf
                    for action in range(choices):
                        after = follow[run, action]
                        if after < 0 or (too_short and action == choices - 1):
                            continue
                        now = spent + minutes[day, action]
                        there = moved[goes_on, action]
                        if now > most or now < still[day] or there < 0:
                            continue
                        ahead = left[day + 1, there * shell + now * runs + after]
                        best = min(best, price[day, action] + ahead)
                    left[day, index * shell + spent * runs + run] = best
    return left


def weekend_at(layout: Layout) -> int:
    """Place of the counter of weekends among those kept, -1 where it is not kept."""
    return 0 if len(layout.kept) and layout.kept[0] == WEEKENDS else -1


def left_to_pay(tables: CrewTables, layout: Layout, prices: Float64) -> Float64:
    """float64 [D+1, states of the layout]: least price from a state before each day to the end."""
    return _to_go(
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
        weekend_at(layout),
        prices,
    )
