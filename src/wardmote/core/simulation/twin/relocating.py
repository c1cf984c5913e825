"""The rule for idle units, compiled: who should stand where, with all the limits that it has.

The same answers as `core.policies.relocation_moves.Relocation` gives the room; a test asks both at
every question of the same runs. A question is asked when a unit has become free (only it is
considered) and when one has gone out or away (everybody is): as `operations` asks live.
"""

import numpy as np

from wardmote.core.policies.relocation_moves import ROUNDING
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.allowing import HINDERED, is_counted, may_drive_s, shift_at
from wardmote.core.simulation.twin.clock import schedule
from wardmote.core.simulation.twin.dispatching import NOBODY
from wardmote.core.simulation.twin.journeys import (
    drive_to_post,
    driven_km,
    next_node,
    period_at,
)
from wardmote.core.simulation.twin.looking_ahead import expect_exchange, gain_ahead
from wardmote.core.simulation.twin.methods import RULE_COMPLIANCE_TABLE, RULE_LOOK_AHEAD
from wardmote.core.simulation.twin.noting import enter
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.stationing import join_movers, leave_idle, leave_movers
from wardmote.core.simulation.twin.tables import Cover, Limits, Setting, State, World
from wardmote.core.travel.compiled import inlined, inner_kernel
from wardmote.core.travel.hub_labels import FAR

NO_POST = -1


@inner_kernel
def exchange_by_cover(cover: Cover, period: int, total: float, state: State) -> None:
    """Fill `State.exchange`: share of all calls gained when one unit of a row's post stands at a
    column's instead, with `State.counted` at each (`relocation_moves.exchange_gains`).

    Only the rows of posts that `State.considered` names."""
    exchange, counted = state.exchange, state.counted
    gained, lost = state.gain, state.drive_s
    gained[:] = 0.0
    lost[:] = 0.0
    exchange[:] = 0.0
    most = len(cover.stays_busy) - 1
    sets = cover.base[period] - cover.first[period]
    for row in range(cover.first[period], cover.first[period + 1]):
        begin, end = cover.of_first[sets + row], cover.of_first[sets + row + 1]
        covering = 0
        for entry in range(begin, end):
            covering += counted[cover.of_post[entry]]
        added = cover.weight[row] * cover.stays_busy[min(covering, most)]
        left = cover.weight[row] * cover.stays_busy[min(max(covering - 1, 0), most)]
        for entry in range(begin, end):
            post = cover.of_post[entry]
            gained[post] += added
            lost[post] += left
            if state.considered[post]:
                for other in range(begin, end):
                    exchange[post, cover.of_post[other]] += left - added
    for post in range(len(counted)):
        if state.considered[post]:
            for other in range(len(counted)):
                exchange[post, other] = (gained[other] - lost[post] + exchange[post, other]) / total


@inner_kernel
def weigh(
    roads: Roads, setting: Setting, state: State, asked: int, period: int, by_cover: int
) -> None:
    """Fill `State.exchange` by the method's measure of what a move is worth, or make ready for
    `_gain`."""
    if setting.relocation == RULE_LOOK_AHEAD:
        expect_exchange(roads, setting, state, asked, period)
    else:
        exchange_by_cover(setting.cover, by_cover, setting.limits.total, state)


@inlined
def _gain(
    roads: Roads, setting: Setting, state: State, asked: int, home: int, post: int, period: int
) -> float:
    """What it is worth that a unit of one post stands at another instead."""
    if setting.relocation == RULE_LOOK_AHEAD:
        return gain_ahead(roads, setting, state, asked, home, post, period)
    return float(state.exchange[home, post])


@inner_kernel
def _hole(limits: Limits, state: State, period: int) -> int:
    """First post of the table that lacks a unit (`relocation_tables.first_hole`); fills `wanted`.

    `wanted` is what the table asks for at each post while as many units are free as are counted.
    """
    order, wanted, counted = limits.order[period], state.wanted, state.counted
    wanted[:] = 0
    free, hole = 0, NO_POST
    for post in range(len(counted)):
        free += counted[post]
    for post in order[:free]:
        if post < 0:
            break
        wanted[post] += 1
        if hole == NO_POST and wanted[post] > counted[post]:
            hole = post
    return hole


@inner_kernel
def _drive_s(
    roads: Roads, setting: Setting, period: int, node: int, node_s: float, stands: bool, post: int
) -> float:
    """Expected time to a post from a node that is `node_s` away, as the rule takes it.

    A unit that stands at the post itself need not drive out to the road and back.
    """
    travel, limits = setting.travel, setting.limits
    if stands and node == setting.places.post_node[post]:
        return limits.access_s
    metric = travel.metric[period, limits.travel_class]
    ticks = roads.to_post[metric, post, node, 0]
    if ticks == FAR:
        return np.inf
    tick_s = roads.tick_s * travel.scale[period, limits.travel_class]
    off_km_s = travel.off_km_s[period, limits.travel_class]
    return float(
        limits.access_s + node_s + ticks * tick_s + setting.places.post_km[post] / off_km_s
    )


