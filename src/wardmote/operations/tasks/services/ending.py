"""Ending tasks whose reason is gone: somebody did it otherwise, or nothing is left to do."""

from __future__ import annotations

from wardmote.core.domain.task import LIVING_TASKS, TaskAction, TaskState
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services.moving import Step, move

_LIVING = [state.value for state in LIVING_TASKS]


def end_tasks_of(source_kind: str, source: str, *, done_by: str, now_s: float) -> int:
    """End the living tasks of a source, in the caller's transaction; returns how many.

    Those that `done_by` holds are done, others are cancelled as no longer needed.
    """
    rows = Task.objects.select_for_update().filter(
        source_kind=source_kind, source=source, state__in=_LIVING
    )
    ended = 0
    for row in rows.order_by("pk"):
        if row.holder == done_by and row.state != TaskState.PLANNED.value:
            move(row, TaskAction.FINISH, actor=done_by, now_s=now_s)
        else:
            step = Step(reason="not_needed")
            move(row, TaskAction.CANCEL, actor=done_by, now_s=now_s, step=step)
        ended += 1
    return ended
