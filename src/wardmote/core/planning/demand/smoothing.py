"""Sums by group, and kernel smoothing of ratios: counts and expectations alike, then divided."""

from __future__ import annotations

import numpy as np

from wardmote.core.travel.graph import Float64, Int64

_REACH = 4.0
"""Kernels are cut at so many bandwidths."""


def totals(row: Int64, weight: Float64 | Int64, size: int = 0) -> Float64:
    """Sums of weights by row, float64 [max(size, greatest row + 1)]."""
    return np.asarray(np.bincount(row, weights=weight, minlength=size), dtype=np.float64)


def around(values: Float64, bandwidth: float) -> Float64:
    """Gaussian sums on a circle; `bandwidth` in steps, 0 changes nothing.

    The weights are 1 at the middle and do not add up to 1: what comes out is about as many calls as
    the neighbourhood has, so that a prior worth so many calls is weighed against all of them.
    """
    if bandwidth <= 0:
        return values
    size = len(values)
    step = np.arange(size)
    distance = np.minimum(step, size - step)
    weight = np.exp(-0.5 * (distance / bandwidth) ** 2)
    smooth = np.fft.irfft(np.fft.rfft(values) * np.fft.rfft(weight), size)
    # The transform leaves -1e-17 where the truth is nothing.
    return np.asarray(np.maximum(smooth, 0.0), dtype=np.float64)


def along(values: Float64, bandwidth: float) -> Float64:
    """Gaussian smoothing on a line that ends: weights beyond the ends are left out.

    The weights are not made up to 1 at the ends, so smooth numerator and denominator alike.
    """
    if bandwidth <= 0:
        return values
    reach = int(np.ceil(_REACH * bandwidth))
    step = np.arange(-reach, reach + 1)
    weight = np.exp(-0.5 * (step / bandwidth) ** 2)
    full = np.convolve(values, weight / weight.sum(), mode="full")
    return np.asarray(full[reach : reach + len(values)], dtype=np.float64)


def shrunk(count: Float64, expected: Float64, towards: Float64, prior_calls: float) -> Float64:
    """count / expected, pulled towards a guess as if `prior_calls` had confirmed it.

    The posterior mean of a gamma prior with that shape and mean `towards`; `towards` itself where
    nothing was expected and the prior is nothing.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = prior_calls / towards
        ratio = (count + prior_calls) / (expected + rate)
    return np.asarray(np.where(np.isfinite(ratio), ratio, towards), dtype=np.float64)
