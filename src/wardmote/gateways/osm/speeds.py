"""How fast a road may be driven: ``maxspeed`` as tagged, else a default by country and class.

The tables are legal or usual limits for passenger cars in towns, in km/h; they are described, with
their sources, in ``docs/how-to/build-a-city.md``. How fast an emergency vehicle really goes is
not decided here but fitted from a place's own records.
"""

import re
from collections.abc import Mapping

from wardmote.core.travel.graph import RoadClass

MPH = 1.609344
KNOT = 1.852
WALK_KMH = 6.0
MINIMUM_KMH = 5.0
MAXIMUM_KMH = 130.0
"""Where there is no limit (``none``): the recommended speed of the German motorway."""

LINK_SHARE = 0.6
"""Slip roads without a limit of their own: this share of their road's default, at least 30."""

_CLASSES = tuple(RoadClass)


def _row(*speeds: float) -> dict[RoadClass, float]:
    return dict(zip(_CLASSES, speeds, strict=True))


# Columns: motorway, trunk, primary, secondary, tertiary, unclassified, residential,
# living street, service, track.
DEFAULT_KMH: dict[str, dict[RoadClass, float]] = {
    "": _row(100, 80, 60, 50, 50, 40, 30, 10, 20, 15),
    "CN": _row(100, 80, 60, 50, 40, 40, 30, 15, 15, 15),
    "DE": _row(130, 70, 50, 50, 50, 50, 50, 7, 20, 15),
    "FR": _row(110, 80, 50, 50, 50, 50, 50, 20, 20, 15),
    "GB": _row(112, 96, 48, 48, 48, 48, 48, 20, 16, 15),
    "HK": _row(100, 70, 50, 50, 50, 50, 50, 20, 20, 15),
    "IN": _row(100, 80, 50, 50, 40, 40, 30, 10, 15, 15),
    "JP": _row(100, 60, 50, 50, 40, 40, 30, 20, 15, 15),
    "TW": _row(100, 70, 50, 50, 50, 40, 30, 20, 20, 15),
    "US": _row(105, 72, 56, 48, 40, 40, 40, 24, 24, 15),
}
"""Country (``""``: any other) -> class -> km/h."""

_ZONES: dict[str, dict[str, float]] = {
    "CN": {"urban": 50, "rural": 70, "trunk": 80, "motorway": 120},
    "DE": {"urban": 50, "rural": 100, "motorway": MAXIMUM_KMH, "living_street": 7},
    "FR": {"urban": 50, "rural": 80, "trunk": 110, "motorway": 130, "living_street": 20},
    "GB": {"nsl_restricted": 48, "nsl_single": 96, "nsl_dual": 112, "motorway": 112},
    "JP": {"urban": 60, "rural": 60, "motorway": 100},
    "RU": {"urban": 60, "rural": 90, "motorway": 110, "living_street": 20},
    "US": {"urban": 40, "rural": 88},
    "": {"urban": 50, "rural": 80, "motorway": 110, "trunk": 90, "living_street": 10},
}

_SURFACE_CAP_KMH = {
    "cobblestone": 30.0,
    "sett": 40.0,
    "unhewn_cobblestone": 20.0,
    "compacted": 50.0,
    "gravel": 40.0,
    "fine_gravel": 40.0,
    "unpaved": 40.0,
    "dirt": 25.0,
    "earth": 25.0,
    "ground": 25.0,
    "grass": 15.0,
    "mud": 10.0,
    "sand": 15.0,
}
"""No faster than this on the surface, whatever the limit."""

_LIMIT_KEYS_BOTH_WAYS = ("maxspeed", "maxspeed:type", "zone:maxspeed", "source:maxspeed")
LIMIT_KEYS = (*_LIMIT_KEYS_BOTH_WAYS, "maxspeed:forward", "maxspeed:backward", "surface")
"""Every tag that `speeds_kmh` looks at."""

_NUMBER = re.compile(r"^(\d+(?:\.\d+)?)\s*(km/?h|kmh|kph|mph|knots)?$")
_ZONE = re.compile(r"^(?:([a-z]{2})[:_])?(?:zone[:_]?)?(\d{1,3})$")
_COUNTRY_ZONE = re.compile(r"^([a-z]{2})[:_](?:zone[:_]?)?([a-z_]+)$")


def parse_maxspeed_kmh(value: str, country: str) -> float | None:
    """A ``maxspeed`` in km/h; None when it says nothing usable (``signals``, a typing error).

    Of several values (``50;30``) the lowest counts. A bare number is km/h, as OSM defines it,
    in every country.
    """
    found = [
        speed
        for part in re.split("[;|]", value.lower())
        if (speed := _one_speed(part.strip(), country)) is not None
    ]
    return min(found) if found else None


def _one_speed(value: str, country: str) -> float | None:
    if value == "none":
        return MAXIMUM_KMH
    if value == "walk":
        return WALK_KMH
    number = _NUMBER.match(value)
    if number:
        unit = number[2] or ""
        factor = {"mph": MPH, "knots": KNOT}.get(unit, 1.0)
        return _within(float(number[1]) * factor)
    zone = _ZONE.match(value)
    if zone and (zone[1] or value.startswith("zone")):
        factor = MPH if (zone[1] or country.lower()) in {"gb", "us"} else 1.0
        return _within(float(zone[2]) * factor)
    named = _COUNTRY_ZONE.match(value)
    if named:
        table = _ZONES.get(named[1].upper(), {})
        speed = table.get(named[2], _ZONES[""].get(named[2]))
        return None if speed is None else _within(speed)
    return None


def _within(speed: float) -> float | None:
    return min(max(speed, MINIMUM_KMH), MAXIMUM_KMH) if speed > 0 else None


def default_kmh(road_class: RoadClass, country: str, *, link: bool) -> float:
    """The default of a class in a country."""
    speed = DEFAULT_KMH.get(country, DEFAULT_KMH[""])[road_class]
    return max(30.0, speed * LINK_SHARE) if link else speed


def speeds_kmh(
    tags: Mapping[str, str], road_class: RoadClass, country: str, *, link: bool
) -> tuple[float, float, bool]:
    """Speed along the way, against it, and whether a limit was tagged.

    ``maxspeed:forward`` and ``maxspeed:backward`` come before ``maxspeed``; a zone named in
    ``maxspeed:type``, ``source:maxspeed`` or ``zone:maxspeed`` stands in where it is missing.
    """
    both = None
    for key in _LIMIT_KEYS_BOTH_WAYS:
        if key in tags and both is None:
            both = parse_maxspeed_kmh(tags[key], country)
    forward = parse_maxspeed_kmh(tags.get("maxspeed:forward", ""), country) or both
    backward = parse_maxspeed_kmh(tags.get("maxspeed:backward", ""), country) or both
    usual = default_kmh(road_class, country, link=link)
    cap = _SURFACE_CAP_KMH.get(tags.get("surface", ""), MAXIMUM_KMH)
    tagged = forward is not None or backward is not None
    return min(forward or usual, cap), min(backward or usual, cap), tagged
