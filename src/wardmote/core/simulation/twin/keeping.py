"""Dispatch that keeps cover, compiled: a later unit goes where the standard is met all the same.

The same choice as `core.policies.recommend_keeping_cover.KeepingCover` makes for a card of one unit
when nothing is known about key places; a test asks both about the same moments. Calls that ask for
several units get them one after another.
"""

import math

import numpy as np

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.dispatching import (
    NOBODY,
    clear_reach,
    expected_outset_s,
    km_to_loaded,
    load_reach,
    ticks_to_loaded,
)
from wardmote.core.simulation.twin.journeys import next_node, period_at
from wardmote.core.simulation.twin.roads import DECAMETRES_PER_KM, Roads
from wardmote.core.simulation.twin.tables import Cover, Keeping, Setting, State, World
from wardmote.core.travel.compiled import inner_kernel
from wardmote.core.travel.graph import Float64, Int32
from wardmote.core.travel.hub_labels import FAR

FROM_CALL = 0
FROM_ORDER = 1
FROM_DRIVE = 2


@inner_kernel
def chance_within(expected_s: float, error_s: float, limit_s: float) -> float:
    """Probability that a duration is within a limit (`travel_view.probability_within`)."""
    variance = 0.0
    if expected_s > 0 and error_s > 0:
        variance = math.log1p((error_s / expected_s) ** 2)
    if variance == 0:
        return 1.0 if expected_s <= limit_s else 0.0
    if limit_s <= 0:
        return 0.0
    middle = math.log(expected_s) - variance / 2
    return 0.5 * math.erfc((middle - math.log(limit_s)) / math.sqrt(2 * variance))


@inner_kernel
def _meets(keeping: Keeping, total_s: float, outset_s: float, limit_s: float) -> bool:
    """Whether a unit meets the standard for a call, expected and probable enough."""
    drive_s = total_s - outset_s
    error_s = np.hypot(drive_s * keeping.travel_spread, outset_s * keeping.turnout_spread)
    counted_s = drive_s if keeping.clock == FROM_DRIVE else total_s
    if not counted_s <= limit_s:  # NaN: no target is known
        return False
    return chance_within(counted_s, error_s, limit_s) >= keeping.least_chance


@inner_kernel
def losses(cover: Cover, keeping: Keeping, period: int, stationed: Int32, lost: Float64) -> None:
    """Fill [P]: share of all calls that lose expected cover when a unit of each post goes."""
    lost[:] = 0.0
    most = len(keeping.one_more) - 1
    sets = cover.base[period] - cover.first[period]
    for row in range(cover.first[period], cover.first[period + 1]):
        begin, end = cover.of_first[sets + row], cover.of_first[sets + row + 1]
        covering = 0
        for entry in range(begin, end):
            covering += stationed[cover.of_post[entry]]
        left = cover.weight[row] * keeping.one_more[min(max(covering - 1, 0), most)]
        for entry in range(begin, end):
            lost[cover.of_post[entry]] += left
    for post in range(len(lost)):
        lost[post] /= keeping.total


@inner_kernel
def _ticks(roads: Roads, state: State, metric: int, unit: int, node: int, end: int) -> int:
    """From a unit's next node to the call's, whose label is loaded where anybody is on the road."""
    if state.units_i[unit, c.STATUS] == c.IDLE:
        return int(roads.from_post[metric, end, state.units_i[unit, c.POST]])
    return ticks_to_loaded(roads, state, metric, node)


@inner_kernel
def _km(
    roads: Roads, state: State, metric: int, unit: int, node: int, end: int, ticks: int
) -> float:
    if state.units_i[unit, c.STATUS] == c.IDLE:
        post = state.units_i[unit, c.POST]
        return float(roads.from_post_dam[metric, end, post] / DECAMETRES_PER_KM)
    return km_to_loaded(roads, state, metric, node, end, ticks)


@inner_kernel
def _able(state: State, row: int, first: int, wanted: int) -> int:
    """Of the lists of idle units, then of those on the road, one by one: who could go; or -1.

    The lowest idle unit of a kind at a post stands for all of them.
    """
    lists = len(state.idle_first)
    unit = state.idle_first[row] if row < lists else state.movers[row - lists]
    if unit == first:
        unit = state.units_i[unit, c.NEXT_IDLE] if row < lists else NOBODY
    if unit < 0 or state.units_i[unit, c.ABSENCE] != 0:
        return NOBODY
    return int(unit) if (wanted >> state.units_i[unit, c.KIND]) & 1 else NOBODY


@inner_kernel
def keep_cover(
    roads: Roads,
    world: World,
    setting: Setting,
    state: State,
    call: int,
    period: int,
    first: int,
    first_s: float,
) -> tuple[int, float, int, float, float]:
    """The unit that goes instead of the one expected first, as `nearest_unit` tells it; `NOBODY`
    where the first one goes."""
    keeping, at_s = setting.keeping, state.now_s[0]
    limit_s = world.target_s[call]
    if keeping.clock == FROM_CALL:
        limit_s -= at_s - world.calls_f[call, c.ARRIVAL_S]
    first_i = state.units_i[first]
    outset_s = expected_outset_s(setting, first_i[c.STATUS], first_i[c.KIND])
    if keeping.total <= 0 or not _meets(keeping, first_s, outset_s, limit_s):
        return NOBODY, first_s, NOBODY, 0.0, 0.0
    cover = setting.cover
    by_cover = period_at(cover.start_s, cover.cycle_s, at_s)
    losses(cover, keeping, by_cover, state.stationed, state.gain)
    first_loss = state.gain[first_i[c.POST]]
    priority, wanted = world.calls_i[call, c.PRIORITY], world.calls_i[call, c.KINDS]
    end = world.calls_i[call, c.PLACE_NODE]
    metric = setting.travel.metric[period, priority]
    tick_s = roads.tick_s * setting.travel.scale[period, priority]
    off_km_s = setting.travel.off_km_s[period, priority]
    end_s = world.calls_f[call, c.PLACE_KM] / off_km_s
    best, best_s, best_kept, km = NOBODY, np.inf, 0.0, 0.0
    best_node, best_node_s = NOBODY, 0.0
    if state.counters[c.MOVERS] > 0:
        load_reach(roads, state, metric, end)
    for row in range(len(state.idle_first) + state.counters[c.MOVERS]):
        unit = _able(state, row, first, wanted)
        if unit == NOBODY:
            continue
        kept = first_loss - state.gain[state.units_i[unit, c.POST]]
        if kept < keeping.least_kept_share or kept <= 0 or kept < best_kept:
            continue
        node, node_s = next_node(roads, state, unit, at_s, off_km_s)
        ticks = _ticks(roads, state, metric, unit, node, end)
        outset_s = expected_outset_s(
            setting, state.units_i[unit, c.STATUS], state.units_i[unit, c.KIND]
        )
        total_s = outset_s + node_s + ticks * tick_s + end_s
        if ticks == FAR or not 0 <= total_s - first_s <= keeping.most_later_s:
            continue
        sooner = total_s < best_s or (total_s == best_s and unit < best)
        if (kept > best_kept or sooner) and _meets(keeping, total_s, outset_s, limit_s):
            best, best_s, best_kept = unit, total_s, kept
            best_node, best_node_s = node, node_s
            km = _km(roads, state, metric, unit, node, end, ticks)
    if state.counters[c.MOVERS] > 0:
        clear_reach(roads, state, metric, end)
    return best, best_s, best_node, best_node_s, km
