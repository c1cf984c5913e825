"""Alarms: raised by timers, answered by people, ended when their cause goes away."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.dispatch_events import AlarmEnded, AlarmRaised
from wardmote.core.domain.ids import AreaId, AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import INCIDENT_LIFE_CYCLE
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch.errors import UnknownAlarmError
from wardmote.operations.dispatch.models import Alarm
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents.services import Moment, server_moment
from wardmote.operations.journal.services import record
from wardmote.operations.journal.statements import Reading, insert

TIMER_ACTOR = "rule:timers"
_STANDING = Reading(
    Alarm,
    "{incident_id} = %s AND {ended_s} IS NULL",
    only=("assignment_id", "timer", "level"),
)


@dataclass(frozen=True, slots=True)
class NewAlarm:
    """A timer that ran out.

    Attributes:
        timer: code of the timer.
        level: ``warn`` or ``alarm``.
    """

    timer: str
    level: str
    incident: IncidentId
    assignment: AssignmentId | None = None
    unit: UnitId | None = None


def raise_alarm(new: NewAlarm, *, now_s: float) -> str | None:
    """Raise an alarm by the rule; None when the call is over or the same one stands already."""
    with transaction.atomic():
        call = incident_selectors.lock_standing(new.incident)
        if call is None or call.state in INCIDENT_LIFE_CYCLE.final:
            return None
        if (new.assignment, new.timer, new.level) in _STANDING.rows(new.incident):
            return None
        alarm = Alarm(
            id=new_id(now_s),
            timer=new.timer,
            level=new.level,
            incident_id=new.incident,
            assignment_id=new.assignment,
            unit_id=new.unit,
            raised_s=now_s,
        )
        insert(alarm)
        payload = AlarmRaised(
            alarm.pk, new.timer, new.level, new.incident, new.assignment, new.unit
        )
        record([payload], actor=TIMER_ACTOR, area=call.area, now_s=now_s)
        return str(alarm.pk)


def answer_alarm(viewer: Viewer, alarm_id: str, *, now_s: float) -> None:
    """A person has seen the alarm and sees to it.

    Raises:
        UnknownAlarmError: it is over or never was.
        AccessDeniedError: the viewer may not answer alarms there.
    """
    with transaction.atomic():
        alarm = _standing(alarm_id)
        if not viewer.may(Permission.ALARM_ANSWER, AreaId(alarm.incident.area)):
            raise AccessDeniedError
        end_alarm(alarm, server_moment(viewer.staff_id, now_s), "answered")


def end_alarm_by_rule(alarm_id: str, *, now_s: float, reason: str = "cause_gone") -> bool:
    """End an alarm whose cause went away; returns whether it still stood."""
    with transaction.atomic():
        try:
            alarm = _standing(alarm_id)
        except UnknownAlarmError:
            return False
        end_alarm(alarm, server_moment(TIMER_ACTOR, now_s), reason)
        return True


def _standing(alarm_id: str) -> Alarm:
    known = Alarm.objects.filter(pk=alarm_id).first()
    if known is None:
        raise UnknownAlarmError
    incident = incident_selectors.lock(IncidentId(known.incident_id))
    alarm = Alarm.objects.select_for_update().filter(pk=alarm_id, ended_s=None).first()
    if alarm is None:
        raise UnknownAlarmError
    alarm.incident = incident
    return alarm


def end_alarm(alarm: Alarm, moment: Moment, reason: str) -> None:
    """End a standing alarm of a locked call."""
    alarm.ended_s = moment.now_s
    alarm.ended_by = moment.actor
    alarm.end_reason = reason
    alarm.save(update_fields=["ended_s", "ended_by", "end_reason"])
    payload = AlarmEnded(alarm.pk, IncidentId(alarm.incident_id), reason)
    record([payload], actor=moment.actor, area=AreaId(alarm.incident.area), now_s=moment.now_s)
