"""In which order to visit the places of a day's tasks: by driving time, else by distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from wardmote.core.beat.visit_order import order_of_visits, way_s
from wardmote.core.travel.graph import INF_MS
from wardmote.operations.local_time import local_day
from wardmote.operations.places.city_runtime import city_runtime
from wardmote.operations.places.errors import CityNotLoadedError
from wardmote.operations.places.selectors import beats
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services.doing import distance_m

MOST_STOPS = 40
"""More places than that nobody visits in a day; the rest follows by when it is due."""
STRAIGHT_MPS = 4.0
"""Speed along a straight line where no roads are known: that of a scooter in lanes."""

Point = tuple[float, float]


class RouteBasis(StrEnum):
    """What durations an order rests on: roads, or straight lines where no roads are loaded."""

    ROADS = "roads"
    STRAIGHT = "straight"


class RouteStart(StrEnum):
    """Where the way begins: the phone, the office of the beat, or the first place."""

    POSITION = "position"
    OFFICE = "office"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Route:
    """An order of visits.

    Attributes:
        tasks: ids of the tasks that have a point on the map, in order.
        way_s: seconds on the way; None where a place cannot be reached by road.
    """

    tasks: tuple[str, ...]
    basis: RouteBasis
    start: RouteStart
    way_s: float | None


def route_of(rows: Sequence[Task], now_s: float, here: Point | None = None) -> Route:
    """The order of tasks that is short on the road, from `here` or the office of the beat.

    Args:
        rows: tasks; those without a point are left out.
        here: WGS-84 degrees of the phone; it is used for this answer alone.
    """
    stops = [row for row in rows if row.lon is not None and row.lat is not None]
    if not stops:
        return Route((), RouteBasis.STRAIGHT, RouteStart.FIRST, 0.0)
    start, origin = _start(stops, now_s, here)
    by_place: dict[Point, list[str]] = {}
    for row in stops:
        by_place.setdefault((row.lon or 0.0, row.lat or 0.0), []).append(row.pk)
    places = list(by_place)
    near, rest = places[:MOST_STOPS], places[MOST_STOPS:]
    basis, durations = _durations([origin, *near])
    order = order_of_visits(durations)
    length_s = way_s(durations, order)
    ordered = [*(near[stop - 1] for stop in order), *rest]
    return Route(
        tuple(task for place in ordered for task in by_place[place]),
        basis,
        start,
        length_s if np.isfinite(length_s) else None,
    )


def _start(stops: Sequence[Task], now_s: float, here: Point | None) -> tuple[RouteStart, Point]:
    if here is not None:
        return RouteStart.POSITION, here
    areas = {row.area for row in stops}
    for beat in beats(day=local_day(now_s)):
        if beat.area in areas or areas.intersection(beat.villages):
            return RouteStart.OFFICE, (beat.office_lon, beat.office_lat)
    return RouteStart.FIRST, (stops[0].lon or 0.0, stops[0].lat or 0.0)


def _durations(points: Sequence[Point]) -> tuple[RouteBasis, list[list[float]]]:
    """Seconds between all points by road; by straight line where there are no roads nearby."""
    try:
        travel = city_runtime().travel
    except CityNotLoadedError:
        return RouteBasis.STRAIGHT, _straight(points)
    snaps = travel.snap([lon for lon, _ in points], [lat for _, lat in points])
    if (snaps.edge < 0).any():
        return RouteBasis.STRAIGHT, _straight(points)
    ms = travel.matrix(snaps, snaps).astype(np.float64)
    seconds = np.where(ms >= INF_MS, np.inf, ms / 1000.0)
    np.fill_diagonal(seconds, 0.0)
    return RouteBasis.ROADS, seconds.tolist()


def _straight(points: Sequence[Point]) -> list[list[float]]:
    return [[distance_m(*a, *b) / STRAIGHT_MPS for b in points] for a in points]
