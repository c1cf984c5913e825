"""What a leader does with tasks: order one, assign, cancel, have it done again."""

from __future__ import annotations

import dataclasses

from django.db import transaction

from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.task import TaskAction, TaskId, TaskKind, TaskRequest
from wardmote.core.domain.task_reasons import TaskReasons
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.tasks.errors import UnknownHolderError, UnknownTaskError
from wardmote.operations.tasks.holders import Holders
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services.consents import refuse_if_over
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

BY_HAND = "by_hand"
"""The rule of tasks that a leader orders."""


def order(
    viewer: Viewer, request: TaskRequest, *, now_s: float, although_overloaded: bool = False
) -> TaskId:
    """A task that a leader asks for; the source's code makes asking twice the same.

    Raises:
        AccessDeniedError: the viewer may not assign tasks in that area, or it is a care visit.
        UnknownHolderError: that person may not do tasks there.
        OverloadError: that person's day is full, unless `although_overloaded`.
    """
    if request.kind is TaskKind.CARE_VISIT:
        raise AccessDeniedError
    _may_lead(viewer, request.area)
    if request.holder is not None:
        if request.holder not in staff_with(Permission.TASK_DO, request.area, now_s):
            raise UnknownHolderError
        holder = str(request.holder)
    else:
        holder = Holders(max(now_s, request.opens_s)).holder_of(request)
        request = dataclasses.replace(request, holder=PersonId(holder))
    with transaction.atomic():
        new = not Task.objects.filter(key=request.key).exists()
        if new and holder and not although_overloaded:
            refuse_overload(holder, request.day, request.minutes, now_s)
        return make(request, actor=viewer.staff_id, now_s=now_s)


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
        step = Step(reason=known_reason(TaskReasons.HAND_OVER, reason), holder=to)
        give(
            row,
            to,
            step,
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
        row = _to_lead(viewer, task_id, told)
        if action is TaskAction.REOPEN and row.kind == TaskKind.CARE_VISIT.value:
            refuse_if_over(row.source)
        step = Step(reason=known_reason(reasons, reason, words), words=words)
        move(row, action, actor=viewer.staff_id, now_s=now_s, told=told, step=step)
        return row


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
