"""Shapes of places, roads, rules and figures, for the OpenAPI description and its checks."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Field, Schema

from wardmote.web.api.schemas import (
    AssignmentOut,
    CodeOut,
    IncidentOut,
    Lat,
    Lon,
    Name,
    Seconds,
    UnitOut,
)


class FeatureCollection(Schema):
    """GeoJSON features (RFC 7946)."""

    type: Literal["FeatureCollection"]
    features: list[dict[str, Any]]


class CityOut(Schema):
    """What the map draws under the calls."""

    name: Name
    bounds: list[float]
    centre: list[float]
    attribution: str
    timezone: str
    posts: FeatureCollection
    grids: FeatureCollection
    beats: FeatureCollection
    key_places: FeatureCollection
    zones: FeatureCollection


class OverlaysOut(Schema):
    """Posts, grids, beats, key places and zones."""

    posts: FeatureCollection
    grids: FeatureCollection
    beats: FeatureCollection
    key_places: FeatureCollection
    zones: FeatureCollection


class PlaceHitOut(Schema):
    """A place that the search found."""

    kind: str
    name: Name
    context: Name
    lon: float
    lat: float
    ref: str
    premise_notes: list[str]


class PlaceSearchOut(Schema):
    """Places, best first."""

    results: list[PlaceHitOut]


class LocationRequestIn(Schema):
    """A request to a caller's phone; `incident` if the call was taken down already."""

    incident: str | None = Field(default=None, max_length=40, pattern=r"^[0-9A-Za-z_.:-]*$")


class LocationRequestOut(Schema):
    """The link to give to the caller; `qr_svg` is the drawing of its QR code."""

    id: str
    url: str
    qr_svg: str
    expires_s: float


class LocationAnswerOut(Schema):
    """What became of a request to a phone."""

    state: Literal["waiting", "answered", "expired"]
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    at_s: float | None


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


class ReasonOut(Schema):
    """A reason: a code with its values."""

    code: str
    values: dict[str, Any]


class RankingLineOut(Schema):
    """One unit in the ranking of a call."""

    unit: str
    rank: int | None
    chosen: bool
    fills: str | None
    travel_s: float | None
    turnout_s: float | None
    probability: float | None
    age_s: float | None
    uncovers: dict[str, Any] | None
    reasons: list[ReasonOut]


class RankingOut(Schema):
    """The full ranking of a call, as the stream tells it."""

    incident: str
    recommendation: str
    policy_version: str
    made_s: float
    card: str
    target_s: float | None
    problem: ReasonOut | None
    lines: list[RankingLineOut]
    shortfall: list[dict[str, Any]]


class RouteOut(Schema):
    """A way by road."""

    unit: str
    duration_s: float
    length_m: float
    coordinates: list[list[float]]


class RoutesOut(Schema):
    """Ways to a call; a unit without one is left out."""

    routes: list[RouteOut]


class TrackOut(Schema):
    """Where a unit was, oldest first."""

    unit: str
    coordinates: list[list[float]]
    fix_s: list[float]


class ClosureIn(Schema):
    """The roads to close: those within `within_m` metres of the points."""

    points: list[tuple[Lon, Lat]] = Field(min_length=1, max_length=50)
    within_m: float = Field(default=15.0, gt=0, le=100)
    reason: str = Field(default="", max_length=200, pattern=r"^[^\x00]*$")


class CommandIn(Schema):
    """A line of the command line."""

    line: str = Field(max_length=500, pattern=r"^[^\x00]*$", examples=["d 7 u3 u4"])


class CommandOut(Schema):
    """What the line did."""

    message: str
    incident: str | None


class ArgumentOut(Schema):
    """A place in a line."""

    name: str
    kind: str
    many: bool = False
    optional: bool = False


class VerbOut(Schema):
    """A verb of the command line."""

    verb: str
    names: list[str]
    usage: str
    help: Name
    arguments: list[ArgumentOut]


class GrammarOut(Schema):
    """The grammar of the command line."""

    verbs: list[VerbOut]


class CategoryOut(Schema):
    """A category of calls."""

    code: str
    parent: str | None
    name: Name
    priority: int
    words: list[str]
    selectable: bool


class CategoriesOut(Schema):
    """The category tree in force."""

    version: str
    categories: list[CategoryOut]


class TierOut(Schema):
    """A target for some calls; null matches everything."""

    place_class: str | None
    priority: int | None
    force: str | None
    target_s: float
    percentile: float
    name: Name


class StandardOut(Schema):
    """The arrival objective of a response standard, as a page uses it."""

    id: str
    name: Name
    version: str
    start: str
    stop: str
    tiers: list[TierOut]


class StandardsOut(Schema):
    """The standard in force and those shipped, as data."""

    in_force: dict[str, Any]
    shipped: list[dict[str, Any]]


class VocabularyOut(Schema):
    """Words that pages need: categories, codes, the standard."""

    version: str
    categories: list[CategoryOut]
    dispositions: list[CodeOut]
    reasons: dict[str, list[CodeOut]]
    feedback: list[CodeOut]
    standard: StandardOut | None
    unit_kinds: list[CodeOut]
    stale_after_s: float


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


class CallerIn(Schema):
    """Why the caller's data is opened; the look is written down."""

    purpose: Literal["call_back", "follow_up", "complaint", "audit"]


class CallerOut(Schema):
    """Who called; null when nobody said."""

    name: str | None
    phone: str | None


class ClockIn(Schema):
    """The rate of a demonstration's clock, and the moment to set it to."""

    rate: float = Field(gt=0, le=120)
    served_s: Seconds | None = None
