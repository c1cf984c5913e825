"""Expected and backup cover against all placements."""

import itertools

import numpy as np
import pytest
from tests.unit.core.planning.siting.small_cases import plans

from wardmote.core.planning.siting.answer import Control, Status
from wardmote.core.planning.siting.cover_gain import CoverGain
from wardmote.core.planning.siting.cover_sets import cover_sets
from wardmote.core.planning.siting.expected_cover import (
    backup_cover,
    corrected_cover,
    expected_cover,
)
from wardmote.core.planning.siting.problem import SitingProblem
from wardmote.core.planning.siting.sites import Role, Sites


def question(seed: int) -> SitingProblem:
    rng = np.random.default_rng(seed)
    sites = Sites.of(
        6,
        3,
        kept=[2] if seed % 2 else [],
        capacity=rng.integers(1, 3, 6).astype(np.int32),
        cost=rng.integers(1, 4, 6).astype(np.float64),
        budget=6.0,
    )
    travel = rng.integers(0, 100, (25, 6)).astype(np.int32)
    return SitingProblem.within(travel, rng.integers(0, 9, 25).astype(np.float64), sites, 35)


def best_by_looking(problem: SitingProblem, vehicles: int, busy: np.ndarray) -> float:
    sites, best = problem.sites, -1.0
    for placed in itertools.product(*(range(room + 1) for room in sites.capacity)):
        used = [site for site, count in enumerate(placed) if count]
        if sum(placed) > vehicles or not sites.allows(used):
            continue
        lost = np.where(problem.travel_ms <= 35, busy ** np.array(placed), 1.0).prod(axis=1)
        best = max(best, float(problem.demand @ (1 - lost)))
    return best


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("uniform", [True, False])
def test_no_placement_is_better(seed: int, uniform: bool) -> None:
    problem = question(seed)
    rng = np.random.default_rng(seed)
    busy = np.full(6, 0.4) if uniform else rng.uniform(0.05, 0.8, 6)
    answer = expected_cover(cover_sets(problem), problem.sites, 4, busy)
    assert answer.status is Status.PROVEN
    assert answer.value == pytest.approx(best_by_looking(problem, 4, busy), rel=1e-6)
    assert sum(answer.vehicles) <= 4
    assert all(
        problem.sites.capacity[s] >= v for s, v in zip(answer.opened, answer.vehicles, strict=False)
    )
    assert problem.sites.allows(answer.opened)


@pytest.mark.parametrize("seed", range(6))
def test_backup_cover_counts_the_second_post(seed: int) -> None:
    problem = question(seed)
    within = problem.travel_ms <= 35
    best = 0.0
    for plan in plans(problem.sites):
        times = within[:, list(plan)].sum(axis=1)
        best = max(best, float(problem.demand @ (0.7 * (times >= 1) + 0.3 * (times >= 2))))
    answer = backup_cover(cover_sets(problem), problem.sites, 0.3)
    assert answer.value == pytest.approx(best, rel=1e-9)
    assert set(answer.vehicles) == {1}


def test_never_busy_is_maximal_cover_and_vehicles_share_a_post() -> None:
    travel = np.array([[0, 90], [90, 0]], dtype=np.int32)
    problem = SitingProblem.within(travel, np.array([10.0, 1.0]), Sites.of(2, 2), 35)
    sets = cover_sets(problem)
    idle = expected_cover(sets, problem.sites, 2, 0.0)
    assert (idle.opened, idle.value) == ((0, 1), pytest.approx(11.0))
    busy = expected_cover(sets, problem.sites, 2, 0.5)
    assert (busy.opened, busy.vehicles) == ((0,), (2,))
    assert busy.value == pytest.approx(7.5)


def test_fractions_are_measured_until_they_fit() -> None:
    problem = question(3)
    sets = cover_sets(problem)
    asked = []

    def measure(answer: object) -> np.ndarray:
        asked.append(answer)
        return np.full(6, 0.3)

    answer, fractions = corrected_cover(sets, problem.sites, 3, 0.6, measure)
    assert fractions == pytest.approx(np.full(6, 0.3))
    assert answer.value == pytest.approx(expected_cover(sets, problem.sites, 3, 0.3).value)
    assert 1 <= len(asked) <= 3


@pytest.mark.parametrize(
    "gain", [CoverGain.by_busy(np.array([0.2, 0.6]), 5), CoverGain.by_count(2, (0.6, 0.3, 0.1))]
)
def test_lines_lie_above_the_gain(gain: CoverGain) -> None:
    touching = np.linspace(0, 6, 25)
    totals = np.linspace(0, 6, 61) if not len(gain.table) else np.arange(7.0)
    slope, intercept = gain.line(touching)
    for total in totals:
        assert np.all(slope * total + intercept >= gain.share(np.array([total])) - 1e-12)


def test_wrong_gains_and_fractions_are_refused() -> None:
    for gains in ((0.3, 0.6), (0.9, 0.2), (-0.1,), ()):
        with pytest.raises(ValueError, match="gains"):
            CoverGain.by_count(2, gains)
    with pytest.raises(ValueError, match="busy"):
        CoverGain.by_busy(np.array([1.0]), 2)


def test_fewer_vehicles_than_kept_posts_is_infeasible_and_stopping_is_said() -> None:
    problem = question(1)
    assert problem.sites.role[2] == Role.KEPT
    sets = cover_sets(problem)
    assert expected_cover(sets, problem.sites, 0, 0.2).status is Status.INFEASIBLE
    stopped = expected_cover(sets, problem.sites, 3, 0.2, Control(should_stop=lambda: True))
    assert stopped.status is Status.STOPPED
