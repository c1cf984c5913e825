"""Ending and linking calls, which ends their assignments and alarms in the same transaction."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.assignment import (
    ON_SCENE_STATES,
    AssignmentAction,
    AssignmentState,
)
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import INCIDENT_LIFE_CYCLE, IncidentAction, IncidentState
from wardmote.core.domain.permissions import Viewer
from wardmote.operations.dispatch.models import LIVING, Alarm, Assignment
from wardmote.operations.dispatch.recording import move
from wardmote.operations.dispatch.services.alarms import end_alarm
from wardmote.operations.dispatch.services.assigning import promote_next, renumber
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents import services as incidents
from wardmote.operations.incidents.selectors import IncidentRow
from wardmote.operations.incidents.services import Moment, server_moment
from wardmote.operations.units import selectors as unit_selectors
from wardmote.operations.units.selectors import UnitRow


def act_on_call(
    viewer: Viewer,
    incident_id: IncidentId,
    action: IncidentAction,
    *,
    now_s: float,
    reason: str = "",
    disposition: str | None = None,
    expected_version: int | None = None,
) -> IncidentState:
    """Resolve, close, cancel or reopen a call; returns where it stands.

    Units on scene are cleared, units on their way are called off, what they had queued follows.
    Repeating an action that has been done changes nothing.

    Raises:
        AccessDeniedError: the viewer may not edit the call.
        RefusedError: no such call, not possible now, or a reason or disposition is missing.
    """
    with transaction.atomic():
        incident = incident_selectors.lock(incident_id)
        done = _DONE.get(action)
        if done is not None and incident.state == done.value:
            incidents.check_may_edit(viewer, incident)
            return done
        incidents.check_action(
            viewer,
            incident,
            action,
            reason=reason,
            disposition=disposition,
            expected_version=expected_version,
        )
        moment = server_moment(viewer.staff_id, now_s)
        freed: list[UnitRow] = []
        if action is not IncidentAction.REOPEN:
            freed = _end_assignments(incident, moment)
        if _ends(incident, action):
            _end_alarms(incident, moment)
        incidents.advance_call(incident, action, moment, reason=reason, disposition=disposition)
        for unit in freed:
            promote_next(unit, moment)
        return IncidentState(incident.state)


_DONE = {
    IncidentAction.RESOLVE: IncidentState.RESOLVED,
    IncidentAction.CLOSE: IncidentState.CLOSED,
    IncidentAction.CANCEL: IncidentState.CANCELLED,
}


def _ends(incident: IncidentRow, action: IncidentAction) -> bool:
    after = INCIDENT_LIFE_CYCLE.next_state(IncidentState(incident.state), action)
    return after in INCIDENT_LIFE_CYCLE.final


def link_calls(
    viewer: Viewer, incident_id: IncidentId, primary_id: IncidentId, *, now_s: float
) -> None:
    """Say that a call reports the same thing as `primary_id`; its own units are called off.

    Raises:
        AccessDeniedError: the viewer may not edit both calls.
        RefusedError: one is unknown, or they cannot be linked.
    """
    with transaction.atomic():
        incident, primary = incidents.lock_pair(viewer, incident_id, primary_id)
        if incident.primary_id == primary.pk:
            return
        incidents.check_link(incident, primary)
        moment = server_moment(viewer.staff_id, now_s)
        freed = _end_assignments(incident, moment)
        _end_alarms(incident, moment)
        incidents.write_link(incident, primary, moment)
        for unit in freed:
            promote_next(unit, moment)


def unlink_calls(
    viewer: Viewer, incident_id: IncidentId, primary_id: IncidentId, *, now_s: float
) -> None:
    """Take a link back; the call waits again.

    Raises:
        AccessDeniedError: the viewer may not edit both calls.
        RefusedError: one is unknown, or there is no such link.
    """
    with transaction.atomic():
        incident, primary = incidents.lock_pair(viewer, incident_id, primary_id)
        incidents.write_unlink(incident, primary, server_moment(viewer.staff_id, now_s))


def _end_assignments(incident: IncidentRow, moment: Moment) -> list[UnitRow]:
    """End every assignment of a locked call; returns the units, locked."""
    units: list[UnitRow] = []
    for assignment in Assignment.objects.filter(incident=incident, state__in=LIVING):
        assignment.incident = incident
        unit = unit_selectors.lock(UnitId(assignment.unit_id))
        state = AssignmentState(assignment.state)
        if state in ON_SCENE_STATES:
            move(assignment, AssignmentAction.CLEAR, moment)
        else:
            move(assignment, AssignmentAction.CANCEL, moment, reason="call_ended")
        if state is AssignmentState.STACKED:
            renumber(unit, moment)
        units.append(unit)
    return units


def _end_alarms(incident: IncidentRow, moment: Moment) -> None:
    for alarm in Alarm.objects.filter(incident=incident, ended_s=None).order_by("pk"):
        end_alarm(alarm, moment, "cause_gone")
