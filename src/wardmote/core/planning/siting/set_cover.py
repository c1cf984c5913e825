"""Covering everything: the fewest (or cheapest) posts such that no reachable demand is left out.

The location set covering problem of Toregas et al. (1971, doi:10.1287/opre.19.6.1363). Demand whose
candidates include all those of other demand is covered with it; a candidate that covers no more
than another, and costs no less, is not needed. What these two rules leave is given to greedy adding
and to the programs; the bound of the relaxation is added up anew from its duals.
"""

from __future__ import annotations

import math
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
from wardmote.core.planning.siting.cover_sets import CoverSets
from wardmote.core.planning.siting.linear_program import Ending, LinearProgram
from wardmote.core.planning.siting.sites import Role, Sites
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Bool, Float64, Int64

INFINITE = 1e30
_LARGEST_REDUCTION = 6_000
_PASSES = 4


def cover_all(sets: CoverSets, sites: Sites, control: Control = UNWATCHED) -> Siting:
    """The cheapest plan that covers all reachable demand.

    Args:
        sets: demand to cover; what is out of reach of every usable candidate is left out, and is
            `out_of_reach(sets, sites)`.
        sites: kept posts cover for nothing extra but their cost; `max_posts` and `budget` are
            conditions.
        control: when to stop, whom to tell.

    Returns:
        The plan with `value` the sum of costs (the number of posts where each costs 1);
        `INFEASIBLE` when that is proven to break a condition. A plan that breaks one is never
        returned.
    """
    if not sites.feasible:
        return infeasible(Sense.LEAST)
    integral = bool(np.all(sites.cost == np.rint(sites.cost)))
    ledger = Ledger(Sense.LEAST, control, integral)
    fewest(sets, sites, ledger)
    answer = ledger.answer()
    if ledger.has_plan and not sites.allows(answer.opened):
        # The cheapest plan found is too large; only its bound tells anything.
        uniform = bool(np.all(sites.cost == 1.0))
        limit = min(float(sites.max_posts), sites.budget) if uniform else sites.budget
        if answer.bound > limit:
            return infeasible(Sense.LEAST)
        return replace(answer, opened=(), vehicles=(), value=math.inf, status=Status.BOUNDED)
    return answer


def out_of_reach(sets: CoverSets, sites: Sites) -> float:
    """Demand that no usable candidate covers."""
    usable = sites.usable.astype(np.int64)
    return sets.out_of_reach + float(sets.weight[sets.times_covered(usable) == 0].sum())


def fewest(
    sets: CoverSets,
    sites: Sites,
    ledger: Ledger,
    enough: float = -math.inf,
    *,
    whole: bool = True,
) -> None:
    """Cheapest cover into a ledger; ends early once it is known whether `enough` suffices.

    Without `whole` it ends with the relaxation.
    """
    kept = sites.kept
    base = float(sites.cost[kept].sum())
    stands = np.zeros(len(sites), dtype=np.int64)
    stands[kept] = 1
    open_sets = sets.rows(sets.times_covered(stands) == 0).among(sites.usable)
    problem = _reduced(open_sets, sites.cost, np.flatnonzero(sites.role != Role.EXCLUDED))
    plan = problem.greedy()
    ledger.offer([*kept.tolist(), *plan.tolist()], base + float(sites.cost[plan].sum()))
    ledger.tighten(base)
    ledger.report(Stage.SEARCH, 1)
    if _known(ledger, enough) or ledger.over() or not problem.members.size:
        if not problem.members.size:
            ledger.tighten(ledger.value)
        return
    ledger.tighten(base + problem.relaxed(ledger))
    ledger.report(Stage.RELAX, 1)
    if not whole or _known(ledger, enough) or ledger.over():
        return

    def on_bound(bound: float) -> None:
        ledger.tighten(min(ledger.value, base + bound))

    found = problem.program(whole=True).solve(ledger, on_bound, lambda: _known(ledger, enough))
    if len(found.x):
        plan = problem.site[found.x > 0.5]
        ledger.offer([*kept.tolist(), *plan.tolist()], base + float(sites.cost[plan].sum()))
    if math.isfinite(found.bound):
        on_bound(found.bound)
    ledger.report(Stage.PROVE, 1)


