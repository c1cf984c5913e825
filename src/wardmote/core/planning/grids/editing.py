"""Editing a plan by hand, with figures that follow each move."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.grids.distances import times_from
from wardmote.core.planning.grids.figures import GridFigures, figures_of, outlines, pieces_of
from wardmote.core.planning.grids.rules import NO_COMMUNITY, GridRules
from wardmote.core.planning.grids.territory import Territory
from wardmote.core.travel.graph import Bool, Float64, Int32


class EditIssue(StrEnum):
    """What a move by hand would break. The planner may go on; the plan cannot be adopted so."""

    GRID_IN_PIECES = "grid_in_pieces"
    GRID_EMPTY = "grid_empty"
    COMMUNITY_SPLIT = "community_split"
    JOIN_BROKEN = "join_broken"
    SPLIT_BROKEN = "split_broken"
    POST_OUTSIDE = "post_outside"
    ABOVE_TOLERANCE = "above_tolerance"


@dataclass(frozen=True, slots=True)
class EditFinding:
    """One issue with the grid, community or cell it concerns."""

    issue: EditIssue
    grid: int
    subject: int
    """Community of `COMMUNITY_SPLIT`, first cell of a pair, else -1."""


@dataclass(frozen=True, slots=True, eq=False)
class LiveFigures:
    """Figures after a move: those of every grid that need no search for the best middle.

    `pieces` int32 [G]: 1 for a connected grid, 0 for an empty one. `load_ratio`, `polsby_popper`,
    `mean_response_s` float64 [G] as in `GridFigures`, the response measured from posts, or from
    the middles of the plan the edit began with. `moved_workload` and `moved_cells` count from that
    plan.
    """

    pieces: Int32
    load_ratio: Float64
    polsby_popper: Float64
    mean_response_s: Float64
    expected_response_s: float
    moved_cells: int
    moved_workload: float
    findings: tuple[EditFinding, ...]

    @property
    def max_over_mean(self) -> float:
        """Load of the heaviest grid as a multiple of the mean."""
        return float(self.load_ratio.max())


class GridEdit:
    """A plan under the hands of one planner. Not for several threads at once.

    `label` int32 [C] is the plan it begins with. Moves are undone in reverse order.
    """

    def __init__(self, territory: Territory, rules: GridRules, label: Int32) -> None:
        self._territory = territory
        self._rules = rules
        self._began = label.copy()
        self._label = label.astype(np.int32).copy()
        self._undo: list[tuple[Int32, Int32]] = []
        first = figures_of(territory, rules, self._label)
        if rules.post_travel_s is not None:
            self._times = rules.post_travel_s
        else:
            self._times = times_from(territory, np.maximum(first.centre, 0))
        grids = rules.grids
        self._pieces = first.pieces.copy()
        self._outline = outlines(territory, self._label, grids)
        self._area = first.area_m2.copy()
        self._load = first.workload.copy()
        own = self._times[self._label, np.arange(territory.cells)]
        self._spent = np.bincount(self._label, weights=self._seconds(own), minlength=grids)

    @property
    def label(self) -> Int32:
        """int32 [C]: the plan now (a copy)."""
        return self._label.copy()

    def move(self, cells: Int32, grid: int) -> LiveFigures:
        """Give cells to a grid; figures afterwards. Raises `Problem` for what does not exist."""
        chosen = np.unique(np.asarray(cells, dtype=np.int32))
        if not 0 <= grid < self._rules.grids or (
            len(chosen) and not (chosen[0] >= 0 and chosen[-1] < self._territory.cells)
        ):
            raise Problem(
                zh=f"网格 {grid} 或所选格子不存在。",
                en=f"Grid {grid} or a chosen cell does not exist.",
            )
        self._undo.append((chosen, self._label[chosen].copy()))
        self._apply(chosen, np.full(len(chosen), grid, dtype=np.int32))
        return self.figures()

    def undo(self) -> LiveFigures:
        """Take the last move back; does nothing where there is none."""
        if self._undo:
            self._apply(*self._undo.pop())
        return self.figures()

    def figures(self) -> LiveFigures:
        """Figures of the plan now."""
        workload = self._territory.workload
        total = float(workload.sum())
        moved = self._label != self._began
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self._load * self._rules.grids / total
            compact = np.where(self._outline > 0, 4 * np.pi * self._area / self._outline**2, 0.0)
            mean = self._spent / self._load
        return LiveFigures(
            self._pieces.copy(),
            ratio,
            compact,
            mean,
            float(self._spent.sum() / total) if total else np.nan,
            int(moved.sum()),
            float(workload[moved].sum()),
            self._findings(ratio),
        )

    def full_figures(self) -> GridFigures:
        """All figures, middles found anew: slower, for when the edit is done."""
        return figures_of(self._territory, self._rules, self._label)

    def _seconds(self, own: Float64) -> Float64:
        return np.where(self._territory.workload > 0, self._territory.workload * own, 0.0)

    def _apply(self, cells: Int32, to: Int32) -> None:
        """Change labels and the sums of the grids touched; only those are computed anew."""
        touched = np.zeros(self._rules.grids, dtype=np.bool_)
        touched[self._label[cells]] = True
        touched[to] = True
        self._label[cells] = to
        self._recount(touched)

    def _recount(self, touched: Bool) -> None:
        ground, grids = self._territory, self._rules.grids
        inside = np.flatnonzero(touched[self._label])
        label = self._label[inside]
        own = self._times[label, inside]
        work = ground.workload[inside]
        for target, weight in (
            (self._load, work),
            (self._area, ground.area_m2[inside]),
            (self._spent, np.where(work > 0, work * own, 0.0)),
            (self._outline, ground.outer_m[inside]),
        ):
            target[touched] = np.bincount(label, weights=weight, minlength=grids)[touched]
        degree = ground.first[inside + 1] - ground.first[inside]
        links = np.repeat(ground.first[inside] - np.cumsum(degree) + degree, degree)
        links = links + np.arange(len(links))
        source = np.repeat(label, degree)
        across = source != self._label[ground.neighbour[links]]
        self._outline[touched] += np.bincount(
            source[across], weights=ground.border_m[links[across]], minlength=grids
        )[touched]
        self._pieces[touched] = pieces_of(ground, self._label, grids)[touched]

    def _findings(self, ratio: Float64) -> tuple[EditFinding, ...]:
        rules, label = self._rules, self._label
        found = []
        for grid in np.flatnonzero(self._pieces != 1).tolist():
            empty = self._pieces[grid] == 0
            issue = EditIssue.GRID_EMPTY if empty else EditIssue.GRID_IN_PIECES
            found.append(EditFinding(issue, grid, -1))
        found += [
            EditFinding(EditIssue.ABOVE_TOLERANCE, grid, -1)
            for grid in np.flatnonzero(ratio > rules.tolerance).tolist()
        ]
        found += [
            EditFinding(EditIssue.JOIN_BROKEN, int(label[one]), one)
            for one, other in rules.must_join
            if label[one] != label[other]
        ]
        found += [
            EditFinding(EditIssue.SPLIT_BROKEN, int(label[one]), one)
            for one, other in rules.must_split
            if label[one] == label[other]
        ]
        if rules.post_cell is not None:
            outside = np.flatnonzero(label[rules.post_cell] != np.arange(rules.grids))
            found += [EditFinding(EditIssue.POST_OUTSIDE, grid, -1) for grid in outside.tolist()]
        return (*found, *self._cut_communities())

    def _cut_communities(self) -> list[EditFinding]:
        community = self._rules.community
        if community is None:
            return []
        known = np.flatnonzero(community != NO_COMMUNITY)
        order = known[np.argsort(community[known], kind="stable")]
        names, grids = community[order], self._label[order]
        torn = (names[1:] == names[:-1]) & (grids[1:] != grids[:-1])
        return [
            EditFinding(EditIssue.COMMUNITY_SPLIT, -1, int(name))
            for name in np.unique(names[1:][torn]).tolist()
            if name not in self._rules.may_split
        ]
