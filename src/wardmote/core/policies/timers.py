"""Timers: what has waited too long in its state, who must know, and when to look again.

A timer warns, then alarms. Which timer runs follows from the picture alone, so the answer can be
recomputed at any moment and after any restart. Raising and ending is the driver's work; this
says what to raise and what to end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from wardmote.core.domain.assignment import AssignmentState
from wardmote.core.domain.ids import AreaId, AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import IncidentState, Priority
from wardmote.core.domain.picture import (
    KnownAlarm,
    KnownAssignment,
    KnownIncident,
    OperationalPicture,
)
from wardmote.core.domain.plain import InvalidDataError


class Timer(StrEnum):
    """What is timed."""

    UNROUTED = "unrouted"
    UNASSIGNED = "unassigned"
    UNACKNOWLEDGED = "unacknowledged"
    NOT_MOVING = "not_moving"
    LATE = "late"
    NO_FEEDBACK = "no_feedback"
    WELFARE = "welfare"
    UNCLOSED = "unclosed"


class Level(StrEnum):
    """How grave."""

    WARN = "warn"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class TimerRule:
    """One timer for some priorities.

    Attributes:
        priorities: empty means any; the first rule of a timer that matches is used.
        warn_s, alarm_s: after how long (>=) in the state; warn_s <= alarm_s.
    """

    timer: Timer
    warn_s: float
    alarm_s: float
    priorities: frozenset[Priority] = frozenset()


@dataclass(frozen=True, slots=True)
class TimerRules:
    """A version of the timers.

    Raises:
        InvalidDataError: a limit is not positive or the warning comes after the alarm.
    """

    version: str
    rules: tuple[TimerRule, ...]

    def __post_init__(self) -> None:
        for row, rule in enumerate(self.rules):
            if not 0 < rule.warn_s <= rule.alarm_s:
                raise InvalidDataError(f"rules[{row}].warn_s", "out_of_range", found=rule.warn_s)

    def rule_for(self, timer: Timer, priority: Priority) -> TimerRule | None:
        """The rule of a timer for a priority; None when it is not timed."""
        for rule in self.rules:
            if rule.timer is timer and (not rule.priorities or priority in rule.priorities):
                return rule
        return None


_P = Priority

SHIPPED_TIMERS = TimerRules(
    "timers/1",
    (
        TimerRule(Timer.UNROUTED, 60.0, 180.0),
        TimerRule(Timer.UNASSIGNED, 30.0, 60.0, frozenset({_P.EMERGENCY})),
        TimerRule(Timer.UNASSIGNED, 60.0, 180.0, frozenset({_P.URGENT})),
        TimerRule(Timer.UNASSIGNED, 900.0, 1_800.0, frozenset({_P.ROUTINE})),
        TimerRule(Timer.UNASSIGNED, 3_600.0, 7_200.0, frozenset({_P.DEFERRED})),
        TimerRule(Timer.UNACKNOWLEDGED, 30.0, 60.0, frozenset({_P.EMERGENCY, _P.URGENT})),
        TimerRule(Timer.UNACKNOWLEDGED, 60.0, 180.0),
        TimerRule(Timer.NOT_MOVING, 60.0, 120.0, frozenset({_P.EMERGENCY, _P.URGENT})),
        TimerRule(Timer.NOT_MOVING, 300.0, 600.0),
        TimerRule(Timer.LATE, 300.0, 600.0, frozenset({_P.EMERGENCY})),
        TimerRule(Timer.LATE, 600.0, 1_200.0),
        TimerRule(Timer.NO_FEEDBACK, 900.0, 1_800.0),
        TimerRule(Timer.WELFARE, 600.0, 900.0, frozenset({_P.EMERGENCY})),
        TimerRule(Timer.WELFARE, 1_200.0, 1_800.0),
        TimerRule(Timer.UNCLOSED, 3_600.0, 14_400.0),
    ),
)
"""A dispatch that nobody acknowledges escalates to an alarm in 60 s when urgent, else 180 s."""

RulesOfArea = Callable[[AreaId], TimerRules]
"""The timers that hold in an area: a duty level may shorten them."""


def scaled(rules: TimerRules, percent: int) -> TimerRules:
    """Timers that give `percent` of the time; 100 gives the same rules.

    Raises:
        InvalidDataError: a limit would not be positive.
    """
    if percent == 100:
        return rules
    part = percent / 100
    return TimerRules(
        f"{rules.version} x{percent}%",
        tuple(
            replace(rule, warn_s=rule.warn_s * part, alarm_s=rule.alarm_s * part)
            for rule in rules.rules
        ),
    )


_ASSIGNMENT_TIMERS: dict[AssignmentState, tuple[Timer, ...]] = {
    AssignmentState.ASSIGNED: (Timer.UNACKNOWLEDGED,),
    AssignmentState.ACKNOWLEDGED: (Timer.NOT_MOVING,),
    AssignmentState.EN_ROUTE: (Timer.LATE,),
    AssignmentState.ON_SCENE: (Timer.NO_FEEDBACK, Timer.WELFARE),
    AssignmentState.FEEDBACK: (Timer.WELFARE,),
}
_NEEDS_A_UNIT = "nearest_unit"


@dataclass(frozen=True, slots=True)
class Running:
    """A timer that runs, and when it warns and alarms, seconds UTC."""

    timer: Timer
    incident: IncidentId
    assignment: AssignmentId | None
    unit: UnitId | None
    warn_at_s: float
    alarm_at_s: float

    @property
    def key(self) -> tuple[str, IncidentId, AssignmentId | None]:
        """What it is about; there is at most one alarm about it."""
        return (self.timer.value, self.incident, self.assignment)

    def level_at(self, now_s: float) -> Level | None:
        """The level that is due; None before the warning. Limits are inclusive."""
        if now_s >= self.alarm_at_s:
            return Level.ALARM
        return Level.WARN if now_s >= self.warn_at_s else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about the clocks.

    Attributes:
        to_raise: alarms to raise, each with its level; one that stands as a warning and is due as
            an alarm is raised anew (and the warning ended).
        to_end: alarms that stand but whose cause is gone, with the reason code.
        next_s: when to look again if nothing happens; None when no clock runs.
    """

    to_raise: tuple[tuple[Running, Level], ...]
    to_end: tuple[tuple[KnownAlarm, str], ...]
    next_s: float | None


