"""Shapes of the words that pages need: categories, codes, standards."""

from __future__ import annotations

from typing import Any

from ninja import Schema

from wardmote.web.api.schemas.common import CodeOut, Name


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


class AreaStandardOut(Schema):
    """The standard of calls in an area, while a duty level says so."""

    area: str
    standard: StandardOut | None


class VocabularyOut(Schema):
    """Words that pages need: categories, codes, the standard."""

    version: str
    categories: list[CategoryOut]
    dispositions: list[CodeOut]
    reasons: dict[str, list[CodeOut]]
    feedback: list[CodeOut]
    purposes: list[CodeOut]
    standard: StandardOut | None
    area_standards: list[AreaStandardOut]
    unit_kinds: list[CodeOut]
    stale_after_s: float
