"""Where a unit is on its way, and what its next journey looks like."""

import numpy as np

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.roads import DECAMETRES_PER_KM, Roads
from wardmote.core.simulation.twin.tables import State, Travel
from wardmote.core.travel.compiled import inlined, inner_kernel
from wardmote.core.travel.graph import Float64, Int32
from wardmote.core.travel.hub_labels import FAR, meeting


@inlined
def period_at(start_s: Float64, cycle_s: float, at_s: float) -> int:
    """Row of the period that holds a moment: the last that begins at or before it."""
    periods = len(start_s)
    if periods == 1:
        return 0
    if cycle_s > 0:
        at_s = at_s % cycle_s
    low, high = 0, periods
    while high - low > 1:
        middle = (low + high) >> 1
        if start_s[middle] <= at_s:
            low = middle
        else:
            high = middle
    return low


@inlined
def walk_to_post(roads: Roads, unit_i: Int32, unit_f: Float64, at_s: float) -> None:
    """Move a unit's next node on, along the tree of its post, to the first one after a moment."""
    tree = roads.to_post[unit_i[c.METRIC], unit_i[c.POST]]
    node, end = unit_i[c.NODE], unit_i[c.END_NODE]
    node_s, tick_s = unit_f[c.NODE_S], unit_f[c.TICK_S]
    end_s = unit_f[c.END_NODE_S]
    while node_s <= at_s and node != end:
        far_s = end_s - tree[node, 4] * tick_s
        if far_s <= at_s:
            node, node_s = tree[node, 3], far_s
        else:
            node_s = end_s - tree[node, 2] * tick_s
            node = tree[node, 1]
    unit_i[c.NODE] = node
    unit_f[c.NODE_S] = node_s


@inner_kernel
def entry_of(hubs: Int32, first: int, end: int, hub: int) -> int:
    """Entry of a hub in a label that has it."""
    low, high = first, end
    while high - low > 1:
        middle = (low + high) >> 1
        if hubs[middle] <= hub:
            low = middle
        else:
            high = middle
    return low


@inner_kernel
def walk_to_call(roads: Roads, unit_i: Int32, unit_f: Float64, at_s: float) -> None:
    """Move a unit's next node on, along the labels' way to its call."""
    metric = unit_i[c.METRIC]
    node, end = unit_i[c.NODE], unit_i[c.END_NODE]
    if unit_f[c.NODE_S] > at_s or node == end:
        return
    out_first, in_first = roads.out_first[metric], roads.in_first[metric]
    left, out_entry, _ = meeting(
        roads.out_hub, roads.out_time, out_first[node], out_first[node + 1],
        roads.in_hub, roads.in_time, in_first[end], in_first[end + 1],
    )  # fmt: skip
    hub = roads.out_hub[out_entry]
    beyond = left - roads.out_time[out_entry]
    tick_s, end_s = unit_f[c.TICK_S], unit_f[c.END_NODE_S]
    node_s = unit_f[c.NODE_S]
    while node_s <= at_s:
        entry = entry_of(roads.out_hub, out_first[node], out_first[node + 1], hub)
        following = roads.out_next[entry]
        if following == node:
            break
        node = following
        entry = entry_of(roads.out_hub, out_first[node], out_first[node + 1], hub)
        node_s = end_s - (roads.out_time[entry] + beyond) * tick_s
    if node_s <= at_s:  # past the hub: come back from the end
        node, node_s = end, end_s
        while True:
            entry = entry_of(roads.in_hub, in_first[node], in_first[node + 1], hub)
            before = roads.in_before[entry]
            if before == node:
                break
            entry = entry_of(roads.in_hub, in_first[before], in_first[before + 1], hub)
            before_s = end_s - (beyond - roads.in_time[entry]) * tick_s
            if before_s <= at_s:
                break
            node, node_s = before, before_s
    unit_i[c.NODE] = node
    unit_f[c.NODE_S] = node_s


