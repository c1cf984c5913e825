"""Activating a plan, really or as a drill: steps with times, ended, and looked back on.

A drill is this same code: the row says that it is one. It is seen and moved by its participants
alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.db import IntegrityError, transaction

from wardmote.core.domain.contingency import (
    ACTIVATION_LIFE_CYCLE,
    STEP_LIFE_CYCLE,
    ActivationAction,
    ActivationState,
    OfferState,
    StepAction,
    StepState,
    Subject,
    VersionState,
    load_checklist,
)
from wardmote.core.domain.duty_events import (
    DutyActivationMoved,
    DutyParticipantAdded,
    DutyStepMoved,
)
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.duty.errors import (
    BadContentError,
    DrillNeededError,
    KeyReusedError,
    NotPossibleError,
    ParticipantsNeededError,
    RoleOfStepError,
    UnknownDutyError,
)
from wardmote.operations.duty.models import (
    Activation,
    ActivationStep,
    Offer,
    Participant,
    Plan,
    PlanVersion,
)
from wardmote.operations.duty.near import may_name
from wardmote.operations.duty.recording import RULE, check, locked, moved, said
from wardmote.operations.duty.selectors.activations import may_mark, may_take_part
from wardmote.operations.duty.services.offers import take_offers
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents import selectors as incidents
from wardmote.operations.journal.services import record
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
        ParticipantsNeededError: a drill with nobody else, or somebody whom the viewer may not
            name.
        KeyReusedError: the viewer started something else with this key.
    """
    plan = Plan.objects.filter(pk=start.plan).first()
    if plan is None:
        raise UnknownDutyError
    check(viewer, Permission.DUTY_PLAN, plan.area)
    if not 0 < len(start.key) <= 80:
        raise BadContentError(field="key", reason="missing")
    known = _started_before(viewer, start)
    if known is not None:
        return known
    _check_subject(viewer, start)
    people = _people(viewer, start, now_s)
    try:
        with transaction.atomic():
            locked(Plan, plan.pk)
            version = plan.versions.filter(state=VersionState.APPROVED.value).first()
            if version is None:
                raise NotPossibleError
            row = _make(viewer, start, plan, version, people, now_s)
            take_offers(row, now_s)
    except IntegrityError:
        # Sent twice at once, and the other one was first.
        known = _started_before(viewer, start)
        if known is None:
            raise
        return known
    return row.pk


def _started_before(viewer: Viewer, start: Start) -> str | None:
    rows = Activation.objects.filter(started_by=viewer.staff_id, key=start.key)
    known = rows.select_related("version").first()
    if known is None:
        return None
    before = (known.version.plan_id, known.subject, known.subject_code, known.drill)
    if before != (start.plan, start.subject.value, start.code.strip(), start.drill):
        raise KeyReusedError
    return str(known.pk)


def take_offer(viewer: Viewer, offer: str, *, now_s: float) -> str:
    """Activate the plan that is offered, with one tap; returns the activation's id.

    Raises:
        UnknownDutyError: there is no such offer. NotPossibleError: somebody was faster.
        ParticipantsNeededError: it is for a drill call, whose participants are to be named.
        AccessDeniedError: as for `activate`.
    """
    with transaction.atomic():
        row = locked(Offer, offer)
        check(viewer, Permission.DUTY_PLAN, row.plan.area)
        if row.state != OfferState.OFFERED.value:
            raise NotPossibleError
        start = Start(row.plan_id, Subject(row.subject), row.subject_code, row.pk, row.drill)
        return activate(viewer, start, now_s=now_s)


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
        RoleOfStepError: it is for another role of the plan than those of the viewer.
        WordsNeededError: skipped without a reason.
    """
    with transaction.atomic():
        row = _taking_part(viewer, activation)
        if row.state != ActivationState.ACTIVE.value or action is StepAction.FALL_DUE:
            raise NotPossibleError
        step = row.steps.select_for_update().filter(number=number).first()
        if step is None:
            raise UnknownDutyError
        if not may_mark(viewer, row, step):
            raise RoleOfStepError(role=step.role)
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


def keep_review(
    viewer: Viewer,
    activation: str,
    lessons: str,
    why: Mapping[int, str] = MappingProxyType({}),
    *,
    now_s: float,
) -> None:
    """Write what was learnt, once the activation has ended.

    Args:
        why: by number, why a step was late, skipped or missed; others are passed over.

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
        for step in row.steps.filter(number__in=[one for one, words in why.items() if words]):
            step.why = said(why[step.number])
            step.save(update_fields=["why"])
        _tell(row, ActivationAction.REVIEW, viewer.staff_id, now_s)


def add_participant(
    viewer: Viewer, activation: str, staff: str, role: str = "", *, now_s: float
) -> None:
    """Let somebody else take part in what is active; twice changes nothing.

    Raises:
        UnknownDutyError, AccessDeniedError, NotPossibleError: as for its end.
        ParticipantsNeededError: the viewer may name nobody by this number.
    """
    with transaction.atomic():
        row = _taking_part(viewer, activation)
        check(viewer, Permission.DUTY_PLAN, row.area)
        if row.state != ActivationState.ACTIVE.value:
            raise NotPossibleError
        if not may_name(viewer, [staff], now_s) or row.participants.count() >= MAX_PARTICIPANTS:
            raise ParticipantsNeededError
        _one, made = Participant.objects.get_or_create(
            activation=row, staff_id=staff, role=role.strip()[:60]
        )
        if made:
            event = DutyParticipantAdded(row.pk, staff, row.drill)
            record([event], actor=viewer.staff_id, area=AreaId(row.area), now_s=now_s)


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


def _people(viewer: Viewer, start: Start, now_s: float) -> list[tuple[str, str]]:
    wanted = [(staff.strip(), role.strip()[:60]) for staff, role in start.participants]
    if len(wanted) > MAX_PARTICIPANTS:
        raise ParticipantsNeededError
    staff = {one for one, _role in wanted}
    if start.drill and not staff - {viewer.staff_id}:
        raise ParticipantsNeededError
    if not may_name(viewer, staff, now_s):
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
