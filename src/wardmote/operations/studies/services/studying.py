"""Opening a study, closing it, and sharing it."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.study import STUDY_LIFE_CYCLE, StudyAction, StudyState
from wardmote.core.domain.study_events import StudyMoved, StudyOpened, StudyShared
from wardmote.operations.access.selectors import viewer_of
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.people.selectors import account_by_staff_id
from wardmote.operations.studies.errors import (
    NobodyToShareWithError,
    NotPossibleNowError,
    TextNeededError,
)
from wardmote.operations.studies.models import Study, StudyShare
from wardmote.operations.studies.rights import study_to_edit

MAX_TITLE = 120
MAX_TEXT = 1_000


def open_study(viewer: Viewer, area: AreaId, title: str, question: str, *, now_s: float) -> str:
    """Open a study for an area; returns its id.

    Raises:
        AccessDeniedError: the viewer may not plan there.
        TextNeededError: the title is empty.
    """
    if not viewer.may(Permission.STUDY_EDIT, area):
        raise AccessDeniedError
    if not title.strip():
        raise TextNeededError(field="title")
    study = new_id(now_s)
    with transaction.atomic():
        Study.objects.create(
            id=study,
            area=area,
            title=title.strip()[:MAX_TITLE],
            question=question.strip()[:MAX_TEXT],
            owner=viewer.staff_id,
            opened_s=now_s,
        )
        record([StudyOpened(study)], actor=viewer.staff_id, area=area, now_s=now_s)
    return study


def move_study(viewer: Viewer, study_id: str, action: StudyAction, *, now_s: float) -> None:
    """Close a study, or open it again.

    Raises:
        RefusedError: there is no such study, or it is so already.
        AccessDeniedError: the viewer may not change it.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id, closed=True)
        try:
            after = STUDY_LIFE_CYCLE.next_state(StudyState(study.state), action)
        except TransitionRefusedError as error:
            raise NotPossibleNowError from error
        study.state = after.value
        study.save(update_fields=["state"])
        _record(viewer, study, StudyMoved(study.pk, action, after), now_s)


def share_study(viewer: Viewer, study_id: str, staff_id: str, *, now_s: float) -> None:
    """Let another planner of the area work on the study; doing it twice changes nothing.

    Raises:
        NobodyToShareWithError: nobody of this id plans in the area of the study.
        AccessDeniedError: the viewer may not change the study.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        account = account_by_staff_id(staff_id)
        other = None if account is None else viewer_of(account.pk, now_s)
        if other is None or not other.may(Permission.STUDY_EDIT, AreaId(study.area)):
            raise NobodyToShareWithError
        if staff_id == study.owner:
            return
        _share, made = StudyShare.objects.get_or_create(
            study=study,
            staff_id=staff_id,
            defaults={"shared_by": viewer.staff_id, "shared_s": now_s},
        )
        if made:
            _record(viewer, study, StudyShared(study.pk, staff_id, shared=True), now_s)


def unshare_study(viewer: Viewer, study_id: str, staff_id: str, *, now_s: float) -> None:
    """Take a share back; without one nothing changes.

    Raises:
        AccessDeniedError: the viewer may not change the study.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id, closed=True)
        deleted, _ = StudyShare.objects.filter(study=study, staff_id=staff_id).delete()
        if deleted:
            _record(viewer, study, StudyShared(study.pk, staff_id, shared=False), now_s)


def _record(viewer: Viewer, study: Study, event: StudyMoved | StudyShared, now_s: float) -> None:
    record([event], actor=viewer.staff_id, area=AreaId(study.area), now_s=now_s)
