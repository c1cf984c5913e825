"""The monthly cycle of the areas of those who lead work there."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.bulletin_events import CycleStepReported
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.monthly_cycle import BY_PEOPLE, CycleStep
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.measures.periods import Period, PeriodKind
from wardmote.operations.access.selectors import areas_granted
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.bulletins.errors import CycleDayError, CycleNoteError, CycleStepError
from wardmote.operations.bulletins.models import PublishedBulletin, ReportedStep
from wardmote.operations.bulletins.sections import windows_of
from wardmote.operations.counting import Case
from wardmote.operations.inspections.counted import Training, trainings_held
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.tasks.counted import tasks_of_month

MAX_NOTE = 300


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step that is done.

    Attributes:
        by: staff id; empty of the analysis, which nobody reports.
    """

    day: datetime.date
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class HeldInMonth:
    """What the record itself says of a month in an area, whatever was reported by hand.

    Attributes:
        meetings, ordered: tasks: meetings held, and what leaders handed out.
        trainings: sessions that people attended and turns that were served.
    """

    meetings: tuple[Case, ...]
    ordered: tuple[Case, ...]
    trainings: tuple[Training, ...]


@dataclass(frozen=True, slots=True)
class AreaCycle:
    """The cycle of an area in a month; a step that is missing is not done.

    Attributes:
        may_report: whether the viewer leads work there.
    """

    area: AreaId
    done: Mapping[CycleStep, StepDone]
    held: HeldInMonth
    may_report: bool


def cycles_of(viewer: Viewer, month: Period, *, now_s: float) -> tuple[AreaCycle, ...]:
    """The cycles of the areas that are led by somebody and that the viewer may see, by area.

    Raises:
        AccessDeniedError: the viewer may see no reports.
    """
    if not viewer.holds_anywhere(Permission.REPORT_VIEW):
        raise AccessDeniedError
    led = [
        area
        for area in areas_granted(Permission.COURSE_EDIT, now_s)
        if viewer.may(Permission.REPORT_VIEW, area)
    ]
    return tuple(
        AreaCycle(
            area, _done(area, month), _held(area, month, now_s),
            viewer.may(Permission.COURSE_EDIT, area),
        )
        for area in led
    )  # fmt: skip


def report_step(
    viewer: Viewer,
    area: AreaId,
    month: Period,
    step: CycleStep,
    *,
    day: datetime.date,
    note: str = "",
    now_s: float,
) -> bool:
    """Report a step done; a second report changes nothing. Returns whether it was new.

    Raises:
        AccessDeniedError: the viewer does not lead work in the area.
        RefusedError: the analysis, a day outside the month or to come, or too long a note.
    """
    _require_leader(viewer, area)
    if step not in BY_PEOPLE:
        raise CycleStepError
    if not month.first <= day <= min(month.last, local_day(now_s)):
        raise CycleDayError
    if len(note) > MAX_NOTE:
        raise CycleNoteError(most=MAX_NOTE)
    with transaction.atomic():
        _row, new = ReportedStep.objects.get_or_create(
            area=area, month=month.name, step=step.value,
            defaults={
                "day": day.isoformat(), "note": note.strip(), "reported_by": viewer.staff_id,
                "reported_s": now_s,
            },
        )  # fmt: skip
        if new:
            _record(viewer, area, CycleStepReported(month.name, step, done=True), now_s)
    return new


def take_back_step(
    viewer: Viewer, area: AreaId, month: Period, step: CycleStep, *, now_s: float
) -> bool:
    """Take back that a step was done; the journal keeps both. Returns whether it was there.

    Raises:
        AccessDeniedError: the viewer does not lead work in the area.
    """
    _require_leader(viewer, area)
    with transaction.atomic():
        found, _ = ReportedStep.objects.filter(
            area=area, month=month.name, step=step.value
        ).delete()
        if found:
            _record(viewer, area, CycleStepReported(month.name, step, done=False), now_s)
    return bool(found)


def _require_leader(viewer: Viewer, area: AreaId) -> None:
    if not viewer.may(Permission.COURSE_EDIT, area):
        raise AccessDeniedError


def _record(viewer: Viewer, area: AreaId, payload: CycleStepReported, now_s: float) -> None:
    record([payload], actor=viewer.staff_id, area=area, now_s=now_s)


def _held(area: AreaId, month: Period, now_s: float) -> HeldInMonth:
    window = windows_of(month, now_s=now_s, live=True).now
    told = tasks_of_month(area, window)
    trainings = trainings_held(area, month.first, month.last)
    return HeldInMonth(told.meetings, told.ordered, tuple(trainings))


def _done(area: AreaId, month: Period) -> dict[CycleStep, StepDone]:
    done: dict[CycleStep, StepDone] = {}
    published = PublishedBulletin.objects.filter(
        kind=PeriodKind.MONTH.value, first=month.before().first.isoformat(), area=area
    ).first()
    if published is not None:
        done[CycleStep.ANALYSIS] = StepDone(local_day(published.made_s))
    for row in ReportedStep.objects.filter(area=area, month=month.name):
        day = datetime.date.fromisoformat(row.day)
        done[CycleStep(row.step)] = StepDone(day, row.note, row.reported_by)
    return done
