"""Sending units: who goes, who is taken from a lesser call, and the journey that begins."""

import numpy as np

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.dispatching import NOBODY, expected_outset_s, nearest_unit
from wardmote.core.simulation.twin.journeys import (
    begin_journey,
    driven_km,
    next_node,
    node_to_node,
    node_to_node_km,
)
from wardmote.core.simulation.twin.keeping import keep_cover
from wardmote.core.simulation.twin.noting import enter
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.stationing import leave_idle, leave_movers
from wardmote.core.simulation.twin.tables import Setting, State, World
from wardmote.core.travel.compiled import inlined, inner_kernel
from wardmote.core.travel.hub_labels import FAR


@inlined
def send(
    roads: Roads,
    world: World,
    setting: Setting,
    state: State,
    unit: int,
    call: int,
    node: int,
    node_s: float,
    expected_s: float,
    road_km: float,
    period: int,
) -> float:
    """Send a unit to a call, whatever it is doing; when its next event is due."""
    now_s = state.now_s[0]
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    status = unit_i[c.STATUS]
    expected_outset = expected_outset_s(setting, status, unit_i[c.KIND])
    off_km = unit_f[c.OFF_KM]
    if status in (c.IDLE, c.TO_POST):
        state.stationed[unit_i[c.POST]] -= 1
        unit_f[c.BUSY_SINCE_S] = now_s
        if status == c.IDLE:
            leave_idle(state.units_i, state.idle_first, unit, len(setting.turnout_s))
        else:
            leave_movers(state, unit)
            unit_f[c.POST_KM] += driven_km(unit_f, now_s)
            off_km = 0.0
    elif status == c.TO_CALL:
        unit_f[c.RESPONSE_KM] += driven_km(unit_f, now_s)
        off_km = 0.0
    priority = world.calls_i[call, c.PRIORITY]
    metric = setting.travel.metric[period, priority]
    off_km_s = setting.travel.off_km_s[period, priority]
    end, end_km = world.calls_i[call, c.PLACE_NODE], world.calls_f[call, c.PLACE_KM]
    tick_s = roads.tick_s * setting.travel.scale[period, priority]
    driven = world.calls_f[call, c.DRIVE_FACTOR]
    outset_s = expected_outset * world.calls_f[call, c.TURNOUT_FACTOR]
    on_road_s = (expected_s - expected_outset) - node_s
    on_road_s = (on_road_s - end_km / off_km_s) * driven
    begin_journey(
        unit_i, unit_f, now_s + outset_s, node, node_s, end, on_road_s,
        tick_s * driven, end_km, off_km_s, metric, off_km + road_km + end_km,
    )  # fmt: skip
    unit_i[c.CALL] = call
    state.outcome_i[call, c.UNIT] = unit
    state.outcome_f[call, c.SENT_S] = now_s
    state.outcome_f[call, c.EXPECTED_S] = expected_s
    if outset_s > 0:
        enter(state, unit, c.TURNING_OUT)
        return float(now_s + outset_s)
    enter(state, unit, c.TO_CALL)
    return float(unit_f[c.END_S])


@inner_kernel
def best_to_take(
    roads: Roads,
    world: World,
    setting: Setting,
    state: State,
    call: int,
    best_free_s: float,
    period: int,
) -> tuple[int, float, int, float]:
    """The unit on its way to a lesser call that gains most over the best free unit; `NOBODY` where
    none gains enough.

    The first that `core.policies.preempt.units_to_take` names: the earliest, then that of the least
    urgent call, then the lowest number; a test asks both.
    """
    now_s = state.now_s[0]
    priority = world.calls_i[call, c.PRIORITY]
    metric = setting.travel.metric[period, priority]
    tick_s = roads.tick_s * setting.travel.scale[period, priority]
    off_km_s = setting.travel.off_km_s[period, priority]
    end = world.calls_i[call, c.PLACE_NODE]
    end_s = world.calls_f[call, c.PLACE_KM] / off_km_s
    best, best_s, best_node, best_node_s, lesser = NOBODY, np.inf, NOBODY, 0.0, -1
    for unit in range(len(state.units_i)):
        status = state.units_i[unit, c.STATUS]
        if status not in (c.TO_CALL, c.TURNING_OUT):
            continue
        other = state.units_i[unit, c.CALL]
        of = world.calls_i[other, c.PRIORITY]
        kind = state.units_i[unit, c.KIND]
        if not setting.may_take[of, priority] or not (world.calls_i[call, c.KINDS] >> kind) & 1:
            continue
        node, node_s = next_node(roads, state, unit, now_s, off_km_s)
        ticks = node_to_node(roads, metric, node, end)
        if ticks == FAR:
            continue
        outset_s = expected_outset_s(setting, status, kind)
        total_s = outset_s + node_s + ticks * tick_s + end_s
        if best_free_s - total_s < setting.preempting.gain_s:
            continue
        if total_s < best_s or (total_s == best_s and of > lesser):
            best, best_s, best_node, best_node_s, lesser = unit, total_s, node, node_s, of
    return best, best_s, best_node, best_node_s


@inner_kernel
def from_stand(
    roads: Roads, world: World, setting: Setting, state: State, unit: int, call: int, period: int
) -> tuple[float, int, float, float]:
    """Expected time of one unit to a call that waited, its next node, time to that, and km on."""
    priority = world.calls_i[call, c.PRIORITY]
    metric = setting.travel.metric[period, priority]
    off_km_s = setting.travel.off_km_s[period, priority]
    node, node_s = next_node(roads, state, unit, state.now_s[0], off_km_s)
    ticks = node_to_node(roads, metric, node, world.calls_i[call, c.PLACE_NODE])
    outset_s = expected_outset_s(
        setting, state.units_i[unit, c.STATUS], state.units_i[unit, c.KIND]
    )
    on_road_s = ticks * (roads.tick_s * setting.travel.scale[period, priority])
    total_s = outset_s + node_s + on_road_s + world.calls_f[call, c.PLACE_KM] / off_km_s
    km = node_to_node_km(roads, metric, node, world.calls_i[call, c.PLACE_NODE])
    return total_s, node, node_s, km


@inlined
def decide(
    roads: Roads, world: World, setting: Setting, state: State, call: int, period: int
) -> tuple[int, float, int, float, float, int]:
    """Who goes to a call: as `nearest_unit`, and the call it is taken from, or -1."""
    unit, total_s, node, node_s, km = nearest_unit(
        roads, world, setting, state, call, state.now_s[0], period
    )
    best_free_s = total_s
    bumped = -1
    if unit != NOBODY and setting.keeping.priorities[world.calls_i[call, c.PRIORITY]]:
        other, other_s, other_node, other_node_s, other_km = keep_cover(
            roads, world, setting, state, call, period, unit, total_s
        )
        if other != NOBODY:
            unit, total_s, km = other, other_s, other_km
            node, node_s = other_node, other_node_s
    if setting.takes[world.calls_i[call, c.PRIORITY]]:
        taken, taken_s, taken_node, taken_node_s = best_to_take(
            roads, world, setting, state, call, best_free_s, period
        )
        if taken >= 0:
            unit, total_s, node, node_s = taken, taken_s, taken_node, taken_node_s
            metric = setting.travel.metric[period, world.calls_i[call, c.PRIORITY]]
            km = node_to_node_km(roads, metric, node, world.calls_i[call, c.PLACE_NODE])
            bumped = state.units_i[taken, c.CALL]
            state.outcome_i[bumped, c.UNIT] = NOBODY
            state.outcome_i[bumped, c.BUMPS] += 1
    return unit, total_s, node, node_s, km, bumped
