"""Recorded against foretold response: mean, shares in time, whole distribution, by hour and area.

Response is from the call's coming in to the first arrival. Calls without an arrival are left out on
either side and counted. Every run gives one value a call; the foretold distribution is that of all
runs together, and how much runs differ says how much of an error may be luck.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.graph import Float64

LIMITS_S = (180.0, 300.0, 480.0)
MEAN_GOAL = 0.05
SHARE_GOAL = 0.02
KS_GOAL = 0.05
FEWEST_CALLS = 5
"""A group with fewer recorded arrivals has figures but no error."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one side.

    Attributes:
        arrivals, without: calls with and without an arrival (per run).
        mean_s, p50_s, p90_s: seconds; NaN without arrivals.
        shares: within `LIMITS_S` (<=), 0 .. 1.
    """

    arrivals: float
    without: float
    mean_s: float
    p50_s: float
    p90_s: float
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides and their distance.

    Attributes:
        mean_error: (foretold - recorded) / recorded.
        share_errors: foretold - recorded, for each of `LIMITS_S`.
        ks: greatest distance of the two distributions (Kolmogorov-Smirnov).
        ks_by_chance: distance that would be exceeded in 5 % of cases by the recorded sample alone
            if the foretold distribution were true.
        run_means_s: of each run.
        run_spread_s: standard deviation of one run's mean; NaN for one run.
    """

    recorded: Figures
    foretold: Figures
    mean_error: float
    share_errors: tuple[float, ...]
    ks: float
    ks_by_chance: float
    run_means_s: tuple[float, ...]
    run_spread_s: float

    @property
    def reached(self) -> dict[str, bool]:
        """The goals: mean within 5 %, shares within 2 points, distance at most (<=) 0.05."""
        return {
            "mean": abs(self.mean_error) <= MEAN_GOAL,
            "shares": all(abs(error) <= SHARE_GOAL for error in self.share_errors),
            "distribution": self.ks <= KS_GOAL,
        }


@dataclass(frozen=True, slots=True)
class GroupError:
    """One hour of the day or one area.

    Attributes:
        recorded_s, foretold_s: mean response; NaN without arrivals.
        error_s: foretold - recorded; NaN with fewer than `FEWEST_CALLS` recorded arrivals.
        noise_s: standard error of the recorded mean: an error of this size may be luck.
        share_errors: as in `Comparison`; NaN likewise.
        lon, lat: middle of the group's calls; NaN for hours or unknown.
    """

    name: str
    arrivals: int
    recorded_s: float
    foretold_s: float
    error_s: float
    noise_s: float
    share_errors: tuple[float, ...]
    lon: float = float("nan")
    lat: float = float("nan")


def compare(recorded_s: Float64, runs_s: Float64) -> Comparison:
    """Compare responses.

    Args:
        recorded_s: float64 [n]; NaN where nobody arrived.
        runs_s: float64 [R, n], R >= 1; NaN likewise.

    Raises:
        ValueError: a side has no arrival at all.
    """
    real = recorded_s[~np.isnan(recorded_s)]
    made = runs_s[~np.isnan(runs_s)]
    if not len(real) or not len(made):
        msg = "there are no arrivals to compare"
        raise ValueError(msg)
    means = [float(np.nanmean(run)) for run in runs_s if not np.isnan(run).all()]
    recorded = _figures(real, len(recorded_s), 1)
    foretold = _figures(made, runs_s.size, len(runs_s))
    return Comparison(
        recorded,
        foretold,
        foretold.mean_s / recorded.mean_s - 1,
        _differences(recorded.shares, foretold.shares),
        distance(real, made),
        1.358 / math.sqrt(len(real)),
        tuple(means),
        float(np.std(means, ddof=1)) if len(means) > 1 else float("nan"),
    )


def by_group(
    names: Sequence[str],
    recorded_s: Float64,
    runs_s: Float64,
    lon: Float64 | None = None,
    lat: Float64 | None = None,
) -> tuple[GroupError, ...]:
    """Errors of each group of calls, in the order of their names; `names` is per call."""
    labels = np.asarray(names)
    found = []
    for name in sorted(set(names)):
        here = labels == name
        real = recorded_s[here][~np.isnan(recorded_s[here])]
        made = runs_s[:, here][~np.isnan(runs_s[:, here])]
        enough = len(real) >= FEWEST_CALLS and len(made) > 0
        mean_s = float(real.mean()) if len(real) else math.nan
        told_s = float(made.mean()) if len(made) else math.nan
        differences = (
            _differences(_shares(real), _shares(made)) if enough else (math.nan,) * len(LIMITS_S)
        )
        noise_s = float(real.std(ddof=1) / math.sqrt(len(real))) if len(real) > 1 else math.nan
        found.append(
            GroupError(
                str(name),
                len(real),
                mean_s,
                told_s,
                told_s - mean_s if enough else math.nan,
                noise_s,
                differences,
                math.nan if lon is None else _middle(lon[here]),
                math.nan if lat is None else _middle(lat[here]),
            )
        )
    return tuple(found)


def _middle(degrees: Float64) -> float:
    """Mean of the known ones; NaN without any."""
    known = degrees[np.isfinite(degrees)]
    return float(known.mean()) if len(known) else math.nan


def distance(one: Float64, other: Float64) -> float:
    """Greatest distance of two empirical distributions, looked at on both samples' values."""
    values = np.concatenate((one, other))
    first = np.searchsorted(np.sort(one), values, side="right") / len(one)
    second = np.searchsorted(np.sort(other), values, side="right") / len(other)
    return float(np.abs(first - second).max())


def _figures(seconds: Float64, calls: int, runs: int) -> Figures:
    return Figures(
        len(seconds) / runs,
        (calls - len(seconds)) / runs,
        float(seconds.mean()),
        float(np.quantile(seconds, 0.5)),
        float(np.quantile(seconds, 0.9)),
        _shares(seconds),
    )


def _shares(seconds: Float64) -> tuple[float, ...]:
    return tuple(float((seconds <= limit_s).mean()) for limit_s in LIMITS_S)


def _differences(real: Sequence[float], made: Sequence[float]) -> tuple[float, ...]:
    return tuple(b - a for a, b in zip(real, made, strict=True))
