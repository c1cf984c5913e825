"""The exact hypercube against theory and simulation; the approximation against both."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.staffing.approximation import approximate
from wardmote.core.planning.staffing.districts import Districts, build_districts
from wardmote.core.planning.staffing.erlang import erlang_b, erlang_c
from wardmote.core.planning.staffing.hypercube import MAX_UNITS, solve_exactly
from wardmote.core.travel.compiled import kernel


@kernel
def _simulate(
    cumulative: np.ndarray,
    preference: np.ndarray,
    unit_post: np.ndarray,
    idle: np.ndarray,
    service_s: np.ndarray,
    calls: int,
    waits: bool,
    seed: int,
) -> tuple[np.ndarray, float]:
    """Calls served [P, J] and the share that found all busy. Exponential times; idle [P] counts."""
    np.random.seed(seed)
    posts, places = service_s.shape
    served = np.zeros((posts, places))
    ends = np.full(len(unit_post), np.inf)
    queue = np.empty(calls, dtype=np.int64)
    head = tail = delayed = count = 0
    total = cumulative[-1]
    arrival = np.random.exponential(1.0 / total)
    while count < calls:
        unit = int(np.argmin(ends))
        post = -1
        if ends[unit] < arrival:
            now = ends[unit]
            ends[unit] = np.inf
            post = unit_post[unit]
            idle[post] += 1
            if head == tail:
                continue
            place = queue[head]
            head += 1
        else:
            now = arrival
            arrival = now + np.random.exponential(1.0 / total)
            place = np.searchsorted(cumulative, np.random.random() * total)
            count += 1
            for rank in range(posts):
                if idle[preference[place, rank]] > 0:
                    post = preference[place, rank]
                    break
            if post < 0:
                delayed += 1
                if waits:
                    queue[tail] = place
                    tail += 1
                continue
            for other in range(len(unit_post)):
                if unit_post[other] == post and ends[other] == np.inf:
                    unit = other
                    break
        idle[post] -= 1
        ends[unit] = now + np.random.exponential(service_s[post, place])
        served[post, place] += 1
    return served / calls, delayed / calls


def simulate(districts: Districts, calls: int, seed: int = 1) -> tuple[np.ndarray, float]:
    unit_post = np.repeat(np.arange(len(districts.units)), districts.units)
    return _simulate(
        np.cumsum(districts.rate_per_s),
        districts.preference,
        unit_post,
        districts.units.astype(np.int64),
        districts.service_s,
        calls,
        districts.waits,
        seed,
    )


def city(
    posts: int, units: int, busy: float, *, waits: bool = False, places: int = 300, seed: int = 0
) -> Districts:
    rng = np.random.default_rng(seed)
    xy = rng.random((places, 2)) * 20_000
    at = xy[rng.choice(places, posts, replace=False)]
    travel = np.hypot(*(at[:, None] - xy[None]).transpose(2, 0, 1)) / 8.0 + 60.0
    weight = rng.gamma(1.0, 1.0, places)
    per_call = 1800.0 + travel.min(axis=0)
    rate = weight * busy * posts * units / (weight * per_call).sum()
    return build_districts(rate, travel, np.full(posts, units), on_scene_s=1800.0, waits=waits)


def alike(units: int, load: float, *, waits: bool) -> Districts:
    """All units alike: the hypercube is then Erlang's system."""
    rng = np.random.default_rng(1)
    rate = rng.random(6)
    rate *= load / 900.0 / rate.sum()
    order = np.array([rng.permutation(units) for _ in range(6)])
    travel = np.zeros((units, 6))
    return build_districts(
        rate, travel, np.ones(units), on_scene_s=900.0, preference=order, waits=waits
    )


@pytest.mark.parametrize(("units", "load"), [(1, 0.4), (4, 2.0), (9, 7.5)])
def test_alike_units_are_erlangs_system(units: int, load: float) -> None:
    lost = solve_exactly(alike(units, load, waits=False))
    assert lost.delayed == pytest.approx(erlang_b(load, units), rel=1e-8)
    assert (lost.utilisation.sum()) == pytest.approx(load * (1 - lost.delayed), rel=1e-8)
    if load < units:
        waiting = solve_exactly(alike(units, load, waits=True))
        assert waiting.delayed == pytest.approx(erlang_c(load, units), rel=1e-8)
        assert waiting.share.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("waits", [False, True])
def test_the_exact_model_agrees_with_simulation(waits: bool) -> None:
    districts = city(5, 2, 0.5, waits=waits, places=60)
    # exact where a unit's service time does not depend on the place; otherwise calibrated means
    by_post = np.broadcast_to(np.linspace(1500.0, 2500.0, 5)[:, None], districts.service_s.shape)
    districts = replace(districts, service_s=np.ascontiguousarray(by_post))
    exact = solve_exactly(districts)
    share, delayed = simulate(districts, 400_000)
    busy = (share * districts.service_s).sum(axis=1) * districts.rate_per_s.sum() / districts.units
    assert exact.converged
    assert exact.utilisation == pytest.approx(busy, rel=0.02)
    assert exact.delayed == pytest.approx(delayed, rel=0.08)
    travel = (share * districts.travel_s).sum() / share.sum()
    assert exact.mean_travel_s == pytest.approx(travel, rel=0.01)


@pytest.mark.parametrize("busy", [0.2, 0.4])
def test_the_approximation_is_close_to_the_exact_model(busy: float) -> None:
    districts = city(5, 2, busy, places=60, seed=3)
    exact, close = solve_exactly(districts), approximate(districts)
    assert close.mean_travel_s == pytest.approx(exact.mean_travel_s, rel=0.02)
    assert close.utilisation == pytest.approx(exact.utilisation, abs=0.05 * busy)


@pytest.mark.parametrize(("posts", "units", "busy"), [(33, 6, 0.3), (33, 6, 0.5), (198, 1, 0.4)])
def test_198_units_are_within_two_percent_of_simulation(
    posts: int, units: int, busy: float
) -> None:
    districts = city(posts, units, busy, seed=2)
    close = approximate(districts)
    share, _ = simulate(districts, 300_000)
    load = (share * districts.service_s).sum(axis=1) * districts.rate_per_s.sum() / units
    assert close.converged
    assert close.mean_travel_s == pytest.approx(
        (share * districts.travel_s).sum() / share.sum(), rel=0.02
    )
    assert np.abs(close.utilisation - load).mean() <= 0.02 * load.mean() * (1 if units > 1 else 2)


def test_a_force_that_cannot_keep_up_is_refused_where_calls_wait() -> None:
    for answer in (solve_exactly, approximate):
        with pytest.raises(Problem, match="cannot keep up"):
            answer(city(3, 2, 1.2, waits=True, places=20))


def test_more_units_than_the_exact_model_takes_are_refused() -> None:
    with pytest.raises(Problem, match=str(MAX_UNITS)):
        solve_exactly(city(13, 1, 0.2, places=20))


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(Problem, match="every post exactly once"):
        build_districts([1.0], [[1.0], [2.0]], [1, 1], on_scene_s=1.0, preference=[[0, 0]])
