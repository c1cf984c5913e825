"""The zone that clocks keep at a place, by the nearest town whose zone is known.

A guess: near borders often a wrong one, so whoever uses it asks a person to check.
Source: ``zone.tab`` of the tz database, and the larger towns between its chief ones.
"""

from __future__ import annotations

import datetime
import importlib.resources
import math
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

_Town = tuple[str, str, float, float]
"""Country, zone, longitude, latitude."""

_SMALL = frozenset({"Asia/Hong_Kong", "Asia/Macau", "Asia/Singapore"})
"""Zones of one city each; what lies around them keeps another."""

_MORE: dict[tuple[str, str], tuple[tuple[float, float], ...]] = {
    ("CN", "Asia/Shanghai"): (
        (113.0, 28.2), (114.3, 30.6), (104.1, 30.7), (108.9, 34.3), (113.3, 23.1), (116.4, 39.9),
        (126.6, 45.8), (102.7, 25.0), (91.1, 29.7), (87.6, 43.8), (118.1, 24.5), (110.3, 20.0),
        (106.6, 26.6), (103.8, 36.1), (111.7, 40.8), (123.4, 41.8), (108.3, 22.8), (101.8, 36.6),
        (106.5, 29.6), (112.6, 26.9), (114.1, 22.6), (131.0, 45.3), (100.2, 25.6), (76.0, 39.5),
    ),
    ("US", "America/New_York"): (
        (-84.4, 33.7), (-80.8, 35.2), (-80.2, 25.8), (-82.5, 27.9), (-81.7, 30.3), (-83.0, 40.0),
        (-84.5, 39.1), (-80.0, 40.4), (-83.9, 36.0), (-77.0, 38.9), (-71.1, 42.4), (-79.0, 35.9),
        (-78.9, 42.9), (-76.3, 36.9), (-81.0, 34.0), (-84.3, 30.4), (-81.7, 41.5), (-70.3, 43.7),
        (-83.0, 42.4), (-84.5, 38.0),
    ),
    ("US", "America/Chicago"): (
        (-86.8, 36.2), (-90.0, 35.1), (-86.8, 33.5), (-95.4, 29.8), (-96.8, 32.8), (-98.5, 29.4),
        (-90.1, 30.0), (-94.6, 39.1), (-96.0, 41.3), (-93.3, 45.0), (-90.2, 38.6), (-97.5, 35.5),
        (-92.3, 38.9), (-87.9, 43.0), (-96.8, 46.9), (-92.3, 34.7), (-97.5, 25.9), (-99.5, 27.5),
        (-101.9, 33.6), (-87.2, 30.4), (-96.7, 43.5), (-93.6, 41.6),
    ),
    ("US", "America/Denver"): (
        (-106.5, 31.8), (-106.6, 35.1), (-111.9, 40.8), (-108.5, 45.8), (-103.2, 44.1),
        (-104.8, 41.1), (-105.9, 35.7), (-114.0, 46.9),
    ),
    ("US", "America/Phoenix"): ((-110.9, 32.2),),
    ("US", "America/Los_Angeles"): (
        (-122.3, 47.6), (-122.7, 45.5), (-122.4, 37.8), (-117.1, 32.7), (-115.1, 36.2),
        (-117.4, 47.7), (-119.8, 39.5), (-121.5, 38.6), (-119.8, 36.7), (-122.5, 48.7),
    ),
    ("CA", "America/Toronto"): (
        (-73.6, 45.5), (-75.7, 45.4), (-71.2, 46.8), (-81.2, 43.0), (-83.0, 42.3), (-89.2, 48.4),
        (-81.0, 46.5),
    ),
    ("CA", "America/Edmonton"): ((-114.1, 51.0), (-112.8, 49.7)),
    ("CA", "America/Vancouver"): ((-123.4, 48.4), (-119.5, 49.9)),
    ("MX", "America/Mexico_City"): ((-103.3, 20.7), (-100.3, 25.7), (-98.2, 19.0), (-89.6, 21.0)),
    ("BR", "America/Sao_Paulo"): (
        (-43.2, -22.9), (-47.9, -15.8), (-43.9, -19.9), (-49.3, -25.4), (-51.2, -30.0),
        (-49.3, -16.7),
    ),
    ("AU", "Australia/Sydney"): ((149.1, -35.3), (151.8, -32.9)),
    ("AU", "Australia/Brisbane"): ((153.4, -28.0), (145.8, -16.9)),
    ("RU", "Europe/Moscow"): (
        (30.3, 59.9), (44.0, 56.3), (39.7, 47.2), (49.1, 55.8), (39.0, 45.0), (33.1, 69.0),
    ),
    ("RU", "Asia/Yekaterinburg"): ((61.4, 55.2), (56.0, 54.7), (56.2, 58.0), (65.5, 57.2)),
    ("IN", "Asia/Kolkata"): ((77.2, 28.6), (72.9, 19.1), (77.6, 13.0), (80.3, 13.1), (78.5, 17.4)),
    ("DE", "Europe/Berlin"): ((11.6, 48.1), (10.0, 53.6), (6.9, 50.9), (8.7, 50.1)),
    ("FR", "Europe/Paris"): ((5.4, 43.3), (4.8, 45.8), (1.4, 43.6), (7.7, 48.6), (-1.6, 47.2)),
    ("GB", "Europe/London"): ((-3.2, 55.9), (-2.2, 53.5), (-5.9, 54.6), (-4.1, 50.4)),
    ("ES", "Europe/Madrid"): ((2.2, 41.4), (-0.4, 39.5), (-8.5, 43.4)),
    ("IT", "Europe/Rome"): ((9.2, 45.5), (14.3, 40.9), (7.7, 45.1), (13.4, 38.1)),
    ("ID", "Asia/Jakarta"): ((112.8, -7.3), (98.7, 3.6)),
    ("KZ", "Asia/Almaty"): ((71.4, 51.2),),
}  # fmt: skip

