"""Demand of a place as planners and the twin use it: volumes in time x rates over places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.demand.forecasting import Volumes, forecast
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.core.planning.demand.place_rates import PlaceRates, part_of_week
from wardmote.core.planning.demand.smoothing import totals
from wardmote.core.planning.demand.time_grid import TimeGrid
from wardmote.core.travel.graph import Float64, Int64


@dataclass(frozen=True, slots=True, eq=False)
class DrawnCalls:
    """Simulated calls, ascending in time.

    Attributes:
        at_s: float64 [n] seconds UTC.
        place: int64 [n] row of the place.
    """

    at_s: Float64
    place: Int64


@dataclass(frozen=True, slots=True, eq=False)
class DemandModel:
    """Expected calls by place and hour.

    Attributes:
        learnt_from, refused: calls by origin: the account of the feedback-loop guard.
    """

    volumes: Volumes
    places: PlaceRates
    learnt_from: Mapping[CallOrigin, int]
    refused: Mapping[CallOrigin, int]

    def rates(self, grid: TimeGrid) -> Float64:
        """Expected calls, float64 [T, P]; each slot adds up to its forecast volume."""
        mean = forecast(self.volumes, grid).mean
        return np.asarray(mean[:, None] * self._spread(self.places.share)[_parts(grid)])

    def by_place(self, grid: TimeGrid) -> Float64:
        """Expected calls of each place over the whole grid, float64 [P]."""
        mean = forecast(self.volumes, grid).mean
        parts = totals(_parts(grid), mean, 8)
        return np.asarray(parts @ self._spread(self.places.share), dtype=np.float64)

    def hours_of_week(self, grid: TimeGrid, mean: Float64) -> Float64:
        """Calls a week of each place by the hour of the week, float64 [P, 168].

        Args:
            grid: hours of whole weeks or of so many days that the week's days are about even.
            mean: float64 [T] expected calls of each of its slots, of all places together.
        """
        weeks = totals(grid.slot, np.ones(len(grid)), grid.slots_a_week)
        hour = totals(grid.slot, mean, grid.slots_a_week) / np.maximum(weeks, 1.0)
        part = part_of_week(np.arange(grid.slots_a_week))
        return np.asarray((hour[:, None] * self._spread(self.places.share)[part]).T)

    def drawn(self, grid: TimeGrid, rng: np.random.Generator, factor: float = 1.0) -> DrawnCalls:
        """Simulated calls: volumes with their spread (whole days are off together), places with
        their doubt, moments even within the hour. `factor` multiplies the expectation."""
        told = forecast(self.volumes, grid)
        day = grid.day_row
        shape = np.minimum(told.day_shape, 1e9)
        of_day = rng.gamma(shape, 1 / shape)
        count = rng.poisson(told.mean * of_day[day] * factor)
        slot = np.repeat(np.arange(len(grid)), count)
        width = np.diff(grid.edges_s)[slot]
        at_s = grid.edges_s[slot] + width * rng.random(len(slot))
        cumulative = np.cumsum(self._spread(self.places.drawn(rng)), axis=1)
        part = _parts(grid)[slot]
        level = rng.random(len(slot))
        place = np.empty(len(slot), dtype=np.int64)
        for one in np.unique(part):
            rows = part == one
            place[rows] = np.searchsorted(cumulative[one], level[rows] * cumulative[one, -1])
        order = np.argsort(at_s, kind="stable")
        return DrawnCalls(at_s[order], place[order])

    def _spread(self, share: Float64) -> Float64:
        """[8, P] share of each place in each part of the week; rows add up to 1."""
        spread = (share[:, None] * self.places.part).T
        return np.asarray(spread / spread.sum(axis=1, keepdims=True), dtype=np.float64)


def _parts(grid: TimeGrid) -> Int64:
    """Part of the week of each slot; whole days count as their afternoon."""
    if grid.slots_a_week == 7:
        return np.asarray(2 + 4 * (grid.slot >= 5), dtype=np.int64)
    return part_of_week(grid.slot)
