"""What happens to tasks by the clock: their day comes, or they would be of no use any more."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.task import TASK_LIFE_CYCLE, TaskAction, TaskState
from wardmote.operations.journal.services import record_in_areas
from wardmote.operations.journal.statements import insert
from wardmote.operations.tasks.models import Task, TaskStep
from wardmote.operations.tasks.services.moving import moved

AT_ONCE = 300
ACTOR = "rule:tasks"


def release_and_expire(now_s: float) -> bool:
    """Open what opens now, expire what is of no use; returns whether more is left to do."""
    more = _step_all(TaskAction.RELEASE, [TaskState.PLANNED], "opens_s", now_s)
    expiring = [TaskState.PLANNED, TaskState.OPEN]
    return _step_all(TaskAction.EXPIRE, expiring, "useless_after_s", now_s) or more


def _step_all(action: TaskAction, before: Sequence[TaskState], field: str, now_s: float) -> bool:
    states = [state.value for state in before]
    due = {f"{field}__lte": now_s, "state__in": states}
    with transaction.atomic():
        rows = list(Task.objects.select_for_update().filter(**due).order_by(field, "pk")[:AT_ONCE])
        if not rows:
            return False
        for row in rows:
            row.state = TASK_LIFE_CYCLE.next_state(TaskState(row.state), action).value
            row.revision += 1
        after = rows[0].state
        Task.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=after, revision=F("revision") + 1
        )
        insert(*(_step(row, action, now_s) for row in rows))
        record_in_areas(
            [(AreaId(row.area), moved(row, action, "", None)) for row in rows],
            actor=ACTOR,
            now_s=now_s,
        )
    return len(rows) == AT_ONCE


def _step(row: Task, action: TaskAction, now_s: float) -> TaskStep:
    return TaskStep(
        task=row,
        revision=row.revision,
        action=action.value,
        after=row.state,
        by=ACTOR,
        at_s=now_s,
        recorded_s=now_s,
        clock="server",
        holder_before=row.holder,
        holder=row.holder,
    )