def check_timers(
    rules: TimerRules | RulesOfArea,
    picture: OperationalPicture,
    now_s: float,
    answered: Iterable[tuple[str, IncidentId, AssignmentId | None, str]] = (),
) -> Verdict:
    """What to raise and what to end at a moment.

    Args:
        rules: the same everywhere, or by the area of the call.
        answered: (timer, incident, assignment, level) of alarms that a person has answered while
            the cause lasts; they are not raised again at that level or below. A driver forgets
            them when the assignment or call moves on.
    """
    running = {timer.key: timer for timer in running_timers(rules, picture)}
    quiet = {(timer, call, one): Level(level) for timer, call, one, level in answered}
    standing: dict[tuple[str, IncidentId, AssignmentId | None], list[KnownAlarm]] = {}
    for key in sorted(picture.alarms):
        alarm = picture.alarms[key]
        standing.setdefault((alarm.timer, alarm.incident, alarm.assignment), []).append(alarm)
    to_raise: list[tuple[Running, Level]] = []
    to_end: list[tuple[KnownAlarm, str]] = []
    for about, alarms in standing.items():
        timer = running.get(about)
        due = None if timer is None else timer.level_at(now_s)
        for alarm in alarms:
            if due is None:
                to_end.append((alarm, "cause_gone"))
            elif due is Level.ALARM and alarm.level == Level.WARN:
                to_end.append((alarm, "raised_to_alarm"))
    for about, timer in running.items():
        due = timer.level_at(now_s)
        levels = {alarm.level for alarm in standing.get(about, ())}
        if due is None or due in levels or Level.ALARM in levels:
            continue
        if quiet.get(about) in (due, Level.ALARM):
            continue
        to_raise.append((timer, due))
    return Verdict(tuple(to_raise), tuple(to_end), _next_s(running.values(), now_s))


def _next_s(running: Iterable[Running], now_s: float) -> float | None:
    coming = [
        at_s for timer in running for at_s in (timer.warn_at_s, timer.alarm_at_s) if at_s > now_s
    ]
    return min(coming, default=None)


def running_timers(
    rules: TimerRules | RulesOfArea, picture: OperationalPicture
) -> Iterator[Running]:
    """Every timer that runs, calls and assignments in order of id."""
    for key in sorted(picture.incidents):
        call = picture.incidents[key]
        there = rules if isinstance(rules, TimerRules) else rules(call.area)
        timer = _timer_of_call(picture, call)
        if timer is not None:
            yield from _run(there, timer, call, None)
        for assignment in picture.assignments_of(key):
            for one in _ASSIGNMENT_TIMERS.get(assignment.state, ()):
                yield from _run(there, one, call, assignment)


def _timer_of_call(picture: OperationalPicture, call: KnownIncident) -> Timer | None:
    if call.state is IncidentState.ENTERED:
        return Timer.UNROUTED
    if call.state is IncidentState.RESOLVED:
        return Timer.UNCLOSED
    if call.state is not IncidentState.ROUTED:
        return None
    wants_unit = any(one.kind == _NEEDS_A_UNIT for one in call.destinations)
    has_unit = any(assignment.active for assignment in picture.assignments_of(call.incident))
    return Timer.UNASSIGNED if wants_unit and not has_unit else None


def _run(
    rules: TimerRules, timer: Timer, call: KnownIncident, assignment: KnownAssignment | None
) -> Iterator[Running]:
    rule = rules.rule_for(timer, call.priority)
    if rule is None:
        return
    since_s = call.since_s if assignment is None else assignment.since_s
    yield Running(
        timer,
        call.incident,
        None if assignment is None else assignment.assignment,
        None if assignment is None else assignment.unit,
        since_s + rule.warn_s,
        since_s + rule.alarm_s,
    )
