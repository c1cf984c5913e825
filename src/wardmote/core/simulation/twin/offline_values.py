"""All that one unit can do while every call has a price, as a graph of states and options.

States are "free after call k, in step g" and "stands at post p when call k is decided". They are
kept in the order of time, so going through them backwards gives the least cost from each: lateness
less the prices of the calls served. With a temperature above 0 it is the smooth minimum, and going
forwards shows how often each call is visited, which is its slope.
"""

from typing import NamedTuple

import numpy as np

from wardmote.core.simulation.twin.offline_moves import CLEAR_S, UNREACHED, Moves
from wardmote.core.travel.compiled import bare_kernel, inlined
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64

_FAINT = 15.0
"""Options worse by more (>=) temperatures than this are as good as not taken."""
_LEAST_FLOW = 1e-7
SERVES_NOBODY = -1


class Options(NamedTuple):
    """The graph. R states in the order of time; state R is the end of the horizon.

    - `first` int64 [R+1]: options of state r are first[r] .. first[r+1].
    - `target` int32: state that an option leads to, a later one.
    - `serves` int32: twice the call that it serves, and one more where that is late; -1 for none.
    - `begin` int32 [P]: state in which a unit that begins at a post is; -1 where none does.
    """

    first: Int64
    target: Int32
    serves: Int32
    begin: Int32


def options_of(moves: Moves, allowed: Bool, begins: Bool) -> Options:
    """Every state that units can come to, and every option there.

    Args:
        allowed: bool [P], posts that units may drive to.
        begins: bool [P], posts at which units begin.
    """
    number, posts = moves.home_s.shape
    since_s = np.arange(moves.steps) * moves.step_s
    free_s = (moves.decided_s[:, None] + since_s) + moves.busy_s[:, None]
    order = np.argsort(free_s.ravel(), kind="stable")
    ways = int((moves.way_end - moves.way_first).max(initial=0))
    waiting = int((moves.queue_end - moves.queue_first).max(initial=0))
    scratch = np.zeros((2, waiting + posts * (ways + 1) + 2), dtype=np.int64)
    states = number * moves.steps + posts * (number + 1)
    rows, arcs = 0, 0
    first, target, serves = (
        np.zeros(1, dtype=np.int64),
        np.zeros(0, np.int32),
        np.zeros(0, np.int32),
    )
    row_of = np.full(states, -1, dtype=np.int32)
    for fill in (False, True):
        if fill:
            first = np.zeros(rows + 1, dtype=np.int64)
            target, serves = np.zeros(arcs, dtype=np.int32), np.zeros(arcs, dtype=np.int32)
        row_of[:] = -1
        row_of[number * moves.steps + np.flatnonzero(begins) * (number + 1)] = 0
        rows, arcs = _go_through(
            moves, allowed, order, scratch, row_of, first, target, serves, fill
        )
    ends = number * moves.steps + np.arange(posts) * (number + 1) + number
    row_of[ends] = rows
    begin = np.where(begins, row_of[number * moves.steps + np.arange(posts) * (number + 1)], -1)
    return Options(first, row_of[target], serves, begin.astype(np.int32))


@bare_kernel
def _go_through(
    moves: Moves,
    allowed: Bool,
    order: Int64,
    scratch: Int64,
    row_of: Int32,
    first: Int64,
    target: Int32,
    serves: Int32,
    fill: bool,
) -> tuple[int, int]:
    """Number the states that can be reached, by time; how many, and their options.

    Args:
        order: int64, all states of free units by time.
        row_of: int32 [states], 0 where units begin, -1 elsewhere; filled.
    """
    number, posts = moves.home_s.shape
    steps = moves.steps
    rows, arcs, call = 0, 0, 0
    for place in range(len(order) + 1):
        free_s = np.inf
        own, step = 0, 0
        if place < len(order):
            own, step = order[place] // steps, order[place] % steps
            free_s = moves.decided_s[own] + step * moves.step_s + moves.busy_s[own]
        while call < number and moves.decided_s[call] < free_s:
            for post in range(posts):
                state = number * steps + post * (number + 1) + call
                if row_of[state] >= 0:
                    found = _at_post(moves, post, call, scratch)
                    arcs = _keep(scratch, found, arcs, row_of, target, serves, fill)
                    row_of[state] = rows
                    rows += 1
                    if fill:
                        first[rows] = arcs
            call += 1
        if place < len(order) and row_of[order[place]] >= 0:
            found = _when_free(moves, allowed, own, step, scratch)
            arcs = _keep(scratch, found, arcs, row_of, target, serves, fill)
            row_of[order[place]] = rows
            rows += 1
            if fill:
                first[rows] = arcs
    return rows, arcs


@inlined
def _keep(
    scratch: Int64, found: int, arcs: int, row_of: Int32, target: Int32, serves: Int32, fill: bool
) -> int:
    for option in range(found):
        row_of[scratch[0, option]] = max(row_of[scratch[0, option]], 0)
        if fill:
            target[arcs + option] = scratch[0, option]
            serves[arcs + option] = scratch[1, option]
    return arcs + found


