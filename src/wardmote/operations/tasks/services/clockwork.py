"""What happens to tasks by the clock: their day comes, their use or their rule is over."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from wardmote.core.domain.task import TaskAction, TaskState
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.rules import newest_rules
from wardmote.operations.tasks.services.moving import BY_RULES, RULE_ENDED, move_all

AT_ONCE = 300


def release_and_expire(now_s: float) -> bool:
    """Open what opens now, expire what is of no use; returns whether more is left to do."""
    more = _step_all(TaskAction.RELEASE, [TaskState.PLANNED], "opens_s", now_s)
    expiring = [TaskState.PLANNED, TaskState.OPEN]
    return _step_all(TaskAction.EXPIRE, expiring, "useless_after_s", now_s) or more


def end_resting(now_s: float) -> bool:
    """Cancel what rules that rest have planned; returns whether more is left.

    Letting a rule rest does so itself. This is for what was made at that very moment, or is left
    where that was interrupted.
    """
    resting = [one.rule.code for one in newest_rules() if not one.in_use]
    planned = Task.objects.filter(rule__in=resting, state=TaskState.PLANNED.value)
    codes = list(planned.values_list("rule", flat=True).distinct())
    return any(cancel_planned(code, BY_RULES, now_s) for code in codes)


def cancel_planned(rule: str, actor: str, now_s: float) -> bool:
    """Cancel some hundred tasks of a rule that have not opened; returns whether more are left."""
    with transaction.atomic():
        planned = Task.objects.select_for_update().filter(rule=rule, state=TaskState.PLANNED.value)
        rows = list(planned.order_by("pk")[:AT_ONCE])
        move_all(rows, TaskAction.CANCEL, actor=actor, now_s=now_s, reason=RULE_ENDED)
    return len(rows) == AT_ONCE


def _step_all(action: TaskAction, before: Sequence[TaskState], field: str, now_s: float) -> bool:
    states = [state.value for state in before]
    due = {f"{field}__lte": now_s, "state__in": states}
    with transaction.atomic():
        rows = list(Task.objects.select_for_update().filter(**due).order_by(field, "pk")[:AT_ONCE])
        move_all(rows, action, actor=BY_RULES, now_s=now_s)
    return len(rows) == AT_ONCE
