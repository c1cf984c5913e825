"""Shapes of advice to idle units, and of patrols."""

from __future__ import annotations

from ninja import Field, Schema

from wardmote.web.api.schemas.common import Code, Name


class MoveUpActionIn(Schema):
    """An action of the life cycle of a move-up; to refuse asks for a reason code."""

    action: Code = Field(examples=["acknowledge"])
    reason: Code = ""


class PatrolStreetOut(Schema):
    """A stretch of one street in the order of driving; without a name where it has none."""

    name: Name | None
    length_m: float


class PatrolStopOut(Schema):
    """A place to look in at; `key_place` is its name where it is one."""

    lon: float
    lat: float
    at_s: float
    stays_s: float
    key_place: Name | None
    street: Name | None
    visited: bool


class PatrolOut(Schema):
    """A patrol, and the share of it that was driven so far; null while no position is known.

    `kept_share` is the least share of the post's demand in reach anywhere on the way.
    """

    unit: str
    made_s: float
    until_s: float
    length_m: float
    kept_share: float
    driven_share: float | None
    line: list[list[float]]
    streets: list[PatrolStreetOut]
    stops: list[PatrolStopOut]


class PatrolsOut(Schema):
    """Patrols that run now."""

    patrols: list[PatrolOut]
