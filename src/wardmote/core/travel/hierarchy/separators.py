"""Small sets of nodes that cut a piece of road network in two, by inertial flow.

The nodes are lined up along a direction on the ground; the first and the last share of them become
source and sink, and a maximum flow in which every node may be passed once finds the smallest set of
nodes that parts them (Schild and Sommer, doi:10.1007/978-3-319-20086-6_22; the flow is Dinic's,
with nodes for capacities). Of several directions the cut that is smallest for the size of its
smaller side wins.

In the flow each node v has two states: `v` (entered) and `n + v` (left). A node passes at most one
unit, so that the whole flow is two arrays: the node before and the node after.
"""

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Float64, Int32, UInt8

FROM_SIDE = 0
TO_SIDE = 1
CUT = 2

_NOTHING = -1
_TERMINAL = -2
_SHARE = 0.25
_DIRECTIONS = 8


@kernel
def _levels(
    first: Int32,
    adjacent: Int32,
    mark: UInt8,
    before: Int32,
    after: Int32,
    level: Int32,
    queue: Int32,
) -> bool:
    """Breadth first through what the flow leaves free; whether the sink was reached."""
    n = len(mark)
    level[:] = -1
    size = 0
    for v in range(n):
        if mark[v] == FROM_SIDE:
            level[v] = 0
            queue[size] = v
            size += 1
    reached = False
    done = 0
    while done < size:
        state = queue[done]
        done += 1
        onward = level[state] + 1
        if state < n:
            v = state
            other = n + v if before[v] == _NOTHING else n + before[v]
            if other >= n and level[other] < 0:
                level[other] = onward
                queue[size] = other
                size += 1
            continue
        v = state - n
        if mark[v] == TO_SIDE and after[v] != _TERMINAL:
            reached = True
        if reached:
            continue
        for position in range(first[v], first[v + 1]):
            w = adjacent[position]
            if level[w] < 0:
                level[w] = onward
                queue[size] = w
                size += 1
        if before[v] != _NOTHING and level[v] < 0:
            level[v] = onward
            queue[size] = v
            size += 1
    return reached


@kernel
def _push_along(path: Int32, steps: int, n: int, before: Int32, after: Int32) -> None:
    """One more unit of flow along a way of states."""
    before[path[0]] = _TERMINAL
    for step in range(steps - 1):
        a, b = path[step], path[step + 1]
        if a >= n:
            v = a - n
            if b == v:
                before[v] = after[v] = _NOTHING
            else:
                after[v] = b
                before[b] = v
    after[path[steps - 1] - n] = _TERMINAL


@kernel
def _next_state(
    state: int,
    first: Int32,
    adjacent: Int32,
    before: Int32,
    level: Int32,
    pointer: Int32,
    n: int,
) -> int:
    """A state one level farther that is still worth trying, -1 for none."""
    onward = level[state] + 1
    if state < n:
        v = state
        if before[v] == _TERMINAL:
            return -1
        other = n + v if before[v] == _NOTHING else n + before[v]
        return other if level[other] == onward else -1
    v = state - n
    while pointer[v] < first[v + 1]:
        w = adjacent[pointer[v]]
        if level[w] == onward:
            return int(w)
        pointer[v] += 1
    if before[v] != _NOTHING and level[v] == onward:
        return int(v)
    return -1


@kernel
def _blocking_flow(
    first: Int32,
    adjacent: Int32,
    mark: UInt8,
    before: Int32,
    after: Int32,
    level: Int32,
    pointer: Int32,
    path: Int32,
) -> int:
    """Send flow along the levels until no more fits; how many units."""
    n = len(mark)
    pointer[:] = first[:n]
    units = 0
    for source in range(n):
        if mark[source] != FROM_SIDE or before[source] == _TERMINAL:
            continue
        path[0] = source
        steps = 1
        while steps > 0:
            state = path[steps - 1]
            if state >= n and mark[state - n] == TO_SIDE and after[state - n] != _TERMINAL:
                _push_along(path, steps, n, before, after)
                units += 1
                break
            other = _next_state(state, first, adjacent, before, level, pointer, n)
            if other < 0:
                level[state] = -1
                steps -= 1
            else:
                path[steps] = other
                steps += 1
    return units


