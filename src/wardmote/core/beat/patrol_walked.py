"""How a patrol was walked: check-points reached, time in the ordered place, a late start.

Of an order and a place, never of a person. Where no positions are known, the time in the place is
unknown, not zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from wardmote.core.beat.hazard_repeats import EARTH_RADIUS_M, distance_m
from wardmote.core.domain.patrol import (
    TOLERANCE_M,
    CheckPoint,
    LonLat,
    Path,
    PatrolPlace,
    PatrolPlaceKind,
)

LATE_AFTER_S = 300.0
"""A start later than this after the ordered time (>) is a late one."""
GRACE_S = 900.0
"""A check-point reached so long before the first or after the last round (<=) still counts."""
GAP_S = 180.0
"""Between positions farther apart than this (>) nobody knows where the patrol was."""
EDGE_M = 60.0
"""So near to a street or to the edge of an area (<=) is in the ordered place."""


class Begun(StrEnum):
    """How the beginning went."""

    NOT_DUE = "not_due"
    OVERDUE = "overdue"
    ON_TIME = "on_time"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a phone was: seconds UTC, WGS-84 degrees, radius in metres."""

    at_s: float
    lon: float
    lat: float
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Walk:
    """A patrol as it was ordered and as it went; times in seconds UTC.

    Attributes:
        every_s: from one round to the next; None for one round.
        reached: (number of a check-point, when).
        way: the planned way, for a place of check-points alone.
    """

    place: PatrolPlace
    points: tuple[CheckPoint, ...]
    way: tuple[Path, ...]
    from_s: float
    to_s: float
    every_s: float | None
    started_s: float | None = None
    finished_s: float | None = None
    reached: tuple[tuple[int, float], ...] = ()
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class Adherence:
    """What became of an order.

    Attributes:
        reached, due: check-points, each once a round.
        late_s: how long after the ordered time it began; None when not begun.
        in_place_s: of `known_s` seconds between positions, those in the ordered place; both None
            where no positions are known.
    """

    begun: Begun
    reached: int
    due: int
    late_s: float | None
    in_place_s: float | None
    known_s: float | None


def rounds_of(from_s: float, to_s: float, every_s: float | None) -> tuple[tuple[float, float], ...]:
    """The rounds of an order as (begins, ends); the last ends with the order.

    A rest shorter than half a round belongs to the round before.
    """
    if every_s is None or every_s >= to_s - from_s:
        return ((from_s, to_s),)
    count = max(1, math.floor((to_s - from_s) / every_s + 0.5))
    begins = [from_s + number * every_s for number in range(count)]
    return tuple(zip(begins, [*begins[1:], to_s], strict=True))


def adherence(walk: Walk, now_s: float) -> Adherence:
    """The figures of a patrol as things stand at `now_s`."""
    rounds = rounds_of(walk.from_s, walk.to_s, walk.every_s)
    numbers = {point.number for point in walk.points}
    seen = {
        (number, row)
        for number, at_s in walk.reached
        if number in numbers and (row := _round_at(rounds, at_s)) is not None
    }
    in_place_s, known_s = _time_in_place(walk)
    late_s = None if walk.started_s is None else max(0.0, walk.started_s - walk.from_s)
    return Adherence(
        _begun(walk, now_s), len(seen), len(numbers) * len(rounds), late_s, in_place_s, known_s
    )


def is_at(point: CheckPoint, lon: float, lat: float, accuracy_m: float) -> bool:
    """Whether a position counts as at a check-point; its radius helps by the tolerance at most."""
    helped = min(max(accuracy_m, 0.0), point.tolerance_m)
    return distance_m(point.lon, point.lat, lon, lat) <= point.tolerance_m + helped


def is_in_place(walk: Walk, fix: Fix) -> bool:
    """Whether a position lies in the ordered place."""
    here = (fix.lon, fix.lat)
    near_m = EDGE_M + min(max(fix.accuracy_m, 0.0), EDGE_M)
    if walk.place.kind is PatrolPlaceKind.AREA and _inside(walk.place.paths, here):
        return True
    lines = walk.way if walk.place.kind is PatrolPlaceKind.POINTS else walk.place.paths
    closed = walk.place.kind is PatrolPlaceKind.AREA
    if any(_distance_to(path, here, closed) <= near_m for path in lines):
        return True
    return any(is_at(point, *here, fix.accuracy_m) for point in walk.points)


