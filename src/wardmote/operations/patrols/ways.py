"""The way of a patrol: check-points in the order that is short on the road, and its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from wardmote.core.beat.hazard_repeats import distance_m
from wardmote.core.beat.patrol_walked import spread
from wardmote.core.beat.visit_order import order_of_visits
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.patrol import CheckPoint, LonLat, Path
from wardmote.core.domain.text import Bilingual
from wardmote.core.travel.graph import INF_MS, RoadGraph
from wardmote.operations.dispatch.beats import street_names
from wardmote.operations.dispatch.demand import demand_now
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors as places
from wardmote.operations.places.city_runtime import CityRuntime, city_runtime
from wardmote.operations.places.errors import CityNotLoadedError

ROADS, STRAIGHT = "roads", "straight"
DIGITS = 6
MOST_OF_DEMAND = 8
APART_M = 200.0
"""Points from demand are at least so far apart (>=)."""
MOST_STREETS = 2_000
MOST_STREET_EDGES = 600
STREET_POINTS = 3


@dataclass(frozen=True, slots=True)
class Way:
    """A planned way.

    Attributes:
        points: numbered from 1 in walking order.
        paths: lines from point to point.
        length_m: None where a leg has no way by road.
        basis: ``roads``, or ``straight`` where no roads are known.
    """

    points: tuple[CheckPoint, ...]
    paths: tuple[Path, ...]
    length_m: float | None
    basis: str


def way_through(points: Sequence[CheckPoint]) -> Way:
    """The order of check-points that is short, from the first one, and the line through them."""
    if len(points) < 2:
        return Way(tuple(replace(one, number=1) for one in points), (), 0.0, STRAIGHT)
    city = _city()
    durations = _durations(city, points)
    order = _from_first(durations)
    ordered = tuple(replace(points[row], number=n) for n, row in enumerate(order, start=1))
    legs = list(pairwise(ordered))
    if city is None:
        straight = tuple(((a.lon, a.lat), (b.lon, b.lat)) for a, b in legs)
        length_m = sum(distance_m(a.lon, a.lat, b.lon, b.lat) for a, b in legs)
        return Way(ordered, straight, length_m, STRAIGHT)
    paths: list[Path] = []
    total: float | None = 0.0
    for a, b in legs:
        snaps = city.travel.snap([a.lon, b.lon], [a.lat, b.lat])
        route = None
        if not (snaps.edge < 0).any():
            route = city.travel.route(snaps.rows([0]), snaps.rows([1]))
        if route is None:
            total = None
            paths.append(((a.lon, a.lat), (b.lon, b.lat)))
            continue
        if total is not None:
            total += route.length_m
        line = [(round(x, DIGITS), round(y, DIGITS)) for x, y in route.line.tolist()]
        paths.append(tuple(line))
    return Way(ordered, tuple(paths), total, ROADS)


def _from_first(durations: list[list[float]]) -> tuple[int, ...]:
    """All rows, beginning with the first, which is where the walk begins."""
    return (0, *order_of_visits(durations))


def _city() -> CityRuntime | None:
    try:
        return city_runtime()
    except CityNotLoadedError:
        return None


def _durations(city: CityRuntime | None, points: Sequence[CheckPoint]) -> list[list[float]]:
    """Between all points: seconds by road, or metres by straight line."""
    if city is not None:
        snaps = city.travel.snap([one.lon for one in points], [one.lat for one in points])
        if not (snaps.edge < 0).any():
            ms = city.travel.matrix(snaps, snaps).astype(np.float64)
            seconds = np.where(ms >= INF_MS, np.inf, ms / 1000.0)
            np.fill_diagonal(seconds, 0.0)
            table: list[list[float]] = seconds.tolist()
            return table
    return [[distance_m(a.lon, a.lat, b.lon, b.lat) for b in points] for a in points]


def streets_named(text: str) -> tuple[Bilingual, ...]:
    """The names of streets that hold `text`, at most some; none without roads."""
    city = _city()
    if city is None:
        return ()
    wanted = text.casefold()
    found = {
        (one.zh, one.en)
        for one in street_names(city)
        if (one.zh or one.en) and wanted in f"{one.zh} {one.en}".casefold()
    }
    return tuple(Bilingual(zh, en) for zh, en in sorted(found)[:MOST_STREETS])


def street_in(name: str, area: AreaId, now_s: float) -> tuple[Path, ...]:
    """The lines of the street of a name (Chinese or English) in an area; none where unknown."""
    city = _city()
    if city is None or not name:
        return ()
    rows = [row for row, one in enumerate(street_names(city)) if name in (one.zh, one.en)]
    if not rows:
        return ()
    graph = city.graph
    day = local_day(now_s)
    index = places.location_index()
    found = []
    for edge in np.flatnonzero(np.isin(graph.edge_street, rows)).tolist()[:MOST_STREET_EDGES]:
        line = _line(graph, edge)
        middle = line[len(line) // 2]
        if area in index.divisions_at(*middle, day) or area == index.whole_area:
            found.append(line)
    return tuple(found)


def points_along(paths: Sequence[Path], name: Bilingual) -> tuple[CheckPoint, ...]:
    """Some check-points far apart along streets or around an area."""
    chosen = spread([one for path in paths for one in path], STREET_POINTS)
    return tuple(CheckPoint(n, name, lon, lat) for n, (lon, lat) in enumerate(chosen, start=1))


def points_of_demand(area: AreaId, at_s: float) -> tuple[CheckPoint, ...]:
    """Where in an area most calls of the public come from around an hour of the day, apart.

    Of places and times, never of persons; empty where no roads or no calls are known.
    """
    city = _city()
    if city is None:
        return ()
    standard = places.standard_in_force(at_s)
    demand = demand_now(at_s, standard, city.directory.place_book, city.travel)
    day = local_day(at_s)
    index = places.location_index()
    chosen: list[LonLat] = []
    for row in np.argsort(-demand.weight, kind="stable").tolist():
        lon, lat = float(demand.lon[row]), float(demand.lat[row])
        if any(distance_m(lon, lat, *one) < APART_M for one in chosen):
            continue
        if area != index.whole_area and area not in index.divisions_at(lon, lat, day):
            continue
        chosen.append((lon, lat))
        if len(chosen) == MOST_OF_DEMAND:
            break
    return tuple(
        CheckPoint(n, Bilingual(f"点位{n}", f"Point {n}"), round(lon, DIGITS), round(lat, DIGITS))
        for n, (lon, lat) in enumerate(chosen, start=1)
    )


def _line(graph: RoadGraph, edge: int) -> Path:
    rows = slice(int(graph.line_first[edge]), int(graph.line_first[edge + 1]))
    return tuple(
        (round(lon, DIGITS), round(lat, DIGITS)) for lon, lat in graph.line_xy[rows].tolist()
    )
