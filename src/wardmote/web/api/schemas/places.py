"""Shapes of places and roads."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from ninja import Field, Schema

from wardmote.web.api.schemas.common import CodeOut, Lat, Lon, Name


class FeatureCollection(Schema):
    """GeoJSON features (RFC 7946)."""

    type: Literal["FeatureCollection"]
    features: list[dict[str, Any]]


class OverlaysOut(Schema):
    """Posts, grids, beats, key places and zones."""

    posts: FeatureCollection
    grids: FeatureCollection
    beats: FeatureCollection
    key_places: FeatureCollection
    zones: FeatureCollection


class CityOut(OverlaysOut):
    """What the map draws under the calls."""

    name: Name
    bounds: list[float]
    centre: list[float]
    attribution: Name
    timezone: str


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


class RouteOut(Schema):
    """A way by road."""

    unit: str
    duration_s: float
    length_m: float
    coordinates: list[list[float]]


class RoutesOut(Schema):
    """Ways to a call; a unit without one is left out."""

    routes: list[RouteOut]


class ClosureIn(Schema):
    """The roads to close: those within `within_m` metres of the points."""

    points: list[tuple[Lon, Lat]] = Field(min_length=1, max_length=50)
    within_m: float = Field(default=15.0, gt=0, le=100)
    reason: str = Field(default="", max_length=200, pattern=r"^[^\x00]*$")


class PremiseNoteIn(Schema):
    """A note about a place, never about a person. Without a last day it ends after a year."""

    lon: Lon
    lat: Lat
    text: str = Field(min_length=1, max_length=300)
    kind: str = Field(default="other", max_length=20)
    label: str = Field(default="", max_length=60)
    last_day: datetime.date | None = None
    radius_m: float = Field(default=30.0, ge=5, le=500)


class PremiseNoteOut(Schema):
    """A note of a place; `shown` is what calls there show."""

    id: str
    kind: str
    label: str
    text: str
    shown: str
    written_s: float
    expires_s: float
    may_end: bool


class PremiseNotesOut(Schema):
    """The notes of a place, and the kinds of notes."""

    notes: list[PremiseNoteOut]
    kinds: list[CodeOut]