def spread(points: Sequence[LonLat], count: int) -> tuple[LonLat, ...]:
    """At most `count` of the points, far from one another: each the farthest from those before.

    Farthest-first traversal (Gonzalez 1985, doi:10.1016/0304-3975(85)90224-5), from the first.
    """
    rest = list(dict.fromkeys(points))
    if not rest:
        return ()
    chosen = [rest.pop(0)]
    away = [distance_m(*chosen[0], *one) for one in rest]
    while rest and len(chosen) < count:
        row = max(range(len(rest)), key=away.__getitem__)
        one = rest.pop(row)
        away.pop(row)
        if distance_m(*one, *chosen[-1]) < TOLERANCE_M and len(chosen) > 1:
            continue
        chosen.append(one)
        away = [min(old, distance_m(*one, *other)) for old, other in zip(away, rest, strict=True)]
    return tuple(chosen)


def _begun(walk: Walk, now_s: float) -> Begun:
    if walk.started_s is not None:
        return Begun.LATE if walk.started_s > walk.from_s + LATE_AFTER_S else Begun.ON_TIME
    if now_s >= walk.to_s:
        return Begun.NEVER
    return Begun.OVERDUE if now_s > walk.from_s + LATE_AFTER_S else Begun.NOT_DUE


def _round_at(rounds: Sequence[tuple[float, float]], at_s: float) -> int | None:
    if rounds[0][0] - GRACE_S <= at_s < rounds[0][0]:
        return 0
    if rounds[-1][1] <= at_s <= rounds[-1][1] + GRACE_S:
        return len(rounds) - 1
    return next((row for row, (first, last) in enumerate(rounds) if first <= at_s < last), None)


def _time_in_place(walk: Walk) -> tuple[float | None, float | None]:
    """Each stretch between two positions counts half for where it began, half for its end."""
    fixes = sorted(walk.fixes, key=lambda one: one.at_s)
    inside = [is_in_place(walk, one) for one in fixes]
    known_s = in_place_s = 0.0
    any_known = False
    for row in range(len(fixes) - 1):
        lasts_s = fixes[row + 1].at_s - fixes[row].at_s
        if lasts_s > GAP_S:
            continue
        any_known = True
        known_s += lasts_s
        in_place_s += lasts_s * (inside[row] + inside[row + 1]) / 2
    return (in_place_s, known_s) if any_known else (None, None)


def _inside(rings: Iterable[Path], here: LonLat) -> bool:
    """Whether a point lies inside rings, by the even-odd rule."""
    inside = False
    lon, lat = here
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True):
            if (y0 > lat) != (y1 > lat) and lon < x0 + (lat - y0) / (y1 - y0) * (x1 - x0):
                inside = not inside
    return inside


def _distance_to(path: Path, here: LonLat, closed: bool) -> float:
    """Metres from a line, flat around the point: right to a thousandth within a few kilometres."""
    metres = math.radians(1.0) * EARTH_RADIUS_M
    wide = metres * math.cos(math.radians(here[1]))
    flat = [((lon - here[0]) * wide, (lat - here[1]) * metres) for lon, lat in path]
    if closed:
        flat.append(flat[0])
    if len(flat) == 1:
        return math.hypot(*flat[0])
    return min(_from_origin(a, b) for a, b in pairwise(flat))


def _from_origin(a: LonLat, b: LonLat) -> float:
    """Distance of the origin from a segment."""
    step = (b[0] - a[0], b[1] - a[1])
    length = step[0] ** 2 + step[1] ** 2
    share = 0.0 if length == 0 else -(a[0] * step[0] + a[1] * step[1]) / length
    share = min(1.0, max(0.0, share))
    return math.hypot(a[0] + share * step[0], a[1] + share * step[1])
