"""Contingency plans: writing a version, approving it, retiring it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.contingency import (
    VERSION_LIFE_CYCLE,
    VersionAction,
    VersionState,
    load_checklist,
)
from wardmote.core.domain.duty_events import DutyPlanMoved
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty.errors import (
    BadContentError,
    SecondPersonError,
    UnknownDutyError,
)
from wardmote.operations.duty.models import Plan, PlanVersion
from wardmote.operations.duty.recording import area_of_text, check, locked, moved
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan to be written: where, what it is called, and its checklist as data."""

    area: str
    name: Bilingual
    content: JsonValue


def write_plan(viewer: Viewer, new: NewPlan, *, now_s: float) -> str:
    """Write a plan with its first version, a draft; returns the plan's id.

    Raises:
        AccessDeniedError: the viewer does not plan duty there.
        BadContentError: naming the field that does not fit.
    """
    area = area_of_text(new.area)
    check(viewer, Permission.DUTY_PLAN, area)
    if not (new.name.zh.strip() or new.name.en.strip()):
        raise BadContentError(field="name", reason="missing")
    with transaction.atomic():
        plan = Plan.objects.create(
            id=new_id(now_s),
            area=area,
            name_zh=new.name.zh.strip()[:80],
            name_en=new.name.en.strip()[:80],
            made_by=viewer.staff_id,
            made_s=now_s,
        )
        _write(plan, 1, new.content, viewer, now_s)
    return plan.pk


def write_version(viewer: Viewer, plan_id: str, content: JsonValue, *, now_s: float) -> int:
    """Write another version, a draft; a draft that waits is retired. Returns its number.

    Raises:
        UnknownDutyError: there is no such plan.
        AccessDeniedError, BadContentError: as for a new plan.
    """
    with transaction.atomic():
        plan = locked(Plan, plan_id)
        check(viewer, Permission.DUTY_PLAN, plan.area)
        for draft in plan.versions.filter(state=VersionState.DRAFT.value):
            _move(draft, VersionAction.RETIRE, viewer, now_s)
        number = plan.versions.count() + 1
        _write(plan, number, content, viewer, now_s)
    return number


def approve_version(viewer: Viewer, plan_id: str, number: int, *, now_s: float) -> None:
    """Approve a draft; the version approved before is retired.

    Raises:
        UnknownDutyError: there is no such version.
        AccessDeniedError: the viewer does not approve duty there.
        SecondPersonError: the viewer wrote it.
        NotPossibleError: it is no draft any more.
    """
    with transaction.atomic():
        version = _version(plan_id, number)
        check(viewer, Permission.DUTY_APPROVE, version.plan.area)
        if version.written_by == viewer.staff_id:
            raise SecondPersonError
        moved(VERSION_LIFE_CYCLE, VersionState(version.state), VersionAction.APPROVE)
        for other in version.plan.versions.filter(state=VersionState.APPROVED.value):
            _move(other, VersionAction.RETIRE, viewer, now_s)
        _move(version, VersionAction.APPROVE, viewer, now_s)


def retire_version(viewer: Viewer, plan_id: str, number: int, *, now_s: float) -> None:
    """Retire a version; what was activated with it goes on.

    Raises:
        UnknownDutyError, AccessDeniedError, NotPossibleError: as for approval.
    """
    with transaction.atomic():
        version = _version(plan_id, number)
        check(viewer, Permission.DUTY_APPROVE, version.plan.area)
        _move(version, VersionAction.RETIRE, viewer, now_s)


def _version(plan_id: str, number: int) -> PlanVersion:
    plan = locked(Plan, plan_id)
    version = plan.versions.filter(number=number).first()
    if version is None:
        raise UnknownDutyError
    return version


def _write(plan: Plan, number: int, content: JsonValue, viewer: Viewer, now_s: float) -> None:
    try:
        checklist = load_checklist(content)
    except InvalidDataError as error:
        raise BadContentError(field=error.path or "/", reason=error.code) from error
    version = PlanVersion.objects.create(
        plan=plan,
        number=number,
        content=dump(checklist),
        written_by=viewer.staff_id,
        written_s=now_s,
    )
    _tell(version, None, viewer, now_s)


def _move(version: PlanVersion, action: VersionAction, viewer: Viewer, now_s: float) -> None:
    version.state = moved(VERSION_LIFE_CYCLE, VersionState(version.state), action).value
    version.decided_by, version.decided_s = viewer.staff_id, now_s
    version.save()
    _tell(version, action, viewer, now_s)


def _tell(version: PlanVersion, action: VersionAction | None, viewer: Viewer, now_s: float) -> None:
    event = DutyPlanMoved(version.plan_id, version.number, action, VersionState(version.state))
    record([event], actor=viewer.staff_id, area=AreaId(version.plan.area), now_s=now_s)
