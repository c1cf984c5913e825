"""The cheapest roster of a crew against trying all of them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.planning.rosters.checking import RuleCode, violations
from wardmote.core.planning.rosters.crew_tables import crew_tables
from wardmote.core.planning.rosters.model import (
    OFF,
    Before,
    ClockDay,
    CrewRules,
    RosterProblem,
    ShiftKind,
)
from wardmote.core.planning.rosters.one_roster import cheapest_roster
from wardmote.core.planning.rosters.roster_listing import rosters_below

DAYS = 7
KINDS = (
    ShiftKind("day", 480),
    ShiftKind("night", 720, frozenset({0}), night=True),
)
CLOCKS = ClockDay(4, (480, 660), (frozenset({1}), frozenset({0, 1})))
"""A day on which nights are an hour shorter and no night follows a day."""


def problem_of(
    crew: CrewRules, first_weekday: int = 3, clocks: tuple[ClockDay, ...] = ()
) -> RosterProblem:
    return RosterProblem(DAYS, KINDS, (crew,), (), (), first_weekday, clock_days=clocks)


def every_roster(problem: RosterProblem) -> np.ndarray:
    """All rosters that keep the rules, by the independent checker."""
    rows = [
        row
        for row in itertools.product((OFF, 0, 1), repeat=DAYS)
        if not violations(problem, np.array([row], dtype=np.int8))
    ]
    return np.array(rows, dtype=np.int8).reshape(-1, DAYS)


worked_before = st.sampled_from([0, 480, 1800, 2400])
befores = st.one_of(
    st.none(),
    st.builds(
        Before, days_off=st.integers(1, 4), owed=st.integers(0, 2), week_minutes=worked_before
    ),
    st.builds(Before, run=st.integers(1, 3), kind=st.just(0), week_minutes=worked_before),
    st.builds(
        Before,
        run=st.integers(1, 3),
        nights=st.just(1),
        kind=st.just(1),
        week_minutes=worked_before,
    ),
)
crews = st.builds(
    CrewRules,
    code=st.just("A"),
    max_shifts=st.tuples(st.integers(0, DAYS), st.integers(0, 4)),
    min_minutes=st.sampled_from([0, 960, 1920]),
    max_minutes=st.sampled_from([1920, 2400, 9999]),
    min_run=st.integers(1, 2),
    max_run=st.integers(3, 5),
    min_days_off=st.integers(1, 3),
    max_weekends=st.integers(0, 2),
    max_night_run=st.integers(1, 4),
    days_off_after_nights=st.integers(0, 3),
    leave=st.frozensets(st.integers(0, DAYS - 1), max_size=2),
    before=befores,
    max_nights=st.integers(0, 5),
    min_free_days=st.integers(0, 4),
    max_week_minutes=st.sampled_from([None, 1440, 1920]),
)


@given(
    crew=crews,
    weekday=st.integers(0, 6),
    seed=st.integers(0, 99),
    clocks=st.sampled_from([(), (CLOCKS,)]),
)
@settings(max_examples=15, deadline=None)
def test_no_roster_that_keeps_the_rules_is_cheaper(
    crew: CrewRules, weekday: int, seed: int, clocks: tuple[ClockDay, ...]
) -> None:
    problem = problem_of(crew, weekday, clocks)
    price = np.random.default_rng(seed).integers(-9, 10, (DAYS, 3)).astype(np.float64)
    cost, actions = cheapest_roster(crew_tables(problem, crew), price)
    allowed = every_roster(problem)
    if not len(allowed):
        assert cost == np.inf
        return
    costs = price[np.arange(DAYS), allowed].sum(axis=1)
    assert cost == costs.min()
    assert not violations(problem, actions[None])
    assert price[np.arange(DAYS), actions].sum() == cost


def test_a_week_that_begins_with_the_first_day_owes_nothing_to_the_days_before() -> None:
    crew = CrewRules("A", (DAYS, 0), 0, 9999, before=Before(run=1, kind=0, week_minutes=480))
    crew = replace(crew, max_week_minutes=1440)
    price = np.tile(np.array([-1.0, 0.0, 0.0]), (DAYS, 1))
    for weekday, least in ((0, -3), (6, -4)):
        problem = problem_of(crew, weekday)
        cost, actions = cheapest_roster(crew_tables(problem, crew), price)
        assert cost == least
        assert not violations(problem, actions[None])


def test_a_week_that_was_full_before_the_first_day_stays_free() -> None:
    crew = CrewRules("A", (DAYS, 0), 0, 9999, before=Before(days_off=1, week_minutes=2400))
    crew = replace(crew, max_week_minutes=1440)
    price = np.tile(np.array([-1.0, 0.0, 0.0]), (DAYS, 1))
    problem = problem_of(crew, 4)
    cost, actions = cheapest_roster(crew_tables(problem, crew), price)
    assert cost == -3
    assert (actions[:3] == OFF).all()
    assert not violations(problem, actions[None])
    worked = np.zeros((1, DAYS), dtype=np.int8)
    assert RuleCode.MAX_WEEK_MINUTES in {one.rule for one in violations(problem, worked)}


CREW = CrewRules("A", (DAYS, 3), 960, 2880, 2, 4, 2, 1, 2, 2)


def test_every_roster_below_a_price_is_listed() -> None:
    problem = problem_of(CREW)
    price = np.random.default_rng(5).integers(-9, 10, (DAYS, 3)).astype(np.float64)
    allowed = every_roster(problem)
    costs = price[np.arange(DAYS), allowed].sum(axis=1)
    budget = float(np.sort(costs)[len(costs) // 4])
    found = rosters_below(crew_tables(problem, CREW), price, budget, 10_000)
    assert found is not None
    expected = {row.tobytes() for row in allowed[costs <= budget]}
    assert {row.tobytes() for row in found} == expected
    assert len(found) == len(expected)
    assert rosters_below(crew_tables(problem, CREW), price, budget, len(found)) is not None
    assert rosters_below(crew_tables(problem, CREW), price, budget, len(found) - 1) is None


def test_a_shift_that_needs_days_off_after_it_gets_them() -> None:
    whole_day = (ShiftKind("24 h", 1440, days_off_after=2),)
    crew = CrewRules("A", (DAYS,), 0, 99_999)
    problem = RosterProblem(DAYS, whole_day, (crew,), ())
    price = np.tile(np.array([[-1.0, 0.0]]), (DAYS, 1))
    cost, actions = cheapest_roster(crew_tables(problem, crew), price)
    assert cost == -3
    assert not violations(problem, actions[None])
    assert np.flatnonzero(actions == 0).tolist() == [0, 3, 6]


def test_limits_are_inclusive() -> None:
    crew = CrewRules("A", (3, 0), 1440, 1440, 3, 3, 5, 9)
    problem = problem_of(crew, first_weekday=0)
    cost, actions = cheapest_roster(crew_tables(problem, crew), np.zeros((DAYS, 3)))
    assert cost == 0
    assert (actions == 0).sum() == 3
    tighter = replace(crew, max_minutes=1439, min_minutes=1439)
    assert cheapest_roster(crew_tables(problem, tighter), np.zeros((DAYS, 3)))[0] == np.inf


@pytest.mark.parametrize("fixed", [((2, 1),), ((2, OFF), (3, 0))])
def test_fixed_days_are_kept(fixed: tuple[tuple[int, int], ...]) -> None:
    crew = replace(CREW, fixed=fixed)
    price = np.random.default_rng(1).random((DAYS, 3))
    _, actions = cheapest_roster(crew_tables(problem_of(crew), crew), price)
    assert all(actions[day] == kind for day, kind in fixed)
