"""The drift test's false alarms and delays, by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from wardmote.core.planning.demand.drift import DriftSettings, drift_threshold, find_drift

EXPECTED = np.tile([210.0, 200, 200, 205, 230, 240, 190], 26)[:180]
SHAPE = 80.0
SETTINGS = DriftSettings(days=180)


def history(
    seed: int, change: float = 1.0, at: int = 0
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rng = np.random.default_rng(seed)
    factor = np.where(np.arange(180) >= at, change, 1.0)
    return rng.poisson(EXPECTED * factor * rng.gamma(SHAPE, 1 / SHAPE, 180)).astype(np.float64)


def test_false_alarms_are_as_rare_as_stated() -> None:
    threshold = drift_threshold(EXPECTED, SHAPE, SETTINGS)
    alarms = sum(
        find_drift(history(1_000 + seed), EXPECTED, SHAPE, SETTINGS, threshold).alarm is not None
        for seed in range(600)
    )
    # 5 % of 600 is 30; within three standard deviations (5.3) of a binomial.
    assert 14 <= alarms <= 46


@pytest.mark.parametrize("change", [1.2, 0.8])
def test_a_fifth_more_or_less_is_found_within_weeks(change: float) -> None:
    delays, ratios = [], []
    for seed in range(20):
        drift = find_drift(history(seed, change, 90), EXPECTED, SHAPE, SETTINGS)
        assert drift.alarm is not None
        delays.append(drift.alarm - 90)
        ratios.append(drift.ratio)
        assert drift.began is not None
        assert drift.began <= drift.alarm
    assert np.median(delays) <= 21
    assert np.median(ratios) == pytest.approx(change, rel=0.08)


def test_days_without_a_record_are_no_evidence() -> None:
    count, expected = history(3), EXPECTED.copy()
    count[100:], expected[100:] = 0.0, 0.0
    drift = find_drift(count, expected, SHAPE, SETTINGS)
    assert drift.alarm is None
    assert (drift.falling[100:] == drift.falling[99]).all()
    assert find_drift(np.zeros(3), np.zeros(3), SHAPE, SETTINGS).alarm is None


def test_more_days_than_the_rate_is_stated_for_are_refused() -> None:
    with pytest.raises(ValueError, match="180"):
        find_drift(np.ones(181), np.ones(181), SHAPE, SETTINGS)
    with pytest.raises(ValueError, match="ratio"):
        DriftSettings(ratio=1.0)
