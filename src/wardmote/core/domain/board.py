"""The board: the picture as JSON, exactly as ``docs/reference/live-protocol.md`` says.

A page folds the journal's events into its own board; folding equals fetching again, except the
text of the place, which is in the row and not in the journal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.picture import (
    KnownAlarm,
    KnownAssignment,
    KnownIncident,
    KnownMoveUp,
    KnownUnit,
    OperationalPicture,
)
from wardmote.core.domain.plain import dump
from wardmote.core.domain.positions import NO_POSITIONS, PositionBoard

Json = dict[str, Any]


def board_of(
    picture: OperationalPicture,
    *,
    server_s: float,
    rate: float = 1.0,
    positions: PositionBoard = NO_POSITIONS,
    place_of: Mapping[IncidentId, str] | None = None,
    sees: Callable[[AreaId], bool] = lambda _area: True,
) -> Json:
    """The board of a viewer; every list is sorted by id.

    Args:
        server_s, rate: the server's clock and how fast it runs.
        positions: where units were last seen.
        place_of: the text of the place by call; empty where it is missing.
        sees: whether the viewer may see an area. Assignments and alarms go with their call.
    """
    places = place_of or {}
    calls = {key: call for key, call in picture.incidents.items() if sees(call.area)}
    return {
        "seq": picture.seq,
        "clock": {"server_s": server_s, "rate": rate},
        "incidents": [incident_json(calls[key], places.get(key, "")) for key in sorted(calls)],
        "units": [
            unit_json(picture.units[key], positions)
            for key in sorted(picture.units)
            if sees(picture.units[key].area)
        ],
        "assignments": [
            assignment_json(picture.assignments[key])
            for key in sorted(picture.assignments)
            if picture.assignments[key].incident in calls
        ],
        "alarms": [
            alarm_json(picture.alarms[key])
            for key in sorted(picture.alarms)
            if picture.alarms[key].incident in calls
        ],
        "closures": [
            {"id": key, "edges": list(picture.closures[key])} for key in sorted(picture.closures)
        ],
        "move_ups": [
            move_up_json(picture.move_ups[key])
            for key in sorted(picture.move_ups)
            if sees(picture.units[picture.move_ups[key].unit].area)
        ],
    }


def incident_json(call: KnownIncident, place: str) -> Json:
    """A call as it stands on the board."""
    made = call.recommendation
    return {
        "id": call.incident,
        "number": call.number,
        "category": call.category,
        "priority": int(call.priority),
        "alarm_level": call.alarm_level,
        "state": call.state.value,
        "channel": call.channel,
        "area": call.area,
        "beat": call.beat,
        "lon": call.lon,
        "lat": call.lat,
        "place": place,
        "place_class": call.place_class.value,
        "drill": call.drill,
        "primary": call.primary,
        "destinations": dump(call.destinations),
        "stamps": dump(call.stamps),
        "disposition": call.disposition,
        "recommendation": None
        if made is None
        else {
            "id": made.recommendation,
            "policy_version": made.policy_version,
            "units": list(made.units),
            "shortfall": list(made.shortfall),
        },
    }


def unit_json(unit: KnownUnit, positions: PositionBoard = NO_POSITIONS) -> Json:
    """A unit as it stands on the board, with the newer of its positions; none off duty."""
    lon, lat, heading, fix_s = unit.lon, unit.lat, None, unit.fix_s
    row = positions.row_of.get(unit.unit) if unit.on_duty else None
    if row is not None and (fix_s is None or positions.fix_s[row] >= fix_s):
        lon, lat = float(positions.lon[row]), float(positions.lat[row])
        heading = _or_none(float(positions.heading[row]))
        fix_s = float(positions.fix_s[row])
    return {
        "id": unit.unit,
        "call_sign": unit.call_sign,
        "kind": unit.kind,
        "capabilities": list(unit.capabilities),
        "seats": unit.seats,
        "post": unit.post,
        "area": unit.area,
        "on_duty": unit.on_duty,
        "available": unit.available,
        "reason": unit.reason,
        "lon": lon,
        "lat": lat,
        "heading": heading,
        "fix_s": fix_s,
    }


def assignment_json(assignment: KnownAssignment) -> Json:
    """An assignment as it stands on the board."""
    return {
        "id": assignment.assignment,
        "incident": assignment.incident,
        "unit": assignment.unit,
        "state": assignment.state.value,
        "queue": assignment.queue,
        "reason": assignment.reason,
        "stamps": dump(assignment.stamps),
    }


def alarm_json(alarm: KnownAlarm) -> Json:
    """An alarm as it stands on the board."""
    return {
        "id": alarm.alarm,
        "timer": alarm.timer,
        "level": alarm.level,
        "incident": alarm.incident,
        "assignment": alarm.assignment,
        "unit": alarm.unit,
        "raised_s": alarm.raised_s,
    }


def move_up_json(move_up: KnownMoveUp) -> Json:
    """Advice to an idle unit as it stands on the board."""
    return {
        "id": move_up.move_up,
        "unit": move_up.unit,
        "home": move_up.home,
        "post": move_up.post,
        "state": move_up.state.value,
        "advised_s": move_up.advised_s,
        "since_s": move_up.since_s,
        "gain_share": move_up.gain_share,
        "drive_s": move_up.drive_s,
        "reason": move_up.reason,
    }


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
