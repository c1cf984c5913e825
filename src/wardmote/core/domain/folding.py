"""`apply(picture, event) -> picture`: how each event changes what the room knows.

Pure. An event at or before the picture's position changes nothing, so repeated delivery is
harmless. An event that cannot have happened to this picture raises, because then either the
journal or the fold is wrong and going on would hide it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wardmote.core.domain import folding_move_ups
from wardmote.core.domain.dispatch_events import (
    AlarmEnded,
    AlarmRaised,
    AssignmentMoved,
    RecommendationMade,
)
from wardmote.core.domain.events import Event, Payload
from wardmote.core.domain.folding_units import (
    Changes,
    ImpossibleEventError,
    assignment_moved,
    availability,
    off_duty,
    on_duty,
    released,
    stationed,
)
from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident import (
    INCIDENT_LIFE_CYCLE,
    IncidentAction,
    IncidentState,
)
from wardmote.core.domain.incident_events import (
    IncidentAlarmLevel,
    IncidentClassified,
    IncidentEntered,
    IncidentLinked,
    IncidentLocated,
    IncidentMoved,
    IncidentRouted,
    IncidentTimeStamped,
    IncidentUnlinked,
)
from wardmote.core.domain.move_up_events import MoveUpAdvised, MoveUpMoved
from wardmote.core.domain.persistent import changed
from wardmote.core.domain.picture import (
    KnownAlarm,
    KnownIncident,
    KnownRecommendation,
    OperationalPicture,
)
from wardmote.core.domain.place_events import ClosureSet
from wardmote.core.domain.unit_events import (
    UnitAvailability,
    UnitOffDuty,
    UnitOnDuty,
    UnitStationed,
)

__all__ = ["ImpossibleEventError", "apply", "fold"]

_COMES_BACK = frozenset({IncidentAction.REOPEN, IncidentAction.UNMERGE})


def apply(picture: OperationalPicture, event: Event) -> OperationalPicture:
    """The picture after `event`.

    Raises:
        ImpossibleEventError: the event contradicts the picture.
    """
    if event.seq and event.seq <= picture.seq:
        return picture
    fold = _FOLDS.get(type(event.payload))
    changes = {} if fold is None else fold(picture, event, event.payload)
    return changed(picture, seq=event.seq or picture.seq, as_of_s=event.recorded_s, **changes)


def fold(picture: OperationalPicture, events: Iterable[Event]) -> OperationalPicture:
    """The picture after many events, in order."""
    for event in events:
        picture = apply(picture, event)
    return picture


def _call(picture: OperationalPicture, event: Event, incident: IncidentId) -> KnownIncident | None:
    """The call; None while it is one that a driver has yet to put back."""
    known = picture.incidents.get(incident)
    if known is None and incident not in picture.missing:
        raise ImpossibleEventError(event, "unknown_incident")
    return known


def _with_values(
    picture: OperationalPicture, event: Event, incident: IncidentId, **values: Any
) -> Changes:
    known = _call(picture, event, incident)
    if known is None:
        return {}
    return {"incidents": picture.incidents.put(incident, changed(known, **values))}


def _entered(picture: OperationalPicture, event: Event, payload: IncidentEntered) -> Changes:
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


def _located(picture: OperationalPicture, event: Event, payload: IncidentLocated) -> Changes:
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


def _classified(picture: OperationalPicture, event: Event, payload: IncidentClassified) -> Changes:
    return _with_values(
        picture, event, payload.incident, category=payload.category, priority=payload.priority
    )


def _alarm_level(picture: OperationalPicture, event: Event, payload: IncidentAlarmLevel) -> Changes:
    return _with_values(picture, event, payload.incident, alarm_level=payload.level)


def _routed(picture: OperationalPicture, event: Event, payload: IncidentRouted) -> Changes:
    return _with_values(picture, event, payload.incident, destinations=payload.destinations)


def _moved(picture: OperationalPicture, event: Event, payload: IncidentMoved) -> Changes:
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


def _without_call(picture: OperationalPicture, known: KnownIncident) -> Changes:
    changes: Changes = {"incidents": picture.incidents.without(known.incident)}
    assignments, units, alarms = picture.assignments, picture.units, picture.alarms
    for assignment in known.assignments:
        units = released(units, assignments[assignment])
        assignments = assignments.without(assignment)
    for alarm in picture.alarms.values():
        if alarm.incident == known.incident:
            alarms = alarms.without(alarm.alarm)
    return {**changes, "assignments": assignments, "units": units, "alarms": alarms}


def _stamped(picture: OperationalPicture, event: Event, payload: IncidentTimeStamped) -> Changes:
    known = _call(picture, event, payload.incident)
    if known is None or payload.stamp in known.stamps:
        return {}
    stamps = {**known.stamps, payload.stamp: payload.at_s}
    return {"incidents": picture.incidents.put(payload.incident, changed(known, stamps=stamps))}


def _linked(picture: OperationalPicture, event: Event, payload: IncidentLinked) -> Changes:
    return _with_values(picture, event, payload.incident, primary=payload.primary)


def _unlinked(picture: OperationalPicture, event: Event, payload: IncidentUnlinked) -> Changes:
    if payload.incident not in picture.incidents:
        return {}
    return _with_values(picture, event, payload.incident, primary=None)


def _recommended(picture: OperationalPicture, event: Event, payload: RecommendationMade) -> Changes:
    made = KnownRecommendation(
        payload.recommendation, payload.policy_version, payload.units, payload.shortfall
    )
    return _with_values(picture, event, payload.incident, recommendation=made)


# --- alarms and closures ---------------------------------------------------------------------


def _alarm_raised(picture: OperationalPicture, event: Event, payload: AlarmRaised) -> Changes:
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


def _alarm_ended(picture: OperationalPicture, _event: Event, payload: AlarmEnded) -> Changes:
    return {"alarms": picture.alarms.without(payload.alarm)}


def _closure_set(picture: OperationalPicture, _event: Event, payload: ClosureSet) -> Changes:
    if payload.closed:
        return {"closures": picture.closures.put(payload.closure, payload.edges)}
    return {"closures": picture.closures.without(payload.closure)}


_FOLDS: Mapping[type[Payload], Callable[[OperationalPicture, Event, Any], Changes]] = {
    IncidentEntered: _entered,
    IncidentLocated: _located,
    IncidentClassified: _classified,
    IncidentAlarmLevel: _alarm_level,
    IncidentRouted: _routed,
    IncidentMoved: _moved,
    IncidentTimeStamped: _stamped,
    IncidentLinked: _linked,
    IncidentUnlinked: _unlinked,
    RecommendationMade: _recommended,
    UnitOnDuty: on_duty,
    UnitOffDuty: off_duty,
    UnitAvailability: availability,
    UnitStationed: stationed,
    AssignmentMoved: assignment_moved,
    AlarmRaised: _alarm_raised,
    AlarmEnded: _alarm_ended,
    ClosureSet: _closure_set,
    MoveUpAdvised: folding_move_ups.advised,
    MoveUpMoved: folding_move_ups.moved,
}
