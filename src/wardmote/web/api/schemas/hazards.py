"""Shapes of reported hazards."""

from __future__ import annotations

from ninja import Schema

from wardmote.web.api.schemas.common import Code, Lat, Lon, LongText, Text


class HazardIn(Schema):
    """A hazard as a phone reports it.

    Attributes:
        category: one of the codes at ``/api/hazard-categories``.
        place: where, in words.
    """

    category: Code
    lon: Lon
    lat: Lat
    words: LongText = ""
    place: Text = ""


class HazardOut(Schema):
    """What came of a report; pictures are added to `id` as ``hazard`` at ``/api/photos``."""

    id: str
    number: str
    repeats: int


class HazardCategoryOut(Schema):
    """A category in force."""

    code: str
    zh: str
    en: str


class HazardCategoriesOut(Schema):
    """The categories in force and their version."""

    version: str
    categories: list[HazardCategoryOut]
