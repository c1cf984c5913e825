"""How often calls come from each place, hour by hour: what simulated callers draw from.

Rates belong to places and hours, never to persons. They are plausible, not fitted: the level is
that of a Chinese 110 control room (about 80 calls a year for 1,000 residents), the mix leans on
traffic, requests for help and disputes, and the shapes over the day and the week follow what
control rooms publish (two traffic peaks; quarrels around meals; disorder late in the evening and
at weekends; reports of theft in the morning). The tables below are the whole model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.places import DivisionLevel, PlaceBook

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

HOURS_PER_WEEK = 168
CALLS_PER_RESIDENT_YEAR = 0.08
_HOURS_PER_YEAR = 365.25 * 24
_FIRST_VILLAGE = 200
"""The last three digits of a code: below this a residents' committee, from it a village's."""

KINDS = ("community", "village", "school", "hospital", "station", "market", "government")

LIVELINESS: Mapping[str, float] = {"community": 1.5, "village": 0.7}
"""Calls for each resident, against the mean."""

CALLS_PER_WEEK: Mapping[str, float] = {
    "school": 1.2,
    "hospital": 4.0,
    "station": 6.0,
    "market": 4.5,
    "government": 1.0,
}
"""At a key place, beside those of the division around it."""

MIX: Mapping[str, float] = {
    "offence.criminal.theft": 26, "offence.criminal.vehicle_theft": 10,
    "offence.criminal.burglary": 6, "offence.criminal.fraud": 22,
    "offence.criminal.robbery": 0.5, "offence.criminal.weapon": 0.7,
    "offence.criminal.extortion": 1, "offence.criminal.drugs": 0.8,
    "offence.public_order.fight": 16, "offence.public_order.assault": 12,
    "offence.public_order.domestic_violence": 9, "offence.public_order.threat": 6,
    "offence.public_order.harassment": 7, "offence.public_order.damage": 9,
    "offence.public_order.gambling": 6, "offence.public_order.disturbance": 9,
    "offence.public_order.drunk": 10, "offence.public_order.noise": 24,
    "offence.public_order.suspicious": 10,
    "traffic.injury": 26, "traffic.damage": 118, "traffic.hit_and_run": 8,
    "traffic.drunk_driving": 4, "traffic.dangerous": 4, "traffic.congestion": 22,
    "traffic.parking": 58, "traffic.breakdown": 8,
    "dispute.neighbour": 38, "dispute.family": 32, "dispute.marriage": 12, "dispute.wages": 14,
    "dispute.consumer": 28, "dispute.debt": 20, "dispute.land": 10, "dispute.property": 16,
    "dispute.tenancy": 8, "dispute.traffic_damage": 12, "dispute.medical": 2, "dispute.school": 2,
    "help.suicide": 2, "help.drowning": 0.4, "help.missing_person": 16, "help.mental_health": 9,
    "help.trapped": 7, "help.locked_out": 30, "help.welfare_check": 14, "help.lost_property": 38,
    "help.found_property": 10, "help.animal": 16, "help.enquiry": 34,
    "fire.structure": 3, "fire.outside": 4, "fire.alarm": 2, "fire.vehicle": 1,
    "medical.life_threatening": 5, "medical.illness": 12, "medical.injury": 8,
    "fraud_warning.telecom": 12,
    "hazard.gas": 2, "hazard.electric": 4, "hazard.flood": 1, "hazard.road": 12,
    "hazard.fire_risk": 3, "hazard.utility": 10,
    "invalid.silent": 40, "invalid.misdial": 52, "invalid.hoax": 8, "invalid.repeat": 30,
}  # fmt: skip
"""Weight of each category; only the proportions matter."""

_PLACE_MIX: Mapping[str, Mapping[str, float]] = {
    "village": {"dispute.land": 4.0, "traffic.parking": 0.3, "dispute.property": 0.1,
                "traffic.congestion": 0.3, "fire.outside": 3.0, "help.locked_out": 0.4},
    "community": {"dispute.land": 0.1, "fire.outside": 0.3},
    "school": {"dispute.school": 40.0, "offence.public_order.fight": 3.0,
               "help.missing_person": 2.0, "traffic.congestion": 4.0,
               "offence.criminal.burglary": 0.2, "dispute.land": 0.0},
    "hospital": {"dispute.medical": 60.0, "traffic.parking": 2.0, "help.mental_health": 3.0},
    "station": {"help.lost_property": 5.0, "help.missing_person": 3.0, "help.enquiry": 3.0,
                "offence.criminal.theft": 4.0, "dispute.family": 0.1, "dispute.neighbour": 0.0},
    "market": {"dispute.consumer": 8.0, "offence.criminal.theft": 5.0, "traffic.parking": 3.0,
               "offence.public_order.fight": 2.0, "dispute.neighbour": 0.2},
    "government": {"offence.public_order.disturbance": 8.0, "dispute.wages": 8.0,
                   "help.enquiry": 4.0, "dispute.neighbour": 0.1},
}  # fmt: skip
"""How much more or less often a category is called about from a kind of place; 1 when absent."""

_DAYS: Mapping[str, tuple[float, ...]] = {
    "traffic": (2, 1.5, 1, 1, 1, 2, 4, 9, 11, 9, 8, 8, 7, 7, 8, 8, 9, 11, 12, 9, 7, 6, 4, 3),
    "dispute": (3, 2, 1.5, 1, 1, 1, 2, 4, 7, 9, 10, 9, 8, 7, 8, 8, 8, 8, 9, 11, 11, 9, 7, 5),
    "public": (9, 7, 4, 3, 2, 1.5, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 6, 6, 7, 9, 11, 13, 13, 11),
    "report": (2, 1.5, 1, 1, 1, 1.5, 4, 8, 11, 12, 11, 9, 7, 7, 8, 8, 8, 7, 6, 5, 5, 4, 3, 2),
    "help": (3, 2, 1.5, 1, 1, 2, 4, 7, 9, 10, 10, 9, 8, 8, 9, 9, 9, 9, 9, 9, 8, 7, 6, 4),
    "even": (4, 3, 3, 2, 2, 3, 4, 5, 6, 7, 7, 7, 7, 6, 6, 6, 7, 7, 7, 7, 7, 6, 6, 5),
}
"""Weights of the 24 hours of a day, from midnight."""

_SHAPE_OF: tuple[tuple[str, str, float], ...] = (
    ("offence.criminal", "report", 1.0),
    ("offence.public_order", "public", 1.35),
    ("traffic", "traffic", 0.95),
    ("dispute", "dispute", 1.1),
    ("help", "help", 1.05),
    ("", "even", 1.0),
)
"""Beginning of the category's code, day shape, and weekend factor; the first that fits."""

