"""Which zone a control room's clock is in, and whether its stamps mean what they say.

A file that writes ``UTC`` behind local time is common. Demand gives it away: people call least
between about two and six in the morning, wherever they live.
"""

from __future__ import annotations

import importlib.resources
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

QUIET_HOUR = 4.0
"""Middle of the four quietest hours of a day, on the local clock."""

MIN_CALLS = 200
DECISIVE_H = 3.0
"""One reading of the clock is believed if it is closer to `QUIET_HOUR` by at least (>=) this."""

_CITY_ZONES = frozenset({"Asia/Hong_Kong", "Asia/Macau", "Asia/Singapore"})
"""Zones of one city each; what lies around them keeps another."""

_MORE_TOWNS = (
    (113.0, 28.2), (114.3, 30.6), (104.1, 30.7), (108.9, 34.3), (113.3, 23.1), (116.4, 39.9),
    (126.6, 45.8), (102.7, 25.0), (91.1, 29.7), (87.6, 43.8), (118.1, 24.5), (110.3, 20.0),
    (106.6, 26.6), (103.8, 36.1), (111.7, 40.8), (123.4, 41.8), (108.3, 22.8), (101.8, 36.6),
)  # fmt: skip
"""China keeps one time from Kashgar to Fuyuan; the table names Shanghai alone for all of it."""

_TABLE = "zone1970.tab"
_PLACE = re.compile(r"([+-]\d{4,6})([+-]\d{5,7})")


@dataclass(frozen=True, slots=True)
class ClockVerdict:
    """What the hours of the calls say.

    Attributes:
        quiet_hour: middle of the four quietest hours as written; None with too few calls.
        reads_local: the hours as written look like local time.
        reads_utc: they look like UTC, given the longitude.
    """

    quiet_hour: float | None
    reads_local: bool
    reads_utc: bool


def judge_clock(by_hour: Sequence[int], lon: float | None) -> ClockVerdict:
    """Compare the calls' hours as written, 0 .. 23, with a day's usual course."""
    if sum(by_hour) < MIN_CALLS:
        return ClockVerdict(None, reads_local=False, reads_utc=False)
    start = min(range(24), key=lambda hour: (sum(by_hour[(hour + n) % 24] for n in range(4)), hour))
    quiet = (start + 2.0) % 24
    off_local = _around(quiet - QUIET_HOUR)
    if lon is None:
        return ClockVerdict(quiet, reads_local=off_local <= DECISIVE_H, reads_utc=False)
    off_utc = _around(quiet + lon / 15 - QUIET_HOUR)
    return ClockVerdict(
        quiet,
        reads_local=off_utc - off_local >= DECISIVE_H,
        reads_utc=off_local - off_utc >= DECISIVE_H,
    )


def _around(hours: float) -> float:
    """Distance between two hours of the day, 0 .. 12."""
    return abs((hours + 12) % 24 - 12)


def nearest_zone(lon: float, lat: float) -> str:
    """The zone whose chief town is nearest; a guess, near borders often a wrong one."""
    return min(_zones(), key=lambda zone: _distance(zone, lon, lat))[0]


_Zone = tuple[str, float, float]


def _distance(zone: _Zone, lon: float, lat: float) -> float:
    name, zone_lon, zone_lat = zone
    east = ((zone_lon - lon + 180) % 360 - 180) * math.cos(math.radians(lat))
    # Zones of single counties (America/Indiana/…) are small; their neighbours' are not.
    weight = 4.0 if name.count("/") > 1 else 1.0
    if name in _CITY_ZONES:
        weight = 30.0
    return weight * math.hypot(east, zone_lat - lat)


@lru_cache(maxsize=1)
def _zones() -> tuple[_Zone, ...]:
    table = importlib.resources.files("tzdata.zoneinfo").joinpath(_TABLE)
    zones = []
    for line in table.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        fields = line.split("\t")
        match = _PLACE.fullmatch(fields[1])
        if match is not None:
            zones.append((fields[2], _degrees(match[2], 4), _degrees(match[1], 3)))
    zones.extend(("Asia/Shanghai", lon, lat) for lon, lat in _MORE_TOWNS)
    return tuple(zones)


def _degrees(text: str, width: int) -> float:
    """±DDMM, ±DDMMSS, ±DDDMM or ±DDDMMSS as degrees; `width`: of the sign and the degrees."""
    minutes = text[width:]
    value = float(text[1:width]) + float(minutes[:2]) / 60 + float(minutes[2:] or 0) / 3600
    return -value if text[0] == "-" else value
