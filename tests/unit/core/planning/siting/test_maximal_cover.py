"""Maximal cover against all plans, its conditions and its honesty."""

import numpy as np
import pytest
from tests.unit.core.planning.siting.small_cases import plans, random_problem, weighed_cover

from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.standards import STANDARD_135
from wardmote.core.planning.siting.answer import Control, Progress, Stage, Status
from wardmote.core.planning.siting.cover_program import CoverRelaxation
from wardmote.core.planning.siting.cover_search import CoverInstance, anneal_cover
from wardmote.core.planning.siting.cover_sets import CoverSets, cover_sets
from wardmote.core.planning.siting.maximal_cover import CoverEffort, maximal_cover
from wardmote.core.planning.siting.problem import (
    NO_LIMIT_MS,
    CoverStandard,
    SitingProblem,
    driving_limits,
)
from wardmote.core.planning.siting.sites import Sites

QUICK = CoverEffort(first_steps=500, walks=2, steps=500)


def scattered(points: int, candidates: int, seed: int) -> CoverSets:
    rng = np.random.default_rng(seed)
    place, site = rng.random((points, 2)), rng.random((candidates, 2))
    metres = np.linalg.norm(place[:, None] - site[None], axis=2) * 1_000
    demand = rng.integers(1, 9, points).astype(np.float64)
    sites = Sites.of(candidates, 1)
    return cover_sets(SitingProblem.within(metres.astype(np.int32), demand, sites, 150))


@pytest.mark.parametrize("seed", range(30))
def test_no_plan_is_better(seed: int) -> None:
    problem = random_problem(seed, standards=1 + seed % 2)
    answer = maximal_cover(cover_sets(problem), problem.sites, effort=QUICK)
    values = [weighed_cover(problem, plan) for plan in plans(problem.sites)]
    if not values:
        assert answer.status is Status.INFEASIBLE
        return
    assert answer.status is Status.PROVEN
    assert answer.value == max(values)
    assert answer.gap == 0
    assert problem.sites.allows(answer.opened)
    assert weighed_cover(problem, answer.opened) == answer.value


def test_a_post_that_stands_may_be_given_up_but_a_kept_one_may_not() -> None:
    travel = np.array([[0, 9, 9], [9, 0, 9], [9, 0, 9]], dtype=np.int32)
    demand = np.array([1.0, 1.0, 1.0])
    closable = Sites.of(3, 1, closable=[0])
    kept = Sites.of(3, 1, kept=[0])
    for sites, opened, value in ((closable, (1,), 2.0), (kept, (0,), 1.0)):
        problem = SitingProblem.within(travel, demand, sites, 5)
        answer = maximal_cover(cover_sets(problem), sites)
        assert (answer.opened, answer.value) == (opened, value)


def test_kept_posts_beyond_the_limits_are_infeasible() -> None:
    problem = random_problem(1)
    sets = cover_sets(problem)
    too_many = Sites.of(8, 1, kept=[0, 1])
    too_dear = Sites.of(8, 3, kept=[0], cost=np.full(8, 2.0), budget=1.0)
    for sites in (too_many, too_dear):
        assert maximal_cover(sets, sites).status is Status.INFEASIBLE


def test_stopped_at_once_is_not_called_proven() -> None:
    sets = scattered(2_000, 120, 5)
    answer = maximal_cover(sets, Sites.of(120, 9), Control(should_stop=lambda: True))
    assert answer.status is Status.STOPPED
    assert answer.value <= answer.bound
    assert answer.gap > 0


def test_stopped_halfway_keeps_a_valid_bound() -> None:
    sets, sites = scattered(2_000, 120, 6), Sites.of(120, 9)
    proven = maximal_cover(sets, sites)
    assert proven.status is Status.PROVEN
    seen: list[Progress] = []
    control = Control(
        should_stop=lambda: any(p.stage is Stage.RELAX for p in seen), report=seen.append
    )
    answer = maximal_cover(sets, sites, control, CoverEffort(100, 1, 100))
    assert answer.value <= proven.value <= answer.bound
    assert [p.stage for p in answer.stages][:2] == [Stage.SEARCH, Stage.RELAX]


def test_the_same_seed_gives_the_same_answer() -> None:
    sets, sites = scattered(3_000, 150, 7), Sites.of(150, 12)
    effort = CoverEffort(2_000, 2, 2_000, prove=False)
    first, second = (maximal_cover(sets, sites, Control(seed=3), effort) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("seed", range(5))
def test_any_multipliers_bound_every_plan(seed: int) -> None:
    problem = random_problem(seed)
    sets = cover_sets(problem)
    rng = np.random.default_rng(seed)
    multiplier = sets.weight * rng.uniform(-0.2, 1.2, len(sets))
    relaxation = CoverRelaxation.of(sets, problem.sites, multiplier, rng.uniform(0, 2))
    for plan in plans(problem.sites):
        assert sets.covered(plan) <= relaxation.bound + 1e-9


def test_a_walk_counts_what_it_covers() -> None:
    sets = scattered(800, 60, 8)
    cost = np.random.default_rng(8).integers(1, 4, 60).astype(np.float64)
    instance = CoverInstance.of(sets, cost, 14.0, 9)
    empty = np.full(9, -1, dtype=np.int64)
    value, plan = anneal_cover(
        instance, empty, np.arange(60), seed=1, steps=20_000, hot=50.0, cold=1.0
    )
    opened = plan[plan >= 0]
    assert value == sets.covered(opened.tolist())
    assert cost[opened].sum() <= 14.0
    assert len(set(opened.tolist())) == len(opened)


def test_135_limits_follow_the_place_and_the_turnout() -> None:
    classes = list(PlaceClass)
    place = np.array([classes.index(c) for c in PlaceClass], dtype=np.int64)
    objective = STANDARD_135.objectives[0]
    assert driving_limits(objective, place).tolist() == [60_000, 180_000, 300_000]
    late = driving_limits(objective, place, before_driving_s=60.0)
    assert late.tolist() == [0, 120_000, 240_000]
    later = driving_limits(objective, place, before_driving_s=60.5)
    assert later.tolist() == [NO_LIMIT_MS, 119_500, 239_500]


def test_135_and_another_standard_are_weighed_together() -> None:
    travel = np.array([[50_000, 200_000], [400_000, 100_000]], dtype=np.int32)
    first = CoverStandard("135", np.array([60_000, NO_LIMIT_MS], dtype=np.int32))
    second = CoverStandard("rural", np.array([NO_LIMIT_MS, 100_000], dtype=np.int32), 3.0)
    problem = SitingProblem(travel, np.array([2.0, 1.0]), Sites.of(2, 1), (first, second))
    answer = maximal_cover(cover_sets(problem), problem.sites)
    assert (answer.opened, answer.value) == ((1,), 3.0)


def test_no_seconds_left_is_a_stop_too() -> None:
    sets, sites = scattered(2_000, 120, 6), Sites.of(120, 9)
    answer = maximal_cover(sets, sites, Control(seconds_left=lambda: 0.0))
    assert answer.status is Status.STOPPED
    assert answer.value <= answer.bound
