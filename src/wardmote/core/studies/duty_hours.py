"""Units on duty by hour of the week, as the shifts of a plan say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from wardmote.core.domain.ids import PostId
from wardmote.core.studies.plan import (
    DAYS_A_WEEK,
    HOURS_A_DAY,
    Plan,
    PlannedPost,
    PlannedShift,
)
from wardmote.core.travel.graph import Int64


def duty_by_hour(plan: Plan) -> Int64:
    """int64 [posts, 168] units that a plan puts on duty; without shifts all of them throughout."""
    found = np.zeros((len(plan.posts), DAYS_A_WEEK * HOURS_A_DAY), dtype=np.int64)
    row = {post.id: number for number, post in enumerate(plan.posts)}
    if not plan.shifts:
        found[:] = np.array([post.units for post in plan.posts])[:, None]
    for shift in plan.shifts:
        for day in shift.days:
            at = (day * HOURS_A_DAY + shift.start_hour + np.arange(shift.hours)) % found.shape[1]
            found[row[shift.post], at] += shift.units
    room = np.array([post.units for post in plan.posts])
    return np.asarray(np.minimum(found, room[:, None]), dtype=np.int64)


def as_staffed(plan: Plan, elsewhere: Collection[PostId], staffed: Sequence[PlannedShift]) -> Plan:
    """The plan with the duty in force at posts that it is not about, as adopting it would leave it.

    Args:
        elsewhere: posts that the plan is not about; it may have others besides.
        staffed: shifts in force; a post elsewhere without one has all units on duty throughout.
    """
    away = set(elsewhere)
    kept = [shift for shift in staffed if shift.post in away]
    if not kept and not plan.shifts:
        return plan
    own = [post for post in plan.posts if post.id not in away]
    shifts = [shift for shift in plan.shifts if shift.post not in away]
    if not plan.shifts:
        shifts = throughout(own)
    there = [post for post in plan.posts if post.id in away]
    return replace(plan, shifts=(*shifts, *shifts_there(there, kept)))


def shifts_there(
    posts: Iterable[PlannedPost], staffed: Sequence[PlannedShift]
) -> list[PlannedShift]:
    """The shifts of `posts`; of one that has none, all units throughout."""
    posts = list(posts)
    manned = {shift.post for shift in staffed}
    standing = {post.id for post in posts}
    return [
        *(shift for shift in staffed if shift.post in standing),
        *throughout(post for post in posts if post.id not in manned),
    ]


def throughout(posts: Iterable[PlannedPost]) -> list[PlannedShift]:
    """All units of each post on duty all week."""
    every = tuple(range(DAYS_A_WEEK))
    return [
        PlannedShift(post.id, 0, HOURS_A_DAY, every, post.units) for post in posts if post.units
    ]