@inlined
def _at_post(moves: Moves, post: int, call: int, scratch: Int64) -> int:
    """What a unit at a post can do when a call is decided: stand, or go."""
    number, steps = len(moves.decided_s), moves.steps
    scratch[0, 0] = number * steps + post * (number + 1) + call + 1
    scratch[1, 0] = SERVES_NOBODY
    arrival = moves.post_step[post, call]
    if arrival < 0:
        return 1
    return _serve(moves, call, arrival, scratch, 1)


@inlined
def _serve(moves: Moves, call: int, step: int, scratch: Int64, found: int) -> int:
    late = step * moves.step_s >= moves.limit_s[call] - CLEAR_S
    scratch[0, found] = call * moves.steps + step
    scratch[1, found] = 2 * call + (1 if late else 0)
    return found + 1


@inlined
def _when_free(moves: Moves, allowed: Bool, call: int, step: int, scratch: Int64) -> int:
    """What a unit that is free can do: take a call that waits, or drive to a post."""
    number, posts = moves.home_s.shape
    step_s = moves.step_s
    free_s = moves.decided_s[call] + step * step_s + moves.busy_s[call]
    found = 0
    begin = moves.queue_first[call]
    for other in range(begin, moves.queue_end[call]):
        if moves.decided_s[other] >= free_s + step_s:
            break
        drive_s = moves.direct_s[moves.direct_at[call] + other - begin]
        if drive_s == np.inf:  # no way, or the call itself
            continue
        total_s = max(free_s - moves.decided_s[other], 0.0) + drive_s
        arrival = max(0, int(np.ceil((total_s - CLEAR_S) / step_s)) - 1)
        if arrival < moves.steps:
            found = _serve(moves, other, arrival, scratch, found)
    first = moves.way_first[call]
    while first < number and moves.decided_s[first] < free_s:
        first += 1
    for post in range(posts):
        if allowed[post] and moves.way_length[call, post] > 0:
            found = _on_the_way(moves, call, step, free_s, first, post, scratch, found)
    return found


@inlined
def _on_the_way(
    moves: Moves,
    call: int,
    step: int,
    free_s: float,
    first: int,
    post: int,
    scratch: Int64,
    found: int,
) -> int:
    """Drive to a post: be sent to a call decided meanwhile, or stand there from then on."""
    number, step_s = len(moves.decided_s), moves.step_s
    length = moves.way_length[call, post]
    stands_s = free_s + moves.home_s[call, post]
    other = first
    while other < moves.way_end[call] and moves.decided_s[other] < stands_s + step_s:
        since_s = moves.decided_s[other] - moves.decided_s[call] - moves.busy_s[call]
        column = int(np.floor(since_s / step_s)) - step
        if 0 <= column < length:
            row = moves.way_at[call, post] + length * (other - moves.way_first[call])
            arrival = int(moves.way_step[row + column])
            if arrival != UNREACHED:
                found = _serve(moves, other, arrival, scratch, found)
        other += 1
    other = first
    while other < number and moves.decided_s[other] < stands_s:
        other += 1
    scratch[0, found] = number * moves.steps + post * (number + 1) + other
    scratch[1, found] = SERVES_NOBODY
    return found + 1


@inlined
def _cost(options: Options, option: int, price: Float64, value: Float64) -> float:
    serves = options.serves[option]
    if serves < 0:
        return float(value[options.target[option]])
    return float(value[options.target[option]] + (serves & 1) - price[serves >> 1])


@bare_kernel
def least_costs(options: Options, price: Float64, temperature: float, value: Float64) -> None:
    """Fill `value` float64 [R+1], from the end backwards."""
    rows = len(options.first) - 1
    value[rows] = 0.0
    for row in range(rows - 1, -1, -1):
        least = np.inf
        for option in range(options.first[row], options.first[row + 1]):
            least = min(least, _cost(options, option, price, value))
        if temperature > 0:
            total = 0.0
            for option in range(options.first[row], options.first[row + 1]):
                over = (_cost(options, option, price, value) - least) / temperature
                if over < _FAINT:
                    total += np.exp(-over)
            least -= temperature * np.log(total)
        value[row] = least


@bare_kernel
def add_visits(
    options: Options,
    price: Float64,
    temperature: float,
    value: Float64,
    units: Float64,
    flow: Float64,
    visits: Float64,
) -> None:
    """Add to `visits` float64 [n] how often units come to each call, going forwards.

    Args:
        temperature: > 0, that of `value`.
        units: float64 [P], that begin at each post.
        flow: float64 [R+1], scratch.
    """
    rows = len(options.first) - 1
    flow[:] = 0.0
    for post in range(len(units)):
        if units[post] > 0:
            flow[options.begin[post]] += units[post]
    for row in range(rows):
        if flow[row] < _LEAST_FLOW:
            continue
        for option in range(options.first[row], options.first[row + 1]):
            over = (_cost(options, option, price, value) - value[row]) / temperature
            if over < _FAINT:
                share = flow[row] * np.exp(-over)
                flow[options.target[option]] += share
                if options.serves[option] >= 0:
                    visits[options.serves[option] >> 1] += share
