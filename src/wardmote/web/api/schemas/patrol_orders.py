"""Shapes of patrol orders for the phone and for the leader's page."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Field, Schema

from wardmote.web.api.schemas.common import Code, CodeOut, Lat, Lon, LongText, Name, Seconds, Text

Accuracy = Annotated[float, Field(ge=0, le=1e6, description="Metres")]
Fix = Annotated[list[float], Field(min_length=4, max_length=4)]


class PatrolPointOut(Schema):
    """A check-point in walking order."""

    number: int
    name: Name
    lon: float
    lat: float
    tolerance_m: float


class PatrolReachOut(Schema):
    """A check-point that was reached; `reason` is empty where the position said so."""

    number: int
    at_s: float
    reason: str


class PatrolOrderOut(Schema):
    """An order as the phone needs it.

    Attributes:
        paths: rings of an area, or lines of streets, as [[lon, lat], ...].
        way: lines from point to point.
        every_s: from one round to the next; null for one round.
        rounds: how many rounds.
        mine: whether the reader started it.
    """

    id: str
    state: str
    place_kind: str
    place: Name
    paths: list[Any]
    way: list[Any]
    way_m: float | None
    basis: str
    points: list[PatrolPointOut]
    from_s: float
    to_s: float
    every_s: float | None
    rounds: int
    people: int
    grade: int | None
    started_s: float | None
    finished_s: float | None
    mine: bool
    reached: list[PatrolReachOut]
    seen: int


class MyPatrolsOut(Schema):
    """Everything that a phone needs to walk without a network.

    Attributes:
        away: reasons why a check-point counts away from it.
        hazards, calls: what can be made of something seen; empty where the reader may not.
        positions_kept_h: positions are deleted so many hours after the patrol.
    """

    made_s: float
    staff_id: str
    orders: list[PatrolOrderOut]
    away: list[CodeOut]
    hazards: list[CodeOut]
    calls: list[CodeOut]
    positions_kept_h: float


class PatrolActIn(Schema):
    """When something was done by the phone's clock."""

    device_s: Seconds | None = None


class PointReachedIn(PatrolActIn):
    """A check-point is reached: where the phone is, or why it counts without."""

    number: Annotated[int, Field(ge=1, le=100)]
    lon: Lon | None = None
    lat: Lat | None = None
    accuracy_m: Accuracy = 0.0
    reason: Code = ""
    words: Text = ""


class PatrolPositionsIn(Schema):
    """Positions since the last ones: [seconds UTC, longitude, latitude, radius in metres]."""

    positions: Annotated[list[Fix], Field(min_length=1, max_length=240)]


class PatrolPositionsOut(Schema):
    """How many positions were kept; others were from before the start or nowhere."""

    kept: int


class SeenIn(PatrolActIn):
    """Something seen: what is to be made of it, and where it is."""

    kind: Literal["hazard", "call", "task"]
    category: Code = ""
    lon: Lon
    lat: Lat
    words: LongText = ""
    place: Text = ""


class SeenOut(Schema):
    """What it became."""

    kind: str
    id: str
    number: str


class PatrolFinishIn(PatrolActIn):
    """A patrol is finished; the note is short and has no names of residents."""

    note: LongText = ""


class TrackIn(Schema):
    """Why positions are looked at."""

    purpose: Literal["safety", "adherence", "complaint"]


class TrackOut(Schema):
    """Positions of a patrol; `until_s` is when they are deleted, null while it is under way."""

    under_way: bool
    until_s: float | None
    positions: list[list[float]]


class TonightOrderOut(Schema):
    """How an order stands; never where somebody is."""

    id: str
    state: str
    begun: str
    reached: int
    due: int
    started_s: float | None
    finished_s: float | None


class TonightOut(Schema):
    """How tonight's orders and watches stand."""

    made_s: float
    orders: list[TonightOrderOut]
    watches: dict[str, str]
    swaps: int
