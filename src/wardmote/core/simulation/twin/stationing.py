"""Bookkeeping of free units: who stands at which post, who drives to one, which calls wait."""

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.tables import State
from wardmote.core.travel.compiled import inlined, inner_kernel
from wardmote.core.travel.graph import Int32


@inner_kernel
def join_idle(units_i: Int32, idle_first: Int32, unit: int, kinds: int) -> None:
    """Put a unit into the list of its post and kind, which is kept by number."""
    group = units_i[unit, c.POST] * kinds + units_i[unit, c.KIND]
    before, after = -1, idle_first[group]
    while 0 <= after < unit:
        before, after = after, units_i[after, c.NEXT_IDLE]
    units_i[unit, c.NEXT_IDLE] = after
    if before < 0:
        idle_first[group] = unit
    else:
        units_i[before, c.NEXT_IDLE] = unit


@inner_kernel
def leave_idle(units_i: Int32, idle_first: Int32, unit: int, kinds: int) -> None:
    """Take a unit out of the list of its post and kind."""
    group = units_i[unit, c.POST] * kinds + units_i[unit, c.KIND]
    if idle_first[group] == unit:
        idle_first[group] = units_i[unit, c.NEXT_IDLE]
        return
    before = idle_first[group]
    while units_i[before, c.NEXT_IDLE] != unit:
        before = units_i[before, c.NEXT_IDLE]
    units_i[before, c.NEXT_IDLE] = units_i[unit, c.NEXT_IDLE]


@inlined
def join_movers(state: State, unit: int) -> None:
    """Put a unit into the list of those that drive to a post."""
    row = state.counters[c.MOVERS]
    state.movers[row] = unit
    state.units_i[unit, c.MOVER] = row
    state.counters[c.MOVERS] = row + 1


@inlined
def leave_movers(state: State, unit: int) -> None:
    """Take a unit out of that list."""
    row = state.units_i[unit, c.MOVER]
    last = state.counters[c.MOVERS] - 1
    other = state.movers[last]
    state.movers[row] = other
    state.units_i[other, c.MOVER] = row
    state.units_i[unit, c.MOVER] = -1
    state.counters[c.MOVERS] = last


@inner_kernel
def wait(calls_i: Int32, outcome_i: Int32, first: Int32, last: Int32, call: int) -> None:
    """Let a call wait behind those of its priority that came in earlier (lower rows)."""
    priority = calls_i[call, c.PRIORITY]
    before, after = last[priority], -1
    while before > call:
        before, after = outcome_i[before, c.EARLIER], before
    outcome_i[call, c.EARLIER] = before
    outcome_i[call, c.LATER] = after
    if before < 0:
        first[priority] = call
    else:
        outcome_i[before, c.LATER] = call
    if after < 0:
        last[priority] = call
    else:
        outcome_i[after, c.EARLIER] = call


@inner_kernel
def take_waiting(calls_i: Int32, outcome_i: Int32, first: Int32, last: Int32, kind: int) -> int:
    """Take the most urgent waiting call that a kind of unit can answer; -1 when there is none."""
    for priority in range(len(first)):
        call = first[priority]
        while call >= 0 and not (calls_i[call, c.KINDS] >> kind) & 1:
            call = outcome_i[call, c.LATER]
        if call >= 0:
            before, after = outcome_i[call, c.EARLIER], outcome_i[call, c.LATER]
            if before < 0:
                first[priority] = after
            else:
                outcome_i[before, c.LATER] = after
            if after < 0:
                last[priority] = before
            else:
                outcome_i[after, c.EARLIER] = before
            return int(call)
    return -1
