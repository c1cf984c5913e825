"""Ending tasks whose reason is gone: somebody did it otherwise, or nothing is left to do."""

from __future__ import annotations

import datetime

from wardmote.core.domain.task import LIVING_TASKS, TaskAction, TaskState
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services.moving import Step, move

_LIVING = [state.value for state in LIVING_TASKS]


def end_tasks_of(
    source_kind: str,
    source: str,
    *,
    done_by: str,
    now_s: float,
    after: datetime.date | None = None,
) -> int:
    """End the living tasks of a source, in the caller's transaction; returns how many.

    Those that `done_by` holds are done, others are cancelled as no longer needed; so is what
    `done_by` may not do alone, since nobody says which officer was there.

    Args:
        after: those of later days (>) alone; None: all of them.
    """
    rows = Task.objects.select_for_update().filter(
        source_kind=source_kind, source=source, state__in=_LIVING
    )
    if after is not None:
        rows = rows.filter(day__gt=after)
    ended = 0
    for row in rows.order_by("pk"):
        alone = not row.officer and not row.officer_gap
        if alone and row.holder == done_by and row.state != TaskState.PLANNED.value:
            move(row, TaskAction.FINISH, actor=done_by, now_s=now_s)
        else:
            step = Step(reason="not_needed")
            move(row, TaskAction.CANCEL, actor=done_by, now_s=now_s, step=step)
        ended += 1
    return ended
