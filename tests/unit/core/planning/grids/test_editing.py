"""Figures follow moves by hand exactly."""

from __future__ import annotations

import numpy as np
import pytest

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.grids.editing import EditIssue, GridEdit
from wardmote.core.planning.grids.figures import figures_of
from wardmote.core.planning.grids.planning import GridEffort, plan_grids
from wardmote.core.planning.grids.rules import GridRules
from wardmote.core.planning.grids.territory import Territory, lattice_territory

SIDE = 12


@pytest.fixture(scope="module")
def ground() -> Territory:
    return lattice_territory(np.random.default_rng(2).integers(5, 15, (SIDE, SIDE)))


@pytest.fixture(scope="module")
def label(ground: Territory) -> np.ndarray:
    effort = GridEffort(rounds=2, proposals_per_cell=40)
    return plan_grids(ground, GridRules(4), effort=effort).label


def test_figures_after_moves_equal_figures_anew(ground: Territory, label: np.ndarray) -> None:
    edit = GridEdit(ground, GridRules(4), label)
    rng = np.random.default_rng(1)
    for _ in range(30):
        cells = rng.integers(0, ground.cells, 3).astype(np.int32)
        live = edit.move(cells, int(rng.integers(4)))
        anew = figures_of(ground, GridRules(4), edit.label)
        assert live.load_ratio == pytest.approx(anew.load_ratio)
        assert live.polsby_popper == pytest.approx(anew.polsby_popper)
        pieces = {f.grid for f in live.findings if f.issue is EditIssue.GRID_IN_PIECES}
        assert pieces == set(np.flatnonzero(anew.pieces > 1).tolist())


def test_undo_brings_everything_back(ground: Territory, label: np.ndarray) -> None:
    edit = GridEdit(ground, GridRules(4), label)
    before = edit.figures()
    edit.move(np.array([5, 6, 7], dtype=np.int32), 2)
    edit.move(np.array([100], dtype=np.int32), 1)
    edit.undo()
    after = edit.undo()
    assert (edit.label == label).all()
    assert after.expected_response_s == pytest.approx(before.expected_response_s)
    assert after.moved_cells == 0


def test_what_a_move_breaks_is_named(ground: Territory, label: np.ndarray) -> None:
    community = np.full(ground.cells, -1, dtype=np.int32)
    community[:2] = 7
    own = int(label[0])
    other = (own + 1) % 4
    post = np.array([int(np.flatnonzero(label == g)[0]) for g in range(4)], dtype=np.int32)
    rules = GridRules(
        4, community=community, post_cell=post, must_join=((0, 1),), must_split=((0, 143),)
    )
    edit = GridEdit(ground, rules, label)
    issues = {f.issue for f in edit.move(np.array([0], dtype=np.int32), other).findings}
    assert EditIssue.COMMUNITY_SPLIT in issues
    assert EditIssue.JOIN_BROKEN in issues
    assert EditIssue.POST_OUTSIDE in issues
    every = np.flatnonzero(label == own).astype(np.int32)
    issues = {f.issue for f in edit.move(every, other).findings}
    assert {EditIssue.GRID_EMPTY, EditIssue.ABOVE_TOLERANCE} <= issues


def test_cells_and_grids_that_do_not_exist_are_refused(
    ground: Territory, label: np.ndarray
) -> None:
    edit = GridEdit(ground, GridRules(4), label)
    with pytest.raises(Problem):
        edit.move(np.array([ground.cells], dtype=np.int32), 0)
    with pytest.raises(Problem):
        edit.move(np.array([0], dtype=np.int32), 4)
