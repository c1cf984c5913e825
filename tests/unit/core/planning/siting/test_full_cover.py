"""Full cover and the p-center against all plans."""

import numpy as np
import pytest
from tests.unit.core.planning.siting.small_cases import plans, random_problem, times_within

from wardmote.core.planning.siting.answer import Control, Status
from wardmote.core.planning.siting.center import p_center
from wardmote.core.planning.siting.cover_sets import cover_sets
from wardmote.core.planning.siting.problem import SitingProblem
from wardmote.core.planning.siting.set_cover import cover_all, out_of_reach
from wardmote.core.planning.siting.sites import Sites
from wardmote.core.travel.graph import INF_MS


@pytest.mark.parametrize("seed", range(30))
def test_no_plan_that_covers_all_is_cheaper(seed: int) -> None:
    problem = random_problem(seed, points=9)
    sites = problem.sites
    within = times_within(problem, problem.standards[0]) & (problem.demand > 0)[:, None]
    needed = (within & sites.usable).any(axis=1)
    costs = [
        float(sites.cost[list(plan)].sum())
        for plan in plans(sites)
        if within[needed][:, list(plan)].any(axis=1).all()
    ]
    sets = cover_sets(problem)
    answer = cover_all(sets, sites)
    if costs:
        assert answer.status is Status.PROVEN
        assert answer.value == min(costs)
        assert sites.allows(answer.opened)
        assert within[needed][:, list(answer.opened)].any(axis=1).all()
    else:
        assert answer.status in (Status.INFEASIBLE, Status.BOUNDED)
        assert answer.opened == ()
    lost = problem.demand[(problem.standards[0].limit_ms >= 0) & ~needed].sum()
    assert out_of_reach(sets, sites) == lost * problem.standards[0].importance


@pytest.mark.parametrize("seed", range(30))
def test_no_plan_has_a_nearer_farthest_point(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sites = Sites.of(9, 3, kept=[int(rng.integers(9))] if seed % 3 == 0 else [])
    travel = rng.integers(0, 60, (25, 9)).astype(np.int32)
    problem = SitingProblem(travel, rng.integers(0, 3, 25).astype(np.float64), sites)
    used = travel[problem.demand > 0]
    best = min(int(used[:, list(plan)].min(axis=1).max()) for plan in plans(sites) if plan)
    answer = p_center(problem)
    assert (answer.value, answer.status) == (best, Status.PROVEN)
    assert used[:, list(answer.opened)].min(axis=1).max() == best


def test_a_point_that_nobody_reaches_makes_the_center_infeasible() -> None:
    travel = np.array([[5, 7], [INF_MS, INF_MS]], dtype=np.int32)
    problem = SitingProblem(travel, np.ones(2), Sites.of(2, 2))
    assert p_center(problem).status is Status.INFEASIBLE


def test_two_islands_and_one_post_are_infeasible() -> None:
    travel = np.array([[5, INF_MS], [INF_MS, 5]], dtype=np.int32)
    problem = SitingProblem(travel, np.ones(2), Sites.of(2, 1))
    assert p_center(problem).status is Status.INFEASIBLE


def test_a_stopped_center_is_not_called_proven() -> None:
    rng = np.random.default_rng(1)
    travel = rng.integers(0, 10_000, (200, 60)).astype(np.int32)
    problem = SitingProblem(travel, np.ones(200), Sites.of(60, 8))
    answer = p_center(problem, Control(should_stop=lambda: True))
    assert answer.status is Status.STOPPED
    assert answer.bound <= answer.value