_PLACE = re.compile(r"([+-]\d{4,6})([+-]\d{5,7})")
_YEARS = (2018, 2026)


def zone_at(lon: float, lat: float, country: str = "") -> str:
    """The zone of the nearest known town, of `country` if that is given (ISO 3166, two letters).

    Of zones of a country that have kept the same time for years, the principal one is named.
    ``UTC`` for a country without any zone.
    """
    towns = [town for town in _towns() if not country or town[0] == country]
    if not towns:
        return "UTC"
    nearest = min(towns, key=lambda town: _distance(town, lon, lat))
    same = [
        town[1]
        for town in towns
        if town[0] == nearest[0] and _offsets(town[1]) == _offsets(nearest[1])
    ]
    # The zone with most towns in the table is the principal one; the nearest among equals.
    return max(same, key=lambda zone: (same.count(zone), zone == nearest[1]))


def _distance(town: _Town, lon: float, lat: float) -> float:
    _, name, town_lon, town_lat = town
    east = ((town_lon - lon + 180) % 360 - 180) * math.cos(math.radians(lat))
    # Zones of single counties (America/Indiana/…) are small; their neighbours' are not.
    weight = 4.0 if name.count("/") > 1 and not name.startswith("America/Argentina") else 1.0
    if name in _SMALL:
        weight = 30.0
    if name.startswith("Antarctica/"):
        weight = 30.0
    return weight * math.hypot(east, town_lat - lat)


@lru_cache(maxsize=512)
def _offsets(zone: str) -> tuple[datetime.timedelta | None, ...]:
    """Offsets in the middle of each month of some years."""
    info = ZoneInfo(zone)
    return tuple(
        datetime.datetime(year, month, 15, 12, tzinfo=info).utcoffset()
        for year in range(*_YEARS)
        for month in range(1, 13)
    )


@lru_cache(maxsize=1)
def _towns() -> tuple[_Town, ...]:
    table = importlib.resources.files("tzdata.zoneinfo").joinpath("zone.tab")
    towns = []
    for line in table.read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        match = None if line.startswith("#") else _PLACE.fullmatch(fields[1])
        if match is not None:
            lat, lon = _degrees(match[1], 3), _degrees(match[2], 4)
            towns.append((fields[0], fields[2], lon, lat))
    for (country, zone), places in _MORE.items():
        towns.extend((country, zone, lon, lat) for lon, lat in places)
    return tuple(towns)


def _degrees(text: str, width: int) -> float:
    """±DDMM, ±DDMMSS, ±DDDMM or ±DDDMMSS as degrees; `width`: of the sign and the degrees."""
    minutes = text[width:]
    value = float(text[1:width]) + float(minutes[:2]) / 60 + float(minutes[2:] or 0) / 3600
    return -value if text[0] == "-" else value
