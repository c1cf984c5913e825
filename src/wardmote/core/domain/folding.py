"""`apply(picture, event) -> picture`: how each event changes what the room knows.

Pure. An event at or before the picture's position changes nothing, so repeated delivery is
harmless. An event that cannot have happened to this picture raises, because then either the
journal or the fold is wrong and going on would hide it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wardmote.core.domain import events as ev
from wardmote.core.domain.assignment import (
    ACTIVE_STATES,
    ASSIGNMENT_LIFE_CYCLE,
    AssignmentState,
)
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import (
    INCIDENT_LIFE_CYCLE,
    FieldTime,
    IncidentAction,
    IncidentState,
)
from wardmote.core.domain.persistent import changed
from wardmote.core.domain.picture import (
    KnownAlarm,
    KnownAssignment,
    KnownIncident,
    KnownRecommendation,
    KnownUnit,
    OperationalPicture,
)

_STAMP_OF: Mapping[AssignmentState, FieldTime] = {
    AssignmentState.ASSIGNED: FieldTime.ASSIGNED,
    AssignmentState.ACKNOWLEDGED: FieldTime.ACKNOWLEDGED,
    AssignmentState.EN_ROUTE: FieldTime.EN_ROUTE,
    AssignmentState.ON_SCENE: FieldTime.ARRIVED,
    AssignmentState.FEEDBACK: FieldTime.FEEDBACK,
    AssignmentState.CLEARED: FieldTime.CLEARED,
}
_BIRTH_STATES = frozenset(
    {
        AssignmentState.PROPOSED,
        AssignmentState.RESERVED,
        AssignmentState.STACKED,
        AssignmentState.ASSIGNED,
    }
)
_COMES_BACK = frozenset({IncidentAction.REOPEN, IncidentAction.UNMERGE})


class ImpossibleEventError(ValueError):
    """An event that cannot have happened to this picture.

    Attributes:
        event: the event.
        code: ``unknown_incident``, ``known_incident``, ``unknown_unit``, ``unknown_assignment``,
            ``known_assignment``, ``wrong_state``, ``wrong_transition``, ``unit_busy``,
            ``unit_off_duty`` or ``other_assignment``.
    """

    def __init__(self, event: ev.Event, code: str) -> None:
        super().__init__(f"event {event.seq} ({type(event.payload).__name__}): {code}")
        self.event = event
        self.code = code


def apply(picture: OperationalPicture, event: ev.Event) -> OperationalPicture:
    """The picture after `event`.

    Raises:
        ImpossibleEventError: the event contradicts the picture.
    """
    if event.seq and event.seq <= picture.seq:
        return picture
    fold = _FOLDS.get(type(event.payload))
    changes = {} if fold is None else fold(picture, event, event.payload)
    return changed(picture, seq=event.seq or picture.seq, as_of_s=event.recorded_s, **changes)


def fold(picture: OperationalPicture, events: Iterable[ev.Event]) -> OperationalPicture:
    """The picture after many events, in order."""
    for event in events:
        picture = apply(picture, event)
    return picture


_Changes = dict[str, Any]


def _call(
    picture: OperationalPicture, event: ev.Event, incident: IncidentId
) -> KnownIncident | None:
    """The call; None while it is one that a driver has yet to put back."""
    known = picture.incidents.get(incident)
    if known is None and incident not in picture.missing:
        raise ImpossibleEventError(event, "unknown_incident")
    return known


def _with_values(
    picture: OperationalPicture, event: ev.Event, incident: IncidentId, **values: Any
) -> _Changes:
    known = _call(picture, event, incident)
    if known is None:
        return {}
    return {"incidents": picture.incidents.put(incident, changed(known, **values))}


def _entered(picture: OperationalPicture, event: ev.Event, payload: ev.IncidentEntered) -> _Changes:
    if payload.incident in picture.incidents:
        raise ImpossibleEventError(event, "known_incident")
    known = KnownIncident(
        incident=payload.incident,
        number=payload.number,
        category=payload.category,
        priority=payload.priority,
        state=IncidentState.ENTERED,
        since_s=event.occurred_s,
        channel=payload.channel,
        area=event.area,
        beat=payload.beat,
        lon=payload.lon,
        lat=payload.lat,
        place_class=payload.place_class,
        drill=payload.drill,
    )
    return {"incidents": picture.incidents.put(payload.incident, known)}


def _located(picture: OperationalPicture, event: ev.Event, payload: ev.IncidentLocated) -> _Changes:
    return _with_values(
        picture,
        event,
        payload.incident,
        lon=payload.lon,
        lat=payload.lat,
        place_class=payload.place_class,
        beat=payload.beat,
        area=event.area,
    )


def _classified(
    picture: OperationalPicture, event: ev.Event, payload: ev.IncidentClassified
) -> _Changes:
    return _with_values(
        picture, event, payload.incident, category=payload.category, priority=payload.priority
    )


def _routed(picture: OperationalPicture, event: ev.Event, payload: ev.IncidentRouted) -> _Changes:
    return _with_values(picture, event, payload.incident, destinations=payload.destinations)


def _moved(picture: OperationalPicture, event: ev.Event, payload: ev.IncidentMoved) -> _Changes:
    if INCIDENT_LIFE_CYCLE.table.get((payload.before, payload.action)) is not payload.after:
        raise ImpossibleEventError(event, "wrong_transition")
    if payload.action in _COMES_BACK and payload.incident not in picture.incidents:
        return {"missing": picture.missing | {payload.incident}}
    known = _call(picture, event, payload.incident)
    if known is None:
        ended = payload.after in INCIDENT_LIFE_CYCLE.final
        return {"missing": picture.missing - {payload.incident}} if ended else {}
    if known.state is not payload.before:
        raise ImpossibleEventError(event, "wrong_state")
    if payload.after in INCIDENT_LIFE_CYCLE.final:
        return _without_call(picture, known)
    since_s = known.since_s if payload.after is payload.before else event.occurred_s
    known = changed(
        known,
        state=payload.after,
        since_s=since_s,
        disposition=payload.disposition or known.disposition,
    )
    return {"incidents": picture.incidents.put(payload.incident, known)}


def _without_call(picture: OperationalPicture, known: KnownIncident) -> _Changes:
    changes: _Changes = {"incidents": picture.incidents.without(known.incident)}
    assignments, units, alarms = picture.assignments, picture.units, picture.alarms
    for assignment in known.assignments:
        units = _released(units, assignments[assignment])
        assignments = assignments.without(assignment)
    for alarm in picture.alarms.values():
        if alarm.incident == known.incident:
            alarms = alarms.without(alarm.alarm)
    return {**changes, "assignments": assignments, "units": units, "alarms": alarms}


def _stamped(
    picture: OperationalPicture, event: ev.Event, payload: ev.IncidentTimeStamped
) -> _Changes:
    known = _call(picture, event, payload.incident)
    if known is None or payload.stamp in known.stamps:
        return {}
    stamps = {**known.stamps, payload.stamp: payload.at_s}
    return {"incidents": picture.incidents.put(payload.incident, changed(known, stamps=stamps))}


def _linked(picture: OperationalPicture, event: ev.Event, payload: ev.IncidentLinked) -> _Changes:
    return _with_values(picture, event, payload.incident, primary=payload.primary)


def _unlinked(
    picture: OperationalPicture, event: ev.Event, payload: ev.IncidentUnlinked
) -> _Changes:
    if payload.incident not in picture.incidents:
        return {}
    return _with_values(picture, event, payload.incident, primary=None)


def _recommended(
    picture: OperationalPicture, event: ev.Event, payload: ev.RecommendationMade
) -> _Changes:
    made = KnownRecommendation(
        payload.recommendation, payload.policy_version, payload.units, payload.shortfall
    )
    return _with_values(picture, event, payload.incident, recommendation=made)


# --- units ---------------------------------------------------------------------------------


def _on_duty(picture: OperationalPicture, event: ev.Event, payload: ev.UnitOnDuty) -> _Changes:
    before = picture.units.get(payload.unit)
    known = KnownUnit(
        unit=payload.unit,
        call_sign=payload.call_sign,
        kind=payload.kind,
        capabilities=payload.capabilities,
        seats=payload.seats,
        post=payload.post,
        area=event.area,
        on_duty=True,
        available=True,
        reason="",
        lon=payload.lon,
        lat=payload.lat,
        fix_s=event.occurred_s,
        active=before.active if before else None,
        stack=before.stack if before else (),
    )
    return {"units": picture.units.put(payload.unit, known)}


def _unit(picture: OperationalPicture, event: ev.Event, unit: UnitId) -> KnownUnit:
    known = picture.units.get(unit)
    if known is None:
        raise ImpossibleEventError(event, "unknown_unit")
    return known


def _off_duty(picture: OperationalPicture, event: ev.Event, payload: ev.UnitOffDuty) -> _Changes:
    known = _unit(picture, event, payload.unit)
    if known.active is not None:
        raise ImpossibleEventError(event, "unit_busy")
    known = changed(
        known, on_duty=False, available=False, reason="", lon=None, lat=None, fix_s=None
    )
    return {"units": picture.units.put(payload.unit, known)}


def _availability(
    picture: OperationalPicture, event: ev.Event, payload: ev.UnitAvailability
) -> _Changes:
    known = _unit(picture, event, payload.unit)
    if not known.on_duty:
        raise ImpossibleEventError(event, "unit_off_duty")
    known = changed(known, available=payload.available, reason=payload.reason)
    return {"units": picture.units.put(payload.unit, known)}


def _assignment_moved(
    picture: OperationalPicture, event: ev.Event, payload: ev.AssignmentMoved
) -> _Changes:
    if payload.incident in picture.missing:
        return {}
    before = picture.assignments.get(payload.assignment)
    after = _moved_assignment(before, event, payload)
    unit = _unit(picture, event, payload.unit)
    if after.active:
        if unit.active not in (None, payload.assignment):
            raise ImpossibleEventError(event, "unit_busy")
        if not unit.on_duty:
            raise ImpossibleEventError(event, "unit_off_duty")
    if payload.after in ASSIGNMENT_LIFE_CYCLE.final:
        assignments = picture.assignments.without(payload.assignment)
        units = _released(picture.units, after)
    else:
        assignments = picture.assignments.put(payload.assignment, after)
        units = picture.units
        if before is None or before.state is not after.state or before.queue != after.queue:
            units = units.put(payload.unit, _occupied(unit, after, assignments))
    changes: _Changes = {"assignments": assignments, "units": units}
    is_over = payload.after in ASSIGNMENT_LIFE_CYCLE.final
    if before is None or is_over:
        call = picture.incidents.get(payload.incident)
        if call is None:
            raise ImpossibleEventError(event, "unknown_incident")
        others = tuple(one for one in call.assignments if one != payload.assignment)
        now = others if is_over else (*others, payload.assignment)
        changes["incidents"] = picture.incidents.put(
            payload.incident, changed(call, assignments=now)
        )
    return changes


def _moved_assignment(
    before: KnownAssignment | None, event: ev.Event, payload: ev.AssignmentMoved
) -> KnownAssignment:
    stamp = _STAMP_OF.get(payload.after)
    if before is None:
        if payload.action is not None:
            raise ImpossibleEventError(event, "unknown_assignment")
        if payload.after not in _BIRTH_STATES:
            raise ImpossibleEventError(event, "wrong_transition")
        stamps = {} if stamp is None else {stamp: event.occurred_s}
        return KnownAssignment(
            payload.assignment,
            payload.incident,
            payload.unit,
            payload.after,
            event.occurred_s,
            payload.queue,
            payload.reason,
            stamps,
        )
    if payload.action is None:
        raise ImpossibleEventError(event, "known_assignment")
    if before.incident != payload.incident or before.unit != payload.unit:
        raise ImpossibleEventError(event, "other_assignment")
    if ASSIGNMENT_LIFE_CYCLE.table.get((before.state, payload.action)) is not payload.after:
        raise ImpossibleEventError(event, "wrong_transition")
    known = before.stamps
    if stamp is not None and stamp not in known:
        known = {**known, stamp: event.occurred_s}
    return changed(
        before,
        state=payload.after,
        since_s=event.occurred_s,
        queue=payload.queue,
        reason=payload.reason,
        stamps=known,
    )


def _occupied(
    unit: KnownUnit, after: KnownAssignment, assignments: Mapping[AssignmentId, KnownAssignment]
) -> KnownUnit:
    stack = [one for one in unit.stack if one != after.assignment]
    if after.state is AssignmentState.STACKED:
        stack.append(after.assignment)
        stack.sort(key=lambda one: (assignments[one].queue, one))
    active = unit.active
    if after.state in ACTIVE_STATES:
        active = after.assignment
    return changed(unit, active=active, stack=tuple(stack))


def _released(units: Any, over: KnownAssignment) -> Any:
    unit: KnownUnit = units[over.unit]
    return units.put(
        over.unit,
        changed(
            unit,
            active=None if unit.active == over.assignment else unit.active,
            stack=tuple(one for one in unit.stack if one != over.assignment),
        ),
    )


# --- alarms and closures ---------------------------------------------------------------------


def _alarm_raised(
    picture: OperationalPicture, event: ev.Event, payload: ev.AlarmRaised
) -> _Changes:
    if _call(picture, event, payload.incident) is None:
        return {}
    known = KnownAlarm(
        payload.alarm,
        payload.timer,
        payload.level,
        payload.incident,
        payload.assignment,
        payload.unit,
        event.occurred_s,
    )
    return {"alarms": picture.alarms.put(payload.alarm, known)}


def _alarm_ended(picture: OperationalPicture, _event: ev.Event, payload: ev.AlarmEnded) -> _Changes:
    return {"alarms": picture.alarms.without(payload.alarm)}


def _closure_set(picture: OperationalPicture, _event: ev.Event, payload: ev.ClosureSet) -> _Changes:
    if payload.closed:
        return {"closures": picture.closures.put(payload.closure, payload.edges)}
    return {"closures": picture.closures.without(payload.closure)}


_FOLDS: Mapping[type[ev.Payload], Callable[[OperationalPicture, ev.Event, Any], _Changes]] = {
    ev.IncidentEntered: _entered,
    ev.IncidentLocated: _located,
    ev.IncidentClassified: _classified,
    ev.IncidentRouted: _routed,
    ev.IncidentMoved: _moved,
    ev.IncidentTimeStamped: _stamped,
    ev.IncidentLinked: _linked,
    ev.IncidentUnlinked: _unlinked,
    ev.RecommendationMade: _recommended,
    ev.UnitOnDuty: _on_duty,
    ev.UnitOffDuty: _off_duty,
    ev.UnitAvailability: _availability,
    ev.AssignmentMoved: _assignment_moved,
    ev.AlarmRaised: _alarm_raised,
    ev.AlarmEnded: _alarm_ended,
    ev.ClosureSet: _closure_set,
}
