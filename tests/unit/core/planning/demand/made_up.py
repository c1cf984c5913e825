"""Histories of calls drawn from a known truth."""

from __future__ import annotations

import datetime

import numpy as np

from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.core.planning.demand.series import CallSeries, counted
from wardmote.core.planning.demand.time_grid import (
    ORDINARY_DAYS,
    DayClasses,
    TimeGrid,
    daily_grid,
    hourly_grid,
)
from wardmote.core.travel.graph import Float64

FIRST = datetime.date(2024, 1, 1)


def hours(days: int, classes: DayClasses = ORDINARY_DAYS) -> TimeGrid:
    return hourly_grid(FIRST, FIRST + datetime.timedelta(days=days - 1), datetime.UTC, classes)


def days(number: int, classes: DayClasses = ORDINARY_DAYS) -> TimeGrid:
    return daily_grid(FIRST, FIRST + datetime.timedelta(days=number - 1), classes=classes)


def week_of(grid: TimeGrid) -> Float64:
    """Busy afternoons, quieter weekends."""
    hour = grid.slot % 24
    return (4 + 3 * np.sin((hour - 9) / 24 * 2 * np.pi)) * np.where(grid.slot >= 120, 0.8, 1.0)


def drawn(grid: TimeGrid, mean: Float64, seed: int = 1, day_shape: float = np.inf) -> CallSeries:
    rng = np.random.default_rng(seed)
    factor = np.ones(len(grid.days))
    if np.isfinite(day_shape):
        factor = rng.gamma(day_shape, 1 / day_shape, len(grid.days))
    return counted(grid, rng.poisson(mean * factor[grid.day_row]), origins=[CallOrigin.PUBLIC])