@inner_kernel
def _best_post(
    roads: Roads,
    setting: Setting,
    state: State,
    unit: int,
    asked: int,
    period: int,
    hole: int,
    left_s: float,
) -> tuple[int, float, float]:
    """Where one unit should best go: post, expected drive, and how good that is; `NO_POST` none.

    Args:
        asked: as in `advise`.
        hole: the only post asked about, by a compliance table; `NO_POST` for all.
        left_s: how long the unit may drive.
    """
    limits = setting.limits
    home = state.units_i[unit, c.POST]
    off_km_s = setting.travel.off_km_s[period, limits.travel_class]
    node, node_s = next_node(roads, state, unit, state.now_s[0], off_km_s)
    stands = state.units_i[unit, c.STATUS] == c.IDLE
    back_s = _drive_s(roads, setting, period, node, node_s, stands, home)
    if back_s == np.inf:
        back_s = 0.0
    found, found_s, best = NO_POST, 0.0, -np.inf
    for post in range(len(state.counted)):
        if post == home or hole not in (NO_POST, post):
            continue
        drive_s = _drive_s(roads, setting, period, node, node_s, stands, post)
        if drive_s > left_s:
            continue
        gain = _gain(roads, setting, state, asked, home, post, period)
        if gain < limits.minimum_gain_share:
            continue
        # A unit that comes from a call drives in any case: only the longer drive counts.
        worth = gain - (drive_s - back_s) / 60.0 * limits.gain_share_per_minute
        if worth <= ROUNDING:
            continue
        how_good = worth if hole == NO_POST else -drive_s
        if how_good > best:
            found, found_s, best = post, drive_s, how_good
    return found, found_s, best


@inner_kernel
def _is_asked(
    limits: Limits, state: State, unit: int, asked: int, began_s: float, ends_s: float
) -> float:
    """How long a unit may drive for a move; negative where it is not asked at all."""
    unit_i = state.units_i[unit]
    if not is_counted(limits, state, unit, asked):
        return HINDERED
    if unit != asked and unit_i[c.STATUS] == c.TO_POST and state.moves_i[unit, c.ADVISED]:
        return HINDERED  # it follows advice already
    return may_drive_s(limits, state, unit, began_s, ends_s)


@inlined
def _consider(limits: Limits, state: State, asked: int, began_s: float, ends_s: float) -> bool:
    """Mark in `State.considered` the posts of the units that the limits let move; whether any."""
    state.considered[:] = 0
    found = False
    for unit in range(max(asked, 0), len(state.units_i) if asked < 0 else asked + 1):
        if _is_asked(limits, state, unit, asked, began_s, ends_s) >= 0:
            state.considered[state.units_i[unit, c.POST]] = 1
            found = True
    return found


@inner_kernel
def advise(
    roads: Roads, setting: Setting, state: State, asked: int, period: int
) -> tuple[int, int, float]:
    """The best move that the limits allow: unit, post, expected drive; `NOBODY` when none is.

    Args:
        asked: a unit that has just become free, with the post it belongs to: only it is
            considered; -1 for all.
    """
    limits, cover, now_s = setting.limits, setting.cover, state.now_s[0]
    chosen, chosen_post, chosen_s = NOBODY, NO_POST, 0.0
    began_s, ends_s = shift_at(limits, now_s)
    if ends_s - now_s < limits.quiet_before_change_s or limits.total <= 0:
        return chosen, chosen_post, chosen_s
    if not _consider(limits, state, asked, began_s, ends_s):
        return chosen, chosen_post, chosen_s
    state.counted[:] = 0
    for unit in range(len(state.units_i)):
        if is_counted(limits, state, unit, asked):
            state.counted[state.units_i[unit, c.POST]] += 1
    by_cover = period_at(cover.start_s, cover.cycle_s, now_s)
    hole = NO_POST
    if setting.relocation == RULE_COMPLIANCE_TABLE:
        hole = _hole(limits, state, by_cover)
        if hole == NO_POST:
            return chosen, chosen_post, chosen_s
    weigh(roads, setting, state, asked, period, by_cover)
    best = -np.inf
    for unit in range(max(asked, 0), len(state.units_i) if asked < 0 else asked + 1):
        home = state.units_i[unit, c.POST]
        if not state.considered[home]:
            continue
        if hole != NO_POST and state.counted[home] <= state.wanted[home]:
            continue  # its post cannot spare it
        left_s = _is_asked(limits, state, unit, asked, began_s, ends_s)
        if left_s < 0:
            continue
        post, drive_s, how_good = _best_post(
            roads, setting, state, unit, asked, period, hole, left_s
        )
        if post != NO_POST and how_good > best:
            chosen, chosen_post, chosen_s, best = unit, post, drive_s, how_good
    return chosen, chosen_post, chosen_s


