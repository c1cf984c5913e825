"""What the holder of a task does: check in, undo, finish, hand over."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import JsonValue, load
from wardmote.core.domain.task import TaskAction, TaskKind, TaskState
from wardmote.core.domain.task_form import TaskForm, check_answers
from wardmote.core.domain.task_reasons import TaskReasons, is_task_reason
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.tasks.errors import (
    AnswersRefusedError,
    PositionNeededError,
    ReasonNeededError,
    TaskConflictError,
    TooFarError,
    UnknownHolderError,
    UnknownReasonError,
    UnknownTaskError,
)
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services.load import refuse_overload
from wardmote.operations.tasks.services.moving import (
    NOW,
    Step,
    Told,
    locked,
    move,
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
    """The holder is at the place and begins.

    Raises:
        UnknownTaskError: the viewer does not hold it.
        TaskConflictError: it was changed by somebody else, or is not open.
        PositionNeededError, TooFarError, UnknownReasonError: the place is not where they are.
    """
    with transaction.atomic():
        row = _own(viewer, task_id, told)
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
) -> Task:
    """It is done.

    Args:
        answers: by code of the form's field.
        where: for a task that was not checked in: it is done first. Needed where the task has a
            point on the map.

    Raises:
        UnknownTaskError, TaskConflictError, PositionNeededError, TooFarError: as `check_in`.
        AnswersRefusedError: a required field is missing, or an answer will not do.
    """
    with transaction.atomic():
        row = _own(viewer, task_id, told)
        faults = check_answers(load(TaskForm, row.sheet.form), answers)
        if faults:
            raise AnswersRefusedError(
                fields=", ".join(dict.fromkeys(fault.field for fault in faults)),
                faults=[(fault.field, fault.code) for fault in faults],
            )
        if row.state == TaskState.OPEN.value:
            if where is None and row.lon is not None:
                raise PositionNeededError
            step = _arrival(row, where or Whereabouts())
            move(row, TaskAction.CHECK_IN, actor=viewer.staff_id, now_s=now_s, told=told, step=step)
        row.answers = dict(answers)
        move(row, TaskAction.FINISH, actor=viewer.staff_id, now_s=now_s, told=told)
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
            Step(reason=known_reason(TaskReasons.HAND_OVER, reason), holder=to),
            actor=viewer.staff_id,
            now_s=now_s,
            told=told,
            although_overloaded=although_overloaded,
        )
        return row


def give(
    row: Task,
    to: str,
    step: Step,
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
    permission = (
        Permission.CARE_VISIT if row.kind == TaskKind.CARE_VISIT.value else Permission.TASK_DO
    )
    if to == row.holder or to not in staff_with(permission, AreaId(row.area), now_s):
        raise UnknownHolderError
    if not although_overloaded:
        refuse_overload(to, row.day, row.minutes, now_s)
    move(row, TaskAction.HAND_OVER, actor=actor, now_s=now_s, told=told, step=step)


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
