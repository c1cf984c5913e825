"""The p-median against all plans and against the OR-Library."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks.siting_instances import center_optima, median_optima, pmed
from tests.unit.core.planning.siting.small_cases import plans, random_problem

from wardmote.core.planning.siting.answer import Control, Stage, Status
from wardmote.core.planning.siting.center import p_center
from wardmote.core.planning.siting.median import MedianEffort, p_median
from wardmote.core.planning.siting.median_bound import CLOSED, FREE, OPEN, Ascent, NearLists
from wardmote.core.planning.siting.median_search import interchange, median_value
from wardmote.core.planning.siting.problem import SitingProblem
from wardmote.core.planning.siting.sites import Role, Sites
from wardmote.core.travel.graph import INF_MS


def value_of(problem: SitingProblem, plan: tuple[int, ...], unreachable: int = 7_200_000) -> float:
    nearest = problem.travel_ms[:, list(plan)].min(axis=1)
    return float((problem.demand * np.minimum(nearest, unreachable)).sum())


def on_a_plane(points: int, candidates: int, posts: int, seed: int) -> SitingProblem:
    rng = np.random.default_rng(seed)
    place, site = rng.random((points, 2)), rng.random((candidates, 2))
    metres = np.linalg.norm(place[:, None] - site[None], axis=2) * 10_000
    demand = rng.integers(1, 9, points).astype(np.float64)
    return SitingProblem(metres.astype(np.int32), demand, Sites.of(candidates, posts))


@pytest.mark.parametrize("seed", range(30))
def test_no_plan_is_better(seed: int) -> None:
    problem = random_problem(seed)
    values = [value_of(problem, plan) for plan in plans(problem.sites) if plan]
    answer = p_median(problem)
    if not values:
        assert answer.status is Status.INFEASIBLE
        return
    assert answer.status is Status.PROVEN
    assert answer.value == min(values)
    assert problem.sites.allows(answer.opened)
    assert value_of(problem, answer.opened) == answer.value


@pytest.mark.parametrize("effort", [MedianEffort(), MedianEffort(longest_list=5, cuts_from=0)])
@pytest.mark.parametrize("posts", [3, 12])
def test_all_ways_to_the_proof_agree(effort: MedianEffort, posts: int) -> None:
    problem = on_a_plane(150, 40, posts, posts)
    answer = p_median(problem, effort=effort)
    assert answer.status is Status.PROVEN
    reference = p_median(problem, effort=MedianEffort(climbs=1))
    assert answer.value == reference.value


def test_demand_out_of_reach_counts_two_hours() -> None:
    travel = np.array([[1_000, INF_MS], [INF_MS, INF_MS]], dtype=np.int32)
    problem = SitingProblem(travel, np.array([2.0, 1.0]), Sites.of(2, 1))
    answer = p_median(problem)
    assert answer.opened == (0,)
    assert answer.value == 2 * 1_000 + 7_200_000


def test_the_bound_holds_at_every_step_and_with_short_lists() -> None:
    problem = on_a_plane(120, 30, 4, 1)
    best = p_median(problem).value
    state = np.full(30, FREE, dtype=np.int8)
    for longest in (3, 8, 30):
        lists = NearLists.of(problem.travel_ms, problem.demand, longest, np.arange(30))
        ascent = Ascent.start(np.minimum(problem.demand * 2_000.0, lists.cap), 30)
        for _ in range(30):
            short = lists.trimmed(ascent.best_multiplier)
            ascent.climb(short, state, np.ones(30), np.inf, 4, best, 5)
            assert ascent.bound <= best + 1e-6


def test_settled_candidates_are_respected_by_the_bound() -> None:
    problem = on_a_plane(80, 12, 3, 2)
    state = np.full(12, FREE, dtype=np.int8)
    state[2], state[5] = OPEN, CLOSED
    roles = Sites.of(12, 3, kept=[2], excluded=[5])
    assert roles.role[2] == Role.KEPT
    best = p_median(SitingProblem(problem.travel_ms, problem.demand, roles)).value
    lists = NearLists.of(problem.travel_ms, problem.demand, 12, np.arange(12))
    ascent = Ascent.start(problem.demand * 2_000.0, 12)
    ascent.climb(lists, state, np.ones(12), np.inf, 3, best, 400)
    assert 0.95 * best < ascent.bound <= best + 1e-6


def test_an_interchange_leaves_no_better_single_exchange() -> None:
    problem = on_a_plane(200, 25, 5, 3)
    distance = np.ascontiguousarray(problem.travel_ms.T)
    allowed = np.ones(25, dtype=np.bool_)
    start = np.arange(5, dtype=np.int64)
    value, plan = interchange(distance, problem.demand, np.ones(25), np.inf, start, 0, allowed)
    assert value == median_value(distance, problem.demand, plan)
    for place in range(5):
        for newcomer in set(range(25)) - set(plan.tolist()):
            other = plan.copy()
            other[place] = newcomer
            assert median_value(distance, problem.demand, other) >= value


def test_stopped_early_is_not_called_proven() -> None:
    problem = on_a_plane(400, 80, 6, 4)
    proven = p_median(problem)
    asked: list[bool] = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 3

    answer = p_median(problem, Control(should_stop=stop))
    assert answer.status is Status.STOPPED
    assert answer.bound <= proven.value <= answer.value
    assert {p.stage for p in answer.stages} >= {Stage.SEARCH, Stage.RELAX}


@pytest.mark.data
@pytest.mark.parametrize("number", [1, 5, 10, 13, 24])
def test_known_optima_of_the_or_library(shared_data: Path, number: int) -> None:
    distance, posts = pmed(shared_data, number)
    problem = SitingProblem(distance, np.ones(len(distance)), Sites.of(len(distance), posts))
    median, center = p_median(problem), p_center(problem)
    assert (median.value, median.status) == (median_optima(shared_data)[number], Status.PROVEN)
    assert (center.value, center.status) == (center_optima(shared_data)[number], Status.PROVEN)
