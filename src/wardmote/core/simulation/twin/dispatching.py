"""The decision who goes, compiled: the unit expected to arrive first, the lower number on a tie.

The same choice as `core.policies.recommend.NearestByRoad` makes for a card of one unit when nothing
is known about cover; a test asks both about the same moments.

Idle units of a kind at one post arrive together, so one look at the table answers for all of them.
Units under way are asked one by one, but only those that could still win: by the triangle
inequality a unit at x is at least as far from the call as the call is further from a post than x.
"""

import numpy as np

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.journeys import entry_of, next_node
from wardmote.core.simulation.twin.roads import DECAMETRES_PER_KM, Roads
from wardmote.core.simulation.twin.tables import Places, Setting, State, World
from wardmote.core.travel.compiled import inlined
from wardmote.core.travel.graph import Float64
from wardmote.core.travel.hub_labels import FAR

NOBODY = -1


@inlined
def expected_outset_s(setting: Setting, status: int, kind: int) -> float:
    """Expected time until a unit of a kind drives off: from its post, on its way to another call,
    or else on the road."""
    if status == c.IDLE:
        return float(setting.turnout_s[kind])
    if status == c.TURNING_OUT:
        return float(setting.preempting.turning_out_s[kind])
    if status == c.TO_CALL:
        return setting.preempting.under_way_s
    return setting.reaction_s


@inlined
def nearest_idle(
    roads: Roads,
    places: Places,
    state: State,
    turnout_s: Float64,
    kinds_wanted: int,
    node: int,
    metric: int,
    tick_s: float,
    off_km_s: float,
) -> tuple[int, float]:
    """The idle unit that is expected first at a node, and when, from now; `NOBODY` for none."""
    kinds = len(turnout_s)
    times = roads.from_post[metric, node]
    best, best_s = NOBODY, np.inf
    for post in range(len(times)):
        if state.stationed[post] == 0 or times[post] == FAR:
            continue
        drive_s = times[post] * tick_s + places.post_km[post] / off_km_s
        for kind in range(kinds):
            unit = state.idle_first[post * kinds + kind]
            if unit < 0 or not (kinds_wanted >> kind) & 1:
                continue
            total_s = turnout_s[kind] + drive_s
            if total_s < best_s or (total_s == best_s and unit < best):
                best, best_s = unit, total_s
    return best, best_s


@inlined
def load_reach(roads: Roads, state: State, metric: int, node: int) -> None:
    """Spread the label of a node, so that each unit's time to it is one pass over its own label."""
    for entry in range(roads.in_first[metric, node], roads.in_first[metric, node + 1]):
        state.reach[roads.in_hub[entry]] = roads.in_time[entry]


@inlined
def clear_reach(roads: Roads, state: State, metric: int, node: int) -> None:
    """Take the label of a node away again."""
    for entry in range(roads.in_first[metric, node], roads.in_first[metric, node + 1]):
        state.reach[roads.in_hub[entry]] = FAR


@inlined
def ticks_to_loaded(roads: Roads, state: State, metric: int, node: int) -> int:
    """Time from a node to the node whose label is loaded; `FAR` where there is no way."""
    best = FAR
    for entry in range(roads.out_first[metric, node], roads.out_first[metric, node + 1]):
        best = min(best, int(roads.out_time[entry]) + int(state.reach[roads.out_hub[entry]]))
    return best


@inlined
def km_to_loaded(roads: Roads, state: State, metric: int, node: int, end: int, ticks: int) -> float:
    """Length of the way that `ticks_to_loaded` found."""
    entry = roads.out_first[metric, node]
    while int(roads.out_time[entry]) + int(state.reach[roads.out_hub[entry]]) != ticks:
        entry += 1
    there = entry_of(
        roads.in_hub, roads.in_first[metric, end], roads.in_first[metric, end + 1],
        roads.out_hub[entry],
    )  # fmt: skip
    return float(roads.out_metres[entry] + roads.in_metres[there]) / 1000.0


@inlined
def least_ticks(roads: Roads, metric: int, start: int, end: int) -> int:
    """A time that no way between two nodes can beat, from their times to the posts."""
    here, there = roads.from_post[metric, start], roads.from_post[metric, end]
    most = 0
    for post in range(len(here)):
        most = max(most, int(there[post]) - int(here[post]))
    return most


@inlined
def nearest_unit(
    roads: Roads,
    world: World,
    setting: Setting,
    state: State,
    call: int,
    at_s: float,
    period: int,
) -> tuple[int, float, int, float, float]:
    """Who goes: unit, expected seconds to arrival, next node, seconds to it, km from it by road."""
    priority = world.calls_i[call, c.PRIORITY]
    end = world.calls_i[call, c.PLACE_NODE]
    wanted = world.calls_i[call, c.KINDS]
    metric = setting.travel.metric[period, priority]
    tick_s = roads.tick_s * setting.travel.scale[period, priority]
    off_km_s = setting.travel.off_km_s[period, priority]
    end_s = world.calls_f[call, c.PLACE_KM] / off_km_s
    best, best_s = nearest_idle(
        roads, setting.places, state, setting.turnout_s, wanted, end, metric, tick_s, off_km_s
    )
    best_node, best_node_s, best_ticks, km = NOBODY, 0.0, -1, 0.0
    if best >= 0:
        km = roads.from_post_dam[metric, end, state.units_i[best, c.POST]] / DECAMETRES_PER_KM
        best_node = state.units_i[best, c.NODE]
        best_node_s = state.units_f[best, c.OFF_KM] / off_km_s
    loaded = False
    for row in range(state.counters[c.MOVERS]):
        unit = state.movers[row]
        if not (wanted >> state.units_i[unit, c.KIND]) & 1 or state.units_i[unit, c.ABSENCE]:
            continue
        node, node_s = next_node(roads, state, unit, at_s, off_km_s)
        start_s = setting.reaction_s + node_s
        if start_s + least_ticks(roads, metric, node, end) * tick_s > best_s:
            continue
        if not loaded:
            load_reach(roads, state, metric, end)
            loaded = True
        ticks = ticks_to_loaded(roads, state, metric, node)
        if ticks == FAR:
            continue
        total_s = start_s + ticks * tick_s
        if total_s < best_s or (total_s == best_s and unit < best):
            best, best_s, best_node, best_node_s, best_ticks = unit, total_s, node, node_s, ticks
    if loaded:
        if best_ticks >= 0:
            km = km_to_loaded(roads, state, metric, best_node, end, best_ticks)
        clear_reach(roads, state, metric, end)
    return best, best_s + end_s, best_node, best_node_s, km
