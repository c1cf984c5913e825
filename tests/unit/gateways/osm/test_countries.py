from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wardmote.gateways.osm.countries import country_at, country_in_file, time_zone
from wardmote.gateways.osm.source import open_source


@pytest.mark.parametrize(
    ("lon", "lat", "country", "zone"),
    [
        (-122.42, 37.77, "US", "America/Los_Angeles"),
        (-92.33, 38.95, "US", "America/Chicago"),
        (-73.97, 40.78, "US", "America/New_York"),
        (111.47, 27.24, "CN", "Asia/Shanghai"),
        (87.6, 43.8, "CN", "Asia/Shanghai"),
        (110.3, 20.0, "CN", "Asia/Shanghai"),
        (114.17, 22.3, "HK", "Asia/Hong_Kong"),
        (121.5, 25.03, "TW", "Asia/Taipei"),
        (13.4, 52.5, "DE", "Europe/Berlin"),
        (2.35, 48.85, "FR", "Europe/Paris"),
        (-0.1, 51.5, "GB", "Europe/London"),
        (139.7, 35.7, "JP", "Asia/Tokyo"),
        (77.2, 28.6, "IN", "Asia/Kolkata"),
        (151.2, -33.87, "", "Australia/Sydney"),
        (46.7, 24.7, "", "Asia/Riyadh"),
    ],
)
def test_the_country_and_time_zone_of_known_cities(
    lon: float, lat: float, country: str, zone: str
) -> None:
    assert country_at(lon, lat) == country
    assert time_zone(country, lon, lat) == zone


def test_a_country_with_one_zone_needs_no_outline() -> None:
    assert time_zone("ZA", 28.2, -26.0) == "Africa/Johannesburg"


def test_tags_of_the_file_tell_the_country(osm_file: Callable[..., Path]) -> None:
    nodes = {
        1: (6.1, 50.7, {"addr:country": "BE"}),
        2: (6.1, 50.8, {"addr:country": "NL"}),
        3: (6.1, 50.9, {"addr:country": "nl"}),
    }
    assert country_in_file(open_source(osm_file(nodes))) == "NL"
    boundary = (5, [1, 2], {"boundary": "administrative", "ISO3166-2": "BE-VLI"})
    assert country_in_file(open_source(osm_file(nodes, [boundary]))) == "BE"
    assert country_in_file(open_source(osm_file({1: (6.1, 50.7)}))) == ""
