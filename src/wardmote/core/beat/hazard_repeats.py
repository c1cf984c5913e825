"""Hazards that come back: which earlier ones a hazard repeats."""

from __future__ import annotations

import calendar
import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass

from wardmote.core.domain.hazard_categories import RepeatRule

EARTH_RADIUS_M = 6_371_008.8
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Spot:
    """A hazard as far as repeats go: where (WGS-84 degrees), of which category, reported when."""

    hazard: str
    category: str
    lon: float
    lat: float
    day: datetime.date


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """The distance of two places on the sphere, metres (haversine)."""
    south, north = math.radians(lat), math.radians(other_lat)
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(south) * math.cos(north) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day so many calendar months earlier; the month's last where it has no such day."""
    number = day.year * _MONTHS + day.month - 1 - months
    year, month = divmod(number, _MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def repeats(new: Spot, earlier: Iterable[Spot], rule: RepeatRule) -> tuple[str, ...]:
    """The earlier hazards that `new` repeats, the latest first.

    Same category, at most `rule.radius_m` away (<=) and reported on or after the same day
    `rule.months` months before, never after it.
    """
    since = months_before(new.day, rule.months)
    found = [
        one
        for one in earlier
        if one.hazard != new.hazard
        and one.category == new.category
        and since <= one.day <= new.day
        and distance_m(new.lon, new.lat, one.lon, one.lat) <= rule.radius_m
    ]
    found.sort(key=lambda one: (-one.day.toordinal(), one.hazard))
    return tuple(one.hazard for one in found)
