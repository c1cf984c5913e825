"""The twin's side of look-ahead: what a unit is worth on its way to a post, and there.

The measure is `core.policies.relocation_lookahead`'s (`worth_of`); a test compares the two. True
durations are the world's: a busy unit is expected to be free by when it was expected to arrive and
by what calls typically take (`expecting`).
"""

import numpy as np

from wardmote.core.policies.relocation_lookahead import Ahead, Way, place_then
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.expecting import OPEN, OPEN_FROM_THEN, expect_units
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import Setting, State
from wardmote.core.travel.compiled import inlined, inner_kernel, summing
from wardmote.core.travel.graph import Float64
from wardmote.core.travel.hub_labels import FAR


@summing
def _reached_of(ahead: Ahead, place: int, left_open: Float64) -> float:
    """Share of all calls that somebody at a place reaches of what is open."""
    first, end = ahead.first[place], ahead.end[place]
    reached, there = ahead.reached[place, first:end], left_open[first:end]
    total = 0.0
    for group in range(len(there)):
        total += there[group] * reached[group]
    return total


@summing
def _reached_without(ahead: Ahead, place: int, left_open: Float64, times: Float64) -> float:
    """The same where so many times as much is open."""
    first, end = ahead.first[place], ahead.end[place]
    reached, there = ahead.reached[place, first:end], left_open[first:end]
    more = times[first:end]
    total = 0.0
    for group in range(len(there)):
        total += there[group] * more[group] * reached[group]
    return total


@inlined
def _way_to(
    roads: Roads, setting: Setting, node: int, off_km: float, post: int, period: int
) -> Way:
    """The drive from a node to a post; endless where there is no way."""
    travel, places = setting.travel, setting.places
    last = travel.metric.shape[1] - 1
    ticks = roads.to_post[travel.metric[period, last], post, node, 0]
    drive_s = ticks * roads.tick_s * travel.scale[period, last]
    drive_s += (off_km + places.post_km[post]) / travel.off_km_s[period, last]
    end = places.post_node[post]
    return Way(
        roads.x_km[node], roads.y_km[node], roads.x_km[end], roads.y_km[end], drive_s, 0.0, 0.0
    )


@inlined
def _worth_from_moment_1(setting: Setting, state: State, way: Way) -> float:
    """Share of all calls that one more unit on this way adds, but for the first moment.

    At the first moment it is where it is, whichever way it takes.
    """
    ahead, soon = setting.ahead, state.soon
    worth = 0.0
    for moment in range(1, len(ahead.at_s)):
        place = place_then(ahead, way, ahead.at_s[moment])
        if not ahead.at_s[moment] < way.drive_s:
            return worth + _reached_of(ahead, place, soon[OPEN_FROM_THEN, moment])
        worth += _reached_of(ahead, place, soon[OPEN, moment])
    return worth


@inlined
def _worth_without(setting: Setting, state: State, row: int, way: Way) -> float:
    """The same for a unit of a row's post, which is counted as standing there."""
    ahead, soon, times = setting.ahead, state.soon, state.times_open[row]
    worth = 0.0
    for moment in range(1, len(ahead.at_s)):
        place = place_then(ahead, way, ahead.at_s[moment])
        if not ahead.at_s[moment] < way.drive_s:
            return worth + _reached_without(ahead, place, soon[OPEN_FROM_THEN, moment], times)
        worth += _reached_without(ahead, place, soon[OPEN, moment], times)
    return worth


@inner_kernel
def post_ahead(roads: Roads, setting: Setting, state: State, unit: int, period: int) -> int:
    """The post to which a unit that has become free should drive: where it will be worth most."""
    expect_units(roads, setting, state, unit, period)
    node, off_km = state.units_i[unit, c.NODE], state.units_f[unit, c.OFF_KM]
    best, most = int(state.units_i[unit, c.POST]), -1.0
    for post in range(len(setting.places.post_node)):
        if roads.to_post[setting.travel.metric[period, -1], post, node, 0] == FAR:
            continue
        way = _way_to(roads, setting, node, off_km, post, period)
        worth = _worth_from_moment_1(setting, state, way)
        if worth > most:
            best, most = post, worth
    return best


@inner_kernel
def expect_exchange(roads: Roads, setting: Setting, state: State, asked: int, period: int) -> None:
    """Make ready for `gain_ahead`: no gain is known yet, all but the unit asked are counted in."""
    state.exchange[:] = np.nan
    expect_units(roads, setting, state, asked, period)


@inner_kernel
def gain_ahead(
    roads: Roads, setting: Setting, state: State, asked: int, row: int, post: int, period: int
) -> float:
    """Share of all calls gained when a unit of a row's post goes to another; kept in
    `State.exchange`, what it adds where it stays in the diagonal.

    The unit asked is where it is; without one (-1) it is one that stands at the row's post.
    """
    exchange, places = state.exchange, setting.places
    if not np.isnan(exchange[row, post]):
        return float(exchange[row, post])
    if asked >= 0:
        node, off_km = state.units_i[asked, c.NODE], state.units_f[asked, c.OFF_KM]
        if np.isnan(exchange[row, row]):
            way = _way_to(roads, setting, node, off_km, row, period)
            exchange[row, row] = _worth_from_moment_1(setting, state, way)
        way = _way_to(roads, setting, node, off_km, post, period)
        worth = _worth_from_moment_1(setting, state, way)
    else:
        node = places.post_node[row]
        if np.isnan(exchange[row, row]):
            x_km, y_km = roads.x_km[node], roads.y_km[node]
            stands = Way(x_km, y_km, x_km, y_km, 0.0, 0.0, 0.0)
            exchange[row, row] = _worth_without(setting, state, row, stands)
        way = _way_to(roads, setting, node, places.post_km[row], post, period)
        worth = _worth_without(setting, state, row, way)
    exchange[row, post] = worth - exchange[row, row]
    return float(exchange[row, post])
