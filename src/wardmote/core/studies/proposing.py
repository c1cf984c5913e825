"""Posts proposed for a place: the question put to the solvers of `core.planning.siting`.

Every proposal says what it is worth, what no plan can beat, and an honest status. The driving time
of the standard is taken back to free flow, in which the roads are measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.siting.answer import UNWATCHED, Control, Siting, Status
from wardmote.core.planning.siting.center import p_center
from wardmote.core.planning.siting.cover_sets import cover_sets
from wardmote.core.planning.siting.expected_cover import backup_cover, expected_cover
from wardmote.core.planning.siting.maximal_cover import maximal_cover
from wardmote.core.planning.siting.median import p_median
from wardmote.core.planning.siting.pareto import pareto_front
from wardmote.core.planning.siting.problem import (
    NO_LIMIT_MS,
    CoverStandard,
    SitingProblem,
    driving_limits,
)
from wardmote.core.planning.siting.set_cover import cover_all
from wardmote.core.planning.siting.sites import Sites
from wardmote.core.studies.documents import number
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.plan import PATROL_KINDS, Plan, PlannedPost, PlanProof
from wardmote.core.studies.questions import WEEKS_A_YEAR, PostObjective, PostQuestion
from wardmote.core.travel.graph import INF_MS, Float64, Int32, Int64

_NAMES = {
    PostObjective.COVER_ALL: Bilingual("最少快反点", "Fewest posts"),
    PostObjective.MOST_COVER: Bilingual("最大覆盖", "Most cover"),
    PostObjective.EXPECTED_COVER: Bilingual("期望覆盖", "Expected cover"),
    PostObjective.BACKUP_COVER: Bilingual("双重覆盖", "Backup cover"),
    PostObjective.MEAN_TIME: Bilingual("平均最短", "Least mean time"),
    PostObjective.FARTHEST: Bilingual("最远最短", "Nearest farthest"),
    PostObjective.FRONT: Bilingual("多标准", "Several standards"),
}
_UNITS = {
    PostObjective.COVER_ALL: "posts",
    PostObjective.MEAN_TIME: "seconds",
    PostObjective.FARTHEST: "seconds",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan with its proof, or the proof that there is none.

    Attributes:
        plan: None where no plan keeps the conditions, or none was found before the stop.
        in_reach_share: of the calls that the standard measures, those that a post of the plan
            reaches within the target if a unit is there.
        reachable_share: the most that all candidates together could.
        front: of several standards: the plans, from the best by the first standard to the best by
            the last, each with its shares in reach by standard.
    """

    plan: Plan | None
    proof: PlanProof
    in_reach_share: float
    reachable_share: float
    front: tuple[tuple[Plan, tuple[float, ...]], ...] = ()

    @property
    def status(self) -> str:
        """``proven``, ``bounded``, ``stopped`` or ``infeasible``."""
        return self.proof.status


@dataclass(frozen=True, slots=True, eq=False)
class DemandRows:
    """Demand as the solvers see it: points, or points by priority where the target asks for it.

    Attributes:
        point: int64 [r] point of each row.
        demand: float64 [r] calls a year.
        travel_ms: int32 [r, m] by free flow from each candidate.
        limits: for each standard int32 [r], by free flow.
        measured: for each standard, calls a year that it has a target for.
    """

    point: Int64
    demand: Float64
    travel_ms: Int32
    limits: tuple[Int32, ...]
    measured: tuple[float, ...]


def propose_posts(
    ground: Ground,
    question: PostQuestion,
    control: Control = UNWATCHED,
    *,
    code: str = "proposed",
    name: Bilingual | None = None,
) -> Proposal:
    """Posts for a place.

    Args:
        control: when to stop, whom to tell, the seed.

    Raises:
        Problem: the question cannot be asked of this place; what to change is said.
    """
    sites = question.sites(ground.candidates)
    rows = demand_rows(ground, (ground.standard, *question.also))
    if not any(rows.measured):
        raise Problem(
            zh=f"标准 {ground.standard.code} 不涉及这里的任何警情。",
            en=f"The standard {ground.standard.code} measures none of the calls here.",
        )
    title = name or _NAMES[question.objective]
    if question.objective is PostObjective.FRONT:
        return _front(ground, question, sites, rows, control, code, title)
    siting = _solve(ground, question, sites, rows, control)
    return _proposal(ground, question, rows, siting, control, code, title)