@inner_kernel
def is_followed(world: World, setting: Setting, state: State, unit: int, drive_s: float) -> bool:
    """Give a unit advice: whether it follows it. Refused advice counts for its rest, not as a move;
    somebody else may be asked then."""
    state.moves_i[unit, c.ADVICES] += 1
    state.advice_s[unit] = state.now_s[0]
    levels = world.refusal
    if len(levels) > 0:
        level = levels[(unit * 7_919 + state.moves_i[unit, c.ADVICES]) % len(levels)]
        if level < setting.limits.refused_share:
            state.counters[c.GAP] = 1
            return False
    moves = state.moves_f[unit]
    row = state.moves_i[unit, c.MADE] % len(moves)
    moves[row, 0], moves[row, 1] = state.now_s[0], drive_s
    state.moves_i[unit, c.MADE] += 1
    state.units_i[unit, c.MOVES] += 1
    state.units_f[unit, c.LAST_MOVE_S] = state.now_s[0]
    state.counters[c.RELOCATIONS] += 1
    return True


@inner_kernel
def post_by_rule(
    roads: Roads, world: World, setting: Setting, state: State, unit: int, period: int
) -> int:
    """Where a unit that has become free should stand: its own post unless other advice is taken."""
    home = state.units_i[unit, c.HOME]
    state.units_i[unit, c.POST] = home
    state.moves_i[unit, c.ADVISED] = 0
    # One width for all who ask: the rule is compiled once, not once for each kind of number.
    who, post, drive_s = advise(roads, setting, state, int(np.int64(unit)), int(np.int64(period)))
    if who == NOBODY or not is_followed(world, setting, state, int(np.int64(unit)), drive_s):
        return int(home)
    state.moves_i[unit, c.ADVISED] = 1
    return post


@inner_kernel
def _drive_off(
    roads: Roads, setting: Setting, state: State, unit: int, post: int, period: int
) -> None:
    """Let a free unit drive to another post from where it stands or drives."""
    now_s, travel = state.now_s[0], setting.travel
    unit_i, unit_f = state.units_i[unit], state.units_f[unit]
    off_km = unit_f[c.OFF_KM]
    off_km_s = travel.off_km_s[period, travel.metric.shape[1] - 1]
    node, node_s = next_node(roads, state, unit, now_s, off_km_s)
    if unit_i[c.STATUS] == c.IDLE:
        leave_idle(state.units_i, state.idle_first, unit, len(setting.turnout_s))
    else:
        leave_movers(state, unit)
        unit_f[c.POST_KM] += driven_km(unit_f, now_s)
        off_km = 0.0
    state.stationed[unit_i[c.POST]] -= 1
    state.stationed[post] += 1
    unit_i[c.POST] = post
    end_s = drive_to_post(
        roads, travel, setting.places.post_node[post], setting.places.post_km[post],
        unit_i, unit_f, now_s, node, node_s, off_km, period,
    )  # fmt: skip
    enter(state, unit, c.TO_POST)
    join_movers(state, unit)
    schedule(state.due_s, state.winner, unit, end_s)


@inner_kernel
def come_back(
    roads: Roads, world: World, setting: Setting, state: State, unit: int, period: int
) -> None:
    """A unit is available again, and no call waits for it: to its own post or to a better one."""
    stands = state.units_i[unit, c.POST]
    # It follows the way to that post until now; its next node is found on that way, not another.
    next_node(roads, state, unit, state.now_s[0], 1.0)
    post = post_by_rule(roads, world, setting, state, int(np.int64(unit)), int(np.int64(period)))
    state.units_i[unit, c.POST] = stands
    if post != stands:
        _drive_off(roads, setting, state, unit, post, period)


@inner_kernel
def fill_gap(roads: Roads, world: World, setting: Setting, state: State, period: int) -> None:
    """Somebody went out: let one unit stand in, if that is worth it; another if it refuses."""
    for _ in range(len(state.units_i)):
        if state.counters[c.GAP] == 0:
            return
        state.counters[c.GAP] = 0
        unit, post, drive_s = advise(
            roads, setting, state, int(np.int64(-1)), int(np.int64(period))
        )
        if unit != NOBODY and is_followed(world, setting, state, int(np.int64(unit)), drive_s):
            _drive_off(roads, setting, state, unit, post, period)
            state.moves_i[unit, c.ADVISED] = 1
    state.counters[c.GAP] = 0
