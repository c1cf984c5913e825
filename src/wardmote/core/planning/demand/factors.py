"""The pattern of demand: hour of the week x season x class of day, each told apart from the rest.

expected calls in a slot = exposure * level of the time * week[slot] * season[day of the year]
                           * days[class, part of the day]

Fitted by taking each factor in turn as observed over expected given the others (iterative
proportional fitting; for Poisson counts every such step raises the likelihood), smoothed or shrunk
as the settings say. `PatternSettings()` is the plain climatology: nothing smoothed, no season, no
festivals. The level of the time is only there to keep growth out of the pattern; what is forecast
from is the level at the end (`level`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.demand.series import CallSeries
from wardmote.core.planning.demand.smoothing import along, around, shrunk, totals
from wardmote.core.planning.demand.time_grid import HOURS_A_DAY, PARTS, TimeGrid, is_weekend
from wardmote.core.travel.graph import Float64, Int64

YEAR_DAYS = 366
SEASON_NEEDS_DAYS = 540
"""With less history a season cannot be told from growth, and none is fitted."""

_EPOCH = 719_163
"""Ordinal of 1970-01-01."""

_END_OF_FEBRUARY = 59
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class PatternSettings:
    """How much is smoothed and believed; chosen by held-out likelihood (`tuning`).

    Attributes:
        week_bandwidth: of the week's pattern, in slots; 0 for none.
        week_prior_calls: calls' worth of belief in "weekdays are alike, weekends are alike".
        season_bandwidth_days: None for no season.
        season_prior_calls: calls' worth of belief that a day of the year is ordinary.
        class_prior_calls: calls' worth of belief that a class of days is ordinary; None to ignore
            classes.
        trend_bandwidth_days: of the level of the time while fitting; None for a constant level.
    """

    week_bandwidth: float = 0.0
    week_prior_calls: float = 0.0
    season_bandwidth_days: float | None = None
    season_prior_calls: float = 200.0
    class_prior_calls: float | None = None
    trend_bandwidth_days: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Calls per fully recorded slot, for a level of 1.

    Attributes:
        week: float64 [slots a week] calls in a slot of an ordinary day.
        season: float64 [366] factor by day of the year (row 0 is 1 January); ones without season.
        days: float64 [classes, 4] factor by class of day and part of the day; ones for ordinary.
        class_names: of `days`.
    """

    week: Float64
    season: Float64
    days: Float64
    class_names: tuple[str, ...]

    def expected(self, grid: TimeGrid) -> Float64:
        """[T] calls in each slot at a level of 1.

        Raises:
            ValueError: the grid has other slots, or other classes of days.
        """
        if grid.slots_a_week != len(self.week) or grid.class_names != self.class_names:
            msg = "the grid's slots or classes of days are not those the pattern was fitted on"
            raise ValueError(msg)
        return np.asarray(
            self.week[grid.slot]
            * self.season[year_row(grid.day)]
            * self.days[grid.day_class, grid.part],
            dtype=np.float64,
        )