def _known(ledger: Ledger, enough: float) -> bool:
    """Whether it is settled that `enough` suffices, or that it does not."""
    return ledger.value <= enough or ledger.bound > enough > -math.inf


@dataclass(frozen=True, slots=True, eq=False)
class _Reduced:
    """What the rules leave: `members` bool [rows, columns], `site` and `cost` per column."""

    members: Bool
    site: Int64
    cost: Float64

    def greedy(self) -> Int64:
        """Cheapest per new row, then without what turned out to be superfluous."""
        if not self.members.size:
            return np.empty(0, dtype=np.int64)
        left = np.ones(len(self.members), dtype=np.bool_)
        chosen: list[int] = []
        while left.any():
            gain = self.members[left].sum(axis=0)
            best = int(np.argmax(gain / np.maximum(self.cost, 1e-9)))
            chosen.append(best)
            left &= ~self.members[:, best]
        times = self.members[:, chosen].sum(axis=1)
        for column in sorted(chosen, key=lambda c: -self.cost[c]):
            if np.all(times[self.members[:, column]] > 1):
                chosen.remove(column)
                times -= self.members[:, column]
        return self.site[np.array(chosen, dtype=np.int64)]

    def program(self, *, whole: bool) -> LinearProgram:
        """Minimize the cost such that each row has a member open."""
        rows, columns = self.members.shape
        integral = np.full(columns, whole)
        program = LinearProgram(self.cost, np.zeros(columns), np.ones(columns), integral)
        row, column = np.nonzero(self.members)
        start = np.zeros(rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(row, minlength=rows), out=start[1:])
        program.add_rows(
            np.ones(rows),
            np.full(rows, INFINITE),
            start,
            column.astype(np.int32),
            np.ones(len(column)),
        )
        return program

    def relaxed(self, ledger: Ledger) -> float:
        """The bound of the relaxation: duals, shrunk until no candidate is paid too much."""
        found = self.program(whole=False).solve(ledger)
        if found.ending is not Ending.SOLVED:
            return -math.inf
        dual = np.maximum(found.row_dual, 0.0)
        paid = dual @ self.members
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(paid > 0, paid / self.cost, 0.0)
        return float(dual.sum() / max(1.0, float(ratio.max())))


def _reduced(sets: CoverSets, cost: Float64, usable: Int64) -> _Reduced:
    members = np.zeros((len(sets), sets.candidates), dtype=np.bool_)
    members[np.repeat(np.arange(len(sets)), sets.sizes), sets.site] = True
    members = members[:, usable]
    site = usable
    price = cost[site]
    before = (-1, -1)
    for _ in range(_PASSES):
        if members.shape == before or max(members.shape, default=0) > _LARGEST_REDUCTION:
            break
        before = (members.shape[0], members.shape[1])
        rows = _not_implied(_packed(members), np.zeros(len(members)))
        members = members[rows]
        columns = _not_implied(_packed(~members.T), price)
        members, site, price = members[:, columns], site[columns], price[columns]
    return _Reduced(members, site, price)


def _packed(members: Bool) -> np.ndarray[tuple[int, int], np.dtype[np.uint64]]:
    """Bits of each row in words of 64."""
    rows, columns = members.shape
    words = -(-max(columns, 1) // 64)
    padded = np.zeros((rows, words * 64), dtype=np.bool_)
    padded[:, :columns] = members
    return np.packbits(padded, axis=1).view(np.uint64)


@kernel
def _not_implied(bits: np.ndarray[tuple[int, int], np.dtype[np.uint64]], cost: Float64) -> Bool:
    """Rows of bits that include no other row of at most their cost (of equals the first stays)."""
    count, words = bits.shape
    keep = np.ones(count, dtype=np.bool_)
    for a in range(count):
        for b in range(count):
            if a == b or not keep[b] or cost[b] > cost[a]:
                continue
            inside = True
            same = True
            for w in range(words):
                if bits[b, w] & ~bits[a, w]:
                    inside = False
                    break
                if bits[b, w] != bits[a, w]:
                    same = False
            if inside and (not same or b < a or cost[b] < cost[a]):
                keep[a] = False
                break
    return keep
