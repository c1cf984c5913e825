"""A crew's rules as tables that the kernel for one roster reads.

What has to be remembered from day to day about runs of work and rest is a small automaton: its
*run states* are the start, each number of days off still owed, and each (kind of shift, days in a
row, nights in a row). Minutes, weekends and limited kinds are counted beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.rosters.model import OFF, CrewRules, RosterProblem, ShiftKind
from wardmote.core.travel.graph import Bool, Int32

_START = 0
_MOST_STATES = 80_000_000  # of all days together


@dataclass(frozen=True, slots=True, eq=False)
class CrewTables:
    """R run states, K kinds; action K is a day off.

    - `following` int32 [R, K+1]: run state after an action, -1 where a rule forbids it.
    - `short` int32 [R]: days worked in a row where that is below the least run, else 0.
    - `working` bool [R]: whether the last day was worked.
    - `allowed` bool [D, K+1]: actions that leave, fixed days and limits of 0 permit.
    - `minutes` int32 [K+1]: minutes of each action in units of their common divisor.
    - `stride`, `radix` int32 [K+1]: place of each limited kind in the counter of limited kinds.
    - `limits` int32: most minutes, least minutes, most weekends, size of the counter of limited
      kinds, first run state, whether the past is unknown.
    """

    following: Int32
    short: Int32
    working: Bool
    allowed: Bool
    minutes: Int32
    stride: Int32
    radix: Int32
    limits: Int32

    @property
    def states(self) -> int:
        """Greatest number of states of a day."""
        most, _, weekends, counter = self.limits[:4].tolist()
        return int((most + 1) * (weekends + 1) * counter * len(self.short))


def crew_tables(problem: RosterProblem, crew: CrewRules) -> CrewTables:
    """Tables of one crew. Raises `Problem` where the horizon is too long to search exactly."""
    following, short, working, first = _automaton(problem, crew)
    lengths = [kind.minutes for kind in problem.kinds]
    unit = math.gcd(*lengths)
    minutes = np.array([*(length // unit for length in lengths), 0], dtype=np.int32)
    most = min(crew.max_minutes // unit, int(minutes.max()) * problem.days)
    stride, radix, counter = _limited_kinds(problem, crew, most, minutes)
    weekends = (problem.days + problem.first_weekday) // 7 + 1
    limits = np.array(
        [
            max(most, 0),
            -(-crew.min_minutes // unit),
            max(min(crew.max_weekends, weekends), 0),
            counter,
            first,
            int(crew.before is None),
        ],
        dtype=np.int32,
    )
    tables = CrewTables(
        following, short, working, _allowed(problem, crew), minutes, stride, radix, limits
    )
    if tables.states * problem.days > _MOST_STATES:
        raise Problem(
            zh=f"班组 {crew.code} 的排班周期太长或班次时长太零碎，请缩短周期或统一时长。",
            en=f"Crew {crew.code}: the period is too long, or the lengths of shifts too varied, to "
            "be planned at once. Plan a shorter period or round the lengths.",
        )
    return tables


def _limited_kinds(
    problem: RosterProblem, crew: CrewRules, most: int, minutes: Int32
) -> tuple[Int32, Int32, int]:
    kinds = len(problem.kinds)
    stride, radix = np.zeros(kinds + 1, dtype=np.int32), np.ones(kinds + 1, dtype=np.int32)
    counter = 1
    for kind, limit in enumerate(crew.max_shifts):
        if 0 < limit < min(problem.days, most // int(minutes[kind])):
            stride[kind], radix[kind] = counter, limit + 1
            counter *= limit + 1
    return stride, radix, counter


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
    """Run states by what they remember."""

    def __init__(self, problem: RosterProblem, crew: CrewRules) -> None:
        self.owed_most = max(crew.min_days_off, crew.days_off_after_nights, 1) - 1
        self.keys: list[tuple[int, int, int]] = [(OFF, 0, -1)]  # the start
        self.keys += [(OFF, owed, 0) for owed in range(self.owed_most + 1)]
        for kind, shift in enumerate(problem.kinds):
            for run in range(1, crew.max_run + 1):
                nights = range(1, min(run, crew.max_night_run) + 1) if shift.night else (0,)
                if shift.night and crew.max_night_run >= crew.max_run:
                    nights = (0,)  # the run's own limit is enough: do not count nights apart
                self.keys += [(kind, run, count) for count in nights]
        self.number = {key: at for at, key in enumerate(self.keys)}


def _automaton(problem: RosterProblem, crew: CrewRules) -> tuple[Int32, Int32, Bool, int]:
    states = _States(problem, crew)
    kinds = problem.kinds
    counts = crew.max_night_run < crew.max_run
    following = np.full((len(states.keys), len(kinds) + 1), -1, dtype=np.int32)
    short = np.zeros(len(states.keys), dtype=np.int32)
    for at, (last, length, nights) in enumerate(states.keys):
        if last == OFF:
            following[at, -1] = states.number[(OFF, max(length - 1, 0), 0)]
            if length == 0:
                _begin_run(states, following, at, kinds, counts)
            continue
        short[at] = length if length < crew.min_run else 0
        rest = crew.min_days_off
        if kinds[last].night:
            rest = max(rest, crew.days_off_after_nights)
        following[at, -1] = states.number[(OFF, rest - 1, 0)]
        for kind, shift in enumerate(kinds):
            count = nights + 1 if counts and shift.night else 0
            key = (kind, length + 1, count)
            if kind not in kinds[last].not_before and key in states.number:
                following[at, kind] = states.number[key]
    working = np.array([key[0] != OFF for key in states.keys])
    return following, short, working, _first_state(states, crew, kinds, counts)


def _begin_run(
    states: _States, following: Int32, at: int, kinds: tuple[ShiftKind, ...], counts: bool
) -> None:
    for kind, shift in enumerate(kinds):
        key = (kind, 1, int(counts and shift.night))
        if key in states.number:
            following[at, kind] = states.number[key]


def _first_state(
    states: _States, crew: CrewRules, kinds: tuple[ShiftKind, ...], counts: bool
) -> int:
    before = crew.before
    if before is None:
        return _START
    if before.run == 0:
        owed = min(max(crew.min_days_off - before.days_off, 0), states.owed_most)
        return states.number[(OFF, owed, 0)]
    run = min(before.run, crew.max_run)
    nights = before.nights if counts and kinds[before.kind].night else 0
    return states.number[(before.kind, run, min(nights, crew.max_night_run, run))]
