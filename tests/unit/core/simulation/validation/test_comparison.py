from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from wardmote.core.simulation.validation.comparison import by_group, compare, distance
from wardmote.core.simulation.validation.report import error_map


def test_the_distance_is_scipys() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.gamma(2, 200, 300), rng.gamma(2.2, 200, 900)
    assert distance(one, other) == pytest.approx(stats.ks_2samp(one, other).statistic)


def test_limits_count_on_the_boundary_and_missing_arrivals_are_left_out() -> None:
    found = compare(
        np.array([180.0, 300.1, np.nan, 480.0]), np.array([[180.0, 300.0, 480.0, 481.0]])
    )
    assert found.recorded.shares == (1 / 3, 1 / 3, 1.0)
    assert found.foretold.shares == (0.25, 0.5, 0.75)
    assert (found.recorded.arrivals, found.recorded.without) == (3, 1)
    assert math.isnan(found.run_spread_s)


def test_goals_are_reached_on_their_boundary_and_missed_beyond() -> None:
    recorded = np.full(100, 400.0)
    assert compare(recorded, np.full((1, 100), 420.0)).mean_error == pytest.approx(0.05)
    assert not compare(recorded, np.full((1, 100), 421.0)).reached["mean"]
    assert compare(recorded, recorded[None, :]).reached == {
        "mean": True,
        "shares": True,
        "distribution": True,
    }


def test_runs_say_how_much_they_differ() -> None:
    found = compare(np.array([100.0, 200.0]), np.array([[100.0, 200.0], [110.0, 210.0]]))
    assert found.run_means_s == (150.0, 160.0)
    assert found.run_spread_s == pytest.approx(50**0.5)


def test_groups_have_errors_only_with_enough_calls() -> None:
    names = ["a"] * 6 + ["b"]
    recorded = np.array([100.0] * 6 + [50.0])
    runs = np.array([[130.0] * 6 + [90.0]])
    lon = np.arange(7.0)
    first, second = by_group(names, recorded, runs, lon, lon)
    assert (first.name, first.error_s, first.noise_s, first.lon) == ("a", 30.0, 0.0, 2.5)
    assert math.isnan(second.error_s)
    assert second.foretold_s == 90.0


def test_without_arrivals_there_is_nothing_to_compare() -> None:
    with pytest.raises(ValueError, match="no arrivals"):
        compare(np.array([np.nan]), np.array([[1.0]]))


def test_the_map_says_errors_by_time_of_day_beside_those_of_the_whole_day() -> None:
    recorded_s = np.full(12, 300.0)
    runs_s = np.full((1, 12), 360.0)
    nowhere = np.full(12, np.nan)
    names = ["1"] * 6 + ["2"] * 6
    lon = np.where(np.arange(12) < 6, 121.0, np.nan)
    areas = by_group(names, recorded_s, runs_s, lon, lon)
    night = by_group(["1"] * 5, recorded_s[:5], runs_s[:, :5], nowhere[:5], nowhere[:5])
    features = error_map(areas, {0: night})["features"]
    assert len(features) == 1, "a group without a place is not on the map"
    properties = features[0]["properties"]
    assert (properties["name"], properties["error_s"]) == ("1", 60.0)
    assert (properties["error_s_00_06"], properties["arrivals_00_06"]) == (60.0, 5)
    assert properties["noise_s_00_06"] == 0.0
