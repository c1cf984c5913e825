"""Shapes of who is logged in, and of a demonstration's clock."""

from __future__ import annotations

from ninja import Field, Schema

from wardmote.web.api.schemas.common import Seconds


class GrantOut(Schema):
    """A role for an area."""

    role: str
    area: str
    permissions: list[str]


class MeOut(Schema):
    """Who is logged in."""

    staff_id: str
    name: str
    language: str
    grants: list[GrantOut]
    permissions: list[str]
    crew_of: list[str]
    demo: bool


class ClockIn(Schema):
    """The rate of a demonstration's clock, and the moment to set it to."""

    rate: float = Field(gt=0, le=120)
    served_s: Seconds | None = None
