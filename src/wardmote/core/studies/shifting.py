"""Shifts for a plan: as many units on duty as the hour's calls need, shared out over posts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.staffing.demand_hours import offered_load
from wardmote.core.planning.staffing.erlang import DelayStandard, units_by_hour
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.plan import DAYS_A_WEEK, HOURS_A_DAY, Plan, PlannedShift
from wardmote.core.travel.graph import INF_MS, Float64, Int32, Int64

EVERY_DAY = tuple(range(DAYS_A_WEEK))


@dataclass(frozen=True, slots=True)
class ShiftQuestion:
    """How many units on duty, when?

    Attributes:
        starts: local hours at which shifts begin, ascending; each lasts until the next begins.
        share: of the calls that must find a free unit within `within_s`, 0 < share < 1.
        cover: units wanted per unit that the queue needs: distance and quiet hours take more than
            a queue without places says, >= 1.
        least: units on duty at each post in each shift, >= 0.
    """

    starts: tuple[int, ...] = (0, 8, 16)
    share: float = 0.99
    within_s: float = 0.0
    cover: float = 1.5
    least: int = 1

    def __post_init__(self) -> None:
        good = bool(self.starts) and list(self.starts) == sorted(set(self.starts))
        if not good or not all(0 <= hour < HOURS_A_DAY for hour in self.starts):
            raise Problem(
                zh="班次开始时间应为 0-23 的整点，由小到大，不重复。",
                en="Shifts begin at whole hours from 0 to 23, ascending, none twice.",
            )
        if self.cover < 1 or self.least < 0:
            raise Problem(
                zh="覆盖系数应不小于 1，最少单位数不能为负。",
                en="The cover factor must be at least 1, the least number of units not negative.",
            )


@dataclass(frozen=True, slots=True, eq=False)
class ShiftProposal:
    """A plan with shifts.

    Attributes:
        load: float64 [168] units busy on average, the greatest of each hour.
        needed: int32 [168] units that the queue needs.
        wanted: int64 [7, shifts] units wanted on duty.
        short: shifts in which the plan has fewer units than wanted.
        unit_hours_a_week: on duty; `throughout` if all units were always on duty.
    """

    plan: Plan
    load: Float64
    needed: Int32
    wanted: Int64
    short: int
    unit_hours_a_week: float
    throughout: float


def propose_shifts(
    ground: Ground, plan: Plan, question: ShiftQuestion | None = None
) -> ShiftProposal:
    """Shifts for the units of a plan.

    The load of each hour comes from its calls and the mean time that one busies units; Erlang C
    tells the fewest units with which the wanted share finds one free; each shift has the most that
    any of its hours needs, times `cover`, shared out over posts by their calls.

    Raises:
        Problem: the load cannot be told.
    """
    question = question or ShiftQuestion()
    minutes = _busy_s(ground, plan)
    load = offered_load(ground.points.by_hour, minutes)
    needed = units_by_hour(load, minutes, DelayStandard(question.share, question.within_s))
    starts = question.starts
    hours = [(after - start) % HOURS_A_DAY or HOURS_A_DAY
             for start, after in zip(starts, (*starts[1:], starts[0]), strict=True)]  # fmt: skip
    wanted = np.zeros((DAYS_A_WEEK, len(starts)), dtype=np.int64)
    for day in range(DAYS_A_WEEK):
        for row, (start, length) in enumerate(zip(starts, hours, strict=True)):
            at = (day * HOURS_A_DAY + start + np.arange(length)) % len(needed)
            most = int(np.ceil(needed[at].max() * question.cover))
            wanted[day, row] = max(most, question.least * len(plan.posts))
    calls = _nearest_calls(ground, plan)
    room = np.array([post.units for post in plan.posts])
    shifts: list[PlannedShift] = []
    for row, (start, length) in enumerate(zip(starts, hours, strict=True)):
        each = [_spread(calls, room, int(wanted[day, row]), question.least) for day in EVERY_DAY]
        for post, counts in zip(plan.posts, np.array(each).T.tolist(), strict=True):
            for count in sorted(set(counts) - {0}):
                days = tuple(day for day in EVERY_DAY if counts[day] == count)
                shifts.append(PlannedShift(post.id, start, length, days, count))
    changed = replace(plan, shifts=tuple(shifts))
    on_duty = sum(one.units * one.hours * len(one.days) for one in shifts)
    return ShiftProposal(
        changed,
        load,
        needed,
        wanted,
        int((wanted > plan.units).sum()),
        float(on_duty),
        float(plan.units * HOURS_A_DAY * DAYS_A_WEEK),
    )


def _busy_s(ground: Ground, plan: Plan) -> float:
    """Mean time that a call busies units, all that are sent together: out, scene."""
    calls = ground.points.by_priority
    share = calls.sum(axis=0) / max(float(calls.sum()), 1e-9)
    units = ground.handling.units @ np.arange(1.0, ground.handling.units.shape[1] + 1)
    travel = _post_travel_ms(ground, plan).min(axis=0)
    known = travel < INF_MS
    drive_s = float(
        np.average(travel[known], weights=ground.points.calls_a_week[known] + 1e-12)
    ) * (ground.handling.driving.factor / 1_000.0)
    return float(share @ ground.handling.busy_s) + float(share @ units) * (
        drive_s + ground.handling.before_driving_s
    )


def _post_travel_ms(ground: Ground, plan: Plan) -> Int32:
    posts = ground.travel.snap([one.lon for one in plan.posts], [one.lat for one in plan.posts])
    return ground.travel.matrix(posts, ground.points.places)


def _nearest_calls(ground: Ground, plan: Plan) -> Float64:
    """[posts] calls a week to which each post is the nearest."""
    nearest = _post_travel_ms(ground, plan).argmin(axis=0)
    found = np.bincount(nearest, weights=ground.points.calls_a_week, minlength=len(plan.posts))
    return np.asarray(found, dtype=np.float64)


def _spread(calls: Float64, room: Int64, units: int, least: int) -> list[int]:
    """Units on duty at each post: the least first, the others by calls, none beyond its units."""
    count = np.minimum(room, least)
    for _ in range(min(units, int(room.sum())) - int(count.sum())):
        worth = np.where(count < room, (calls + 1e-9) / (count + 1), -1.0)
        count[int(np.argmax(worth))] += 1
    return [int(one) for one in count]
