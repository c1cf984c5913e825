"""The fewest late calls: against every game of small horizons, and against the twin."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from tests.unit.core.simulation.twin import small_city

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.offline_bound import offline_bound
from wardmote.core.simulation.twin.offline_moves import known_moves
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import World
from wardmote.core.simulation.twin.twin import Twin
from wardmote.core.travel.hub_labels import meeting

TARGET_S = np.array([330.0, 420.0])
LONGEST_S = 2_500.0


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit that is free from a moment on, and the post that it drives to from where it was."""

    free_s: float
    node: int
    km: float
    post: int


@dataclass(frozen=True)
class Games:
    """Every way to play a world by the twin's rules, one after the other."""

    twin: Twin
    world: World
    own_post: bool

    def fewest_late(self) -> int:
        places = self.twin.setting.places
        units = [
            Standing(-1e9, int(places.post_node[post]), float(places.post_km[post]), int(post))
            for post in self.twin.fleet.home
        ]
        return self._play(0, tuple(units), (), len(self.world.calls_i))

    def _play(
        self, turn: int, units: tuple[Standing, ...], waiting: tuple[int, ...], best: int
    ) -> int:
        """Fewest further late calls, or `best` where there are no fewer."""
        calls = self.world.by_decision
        if best <= 0 or (turn == len(calls) and not waiting):
            return min(best, 0)
        decided_s = self.world.calls_f[calls[turn], c.DECISION_S] if turn < len(calls) else np.inf
        # Units that are asked where to drive have no post yet.
        asked = min(
            (unit for unit in range(len(units)) if units[unit].post < 0),
            key=lambda unit: units[unit].free_s, default=-1,
        )  # fmt: skip
        if asked >= 0 and units[asked].free_s <= decided_s:
            one = units[asked]
            for call in waiting:
                left = tuple(other for other in waiting if other != call)
                best = self._send(turn, units, left, best, asked, call, one.free_s)
            if not waiting:
                home = int(self.twin.fleet.home[asked])
                posts = range(len(self.twin.setting.places.post_node))
                for post in [home] if self.own_post else posts:
                    best = self._play(turn, _with(units, asked, replace(one, post=post)), (), best)
            return best
        free = [unit for unit in range(len(units)) if units[unit].post >= 0]
        call = int(calls[turn])
        for unit in free:
            best = self._send(turn + 1, units, waiting, best, unit, call, float(decided_s))
        if not free:
            best = self._play(turn + 1, units, (*waiting, call), best)
        return best

    def _send(
        self, turn: int, units: tuple[Standing, ...], waiting: tuple[int, ...], best: int,
        unit: int, call: int, sent_s: float,
    ) -> int:  # fmt: skip
        reached_s = sent_s + self._drive_s(units[unit], call, sent_s)
        calls_f, calls_i = self.world.calls_f, self.world.calls_i
        late = reached_s - calls_f[call, c.ARRIVAL_S] > TARGET_S[calls_i[call, c.PRIORITY]]
        if late >= best or reached_s - calls_f[call, c.DECISION_S] > LONGEST_S:
            return best
        busy_s, node, km = self._after(call)
        then = _with(units, unit, Standing(float(reached_s + busy_s), node, km, -1))
        return int(late) + self._play(turn, then, waiting, best - int(late))

    def _drive_s(self, unit: Standing, call: int, sent_s: float) -> float:
        """To a call from where the unit is at that moment."""
        travel, places = self.twin.setting.travel, self.twin.setting.places
        priority = self.world.calls_i[call, c.PRIORITY]
        speed = travel.off_km_s[0, priority]
        at_end_s = self.world.calls_f[call, c.PLACE_KM] / speed
        end = int(self.world.calls_i[call, c.PLACE_NODE])
        if unit.post < 0:
            return float(unit.km / speed + self._road_s(priority, unit.node, end) + at_end_s)
        node, node_s = unit.node, unit.free_s + unit.km / travel.off_km_s[0, -1]
        tree = self.twin.roads.to_post[travel.metric[0, -1], unit.post]
        goal = int(places.post_node[unit.post])
        while node_s <= sent_s and node != goal:
            node_s += (tree[node, 0] - tree[node, 2]) * self.twin.roads.tick_s * travel.scale[0, -1]
            node = int(tree[node, 1])
        there_s = node_s + places.post_km[unit.post] / travel.off_km_s[0, -1]
        if sent_s >= there_s:
            left_s = places.post_km[unit.post] / speed
        elif sent_s >= node_s:  # on the way in from the road: back again
            left_s = (sent_s - node_s) * travel.off_km_s[0, -1] / speed
        else:
            left_s = node_s - sent_s
        return float(left_s + self._road_s(priority, node, end) + at_end_s)

    def _road_s(self, priority: int, start: int, end: int) -> float:
        roads, travel = self.twin.roads, self.twin.setting.travel
        metric = travel.metric[0, priority]
        ticks, _, _ = meeting(
            roads.out_hub, roads.out_time, roads.out_first[metric, start],
            roads.out_first[metric, start + 1], roads.in_hub, roads.in_time,
            roads.in_first[metric, end], roads.in_first[metric, end + 1],
        )  # fmt: skip
        return float(ticks * roads.tick_s * travel.scale[0, priority])

    def _after(self, call: int) -> tuple[float, int, float]:
        """How long a call keeps its unit from the arrival on, and where the unit is then."""
        calls_f, calls_i = self.world.calls_f[call], self.world.calls_i[call]
        node, km, busy_s = int(calls_i[c.PLACE_NODE]), calls_f[c.PLACE_KM], calls_f[c.SCENE_S]
        hospital = int(calls_i[c.HOSPITAL])
        if hospital == c.NO_HOSPITAL:
            return float(busy_s), node, float(km)
        places, speed = self.twin.setting.places, self.twin.setting.travel.off_km_s[0, -1]
        drives = [
            self._road_s(-1, node, int(there)) + beyond / speed
            for there, beyond in zip(places.hospital_node, places.hospital_km, strict=True)
        ]
        if hospital == c.NEAREST_HOSPITAL:
            hospital = int(np.argmin(drives))
        busy_s += km / speed + drives[hospital] + calls_f[c.HANDOVER_S]
        return (
            float(busy_s),
            int(places.hospital_node[hospital]),
            float(places.hospital_km[hospital]),
        )


