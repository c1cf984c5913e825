"""Where calls come from, for advice to idle units: the place's own public calls, else residents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.places import PlaceBook, PlaceClass
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.policies.relocation_ground import DEFAULT_LIMIT_S, Demand
from wardmote.core.studies.demand_points import points_of_residents
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.operations.incidents import selectors as incidents
from wardmote.operations.incidents.selectors import PublicCall
from wardmote.operations.local_time import local_time

YEAR_S = 365 * 86_400.0
MOST_CALLS = 50_000
ENOUGH_CALLS = 1_000
"""With so many (>=) calls of the last year demand is that of the records, otherwise residents'."""
ENOUGH_AT_AN_HOUR = 500
"""With so many (>=) of them around the hour only those count."""
HOURS_AROUND = 2
_CELL_DEGREES = 1e-3


def demand_now(
    now_s: float, standard: ResponseStandard, book: Callable[[], PlaceBook], travel: TravelTimes
) -> Demand:
    """Demand around this hour of the day, with the standard's arrival target of each place."""
    calls = incidents.public_calls(now_s - YEAR_S, MOST_CALLS)
    if len(calls) < ENOUGH_CALLS:
        return _of_residents(now_s, standard, book(), travel)
    hour = local_time(now_s).hour
    around = [one for one in calls if _hours_apart(one, hour) <= HOURS_AROUND]
    return _of_calls(around if len(around) >= ENOUGH_AT_AN_HOUR else calls, standard)


def _hours_apart(call: PublicCall, hour: int) -> int:
    apart = abs(local_time(call.received_s).hour - hour)
    return min(apart, 24 - apart)


def _of_calls(calls: Sequence[PublicCall], standard: ResponseStandard) -> Demand:
    """Calls of the same cell (about 100 m) and target are one point."""
    found: dict[tuple[int, int, float], int] = {}
    for call in calls:
        limit_s = _limit_s(standard, call.place_class, call.priority, call.category)
        key = (round(call.lon / _CELL_DEGREES), round(call.lat / _CELL_DEGREES), limit_s)
        found[key] = found.get(key, 0) + 1
    cells = np.array(list(found), dtype=np.float64).reshape(len(found), 3)
    return Demand(
        lon=np.ascontiguousarray(cells[:, 0] * _CELL_DEGREES),
        lat=np.ascontiguousarray(cells[:, 1] * _CELL_DEGREES),
        weight=np.array(list(found.values()), dtype=np.float64),
        limit_s=np.ascontiguousarray(cells[:, 2]),
    )


def _of_residents(
    now_s: float, standard: ResponseStandard, book: PlaceBook, travel: TravelTimes
) -> Demand:
    points = points_of_residents(book, travel)
    local = local_time(now_s)
    hours = [
        (local.weekday() * 24 + local.hour + offset) % points.pattern.shape[2]
        for offset in range(-HOURS_AROUND, HOURS_AROUND + 1)
    ]
    at_hours = points.pattern[:, :, hours].sum(axis=2)
    weight = points.calls_a_week[:, None] * at_hours[points.kind]
    classes = list(PlaceClass)
    targets = np.array(
        [[_limit_s(standard, one, priority, "") for priority in Priority] for one in classes]
    )
    limit = targets[points.place_class]
    many = len(Priority)
    counts = (weight > 0).ravel()
    return Demand(
        lon=np.repeat(points.lon, many)[counts],
        lat=np.repeat(points.lat, many)[counts],
        weight=weight.ravel()[counts],
        limit_s=limit.ravel()[counts],
    )


def _limit_s(
    standard: ResponseStandard, place_class: PlaceClass, priority: Priority, category: str
) -> float:
    objective = standard.arrival
    tier = None if objective is None else objective.tier_for(place_class, priority, category, None)
    return DEFAULT_LIMIT_S if tier is None else tier.target_s


def counts_turnout(standard: ResponseStandard) -> bool:
    """Whether the standard's clock runs before the unit drives."""
    return standard.arrival is None or standard.arrival.start is not FieldTime.EN_ROUTE
