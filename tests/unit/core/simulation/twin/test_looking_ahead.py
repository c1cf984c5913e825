"""Units that look ahead in the twin: choices as the policy's own kernel makes them, and rules."""

from __future__ import annotations

import dataclasses
from typing import Any

import numba
import numpy as np
import pytest
from tests.unit.core.simulation.twin import small_city

from wardmote.core.policies.relocation_lookahead import exchange_ahead
from wardmote.core.policies.relocation_rule import RelocationMethod, RelocationRule
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.engine import run_events
from wardmote.core.simulation.twin.looking_ahead import expect_exchange, gain_ahead
from wardmote.core.simulation.twin.reaching import DemandPlaces, ahead_of
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.rules import MovedByRule
from wardmote.core.simulation.twin.tables import Setting, State, state_from_arrays, state_to_arrays
from wardmote.core.simulation.twin.twin import Twin, setting_of

BARE: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
UNITS = 6
FREE = (c.IDLE, c.TO_POST)
RULE = RelocationRule(
    "test/1", method=RelocationMethod.LOOK_AHEAD, shift_changes_h=(), rest_s=300.0,
    moves_per_hour=2, minimum_gain_share=0.005,
)  # fmt: skip


def looking(roads: Roads, rule: RelocationRule | None = None) -> Twin:
    node = np.arange(len(roads.x_km), dtype=np.int32)
    demand = DemandPlaces(
        node, np.zeros(len(node)), np.zeros(len(node), dtype=np.int32),
        np.full(len(node), 360.0), np.ones(len(node)),
    )  # fmt: skip
    travel = small_city.travel()
    ahead = ahead_of(
        roads, travel, demand, scene_s=600.0, handover_s=400.0, cell_km=0.8, group_km=1.0
    )
    moved = None if rule is None else MovedByRule(rule, small_city.POST_IDS, total=196.0)
    setting = setting_of(
        travel, small_city.PLACES, priorities=2, cover=small_city.cover(roads), units=UNITS,
        moved=moved, ahead=ahead,
    )  # fmt: skip
    return Twin(roads, setting, small_city.fleet(UNITS))


def ways_of_others(twin: Twin, state: State, asked: int, now_s: float) -> np.ndarray:
    """What the room expects of all units but one, from their rows alone."""
    roads, setting = twin.roads, twin.setting
    tick_s = roads.tick_s
    found = []
    for unit in range(UNITS):
        unit_i, unit_f = state.units_i[unit], state.units_f[unit]
        status, node, end = unit_i[c.STATUS], int(unit_i[c.NODE]), int(unit_i[c.END_NODE])
        goal, drive_s, busy_s, about_s = node, 0.0, 0.0, 0.0
        if unit == asked:
            continue
        if status == c.TO_POST:
            tree = roads.to_post[small_city.SLOW, unit_i[c.POST]]
            node, at_s = int(unit_i[c.START_NODE]), unit_f[c.START_NODE_S]
            while at_s <= now_s and node != end:
                node = int(tree[node, 1])
                at_s = unit_f[c.END_NODE_S] - tree[node, 0] * tick_s
            goal, drive_s = end, unit_f[c.END_S] - now_s
        elif status == c.AT_HOSPITAL:
            node, about_s = end, setting.ahead.handover_s
        elif status == c.TO_HOSPITAL:
            node, about_s, busy_s = end, setting.ahead.handover_s, unit_f[c.END_S] - now_s
        elif status != c.IDLE:
            outcome = state.outcome_f[unit_i[c.CALL]]
            about_s = setting.ahead.scene_s + setting.ahead.handover_s
            if status != c.ON_SCENE:
                busy_s = max(0.0, outcome[c.SENT_S] + outcome[c.EXPECTED_S] - now_s)
            ward = int(roads.to_hospital[small_city.SLOW, end].argmin())
            busy_s += roads.to_hospital[small_city.SLOW, end, ward] * tick_s
            node = int(setting.places.hospital_node[ward])
        goal = goal if status == c.TO_POST else node
        found.append([
            roads.x_km[node], roads.y_km[node], roads.x_km[goal], roads.y_km[goal],
            drive_s, busy_s, about_s,
        ])  # fmt: skip
    return np.array(found)


def best_post(twin: Twin, state: State, unit: int, now_s: float) -> int:
    """By the kernel that the room asks."""
    roads, places, travel = twin.roads, twin.setting.places, twin.setting.travel
    node = int(state.units_i[unit, c.NODE])
    speed = travel.off_km_s[0, -1]
    ways = np.zeros((1, len(places.post_node), 7))
    ways[0, :, 0], ways[0, :, 1] = roads.x_km[node], roads.y_km[node]
    ways[0, :, 2], ways[0, :, 3] = roads.x_km[places.post_node], roads.y_km[places.post_node]
    ways[0, :, 4] = roads.to_post[small_city.SLOW, :, node, 0] * roads.tick_s
    ways[0, :, 4] += (state.units_f[unit, c.OFF_KM] + places.post_km) / speed
    stays = ways[0, :1].copy()
    ahead = twin.setting.ahead
    gain = np.zeros((1, len(places.post_node)))
    scratch = np.zeros((2, len(ahead.at_s), len(ahead.weight)))
    exchange_ahead(ahead, ways_of_others(twin, state, unit, now_s), stays, ways, scratch, gain)
    return int(gain[0].argmax())


