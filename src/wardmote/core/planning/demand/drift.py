"""Has demand changed? A two-sided CUSUM of daily totals with a stated rate of false alarms.

Page's test (doi:10.1093/biomet/41.1-2.100) on the log likelihood ratio of negative binomial counts:
is the mean `ratio` times what the pattern expects (or a ratio-th of it), or as expected? The
threshold is not looked up but simulated: it is passed by at most the stated share of histories in
which nothing changed. The days of one history are taken to be independent given the expectation;
where they are not (weather, a festival nobody entered), alarms are more frequent than stated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.demand.counts import LARGEST_SHAPE
from wardmote.core.travel.graph import Float64

SIMULATED = 4_000
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """What to look for, and how often to be wrong.

    Attributes:
        ratio: change in the mean that should be found soonest, > 1; its inverse on the way down.
        false_alarms: share of unchanged histories of `days` days with any alarm, 0 < p < 1.
        days: length of the histories that the share is stated for; also the most that are judged.
        seed: of the simulated threshold.

    Raises:
        ValueError: a value is out of its range.
    """

    ratio: float = 1.15
    false_alarms: float = 0.05
    days: int = 365
    seed: int = 1

    def __post_init__(self) -> None:
        if not (self.ratio > 1 and 0 < self.false_alarms < 1 and self.days >= 1):
            msg = "drift needs ratio > 1, 0 < false alarms < 1 and days >= 1"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """What the test says of each day.

    Attributes:
        rising, falling: float64 [D] the two sums; an alarm is a sum above (>) the threshold.
        alarm: row of the first day with an alarm; None without.
        began: row of the day after which the sum that gave the alarm was last 0: the estimate of
            when it changed; None without an alarm.
        ratio: recorded over expected since then; None without an alarm.
    """

    threshold: float
    rising: Float64
    falling: Float64
    alarm: int | None
    began: int | None
    ratio: float | None


def find_drift(
    count: Float64,
    expected: Float64,
    shape: float,
    settings: DriftSettings | None = None,
    threshold: float | None = None,
) -> Drift:
    """Judge daily totals against what was expected of them.

    Args:
        count: float64 [D] calls of each day.
        expected: float64 [D] calls expected in the recorded part of it; 0 where nothing was
            recorded, which is no evidence either way.
        shape: negative binomial shape of days (`Volumes.day_shape`).
        settings: `DriftSettings()` when not given.
        threshold: of `drift_threshold`, when it was worked out before.

    Raises:
        ValueError: more days than the settings state a false-alarm rate for.
    """
    chosen = settings or DriftSettings()
    if len(count) > chosen.days:
        msg = f"{len(count)} days, but false alarms are stated for {chosen.days}"
        raise ValueError(msg)
    k = min(shape, LARGEST_SHAPE)
    if threshold is None:
        threshold = drift_threshold(expected, k, chosen)
    rising = _sums(_evidence(count, expected, k, chosen.ratio))
    falling = _sums(_evidence(count, expected, k, 1 / chosen.ratio))
    over = np.flatnonzero(np.maximum(rising, falling) > threshold)
    if not len(over):
        return Drift(threshold, rising, falling, None, None, None)
    alarm = int(over[0])
    path = rising if rising[alarm] >= falling[alarm] else falling
    zero = np.flatnonzero(path[: alarm + 1] <= 0)
    began = int(zero[-1]) + 1 if len(zero) else 0
    since = slice(began, alarm + 1)
    ratio = float(count[since].sum() / max(float(expected[since].sum()), 1e-300))
    return Drift(threshold, rising, falling, alarm, began, ratio)


def drift_threshold(expected: Float64, shape: float, settings: DriftSettings) -> float:
    """The level that the greatest sum of an unchanged history passes as rarely as stated.

    Days beyond those given are simulated with the mean of the given ones in turn.
    """
    if not len(expected) or not (expected > 0).any():
        return float("inf")
    days = np.resize(expected, settings.days)
    k = min(shape, LARGEST_SHAPE)
    rng = np.random.default_rng(settings.seed)
    greatest = np.concatenate(list(_unchanged(days, k, settings.ratio, rng)))
    return float(np.quantile(greatest, 1 - settings.false_alarms, method="higher"))


def _evidence(count: Float64, expected: Float64, shape: float, ratio: float) -> Float64:
    """Log likelihood ratio of each day for a mean `ratio` times the expected one."""
    both = np.log(ratio) - np.log((shape + ratio * expected) / (shape + expected))
    return np.asarray(
        count * both - shape * np.log((shape + ratio * expected) / (shape + expected))
    )


def _sums(evidence: Float64) -> Float64:
    """max(0, sum so far + evidence), [.., D] along the last axis."""
    sums = np.empty_like(evidence)
    so_far = np.zeros(evidence.shape[:-1])
    for day in range(evidence.shape[-1]):
        so_far = np.maximum(so_far + evidence[..., day], 0.0)
        sums[..., day] = so_far
    return sums


def _unchanged(
    expected: Float64, shape: float, ratio: float, rng: np.random.Generator
) -> Iterator[Float64]:
    """Greatest sums of simulated histories in which nothing changed, in blocks."""
    for _ in range(SIMULATED // _BLOCK):
        mean = expected * rng.gamma(shape, 1 / shape, (_BLOCK, len(expected)))
        count = rng.poisson(mean).astype(np.float64)
        up = _sums(_evidence(count, expected, shape, ratio)).max(axis=-1)
        down = _sums(_evidence(count, expected, shape, 1 / ratio)).max(axis=-1)
        yield np.maximum(up, down)
