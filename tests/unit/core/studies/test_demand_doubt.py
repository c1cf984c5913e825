"""Drawing what demand may truly be."""

from __future__ import annotations

import numpy as np
import pytest

from wardmote.core.studies.demand_doubt import CERTAIN, DemandDoubt

CALLS = np.array([30.0, 10.0, 0.5])


def test_what_is_certain_does_not_vary() -> None:
    doubt = DemandDoubt(np.inf, np.inf, np.full(3, np.inf))
    found = doubt.drawn(CALLS, 4, np.random.default_rng(1))
    assert found.point == pytest.approx(1.0, abs=1e-3)
    assert found.day == pytest.approx(1.0, abs=1e-3)


def test_places_differ_while_their_sum_stays_and_days_share_the_level() -> None:
    doubt = DemandDoubt(25.0, CERTAIN, np.array([40.0, 12.0, 1.0]))
    draws = [doubt.drawn(CALLS, 3, np.random.default_rng(seed)) for seed in range(400)]
    points = np.array([one.point for one in draws])
    days = np.array([one.day for one in draws])
    assert (points * CALLS).sum(axis=1) == pytest.approx(CALLS.sum())
    assert points[:, 2].std() > points[:, 0].std()
    assert np.ptp(days, axis=1).max() < 1e-2
    assert days[:, 0].mean() == pytest.approx(1.0, abs=0.04)
    assert days[:, 0].std() == pytest.approx(0.2, abs=0.03)


def test_days_are_off_each_for_itself() -> None:
    doubt = DemandDoubt(np.inf, 25.0, np.ones(3))
    found = doubt.drawn(CALLS, 2_000, np.random.default_rng(1))
    assert found.day.std() == pytest.approx(0.2, abs=0.02)


def test_the_doubt_of_some_points_is_theirs() -> None:
    doubt = DemandDoubt(1.0, 2.0, np.array([3.0, 4.0, 5.0]))
    assert doubt.rows(np.array([2, 0])).point.tolist() == [5.0, 3.0]