@kernel
def _backward(
    first: Int32,
    adjacent: Int32,
    mark: UInt8,
    before: Int32,
    after: Int32,
    reached: Int32,
    queue: Int32,
) -> None:
    """Mark (0, else -1) the states from which the sink can be reached."""
    n = len(mark)
    reached[:] = -1
    size = 0
    for v in range(n):
        if mark[v] == TO_SIDE:
            reached[n + v] = 0
            queue[size] = n + v
            size += 1
    done = 0
    while done < size:
        state = queue[done]
        done += 1
        if state >= n:
            v = state - n
            other = v if before[v] == _NOTHING else after[v]
            if other >= 0 and reached[other] < 0:
                reached[other] = 0
                queue[size] = other
                size += 1
            continue
        for position in range(first[state], first[state + 1]):
            other = n + adjacent[position]
            if reached[other] < 0:
                reached[other] = 0
                queue[size] = other
                size += 1
        if before[state] != _NOTHING and reached[n + state] < 0:
            reached[n + state] = 0
            queue[size] = n + state
            size += 1


@kernel
def _sides(level: Int32, forward: bool, side: UInt8) -> int:
    """Fill `side` from the states reached; the size of the smaller side."""
    n = len(side)
    counts = np.zeros(3, dtype=np.int64)
    for v in range(n):
        entered, left = level[v] >= 0, level[n + v] >= 0
        if forward:
            side[v] = FROM_SIDE if left else (CUT if entered else TO_SIDE)
        else:
            side[v] = TO_SIDE if entered else (CUT if left else FROM_SIDE)
        counts[side[v]] += 1
    return int(min(counts[FROM_SIDE], counts[TO_SIDE]))


@kernel
def cut_in_two(first: Int32, adjacent: Int32, x: Float64, y: Float64, side: UInt8) -> int:
    """Fill `side` [n] with `FROM_SIDE`, `TO_SIDE` or `CUT`; the size of the cut.

    `first` [n+1] and `adjacent` hold the neighbours of each node both ways, without loops; n >= 2
    and all nodes connected. `x`, `y` are positions in any one unit of length.
    """
    n = len(x)
    mark = np.empty(n, dtype=np.uint8)
    trial = np.empty(n, dtype=np.uint8)
    before = np.empty(n, dtype=np.int32)
    after = np.empty(n, dtype=np.int32)
    level = np.empty(2 * n, dtype=np.int32)
    queue = np.empty(2 * n, dtype=np.int32)
    pointer = np.empty(n, dtype=np.int32)
    best = np.inf
    best_cut = n
    ends = max(1, int(n * _SHARE))
    for direction in range(_DIRECTIONS):
        angle = np.pi * direction / _DIRECTIONS
        line = np.argsort(x * np.cos(angle) + y * np.sin(angle))
        mark[:] = CUT
        mark[line[:ends]] = FROM_SIDE
        mark[line[n - ends :]] = TO_SIDE
        before[:] = _NOTHING
        after[:] = _NOTHING
        cut = 0
        while 2 * cut < best * n and _levels(first, adjacent, mark, before, after, level, queue):
            cut += _blocking_flow(first, adjacent, mark, before, after, level, pointer, queue)
        if 2 * cut >= best * n:
            continue
        for forward in (True, False):
            if not forward:
                _backward(first, adjacent, mark, before, after, level, queue)
            smaller = _sides(level, forward, trial)
            if smaller > 0 and cut / smaller < best:
                best, best_cut = cut / smaller, cut
                side[:] = trial
    return best_cut if best < np.inf else _one_node(side)


@kernel
def _one_node(side: UInt8) -> int:
    """Where no direction left two sides (a clique, or a star): take out the first node."""
    side[:] = FROM_SIDE
    side[0] = CUT
    return 1