def demand_rows(ground: Ground, standards: Sequence[ResponseStandard]) -> DemandRows:
    """The demand of a place under standards, with travel from every candidate."""
    points = ground.points
    grounds = [ground.aiming_at(one) for one in standards]
    targets = [one.targets_s() for one in grounds]
    alike = all(np.array_equal(one, one[:, [0] * one.shape[1]], equal_nan=True) for one in targets)
    by_priority = points.by_priority * WEEKS_A_YEAR
    travel = travel_matrix(ground)
    if alike:
        point = np.arange(len(points))
        priority = np.full(len(points), int(Priority.URGENT))
        demand = by_priority.sum(axis=1)
    else:
        point = np.repeat(np.arange(len(points)), by_priority.shape[1])
        priority = np.tile(np.arange(1, by_priority.shape[1] + 1), len(points))
        demand = by_priority.ravel()
        used = demand > 0
        point, priority, demand = point[used], priority[used], demand[used]
        travel = travel[point]
    limits, measured = [], []
    for one, target in zip(grounds, targets, strict=True):
        limit = np.full(len(point), NO_LIMIT_MS, dtype=np.int32)
        for each in Priority:
            rows = np.flatnonzero(priority == each)
            limit[rows] = free_flow_limits(one, points.place_class[point[rows]], each)
        limits.append(limit)
        known = ~np.isnan(target[points.place_class[point], priority - 1])
        measured.append(float(demand[known].sum()))
    return DemandRows(point.astype(np.int64), demand, travel, tuple(limits), tuple(measured))


def travel_matrix(ground: Ground) -> Int32:
    """Free-flow ms from each candidate to each point, int32 [points, candidates]."""
    table = ground.travel.matrix(ground.candidates.places, ground.points.places)
    return np.ascontiguousarray(table.T)


def free_flow_limits(ground: Ground, place_class: Int64, priority: Priority) -> Int32:
    """Limits of the ground's objective in free-flow ms, int32 [n]; `NO_LIMIT_MS` for none."""
    driving = driving_limits(
        ground.objective,
        place_class,
        before_driving_s=ground.clock_before_driving_s,
        priority=priority,
    )
    effect = float(np.average(ground.handling.driving.hour, weights=_by_hour_of_day(ground)))
    factor = ground.handling.driving.factor * effect
    free = np.minimum(np.floor(driving / factor), INF_MS - 1).astype(np.int32)
    return np.where(driving == NO_LIMIT_MS, NO_LIMIT_MS, free).astype(np.int32)


def _by_hour_of_day(ground: Ground) -> Float64:
    return np.asarray(ground.points.by_hour.reshape(7, 24).sum(axis=0), dtype=np.float64)


def siting_problem(rows: DemandRows, sites: Sites, standards: int = 1) -> SitingProblem:
    """The solvers' problem under the first so many standards."""
    each = tuple(CoverStandard(str(n), rows.limits[n]) for n in range(standards))
    return SitingProblem(rows.travel_ms, rows.demand, sites, each)


def _solve(
    ground: Ground, question: PostQuestion, sites: Sites, rows: DemandRows, control: Control
) -> Siting:
    problem = siting_problem(rows, sites)
    objective = question.objective
    if objective is PostObjective.MEAN_TIME:
        return p_median(problem, control)
    if objective is PostObjective.FARTHEST:
        if sites.budget_binds:
            raise Problem(
                zh="“最远最短”不考虑预算；请限制快反点数。",
                en="The nearest farthest knows no budget; limit the number of posts instead.",
            )
        return p_center(problem, control)
    sets = cover_sets(problem)
    if objective is PostObjective.COVER_ALL:
        return cover_all(sets, sites, control)
    if objective is PostObjective.EXPECTED_COVER:
        return expected_cover(sets, sites, units_of(ground, question), question.busy_share, control)
    if objective is PostObjective.BACKUP_COVER:
        return backup_cover(sets, sites, question.second, control)
    return maximal_cover(sets, sites, control)


def units_of(ground: Ground, question: PostQuestion) -> int:
    """Units to be shared out: those asked for, else the patrol units that are there now."""
    if question.units is not None:
        return question.units
    patrol = sum(unit.kind in PATROL_KINDS for unit in ground.book.units)
    return max(patrol or len(ground.book.units), question.posts)


