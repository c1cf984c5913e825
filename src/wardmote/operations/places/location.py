"""Where a point lies: in which area, grid and beat on a day, and what class of place it is."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from wardmote.core.domain.areas import EVERYWHERE, area_prefix
from wardmote.core.domain.division_changes import ValidDays
from wardmote.core.domain.ids import AreaId, BeatId
from wardmote.core.domain.places import PlaceClass
from wardmote.operations.places.models import City, Division, KeyPlace, Zone
from wardmote.operations.places.standing import (
    BeatPiece,
    beat_pieces,
    division_pieces,
    grid_pieces,
)

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


class _Standing(Protocol):
    @property
    def days(self) -> ValidDays: ...


class LocationIndex:
    """All boundaries in memory, read once from the rows. Safe to share: it does not change."""

    def __init__(self) -> None:
        self._divisions = division_pieces()
        self._depth = [len(area_prefix(AreaId(piece.code))) for piece in self._divisions]
        self._division_tree = shapely.STRtree([piece.shape for piece in self._divisions])
        self._grids = grid_pieces()
        self._grid_tree = shapely.STRtree([piece.shape for piece in self._grids])
        pieces = beat_pieces()
        self._beats = [piece for piece in pieces if piece.shape is not None]
        self._beat_tree = shapely.STRtree([piece.shape for piece in self._beats])
        self._by_village: dict[str, list[BeatPiece]] = {}
        for piece in pieces:
            for village in piece.villages:
                self._by_village.setdefault(village, []).append(piece)
        self._gridded: dict[str, list[ValidDays]] = {}
        for grid in self._grids:
            self._gridded.setdefault(grid.code[:12], []).append(grid.days)
        self._days = {
            code: ValidDays(first, last)
            for code, first, last in Division.objects.values_list("code", "valid_from", "valid_to")
        }
        zones = list(Zone.objects.exclude(boundary=b"").order_by("id"))
        self._zones = [
            (PlaceClass(zone.place_class), ValidDays(zone.valid_from, zone.valid_to))
            for zone in zones
        ]
        self._zone_tree = shapely.STRtree(_geometries([zone.boundary for zone in zones]))
        places = list(KeyPlace.objects.order_by("id"))
        self._key_ids = [place.id for place in places]
        self._key_days = [ValidDays(place.valid_from, place.valid_to) for place in places]
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
        area = next(iter(self.divisions_at(lon, lat, day)), None)
        beat, beat_area = self._beat_of(point, area, day)
        if beat_area is not None and (
            area is None or len(area_prefix(area)) < len(area_prefix(beat_area))
        ):
            area = beat_area
        if area is None and not self._divisions:
            area = self._by_bounds(lon, lat)
        key_place = self._key_place(lon, lat, day)
        if key_place:
            return Located(area, beat, PlaceClass.KEY_PLACE, key_place)
        return Located(area, beat, self._zone_class(point, day))

    def divisions_at(self, lon: float, lat: float, day: datetime.date) -> list[AreaId]:
        """Every division around a point on a day, the deepest first.

        On a shared border the smaller code comes first, so that the answer never flips.
        """
        rows = _standing_rows(self._division_tree, self._divisions, shapely.Point(lon, lat), day)
        rows.sort(key=lambda row: (-self._depth[row], self._divisions[row].code))
        return [AreaId(self._divisions[row].code) for row in rows]

    def grids_at(self, lon: float, lat: float, day: datetime.date) -> list[str]:
        """Every grid around a point on a day, by code."""
        rows = _standing_rows(self._grid_tree, self._grids, shapely.Point(lon, lat), day)
        return sorted(self._grids[row].code for row in rows)

    def has_grids(self, village: AreaId, day: datetime.date) -> bool:
        """Whether a village has a grid with a boundary on a day."""
        return any(days.hold(day) for days in self._gridded.get(village, ()))

    def stands(self, code: AreaId, day: datetime.date) -> bool:
        """Whether there is such a division on a day, with or without a boundary."""
        days = self._days.get(code)
        return days is not None and days.hold(day)

    def ended(self, code: AreaId, day: datetime.date) -> bool:
        """Whether such a division was there and is no more on a day."""
        days = self._days.get(code)
        return days is not None and days.last is not None and days.last < day

    def beats_of(self, village: AreaId, day: datetime.date) -> list[BeatId]:
        """The beats that name a village on a day, by id: one, unless something is wrong."""
        return [piece.beat for piece in self._by_village.get(village, ()) if piece.days.hold(day)]

    def beats_around(self, lon: float, lat: float, day: datetime.date) -> list[BeatId]:
        """The beats whose ground holds a point on a day, by id."""
        rows = _standing_rows(self._beat_tree, self._beats, shapely.Point(lon, lat), day)
        return sorted({self._beats[row].beat for row in rows})

    def _beat_of(
        self, point: BaseGeometry, area: AreaId | None, day: datetime.date
    ) -> tuple[BeatId | None, AreaId | None]:
        """By its villages; of places that no beat names, by the ground of the beats."""
        named = [piece for piece in self._by_village.get(area or "", ()) if piece.days.hold(day)]
        if named:
            return named[0].beat, named[0].area
        rows = _standing_rows(self._beat_tree, self._beats, point, day)
        if not rows:
            return None, None
        first = self._beats[min(rows)]
        return first.beat, first.area

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


def _standing_rows(
    tree: shapely.STRtree, pieces: Sequence[_Standing], point: BaseGeometry, day: datetime.date
) -> list[int]:
    rows: list[int] = tree.query(point, predicate="intersects").tolist()
    return [row for row in rows if pieces[row].days.hold(day)]


def _geometries(wkb: list[bytes | memoryview]) -> list[BaseGeometry]:
    geometries: list[BaseGeometry] = (
        shapely.from_wkb([bytes(one) for one in wkb]).tolist() if wkb else []
    )
    return geometries


def _top_codes() -> list[str]:
    parents = dict(Division.objects.filter(valid_to=None).values_list("code", "parent"))
    parents = parents or dict(Division.objects.values_list("code", "parent"))
    return sorted(code for code, parent in parents.items() if parent not in parents)
