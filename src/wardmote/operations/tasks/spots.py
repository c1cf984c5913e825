"""The places that rules mean, with the areas they lie in."""

from __future__ import annotations

import datetime

from wardmote.core.beat.task_making import Spot
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.task import TOLERANCE_M, TaskPlace
from wardmote.core.domain.task_rule import OwnPlace, PlacesKind, Where
from wardmote.core.domain.text import Bilingual
from wardmote.operations.places import selectors as places


class Spots:
    """Places of a local day, read once for many rules."""

    def __init__(self, day: datetime.date) -> None:
        self._day = day
        self._divisions: dict[str, tuple[Spot, ...]] = {}
        self._key_places: tuple[tuple[str, Spot], ...] | None = None

    def of(self, where: Where | None) -> tuple[Spot, ...]:
        """The places that a rule means, by their codes."""
        if where is None:
            return ()
        if where.kind is PlacesKind.OWN:
            return tuple(_own(one) for one in where.own)
        if where.kind is PlacesKind.DIVISIONS:
            return self._of_level(where.level)
        return tuple(
            spot
            for kind, spot in self._known_key_places()
            if not where.kinds or kind in where.kinds
        )

    def _of_level(self, level: str) -> tuple[Spot, ...]:
        if not self._divisions:
            by_level: dict[str, list[Spot]] = {}
            for row in places.divisions(day=self._day):
                name = Bilingual(row.name_zh, row.name_en)
                # A division is walked, not stood at: its seat is for the map, not for a check.
                place = TaskPlace("division", row.code, name)
                by_level.setdefault(row.level, []).append(Spot(place, AreaId(row.code)))
            self._divisions = {level: tuple(spots) for level, spots in by_level.items()}
        return self._divisions.get(level, ())

    def _known_key_places(self) -> tuple[tuple[str, Spot], ...]:
        if self._key_places is None:
            found = []
            index = places.location_index()
            for row in places.key_places():
                begun = row.valid_from is None or row.valid_from <= self._day
                if not begun or (row.valid_to is not None and row.valid_to < self._day):
                    continue
                area = index.locate(row.lon, row.lat, self._day).area
                if area is None:
                    continue
                name = Bilingual(row.name_zh, row.name_en)
                tolerance_m = max(TOLERANCE_M, row.radius_m)
                place = TaskPlace("key_place", row.pk, name, row.lon, row.lat, tolerance_m)
                found.append((row.kind, Spot(place, area)))
            self._key_places = tuple(found)
        return self._key_places


def _own(own: OwnPlace) -> Spot:
    place = TaskPlace("own", own.code, own.name, own.lon, own.lat, own.tolerance_m)
    return Spot(place, own.area)
