"""Smoothing chosen by held-out likelihood.

The end of the history is held out four weeks at a time; a setting is as good as the negative
binomial likelihood of the held-out counts under its forecasts. One setting is changed at a time,
twice round, and only if the gain over the weeks held out is more than its own standard error: the
best of many tries is partly luck, and the climatology that the search starts from is hard to beat.
Festivals are the exception: their gain lies in a few days of the year, so its standard error says
little, while each class of days is pulled towards ordinary anyway. They are on unless held-out days
are likelier without them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.planning.demand.counts import fit_shape, log_likelihood
from wardmote.core.planning.demand.factors import fit_pattern
from wardmote.core.planning.demand.forecasting import CLIMATOLOGY, ForecastSettings
from wardmote.core.planning.demand.level import LevelSettings, levels
from wardmote.core.planning.demand.series import CallSeries
from wardmote.core.planning.demand.smoothing import totals
from wardmote.core.travel.graph import Float64

FOLD_DAYS = 28
MOST_FOLDS = 13
"""A whole year where there is as much: what comes once a year must be among what is held out."""

LEAST_HISTORY_DAYS = 84
FESTIVAL_PRIOR_CALLS = 50.0
SWEEPS = 2

Change = Callable[[ForecastSettings], ForecastSettings]


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """One setting and how likely it made what was held out.

    Attributes:
        score: mean log likelihood per slot; higher is better.
        weekly: float64 [weeks held out] sum of log likelihoods.
    """

    settings: ForecastSettings
    score: float
    weekly: Float64

    def surely_better(self, other: Tried) -> bool:
        """Whether the mean weekly gain over another is more (>) than its standard error."""
        gain = self.weekly - other.weekly
        return float(gain.mean()) > float(gain.std() / np.sqrt(len(gain)))


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, what the climatology would have scored, and everything tried."""

    best: Tried
    climatology: Tried
    tried: tuple[Tried, ...]


def choose_settings(series: CallSeries, should_stop: Callable[[], bool] = lambda: False) -> Choice:
    """The settings under which the held-out end of the history is most likely.

    The climatology itself when the history is shorter than 12 weeks. Stops early when told so, with
    the best until then.
    """
    folds = _folds(series)
    if not folds:
        nothing = Tried(CLIMATOLOGY, float("nan"), np.zeros(0))
        return Choice(nothing, nothing, (nothing,))
    first = held_out(series, folds, CLIMATOLOGY)
    tried = {CLIMATOLOGY: first}
    best = first
    if len(series.grid.class_names) > 1:
        known = _classes(FESTIVAL_PRIOR_CALLS)(CLIMATOLOGY)
        tried[known] = held_out(series, folds, known)
        best = max(first, tried[known], key=lambda one: one.score)
    for _ in range(SWEEPS):
        for options in _options(series):
            start = best
            for change in options:
                settings = change(start.settings)
                if should_stop():
                    return Choice(best, first, tuple(tried.values()))
                if settings not in tried:
                    tried[settings] = held_out(series, folds, settings)
                one = tried[settings]
                if one.score > best.score and one.surely_better(start):
                    best = one
    return Choice(best, first, tuple(tried.values()))


def held_out(
    series: CallSeries, folds: Sequence[tuple[int, int]], settings: ForecastSettings
) -> Tried:
    """Forecast the days first .. last of each fold from what was before it, and score them."""
    counts, means, weeks = [], [], []
    for number, (first, last) in enumerate(folds):
        past = series.between(series.first_day, first - 1)
        ahead = series.between(first, last)
        pattern = fit_pattern(past, settings.pattern)
        day = past.grid.day_row
        found = levels(
            totals(day, past.count),
            totals(day, pattern.expected(past.grid) * past.exposure),
            settings.level,
        )
        seen = ahead.exposure > 0
        counts.append(ahead.count[seen])
        expected = pattern.expected(ahead.grid) * ahead.exposure * found.mean[-1]
        means.append(np.maximum(expected[seen], 1e-3))
        weeks.append((number * FOLD_DAYS + ahead.grid.day[seen] - first) // 7)
    count, mean, week = np.concatenate(counts), np.concatenate(means), np.concatenate(weeks)
    likely = log_likelihood(count, mean, fit_shape(count, mean))
    weekly = totals(np.unique(week, return_inverse=True)[1], likely)
    return Tried(settings, float(likely.mean()), weekly)


def _folds(series: CallSeries) -> list[tuple[int, int]]:
    """Four weeks each, from the end backwards, leaving at least 8 weeks before the first."""
    days = series.last_day - series.first_day + 1
    if days < LEAST_HISTORY_DAYS:
        return []
    most = min(MOST_FOLDS, (days - 56) // FOLD_DAYS)
    ends = [series.last_day - FOLD_DAYS * number for number in range(most)]
    folds = [(end - FOLD_DAYS + 1, end) for end in reversed(ends)]
    return [fold for fold in folds if (series.between(*fold).exposure > 0).any()]


def _options(series: CallSeries) -> list[list[Change]]:
    """Values to try of each setting, one list a setting."""
    hours = series.grid.slots_a_week > 7
    widths = (0.0, 1.0, 2.0, 4.0) if hours else (0.0,)
    classes = len(series.grid.class_names) > 1
    return [
        [_level(LevelSettings(half_life_days=days)) for days in (28.0, 56.0, 112.0)]
        + [_level(LevelSettings(window_days=56))],
        [_trend(days) for days in (None, 14.0, 28.0, 60.0, 120.0, 240.0)],
        [_classes(prior) for prior in (10.0, 50.0, 200.0, 1_000.0)] if classes else [],
        [
            _season(days, prior)
            for days in (None, 3.0, 7.0, 14.0, 28.0, 45.0)
            for prior in ((200.0, 2_000.0, 20_000.0) if days is not None else (200.0,))
        ],
        [_week(width, prior) for width in widths for prior in (0.0, 10.0, 30.0, 100.0, 400.0)],
    ]


def _level(level: LevelSettings) -> Change:
    return lambda settings: replace(settings, level=level)


def _week(bandwidth: float, prior_calls: float) -> Change:
    return lambda settings: replace(
        settings,
        pattern=replace(settings.pattern, week_bandwidth=bandwidth, week_prior_calls=prior_calls),
    )


def _season(bandwidth_days: float | None, prior_calls: float) -> Change:
    return lambda settings: replace(
        settings,
        pattern=replace(
            settings.pattern,
            season_bandwidth_days=bandwidth_days,
            season_prior_calls=prior_calls,
        ),
    )


def _classes(prior_calls: float | None) -> Change:
    return lambda settings: replace(
        settings, pattern=replace(settings.pattern, class_prior_calls=prior_calls)
    )


def _trend(bandwidth_days: float | None) -> Change:
    return lambda settings: replace(
        settings, pattern=replace(settings.pattern, trend_bandwidth_days=bandwidth_days)
    )
