"""A crew's rules as tables that the kernel for one roster reads.

What has to be remembered from day to day about runs of work and rest is a small automaton: its
*run states* are the start, each number of days off still owed, and each (class of shift, days in a
row, nights in a row), where kinds of shift after which the same may follow are one class. Minutes
are counted beside it. All other limits are *counters*, which only ever grow towards a greatest
value: weekends, limited kinds, nights, days worked, minutes of a week (set back on Mondays).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.rosters.model import OFF, CrewRules, RosterProblem
from wardmote.core.travel.graph import Bool, Float64, Int32

_START = 0
_MOST_CELLS = 120_000_000
"""States of all days together: what one search may keep."""
WEEKENDS = 0
"""The first counter: it looks at the day before, all others only at the action."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The state space when some counters are kept, and actions that differ in nothing merged.

    G groups of actions, T tables of what may follow, R run states, n counters kept.

    - `group` int32 [K+1]: group of each action; `members`: actions of each group.
    - `following` int32 [T, R, G], `minutes` int32 [D, G], `gain` int32 [n, D, G].
    - `radix`, `weekly`, `start` int32 [n]: limit + 1, whether set back on Mondays, value at first.
    - `kept` int32 [n]: numbers of the counters.
    """

    group: Int32
    members: tuple[Int32, ...]
    following: Int32
    minutes: Int32
    gain: Int32
    radix: Int32
    weekly: Int32
    start: Int32
    kept: Int32

    def prices(self, price: Float64) -> tuple[Float64, Int32]:
        """float64 [D, G] cheapest of each group, int32 [D, G] which action that is."""
        if len(self.members) == price.shape[1]:
            chosen = np.broadcast_to(np.arange(price.shape[1], dtype=np.int32), price.shape)
            return price, np.ascontiguousarray(chosen)
        best = np.empty((len(price), len(self.members)))
        which = np.empty(best.shape, dtype=np.int32)
        for at, members in enumerate(self.members):
            mine = price[:, members]
            least = mine.argmin(axis=1)
            which[:, at] = members[least]
            best[:, at] = mine[np.arange(len(price)), least]
        return best, which


@dataclass(frozen=True, slots=True, eq=False)
class CrewTables:
    """R run states, K kinds, D days; action K is a day off; T tables, J counters.

    - `following` int32 [T, R, K+1]: run state after an action, -1 where a rule forbids it;
      `table` int32 [D]: which table holds on a day.
    - `short` int32 [R]: days worked in a row where that is below the least run, else 0.
    - `working` bool [R]: whether the last day was worked.
    - `allowed` bool [D, K+1]: actions that leave, fixed days and limits of 0 permit.
    - `minutes` int32 [D, K+1]: of each action, in units of their common divisor.
    - `limits` int32 [5]: most units, least units, first run state, whether the past is unknown,
      weekday of the first day.
    - `gain` int32 [J, D, K+1], `limit`, `weekly`, `start` int32 [J]: what each action adds to each
      counter, its greatest value, whether it is set back on Mondays, its value at first.
    - `still` int32 [D]: units that must have been reached after each day.
    """

    following: Int32
    table: Int32
    short: Int32
    working: Bool
    allowed: Bool
    minutes: Int32
    limits: Int32
    gain: Int32
    limit: Int32
    weekly: Int32
    start: Int32
    still: Int32
    layouts: dict[tuple[frozenset[int], bool], Layout] = field(default_factory=dict)
    tight: set[int] = field(default_factory=set)
    """Counters that bound in the last search: the next one begins with them."""

    def states(self, kept: frozenset[int]) -> int:
        """States of a day when some counters are kept."""
        counters = math.prod(int(self.limit[at]) + 1 for at in kept)
        return (int(self.limits[0]) + 1) * len(self.short) * counters

    def fits(self, kept: frozenset[int]) -> bool:
        """Whether the search with these counters can be held."""
        return self.states(kept) * len(self.table) <= _MOST_CELLS

    def layout(self, kept: frozenset[int], *, merged: bool) -> Layout:
        """The state space with some counters; with or without merging actions."""
        key = (kept, merged)
        if key not in self.layouts:
            self.layouts[key] = self._laid_out(sorted(kept), merged=merged)
        return self.layouts[key]

    def _laid_out(self, kept: list[int], *, merged: bool) -> Layout:
        actions = self.following.shape[2]
        groups: dict[bytes, int] = {}
        group = np.empty(actions, dtype=np.int32)
        for action in range(actions):
            alike = (
                self.following[:, :, action].tobytes()
                + self.minutes[:, action].tobytes()
                + self.gain[kept, :, action].tobytes()
            )
            off = action == actions - 1
            key = alike if merged and not off else bytes([action % 256, action // 256])
            group[action] = groups.setdefault(key, len(groups))
        members = tuple(np.flatnonzero(group == at).astype(np.int32) for at in range(len(groups)))
        first = np.array([row[0] for row in members])
        return Layout(
            group,
            members,
            np.ascontiguousarray(self.following[:, :, first]),
            np.ascontiguousarray(self.minutes[:, first]),
            np.ascontiguousarray(self.gain[kept][:, :, first]),
            self.limit[kept] + 1,
            self.weekly[kept],
            self.start[kept],
            np.array(kept, dtype=np.int32),
        )


def crew_tables(problem: RosterProblem, crew: CrewRules) -> CrewTables:
    """Tables of one crew. Raises `Problem` where the period is too long to search exactly."""
    following, table, short, working, first = _automaton(problem, crew)
    minutes, unit = _minutes(problem)
    most = min(crew.max_minutes // unit, int(minutes.max(axis=1).sum()))
    least = -(-crew.min_minutes // unit)
    allowed = _allowed(problem, crew)
    longest = np.where(allowed, minutes, 0).max(axis=1)
    after = np.append(np.cumsum(longest[::-1])[::-1][1:], 0)
    limits = np.array(
        [max(most, 0), least, first, int(crew.before is None), problem.first_weekday],
        dtype=np.int32,
    )
    gain, limit, weekly, start = _counters(problem, crew, minutes, unit)
    tables = CrewTables(
        following,
        table,
        short,
        working,
        allowed,
        minutes,
        limits,
        gain,
        limit,
        weekly,
        start,
        (least - after).astype(np.int32),
    )
    if not tables.fits(frozenset()):
        raise Problem(
            zh=f"班组 {crew.code} 的排班周期太长或班次时长太零碎，请缩短周期或统一时长。",
            en=f"Crew {crew.code}: the period is too long, or the lengths of shifts too varied, to "
            "be planned at once. Plan a shorter period or round the lengths.",
        )
    return tables


def _minutes(problem: RosterProblem) -> tuple[Int32, int]:
    rows = [[*problem.minutes_on(day), 0] for day in range(problem.days)]
    unit = math.gcd(*(minutes for row in rows for minutes in row))
    return np.array(rows, dtype=np.int32) // unit, unit


def _counters(
    problem: RosterProblem, crew: CrewRules, minutes: Int32, unit: int
) -> tuple[Int32, Int32, Int32, Int32]:
    """Gains, limits, whether weekly, first values; limits that cannot bind are left out."""
    days, kinds = problem.days, len(problem.kinds)
    weekday = (np.arange(days) + problem.first_weekday) % 7
    work = np.ones((days, kinds + 1), dtype=np.int32)
    work[:, -1] = 0
    weekends = (days + problem.first_weekday) // 7 + 1
    rows = [(work * (weekday >= 5)[:, None], max(min(crew.max_weekends, weekends), 0), 0, 0)]
    for kind, most in enumerate(crew.max_shifts):
        if 0 < most < days:
            mine = np.zeros_like(work)
            mine[:, kind] = 1
            rows.append((mine, most, 0, 0))
    night = np.array([*(int(kind.night) for kind in problem.kinds), 0], dtype=np.int32)
    if crew.max_nights < days and night.any():
        rows.append((work * night, crew.max_nights, 0, 0))
    if crew.min_free_days > 0:
        rows.append((work, max(days - crew.min_free_days, 0), 0, 0))
    if crew.max_week_minutes is not None and crew.max_week_minutes < 7 * 1440:
        before = problem.week_minutes_before(crew)
        most = crew.max_week_minutes // unit
        rows.append((minutes, most, 1, min(-(-before // unit), most)))
    gain = np.array([row[0] for row in rows], dtype=np.int32)
    limit, weekly, start = (np.array([row[at] for row in rows], dtype=np.int32) for at in (1, 2, 3))
    return gain, limit, weekly, start


def _allowed(problem: RosterProblem, crew: CrewRules) -> Bool:
    kinds = len(problem.kinds)
    allowed = np.ones((problem.days, kinds + 1), dtype=np.bool_)
    allowed[:, :kinds] = np.array(crew.max_shifts) > 0
    for day in crew.leave:
        allowed[day, :kinds] = False
    for day, kind in crew.fixed:
        kept = kinds if kind == OFF else kind
        allowed[day, np.arange(kinds + 1) != kept] = False
    return allowed


class _States:
    """Run states by what they remember: (class or `OFF`, days in a row or owed, nights)."""

    def __init__(self, problem: RosterProblem, crew: CrewRules) -> None:
        kinds = problem.kinds
        self.counts = crew.max_night_run < crew.max_run
        """Whether nights in a row are counted apart from the run, whose own limit may be enough."""
        self.tables = [
            tuple(kind.not_before for kind in kinds),
            *(special.not_before for special in problem.clock_days),
        ]
        alike: dict[object, int] = {}
        self.class_of = [
            alike.setdefault(
                (tuple(table[at] for table in self.tables), kind.night, kind.days_off_after),
                len(alike),
            )
            for at, kind in enumerate(kinds)
        ]
        self.one_of = [self.class_of.index(number) for number in range(len(alike))]
        owed = max(kind.days_off_after for kind in kinds)
        carried = crew.before.owed + 1 if crew.before else 1
        self.owed_most = max(crew.min_days_off, crew.days_off_after_nights, owed, carried) - 1
        self.keys: list[tuple[int, int, int]] = [(OFF, 0, -1)]  # the start
        self.keys += [(OFF, days, 0) for days in range(self.owed_most + 1)]
        for number, kind in enumerate(self.one_of):
            for run in range(1, crew.max_run + 1):
                nights = range(1, min(run, crew.max_night_run) + 1)
                counted = nights if kinds[kind].night and self.counts else (0,)
                self.keys += [(number, run, count) for count in counted]
        self.number = {key: at for at, key in enumerate(self.keys)}

    def after(self, kind: int, run: int, nights: int, *, night: bool) -> int:
        """The state after one more day worked, -1 where that is too much."""
        count = nights + 1 if self.counts and night else 0
        return self.number.get((self.class_of[kind], run + 1, count), -1)


def _automaton(problem: RosterProblem, crew: CrewRules) -> tuple[Int32, Int32, Int32, Bool, int]:
    states = _States(problem, crew)
    kinds = problem.kinds
    shape = (len(states.tables), len(states.keys), len(kinds) + 1)
    following = np.full(shape, -1, dtype=np.int32)
    short = np.zeros(len(states.keys), dtype=np.int32)
    for at, (last, length, nights) in enumerate(states.keys):
        if last == OFF:
            following[:, at, -1] = states.number[(OFF, max(length - 1, 0), 0)]
            if length == 0:
                for kind, shift in enumerate(kinds):
                    following[:, at, kind] = states.after(kind, 0, 0, night=shift.night)
            continue
        before = kinds[states.one_of[last]]
        short[at] = length if length < crew.min_run else 0
        rest = max(crew.min_days_off, before.days_off_after)
        if before.night:
            rest = max(rest, crew.days_off_after_nights)
        following[:, at, -1] = states.number[(OFF, rest - 1, 0)]
        if before.days_off_after:
            continue
        for number, table in enumerate(states.tables):
            for kind, shift in enumerate(kinds):
                if kind not in table[states.one_of[last]]:
                    after = states.after(kind, length, nights, night=shift.night)
                    following[number, at, kind] = after
    working = np.array([key[0] != OFF for key in states.keys])
    table_of = np.zeros(problem.days, dtype=np.int32)
    for number, special in enumerate(problem.clock_days, start=1):
        table_of[special.day] = number
    return following, table_of, short, working, _first_state(states, crew, problem)


def _first_state(states: _States, crew: CrewRules, problem: RosterProblem) -> int:
    before = crew.before
    if before is None:
        return _START
    if before.run == 0:
        owed = max(crew.min_days_off - before.days_off, before.owed, 0)
        return states.number[(OFF, min(owed, states.owed_most), 0)]
    run = min(before.run, crew.max_run)
    counted = states.counts and problem.kinds[before.kind].night
    nights = min(max(before.nights, 1), crew.max_night_run, run) if counted else 0
    return states.number[(states.class_of[before.kind], run, nights)]
