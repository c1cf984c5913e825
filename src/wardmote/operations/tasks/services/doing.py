"""What the holder of a task does: check in, undo, finish, hand over."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import JsonValue, load
from wardmote.core.domain.task import TaskAction, TaskId, TaskState
from wardmote.core.domain.task_events import TaskAccompanied
from wardmote.core.domain.task_form import (
    PICTURES,
    AnswerFault,
    TaskForm,
    check_answers,
    check_pictures,
)
from wardmote.core.domain.task_reasons import TaskReasons, is_task_reason
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.journal.services import record
from wardmote.operations.photos.selectors import photos_of
from wardmote.operations.tasks.errors import (
    AnswersRefusedError,
    OfficerNeededError,
    PositionNeededError,
    ReasonNeededError,
    TaskConflictError,
    TooFarError,
    UnknownHolderError,
    UnknownReasonError,
    UnknownTaskError,
)
from wardmote.operations.tasks.holders import Assigned, FewHolders, permission_for
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.officers import beside_of, is_officer, officers_of
from wardmote.operations.tasks.pictures import TASK_SUBJECT
from wardmote.operations.tasks.services.care_visits import end_if_asked, lock_consent_of
from wardmote.operations.tasks.services.load import refuse_overload
from wardmote.operations.tasks.services.moving import (
    NOW,
    Step,
    Told,
    go_with,
    locked,
    move,
    open_as_told,
    unchanged_since,
)

EARTH_M = 6_371_008.8
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where somebody checks in.

    Attributes:
        lon, lat: WGS-84 degrees; None without a position. They are compared and not kept.
        accuracy_m: radius that the phone gives; it widens the tolerance, by the tolerance at most.
        reason: code of `TaskReasons.ELSEWHERE`; needed away from the place. `words`: more of it.
    """

    lon: float | None = None
    lat: float | None = None
    accuracy_m: float = 0.0
    reason: str = ""
    words: str = ""


def check_in(
    viewer: Viewer, task_id: str, where: Whereabouts, *, now_s: float, told: Told = NOW
) -> Task:
    """The holder is at the place and begins, or has begun while a phone had no network.

    Raises:
        UnknownTaskError: the viewer does not hold it.
        TaskConflictError: it was changed by somebody else, or is not open; `TaskExpiredError`: it
            was of no use any more when it was begun.
        PositionNeededError, TooFarError, UnknownReasonError: the place is not where they are.
    """
    with transaction.atomic():
        row = _own(viewer, task_id, told)
        open_as_told(row, actor=viewer.staff_id, now_s=now_s, told=told)
        move(
            row,
            TaskAction.CHECK_IN,
            actor=viewer.staff_id,
            now_s=now_s,
            told=told,
            step=_arrival(row, where),
        )
        return row


def undo(viewer: Viewer, task_id: str, *, now_s: float, told: Told = NOW) -> Task:
    """Checking in was a mistake, or the work has to wait: it is open again.

    Raises:
        UnknownTaskError, TaskConflictError: as `check_in`.
    """
    with transaction.atomic():
        row = _own(viewer, task_id, told)
        move(row, TaskAction.UNDO, actor=viewer.staff_id, now_s=now_s, told=told)
        return row


def finish(
    viewer: Viewer,
    task_id: str,
    answers: Mapping[str, JsonValue],
    *,
    now_s: float,
    told: Told = NOW,
    where: Whereabouts | None = None,
    officer: str = "",
) -> Task:
    """It is done. A resident who wants no more care visits has withdrawn the consent with it.

    Args:
        answers: by code of the form's field; pictures by their ids, kept of this very task.
        where: for a task that was not checked in: it is done first. Needed where the task has a
            point on the map.
        officer: staff id of the police officer who was there; needed of an assistant for what is
            not done alone.

    Raises:
        UnknownTaskError, TaskConflictError, PositionNeededError, TooFarError: as `check_in`.
        OfficerNeededError: it is not for an assistant alone, and no officer of the area is named.
        AnswersRefusedError: a required field is missing, or an answer will not do.
    """
    with transaction.atomic():
        consent = lock_consent_of(task_id)
        row = _own(viewer, task_id, told)
        faults = _faults(row, answers, now_s)
        if faults:
            raise AnswersRefusedError(
                fields=", ".join(dict.fromkeys(fault.field for fault in faults)),
                faults=[(fault.field, fault.code) for fault in faults],
            )
        there = _who_was_there(row, viewer, officer, now_s)
        open_as_told(row, actor=viewer.staff_id, now_s=now_s, told=told)
        if row.state == TaskState.OPEN.value:
            if where is None and row.lon is not None:
                raise PositionNeededError
            step = _arrival(row, where or Whereabouts())
            move(row, TaskAction.CHECK_IN, actor=viewer.staff_id, now_s=now_s, told=told, step=step)
        row.answers = dict(answers)
        row.officer, row.officer_gap = there, ""
        move(row, TaskAction.FINISH, actor=viewer.staff_id, now_s=now_s, told=told)
        if there:
            event = TaskAccompanied(TaskId(row.pk), there, "", there=True)
            record([event], actor=viewer.staff_id, area=AreaId(row.area), now_s=now_s)
        end_if_asked(consent, answers, actor=viewer.staff_id, now_s=now_s)
        return row


