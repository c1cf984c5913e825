"""Units are taken off lesser calls in the twin as the live rule advises, at every question.

A desk stands beside a run. Whenever somebody has to be sent, it asks the live policies who goes and
who could be taken, with what the room could know then; so it does for each call left behind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from tests.unit.core.simulation.twin import small_city
from tests.unit.core.simulation.twin.live_room import CALL, View, asked_of, picture_of

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.positions import PositionBoard
from wardmote.core.domain.standards import STANDARD_135, Tier
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.preempt import SHIPPED, Preemption, best_free_s, units_to_take
from wardmote.core.policies.recommend import NearestByRoad
from wardmote.core.policies.recommend_keeping_cover import CoverKeepingRule, KeepingCover
from wardmote.core.policies.relocation_moves import CoverGround
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.engine import run_events
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.rules import CoverKept, PreemptedByRule, taken_off
from wardmote.core.simulation.twin.tables import State, Travel, World
from wardmote.core.simulation.twin.twin import Twin, setting_of, world_of

UNITS = 8
STANDARD = replace(
    STANDARD_135,
    objectives=(
        replace(STANDARD_135.objectives[0], tiers=(Tier(Bilingual("各处", "All"), 900.0),)),
    ),
)
KEEPING = CoverKeepingRule("test/1", busy_share=0.4, most_later_s=300.0, least_kept_share=0.005)


def _twin(roads: Roads, rule: Preemption, *, keeping: bool, access_s: float) -> Twin:
    usual = small_city.travel()
    travel = Travel(
        usual.start_s, usual.cycle_s, np.array([[0, 1, 1, 1, 1]], dtype=np.int32),
        np.array([[2.0, 2.0, 2.2, 2.4, 1.0]]), np.full((1, 5), 0.004),
    )  # fmt: skip
    sets = small_city.cover(roads)
    setting = setting_of(
        travel, small_city.PLACES, priorities=4, turnout_s=np.array([60.0, 75.0]) + access_s,
        reaction_s=10.0 + access_s, units=UNITS, cover=sets if keeping else None,
        kept=CoverKept(KEEPING, float(sets.weight.sum()), 90.0) if keeping else None,
        preempted=PreemptedByRule(rule, access_s),
    )  # fmt: skip
    return Twin(roads, setting, small_city.fleet(UNITS, 2))


def _world() -> World:
    """Long drives to short calls, so that units are mostly on their way to one."""
    calls_f, calls_i = small_city.calls(400, 21, gap_s=330.0, kinds=2)
    calls_f[:, c.SCENE_S] *= 0.2
    calls_i[:, c.HOSPITAL] = c.NO_HOSPITAL
    rng = np.random.default_rng(4)
    calls_i[:, c.PRIORITY] = rng.choice(4, len(calls_i), p=[0.25, 0.25, 0.25, 0.25])
    calls_i[:, c.KINDS] = np.minimum(calls_i[:, c.KINDS], 2)
    agenda = [(0.0, unit, -c.OFF_DUTY) for unit in range(UNITS)]
    for unit in range(UNITS):
        for at_s in np.arange(2_000.0 + 900 * unit, 60_000.0, 7_000.0).tolist():
            agenda += [(at_s, unit, c.OUT_OF_ORDER), (at_s + 2_500.0, unit, -c.OUT_OF_ORDER)]
    return world_of(calls_f, calls_i, agenda, target_s=np.full(len(calls_f), 900.0))


@dataclass
class Desk:
    """What the room would be advised, and what was seen."""

    twin: Twin
    world: World
    rule: Preemption
    keeping: bool
    access_s: float
    seen: Counter[str] = field(default_factory=Counter)

    def asks(self, room: State, call: int, now_s: float) -> tuple[int, int]:
        """The unit that goes and the call it is taken from; -1 for none."""
        priority = Priority(int(self.world.calls_i[call, c.PRIORITY]) + 1)
        incident, cards = asked_of(self.world, call, priority)
        picture = picture_of(room, now_s, self.world)
        picture = replace(picture, incidents=picture.incidents.put(CALL, incident))
        names = tuple(sorted(one.unit for one in picture.units.values()))
        zeros = np.zeros(len(names))
        board = PositionBoard(names, zeros, zeros, np.full(len(names), np.nan), zeros + now_s)
        view = View(self.twin, room, self.world, call, board, access_s=self.access_s)
        rng = np.random.default_rng(0)
        nearest = NearestByRoad(STANDARD, cards)
        made = nearest.recommend(picture, incident, now_s, view, rng)
        if self.keeping:
            ground = CoverGround(
                small_city.POST_IDS, small_city.cover(self.twin.roads),
                self.twin.setting.keeping.total,
            )  # fmt: skip
            kept = KeepingCover(nearest, KEEPING, lambda: ground)
            later = kept.recommend(picture, incident, now_s, view, rng)
            self.seen["later"] += later.units != made.units
            made = later
        needs = cards.card_for("", priority).requirements(1)
        free_s = best_free_s(picture, incident, made, needs)[needs[0].any_of]
        if free_s is not None:
            ranked = [one for one in made.lines if one.rank is not None]
            assert free_s == min(one.travel_s + one.turnout_s for one in ranked)  # type: ignore[operator]  # ranked
        takings = units_to_take(self.rule, picture, incident, needs[0], free_s, now_s, view)
        self.seen["asked"] += 1
        self.seen["not worth it"] += free_s is not None and not takings
        if takings:
            left = int(takings[0].left_behind.removeprefix("call-"))
            status = room.units_i[int(takings[0].unit[1:]), c.STATUS]
            self.seen["turning out" if status == c.TURNING_OUT else "driving"] += 1
            self.seen["nobody free" if free_s is None else "gains"] += 1
            return int(takings[0].unit[1:]), left
        return (int(made.units[0][1:]) if made.units else -1), -1

    def follow(self, before: State, after: State, slot: int, now_s: float) -> None:
        """Compare every decision of one event with what the room would be advised."""
        call = -1
        room = State(**{name: array.copy() for name, array in before._asdict().items()})
        if slot == UNITS + 1:
            call = int(self.world.by_decision[before.counters[c.NEXT_DECISION]])
        elif slot == UNITS + 2:
            row = before.counters[c.NEXT_AGENDA]
            unit = int(self.world.agenda_unit[row])
            under_way = before.units_i[unit, c.STATUS] in (c.TO_CALL, c.TURNING_OUT)
            if self.world.agenda_bit[row] == c.OUT_OF_ORDER and under_way:
                call = int(before.units_i[unit, c.CALL])
                room.units_i[unit], room.units_f[unit] = after.units_i[unit], after.units_f[unit]
                self.seen["broke down"] += 1
        first = call
        while call >= 0:
            unit, left = self.asks(room, call, now_s)
            assert after.outcome_i[call, c.UNIT] == unit
            if left >= 0:
                assert after.outcome_i[left, c.BUMPS] == before.outcome_i[left, c.BUMPS] + 1
                self.seen["chained"] += call != first
            if unit >= 0:
                assert after.units_i[unit, c.CALL] == call
                room.units_i[unit], room.units_f[unit] = after.units_i[unit], after.units_f[unit]
                expected_s = after.outcome_f[call, c.EXPECTED_S]
                assert after.units_f[unit, c.END_S] == pytest.approx(now_s + expected_s)
            call = left


@pytest.mark.parametrize(
    ("rule", "keeping", "access_s", "seen"),
    [
        (SHIPPED, False, 0.0, {"chained", "gains", "turning out", "not worth it", "broke down"}),
        (replace(SHIPPED, gain_s=0.0), False, 20.0, {"gains", "driving"}),
        (Preemption("t", Priority.ROUTINE, steps=2, gain_s=200.0), False, 20.0, {"not worth it"}),
        (SHIPPED, True, 0.0, {"later", "gains"}),
    ],
)
def test_units_are_taken_as_the_rule_in_force_advises(
    roads: Roads, rule: Preemption, keeping: bool, access_s: float, seen: set[str]
) -> None:
    twin, world = _twin(roads, rule, keeping=keeping, access_s=access_s), _world()
    desk = Desk(twin, world, rule, keeping, access_s)
    state = twin.begin(world)
    while np.isfinite(state.due_s[state.winner[1]]):
        slot = int(state.winner[1])
        before = None
        if slot > UNITS:
            before = State(**{name: array.copy() for name, array in state._asdict().items()})
        run_events(twin.roads, world, twin.setting, state, np.inf, 1)
        if before is not None:
            desk.follow(before, state, slot, float(state.now_s[0]))
    assert desk.seen["asked"] >= len(world.calls_i)
    assert seen | {"nobody free", "driving"} <= {k for k, n in desk.seen.items() if n > 2}, (
        desk.seen
    )
    assert desk.seen["not worth it"] > 20


def test_who_may_be_taken_is_what_urgency_and_steps_say() -> None:
    usual = taken_off(SHIPPED, 4)
    assert np.argwhere(usual).tolist() == [[1, 0], [2, 0], [2, 1], [3, 0], [3, 1]]
    two = taken_off(Preemption("t", Priority.ROUTINE, steps=2), 4)
    assert np.argwhere(two).tolist() == [[2, 0], [3, 0], [3, 1]]
    for bad in ({"steps": 0}, {"gain_s": -1.0}, {"gain_s": float("nan")}):
        with pytest.raises(ValueError, match="steps must be"):
            Preemption(**bad)  # type: ignore[arg-type]  # values of several types
