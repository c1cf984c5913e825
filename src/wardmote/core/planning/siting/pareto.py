"""Several standards at once: the plans of which none is better by one standard and no worse by all.

With two standards the front is walked: the most of the first, then the most of the first such that
the second gets more, and so on (the epsilon-constraint method of Haimes et al. 1971; a small weight
on the second keeps each plan efficient). With more than two, weighted sums give those plans of the
front that some set of weights likes best.
"""

from __future__ import annotations

import itertools
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
)
from wardmote.core.planning.siting.cover_program import INFINITE, cover_program
from wardmote.core.planning.siting.cover_sets import CoverSets, cover_sets
from wardmote.core.planning.siting.linear_program import Ending
from wardmote.core.planning.siting.maximal_cover import maximal_cover
from wardmote.core.planning.siting.problem import SitingProblem
from wardmote.core.planning.siting.sites import Sites


@dataclass(frozen=True, slots=True)
class FrontPoint:
    """A plan of the front.

    Attributes:
        covered: demand covered by each standard, in the order of the problem; importance is not
            counted.
        siting: the plan. For two standards its value and bound are the first standard's demand,
            under the condition that the second gets at least `least_second`; for more, the
            weighted sum.
        least_second: that condition; -inf for weighted sums.
    """

    covered: tuple[float, ...]
    siting: Siting
    least_second: float


def pareto_front(
    problem: SitingProblem, control: Control = UNWATCHED, *, points: int = 12
) -> tuple[FrontPoint, ...]:
    """The front, from the most of the first standard to the most of the last.

    Args:
        problem: two or more standards.
        control: when to stop, whom to tell, the seed.
        points: two standards: the second is raised by at least a `points`-th of its range from plan
            to plan (each plan is efficient, some between them may be passed over), and the front
            is complete when that is no more than the least difference of demand. More standards:
            steps of the weights from 0 to 1.

    Raises:
        ValueError: fewer than two standards.
    """
    if len(problem.standards) < 2:
        msg = "a front needs two standards"
        raise ValueError(msg)
    each = [cover_sets(problem, (replace(s, importance=1.0),)) for s in problem.standards]
    found = (
        _walk(each[0], each[1], problem.sites, control, points)
        if len(each) == 2
        else _weigh(each, problem, control, points)
    )
    return _efficient(found)


def _walk(
    first: CoverSets, second: CoverSets, sites: Sites, control: Control, points: int
) -> list[FrontPoint]:
    top = maximal_cover(second, sites, control)
    if top.status is Status.INFEASIBLE:
        return []
    found: list[FrontPoint] = []
    least, step = -math.inf, 0.0
    # Half of the least difference: a row that is only just feasible may be called infeasible.
    slack = 0.5 if second.integral else 5e-5 * max(1.0, top.value)
    while not control.should_stop():
        point = _constrained(first, second, sites, control, least - slack)
        if point is None:
            break
        found.append(point)
        if not step:
            step = max(2 * slack, (top.value - point.covered[1]) / max(1, points))
        least = point.covered[1] + step
        if least > top.value:
            if point.covered[1] >= top.value:
                break
            least = top.value
    return found


def _constrained(
    first: CoverSets, second: CoverSets, sites: Sites, control: Control, least: float
) -> FrontPoint | None:
    """Most of the first standard with at least so much of the second; None when impossible."""
    tie = 0.5 / (1.0 + float(second.weight.sum()))
    if not first.integral:
        tie *= 1e-3
    both = CoverSets(
        np.concatenate((first.start, second.start[1:] + first.start[-1])),
        np.concatenate((first.site, second.site)),
        np.concatenate((first.weight, tie * second.weight)),
        first.candidates,
        0.0,
    )
    program = cover_program(both, sites, whole=True)
    columns = np.arange(len(first), len(both))
    if least > 0:
        program.add_row(least, INFINITE, columns, second.weight)
    ledger = Ledger(Sense.MOST, control, first.integral)

    def on_bound(bound: float) -> None:
        ledger.tighten(-bound)

    solution = program.solve(ledger, on_bound)
    if solution.ending is Ending.INFEASIBLE or not len(solution.x):
        return None
    opened = np.flatnonzero(solution.x[len(both) :] > 0.5).tolist()
    covered = (first.covered(opened), second.covered(opened))
    ledger.offer(opened, covered[0])
    if math.isfinite(solution.bound):
        on_bound(solution.bound)
    ledger.report(Stage.PROVE)
    return FrontPoint(covered, ledger.answer(), least)


def _weigh(
    each: list[CoverSets], problem: SitingProblem, control: Control, points: int
) -> list[FrontPoint]:
    found: list[FrontPoint] = []
    kinds = len(each)
    for parts in itertools.product(range(points + 1), repeat=kinds):
        if sum(parts) != points or control.should_stop():
            continue
        weighed = tuple(
            replace(standard, importance=max(part, 1e-3) / points)
            for standard, part in zip(problem.standards, parts, strict=True)
        )
        siting = maximal_cover(cover_sets(problem, weighed), problem.sites, control)
        if siting.status is not Status.INFEASIBLE:
            covered = tuple(sets.covered(siting.opened) for sets in each)
            found.append(FrontPoint(covered, siting, -math.inf))
    return found


def _efficient(found: list[FrontPoint]) -> tuple[FrontPoint, ...]:
    """Without plans that another one beats, and without repetitions."""
    kept: dict[tuple[float, ...], FrontPoint] = {}
    for point in found:
        beaten = any(
            other.covered != point.covered
            and all(a >= b for a, b in zip(other.covered, point.covered, strict=True))
            for other in found
        )
        if not beaten:
            kept.setdefault(point.covered, point)
    return tuple(sorted(kept.values(), key=lambda point: point.covered, reverse=True))
