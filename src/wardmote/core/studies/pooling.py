"""Figures of few calls, pooled over runs: shares and means with intervals that stay honest."""

from __future__ import annotations

import functools
import math

import numpy as np

from wardmote.core.measures.distributions import wilson_bounds
from wardmote.core.simulation.twin.replications import student_t
from wardmote.core.studies.figures import CONFIDENCE, Interval
from wardmote.core.travel.graph import Float64

_quantile = functools.cache(student_t)


def pooled_share(met: Float64, of: Float64) -> Interval | None:
    """The share of all runs' calls that met a target, with its 95 % interval.

    The Wilson score interval (doi:10.1080/01621459.1927.10502953) of as many independent calls as
    the spread between runs says they are worth: calls of a run that are late together count for
    less, as in samples of clusters (Kish's design effect, never below 1).

    Args:
        met, of: float64 [runs] calls by run, 0 <= met <= of.
    """
    total = float(of.sum())
    if total == 0:
        return None
    share = float(met.sum()) / total
    effect = 1.0
    if len(of) > 1 and 0.0 < share < 1.0:
        between = _ratio_variance(met, of, share)
        effect = max(1.0, between / (share * (1.0 - share) / total))
    low, high = wilson_bounds(share, total / effect)
    return Interval(share, low, high)


def pooled_mean(total: Float64, of: Float64) -> Interval | None:
    """The mean over all runs' calls, with the interval of a ratio (Student's t over runs).

    Known in one run alone, nothing is known about its error: all three are equal.

    Args:
        total, of: float64 [runs] sum of the values, and calls, by run.
    """
    calls = float(of.sum())
    if calls == 0:
        return None
    mean = float(total.sum()) / calls
    if np.count_nonzero(of) < 2:
        return Interval(mean, mean, mean)
    half = _quantile(CONFIDENCE, len(of) - 1) * math.sqrt(_ratio_variance(total, of, mean))
    return Interval(mean, mean - half, mean + half)


def _ratio_variance(total: Float64, of: Float64, ratio: float) -> float:
    """Variance of sum(total) / sum(of) over independent runs (linearised)."""
    runs = len(of)
    apart = total - ratio * of
    return float((apart**2).sum()) * runs / (runs - 1) / float(of.sum()) ** 2
