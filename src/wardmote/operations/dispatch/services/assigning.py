"""Sending units: assign, reserve, stack and pre-empt, in one transaction for all units named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import Max

from wardmote.core.domain.assignment import (
    ON_SCENE_STATES,
    AssignmentAction,
    AssignmentState,
)
from wardmote.core.domain.codes import CodeList, is_code
from wardmote.core.domain.dispatch_events import RecommendationOverridden
from wardmote.core.domain.ids import AreaId, AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import IncidentState
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.errors import (
    NoUnitsError,
    OverrideReasonNeededError,
    UnitBusyError,
    UnitOnSceneError,
    UnitUnavailableError,
    UnknownModeError,
)
from wardmote.operations.dispatch.models import (
    ACTIVE,
    LIVING,
    Assignment,
    Override,
    Recommendation,
)
from wardmote.operations.dispatch.recording import bring_into_being, follow, move
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents.errors import IncidentTransitionError
from wardmote.operations.incidents.selectors import IncidentRow
from wardmote.operations.incidents.services import Moment, server_moment
from wardmote.operations.journal.services import record
from wardmote.operations.units import selectors as unit_selectors
from wardmote.operations.units.errors import OffDutyError
from wardmote.operations.units.selectors import UnitRow

MAX_UNITS = 40
MAX_STACK = 20
_TAKES_UNITS = frozenset({IncidentState.ROUTED, IncidentState.IN_PROGRESS, IncidentState.RESOLVED})


class Mode(StrEnum):
    """How units are sent.

    ``preempt`` also takes a unit away from another call unless it is on scene there.
    """

    ASSIGN = "assign"
    RESERVE = "reserve"
    STACK = "stack"
    PREEMPT = "preempt"


@dataclass(frozen=True, slots=True)
class Sent:
    """A unit that was sent, reserved or stacked."""

    assignment: AssignmentId
    unit: UnitId
    state: AssignmentState


def assign(
    viewer: Viewer,
    incident_id: IncidentId,
    units: Sequence[UnitId],
    *,
    now_s: float,
    mode: str = "assign",
    recommendation: str | None = None,
    override_reason: str = "",
) -> tuple[Sent, ...]:
    """Send units to a call: all of them or, on any refusal, none.

    A unit that is sent already stays as it is. Choosing units that the recommendation did not
    choose asks for a reason code.

    Raises:
        AccessDeniedError: the viewer may not dispatch in the call's area or command a unit.
        RefusedError: the call is over, a unit is off duty, busy, unavailable or on scene, or a
            reason is missing.
    """
    if not 0 < len(units) <= MAX_UNITS or len(set(units)) != len(units):
        raise NoUnitsError(limit=MAX_UNITS)
    if mode not in [one.value for one in Mode]:
        raise UnknownModeError(mode=mode)
    with transaction.atomic():
        incident = incident_selectors.lock(incident_id)
        if not viewer.may(Permission.INCIDENT_DISPATCH, AreaId(incident.area)):
            raise AccessDeniedError
        if IncidentState(incident.state) not in _TAKES_UNITS:
            raise IncidentTransitionError(state=incident.state, action="assign")
        rows = {unit: unit_selectors.lock(unit) for unit in sorted(units)}
        for row in rows.values():
            if not unit_selectors.may_command(viewer, row):
                raise AccessDeniedError
        moment = server_moment(viewer.staff_id, now_s)
        _note_override(incident, units, recommendation, override_reason, moment)
        ids = iter(sorted(new_id(now_s) for _ in units))
        return tuple(_send(incident, rows[unit], Mode(mode), next(ids), moment) for unit in units)


def _send(incident: IncidentRow, unit: UnitRow, mode: Mode, new: str, moment: Moment) -> Sent:
    if not unit.on_duty:
        raise OffDutyError(unit=unit.call_sign)
    own = Assignment.objects.filter(incident=incident, unit=unit, state__in=LIVING).first()
    if own is not None and own.state in ACTIVE and own.state != AssignmentState.RESERVED.value:
        return _sent(own)
    if not unit.available:
        raise UnitUnavailableError(unit=unit.call_sign)
    busy = Assignment.objects.filter(unit=unit, state__in=ACTIVE).exclude(incident=incident).first()
    if busy is not None and mode is Mode.PREEMPT:
        preempt(busy, unit, moment)
        busy = None
    if mode is Mode.STACK and busy is not None:
        return _sent(own) if own is not None else _stack(incident, unit, new, moment)
    if busy is not None:
        raise UnitBusyError(unit=unit.call_sign)
    if mode is Mode.RESERVE:
        if own is None:
            own = bring_into_being(new, incident, unit, AssignmentState.RESERVED, moment)
        return _sent(own)
    if own is None:
        return _sent(bring_into_being(new, incident, unit, AssignmentState.ASSIGNED, moment))
    own.incident = incident
    move(own, AssignmentAction.ASSIGN, moment)
    follow(own, AssignmentAction.ASSIGN, moment)
    renumber(unit, moment)
    return _sent(own)


def preempt(busy: Assignment, unit: UnitRow, moment: Moment) -> None:
    """Take a locked unit away from the call it is driving to.

    Raises:
        UnitOnSceneError: it is on scene, from where no unit is taken.
    """
    if AssignmentState(busy.state) in ON_SCENE_STATES:
        raise UnitOnSceneError(unit=unit.call_sign)
    busy.incident = incident_selectors.lock(IncidentId(busy.incident_id))
    action = (
        AssignmentAction.CANCEL
        if busy.state == AssignmentState.RESERVED.value
        else AssignmentAction.PREEMPT
    )
    move(busy, action, moment, reason="higher_priority")
    follow(busy, action, moment)


def _stack(incident: IncidentRow, unit: UnitRow, new: str, moment: Moment) -> Sent:
    stacked = Assignment.objects.filter(unit=unit, state=AssignmentState.STACKED.value)
    last: int = stacked.aggregate(last=Max("queue"))["last"] or 0
    if last >= MAX_STACK:
        raise UnitBusyError(unit=unit.call_sign)
    return _sent(
        bring_into_being(new, incident, unit, AssignmentState.STACKED, moment, queue=last + 1)
    )


def _sent(assignment: Assignment) -> Sent:
    return Sent(
        AssignmentId(assignment.pk), UnitId(assignment.unit_id), AssignmentState(assignment.state)
    )


def promote_next(unit: UnitRow, moment: Moment) -> None:
    """The first call stacked behind a locked unit becomes its job, if the unit can take one."""
    if not (unit.on_duty and unit.available):
        return
    if Assignment.objects.filter(unit=unit, state__in=ACTIVE).exists():
        return
    following = (
        Assignment.objects.filter(unit=unit, state=AssignmentState.STACKED.value)
        .order_by("queue", "pk")
        .first()
    )
    if following is None:
        return
    by_rule = server_moment("rule:stack", moment.now_s)
    following.incident = incident_selectors.lock(IncidentId(following.incident_id))
    move(following, AssignmentAction.ASSIGN, by_rule)
    follow(following, AssignmentAction.ASSIGN, by_rule)
    renumber(unit, by_rule)


def renumber(unit: UnitRow, moment: Moment) -> None:
    """Close the gaps in a locked unit's queue."""
    stacked = Assignment.objects.filter(unit=unit, state=AssignmentState.STACKED.value)
    for queue, assignment in enumerate(stacked.order_by("queue", "pk"), start=1):
        if assignment.queue != queue:
            move(assignment, AssignmentAction.STACK, moment, queue=queue)


def _note_override(
    incident: IncidentRow,
    units: Sequence[UnitId],
    recommendation: str | None,
    reason: str,
    moment: Moment,
) -> None:
    made = Recommendation.objects.filter(incident=incident)
    advice = made.filter(pk=recommendation).first() or made.filter(current=True).first()
    if advice is None or not advice.units:
        return
    already = set(
        Assignment.objects.filter(incident=incident, state__in=LIVING).values_list(
            "unit_id", flat=True
        )
    )
    chosen = [unit for unit in units if unit not in already]
    if set(chosen) <= set(advice.units) and not reason:
        return  # the rest may follow; who holds some back for good says why
    if not is_code(CodeList.OVERRIDE, reason):
        raise OverrideReasonNeededError
    Override.objects.create(
        recommendation=advice,
        units=list(units),
        reason=reason[:40],
        chosen_by=moment.actor,
        chosen_s=moment.now_s,
    )
    payload = RecommendationOverridden(
        IncidentId(incident.pk), advice.pk, tuple(units), reason[:40]
    )
    record([payload], actor=moment.actor, area=AreaId(incident.area), now_s=moment.now_s)
