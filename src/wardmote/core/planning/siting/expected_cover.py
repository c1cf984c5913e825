"""Expected and backup cover: where vehicles should stand when some of them are busy.

Maximizes demand times the gain of `cover_gain`, with so many vehicles, room and number of posts,
costs and kept posts as conditions. Search first; then the relaxation, in which the concave gain is
bounded by lines that are added where it is exceeded; then the integer program, with lines added
until its plan is valued right.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.planning.siting.answer import (
    UNWATCHED,
    Control,
    Ledger,
    Sense,
    Siting,
    Stage,
    Status,
    infeasible,
)
from wardmote.core.planning.siting.cover_gain import CoverGain
from wardmote.core.planning.siting.cover_sets import CoverSets
from wardmote.core.planning.siting.linear_program import Ending, LinearProgram, Solution
from wardmote.core.planning.siting.sites import Role, Sites
from wardmote.core.planning.siting.vehicle_search import VehicleInstance
from wardmote.core.travel.graph import Float64, Int64

INFINITE = 1e30
_TOLERANCE = 1e-6
_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class ExpectedEffort:
    """How hard to look: scattered restarts of the search, and whether to prove."""

    restarts: int = 12
    prove: bool = True


DEFAULT_EFFORT = ExpectedEffort()


def expected_cover(
    sets: CoverSets,
    sites: Sites,
    vehicles: int,
    busy: float | Float64,
    control: Control = UNWATCHED,
    effort: ExpectedEffort = DEFAULT_EFFORT,
) -> Siting:
    """Vehicles placed so that the expected demand with a free one in reach is greatest.

    Args:
        sets: demand by cover set.
        sites: roles, room for vehicles, costs, limits; a kept post has at least one vehicle.
        vehicles: in all.
        busy: probability that a vehicle is busy, for all, or float64 [m] for those at each
            candidate (the candidates not in use too: what a vehicle there would be).
        control: when to stop, whom to tell, the seed.
        effort: how hard to look.

    Returns:
        The plan, `vehicles` at each opened post; `value` in units of demand.

    Raises:
        ValueError: a busy fraction is not in [0, 1).
    """
    fractions = np.broadcast_to(np.asarray(busy, dtype=np.float64), (len(sites),))
    gain = CoverGain.by_busy(np.ascontiguousarray(fractions), vehicles)
    return cover_by_gain(sets, sites, vehicles, gain, control, effort)


def backup_cover(
    sets: CoverSets,
    sites: Sites,
    second: float,
    control: Control = UNWATCHED,
    effort: ExpectedEffort = DEFAULT_EFFORT,
) -> Siting:
    """One vehicle per post; demand counts `1 - second` when covered, `second` more when twice.

    Args:
        second: weight of the second cover, 0 <= second <= 0.5.

    See `expected_cover` for the others.

    Raises:
        ValueError: the weight is out of range.
    """
    gain = CoverGain.by_count(len(sites), (1.0 - second, second))
    single = replace(sites, capacity=np.ones(len(sites), dtype=np.int32))
    return cover_by_gain(sets, single, sites.most_posts, gain, control, effort)


def corrected_cover(
    sets: CoverSets,
    sites: Sites,
    vehicles: int,
    busy: float,
    measure: Callable[[Siting], Float64],
    control: Control = UNWATCHED,
    *,
    rounds: int = 4,
) -> tuple[Siting, Float64]:
    """Expected cover with busy fractions that fit the plan, e.g. by a hypercube model.

    Args:
        busy: fraction to begin with.
        measure: busy fractions float64 [m] that a plan would lead to (any value for candidates
            not in use is taken as that of a vehicle put there).
        rounds: of placing and measuring, at most.

    Plans of the rounds are searched and bounded, not proven; the last one, for the fractions that
    were settled on, is proven like any other. A stop ends the rounds with what there is.

    Returns:
        The last plan and the fractions that it was made for. The proof is for these fractions;
        that plan and fractions agree is a fixed point, not an optimum over both.
    """
    fractions = np.full(len(sites), busy)
    quick = replace(DEFAULT_EFFORT, prove=False)
    seen = None
    for _ in range(rounds - 1):
        answer = expected_cover(sets, sites, vehicles, fractions, control, quick)
        if answer.status in (Status.STOPPED, Status.INFEASIBLE):
            return answer, fractions
        measured = np.clip(measure(answer), 0.0, 1.0 - 1e-9)
        settled = np.allclose(measured, fractions, atol=1e-4)
        same = (answer.opened, answer.vehicles) == seen
        seen = (answer.opened, answer.vehicles)
        if settled or same:
            break
        fractions = measured
    return expected_cover(sets, sites, vehicles, fractions, control), fractions


def cover_by_gain(
    sets: CoverSets,
    sites: Sites,
    vehicles: int,
    gain: CoverGain,
    control: Control = UNWATCHED,
    effort: ExpectedEffort = DEFAULT_EFFORT,
) -> Siting:
    """Vehicles placed so that demand times gain is greatest; see `expected_cover`."""
    if not sites.feasible or vehicles < len(sites.kept):
        return infeasible(Sense.MOST)
    ledger = Ledger(Sense.MOST, control, integral=False)
    solver = _Solver(sets, sites, vehicles, gain, ledger)
    solver.search(effort)
    if not ledger.over():
        program = _Program(sets, sites, vehicles, gain)
        lines = solver.relax(program)
        if effort.prove and lines and not ledger.over():
            solver.prove(program)
    return ledger.answer()


@dataclass(frozen=True, slots=True, eq=False)
class _Solver:
    sets: CoverSets
    sites: Sites
    vehicles: int
    gain: CoverGain
    ledger: Ledger

    def value(self, plan: Int64) -> float:
        """The gain of vehicles int64 [m] at candidates, in units of demand."""
        total = _totals(self.sets, self.gain, plan.astype(np.float64))
        return float(self.sets.weight @ self.gain.share(total))

    def offer(self, plan: Int64) -> bool:
        used = np.flatnonzero(plan)
        crowded = bool(np.any(plan > self.sites.capacity)) or int(plan.sum()) > self.vehicles
        if crowded or not self.sites.allows(used):
            return False
        return self.ledger.offer(used.tolist(), self.value(plan), plan[used].tolist())

    def search(self, effort: ExpectedEffort) -> None:
        """Greedy, single moves, and scattered restarts."""
        ledger = self.ledger
        instance = VehicleInstance.of(self.sets, self.sites, self.gain)
        rng = np.random.default_rng(ledger.control.seed)
        _, best = instance.settle(np.zeros(len(self.sites), dtype=np.int64), self.vehicles)
        self.offer(best)
        ledger.tighten(float(self.sets.weight.sum()))
        ledger.report(Stage.SEARCH, 1)
        for restart in range(effort.restarts):
            if ledger.over():
                return
            scattered = instance.scatter(best, max(2, self.vehicles // 5), rng)
            _, plan = instance.settle(scattered, self.vehicles)
            if self.offer(plan):
                best = plan
            ledger.report(Stage.SEARCH, restart + 2)

    def relax(self, program: _Program) -> bool:
        """Bound by the relaxation; whether it came to its end."""
        for rounds in range(_ROUNDS):
            found = program.solve(self.ledger)
            if found.ending is not Ending.SOLVED:
                return False
            self.ledger.tighten(program.bound_of(found))
            self.ledger.report(Stage.RELAX, rounds + 1)
            if self.ledger.over() or not program.add_lines(found):
                return True
        return True

    def prove(self, program: _Program) -> None:
        """Integer programs, each with the lines that the last one's plan was missing."""
        program.make_whole()
        for rounds in range(_ROUNDS):
            found = program.solve(self.ledger)
            if math.isfinite(found.bound):
                self.ledger.tighten(program.bound_of(found))
            if len(found.x):
                self.offer(program.plan_of(found))
            self.ledger.report(Stage.PROVE, rounds + 1)
            if found.ending is not Ending.SOLVED or self.ledger.over():
                return
            if not program.add_lines(found):
                return