def _with(units: tuple[Standing, ...], unit: int, then: Standing) -> tuple[Standing, ...]:
    return (*units[:unit], then, *units[unit + 1 :])


@pytest.mark.parametrize("own_post", [False, True])
def test_no_game_has_fewer_late_calls(roads: Roads, own_post: bool) -> None:
    twin = small_city.twin(roads, units=2)
    bounds, fewest = [], []
    for seed in range(12):
        world = small_city.world(6, seed, gap_s=800.0, units=2)
        moves = known_moves(twin, world, TARGET_S, step_s=10.0, longest_s=LONGEST_S)
        bound = offline_bound(moves, twin.fleet.home, own_post=own_post, rounds=60)
        bounds.append(bound.late)
        fewest.append(Games(twin, world, own_post).fewest_late())
    assert all(bound <= late for bound, late in zip(bounds, fewest, strict=True)), (bounds, fewest)
    assert sum(bounds) >= 0.7 * sum(fewest) > 0, (bounds, fewest)


def test_whatever_calls_cost_the_twin_is_never_better(roads: Roads) -> None:
    world = small_city.world(40, gap_s=450.0, units=4)
    still, moving = (small_city.twin(roads, units=4, moving=how) for how in (False, True))
    moves = known_moves(still, world, TARGET_S, longest_s=3_600.0)
    anywhere = offline_bound(moves, still.fleet.home, rounds=80)
    at_own = offline_bound(moves, still.fleet.home, own_post=True, rounds=80)
    rough = offline_bound(moves, still.fleet.home, rounds=5)
    assert rough.value < anywhere.value
    assert 0 < anywhere.late <= at_own.late
    for twin, least in ((still, at_own), (moving, anywhere)):
        state = twin.begin(world)
        twin.run(world, state)
        reached_s = state.outcome_f[:, c.REACHED_S]
        assert (reached_s - world.calls_f[:, c.DECISION_S]).max() <= 3_600.0
        late = reached_s - world.calls_f[:, c.ARRIVAL_S] > TARGET_S[world.calls_i[:, c.PRIORITY]]
        assert least.late <= late.sum()


def test_the_ascent_can_be_stopped_and_its_bound_holds(roads: Roads) -> None:
    twin = small_city.twin(roads, units=2)
    world = small_city.world(20, units=2, gap_s=800.0)
    moves = known_moves(twin, world, TARGET_S)
    whole = offline_bound(moves, twin.fleet.home, rounds=40)
    cut = offline_bound(moves, twin.fleet.home, rounds=40, should_stop=lambda: True)
    assert whole.finished
    assert not cut.finished
    assert cut.value < whole.value


def test_what_cannot_be_bounded_is_refused(roads: Roads) -> None:
    world = small_city.world(5, units=2)
    with pytest.raises(ValueError, match="one speed"):
        known_moves(small_city.twin(roads, units=2, periods=3), world, TARGET_S)
    twin = small_city.twin(roads, units=2)
    with pytest.raises(ValueError, match="at most 254"):
        known_moves(twin, world, TARGET_S, step_s=1.0)
    with pytest.raises(ValueError, match="too long"):
        known_moves(twin, world, TARGET_S, step_s=2_000.0)
