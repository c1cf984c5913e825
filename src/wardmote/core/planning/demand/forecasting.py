"""Volumes by hour and day, with intervals that were right in the recent past.

mean = pattern x level now. The spread is not assumed: the same forecast is made from every day of
the history as if the rest had not happened yet, one to four weeks ahead, and a negative binomial
shape is fitted to how far those were off, for slots and for whole days apart (a whole day's hours
are off together, so a day's spread is more than its hours' would add up to).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from wardmote.core.planning.demand.counts import LARGEST_SHAPE, fit_shape, quantile
from wardmote.core.planning.demand.factors import Pattern, PatternSettings, fit_pattern
from wardmote.core.planning.demand.level import EIGHT_WEEKS, Levels, LevelSettings, levels
from wardmote.core.planning.demand.series import CallSeries
from wardmote.core.planning.demand.smoothing import totals
from wardmote.core.planning.demand.time_grid import TimeGrid
from wardmote.core.travel.graph import Float64, Int64

HORIZON_WEEKS = 4
"""Spreads are told for 1 .. 4 weeks ahead; the last holds for all beyond."""

SPREAD_DAYS = 364
"""At most so many of the last days tell the spread."""

FIRST_DAYS = 28
"""The level needs so many days before forecasts from it are judged."""


@dataclass(frozen=True, slots=True)
class ForecastSettings:
    """A pattern and a level. The default is the climatology; `tuning` chooses better ones."""

    pattern: PatternSettings = field(default_factory=PatternSettings)
    level: LevelSettings = EIGHT_WEEKS


CLIMATOLOGY = ForecastSettings()
"""Hour of the week over all history x level of the last 8 weeks."""


@dataclass(frozen=True, slots=True, eq=False)
class Volumes:
    """What was learnt from a series. Make it with `learn_volumes`.

    Attributes:
        calls, expected: the level's gamma shape and rate after the last day.
        slot_shape, day_shape: float64 [4] negative binomial shapes by weeks ahead.
        last_day: ordinal of the last day of the history.
    """

    settings: ForecastSettings
    pattern: Pattern
    calls: float
    expected: float
    slot_shape: Float64
    day_shape: Float64
    last_day: int

    @property
    def level(self) -> float:
        """Factor of now on the pattern."""
        return self.calls / self.expected


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Expected calls and their spread.

    Attributes:
        mean, shape: float64 [T] of the slots; counts are negative binomial.
        day_mean, day_shape: float64 [D] of the whole days, in the order of `grid.days`.
    """

    grid: TimeGrid
    mean: Float64
    shape: Float64
    day_mean: Float64
    day_shape: Float64

    def quantile(self, level: float) -> Int64:
        """[T] least counts reached with at least this probability."""
        return quantile(level, self.mean, self.shape)

    def day_quantile(self, level: float) -> Int64:
        """[D] the same for whole days."""
        return quantile(level, self.day_mean, self.day_shape)


def learn_volumes(series: CallSeries, settings: ForecastSettings = CLIMATOLOGY) -> Volumes:
    """Pattern, level and spread of a series.

    Raises:
        ValueError: nothing was recorded.
    """
    known = _known(series, settings)
    slot_shape, day_shape = _spreads(
        series, known.expected, known.expected_a_day, known.count_a_day, known.levels
    )
    return _volumes(known, settings, slot_shape, day_shape, series.last_day)


def with_spread_of(series: CallSeries, other: Volumes) -> Volumes:
    """Pattern and level of a series under the settings of `other`, whose spread is kept.

    For forecasts from day to day, since a day more hardly changes a spread that takes long to fit.

    Raises:
        ValueError: nothing was recorded.
    """
    known = _known(series, other.settings)
    return _volumes(known, other.settings, other.slot_shape, other.day_shape, series.last_day)


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """A history under some settings: its pattern, what that expects, and the levels."""

    pattern: Pattern
    expected: Float64
    expected_a_day: Float64
    count_a_day: Float64
    levels: Levels


def _known(series: CallSeries, settings: ForecastSettings) -> _Known:
    pattern = fit_pattern(series, settings.pattern)
    expected = pattern.expected(series.grid) * series.exposure
    day = series.grid.day_row
    count_a_day, expected_a_day = totals(day, series.count), totals(day, expected)
    found = levels(count_a_day, expected_a_day, settings.level)
    return _Known(pattern, expected, expected_a_day, count_a_day, found)


def _volumes(
    known: _Known,
    settings: ForecastSettings,
    slot_shape: Float64,
    day_shape: Float64,
    last_day: int,
) -> Volumes:
    return Volumes(
        settings,
        known.pattern,
        float(known.levels.calls[-1]),
        float(known.levels.expected[-1]),
        slot_shape,
        day_shape,
        last_day,
    )


def forecast(volumes: Volumes, grid: TimeGrid) -> Forecast:
    """Slots after the history, whole days at a time.

    Raises:
        ValueError: the grid's slots or classes of days are not the history's.
    """
    mean = volumes.pattern.expected(grid) * volumes.level
    slot_week, day_week = _weeks(grid.day, volumes), _weeks(grid.days, volumes)
    return Forecast(
        grid,
        mean,
        volumes.slot_shape[slot_week],
        totals(grid.day_row, mean),
        volumes.day_shape[day_week],
    )


def _weeks(day: Int64, volumes: Volumes) -> Int64:
    return np.clip((day - volumes.last_day - 1) // 7, 0, HORIZON_WEEKS - 1).astype(np.int64)


def _spreads(
    series: CallSeries,
    expected: Float64,
    expected_a_day: Float64,
    count_a_day: Float64,
    found: Levels,
) -> tuple[Float64, Float64]:
    day = series.grid.day_row
    days = len(count_a_day)
    first = max(FIRST_DAYS, days - SPREAD_DAYS)
    slot_shape, day_shape = np.empty(HORIZON_WEEKS), np.empty(HORIZON_WEEKS)
    level = found.mean
    # A day recorded in part says too little of its total: days count from nine tenths on.
    full = totals(day, series.exposure) >= 0.9 * np.bincount(day)
    for week in range(HORIZON_WEEKS):
        # The middle of the week ahead stands for it; the level is the one known then.
        lag = 7 * week + 3
        known = level[np.maximum(np.arange(days) - lag, 0)]
        slots = (series.exposure > 0) & (day >= first + lag)
        slot_shape[week] = fit_shape(series.count[slots], (expected * known[day])[slots])
        rows = full & (np.arange(days) >= first + lag)
        day_shape[week] = fit_shape(count_a_day[rows], (expected_a_day * known)[rows])
    return _falling(slot_shape), _falling(day_shape)


def _falling(shape: Float64) -> Float64:
    """Further ahead is never told to be surer."""
    return np.minimum(np.minimum.accumulate(shape), LARGEST_SHAPE)
