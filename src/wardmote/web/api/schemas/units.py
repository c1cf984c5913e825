"""Shapes of units: duty, traces, and what their crews see."""

from __future__ import annotations

from ninja import Schema

from wardmote.web.api.schemas.board import AssignmentOut, IncidentOut, MoveUpOut, UnitOut
from wardmote.web.api.schemas.common import Code, Lat, Lon, Name


class DutyIn(Schema):
    """On duty at a place, or off duty."""

    on_duty: bool
    lon: Lon | None = None
    lat: Lat | None = None


class AvailabilityIn(Schema):
    """Whether a unit without a job can take one."""

    available: bool
    reason: Code = ""


class TrackOut(Schema):
    """Where a unit was, oldest first."""

    unit: str
    coordinates: list[list[float]]
    fix_s: list[float]


class CrewNoteOut(Schema):
    """A note, as the crew see it."""

    at_s: float
    text: str


class CrewAssignmentOut(AssignmentOut):
    """The crew's own assignment, with the taps that are possible."""

    allowed: list[str]


class CrewIncidentOut(IncidentOut):
    """A call that the crew are sent to."""

    notes: list[CrewNoteOut]
    premise_notes: list[str]
    caller_purposes: list[str]


class JobOut(Schema):
    """A job of the crew."""

    assignment: CrewAssignmentOut
    incident: CrewIncidentOut


class CrewOut(Schema):
    """The units I may crew, and their jobs."""

    staff_id: str
    at_s: float
    units: list[UnitOut]
    jobs: list[JobOut]
    move_ups: list[MoveUpOut]


class PostStaffedOut(Schema):
    """Duty at a post. `by_hour`: units wanted by hour of the week from Monday 00:00, local; empty
    where all units are on duty throughout."""

    post: str
    name: Name
    wanted: int
    on_duty: int
    units: int
    by_hour: list[int]


class StaffingOut(Schema):
    """The staffing in force; `version` is empty where all units are to be on duty throughout."""

    version: str
    since_s: float | None
    at_s: float
    posts: list[PostStaffedOut]
