"""Leaving a call: to a hospital, off duty, or to the post where a unit is worth most."""

import numpy as np

from wardmote.core.policies.relocation import gain_of_posts, less_the_drive
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.absences import go_away
from wardmote.core.simulation.twin.clock import NEVER
from wardmote.core.simulation.twin.journeys import begin_journey, drive_to_post, period_at
from wardmote.core.simulation.twin.looking_ahead import post_ahead
from wardmote.core.simulation.twin.methods import BACK_TO_OWN_POST, BY_RULE, LOOK_AHEAD
from wardmote.core.simulation.twin.noting import enter
from wardmote.core.simulation.twin.relocating import post_by_rule
from wardmote.core.simulation.twin.roads import DECAMETRES_PER_KM, Roads
from wardmote.core.simulation.twin.stationing import join_movers
from wardmote.core.simulation.twin.tables import Setting, State, World
from wardmote.core.travel.compiled import inlined


@inlined
def _post_for(roads: Roads, setting: Setting, state: State, unit: int, period: int) -> int:
    """Post to which a unit that is free now should drive."""
    if setting.relocation == BACK_TO_OWN_POST:
        return int(state.units_i[unit, c.POST])
    if setting.relocation == LOOK_AHEAD:
        return post_ahead(roads, setting, state, unit, period)
    cover = setting.cover
    row = period_at(cover.start_s, cover.cycle_s, state.now_s[0])
    begin, end = cover.first[row], cover.first[row + 1]
    sets = cover.base[row]
    best = gain_of_posts(
        cover.member[sets : sets + end - begin],
        cover.weight[begin:end],
        cover.stays_busy,
        state.stationed,
        state.gain,
    )
    if cover.drive_cost == 0:
        return best
    last = setting.travel.metric.shape[1] - 1
    metric, node = setting.travel.metric[period, last], state.units_i[unit, c.NODE]
    tick_s = roads.tick_s * setting.travel.scale[period, last]
    for post in range(len(state.drive_s)):
        state.drive_s[post] = roads.to_post[metric, post, node, 0] * tick_s
    return less_the_drive(state.gain, state.drive_s, cover.drive_cost)


@inlined
def leave_call(roads: Roads, world: World, setting: Setting, state: State, unit: int) -> float:
    """A unit is free and no call waits for it: off duty, or to a post; when that is done."""
    now_s = state.now_s[0]
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    absence = unit_i[c.ABSENCE]
    unit_f[c.BUSY_S] += now_s - unit_f[c.BUSY_SINCE_S]
    if absence & (c.OFF_DUTY | c.OUT_OF_ORDER):
        go_away(setting, state, unit)
        return NEVER
    travel = setting.travel
    period = period_at(travel.start_s, travel.cycle_s, now_s)
    if setting.relocation >= BY_RULE:
        # What it was advised before the call is over: it belongs to its own post again.
        unit_i[c.POST] = unit_i[c.HOME]
        state.moves_i[unit, c.ADVISED] = 0
        if absence == 0:
            unit_i[c.POST] = post_by_rule(
                roads, world, setting, state, int(np.int64(unit)), int(np.int64(period))
            )
    elif absence == 0:
        post = _post_for(roads, setting, state, unit, period)
        if post != unit_i[c.POST]:
            unit_i[c.POST] = post
            unit_i[c.MOVES] += 1
            unit_f[c.LAST_MOVE_S] = now_s
            state.counters[c.RELOCATIONS] += 1
    if absence == 0:
        state.stationed[unit_i[c.POST]] += 1
    off_km = unit_f[c.OFF_KM]
    post = unit_i[c.POST]
    end_s = drive_to_post(
        roads, travel, setting.places.post_node[post], setting.places.post_km[post],
        unit_i, unit_f, now_s, unit_i[c.NODE],
        off_km / travel.off_km_s[period, travel.metric.shape[1] - 1], off_km, period,
    )  # fmt: skip
    enter(state, unit, c.TO_POST)
    join_movers(state, unit)
    return end_s


@inlined
def _nearest_hospital(
    roads: Roads, setting: Setting, node: int, metric: int, period: int, off_km_s: float
) -> int:
    tick_s = roads.tick_s * setting.travel.scale[period, setting.travel.scale.shape[1] - 1]
    hospital, best_s = 0, np.inf
    for row in range(len(setting.places.hospital_node)):
        total_s = (
            roads.to_hospital[metric, node, row] * tick_s
            + setting.places.hospital_km[row] / off_km_s
        )
        if total_s < best_s:
            hospital, best_s = row, total_s
    return hospital


@inlined
def to_hospital(
    roads: Roads, world: World, setting: Setting, state: State, unit: int, call: int
) -> float:
    """Begin the drive from a call to its hospital, the nearest unless it is given; its end."""
    now_s = state.now_s[0]
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    travel, places = setting.travel, setting.places
    period = period_at(travel.start_s, travel.cycle_s, now_s)
    last = travel.metric.shape[1] - 1
    metric, off_km_s = travel.metric[period, last], travel.off_km_s[period, last]
    tick_s = roads.tick_s * travel.scale[period, last]
    node, off_km = unit_i[c.NODE], unit_f[c.OFF_KM]
    hospital = world.calls_i[call, c.HOSPITAL]
    if hospital == c.NEAREST_HOSPITAL:
        hospital = _nearest_hospital(roads, setting, node, metric, period, off_km_s)
    end_km = places.hospital_km[hospital]
    km = roads.to_hospital_dam[metric, node, hospital] / DECAMETRES_PER_KM
    end_s = begin_journey(
        unit_i, unit_f, now_s, node, off_km / off_km_s, places.hospital_node[hospital],
        roads.to_hospital[metric, node, hospital] * tick_s, tick_s,
        end_km, off_km_s, metric, km + off_km + end_km,
    )  # fmt: skip
    state.outcome_i[call, c.CHOSEN_HOSPITAL] = hospital
    state.outcome_f[call, c.LEFT_S] = now_s
    enter(state, unit, c.TO_HOSPITAL)
    return end_s
