"""p-center: the least driving time within which every demand point has a post.

The answer is one of the travel times, so it is found by looking for the least one at which
`max_posts` posts cover everything (Minieka 1970, doi:10.1137/1012016). First by bisection with the
relaxation alone, which never refutes wrongly; then upwards with the full proof.
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
    infeasible,
)
from wardmote.core.planning.siting.cover_search import (
    EMPTY,
    CoverInstance,
    anneal_cover,
    greedy_cover,
)
from wardmote.core.planning.siting.cover_sets import CoverSets
from wardmote.core.planning.siting.problem import SitingProblem
from wardmote.core.planning.siting.set_cover import fewest
from wardmote.core.planning.siting.set_table import SetTable
from wardmote.core.planning.siting.sites import Sites
from wardmote.core.travel.graph import INF_MS, Int32, Int64

_STEPS = 30_000
"""Exchanges looked at before the integer program is asked whether a radius suffices."""


def p_center(problem: SitingProblem, control: Control = UNWATCHED) -> Siting:
    """The plan whose farthest demand point is nearest.

    Args:
        problem: points with demand 0 are not looked at; standards neither. Costs must all be 1:
            money is not a condition here, the number of posts is.
        control: when to stop, whom to tell.

    Returns:
        The plan with `value` in ms; `INFEASIBLE` when some point with demand cannot be reached by
        any allowed number of posts.

    Raises:
        ValueError: a budget is set.
    """
    sites = problem.sites
    if sites.budget_binds:
        msg = "the p-center knows no budget; limit the number of posts instead"
        raise ValueError(msg)
    if not sites.feasible or sites.most_posts == 0:
        return infeasible(Sense.LEAST)
    travel = np.ascontiguousarray(problem.travel_ms[problem.demand > 0])
    ledger = Ledger(Sense.LEAST, control, integral=True)
    search = _Search(travel, _unit_costs(sites), ledger)
    if not search.run():
        return infeasible(Sense.LEAST)
    return ledger.answer()


def _unit_costs(sites: Sites) -> Sites:
    return Sites(sites.role, np.ones(len(sites)), sites.capacity, sites.max_posts)


@dataclass(slots=True, eq=False)
class _Search:
    """Radii still possible: those in `radii[low:high + 1]`; a plan is known at `high`."""

    travel: Int32
    sites: Sites
    ledger: Ledger
    asked: int = 0

    def run(self) -> bool:
        """Find the least radius; False when no plan reaches everything."""
        usable = self.travel[:, self.sites.usable]
        least = int(usable.min(axis=1).max()) if usable.size else 0
        radii = np.unique(usable[(usable >= least) & (usable < INF_MS)]).astype(np.int64)
        if not len(radii) or (usable.size and least >= INF_MS):
            return False
        self.ledger.tighten(float(radii[0]))
        low, high = self._bisect(radii)
        while low < high and not self.ledger.should_stop():
            middle = (low + high) // 2 if high - low > 8 else low
            verdict = self._decide(int(radii[middle]), whole=True)
            if verdict is None:
                break
            if verdict:
                high = middle
            else:
                low = middle + 1
                self.ledger.tighten(float(radii[low]))
        if low == high and not self.ledger.has_plan and not self.ledger.stopped:
            return self._decide(int(radii[low]), whole=True) is not False
        return True

    def _bisect(self, radii: Int64) -> tuple[int, int]:
        """Where the relaxation stops refuting, and where greedy adding begins to succeed."""
        low, high = 0, len(radii) - 1
        reached = high
        while low < high and not self.ledger.should_stop():
            middle = (low + high) // 2
            verdict = self._decide(int(radii[middle]), whole=False)
            if verdict is False:
                low = middle + 1
                self.ledger.tighten(float(radii[low]))
            else:
                high = middle
                if verdict:
                    reached = middle
        return low, reached

    def _decide(self, radius: int, *, whole: bool) -> bool | None:
        """Whether so many posts cover everything within the radius; None when not settled."""
        table = SetTable(len(self.sites))
        points = len(self.travel)
        table.add_matrix(self.travel, np.full(points, radius, dtype=np.int32), np.ones(points))
        start, site, weight = table.finish()
        sets = CoverSets(start, site, weight, len(self.sites), 0.0)
        inner = Ledger(
            Sense.LEAST, replace(self.ledger.control, report=UNWATCHED.report), integral=True
        )
        most = float(self.sites.most_posts)
        if whole and self._walk(sets):
            self.ledger.report(Stage.PROVE, self.asked)
            return True
        fewest(sets, self.sites, inner, most, whole=whole)
        self.asked += 1
        if inner.has_plan and inner.value <= most:
            farthest = float(self.travel[:, list(inner.opened)].min(axis=1).max())
            self.ledger.offer(inner.opened, farthest)
        self.ledger.report(Stage.PROVE if whole else Stage.RELAX, self.asked)
        if inner.has_plan and inner.value <= most:
            return True
        if not math.isnan(inner.bound) and inner.bound > most:
            return False
        return None

    def _walk(self, sets: CoverSets) -> bool:
        """Whether an annealed exchange of so many posts happens to cover everything."""
        if len(self.sites.kept):
            return False
        posts = self.sites.most_posts
        instance = CoverInstance.of(sets, self.sites.cost, math.inf, posts)
        share = float(sets.weight.sum()) / posts
        covered, plan = anneal_cover(
            instance,
            greedy_cover(instance),
            np.flatnonzero(self.sites.usable),
            seed=self.ledger.control.seed + self.asked,
            steps=_STEPS,
            hot=0.05 * share,
            cold=0.002 * share,
        )
        if covered < float(sets.weight.sum()):
            return False
        opened = plan[plan != EMPTY].tolist()
        self.ledger.offer(opened, float(self.travel[:, opened].min(axis=1).max()))
        return True
