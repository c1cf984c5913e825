"""How good forecasts of counts were: deviance, pinball loss, coverage of intervals.

All three are proper in their own way (Gneiting and Raftery, doi:10.1198/016214506000001437):
deviance judges the mean of a count, pinball loss each quantile, coverage the honesty of intervals.
"""

from __future__ import annotations

import numpy as np

from wardmote.core.travel.graph import Float64

LEAST_MEAN = 1e-3
"""A forecast mean below this is judged as this: a mean of 0 has no deviance if a call came."""


def poisson_deviance(count: Float64, mean: Float64) -> float:
    """Mean deviance per slot; 0 for a perfect forecast, lower is better. NaN for nothing."""
    mu = np.maximum(mean, LEAST_MEAN)
    with np.errstate(divide="ignore", invalid="ignore"):
        term = np.where(count > 0, count * np.log(count / mu), 0.0)
    return float(2 * (term - (count - mu)).mean()) if len(count) else float("nan")


def pinball_loss(count: Float64, quantiles: Float64, level: float) -> float:
    """Mean pinball loss of quantiles told for one level, in calls; lower is better."""
    over = count - quantiles
    return float(np.maximum(level * over, (level - 1) * over).mean()) if len(count) else np.nan


def coverage(count: Float64, low: Float64, high: Float64) -> float:
    """Share of counts with low <= count <= high."""
    return float(((count >= low) & (count <= high)).mean()) if len(count) else float("nan")
