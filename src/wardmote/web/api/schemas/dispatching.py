"""Shapes of recommendations and assignments."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Field, Schema

from wardmote.web.api.schemas.common import Code, Id, LongText, Seconds


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


class AssignmentActionIn(Schema):
    """An action of an assignment's life cycle; `device_s` is the device's time."""

    action: Code = Field(examples=["acknowledge"])
    device_s: Seconds | None = None
    reason: Code = ""
    feedback: Code = ""
    note: LongText = ""


class ActedOut(Schema):
    """Where the assignment stands; `changed` is false when the message was old news."""

    state: str
    changed: bool


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
