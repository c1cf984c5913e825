"""What happens is noted in the trace, where a run keeps one."""

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.tables import State
from wardmote.core.travel.compiled import inlined


@inlined
def note(state: State, unit: int, status: int, call: int) -> None:
    """Note that a unit (-1: a call coming in) has a new status."""
    if len(state.trace_f) > 0:
        row = state.counters[c.TRACED]
        state.trace_f[row, 0] = state.now_s[0]
        state.trace_i[row, 0] = unit
        state.trace_i[row, 1] = status
        state.trace_i[row, 2] = call
        state.counters[c.TRACED] = row + 1


@inlined
def enter(state: State, unit: int, status: int) -> None:
    """Give a unit a new status."""
    state.units_i[unit, c.STATUS] = status
    note(state, unit, status, state.units_i[unit, c.CALL])
