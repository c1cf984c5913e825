from __future__ import annotations

import numpy as np
import pytest
from tests.unit.core.planning.demand import made_up

from wardmote.core.planning.demand.forecasting import forecast, learn_volumes
from wardmote.core.planning.demand.model import DemandModel
from wardmote.core.planning.demand.neighbours import neighbours_by_road, neighbours_on_the_plane
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.core.planning.demand.place_rates import PlaceRates, learn_places, part_of_week
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import Float64
from wardmote.core.travel.travel_times import TravelTimes

SIDE = 12
X, Y = (np.arange(SIDE * SIDE) % SIDE * 500.0, np.arange(SIDE * SIDE) // SIDE * 500.0)
NEAR = neighbours_on_the_plane(X, Y, 2_000.0)


def smooth_truth() -> Float64:
    rate = np.exp(-((X - 2_000) ** 2 + (Y - 3_000) ** 2) / 2e6) + 0.05
    return rate / rate.sum()


def learn(truth: Float64, calls: int, seed: int = 1) -> PlaceRates:
    rng = np.random.default_rng(seed)
    place = rng.choice(len(truth), calls, p=truth)
    fold, part = rng.integers(0, 4, calls), rng.integers(0, 8, calls)
    return learn_places(place, fold, part, NEAR, (300.0, 600.0, 1_200.0))


def test_neighbours_are_within_reach_on_the_boundary_too_and_never_oneself() -> None:
    near = neighbours_on_the_plane(np.array([0.0, 500.0, 1_000.1]), np.zeros(3), 500.0)
    assert near.first.tolist() == [0, 1, 2, 2]
    assert near.place.tolist() == [1, 0]
    brute = np.hypot(X[:, None] - X, Y[:, None] - Y)
    assert len(NEAR.place) == ((brute <= 2_000.0).sum() - len(X))


def test_thin_places_borrow_and_come_closer_to_the_truth() -> None:
    truth = smooth_truth()
    told = learn(truth, 400)
    raw = np.bincount(
        np.random.default_rng(1).choice(len(truth), 400, p=truth), minlength=len(truth)
    )
    assert told.bandwidth is not None
    assert np.abs(told.share - truth).sum() < 0.75 * np.abs(raw / 400 - truth).sum()
    assert told.share.min() > 0


def test_full_places_keep_their_own() -> None:
    rng = np.random.default_rng(2)
    truth = rng.dirichlet(np.ones(len(X)))
    told = learn(truth, 60_000)
    assert np.abs(told.share - truth).max() < 0.003
    assert told.prior_calls <= 8


def test_doubt_shrinks_with_calls_and_draws_keep_it() -> None:
    truth = smooth_truth()
    few, many = learn(truth, 300), learn(truth, 30_000)
    assert (few.deviation / few.mean).mean() > 3 * (many.deviation / many.mean).mean()
    rng = np.random.default_rng(1)
    drawn = np.array([few.drawn(rng) for _ in range(400)])
    assert drawn.mean(axis=0).sum() == pytest.approx(1.0)
    assert drawn.std(axis=0).sum() == pytest.approx(few.deviation.sum() / few.mean.sum(), rel=0.15)


def test_places_with_hours_of_their_own_are_told_apart_only_when_calls_bear_it_out() -> None:
    rng = np.random.default_rng(3)
    place = rng.integers(0, len(X), 20_000)
    night = place < len(X) // 2
    part = np.where(night & (rng.random(20_000) < 0.5), 0, rng.integers(0, 8, 20_000))
    told = learn_places(place, rng.integers(0, 4, 20_000), part, NEAR, (600.0,))
    assert told.part[: len(X) // 2, 0].mean() > 1.3
    assert told.part[len(X) // 2 :, 0].mean() < 0.7
    alike = learn(smooth_truth(), 2_000)
    assert np.abs(alike.part - 1).max() < 0.2


def test_calls_without_a_place_are_left_out_and_two_stretches_are_needed() -> None:
    with pytest.raises(ValueError, match="stretches"):
        learn_places(np.array([-1]), np.array([0]), np.array([0]), NEAR, ())


def test_neighbours_by_road_are_those_that_can_be_driven_to() -> None:
    graph = build_road_graph(
        [0.0, 0.001, 0.002, 0.003], [0.0] * 4, edge_tail=[0, 1, 2], edge_head=[1, 2, 3],
        forward_ms=[10_000] * 3, backward_ms=[10_000] * 3, road_class=[6] * 3,
    )  # fmt: skip
    travel = TravelTimes.of(graph)
    places = travel.snap([0.0, 0.001, 0.002, 40.0], [0.0, 0.0, 0.0, 0.0])
    near = neighbours_by_road(travel, places, 10.0)
    assert near.first.tolist() == [0, 1, 3, 4, 4]
    assert near.place.tolist() == [1, 0, 2, 1]
    assert near.distance.tolist() == [10.0] * 4


def test_the_model_spreads_each_hour_over_places_and_draws_what_it_expects() -> None:
    grid = made_up.hours(84)
    series = made_up.drawn(grid, made_up.week_of(grid))
    model = DemandModel(
        learn_volumes(series), learn(smooth_truth(), 3_000), {CallOrigin.PUBLIC: 3_000}, {}
    )
    ahead = made_up.hours(91).rows(84 * 24, 91 * 24)
    rates = model.rates(ahead)
    assert rates.sum(axis=1) == pytest.approx(forecast(model.volumes, ahead).mean)
    assert model.by_place(ahead) == pytest.approx(rates.sum(axis=0))
    rng = np.random.default_rng(4)
    drawn = [model.drawn(ahead, rng) for _ in range(40)]
    assert np.mean([len(one.at_s) for one in drawn]) == pytest.approx(rates.sum(), rel=0.03)
    assert (np.diff(drawn[0].at_s) >= 0).all()
    again = model.drawn(ahead, np.random.default_rng(9)).at_s
    assert np.array_equal(again, model.drawn(ahead, np.random.default_rng(9)).at_s)
    count = np.bincount(np.concatenate([one.place for one in drawn]), minlength=len(X)) / 40
    assert np.corrcoef(count, rates.sum(axis=0))[0, 1] > 0.97


def test_parts_of_the_week() -> None:
    assert part_of_week(np.array([0, 6, 119, 120, 167])).tolist() == [0, 1, 3, 4, 7]
