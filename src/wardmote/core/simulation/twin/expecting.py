"""What nobody is expected to reach, moment by moment: where all units of a twin will be.

The sums are those of `core.policies.relocation_lookahead` (`count_in`, `leave_open`), which a test
compares, worked out so that a question takes microseconds. What a unit covers from the place where
it stays is added once, for that moment and all later ones, and the exponential is a polynomial that
goes through many groups at a time.
"""

import numpy as np

from wardmote.core.policies.relocation_lookahead import Ahead, Way, place_at, place_then
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.journeys import next_node
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import Setting, State
from wardmote.core.travel.compiled import bare_kernel, inlined, inner_kernel, summing
from wardmote.core.travel.graph import Float64, Int32
from wardmote.core.travel.hub_labels import FAR

ON_THE_WAY, FROM_THEN, OPEN, OPEN_FROM_THEN = 0, 1, 2, 3
"""Layers of `State.soon`: logarithms of what is missed at a moment, and from it on; what is left
open at a moment, and at it and all later ones together."""
_LEAST = -40.0
_HALVED = 1.0 / 128.0
_SEVENTH, _SIXTH, _FIFTH, _FOURTH, _THIRD = 1 / 5_040, 1 / 720, 1 / 120, 1 / 24, 1 / 6


@summing
def _exp(exponent: float) -> float:
    """e to a power <= 0, good to 1e-15; powers below -40 count as -40.

    The power is halved seven times, the polynomial's value squared as often: nothing but
    multiplications, so that the compiler takes several groups at once.
    """
    part = (exponent if exponent > _LEAST else _LEAST) * _HALVED
    value = part * _SEVENTH + _SIXTH
    value = value * part + _FIFTH
    value = value * part + _FOURTH
    value = value * part + _THIRD
    value = value * part + 0.5
    value = value * part + 1.0
    value = value * part + 1.0
    value *= value
    value *= value
    value *= value
    value *= value
    value *= value
    value *= value
    return value * value


@inlined
def _nearest_hospital(roads: Roads, metric: int, node: int) -> int:
    best = 0
    for row in range(roads.to_hospital.shape[2]):
        if roads.to_hospital[metric, node, row] < roads.to_hospital[metric, node, best]:
            best = row
    return best


@inlined
def _busy_until(
    roads: Roads, setting: Setting, state: State, unit: int, period: int
) -> tuple[int, float, float]:
    """Where a busy unit is expected to be free: node; busy for at least, and for about on top."""
    ahead, now_s = setting.ahead, state.now_s[0]
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    status, node = unit_i[c.STATUS], unit_i[c.END_NODE]
    if status == c.AT_HOSPITAL:
        return node, 0.0, ahead.handover_s
    if status == c.TO_HOSPITAL:
        return node, max(0.0, unit_f[c.END_S] - now_s), ahead.handover_s
    busy_s = 0.0
    if status != c.ON_SCENE:
        outcome = state.outcome_f[unit_i[c.CALL]]
        busy_s = max(0.0, outcome[c.SENT_S] + outcome[c.EXPECTED_S] - now_s)
    if roads.to_hospital.shape[2] > 0:
        last = setting.travel.metric.shape[1] - 1
        metric = setting.travel.metric[period, last]
        where = _nearest_hospital(roads, metric, node)
        ticks = roads.to_hospital[metric, node, where]
        if ticks != FAR:
            busy_s += ticks * roads.tick_s * setting.travel.scale[period, last]
            node = setting.places.hospital_node[where]
    return node, busy_s, ahead.scene_s + ahead.handover_s


@inlined
def _add(ahead: Ahead, place: int, factor: float, missed: Float64) -> None:
    """Count somebody in who is at a place; `missed` float64 [M]."""
    first, end = ahead.first[place], ahead.end[place]
    reached, there = ahead.reached[place, first:end], missed[first:end]
    for group in range(len(there)):
        there[group] += factor * reached[group]


