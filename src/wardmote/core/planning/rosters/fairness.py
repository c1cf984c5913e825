"""Sharing nights and weekends evenly over the months, by limits that make up for the past."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.rosters.crew_tables import crew_tables
from wardmote.core.planning.rosters.model import NO_SKILL, Cover, CrewRules, RosterProblem
from wardmote.core.planning.rosters.one_roster import INFEASIBLE, cheapest_roster
from wardmote.core.travel.graph import Float64, Int64


def with_fair_limits(
    problem: RosterProblem,
    nights: Int64,
    weekends: Int64,
    *,
    share: Float64 | None = None,
    night_shifts: bool = True,
    weekend_shifts: bool = True,
    slack: int = 1,
) -> RosterProblem:
    """The problem with lower limits for crews that have done more than their share.

    `nights`, `weekends` int64 [C]: worked in the months that are to be balanced. `share` float64
    [C]: of full time, each > 0 (all 1 if left out). Limits fill crews up to one common level that
    covers what is wanted (as water finds its level), plus `slack`; nobody is counted on for more
    than its rules and leave allow, and limits that the rules set already stay where they are lower.
    Leave out months in which a crew was absent, so that nobody pays for an illness.
    """
    crews = len(problem.crews)
    part = np.ones(crews) if share is None else share
    if not (len(nights) == len(weekends) == len(part) == crews):
        raise Problem(
            zh="公平台账的行数应等于班组数。",
            en="The record of nights and weekends worked needs a row for each crew.",
        )
    most_nights = np.array([crew.max_nights for crew in problem.crews], dtype=np.int64)
    most_weekends = np.array([crew.max_weekends for crew in problem.crews], dtype=np.int64)
    fair_nights, fair_weekends = np.zeros_like(most_nights), np.zeros_like(most_weekends)
    for crews_alike, covers in _shared(problem):
        group = np.array(crews_alike)
        members = [problem.crews[at] for at in crews_alike]
        wanted = _nights_wanted(problem, covers)
        if night_shifts and wanted:
            room = np.array([_most_nights(problem, crew) for crew in members], dtype=np.int64)
            fair = fair_share(nights[group], wanted, part[group], room)
            fair_nights[group] = np.maximum(fair_nights[group], fair)
        if weekend_shifts:
            room = np.array([_free_weekends(problem, crew) for crew in members], dtype=np.int64)
            wanted = _weekends_wanted(problem, covers)
            fair = fair_share(weekends[group], wanted, part[group], room)
            fair_weekends[group] = np.maximum(fair_weekends[group], fair)
    if night_shifts and any(kind.night for kind in problem.kinds):
        most_nights = np.minimum(most_nights, fair_nights + slack)
    if weekend_shifts:
        most_weekends = np.minimum(most_weekends, fair_weekends + slack)
    return replace(
        problem,
        crews=tuple(
            replace(crew, max_nights=most, max_weekends=ends)
            for crew, most, ends in zip(
                problem.crews, most_nights.tolist(), most_weekends.tolist(), strict=True
            )
        ),
    )


def fair_share(
    done: Int64, wanted: int, share: Float64 | None = None, room: Int64 | None = None
) -> Int64:
    """int64 [n]: how much each should take on, at least `wanted` together, to end level.

    Those above the level take nothing; the level is the lowest whole number that is enough, a crew
    of `share` being level at that part of it. Nobody takes on more than `room`; where all room is
    not enough, everybody takes that.
    """
    if not len(done):
        return done.copy()
    part = np.ones(len(done)) if share is None else share
    most = np.full(len(done), wanted + 1) if room is None else room

    def taken(level: int) -> Int64:
        due = np.ceil(level * part - 1e-9).astype(np.int64) - done
        return np.asarray(np.minimum(np.maximum(due, 0), most), dtype=np.int64)

    low = int(done.min())
    high = math.ceil((int(done.max()) + wanted) / float(part.min()))
    while low < high:
        level = (low + high) // 2
        if int(taken(level).sum()) >= wanted:
            high = level
        else:
            low = level + 1
    return taken(low)


def _shared(problem: RosterProblem) -> list[tuple[list[int], list[Cover]]]:
    """Crews that share cover, with the rows that they share.

    Rows for any crew are shared by all. Rows for a skill are shared by those who have it, who take
    on more than others where these need it; where everybody has just one such skill (their post)
    and there are no rows for any crew, nothing else is shared.
    """
    skills = {cover.skill for cover in problem.covers}
    parts = [
        (
            [n for n, crew in enumerate(problem.crews) if skill in (NO_SKILL, *crew.skills)],
            [cover for cover in problem.covers if cover.skill == skill],
        )
        for skill in sorted(skills)
    ]
    apart = all(len(crew.skills & skills) <= 1 for crew in problem.crews)
    if NO_SKILL not in skills and not apart:
        parts.append((list(range(len(problem.crews))), list(problem.covers)))
    return [part for part in parts if part[0]]


def _nights_wanted(problem: RosterProblem, covers: list[Cover]) -> int:
    return sum(cover.wanted for cover in covers if problem.kinds[cover.kind].night)


def _most_nights(problem: RosterProblem, crew: CrewRules) -> int:
    """The most nights that a crew's own rules allow; 0 where they allow no roster."""
    price = np.zeros((problem.days, len(problem.kinds) + 1))
    price[:, [at for at, kind in enumerate(problem.kinds) if kind.night]] = -1.0
    cost, _ = cheapest_roster(crew_tables(problem, crew), price)
    return 0 if cost == INFEASIBLE else round(-cost)


def _free_weekends(problem: RosterProblem, crew: CrewRules) -> int:
    """Weekends on which a crew is not on leave throughout, at most as many as it may work."""
    free = {
        (day + problem.first_weekday) // 7
        for day in range(problem.days)
        if (day + problem.first_weekday) % 7 >= 5 and day not in crew.leave
    }
    return min(len(free), crew.max_weekends)


def _weekends_wanted(problem: RosterProblem, covers: list[Cover]) -> int:
    """Weekends that crews must work in all, if each works both days of them."""
    by_weekend: dict[int, dict[int, int]] = {}
    for cover in covers:
        day = cover.day + problem.first_weekday
        if day % 7 >= 5:
            days = by_weekend.setdefault(day // 7, {})
            days[day % 7] = days.get(day % 7, 0) + cover.wanted
    return sum(max(days.values()) for days in by_weekend.values())
