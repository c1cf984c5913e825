"""p-median: the least driving time from all demand to its nearest post.

In order:

1. greedy adding, then interchange;
2. the Lagrangian bound climbs; the candidates that it selects on the way are starting points for
   further interchange, which finds nearly all optima;
3. unless that suffices, cuts solve the linear relaxation (`median_cuts`);
4. what the bound does not settle is searched by branch and bound on the Lagrangian bound
   (`median_branch`), or where posts are many and lists short, by an integer program
   (`median_program`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.siting.answer import (
    UNWATCHED,
    Control,
    Ledger,
    Sense,
    Siting,
    Stage,
    infeasible,
)
from wardmote.core.planning.siting.median_bound import (
    CLOSED,
    FREE,
    OPEN,
    Ascent,
    Int8,
    NearLists,
    decided,
)
from wardmote.core.planning.siting.median_branch import Branching, branch
from wardmote.core.planning.siting.median_cuts import CutQuestion, tighten_by_cuts
from wardmote.core.planning.siting.median_program import prove_by_levels
from wardmote.core.planning.siting.median_search import (
    greedy_median,
    interchange,
    median_value,
)
from wardmote.core.planning.siting.problem import SitingProblem
from wardmote.core.planning.siting.sites import Role, Sites
from wardmote.core.travel.graph import Float64, Int32, Int64

UNREACHABLE_MS = 7_200_000
"""What demand counts for that no post can reach: two hours."""
SMALL_PROGRAM = 3_000
"""Prices below the points' multipliers, in all, up to which the program by levels is quick."""


@dataclass(frozen=True, slots=True)
class MedianEffort:
    """How hard to look.

    Attributes:
        climbs: blocks of `steps` subgradient steps at the root.
        steps: in a block; after each, the selection starts an interchange.
        longest_list: nearest candidates kept per demand point.
        cuts_from, cuts_to: demand points between which the relaxation is solved by cuts. With
            fewer, branch and bound is done sooner; with more, cuts take minutes.
        prove: whether to end with branch and bound.
        nodes: of branch and bound, at most.
    """

    climbs: int = 60
    steps: int = 25
    longest_list: int = 150
    cuts_from: int = 2_000
    cuts_to: int = 10_000
    prove: bool = True
    nodes: int = 1_000_000


DEFAULT_EFFORT = MedianEffort()


def p_median(
    problem: SitingProblem,
    control: Control = UNWATCHED,
    effort: MedianEffort = DEFAULT_EFFORT,
    *,
    unreachable_ms: int = UNREACHABLE_MS,
) -> Siting:
    """The plan with the least sum of demand times driving time to the nearest post.

    Args:
        problem: standards are not looked at.
        control: when to stop, whom to tell, the seed.
        effort: how hard to look.
        unreachable_ms: longer times, and no way at all, count as this.

    Returns:
        The plan with `value` in demand x ms; `INFEASIBLE` when the conditions allow no post.
    """
    sites = problem.sites
    if not sites.feasible or sites.most_posts == 0:
        return infeasible(Sense.LEAST)
    integral = bool(np.all(problem.demand == np.rint(problem.demand)))
    ledger = Ledger(Sense.LEAST, control, integral)
    used = problem.demand > 0
    travel = np.minimum(problem.travel_ms[used], np.int32(unreachable_ms))
    solver = _Solver.of(travel, problem.demand[used], sites, ledger)
    solver.search()
    if not ledger.over():
        solver.climb(effort)
    if effort.prove and not ledger.over():
        solver.prove(effort)
    return ledger.answer()


