"""A forecast judged by its own past: every day of the last weeks foretold from the days before it.

Nothing of a day, nor of any later one, is known to its forecast, and its settings were chosen
before the first day judged (only what was not recorded is told from the record as a whole). So the
share of days that fell within their intervals is what somebody
who had read the forecast each evening would have counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.demand.drift import Drift, DriftSettings, find_drift
from wardmote.core.planning.demand.forecasting import (
    CLIMATOLOGY,
    ForecastSettings,
    forecast,
    learn_volumes,
    with_spread_of,
)
from wardmote.core.planning.demand.series import CallSeries
from wardmote.core.planning.demand.smoothing import totals
from wardmote.core.travel.graph import Bool, Float64, Int64

WHOLE_DAY = 0.9
"""Days recorded for so much (>=) are judged."""
WHOLE_HOUR = 0.999
WEEK_DAYS = 7
LATEST_DAYS = 14
DRIFT_NEEDS_DAYS = 14
"""Fewer days (<) are not asked whether demand changed."""


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """D days, each foretold the evening before.

    Attributes:
        day: int64 [D] ordinals.
        mean, low, high: float64, int64, int64 [D] what was foretold of the whole day.
        came: int64 [D] calls recorded.
        whole: bool [D] recorded as good as whole, so that `came` can be judged.
        hours, hours_within: hours recorded whole, and those of them within their interval.
        usual: float64 [D] mean by the climatology; naive: calls of the same weekday a week before,
            NaN where that was not recorded whole.
    """

    day: Int64
    mean: Float64
    low: Int64
    high: Int64
    came: Int64
    whole: Bool
    hours: int
    hours_within: int
    usual: Float64
    naive: Float64

    @property
    def within(self) -> Bool:
        """[D] days that were judged and came within their interval (low <= came <= high)."""
        return np.asarray(
            self.whole & (self.came >= self.low) & (self.came <= self.high), dtype=np.bool_
        )

    def miss(self, told: Float64) -> float | None:
        """Mean distance of days that can be judged from what was told; None without any."""
        good = self.whole & np.isfinite(self.naive)
        if not good.any():
            return None
        return float(np.abs(self.came - told)[good].mean())


def check_days(
    series: CallSeries, days: int, settings: ForecastSettings, confidence: float
) -> Checked:
    """Foretell each of the last `days` days from those before it.

    Intervals take their width from the days before the week; pattern and level from all before.

    Args:
        settings: must not have been chosen on the days judged.
        days: >= 1, and fewer than the history has.

    Raises:
        ValueError: nothing was recorded before the first of them.
    """
    first = series.last_day - days + 1
    low, high = (1 - confidence) / 2, (1 + confidence) / 2
    ordinals = np.arange(first, series.last_day + 1, dtype=np.int64)
    told = np.zeros((4, days))
    hours = within = 0
    spread = climatology = None
    for row, day in enumerate(ordinals.tolist()):
        past, ahead = series.between(series.first_day, day - 1), series.between(day, day)
        if spread is None or climatology is None or row % WEEK_DAYS == 0:
            spread = learn_volumes(past, settings)
            same = settings == CLIMATOLOGY
            climatology = spread if same else learn_volumes(past, CLIMATOLOGY)
        found = forecast(with_spread_of(past, spread), ahead.grid)
        usual = forecast(with_spread_of(past, climatology), ahead.grid)
        told[:, row] = (
            found.day_mean[0],
            found.day_quantile(low)[0],
            found.day_quantile(high)[0],
            usual.day_mean[0],
        )
        seen = ahead.exposure >= WHOLE_HOUR
        inside = (ahead.count >= found.quantile(low)) & (ahead.count <= found.quantile(high))
        hours += int(seen.sum())
        within += int((seen & inside).sum())
    came, whole = _daily(series)
    back = np.concatenate((np.full(WEEK_DAYS, np.nan), np.where(whole, came, np.nan)))
    return Checked(
        ordinals,
        told[0],
        told[1].astype(np.int64),
        told[2].astype(np.int64),
        came[-days:].astype(np.int64),
        whole[-days:],
        hours,
        within,
        told[3],
        back[-days - WEEK_DAYS : -WEEK_DAYS],
    )


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """The last days asked for drift.

    Attributes:
        latest_ratio: calls over those expected in the last `LATEST_DAYS`; None where nothing was
            recorded in them.
    """

    drift: Drift
    latest_ratio: float | None

    @property
    def lasting(self) -> bool:
        """Whether the latest days still lie on the side of the alarm, by more (>) than half of the
        change that is sought."""
        drift, latest = self.drift, self.latest_ratio
        if drift.ratio is None or latest is None:
            return False
        half = (1 + DriftSettings().ratio) / 2
        return latest > half if drift.ratio > 1 else latest < 1 / half


def watch(
    series: CallSeries,
    days: int,
    settings: ForecastSettings,
    drift: DriftSettings | None = None,
) -> Watched | None:
    """Whether the last `days` days are what was expected of them before they began.

    The expectation stands still while they pass: a level that follows the calls would explain away
    what is to be found. None for fewer than `DRIFT_NEEDS_DAYS`.

    Raises:
        ValueError: nothing was recorded before, or more days than false alarms are stated for.
    """
    if days < DRIFT_NEEDS_DAYS:
        return None
    first = series.last_day - days + 1
    before = learn_volumes(series.between(series.first_day, first - 1), settings)
    judged = series.between(first, series.last_day)
    found = forecast(before, judged.grid)
    row = judged.grid.day_row
    count = totals(row, judged.count, days)
    expected = totals(row, found.mean * judged.exposure, days)
    told = find_drift(count, expected, float(before.day_shape[-1]), drift)
    usual = float(expected[-LATEST_DAYS:].sum())
    latest = float(count[-LATEST_DAYS:].sum()) / usual if usual > 0 else None
    return Watched(told, latest)


def _daily(series: CallSeries) -> tuple[Float64, Bool]:
    """Calls of each day, and whether it was recorded as good as whole."""
    row = series.grid.day_row
    seen = totals(row, series.exposure) / np.bincount(row)
    return totals(row, series.count), np.asarray(seen >= WHOLE_DAY, dtype=np.bool_)
