"""The twin's event loop: what happens next, until a moment, a number of events or a full trace.

Everything a run needs is in its tables, everything it changes in its state, so that a run can stop
after any event and go on later, in another process, with the same result.
"""

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.absences import begin_absence, end_absence
from wardmote.core.simulation.twin.clock import NEVER, schedule
from wardmote.core.simulation.twin.dispatching import NOBODY
from wardmote.core.simulation.twin.journeys import period_at
from wardmote.core.simulation.twin.leaving import leave_call, to_hospital
from wardmote.core.simulation.twin.methods import BY_RULE
from wardmote.core.simulation.twin.noting import enter, note
from wardmote.core.simulation.twin.relocating import come_back, fill_gap
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.sending import decide, from_stand, send
from wardmote.core.simulation.twin.stationing import (
    join_idle,
    leave_movers,
    take_waiting,
    wait,
)
from wardmote.core.simulation.twin.tables import Setting, State, World
from wardmote.core.travel.compiled import bare_kernel, inlined

PARTS = 4
"""Raised when a kernel that is compiled into this one has changed: compiled code is kept on disk by
the text of this file alone."""
RUNS_ON = 0
FINISHED = 1
TRACE_FULL = 2


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
            enter(state, unit, c.IDLE)
        else:
            enter(state, unit, c.AWAY)
        return NEVER, False
    if status == c.TURNING_OUT:
        enter(state, unit, c.TO_CALL)
        return unit_f[c.END_S], False
    if status == c.TO_CALL:
        unit_i[c.NODE] = unit_i[c.END_NODE]
        unit_f[c.RESPONSE_KM] += unit_f[c.JOURNEY_KM]
        state.outcome_f[call, c.REACHED_S] = now_s
        enter(state, unit, c.ON_SCENE)
        return now_s + world.calls_f[call, c.SCENE_S], False
    if status == c.ON_SCENE and world.calls_i[call, c.HOSPITAL] != c.NO_HOSPITAL:
        return to_hospital(roads, world, setting, state, unit, call), False
    if status == c.TO_HOSPITAL:
        unit_i[c.NODE] = unit_i[c.END_NODE]
        unit_f[c.TRANSPORT_KM] += unit_f[c.JOURNEY_KM]
        state.outcome_f[call, c.DELIVERED_S] = now_s
        enter(state, unit, c.AT_HOSPITAL)
        return now_s + world.calls_f[call, c.HANDOVER_S], False
    return NEVER, True


@bare_kernel
def run_events(  # noqa: PLR0912, PLR0915 - one loop, so that each part is compiled once
    roads: Roads, world: World, setting: Setting, state: State, until_s: float, most: int
) -> int:
    """Let things happen up to and including `until_s`, at most `most` events; how it stopped."""
    units = len(state.units_i)
    calls = len(world.calls_i)
    counters = state.counters
    by_rule = setting.relocation >= BY_RULE
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
        freed, back = False, False
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
            note(state, -1, 0, row - 1)
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
                counters[c.GAP] = 1
                asked = begin_absence(setting, state, unit, bit)
            elif end_absence(setting, state, unit, -bit):
                ready = unit
                back = bit != -c.OFF_DUTY  # coming on duty asks nothing, as live
        waiting = -1
        if ready >= 0 and counters[c.WAITING] > 0:
            waiting = take_waiting(
                world.calls_i, state.outcome_i, state.queue_first, state.queue_last,
                state.units_i[ready, c.KIND],
            )  # fmt: skip
        if freed and waiting < 0:
            due_s = leave_call(roads, world, setting, state, slot)
        schedule(state.due_s, state.winner, slot, due_s)
        period = 0
        if asked >= 0 or waiting >= 0 or (by_rule and (back or counters[c.GAP])):
            period = period_at(setting.travel.start_s, setting.travel.cycle_s, at_s)
        if by_rule and back and waiting < 0:
            come_back(roads, world, setting, state, ready, period)
        while asked >= 0 or waiting >= 0:
            bumped = -1
            if waiting >= 0:
                call, unit = waiting, ready
                counters[c.WAITING] -= 1
                total_s, node, node_s, km = from_stand(
                    roads, world, setting, state, unit, call, period
                )
            else:
                call = asked
                counters[c.DECISIONS] += 1
                unit, total_s, node, node_s, km, bumped = decide(
                    roads, world, setting, state, call, period
                )
            if unit == NOBODY:
                wait(world.calls_i, state.outcome_i, state.queue_first, state.queue_last, call)
                counters[c.WAITING] += 1
            else:
                due_s = send(
                    roads, world, setting, state, unit, call, node, node_s, total_s, km, period
                )
                schedule(state.due_s, state.winner, unit, due_s)
                counters[c.GAP] = 1
            if waiting >= 0:
                waiting = -1
            else:
                asked = bumped
        if by_rule and counters[c.GAP]:
            fill_gap(roads, world, setting, state, period)
    return RUNS_ON
