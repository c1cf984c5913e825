"""A patrol order (巡逻指令): where and when somebody goes round, and how such a patrol stands.

An order names a place (an area, streets, or check-points alone) and a time, and who goes: a team of
a night watch, a person or a unit. Whoever starts it holds it until it is finished; only from then
to there are positions taken. What is said of a patrol afterwards is of the order and the place,
never a figure of a person.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.text import Bilingual

TOLERANCE_M = 60.0
"""How far from a check-point somebody counts as there (<=), unless it says otherwise."""
LEAST_TOLERANCE_M, MOST_TOLERANCE_M = 15.0, 500.0
MOST_POINTS = 30
MOST_PATH_POINTS = 4_000

LonLat = tuple[float, float]
"""Longitude and latitude, WGS-84 degrees."""
Path = tuple[LonLat, ...]


class PatrolState(StrEnum):
    """Where a patrol stands. ``missed``: its time is over and nobody started it."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    MISSED = "missed"
    CANCELLED = "cancelled"


class PatrolAction(StrEnum):
    """What can be done to a patrol.

    ``close``: its time has long been over and nobody finished it; no positions from then on.
    """

    START = "start"
    FINISH = "finish"
    CLOSE = "close"
    MISS = "miss"
    CANCEL = "cancel"


_S, _A = PatrolState, PatrolAction

PATROL_LIFE_CYCLE: LifeCycle[PatrolState, PatrolAction] = LifeCycle(
    initial=_S.PLANNED,
    table={
        (_S.PLANNED, _A.START): _S.UNDER_WAY,
        (_S.PLANNED, _A.MISS): _S.MISSED,
        (_S.PLANNED, _A.CANCEL): _S.CANCELLED,
        (_S.MISSED, _A.START): _S.UNDER_WAY,
        (_S.UNDER_WAY, _A.FINISH): _S.FINISHED,
        (_S.UNDER_WAY, _A.CLOSE): _S.FINISHED,
    },
    final=frozenset({_S.FINISHED, _S.MISSED, _S.CANCELLED}),
)
"""A phone without a network tells of a start after the time is over: what was missed was walked."""


class PatrolWho(StrEnum):
    """Who goes: a team of a night watch, one person, or a unit."""

    TEAM = "team"
    PERSON = "person"
    UNIT = "unit"


class PatrolPlaceKind(StrEnum):
    """What is patrolled: an area inside rings, streets along lines, or check-points alone."""

    AREA = "area"
    STREET = "street"
    POINTS = "points"


class PatrolSource(StrEnum):
    """What made an order: a leader by hand, graded patrol, or the demand of calls."""

    BY_HAND = "by_hand"
    GRADES = "grades"
    DEMAND = "demand"


class SeenKind(StrEnum):
    """What came of something seen on patrol."""

    HAZARD = "hazard"
    CALL = "call"
    TASK = "task"


class TrackPurpose(StrEnum):
    """Why a leader looks at where somebody on patrol is or was."""

    SAFETY = "safety"
    ADHERENCE = "adherence"
    COMPLAINT = "complaint"


AWAY_REASONS: Mapping[str, Bilingual] = {
    "no_position": Bilingual("定位不到或不准", "No position, or a wrong one"),
    "no_way_in": Bilingual("无法进入", "No way in"),
    "seen_from_afar": Bilingual("在远处查看", "Looked at from afar"),
    "point_moved": Bilingual("点位已变或地图有误", "The point moved, or the map is wrong"),
    "other": Bilingual("其他", "Other"),
}
"""Why a check-point counts although the phone was not there; a code never changes its meaning."""
OTHER = "other"


@dataclass(frozen=True, slots=True)
class CheckPoint:
    """A point to pass on every round.

    Attributes:
        number: from 1 in the order in which the points are walked.
        tolerance_m: how near is there (<=).
    """

    number: int
    name: Bilingual
    lon: float
    lat: float
    tolerance_m: float = TOLERANCE_M


@dataclass(frozen=True, slots=True)
class PatrolPlace:
    """What is patrolled.

    Attributes:
        code: of a division, a beat or a graded street; empty for a place drawn by hand.
        paths: rings of an area, lines of streets; none for check-points alone.
    """

    kind: PatrolPlaceKind
    name: Bilingual
    code: str = ""
    paths: tuple[Path, ...] = ()


def check_place(place: PatrolPlace, points: tuple[CheckPoint, ...]) -> None:
    """Raise InvalidDataError, naming the field, where place and check-points do not fit."""
    if not (place.name.zh.strip() or place.name.en.strip()):
        raise InvalidDataError("place.name", "missing")
    least = {PatrolPlaceKind.AREA: 3, PatrolPlaceKind.STREET: 2, PatrolPlaceKind.POINTS: 1}
    if place.kind is PatrolPlaceKind.POINTS and not points:
        raise InvalidDataError("points", "missing")
    if place.kind is not PatrolPlaceKind.POINTS and not place.paths:
        raise InvalidDataError("place.paths", "missing")
    if sum(map(len, place.paths)) > MOST_PATH_POINTS:
        raise InvalidDataError("place.paths", "too_many")
    for row, path in enumerate(place.paths):
        if len(path) < least[place.kind] or not all(is_position(*one) for one in path):
            raise InvalidDataError(f"place.paths[{row}]", "not_allowed")
    if len(points) > MOST_POINTS:
        raise InvalidDataError("points", "too_many")
    for row, point in enumerate(points):
        if not is_position(point.lon, point.lat):
            raise InvalidDataError(f"points[{row}]", "not_allowed")
        if not LEAST_TOLERANCE_M <= point.tolerance_m <= MOST_TOLERANCE_M:
            raise InvalidDataError(f"points[{row}].tolerance_m", "out_of_range")


def is_position(lon: float, lat: float) -> bool:
    """Whether it is a place on Earth in WGS-84 degrees."""
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
