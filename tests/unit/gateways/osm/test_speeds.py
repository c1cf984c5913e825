from __future__ import annotations

import pytest

from wardmote.core.travel.graph import RoadClass
from wardmote.gateways.osm.speeds import (
    DEFAULT_KMH,
    MAXIMUM_KMH,
    default_kmh,
    parse_maxspeed_kmh,
    speeds_kmh,
)


@pytest.mark.parametrize(
    ("value", "country", "expected"),
    [
        ("50", "", 50),
        ("50 km/h", "", 50),
        ("50kmh", "", 50),
        ("30 mph", "", 48.28032),
        ("30mph", "US", 48.28032),
        ("30", "US", 30),
        ("10 knots", "", 18.52),
        ("none", "DE", MAXIMUM_KMH),
        ("walk", "", 6),
        ("50;30", "", 30),
        ("80|60", "", 60),
        ("DE:urban", "", 50),
        ("DE:zone:30", "", 30),
        ("DE:zone30", "", 30),
        ("zone:30", "CN", 30),
        ("zone30", "", 30),
        ("GB:zone:20", "", 32.18688),
        ("CN:urban", "", 50),
        ("CN:motorway", "", 120),
        ("GB:nsl_single", "", 96),
        ("XX:rural", "", 80),
        ("3", "", 5),
        ("500", "", MAXIMUM_KMH),
    ],
)
def test_speed_limits_are_read_in_every_spelling(value: str, country: str, expected: float) -> None:
    assert parse_maxspeed_kmh(value, country) == pytest.approx(expected)


@pytest.mark.parametrize("value", ["", "signals", "variable", "0", "fast", "-5", "XX:unknown"])
def test_what_says_no_speed_is_none(value: str) -> None:
    assert parse_maxspeed_kmh(value, "") is None


@pytest.mark.parametrize("country", sorted(DEFAULT_KMH))
def test_every_country_has_a_default_for_every_class(country: str) -> None:
    assert set(DEFAULT_KMH[country]) == set(RoadClass)
    assert all(5 <= speed <= MAXIMUM_KMH for speed in DEFAULT_KMH[country].values())


def test_an_unknown_country_has_the_international_defaults() -> None:
    assert default_kmh(RoadClass.RESIDENTIAL, "ZZ", link=False) == 30


def test_slip_roads_are_slower_but_never_below_thirty() -> None:
    assert default_kmh(RoadClass.MOTORWAY, "CN", link=True) == 60
    assert default_kmh(RoadClass.TERTIARY, "CN", link=True) == 30


def test_each_direction_has_its_own_limit() -> None:
    tags = {"maxspeed": "60", "maxspeed:backward": "40"}
    assert speeds_kmh(tags, RoadClass.PRIMARY, "CN", link=False) == (60, 40, True)


def test_without_a_limit_the_zone_then_the_default_counts() -> None:
    zone = speeds_kmh({"source:maxspeed": "DE:urban"}, RoadClass.TRUNK, "DE", link=False)
    assert zone == (50, 50, True)
    assert speeds_kmh({}, RoadClass.TRUNK, "DE", link=False) == (70, 70, False)


def test_a_bad_surface_caps_the_speed() -> None:
    assert speeds_kmh({"surface": "gravel"}, RoadClass.PRIMARY, "CN", link=False)[0] == 40
    assert speeds_kmh({"surface": "asphalt"}, RoadClass.PRIMARY, "CN", link=False)[0] == 60
