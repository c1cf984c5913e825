"""The survey after a service: one invitation for each, used once, answered without a trace.

Nothing of it goes into the journal: who gave out an invitation and when, beside what was finished
just before, would tell whose it was. Tables keep the town and the month of it and no more, and of
the service a digest that only this deployment can make.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from wardmote.core.domain.hazard import HazardState
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.incident import IncidentState
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.survey import QUESTIONS, ServiceKind, faulty_answers, last_day
from wardmote.core.domain.task import TaskState
from wardmote.operations.counting import town_of
from wardmote.operations.dispatch.served import went_to
from wardmote.operations.hazards import selectors as hazards
from wardmote.operations.incidents import selectors as incidents
from wardmote.operations.inspections.errors import (
    AnswersMissingError,
    InvitationUsedError,
    InvitedAlreadyError,
    NotFinishedError,
    UnknownRecordError,
)
from wardmote.operations.inspections.models import SurveyAnswer, SurveyedService, SurveyToken
from wardmote.operations.inspections.recording import check
from wardmote.operations.inspections.surveyed import service_digest
from wardmote.operations.local_time import local_day
from wardmote.operations.tasks import selectors as tasks

TOKEN_BYTES = 15


def invite(viewer: Viewer, kind: ServiceKind, service: str, *, now_s: float) -> str:
    """Give out the one invitation for a finished service; returns the token, which is not kept.

    Raises:
        UnknownRecordError: there is no such service.
        AccessDeniedError: the viewer may not invite in its area, and did not go to the call.
        NotFinishedError: it is not finished, or was an exercise.
        InvitedAlreadyError: an invitation was given out already.
    """
    found = _finished_in(kind, service)
    if found is None:
        raise UnknownRecordError
    area, finished = found
    # A crew has no right to the calls of an area, but to those that it went to.
    if not (kind is ServiceKind.CALL and went_to(viewer, IncidentId(service))):
        check(viewer, Permission.SURVEY_ISSUE, area)
    if not finished:
        raise NotFinishedError
    token = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        with transaction.atomic():
            SurveyedService.objects.create(digest=service_digest(kind.value, service))
            SurveyToken.objects.create(
                token_sha256=_digest(token),
                month=local_day(now_s).replace(day=1),
                area=town_of(area),
                kind=kind.value,
            )
    except IntegrityError as error:
        raise InvitedAlreadyError from error
    return token


def open_invitation(token: str, *, now_s: float) -> ServiceKind:
    """What an invitation is about.

    Raises:
        InvitationUsedError: it is unknown, was used, or is too old.
    """
    return ServiceKind(_valid(token, now_s).kind)


def answer(token: str, answers: Mapping[str, str], *, now_s: float) -> None:
    """Take an answer. The invitation is marked as used; nothing joins the two.

    Raises:
        InvitationUsedError: it is unknown, was used, or is too old.
        AnswersMissingError: a question is not answered as it can be.
    """
    row = _valid(token, now_s)
    kind = ServiceKind(row.kind)
    if faulty_answers(kind, answers):
        raise AnswersMissingError
    with transaction.atomic():
        taken = SurveyToken.objects.filter(pk=row.pk, used=False).update(used=True)
        if not taken:
            raise InvitationUsedError
        # The id is random, unlike others: it must not tell when the answer came.
        SurveyAnswer.objects.create(
            id=secrets.token_hex(16),
            month=local_day(now_s).replace(day=1),
            area=row.area,
            kind=row.kind,
            answers={one.code: answers[one.code] for one in QUESTIONS[kind]},
        )


def _valid(token: str, now_s: float) -> SurveyToken:
    row = SurveyToken.objects.filter(pk=_digest(token)).first()
    if row is None or row.used or last_day(row.month) < local_day(now_s):
        raise InvitationUsedError
    return row


def _finished_in(kind: ServiceKind, service: str) -> tuple[AreaId, bool] | None:
    """The area of a service and whether it is finished; None where there is none."""
    if kind is ServiceKind.CALL:
        call = incidents.find_many([service]).get(service)
        if call is None:
            return None
        return AreaId(call.area), call.state == IncidentState.CLOSED.value and not call.drill
    if kind is ServiceKind.TASK:
        task = tasks.task_now(service)
        if task is None:
            return None
        return AreaId(task.area), task.state == TaskState.DONE.value and not task.drill
    hazard = hazards.standing_of(service)
    return None if hazard is None else (hazard[0], hazard[1] is HazardState.CLOSED)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
