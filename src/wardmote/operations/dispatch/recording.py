"""Writing what happens to an assignment: row, time stamps, journal, and its call."""

from __future__ import annotations

from wardmote.core.domain.assignment import (
    ACTIVE_STATES,
    ASSIGNMENT_LIFE_CYCLE,
    STAMP_OF,
    AssignmentAction,
    AssignmentState,
)
from wardmote.core.domain.dispatch_events import AssignmentMoved
from wardmote.core.domain.ids import AreaId, AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime, IncidentAction, IncidentState
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.operations.dispatch.errors import AssignmentTransitionError
from wardmote.operations.dispatch.models import Assignment, AssignmentTime
from wardmote.operations.incidents import services as incidents
from wardmote.operations.incidents.selectors import IncidentRow
from wardmote.operations.incidents.services import Moment
from wardmote.operations.journal.services import record
from wardmote.operations.units.selectors import UnitRow

SENT = frozenset(ACTIVE_STATES - {AssignmentState.RESERVED})
"""States in which the unit has been told to go."""

_STARTS = frozenset({IncidentState.ROUTED, IncidentState.RESOLVED})


def bring_into_being(
    assignment_id: str,
    incident: IncidentRow,
    unit: UnitRow,
    state: AssignmentState,
    moment: Moment,
    *,
    queue: int = 0,
) -> Assignment:
    """A new assignment of a locked unit to a locked call."""
    assignment = Assignment.objects.create(
        id=assignment_id,
        incident=incident,
        unit=unit,
        state=state.value,
        queue=queue,
        since_s=moment.at_s,
        created_s=moment.now_s,
    )
    _write(assignment, None, state, moment)
    if state is AssignmentState.ASSIGNED:
        _start(incident, moment)
    return assignment


def move(
    assignment: Assignment,
    action: AssignmentAction,
    moment: Moment,
    *,
    reason: str = "",
    queue: int = 0,
) -> None:
    """Move a locked assignment through its life cycle; its call is left to `follow`.

    Raises:
        AssignmentTransitionError: the action is not possible now.
    """
    before = AssignmentState(assignment.state)
    try:
        after = ASSIGNMENT_LIFE_CYCLE.next_state(before, action)
    except TransitionRefusedError as error:
        raise AssignmentTransitionError(state=before.value, action=action.value) from error
    assignment.state = after.value
    assignment.queue = queue
    assignment.reason = reason
    assignment.since_s = moment.at_s
    assignment.save(update_fields=["state", "queue", "reason", "since_s"])
    _write(assignment, action, after, moment)


def follow(assignment: Assignment, action: AssignmentAction, moment: Moment) -> None:
    """What a move means for the call: time stamps, start, stand-down, resolution."""
    incident = assignment.incident
    state = AssignmentState(assignment.state)
    if state is AssignmentState.ASSIGNED:
        _start(incident, moment)
    elif state in SENT:
        incidents.stamp_call(incident, STAMP_OF[state], moment)
    elif state in ASSIGNMENT_LIFE_CYCLE.final:
        _left_by(incident, action, moment)


def keep_late_stamp(assignment: Assignment, kind: FieldTime, moment: Moment) -> bool:
    """Keep a time that came in after the assignment had moved on; returns whether it was new."""
    if moment.device_s is None or assignment.times.filter(stamp=kind.value).exists():
        return False
    _stamp(assignment, kind, moment, late=True)
    incidents.stamp_call(assignment.incident, kind, moment)
    return True


def _start(incident: IncidentRow, moment: Moment) -> None:
    incidents.stamp_call(incident, FieldTime.ASSIGNED, moment)
    if IncidentState(incident.state) in _STARTS:
        incidents.advance_call(incident, IncidentAction.START, moment)


def _left_by(incident: IncidentRow, action: AssignmentAction, moment: Moment) -> None:
    """The call waits again, or is resolved, when the last unit sent has left it."""
    if IncidentState(incident.state) is not IncidentState.IN_PROGRESS:
        return
    others = Assignment.objects.filter(incident=incident)
    if others.filter(state__in=[state.value for state in SENT]).exists():
        return
    dealt_with = (
        action is AssignmentAction.CLEAR
        or others.filter(state=AssignmentState.CLEARED.value).exists()
    )
    incidents.advance_call(
        incident, IncidentAction.RESOLVE if dealt_with else IncidentAction.STAND_DOWN, moment
    )


def _write(
    assignment: Assignment,
    action: AssignmentAction | None,
    after: AssignmentState,
    moment: Moment,
) -> None:
    kind = STAMP_OF.get(after)
    if kind is not None and not assignment.times.filter(stamp=kind.value).exists():
        _stamp(assignment, kind, moment, late=False)
    payload = AssignmentMoved(
        assignment=AssignmentId(assignment.pk),
        incident=IncidentId(assignment.incident_id),
        unit=UnitId(assignment.unit_id),
        action=action,
        after=after,
        queue=assignment.queue,
        reason=assignment.reason,
        device_s=moment.device_s,
    )
    record(
        [payload],
        actor=moment.actor,
        area=AreaId(assignment.incident.area),
        now_s=moment.now_s,
        occurred_s=moment.at_s,
    )


def _stamp(assignment: Assignment, kind: FieldTime, moment: Moment, *, late: bool) -> None:
    AssignmentTime.objects.create(
        assignment=assignment,
        stamp=kind.value,
        at_s=moment.at_s,
        device_s=moment.device_s,
        recorded_s=moment.now_s,
        clock=moment.clock,
        late=late,
    )
