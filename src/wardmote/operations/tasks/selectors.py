"""Reading tasks: a person's day, a leader's board, one task with its history, consents."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.consent import ConsentState
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.task import LIVING_TASKS, OFFLINE_S, TaskAction, TaskState
from wardmote.operations.duty.selectors import drill_calls_of
from wardmote.operations.tasks.errors import UnknownTaskError
from wardmote.operations.tasks.models import CareConsent, Task, TaskStep

TaskRow = Task
StepRow = TaskStep
ConsentRow = CareConsent
"""For other layers' annotations; they reach the rows through this module only."""

MOST_TODAY = 300
MOST_CALLED_OFF = 50
MOST_CONSENTS = 1_000
MOST_OF_DRILLS = 200
INCIDENT, TASK = "incident", "task"
"""What a task may come from, of which drills are told: a call, or another task."""
LOOK_BACK_DAYS = 31
_LIVING = [state.value for state in LIVING_TASKS]
_TO_DO = [TaskState.OPEN.value, TaskState.UNDER_WAY.value]


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which tasks a board shows.

    Attributes:
        first, last: days planned for, inclusive; what is overdue is so whatever its first day.
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

    With it what an officer goes along to, which somebody else holds.

    Args:
        day: the local day; `midnight_s`: when it began, seconds UTC.
    """
    if not viewer.holds_anywhere(Permission.TASK_DO):
        return []
    staff, known = viewer.staff_id, Task.objects.select_related("sheet")
    tomorrow = day + datetime.timedelta(days=1)
    whose = Q(holder=staff) | Q(officer=staff)
    living = known.filter(whose, state__in=_LIVING)
    living = living.filter(Q(state__in=_TO_DO) | Q(day__lte=tomorrow))
    done = known.filter(
        whose,
        state=TaskState.DONE.value,
        day__gte=day - datetime.timedelta(days=LOOK_BACK_DAYS),
        done_s__gte=midnight_s,
    )
    rows = [*living.order_by("due_s", "pk")[:MOST_TODAY], *done.order_by("done_s")[:MOST_TODAY]]
    return [row for row in rows if viewer.may(Permission.TASK_DO, AreaId(row.area))]


@dataclass(frozen=True, slots=True)
class CalledOff:
    """A task that was cancelled, and when."""

    task: TaskRow
    at_s: float


def called_off_of(viewer: Viewer, day: datetime.date, now_s: float) -> list[CalledOff]:
    """What others cancelled in the last 72 hours that a person had or was to go along to.

    Of days up to tomorrow alone, since no phone knows later ones. The latest first.

    Args:
        day: the local day.
    """
    rows = Task.objects.filter(
        Q(holder=viewer.staff_id) | Q(officer=viewer.staff_id),
        state=TaskState.CANCELLED.value,
        day__gte=day - datetime.timedelta(days=LOOK_BACK_DAYS),
        day__lte=day + datetime.timedelta(days=1),
    ).order_by("-day", "pk")
    steps = TaskStep.objects.filter(
        task__in=list(rows.values_list("pk", flat=True)[:MOST_TODAY]),
        action=TaskAction.CANCEL.value,
        recorded_s__gte=now_s - OFFLINE_S,
    ).exclude(by=viewer.staff_id)
    found = steps.select_related("task__sheet").order_by("-recorded_s", "-pk")
    return [CalledOff(step.task, step.recorded_s) for step in found[:MOST_CALLED_OFF]]


def seen_tasks(viewer: Viewer) -> QuerySet[TaskRow]:
    """The tasks in the areas whose tasks the viewer sees.

    Of drills those that the viewer holds, and those of drills in which the viewer takes part.
    """
    within = Q(pk__in=[])
    for area in viewer.areas_with(Permission.TASK_VIEW):
        within |= _in_area(area)
    shown = Q(drill=False) | Q(holder=viewer.staff_id) | Q(officer=viewer.staff_id)
    rehearsed = _made_for(drill_calls_of(viewer))
    if rehearsed:
        shown |= Q(pk__in=rehearsed)
    return Task.objects.filter(within & shown)


def tasks_of_drill(call: str) -> list[TaskRow]:
    """The tasks that a drill call brought about, and those that followed from them, by due time.

    For the page of the drill: whoever asks takes part in it.
    """
    rows = Task.objects.filter(pk__in=_made_for([call])).select_related("sheet")
    return list(rows.order_by("due_s", "pk"))


def _made_for(calls: Collection[str]) -> list[str]:
    """Ids of the tasks of drill calls, and of the tasks that followed from those."""
    drills = Task.objects.filter(drill=True)
    found: list[str] = []
    kind, sources = INCIDENT, list(calls)
    while sources and len(found) < MOST_OF_DRILLS:
        rows = drills.filter(source_kind=kind, source__in=sources).exclude(pk__in=found)
        sources = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_OF_DRILLS])
        found += sources
        kind = TASK
    return found


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
    """Staff id (empty: nobody) -> day -> minutes and tasks that a leader asks for; no drills."""
    rows = _wanted(viewer, wanted, now_s).filter(
        state__in=[*_LIVING, TaskState.DONE.value], drill=False
    )
    totals = rows.values_list("holder", "day").annotate(tasks=Count("pk"), minutes=Sum("minutes"))
    found: dict[str, dict[datetime.date, DayLoad]] = {}
    for holder, day, tasks, minutes in totals.order_by("holder", "day"):
        found.setdefault(holder, {})[day] = DayLoad(tasks, int(minutes))
    return found


def _wanted(viewer: Viewer, wanted: BoardFilter, now_s: float) -> QuerySet[TaskRow]:
    rows = seen_tasks(viewer).filter(day__lte=wanted.last)
    if wanted.state != "overdue":
        rows = rows.filter(day__gte=wanted.first)
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

    That of a drill for whoever holds it or takes part in the drill.

    Raises:
        UnknownTaskError: there is none for the viewer.
    """
    row = Task.objects.select_related("sheet").filter(pk=task_id).first()
    if row is None:
        raise UnknownTaskError
    mine = viewer.staff_id in (row.holder, row.officer)
    own = mine and viewer.may(Permission.TASK_DO, AreaId(row.area))
    if row.drill:
        seen = own or row.pk in _made_for(drill_calls_of(viewer))
    else:
        seen = own or viewer.may(Permission.TASK_VIEW, AreaId(row.area))
    if not seen:
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
