"""A plan of grids: a first cut, refined until load, outline and travel agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.planning.grids.atoms import Atoms, melt
from wardmote.core.planning.grids.distances import plane_middles, times_from
from wardmote.core.planning.grids.figures import GridFigures, figures_of
from wardmote.core.planning.grids.matching import match_labels
from wardmote.core.planning.grids.refine import anneal
from wardmote.core.planning.grids.rules import GridRules, check_rules
from wardmote.core.planning.grids.starting import (
    join_pieces,
    joined_to_posts,
    metis_start,
    post_start,
    separate,
)
from wardmote.core.planning.grids.territory import Territory
from wardmote.core.travel.graph import Float64, Int32

_REPLAN_HEAT = 0.3  # a plan in force is mended, not melted
_UNREACHED = 10.0  # a cell that no known time reaches counts as this many times the farthest


@dataclass(frozen=True, slots=True)
class GridEffort:
    """How long to refine: `rounds` of `proposals_per_cell` proposals for each cell.

    Middles of grids are found anew after each round; one run cools through all rounds from `hot`
    to `cold` (in units of the objective, see `refine`). Without a round the first cut stays: the
    plan in force where there is one, mended where it breaks a rule.
    """

    rounds: int = 12
    proposals_per_cell: int = 160
    hot: float = 3e-3
    cold: float = 2e-6


@dataclass(frozen=True, slots=True, eq=False)
class GridPlan:
    """A finished plan. Validity dates and approval belong to whoever adopts it.

    - `label` int32 [C]: the grid of each cell; `rules` it was made under; `seed`.
    - `start`: figures of the first cut before refinement; `figures`: of the plan.
    """

    label: Int32
    rules: GridRules
    start: GridFigures
    figures: GridFigures
    seed: int
    stopped: bool
    """Whether it was told to stop before all rounds were done; the plan is valid nevertheless."""

    @property
    def within_tolerance(self) -> bool:
        """Whether the heaviest grid is at most the tolerance (inclusive)."""
        return self.figures.max_over_mean <= self.rules.tolerance


def plan_grids(
    territory: Territory,
    rules: GridRules,
    *,
    seed: int = 1,
    effort: GridEffort | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    report: Callable[[float], None] = lambda share: None,
) -> GridPlan:
    """Cut a territory into grids.

    With a plan in force (`rules.previous`) refinement starts from it, and each piece of workload
    that changes hands costs; grids keep their numbers. `should_stop` is asked between rounds;
    `report` is told the share done. The same input and seed give the same plan.

    Raises `Problem` where the rules cannot be met at all (`check_rules`, `melt`, `metis_start`).
    """
    check_rules(territory, rules)
    effort = effort or GridEffort()
    atoms = melt(territory, rules)
    label, times = _first_cut(territory, atoms, rules, seed)
    start_label = label
    stopped = False
    hot = effort.hot if rules.previous is None else effort.hot * _REPLAN_HEAT
    shrink = (effort.cold / hot) ** (1.0 / max(effort.rounds, 1))
    for turn in range(effort.rounds if rules.grids > 1 else 0):
        if should_stop():
            stopped = True
            break
        known = _times(atoms, label, rules) if times is None else times
        label = anneal(
            atoms,
            label,
            known,
            rules.weights,
            tolerance=rules.tolerance,
            reference_s=_response(atoms, start_label, known),
            proposals=effort.proposals_per_cell * atoms.territory.cells,
            hot=hot * shrink**turn,
            cold=hot * shrink ** (turn + 1),
            seed=seed * 1_000 + turn,
        )
        report((turn + 1) / effort.rounds)
    cells = label[atoms.atom_of]
    if rules.previous is not None and rules.post_cell is None:
        cells = match_labels(cells, rules.previous, territory.workload, rules.grids)
    return GridPlan(
        cells,
        rules,
        figures_of(territory, rules, start_label[atoms.atom_of]),
        figures_of(territory, rules, cells),
        seed,
        stopped,
    )


def _first_cut(
    territory: Territory, atoms: Atoms, rules: GridRules, seed: int
) -> tuple[Int32, Float64 | None]:
    """A first plan of atoms, and the times from posts to atoms where posts are given."""
    ground = atoms.territory
    times = None
    if rules.post_cell is not None:
        post = atoms.atom_of[rules.post_cell]
        label, times = post_start(ground, post, _given_times(territory, atoms, rules))
        times = _finite(times)
    else:
        label = metis_start(ground, rules.grids, seed)
    if rules.previous is not None:
        label = _from_previous(ground, atoms, rules, label)
    if rules.must_split:
        pairs = atoms.atom_of[np.array(rules.must_split, dtype=np.int64)]
        held = None if rules.post_cell is None else atoms.atom_of[rules.post_cell]
        label = separate(ground, label, pairs, rules.grids, held)
    return label, times


def _from_previous(ground: Territory, atoms: Atoms, rules: GridRules, fresh: Int32) -> Int32:
    """The plan in force on the atoms, mended where it has gaps, pieces or a post outside."""
    fresh = match_labels(fresh, atoms.previous, ground.workload, rules.grids)
    label = np.where(atoms.previous >= 0, atoms.previous, fresh).astype(np.int32)
    at_post = atoms.home >= 0
    label[at_post] = atoms.home[at_post]
    if rules.post_cell is None:
        return join_pieces(ground, label, rules.grids)
    return joined_to_posts(ground, label, atoms.atom_of[rules.post_cell])


def _given_times(territory: Territory, atoms: Atoms, rules: GridRules) -> Float64 | None:
    """float64 [G, A] mean time to the cells of each atom by workload, or None."""
    if rules.post_travel_s is None:
        return None
    weight = territory.workload + 1e-9
    count = atoms.territory.cells
    total = np.bincount(atoms.atom_of, weights=weight, minlength=count)
    rows = [
        np.bincount(atoms.atom_of, weights=weight * row, minlength=count) / total
        for row in rules.post_travel_s
    ]
    return np.array(rows)


def _times(atoms: Atoms, label: Int32, rules: GridRules) -> Float64:
    middles = plane_middles(atoms.territory, label, rules.grids)
    return _finite(times_from(atoms.territory, middles))


def _finite(times: Float64) -> Float64:
    known = np.isfinite(times)
    farthest = float(times[known].max(initial=1.0))
    return np.where(known, times, _UNREACHED * farthest)


def _response(atoms: Atoms, label: Int32, times: Float64) -> float:
    own = times[label, np.arange(len(label))]
    total = float(atoms.territory.workload.sum())
    return max(float((atoms.territory.workload * own).sum()) / max(total, 1e-9), 1e-9)


def compare_with(plan: GridPlan, territory: Territory, label: Int32) -> GridFigures:
    """Figures of another plan (int32 [C]) under the same rules, changes counted from `plan`."""
    return figures_of(territory, replace(plan.rules, previous=plan.label), label)
