"""Reading tasks: a person's day, a leader's board, one task with its history, consents."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.consent import ConsentState
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.task import LIVING_TASKS, TaskState
from wardmote.operations.tasks.errors import UnknownTaskError
from wardmote.operations.tasks.models import CareConsent, Task, TaskStep

TaskRow = Task
StepRow = TaskStep
ConsentRow = CareConsent
"""For other layers' annotations; they reach the rows through this module only."""

MOST_TODAY = 300
MOST_CONSENTS = 1_000
LOOK_BACK_DAYS = 31
_LIVING = [state.value for state in LIVING_TASKS]
_TO_DO = [TaskState.OPEN.value, TaskState.UNDER_WAY.value]


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which tasks a board shows.

    Attributes:
        first, last: days planned for, inclusive.
        state: a state, ``living``, ``overdue``, or empty for all.
        holder: staff id; ``-`` for tasks that nobody holds; empty for everybody's.
        area: 12-digit code, with all below; empty for every area of the viewer.
    """

    first: datetime.date
    last: datetime.date
    state: str = ""
    kind: str = ""
    holder: str = ""
    area: str = ""
    rule: str = ""
    drills: bool = True


def today_of(viewer: Viewer, day: datetime.date, midnight_s: float) -> list[TaskRow]:
    """What a person has to do: all that is open, today's done, and what tomorrow brings.

    Args:
        day: the local day; `midnight_s`: when it began, seconds UTC.
    """
    if not viewer.holds_anywhere(Permission.TASK_DO):
        return []
    own = Task.objects.filter(holder=viewer.staff_id).select_related("sheet")
    tomorrow = day + datetime.timedelta(days=1)
    living = own.filter(state__in=_LIVING).filter(Q(state__in=_TO_DO) | Q(day__lte=tomorrow))
    done = own.filter(
        state=TaskState.DONE.value,
        day__gte=day - datetime.timedelta(days=LOOK_BACK_DAYS),
        done_s__gte=midnight_s,
    )
    rows = [*living.order_by("due_s", "pk")[:MOST_TODAY], *done.order_by("done_s")[:MOST_TODAY]]
    return [row for row in rows if viewer.may(Permission.TASK_DO, AreaId(row.area))]


def seen_tasks(viewer: Viewer) -> QuerySet[TaskRow]:
    """The tasks in the areas whose tasks the viewer sees."""
    within = Q(pk__in=[])
    for area in viewer.areas_with(Permission.TASK_VIEW):
        within |= _in_area(area)
    return Task.objects.filter(within)


def board(viewer: Viewer, wanted: BoardFilter, now_s: float) -> QuerySet[TaskRow]:
    """The tasks that a leader asks for, by day and due time."""
    rows = _wanted(viewer, wanted, now_s).select_related("sheet")
    return rows.order_by("day", "due_s", "pk")


@dataclass(frozen=True, slots=True)
class DayLoad:
    """What is planned for a person on a day; living and done tasks count, cancelled ones do not."""

    tasks: int
    minutes: int


def load_of(
    viewer: Viewer, wanted: BoardFilter, now_s: float
) -> dict[str, dict[datetime.date, DayLoad]]:
    """Staff id (empty: nobody) -> day -> what is planned, of the tasks that a leader asks for."""
    rows = _wanted(viewer, wanted, now_s).filter(state__in=[*_LIVING, TaskState.DONE.value])
    totals = rows.values_list("holder", "day").annotate(tasks=Count("pk"), minutes=Sum("minutes"))
    found: dict[str, dict[datetime.date, DayLoad]] = {}
    for holder, day, tasks, minutes in totals.order_by("holder", "day"):
        found.setdefault(holder, {})[day] = DayLoad(tasks, int(minutes))
    return found


def _wanted(viewer: Viewer, wanted: BoardFilter, now_s: float) -> QuerySet[TaskRow]:
    rows = seen_tasks(viewer).filter(day__range=(wanted.first, wanted.last))
    if wanted.state == "living":
        rows = rows.filter(state__in=_LIVING)
    elif wanted.state == "overdue":
        rows = rows.filter(state__in=_LIVING, due_s__lt=now_s)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.holder:
        rows = rows.filter(holder="" if wanted.holder == "-" else wanted.holder)
    if wanted.area:
        rows = rows.filter(_in_area(AreaId(wanted.area)))
    if wanted.rule:
        rows = rows.filter(rule=wanted.rule)
    if not wanted.drills:
        rows = rows.filter(drill=False)
    return rows


def overdue_count(viewer: Viewer, now_s: float) -> int:
    """How many tasks of the viewer's areas should be done by now and are not."""
    return seen_tasks(viewer).filter(state__in=_LIVING, due_s__lt=now_s, drill=False).count()


def task_seen(viewer: Viewer, task_id: str) -> TaskRow:
    """One task, for whoever holds it or sees the tasks of its area.

    Raises:
        UnknownTaskError: there is none for the viewer.
    """
    row = Task.objects.select_related("sheet").filter(pk=task_id).first()
    if row is None:
        raise UnknownTaskError
    own = row.holder == viewer.staff_id and viewer.may(Permission.TASK_DO, AreaId(row.area))
    if not own and not viewer.may(Permission.TASK_VIEW, AreaId(row.area)):
        raise UnknownTaskError
    return row


def task_now(task_id: str) -> TaskRow | None:
    """How a task stands, for somebody whose own change met another's."""
    return Task.objects.select_related("sheet").filter(pk=task_id).first()


def steps_of(row: TaskRow) -> Sequence[StepRow]:
    """What happened to a task, in order."""
    return list(row.steps.order_by("revision"))


def consents_seen(viewer: Viewer) -> list[ConsentRow]:
    """Consents where the viewer does care visits or assigns tasks: never whose they are."""
    within = Q(pk__in=[])
    for permission in (Permission.CARE_VISIT, Permission.TASK_ASSIGN):
        for area in viewer.areas_with(permission):
            within |= _in_area(area)
    rows = CareConsent.objects.filter(within).exclude(state=ConsentState.ERASED.value)
    return list(rows.defer("sealed").order_by("-given_s", "-pk")[:MOST_CONSENTS])


def _in_area(area: AreaId) -> Q:
    """Codes of an area and below, as a range that an index of codes serves."""
    prefix = area_prefix(area)
    if not prefix:
        return Q()
    return Q(area__gte=prefix.ljust(12, "0"), area__lte=prefix.ljust(12, "9"))
