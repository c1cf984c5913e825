"""Who may do what with a study. What is not listed is denied.

Whoever views studies in an area may read each study there. Its owner, and those it is shared with,
change it and run it, as long as they hold the right to edit in its area.
"""

from __future__ import annotations

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.study import StudyState
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.studies.errors import StudyClosedError, UnknownStudyError
from wardmote.operations.studies.models import Study


def may_see(viewer: Viewer, study: Study) -> bool:
    """Whether the viewer may read the study."""
    return viewer.may(Permission.STUDY_VIEW, AreaId(study.area))


def may_edit(viewer: Viewer, study: Study) -> bool:
    """Whether the viewer may change the study and run it."""
    if not viewer.may(Permission.STUDY_EDIT, AreaId(study.area)):
        return False
    return study.owner == viewer.staff_id or study.shares.filter(staff_id=viewer.staff_id).exists()


def may_stop(viewer: Viewer, study: Study) -> bool:
    """Whether the viewer may cancel its runs: who changes it, or decides on plans in its area.

    Runs of different studies wait for one another, so somebody must be able to when the owner is
    gone.
    """
    return may_edit(viewer, study) or viewer.may(Permission.STUDY_APPROVE, AreaId(study.area))


def study_to_stop(viewer: Viewer, study_id: str) -> Study:
    """A study, open or closed, locked until the transaction ends, to cancel its runs.

    Raises:
        UnknownStudyError: there is none.
        AccessDeniedError: the viewer may not.
    """
    study = Study.objects.select_for_update().filter(pk=study_id).first()
    if study is None:
        raise UnknownStudyError
    if not may_stop(viewer, study):
        raise AccessDeniedError
    return study


def study_to_see(viewer: Viewer, study_id: str) -> Study:
    """A study, to read.

    Raises:
        UnknownStudyError: there is none.
        AccessDeniedError: the viewer may not read studies in its area.
    """
    study = Study.objects.filter(pk=study_id).first()
    if study is None:
        raise UnknownStudyError
    if not may_see(viewer, study):
        raise AccessDeniedError
    return study


def study_to_edit(viewer: Viewer, study_id: str, *, closed: bool = False) -> Study:
    """A study, locked until the transaction ends, to change.

    Raises:
        UnknownStudyError: there is none.
        AccessDeniedError: the viewer may not change it.
        StudyClosedError: it is closed, unless `closed` allows for that.
    """
    study = Study.objects.select_for_update().filter(pk=study_id).first()
    if study is None:
        raise UnknownStudyError
    if not may_edit(viewer, study):
        raise AccessDeniedError
    if study.state == StudyState.CLOSED.value and not closed:
        raise StudyClosedError
    return study
