"""Appeals of a person against what was counted: filed, withdrawn, decided by somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from wardmote.core.domain.assessment import (
    APPEAL_LIFE_CYCLE,
    DECISION_DAYS,
    REMEDIES,
    AppealAction,
    AppealState,
    Counted,
    Ground,
    Remedy,
    parse_assessment_rules,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.inspection_events import AppealMoved
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.inspections.errors import (
    AnotherPersonError,
    AnsweredTooLateError,
    AppealedAlreadyError,
    BadEntryError,
    TooManyAppealsError,
    UnknownRecordError,
)
from wardmote.operations.inspections.models import Appeal, AssessmentSheet
from wardmote.operations.inspections.recording import check, moment_text, next_of, said, tell
from wardmote.operations.inspections.told import involved_in
from wardmote.operations.working_time import working_calendar

MOST_WAITING = 50


@dataclass(frozen=True, slots=True)
class AppealWanted:
    """What somebody appeals against, and why.

    Attributes:
        case_kind, case: of the sheet; both empty where a case is missing.
        key: made by the form; sent twice, it files one appeal.
    """

    counted: Counted
    case_kind: str
    case: str
    ground: Ground
    words: str
    key: str


def file_appeal(viewer: Viewer, sheet_id: str, wanted: AppealWanted, *, now_s: float) -> str:
    """File an appeal as the person concerned, up to and including the last moment of the term.

    Returns:
        Its id; that of the first one, where the same key was sent before.

    Raises:
        UnknownRecordError: there is no such sheet.
        AccessDeniedError: it is somebody else's.
        AnsweredTooLateError: it is too late.
        BadEntryError: the sheet has no such case or item, or the ground does not fit.
        WordsMissingError: nothing is said.
        AppealedAlreadyError: an appeal about this case waits or was decided.
        TooManyAppealsError: too many wait.
    """
    with transaction.atomic():
        sheet = _sheet(sheet_id)
        if not viewer.staff_id or sheet.staff_id != viewer.staff_id:
            raise AccessDeniedError
        sent = sheet.appeals.filter(key=wanted.key).first()
        if sent is not None:
            return sent.pk
        if now_s > sheet.appeal_until_s:
            raise AnsweredTooLateError(until=moment_text(sheet.appeal_until_s))
        _check_wanted(sheet, wanted)
        words = said(wanted.words, needed=True)
        waiting = sheet.appeals.filter(state=AppealState.FILED.value).count()
        if waiting >= MOST_WAITING:
            raise TooManyAppealsError(most=MOST_WAITING)
        try:
            with transaction.atomic():
                row = Appeal.objects.create(
                    id=new_id(now_s),
                    sheet=sheet,
                    key=wanted.key,
                    staff_id=sheet.staff_id,
                    area=sheet.area,
                    counted=wanted.counted.value,
                    case_kind=wanted.case_kind,
                    case=wanted.case,
                    ground=wanted.ground.value,
                    words=words,
                    filed_s=now_s,
                    decide_by_s=working_calendar(now_s).deadline_s(now_s, DECISION_DAYS),
                )
        except IntegrityError as error:
            raise AppealedAlreadyError from error
        _tell(row, None, viewer.staff_id, now_s)
        return row.pk


def withdraw_appeal(viewer: Viewer, appeal_id: str, *, now_s: float) -> None:
    """Take an appeal back that was not decided yet.

    Raises:
        UnknownRecordError, AccessDeniedError, NotPossibleError: there is none; it is somebody
            else's; it was decided or withdrawn.
    """
    with transaction.atomic():
        row = _locked(appeal_id)
        if not viewer.staff_id or row.staff_id != viewer.staff_id:
            raise AccessDeniedError
        _move(row, AppealAction.WITHDRAW, viewer.staff_id, now_s)


def decide_appeal(
    viewer: Viewer, appeal_id: str, remedy: Remedy | None, words: str, *, now_s: float
) -> None:
    """Decide on an appeal: allow it with a remedy, or refuse it (None).

    Raises:
        UnknownRecordError: there is none.
        AccessDeniedError: the viewer may not decide in its area.
        AnotherPersonError: the viewer is concerned, had the sheet counted, or made or decided the
            check that it is about.
        BadEntryError: the remedy does not fit the ground.
        WordsMissingError: nothing is said why.
        NotPossibleError: it was decided or withdrawn.
    """
    with transaction.atomic():
        row = _locked(appeal_id)
        check(viewer, Permission.ASSESSMENT_DECIDE, row.area)
        if viewer.staff_id in involved_in(row):
            raise AnotherPersonError
        if remedy is not None and remedy not in REMEDIES[Ground(row.ground)]:
            raise BadEntryError(field="remedy")
        row.decision = said(words, needed=True)
        row.decided_by, row.decided_s = viewer.staff_id, now_s
        row.remedy = "" if remedy is None else remedy.value
        action = AppealAction.REFUSE if remedy is None else AppealAction.ALLOW
        _move(row, action, viewer.staff_id, now_s)


def may_decide(viewer: Viewer, row: Appeal) -> bool:
    """Whether the viewer may decide on an appeal as things stand."""
    return (
        row.state == AppealState.FILED.value
        and viewer.may(Permission.ASSESSMENT_DECIDE, AreaId(row.area))
        and viewer.staff_id not in involved_in(row)
    )


def _check_wanted(sheet: AssessmentSheet, wanted: AppealWanted) -> None:
    if not 0 < len(wanted.key) <= 60:
        raise BadEntryError(field="key")
    items = {one.counted for one in parse_assessment_rules(sheet.rules.data).items}
    if wanted.counted not in items:
        raise BadEntryError(field="counted")
    missing = not (wanted.case_kind or wanted.case)
    if missing != (wanted.ground is Ground.MISSING):
        raise BadEntryError(field="ground")
    about = (wanted.counted.value, wanted.case_kind, wanted.case)
    if not missing and about not in {
        (one["counted"], one["kind"], one["id"]) for one in sheet.cases
    }:
        raise BadEntryError(field="case")
    earlier = sheet.appeals.exclude(state=AppealState.WITHDRAWN.value).filter(
        counted=wanted.counted.value, case_kind=wanted.case_kind, case=wanted.case
    )
    if not missing and earlier.exists():
        raise AppealedAlreadyError


def _sheet(sheet_id: str) -> AssessmentSheet:
    rows = AssessmentSheet.objects.select_for_update(of=("self",)).select_related("rules")
    row = rows.filter(pk=sheet_id).first()
    if row is None:
        raise UnknownRecordError
    return row


def _locked(appeal_id: str) -> Appeal:
    rows = Appeal.objects.select_for_update(of=("self",)).select_related("sheet")
    row = rows.filter(pk=appeal_id).first()
    if row is None:
        raise UnknownRecordError
    return row


def _move(row: Appeal, action: AppealAction, actor: str, now_s: float) -> None:
    row.state = next_of(APPEAL_LIFE_CYCLE, AppealState(row.state), action).value
    row.save()
    _tell(row, action, actor, now_s)


def _tell(row: Appeal, action: AppealAction | None, actor: str, now_s: float) -> None:
    event = AppealMoved(row.pk, row.staff_id, row.counted, row.case, action, AppealState(row.state))
    tell(event, actor, row.area, now_s)
