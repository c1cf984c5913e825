"""A place as the siting solvers see it: demand, travel and limits by row, and what may stand where.

The driving time of the standard is taken back to free flow, in which the roads are measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.planning.siting.problem import (
    NO_LIMIT_MS,
    CoverStandard,
    SitingProblem,
    driving_limits,
)
from wardmote.core.planning.siting.sites import Sites
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.part import Part, posts_elsewhere
from wardmote.core.studies.questions import ALIKE, WEEKS_A_YEAR, PostObjective, PostQuestion
from wardmote.core.travel.graph import INF_MS, Bool, Float64, Int32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class DemandRows:
    """Demand as the solvers see it: points, or points by priority where the target asks for it.

    Attributes:
        point: int64 [r] point of each row.
        calls: float64 [r] calls a year; demand: the same times the weight of their priority.
        travel_ms: int32 [r, m] by free flow from each candidate.
        limits: for each standard int32 [r], by free flow.
        measured: for each standard, the demand that it has a target for; measured_calls: the calls.
    """

    point: Int64
    calls: Float64
    demand: Float64
    travel_ms: Int32
    limits: tuple[Int32, ...]
    measured: tuple[float, ...]
    measured_calls: tuple[float, ...]


def demand_rows(
    ground: Ground,
    standards: Sequence[ResponseStandard],
    part: Part | None = None,
    weights: Sequence[float] = ALIKE,
) -> DemandRows:
    """The demand of a place, or of a part of it, with travel from every candidate.

    `weights`: of priorities, as in `PostQuestion`.
    """
    points = ground.points
    grounds = [ground.aiming_at(one) for one in standards]
    targets = [one.targets_s() for one in grounds]
    alike = all(np.array_equal(one, one[:, [0] * one.shape[1]], equal_nan=True) for one in targets)
    by_priority = points.by_priority * WEEKS_A_YEAR
    weighted = by_priority * np.array(weights)
    travel = travel_matrix(ground)
    if alike:
        point = np.arange(len(points))
        priority = np.full(len(points), int(Priority.URGENT))
        calls, demand = by_priority.sum(axis=1), weighted.sum(axis=1)
    else:
        point = np.repeat(np.arange(len(points)), by_priority.shape[1])
        priority = np.tile(np.arange(1, by_priority.shape[1] + 1), len(points))
        calls, demand = by_priority.ravel(), weighted.ravel()
    if part is not None or not alike:
        used = (calls > 0) & (True if part is None else part.points[point])
        point, priority, calls, demand = point[used], priority[used], calls[used], demand[used]
        travel = travel[point]
    limits, measured, measured_calls = [], [], []
    for one, target in zip(grounds, targets, strict=True):
        limit = np.full(len(point), NO_LIMIT_MS, dtype=np.int32)
        for each in Priority:
            rows = np.flatnonzero(priority == each)
            limit[rows] = free_flow_limits(one, points.place_class[point[rows]], each)
        limits.append(limit)
        known = ~np.isnan(target[points.place_class[point], priority - 1])
        measured.append(float(demand[known].sum()))
        measured_calls.append(float(calls[known].sum()))
    return DemandRows(
        point.astype(np.int64),
        calls,
        demand,
        travel,
        tuple(limits),
        tuple(measured),
        tuple(measured_calls),
    )


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


@dataclass(frozen=True, slots=True, eq=False)
class SiteRows:
    """The sites of a question.

    Attributes:
        candidate: int64 [s] of each site; a post outside the part has a site for each of its units
            where units are placed, so that all of them stay.
        fixed: bool [s] posts outside the part, which stay.
        spent: what the fixed ones cost of `sites.budget`.
    """

    sites: Sites
    candidate: Int64
    fixed: Bool
    spent: float


def site_rows(ground: Ground, question: PostQuestion, part: Part | None = None) -> SiteRows:
    """What may stand where, for the solvers.

    Raises:
        Problem: as `PostQuestion.sites`.
    """
    candidates = ground.candidates
    inside = None if part is None else part.candidates
    sites = question.sites(candidates, inside)
    count = len(candidates)
    if inside is None:
        return SiteRows(sites, np.arange(count), np.zeros(count, dtype=np.bool_), 0.0)
    fixed = candidates.stands & ~inside
    units = {post.id: post.units for post in posts_elsewhere(ground, part)}
    copies = np.ones(count, dtype=np.int64)
    by_unit = question.objective is PostObjective.EXPECTED_COVER
    for row in np.flatnonzero(fixed).tolist():
        there = units.get(candidates.ids[row], 0)
        copies[row] = there if by_unit else min(there, 1)
    candidate = np.repeat(np.arange(count), copies)
    fixed = fixed[candidate]
    cost = sites.cost[candidate]
    spent = float(cost[fixed].sum())
    return SiteRows(
        Sites(
            sites.role[candidate],
            cost,
            np.where(fixed, 1, sites.capacity[candidate]).astype(np.int32),
            question.most_posts + int(fixed.sum()),
            question.budget + spent,
        ),
        candidate,
        fixed,
        spent,
    )


def siting_problem(rows: DemandRows, sites: SiteRows, standards: int = 1) -> SitingProblem:
    """The solvers' problem under the first so many standards."""
    each = tuple(CoverStandard(str(n), rows.limits[n]) for n in range(standards))
    travel = rows.travel_ms
    if len(sites.candidate) != travel.shape[1] or sites.fixed.any():
        travel = np.ascontiguousarray(travel[:, sites.candidate])
    return SitingProblem(travel, rows.demand, sites.sites, each)