@inner_kernel
def _add_standing(setting: Setting, roads: Roads, state: State, skipped: int) -> None:
    """Count in who stands at a post: from now on."""
    ahead, kinds = setting.ahead, len(setting.turnout_s)
    alone = np.log(1.0 - ahead.free_share)
    for group in range(len(state.idle_first)):
        if not (setting.limits.kinds >> (group % kinds)) & 1:
            continue
        there, unit = 0, state.idle_first[group]
        while unit >= 0:
            there += unit != skipped
            unit = state.units_i[unit, c.NEXT_IDLE]
        if there > 0:
            node = setting.places.post_node[group // kinds]
            place = place_at(ahead.layout, roads.x_km[node], roads.y_km[node])
            _add(ahead, place, there * alone, state.soon[FROM_THEN, 0])


@inner_kernel
def _add_driving(setting: Setting, roads: Roads, state: State, unit: int, off_km_s: float) -> None:
    """Count in who drives to a post: on its way, then from there on."""
    ahead = setting.ahead
    alone = np.log(1.0 - ahead.free_share)
    node, _ = next_node(roads, state, unit, state.now_s[0], off_km_s)
    end = state.units_i[unit, c.END_NODE]
    left_s = state.units_f[unit, c.END_S] - state.now_s[0]
    way = Way(
        roads.x_km[node], roads.y_km[node], roads.x_km[end], roads.y_km[end], left_s, 0.0, 0.0
    )
    for moment in range(len(ahead.at_s)):
        place = place_then(ahead, way, ahead.at_s[moment])
        if not ahead.at_s[moment] < left_s:
            _add(ahead, place, alone, state.soon[FROM_THEN, moment])
            return
        _add(ahead, place, alone, state.soon[ON_THE_WAY, moment])


@inner_kernel
def _add_busy(setting: Setting, roads: Roads, state: State, unit: int, period: int) -> None:
    """Count in who is busy, where it will be free, by the probability that it is by then."""
    ahead = setting.ahead
    node, busy_s, about_s = _busy_until(roads, setting, state, unit, period)
    place = place_at(ahead.layout, roads.x_km[node], roads.y_km[node])
    if not about_s > 0:  # as `place_then` and `count_in` have it: free now
        _add(ahead, place, np.log(1.0 - ahead.free_share), state.soon[FROM_THEN, 0])
        return
    for moment in range(1, len(ahead.at_s)):
        free_s = ahead.at_s[moment] - busy_s
        if free_s > 0:
            there = ahead.free_share * (1.0 - np.exp(-free_s / about_s))
            _add(ahead, place, np.log(1.0 - there), state.soon[ON_THE_WAY, moment])


@inner_kernel
def _leave_open(ahead: Ahead, soon: Float64) -> None:
    """From what is missed to what is open, shares of all calls, from moment 1 on.

    Sums run in rows of their own, those of moment 0: rows that are read and rows that are written
    must be seen to be apart, or the compiler takes one group at a time.
    """
    moments = len(ahead.at_s)
    so_far, from_then = soon[FROM_THEN, 0], soon[OPEN_FROM_THEN, 0]
    for moment in range(1, moments):
        on_the_way, more = soon[ON_THE_WAY, moment], soon[FROM_THEN, moment]
        out, share = soon[OPEN, moment], ahead.at_weight[moment] * ahead.free_share
        for group in range(len(out)):
            so_far[group] += more[group]
            missed = on_the_way[group] + so_far[group]
            out[group] = _exp(missed) * (share * ahead.weight[group])
    from_then[:] = 0.0
    for moment in range(moments - 1, 0, -1):
        here, out = soon[OPEN, moment], soon[OPEN_FROM_THEN, moment]
        for group in range(len(out)):
            from_then[group] += here[group]
            out[group] = from_then[group]


@inner_kernel
def expect_units(roads: Roads, setting: Setting, state: State, skipped: int, period: int) -> None:
    """Fill `State.soon` with what all units on duty but one (-1 for none) leave open."""
    for moment in range(len(setting.ahead.at_s)):
        state.soon[ON_THE_WAY, moment][:] = 0.0
        state.soon[FROM_THEN, moment][:] = 0.0
    off_km_s = setting.travel.off_km_s[period, setting.travel.metric.shape[1] - 1]
    _add_standing(setting, roads, state, skipped)
    for unit in range(len(state.units_i)):
        unit_i = state.units_i[unit]
        status = unit_i[c.STATUS]
        if unit == skipped or status in (c.AWAY, c.IDLE) or unit_i[c.ABSENCE] != 0:
            continue
        if not (setting.limits.kinds >> unit_i[c.KIND]) & 1:
            continue
        if status == c.TO_POST:
            _add_driving(setting, roads, state, unit, off_km_s)
        else:
            _add_busy(setting, roads, state, unit, period)
    _leave_open(setting.ahead, state.soon)


@bare_kernel
def fill_without(
    ahead: Ahead, x_km: Float64, y_km: Float64, post_node: Int32, times: Float64
) -> None:
    """Fill [P, M]: how many times as much is open without a unit that stands at a post."""
    alone = np.log(1.0 - ahead.free_share)
    for row in range(len(times)):
        node = post_node[row]
        reached = ahead.reached[place_at(ahead.layout, x_km[node], y_km[node])]
        for group in range(len(reached)):
            times[row, group] = np.exp(-alone * reached[group])
