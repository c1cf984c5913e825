"""Shapes of one call: taken down, changed, listed, with its history."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Field, Schema

from wardmote.web.api.schemas.board import AssignmentOut, IncidentOut
from wardmote.web.api.schemas.common import Code, Id, Lat, Lon, LongText, Seconds, Text


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


class CallActionIn(Schema):
    """An action of a call's life cycle."""

    action: Code = Field(examples=["close"])
    reason: Code = ""
    disposition: Code | None = None
    version: Annotated[int, Field(ge=0, le=2**31)] | None = None


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


class CallerIn(Schema):
    """Why the caller's data is opened; the look is written down."""

    purpose: str = Field(default="", max_length=20)


class CallerOut(Schema):
    """Who called; null when nobody said."""

    name: str | None
    phone: str | None


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
    caller_purposes: list[str]
    allowed: list[str]
    field_times: list[FieldTimeOut]
    assignments: list[AssignmentDetailOut]
    timeline: list[TimelineOut]
    notes: list[NoteOut]
    links: list[LinkOut]


class NearbyOut(Schema):
    """A call that may be about the same thing."""

    id: str
    number: str
    category: str
    priority: int
    state: str
    place: str
    lon: float
    lat: float
    distance_m: float
    age_s: float
    note: str


class NearbyListOut(Schema):
    """Possible duplicates, nearest in space and time first."""

    incidents: list[NearbyOut]


class CallListOut(Schema):
    """A page of calls, newest first; `next` is the cursor of the following page."""

    incidents: list[IncidentOut]
    total: int
    next: str | None
