"""The negative binomial distribution: Poisson counts whose mean is itself uncertain (gamma).

Written with its mean and shape: variance = mean + mean ** 2 / shape; an infinite shape is Poisson.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.travel.graph import Float64, Int64

LARGEST_SHAPE = 1e7
"""Shapes from here on (>=) are Poisson to any purpose."""

_GOLDEN = (math.sqrt(5) - 1) / 2


def log_gamma(x: ArrayLike) -> Float64:
    """log of the gamma function for x > 0, to about 1e-12 (Stirling's series after a shift)."""
    value = np.asarray(x, dtype=np.float64)
    shifted = value + 8.0
    product = np.ones_like(value)
    for step in range(8):
        product = product * (value + step)
    inverse = 1.0 / shifted
    square = inverse * inverse
    series = inverse * (
        1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))
    )
    stirling = (shifted - 0.5) * np.log(shifted) - shifted + 0.5 * math.log(2 * math.pi) + series
    return np.asarray(stirling - np.log(product), dtype=np.float64)


def log_likelihood(count: ArrayLike, mean: ArrayLike, shape: ArrayLike) -> Float64:
    """log probability of counts; -inf for a count above 0 where the mean is 0."""
    n, mu, k = np.broadcast_arrays(
        np.asarray(count, dtype=np.float64),
        np.asarray(mean, dtype=np.float64),
        np.minimum(np.asarray(shape, dtype=np.float64), LARGEST_SHAPE),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        many = n * (np.log(mu) - np.log(mu + k))
        many = np.where((n == 0), 0.0, many)
    zero = -k * np.log1p(mu / k)
    return np.asarray(
        log_gamma(n + k) - log_gamma(k) - log_gamma(n + 1) + zero + many, dtype=np.float64
    )


def quantile(level: float, mean: ArrayLike, shape: ArrayLike) -> Int64:
    """Least n with P(count <= n) >= level, int64, shape of `mean`.

    Raises:
        ValueError: not 0 < level < 1.
    """
    if not 0 < level < 1:
        msg = f"a level lies in (0, 1), got {level}"
        raise ValueError(msg)
    mu, k = np.broadcast_arrays(np.asarray(mean, np.float64), np.asarray(shape, np.float64))
    flat, shapes = mu.ravel(), np.minimum(k.ravel(), LARGEST_SHAPE)
    found = np.zeros(len(flat), dtype=np.int64)
    spread = np.sqrt(flat + flat**2 / shapes)
    tail = 4.0 + 3.0 * -math.log(min(level, 1 - level))
    lengths = np.ceil(flat + tail * spread + 30.0).astype(np.int64)
    for rows in _chunks(lengths):
        steps = np.arange(int(lengths[rows].max()), dtype=np.float64)
        m, s = flat[rows, None], shapes[rows, None]
        with np.errstate(divide="ignore"):
            ratio = np.log(steps + s) - np.log(steps + 1) + np.log(m) - np.log(m + s)
        start = -s * np.log1p(m / s)
        log_p = np.concatenate((start, start + np.cumsum(ratio, axis=1)), axis=1)
        cumulative = np.cumsum(np.exp(log_p), axis=1)
        found[rows] = (cumulative < level).sum(axis=1)
    return np.asarray(found.reshape(mu.shape), dtype=np.int64)


def fit_shape(count: ArrayLike, mean: ArrayLike) -> float:
    """The shape of greatest likelihood for counts with known means > 0; large when Poisson.

    Golden section on its logarithm. With fewer than 8 counts there is nothing to tell it from, and
    the answer is `LARGEST_SHAPE`.
    """
    n, mu = np.asarray(count, np.float64), np.asarray(mean, np.float64)
    good = mu > 0
    n, mu = n[good], mu[good]
    if len(n) < 8:
        return LARGEST_SHAPE
    likely = _likelihood_of_shape(n, mu)
    low, high = math.log(0.05), math.log(LARGEST_SHAPE)
    inner = [high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)]
    value = [likely(math.exp(at)) for at in inner]
    while high - low > 1e-3:
        if value[0] >= value[1]:
            high, inner[1], value[1] = inner[1], inner[0], value[0]
            inner[0] = high - _GOLDEN * (high - low)
            value[0] = likely(math.exp(inner[0]))
        else:
            low, inner[0], value[0] = inner[0], inner[1], value[1]
            inner[1] = low + _GOLDEN * (high - low)
            value[1] = likely(math.exp(inner[1]))
    return math.exp((low + high) / 2)


def _likelihood_of_shape(count: Float64, mean: Float64) -> Callable[[float], float]:
    """The log likelihood as a function of the shape, but for what does not depend on it.

    Gamma functions are worked out once for each number of calls that occurs: there are few.
    """
    numbers, times = np.unique(count, return_counts=True)

    def likely(shape: float) -> float:
        gammas = float((times * (log_gamma(numbers + shape) - log_gamma(shape))).sum())
        falls = count * np.log(mean + shape) + shape * np.log1p(mean / shape)
        return gammas - float(falls.sum())

    return likely


def _chunks(lengths: Int64) -> list[slice]:
    """Rows in groups whose tables stay small."""
    size = max(1, int(2_000_000 / max(int(lengths.max(initial=1)), 1)))
    return [slice(start, start + size) for start in range(0, len(lengths), size)]
