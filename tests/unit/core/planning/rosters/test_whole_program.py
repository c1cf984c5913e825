"""A roster as one integer program: the same rules as the checker's, and the best of all."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from wardmote.core.planning.rosters.checking import violations
from wardmote.core.planning.rosters.cover import cost_tables
from wardmote.core.planning.rosters.model import (
    OFF,
    Before,
    ClockDay,
    Cover,
    CrewRules,
    Pair,
    RosterProblem,
    ShiftKind,
    Wish,
)
from wardmote.core.planning.rosters.solving import RosterStatus, solve_roster
from wardmote.core.planning.rosters.whole_program import WholeProgram

DAYS, KINDS = 7, 2


def drawn(rng: np.random.Generator) -> RosterProblem:
    """One crew with rules of every sort, some of them off, and wishes."""

    def some(low: int, high: int, usual: int) -> int:
        return int(rng.integers(low, high + 1)) if rng.random() < 0.6 else usual

    kinds = (
        ShiftKind("D", 480, frozenset({0} if rng.random() < 0.2 else ())),
        ShiftKind("N", 600, frozenset({0}), night=True, days_off_after=some(0, 2, 0)),
    )
    before = None
    if rng.random() < 0.7:
        run = int(rng.integers(0, 4))
        kind = int(rng.integers(KINDS))
        before = (
            Before(run, min(run, 1) if kind == 1 else 0, kind, week_minutes=480 * run)
            if run
            else Before(days_off=int(rng.integers(1, 4)), owed=int(rng.integers(0, 3)))
        )
    crew = CrewRules(
        "c",
        (some(0, 4, 9), some(0, 3, 9)),
        some(0, 1_200, 0),
        some(1_200, 3_600, 9_999),
        min_run=some(1, 3, 1),
        max_run=some(3, 5, 7),
        min_days_off=some(1, 3, 1),
        max_weekends=some(0, 1, 9),
        max_night_run=some(1, 3, 9),
        days_off_after_nights=some(0, 3, 0),
        leave=frozenset({int(rng.integers(DAYS))} if rng.random() < 0.3 else ()),
        fixed=((int(rng.integers(DAYS)), int(rng.integers(-1, KINDS))),)
        if rng.random() < 0.3
        else (),
        before=before,
        max_nights=some(0, 3, 9),
        min_free_days=some(0, 4, 0),
        max_week_minutes=some(900, 2_400, 9_999),
    )
    wishes = tuple(
        Wish(0, int(rng.integers(DAYS)), int(rng.integers(-1, KINDS)), bool(rng.random() < 0.5), 3)
        for _ in range(5)
    )
    covers = tuple(Cover(day, int(rng.integers(KINDS)), 1, 7, 2) for day in range(DAYS))
    clocks = (ClockDay(3, (420, 540), (frozenset({1}), frozenset())),) if rng.random() < 0.3 else ()
    return RosterProblem(
        DAYS, kinds, (crew,), covers, wishes, int(rng.integers(7)), clock_days=clocks
    )


EVERY = [
    np.array([actions], dtype=np.int8)
    for actions in itertools.product(range(OFF, KINDS), repeat=DAYS)
]
"""Every roster of one crew."""


def possible(seed: int) -> tuple[RosterProblem, list[np.ndarray]]:
    """A drawn problem that can be kept, and all rosters that keep it."""
    rng = np.random.default_rng(seed)
    while True:
        problem = drawn(rng)
        allowed = [roster for roster in EVERY if not violations(problem, roster)]
        if allowed:
            return problem, allowed


@pytest.mark.parametrize("seed", range(12))
def test_the_program_allows_what_the_checker_allows_and_finds_the_cheapest(seed: int) -> None:
    problem, allowed = possible(seed)
    costs = cost_tables(problem)
    priced = [costs.total_cost(roster) for roster in allowed]
    dearest = allowed[int(np.argmax(priced))]
    found, bound = WholeProgram(problem, costs).solve(
        dearest, limit_s=60.0, should_stop=lambda: False
    )
    assert not violations(problem, found)
    assert costs.total_cost(found) == min(priced) == bound


def test_wishes_that_can_all_be_granted_are_granted_and_proven() -> None:
    nights = (ShiftKind("N", 480, night=True),)
    rules = CrewRules("t", (9,), 0, 9_999, max_run=2, min_days_off=2)
    crews = tuple(rules for _ in range(6))
    wishes = tuple(
        Wish(crew, day, 0, wants=False, cost=3) for crew in range(6) for day in (crew, 9)
    )
    problem = RosterProblem(
        14, nights, crews, tuple(Cover(day, 0, 1, 1_000, 1) for day in range(14) if day != 9),
        wishes, pairs=(Pair(0, 1, together=False, cost=5),),
    )  # fmt: skip
    answer = solve_roster(problem)
    assert (answer.status, answer.value, answer.bound) == (RosterStatus.OPTIMAL, 0, 0)
