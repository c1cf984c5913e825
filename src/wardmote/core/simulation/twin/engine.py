"""The twin's event loop: what happens next, until a moment, a number of events or a full trace.

Everything a run needs is in its tables, everything it changes in its state, so that a run can stop
after any event and go on later, in another process, with the same result.
"""

import numpy as np

from wardmote.core.policies.relocation import gain_of_posts
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.clock import NEVER, schedule
from wardmote.core.simulation.twin.dispatching import NOBODY, nearest_unit
from wardmote.core.simulation.twin.journeys import (
    begin_journey,
    driven_km,
    drive_to_post,
    next_node,
    node_to_node,
    node_to_node_km,
    period_at,
)
from wardmote.core.simulation.twin.roads import DECAMETRES_PER_KM, Roads
from wardmote.core.simulation.twin.stationing import (
    join_idle,
    join_movers,
    leave_idle,
    leave_movers,
    take_waiting,
    wait,
)
from wardmote.core.simulation.twin.tables import Setting, State, World
from wardmote.core.travel.compiled import bare_kernel, inlined, inner_kernel
from wardmote.core.travel.hub_labels import FAR

RUNS_ON = 0
FINISHED = 1
TRACE_FULL = 2

BACK_TO_OWN_POST = 0
EXPECTED_COVER = 1


@inlined
def _note(state: State, unit: int, status: int, call: int) -> None:
    if len(state.trace_f) > 0:
        row = state.counters[c.TRACED]
        state.trace_f[row, 0] = state.now_s[0]
        state.trace_i[row, 0] = unit
        state.trace_i[row, 1] = status
        state.trace_i[row, 2] = call
        state.counters[c.TRACED] = row + 1


@inlined
def _enter(state: State, unit: int, status: int) -> None:
    state.units_i[unit, c.STATUS] = status
    _note(state, unit, status, state.units_i[unit, c.CALL])


