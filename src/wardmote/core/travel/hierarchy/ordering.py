"""In which order nodes are contracted: nested dissection.

A small set of nodes cuts the network in two; it comes last, and the two sides are ordered in the
same way before it (George, doi:10.1137/0710032). Nodes that matter for no one but their neighbours
come first, the bridges between the halves of the city last. Pieces of at most `LEAF` nodes are
finished by taking the node with the fewest neighbours again and again, counting the neighbours
outside the piece too.
"""

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Float64, Int32, Int64, RoadGraph, UInt8
from wardmote.core.travel.hierarchy.separators import FROM_SIDE, cut_in_two

LEAF = 24
"""Nodes of a piece that is not cut any more; with its neighbours it must fit into 64 bits."""

_MOST_LOCAL = 64


def order_of(graph: RoadGraph) -> Int32:
    """Nodes of the graph in the order of contraction, int32 [N]: the node of each rank.

    Depends on the streets alone, not on durations or closures. Takes seconds for a city
    of twenty thousand nodes and half a minute for several hundred thousand: keep it with the city.
    """
    stretch = np.cos(np.radians(graph.junction_lat.mean())) if graph.junctions else 1.0
    x = graph.junction_lon[graph.node_origin] * stretch
    y = graph.junction_lat[graph.node_origin]
    first, adjacent = neighbours(graph.tail, graph.head, graph.nodes)
    return nested_dissection(first, adjacent, x, np.ascontiguousarray(y))


def neighbours(tail: Int32, head: Int32, nodes: int) -> tuple[Int32, Int32]:
    """Who is joined to whom by any arc in either direction: CSR offsets [N+1], neighbours.

    Each neighbour once, rising, without loops.
    """
    both = np.concatenate((tail, head)).astype(np.int64) * nodes
    both += np.concatenate((head, tail))
    both = np.unique(both)
    one, other = np.divmod(both, max(nodes, 1))
    keep = one != other
    one, other = one[keep], other[keep]
    first = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(one, minlength=nodes), out=first[1:])
    return first, other.astype(np.int32)


def nested_dissection(first: Int32, adjacent: Int32, x: Float64, y: Float64) -> Int32:
    """The node of each rank, int32 [N]; see `order_of`. Positions in any one unit of length."""
    order = np.arange(len(x), dtype=np.int32)
    _dissect(first, adjacent, x, y, order)
    return order


@kernel
def _dissect(first: Int32, adjacent: Int32, x: Float64, y: Float64, order: Int32) -> None:
    """Permute `order`, range by range: side, other side, cut. Ranges still to do wait on a stack.

    `local` holds the place of each node in the range at hand, -1 outside; it is reset after use.
    """
    nodes = len(order)
    local = np.full(nodes, -1, dtype=np.int32)
    waiting = np.empty((nodes + 2, 3), dtype=np.int64)  # low, high, known to be connected
    waiting[0, 0], waiting[0, 1], waiting[0, 2] = 0, nodes, 0
    count = 1
    while count > 0:
        count -= 1
        low, high, connected = waiting[count, 0], waiting[count, 1], waiting[count, 2]
        size = high - low
        if size <= 1:
            continue
        piece = order[low:high]
        for place in range(size):
            local[piece[place]] = place
        if connected == 0:
            count = _components(first, adjacent, piece, local, low, waiting, count)
        elif size > LEAF or not _fewest_first(first, adjacent, piece, local):
            middle, cut = _cut(first, adjacent, x, y, piece, local)
            waiting[count, 0], waiting[count, 1], waiting[count, 2] = low, low + middle, 0
            waiting[count + 1, 0] = low + middle
            waiting[count + 1, 1], waiting[count + 1, 2] = high - cut, 0
            count += 2
        for place in range(size):
            local[piece[place]] = -1


