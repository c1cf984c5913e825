"""The limits of the rule for idle units, compiled: who may be moved now, and how long it may drive.

The same as `core.policies.relocation_limits` says; a test asks both. A unit that is held back is
not looked at again before the limit can have ended.
"""

import numpy as np

from wardmote.core.policies.relocation_limits import HOUR_S
from wardmote.core.policies.relocation_rule import DAY_S
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.tables import Limits, State
from wardmote.core.travel.compiled import inlined, inner_kernel
from wardmote.core.travel.graph import Float64

HINDERED = -1.0
_SLACK_S = 1.0
"""So long before a limit ends by its sum, it is worked out again, to be exact to the last digit."""


@inner_kernel
def shift_at(limits: Limits, now_s: float) -> tuple[float, float]:
    """When the shift that runs began and ends (`relocation_limits.shift_at`)."""
    changes = limits.shift_changes_s
    if len(changes) == 0:
        return now_s - DAY_S, np.inf
    second = now_s % DAY_S
    began, ends = changes[-1] - DAY_S, changes[0] + DAY_S
    for at in changes:
        if at <= second:
            began = at
    for at in changes[::-1]:
        if at > second:
            ends = at
    return now_s + began - second, now_s + ends - second


@inlined
def _held_until(moves: Float64, made: int, most: int, for_s: float) -> float:
    """When the oldest of as many moves as are allowed has been made long enough ago."""
    if most == 0:
        return np.inf
    return float(moves[(made - most) % len(moves), 0] + for_s)


@inner_kernel
def may_drive_s(limits: Limits, state: State, unit: int, began_s: float, ends_s: float) -> float:
    """How long a unit may still drive for a move; negative where something speaks against one."""
    now_s = state.now_s[0]
    if now_s < state.held_s[unit] - _SLACK_S:
        return HINDERED
    if now_s - state.advice_s[unit] < limits.rest_s:
        state.held_s[unit] = state.advice_s[unit] + limits.rest_s
        return HINDERED
    moves, made = state.moves_f[unit], state.moves_i[unit, c.MADE]
    first = max(0, made - len(moves))
    earliest_s = max(now_s - DAY_S, min(began_s, now_s - HOUR_S))
    for one in range(made - 1, first - 1, -1):
        if moves[one % len(moves), 0] < earliest_s:
            first = one + 1
            break
    this_hour, this_shift, driven_s = 0, 0, 0.0
    for one in range(first, made):
        advised_s = moves[one % len(moves), 0]
        if advised_s <= now_s - DAY_S:
            continue
        this_hour += now_s - advised_s < HOUR_S
        if advised_s >= began_s:
            this_shift += 1
            driven_s += moves[one % len(moves), 1]
    if this_shift >= limits.moves_per_shift:
        until_s = _held_until(moves, made, limits.moves_per_shift, DAY_S)
        state.held_s[unit] = min(until_s, ends_s)
        return HINDERED
    if this_hour >= limits.moves_per_hour:
        state.held_s[unit] = _held_until(moves, made, limits.moves_per_hour, HOUR_S)
        return HINDERED
    return min(limits.farthest_drive_s, max(limits.driving_per_shift_s - driven_s, 0.0))


@inner_kernel
def is_counted(limits: Limits, state: State, unit: int, asked: int) -> bool:
    """Whether a unit counts among the free ones; the one asked does as if it were free."""
    unit_i = state.units_i[unit]
    if unit_i[c.ABSENCE] != 0 or not (limits.kinds >> unit_i[c.KIND]) & 1:
        return False
    return unit == asked or unit_i[c.STATUS] == c.IDLE or unit_i[c.STATUS] == c.TO_POST