def _front(
    ground: Ground,
    question: PostQuestion,
    sites: Sites,
    rows: DemandRows,
    control: Control,
    code: str,
    title: Bilingual,
) -> Proposal:
    problem = siting_problem(rows, sites, len(rows.limits))
    points = pareto_front(problem, control, points=question.steps)
    plans = []
    for row, point in enumerate(points):
        one = _proposal(
            ground, question, rows, point.siting, control, f"{code}-{row + 1}",
            Bilingual(f"{title.zh} {row + 1}", f"{title.en} {row + 1}"),
        )  # fmt: skip
        shares = tuple(
            covered / measured if measured else 0.0
            for covered, measured in zip(point.covered, rows.measured, strict=True)
        )
        if one.plan is not None:
            plans.append((one, (one.plan, shares)))
    if not plans:
        status = Status.STOPPED if control.should_stop() else Status.INFEASIBLE
        proof = _proof(ground, question, rows, None, status, control)
        return Proposal(None, proof, 0.0, _reachable(rows, sites))
    return replace(plans[0][0], front=tuple(pair for _, pair in plans))


def _proposal(
    ground: Ground,
    question: PostQuestion,
    rows: DemandRows,
    siting: Siting,
    control: Control,
    code: str,
    title: Bilingual,
) -> Proposal:
    proof = _proof(ground, question, rows, siting, siting.status, control)
    reachable = _reachable(rows, question.sites(ground.candidates))
    if not siting.opened:
        return Proposal(None, proof, 0.0, reachable)
    units = list(siting.vehicles)
    if question.objective is not PostObjective.EXPECTED_COVER:
        units = _shared_out(ground, question, rows, siting)
    posts = tuple(
        PlannedPost(
            ground.candidates.ids[row],
            ground.candidates.names[row],
            float(ground.candidates.lon[row]),
            float(ground.candidates.lat[row]),
            int(count),
        )
        for row, count in zip(siting.opened, units, strict=True)
    )
    plan = Plan(code, title, posts, proof=proof)
    return Proposal(plan, proof, _in_reach(rows, siting.opened), reachable)


def _proof(
    ground: Ground,
    question: PostQuestion,
    rows: DemandRows,
    siting: Siting | None,
    status: Status,
    control: Control,
) -> PlanProof:
    objective = question.objective
    factor = 1.0
    of: float | None = rows.measured[0]
    if objective in (PostObjective.MEAN_TIME, PostObjective.FARTHEST):
        factor = ground.handling.driving.factor / 1000.0
        of = None
    if objective is PostObjective.MEAN_TIME:
        factor /= float(rows.demand.sum())
    if objective is PostObjective.COVER_ALL:
        of = None
    return PlanProof(
        objective=objective.value,
        standard=ground.standard.code,
        value=None if siting is None else number(siting.value * factor),
        bound=None if siting is None else number(siting.bound * factor),
        gap=None if siting is None else number(siting.gap),
        status=status.value,
        of=of,
        unit=_UNITS.get(objective, "calls_a_year"),
        seed=control.seed,
    )


def _shared_out(
    ground: Ground, question: PostQuestion, rows: DemandRows, siting: Siting
) -> list[int]:
    nearest = rows.travel_ms[:, list(siting.opened)].argmin(axis=1)
    load = np.bincount(nearest, weights=rows.demand, minlength=len(siting.opened))
    return share_units(load.astype(np.float64), units_of(ground, question), question.units_at_post)


def share_units(load: Float64, units: int, most: int) -> list[int]:
    """Units for posts by their load: one each, the others by highest averages (D'Hondt).

    Where there are fewer units than posts the busiest posts have them; none has more than `most`.
    """
    posts = len(load)
    count = np.zeros(posts, dtype=np.int64)
    order = np.argsort(-load, kind="stable")
    count[order[: min(units, posts)]] = 1
    for _ in range(min(units, posts * most) - int(count.sum())):
        worth = np.where(count < most, (load + 1e-9) / (count + 1), -1.0)
        count[int(np.argmax(worth))] += 1
    return [int(one) for one in count]


def _in_reach(rows: DemandRows, opened: Sequence[int]) -> float:
    nearest = rows.travel_ms[:, list(opened)].min(axis=1)
    within = (rows.limits[0] != NO_LIMIT_MS) & (nearest <= rows.limits[0])
    return float(rows.demand[within].sum()) / max(rows.measured[0], 1e-9)


def _reachable(rows: DemandRows, sites: Sites) -> float:
    return _in_reach(rows, np.flatnonzero(sites.usable).tolist())
