"""Maximal cover as a program: the relaxation with a bound added up anew, and the proof."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.siting.answer import Ledger
from wardmote.core.planning.siting.cover_sets import CoverSets
from wardmote.core.planning.siting.linear_program import Ending, LinearProgram
from wardmote.core.planning.siting.sites import Role, Sites, best_selection
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64

INFINITE = 1e30
INTERIOR_POINT_FROM = 20_000
"""Entries of the matrix from which the interior-point method is faster than the simplex."""
LARGEST_PROGRAM = 3_000_000
"""Entries beyond which only the subgradient bound is computed."""
_SUBGRADIENT_STEPS = 400


@dataclass(frozen=True, slots=True, eq=False)
class CoverRelaxation:
    """A proven bound and the multipliers that prove it.

    For any multiplier between 0 and its demand on each set, no plan covers more than
    `sum(demand - multiplier) + the best selection of candidates by worth`, where a candidate's
    worth is the sum of the multipliers of its sets (Galvão & ReVelle 1996,
    doi:10.1016/0377-2217(94)00159-6).

    Attributes:
        bound: on the demand covered.
        worth: float64 [m].
        price: multiplier of the budget.
    """

    bound: float
    worth: Float64
    price: float

    @classmethod
    def of(
        cls, sets: CoverSets, sites: Sites, multiplier: Float64, price: float = 0.0
    ) -> CoverRelaxation:
        """The bound of some multipliers (clipped to what is allowed)."""
        clipped = np.clip(multiplier, 0.0, sets.weight)
        worth = sets.per_site(clipped)
        selected, _ = best_selection(worth, sites, max(0.0, price))
        return cls(float((sets.weight - clipped).sum()) + selected, worth, max(0.0, price))

    def decided(self, sites: Sites, target: float, *, integral: bool) -> tuple[Int64, Int64]:
        """Candidates that no plan better than `target` opens, and those that each one opens.

        `integral`: every value is a whole number, so better means at least 1 more.
        """
        net = self.worth - self.price * sites.cost
        free = np.flatnonzero(sites.role == Role.FREE)
        order = free[np.argsort(-net[free], kind="stable")]
        room = sites.max_posts - len(sites.kept)
        better = target + (1.0 - 1e-6 if integral else 1e-9 * max(1.0, abs(target)))
        # Opening one more displaces the last of the selection; closing one lets the next in.
        last = max(0.0, float(net[order[room - 1]])) if 0 < room <= len(order) else 0.0
        after = max(0.0, float(net[order[room]])) if room < len(order) else 0.0
        chosen = np.zeros(len(sites), dtype=np.bool_)
        chosen[order[:room]] = True
        chosen &= net > 0
        outside = free[~chosen[free]]
        closed = outside[self.bound - last + net[outside] < better]
        inside = free[chosen[free]]
        opened = inside[self.bound - net[inside] + after < better]
        return closed, opened


@dataclass(frozen=True, slots=True, eq=False)
class CoverProof:
    """What the integer program found: a plan (int64) or None, and a bound."""

    plan: Int64 | None
    bound: float


def relax_cover(sets: CoverSets, sites: Sites, ledger: Ledger) -> CoverRelaxation | None:
    """The bound of the linear relaxation; None when stopped before anything was proven.

    `sites` has no kept posts. Very large programs get the subgradient bound alone.
    """
    quick = _subgradient(sets, sites)
    if ledger.should_stop() or len(sets.site) > LARGEST_PROGRAM:
        return quick
    program = cover_program(sets, sites, whole=False)
    large = len(sets.site) > INTERIOR_POINT_FROM
    program.set("solver", "ipm" if large else "simplex")
    program.set("run_crossover", "off")
    found = program.solve(ledger)
    if found.ending is not Ending.SOLVED:
        return quick
    # Duals of "z_s - sum y <= 0" and of the budget are <= 0 in a minimization.
    price = -float(found.row_dual[len(sets) + 1]) if math.isfinite(sites.budget) else 0.0
    exact = CoverRelaxation.of(sets, sites, -found.row_dual[: len(sets)], price)
    return min(exact, quick, key=lambda each: each.bound)


def prove_cover(
    sets: CoverSets,
    sites: Sites,
    start: Int64,
    ledger: Ledger,
    on_bound: Callable[[float], None],
) -> CoverProof:
    """The integer program; kept posts are open. `start` is a plan (it may lie outside)."""
    program = cover_program(sets, sites, whole=True)
    if np.all(sites.usable[start]) and np.all(np.isin(sites.kept, start)):
        opened = np.zeros(sets.candidates, dtype=np.int64)
        opened[start] = 1
        covered = sets.times_covered(opened) > 0
        program.start_from(np.concatenate((covered.astype(np.float64), opened)))
    program.set("mip_heuristic_effort", 0.02)
    found = program.solve(ledger, lambda least: on_bound(-least))
    if found.ending is Ending.INFEASIBLE:
        return CoverProof(None, -math.inf)
    plan = np.flatnonzero(found.x[len(sets) :] > 0.5) if len(found.x) else None
    return CoverProof(plan, -found.bound)


def cover_program(sets: CoverSets, sites: Sites, *, whole: bool) -> LinearProgram:
    """Minimize minus the covered demand: columns z [sets], y [m]; rows z_s <= sum of its y."""
    count, m = len(sets), sets.candidates
    lower = np.zeros(count + m)
    upper = np.ones(count + m)
    upper[count:][~sites.usable] = 0.0
    lower[count:][sites.kept] = 1.0
    integral = np.concatenate((np.zeros(count, np.bool_), np.ones(m, np.bool_))) if whole else None
    cost = np.concatenate((-sets.weight, np.zeros(m)))
    program = LinearProgram(cost, lower, upper, integral)
    sizes = sets.sizes
    start = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(sizes + 1, out=start[1:])
    column = np.empty(start[-1], dtype=np.int32)
    factor = np.full(start[-1], -1.0)
    first = np.zeros(start[-1], dtype=np.bool_)
    first[start[:-1]] = True
    column[first] = np.arange(count)
    factor[first] = 1.0
    column[~first] = sets.site + count
    program.add_rows(np.full(count, -INFINITE), np.zeros(count), start, column, factor)
    sites_at = np.arange(count, count + m)
    program.add_row(-INFINITE, float(sites.max_posts), sites_at, np.ones(m))
    if math.isfinite(sites.budget):
        program.add_row(-INFINITE, sites.budget, sites_at, sites.cost)
    return program


def _subgradient(sets: CoverSets, sites: Sites) -> CoverRelaxation:
    """A quick bound by subgradient steps on the multipliers."""
    start, owned = sets.by_site()
    posts = min(sites.most_posts, len(sites))
    usable = sites.usable
    multiplier = _descend(start, owned, sets.weight, usable, posts, _SUBGRADIENT_STEPS)
    return CoverRelaxation.of(sets, sites, multiplier)


@kernel
def _weigh(start: Int64, owned: Int32, multiplier: Float64, usable: Bool, worth: Float64) -> None:
    for j in range(len(usable)):
        worth[j] = 0.0
        if usable[j]:
            for a in range(start[j], start[j + 1]):
                worth[j] += multiplier[owned[a]]


@kernel
def _descend(
    start: Int64, owned: Int32, weight: Float64, usable: Bool, posts: int, steps: int
) -> Float64:
    """Multipliers of a low bound: steps with momentum, towards 1 % below the best bound so far."""
    multiplier = 0.5 * weight
    best_multiplier = multiplier.copy()
    best, alpha, bad = np.inf, 1.0, 0
    worth = np.zeros(len(usable))
    times = np.zeros(len(weight))
    direction = np.zeros(len(weight))
    for _ in range(steps):
        _weigh(start, owned, multiplier, usable, worth)
        bound = 0.0
        for s in range(len(weight)):
            times[s] = 0.0
            bound += weight[s] - multiplier[s]
        order = np.argsort(-worth)
        for k in range(posts):
            bound += worth[order[k]]
            for a in range(start[order[k]], start[order[k] + 1]):
                times[owned[a]] += 1.0
        if bound < best:
            bad = 0 if bound < best * (1 - 1e-6) else bad + 1
            best = bound
            best_multiplier[:] = multiplier
        else:
            bad += 1
        if bad >= 15:
            alpha *= 0.8
            bad = 0
            multiplier[:] = best_multiplier
            direction[:] = 0.0
        length = 0.0
        for s in range(len(weight)):
            direction[s] = times[s] - 1.0 + 0.8 * direction[s]
            length += direction[s] * direction[s]
        if length == 0.0:
            break
        step = alpha * 0.01 * best / length
        for s in range(len(weight)):
            multiplier[s] = min(weight[s], max(0.0, multiplier[s] - step * direction[s]))
    return best_multiplier
