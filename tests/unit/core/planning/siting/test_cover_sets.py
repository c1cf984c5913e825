"""Merging demand by cover set loses nothing."""

import numpy as np
import pytest
from tests.unit.core.planning.siting.small_cases import covered, plans, random_problem

from wardmote.core.planning.siting.cover_sets import cover_sets, cover_sets_on_plane
from wardmote.core.planning.siting.problem import SitingProblem
from wardmote.core.planning.siting.set_table import CandidateCells
from wardmote.core.planning.siting.sites import Sites


@pytest.mark.parametrize("seed", range(5))
def test_every_plan_covers_the_same_demand(seed: int) -> None:
    problem = random_problem(seed, points=60)
    sets = cover_sets(problem)
    standard = problem.standards[0]
    for plan in plans(problem.sites):
        expected = standard.importance * covered(problem, plan, standard)
        assert sets.covered(plan) == expected
    measured = problem.demand[standard.limit_ms >= 0].sum() * standard.importance
    assert sets.weight.sum() + sets.out_of_reach == measured


def test_sets_are_different_and_ascending() -> None:
    sets = cover_sets(random_problem(3, points=300, candidates=6))
    members = [tuple(sets.site[a:b]) for a, b in zip(sets.start, sets.start[1:], strict=False)]
    assert len(set(members)) == len(members)
    assert all(list(member) == sorted(set(member)) for member in members)


def test_a_point_exactly_on_the_limit_is_covered() -> None:
    travel = np.array([[1_000], [1_001]], dtype=np.int32)
    problem = SitingProblem.within(travel, np.array([3.0, 5.0]), Sites.of(1, 1), 1_000)
    sets = cover_sets(problem)
    assert sets.covered([0]) == 3.0
    assert sets.out_of_reach == 5.0


def test_fewer_candidates_merge_again() -> None:
    problem = random_problem(4, points=200)
    sets = cover_sets(problem)
    keep = np.zeros(8, dtype=np.bool_)
    keep[[1, 4, 6]] = True
    fewer = sets.among(keep)
    assert len(fewer) <= 7
    for plan in ([1], [4, 6], [1, 4, 6]):
        assert fewer.covered(plan) == sets.covered(plan)
    assert fewer.weight.sum() + fewer.out_of_reach == sets.weight.sum() + sets.out_of_reach


def test_the_plane_in_pieces_gives_what_the_matrix_gives() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-9_000, 9_000, (2, 3_000))
    weight = rng.integers(0, 5, 3_000).astype(np.float64)
    cx, cy = rng.uniform(-8_000, 8_000, (2, 90))
    distance = np.rint(np.hypot(x[:, None] - cx, y[:, None] - cy)).astype(np.int32)
    matrix = cover_sets(SitingProblem.within(distance, weight, Sites.of(90, 5), 2_000))
    cells = CandidateCells.of(cx, cy, 2_000.0)
    pieces = [(x[a : a + 700], y[a : a + 700], weight[a : a + 700]) for a in range(0, 3_000, 700)]
    plane = cover_sets_on_plane(pieces, cells)
    assert len(plane) == len(matrix)
    assert plane.out_of_reach == matrix.out_of_reach
    assert np.array_equal(plane.site, matrix.site)
    assert np.array_equal(plane.weight, matrix.weight)


def test_the_radius_is_inclusive_after_rounding_to_metres() -> None:
    cells = CandidateCells.of(np.array([0.0]), np.array([0.0]), 3_000.0)
    x = np.array([3_000.0, 3_000.4, 3_000.6])
    sets = cover_sets_on_plane([(x, np.zeros(3), np.array([1.0, 2.0, 4.0]))], cells)
    assert sets.covered([0]) == 3.0
    assert sets.out_of_reach == 4.0


def test_the_table_grows() -> None:
    rng = np.random.default_rng(2)
    travel = rng.integers(0, 2, (20_000, 40)).astype(np.int32)
    weight = np.ones(20_000)
    sets = cover_sets(SitingProblem.within(travel, weight, Sites.of(40, 3), 0))
    assert sets.weight.sum() + sets.out_of_reach == 20_000
    assert sets.covered([0]) == (travel[:, 0] == 0).sum()
    assert len(sets) > 19_000