def test_each_free_unit_goes_where_the_policy_says(roads: Roads) -> None:
    twin = looking(roads)
    world = small_city.world(80, units=UNITS, gap_s=450.0)
    state = twin.begin(world)
    asked, elsewhere = 0, 0
    while state.winner[1] < len(state.due_s) and np.isfinite(state.due_s[state.winner[1]]):
        before = state_from_arrays(state_to_arrays(state))
        run_events(roads, world, twin.setting, state, np.inf, 1)
        was, now = before.units_i[:, c.STATUS], state.units_i[:, c.STATUS]
        for unit in np.flatnonzero((now == c.TO_POST) & ~np.isin(was, FREE)).tolist():
            chosen = int(state.units_i[unit, c.POST])
            assert chosen == best_post(twin, before, unit, float(state.now_s[0]))
            asked += 1
            elsewhere += chosen != twin.fleet.home[unit]
    assert asked > 40
    assert elsewhere > 10


def gains_of_rows(
    roads: Roads, setting: Setting, state: State, rows: np.ndarray, gains: np.ndarray
) -> None:
    """What the twin's kernels say that moves from some posts to all others gain."""
    expect_exchange(roads, setting, state, -1, 0)
    for row in rows:
        for post in range(gains.shape[1]):
            if post != row:
                gains[row, post] = gain_ahead(roads, setting, state, -1, row, post, 0)


def test_who_stands_gains_by_a_move_what_the_policy_says(roads: Roads) -> None:
    twin = looking(roads, RULE)
    places, travel, ahead = twin.setting.places, twin.setting.travel, twin.setting.ahead
    x_km, y_km = roads.x_km[places.post_node], roads.y_km[places.post_node]
    world = small_city.world(80, units=UNITS, gap_s=700.0)
    state = twin.begin(world)
    gains = np.zeros((len(x_km), len(x_km)))
    scratch = np.zeros((2, len(ahead.at_s), len(ahead.weight)))
    compiled = numba.njit(**BARE)(gains_of_rows)
    seen = 0
    for until_s in np.arange(2_000.0, 50_000.0, 1_600.0).tolist():
        twin.run(world, state, until_s)
        state.now_s[0] = until_s
        idle = np.flatnonzero(state.units_i[:, c.STATUS] == c.IDLE)
        rows = np.unique(state.units_i[idle, c.POST])
        compiled(roads, twin.setting, state, rows, gains)
        for row in rows.tolist():
            unit = int(idle[state.units_i[idle, c.POST] == row][0])
            ways = np.zeros((1, len(x_km), 7))
            ways[0, :, 0], ways[0, :, 1], ways[0, :, 2], ways[0, :, 3] = (
                x_km[row], y_km[row], x_km, y_km,
            )  # fmt: skip
            ways[0, :, 4] = (
                roads.to_post[small_city.SLOW, :, places.post_node[row], 0] * roads.tick_s
                + (places.post_km[row] + places.post_km) / travel.off_km_s[0, -1]
            )
            stands = np.array([[x_km[row], y_km[row], x_km[row], y_km[row], 0.0, 0.0, 0.0]])
            others = ways_of_others(twin, state, unit, until_s)
            said = np.zeros((1, len(x_km)))
            exchange_ahead(ahead, others, stands, ways, scratch, said)
            elsewhere = np.arange(len(x_km)) != row
            assert gains[row][elsewhere] == pytest.approx(said[0][elsewhere], abs=1e-12)
            seen += 1
    assert seen > 40


def test_a_rule_that_looks_ahead_keeps_its_limits_and_fills_gaps(roads: Roads) -> None:
    world = small_city.world(150, units=UNITS, gap_s=400.0)
    moves = []
    for rule in (RULE, dataclasses.replace(RULE, moves_per_hour=1, moves_per_shift=2)):
        twin = looking(roads, rule)
        state = twin.begin(world)
        twin.run(world, state)
        assert np.isfinite(state.outcome_f[:, c.REACHED_S]).all()
        moves.append(int(state.units_i[:, c.MOVES].sum()))
    assert moves[0] > moves[1] > 0
    assert moves[1] <= 2 * UNITS


def test_a_rule_that_looks_ahead_needs_to_know_what_is_reached(roads: Roads) -> None:
    moved = MovedByRule(RULE, small_city.POST_IDS, total=196.0)
    with pytest.raises(ValueError, match="looks ahead"):
        small_city.twin(roads, units=UNITS, moved=moved)


def test_without_demand_there_is_nothing_to_look_ahead_for(roads: Roads) -> None:
    none = np.empty(0)
    nobody = DemandPlaces(none.astype(np.int32), none, none.astype(np.int32), none, none)
    with pytest.raises(ValueError, match="without demand"):
        ahead_of(roads, small_city.travel(), nobody, scene_s=600.0)
