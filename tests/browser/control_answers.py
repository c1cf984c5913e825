"""What the scripted control room answers about one call, one crew, and who could go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wardmote.core.domain.assignment import ASSIGNMENT_LIFE_CYCLE, AssignmentState
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import INCIDENT_LIFE_CYCLE, IncidentState
from wardmote.core.domain.picture import KnownUnit

if TYPE_CHECKING:
    from tests.browser.control_room import ControlRoom

Json = dict[str, Any]


class RefusedError(Exception):
    """The scripted server says no."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": "refused", "message": message, **more}


def call_detail(room: ControlRoom, incident: IncidentId) -> Json:
    """What ``GET /api/incidents/{id}`` answers, for an open call."""
    board = room.board()
    row: Json | None = next((one for one in board["incidents"] if one["id"] == incident), None)
    if row is None:
        raise RefusedError(404, "This call is closed or not in your area.")
    actions = INCIDENT_LIFE_CYCLE.allowed_actions(IncidentState(row["state"]))
    return {
        **row,
        "seq": board["seq"],
        "version": 1,
        "alarm_levels": 2,
        "received_by": "Zhou Lan",
        "premise_notes": ["Gate code at the guard's hut"]
        if row["place_class"] == "key_place"
        else [],
        "allowed": [action.value for action in actions],
        "field_times": room.field_times.get(incident, []),
        "assignments": [
            assignment_detail(room, one)
            for one in board["assignments"]
            if one["incident"] == incident
        ],
        "timeline": [
            {**event, "actor_name": "Zhou Lan"}
            for event in room.journal
            if event["data"].get("incident") == incident
        ],
        "notes": room.notes[incident],
        "links": [
            {
                "incident": primary,
                "number": room.picture.incidents[IncidentId(primary)].number,
                "relation": "primary",
            }
            for duplicate, primary in room.links
            if duplicate == incident
        ],
    }


def assignment_detail(room: ControlRoom, row: Mapping[str, Any]) -> Json:
    allowed = ASSIGNMENT_LIFE_CYCLE.allowed_actions(AssignmentState(row["state"]))
    return {
        **row,
        "call_sign": room.picture.units[UnitId(row["unit"])].call_sign,
        "allowed": [action.value for action in allowed],
        "field_times": [
            {
                "stamp": stamp,
                "at_s": at_s,
                "device_s": at_s + 1.5,
                "recorded_s": at_s + 2,
                "clock": "device",
            }
            for stamp, at_s in row["stamps"].items()
        ],
    }


def crew_board(room: ControlRoom, unit: str) -> Json:
    """What ``GET /api/crew`` answers to the crew of a unit."""
    board = room.board()
    jobs = []
    for row in board["assignments"]:
        if row["unit"] == unit:
            incident = next(one for one in board["incidents"] if one["id"] == row["incident"])
            jobs.append(
                {
                    "assignment": assignment_detail(room, row),
                    "incident": {
                        **incident,
                        "notes": room.notes[incident["id"]],
                        "premise_notes": [],
                    },
                }
            )
    units = [one for one in board["units"] if one["id"] == unit]
    move_ups = [one for one in board["move_ups"] if one["unit"] == unit]
    return {
        "staff_id": "c1",
        "at_s": room.now_s,
        "units": units,
        "jobs": jobs,
        "move_ups": move_ups,
    }


def ranking_lines(free: Sequence[KnownUnit], count: int) -> list[Json]:
    """The nearest units, `count` of which could go; the first is chosen."""
    lines: list[Json] = []
    for rank, unit in enumerate(free[: count + 2], start=1):
        travel_s = 60.0 + 47.0 * rank
        could_go = rank <= count
        chosen = rank == 1
        if chosen:
            reasons = [
                {
                    "code": "chosen_for",
                    "values": {"capability": unit.kind, "arrival_s": travel_s},
                }
            ]
        elif could_go:
            reasons = [{"code": "others_serve_better", "values": {"later_s": 47.0 * (rank - 1)}}]
        else:
            reasons = [{"code": "kind_not_needed", "values": {"kind": unit.kind}}]
        lines.append(
            {
                "unit": unit.unit,
                "rank": rank if could_go else None,
                "chosen": chosen,
                "fills": unit.kind if chosen else None,
                "travel_s": travel_s if could_go else None,
                "turnout_s": 20.0,
                "probability": max(0.05, 1.02 - 0.14 * rank) if could_go else None,
                "age_s": 3.0,
                "uncovers": None,
                "reasons": reasons,
            }
        )
    return lines
