"""What units could do for calls, had every call been known: the tables behind `offline_bound`.

The moves are those of the twin's own rules. A unit that has finished a call takes one that waits,
or drives at once to a post and stands there; wherever it is, it may be sent to any call from that
call's decision on. Which of these it does is left to somebody who knows the future.

Times from the decision of a call to the arrival are kept as steps of a fixed length, rounded down:
a unit is then free earlier than it could be, never later.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wardmote.core.simulation.twin import columns as c
from wardmote.core.simulation.twin.dispatching import clear_reach, load_reach, ticks_to_loaded
from wardmote.core.simulation.twin.roads import Roads
from wardmote.core.simulation.twin.tables import State, World, empty_state
from wardmote.core.simulation.twin.twin import Twin
from wardmote.core.travel.compiled import bare_kernel, inlined
from wardmote.core.travel.graph import Float64, Int32, Int64
from wardmote.core.travel.hub_labels import FAR

UInt8 = NDArray[np.uint8]
CLEAR_S = 1e-3
"""Arrivals later than their limit by less than this count as in time: an error of rounding."""
UNREACHED = 255


class Moves(NamedTuple):
    """What can follow what. n calls in the order of their decisions, P posts.

    - `step_s`, `steps`: length and number of steps from a call's decision to the arrival.
    - `decided_s`, `limit_s`, `busy_s` float64 [n]: decision; longest way in time; from the arrival
      until the unit is free.
    - `post_step` int32 [P, n]: step of arrival of a unit that stands at the post.
    - `home_s` float64 [n, P]: from the end of a call to a post.
    - `queue_first`, `queue_end` int32 [n]: calls that may wait when a unit is free after call k;
      `direct_s` float32 [.]: ways to them, those of call k from `direct_at[k]` on.
    - `way_first`, `way_end` int32 [n]: calls that may be decided while the unit drives to a post.
      For such a call and a post there is a row of `way_step` uint8: step of arrival by steps since
      the unit was free; rows of call k and post p begin at `way_at[k, p]`, and are
      `way_length[k, p]` long.
    """

    step_s: float
    steps: int
    decided_s: Float64
    limit_s: Float64
    busy_s: Float64
    post_step: Int32
    home_s: Float64
    queue_first: Int32
    queue_end: Int32
    direct_at: Int64
    direct_s: NDArray[np.float32]
    way_first: Int32
    way_end: Int32
    way_at: Int64
    way_length: Int32
    way_step: UInt8


class _Ends(NamedTuple):
    """Where calls are and where units are after them: node and km off it; class of travel."""

    place: Int32
    place_km: Float64
    node: Int32
    km: Float64
    busy_s: Float64
    metric: Int32
    tick_s: Float64
    off_km_s: Float64
    react_s: Float64


def known_moves(
    twin: Twin,
    world: World,
    target_s: Float64,
    *,
    step_s: float = 15.0,
    longest_s: float = 3_000.0,
) -> Moves:
    """The moves of a twin's units in a world.

    Which kinds of unit can answer, breaks and failures are set aside: they only take moves away.

    Args:
        target_s: float64 [R], longest response in time from the arrival of a call, by priority.
        longest_s: a unit reaches each call within this (<=) from its decision, in whatever is to be
            compared.

    Raises:
        ValueError: travel that changes with the time of day, kinds of unit that turn out
            differently, a call that keeps its unit for no time, more than 254 steps, or steps too
            long to tell calls apart.
    """
    travel = twin.setting.travel
    if len(travel.start_s) > 1 or len(np.unique(twin.setting.turnout_s)) > 1:
        msg = "one speed of travel and one turnout are needed throughout"
        raise ValueError(msg)
    order = np.argsort(world.calls_f[:, c.DECISION_S], kind="stable")
    calls_f, calls_i = world.calls_f[order], world.calls_i[order]
    ends = _ends(twin, calls_f, calls_i)
    decided_s, busy_s = calls_f[:, c.DECISION_S].copy(), ends.busy_s
    if len(busy_s) and busy_s.min() <= 0:
        msg = "a call keeps its unit for no time"
        raise ValueError(msg)
    due_s = calls_f[:, c.ARRIVAL_S] + target_s[calls_i[:, c.PRIORITY]]
    post_s, home_s = _posts(twin, ends, calls_f[:, c.TURNOUT_FACTOR])
    steps = int(np.ceil(longest_s / step_s))
    if steps >= UNREACHED:
        msg = f"{longest_s} s are {steps} steps of {step_s} s; at most {UNREACHED - 1} are kept"
        raise ValueError(msg)
    free_s = decided_s + busy_s
    last_s = free_s + steps * step_s
    queue_first = np.searchsorted(decided_s, free_s - longest_s)
    queue_end = np.searchsorted(decided_s, last_s + step_s)
    way_first = np.searchsorted(decided_s, free_s)
    way_s = np.where(home_s < np.inf, home_s, 0.0).max(axis=1, initial=0.0)
    way_end = np.searchsorted(decided_s, last_s + way_s + step_s)
    waiting = queue_end - queue_first
    direct_at = (np.cumsum(waiting) - waiting).astype(np.int64)
    direct_s = np.full(int(waiting.sum()), np.inf, dtype=np.float32)
    length = np.where(home_s < np.inf, np.floor(home_s / step_s) + 3, 0).astype(np.int32)
    sizes = (length * (way_end - way_first)[:, None]).ravel()
    way_at = (np.cumsum(sizes) - sizes).reshape(length.shape).astype(np.int64)
    moves = Moves(
        step_s, steps, decided_s, due_s - decided_s, busy_s,
        _post_steps(post_s, step_s, steps), home_s,
        queue_first.astype(np.int32), queue_end.astype(np.int32), direct_at, direct_s,
        way_first.astype(np.int32), way_end.astype(np.int32), way_at, length,
        np.full(int(sizes.sum()), UNREACHED, dtype=np.uint8),
    )  # fmt: skip
    state = empty_state(1, 1, 1, 1, 1, len(twin.roads.x_km))
    fill_ways(twin.roads, twin.setting.places.post_node, _last_class(twin), ends, state, moves)
    _check_progress(moves, waiting)
    return moves


def _check_progress(moves: Moves, waiting: Int64) -> None:
    """A call that follows another must come to be in a later step, or time would stand still."""
    other = np.arange(len(moves.direct_s)) - np.repeat(moves.direct_at - moves.queue_first, waiting)
    shortest_s = float((moves.direct_s + moves.busy_s[other]).min(initial=np.inf))
    if shortest_s <= moves.step_s:
        msg = (
            f"steps of {moves.step_s} s are too long: a call can follow another in "
            f"{shortest_s:.1f} s"
        )
        raise ValueError(msg)


def _post_steps(post_s: Float64, step_s: float, steps: int) -> Int32:
    """Step that holds each arrival from a post, the last whose beginning lies before it; [P, n]."""
    step = np.maximum(np.ceil((np.minimum(post_s, steps * step_s * 2) - CLEAR_S) / step_s) - 1, 0)
    return np.ascontiguousarray(np.where(step < steps, step, -1).T.astype(np.int32))


def _last_class(twin: Twin) -> tuple[int, float, float]:
    """Metric, seconds a tick and km per second off the road of drives to posts and hospitals."""
    travel = twin.setting.travel
    last = travel.metric.shape[1] - 1
    tick_s = twin.roads.tick_s * travel.scale[0, last]
    return int(travel.metric[0, last]), float(tick_s), float(travel.off_km_s[0, last])


def _ends(twin: Twin, calls_f: Float64, calls_i: Int32) -> _Ends:
    travel, places, roads = twin.setting.travel, twin.setting.places, twin.roads
    metric, tick_s, off_km_s = _last_class(twin)
    priority, hospital = calls_i[:, c.PRIORITY], calls_i[:, c.HOSPITAL].copy()
    place, place_km = calls_i[:, c.PLACE_NODE], calls_f[:, c.PLACE_KM]
    taken = np.flatnonzero(hospital != c.NO_HOSPITAL)
    drive_s = roads.to_hospital[metric, place[taken]] * tick_s + places.hospital_km / off_km_s
    nearest = hospital[taken] == c.NEAREST_HOSPITAL
    if len(taken):
        hospital[taken[nearest]] = drive_s[nearest].argmin(axis=1)
    node, km, busy_s = place.copy(), place_km.copy(), calls_f[:, c.SCENE_S].copy()
    busy_s[taken] += (
        place_km[taken] / off_km_s
        + drive_s[np.arange(len(taken)), hospital[taken]]
        + calls_f[taken, c.HANDOVER_S]
    )
    node[taken] = places.hospital_node[hospital[taken]]
    km[taken] = places.hospital_km[hospital[taken]]
    return _Ends(
        place.copy(), place_km.copy(), node, km, busy_s,
        travel.metric[0, priority].astype(np.int32),
        roads.tick_s * travel.scale[0, priority] * calls_f[:, c.DRIVE_FACTOR],
        travel.off_km_s[0, priority],
        twin.setting.reaction_s * calls_f[:, c.TURNOUT_FACTOR],
    )  # fmt: skip


def _posts(twin: Twin, ends: _Ends, outset: Float64) -> tuple[Float64, Float64]:
    """Seconds from posts to calls with turnout, and from the ends of calls to posts; [n, P]."""
    roads, places, setting = twin.roads, twin.setting.places, twin.setting
    ticks = roads.from_post[ends.metric, ends.place].astype(np.float64)
    ticks[ticks == FAR] = np.inf
    post_s = (
        outset[:, None] * float(setting.turnout_s[0])
        + places.post_km / ends.off_km_s[:, None]
        + ticks * ends.tick_s[:, None]
        + (ends.place_km / ends.off_km_s)[:, None]
    )
    metric, tick_s, off_km_s = _last_class(twin)
    back = roads.to_post[metric][:, ends.node, 0].T.astype(np.float64)
    back[back == FAR] = np.inf
    home_s = (ends.km / off_km_s)[:, None] + back * tick_s + places.post_km / off_km_s
    return post_s, home_s


@bare_kernel
def fill_ways(
    roads: Roads,
    post_node: Int32,
    last: tuple[int, float, float],
    ends: _Ends,
    state: State,
    moves: Moves,
) -> None:
    """Fill `direct_s` and `way_step`, call by call: the label of each is spread once."""
    number, posts = moves.home_s.shape
    for call in range(number):
        metric = ends.metric[call]
        load_reach(roads, state, metric, ends.place[call])
        end_s = ends.react_s[call] + ends.place_km[call] / ends.off_km_s[call]
        for before in range(number):
            if moves.queue_first[before] <= call < moves.queue_end[before] and before != call:
                ticks = ticks_to_loaded(roads, state, metric, ends.node[before])
                if ticks != FAR:
                    moves.direct_s[moves.direct_at[before] + call - moves.queue_first[before]] = (
                        ends.km[before] / ends.off_km_s[call] + ticks * ends.tick_s[call] + end_s
                    )
            if moves.way_first[before] <= call < moves.way_end[before]:
                for post in range(posts):
                    _fill_way(roads, post_node, last, ends, state, moves, before, call, post)
        clear_reach(roads, state, metric, ends.place[call])


@inlined
def _fill_way(
    roads: Roads,
    post_node: Int32,
    last: tuple[int, float, float],
    ends: _Ends,
    state: State,
    moves: Moves,
    before: int,
    call: int,
    post: int,
) -> None:
    """When a unit driving to a post after one call could be at another, by steps since it was free.

    It turns at the node it comes to next, so each node stands for the stretch that leads to it.
    """
    length = moves.way_length[before, post]
    if length == 0:
        return
    row = moves.way_at[before, post] + length * (call - moves.way_first[before])
    step_s = moves.step_s
    rest_s = moves.decided_s[call] - moves.decided_s[before] - moves.busy_s[before]
    rest_s -= np.floor(rest_s / step_s) * step_s
    end_s = ends.react_s[call] + ends.place_km[call] / ends.off_km_s[call]
    tree = roads.to_post[last[0], post]
    node, end = ends.node[before], post_node[post]
    whole, reached_s = tree[node, 0], -np.inf
    outset_s = ends.km[before] / last[2]
    while True:
        node_s = outset_s + (whole - tree[node, 0]) * last[1]
        low = max(0, int(np.ceil((reached_s - rest_s) / step_s))) if reached_s > 0 else 0
        high = int(np.floor((node_s + step_s - rest_s) / step_s))
        if node == end:
            high = length - 1
        ticks = ticks_to_loaded(roads, state, ends.metric[call], node)
        if ticks != FAR:
            for step in range(low, min(high, length - 1) + 1):
                left_s = max(0.0, node_s - (rest_s + step * step_s))
                total_s = left_s + ticks * ends.tick_s[call] + end_s
                arrival = max(0, int(np.ceil((total_s - CLEAR_S) / step_s)) - 1)
                if arrival < min(moves.way_step[row + step], moves.steps):
                    moves.way_step[row + step] = arrival
        if node == end:
            return
        reached_s = node_s
        node = tree[node, 1]
