"""Plans of grids keep their rules, and say what they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.grids.figures import figures_of, outlines, pieces_of
from wardmote.core.planning.grids.matching import match_labels
from wardmote.core.planning.grids.planning import GridEffort, GridPlan, plan_grids
from wardmote.core.planning.grids.rules import GridRules
from wardmote.core.planning.grids.starting import metis_start
from wardmote.core.planning.grids.territory import Territory, build_territory, lattice_territory

QUICK = GridEffort(rounds=4, proposals_per_cell=60)


def workload(side: int = 18, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).integers(5, 15, (side, side)).astype(np.float64)


def river(side: int, row: int, bridges: tuple[int, ...]) -> list[tuple[int, int]]:
    return [
        ((row - 1) * side + column, row * side + column)
        for column in range(side)
        if column not in bridges
    ]


def brute_outlines(territory: Territory, label: np.ndarray, grids: int) -> np.ndarray:
    sums = np.zeros(grids)
    for cell in range(territory.cells):
        sums[label[cell]] += territory.outer_m[cell]
        for link in range(territory.first[cell], territory.first[cell + 1]):
            if label[territory.neighbour[link]] != label[cell]:
                sums[label[cell]] += territory.border_m[link]
    return sums


def test_a_plan_is_connected_balanced_and_better_than_its_start() -> None:
    plan = plan_grids(lattice_territory(workload()), GridRules(7))
    assert plan.figures.keeps_rules
    assert plan.within_tolerance
    assert plan.figures.expected_response_s <= plan.start.expected_response_s


def test_grids_hang_together_by_bridges_only() -> None:
    ground = lattice_territory(workload(), walls=river(18, 9, (4,)))
    plan = plan_grids(ground, GridRules(6), effort=QUICK)
    assert plan.figures.connected
    assert (pieces_of(ground, plan.label, 6) == 1).all()


def test_a_territory_in_two_halves_gets_whole_grids_on_each_side() -> None:
    ground = lattice_territory(workload(), walls=river(18, 6, ()))
    plan = plan_grids(ground, GridRules(6), effort=QUICK)
    assert plan.figures.connected
    assert set(plan.label[: 6 * 18]).isdisjoint(plan.label[6 * 18 :])


def test_more_pieces_than_grids_is_refused() -> None:
    ground = lattice_territory(workload(), walls=river(18, 6, ()))
    with pytest.raises(Problem, match="2 pieces"):
        plan_grids(ground, GridRules(1))


def villages(side: int, size: int) -> np.ndarray:
    at = np.arange(side) // size
    return (at[:, None] * 100 + at[None, :]).ravel().astype(np.int32)


def test_villages_are_cut_only_where_allowed() -> None:
    ground = lattice_territory(workload())
    whole = plan_grids(ground, GridRules(6, community=villages(18, 3)), effort=QUICK)
    assert whole.figures.split_communities == ()
    allowed = GridRules(6, community=villages(18, 3), may_split=frozenset({0}))
    assert plan_grids(ground, allowed, effort=QUICK).figures.split_communities == ()


def test_pairs_are_joined_and_split_as_told() -> None:
    rules = GridRules(6, must_join=((0, 17), (17, 16)), must_split=((100, 101),))
    with pytest.raises(Problem, match="not joined by a way"):
        plan_grids(lattice_territory(workload()), rules)
    rules = replace(rules, must_join=((0, 1), (1, 2), (2, 20)))
    plan = plan_grids(lattice_territory(workload()), rules, effort=QUICK)
    assert plan.figures.keeps_rules
    assert plan.label[100] != plan.label[101]


def test_joined_and_split_at_once_is_refused() -> None:
    rules = GridRules(3, must_join=((0, 1),), must_split=((1, 0),))
    with pytest.raises(Problem, match="must be split and must share"):
        plan_grids(lattice_territory(workload()), rules)


def test_each_grid_holds_its_own_post() -> None:
    post = np.array([20, 100, 170, 250, 300], dtype=np.int32)
    plan = plan_grids(lattice_territory(workload()), GridRules(5, post_cell=post))
    assert (plan.label[post] == np.arange(5)).all()
    assert plan.figures.keeps_rules
    assert plan.figures.max_over_mean < plan.start.max_over_mean + 1e-9


def test_two_posts_in_one_village_are_refused() -> None:
    post = np.array([0, 1], dtype=np.int32)
    rules = GridRules(2, post_cell=post, community=villages(18, 3))
    with pytest.raises(Problem, match="Two posts"):
        plan_grids(lattice_territory(workload()), rules)


def test_a_replanned_territory_changes_little_and_keeps_numbers() -> None:
    ground = lattice_territory(workload())
    plan = plan_grids(ground, GridRules(7), effort=QUICK)
    busier = lattice_territory(workload() * np.random.default_rng(5).uniform(0.9, 1.1, (18, 18)))
    again = plan_grids(busier, GridRules(7, previous=plan.label), effort=QUICK)
    fresh = plan_grids(busier, GridRules(7), seed=9, effort=QUICK)
    renamed = match_labels(fresh.label, plan.label, busier.workload, 7)
    assert again.figures.keeps_rules
    assert again.figures.changed_cells < (renamed != plan.label).sum()


def test_an_unchanged_territory_keeps_nearly_everything() -> None:
    ground = lattice_territory(workload())
    plan = plan_grids(ground, GridRules(7), effort=QUICK)
    again = plan_grids(ground, GridRules(7, previous=plan.label), effort=QUICK)
    assert again.figures.changed_workload < 0.1 * ground.workload.sum()


def test_the_same_seed_gives_the_same_plan() -> None:
    ground = lattice_territory(workload())
    one, other = (plan_grids(ground, GridRules(5), seed=4, effort=QUICK) for _ in range(2))
    assert (one.label == other.label).all()


def test_a_stopped_plan_is_valid_and_says_so() -> None:
    plan = plan_grids(lattice_territory(workload()), GridRules(5), should_stop=lambda: True)
    assert plan.stopped
    assert plan.figures.keeps_rules


def test_figures_by_hand() -> None:
    # two squares of 100 m side, then one: 2 x 1 and 1 x 1
    ground = lattice_territory([[1.0, 2.0, 3.0]], side_m=100.0, speed_m_s=10.0)
    label = np.array([0, 0, 1], dtype=np.int32)
    found = figures_of(ground, GridRules(2), label)
    assert found.outline_m.tolist() == [600.0, 400.0]
    assert found.polsby_popper == pytest.approx([4 * np.pi * 2e4 / 600**2, np.pi / 4])
    assert found.load_ratio.tolist() == [1.0, 1.0]
    assert found.centre.tolist() == [1, 2]
    assert found.mean_response_s == pytest.approx([10.0 / 3, 0.0])
    assert found.expected_response_s == pytest.approx(10.0 / 6)
    assert found.farthest_s.tolist() == [10.0, 0.0]


def test_load_exactly_at_the_tolerance_is_within() -> None:
    ground = lattice_territory([[3.0, 2.0, 1.0]])
    label = np.array([0, 1, 1], dtype=np.int32)
    rules = GridRules(2, tolerance=1.0)
    figures = figures_of(ground, rules, label)
    assert GridPlan(label, rules, figures, figures, 1, False).within_tolerance


def test_outlines_equal_a_plain_count() -> None:
    ground = lattice_territory(workload(9))
    label = np.random.default_rng(1).integers(0, 4, 81).astype(np.int32)
    assert outlines(ground, label, 4) == pytest.approx(brute_outlines(ground, label, 4))


@pytest.mark.parametrize("cells", [([1.0], [-1.0]), ([np.nan], [1.0]), ([1.0], [0.0])])
def test_bad_cells_are_refused(cells: tuple[list[float], list[float]]) -> None:
    work, area = cells
    with pytest.raises(Problem):
        build_territory(work, [0.0], [0.0], area, [0.0], np.empty((0, 2)), [], [])


@pytest.mark.data
def test_the_shared_workload_meets_its_goals(shared_data: Path) -> None:
    loads = np.load(shared_data / "siting" / "workload_grids.npz")["cells_70x70_into_33"]
    plan = plan_grids(lattice_territory(loads), GridRules(33))
    assert plan.figures.connected
    assert plan.figures.max_over_mean <= 1.02
    assert plan.figures.mean_polsby_popper >= 0.65
    metis = metis_start(lattice_territory(loads), 33, 1)
    of_metis = figures_of(lattice_territory(loads), GridRules(33), metis)
    assert plan.figures.expected_response_s <= of_metis.expected_response_s
