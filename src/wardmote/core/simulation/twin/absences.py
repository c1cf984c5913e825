"""Units go off duty, on a break or out of order, and come back."""

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.clock import NEVER, schedule
from wardmote.core.simulation.twin.dispatching import NOBODY
from wardmote.core.simulation.twin.journeys import driven_km
from wardmote.core.simulation.twin.noting import enter
from wardmote.core.simulation.twin.stationing import join_idle, leave_idle, leave_movers
from wardmote.core.simulation.twin.tables import Setting, State
from wardmote.core.travel.compiled import inlined, inner_kernel


@inlined
def go_away(setting: Setting, state: State, unit: int) -> None:
    """Take a unit out of service; it will come back at the post it belongs to."""
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    unit_i[c.POST] = unit_i[c.HOME]
    unit_i[c.NODE] = setting.places.post_node[unit_i[c.HOME]]
    unit_f[c.OFF_KM] = setting.places.post_km[unit_i[c.HOME]]
    unit_f[c.DUTY_S] += state.now_s[0] - unit_f[c.DUTY_SINCE_S]
    enter(state, unit, c.AWAY)


@inner_kernel
def begin_absence(setting: Setting, state: State, unit: int, bit: int) -> int:
    """An absence begins now, or when the unit is free; the call that it leaves behind, or -1."""
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    status = unit_i[c.STATUS]
    before = unit_i[c.ABSENCE]
    unit_i[c.ABSENCE] |= bit
    if status == c.AWAY:
        if bit != c.ON_BREAK and before == c.ON_BREAK:
            go_away(setting, state, unit)
    elif status == c.IDLE:
        leave_idle(state.units_i, state.idle_first, unit, len(setting.turnout_s))
        state.stationed[unit_i[c.POST]] -= 1
        if bit == c.ON_BREAK:
            enter(state, unit, c.AWAY)
        else:
            go_away(setting, state, unit)
    elif status == c.TO_POST:
        if before == 0:
            state.stationed[unit_i[c.POST]] -= 1
        if bit != c.ON_BREAK:
            leave_movers(state, unit)
            unit_f[c.POST_KM] += driven_km(unit_f, state.now_s[0])
            go_away(setting, state, unit)
            schedule(state.due_s, state.winner, unit, NEVER)
    elif bit == c.OUT_OF_ORDER and status in (c.TO_CALL, c.TURNING_OUT):
        call = unit_i[c.CALL]
        unit_i[c.CALL] = -1
        unit_f[c.BUSY_S] += state.now_s[0] - unit_f[c.BUSY_SINCE_S]
        if status == c.TO_CALL:
            unit_f[c.RESPONSE_KM] += driven_km(unit_f, state.now_s[0])
        go_away(setting, state, unit)
        schedule(state.due_s, state.winner, unit, NEVER)
        state.outcome_i[call, c.UNIT] = NOBODY
        state.outcome_i[call, c.BUMPS] += 1
        return int(call)
    return -1


@inner_kernel
def end_absence(setting: Setting, state: State, unit: int, bit: int) -> bool:
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
    enter(state, unit, c.IDLE)
    return True