def _totals(sets: CoverSets, gain: CoverGain, vehicles: Float64) -> Float64:
    if not len(sets):
        return np.zeros(0)
    summed: Float64 = np.add.reduceat((vehicles * gain.step)[sets.site], sets.start[:-1])
    return summed


class _Program:
    """Columns: covered share per set (times demand), vehicles and post per candidate."""

    def __init__(self, sets: CoverSets, sites: Sites, vehicles: int, gain: CoverGain) -> None:
        self.sets, self.gain = sets, gain
        count, m = len(sets), len(sites)
        self._count, self._m = count, m
        room = np.where(sites.usable, np.minimum(sites.capacity, vehicles), 0).astype(np.float64)
        kept = (sites.role == Role.KEPT).astype(np.float64)
        cost = np.concatenate((-np.ones(count), np.zeros(2 * m)))
        lower = np.concatenate((np.zeros(count), kept, kept))
        upper = np.concatenate((sets.weight, room, (room > 0).astype(np.float64)))
        self._limits = (cost, lower, upper)
        self._rows: list[tuple[Float64, Float64, Int64, Int64, Float64]] = []
        at, post = np.arange(count, count + m), np.arange(count + m, count + 2 * m)
        self._keep(-INFINITE, float(vehicles), at, np.ones(m))
        self._keep(-INFINITE, float(sites.max_posts), post, np.ones(m))
        if math.isfinite(sites.budget):
            self._keep(-INFINITE, sites.budget, post, sites.cost)
        # A vehicle needs its post.
        start = np.arange(0, 2 * m + 1, 2, dtype=np.int64)
        column = np.column_stack((at, post)).ravel()
        factor = np.column_stack((np.ones(m), -room)).ravel()
        self._rows.append((np.full(m, -INFINITE), np.zeros(m), start, column, factor))
        self._line_rows(np.arange(count), np.zeros(count))
        self._program = self._build(None)

    def _keep(self, lower: float, upper: float, column: Int64, factor: Float64) -> None:
        start = np.array([0, len(column)], dtype=np.int64)
        self._rows.append((np.array([lower]), np.array([upper]), start, column, factor))

    def _line_rows(self, which: Int64, total: Float64) -> None:
        """Rows `share - slope * sum step * vehicles <= intercept` for some sets."""
        slope, intercept = self.gain.line(total)
        weight = self.sets.weight[which]
        sizes = self.sets.sizes[which]
        start = np.zeros(len(which) + 1, dtype=np.int64)
        np.cumsum(sizes + 1, out=start[1:])
        column = np.empty(start[-1], dtype=np.int64)
        factor = np.empty(start[-1])
        first = np.zeros(start[-1], dtype=np.bool_)
        first[start[:-1]] = True
        column[first], factor[first] = which, 1.0
        begin = np.repeat(self.sets.start[which] - (start[:-1] - np.arange(len(which))), sizes)
        member = self.sets.site[begin + np.arange(len(begin))]
        column[~first] = member + self._count
        factor[~first] = -np.repeat(slope * weight, sizes) * self.gain.step[member]
        lower = np.full(len(which), -INFINITE)
        self._rows.append((lower, intercept * weight, start, column, factor))

    def _build(self, whole: np.ndarray[tuple[int], np.dtype[np.bool_]] | None) -> LinearProgram:
        program = LinearProgram(*self._limits, whole)
        for lower, upper, start, column, factor in self._rows:
            program.add_rows(lower, upper, start, column.astype(np.int32), factor)
        return program

    def make_whole(self) -> None:
        """From now on vehicles and posts are whole numbers."""
        whole = np.ones(self._count + 2 * self._m, dtype=np.bool_)
        whole[: self._count] = False
        self._program = self._build(whole)

    def solve(self, ledger: Ledger) -> Solution:
        return self._program.solve(ledger)

    def bound_of(self, found: Solution) -> float:
        """The solver's bound, with its tolerance given away."""
        return -found.bound + 1e-7 * max(1.0, abs(found.bound)) * 0.5

    def plan_of(self, found: Solution) -> Int64:
        return np.rint(found.x[self._count : self._count + self._m]).astype(np.int64)

    def add_lines(self, found: Solution) -> bool:
        """Bound the gain where the solution exceeds it; whether it did anywhere."""
        vehicles = found.x[self._count : self._count + self._m]
        total = _totals(self.sets, self.gain, vehicles)
        slope, intercept = self.gain.line(total)
        excess = found.x[: self._count] - self.sets.weight * (slope * total + intercept)
        scale = _TOLERANCE * max(1.0, float(self.sets.weight.sum()) / max(1, self._count))
        which = np.flatnonzero(excess > scale)
        if not len(which):
            return False
        self._line_rows(which, total[which])
        lower, upper, start, column, factor = self._rows[-1]
        self._program.add_rows(lower, upper, start, column.astype(np.int32), factor)
        return True
