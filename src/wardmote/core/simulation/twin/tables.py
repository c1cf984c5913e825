"""What a run of the twin is given, and its state: every table by name.

*World* is what happens whatever is decided: calls with their true durations, shifts, breaks and
failures. *Setting* is what the room knows and how it decides. *State* is where things stand; it is
arrays alone, so a run stops anywhere and goes on from a file.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wardmote.core.policies.relocation_lookahead import Ahead
from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.clock import NEVER, leaves_for
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64


class Travel(NamedTuple):
    """How fast whom, when. K periods of time, C classes: one per priority, the last for the rest.

    - `start_s` float64 [K]: when each period begins, the first at 0, rising.
    - `cycle_s`: after how long the periods begin again (a week, a day); 0 for never.
    - `metric` int32 [K, C], `scale` float64 [K, C]: durations are the metric's ticks times scale.
    - `off_km_s` float64 [K, C]: speed between a place and its node, km per second.
    """

    start_s: Float64
    cycle_s: float
    metric: Int32
    scale: Float64
    off_km_s: Float64


class Places(NamedTuple):
    """Posts and hospitals: node (int32) and distance from it in km (float64)."""

    post_node: Int32
    post_km: Float64
    hospital_node: Int32
    hospital_km: Float64


class World(NamedTuple):
    """What will happen. See `columns` for the columns.

    - `calls_f` float64 [n, 7], `calls_i` int32 [n, 4], by arrival.
    - `by_decision` int32 [n]: calls in the order in which their decision is due.
    - `agenda_s` float64 [a], rising; `agenda_unit`, `agenda_bit` int32 [a]: an absence of a unit
      that begins (bit > 0) or ends (-bit).
    - `target_s` float64 [n]: within which the standard wants somebody at each call; NaN where it
      says nothing. Empty where no rule asks.
    - `refusal` float64 [r], in 0 .. 1: crews refuse advice where this is below the share that does;
      taken by turns. Empty: nobody refuses.
    """

    calls_f: Float64
    calls_i: Int32
    by_decision: Int32
    agenda_s: Float64
    agenda_unit: Int32
    agenda_bit: Int32
    target_s: Float64
    refusal: Float64


class Cover(NamedTuple):
    """Demand grouped by which posts reach it in time, for D periods, in which either may differ.

    - `member` int32 [S, P]: 1 where a post covers a set.
    - `weight` float64 [W], calls per second, and `first` int32 [D+1]: those of period d are
      weight[first[d]] .. weight[first[d+1]-1], of the sets from row `base` int32 [D] on. Periods
      share sets where only the weights differ.
    - `start_s` float64 [D], `cycle_s`: as in `Travel`.
    - `stays_busy` float64 [U+1]: value of one more unit where k cover already.
    - `drive_cost`: what a second's drive to a post takes from its gain; 0 for plain DMEXCLP.
    - `of_first` int32 [S+1], `of_post` int32: the posts that cover set s are
      of_post[of_first[s]] .. of_post[of_first[s+1]-1], rising.
    """

    member: Int32
    weight: Float64
    first: Int32
    base: Int32
    start_s: Float64
    cycle_s: float
    stays_busy: Float64
    drive_cost: float
    of_first: Int32
    of_post: Int32


class Limits(NamedTuple):
    """What a rule for idle units allows; the names are those of `RelocationRule`.

    - `total`: all demand, in the unit of the cover's weights, also what no post reaches in time.
    - `shift_changes_s` float64, seconds of the day, rising; empty where shifts do not matter. The
      clock of a run begins at midnight.
    - `order` int32 [D, L]: the compliance table of each of the cover's periods; -1 beyond its end.
    - `kinds`: bits of the kinds of unit that are moved and counted.
    - `travel_class`: class of `Travel` by which the rule expects drives; `access_s` is added.
    - `refused_share`: of advice that crews refuse.
    """

    total: float
    minimum_gain_share: float
    gain_share_per_minute: float
    moves_per_hour: int
    moves_per_shift: int
    driving_per_shift_s: float
    farthest_drive_s: float
    rest_s: float
    shift_changes_s: Float64
    quiet_before_change_s: float
    order: Int32
    kinds: int
    travel_class: int
    access_s: float
    refused_share: float


class Keeping(NamedTuple):
    """What a rule for dispatch allows that sends a later unit where that keeps cover.

    The first three are those of `CoverKeepingRule`.

    - `priorities` bool [R]: calls for which it may be done; all false where no rule is in force.
    - `total`: as in `Limits`; `one_more` float64 [U+1]: value of one more unit by its busy share.
    - `least_chance`: probability with which the standard must be met (>=).
    - `travel_spread`, `turnout_spread`: standard errors as shares of expected drive and turnout.
    - `clock`: when the standard's clock starts, 0 with the call, 1 with the order, 2 the drive.
    """

    most_later_s: float
    least_kept_share: float
    priorities: Bool
    total: float
    one_more: Float64
    least_chance: float
    travel_spread: float
    turnout_spread: float
    clock: int


class Preempting(NamedTuple):
    """How a unit on its way to a lesser call is sent on to another one.

    - `gain_s`: how much earlier (>=) it must be expected than the best free unit.
    - `turning_out_s` float64 [T]: expected time until it drives, where it has not set out;
      `under_way_s` where it drives already.
    """

    gain_s: float
    turning_out_s: Float64
    under_way_s: float


class Setting(NamedTuple):
    """What the room knows and how it decides. R priorities, T kinds of unit.

    - `turnout_s` float64 [T]: expected time until a unit drives off from its post.
    - `reaction_s`: the same for a unit on the road.
    - `may_take` bool [R, R]: whether a unit on its way to a call of the first priority may be sent
      to one of the second instead; `takes` bool [R]: whether it may for any; `preempting`: how.
    - `relocation`: how free units are moved, one of `methods`.
    - `ahead`: what looking ahead needs to know; without places where nothing looks ahead.
    - `limits`: of the rule by which they are, where it is a rule; `keeping`: of the one by which
      later units are sent.
    """

    travel: Travel
    places: Places
    cover: Cover
    turnout_s: Float64
    reaction_s: float
    may_take: Bool
    takes: Bool
    preempting: Preempting
    relocation: int
    ahead: Ahead
    limits: Limits
    keeping: Keeping


class State(NamedTuple):
    """Where things stand. U units, n calls, P posts, T kinds, R priorities, L leaves.

    - `now_s` float64 [1]; `counters` int64: see `columns`.
    - `idle_first` int32 [P * T]: lowest idle unit of a kind at a post; -1 none.
    - `stationed` int32 [P]: free units that stand at a post or drive to it.
    - `gain`, `drive_s` float64 [P]: scratch of the relocation policy.
    - `counted`, `wanted` int32 [P], `exchange` float64 [P, P]: scratch of rules; the last is empty
      where there are none.
    - `considered` int32 [P]: scratch of rules, 1 where a unit of a post may be moved.
    - `soon` float64 [4, T, M]: scratch of looking ahead (`expecting`); `times_open` float64 [P, M]:
      how many times as much is open without a unit that stands at a post, the same throughout a
      run. Empty where nothing looks ahead.
    - `moves_f` float64 [U, K, 2]: the last K moves of each unit that were advised and made, when
      and how long the drive was expected to take; `advice_s` float64 [U]: when it was last advised;
      -inf for never. `moves_i` int32 [U, 3]: see `columns`. `held_s` float64 [U]: until then the
      limits hold a unit back in any case; -inf where they do not, as far as is known.
    - `movers` int32 [U]: units that drive to a post, in no order.
    - `queue_first`, `queue_last` int32 [R]: waiting calls of each priority.
    - `reach` int32 [N]: scratch, time from each hub to the call asked about; `FAR` between uses.
    - `trace_f` float64 [X, 1], `trace_i` int32 [X, 3]: what happened (time; unit, new status,
      call); X may be 0. A run stops when the trace is full.
    """

    now_s: Float64
    counters: Int64
    units_i: Int32
    units_f: Float64
    outcome_i: Int32
    outcome_f: Float64
    due_s: Float64
    winner: Int32
    idle_first: Int32
    stationed: Int32
    gain: Float64
    drive_s: Float64
    counted: Int32
    wanted: Int32
    exchange: Float64
    considered: Int32
    soon: Float64
    times_open: Float64
    moves_f: Float64
    moves_i: Int32
    advice_s: Float64
    held_s: Float64
    movers: Int32
    queue_first: Int32
    queue_last: Int32
    reach: Int32
    trace_f: Float64
    trace_i: Int32


def empty_state(
    units: int,
    calls: int,
    posts: int,
    kinds: int,
    priorities: int,
    nodes: int,
    trace: int = 0,
    moves: int = 0,
    soon: tuple[int, int] = (0, 0),
) -> State:
    """A state in which nobody is on duty and nothing has happened.

    Args:
        moves: how many moves of a unit are remembered; 0 where no rule asks.
        soon: moments and groups of demand of looking ahead.
    """
    leaves = leaves_for(units + 3)
    units_i = np.zeros((units, c.UNIT_I), dtype=np.int32)
    units_i[:, [c.CALL, c.NEXT_IDLE, c.MOVER]] = -1
    units_i[:, c.ABSENCE] = c.OFF_DUTY
    outcome_i = np.full((calls, c.OUTCOME_I), -1, dtype=np.int32)
    outcome_i[:, c.BUMPS] = 0
    return State(
        now_s=np.zeros(1),
        counters=np.zeros(c.COUNTERS, dtype=np.int64),
        units_i=units_i,
        units_f=np.zeros((units, c.UNIT_F)),
        outcome_i=outcome_i,
        outcome_f=np.full((calls, c.OUTCOME_F), np.nan),
        due_s=np.full(leaves, NEVER),
        winner=np.zeros(leaves, dtype=np.int32),
        idle_first=np.full(posts * kinds, -1, dtype=np.int32),
        stationed=np.zeros(posts, dtype=np.int32),
        gain=np.zeros(posts),
        drive_s=np.zeros(posts),
        counted=np.zeros(posts, dtype=np.int32),
        wanted=np.zeros(posts, dtype=np.int32),
        exchange=np.zeros((posts, posts) if moves else (0, 0)),
        considered=np.zeros(posts, dtype=np.int32),
        soon=np.zeros((4, *soon)),
        times_open=np.ones((posts, soon[1])),
        moves_f=np.full((units, moves, 2), -np.inf),
        moves_i=np.zeros((units, c.ADVICE_I), dtype=np.int32),
        advice_s=np.full(units, -np.inf),
        held_s=np.full(units, -np.inf),
        movers=np.full(units, -1, dtype=np.int32),
        queue_first=np.full(priorities, -1, dtype=np.int32),
        queue_last=np.full(priorities, -1, dtype=np.int32),
        reach=np.full(nodes, np.iinfo(np.int32).max, dtype=np.int32),
        trace_f=np.zeros((trace, 1)),
        trace_i=np.zeros((trace, 3), dtype=np.int32),
    )


def state_to_arrays(state: State) -> dict[str, NDArray[np.generic]]:
    """Every array by name, copied, for `numpy.savez`; `state_from_arrays` is the inverse."""
    return {name: value.copy() for name, value in state._asdict().items()}


def state_from_arrays(arrays: dict[str, NDArray[np.generic]]) -> State:
    """The state that `state_to_arrays` gave out. Raises `ValueError` naming what is missing."""
    missing = [name for name in State._fields if name not in arrays]
    if missing:
        msg = f"the saved state lacks {', '.join(missing)}"
        raise ValueError(msg)
    return State(**{name: np.array(arrays[name]) for name in State._fields})
