"""Refinement of a plan by moving atoms across borders, one at a time, annealed.

A move is allowed where the grid left behind stays connected and non-empty, the atom touches its
new grid by a way that can be passed, and no post leaves its grid.
Its effect on load, outline and travel is known in constant time; moves that make the plan worse
are taken with a probability that falls (Kirkpatrick, Gelatt & Vecchi 1983,
doi:10.1126/science.220.4598.671).
"""

from __future__ import annotations

import numpy as np

from wardmote.core.planning.grids.atoms import Atoms
from wardmote.core.planning.grids.rules import GridWeights
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Float64, Int32, Int64

_MEETING = 10.0  # far beyond any gain: a pair that must be split shares a grid


def anneal(
    atoms: Atoms,
    label: Int32,
    times: Float64,
    weights: GridWeights,
    *,
    tolerance: float,
    reference_s: float,
    proposals: int,
    hot: float,
    cold: float,
    seed: int,
) -> Int32:
    """int32 [A]: a plan at least as good as `label` under the weights, from one run.

    `times` float64 [G, A]: seconds from the middle or post of each grid to each atom, finite.
    `reference_s`: the response that counts as 1. `hot`, `cold`: first and last temperature, in
    units of the objective; the temperature falls geometrically over the proposals.
    """
    ground = atoms.territory
    scale = np.array(
        [
            weights.balance,
            weights.excess,
            weights.compactness,
            weights.travel / reference_s,
            weights.change,
            1.0 + 0.6 * (tolerance - 1.0),  # aim inside the tolerance, not at its edge
        ]
    )
    return _anneal(
        ground.first,
        ground.neighbour,
        ground.border_m,
        ground.travel_s,
        ground.workload,
        ground.area_m2,
        ground.outer_m,
        times,
        label.astype(np.int32),
        atoms.home,
        atoms.previous,
        atoms.apart_first,
        atoms.apart,
        scale,
        proposals,
        hot,
        cold,
        seed,
    )


@kernel
def _holds_together(
    first: Int32,
    neighbour: Int32,
    travel_s: Float64,
    label: Int32,
    atom: int,
    mark: Int64,
    stamp: int,
    stack: Int32,
) -> bool:
    """Whether the grid of `atom` stays in one piece, and keeps some atom, without it.

    Marks: 2 x stamp on the atom's neighbours still to be found, 2 x stamp + 1 on atoms reached.
    """
    grid = label[atom]
    wanted, start = 0, -1
    for link in range(first[atom], first[atom + 1]):
        other = neighbour[link]
        if label[other] == grid and travel_s[link] < np.inf:
            mark[other] = 2 * stamp
            wanted += 1
            start = other
    if wanted <= 1:
        return wanted == 1
    mark[atom] = 2 * stamp + 1
    mark[start] = 2 * stamp + 1
    wanted -= 1
    stack[0] = start
    head, tail = 0, 1
    while head < tail:
        cell = stack[head]
        head += 1
        for link in range(first[cell], first[cell + 1]):
            other = neighbour[link]
            if label[other] != grid or travel_s[link] == np.inf or mark[other] == 2 * stamp + 1:
                continue
            if mark[other] == 2 * stamp:
                wanted -= 1
                if wanted == 0:
                    return True
            mark[other] = 2 * stamp + 1
            stack[tail] = other
            tail += 1
    return False


@kernel
def _load_cost(ratio: float, scale: Float64) -> float:
    over = max(ratio - scale[5], 0.0)
    return float(scale[0] * (ratio - 1.0) * (ratio - 1.0) + scale[1] * over)


@kernel
def _shape_cost(area: float, outline: float, scale: Float64) -> float:
    if outline <= 0.0:
        return 0.0
    return float(scale[2] * (1.0 - 4.0 * np.pi * area / (outline * outline)))


