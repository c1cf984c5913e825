"""A place and check-points as people enter them: a division, a street by name, or points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.patrol import (
    MOST_POINTS,
    CheckPoint,
    Path,
    PatrolPlace,
    PatrolPlaceKind,
    is_position,
)
from wardmote.core.domain.text import Bilingual
from wardmote.operations.local_time import local_day
from wardmote.operations.patrols.ways import points_along, street_in
from wardmote.operations.places.selectors import boundary_of, divisions
from wardmote.web.pages.night_watch.words import text_of

DIGITS = 6
MOST_RING = 400


class NoSuchPlaceError(Exception):
    """What was entered is no place. `sentence`: what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def entered_place(
    request: HttpRequest, area: AreaId, now_s: float, *, points_needed: bool = True
) -> tuple[PatrolPlace, tuple[CheckPoint, ...]]:
    """The place and the check-points of a form.

    An area is a division by its code, or a ring of points; a street is found by its name in the
    area. Without check-points some are put along it.

    Raises:
        NoSuchPlaceError: it is no place.
    """
    kind = _kind(text_of(request, "kind"))
    name = text_of(request, "place")[:120]
    points = points_in(text_of(request, "points"))
    drawn = tuple((one.lon, one.lat) for one in points_in(text_of(request, "ring"), MOST_RING))
    return place_of(kind, name, area, drawn, points, now_s, points_needed=points_needed)


def place_of(
    kind: PatrolPlaceKind,
    name: str,
    area: AreaId,
    drawn: Path,
    points: tuple[CheckPoint, ...],
    now_s: float,
    *,
    points_needed: bool = True,
) -> tuple[PatrolPlace, tuple[CheckPoint, ...]]:
    """A place of a kind by its name, or drawn.

    Raises:
        NoSuchPlaceError: there is none of that name.
    """
    known = Bilingual(name, name)
    if kind is PatrolPlaceKind.STREET:
        paths = street_in(name, area, now_s)
        if not paths:
            raise NoSuchPlaceError(
                _("No street of that name is on the map of this area. Enter check-points instead.")
            )
        place = PatrolPlace(kind, known, name[:60], paths)
        return place, points or points_along(paths, known)
    if kind is PatrolPlaceKind.AREA:
        place = _area(name, area, drawn, now_s)
        return place, points or points_along(place.paths, place.name)
    if not points and points_needed:
        raise NoSuchPlaceError(_("Enter at least one check-point: longitude, latitude, name."))
    return PatrolPlace(kind, known), points


def points_in(text: str, most: int = MOST_POINTS) -> tuple[CheckPoint, ...]:
    """Check-points, one a line: longitude, latitude and a name.

    Raises:
        NoSuchPlaceError: a line is none; it is named.
    """
    found: list[CheckPoint] = []
    for number, line in enumerate(text.replace("，", ",").splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split(",", 2)]
        try:
            lon, lat = float(parts[0]), float(parts[1])
        except (ValueError, IndexError):
            lon = lat = float("nan")
        if not is_position(lon, lat):
            raise NoSuchPlaceError(
                _("Line %(line)s is no check-point: longitude, latitude, name.") % {"line": number}
            )
        name = parts[2][:60] if len(parts) > 2 else ""
        row = len(found) + 1
        found.append(CheckPoint(row, Bilingual(name, name), round(lon, DIGITS), round(lat, DIGITS)))
    if len(found) > most:
        raise NoSuchPlaceError(_("At most %(most)s check-points.") % {"most": most})
    return tuple(found)


def lines_of(points: Sequence[CheckPoint]) -> str:
    """The same the other way."""
    return "\n".join(
        f"{one.lon:.6f}, {one.lat:.6f}, {one.name.zh or one.name.en}" for one in points
    )


def paths_json(paths: Sequence[Path]) -> list[Any]:
    """Lines for a map."""
    return [[list(point) for point in path] for path in paths]


def _area(name: str, area: AreaId, drawn: Path, now_s: float) -> PatrolPlace:
    if drawn:
        return PatrolPlace(PatrolPlaceKind.AREA, Bilingual(name, name), "", (drawn,))
    code = name if is_area_code(name) else area
    for row in divisions(boundaries=True, day=local_day(now_s)):
        if row.code != code:
            continue
        rings = [ring for polygon in boundary_of(row.boundary) for ring in polygon]
        paths = tuple(_thinned(ring) for ring in rings if len(ring) > 3)
        if paths:
            known = Bilingual(row.name_zh, row.name_en)
            if name and name != code:
                known = Bilingual(name, name)
            return PatrolPlace(PatrolPlaceKind.AREA, known, code, paths)
    raise NoSuchPlaceError(
        _("The area has no boundary on record. Draw one, or enter check-points.")
    )


def _thinned(ring: Sequence[Sequence[float]]) -> Path:
    """At most some hundred corners, without the repeated first."""
    step = -(-len(ring) // MOST_RING)
    corners = [(round(lon, DIGITS), round(lat, DIGITS)) for lon, lat in ring[::step]]
    return tuple(corners[:-1] if corners[0] == corners[-1] else corners)


def _kind(text: str) -> PatrolPlaceKind:
    try:
        return PatrolPlaceKind(text)
    except ValueError:
        return PatrolPlaceKind.POINTS