_OPEN: Mapping[str, tuple[tuple[float, ...], float]] = {
    "school": ((0.02,) * 6 + (0.5,) + (1.0,) * 11 + (0.3,) * 3 + (0.05,) * 3, 0.15),
    "market": ((0.05,) * 4 + (0.6,) * 2 + (1.2,) * 6 + (0.8,) * 6 + (0.3,) * 3 + (0.05,) * 3, 1.3),
    "government": ((0.03,) * 7 + (0.5,) + (1.0,) * 10 + (0.15,) * 6, 0.1),
    "station": ((0.4,) * 5 + (1.0,) * 17 + (0.6,) * 2, 1.2),
}
"""How much happens at a key place, by hour of the day, and its weekend factor."""


@dataclass(frozen=True, slots=True)
class CallSource:
    """A place that calls come from.

    Attributes:
        source: division code or key place id.
        kind: one of `KINDS`.
        area: the village-level division it lies in, or the empty code where unknown.
        spread_m: calls come from about this far around the point.
    """

    source: str
    kind: str
    area: AreaId
    lon: float
    lat: float
    spread_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Rates of calls by place, category and hour of the week (0 is Monday 00:00-01:00 local).

    Attributes:
        categories: category codes, in the order of the arrays.
        weekly: float64 [sources, categories] calls expected in a week.
        kind: int64 [sources] row of `KINDS`.
        shape: float64 [kinds, categories, 168] share of the week's calls; adds up to 1 over it.
    """

    sources: tuple[CallSource, ...]
    categories: tuple[str, ...]
    weekly: Float64
    kind: Int64
    shape: Float64

    def rates(self, hour_of_week: int) -> Float64:
        """Calls an hour, float64 [sources, categories].

        Raises `ValueError` for an hour outside 0 .. 167.
        """
        if not 0 <= hour_of_week < HOURS_PER_WEEK:
            msg = f"hour of the week {hour_of_week} is not in 0 .. {HOURS_PER_WEEK - 1}"
            raise ValueError(msg)
        return self.weekly * self.shape[self.kind, :, hour_of_week]


def call_demand(book: PlaceBook, *, factor: float = 1.0) -> Demand:
    """Demand of a place from its divisions' residents and its key places.

    `factor` multiplies every rate. Raises `ValueError` for a negative factor.
    """
    if not factor >= 0:
        msg = f"demand cannot be multiplied by {factor}"
        raise ValueError(msg)
    categories = tuple(MIX)
    sources, totals = _sources(book)
    kind = np.array([KINDS.index(source.kind) for source in sources], dtype=np.int64)
    mixes = np.array([_mix(name) for name in KINDS])
    weekly = factor * np.array(totals)[:, None] * mixes[kind]
    shape = np.array([[_week(code, name) for code in categories] for name in KINDS])
    return Demand(sources, categories, weekly, kind, shape)


def _sources(book: PlaceBook) -> tuple[tuple[CallSource, ...], list[float]]:
    """Places and the calls a week expected from each."""
    sources, totals = [], []
    per_week = CALLS_PER_RESIDENT_YEAR * HOURS_PER_WEEK / _HOURS_PER_YEAR
    for division in book.divisions:
        if division.level is not DivisionLevel.VILLAGE or not division.population:
            continue
        kind = "community" if int(division.code[9:]) < _FIRST_VILLAGE else "village"
        spread = 250.0 if kind == "community" else 600.0
        sources.append(
            CallSource(division.code, kind, division.code, division.lon, division.lat, spread)
        )
        totals.append(division.population * per_week * LIVELINESS[kind])
    for place in book.key_places:
        if place.kind in CALLS_PER_WEEK:
            sources.append(
                CallSource(
                    place.place_id, place.kind, AreaId(""), place.lon, place.lat, place.radius_m / 2
                )
            )
            totals.append(CALLS_PER_WEEK[place.kind])
    return tuple(sources), totals


def _mix(kind: str) -> Float64:
    more = _PLACE_MIX.get(kind, {})
    weights = np.array([weight * more.get(code, 1.0) for code, weight in MIX.items()])
    shares: Float64 = weights / weights.sum()
    return shares


def _week(category: str, kind: str) -> Float64:
    """Shares of the 168 hours."""
    name, weekend = next(
        (shape, weekend) for start, shape, weekend in _SHAPE_OF if category.startswith(start)
    )
    day = np.array(_DAYS[name])
    days = np.array((1.0, 1.0, 1.0, 1.0, 1.1, 1.0 * weekend, 1.0 * weekend))
    if kind in _OPEN:
        hours, closed_days = _OPEN[kind]
        day = day * np.array(hours)
        days[5:] *= closed_days
    week = (days[:, None] * day[None, :]).reshape(-1)
    shares: Float64 = week / week.sum()
    return shares
