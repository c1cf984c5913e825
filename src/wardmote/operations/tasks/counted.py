"""The cases behind the figures of tasks in a bulletin. Exercises are left out.

*Due* are tasks whose time ended in the period and that were not cancelled; each of them was done on
time (<= its due time, by the clock that counts), late, not at all before it expired, or is not
done. A person's day is one on which something is or was planned for them; it is overloaded above
eight hours. What fell due while they were on leave, and was not done in time, is not planned for
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.task import LIVING_TASKS, TaskAction, TaskKind, TaskState
from wardmote.core.measures.sections import ALL, Tally
from wardmote.operations.counting import (
    Case,
    Counting,
    RowCounting,
    Window,
    inside,
    placed_then,
)
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people.selectors import away_then
from wardmote.operations.tasks.models import Task, TaskArea, TaskStep
from wardmote.operations.tasks.services.leading import BY_HAND

FULL_DAY_MINUTES = 480
"""Above so many minutes (>) a person's day is overloaded."""

_LIVING = [state.value for state in LIVING_TASKS]
_DONE = TaskState.DONE.value
_NOT_PLANNED = [TaskState.CANCELLED.value, TaskState.EXPIRED.value]
_FIELDS = ("pk", "area_then", "due_s", "rule")


def task_countings(areas: Iterable[AreaId], window: Window) -> tuple[Counting, ...]:
    """Tasks made and due in a window, and the days planned for people."""
    rows = Task.objects.filter(drill=False)
    known = placed_then(rows, areas, window, TaskArea.objects.all())
    if not window.live:
        known = known.filter(made_s__lte=window.as_of_s)
    made = known.filter(made_s__gte=window.start_s, made_s__lt=window.end_s)
    due = _as_of(known.filter(due_s__gte=window.start_s, due_s__lt=window.end_s), window)
    due = due.exclude(state_then=TaskState.CANCELLED.value)
    done = Q(state_then=_DONE)
    return (
        RowCounting(made, {"made": Q()}, _FIELDS, _case, area="area_then"),
        RowCounting(
            due,
            {
                "due": Q(),
                "on_time": done & Q(done_then__lte=F("due_s")),
                "late": done & Q(done_then__gt=F("due_s")),
                "expired": Q(state_then=TaskState.EXPIRED.value),
                "undone": Q(state_then__in=_LIVING),
            },
            _FIELDS,
            _case,
            area="area_then",
        ),
        _Load(_planned(known, window)),
    )


def _case(row: tuple[Any, ...]) -> Case:
    pk, area, due_s, rule = row
    return Case("task", pk, AreaId(area), due_s, rule)


def _as_of(rows: QuerySet[Task], window: Window) -> Any:
    """Rows with how they stood: `state_then`, `done_then` and `holder_then`."""
    if window.live:
        return rows.annotate(state_then=F("state"), done_then=F("done_s"), holder_then=F("holder"))
    steps = TaskStep.objects.filter(task=OuterRef("pk"), recorded_s__lte=window.as_of_s)
    later = TaskStep.objects.filter(task=OuterRef("pk"), recorded_s__gt=window.as_of_s)
    finished = steps.filter(action=TaskAction.FINISH.value).order_by("-revision")
    return rows.annotate(
        # What was never moved until then stood as it was made, and with whom.
        state_then=Coalesce(
            Subquery(steps.order_by("-revision").values("after")[:1]),
            Value(TaskState.PLANNED.value),
        ),
        done_then=Subquery(finished.values("at_s")[:1]),
        holder_then=Coalesce(
            Subquery(later.order_by("revision").values("holder_before")[:1]), F("holder")
        ),
    )


def _planned(known: QuerySet[Task], window: Window) -> QuerySet[Any]:
    first = local_day(window.start_s)
    last = local_day(window.end_s)
    days = known.filter(day__gte=first, day__lte=last)
    if midnight_s(last) >= window.end_s:
        days = days.exclude(day=last)
    # Told by what is left out: an index of states would find half of all tasks.
    rows = _as_of(days, window).exclude(state_then__in=_NOT_PLANNED).exclude(holder_then="")
    in_time = Q(state_then=_DONE, done_then__lte=F("due_s"))
    there = ~Q(away_then("holder_then", "due_s", window.as_of_s))
    rows = rows.filter(in_time | Q(due_s__gt=window.as_of_s) | there)
    days_of_people: QuerySet[Any] = (
        rows.order_by()
        .values("holder_then", "day")
        .annotate(planned=Sum("minutes"), where=Min("area_then"))
    )
    return days_of_people


@dataclass(frozen=True, slots=True)
class _Load:
    """Days planned for people: not told by town, since somebody's day may lie in two."""

    rows: QuerySet[Any]

    @property
    def codes(self) -> Sequence[str]:
        return ("person_days", "overloaded")

    def tally(self) -> Tally:
        found = self.rows.aggregate(
            person_days=Count("planned"),
            overloaded=Count("planned", filter=Q(planned__gt=FULL_DAY_MINUTES)),
        )
        return {ALL: found}

    def cases(self, code: str, town: str, most: int) -> list[Case]:
        rows = self.rows
        if code == "overloaded":
            rows = rows.filter(planned__gt=FULL_DAY_MINUTES)
        found = rows.order_by("day", "holder_then").values_list(
            "holder_then", "day", "planned", "where"
        )
        return [
            Case("person_day", holder, AreaId(area), midnight_s(day), str(planned))
            for holder, day, planned, area in found[:most]
        ]


def first_task_s() -> float | None:
    """When the oldest task on record was made; None while there is none."""
    rows = Task.objects.filter(drill=False).order_by("made_s").values_list("made_s", flat=True)
    return rows.first()


@dataclass(frozen=True, slots=True)
class MonthsTasks:
    """Tasks of an area: meetings that were held, and tasks that leaders ordered by hand."""

    meetings: tuple[Case, ...]
    ordered: tuple[Case, ...]


def tasks_of_month(area: AreaId, window: Window) -> MonthsTasks:
    """What of the monthly cycle tasks tell: meetings done and tasks ordered in the window."""
    known = Task.objects.filter(inside([area]), drill=False)
    meetings = known.filter(
        kind=TaskKind.MEETING.value, state=_DONE,
        done_s__gte=window.start_s, done_s__lt=window.end_s,
    )  # fmt: skip
    ordered = known.filter(
        rule=BY_HAND, made_s__gte=window.start_s, made_s__lt=window.end_s
    ).exclude(state=TaskState.CANCELLED.value)
    return MonthsTasks(
        tuple(
            Case("task", pk, AreaId(where), at_s)
            for pk, where, at_s in meetings.order_by("done_s").values_list("pk", "area", "done_s")
        ),
        tuple(
            Case("task", pk, AreaId(where), at_s)
            for pk, where, at_s in ordered.order_by("made_s").values_list("pk", "area", "made_s")
        ),
    )
