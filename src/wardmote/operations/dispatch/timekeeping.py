"""Timers of a worker: which alarms are due, which are over, and when to look again."""

from __future__ import annotations

import functools
from collections.abc import Callable

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.dispatch_events import AlarmEnded, AssignmentMoved
from wardmote.core.domain.events import Event
from wardmote.core.domain.ids import AreaId, AssignmentId, IncidentId
from wardmote.core.domain.incident_events import IncidentMoved
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.picture import OperationalPicture
from wardmote.core.policies.ageing import REASON, Ageing, priorities_to_raise, raise_due_s
from wardmote.core.policies.timers import (
    SHIPPED_TIMERS,
    Level,
    TimerRules,
    check_timers,
    scaled,
)
from wardmote.operations.dispatch import services
from wardmote.operations.dispatch.models import Alarm
from wardmote.operations.incidents import services as incidents
from wardmote.operations.places.selectors import area_rule
from wardmote.operations.refusals import RefusedError

AT_ONCE = 4
"""So many alarms are raised, ended, or priorities raised before looking at the journal again."""

_About = tuple[str, IncidentId, AssignmentId | None]
AGEING_VIEWER = Viewer("rule:ageing", (RoleInArea(Role.DISPATCHER, EVERYWHERE),))
"""Waiting calls go up in priority by this rule, wherever they are."""


class Timekeeper:
    """Knows which alarms a person has answered while their cause lasts."""

    def __init__(self, rules: TimerRules = SHIPPED_TIMERS, ageing: Ageing | None = None) -> None:
        self._rules = rules
        self._ageing = ageing or Ageing()
        self._answered: dict[_About, str] = {}

    def begin(self, picture: OperationalPicture) -> None:
        """Learn from the rows which alarms were answered since their cause began."""
        self._answered.clear()
        for alarm in Alarm.objects.filter(
            end_reason="answered", incident_id__in=list(picture.incidents)
        ).order_by("ended_s"):
            call = picture.incidents[IncidentId(alarm.incident_id)]
            assignment = None
            since_s: float | None = call.since_s
            if alarm.assignment_id is not None:
                assignment = AssignmentId(alarm.assignment_id)
                known = picture.assignments.get(assignment)
                since_s = None if known is None else known.since_s
            if since_s is not None and alarm.raised_s >= since_s:
                self._answered[(alarm.timer, call.incident, assignment)] = alarm.level

    def notice(self, before: OperationalPicture, event: Event) -> None:
        """Remember answers, and forget them when the assignment or the call moves on."""
        payload = event.payload
        if isinstance(payload, AlarmEnded) and payload.reason == "answered":
            alarm = before.alarms.get(payload.alarm)
            if alarm is not None:
                self._answered[(alarm.timer, alarm.incident, alarm.assignment)] = alarm.level
        elif isinstance(payload, AssignmentMoved):
            self._forget(lambda about: about[2] == payload.assignment)
        elif isinstance(payload, IncidentMoved):
            self._forget(lambda about: about[1] == payload.incident and about[2] is None)

    def _forget(self, moved_on: Callable[[_About], bool]) -> None:
        for about in [one for one in self._answered if moved_on(one)]:
            del self._answered[about]

    def check(
        self, picture: OperationalPicture, now_s: float, *, mine: Callable[[AreaId], bool]
    ) -> float | None:
        """Raise and end what is due in this worker's area; returns when to look again.

        Of many that are due together only `AT_ONCE` of each kind are done, so that a call that
        comes in meanwhile waits for few; then it is time to look again now.
        """
        answered = [(*about, level) for about, level in self._answered.items()]
        verdict = check_timers(lambda area: self._rules_of(area, now_s), picture, now_s, answered)
        to_end = [one for one in verdict.to_end if mine(picture.incidents[one[0].incident].area)]
        to_raise = [
            one for one in verdict.to_raise if mine(picture.incidents[one[0].incident].area)
        ]
        for alarm, reason in to_end[:AT_ONCE]:
            services.end_alarm_by_rule(alarm.alarm, reason=reason, now_s=now_s)
        for timer, level in to_raise[:AT_ONCE]:
            services.raise_alarm(
                services.NewAlarm(
                    timer.timer.value,
                    Level(level).value,
                    timer.incident,
                    timer.assignment,
                    timer.unit,
                ),
                now_s=now_s,
            )
        if len(to_end) > AT_ONCE or len(to_raise) > AT_ONCE:
            return now_s
        return earliest(verdict.next_s, self._let_age(picture, now_s, mine))

    def _rules_of(self, area: AreaId, now_s: float) -> TimerRules:
        """The timers in an area, shortened where a duty level in force says so."""
        rule = area_rule(area, now_s)
        return self._rules if rule is None else _scaled(self._rules, rule.timers_percent)

    def _let_age(
        self, picture: OperationalPicture, now_s: float, mine: Callable[[AreaId], bool]
    ) -> float | None:
        due_now = [
            one
            for one in priorities_to_raise(self._ageing, picture, now_s)
            if mine(picture.incidents[one.incident].area)
        ]
        for one in due_now[:AT_ONCE]:
            try:
                incidents.reclassify(
                    AGEING_VIEWER,
                    one.incident,
                    priority=one.after,
                    reason=REASON,
                    now_s=now_s,
                    by_rule=True,
                )
            except RefusedError:
                continue  # the call moved on meanwhile; its event is on the way
        if len(due_now) > AT_ONCE:
            return now_s
        due = [raise_due_s(self._ageing, picture, call) for call in picture.incidents.values()]
        return min((at_s for at_s in due if at_s is not None and at_s > now_s), default=None)


_scaled = functools.lru_cache(maxsize=64)(scaled)


def earliest(*moments: float | None) -> float | None:
    """The first of the moments that are; None when none is."""
    return min((one for one in moments if one is not None), default=None)