def hand_over(
    viewer: Viewer,
    task_id: str,
    to: str,
    reason: str,
    *,
    now_s: float,
    told: Told = NOW,
    although_overloaded: bool = False,
) -> Task:
    """The holder hands a task to somebody else who may do it there.

    Raises:
        UnknownTaskError, TaskConflictError: as `check_in`.
        UnknownReasonError: `reason` is not on the list.
        UnknownHolderError: that person may not do it.
        OverloadError: that person's day is full, unless `although_overloaded`.
    """
    with transaction.atomic():
        row = _own(viewer, task_id, told)
        give(
            row,
            to,
            known_reason(TaskReasons.HAND_OVER, reason),
            actor=viewer.staff_id,
            now_s=now_s,
            told=told,
            although_overloaded=although_overloaded,
        )
        return row


def give(
    row: Task,
    to: str,
    reason: str,
    *,
    actor: str,
    now_s: float,
    told: Told = NOW,
    although_overloaded: bool,
) -> None:
    """Let somebody else hold a locked task.

    Raises:
        UnknownHolderError, OverloadError, TaskConflictError: see `hand_over`.
    """
    may = staff_with(permission_for(row.kind), AreaId(row.area), now_s)
    if to == row.holder or to not in may:
        raise UnknownHolderError
    if not although_overloaded:
        refuse_overload(to, row.day, row.minutes, now_s)
    step = Step(reason=reason, holder=Assigned(to, chosen=True))
    move(row, TaskAction.HAND_OVER, actor=actor, now_s=now_s, told=told, step=step)
    together = beside_of(row, AreaId(row.area), to, FewHolders(now_s, row.due_s))
    go_with(row, together, actor=actor, now_s=now_s)


def known_reason(reasons: TaskReasons, code: str, words: str = "") -> str:
    """The code if the list has it; "other" needs words.

    Raises:
        UnknownReasonError, ReasonNeededError: it does not do.
    """
    if not is_task_reason(reasons, code):
        raise UnknownReasonError
    if code == OTHER and reasons is not TaskReasons.HAND_OVER and not words.strip():
        raise ReasonNeededError
    return code


def _own(viewer: Viewer, task_id: str, told: Told) -> Task:
    row = locked(task_id)
    if row.holder != viewer.staff_id:
        # Who held it and was offline meanwhile is told how it stands; others do not learn of it.
        if row.steps.filter(holder_before=viewer.staff_id).exists():
            raise TaskConflictError(task=row.pk)
        raise UnknownTaskError
    if not viewer.may(Permission.TASK_DO, AreaId(row.area)):
        raise UnknownTaskError
    unchanged_since(row, told, viewer.staff_id)
    return row


def _who_was_there(row: Task, viewer: Viewer, officer: str, now_s: float) -> str:
    """The officer who was there, as the holder says; empty where nobody need be."""
    area = AreaId(row.area)
    if not row.needs_officer or is_officer(viewer.staff_id, area, now_s):
        return ""
    if officer not in officers_of(area, now_s):
        raise OfficerNeededError
    return officer


def _faults(row: Task, answers: Mapping[str, JsonValue], now_s: float) -> tuple[AnswerFault, ...]:
    form = load(TaskForm, row.sheet.form)
    faults = check_answers(form, answers)
    if faults or not any(one.kind in PICTURES for one in form.fields):
        return faults
    kept = {str(one.id): one.kind for one in photos_of(TASK_SUBJECT, [row.pk], now_s)}
    return check_pictures(form, answers, kept)


def _arrival(row: Task, where: Whereabouts) -> Step:
    """What is kept of a check-in: how far away it was, and why."""
    away_m = None
    near = row.lon is None
    if row.lon is not None and row.lat is not None and where.lon is not None:
        away_m = distance_m(row.lon, row.lat, where.lon, where.lat or 0.0)
        tolerance_m = row.tolerance_m or 0.0
        near = away_m <= tolerance_m + min(max(where.accuracy_m, 0.0), tolerance_m)
    if near:
        return Step(away_m=away_m)
    if not where.reason:
        if away_m is None:
            raise PositionNeededError
        raise TooFarError(away_m=round(away_m), tolerance_m=round(row.tolerance_m or 0.0))
    reason = known_reason(TaskReasons.ELSEWHERE, where.reason, where.words)
    return Step(reason=reason, words=where.words, away_m=away_m)


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Great-circle distance in metres of two points in WGS-84 degrees, on the mean sphere."""
    half_lat = math.radians(other_lat - lat) / 2
    half_lon = math.radians(other_lon - lon) / 2
    share = math.sin(half_lat) ** 2
    share += (
        math.cos(math.radians(lat)) * math.cos(math.radians(other_lat)) * math.sin(half_lon) ** 2
    )
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(share)))
