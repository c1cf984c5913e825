"""Shapes of the board: what the control room sees at one position of the journal."""

from __future__ import annotations

from ninja import Schema


class ClockOut(Schema):
    """The deployment's clock."""

    server_s: float
    rate: float


class DestinationOut(Schema):
    """Who answers for a call."""

    kind: str
    target: str
    first_responsible: bool
    rule: str


class MadeOut(Schema):
    """The last recommendation of a call."""

    id: str
    policy_version: str
    units: list[str]
    shortfall: list[str]


class IncidentOut(Schema):
    """A call as it stands on the board."""

    id: str
    number: str
    category: str
    priority: int
    alarm_level: int
    state: str
    channel: str
    area: str
    beat: str | None
    lon: float | None
    lat: float | None
    place: str
    place_class: str
    drill: bool
    primary: str | None
    destinations: list[DestinationOut]
    stamps: dict[str, float]
    disposition: str | None
    recommendation: MadeOut | None


class UnitOut(Schema):
    """A unit as it stands on the board; without a position off duty."""

    id: str
    call_sign: str
    kind: str
    capabilities: list[str]
    seats: int
    post: str | None
    area: str
    on_duty: bool
    available: bool
    reason: str
    lon: float | None
    lat: float | None
    heading: float | None
    fix_s: float | None


class AssignmentOut(Schema):
    """An assignment as it stands on the board."""

    id: str
    incident: str
    unit: str
    state: str
    queue: int
    reason: str
    stamps: dict[str, float]


class AlarmOut(Schema):
    """A timer that ran out."""

    id: str
    timer: str
    level: str
    incident: str
    assignment: str | None
    unit: str | None
    raised_s: float


class ClosureOut(Schema):
    """A stretch of road that is closed."""

    id: str
    edges: list[int]


class MoveUpOut(Schema):
    """Advice to an idle unit to stand at another post, as it stands on the board."""

    id: str
    unit: str
    home: str | None
    post: str
    state: str
    advised_s: float
    since_s: float
    gain_share: float
    drive_s: float
    reason: str


class BoardOut(Schema):
    """The picture up to the journal position `seq`."""

    seq: int
    clock: ClockOut
    incidents: list[IncidentOut]
    units: list[UnitOut]
    assignments: list[AssignmentOut]
    alarms: list[AlarmOut]
    closures: list[ClosureOut]
    move_ups: list[MoveUpOut]
