"""What stays the same whatever the traffic: the chordal supergraph, cut into dense fronts.

Contracting a node joins all its remaining neighbours to one another. Done in a given order this
yields the chordal supergraph of a customizable contraction hierarchy (Dibbelt, Strasser and Wagner,
doi:10.1145/2886843). Nodes that follow one another and have the same later neighbours form a
*front*, as in the multifrontal factorization of sparse matrices (Duff and Reid,
doi:10.1145/356044.356047): their arcs fill one dense matrix, on which durations are customized by
whole rows.

Streets have directions. A front is driven into from some nodes of its border, its *entrances*, and
out of to some, its *exits*; only from an entrance to an exit can a way lead through it, so the
matrix has rows for the first and columns for the second alone. Of streets that are driven both ways
most nodes are both. Where turns are restricted, a cut runs through copies of junctions that are
entered in one direction, and a quarter of the cells remains (Buchhold, Wagner, Zeitz and Zuendorf,
"Customizable contraction hierarchies with turn costs", ATMOS 2020, leave out single arcs for the
same reason).

Nodes are named by *rank* here: 0 is contracted first. Ranks follow a postorder of the elimination
tree, so that what hangs below a node lies directly before it.
"""

from dataclasses import dataclass, fields

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Int32, Int64, RoadGraph, UInt8
from wardmote.core.travel.hierarchy.elimination import (
    column_sizes,
    elimination_tree,
    front_starts,
    postorder,
)
from wardmote.core.travel.hierarchy.ordering import neighbours, order_of

_LANES = 8
"""Rows of a front's matrix are filled up to a multiple of this, so that no loop has a remainder."""