@dataclass(slots=True, eq=False)
class _Solver:
    """What the stages share.

    Attributes:
        travel: int32 [n, m]; `distance` is its transpose, in order of memory.
        state: int8 [m], what is settled about each candidate.
        budget: infinite unless money is short.
    """

    travel: Int32
    distance: Int32
    weight: Float64
    sites: Sites
    budget: float
    posts: int
    state: Int8
    ascent: Ascent | None
    ledger: Ledger

    @classmethod
    def of(cls, travel: Int32, weight: Float64, sites: Sites, ledger: Ledger) -> _Solver:
        state = np.full(len(sites), FREE, dtype=np.int8)
        state[sites.role == Role.EXCLUDED] = CLOSED
        state[sites.kept] = OPEN
        return cls(
            travel,
            np.ascontiguousarray(travel.T),
            weight,
            sites,
            sites.budget if sites.budget_binds else math.inf,
            sites.most_posts,
            state,
            None,
            ledger,
        )

    def complete(self, opened: Int64) -> Int64:
        """The kept posts first, then the others, then what greedy adding makes of the room left."""
        kept = self.sites.kept
        others = opened[~np.isin(opened, kept)]
        plan = np.concatenate((kept, others))
        if len(plan) == self.posts:
            return plan
        cost = np.where(self.sites.usable, self.sites.cost, np.inf)
        limit = self.budget if math.isfinite(self.budget) else float(np.finfo(np.float64).max)
        return greedy_median(self.distance, self.weight, cost, limit, self.posts, plan)

    def better(self, opened: Int64) -> bool:
        """Interchange from a plan, add what fits, and book it."""
        plan = self.complete(self.affordable(opened))
        allowed = self.sites.usable
        kept = len(self.sites.kept)
        value, plan = interchange(
            self.distance, self.weight, self.sites.cost, self.budget, plan, kept, allowed
        )
        if len(plan) < self.posts:
            plan = self.complete(plan)
            value = median_value(self.distance, self.weight, plan)
        if not self.sites.allows(plan):
            return False
        return self.ledger.offer(plan.tolist(), value)

    def affordable(self, opened: Int64) -> Int64:
        """A selection without its dearest posts, as far as the budget asks for that."""
        kept = self.sites.kept
        others = opened[~np.isin(opened, kept)]
        others = others[np.argsort(self.sites.cost[others], kind="stable")]
        spent = float(self.sites.cost[kept].sum()) + np.cumsum(self.sites.cost[others])
        return others[spent <= self.budget]

    def search(self) -> None:
        """Greedy, then interchange."""
        plan = self.complete(np.empty(0, dtype=np.int64))
        self.ledger.offer(plan.tolist(), median_value(self.distance, self.weight, plan))
        everywhere = self.distance[self.sites.usable].min(axis=0).astype(np.float64)
        self.ledger.tighten(float(self.weight @ everywhere))
        self.ledger.report(Stage.SEARCH, 1)
        if not self.ledger.over():
            self.better(plan)
            self.ledger.report(Stage.SEARCH, 2)

    def climb(self, effort: MedianEffort) -> None:
        """Raise the bound; interchange from what it selects."""
        ledger = self.ledger
        candidates = np.flatnonzero(self.state != CLOSED)
        lists = NearLists.of(self.travel, self.weight, effort.longest_list, candidates)
        two = np.sort(self.distance[list(ledger.opened)], axis=0)[:2].astype(np.float64)
        start = np.minimum(self.weight * two.mean(axis=0), lists.cap)
        ascent = Ascent.start(start, len(self.sites))
        self.ascent = ascent
        seen: set[bytes] = set()
        near = lists
        for block in range(effort.climbs):
            if block % 8 == 0:
                near = lists.trimmed(ascent.best_multiplier, margin=2.0 if block else 3.0)
            ascent.climb(
                near,
                self.state,
                self.sites.cost,
                self.budget,
                self.posts,
                ledger.value,
                effort.steps,
            )
            ledger.tighten(ascent.bound)
            selected = ascent.opened.tobytes()
            if selected not in seen and not ledger.closed:
                seen.add(selected)
                self.better(np.flatnonzero(ascent.opened))
            ledger.report(Stage.RELAX, block + 1)
            if ascent.exhausted or ledger.over():
                break
        if not ledger.over() and effort.cuts_from <= len(self.weight) <= effort.cuts_to:
            self.settle()
            question = CutQuestion(
                lists, self.state, self.sites.cost, self.budget, self.posts, effort.climbs
            )
            self.ascent = tighten_by_cuts(question, ascent, ledger)
        self.settle()

    def settle(self) -> None:
        """Close and open what the bound alone settles."""
        if self.ascent is not None:
            self.state = decided(
                self.ascent.worth,
                self.ascent.bound,
                self.state,
                self.posts,
                self.ledger.value,
                integral=self.ledger.integral,
            )

    def prove(self, effort: MedianEffort) -> None:
        """Branch and bound among the candidates that are left."""
        if self.ascent is None:
            return
        left = np.flatnonzero(self.state != CLOSED)
        question = Branching(
            NearLists.of(self.travel[:, left], self.weight, len(left), np.arange(len(left))),
            np.ascontiguousarray(self.distance[left]),
            self.weight,
            left,
            self.state[left],
            self.sites.cost[left],
            self.budget,
            self.posts,
            effort.nodes,
        )
        multiplier = self.ascent.best_multiplier
        read = len(question.lists.trimmed(multiplier, 1.0, 0).site)
        if read <= SMALL_PROGRAM:
            prove_by_levels(question, multiplier, self.ledger)
        else:
            branch(question, multiplier, float(self.ascent.numbers[4]), self.ledger)
