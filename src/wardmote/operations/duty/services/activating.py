"""Activating a plan, really or as a drill: steps with times, ended, and looked back on.

A drill is this same code: the row says that it is one. It is seen and moved by its participants
alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from wardmote.core.domain.contingency import (
    ACTIVATION_LIFE_CYCLE,
    STEP_LIFE_CYCLE,
    ActivationAction,
    ActivationState,
    StepAction,
    StepState,
    Subject,
    VersionState,
    load_checklist,
)
from wardmote.core.domain.events import DutyActivationMoved, DutyStepMoved
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.duty.errors import (
    BadContentError,
    DrillNeededError,
    NotPossibleError,
    ParticipantsNeededError,
    UnknownDutyError,
)
from wardmote.operations.duty.models import (
    Activation,
    ActivationStep,
    Participant,
    Plan,
    PlanVersion,
)
from wardmote.operations.duty.recording import RULE, check, locked, moved, said
from wardmote.operations.duty.selectors.activations import may_take_part
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents import selectors as incidents
from wardmote.operations.journal.services import record
from wardmote.operations.people.selectors import accounts_of
from wardmote.operations.places.selectors import key_places

MINUTE_S = 60.0
MAX_PARTICIPANTS = 200
MAX_LESSONS = 4_000
DUE_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Start:
    """What is activated.

    Attributes:
        code: the id of a call or key place, or the name of an event.
        participants: (staff id, role); whoever starts a drill takes part in it.
        key: made by the sender, 1 to 80 characters; the same key again starts nothing twice.
    """

    plan: str
    subject: Subject
    code: str
    key: str
    drill: bool = False
    participants: Sequence[tuple[str, str]] = ()


def activate(viewer: Viewer, start: Start, *, now_s: float) -> str:
    """Activate the approved version of a plan; returns the activation's id.

    Raises:
        UnknownDutyError: there is no such plan, call or place.
        AccessDeniedError: the viewer does not plan duty there.
        NotPossibleError: no version is approved.
        DrillNeededError: a real plan on a drill call, or a drill on a real call.
        ParticipantsNeededError: a drill with nobody else, or somebody without an account.
    """
    plan = Plan.objects.filter(pk=start.plan).first()
    if plan is None:
        raise UnknownDutyError
    check(viewer, Permission.DUTY_PLAN, plan.area)
    if not 0 < len(start.key) <= 80:
        raise BadContentError(field="key", reason="missing")
    known = Activation.objects.filter(started_by=viewer.staff_id, key=start.key).first()
    if known is not None:
        return known.pk
    _check_subject(viewer, start)
    people = _people(viewer, start)
    try:
        with transaction.atomic():
            locked(Plan, plan.pk)
            version = plan.versions.filter(state=VersionState.APPROVED.value).first()
            if version is None:
                raise NotPossibleError
            row = _make(viewer, start, plan, version, people, now_s)
    except IntegrityError:
        # Sent twice at once, and the other one was first.
        known = Activation.objects.filter(started_by=viewer.staff_id, key=start.key).first()
        if known is None:
            raise
        return known.pk
    return row.pk


def move_step(
    viewer: Viewer,
    activation: str,
    number: int,
    action: StepAction,
    words: str = "",
    *,
    now_s: float,
) -> None:
    """Do, skip (with a reason) or open again a step of what is active.

    Raises:
        UnknownDutyError: there is no such step for this viewer.
        NotPossibleError: the activation has ended, or the step does not stand so.
        WordsNeededError: skipped without a reason.
    """
    with transaction.atomic():
        row = _taking_part(viewer, activation)
        if row.state != ActivationState.ACTIVE.value or action is StepAction.FALL_DUE:
            raise NotPossibleError
        step = row.steps.select_for_update().filter(number=number).first()
        if step is None:
            raise UnknownDutyError
        step.words = said(words, needed=action is StepAction.SKIP)
        _move(row, step, action, viewer.staff_id, now_s)


def stand_down(viewer: Viewer, activation: str, *, now_s: float) -> None:
    """End an activation; what is not done by then stays undone.

    Raises:
        UnknownDutyError: there is none for this viewer.
        AccessDeniedError: the viewer does not plan duty there.
        NotPossibleError: it has ended.
    """
    with transaction.atomic():
        row = _taking_part(viewer, activation)
        check(viewer, Permission.DUTY_PLAN, row.area)
        row.state = moved(
            ACTIVATION_LIFE_CYCLE, ActivationState(row.state), ActivationAction.STAND_DOWN
        ).value
        row.ended_by, row.ended_s = viewer.staff_id, now_s
        row.save()
        _tell(row, ActivationAction.STAND_DOWN, viewer.staff_id, now_s)


def keep_review(viewer: Viewer, activation: str, lessons: str, *, now_s: float) -> None:
    """Write what was learnt, once the activation has ended.

    Raises:
        UnknownDutyError, AccessDeniedError, NotPossibleError: as for its end.
        WordsNeededError: nothing was written.
    """
    with transaction.atomic():
        row = _taking_part(viewer, activation)
        check(viewer, Permission.DUTY_PLAN, row.area)
        row.state = moved(
            ACTIVATION_LIFE_CYCLE, ActivationState(row.state), ActivationAction.REVIEW
        ).value
        row.lessons = said(lessons, needed=True, most=MAX_LESSONS)
        row.reviewed_by, row.reviewed_s = viewer.staff_id, now_s
        row.save()
        _tell(row, ActivationAction.REVIEW, viewer.staff_id, now_s)


def let_steps_fall_due(now_s: float) -> bool:
    """Mark the steps whose time has come; returns whether more are left."""
    waiting = ActivationStep.objects.filter(
        state=StepState.WAITING.value,
        due_s__lt=now_s,
        activation__state=ActivationState.ACTIVE.value,
    ).order_by("due_s", "pk")
    due = list(waiting.values_list("activation_id", "number")[: DUE_AT_ONCE + 1])
    for activation, number in due[:DUE_AT_ONCE]:
        with transaction.atomic():
            row = locked(Activation, activation)
            step = row.steps.select_for_update().get(number=number)
            active = row.state == ActivationState.ACTIVE.value
            if active and step.state == StepState.WAITING.value:
                _move(row, step, StepAction.FALL_DUE, RULE, now_s)
    return len(due) > DUE_AT_ONCE


def _taking_part(viewer: Viewer, activation: str) -> Activation:
    row = locked(Activation, activation)
    if not may_take_part(viewer, row):
        raise UnknownDutyError
    return row


def _check_subject(viewer: Viewer, start: Start) -> None:
    if start.subject is Subject.INCIDENT:
        call = incidents.find_many([start.code]).get(IncidentId(start.code))
        if call is None:
            raise UnknownDutyError
        if not viewer.may(Permission.INCIDENT_VIEW, AreaId(call.area)):
            raise AccessDeniedError("area")
        if call.drill != start.drill:
            raise DrillNeededError
    elif start.subject is Subject.PLACE:
        if start.code not in {row.pk for row in key_places()}:
            raise UnknownDutyError
    elif not 0 < len(start.code.strip()) <= 80:
        raise BadContentError(field="event", reason="missing")


def _people(viewer: Viewer, start: Start) -> list[tuple[str, str]]:
    wanted = [(staff.strip(), role.strip()[:60]) for staff, role in start.participants]
    if len(wanted) > MAX_PARTICIPANTS:
        raise ParticipantsNeededError
    staff = {one for one, _role in wanted}
    if start.drill and not staff - {viewer.staff_id}:
        raise ParticipantsNeededError
    if staff - accounts_of(staff):
        raise ParticipantsNeededError
    if viewer.staff_id not in staff:
        wanted.append((viewer.staff_id, ""))
    return list(dict.fromkeys(wanted))


def _make(
    viewer: Viewer,
    start: Start,
    plan: Plan,
    version: PlanVersion,
    people: list[tuple[str, str]],
    now_s: float,
) -> Activation:
    row = Activation.objects.create(
        id=new_id(now_s),
        version=version,
        area=plan.area,
        subject=start.subject.value,
        subject_code=start.code.strip(),
        drill=start.drill,
        key=start.key,
        started_by=viewer.staff_id,
        started_s=now_s,
    )
    for staff, role in people:
        Participant.objects.create(activation=row, staff_id=staff, role=role)
    for number, step in enumerate(load_checklist(version.content).steps, start=1):
        ActivationStep.objects.create(
            activation=row,
            number=number,
            what_zh=step.what.zh,
            what_en=step.what.en,
            role=step.role,
            due_s=now_s + step.minutes * MINUTE_S,
        )
    _tell(row, None, viewer.staff_id, now_s)
    return row


def _move(
    row: Activation, step: ActivationStep, action: StepAction, actor: str, now_s: float
) -> None:
    after = moved(STEP_LIFE_CYCLE, StepState(step.state), action)
    step.state = after.value
    over = after in STEP_LIFE_CYCLE.final
    step.ended_by, step.ended_s = (actor, now_s) if over else ("", None)
    step.save()
    event = DutyStepMoved(row.pk, step.number, row.drill, action, after)
    record([event], actor=actor, area=AreaId(row.area), now_s=now_s)


def _tell(row: Activation, action: ActivationAction | None, actor: str, now_s: float) -> None:
    event = DutyActivationMoved(
        row.pk,
        row.version.plan_id,
        row.version.number,
        row.drill,
        action,
        ActivationState(row.state),
    )
    record([event], actor=actor, area=AreaId(row.area), now_s=now_s)
