"""A year of calls from what was learnt: what plans are made for.

One week is not a year: it may lie in a quiet season, or hold a festival. So every day of the year
ahead is expected for itself, by its season and its class of day. Where no season was learnt the
level is that of the last year recorded and not that of the last weeks, which may be a summer's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.demand.factors import Pattern
from wardmote.core.planning.demand.forecasting import Volumes
from wardmote.core.planning.demand.level import LevelSettings
from wardmote.core.planning.demand.series import CallSeries
from wardmote.core.planning.demand.time_grid import TimeGrid
from wardmote.core.travel.graph import Float64

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True, eq=False)
class YearAhead:
    """Expected calls of the days after a history.

    Attributes:
        mean: float64 [T] calls of each slot of `grid`.
        seasonal: whether a season was learnt. Without one the year is taken to be like the days
            that were recorded, and what the season may add to the doubt is not in `level_shape`.
        level_shape: gamma shape of the level of the whole year.
    """

    grid: TimeGrid
    mean: Float64
    seasonal: bool
    level_shape: float


def year_ahead(volumes: Volumes, series: CallSeries, grid: TimeGrid) -> YearAhead:
    """Expected calls of a grid after the history.

    Args:
        series: that the volumes were learnt from.
        grid: whole days, about a year of them (`YEAR_DAYS`).

    Raises:
        ValueError: the grid's slots or classes of days are not the history's.
    """
    seasonal = has_season(volumes.pattern)
    expected = volumes.pattern.expected(grid)
    if seasonal:
        days = level_days(volumes.settings.level)
        seen = series.between(series.last_day - round(days) + 1, series.last_day)
        level = volumes.level
    else:
        seen = series.between(series.last_day - YEAR_DAYS + 1, series.last_day)
        usual = float((volumes.pattern.expected(seen.grid) * seen.exposure).sum())
        level = float(seen.count.sum()) / usual if usual > 0 else volumes.level
    recorded_days = float(seen.exposure.sum()) * 7 / seen.grid.slots_a_week
    shape = level_shape(float(seen.count.sum()), recorded_days, float(volumes.day_shape[0]))
    return YearAhead(grid, expected * level, seasonal, shape)


def has_season(pattern: Pattern) -> bool:
    """Whether the pattern tells one season from another."""
    return float(np.ptp(pattern.season)) > 0


def knows_festivals(pattern: Pattern) -> bool:
    """Whether any class of days is told apart from ordinary days."""
    return bool((pattern.days != 1.0).any())


def level_days(settings: LevelSettings) -> float:
    """How many days alike tell as much as the level's: its window, or what its discount leaves."""
    if settings.window_days is not None:
        return float(settings.window_days)
    keep = float(0.5 ** (1.0 / (settings.half_life_days or 1.0)))
    return (1 + keep) / (1 - keep)


def level_shape(calls: float, days: float, day_shape: float) -> float:
    """Gamma shape of a level told from so many calls on so many days that vary by `day_shape`.

    The relative variances of counting and of the days add up; >= 1.
    """
    variance = 1.0 / max(calls, 1.0) + 1.0 / (max(day_shape, 1e-9) * max(days, 1.0))
    return max(1.0 / variance, 1.0)
