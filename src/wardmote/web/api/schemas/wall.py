"""Shapes of the wall page's figures, for the OpenAPI description and its checks."""

from __future__ import annotations

from ninja import Schema

from wardmote.web.api.schemas.common import Name


class CallCountsOut(Schema):
    """Calls of the local day; `last_week` is null without records."""

    today: int
    valid: int
    open: int
    last_week: int | None


class CategoryCountOut(Schema):
    """Calls of a top category."""

    category: str
    name: Name
    count: int


class HourCountOut(Schema):
    """Calls received in a local hour."""

    hour: int
    count: int
    last_week: int | None


class TierFigureOut(Schema):
    """How a tier of the standard was met; `share` is null without calls."""

    name: Name
    target_s: float
    percentile: float
    count: int
    met: int
    share: float | None


class BinOut(Schema):
    """A bar of the histogram; the last has no end."""

    from_s: float
    to_s: float | None
    count: int


class ResponseFiguresOut(Schema):
    """The interval of the standard over the calls attended; null where nothing is known."""

    stamped: int
    missing: int
    missing_rate: float | None
    p50_s: float | None
    p90_s: float | None
    p95_s: float | None
    tiers: list[TierFigureOut]
    bins: list[BinOut]


class StateCountOut(Schema):
    """Units in a state."""

    state: str
    count: int


class SlowOut(Schema):
    """An open call that has waited long, and for what."""

    incident: str
    number: str
    category: str
    priority: int
    state: str
    place: str
    age_s: float
    waiting_for: str


class StandardNameOut(Schema):
    """The standard that the figures are held against."""

    id: str
    name: Name


class WallOut(Schema):
    """Today at a glance."""

    at_s: float
    day_start_s: float
    standard: StandardNameOut
    calls: CallCountsOut
    by_category: list[CategoryCountOut]
    by_hour: list[HourCountOut]
    response: ResponseFiguresOut
    units: list[StateCountOut]
    slowest: list[SlowOut]
