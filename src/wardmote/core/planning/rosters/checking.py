"""Whether a roster keeps the rules, found by reading it, not by the tables that made it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.planning.rosters.model import OFF, CrewRules, Int8, RosterProblem


class RuleCode(StrEnum):
    """A rule of a crew, as violations and conflicts name it."""

    MAX_SHIFTS = "max_shifts"
    MIN_MINUTES = "min_minutes"
    MAX_MINUTES = "max_minutes"
    MIN_RUN = "min_run"
    MAX_RUN = "max_run"
    MIN_DAYS_OFF = "min_days_off"
    MAX_NIGHTS = "max_nights"
    MIN_FREE_DAYS = "min_free_days"
    MAX_WEEK_MINUTES = "max_week_minutes"
    MAX_WEEKENDS = "max_weekends"
    MAX_NIGHT_RUN = "max_night_run"
    DAYS_OFF_AFTER_NIGHTS = "days_off_after_nights"
    REST = "rest"
    """A kind of shift that may not follow another."""
    LEAVE = "leave"
    FIXED = "fixed"
    HISTORY = "history"
    """How the days before the first day were."""
    COVER = "cover"
    """How many are wanted; only in explanations of shortages."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule broken by a crew; `day` is where it shows, -1 for rules about the whole period."""

    rule: RuleCode
    crew: int
    day: int


def violations(problem: RosterProblem, roster: Int8) -> tuple[Violation, ...]:
    """Every rule that a roster (int8 [C, D]) breaks, in the order of crews."""
    found: list[Violation] = []
    for number, crew in enumerate(problem.crews):
        actions = roster[number].tolist()
        broken = [*_totals(problem, crew, actions), *_days(problem, crew, actions)]
        broken += [*_runs_of_work(problem, crew, actions), *_runs_off(problem, crew, actions)]
        found += [Violation(rule, number, day) for rule, day in broken]
    return tuple(found)


def _totals(
    problem: RosterProblem, crew: CrewRules, actions: list[int]
) -> list[tuple[RuleCode, int]]:
    broken = []
    worked = [problem.minutes_on(day)[k] if k != OFF else 0 for day, k in enumerate(actions)]
    minutes = sum(worked)
    if minutes < crew.min_minutes:
        broken.append((RuleCode.MIN_MINUTES, -1))
    if minutes > crew.max_minutes:
        broken.append((RuleCode.MAX_MINUTES, -1))
    if any(actions.count(kind) > limit for kind, limit in enumerate(crew.max_shifts)):
        broken.append((RuleCode.MAX_SHIFTS, -1))
    weekends = {
        (day + problem.first_weekday) // 7
        for day, kind in enumerate(actions)
        if kind != OFF and (day + problem.first_weekday) % 7 >= 5
    }
    if len(weekends) > crew.max_weekends:
        broken.append((RuleCode.MAX_WEEKENDS, -1))
    if sum(kind != OFF and problem.kinds[kind].night for kind in actions) > crew.max_nights:
        broken.append((RuleCode.MAX_NIGHTS, -1))
    if actions.count(OFF) < crew.min_free_days:
        broken.append((RuleCode.MIN_FREE_DAYS, -1))
    if crew.max_week_minutes is not None:
        broken += _weeks(problem, crew, worked, crew.max_week_minutes)
    return broken


def _weeks(
    problem: RosterProblem, crew: CrewRules, worked: list[int], most: int
) -> list[tuple[RuleCode, int]]:
    """A week that was full before the first day is broken only by working more in it."""
    weeks: dict[int, int] = {}
    for day, minutes in enumerate(worked):
        week = (day + problem.first_weekday) // 7
        weeks[week] = weeks.get(week, 0) + minutes
    left = {0: max(most - problem.week_minutes_before(crew), 0)}
    return [
        (RuleCode.MAX_WEEK_MINUTES, max(7 * week - problem.first_weekday, 0))
        for week, minutes in weeks.items()
        if minutes > left.get(week, most)
    ]


def _days(
    problem: RosterProblem, crew: CrewRules, actions: list[int]
) -> list[tuple[RuleCode, int]]:
    broken = [(RuleCode.LEAVE, day) for day in sorted(crew.leave) if actions[day] != OFF]
    broken += [(RuleCode.FIXED, day) for day, kind in crew.fixed if actions[day] != kind]
    yesterday = crew.before.kind if crew.before and crew.before.run else OFF
    for day, kind in enumerate(actions):
        if yesterday != OFF and kind in problem.not_before_on(day)[yesterday]:
            broken.append((RuleCode.REST, day))
        yesterday = kind
    return broken


def _runs(actions: list[int]) -> list[tuple[int, int]]:
    """(first day, day after the last) of each run of work."""
    runs, first = [], -1
    for day, kind in enumerate([*actions, OFF]):
        if kind != OFF and first < 0:
            first = day
        elif kind == OFF and first >= 0:
            runs.append((first, day))
            first = -1
    return runs


def _runs_of_work(
    problem: RosterProblem, crew: CrewRules, actions: list[int]
) -> list[tuple[RuleCode, int]]:
    broken = []
    before = crew.before
    carried = before.run if before else 0
    if carried and before and before.run < crew.min_run and actions[0] == OFF:
        broken.append((RuleCode.MIN_RUN, 0))
    for first, end in _runs(actions):
        length = end - first + (carried if first == 0 else 0)
        if length > crew.max_run:
            broken.append((RuleCode.MAX_RUN, first))
        open_start = first == 0 and before is None
        if length < crew.min_run and not open_start and end < problem.days:
            broken.append((RuleCode.MIN_RUN, first))
    nights = before.nights if before and carried else 0
    for day, kind in enumerate(actions):
        nights = nights + 1 if kind != OFF and problem.kinds[kind].night else 0
        if nights > crew.max_night_run:
            broken.append((RuleCode.MAX_NIGHT_RUN, day))
    return broken


def _runs_off(
    problem: RosterProblem, crew: CrewRules, actions: list[int]
) -> list[tuple[RuleCode, int]]:
    broken = []
    before = crew.before
    last, off = OFF, 0  # the kind before the days off, how many there are
    known = before is not None
    if before and before.run:
        last = before.kind
    elif before:
        off = before.days_off
        early = next((day for day, kind in enumerate(actions) if kind != OFF), len(actions))
        if early < min(before.owed, len(actions)):
            broken.append((RuleCode.DAYS_OFF_AFTER_NIGHTS, early))
    for day, kind in enumerate(actions):
        if kind == OFF:
            off += 1
            continue
        if last != OFF and off < problem.kinds[last].days_off_after:
            broken.append((RuleCode.REST, day))
        if off > 0 and known:
            nights = last != OFF and problem.kinds[last].night
            if nights and off < max(crew.days_off_after_nights, crew.min_days_off):
                short = off < crew.min_days_off
                rule = RuleCode.MIN_DAYS_OFF if short else RuleCode.DAYS_OFF_AFTER_NIGHTS
                broken.append((rule, day))
            elif off < crew.min_days_off:
                broken.append((RuleCode.MIN_DAYS_OFF, day))
        last, off, known = kind, 0, True
    return broken
