"""Shifts for a plan: as many units on duty as the hour's calls need, shared out over posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.staffing.demand_hours import offered_load
from wardmote.core.planning.staffing.erlang import DelayStandard, units_by_hour
from wardmote.core.studies.busy_shares import long_run
from wardmote.core.studies.duty_hours import duty_by_hour, shifts_there
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.part import Part, posts_elsewhere
from wardmote.core.studies.plan import (
    DAYS_A_WEEK,
    HOURS_A_DAY,
    Plan,
    PlannedPost,
    PlannedShift,
)
from wardmote.core.studies.questions import ShiftQuestion
from wardmote.core.travel.graph import INF_MS, Float64, Int32, Int64

EVERY_DAY = tuple(range(DAYS_A_WEEK))


@dataclass(frozen=True, slots=True, eq=False)
class ShiftProposal:
    """A plan with shifts.

    Attributes:
        calls: float64 [168] expected in each hour of the week.
        load: float64 [168] units busy on average, the greatest of each hour.
        needed: int32 [168] units that the queue needs.
        wanted: int64 [7, shifts] units wanted on duty.
        on_duty: int64 [168] units that the shifts put on duty.
        all_busy: float64 [168] share of the calls of each hour that find all units busy, by the
            hypercube approximation with units where they stand.
        short: shifts in which the plan has fewer units than wanted.
        unit_hours_a_week: on duty; `throughout` if all units were always on duty.
    """

    plan: Plan
    calls: Float64
    load: Float64
    needed: Int32
    wanted: Int64
    on_duty: Int64
    all_busy: Float64
    short: int
    unit_hours_a_week: float
    throughout: float


def propose_shifts(
    ground: Ground,
    plan: Plan,
    question: ShiftQuestion | None = None,
    part: Part | None = None,
    staffed: Sequence[PlannedShift] = (),
) -> ShiftProposal:
    """Shifts for the units of a plan.

    The load of each hour comes from its calls and the mean time that one busies units; Erlang C
    tells the fewest units with which the wanted share finds one free; each shift has the most that
    any of its hours needs, times `cover`, shared out over posts by their calls.

    Args:
        part: whose posts and calls the shifts are for. None: the whole place.
        staffed: shifts in force, which posts elsewhere keep; at those without one all units are on
            duty throughout.

    Raises:
        Problem: the load cannot be told, or the part has no posts.
    """
    question = question or ShiftQuestion()
    elsewhere = {post.id for post in posts_elsewhere(ground, part)}
    own = [post for post in plan.posts if post.id not in elsewhere]
    if not own:
        raise Problem(zh="区域内没有快反点。", en="No post of the plan lies in the area.")
    minutes = _busy_s(ground, plan)
    each = ground.points if part is None else ground.points.times(part.points.astype(np.float64))
    load = offered_load(each.by_hour, minutes)
    needed = units_by_hour(load, minutes, DelayStandard(question.share, question.within_s))
    wanted = _wanted(question, needed, len(own))
    calls = _nearest_calls(ground, plan, each.calls_a_week)
    calls = calls[[post.id not in elsewhere for post in plan.posts]]
    shifts = _spread_over(question, own, calls, wanted)
    shifts += shifts_there([post for post in plan.posts if post.id in elsewhere], staffed)
    changed = replace(plan, shifts=tuple(shifts))
    at_post = duty_by_hour(changed)
    hours = at_post[[post.id not in elsewhere for post in plan.posts]].sum(axis=0)
    units = sum(post.units for post in own)
    return ShiftProposal(
        changed,
        each.by_hour,
        load,
        needed,
        wanted,
        hours,
        _all_busy(ground, plan, at_post),
        int((wanted > units).sum()),
        float(hours.sum()),
        float(units * HOURS_A_DAY * DAYS_A_WEEK),
    )


def _wanted(question: ShiftQuestion, needed: Int32, posts: int) -> Int64:
    """int64 [7, shifts]: the most that any hour of a shift needs, times the cover factor."""
    wanted = np.zeros((DAYS_A_WEEK, len(question.starts)), dtype=np.int64)
    for day in range(DAYS_A_WEEK):
        for row, (start, length) in enumerate(_hours_of(question)):
            at = (day * HOURS_A_DAY + start + np.arange(length)) % len(needed)
            most = int(np.ceil(needed[at].max() * question.cover))
            wanted[day, row] = max(most, question.least * posts)
    return wanted


def _hours_of(question: ShiftQuestion) -> list[tuple[int, int]]:
    """(first hour, hours) of each shift; one lasts until the next begins."""
    starts = question.starts
    return [
        (start, (after - start) % HOURS_A_DAY or HOURS_A_DAY)
        for start, after in zip(starts, (*starts[1:], starts[0]), strict=True)
    ]


def _spread_over(
    question: ShiftQuestion, posts: Sequence[PlannedPost], calls: Float64, wanted: Int64
) -> list[PlannedShift]:
    room = np.array([post.units for post in posts])
    shifts: list[PlannedShift] = []
    for row, (start, length) in enumerate(_hours_of(question)):
        each = [_spread(calls, room, int(wanted[day, row]), question.least) for day in EVERY_DAY]
        for post, counts in zip(posts, np.array(each).T.tolist(), strict=True):
            for count in sorted(set(counts) - {0}):
                days = tuple(day for day in EVERY_DAY if counts[day] == count)
                shifts.append(PlannedShift(post.id, start, length, days, count))
    return shifts


def _all_busy(ground: Ground, plan: Plan, at_post: Int64) -> Float64:
    """[168] share of calls that find all units busy; 1 where nobody is on duty.

    Hours that have the same units and calls alike to a twentieth of the mean are worked out once.
    """
    by_hour = ground.points.by_hour
    mean = max(float(by_hour.mean()), 1e-12)
    places = ground.travel.snap([one.lon for one in plan.posts], [one.lat for one in plan.posts])
    known: dict[tuple[bytes, int], float] = {}
    found = np.ones(len(by_hour))
    for hour, calls in enumerate(by_hour.tolist()):
        units = at_post[:, hour]
        used = np.flatnonzero((units > 0) & (places.edge >= 0))
        key = (units.tobytes(), round(20 * calls / mean))
        if key not in known:
            known[key] = (
                long_run(ground, places.rows(used), units[used], max(calls / mean, 1e-6)).delayed
                if len(used)
                else 1.0
            )
        found[hour] = known[key]
    return found


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


def _nearest_calls(ground: Ground, plan: Plan, calls: Float64) -> Float64:
    """[posts] of `calls` [points], those to which each post is the nearest."""
    nearest = _post_travel_ms(ground, plan).argmin(axis=0)
    found = np.bincount(nearest, weights=calls, minlength=len(plan.posts))
    return np.asarray(found, dtype=np.float64)


def _spread(calls: Float64, room: Int64, units: int, least: int) -> list[int]:
    """Units on duty at each post: the least first, the others by calls, none beyond its units."""
    count = np.minimum(room, least)
    for _ in range(min(units, int(room.sum())) - int(count.sum())):
        worth = np.where(count < room, (calls + 1e-9) / (count + 1), -1.0)
        count[int(np.argmax(worth))] += 1
    return [int(one) for one in count]
