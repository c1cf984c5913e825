"""A year of calls from what was learnt."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from tests.unit.core.planning.demand.made_up import FIRST, drawn, hours, week_of

from wardmote.core.planning.demand.factors import PatternSettings, year_row
from wardmote.core.planning.demand.forecasting import CLIMATOLOGY, ForecastSettings, learn_volumes
from wardmote.core.planning.demand.level import LevelSettings
from wardmote.core.planning.demand.time_grid import TimeGrid, hourly_grid
from wardmote.core.planning.demand.year import level_days, level_shape, year_ahead
from wardmote.core.travel.graph import Float64

SEASONAL = ForecastSettings(PatternSettings(season_bandwidth_days=28.0, season_prior_calls=200.0))


def summers(grid: TimeGrid) -> Float64:
    """A place by the sea: half as much again in July, half in January."""
    return week_of(grid) * (1 - 0.5 * np.cos((year_row(grid.day) - 15) / 366 * 2 * np.pi))


def ahead(days: int) -> TimeGrid:
    first = FIRST + datetime.timedelta(days=days)
    return hourly_grid(first, first + datetime.timedelta(days=364), datetime.UTC)


@pytest.mark.parametrize("settings", [CLIMATOLOGY, SEASONAL])
def test_a_year_that_ends_in_summer_is_no_year_of_summers(settings: ForecastSettings) -> None:
    # Two years and a half: the history ends with August.
    days = 974
    past = hours(days)
    series = drawn(past, summers(past))
    volumes = learn_volumes(series, settings)
    grid = ahead(days)
    truth = float(summers(grid).sum())
    found = year_ahead(volumes, series, grid)
    assert found.seasonal == (settings is SEASONAL)
    assert found.mean.sum() == pytest.approx(truth, rel=0.03)
    one_week = float(volumes.pattern.expected(grid.rows(0, 168)).sum()) * volumes.level
    assert one_week * 365 / 7 > 1.2 * truth


def test_a_short_history_gives_the_year_its_own_level() -> None:
    past = hours(100)
    series = drawn(past, week_of(past))
    found = year_ahead(learn_volumes(series), series, ahead(100))
    assert found.mean.sum() == pytest.approx(week_of(ahead(100)).sum(), rel=0.03)
    assert not found.seasonal


def test_a_level_is_as_sure_as_its_calls_and_days_allow() -> None:
    assert level_shape(400.0, 50.0, 1e12) == pytest.approx(400.0)
    assert level_shape(1e12, 50.0, 20.0) == pytest.approx(1_000.0)
    assert level_shape(0.0, 0.0, 20.0) == 1.0
    assert level_days(LevelSettings(window_days=56)) == 56
    assert level_days(LevelSettings(half_life_days=28.0)) == pytest.approx(80.8, abs=0.1)
