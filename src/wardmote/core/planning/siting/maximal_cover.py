"""Maximal cover: as much demand as possible within its limit, with a given number of posts.

The maximal covering location problem of Church & ReVelle (1974, doi:10.1007/BF01942293), on demand
merged by cover set. In order:

1. greedy and a short annealed exchange give a plan;
2. the linear relaxation gives a bound. It is not taken from the solver's word: from the duals of
   the rows "covered only if a post is open" the Lagrangian bound is added up again here, so a
   tolerance of the solver cannot make it wrong;
3. candidates that cannot be in (or missing from) a better plan by that bound are closed (opened);
4. longer walks among the candidates that the relaxation likes best, whose cover sets are merged
   again and therefore few;
5. the integer program on what is left, told about the best plan.
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
from wardmote.core.planning.siting.cover_program import (
    CoverRelaxation,
    prove_cover,
    relax_cover,
)
from wardmote.core.planning.siting.cover_search import (
    EMPTY,
    CoverInstance,
    anneal_cover,
    greedy_cover,
)
from wardmote.core.planning.siting.cover_sets import CoverSets
from wardmote.core.planning.siting.sites import Role, Sites
from wardmote.core.travel.graph import Int64


@dataclass(frozen=True, slots=True)
class CoverEffort:
    """How hard to look.

    Attributes:
        first_steps: exchanges looked at before the relaxation.
        walks: walks after it, each of `steps` exchanges.
        few: undecided candidates with which the integer program is sooner done than more walks.
        prove: whether to end with the integer program.
    """

    first_steps: int = 60_000
    walks: int = 8
    steps: int = 400_000
    few: int = 300
    prove: bool = True


DEFAULT_EFFORT = CoverEffort()
HOT, COLD = 0.055, 0.0055
"""Temperatures as shares of what one post covers on average."""


def maximal_cover(
    sets: CoverSets,
    sites: Sites,
    control: Control = UNWATCHED,
    effort: CoverEffort = DEFAULT_EFFORT,
) -> Siting:
    """The plan that covers most demand.

    Args:
        sets: of the candidates of `sites`; several standards may be merged into them.
        sites: roles, costs and limits. A plan may have fewer posts than allowed, never more.
        control: when to stop, whom to tell, the seed.
        effort: how hard to look.

    Returns:
        The plan with `value` the demand covered; `INFEASIBLE` when the kept posts alone are too
        many or too dear.
    """
    if not sites.feasible:
        return infeasible(Sense.MOST)
    ledger = Ledger(Sense.MOST, control, sets.integral)
    if sites.most_posts == 0 or not len(sets):
        ledger.offer(sites.kept.tolist(), sets.covered(sites.kept))
        ledger.tighten(ledger.value)
        return ledger.answer()
    solver = _Solver.of(sets, sites, ledger)
    solver.search(effort)
    if not ledger.over():
        _improve(solver, effort)
    return ledger.answer()


def _improve(solver: _Solver, effort: CoverEffort) -> None:
    ledger = solver.ledger
    relaxation = relax_cover(solver.sets, solver.free, ledger)
    if relaxation is None:
        ledger.report(Stage.RELAX)
        return
    ledger.tighten(solver.base + relaxation.bound)
    ledger.report(Stage.RELAX, 1)
    if not ledger.over():
        solver.polish(relaxation, effort)
    if effort.prove and not ledger.over():
        solver.prove(relaxation)


@dataclass(slots=True, eq=False)
class _Solver:
    """The question without kept posts: they are paid, and their demand is covered already.

    Attributes:
        sets: demand that kept posts do not cover, over the free candidates.
        free: the conditions on the rest; nothing is kept.
        kept: int64, the kept posts.
        base: demand that they cover.
    """

    sets: CoverSets
    free: Sites
    kept: Int64
    base: float
    ledger: Ledger

    @classmethod
    def of(cls, sets: CoverSets, sites: Sites, ledger: Ledger) -> _Solver:
        kept = sites.kept
        stands = np.zeros(len(sites), dtype=np.int64)
        stands[kept] = 1
        covered = sets.times_covered(stands) > 0
        base = float(sets.weight[covered].sum())
        usable = sites.usable & (stands == 0)
        free = Sites(
            np.where(usable, Role.FREE, Role.EXCLUDED).astype(np.uint8),
            sites.cost,
            sites.capacity,
            sites.max_posts - len(kept),
            sites.budget - float(sites.cost[kept].sum()),
        )
        if not free.budget_binds:
            free = Sites(free.role, free.cost, free.capacity, free.max_posts)
        return cls(sets.rows(~covered).among(usable), free, kept, base, ledger)

    def offer(self, plan: Int64) -> bool:
        """Book a plan of free candidates; its value is counted anew."""
        opened = plan[plan != EMPTY]
        if not self.free.allows(opened):
            return False
        value = self.base + self.sets.covered(opened.tolist())
        return self.ledger.offer([*self.kept.tolist(), *opened.tolist()], value)

    def _instance(self, sets: CoverSets) -> CoverInstance:
        return CoverInstance.of(sets, self.free.cost, self.free.budget, self.free.most_posts)

    def _walk(
        self, instance: CoverInstance, plan: Int64, newcomers: Int64, seed: int, steps: int
    ) -> Int64:
        share = max(1e-9, (self.ledger.value - self.base) / max(1, instance.posts))
        _, found = anneal_cover(
            instance,
            plan,
            newcomers,
            seed=seed,
            steps=steps,
            hot=HOT * share,
            cold=COLD * share,
        )
        return found

    def search(self, effort: CoverEffort) -> None:
        """Greedy, then a short walk among all candidates."""
        instance = self._instance(self.sets)
        plan = greedy_cover(instance)
        self.offer(plan)
        self.ledger.tighten(self.base + float(self.sets.weight.sum()))
        self.ledger.report(Stage.SEARCH, 1)
        if instance.posts and not self.ledger.over():
            newcomers = np.flatnonzero(self.free.usable)
            self.offer(
                self._walk(instance, plan, newcomers, self.ledger.control.seed, effort.first_steps)
            )
            self.ledger.report(Stage.SEARCH, 2)

    def polish(self, relaxation: CoverRelaxation, effort: CoverEffort) -> None:
        """Long walks among the candidates that the relaxation likes best."""
        posts = self.free.most_posts
        usable = np.flatnonzero(self.free.usable)
        liked = usable[np.argsort(-relaxation.worth[usable], kind="stable")]
        liked = liked[: max(40, 5 * posts)]
        keep = np.zeros(len(self.free), dtype=np.bool_)
        keep[liked] = True
        instance = self._instance(self.sets.among(keep))
        best = greedy_cover(instance)
        for walk in range(effort.walks):
            seed = self.ledger.control.seed * 1_000 + walk + 1
            if self.offer(self._walk(instance, best, liked, seed, effort.steps)):
                self.ledger.report(Stage.POLISH, walk + 1)
            if self.ledger.over() or (walk and self._left(relaxation) <= effort.few):
                break
        self.ledger.report(Stage.POLISH, walk + 1)

    def _left(self, relaxation: CoverRelaxation) -> int:
        """Candidates that the bound does not settle."""
        target = self.ledger.value - self.base
        closed, opened = relaxation.decided(self.free, target, integral=self.ledger.integral)
        return int(self.free.usable.sum()) - len(closed) - len(opened)

    def prove(self, relaxation: CoverRelaxation) -> None:
        """The integer program among the candidates that may still be in a better plan."""
        ledger = self.ledger
        target = ledger.value - self.base
        closed, opened = relaxation.decided(self.free, target, integral=ledger.integral)
        role = self.free.role.copy()
        role[closed] = Role.EXCLUDED
        role[opened] = Role.KEPT
        rest = Sites(
            role, self.free.cost, self.free.capacity, self.free.max_posts, self.free.budget
        )
        ledger.report(Stage.PROVE)
        if not rest.feasible:
            # Every better plan would break a condition.
            ledger.tighten(ledger.value)
            return
        sets = self.sets.among(rest.usable)
        start = np.array([s for s in ledger.opened if s not in set(self.kept.tolist())], np.int64)

        def on_bound(bound: float) -> None:
            # Plans outside `rest` are no better than the one at hand.
            ledger.tighten(self.base + max(target, bound))

        found = prove_cover(sets, rest, start, ledger, on_bound)
        if found.plan is not None:
            self.offer(found.plan)
        if math.isfinite(found.bound):
            on_bound(found.bound)
        ledger.report(Stage.PROVE, 1)
