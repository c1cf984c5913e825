"""Peers that forecast the same histories: each is handed the past and the hours or days ahead."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wardmote.core.planning.demand.factors import year_row
from wardmote.core.planning.demand.forecasting import CLIMATOLOGY, forecast, learn_volumes
from wardmote.core.planning.demand.series import CallSeries
from wardmote.core.planning.demand.time_grid import TimeGrid

Float64 = NDArray[np.float64]
Peer = Callable[[CallSeries, TimeGrid], Float64]
LEAST = 1e-3


def seasonal_naive(past: CallSeries, ahead: TimeGrid) -> Float64:
    """What the latest recorded slot of the same time of the week had."""
    latest = np.full(ahead.slots_a_week, past.count.mean())
    known = past.exposure >= 0.999
    latest[past.grid.slot[known]] = past.count[known]
    return latest[ahead.slot]


def filled(past: CallSeries) -> Float64:
    """Counts with the unknown filled by the climatology, for peers that bear no holes."""
    usual = forecast(learn_volumes(past, CLIMATOLOGY), past.grid).mean
    return np.where(past.exposure >= 0.999, past.count, usual)


def exponential_smoothing(past: CallSeries, ahead: TimeGrid) -> Float64:
    """statsmodels' Holt-Winters: damped trend, additive week; the last year at most."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing  # noqa: PLC0415  (optional peer)

    week = past.grid.slots_a_week
    values = filled(past)[-(52 * week) :] if week == 7 else filled(past)[-(20 * week) :]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = ExponentialSmoothing(
            values, trend="add", damped_trend=True, seasonal="add", seasonal_periods=week,
            initialization_method="heuristic",
        ).fit(optimized=True)  # fmt: skip
        return np.maximum(np.asarray(fit.forecast(len(ahead))), LEAST)


def mstl(past: CallSeries, ahead: TimeGrid) -> Float64:
    """statsmodels' MSTL (day and week, or week and year); what is left by simple smoothing."""
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing  # noqa: PLC0415  (optional peer)
    from statsmodels.tsa.seasonal import MSTL  # noqa: PLC0415  (optional peer)

    week = past.grid.slots_a_week
    values = filled(past)
    periods = (24, 168) if week > 7 else (7, 365)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parts = MSTL(values, periods=periods).fit()
        left = SimpleExpSmoothing(
            values - parts.seasonal.sum(axis=1), initialization_method="estimated"
        ).fit()
    season = np.zeros(len(ahead))
    for column, period in enumerate(periods):
        cycle = parts.seasonal[-period:, column]
        season += np.resize(cycle, len(ahead))
    return np.maximum(np.asarray(left.forecast(len(ahead))) + season, LEAST)


def boosted_trees(past: CallSeries, ahead: TimeGrid) -> Float64:
    """LightGBM with a Poisson objective on the calendar and on what was usual four weeks before."""
    import lightgbm  # noqa: PLC0415  (optional peer)

    table = _features(past, past.grid)
    known = (past.exposure >= 0.999) & np.isfinite(table[:, -1])
    model = lightgbm.train(
        {"objective": "poisson", "learning_rate": 0.05, "num_leaves": 15, "min_data_in_leaf": 40,
         "feature_fraction": 0.8, "verbosity": -1, "num_threads": 1, "seed": 1,
         "deterministic": True},
        lightgbm.Dataset(table[known], past.count[known]),
        num_boost_round=200,
    )  # fmt: skip
    return np.maximum(np.asarray(model.predict(_features(past, ahead))), LEAST)


def _features(past: CallSeries, grid: TimeGrid) -> Float64:
    """Slot, hour, weekday, day of the year, class, and means of the slot and all, as known then."""
    slots = past.grid.slots_a_week
    known = past.exposure >= 0.999
    week = (grid.day - past.grid.day[0]) // 7
    weeks = int(week.max()) + 1
    own_week = (past.grid.day - past.grid.day[0]) // 7
    cell = own_week * slots + past.grid.slot
    size = max(weeks, int(own_week.max()) + 1) * slots
    total = np.bincount(cell[known], weights=past.count[known], minlength=size).reshape(-1, slots)
    seen = np.bincount(cell[known], minlength=size).reshape(-1, slots)
    columns = [grid.slot, grid.slot % 24, grid.slot * 7 // slots, year_row(grid.day),
               grid.day_class]  # fmt: skip
    last = int(own_week.max())
    for width in (8, 26):
        usual, overall = np.full((2, len(grid)), np.nan)
        for number in np.unique(week):
            # Four weeks ahead is the horizon: a training row knows no more than that either.
            stop = min(int(number) - 3, last + 1)
            rows = slice(max(stop - width, 0), max(stop, 0))
            n, k = total[rows].sum(axis=0), seen[rows].sum(axis=0)
            here = week == number
            with np.errstate(divide="ignore", invalid="ignore"):
                usual[here] = (n / k)[grid.slot[here]]
                overall[here] = n.sum() / k.sum()
        columns += [usual, overall]
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def peers() -> dict[str, Peer]:
    """Those whose packages are here."""
    found: dict[str, Peer] = {"seasonal naive": seasonal_naive}
    if importlib.util.find_spec("statsmodels") is not None:
        found["ETS (statsmodels)"] = exponential_smoothing
        found["MSTL (statsmodels)"] = mstl
    if importlib.util.find_spec("lightgbm") is not None:
        found["LightGBM"] = boosted_trees
    return found
