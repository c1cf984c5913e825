"""Where queueing theory has an answer, the twin gives it within its confidence interval."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.replications import compare, estimate, replicate, runs_needed
from wardmote.core.simulation.twin.roads import Roads, network_from_arcs, prepare
from wardmote.core.simulation.twin.tables import Places, State, Travel, World
from wardmote.core.simulation.twin.twin import (
    Fleet,
    Twin,
    on_duty_throughout,
    setting_of,
    world_of,
)

SERVERS, ARRIVAL_S, SERVICE_S, CALLS = 3, 400.0, 900.0, 30_000


def _spot() -> tuple[Roads, Places]:
    """A city so small that driving takes no time to speak of."""
    network = network_from_arcs(
        np.array([0.0, 1e-6]), np.zeros(2), np.array([0, 1]), np.array([1, 0]),
        np.full((1, 2), 1e-3), 1e-3,
    )  # fmt: skip
    posts = np.zeros(1, dtype=np.int32)
    places = Places(posts, np.zeros(1), posts, np.zeros(1))
    return prepare(network, posts, posts), places


def _travel(priorities: int) -> Travel:
    shape = (1, priorities + 1)
    return Travel(np.zeros(1), 0.0, np.zeros(shape, np.int32), np.ones(shape), np.full(shape, 1.0))


def _queue(priorities: int = 1) -> Twin:
    roads, places = _spot()
    setting = setting_of(_travel(priorities), places, priorities=priorities)
    return Twin(roads, setting, Fleet(np.zeros(SERVERS, np.int32), np.zeros(SERVERS, np.int32)))


def _markovian(seed: int, priorities: int = 1) -> World:
    rng = np.random.default_rng(seed)
    calls_f = np.zeros((CALLS, c.CALL_F))
    calls_f[:, [c.TURNOUT_FACTOR, c.DRIVE_FACTOR]] = 1.0
    calls_f[:, c.ARRIVAL_S] = np.cumsum(rng.exponential(ARRIVAL_S, CALLS))
    calls_f[:, c.DECISION_S] = calls_f[:, c.ARRIVAL_S]
    calls_f[:, c.SCENE_S] = rng.exponential(SERVICE_S, CALLS)
    calls_i = np.zeros((CALLS, c.CALL_I), dtype=np.int32)
    calls_i[:, c.PRIORITY] = rng.integers(0, priorities, CALLS)
    calls_i[:, c.HOSPITAL] = c.NO_HOSPITAL
    calls_i[:, c.KINDS] = 1
    return world_of(calls_f, calls_i, on_duty_throughout(SERVERS))


def _erlang_c(servers: int, load: float) -> float:
    waiting = load**servers / math.factorial(servers) * servers / (servers - load)
    return waiting / (sum(load**n / math.factorial(n) for n in range(servers)) + waiting)


def _waits(world: World, state: State) -> np.ndarray:
    return np.asarray(state.outcome_f[:, c.SENT_S] - world.calls_f[:, c.DECISION_S])


def test_waiting_in_m_m_c_is_that_of_erlang_c() -> None:
    twin = _queue()

    def measure(world: World, state: State) -> tuple[float, float, float]:
        waits = _waits(world, state)
        busy = state.units_f[:, c.BUSY_S].sum() / (SERVERS * state.now_s[0])
        return float((waits > 1e-3).mean()), float(waits.mean()), float(busy)

    results = np.array(list(replicate(twin, _markovian, measure, seeds=range(12))))
    load = SERVICE_S / ARRIVAL_S
    waits = _erlang_c(SERVERS, load)
    expected = (waits, waits * SERVICE_S / (SERVERS - load), load / SERVERS)
    for values, truth in zip(results.T, expected, strict=True):
        found = estimate(values, confidence=0.999)
        assert found.low - 0.002 * truth <= truth <= found.high + 0.002 * truth


def test_the_more_urgent_wait_less_and_all_together_as_long_as_ever() -> None:
    one, two = _queue(), _queue(2)
    plain, urgent = _markovian(5), _markovian(5, 2)
    first, second = one.begin(plain), two.begin(urgent)
    assert one.run(plain, first)
    assert two.run(urgent, second)
    waits = _waits(urgent, second)
    worse = urgent.calls_i[:, c.PRIORITY] == 0
    assert waits[worse].mean() < 0.6 * waits[~worse].mean()
    assert waits.mean() == pytest.approx(_waits(plain, first).mean(), rel=0.08)


def test_two_units_at_two_posts_follow_larsons_hypercube() -> None:
    """Two atoms, two units, calls that find both busy wait: doi:10.1016/0305-0548(74)90076-8."""
    network = network_from_arcs(
        np.array([0.0, 1e-3]), np.zeros(2), np.array([0, 1]), np.array([1, 0]),
        np.full((1, 2), 0.5), 1e-3,
    )  # fmt: skip
    posts = np.array([0, 1], dtype=np.int32)
    places = Places(posts, np.zeros(2), posts[:1], np.zeros(1))
    twin = Twin(
        prepare(network, posts, posts[:1]),
        setting_of(_travel(1), places, priorities=1),
        Fleet(posts, np.zeros(2, np.int32)),
    )
    share, load = 0.7, 0.9  # of calls at the first post; erlangs

    def world(seed: int) -> World:
        base = _markovian(seed)
        base.calls_f[:, c.SCENE_S] *= load * ARRIVAL_S / SERVICE_S
        place = np.random.default_rng(seed + 99).random(CALLS) >= share
        base.calls_i[:, c.PLACE_NODE] = place
        return world_of(base.calls_f, base.calls_i, on_duty_throughout(2))

    def first_busy(_world: World, state: State) -> tuple[float, float]:
        busy = state.units_f[:, c.BUSY_S] / state.now_s[0]
        return float(busy[0]), float(busy[1])

    # Balance of the states (first busy, second busy), both busy holding the queue as well.
    idle = (1 - load / 2) / (1 + load / 2)
    one_or_other = idle * load
    both = 1 - idle - one_or_other
    # (load + 1) x = share load idle + flow from both; x for the first busy alone.
    two_busy = one_or_other * load / 2
    first_alone = (share * load * idle + two_busy) / (load + 1)
    expected = (first_alone + both, one_or_other - first_alone + both)
    results = np.array(list(replicate(twin, world, first_busy, seeds=range(12))))
    for values, truth in zip(results.T, expected, strict=True):
        found = estimate(values, confidence=0.999)
        assert found.low - 0.006 <= truth <= found.high + 0.006


def test_replications_are_the_same_on_any_number_of_workers() -> None:
    twin = _queue()

    def measure(world: World, state: State) -> float:
        return float(_waits(world, state).mean())

    alone = list(replicate(twin, _markovian, measure, seeds=range(6)))
    together = list(replicate(twin, _markovian, measure, seeds=range(6), workers=3))
    assert alone == together


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    hits = sum(
        one.low <= 5.0 <= one.high
        for one in (estimate(rng.normal(5, 2, 8), confidence=0.95) for _ in range(2_000))
    )
    assert 0.935 <= hits / 2_000 <= 0.965


def test_common_numbers_tell_plans_apart_with_fewer_runs() -> None:
    rng = np.random.default_rng(3)
    days = rng.normal(0, 5, 40)
    first = days + rng.normal(10, 1, 40)
    second = days + rng.normal(9, 1, 40)
    found = compare(first, second)
    assert found.difference.mean == pytest.approx((first - second).mean())
    assert found.difference.low > 0
    assert found.variance_ratio > 10
    needed = runs_needed(np.std(first - second, ddof=1), 1.0, power=0.9)
    alone = runs_needed(math.hypot(np.std(first, ddof=1), np.std(second, ddof=1)), 1.0, power=0.9)
    assert needed < alone / 10


def test_the_runs_needed_reach_the_power_stated() -> None:
    runs = runs_needed(2.0, 1.0, power=0.8, confidence=0.95)
    rng = np.random.default_rng(4)
    seen = [estimate(rng.normal(1.0, 2.0, runs), confidence=0.95) for _ in range(2_000)]
    power = np.mean([one.low > 0 or one.high < 0 for one in seen])
    assert 0.77 <= power <= 0.85
