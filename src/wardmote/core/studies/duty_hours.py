"""Units on duty by hour of the week, as the shifts of a plan say."""

from __future__ import annotations

import numpy as np

from wardmote.core.studies.plan import DAYS_A_WEEK, HOURS_A_DAY, Plan
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
