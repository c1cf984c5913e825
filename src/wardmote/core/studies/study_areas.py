"""The pieces of a place that figures by area are about: villages, towns, or squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.places import Division, DivisionLevel, MultiPolygon, PlaceBook
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.figures import Area, AreaKind
from wardmote.core.studies.ground import Ground
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import Int64

MOST_AREAS = 400
MOST_CORNERS = 40_000
"""Of all outlines together; with more, areas are shown at their middles."""
SMALLEST_SQUARE_M = 500.0
DECIMALS = 5
"""Of degrees in outlines: about a metre."""


@dataclass(frozen=True, slots=True, eq=False)
class StudyAreas:
    """Areas, and which of them each demand point lies in.

    Attributes:
        row: int64 [points] row of `areas`; -1 for a point of no known area.
    """

    areas: tuple[Area, ...]
    row: Int64


def areas_of(ground: Ground) -> StudyAreas:
    """Villages where at most 400 have calls, else towns, else squares as small as 400 allow."""
    known = {one.code: one for one in ground.book.divisions}
    villages = [known.get(code) for code in ground.points.area]
    towns = [_above(ground.book, known, one) for one in villages]
    for kind, divisions in ((AreaKind.VILLAGE, villages), (AreaKind.TOWN, towns)):
        found = {one.code: one for one in divisions if one is not None}
        if 1 < len(found) <= MOST_AREAS:
            order = {code: row for row, code in enumerate(sorted(found))}
            rows = [-1 if one is None else order[one.code] for one in divisions]
            areas = tuple(_area(kind, found[code]) for code in sorted(found))
            return StudyAreas(_drawable(areas), np.array(rows, dtype=np.int64))
    return _squares(ground)


def _above(
    book: PlaceBook, known: dict[AreaId, Division], village: Division | None
) -> Division | None:
    """The town that a village lies in."""
    one = village
    while one is not None and one.level is not DivisionLevel.TOWN:
        one = None if one.parent is None else known.get(one.parent)
    return one


def _area(kind: AreaKind, one: Division) -> Area:
    boundary = tuple(
        tuple(
            tuple((round(lon, DECIMALS), round(lat, DECIMALS)) for lon, lat in ring)
            for ring in part
        )
        for part in one.boundary
    )
    lon, lat = round(one.lon, DECIMALS), round(one.lat, DECIMALS)
    return Area(one.code, kind, one.name, lon, lat, boundary)


def _drawable(areas: tuple[Area, ...]) -> tuple[Area, ...]:
    """The same without outlines where these are too long to be kept."""
    if sum(len(ring) for one in areas for part in one.boundary for ring in part) <= MOST_CORNERS:
        return areas
    return tuple(Area(one.id, one.kind, one.name, one.lon, one.lat, ()) for one in areas)


def _squares(ground: Ground) -> StudyAreas:
    lon, lat = ground.points.lon, ground.points.lat
    middle = float(lat.mean())
    side_m = SMALLEST_SQUARE_M
    while True:
        high = side_m / METRES_PER_DEGREE
        wide = high / float(np.cos(np.radians(middle)))
        column = np.floor((lon - lon.min()) / wide).astype(np.int64)
        level = np.floor((lat - lat.min()) / high).astype(np.int64)
        cells, row = np.unique(np.column_stack((column, level)), axis=0, return_inverse=True)
        if len(cells) <= MOST_AREAS:
            break
        side_m *= 1.25
    areas = []
    for x, y in cells.tolist():
        west, south = float(lon.min() + x * wide), float(lat.min() + y * high)
        areas.append(
            Area(
                AreaId(f"{x}-{y}"),
                AreaKind.SQUARE,
                Bilingual("", ""),
                round(west + wide / 2, DECIMALS),
                round(south + high / 2, DECIMALS),
                _box(west, south, west + wide, south + high),
            )
        )
    return StudyAreas(tuple(areas), np.asarray(row.ravel(), dtype=np.int64))


def _box(west: float, south: float, east: float, north: float) -> MultiPolygon:
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return ((tuple((round(x, DECIMALS), round(y, DECIMALS)) for x, y in corners),),)
