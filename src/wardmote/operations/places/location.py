"""Where a point lies: in which area and beat, and what class of place it is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from wardmote.core.domain.areas import EVERYWHERE, area_prefix
from wardmote.core.domain.ids import AreaId, BeatId
from wardmote.core.domain.places import PlaceClass
from wardmote.operations.places.models import Beat, City, Division, KeyPlace, Zone

_METRES_PER_DEGREE = 6_371_008.8 * np.pi / 180


@dataclass(frozen=True, slots=True)
class Located:
    """What is known about a point.

    Attributes:
        area: the lowest division that contains it; None outside every area of this deployment.
        beat: the community beat; None outside every beat.
        place_class: for the response standard.
        key_place: id of the key place that it is at; empty otherwise.
    """

    area: AreaId | None
    beat: BeatId | None
    place_class: PlaceClass
    key_place: str = ""


@dataclass(frozen=True, slots=True)
class _Days:
    first: datetime.date | None
    last: datetime.date | None

    def hold(self, day: datetime.date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class LocationIndex:
    """All boundaries in memory, read once from the rows. Safe to share: it does not change."""

    def __init__(self) -> None:
        divisions = list(
            Division.objects.exclude(boundary=b"").values_list("code", "boundary").order_by("code")
        )
        self._codes = [AreaId(code) for code, _ in divisions]
        self._depth = [len(area_prefix(code)) for code in self._codes]
        self._divisions = shapely.STRtree(_geometries([row[1] for row in divisions]))
        beats = list(Beat.objects.exclude(boundary=b"").order_by("id"))
        self._beats = [(BeatId(beat.id), AreaId(beat.area)) for beat in beats]
        self._beat_tree = shapely.STRtree(_geometries([beat.boundary for beat in beats]))
        zones = list(Zone.objects.exclude(boundary=b"").order_by("id"))
        self._zones = [
            (PlaceClass(zone.place_class), _Days(zone.valid_from, zone.valid_to)) for zone in zones
        ]
        self._zone_tree = shapely.STRtree(_geometries([zone.boundary for zone in zones]))
        places = list(KeyPlace.objects.order_by("id"))
        self._key_ids = [place.id for place in places]
        self._key_days = [_Days(place.valid_from, place.valid_to) for place in places]
        self._key_lon = np.array([place.lon for place in places], dtype=np.float64)
        self._key_lat = np.array([place.lat for place in places], dtype=np.float64)
        self._key_radius = np.array([place.radius_m for place in places], dtype=np.float64)
        self._city = City.objects.first()
        tops = [AreaId(code) for code in _top_codes()]
        self._whole = tops[0] if len(tops) == 1 else EVERYWHERE

    @property
    def whole_area(self) -> AreaId:
        """The division above all others of the city, or the root when there is none."""
        return self._whole

    def locate(self, lon: float, lat: float, day: datetime.date) -> Located:
        """What is known about a point (WGS-84 degrees) on a local day."""
        point = shapely.Point(lon, lat)
        beat, beat_area = self._beat_of(point)
        area = self._area_of(point)
        if beat_area is not None and (
            area is None or len(area_prefix(area)) < len(area_prefix(beat_area))
        ):
            area = beat_area
        if area is None and not self._codes:
            area = self._by_bounds(lon, lat)
        key_place = self._key_place(lon, lat, day)
        if key_place:
            return Located(area, beat, PlaceClass.KEY_PLACE, key_place)
        return Located(area, beat, self._zone_class(point, day))

    def _area_of(self, point: BaseGeometry) -> AreaId | None:
        rows = self._divisions.query(point, predicate="intersects")
        if not len(rows):
            return None
        # The deepest division counts; on a shared border the smaller code, so that it never flips.
        best: int = min(rows.tolist(), key=lambda row: (-self._depth[row], row))
        return self._codes[best]

    def _beat_of(self, point: BaseGeometry) -> tuple[BeatId | None, AreaId | None]:
        rows = self._beat_tree.query(point, predicate="intersects")
        return self._beats[int(rows.min())] if len(rows) else (None, None)

    def _by_bounds(self, lon: float, lat: float) -> AreaId | None:
        """For a city without any boundary: all within its bounds is one area."""
        city = self._city
        if city is None or not (city.west <= lon <= city.east and city.south <= lat <= city.north):
            return None
        return self._whole

    def _zone_class(self, point: BaseGeometry, day: datetime.date) -> PlaceClass:
        rows: list[int] = self._zone_tree.query(point, predicate="intersects").tolist()
        for row in sorted(rows):
            place_class, days = self._zones[row]
            if days.hold(day):
                return place_class
        return PlaceClass.ELSEWHERE

    def _key_place(self, lon: float, lat: float, day: datetime.date) -> str:
        distance = distances_m(lon, lat, self._key_lon, self._key_lat)
        within = np.flatnonzero(distance <= self._key_radius)
        nearest_first: list[int] = within[np.argsort(distance[within], kind="stable")].tolist()
        for row in nearest_first:
            if self._key_days[row].hold(day):
                return self._key_ids[row]
        return ""


def distances_m(
    lon: float, lat: float, lons: NDArray[np.float64], lats: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Metres from one point to many, in the plane that touches the sphere there."""
    x = (lons - lon) * np.cos(np.radians(lat)) * _METRES_PER_DEGREE
    y = (lats - lat) * _METRES_PER_DEGREE
    distance: NDArray[np.float64] = np.hypot(x, y)
    return distance


def _geometries(wkb: list[bytes | memoryview]) -> list[BaseGeometry]:
    geometries: list[BaseGeometry] = (
        shapely.from_wkb([bytes(one) for one in wkb]).tolist() if wkb else []
    )
    return geometries


def _top_codes() -> list[str]:
    codes = set(Division.objects.values_list("code", flat=True))
    parents = dict(Division.objects.values_list("code", "parent"))
    return sorted(code for code in codes if parents[code] not in codes)
