"""Drawing key places and zones on the map, with the days on which they hold.

What is drawn decides the place class of calls from its first day on. It is never deleted: ending
it sets its last day, so that past calls can still be explained.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from django.db import transaction

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.place_events import PlaceDrawn
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors
from wardmote.operations.places.errors import BadDrawingError, UnknownDrawingError
from wardmote.operations.places.models import KeyPlace, Zone

KEY_PLACE_KINDS = ("school", "hospital", "station", "market", "government", "other")
MIN_RADIUS_M = 5.0
MAX_RADIUS_M = 2_000.0
MAX_CORNERS = 500

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Days:
    """The local days on which something holds, inclusive; None is open."""

    first: datetime.date | None = None
    last: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class KeyPlaceDrawing:
    """A key place to be drawn: a circle of `radius_m` around a WGS-84 point."""

    name: Bilingual
    kind: str
    lon: float
    lat: float
    radius_m: float
    days: Days = Days()


@dataclass(frozen=True, slots=True)
class ZoneDrawing:
    """A zone to be drawn: its corners in order, WGS-84 (lon, lat), not closed."""

    name: Bilingual
    place_class: PlaceClass
    corners: Sequence[Point]
    days: Days = Days()


def draw_key_place(viewer: Viewer, drawing: KeyPlaceDrawing, *, now_s: float) -> str:
    """Add a key place; returns its id.

    Raises:
        AccessDeniedError: the viewer may not edit the configuration there.
        BadDrawingError: naming the field that does not fit.
    """
    _check_common(drawing.name, drawing.days)
    _check_point((drawing.lon, drawing.lat))
    if drawing.kind not in KEY_PLACE_KINDS:
        raise BadDrawingError(field="kind")
    if not MIN_RADIUS_M <= drawing.radius_m <= MAX_RADIUS_M:
        raise BadDrawingError(field="radius_m")
    area = _editable_area(viewer, (drawing.lon, drawing.lat), now_s)
    place = new_id(now_s)
    with transaction.atomic():
        KeyPlace.objects.create(
            id=place,
            name_zh=drawing.name.zh,
            name_en=drawing.name.en,
            kind=drawing.kind,
            lon=drawing.lon,
            lat=drawing.lat,
            radius_m=drawing.radius_m,
            valid_from=drawing.days.first,
            valid_to=drawing.days.last,
            drawn=True,
        )
        _record(viewer, area, place, "key_place", PlaceClass.KEY_PLACE, drawing.days, now_s)
    return place


def draw_zone(viewer: Viewer, drawing: ZoneDrawing, *, now_s: float) -> str:
    """Add a zone; returns its id.

    Raises:
        AccessDeniedError: the viewer may not edit the configuration there.
        BadDrawingError: naming the field that does not fit.
    """
    _check_common(drawing.name, drawing.days)
    if not 3 <= len(drawing.corners) <= MAX_CORNERS:
        raise BadDrawingError(field="corners")
    for corner in drawing.corners:
        _check_point(corner)
    polygon = shapely.Polygon(drawing.corners)
    if not polygon.is_valid or polygon.area == 0:
        raise BadDrawingError(field="corners")
    middle = polygon.representative_point()
    area = _editable_area(viewer, (middle.x, middle.y), now_s)
    for corner in drawing.corners:  # a zone must not reach into somebody else's area
        _editable_area(viewer, corner, now_s)
    zone = new_id(now_s)
    with transaction.atomic():
        Zone.objects.create(
            id=zone,
            name_zh=drawing.name.zh,
            name_en=drawing.name.en,
            place_class=drawing.place_class.value,
            boundary=shapely.to_wkb(shapely.MultiPolygon([polygon])),
            valid_from=drawing.days.first,
            valid_to=drawing.days.last,
            drawn=True,
        )
        _record(viewer, area, zone, "zone", drawing.place_class, drawing.days, now_s)
    return zone


def end_drawing(viewer: Viewer, place: str, last_day: datetime.date, *, now_s: float) -> None:
    """Set the last day of a key place or zone.

    Raises:
        UnknownDrawingError: there is none of this id.
        AccessDeniedError: the viewer may not edit the configuration there.
        BadDrawingError: it would end before it began.
    """
    with transaction.atomic():
        row = _drawn_row(place)
        if row.valid_from is not None and last_day < row.valid_from:
            raise BadDrawingError(field="valid_to")
        _end(viewer, row, last_day, now_s)


def call_off_drawing(viewer: Viewer, place: str, *, now_s: float) -> None:
    """Let a key place or zone that has not begun never hold: it ends the day before its first.

    Raises:
        UnknownDrawingError: there is none of this id.
        AccessDeniedError: the viewer may not edit the configuration there.
        BadDrawingError: it has begun; then it is ended.
    """
    with transaction.atomic():
        row = _drawn_row(place)
        if row.valid_from is None or row.valid_from <= local_day(now_s):
            raise BadDrawingError(field="valid_from")
        _end(viewer, row, row.valid_from - datetime.timedelta(days=1), now_s)


def _end(viewer: Viewer, row: KeyPlace | Zone, last_day: datetime.date, now_s: float) -> None:
    if isinstance(row, KeyPlace):
        kind, place_class, point = "key_place", PlaceClass.KEY_PLACE, (row.lon, row.lat)
    else:
        middle = shapely.from_wkb(bytes(row.boundary)).representative_point()
        kind, place_class, point = "zone", PlaceClass(row.place_class), (middle.x, middle.y)
    area = _editable_area(viewer, point, now_s)
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    _record(viewer, area, row.pk, kind, place_class, Days(row.valid_from, last_day), now_s)


def _drawn_row(place: str) -> KeyPlace | Zone:
    row = (
        KeyPlace.objects.select_for_update().filter(pk=place).first()
        or Zone.objects.select_for_update().filter(pk=place).first()
    )
    if row is None:
        raise UnknownDrawingError
    return row


def _check_common(name: Bilingual, days: Days) -> None:
    if not (name.zh.strip() or name.en.strip()):
        raise BadDrawingError(field="name")
    if days.first is not None and days.last is not None and days.last < days.first:
        raise BadDrawingError(field="valid_to")


def _check_point(point: Point) -> None:
    lon, lat = point
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadDrawingError(field="corners")


def _editable_area(viewer: Viewer, point: Point, now_s: float) -> AreaId:
    area = selectors.locate(*point, now_s).area or selectors.location_index().whole_area
    if not viewer.may(Permission.CONFIGURATION_EDIT, area):
        raise AccessDeniedError
    return area


def _record(
    viewer: Viewer,
    area: AreaId,
    place: str,
    kind: str,
    place_class: PlaceClass,
    days: Days,
    now_s: float,
) -> None:
    payload = PlaceDrawn(
        place,
        kind,
        place_class,
        None if days.first is None else days.first.isoformat(),
        None if days.last is None else days.last.isoformat(),
    )
    record([payload], actor=viewer.staff_id, area=area, now_s=now_s)
    transaction.on_commit(selectors.forget)
