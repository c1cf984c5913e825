"""Draws calls from the demand of a generated place: when, what, and where on which street."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wardmote.core.domain.places import PlaceBook
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.generated_places.demand import (
    HOURS_PER_WEEK,
    CallSource,
    Demand,
    call_demand,
)
from wardmote.core.travel.travel_times import TravelTimes

_METRES_PER_DEGREE = 111_195.0
_HOUR_S = 3_600.0


@dataclass(frozen=True, slots=True)
class DrawnCall:
    """A call that somebody in the place makes.

    Attributes:
        lon, lat: WGS-84 degrees, on a street where there is one near.
        place: how the caller describes the place.
    """

    category: str
    lon: float
    lat: float
    place: Bilingual


class DrawnCalls:
    """An endless source of calls; the same random numbers draw the same calls."""

    def __init__(
        self,
        book: PlaceBook,
        travel: TravelTimes,
        street_names: list[Bilingual],
        zone: datetime.tzinfo,
        *,
        factor: float = 1.0,
    ) -> None:
        self._demand: Demand = call_demand(book, factor=factor)
        self._travel = travel
        self._streets = street_names
        self._zone = zone
        self._names: dict[str, Bilingual] = {
            **{division.code: division.name for division in book.divisions},
            **{place.place_id: place.name for place in book.key_places},
        }

    def rate_per_s(self, now_s: float) -> float:
        """Calls per second expected at a moment (seconds UTC)."""
        return float(self._rates(now_s).sum()) / _HOUR_S

    def draw(self, now_s: float, rng: np.random.Generator) -> DrawnCall:
        """A call at a moment."""
        rates = self._rates(now_s)
        chosen = int(rng.choice(rates.size, p=(rates / rates.sum()).ravel()))
        row, column = divmod(chosen, rates.shape[1])
        source = self._demand.sources[row]
        lon, lat, street = self._spot(source, rng)
        return DrawnCall(self._demand.categories[column], lon, lat, self._described(source, street))

    def _rates(self, now_s: float) -> NDArray[np.float64]:
        local = datetime.datetime.fromtimestamp(now_s, tz=self._zone)
        return self._demand.rates((local.weekday() * 24 + local.hour) % HOURS_PER_WEEK)

    def _spot(self, source: CallSource, rng: np.random.Generator) -> tuple[float, float, int]:
        """A point around the source, moved onto the nearest street; -1 without one."""
        east_m, north_m = rng.normal(0.0, source.spread_m, 2)
        lat = source.lat + float(north_m) / _METRES_PER_DEGREE
        lon = source.lon + float(east_m) / (_METRES_PER_DEGREE * math.cos(math.radians(source.lat)))
        snapped = self._travel.snap([lon], [lat])
        edge = int(snapped.edge[0])
        if edge < 0:
            return lon, lat, -1
        return (
            float(snapped.lon[0]),
            float(snapped.lat[0]),
            int(self._travel.graph.edge_street[edge]),
        )

    def _described(self, source: CallSource, street: int) -> Bilingual:
        where = self._names.get(source.source, Bilingual("", ""))
        if street < 0:
            return Bilingual(where.zh, where.en)
        road = self._streets[street]
        return Bilingual(f"{where.zh}{road.zh}", f"{road.en}, {where.en}")
