"""Shapes of requests and answers, for the OpenAPI description and its checks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Field, Schema

Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
LongText = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(max_length=40, pattern=r"^[0-9A-Za-z_.:-]*$")]
Code = Annotated[str, Field(max_length=80, pattern=r"^[0-9A-Za-z_.:-]*$")]
Lon = Annotated[float, Field(ge=-180, le=180, description="Degrees WGS-84")]
Lat = Annotated[float, Field(ge=-90, le=90, description="Degrees WGS-84")]
Seconds = Annotated[float, Field(ge=0, le=1e11, description="Seconds since 1970-01-01 UTC")]


class ErrorOut(Schema):
    """Why nothing was done; `message` is a sentence in the reader's language."""

    code: str
    message: str
    field: str | None = None
    allowed: list[str] | None = None
    column: int | None = None


def answers(*good: tuple[int, Any], bad: tuple[int, ...] = ()) -> dict[int, Any]:
    """Answers of an operation by status; every operation may also answer 401, 403 and 429."""
    found: dict[int, Any] = dict(good)
    for status in (401, 403, 429, *bad):
        found[status] = ErrorOut
    return found


CHANGE = (400, 404, 409, 413, 422)
"""Errors of an operation that changes something."""

IDEMPOTENT: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 80},
            "description": "The same key with the same body gets the same answer and changes "
            "nothing; with another body it is refused with 409.",
            "example": "7b6f3c52-9f0e-4d0e-b7b4-6a1f6ad0c1aa",
        }
    ]
}


class Name(Schema):
    """A name in both languages."""

    zh: str
    en: str


class CodeOut(Schema):
    """A code that a person picks from a list."""

    code: str
    name: Name


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


class BoardOut(Schema):
    """The picture up to the journal position `seq`."""

    seq: int
    clock: ClockOut
    incidents: list[IncidentOut]
    units: list[UnitOut]
    assignments: list[AssignmentOut]
    alarms: list[AlarmOut]
    closures: list[ClosureOut]


class GrantOut(Schema):
    """A role for an area."""

    role: str
    area: str


class MeOut(Schema):
    """Who is logged in."""

    staff_id: str
    name: str
    language: str
    grants: list[GrantOut]
    permissions: list[str]
    crew_of: list[str]
    demo: bool


class NewCallIn(Schema):
    """A call to be taken down; all but `category` and `channel` may be missing or null."""

    category: Code = Field(examples=["dispute.neighbour"])
    channel: Code = Field(examples=["phone"])
    id: Id | None = None
    priority: Literal[1, 2, 3, 4] | None = None
    received_s: Seconds | None = None
    occurred_s: Seconds | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    place: Text | None = None
    caller_name: Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")] | None = None
    caller_phone: Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")] | None = None
    note: LongText | None = None
    drill: bool = False
    location_request: Id | None = None


class EnteredOut(Schema):
    """A call that was taken down."""

    id: str
    number: str


class CallChangeIn(Schema):
    """What changes about a call; what is missing stays.

    With `version` the change is refused when somebody else changed the call meanwhile.
    """

    lon: Lon | None = None
    lat: Lat | None = None
    place: Text | None = None
    category: Code | None = None
    priority: Literal[1, 2, 3, 4] | None = None
    reason: Code = ""
    version: Annotated[int, Field(ge=0, le=2**31)] | None = None


class ChangedOut(Schema):
    """Whether anything changed; a repeated request changes nothing."""

    changed: bool


class CallActionIn(Schema):
    """An action of a call's life cycle."""

    action: Code = Field(examples=["close"])
    reason: Code = ""
    disposition: Code | None = None
    version: Annotated[int, Field(ge=0, le=2**31)] | None = None


class StateOut(Schema):
    """Where something stands now."""

    state: str


class AlarmLevelIn(Schema):
    """Up to which alarm of its run card a call asks for units; `reason` as for a new priority."""

    level: Annotated[int, Field(ge=1, le=40)] = Field(examples=[2])
    reason: Code = "new_information"


class LinkIn(Schema):
    """The call that was there first."""

    primary: Id


class NoteIn(Schema):
    """A note."""

    text: LongText


class IdOut(Schema):
    """The id of what was made."""

    id: str


class AssignIn(Schema):
    """Units to send. Other units than recommended need `override_reason`."""

    units: Annotated[list[Id], Field(min_length=1, max_length=20)]
    recommendation: Id | None = None
    override_reason: Code = ""
    mode: Literal["assign", "reserve", "stack", "preempt"] = "assign"


class SentOut(Schema):
    """A unit that was sent, reserved or stacked."""

    id: str
    unit: str
    state: str


class AssignedOut(Schema):
    """The assignments of the units named."""

    assignments: list[SentOut]


class ActedOut(Schema):
    """Where the assignment stands; `changed` is false when the message was old news."""

    state: str
    changed: bool


class AssignmentActionIn(Schema):
    """An action of an assignment's life cycle; `device_s` is the device's time."""

    action: Code = Field(examples=["acknowledge"])
    device_s: Seconds | None = None
    reason: Code = ""
    feedback: Code = ""
    note: LongText = ""


class DutyIn(Schema):
    """On duty at a place, or off duty."""

    on_duty: bool
    lon: Lon | None = None
    lat: Lat | None = None


class AvailabilityIn(Schema):
    """Whether a unit without a job can take one."""

    available: bool
    reason: Code = ""


class FieldTimeOut(Schema):
    """A write-once time stamp, with the clocks behind it."""

    stamp: str
    at_s: float
    device_s: float | None
    recorded_s: float
    clock: str


class TimelineOut(Schema):
    """An event in a call's history."""

    seq: int
    type: str
    version: int
    occurred_s: float
    recorded_s: float
    actor: str
    actor_name: str
    data: dict[str, Any]


class NoteOut(Schema):
    """A note on a call."""

    id: str
    at_s: float
    author: str
    text: str


class LinkOut(Schema):
    """A link in force."""

    incident: str
    number: str
    relation: Literal["primary", "duplicate"]


class AssignmentDetailOut(AssignmentOut):
    """An assignment with what can be done to it."""

    call_sign: str
    allowed: list[str]
    field_times: list[FieldTimeOut]


class IncidentDetailOut(IncidentOut):
    """A call with its history."""

    seq: int
    version: int
    alarm_levels: int
    received_by: str
    premise_notes: list[str]
    allowed: list[str]
    field_times: list[FieldTimeOut]
    assignments: list[AssignmentDetailOut]
    timeline: list[TimelineOut]
    notes: list[NoteOut]
    links: list[LinkOut]
