"""Calls of a generated place over a long time: when, about what and where, drawn at one go."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.places import PlaceBook
from wardmote.core.simulation.generated_places.demand import HOURS_PER_WEEK, Demand, call_demand
from wardmote.operations.local_time import local_time

_HOUR_S = 3_600.0
_METRES_PER_DEGREE = 111_195.0
_DIGITS = 3
"""Of degrees: places are told to about 100 m."""


@dataclass(frozen=True, slots=True)
class YearsCall:
    """A call of the past; nobody in it is anybody."""

    at_s: float
    category: str
    lon: float
    lat: float


def drawn_calls(
    book: PlaceBook, per_year: float, from_s: float, to_s: float, rng: np.random.Generator
) -> list[YearsCall]:
    """Calls by the rates of the place's demand, scaled to so many a year; the oldest first."""
    demand = call_demand(book)
    factor = per_year / (float(demand.weekly.sum()) * 365.25 / 7.0)
    hours = [from_s + row * _HOUR_S for row in range(int((to_s - from_s) / _HOUR_S))]
    of_week = np.array([_hour_of_week(hour) for hour in hours])
    found: list[YearsCall] = []
    for number in range(HOURS_PER_WEEK):
        rates = demand.rates(number)
        begins = np.array(hours)[of_week == number]
        counts = rng.poisson(factor * float(rates.sum()), len(begins))
        at_s = np.repeat(begins, counts) + rng.random(int(counts.sum())) * _HOUR_S
        chosen = rng.choice(rates.size, len(at_s), p=(rates / rates.sum()).ravel())
        found += _placed(demand, at_s, chosen, rng)
    return sorted(found, key=lambda one: one.at_s)


def _hour_of_week(at_s: float) -> int:
    local = local_time(at_s)
    return (local.weekday() * 24 + local.hour) % HOURS_PER_WEEK


def _placed(
    demand: Demand,
    at_s: np.ndarray[tuple[int], np.dtype[np.float64]],
    chosen: np.ndarray[tuple[int], np.dtype[np.int64]],
    rng: np.random.Generator,
) -> list[YearsCall]:
    off_m = rng.normal(0.0, 0.4, (len(chosen), 2))
    calls = []
    for moment, (row, column), (east, north) in zip(
        at_s.tolist(),
        (divmod(int(one), len(demand.categories)) for one in chosen),
        off_m.tolist(),
        strict=True,
    ):
        source = demand.sources[row]
        lat = source.lat + north * source.spread_m / _METRES_PER_DEGREE
        wide = _METRES_PER_DEGREE * math.cos(math.radians(source.lat))
        lon = source.lon + east * source.spread_m / wide
        calls.append(
            YearsCall(moment, demand.categories[column], round(lon, _DIGITS), round(lat, _DIGITS))
        )
    return calls
