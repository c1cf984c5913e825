"""What a leader does with tasks: order one, assign, cancel, have it done again."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.task import TaskAction, TaskId, TaskKind, TaskRequest
from wardmote.core.domain.task_reasons import TaskReasons
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.tasks.errors import (
    ConsentOverError,
    DayRefusedError,
    UnknownHolderError,
    UnknownTaskError,
)
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services.care_visits import in_force, lock_consent_of
from wardmote.operations.tasks.services.doing import give, known_reason
from wardmote.operations.tasks.services.load import refuse_overload
from wardmote.operations.tasks.services.making import make
from wardmote.operations.tasks.services.moving import (
    NOW,
    Step,
    Told,
    locked,
    move,
    unchanged_since,
)
from wardmote.operations.working_time import working_calendar

BY_HAND = "by_hand"
"""The rule of tasks that a leader orders."""
FURTHEST_DAYS = 366
"""So many days ahead a task may be ordered (<=)."""


def order(
    viewer: Viewer, request: TaskRequest, *, now_s: float, although_overloaded: bool = False
) -> TaskId:
    """A task that a leader asks for; the source's code makes asking twice the same.

    Raises:
        AccessDeniedError: the viewer may not assign tasks in that area, or it is a care visit.
        DayRefusedError: the day is over, or more than a year ahead.
        UnknownHolderError: that person may not do tasks there.
        OverloadError: that person's day is full, unless `although_overloaded`.
    """
    if request.kind is TaskKind.CARE_VISIT:
        raise AccessDeniedError
    _may_lead(viewer, request.area)
    today = working_calendar(now_s).local_day(now_s)
    last = today + datetime.timedelta(days=FURTHEST_DAYS)
    if not today <= request.day <= last:
        raise DayRefusedError(first=today.isoformat(), last=last.isoformat())
    may_do = staff_with(Permission.TASK_DO, request.area, now_s)
    if request.holder is not None and request.holder not in may_do:
        raise UnknownHolderError
    try:
        with transaction.atomic():
            known = _ordered(request)
            if known is not None:
                return known
            task_id = make(request, actor=viewer.staff_id, now_s=now_s)
            holder = Task.objects.values_list("holder", flat=True).get(pk=task_id)
            if holder and not although_overloaded:
                refuse_overload(holder, request.day, 0, now_s)
            return task_id
    except IntegrityError:  # the same form came twice at once
        known = _ordered(request)
        if known is None:
            raise
        return known


def _ordered(request: TaskRequest) -> TaskId | None:
    known = Task.objects.filter(key=request.key).values_list("pk", flat=True).first()
    return None if known is None else TaskId(known)


def assign(
    viewer: Viewer,
    task_id: str,
    to: str,
    *,
    now_s: float,
    reason: str = "assigned",
    told: Told = NOW,
    although_overloaded: bool = False,
) -> Task:
    """Give a task to somebody who may do it, from whoever has it.

    Raises:
        UnknownTaskError, AccessDeniedError: it is not for the viewer to decide.
        UnknownReasonError, UnknownHolderError, OverloadError, TaskConflictError: as `hand_over`.
    """
    with transaction.atomic():
        row = _to_lead(viewer, task_id, told)
        if row.holder == to and _sent_again(row, told, viewer, TaskAction.HAND_OVER, reason):
            return row
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


def cancel(
    viewer: Viewer, task_id: str, reason: str, *, now_s: float, words: str = "", told: Told = NOW
) -> Task:
    """It need not be done.

    Raises:
        UnknownTaskError, AccessDeniedError, UnknownReasonError, ReasonNeededError,
        TaskConflictError.
    """
    return _lead(viewer, task_id, TaskAction.CANCEL, TaskReasons.CANCEL, reason, words, now_s, told)


def reopen(
    viewer: Viewer, task_id: str, reason: str, *, now_s: float, words: str = "", told: Told = NOW
) -> Task:
    """It has to be done again, or still.

    Raises:
        UnknownTaskError, AccessDeniedError, UnknownReasonError, ReasonNeededError,
        TaskConflictError.
        ConsentOverError: a care visit whose consent is over.
    """
    return _lead(viewer, task_id, TaskAction.REOPEN, TaskReasons.REOPEN, reason, words, now_s, told)


def _lead(
    viewer: Viewer,
    task_id: str,
    action: TaskAction,
    reasons: TaskReasons,
    reason: str,
    words: str,
    now_s: float,
    told: Told,
) -> Task:
    with transaction.atomic():
        consent = lock_consent_of(task_id) if action is TaskAction.REOPEN else None
        row = _to_lead(viewer, task_id, told)
        if _sent_again(row, told, viewer, action, reason):
            return row
        care = action is TaskAction.REOPEN and row.kind == TaskKind.CARE_VISIT.value
        if care and (consent is None or not in_force(consent, now_s)):
            raise ConsentOverError
        step = Step(reason=known_reason(reasons, reason, words), words=words)
        move(row, action, actor=viewer.staff_id, now_s=now_s, told=told, step=step)
        return row


def _sent_again(row: Task, told: Told, viewer: Viewer, action: TaskAction, reason: str) -> bool:
    """Whether just that was done already, by the same person on the same sight of the task."""
    if told.based_on is None or row.revision != told.based_on + 1:
        return False
    newest = row.steps.filter(revision=row.revision, by=viewer.staff_id, action=action.value)
    return newest.filter(reason=reason).exists()


def _to_lead(viewer: Viewer, task_id: str, told: Told) -> Task:
    row = locked(task_id)
    area = AreaId(row.area)
    if not viewer.may(Permission.TASK_VIEW, area):
        raise UnknownTaskError
    _may_lead(viewer, area)
    unchanged_since(row, told, viewer.staff_id)
    return row


def _may_lead(viewer: Viewer, area: AreaId) -> None:
    if not viewer.may(Permission.TASK_ASSIGN, area):
        held = viewer.holds_anywhere(Permission.TASK_ASSIGN)
        raise AccessDeniedError("area" if held else "role")