@inlined
def next_node(
    roads: Roads, state: State, unit: int, at_s: float, off_km_s: float
) -> tuple[int, float]:
    """The node at which a unit can next turn to another place, and how long it takes there.

    A unit that stands drives from its place to its node. On the road it finishes the piece of road
    it is on; off the road past its last node, it drives back.
    """
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    status = unit_i[c.STATUS]
    if status == c.TURNING_OUT:
        return unit_i[c.START_NODE], unit_f[c.START_NODE_S] - unit_f[c.START_S]
    if status not in (c.TO_POST, c.TO_CALL):
        return unit_i[c.NODE], unit_f[c.OFF_KM] / off_km_s
    if at_s <= unit_f[c.START_NODE_S]:
        return unit_i[c.START_NODE], unit_f[c.START_NODE_S] - at_s
    if at_s >= unit_f[c.END_NODE_S]:
        back_s = (at_s - unit_f[c.END_NODE_S]) * unit_f[c.OFF_SPEED] / off_km_s
        return unit_i[c.END_NODE], back_s
    if status == c.TO_POST:
        walk_to_post(roads, unit_i, unit_f, at_s)
    else:
        walk_to_call(roads, unit_i, unit_f, at_s)
    return unit_i[c.NODE], unit_f[c.NODE_S] - at_s


@inlined
def begin_journey(
    unit_i: Int32,
    unit_f: Float64,
    at_s: float,
    node: int,
    to_node_s: float,
    end_node: int,
    on_road_s: float,
    tick_s: float,
    end_km: float,
    off_km_s: float,
    metric: int,
    km: float,
) -> float:
    """Write down a journey from the next node to another place; when it ends."""
    unit_i[c.NODE] = node
    unit_i[c.START_NODE] = node
    unit_i[c.END_NODE] = end_node
    unit_i[c.METRIC] = metric
    unit_f[c.START_S] = at_s
    unit_f[c.START_NODE_S] = at_s + to_node_s
    unit_f[c.NODE_S] = at_s + to_node_s
    unit_f[c.END_NODE_S] = at_s + to_node_s + on_road_s
    unit_f[c.END_S] = at_s + to_node_s + on_road_s + end_km / off_km_s
    unit_f[c.TICK_S] = tick_s
    unit_f[c.OFF_KM] = end_km
    unit_f[c.OFF_SPEED] = off_km_s
    unit_f[c.JOURNEY_KM] = km
    return float(unit_f[c.END_S])


@inlined
def driven_km(unit_f: Float64, at_s: float) -> float:
    """How much of its journey a unit has driven."""
    whole = unit_f[c.END_S] - unit_f[c.START_S]
    if whole <= 0 or at_s >= unit_f[c.END_S]:
        return float(unit_f[c.JOURNEY_KM])
    return float(unit_f[c.JOURNEY_KM] * (at_s - unit_f[c.START_S]) / whole)


@inlined
def drive_to_post(
    roads: Roads,
    travel: Travel,
    post_node: int,
    post_km: float,
    unit_i: Int32,
    unit_f: Float64,
    at_s: float,
    node: int,
    to_node_s: float,
    from_km: float,
    row: int,
) -> float:
    """Begin the journey to `unit_i[POST]`; when it ends."""
    last = travel.metric.shape[1] - 1
    metric, off_km_s = travel.metric[row, last], travel.off_km_s[row, last]
    tick_s = roads.tick_s * travel.scale[row, last]
    post = unit_i[c.POST]
    km = roads.to_post_dam[metric, post, node] / DECAMETRES_PER_KM + from_km + post_km
    return begin_journey(
        unit_i, unit_f, at_s, node, to_node_s, post_node,
        roads.to_post[metric, post, node, 0] * tick_s, tick_s, post_km, off_km_s, metric, km,
    )  # fmt: skip


@inner_kernel
def node_to_node_km(roads: Roads, metric: int, start: int, end: int) -> float:
    """Length of the way between two nodes."""
    out_first, in_first = roads.out_first[metric], roads.in_first[metric]
    best, out_entry, in_entry = meeting(
        roads.out_hub, roads.out_time, out_first[start], out_first[start + 1],
        roads.in_hub, roads.in_time, in_first[end], in_first[end + 1],
    )  # fmt: skip
    if best == FAR:
        return np.nan
    return float((roads.out_metres[out_entry] + roads.in_metres[in_entry]) / 1000.0)


@inner_kernel
def node_to_node(roads: Roads, metric: int, start: int, end: int) -> int:
    """Ticks between two nodes; `FAR` where there is no way."""
    out_first, in_first = roads.out_first[metric], roads.in_first[metric]
    best, _, _ = meeting(
        roads.out_hub, roads.out_time, out_first[start], out_first[start + 1],
        roads.in_hub, roads.in_time, in_first[end], in_first[end + 1],
    )  # fmt: skip
    return best
