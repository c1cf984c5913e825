"""What crews report and dispatchers order about an assignment.

Messages of a phone may be late, repeated or out of order: one for a state that the assignment is
already in or past changes nothing and is answered with the present state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.assignment import STAMP_OF, AssignmentAction, AssignmentState
from wardmote.core.domain.codes import CodeList, is_code
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.errors import (
    RefusalReasonNeededError,
    UnitBusyError,
    UnknownAssignmentError,
)
from wardmote.operations.dispatch.models import ACTIVE, Assignment
from wardmote.operations.dispatch.permitted import may_act
from wardmote.operations.dispatch.recording import follow, keep_late_stamp, move
from wardmote.operations.dispatch.services.assigning import promote_next, renumber
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents.services import Moment
from wardmote.operations.units import selectors as unit_selectors
from wardmote.operations.units.selectors import UnitRow

AHEAD_S = 5.0
"""A device's clock may be this far ahead (<=) and still count."""

_S = AssignmentState
_A = AssignmentAction
_PROGRESS: Mapping[AssignmentState, int] = {
    _S.ASSIGNED: 0,
    _S.ACKNOWLEDGED: 1,
    _S.EN_ROUTE: 2,
    _S.ON_SCENE: 3,
    _S.FEEDBACK: 4,
    _S.CLEARED: 5,
}
_LEADS_TO: Mapping[AssignmentAction, AssignmentState] = {
    _A.ACKNOWLEDGE: _S.ACKNOWLEDGED,
    _A.DEPART: _S.EN_ROUTE,
    _A.ARRIVE: _S.ON_SCENE,
    _A.REPORT: _S.FEEDBACK,
    _A.CLEAR: _S.CLEARED,
}
_WITHDRAWN: Mapping[AssignmentAction, AssignmentState] = {
    _A.REFUSE: _S.REFUSED,
    _A.CANCEL: _S.CANCELLED,
    _A.PREEMPT: _S.PREEMPTED,
}
_NEED_REASON = {
    _A.REFUSE: CodeList.REFUSE,
    _A.CANCEL: CodeList.CANCEL,
    _A.PREEMPT: CodeList.PREEMPT,
}
_FREES = frozenset({_A.CLEAR, _A.CANCEL})


@dataclass(frozen=True, slots=True)
class Acted:
    """Where the assignment stands now; `changed` is false when the message was old news."""

    assignment: AssignmentId
    state: AssignmentState
    changed: bool


def act(
    viewer: Viewer,
    assignment_id: AssignmentId,
    action: AssignmentAction,
    *,
    now_s: float,
    device_s: float | None = None,
    reason: str = "",
) -> Acted:
    """Move an assignment, its call and the unit's queue, in one transaction.

    Args:
        device_s: when the device says it happened. It counts when it lies between the last change
            of the assignment and `AHEAD_S` from now; it is kept in any case.
        reason: code; needed to refuse or cancel. For a report, the feedback code.

    Raises:
        AccessDeniedError: neither crew of the unit nor allowed to act in the call's area.
        RefusedError: no such assignment, not possible now, or a reason is missing.
    """
    with transaction.atomic():
        assignment, unit = _locked(assignment_id)
        if not may_act(viewer, assignment, unit, action):
            raise AccessDeniedError
        moment = _moment(viewer, assignment, now_s, device_s)
        if _is_old_news(assignment, action, moment):
            return Acted(assignment_id, AssignmentState(assignment.state), changed=False)
        if action in _NEED_REASON and not is_code(_NEED_REASON[action], reason):
            raise RefusalReasonNeededError
        if action is _A.ASSIGN:
            _check_free(assignment, unit)
        was_stacked = assignment.state == _S.STACKED.value
        queue = assignment.queue if action is _A.STACK else 0
        move(assignment, action, moment, reason=reason[:40], queue=queue)
        follow(assignment, action, moment)
        if was_stacked:
            renumber(unit, moment)
        if action in _FREES:
            promote_next(unit, moment)
        return Acted(assignment_id, AssignmentState(assignment.state), changed=True)


def _locked(assignment_id: AssignmentId) -> tuple[Assignment, UnitRow]:
    """The assignment with its call and unit, locked in the order that all services keep."""
    known = Assignment.objects.filter(pk=assignment_id).first()
    if known is None:
        raise UnknownAssignmentError
    incident = incident_selectors.lock(IncidentId(known.incident_id))
    unit = unit_selectors.lock(UnitId(known.unit_id))
    assignment = Assignment.objects.select_for_update().get(pk=assignment_id)
    assignment.incident = incident
    return assignment, unit


def _moment(viewer: Viewer, assignment: Assignment, now_s: float, device_s: float | None) -> Moment:
    if device_s is not None and assignment.since_s <= device_s <= now_s + AHEAD_S:
        return Moment(viewer.staff_id, now_s, device_s, device_s, "device")
    return Moment(viewer.staff_id, now_s, now_s, device_s, "server")


def _is_old_news(assignment: Assignment, action: AssignmentAction, moment: Moment) -> bool:
    state = AssignmentState(assignment.state)
    if action in _WITHDRAWN:
        return state is _WITHDRAWN[action]
    if action is _A.ASSIGN:
        return state in _PROGRESS
    if action not in _LEADS_TO or state not in _PROGRESS:
        return False
    target = _LEADS_TO[action]
    if _PROGRESS[target] > _PROGRESS[state]:
        return False
    if target is _S.FEEDBACK and state is _S.FEEDBACK:
        # A further report is news; one as old as the last, or older, is that one again.
        told_s = moment.device_s
        return told_s is not None and (moment.clock == "server" or told_s == assignment.since_s)
    keep_late_stamp(assignment, STAMP_OF[target], _as_told(assignment, moment))
    return True


def _as_told(assignment: Assignment, moment: Moment) -> Moment:
    """A late message's own time, if it can be true; such a time never moves the assignment."""
    device_s = moment.device_s
    if device_s is None or not assignment.created_s <= device_s <= moment.now_s + AHEAD_S:
        return moment
    return Moment(moment.actor, moment.now_s, device_s, device_s, "device")


def _check_free(assignment: Assignment, unit: UnitRow) -> None:
    busy = Assignment.objects.filter(unit=unit, state__in=ACTIVE).exclude(pk=assignment.pk)
    if busy.exists():
        raise UnitBusyError(unit=unit.call_sign)
