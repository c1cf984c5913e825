from __future__ import annotations

import numpy as np
import pytest
from tests.unit.core.simulation.twin import small_city

from wardmote.core.policies.relocation import CoverSets
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.engine import run_events
from wardmote.core.simulation.twin.roads import Roads, roads_from_arrays, roads_to_arrays
from wardmote.core.simulation.twin.tables import State, state_from_arrays, state_to_arrays
from wardmote.core.simulation.twin.twin import (
    CoverPeriods,
    Twin,
    setting_of,
    world_of,
)

FEATURES = [
    {},
    {"moving": True},
    {"taking": True, "turnout_s": 60.0, "reaction_s": 5.0},
    {"moving": True, "taking": True, "turnout_s": 60.0, "periods": 3},
]


def _agenda(units: int, days: int) -> list[tuple[float, int, int]]:
    rng = np.random.default_rng(5)
    rows = []
    for unit in range(units):
        for day in range(days):
            start = day * 86_400.0 + (unit % 2) * 6 * 3600
            rows.append((start, unit, -c.OFF_DUTY))
            pause = start + rng.uniform(3, 6) * 3600
            rows += [(pause, unit, c.ON_BREAK), (pause + 1800, unit, -c.ON_BREAK)]
            broken = start + rng.uniform(0, 16) * 3600
            rows += [(broken, unit, c.OUT_OF_ORDER), (broken + 5400, unit, -c.OUT_OF_ORDER)]
            rows.append((start + 17 * 3600, unit, c.OFF_DUTY))
    return rows


def _full_run(twin: Twin, seed: int = 3) -> tuple[State, int]:
    calls = small_city.calls(500, seed, gap_s=200.0, noise=True)
    world = world_of(*calls, _agenda(8, 3))
    state = twin.begin(world)
    assert twin.run(world, state)
    return state, len(calls[0])


@pytest.mark.parametrize("features", FEATURES)
def test_the_same_world_gives_the_same_run(roads: Roads, features: dict[str, float]) -> None:
    twin = small_city.twin(roads, **features)  # type: ignore[arg-type]  # values of several types
    first, _ = _full_run(twin)
    second, _ = _full_run(twin)
    for name, array in state_to_arrays(first).items():
        np.testing.assert_array_equal(array, getattr(second, name), err_msg=name)


@pytest.mark.parametrize("features", FEATURES)
def test_a_run_taken_up_from_a_file_goes_on_as_if_it_had_not_stopped(
    roads: Roads, features: dict[str, float], tmp_path: object
) -> None:
    twin = small_city.twin(roads, **features)  # type: ignore[arg-type]  # values of several types
    whole, _ = _full_run(twin)
    world = world_of(*small_city.calls(500, 3, gap_s=200.0, noise=True), _agenda(8, 3))
    state = twin.begin(world)
    while run_events(twin.roads, world, twin.setting, state, np.inf, 37) != 1:
        np.savez(f"{tmp_path}/state.npz", **state_to_arrays(state))  # type: ignore[arg-type]  # numpy's stub
        with np.load(f"{tmp_path}/state.npz") as saved:
            state = state_from_arrays(dict(saved))
    for name, array in state_to_arrays(whole).items():
        np.testing.assert_array_equal(array, getattr(state, name), err_msg=name)


@pytest.mark.parametrize("features", FEATURES)
def test_every_call_is_answered_in_order_and_nobody_is_in_two_places(
    roads: Roads, features: dict[str, float]
) -> None:
    twin = small_city.twin(roads, **features)  # type: ignore[arg-type]  # values of several types
    state, _ = _full_run(twin)
    world = world_of(*small_city.calls(500, 3, gap_s=200.0, noise=True), _agenda(8, 3))
    times = state.outcome_f
    answered = state.outcome_i[:, c.UNIT] >= 0
    assert answered.mean() > 0.97
    assert (times[answered, c.SENT_S] >= world.calls_f[answered, c.DECISION_S]).all()
    assert (times[answered, c.REACHED_S] > times[answered, c.SENT_S]).all()
    done = ~np.isnan(times[:, c.FREED_S])
    on_scene_s = world.calls_f[done, c.SCENE_S]
    assert (times[done, c.FREED_S] >= times[done, c.REACHED_S] + on_scene_s - 1e-6).all()
    for unit in range(8):
        mine = np.flatnonzero(state.outcome_i[:, c.UNIT] == unit)
        mine = mine[np.argsort(times[mine, c.SENT_S])]
        assert (times[mine[1:], c.SENT_S] >= times[mine[:-1], c.FREED_S] - 1e-6).all()
    free = np.isin(state.units_i[:, c.STATUS], (c.IDLE, c.TO_POST))
    present = free & (state.units_i[:, c.ABSENCE] == 0)
    assert state.stationed.sum() == present.sum()


