"""Asking for more units than the first alarm of a run card sends, or for fewer again."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.codes import CodeList, is_code
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.incident import INCIDENT_LIFE_CYCLE, IncidentState
from wardmote.core.domain.incident_events import IncidentAlarmLevel
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.incidents import selectors
from wardmote.operations.incidents.errors import (
    AlarmLevelError,
    IncidentTransitionError,
    ReasonNeededError,
)
from wardmote.operations.incidents.recording import save, server_moment, write


def raise_alarm_level(
    viewer: Viewer,
    incident_id: IncidentId,
    level: int,
    reason: str,
    now_s: float,
) -> bool:
    """Set up to which alarm of its run card a call asks for units; returns whether it changed.

    `level` is from 1 to the number of alarms of the card in force, and may be lower than before.
    `reason` is a code of the list for changes of category and priority.

    Raises:
        UnknownIncidentError: no such call.
        AccessDeniedError: the viewer may not send units there.
        IncidentTransitionError: the call is over.
        AlarmLevelError: the card has no such level.
        ReasonNeededError: the reason is missing or unknown.
    """
    with transaction.atomic():
        incident = selectors.lock(incident_id)
        if not viewer.may(Permission.INCIDENT_DISPATCH, AreaId(incident.area)):
            raise AccessDeniedError
        if IncidentState(incident.state) in INCIDENT_LIFE_CYCLE.final:
            raise IncidentTransitionError(state=incident.state, action="alarm_level")
        highest = selectors.highest_alarm_level(incident, now_s)
        if not 1 <= level <= highest:
            raise AlarmLevelError(highest=highest)
        if level == incident.alarm_level:
            return False
        if not is_code(CodeList.CLASSIFY, reason):
            raise ReasonNeededError
        incident.alarm_level = level
        save(incident, "alarm_level")
        write(
            incident,
            [IncidentAlarmLevel(incident_id, level, reason)],
            server_moment(viewer.staff_id, now_s),
        )
    return True