def year_row(day: Int64) -> Int64:
    """Row of the season for each day: day of a leap year from 0, so that dates keep their row."""
    date = (day - _EPOCH).astype("datetime64[D]")
    year = date.astype("datetime64[Y]")
    row = (date - year.astype("datetime64[D]")).astype(np.int64)
    length = ((year + 1).astype("datetime64[D]") - year.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(row + ((length < YEAR_DAYS) & (row >= _END_OF_FEBRUARY)), dtype=np.int64)


def fit_pattern(series: CallSeries, settings: PatternSettings) -> Pattern:
    """The pattern of a series.

    Raises:
        ValueError: nothing was recorded.
    """
    if not (series.exposure > 0).any() or series.count.sum() == 0:
        msg = "no recorded calls to fit a pattern to"
        raise ValueError(msg)
    grid = series.grid
    span_days = series.last_day - series.first_day + 1
    seasonal = settings.season_bandwidth_days is not None and span_days >= SEASON_NEEDS_DAYS
    classes = len(grid.class_names)
    yearly, part = year_row(grid.day), grid.part
    week = np.ones(grid.slots_a_week)
    season, days, trend = np.ones(YEAR_DAYS), np.ones((classes, PARTS)), np.ones(len(grid))
    simple = not seasonal and settings.class_prior_calls is None
    rounds = 1 if simple and settings.trend_bandwidth_days is None else _ROUNDS
    for _ in range(rounds):
        special = season[yearly] * days[grid.day_class, part]
        week = _fit_week(series, trend * special, settings)
        base = series.exposure * week[grid.slot]
        if settings.trend_bandwidth_days is not None:
            trend = _fit_trend(series, base * special, settings.trend_bandwidth_days)
        if seasonal:
            season = _fit_season(series, base * trend * days[grid.day_class, part], settings)
        if settings.class_prior_calls is not None:
            days = _fit_days(series, base * trend * season[yearly], settings.class_prior_calls)
    return Pattern(week, season, days, grid.class_names)


def _fit_week(series: CallSeries, special: Float64, settings: PatternSettings) -> Float64:
    grid, size = series.grid, series.grid.slots_a_week
    count = totals(grid.slot, series.count, size)
    expected = totals(grid.slot, series.exposure * special, size)
    alike = _alike(grid, count, expected)
    # Only what sets a day apart from its like is smoothed; the steep hours of the morning stay.
    own = around(count, settings.week_bandwidth)
    usual = around(expected * alike, settings.week_bandwidth)
    return np.asarray(alike * shrunk(own, usual, np.ones(size), settings.week_prior_calls))


def _alike(grid: TimeGrid, count: Float64, expected: Float64) -> Float64:
    """Rates if all weekdays were alike and both days of the weekend; > 0 wherever possible."""
    size = grid.slots_a_week
    per_day = HOURS_A_DAY if size > 7 else 1
    slot = np.arange(size)
    group = slot % per_day + per_day * (slot // per_day >= 5)
    n = totals(group, count, 2 * per_day)
    e = totals(group, expected, 2 * per_day)
    overall = count.sum() / max(expected.sum(), 1e-300)
    return shrunk(n, e, np.full(2 * per_day, overall), 0.5)[group]


def _fit_trend(series: CallSeries, expected: Float64, bandwidth_days: float) -> Float64:
    day = series.grid.day_row
    n = along(totals(day, series.count), bandwidth_days)
    e = along(totals(day, expected), bandwidth_days)
    trend = shrunk(n, e, np.ones(len(n)), 1.0)[day]
    # The pattern keeps the mean; only the course over time is the trend's.
    return np.asarray(trend * expected.sum() / max((trend * expected).sum(), 1e-300))


def _fit_season(series: CallSeries, expected: Float64, settings: PatternSettings) -> Float64:
    row = year_row(series.grid.day)
    bandwidth = settings.season_bandwidth_days or 0.0
    n = around(totals(row, series.count, YEAR_DAYS), bandwidth)
    e = around(totals(row, expected, YEAR_DAYS), bandwidth)
    season = shrunk(n, e, np.ones(YEAR_DAYS), settings.season_prior_calls)
    return np.asarray(season / season.mean(), dtype=np.float64)


def _fit_days(series: CallSeries, expected: Float64, prior_calls: float) -> Float64:
    """Each class towards ordinary, and each part of its day towards the class."""
    grid = series.grid
    classes = len(grid.class_names)
    cell = grid.day_class * PARTS + grid.part
    n = totals(cell, series.count, classes * PARTS).reshape(-1, PARTS)
    e = totals(cell, expected, classes * PARTS).reshape(-1, PARTS)
    whole = shrunk(n.sum(axis=1), e.sum(axis=1), np.ones(classes), prior_calls)
    days = shrunk(n, e, np.repeat(whole[:, None], PARTS, axis=1), prior_calls)
    days[0] = 1.0
    return days


def weekend_share(pattern: Pattern, grid: TimeGrid) -> float:
    """Share of the expected calls that come on Saturdays and Sundays."""
    expected = pattern.expected(grid)
    return float(expected[is_weekend(grid)].sum() / max(expected.sum(), 1e-300))