ENTRANCE, EXIT = 1, 2
"""Bits of what a border node is to a front."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Contraction:
    """The supergraph of one road graph. Build it with `contract`; read-only.

    N nodes, S fronts, M arcs of the graph. The matrix of a front has a row for each of its own
    nodes (its pivots, by rank), then for each entrance, and a column for each pivot, then for each
    exit. Nodes that are both come first among either, in the same order.

    - `rank` int32 [N]: rank of each node; `parent` int32 [N]: by rank, -1 for a root.
    - `first_pivot` int32 [S+1]: pivots of front f are the ranks `first_pivot[f]` up to
      `first_pivot[f+1]`. Fronts rise with their pivots.
    - `first_border` int64 [S+1], `border` int32: ranks of the later nodes that each front's pivots
      are joined to, rising.
    - `above` int32 [S]: the front that holds the first of the border, -1 for a root.
    - `both` int32 [S]: how many border nodes are entrances and exits.
    - `first_entrance`, `first_exit` int64 [S+1], `entrance`, `exit` int32: ranks.
    - `entrance_above`, `exit_above` int32: row or column of each in the matrix of front `above`, or
      -1 where no way leads through the front.
    - `first_arc` int32 [S+1], `arc` int32, `cell` int32: arcs whose earlier end is a pivot of the
      front, and the cell (tail's row * width + head's column) of the front's matrix.
    - `first_cell` int64 [S+1]: where each front's matrix begins among all of them. Its rows are
      `width(columns)` cells long.
    """

    rank: Int32
    parent: Int32
    first_pivot: Int32
    first_border: Int64
    border: Int32
    above: Int32
    both: Int32
    first_entrance: Int64
    entrance: Int32
    entrance_above: Int32
    first_exit: Int64
    exit: Int32
    exit_above: Int32
    first_arc: Int32
    arc: Int32
    cell: Int32
    first_cell: Int64

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).flags.writeable = False

    @property
    def nodes(self) -> int:
        """Number of nodes of the road graph."""
        return len(self.rank)

    @property
    def fronts(self) -> int:
        """Number of fronts."""
        return len(self.above)

    @property
    def shortcuts(self) -> int:
        """Pairs of nodes joined in the supergraph, the graph's own arcs among them."""
        pivots = np.diff(self.first_pivot).astype(np.int64)
        return int((pivots * (pivots - 1) // 2 + pivots * np.diff(self.first_border)).sum())

    @property
    def order(self) -> Int32:
        """The node of each rank, int32 [N]: contracting in this order gives the same again."""
        return np.argsort(self.rank).astype(np.int32)


def contract(graph: RoadGraph, order: Int32 | None = None) -> Contraction:
    """Contract a graph's nodes in an order (`ordering.order_of` unless given).

    Raises `ValueError` where the order does not name every node once.
    """
    chosen = order_of(graph) if order is None else np.asarray(order, dtype=np.int32)
    return contract_arcs(graph.tail, graph.head, graph.nodes, chosen)


def contract_arcs(tail: Int32, head: Int32, nodes: int, order: Int32) -> Contraction:
    """The same for bare arcs (int32 [M] tails and heads)."""
    if len(order) != nodes or not np.array_equal(np.sort(order), np.arange(nodes)):
        msg = f"the order of contraction must name each of {nodes} nodes once"
        raise ValueError(msg)
    rank = np.empty(nodes, dtype=np.int32)
    rank[order] = np.arange(nodes, dtype=np.int32)
    first, adjacent = neighbours(rank[tail], rank[head], nodes)
    rank = postorder(elimination_tree(first, adjacent))[rank]
    tail, head = rank[tail], rank[head]
    first, adjacent = neighbours(tail, head, nodes)
    parent = elimination_tree(first, adjacent)
    first_pivot = front_starts(parent, size := column_sizes(first, adjacent, parent))
    fronts = len(first_pivot) - 1
    pivots = np.diff(first_pivot)
    front_of = np.repeat(np.arange(fronts, dtype=np.int32), pivots)
    first_border, border, kind, above = _borders(
        first, adjacent, _kinds(tail, head, first, adjacent), size, first_pivot, front_of
    )
    owner = np.repeat(np.arange(fronts), np.diff(first_border))
    both = np.bincount(owner[kind == ENTRANCE | EXIT], minlength=fronts).astype(np.int32)
    first_entrance, entrance = _side(owner, border, kind, ENTRANCE, fronts)
    first_exit, exits = _side(owner, border, kind, EXIT, fronts)
    first_arc, arc, cell = _cells(
        tail, head, first_pivot, first_entrance, entrance, first_exit, exits, front_of
    )
    rows = pivots + np.diff(first_entrance)
    widths = (pivots + np.diff(first_exit) + _LANES - 1) // _LANES * _LANES
    return Contraction(
        rank=rank,
        parent=parent,
        first_pivot=first_pivot,
        first_border=first_border,
        border=border,
        above=above,
        both=both,
        first_entrance=first_entrance,
        entrance=entrance,
        entrance_above=_places_above(first_pivot, above, first_entrance, entrance),
        first_exit=first_exit,
        exit=exits,
        exit_above=_places_above(first_pivot, above, first_exit, exits),
        first_arc=first_arc,
        arc=arc,
        cell=cell,
        first_cell=np.concatenate(([0], np.cumsum(rows * widths))),
    )


def _kinds(tail: Int32, head: Int32, first: Int32, adjacent: Int32) -> UInt8:
    """What each neighbour is to the node it is listed for: an arc leads from it, to it, or both."""
    nodes = np.int64(len(first) - 1)
    node = np.repeat(np.arange(nodes), np.diff(first))
    arcs = np.unique(tail * nodes + head)
    kind = np.zeros(len(adjacent), dtype=np.uint8)
    if len(arcs):
        for bit, pairs in ((ENTRANCE, adjacent * nodes + node), (EXIT, node * nodes + adjacent)):
            found = np.minimum(np.searchsorted(arcs, pairs), len(arcs) - 1)
            kind[arcs[found] == pairs] |= bit
    return kind


def _side(owner: Int64, border: Int32, kind: UInt8, bit: int, fronts: int) -> tuple[Int64, Int32]:
    """Offsets by front, and its border nodes of a kind: those that are both first, then by rank."""
    chosen = np.flatnonzero(kind & bit)
    chosen = chosen[np.lexsort((kind[chosen] != ENTRANCE | EXIT, owner[chosen]))]
    counts = np.bincount(owner[chosen], minlength=fronts)
    return np.concatenate(([0], np.cumsum(counts))), border[chosen]


def _cells(
    tail: Int32,
    head: Int32,
    first_pivot: Int32,
    first_entrance: Int64,
    entrance: Int32,
    first_exit: Int64,
    exits: Int32,
    front_of: Int32,
) -> tuple[Int32, Int32, Int32]:
    """Arcs by front, and their cells; loops are left out."""
    arc = np.flatnonzero(tail != head).astype(np.int32)
    front = front_of[np.minimum(tail[arc], head[arc])]
    arc = arc[np.argsort(front, kind="stable")]
    first_arc = np.zeros(len(first_pivot), dtype=np.int32)
    np.cumsum(np.bincount(front, minlength=len(first_pivot) - 1), out=first_arc[1:])
    cell = np.empty(len(arc), dtype=np.int32)
    _fill_cells(
        tail[arc], head[arc], first_arc, first_pivot, first_entrance, entrance, first_exit, exits,
        cell,
    )  # fmt: skip
    return first_arc, arc, cell


def _places_above(first_pivot: Int32, above: Int32, first: Int64, side: Int32) -> Int32:
    """Row (of entrances) or column (of exits) in the matrix of the front above; -1 for none."""
    order = np.argsort(above, kind="stable").astype(np.int32)
    place_above = np.full(len(side), -1, dtype=np.int32)
    _fill_places(first_pivot, above, order, first, side, place_above)
    return place_above


@kernel
def width(columns: int) -> int:
    """Cells of a row in the matrix of a front with so many columns."""
    return (columns + _LANES - 1) // _LANES * _LANES


@kernel
def _borders(
    first: Int32, adjacent: Int32, ways: UInt8, size: Int32, first_pivot: Int32, front_of: Int32
) -> tuple[Int64, Int32, UInt8, Int32]:
    """Border of each front: what its nodes and the fronts hanging on it are joined to later.

    Offsets, ranks, kinds, and the front above. A front below adds to the kinds only if a way leads
    through it.
    """
    fronts = len(first_pivot) - 1
    first_border = np.zeros(fronts + 1, dtype=np.int64)
    for front in range(fronts):
        first_border[front + 1] = first_border[front] + size[first_pivot[front + 1] - 1]
    border = np.empty(first_border[fronts], dtype=np.int32)
    kind = np.zeros(first_border[fronts], dtype=np.uint8)
    kind_of = np.zeros(len(front_of), dtype=np.uint8)
    seen = np.full(len(front_of), -1, dtype=np.int32)
    above = np.full(fronts, -1, dtype=np.int32)
    child = np.full(fronts, -1, dtype=np.int32)
    sibling = np.full(fronts, -1, dtype=np.int32)
    for front in range(fronts):
        begin = filled = first_border[front]
        end = first_pivot[front + 1]
        for v in range(first_pivot[front], end):
            low, high = first[v], first[v + 1]
            filled = _join(
                adjacent[low:high], ways[low:high], ENTRANCE | EXIT, end, front, seen, kind_of,
                border, filled,
            )  # fmt: skip
        below = child[front]
        while below >= 0:
            low, high = first_border[below], first_border[below + 1]
            passed = np.uint8(0)
            for position in range(low, high):
                passed |= kind[position]
            mask = ENTRANCE | EXIT if passed == ENTRANCE | EXIT else 0
            filled = _join(
                border[low:high], kind[low:high], mask, end, front, seen, kind_of, border, filled
            )
            below = sibling[below]
        if filled > begin:
            border[begin:filled].sort()
            for position in range(begin, filled):
                kind[position] = kind_of[border[position]]
            higher = front_of[border[begin]]
            above[front] = higher
            sibling[front] = child[higher]
            child[higher] = front
    return first_border, border, kind, above


@kernel
def _join(
    joined: Int32,
    ways: UInt8,
    mask: int,
    end: int,
    front: int,
    seen: Int32,
    kind_of: UInt8,
    border: Int32,
    filled: int,
) -> int:
    """Put nodes from `end` on into the border where they are not yet; how far it is filled then."""
    for position in range(len(joined)):
        u = joined[position]
        if u < end:
            continue
        if seen[u] != front:
            seen[u] = front
            kind_of[u] = 0
            border[filled] = u
            filled += 1
        kind_of[u] |= ways[position] & mask
    return filled


@kernel
def _fill_places(
    first_pivot: Int32, above: Int32, order: Int32, first: Int64, side: Int32, place_above: Int32
) -> None:
    """Fronts are taken in `order`, those of the same front above together."""
    place = np.full(first_pivot[-1], -1, dtype=np.int32)
    current = -1
    for front in order:
        higher = above[front]
        if higher < 0:
            continue
        if higher != current:
            if current >= 0:
                _number(first_pivot, first, side, current, place, False)
            current = higher
            _number(first_pivot, first, side, current, place, True)
        for position in range(first[front], first[front + 1]):
            place_above[position] = place[side[position]]


@kernel
def _number(
    first_pivot: Int32, first: Int64, side: Int32, front: int, place: Int32, given: bool
) -> None:
    """Give the members of a front their rows or columns, or take them away."""
    begin, end = first_pivot[front], first_pivot[front + 1]
    for v in range(begin, end):
        place[v] = v - begin if given else -1
    for position in range(first[front], first[front + 1]):
        place[side[position]] = end - begin + position - first[front] if given else -1


@kernel
def _fill_cells(
    tail: Int32,
    head: Int32,
    first_arc: Int32,
    first_pivot: Int32,
    first_entrance: Int64,
    entrance: Int32,
    first_exit: Int64,
    exits: Int32,
    cell: Int32,
) -> None:
    row = np.full(first_pivot[-1], -1, dtype=np.int32)
    column = np.full(first_pivot[-1], -1, dtype=np.int32)
    for front in range(len(first_pivot) - 1):
        _number(first_pivot, first_entrance, entrance, front, row, True)
        _number(first_pivot, first_exit, exits, front, column, True)
        pivots = first_pivot[front + 1] - first_pivot[front]
        cells = width(pivots + first_exit[front + 1] - first_exit[front])
        for position in range(first_arc[front], first_arc[front + 1]):
            cell[position] = row[tail[position]] * cells + column[head[position]]