@kernel
def _components(
    first: Int32,
    adjacent: Int32,
    piece: Int32,
    local: Int32,
    low: int,
    waiting: Int64,
    count: int,
) -> int:
    """Put connected nodes side by side in `piece`, each group a range to do; the new count."""
    size = len(piece)
    queue = np.empty(size, dtype=np.int32)
    seen = np.zeros(size, dtype=np.bool_)
    filled = 0
    for start in range(size):
        if seen[start]:
            continue
        begin = done = filled
        queue[filled] = piece[start]
        seen[start] = True
        filled += 1
        while done < filled:
            node = queue[done]
            done += 1
            for position in range(first[node], first[node + 1]):
                place = local[adjacent[position]]
                if place >= 0 and not seen[place]:
                    seen[place] = True
                    queue[filled] = adjacent[position]
                    filled += 1
        if filled - begin > 1:
            waiting[count, 0], waiting[count, 1], waiting[count, 2] = low + begin, low + filled, 1
            count += 1
    piece[:] = queue
    return count


@kernel
def _cut(
    first: Int32, adjacent: Int32, x: Float64, y: Float64, piece: Int32, local: Int32
) -> tuple[int, int]:
    """Permute the piece into side, other side, cut; sizes of the first side and of the cut."""
    size = len(piece)
    own_first = np.zeros(size + 1, dtype=np.int32)
    room = 0
    for place in range(size):
        room += first[piece[place] + 1] - first[piece[place]]
    own = np.empty(room, dtype=np.int32)
    filled = 0
    for place in range(size):
        node = piece[place]
        for position in range(first[node], first[node + 1]):
            other = local[adjacent[position]]
            if other >= 0:
                own[filled] = other
                filled += 1
        own_first[place + 1] = filled
    side = np.empty(size, dtype=np.uint8)
    cut = cut_in_two(own_first, own[:filled], x[piece], y[piece], side)
    return _by_side(piece, side), cut


@kernel
def _by_side(piece: Int32, side: UInt8) -> int:
    """Sort a piece by side, stably; the size of the first side."""
    counts = np.zeros(4, dtype=np.int64)
    for place in range(len(piece)):
        counts[side[place] + 1] += 1
    for kind in range(3):
        counts[kind + 1] += counts[kind]
    middle = counts[FROM_SIDE + 1]
    sorted_piece = np.empty_like(piece)
    for place in range(len(piece)):
        sorted_piece[counts[side[place]]] = piece[place]
        counts[side[place]] += 1
    piece[:] = sorted_piece
    return int(middle)


@kernel
def _bits(value: int) -> int:
    """How many bits are set in 64."""
    v = np.uint64(value)
    v = v - ((v >> np.uint64(1)) & np.uint64(0x5555555555555555))
    v = (v & np.uint64(0x3333333333333333)) + ((v >> np.uint64(2)) & np.uint64(0x3333333333333333))
    v = (v + (v >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((v * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def _fewest_first(first: Int32, adjacent: Int32, piece: Int32, local: Int32) -> bool:
    """Order a small piece by fewest neighbours; False (nothing done) if 64 bits are too few.

    Bits below the size of the piece are its own nodes, those above are neighbours outside.
    """
    size = len(piece)
    outside = np.empty(_MOST_LOCAL, dtype=np.int32)
    outsiders = 0
    near = np.zeros(size, dtype=np.uint64)
    one = np.uint64(1)
    for place in range(size):
        node = piece[place]
        for position in range(first[node], first[node + 1]):
            other = adjacent[position]
            bit = int(local[other])
            if bit < 0:
                bit = 0
                while bit < outsiders and outside[bit] != other:
                    bit += 1
                if bit == outsiders:
                    if size + outsiders == _MOST_LOCAL:
                        return False
                    outside[outsiders] = other
                    outsiders += 1
                bit += size
            near[place] |= one << np.uint64(bit)
    taken = np.zeros(size, dtype=np.bool_)
    result = np.empty(size, dtype=np.int32)
    for turn in range(size):
        chosen, fewest = -1, _MOST_LOCAL + 1
        for place in range(size):
            if not taken[place]:
                degree = _bits(near[place])
                if degree < fewest:
                    chosen, fewest = place, degree
        taken[chosen] = True
        result[turn] = piece[chosen]
        gone = ~(one << np.uint64(chosen))
        for place in range(size):
            if not taken[place] and (near[chosen] >> np.uint64(place)) & one:
                near[place] = (near[place] | near[chosen]) & gone & ~(one << np.uint64(place))
    piece[:] = result
    return True