@kernel
def _sums(
    first: Int32,
    neighbour: Int32,
    border_m: Float64,
    workload: Float64,
    area_m2: Float64,
    outer_m: Float64,
    label: Int32,
    grids: int,
) -> tuple[Float64, Float64]:
    """float64 [3, G] load, area and outline of each grid; float64 [A] whole border of each atom."""
    sums = np.zeros((3, grids))
    rim = outer_m.copy()
    for atom in range(len(workload)):
        grid = label[atom]
        sums[0, grid] += workload[atom]
        sums[1, grid] += area_m2[atom]
        sums[2, grid] += outer_m[atom]
        for link in range(first[atom], first[atom + 1]):
            rim[atom] += border_m[link]
            if label[neighbour[link]] != grid:
                sums[2, grid] += border_m[link]
    return sums, rim


@kernel
def _grid_cost(load: float, area: float, outline: float, unit: float, scale: Float64) -> float:
    return _load_cost(load * unit, scale) + _shape_cost(area, outline, scale)


@kernel
def _meetings(apart_first: Int32, apart: Int32, label: Int32, atom: int, old: int, new: int) -> int:
    """How many more pairs that must be split would share a grid."""
    more = 0
    for row in range(apart_first[atom], apart_first[atom + 1]):
        grid = label[apart[row]]
        more += int(grid == new) - int(grid == old)
    return more


@kernel
def _anneal(
    first: Int32,
    neighbour: Int32,
    border_m: Float64,
    travel_s: Float64,
    workload: Float64,
    area_m2: Float64,
    outer_m: Float64,
    times: Float64,
    given: Int32,
    home: Int32,
    previous: Int32,
    apart_first: Int32,
    apart: Int32,
    scale: Float64,
    proposals: int,
    hot: float,
    cold: float,
    seed: int,
) -> Int32:
    np.random.seed(seed)
    grids = len(times)
    label, best = given.copy(), given.copy()
    mark = np.full(len(label), -1, dtype=np.int64)
    stack = np.empty(len(label), dtype=np.int32)
    sums, rim = _sums(first, neighbour, border_m, workload, area_m2, outer_m, label, grids)
    share = 1.0 / max(sums[0].sum(), 1e-9)
    unit = grids * share
    now = least = 0.0
    changed = np.empty(proposals + 1, dtype=np.int32)  # atoms moved since the best plan
    changes = 0
    cooling = (cold / hot) ** (1.0 / max(proposals, 1))
    heat = hot
    for step in range(proposals):
        heat *= cooling
        atom = np.random.randint(0, len(label))
        degree = first[atom + 1] - first[atom]
        if degree == 0 or home[atom] >= 0:
            continue
        link = first[atom] + np.random.randint(0, degree)
        old, new = label[atom], label[neighbour[link]]
        if old == new or travel_s[link] == np.inf:
            continue
        outline_old, outline_new = sums[2, old] - rim[atom], sums[2, new] + rim[atom]
        for link in range(first[atom], first[atom + 1]):
            grid = label[neighbour[link]]
            outline_old += 2.0 * border_m[link] * int(grid == old)
            outline_new -= 2.0 * border_m[link] * int(grid == new)
        work, ground = workload[atom], area_m2[atom]
        delta = (
            _grid_cost(sums[0, old] - work, sums[1, old] - ground, outline_old, unit, scale)
            + _grid_cost(sums[0, new] + work, sums[1, new] + ground, outline_new, unit, scale)
            - _grid_cost(sums[0, old], sums[1, old], sums[2, old], unit, scale)
            - _grid_cost(sums[0, new], sums[1, new], sums[2, new], unit, scale)
        ) / grids
        back = int(previous[atom] == new) - int(previous[atom] == old)
        longer = times[new, atom] - times[old, atom]
        delta += work * share * (scale[3] * longer - scale[4] * back)
        delta += _MEETING * _meetings(apart_first, apart, label, atom, old, new)
        if delta > 0.0 and np.random.random() >= np.exp(-delta / heat):
            continue
        if not _holds_together(first, neighbour, travel_s, label, atom, mark, step, stack):
            continue
        label[atom] = new
        sums[0, old] -= work
        sums[0, new] += work
        sums[1, old] -= ground
        sums[1, new] += ground
        sums[2, old], sums[2, new] = outline_old, outline_new
        now += delta
        changed[changes] = atom
        changes += 1
        if now < least - 1e-12:
            least = now
            for row in range(changes):
                best[changed[row]] = label[changed[row]]
            changes = 0
    return best
