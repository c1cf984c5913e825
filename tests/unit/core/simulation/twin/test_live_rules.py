"""The rules in force, with all their limits, decide in the twin as they do in the room.

A desk stands beside a run of the twin. After each event it asks the live policy what the room would
ask then, with what the room could know and with what it remembers itself, and compares the answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from tests.unit.core.simulation.twin import small_city
from tests.unit.core.simulation.twin.live_room import (
    CALL,
    KINDS,
    View,
    asked_of,
    labels_of,
    mapped,
    next_node_of,
    picture_of,
)

from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.positions import PositionBoard
from wardmote.core.domain.standards import STANDARD_135, Tier
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.recommend import NearestByRoad
from wardmote.core.policies.recommend_keeping_cover import CoverKeepingRule, KeepingCover
from wardmote.core.policies.relocation_limits import PastMove, hindrance, shift_at
from wardmote.core.policies.relocation_moves import CoverGround, Moment, MoveUp, Relocation
from wardmote.core.policies.relocation_rule import DAY_S, RelocationMethod, RelocationRule
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.engine import run_events
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.rules import CoverKept, MovedByRule
from wardmote.core.simulation.twin.tables import State, World
from wardmote.core.simulation.twin.twin import Twin, world_of
from wardmote.core.travel.hub_labels import FAR

UNITS = 10
RULE = RelocationRule(
    "test/1", busy_share=0.4, minimum_gain_share=0.012, gain_share_per_minute=0.002,
    moves_per_hour=1, moves_per_shift=3, driving_per_shift_s=1_500.0, farthest_drive_s=700.0,
    rest_s=1_200.0, shift_changes_h=(8.0, 20.0), quiet_before_change_s=1_800.0,
)  # fmt: skip
TABLE = replace(RULE, method=RelocationMethod.COMPLIANCE_TABLE)
TARGET_S = 900.0
STANDARD = replace(
    STANDARD_135,
    objectives=(
        replace(STANDARD_135.objectives[0], tiers=(Tier(Bilingual("各处", "All"), TARGET_S),)),
    ),
)
ORDER = tuple(PostId(f"p{row}") for row in (2, 0, 3, 9, 1, 4, 2, 0, 3, 1))


def _name(unit: int) -> UnitId:
    return UnitId(f"u{unit:03d}")


@dataclass
class Desk:
    """What the room would advise beside a run, and how often which limit held somebody back."""

    twin: Twin
    world: World
    live: Relocation
    past: dict[int, list[PastMove]] = field(default_factory=dict)
    advices: Counter[int] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def drives(self, state: State, now_s: float, units: Sequence[UnitId]) -> np.ndarray:
        """Seconds from units to posts; inf from one that follows advice."""
        roads, travel, limits = self.twin.roads, self.twin.setting.travel, self.twin.setting.limits
        metric, off = travel.metric[0, limits.travel_class], travel.off_km_s[0, limits.travel_class]
        found = np.full((len(units), len(small_city.POSTS)), np.inf)
        for row, name in enumerate(units):
            unit = int(name[1:])
            status = state.units_i[unit, c.STATUS]
            if status == c.TO_POST and state.moves_i[unit, c.ADVISED]:
                continue
            node, node_s = int(state.units_i[unit, c.NODE]), state.units_f[unit, c.OFF_KM] / off
            if status == c.TO_POST:
                home = labels_of(roads, int(state.units_i[unit, c.METRIC]))
                node, node_s = next_node_of(home, state, unit, now_s, off)
            for post, post_node in enumerate(small_city.POSTS):
                ticks = roads.to_post[metric, post, node, 0]
                there_s = node_s + ticks * (roads.tick_s * travel.scale[0, limits.travel_class])
                there_s += small_city.PLACES.post_km[post] / off
                if status == c.IDLE and node == post_node:
                    there_s = 0.0
                found[row, post] = np.inf if ticks == FAR else there_s + limits.access_s
        return found

    def asks(self, state: State, now_s: float, asked: int | None) -> MoveUp | None:
        """What the live rule answers."""
        picture = picture_of(state, now_s)
        headed = {_name(n): small_city.POST_IDS[row[c.POST]] for n, row in enumerate(state.units_i)}
        past = {
            _name(unit): tuple(one for one in made if one.advised_s > now_s - DAY_S)
            for unit, made in self.past.items()
        }
        moment = Moment(now_s, now_s % DAY_S)
        shift = shift_at(self.live.rule, now_s, moment.second_of_day)
        for unit, known in picture.units.items():
            held = hindrance(self.live.rule, known, past.get(unit, ()), now_s, shift)
            self.seen["" if held is None else held.value] += 1
        if asked is not None:
            free = replace(picture.units[_name(asked)], active=None)
            picture = replace(picture, units=picture.units.put(_name(asked), free))
        return self.live.advise(
            picture, moment, headed, past, lambda units: self.drives(state, now_s, units),
            asked=None if asked is None else _name(asked),
        )  # fmt: skip

    def is_refused(self, unit: int, advice: MoveUp, now_s: float) -> bool:
        """Keep advice in mind; whether the crew refuses it."""
        self.advices[unit] += 1
        levels = self.world.refusal
        refused = False
        if len(levels):
            level = levels[(unit * 7_919 + self.advices[unit]) % len(levels)]
            refused = bool(level < self.twin.setting.limits.refused_share)
        self.past.setdefault(unit, []).append(PastMove(now_s, advice.drive_s, not refused))
        self.seen["refused" if refused else "made"] += 1
        return refused

    def follow(self, before: State, after: State, slot: int, now_s: float) -> None:
        """Compare what the twin did in one event with what the room would have done."""
        room = State(**{name: array.copy() for name, array in before._asdict().items()})
        gap, freed = False, None
        busy = (c.TURNING_OUT, c.TO_CALL, c.ON_SCENE, c.TO_HOSPITAL, c.AT_HOSPITAL)
        sent = np.flatnonzero(
            np.isin(after.units_i[:, c.STATUS], busy)
            & (after.units_i[:, c.CALL] != before.units_i[:, c.CALL])
        )
        if slot < UNITS and before.units_i[slot, c.CALL] >= 0 and slot not in sent:
            freed = slot if after.units_i[slot, c.CALL] < 0 else None
        for unit in sent:
            room.units_i[unit], gap = after.units_i[unit], True
        if slot == UNITS + 2:
            row = before.counters[c.NEXT_AGENDA]
            unit, bit = int(self.world.agenda_unit[row]), int(self.world.agenda_bit[row])
            if bit > 0:
                room.units_i[unit], gap = after.units_i[unit], True
            elif unit not in sent:
                room.units_i[unit, c.ABSENCE] = after.units_i[unit, c.ABSENCE]
                if before.units_i[unit, c.STATUS] == c.AWAY and not after.units_i[unit, c.ABSENCE]:
                    room.units_i[unit, c.STATUS] = c.IDLE
                    # Where it stands while it is away.
                    post = before.units_i[unit, c.POST]
                    room.units_i[unit, c.NODE] = small_city.POSTS[post]
                    room.units_f[unit, c.OFF_KM] = small_city.PLACES.post_km[post]
                if bit != -c.OFF_DUTY and not room.units_i[unit, c.ABSENCE]:
                    freed = unit if before.units_i[unit, c.CALL] < 0 else None
        if freed is not None and not after.units_i[freed, c.ABSENCE]:
            gap |= self._follow_freed(room, after, freed, now_s)
        while gap:
            gap = self._follow_gap(room, before, after, now_s)
        moved = after.moves_i[:, c.ADVICES] - before.moves_i[:, c.ADVICES]
        assert moved.sum() == sum(self.advices.values()) - self.seen["told"]
        self.seen["told"] = sum(self.advices.values())

    def _follow_freed(self, room: State, after: State, unit: int, now_s: float) -> bool:
        room.units_i[unit, c.POST] = room.units_i[unit, c.HOME]
        room.moves_i[unit, c.ADVISED] = 0
        advice = self.asks(room, now_s, unit)
        self.seen["asked"] += 1
        self.seen["back_on_the_way"] += room.units_i[unit, c.STATUS] == c.TO_POST
        refused = advice is not None and self.is_refused(unit, advice, now_s)
        wanted = room.units_i[unit, c.HOME]
        if advice is not None and not refused:
            wanted = small_city.POST_IDS.index(advice.post)
        assert after.units_i[unit, c.POST] == wanted
        room.units_i[unit], room.moves_i[unit] = after.units_i[unit], after.moves_i[unit]
        room.units_f[unit] = after.units_f[unit]
        return refused

    def _follow_gap(self, room: State, before: State, after: State, now_s: float) -> bool:
        advice = self.asks(room, now_s, None)
        self.seen["gaps"] += 1
        if advice is None:
            return False
        unit = int(advice.unit[1:])
        if self.is_refused(unit, advice, now_s):
            return True
        assert after.moves_i[unit, c.MADE] == before.moves_i[unit, c.MADE] + 1
        assert small_city.POST_IDS[after.units_i[unit, c.POST]] == advice.post
        assert after.units_i[unit, c.STATUS] == c.TO_POST
        return False


def _agenda() -> list[tuple[float, int, int]]:
    rows = [(0.0, unit, -c.OFF_DUTY) for unit in range(UNITS)]
    for unit in range(UNITS):
        for day in range(2):
            start = day * DAY_S + 5_000.0 * unit
            rows += [(start + 21_000, unit, c.OUT_OF_ORDER), (start + 30_000, unit, -4)]
        # So short that some are over before the unit has come to the post it was advised.
        for at_s in np.arange(3_000.0 + 350 * unit, DAY_S, 6_000.0).tolist():
            rows += [(at_s, unit, c.ON_BREAK), (at_s + 240.0, unit, -c.ON_BREAK)]
    rows += [(50_000.0, 3, c.OFF_DUTY), (60_000.0, 3, -c.OFF_DUTY)]
    return rows


@pytest.mark.parametrize(
    ("rule", "kinds", "refused", "seen"),
    [
        (RULE, -1, 0.0, {"resting", "moves_this_hour", "shift_ends"}),
        (replace(RULE, moves_per_hour=3, rest_s=300.0, minimum_gain_share=0.0), -1, 0.3,
         {"refused", "moves_this_shift"}),
        (replace(RULE, kinds=frozenset({KINDS[0]}), shift_changes_h=()), 1, 0.0, {"other_kind"}),
        (replace(TABLE, order=ORDER, minimum_gain_share=0.0), -1, 0.2, {"refused"}),
        (replace(TABLE, minimum_gain_share=0.005), -1, 0.0, {"moves_this_hour"}),
    ],
)  # fmt: skip
def test_free_units_go_where_the_rule_in_force_sends_them(
    roads: Roads, rule: RelocationRule, kinds: int, refused: float, seen: set[str]
) -> None:
    sets = small_city.cover(roads)
    total = float(sets.weight.sum()) * 1.1  # some demand is out of everybody's reach
    moved = MovedByRule(
        rule, small_city.POST_IDS, total, kinds, travel_class=0, access_s=7.0, refused_share=refused
    )
    twin = small_city.twin(roads, units=UNITS, kinds=2, moved=moved)
    calls_f, calls_i = small_city.calls(300, 12, gap_s=330.0)
    calls_i[:, c.KINDS] = 3
    levels = np.random.default_rng(1).random(64) if refused else None
    world = world_of(calls_f, calls_i, _agenda(), refusal=levels)
    desk = Desk(
        twin, world, Relocation.of(rule, CoverGround(small_city.POST_IDS, sets, total), UNITS)
    )
    state = twin.begin(world)
    while np.isfinite(state.due_s[state.winner[1]]):
        before = State(**{name: array.copy() for name, array in state._asdict().items()})
        slot = int(state.winner[1])
        run_events(twin.roads, world, twin.setting, state, np.inf, 1)
        desk.follow(before, state, slot, float(state.now_s[0]))
    assert seen <= {name for name, count in desk.seen.items() if count > 5}, desk.seen
    assert desk.seen["made"] > 25
    assert state.units_i[:, c.MOVES].sum() == desk.seen["made"]
    assert desk.seen["back_on_the_way"] > 0
    sent_s, reached_s = state.outcome_f[:, c.SENT_S], state.outcome_f[:, c.REACHED_S]
    assert (reached_s[sent_s > 0] >= sent_s[sent_s > 0]).all()


@pytest.mark.parametrize("spread", [0.0, 0.15])
def test_later_units_go_where_the_rule_in_force_keeps_cover(roads: Roads, spread: float) -> None:
    rule = CoverKeepingRule(
        "test/1", busy_share=0.4, most_later_s=300.0, least_kept_share=0.005,
        priorities=frozenset({Priority.URGENT}),
    )  # fmt: skip
    sets = small_city.cover(roads)
    total = float(sets.weight.sum())
    kept = CoverKept(rule, total, 90.0, travel_spread=spread, turnout_spread=spread)
    twin = small_city.twin(roads, units=UNITS, kinds=2, turnout_s=30.0, reaction_s=4.0, kept=kept)
    calls_f, calls_i = small_city.calls(300, 12, gap_s=210.0, kinds=2)
    # One kind each: which of several is liked better is not the twin's to know.
    calls_i[:, c.KINDS] = np.minimum(calls_i[:, c.KINDS], 2)
    world = world_of(calls_f, calls_i, _agenda(), target_s=np.full(len(calls_f), TARGET_S))
    state = twin.begin(world)
    ground = CoverGround(small_city.POST_IDS, sets, total)
    traded = on_the_road = 0
    while np.isfinite(state.due_s[state.winner[1]]):
        if state.winner[1] != UNITS + 1:
            run_events(twin.roads, world, twin.setting, state, np.inf, 1)
            continue
        now_s = float(state.due_s[UNITS + 1])
        call = int(world.by_decision[state.counters[c.NEXT_DECISION]])
        picture = picture_of(state, now_s)
        names = tuple(sorted(one.unit for one in picture.units.values() if one.on_duty))
        zeros = np.zeros(len(names))
        board = PositionBoard(names, zeros, zeros, np.full(len(names), np.nan), zeros + now_s)
        priority = Priority(int(world.calls_i[call, c.PRIORITY]) + 1)
        incident, cards = asked_of(world, call, priority)
        picture = replace(picture, incidents=mapped({CALL: incident}))
        nearest = NearestByRoad(STANDARD, cards)
        view = View(twin, state, world, call, board, spread, spread)
        rng = np.random.default_rng(0)
        plain = nearest.recommend(picture, incident, now_s, view, rng).units
        wanted = KeepingCover(nearest, rule, lambda: ground).recommend(
            picture, incident, now_s, view, rng
        ).units  # fmt: skip
        was = state.units_i[:, c.STATUS].copy()
        run_events(twin.roads, world, twin.setting, state, np.inf, 1)
        sent = int(state.outcome_i[call, c.UNIT])
        assert wanted == (() if sent < 0 else (_name(sent),))
        traded += wanted != plain
        on_the_road += wanted != plain and was[sent] == c.TO_POST
    assert traded > 10
    assert on_the_road > 0
