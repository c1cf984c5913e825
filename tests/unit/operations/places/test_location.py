"""Where a point lies, on which day, and what a second load of the city leaves alone."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from tests.unit.operations.small_place import BEAT, EAST, SMALL_PLACE, WEST

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.places import PlaceClass
from wardmote.operations.places.location import LocationIndex, distances_m
from wardmote.operations.places.models import KeyPlace
from wardmote.operations.places.services import load_places

DAY = datetime.date(2026, 11, 5)
pytestmark = pytest.mark.usefixtures("place")


@pytest.mark.parametrize(
    ("lon", "lat", "area", "beat"),
    [
        (111.15, 27.05, EAST, BEAT),
        (111.05, 27.05, WEST, None),
        (111.1, 27.05, EAST, BEAT),
        (112.0, 28.0, None, None),
    ],
)
def test_a_point_lies_in_the_lowest_division_or_outside_every_area(
    lon: float, lat: float, area: AreaId | None, beat: str | None
) -> None:
    found = LocationIndex().locate(lon, lat, DAY)
    assert (found.area, found.beat) == (area, beat)


def test_a_key_place_reaches_exactly_as_far_as_its_radius() -> None:
    index = LocationIndex()
    place = KeyPlace.objects.get(pk="k1")
    lat = place.lat + 0.001
    (distance,) = distances_m(place.lon, lat, *_arrays(place))
    KeyPlace.objects.filter(pk="k1").update(radius_m=distance)
    assert LocationIndex().locate(place.lon, lat, DAY).place_class is PlaceClass.KEY_PLACE
    KeyPlace.objects.filter(pk="k1").update(radius_m=distance - 1e-6)
    assert LocationIndex().locate(place.lon, lat, DAY).place_class is PlaceClass.ELSEWHERE
    assert index.locate(111.15, 27.05, DAY).place_class is PlaceClass.CENTRE


def _arrays(place: KeyPlace) -> tuple[np.ndarray, np.ndarray]:
    return np.array([place.lon]), np.array([place.lat])


@pytest.mark.parametrize(
    ("day", "place_class"),
    [
        (datetime.date(2026, 10, 31), PlaceClass.ELSEWHERE),
        (datetime.date(2026, 11, 1), PlaceClass.KEY_PLACE),
        (datetime.date(2026, 11, 10), PlaceClass.KEY_PLACE),
        (datetime.date(2026, 11, 11), PlaceClass.ELSEWHERE),
    ],
)
def test_a_key_place_holds_from_its_first_day_to_its_last(
    day: datetime.date, place_class: PlaceClass
) -> None:
    assert LocationIndex().locate(111.18, 27.08, day).place_class is place_class


def test_loading_again_keeps_what_was_drawn_here() -> None:
    KeyPlace.objects.create(
        id="mine", kind="other", lon=111.0, lat=27.0, radius_m=50.0, drawn=True, name_en="Mine"
    )
    KeyPlace.objects.create(id="gone", kind="other", lon=111.0, lat=27.0, radius_m=50.0)
    load_places(SMALL_PLACE)
    assert set(KeyPlace.objects.values_list("pk", flat=True)) == {"k1", "k2", "mine"}
