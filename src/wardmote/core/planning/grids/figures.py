"""What a plan of grids looks like in numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.grids.distances import medians, times_from
from wardmote.core.planning.grids.rules import NO_COMMUNITY, GridRules
from wardmote.core.planning.grids.territory import Territory, total_by
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Bool, Float64, Int32


@dataclass(frozen=True, slots=True, eq=False)
class GridFigures:
    """Figures of G grids.

    - `workload` float64 [G]; `load_ratio` float64 [G], load as a multiple of the mean (nan where
      there is no workload at all).
    - `area_m2`, `outline_m` float64 [G]; `polsby_popper` float64 [G], 4 pi area / outline^2.
    - `pieces` int32 [G]: 1 for a connected grid, 0 for an empty one.
    - `centre` int32 [G]: the post's cell, or the cell that reaches the grid's workload soonest.
    - `mean_response_s` float64 [G]: workload-weighted travel from the centre to the grid's cells;
      nan without workload, inf where some workload cannot be reached.
    - `farthest_s` float64 [G]: travel to the farthest cell of the grid.
    """

    workload: Float64
    load_ratio: Float64
    area_m2: Float64
    outline_m: Float64
    polsby_popper: Float64
    pieces: Int32
    centre: Int32
    mean_response_s: Float64
    farthest_s: Float64
    split_communities: tuple[int, ...]
    """Communities that are cut though nobody allowed it."""
    broken_joins: tuple[tuple[int, int], ...]
    broken_splits: tuple[tuple[int, int], ...]
    posts_outside: tuple[int, ...]
    """Grids whose post stands in another grid."""
    expected_response_s: float
    """Over the whole territory, weighted by workload; nan without workload."""
    changed_cells: int
    """Cells that were in another grid in the plan in force."""
    changed_workload: float

    @property
    def max_over_mean(self) -> float:
        """Load of the heaviest grid as a multiple of the mean."""
        return float(self.load_ratio.max())

    @property
    def mean_polsby_popper(self) -> float:
        """Mean over grids."""
        return float(self.polsby_popper.mean())

    @property
    def connected(self) -> bool:
        """Whether each grid has cells and hangs together by ways that can be passed."""
        return bool((self.pieces == 1).all())

    @property
    def keeps_rules(self) -> bool:
        """Connected, and nothing is cut, joined or left out against the rules; load aside."""
        return self.connected and not (
            self.split_communities or self.broken_joins or self.broken_splits or self.posts_outside
        )


def figures_of(territory: Territory, rules: GridRules, label: Int32) -> GridFigures:
    """Figures of a plan: `label` int32 [C], the grid of each cell, all in 0 .. G-1."""
    grids = rules.grids
    workload = total_by(label, territory.workload, grids)
    area = total_by(label, territory.area_m2, grids)
    outline = outlines(territory, label, grids)
    centre = rules.post_cell if rules.post_cell is not None else medians(territory, label, grids)
    mean, farthest = _responses(territory, rules, label, centre)
    total = float(workload.sum())
    busy = workload > 0
    changed = np.zeros(len(label), dtype=np.bool_)
    if rules.previous is not None:
        changed = (rules.previous >= 0) & (rules.previous != label)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = workload * grids / total
        compact = np.where(outline > 0, 4 * np.pi * area / outline**2, 0.0)
    return GridFigures(
        workload=workload,
        load_ratio=ratio,
        area_m2=area,
        outline_m=outline,
        polsby_popper=compact,
        pieces=pieces_of(territory, label, grids),
        centre=centre.astype(np.int32),
        mean_response_s=mean,
        farthest_s=farthest,
        split_communities=_cut(rules, label),
        broken_joins=tuple(pair for pair in rules.must_join if label[pair[0]] != label[pair[1]]),
        broken_splits=tuple(pair for pair in rules.must_split if label[pair[0]] == label[pair[1]]),
        posts_outside=_outside(rules, label),
        expected_response_s=float((workload[busy] * mean[busy]).sum() / total) if total else np.nan,
        changed_cells=int(changed.sum()),
        changed_workload=float(territory.workload[changed].sum()),
    )


def outlines(territory: Territory, label: Int32, grids: int) -> Float64:
    """float64 [G]: length of the outline of each grid, the edge of the territory included."""
    source = np.repeat(label, np.diff(territory.first))
    across = source != label[territory.neighbour]
    inner = total_by(source[across], territory.border_m[across], grids)
    return inner + total_by(label, territory.outer_m, grids)


def pieces_of(territory: Territory, label: Int32, grids: int) -> Int32:
    """int32 [G]: how many pieces each grid is in, by links that can be passed."""
    chosen = np.ones(grids, dtype=np.bool_)
    return _pieces(territory.first, territory.neighbour, territory.travel_s, label, chosen)


@kernel
def _pieces(first: Int32, neighbour: Int32, travel_s: Float64, label: Int32, chosen: Bool) -> Int32:
    count = len(label)
    seen = np.zeros(count, dtype=np.bool_)
    stack = np.empty(count, dtype=np.int32)
    pieces = np.zeros(len(chosen), dtype=np.int32)
    for start in range(count):
        grid = label[start]
        if seen[start] or not chosen[grid]:
            continue
        pieces[grid] += 1
        seen[start] = True
        stack[0] = start
        size = 1
        while size > 0:
            size -= 1
            cell = stack[size]
            for link in range(first[cell], first[cell + 1]):
                other = neighbour[link]
                if not seen[other] and label[other] == grid and travel_s[link] < np.inf:
                    seen[other] = True
                    stack[size] = other
                    size += 1
    return pieces


def _responses(
    territory: Territory, rules: GridRules, label: Int32, centre: Int32
) -> tuple[Float64, Float64]:
    grids = rules.grids
    if rules.post_travel_s is not None:
        times = rules.post_travel_s
    else:
        times = times_from(territory, np.maximum(centre, 0))
    own = times[label, np.arange(len(label))]
    workload = total_by(label, territory.workload, grids)
    # inf x 0 is nan: a cell without workload that cannot be reached delays nobody
    spent = np.where(territory.workload > 0, territory.workload * own, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total_by(label, spent, grids) / workload
    farthest = np.zeros(grids)
    np.maximum.at(farthest, label, own)
    return mean, farthest


def _cut(rules: GridRules, label: Int32) -> tuple[int, ...]:
    if rules.community is None:
        return ()
    known = rules.community != NO_COMMUNITY
    pairs = np.unique(np.stack((rules.community[known], label[known]), axis=1), axis=0)
    names, times = np.unique(pairs[:, 0], return_counts=True)
    return tuple(int(name) for name in names[times > 1] if name not in rules.may_split)


def _outside(rules: GridRules, label: Int32) -> tuple[int, ...]:
    if rules.post_cell is None:
        return ()
    return tuple(np.flatnonzero(label[rules.post_cell] != np.arange(rules.grids)).tolist())
