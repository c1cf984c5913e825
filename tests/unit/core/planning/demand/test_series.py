"""Counts with exposure: what was not recorded is unknown, never zero."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from wardmote.core.planning.demand.origins import CallOrigin, DemandCall, admit
from wardmote.core.planning.demand.series import count_calls, counted, recorded_exposure
from wardmote.core.planning.demand.time_grid import TimeGrid, daily_grid, hourly_grid
from wardmote.core.travel.graph import Float64

FIRST = datetime.date(2026, 3, 2)


def weeks(number: int) -> TimeGrid:
    last = FIRST + datetime.timedelta(days=7 * number - 1)
    return hourly_grid(FIRST, last, datetime.UTC)


def drawn(grid: TimeGrid, an_hour: float) -> Float64:
    rng = np.random.default_rng(3)
    span = grid.edges_s[-1] - grid.edges_s[0]
    size = rng.poisson(an_hour * len(grid))
    return np.sort(grid.edges_s[0] + span * rng.random(size))


def test_a_whole_record_is_exposed_throughout() -> None:
    grid = weeks(6)
    assert recorded_exposure(drawn(grid, 2.0), grid).tolist() == [1.0] * len(grid)


def test_a_missing_day_and_evening_are_unknown_and_the_rest_is_not() -> None:
    grid = weeks(8)
    at_s = drawn(grid, 2.0)
    start = grid.edges_s[0]
    lost = (at_s >= start + 86_400 * 9) & (at_s < start + 86_400 * 10)
    lost |= (at_s >= start + 86_400 * 20 + 3_600 * 15) & (at_s < start + 86_400 * 21)
    seen = recorded_exposure(at_s[~lost], grid).reshape(-1, 24)
    assert seen[9, 1:23].max() == 0.0
    assert seen[20, 16:23].max() == 0.0
    assert seen[20, :14].min() == 1.0
    assert seen.sum() == pytest.approx(seen.size - 24 - 9, abs=5)


def test_rates_with_exposure_are_right_where_plain_means_are_not() -> None:
    grid = weeks(12)
    at_s = drawn(grid, 2.0)
    days = ((at_s - grid.edges_s[0]) // 86_400).astype(int)
    hour = (at_s - grid.edges_s[0]) % 86_400 / 3_600
    kept = at_s[~((days % 3 == 0) & (hour >= 18))]
    calls = admit([DemandCall(float(t), CallOrigin.PUBLIC) for t in kept])
    series = count_calls(calls, grid)
    evening = grid.slot % 24 >= 19
    plain = series.count[evening].mean()
    told = series.count[evening].sum() / series.exposure[evening].sum()
    assert plain < 1.5
    assert told == pytest.approx(2.0, rel=0.1)


def test_counts_in_unrecorded_slots_are_dropped() -> None:
    grid = daily_grid(FIRST, FIRST + datetime.timedelta(days=2))
    series = counted(grid, [5, 0, 7], [1.0, 0.0, 1.0], origins=[CallOrigin.PUBLIC])
    assert series.between(series.first_day, series.first_day).count.tolist() == [5]
    with pytest.raises(ValueError, match="exposures"):
        counted(grid, [5, 0, 7], [1.0, 0.0, 1.5], origins=[CallOrigin.PUBLIC])
