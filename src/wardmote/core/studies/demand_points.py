"""Where calls come from, as planners see it: points on roads with rates by hour and priority.

Points are places, never persons. Those of a generated place are spread around its villages,
communities and key places; those of a real one come from its recorded calls (`recorded_points`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.categories import CategoryTree
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import DivisionLevel, PlaceBook, PlaceClass
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.policies.routing import (
    CallFacts,
    DestinationKind,
    PlaceKnown,
    RoutingRules,
    route,
)
from wardmote.core.policies.shipped_rules import SHIPPED_RULES
from wardmote.core.simulation.generated_places.demand import (
    HOURS_PER_WEEK,
    Demand,
    call_demand,
)
from wardmote.core.simulation.replay.place_classes import place_classifier
from wardmote.core.studies.demand_doubt import DemandDoubt
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import Bool, Float64, Int64
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes

HOURS_A_DAY = 24
_PRIORITIES = len(Priority)
_FIRST_VILLAGE = 200
"""The last three digits of a code: below this a residents' committee, from it a village's."""
_OTHERS = frozenset(
    {DestinationKind.RECORD_ONLY, DestinationKind.FIRE, DestinationKind.MEDICAL,
     DestinationKind.FRAUD_DESK, DestinationKind.NEIGHBOUR}
)  # fmt: skip
"""First responsible for calls to which no unit of ours goes unless a rule says so."""


@dataclass(frozen=True, slots=True, eq=False)
class DemandPoints:
    """N points with their calls.

    Attributes:
        lon, lat: float64 [n], on the road; WGS-84 degrees.
        places: the same on the road graph.
        calls_a_week: float64 [n] expected calls to which a unit goes, >= 0: a year's, by the week
            (times 365.25 / 7 they are the year's).
        kind: int64 [n] row of `pattern`.
        pattern: float64 [k, 4, 168] share of the week's calls by priority (from 1) and hour of
            the week (0 is Monday 00:00 local time); each kind adds up to 1.
        place_class: int64 [n] position in `PlaceClass`.
        town: bool [n] whether it is of a town, not a village.
        area: division code of the village or community of each point; empty where unknown.
        left_out: calls a week that come from places without a road near.
        doubt: how far the calls may be from the truth; None where they are taken as given
            (residents' calls are a supposition, whose error nobody knows).
    """

    lon: Float64
    lat: Float64
    places: Snaps
    calls_a_week: Float64
    kind: Int64
    pattern: Float64
    place_class: Int64
    town: Bool
    area: tuple[AreaId, ...]
    left_out: float = 0.0
    doubt: DemandDoubt | None = None

    def __len__(self) -> int:
        return len(self.lon)

    @property
    def by_hour(self) -> Float64:
        """[168] expected calls an hour."""
        per_kind = np.bincount(self.kind, weights=self.calls_a_week, minlength=len(self.pattern))
        return np.asarray(per_kind @ self.pattern.sum(axis=1), dtype=np.float64)

    @property
    def by_priority(self) -> Float64:
        """[n, 4] expected calls a week by priority."""
        share = self.pattern.sum(axis=2)
        return np.asarray(self.calls_a_week[:, None] * share[self.kind], dtype=np.float64)

    def times(self, factor: Float64) -> DemandPoints:
        """The same with each point's calls multiplied, float64 [n]."""
        return replace(self, calls_a_week=self.calls_a_week * factor)


def unit_categories(
    tree: CategoryTree, rules: RoutingRules, categories: tuple[str, ...]
) -> tuple[Int64, Bool]:
    """Priority int64 [c] of each category, and at which hours of the day a unit goes, bool [c, 24].

    A unit goes unless another service or nobody is first responsible, or where a rule adds the
    nearest unit: the same rules as in live operation, for calls inside the area.
    """
    priority = np.array([tree.get(code).priority for code in categories], dtype=np.int64)
    goes = np.zeros((len(categories), HOURS_A_DAY), dtype=np.bool_)
    for row, code in enumerate(categories):
        for hour in range(HOURS_A_DAY):
            facts = CallFacts(code, tree.get(code).priority, PlaceKnown.INSIDE, None, hour)
            told = route(rules, facts)
            nearest = any(one.kind == DestinationKind.NEAREST_UNIT for one in told.destinations)
            goes[row, hour] = nearest or told.first_responsible.kind not in _OTHERS
    return priority, goes


def points_of_residents(
    book: PlaceBook,
    travel: TravelTimes,
    *,
    points_per_source: int = 4,
    tree: CategoryTree = SHIPPED_CATEGORIES,
    rules: RoutingRules = SHIPPED_RULES,
    demand: Demand | None = None,
) -> DemandPoints:
    """Points of a place without records: its villages, communities and key places.

    Each source gives `points_per_source` points, spread as its callers are (normal, by
    `spread_m`), at fixed angles and distances: no chance is involved. Points on the same piece of
    road stay apart.
    """
    demand = demand or call_demand(book)
    priority, goes = unit_categories(tree, rules, demand.categories)
    weekly, pattern = _patterns(demand, priority, goes)
    lon, lat = _spread(demand, points_per_source)
    source = np.repeat(np.arange(len(demand.sources)), points_per_source)
    area_of = nearest_villages(book)
    places = travel.snap(lon, lat)
    on_road = places.edge >= 0
    calls = weekly[source] / points_per_source
    kept = np.flatnonzero(on_road & (calls > 0))
    places, source = places.rows(kept), source[kept]
    area = area_of(np.array([demand.sources[row].lon for row in source.tolist()]),
                   np.array([demand.sources[row].lat for row in source.tolist()]))  # fmt: skip
    return DemandPoints(
        places.lon,
        places.lat,
        places,
        calls[kept],
        demand.kind[source],
        pattern,
        classes_of(book, places.lon, places.lat),
        np.array([is_town(code) for code in area], dtype=np.bool_),
        area,
        float(calls[~on_road].sum()),
    )


def _patterns(demand: Demand, priority: Int64, goes: Bool) -> tuple[Float64, Float64]:
    """Calls a week of each source to which a unit goes, and the pattern of each kind."""
    week = np.tile(goes, (1, HOURS_PER_WEEK // HOURS_A_DAY))
    kinds = len(demand.shape)
    weekly = np.zeros(len(demand.sources))
    pattern = np.zeros((kinds, _PRIORITIES, HOURS_PER_WEEK))
    for kind in range(kinds):
        rows = demand.kind == kind
        if not rows.any():
            pattern[kind] = 1.0 / pattern[kind].size
            continue
        mix = demand.weekly[rows]
        share = np.asarray(demand.shape[kind] * week)
        weekly[rows] = mix @ share.sum(axis=1)
        calls = mix.sum(axis=0)[:, None] * share
        for row in range(_PRIORITIES):
            pattern[kind, row] = calls[priority == row + 1].sum(axis=0)
        pattern[kind] /= max(pattern[kind].sum(), 1e-12)
    return weekly, pattern


def _spread(demand: Demand, points: int) -> tuple[Float64, Float64]:
    """Points around each source: sunflower angles, distances at equal shares of a normal cloud."""
    number = np.arange(points)
    reach = np.sqrt(-2.0 * np.log(1.0 - (number + 0.5) / points))
    angle = number * np.pi * (3.0 - np.sqrt(5.0))
    if points == 1:
        reach = np.zeros(1)
    turn = np.arange(len(demand.sources)) * 2.399
    spread = np.array([source.spread_m for source in demand.sources])
    east = spread[:, None] * reach * np.cos(angle + turn[:, None])
    north = spread[:, None] * reach * np.sin(angle + turn[:, None])
    lat0 = np.array([source.lat for source in demand.sources])
    lon0 = np.array([source.lon for source in demand.sources])
    lat = lat0[:, None] + north / METRES_PER_DEGREE
    lon = lon0[:, None] + east / (METRES_PER_DEGREE * np.cos(np.radians(lat0)))[:, None]
    return lon.ravel(), lat.ravel()


def classes_of(book: PlaceBook, lon: Float64, lat: Float64) -> Int64:
    """int64 [n] position in `PlaceClass`, as calls there get it."""
    classify = place_classifier(book)
    order = {one: row for row, one in enumerate(PlaceClass)}
    return np.array(
        [order[classify(x, y)] for x, y in zip(lon.tolist(), lat.tolist(), strict=True)],
        dtype=np.int64,
    )


def nearest_villages(book: PlaceBook) -> Callable[[Float64, Float64], tuple[AreaId, ...]]:
    """A function from points to the code of the village or community whose middle is nearest."""
    villages = [one for one in book.divisions if one.level is DivisionLevel.VILLAGE]
    lon = np.array([one.lon for one in villages])
    lat = np.array([one.lat for one in villages])
    codes = [one.code for one in villages]

    def nearest(x: Float64, y: Float64) -> tuple[AreaId, ...]:
        if not codes:
            return tuple(AreaId("") for _ in range(len(x)))
        stretch = np.cos(np.radians(lat.mean()))
        found = []
        for start in range(0, len(x), 2_000):
            part = slice(start, start + 2_000)
            east = (x[part, None] - lon) * stretch
            found.append(np.hypot(east, y[part, None] - lat).argmin(axis=1))
        return tuple(codes[row] for row in np.concatenate(found).tolist())

    return nearest


def is_town(code: AreaId) -> bool:
    """Whether a village-level code is a residents' committee; an unknown place counts as town."""
    return not code or not code[-3:].isdigit() or int(code[-3:]) < _FIRST_VILLAGE
