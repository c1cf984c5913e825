"""The twin's side of look-ahead: where its units will be, as far as the room can know.

What a unit is worth on its way and at a post is `core.policies.relocation_lookahead`'s; a test
compares the two. True durations are the world's: a busy unit is expected to be free by when it was
expected to arrive and by what calls typically take.
"""

from wardmote.core.policies.relocation_lookahead import (
    Way,
    count_in,
    leave_open,
    worth_of,
)
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.journeys import next_node
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import Setting, State
from wardmote.core.travel.compiled import inlined, inner_kernel
from wardmote.core.travel.hub_labels import FAR


@inlined
def _standing(roads: Roads, node: int, busy_s: float, about_s: float) -> Way:
    x_km, y_km = roads.x_km[node], roads.y_km[node]
    return Way(x_km, y_km, x_km, y_km, 0.0, busy_s, about_s)


@inlined
def _driving(roads: Roads, node: int, end: int, drive_s: float) -> Way:
    return Way(
        roads.x_km[node], roads.y_km[node], roads.x_km[end], roads.y_km[end], drive_s, 0.0, 0.0
    )


@inlined
def _nearest_hospital(roads: Roads, metric: int, node: int) -> int:
    best = 0
    for row in range(roads.to_hospital.shape[2]):
        if roads.to_hospital[metric, node, row] < roads.to_hospital[metric, node, best]:
            best = row
    return best


@inlined
def _busy(roads: Roads, setting: Setting, state: State, unit: int, period: int) -> Way:
    """Where and when a busy unit is expected to be free."""
    ahead, now_s = setting.ahead, state.now_s[0]
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    status, node = unit_i[c.STATUS], unit_i[c.END_NODE]
    if status == c.AT_HOSPITAL:
        return _standing(roads, node, 0.0, ahead.handover_s)
    if status == c.TO_HOSPITAL:
        return _standing(roads, node, max(0.0, unit_f[c.END_S] - now_s), ahead.handover_s)
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
    return _standing(roads, node, busy_s, ahead.scene_s + ahead.handover_s)


@inner_kernel
def expect_units(roads: Roads, setting: Setting, state: State, skipped: int, period: int) -> None:
    """Fill the first half of `State.soon` with all units on duty but one (-1 for none)."""
    missed = state.soon[0]
    missed[:] = 0.0
    now_s = state.now_s[0]
    off_km_s = setting.travel.off_km_s[period, setting.travel.metric.shape[1] - 1]
    for unit in range(len(state.units_i)):
        unit_i = state.units_i[unit]
        status = unit_i[c.STATUS]
        if unit == skipped or status == c.AWAY or unit_i[c.ABSENCE] != 0:
            continue
        if not (setting.limits.kinds >> unit_i[c.KIND]) & 1:
            continue
        if status == c.IDLE:
            way = _standing(roads, unit_i[c.NODE], 0.0, 0.0)
        elif status == c.TO_POST:
            node, _ = next_node(roads, state, unit, now_s, off_km_s)
            left_s = state.units_f[unit, c.END_S] - now_s
            way = _driving(roads, node, unit_i[c.END_NODE], left_s)
        else:
            way = _busy(roads, setting, state, unit, period)
        count_in(setting.ahead, way, missed, 1.0)


@inlined
def _way_to(
    roads: Roads, setting: Setting, state: State, node: int, off_km: float, post: int, period: int
) -> Way:
    """The drive from a node to a post; endless where there is no way."""
    travel, places = setting.travel, setting.places
    last = travel.metric.shape[1] - 1
    ticks = roads.to_post[travel.metric[period, last], post, node, 0]
    drive_s = ticks * roads.tick_s * travel.scale[period, last]
    drive_s += (off_km + places.post_km[post]) / travel.off_km_s[period, last]
    return _driving(roads, node, places.post_node[post], drive_s)


@inner_kernel
def post_ahead(roads: Roads, setting: Setting, state: State, unit: int, period: int) -> int:
    """The post to which a unit that has become free should drive: where it will be worth most."""
    expect_units(roads, setting, state, unit, period)
    leave_open(setting.ahead, state.soon[0], state.soon[1])
    node, off_km = state.units_i[unit, c.NODE], state.units_f[unit, c.OFF_KM]
    best, most = int(state.units_i[unit, c.POST]), -1.0
    for post in range(len(setting.places.post_node)):
        if roads.to_post[setting.travel.metric[period, -1], post, node, 0] == FAR:
            continue
        way = _way_to(roads, setting, state, node, off_km, post, period)
        worth = worth_of(setting.ahead, way, state.soon[1])
        if worth > most:
            best, most = post, worth
    return best


@inner_kernel
def exchange_by_look_ahead(
    roads: Roads, setting: Setting, state: State, asked: int, period: int
) -> None:
    """Fill `State.exchange`: share of all calls gained when a unit goes to a column's post.

    Rows are posts that units belong to. The row of the unit asked is that unit's, from where it is;
    without one (-1) a row is a unit that stands at its post.
    """
    ahead, places = setting.ahead, setting.places
    missed, open_share = state.soon[0], state.soon[1]
    exchange = state.exchange
    exchange[:] = 0.0
    expect_units(roads, setting, state, asked, period)
    for row in range(len(exchange)):
        if asked >= 0 and row != state.units_i[asked, c.POST]:
            continue
        if asked < 0 and state.counted[row] == 0:
            continue
        node, off_km = places.post_node[row], places.post_km[row]
        if asked >= 0:
            node, off_km = state.units_i[asked, c.NODE], state.units_f[asked, c.OFF_KM]
            leave_open(ahead, missed, open_share)
            stays = worth_of(
                ahead, _way_to(roads, setting, state, node, off_km, row, period), open_share
            )
        else:
            there = _standing(roads, node, 0.0, 0.0)
            count_in(ahead, there, missed, -1.0)
            leave_open(ahead, missed, open_share)
            count_in(ahead, there, missed, 1.0)
            stays = worth_of(ahead, there, open_share)
        for post in range(len(exchange)):
            if post != row:
                way = _way_to(roads, setting, state, node, off_km, post, period)
                exchange[row, post] = worth_of(ahead, way, open_share) - stays
