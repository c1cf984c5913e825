"""The fewest late calls: against every way to play small horizons, and against the twin."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from tests.unit.core.simulation.twin import small_city

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.offline_bound import KnownCalls, offline_bound
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.travel.hub_labels import meeting


def invented(seed: int, number: int, busy_s: float = 900.0) -> KnownCalls:
    rng = np.random.default_rng(seed)
    start_s = np.sort(rng.uniform(0, 3_000, number))
    place, end = rng.uniform(0, 10, (2, number, 2))
    onward_s = np.hypot(*(end[:, None] - place).transpose(2, 0, 1)) * 60
    due_s = start_s + rng.uniform(100, 500, number)
    return KnownCalls(start_s, due_s, rng.exponential(busy_s, number), onward_s)


def fewest_late(calls: KnownCalls, first_s: np.ndarray) -> int:
    """Every call served, by every division among units in every order; NP-hard, so few calls."""
    units, number = first_s.shape
    best = number
    for owner in itertools.product(range(units), repeat=number):
        late = 0
        for unit in range(units):
            own = [call for call in range(number) if owner[call] == unit]
            late += min(_late(calls, first_s[unit], order) for order in itertools.permutations(own))
        best = min(best, late)
    return best


def _late(calls: KnownCalls, first_s: np.ndarray, order: tuple[int, ...]) -> int:
    late, free_s, before = 0, 0.0, -1
    for call in order:
        there_s = first_s[call] if before < 0 else free_s + calls.onward_s[before, call]
        there_s = max(there_s, calls.earliest_s[call])
        late += there_s > calls.due_s[call]
        free_s, before = there_s + calls.busy_s[call], call
    return late


def most_in_chains(calls: KnownCalls, first_s: np.ndarray) -> int:
    """The most calls on disjoint chains, by trying every set of links."""
    units, number = first_s.shape
    follows = (calls.earliest_s + calls.busy_s)[:, None] + calls.onward_s <= calls.due_s
    able = calls.earliest_s <= calls.due_s
    rows = [[j for j in range(number) if j != i and follows[i, j]] for i in range(number)]
    rows += [[j for j in range(number) if first_s[u, j] <= calls.due_s[j]] for u in range(units)]
    rows = [[j for j in row if able[j]] for row in rows]

    def most(open_rows: tuple[int, ...], taken: frozenset[int]) -> int:
        best = 0
        for row in open_rows:
            for call in rows[row]:
                if call not in taken:
                    left = tuple(r for r in open_rows if r != row)
                    best = max(best, 1 + most((*left, call), taken | {call}))
            break
        if open_rows:
            best = max(best, most(open_rows[1:], taken))
        return best

    return most(tuple(range(number, number + units)), frozenset())


@pytest.mark.parametrize("seed", range(25))
def test_no_way_to_play_has_fewer_late_calls(seed: int) -> None:
    calls = invented(seed, 5, busy_s=300.0 if seed % 2 else 900.0)
    first_s = np.random.default_rng(seed + 100).uniform(0, 1_500, (2, 5))
    found = offline_bound(calls, 2, first_s)
    assert found.late <= fewest_late(calls, first_s)
    assert offline_bound(calls, 2).late <= found.late


@pytest.mark.parametrize("seed", range(25))
def test_the_chains_are_the_most_that_there_are(seed: int) -> None:
    # Calls keep their units longer than any wait may be, so that no chain can run in a circle.
    calls = invented(seed, 7)
    calls = KnownCalls(
        calls.earliest_s, calls.earliest_s + 400.0, calls.busy_s + 400.0, calls.onward_s
    )
    first_s = np.random.default_rng(seed + 200).uniform(0, 2_500, (2, 7))
    found = offline_bound(calls, 2, first_s)
    assert found.in_time == most_in_chains(calls, first_s)
    assert len(found.chains) <= 2
    visited = [call for chain in found.chains for call in chain]
    assert len(visited) == len(set(visited)) == found.in_time
    for chain in found.chains:
        for one, then in itertools.pairwise(chain):
            free_s = calls.earliest_s[one] + calls.busy_s[one]
            assert free_s + calls.onward_s[one, then] <= calls.due_s[then]


def test_due_exactly_on_arrival_is_in_time() -> None:
    zero = np.zeros((2, 2))
    calls = KnownCalls(np.array([0.0, 50.0]), np.array([0.0, 100.0]), np.array([100.0, 1.0]), zero)
    assert offline_bound(calls, 1).late == 0
    longer = KnownCalls(calls.earliest_s, calls.due_s, np.array([100.1, 1.0]), zero)
    assert offline_bound(longer, 1).late == 1


def test_calls_that_could_follow_each_other_do_not_run_in_circles() -> None:
    number = 4
    calls = KnownCalls(
        np.zeros(number), np.full(number, 100.0), np.zeros(number), np.zeros((number, number))
    )
    assert offline_bound(calls, 1).late == 0
    assert offline_bound(calls, 0, np.empty((0, number))).in_time <= number


def test_nothing_to_bound_and_too_much() -> None:
    empty = KnownCalls(np.empty(0), np.empty(0), np.empty(0), np.empty((0, 0)))
    assert offline_bound(empty, 3).late == 0
    calls = invented(0, 3)
    with pytest.raises(ValueError, match="3 by 3"):
        offline_bound(KnownCalls(calls.earliest_s, calls.due_s, calls.busy_s, np.ones((2, 2))), 1)
    with pytest.raises(ValueError, match="first drives"):
        offline_bound(calls, 2, np.ones((1, 3)))


def test_the_twin_is_never_better_than_the_bound(roads: Roads) -> None:
    world = small_city.world(80, gap_s=150.0, units=4)
    twin = small_city.twin(roads, units=4, moving=True)
    state = twin.begin(world)
    twin.run(world, state)
    target_s = 300.0
    arrival_s = world.calls_f[:, c.ARRIVAL_S]
    late = int((state.outcome_f[:, c.REACHED_S] - arrival_s > target_s).sum())
    node = world.calls_i[:, c.PLACE_NODE]
    drive_s = np.array([[_drive_s(roads, a, b) for b in node] for a in node])
    # A patient's way to hospital is left out: the unit is free sooner, and nearer.
    drive_s[world.calls_i[:, c.HOSPITAL] != c.NO_HOSPITAL] = 0.0
    known = KnownCalls(
        world.calls_f[:, c.DECISION_S],
        arrival_s + target_s,
        world.calls_f[:, c.SCENE_S],
        drive_s,
    )
    found = offline_bound(known, 4)
    assert 0 < found.late <= late


def _drive_s(roads: Roads, start: int, end: int) -> float:
    """On the fast metric and without what lies off the road: never longer than the real drive."""
    ticks, _, _ = meeting(
        roads.out_hub, roads.out_time, roads.out_first[small_city.FAST, start],
        roads.out_first[small_city.FAST, start + 1], roads.in_hub, roads.in_time,
        roads.in_first[small_city.FAST, end], roads.in_first[small_city.FAST, end + 1],
    )  # fmt: skip
    return float(ticks * roads.tick_s)
