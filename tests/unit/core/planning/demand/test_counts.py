"""The negative binomial against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from wardmote.core.planning.demand.counts import (
    LARGEST_SHAPE,
    fit_shape,
    log_gamma,
    log_likelihood,
    quantile,
)


def test_log_gamma_is_scipys() -> None:
    x = np.concatenate((np.geomspace(1e-3, 1e7, 200), [1.0, 2.0, 0.5]))
    assert log_gamma(x) == pytest.approx(special.gammaln(x), rel=1e-12, abs=1e-11)


@pytest.mark.parametrize("shape", [0.3, 4.0, 250.0])
def test_likelihoods_and_quantiles_are_scipys(shape: float) -> None:
    mean = np.array([0.05, 0.9, 7.0, 1500.0])
    n = np.array([0, 2, 7, 1450])
    p = shape / (shape + mean)
    assert log_likelihood(n, mean, shape) == pytest.approx(stats.nbinom.logpmf(n, shape, p))
    for level in (0.025, 0.5, 0.95):
        assert quantile(level, mean, shape).tolist() == stats.nbinom.ppf(level, shape, p).tolist()


def test_an_infinite_shape_is_poisson() -> None:
    mean = np.array([0.5, 3.0, 800.0])
    assert quantile(0.9, mean, np.inf).tolist() == stats.poisson.ppf(0.9, mean).tolist()
    expected = stats.poisson.logpmf([1, 3, 790], mean)
    assert log_likelihood([1, 3, 790], mean, np.inf) == pytest.approx(expected, abs=1e-2)


def test_impossible_counts_have_no_likelihood_and_levels_have_bounds() -> None:
    assert log_likelihood(1, 0.0, 5.0) == -np.inf
    assert log_likelihood(0, 0.0, 5.0) == pytest.approx(0.0)
    with pytest.raises(ValueError, match="level"):
        quantile(1.0, [3.0], 2.0)


def test_the_shape_is_found_again() -> None:
    rng = np.random.default_rng(1)
    mean = rng.uniform(5, 50, 4_000)
    count = rng.poisson(mean * rng.gamma(6.0, 1 / 6.0, 4_000))
    assert fit_shape(count, mean) == pytest.approx(6.0, rel=0.1)
    assert fit_shape(rng.poisson(mean), mean) > 500
    assert fit_shape(count[:7], mean[:7]) == LARGEST_SHAPE
