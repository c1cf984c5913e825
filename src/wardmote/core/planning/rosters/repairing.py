"""Mending a roster after somebody falls ill, with few changes for everybody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from wardmote.core.planning.rosters.model import OFF, CrewRules, Int8, RosterProblem, Wish
from wardmote.core.planning.rosters.solving import (
    Progress,
    RosterAnswer,
    RosterEffort,
    RosterStatus,
    solve_roster,
)


@dataclass(frozen=True, slots=True)
class Absence:
    """A crew that cannot work from `first_day` to `last_day`, both inclusive."""

    crew: int
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which a crew that is not absent works something else than before."""

    crew: int
    day: int
    was: int
    now: int


@dataclass(frozen=True, slots=True, eq=False)
class Repair:
    """The mended roster. `answer.value` counts changes at their cost besides cover and wishes.

    `problem`: what was solved, the past and the absences in it.
    """

    problem: RosterProblem
    answer: RosterAnswer
    changes: tuple[Change, ...]


def repair_roster(
    problem: RosterProblem,
    roster: Int8,
    absences: tuple[Absence, ...],
    *,
    from_day: int,
    change_cost: int,
    seed: int = 1,
    effort: RosterEffort | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Repair:
    """Plan days from `from_day` on anew; earlier days stay as they were.

    `roster` int8 [C, D] is in force. Each changed day of a crew costs `change_cost` beside cover
    and wishes: a shift is left uncovered where filling it would cost more changes than it is worth.
    An absence counts as worked for the least hours, and cuts a run of work or rest short without
    breaking a rule.
    """
    away = {
        (absence.crew, day)
        for absence in absences
        for day in range(max(absence.first_day, from_day), absence.last_day + 1)
    }
    crews = tuple(
        _as_it_stands(problem, roster, number, from_day, {day for c, day in away if c == number})
        for number in range(len(problem.crews))
    )
    keep = tuple(
        wish
        for crew in range(len(crews))
        for day in range(from_day, problem.days)
        if (crew, day) not in away
        for wish in _keeping(problem, crew, day, int(roster[crew, day]), change_cost)
    )
    changed = replace(problem, crews=crews, wishes=(*problem.wishes, *keep))
    answer = solve_roster(changed, seed=seed, effort=effort, should_stop=should_stop, report=report)
    if answer.status is RosterStatus.IMPOSSIBLE:
        return Repair(changed, answer, ())
    changes = tuple(
        Change(crew, day, int(roster[crew, day]), int(answer.roster[crew, day]))
        for crew in range(len(crews))
        for day in range(from_day, problem.days)
        if (crew, day) not in away and roster[crew, day] != answer.roster[crew, day]
    )
    return Repair(changed, answer, changes)


def _as_it_stands(
    problem: RosterProblem, roster: Int8, number: int, from_day: int, away: set[int]
) -> CrewRules:
    crew = problem.crews[number]
    past = tuple((day, int(roster[number, day])) for day in range(from_day))
    later = tuple(row for row in crew.fixed if row[0] >= from_day and row[0] not in away)
    crew = replace(crew, fixed=(*past, *later), leave=crew.leave | away)
    if not away:
        return crew
    missed = sum(
        problem.kinds[int(roster[number, day])].minutes
        for day in away
        if roster[number, day] != OFF
    )
    return replace(crew, min_minutes=max(crew.min_minutes - missed, 0), min_run=1, min_days_off=1)


def _keeping(problem: RosterProblem, crew: int, day: int, was: int, cost: int) -> list[Wish]:
    """Wishes that cost `cost` where the day is not as it was."""
    if was != OFF:
        return [Wish(crew, day, was, True, cost)]
    return [Wish(crew, day, kind, False, cost) for kind in range(len(problem.kinds))]