@inlined
def _send(
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
    outset_s = setting.reaction_s
    off_km = unit_f[c.OFF_KM]
    if status == c.IDLE or status == c.TO_POST:
        state.stationed[unit_i[c.POST]] -= 1
        unit_f[c.BUSY_SINCE_S] = now_s
        if status == c.IDLE:
            leave_idle(state.units_i, state.idle_first, unit, len(setting.turnout_s))
            outset_s = setting.turnout_s[unit_i[c.KIND]]
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
    outset_s *= world.calls_f[call, c.TURNOUT_FACTOR]
    on_road_s = (expected_s - setting_outset(setting, status, unit_i[c.KIND])) - node_s
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
        _enter(state, unit, c.TURNING_OUT)
        return now_s + outset_s
    _enter(state, unit, c.TO_CALL)
    return unit_f[c.END_S]


@inlined
def setting_outset(setting: Setting, status: int, kind: int) -> float:
    """Expected time until a unit of a kind drives off, from its post or on the road."""
    if status == c.IDLE:
        return setting.turnout_s[kind]
    return setting.reaction_s


@inner_kernel
def _best_to_take(
    roads: Roads,
    world: World,
    setting: Setting,
    state: State,
    call: int,
    before_s: float,
    period: int,
) -> tuple[int, float, int, float]:
    """The unit on its way to a lesser call that would be here earlier than `before_s`, if any."""
    now_s = state.now_s[0]
    priority = world.calls_i[call, c.PRIORITY]
    metric = setting.travel.metric[period, priority]
    tick_s = roads.tick_s * setting.travel.scale[period, priority]
    off_km_s = setting.travel.off_km_s[period, priority]
    end = world.calls_i[call, c.PLACE_NODE]
    end_s = world.calls_f[call, c.PLACE_KM] / off_km_s
    best, best_s, best_node, best_node_s = NOBODY, before_s, NOBODY, 0.0
    for unit in range(len(state.units_i)):
        status = state.units_i[unit, c.STATUS]
        if status != c.TO_CALL and status != c.TURNING_OUT:
            continue
        other = state.units_i[unit, c.CALL]
        if not setting.may_take[world.calls_i[other, c.PRIORITY], priority]:
            continue
        if not (world.calls_i[call, c.KINDS] >> state.units_i[unit, c.KIND]) & 1:
            continue
        node, node_s = next_node(roads, state, unit, now_s, off_km_s)
        ticks = node_to_node(roads, metric, node, end)
        if ticks == FAR:
            continue
        total_s = setting.reaction_s + node_s + ticks * tick_s + end_s
        if total_s < best_s:
            best, best_s, best_node, best_node_s = unit, total_s, node, node_s
    return best, best_s, best_node, best_node_s


@inner_kernel
def _from_stand(
    roads: Roads, world: World, setting: Setting, state: State, unit: int, call: int, period: int
) -> tuple[float, int, float, float]:
    """Expected time of one unit to a call that waited, its next node, time to that, and km on."""
    priority = world.calls_i[call, c.PRIORITY]
    metric = setting.travel.metric[period, priority]
    off_km_s = setting.travel.off_km_s[period, priority]
    node, node_s = next_node(roads, state, unit, state.now_s[0], off_km_s)
    ticks = node_to_node(roads, metric, node, world.calls_i[call, c.PLACE_NODE])
    outset_s = setting_outset(setting, state.units_i[unit, c.STATUS], state.units_i[unit, c.KIND])
    on_road_s = ticks * (roads.tick_s * setting.travel.scale[period, priority])
    total_s = outset_s + node_s + on_road_s + world.calls_f[call, c.PLACE_KM] / off_km_s
    km = node_to_node_km(roads, metric, node, world.calls_i[call, c.PLACE_NODE])
    return total_s, node, node_s, km


@inlined
def _post_for(setting: Setting, state: State, unit: int) -> int:
    """Post to which a unit that is free now should drive."""
    if setting.relocation == BACK_TO_OWN_POST:
        return state.units_i[unit, c.POST]
    cover = setting.cover
    period = period_at(cover.start_s, cover.cycle_s, state.now_s[0])
    return gain_of_posts(
        cover.member, cover.weight[period], cover.stays_busy, state.stationed, state.gain
    )


@inlined
def _leave_call(roads: Roads, setting: Setting, state: State, unit: int) -> float:
    """A unit is free and no call waits for it: off duty, or to a post; when that is done."""
    now_s = state.now_s[0]
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    absence = unit_i[c.ABSENCE]
    unit_f[c.BUSY_S] += now_s - unit_f[c.BUSY_SINCE_S]
    if absence & (c.OFF_DUTY | c.OUT_OF_ORDER):
        _go_away(setting, state, unit)
        return NEVER
    if absence == 0:
        post = _post_for(setting, state, unit)
        if post != unit_i[c.POST]:
            unit_i[c.POST] = post
            unit_i[c.MOVES] += 1
            unit_f[c.LAST_MOVE_S] = now_s
            state.counters[c.RELOCATIONS] += 1
        state.stationed[post] += 1
    travel = setting.travel
    period = period_at(travel.start_s, travel.cycle_s, now_s)
    off_km = unit_f[c.OFF_KM]
    post = unit_i[c.POST]
    end_s = drive_to_post(
        roads, travel, setting.places.post_node[post], setting.places.post_km[post],
        unit_i, unit_f, now_s, unit_i[c.NODE],
        off_km / travel.off_km_s[period, travel.metric.shape[1] - 1], off_km, period,
    )  # fmt: skip
    _enter(state, unit, c.TO_POST)
    join_movers(state, unit)
    return end_s


@inlined
def _go_away(setting: Setting, state: State, unit: int) -> None:
    """Take a unit out of service; it will come back at the post it belongs to."""
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    unit_i[c.POST] = unit_i[c.HOME]
    unit_i[c.NODE] = setting.places.post_node[unit_i[c.HOME]]
    unit_f[c.OFF_KM] = setting.places.post_km[unit_i[c.HOME]]
    unit_f[c.DUTY_S] += state.now_s[0] - unit_f[c.DUTY_SINCE_S]
    _enter(state, unit, c.AWAY)


@inner_kernel
def _begin_absence(setting: Setting, state: State, unit: int, bit: int) -> int:
    """An absence begins now, or when the unit is free; the call that it leaves behind, or -1."""
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    status = unit_i[c.STATUS]
    before = unit_i[c.ABSENCE]
    unit_i[c.ABSENCE] |= bit
    if status == c.AWAY:
        if bit != c.ON_BREAK and before == c.ON_BREAK:
            _go_away(setting, state, unit)
    elif status == c.IDLE:
        leave_idle(state.units_i, state.idle_first, unit, len(setting.turnout_s))
        state.stationed[unit_i[c.POST]] -= 1
        if bit == c.ON_BREAK:
            _enter(state, unit, c.AWAY)
        else:
            _go_away(setting, state, unit)
    elif status == c.TO_POST:
        if before == 0:
            state.stationed[unit_i[c.POST]] -= 1
        if bit != c.ON_BREAK:
            leave_movers(state, unit)
            unit_f[c.POST_KM] += driven_km(unit_f, state.now_s[0])
            _go_away(setting, state, unit)
            schedule(state.due_s, state.winner, unit, NEVER)
    elif bit == c.OUT_OF_ORDER and (status == c.TO_CALL or status == c.TURNING_OUT):
        call = unit_i[c.CALL]
        unit_i[c.CALL] = -1
        unit_f[c.BUSY_S] += state.now_s[0] - unit_f[c.BUSY_SINCE_S]
        if status == c.TO_CALL:
            unit_f[c.RESPONSE_KM] += driven_km(unit_f, state.now_s[0])
        _go_away(setting, state, unit)
        schedule(state.due_s, state.winner, unit, NEVER)
        state.outcome_i[call, c.UNIT] = NOBODY
        state.outcome_i[call, c.BUMPS] += 1
        return call
    return -1


@inner_kernel
def _end_absence(setting: Setting, state: State, unit: int, bit: int) -> bool:
    """An absence is over; whether the unit is available again by that."""
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    unit_i[c.ABSENCE] &= ~bit
    if unit_i[c.ABSENCE] != 0:
        return False
    status = unit_i[c.STATUS]
    if status == c.TO_POST:
        state.stationed[unit_i[c.POST]] += 1
        return True
    if status != c.AWAY:
        return False
    if bit != c.ON_BREAK:
        unit_f[c.DUTY_SINCE_S] = state.now_s[0]
    unit_i[c.NODE] = setting.places.post_node[unit_i[c.POST]]
    unit_f[c.OFF_KM] = setting.places.post_km[unit_i[c.POST]]
    state.stationed[unit_i[c.POST]] += 1
    join_idle(state.units_i, state.idle_first, unit, len(setting.turnout_s))
    _enter(state, unit, c.IDLE)
    return True


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
def _to_hospital(
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
    _enter(state, unit, c.TO_HOSPITAL)
    return end_s


@inlined
def _go_on(
    roads: Roads, world: World, setting: Setting, state: State, unit: int
) -> tuple[float, bool]:
    """What a unit was doing is done: when the next thing is, and whether its call is over."""
    now_s = state.now_s[0]
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    status, call = unit_i[c.STATUS], unit_i[c.CALL]
    if status == c.TO_POST:
        leave_movers(state, unit)
        unit_i[c.NODE] = unit_i[c.END_NODE]
        unit_f[c.POST_KM] += unit_f[c.JOURNEY_KM]
        if unit_i[c.ABSENCE] == 0:
            join_idle(state.units_i, state.idle_first, unit, len(setting.turnout_s))
            _enter(state, unit, c.IDLE)
        else:
            _enter(state, unit, c.AWAY)
        return NEVER, False
    if status == c.TURNING_OUT:
        _enter(state, unit, c.TO_CALL)
        return unit_f[c.END_S], False
    if status == c.TO_CALL:
        unit_i[c.NODE] = unit_i[c.END_NODE]
        unit_f[c.RESPONSE_KM] += unit_f[c.JOURNEY_KM]
        state.outcome_f[call, c.REACHED_S] = now_s
        _enter(state, unit, c.ON_SCENE)
        return now_s + world.calls_f[call, c.SCENE_S], False
    if status == c.ON_SCENE and world.calls_i[call, c.HOSPITAL] != c.NO_HOSPITAL:
        return _to_hospital(roads, world, setting, state, unit, call), False
    if status == c.TO_HOSPITAL:
        unit_i[c.NODE] = unit_i[c.END_NODE]
        unit_f[c.TRANSPORT_KM] += unit_f[c.JOURNEY_KM]
        state.outcome_f[call, c.DELIVERED_S] = now_s
        _enter(state, unit, c.AT_HOSPITAL)
        return now_s + world.calls_f[call, c.HANDOVER_S], False
    return NEVER, True


@inlined
def _decide(
    roads: Roads, world: World, setting: Setting, state: State, call: int, period: int
) -> tuple[int, float, int, float, float, int]:
    """Who goes to a call: as `nearest_unit`, and the call it is taken from, or -1."""
    unit, total_s, node, node_s, km = nearest_unit(
        roads, world, setting, state, call, state.now_s[0], period
    )
    bumped = -1
    if setting.takes[world.calls_i[call, c.PRIORITY]]:
        taken, taken_s, taken_node, taken_node_s = _best_to_take(
            roads, world, setting, state, call, total_s, period
        )
        if taken >= 0:
            unit, total_s, node, node_s = taken, taken_s, taken_node, taken_node_s
            metric = setting.travel.metric[period, world.calls_i[call, c.PRIORITY]]
            km = node_to_node_km(roads, metric, node, world.calls_i[call, c.PLACE_NODE])
            bumped = state.units_i[taken, c.CALL]
            state.outcome_i[bumped, c.UNIT] = NOBODY
            state.outcome_i[bumped, c.BUMPS] += 1
    return unit, total_s, node, node_s, km, bumped


@bare_kernel
def run_events(
    roads: Roads, world: World, setting: Setting, state: State, until_s: float, most: int
) -> int:
    """Let things happen up to and including `until_s`, at most `most` events; how it stopped."""
    units = len(state.units_i)
    calls = len(world.calls_i)
    counters = state.counters
    room = len(state.trace_f) - 2 * units - 8
    for _ in range(most):
        slot = state.winner[1]
        at_s = state.due_s[slot]
        if at_s > until_s or at_s == NEVER:
            return FINISHED
        if len(state.trace_f) > 0 and counters[c.TRACED] > room:
            return TRACE_FULL
        state.now_s[0] = at_s
        counters[c.EVENTS] += 1
        due_s = NEVER
        ready, asked = -1, -1  # a unit that could take a waiting call; a call to be decided
        freed = False
        if slot < units:
            due_s, freed = _go_on(roads, world, setting, state, slot)
            if freed:
                state.outcome_f[state.units_i[slot, c.CALL], c.FREED_S] = at_s
                state.units_i[slot, c.CALL] = -1
                if state.units_i[slot, c.ABSENCE] == 0:
                    ready = slot
        elif slot == units:
            row = counters[c.NEXT_ARRIVAL] + 1
            counters[c.NEXT_ARRIVAL] = row
            if row < calls:
                due_s = world.calls_f[row, c.ARRIVAL_S]
            _note(state, -1, 0, row - 1)
        elif slot == units + 1:
            row = counters[c.NEXT_DECISION] + 1
            counters[c.NEXT_DECISION] = row
            asked = world.by_decision[row - 1]
            if row < calls:
                due_s = world.calls_f[world.by_decision[row], c.DECISION_S]
        else:
            row = counters[c.NEXT_AGENDA] + 1
            counters[c.NEXT_AGENDA] = row
            unit, bit = world.agenda_unit[row - 1], world.agenda_bit[row - 1]
            if row < len(world.agenda_s):
                due_s = world.agenda_s[row]
            if bit > 0:
                asked = _begin_absence(setting, state, unit, bit)
            elif _end_absence(setting, state, unit, -bit):
                ready = unit
        waiting = -1
        if ready >= 0 and counters[c.WAITING] > 0:
            waiting = take_waiting(
                world.calls_i, state.outcome_i, state.queue_first, state.queue_last,
                state.units_i[ready, c.KIND],
            )  # fmt: skip
        if freed and waiting < 0:
            due_s = _leave_call(roads, setting, state, slot)
        schedule(state.due_s, state.winner, slot, due_s)
        period = 0
        if asked >= 0 or waiting >= 0:
            period = period_at(setting.travel.start_s, setting.travel.cycle_s, at_s)
        while asked >= 0 or waiting >= 0:
            bumped = -1
            if waiting >= 0:
                call, unit = waiting, ready
                counters[c.WAITING] -= 1
                total_s, node, node_s, km = _from_stand(
                    roads, world, setting, state, unit, call, period
                )
            else:
                call = asked
                counters[c.DECISIONS] += 1
                unit, total_s, node, node_s, km, bumped = _decide(
                    roads, world, setting, state, call, period
                )
            if unit == NOBODY:
                wait(world.calls_i, state.outcome_i, state.queue_first, state.queue_last, call)
                counters[c.WAITING] += 1
            else:
                due_s = _send(
                    roads, world, setting, state, unit, call, node, node_s, total_s, km, period
                )
                schedule(state.due_s, state.winner, unit, due_s)
            if waiting >= 0:
                waiting = -1
            else:
                asked = bumped
    return RUNS_ON
