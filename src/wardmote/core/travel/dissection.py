"""An order of nodes for hierarchies and labels: nested dissection by position.

The place is cut in two where few streets cross, the nodes at the cut are made the most important,
and each half is cut again. Every shortest path between the halves passes the cut, so labels and
hierarchies built in this order stay small. Cuts are straight lines in one of four directions, as
in inertial flow (doi:10.1007/978-3-319-20086-6_22); instead of a flow the narrowest vertex cut near
the middle is taken.
"""

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Float64, Int32, Int64

_SMALLEST = 6
_BALANCE = 0.3


def dissection_order(x: Float64, y: Float64, first: Int32, other: Int32) -> Int32:
    """Nodes from the most to the least important.

    Args:
        x, y: float64 [N], positions on a plane, any unit.
        first, other: int32 [N+1] and [A], neighbours of each node in either direction.

    Returns:
        int32 [N], a permutation.
    """
    order: Int32 = _dissect(x, y, first, other)
    return order


def neighbours(nodes: int, tail: Int32, head: Int32) -> tuple[Int32, Int32]:
    """Neighbour lists in either direction, as `dissection_order` takes them."""
    ends = np.concatenate((tail, head))
    others = np.concatenate((head, tail))
    by_end = np.argsort(ends, kind="stable")
    first = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(ends, minlength=nodes), out=first[1:])
    return first, others[by_end].astype(np.int32)


@kernel
def _narrowest_cut(
    members: Int32, along: Float64, first: Int32, other: Int32, place: Int32
) -> tuple[int, int, int]:
    """Size of the narrowest cut near the middle, where it is, and its side (0 left, 1 right).

    `members` come sorted by `along`; `place` is their rank, -1 for other nodes. A cut at c
    separates ranks < c from the rest by removing the left (or right) nodes with a neighbour
    across.
    """
    count = len(members)
    left = np.zeros(count + 2, dtype=np.int64)
    right = np.zeros(count + 2, dtype=np.int64)
    for rank in range(count):
        node = members[rank]
        furthest, nearest = rank, rank
        for position in range(first[node], first[node + 1]):
            at = place[other[position]]
            if at >= 0:
                furthest = max(furthest, at)
                nearest = min(nearest, at)
        left[rank + 1] += 1
        left[furthest + 1] -= 1
        right[nearest + 1] += 1
        right[rank + 1] -= 1
    low = max(1, int(count * _BALANCE))
    high = min(count - 1, count - low)
    best, where, side = count + 1, count // 2, 0
    lefts, rights = 0, 0
    for cut in range(count):
        lefts += left[cut]
        rights += right[cut]
        if low <= cut <= high:
            if lefts < best:
                best, where, side = lefts, cut, 0
            if rights < best:
                best, where, side = rights, cut, 1
    return best, where, side


@kernel
def _dissect(  # noqa: PLR0912, PLR0915 - one loop over pieces
    x: Float64, y: Float64, first: Int32, other: Int32
) -> Int32:
    nodes = len(x)
    pool = np.arange(nodes).astype(np.int32)
    place = np.full(nodes, -1, dtype=np.int32)
    depth = np.zeros(nodes, dtype=np.int64)
    starts = np.empty(nodes + 64, dtype=np.int64)
    ends = np.empty(nodes + 64, dtype=np.int64)
    depths = np.empty(nodes + 64, dtype=np.int64)
    starts[0], ends[0], depths[0] = 0, nodes, 0
    waiting = 1
    while waiting > 0:
        waiting -= 1
        start, end, level = starts[waiting], ends[waiting], depths[waiting]
        count = end - start
        if count <= _SMALLEST:
            for rank in range(count):
                depth[pool[start + rank]] = level + rank
            continue
        members = pool[start:end].copy()
        best, cut, side = count + 1, 0, 0
        chosen = members
        for direction in range(4):
            along = np.empty(count, dtype=np.float64)
            for rank in range(count):
                node = members[rank]
                if direction == 0:
                    along[rank] = x[node]
                elif direction == 1:
                    along[rank] = y[node]
                elif direction == 2:
                    along[rank] = x[node] + y[node]
                else:
                    along[rank] = x[node] - y[node]
            ranked = members[np.argsort(along, kind="mergesort")]
            for rank in range(count):
                place[ranked[rank]] = rank
            size, where, which = _narrowest_cut(ranked, along, first, other, place)
            if size < best:
                best, cut, side, chosen = size, where, which, ranked
        for rank in range(count):
            place[chosen[rank]] = rank
        below, above = start, end
        separators = 0
        for rank in range(count):
            node = chosen[rank]
            crossing = False
            if (rank < cut) == (side == 0):
                for position in range(first[node], first[node + 1]):
                    at = place[other[position]]
                    if at >= 0 and (at < cut) != (rank < cut):
                        crossing = True
                        break
            if crossing:
                depth[node] = level + separators
                separators += 1
            elif rank < cut:
                pool[below] = node
                below += 1
            else:
                above -= 1
                pool[above] = node
        for rank in range(count):
            place[chosen[rank]] = -1
        starts[waiting], ends[waiting], depths[waiting] = start, below, level + separators
        waiting += 1
        starts[waiting], ends[waiting], depths[waiting] = above, end, level + separators
        waiting += 1
    return np.argsort(depth, kind="mergesort").astype(np.int32)


def ranks_of(order: Int32) -> Int64:
    """Rank of each node in an order, int64 [N]; 0 the most important."""
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank
