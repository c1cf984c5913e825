"""The front of two standards, and moves that pay, against all plans."""

import itertools

import numpy as np
import pytest
from tests.unit.core.planning.siting.small_cases import covered, plans, random_problem

from wardmote.core.planning.siting.answer import Control, Status
from wardmote.core.planning.siting.cover_sets import cover_sets
from wardmote.core.planning.siting.pareto import pareto_front
from wardmote.core.planning.siting.problem import SitingProblem
from wardmote.core.planning.siting.resiting import MoveTerms, resite
from wardmote.core.planning.siting.sites import Sites


def efficient(values: set[tuple[float, ...]]) -> set[tuple[float, ...]]:
    return {
        v
        for v in values
        if not any(w != v and all(a >= b for a, b in zip(w, v, strict=True)) for w in values)
    }


@pytest.mark.parametrize("seed", range(10))
def test_the_front_of_two_standards_is_complete(seed: int) -> None:
    problem = random_problem(seed, standards=2)
    values = {
        tuple(covered(problem, plan, s) for s in problem.standards) for plan in plans(problem.sites)
    }
    front = pareto_front(problem, points=1_000)
    assert {point.covered for point in front} == efficient(values)
    for point in front:
        assert point.siting.status is Status.PROVEN
        assert problem.sites.allows(point.siting.opened)


def test_a_short_front_holds_only_efficient_plans() -> None:
    problem = random_problem(37, points=80, candidates=9, standards=2)
    values = {
        tuple(covered(problem, plan, s) for s in problem.standards) for plan in plans(problem.sites)
    }
    front = pareto_front(problem, points=2)
    assert 2 <= len(front) <= 5
    assert {point.covered for point in front} <= efficient(values)


def test_three_standards_give_plans_that_none_beats_among_those_found() -> None:
    problem = random_problem(5, standards=3)
    front = pareto_front(problem, points=3)
    found = {point.covered for point in front}
    assert found == efficient(found)
    assert len(found) == len(front)


def moving_case(seed: int) -> tuple[SitingProblem, MoveTerms]:
    rng = np.random.default_rng(seed)
    travel = rng.integers(0, 100, (30, 7)).astype(np.int32)
    kept = [int(rng.integers(3))] if seed % 2 else []
    problem = SitingProblem.within(
        travel, rng.integers(0, 9, 30).astype(np.float64), Sites.of(7, 3, kept=kept), 25
    )
    cost = rng.integers(0, 400, (3, 7)).astype(np.float64)
    terms = MoveTerms(np.arange(3, dtype=np.int64), cost, 2.0, 10.0, int(rng.integers(1, 4)))
    return problem, terms


@pytest.mark.parametrize("seed", range(20))
def test_no_moves_are_worth_more(seed: int) -> None:
    problem, terms = moving_case(seed)
    sets = cover_sets(problem)
    best = -np.inf
    for place in itertools.permutations(range(7), 3):
        going = [r for r in range(3) if place[r] != r]
        if len(going) > terms.max_moves or any(r in problem.sites.kept for r in going):
            continue
        paid = sum(terms.cost[r, place[r]] for r in going)
        best = max(best, 20.0 * sets.covered(place) - paid)
    found = resite(sets, problem.sites, terms)
    assert found.siting.status is Status.PROVEN
    assert found.siting.value == pytest.approx(best)
    assert found.staying == 20.0 * sets.covered(range(3))
    gained = sum(20.0 * m.gain_per_day - m.cost for m in found.moves)
    assert found.staying + gained == pytest.approx(best)
    assert len(found.moves) <= terms.max_moves


def test_a_move_pays_after_its_cost_divided_by_its_gain() -> None:
    travel = np.array([[0, 99], [99, 0]], dtype=np.int32)
    problem = SitingProblem.within(travel, np.array([1.0, 5.0]), Sites.of(2, 1), 10)
    cost = np.array([[7.0, 60.0]])
    terms = MoveTerms(np.array([0]), cost, 3.0, 30.0, 1)
    found = resite(cover_sets(problem), problem.sites, terms)
    (move,) = found.moves
    assert (move.origin, move.destination, move.gain_per_day) == (0, 1, 4.0)
    assert move.pays_after_days == 60.0 / (4.0 * 3.0)
    brief = MoveTerms(np.array([0]), cost, 3.0, 5.0, 1)
    assert resite(cover_sets(problem), problem.sites, brief).moves == ()


def test_told_to_stop_it_says_so_and_proposes_only_what_it_valued() -> None:
    problem, terms = moving_case(4)
    found = resite(cover_sets(problem), problem.sites, terms, Control(should_stop=lambda: True))
    assert found.siting.status is Status.STOPPED
    assert found.moves == ()
