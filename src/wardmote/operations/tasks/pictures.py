"""What pictures of tasks may be about: proof that one was done, by whoever holds it."""

from __future__ import annotations

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.task import OFFLINE_S, TaskKind
from wardmote.operations.journal import clock
from wardmote.operations.photos.services import Subject, register_subject
from wardmote.operations.tasks.models import Task

TASK_SUBJECT = "task"


def register() -> None:
    """Register the subject; called once, when the app is ready."""
    register_subject(Subject(TASK_SUBJECT, _area_of, _may_add, _may_see))


def _area_of(task_id: str) -> AreaId | None:
    area = Task.objects.filter(pk=task_id).values_list("area", flat=True).first()
    return None if area is None else AreaId(area)


def _may_add(viewer: Viewer, task_id: str) -> bool:
    """Whoever holds the task, or held it so lately that pictures may still come from a phone.

    Nobody photographs people at home: a care visit takes no pictures.
    """
    row = Task.objects.filter(pk=task_id).exclude(kind=TaskKind.CARE_VISIT.value).first()
    if row is None or not viewer.may(Permission.TASK_DO, AreaId(row.area)):
        return False
    if row.holder == viewer.staff_id:
        return True
    since_s = clock.now_s() - OFFLINE_S
    return row.steps.filter(holder_before=viewer.staff_id, recorded_s__gte=since_s).exists()


def _may_see(viewer: Viewer, task_id: str) -> bool:
    area = _area_of(task_id)
    if area is None:
        return False
    return viewer.may(Permission.TASK_VIEW, area) or _may_add(viewer, task_id)
