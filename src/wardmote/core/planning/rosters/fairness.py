"""Sharing nights and weekends evenly over the months, by limits that make up for the past."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.rosters.model import NO_SKILL, RosterProblem
from wardmote.core.travel.graph import Int64


def with_fair_limits(
    problem: RosterProblem,
    worked: Int64,
    weekends: Int64,
    *,
    weekend_shifts: bool = True,
    slack: int = 1,
) -> RosterProblem:
    """The problem with lower limits for crews that have done more than their share.

    `worked` int64 [C, K]: shifts of each kind in the months that are to be balanced; only night
    kinds are shared. `weekends` int64 [C]: weekends worked. Limits fill crews up to one common
    level that covers what is wanted (as water finds its level), plus `slack`; limits that the
    rules set already stay where they are lower. Leave out months in which a crew was absent, or
    enter its share, so that nobody pays for an illness.
    """
    crews = len(problem.crews)
    if worked.shape != (crews, len(problem.kinds)) or weekends.shape != (crews,):
        raise Problem(
            zh="公平台账的行数应等于班组数，列数应等于班次种类数。",
            en="The record of shifts worked needs a row for each crew and a column for each kind.",
        )
    limits = np.array([crew.max_shifts for crew in problem.crews], dtype=np.int64)
    for kind, shift in enumerate(problem.kinds):
        if shift.night:
            able = limits[:, kind] > 0
            wanted = _wanted(problem, kind)
            fair = fair_share(worked[able, kind], wanted) + slack
            limits[able, kind] = np.minimum(limits[able, kind], fair)
    ends = np.array([crew.max_weekends for crew in problem.crews], dtype=np.int64)
    if weekend_shifts:
        ends = np.minimum(ends, fair_share(weekends, _weekends_wanted(problem)) + slack)
    return replace(
        problem,
        crews=tuple(
            replace(crew, max_shifts=tuple(row), max_weekends=int(end))
            for crew, row, end in zip(problem.crews, limits.tolist(), ends, strict=True)
        ),
    )


def fair_share(done: Int64, wanted: int) -> Int64:
    """int64 [n]: how much each should take on, at least `wanted` together, to end level.

    Those above the level take nothing; the level is the lowest whole number that is enough.
    """
    if not len(done):
        return done.copy()
    low, high = int(done.min()), int(done.max()) + wanted
    while low < high:
        level = (low + high) // 2
        if int(np.maximum(level - done, 0).sum()) >= wanted:
            high = level
        else:
            low = level + 1
    return np.maximum(low - done, 0)


def _wanted(problem: RosterProblem, kind: int) -> int:
    return sum(
        cover.wanted for cover in problem.covers if cover.kind == kind and cover.skill == NO_SKILL
    )


def _weekends_wanted(problem: RosterProblem) -> int:
    """Weekends that crews must work in all, if each works both days of them."""
    by_day: dict[int, int] = {}
    for cover in problem.covers:
        if (cover.day + problem.first_weekday) % 7 >= 5 and cover.skill == NO_SKILL:
            by_day[cover.day] = by_day.get(cover.day, 0) + cover.wanted
    return math.ceil(sum(by_day.values()) / 2)
