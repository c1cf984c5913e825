"""What whoever tells people of their tasks must know."""

from __future__ import annotations

from collections.abc import Collection

from wardmote.core.domain.task import LIVING_TASKS, TaskState
from wardmote.operations.local_time import local_day
from wardmote.operations.tasks.models import Task

MOST_DUE = 20_000
_TO_DO = [TaskState.OPEN.value, TaskState.UNDER_WAY.value]


def holders_of_living(task_ids: Collection[str]) -> dict[str, str]:
    """Who holds each of these tasks that is open or under way, by task id."""
    rows = Task.objects.filter(pk__in=set(task_ids), state__in=_TO_DO)
    return dict(rows.values_list("pk", "holder"))


def people_of_cancelled(task: str, at_s: float) -> frozenset[str]:
    """Who had a task that was cancelled at `at_s` to do by then, or later that day.

    Its holder and who was to go along; nobody where its day had not come.
    """
    row = Task.objects.filter(pk=task, state=TaskState.CANCELLED.value).first()
    if row is None or (row.opens_s > at_s and row.day > local_day(at_s)):
        return frozenset()
    return frozenset({row.holder, row.officer} - {""})


def holders_of_source(source_kind: str, source: str) -> frozenset[str]:
    """Who holds the tasks that follow from something and are not over; a gap holds none."""
    living = [state.value for state in LIVING_TASKS]
    rows = Task.objects.filter(source_kind=source_kind, source=source, state__in=living)
    return frozenset(rows.exclude(holder="").values_list("holder", flat=True))


def due_between(after_s: float, until_s: float) -> list[tuple[str, str, float, bool]]:
    """Open tasks that somebody holds and that are due in (after_s, until_s], seconds UTC.

    Returns:
        task id, holder, when it is due, whether it belongs to a drill; at most `MOST_DUE`.
    """
    rows = Task.objects.filter(state__in=_TO_DO, due_s__gt=after_s, due_s__lte=until_s)
    found = rows.exclude(holder="").order_by("due_s", "pk")
    return list(found.values_list("pk", "holder", "due_s", "drill")[:MOST_DUE])
