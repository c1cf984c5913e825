from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.gateways.datums import (
    CoordinateProblem,
    Datum,
    from_wgs84,
    many_to_wgs84,
    projected_to_wgs84,
    to_wgs84,
)

# Published with the widely used coordinate converters: Tian'anmen in each datum.
WGS = (116.404, 39.915)
GCJ_OF_WGS = (116.41024449916938, 39.91640428150164)
BD_OF_GCJ = (116.41036949371029, 39.92133699351021)


def metres(first: tuple[float, float], second: tuple[float, float]) -> float:
    east = (second[0] - first[0]) * math.cos(math.radians(first[1]))
    return math.hypot(east, second[1] - first[1]) * 111_195


def test_a_known_point_in_gcj02() -> None:
    assert from_wgs84(*WGS, Datum.GCJ02) == pytest.approx(GCJ_OF_WGS, abs=1e-9)
    assert metres(to_wgs84(*GCJ_OF_WGS, Datum.GCJ02), WGS) < 0.01


def test_a_known_point_in_bd09() -> None:
    # The published pair takes the same numbers as GCJ-02, so both must mean one place.
    through_bd = to_wgs84(*BD_OF_GCJ, Datum.BD09)
    assert metres(through_bd, to_wgs84(*WGS, Datum.GCJ02)) < 0.5
    assert from_wgs84(*through_bd, Datum.BD09) == pytest.approx(BD_OF_GCJ, abs=2e-6)


def test_wgs84_is_itself() -> None:
    assert to_wgs84(*WGS, Datum.WGS84) == WGS
    assert from_wgs84(*WGS, Datum.WGS84) == WGS


@pytest.mark.parametrize("datum", list(Datum))
@pytest.mark.parametrize("place", [(-122.42, 37.77), (13.4, 52.5), (151.2, -33.9), (0.0, 0.0)])
def test_outside_china_nothing_is_shifted(datum: Datum, place: tuple[float, float]) -> None:
    assert from_wgs84(*place, datum) == place
    assert to_wgs84(*place, datum) == place


@pytest.mark.parametrize(("datum", "within_m"), [(Datum.GCJ02, 0.5), (Datum.BD09, 1.0)])
@given(lon=st.floats(80.0, 130.0), lat=st.floats(20.0, 50.0))
def test_there_and_back_is_within_the_stated_error(
    datum: Datum, within_m: float, lon: float, lat: float
) -> None:
    assert metres(to_wgs84(*from_wgs84(lon, lat, datum), datum), (lon, lat)) <= within_m


def test_the_shift_is_hundreds_of_metres() -> None:
    assert 100 < metres(WGS, from_wgs84(*WGS, Datum.GCJ02)) < 800
    assert 500 < metres(WGS, from_wgs84(*WGS, Datum.BD09)) < 2000


def test_many_points_keep_their_order() -> None:
    points = [GCJ_OF_WGS, (-122.42, 37.77)]
    assert many_to_wgs84(points, Datum.GCJ02) == [to_wgs84(*p, Datum.GCJ02) for p in points]


def test_projected_coordinates_come_out_in_degrees() -> None:
    # EPSG guidance note 7-2: the UTM projection of (9 degrees E, 0 N) is (500000, 0) in zone 32.
    lon, lat = projected_to_wgs84([500_000.0, 500_000.0], [0.0, 5_538_630.7026], "EPSG:32632")
    assert lon == pytest.approx([9.0, 9.0], abs=1e-9)
    assert lat == pytest.approx([0.0, 50.0], abs=1e-8)


def test_geographic_systems_take_longitude_first() -> None:
    lon, lat = projected_to_wgs84([116.404], [39.915], "EPSG:4326")
    assert (lon[0], lat[0]) == WGS


def test_missing_positions_stay_missing() -> None:
    lon, lat = projected_to_wgs84([np.nan, 1e12], [0.0, 1e12], "EPSG:32632")
    assert np.isnan(lon).all()
    assert np.isnan(lat).all()


def test_an_unknown_system_is_said_in_both_languages() -> None:
    with pytest.raises(CoordinateProblem) as caught:
        projected_to_wgs84([0.0], [0.0], "EPSG:999999")
    assert "EPSG:999999" in caught.value.message.zh
    assert "EPSG:4326" in caught.value.message.en