def test_a_unit_on_the_way_is_turned_round_for_a_worse_call(roads: Roads) -> None:
    twin = small_city.twin(roads, units=2, taking=True)
    state = twin.begin(world := small_city.world(300, 9, units=2, gap_s=500.0))
    assert twin.run(world, state)
    bumped = state.outcome_i[:, c.BUMPS] > 0
    assert bumped.any()
    assert (world.calls_i[bumped, c.PRIORITY] == 1).all()
    unbumped = small_city.twin(roads, units=2)
    other = unbumped.begin(world)
    assert unbumped.run(world, other)
    worse = world.calls_i[:, c.PRIORITY] == 0
    waits = [
        (one.outcome_f[worse, c.REACHED_S] - world.calls_f[worse, c.ARRIVAL_S]).mean()
        for one in (state, other)
    ]
    assert waits[0] < waits[1]


def test_nobody_answers_while_off_duty(roads: Roads) -> None:
    twin = small_city.twin(roads)
    calls = small_city.calls(50, 3, gap_s=100.0)
    agenda = [(10_000.0, unit, -c.OFF_DUTY) for unit in range(8)]
    state = twin.begin(world := world_of(*calls, agenda))
    assert twin.run(world, state)
    assert state.outcome_f[:, c.SENT_S].min() == 10_000.0
    late = world.calls_f[:, c.DECISION_S] < 10_000.0
    first = np.argsort(state.outcome_f[late, c.SENT_S], kind="stable")[:8]
    assert (world.calls_i[first, c.PRIORITY] == 0).all()


def test_only_a_unit_of_the_kind_asked_for_goes(roads: Roads) -> None:
    twin = small_city.twin(roads, kinds=2)
    calls = small_city.calls(300, 3, kinds=2)
    agenda = [(0.0, unit, -c.OFF_DUTY) for unit in range(8)]
    state = twin.begin(world := world_of(*calls, agenda))
    assert twin.run(world, state)
    kind = twin.fleet.kind[state.outcome_i[:, c.UNIT]]
    assert ((world.calls_i[:, c.KINDS] >> kind) & 1).all()


def test_a_run_stops_at_a_moment_and_when_told_to(roads: Roads) -> None:
    twin = small_city.twin(roads)
    state = twin.begin(world := small_city.world())
    assert twin.run(world, state, 5_000.0)
    assert state.now_s[0] <= 5_000.0 < state.due_s.min()
    assert twin.run(world, state)


def test_a_full_trace_stops_the_run_and_emptying_it_goes_on(roads: Roads) -> None:
    twin = small_city.twin(roads)
    world = small_city.world()
    whole = twin.begin(world, trace=100_000)
    assert twin.run(world, whole)
    state = twin.begin(world, trace=64)
    seen = []
    while True:
        finished = twin.run(world, state)
        count = int(state.counters[c.TRACED])
        seen.append(state.trace_i[:count].copy())
        state.counters[c.TRACED] = 0
        if finished:
            break
    count = int(whole.counters[c.TRACED])
    np.testing.assert_array_equal(np.concatenate(seen), whole.trace_i[:count])


def test_prepared_roads_come_back_from_their_arrays(roads: Roads) -> None:
    again = roads_from_arrays(roads_to_arrays(roads))
    for name in Roads._fields:
        np.testing.assert_array_equal(getattr(again, name), getattr(roads, name))
    with pytest.raises(ValueError, match="prepared roads lack out_hub"):
        roads_from_arrays({k: v for k, v in roads_to_arrays(roads).items() if k != "out_hub"})


def test_units_go_where_cover_is_worth_most_at_that_hour(roads: Roads) -> None:
    """Demand is at post 1 until noon, at posts 3 and 4 from then on, and so on each day."""
    posts = len(small_city.POSTS)
    morning = CoverSets(np.eye(posts, dtype=np.int32)[[1]], np.ones(1))
    afternoon = CoverSets(np.eye(posts, dtype=np.int32)[[3, 4]], np.array([2.0, 1.0]))
    cover = CoverPeriods((morning, afternoon), np.array([0.0, 43_200.0]), 86_400.0)
    setting = setting_of(
        small_city.travel(), small_city.PLACES, priorities=2, cover=cover, busy_share=0.5, units=8
    )
    twin = Twin(roads, setting, small_city.fleet())
    world = small_city.world(900)
    state = twin.begin(world)
    ends = (43_200.0, 86_400.0, 129_600.0)
    for end_s, posts_then in zip(ends, ({1}, {3, 4}, {1}), strict=True):
        twin.run(world, state, end_s)
        recent = state.units_f[:, c.LAST_MOVE_S] > end_s - 43_200.0
        assert recent.sum() >= 4
        assert set(state.units_i[recent, c.POST].tolist()) == posts_then
