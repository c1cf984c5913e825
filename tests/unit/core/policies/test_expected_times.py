"""Expected times by road: the mean of the records' errors, the same for every driver."""

from __future__ import annotations

import numpy as np
import pytest

from wardmote.core.policies.expected_times import ExpectedTimes, moments
from wardmote.core.simulation.replay.roads import RoadModel
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.robust_fit import Effects
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import HOURS, LEVELS, VehicleModel

SKEWED = np.exp(np.linspace(-1.0, 1.5, len(LEVELS)))
MODEL = VehicleModel(
    kinds=("car", "truck"),
    access_s=20.0,
    a=1.5,
    b=1.0,
    travel_effects=Effects(np.array([1.0, 2.0]), np.ones(HOURS)),
    travel_error=SKEWED,
    turnout_s=30.0,
    turnout_effects=Effects(np.array([1.0, 1.5]), np.ones(HOURS)),
    turnout_error=SKEWED,
)


def test_the_mean_of_a_skewed_error_is_expected_not_its_middle() -> None:
    mean, _ = moments(SKEWED)
    (car, truck) = ExpectedTimes(MODEL).of(np.array([100.0, 100.0]), ["car", "truck"], 12)
    assert car is not None
    assert truck is not None
    assert car.drive_s == pytest.approx(170.0 * mean)
    assert truck.drive_s == pytest.approx(2 * 170.0 * mean)
    assert truck.turnout_s == pytest.approx(45.0 * mean)
    assert mean > float(np.median(SKEWED))


def test_a_kind_without_records_has_no_effect_and_no_way_is_no_time() -> None:
    unknown, nowhere = ExpectedTimes(MODEL).of(np.array([100.0, np.inf]), ["boat", "car"], 3)
    assert unknown is not None
    assert unknown.drive_s == pytest.approx(170.0 * moments(SKEWED)[0])
    assert nowhere is None


def test_an_exact_model_has_no_error() -> None:
    (one,) = ExpectedTimes(VehicleModel.plain(turnout_s=5.0)).of(np.array([60.0]), [""], 0)
    assert one is not None
    assert (one.drive_s, one.turnout_s, one.error_s) == (60.0, 5.0, 0.0)


def test_the_replay_expects_the_same() -> None:
    roads = RoadModel(
        TravelTimes.of(
            build_road_graph(
                [0.0, 0.01], [0.0, 0.0], edge_tail=[0], edge_head=[1],
                forward_ms=[60_000], backward_ms=[60_000], road_class=[5],
            )
        ),
        MODEL,
        lambda _at_s: 7,
    )  # fmt: skip
    flow = np.array([10.0, 250.0])
    assert roads.expected(flow, ["truck", "car"], 0.0) == ExpectedTimes(MODEL).of(
        flow, ["truck", "car"], 7
    )
