"""Shapes of asking a caller's own phone where it is."""

from __future__ import annotations

from typing import Literal

from ninja import Field, Schema


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
