"""Load: minutes planned for a person on a day, against the minutes on duty."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db.models import Sum

from wardmote.core.domain.task import LIVING_TASKS, TaskState
from wardmote.operations.duty_time import duty_minutes_of
from wardmote.operations.tasks.errors import OverloadError
from wardmote.operations.tasks.models import Task
from wardmote.operations.working_time import working_calendar

_COUNTED = [state.value for state in (*LIVING_TASKS, TaskState.DONE)]


def planned_minutes(
    staff: Collection[str] | None, first: datetime.date, last: datetime.date
) -> dict[tuple[str, datetime.date], int]:
    """(staff id, day) -> minutes of tasks planned on first <= day <= last; absent where none are.

    Drills are not counted: an exercise refuses nobody a real task.

    Args:
        staff: whose; None for everybody.
    """
    days = {"day__range": (first, last), "drill": False}
    rows = Task.objects.filter(**days, state__in=_COUNTED).exclude(holder="")
    if staff is not None:
        rows = rows.filter(holder__in=staff)
    totals = rows.values_list("holder", "day").annotate(total=Sum("minutes"))
    return {(holder, day): int(total) for holder, day, total in totals}


def duty_minutes(day: datetime.date, now_s: float) -> int:
    """Minutes of the working calendar on a day; 0 on a day off."""
    intervals = working_calendar(now_s).intervals(day)
    return round(sum(end - begin for begin, end in intervals) / 60.0)


def available_minutes(staff: str, day: datetime.date, now_s: float) -> int:
    """Minutes on duty of a member of staff on a day: by rosters and calendar, less those away."""
    return duty_minutes_of([staff], day, now_s)[staff]


def refuse_overload(staff: str, day: datetime.date, minutes: int, now_s: float) -> None:
    """Refuse to plan more on a day than it holds.

    Raises:
        OverloadError: planned and new minutes together exceed (>) those on duty.
    """
    planned = planned_minutes([staff], day, day).get((staff, day), 0) + minutes
    available = available_minutes(staff, day, now_s)
    if planned > available:
        raise OverloadError(planned=planned, available=available)
