"""How events change units and assignments in the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wardmote.core.domain.assignment import (
    ACTIVE_STATES,
    ASSIGNMENT_LIFE_CYCLE,
    STAMP_OF,
    AssignmentState,
)
from wardmote.core.domain.dispatch_events import AssignmentMoved
from wardmote.core.domain.events import Event
from wardmote.core.domain.ids import AssignmentId, UnitId
from wardmote.core.domain.persistent import PersistentMap, changed
from wardmote.core.domain.picture import KnownAssignment, KnownUnit, OperationalPicture
from wardmote.core.domain.unit_events import (
    UnitAvailability,
    UnitOffDuty,
    UnitOnDuty,
    UnitStationed,
)

Changes = dict[str, Any]
"""Fields of the picture with their new values."""

_BIRTH_STATES = frozenset(
    {
        AssignmentState.PROPOSED,
        AssignmentState.RESERVED,
        AssignmentState.STACKED,
        AssignmentState.ASSIGNED,
    }
)


class ImpossibleEventError(ValueError):
    """An event that cannot have happened to this picture.

    Attributes:
        event: the event.
        code: ``unknown_incident``, ``known_incident``, ``unknown_unit``, ``unknown_assignment``,
            ``known_assignment``, ``wrong_state``, ``wrong_transition``, ``unit_busy``,
            ``unit_off_duty``, ``other_assignment``, ``advised_already`` or ``unknown_move_up``.
    """

    def __init__(self, event: Event, code: str) -> None:
        super().__init__(f"event {event.seq} ({type(event.payload).__name__}): {code}")
        self.event = event
        self.code = code


def on_duty(picture: OperationalPicture, event: Event, payload: UnitOnDuty) -> Changes:
    """The unit is on duty; a job it still has stays with it."""
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


def _unit(picture: OperationalPicture, event: Event, unit: UnitId) -> KnownUnit:
    known = picture.units.get(unit)
    if known is None:
        raise ImpossibleEventError(event, "unknown_unit")
    return known


def off_duty(picture: OperationalPicture, event: Event, payload: UnitOffDuty) -> Changes:
    """The unit is off duty and no longer located."""
    known = _unit(picture, event, payload.unit)
    if known.active is not None:
        raise ImpossibleEventError(event, "unit_busy")
    known = changed(
        known, on_duty=False, available=False, reason="", lon=None, lat=None, fix_s=None
    )
    return {"units": picture.units.put(payload.unit, known)}


def stationed(picture: OperationalPicture, event: Event, payload: UnitStationed) -> Changes:
    """The unit belongs to another post; one that never came on duty is not in the picture."""
    known = picture.units.get(payload.unit)
    if known is None:
        return {}
    return {"units": picture.units.put(payload.unit, replace(known, post=payload.post))}


def availability(picture: OperationalPicture, event: Event, payload: UnitAvailability) -> Changes:
    """The unit on duty is available or not."""
    known = _unit(picture, event, payload.unit)
    if not known.on_duty:
        raise ImpossibleEventError(event, "unit_off_duty")
    known = changed(known, available=payload.available, reason=payload.reason)
    return {"units": picture.units.put(payload.unit, known)}


def assignment_moved(
    picture: OperationalPicture, event: Event, payload: AssignmentMoved
) -> Changes:
    """The assignment came into being or moved on; its unit and its call follow."""
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
        units = released(picture.units, after)
    else:
        assignments = picture.assignments.put(payload.assignment, after)
        units = picture.units
        if before is None or before.state is not after.state or before.queue != after.queue:
            units = units.put(payload.unit, _occupied(unit, after, assignments))
    changes: Changes = {"assignments": assignments, "units": units}
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
    before: KnownAssignment | None, event: Event, payload: AssignmentMoved
) -> KnownAssignment:
    stamp = STAMP_OF.get(payload.after)
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


def released(
    units: PersistentMap[UnitId, KnownUnit], over: KnownAssignment
) -> PersistentMap[UnitId, KnownUnit]:
    """The units without an assignment that is over."""
    unit = units[over.unit]
    return units.put(
        over.unit,
        changed(
            unit,
            active=None if unit.active == over.assignment else unit.active,
            stack=tuple(one for one in unit.stack if one != over.assignment),
        ),
    )
