"""Which country a file is from, and its time zone: guesses, always said to be guesses."""

from collections import Counter
from dataclasses import dataclass

import osmium

from wardmote.gateways.osm.source import OsmSource, reading
from wardmote.gateways.time_zones import zone_at

_OUTLINES: tuple[tuple[str, tuple[tuple[float, float], ...]], ...] = (
    # Coarse outlines (lon, lat), a few dozen kilometres off at borders; small places come first.
    ("HK", ((113.83, 22.15), (114.45, 22.15), (114.45, 22.55), (113.83, 22.50))),
    ("TW", ((119.2, 21.8), (122.2, 21.8), (122.2, 25.5), (121.0, 25.5), (119.2, 23.9))),
    (
        "JP",
        (
            (128.0, 30.0),
            (132.5, 30.5),
            (141.5, 34.5),
            (146.2, 43.2),
            (141.5, 45.8),
            (139.0, 41.5),
            (135.5, 37.5),
            (129.0, 34.5),
        ),
    ),
    (
        "GB",
        (
            (-5.8, 49.9),
            (1.5, 50.9),
            (2.0, 53.0),
            (-1.5, 56.0),
            (-1.5, 61.0),
            (-8.0, 58.0),
            (-8.2, 54.3),
            (-6.2, 54.0),
        ),
    ),
    (
        "FR",
        (
            (-5.0, 48.6),
            (1.6, 51.1),
            (4.2, 50.0),
            (8.2, 49.0),
            (7.5, 47.5),
            (6.2, 46.4),
            (7.7, 43.7),
            (3.1, 42.4),
            (-1.8, 43.3),
        ),
    ),
    (
        "DE",
        (
            (6.0, 50.8),
            (7.0, 53.7),
            (8.6, 55.0),
            (14.2, 54.2),
            (15.0, 51.0),
            (12.2, 50.2),
            (13.8, 48.7),
            (12.9, 47.5),
            (7.6, 47.6),
            (8.2, 49.0),
            (6.2, 49.5),
        ),
    ),
    (
        "CN",
        (
            (73.6, 39.5),
            (80.2, 42.2),
            (80.4, 45.0),
            (87.5, 49.1),
            (91.0, 45.2),
            (96.4, 42.7),
            (105.0, 41.6),
            (112.0, 43.7),
            (119.9, 46.7),
            (116.0, 47.8),
            (119.8, 50.0),
            (121.0, 53.3),
            (126.0, 52.5),
            (130.9, 48.9),
            (134.7, 48.3),
            (131.0, 44.9),
            (130.6, 42.4),
            (124.3, 39.9),
            (122.8, 37.0),
            (122.5, 29.5),
            (117.5, 23.0),
            (111.0, 17.8),
            (108.2, 21.5),
            (105.3, 23.2),
            (101.7, 21.2),
            (97.6, 24.0),
            (98.6, 27.6),
            (92.0, 27.5),
            (86.0, 27.9),
            (78.8, 31.3),
            (78.0, 35.4),
        ),
    ),
    (
        "IN",
        (
            (68.2, 23.7),
            (72.6, 20.8),
            (77.5, 8.0),
            (80.3, 13.0),
            (87.0, 21.2),
            (89.0, 22.0),
            (88.1, 26.3),
            (80.1, 28.8),
            (78.8, 31.3),
            (77.8, 35.4),
            (73.9, 34.3),
            (69.6, 27.2),
        ),
    ),
    (
        "US",
        (
            (-124.8, 48.4),
            (-123.0, 49.0),
            (-95.1, 49.0),
            (-88.4, 48.2),
            (-82.6, 45.3),
            (-82.4, 42.0),
            (-78.7, 42.9),
            (-75.0, 45.0),
            (-69.0, 47.4),
            (-66.9, 44.8),
            (-74.0, 39.0),
            (-80.0, 25.0),
            (-82.0, 24.5),
            (-97.1, 25.9),
            (-106.5, 31.7),
            (-114.8, 32.4),
            (-117.2, 32.5),
            (-121.3, 34.2),
            (-123.4, 37.2),
            (-125.2, 40.3),
        ),
    ),
    ("US", ((-168.5, 54.0), (-130.0, 54.7), (-141.0, 60.3), (-141.0, 71.5), (-168.5, 71.5))),
    ("US", ((-160.4, 18.8), (-154.7, 18.8), (-154.7, 22.3), (-160.4, 22.3))),
)

_ZONE_OF = {"CN": "Asia/Shanghai"}
"""Countries with several entries in the zone table that keep one official time."""


@dataclass(frozen=True, slots=True)
class CountryGuess:
    """A country and how it was found: ``option``, ``file``, ``outline`` or ``default``."""

    code: str
    found_from: str


def country_in_file(source: OsmSource) -> str:
    """The ISO code that tags of the file name most often; empty when none does.

    Looks at ``ISO3166-1`` and ``ISO3166-2`` of boundaries and ``addr:country`` of addresses.
    """
    votes: Counter[str] = Counter()
    keys = ("ISO3166-1:alpha2", "ISO3166-1", "ISO3166-2", "addr:country")
    with reading(source):
        processor = osmium.FileProcessor(source.file())
        for found in processor.with_filter(osmium.filter.KeyFilter(*keys)):
            for key in keys:
                code = (found.tags.get(key) or "")[:2].upper()
                if len(code) == 2 and code.isalpha():
                    # A boundary speaks for its whole area, an address for one house.
                    votes[code] += 1 if key == "addr:country" else 100
    ranked = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
    return ranked[0][0] if ranked else ""


def country_at(lon: float, lat: float) -> str:
    """The country whose coarse outline holds the point; empty when none does."""
    for code, outline in _OUTLINES:
        if _inside(lon, lat, outline):
            return code
    return ""


def time_zone(country: str, lon: float, lat: float) -> str:
    """The IANA zone: that of the country, or of its principal place nearest to the point.

    Without a country that of the nearest known town; ``UTC`` for a country without any zone.
    """
    if country in _ZONE_OF:
        return _ZONE_OF[country]
    return zone_at(lon, lat, country)


def _inside(lon: float, lat: float, outline: tuple[tuple[float, float], ...]) -> bool:
    inside = False
    previous = outline[-1]
    for point in outline:
        if (point[1] > lat) != (previous[1] > lat):
            slope = (previous[0] - point[0]) / (previous[1] - point[1])
            inside ^= lon < point[0] + slope * (lat - point[1])
        previous = point
    return inside
