"""Forecasts of the held-out end of two cities, four weeks at a time, with all peers side by side.

Every four weeks of the end each contestant is handed the past and forecasts the next four. The
mean is judged by Poisson deviance; intervals by pinball loss at five levels and by coverage of the
middle 90 per cent. The product brings its own intervals. Peers get a negative binomial spread
fitted to their own errors in the twelve weeks before the end, forecast in the same way.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.call_histories import berlin, columbia
from benchmarks.forecast_peers import Peer, peers
from benchmarks.registry import Goal, Outcome, benchmark
from wardmote.core.planning.demand.counts import fit_shape, quantile
from wardmote.core.planning.demand.forecasting import (
    CLIMATOLOGY,
    Forecast,
    ForecastSettings,
    forecast,
    learn_volumes,
)
from wardmote.core.planning.demand.scores import coverage, pinball_loss, poisson_deviance
from wardmote.core.planning.demand.series import CallSeries
from wardmote.core.planning.demand.tuning import choose_settings

STEP_DAYS = 28
CALIBRATION_STEPS = 3
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)

Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one contestant on one history; lower is better but for coverage, which should be 0.9."""

    deviance: float
    pinball: float
    covered: float


def ends(series: CallSeries, first: int, last: int) -> list[tuple[CallSeries, CallSeries]]:
    """(past, four weeks ahead) for each four weeks of first .. last."""
    return [
        (
            series.between(series.first_day, day - 1),
            series.between(day, min(day + STEP_DAYS - 1, last)),
        )
        for day in range(first, last + 1, STEP_DAYS)
    ]


def judged(count: Float64, mean: Float64, told: dict[float, Float64]) -> Scores:
    losses = [pinball_loss(count, told[level], level) for level in LEVELS]
    return Scores(
        poisson_deviance(count, mean),
        float(np.mean(losses)),
        coverage(count, told[0.05], told[0.95]),
    )


def own(series: CallSeries, first: int, settings: ForecastSettings) -> Scores:
    """The product under given settings, with its own intervals."""
    counts: list[Float64] = []
    means: list[Float64] = []
    told: dict[float, list[Float64]] = {level: [] for level in LEVELS}
    for past, ahead in ends(series, first, series.last_day):
        seen = ahead.exposure >= 0.999
        found: Forecast = forecast(learn_volumes(past, settings), ahead.grid)
        counts.append(ahead.count[seen].astype(np.float64))
        means.append(found.mean[seen])
        for level in LEVELS:
            told[level].append(found.quantile(level)[seen].astype(np.float64))
    joined = {level: np.concatenate(rows) for level, rows in told.items()}
    return judged(np.concatenate(counts), np.concatenate(means), joined)


def theirs(series: CallSeries, first: int, peer: Peer) -> Scores:
    """A peer, with a spread fitted to its own earlier errors."""
    before = first - CALIBRATION_STEPS * STEP_DAYS
    shape = fit_shape(*means_of(series, before, first - 1, peer))
    count, mean = means_of(series, first, series.last_day, peer)
    told = {level: quantile(level, mean, shape).astype(np.float64) for level in LEVELS}
    return judged(count, mean, told)


def means_of(series: CallSeries, first: int, last: int, peer: Peer) -> tuple[Float64, Float64]:
    counts, means = [], []
    for past, ahead in ends(series, first, last):
        seen = ahead.exposure >= 0.999
        counts.append(ahead.count[seen].astype(np.float64))
        means.append(np.maximum(peer(past, ahead.grid)[seen], 1e-3))
    return np.concatenate(counts), np.concatenate(means)


def compare(series: CallSeries, held_out_days: int) -> dict[str, Scores]:
    """Everybody on the same end; the product's settings are chosen on what is before it."""
    first = series.last_day - held_out_days + 1
    choice = choose_settings(series.between(series.first_day, first - 1))
    scores = {
        "wardmote": own(series, first, choice.best.settings),
        "climatology": own(series, first, CLIMATOLOGY),
    }
    scores.update({name: theirs(series, first, peer) for name, peer in peers().items()})
    return scores


def outcome(places: dict[str, tuple[CallSeries, int]]) -> Outcome:
    numbers: dict[str, float] = {}
    goals = []
    for place, (series, held_out_days) in places.items():
        scores = compare(series, held_out_days)
        for name, one in scores.items():
            numbers[f"{place}: {name}, Poisson deviance"] = one.deviance
            numbers[f"{place}: {name}, pinball loss (calls)"] = one.pinball
            numbers[f"{place}: {name}, coverage of 90 %"] = one.covered
        mine, usual = scores["wardmote"], scores["climatology"]
        ratio = mine.deviance / usual.deviance
        goals.append(Goal(f"{place}: deviance against climatology", ratio, "<=", 1.0, "times"))
        best = min(one.deviance for name, one in scores.items() if name != "wardmote")
        goals.append(
            Goal(f"{place}: deviance against the best peer", mine.deviance / best, "<=", 1, "times")
        )
        goals.append(
            Goal(f"{place}: pinball against climatology", mine.pinball / usual.pinball, "<=", 1.0,
                 "times")
        )  # fmt: skip
        goals.append(Goal(f"{place}: coverage of 90 %", mine.covered, ">=", 0.85, "share"))
    names = ("statsmodels", "lightgbm")
    packages = tuple(name for name in names if importlib.util.find_spec(name) is not None)
    setting: dict[str, str | int | float] = {"horizon (days)": STEP_DAYS}
    setting.update({f"{place}: held out (days)": held for place, (_, held) in places.items()})
    return Outcome(tuple(goals), {}, numbers, setting, packages)


@benchmark("demand_forecast", "Volumes of the held-out end of Columbia and Berlin")
def demand_forecast() -> Outcome:
    return outcome(
        {
            "Columbia by hour": (columbia(), 70),
            "Berlin by day": (berlin("mission_count_all"), 364),
            "Berlin ambulance by day": (berlin("mission_count_ems"), 364),
            "Berlin fire by day": (berlin("mission_count_fire"), 364),
        }
    )
