"""What stays the same whatever the traffic: the chordal supergraph, cut into dense fronts.

Contracting a node joins all its remaining neighbours to one another. Done in a given order this
yields the chordal supergraph of a customizable contraction hierarchy (Dibbelt, Strasser and Wagner,
doi:10.1145/2886843); the next neighbour in the order is a node's parent in the elimination tree
(Liu, doi:10.1137/0611010). Nodes that follow one another and have the same later neighbours form a
*front*, as in the multifrontal factorization of sparse matrices (Duff and Reid,
doi:10.1145/356044.356047): their arcs fill one dense matrix, on which durations are customized by
whole rows.

Nodes are named by *rank* here: 0 is contracted first. Ranks follow a postorder of the elimination
tree, so that what hangs below a node lies directly before it.
"""

from dataclasses import dataclass, fields

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import NONE, Int32, Int64, RoadGraph
from wardmote.core.travel.hierarchy.ordering import neighbours, order_of

_LANES = 8
"""Rows of a front's matrix are filled up to a multiple of this, so that no loop has a remainder."""

_SMALL_FRONT = 8
"""A front of at most so many nodes takes in its last child's front even if that adds arcs."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Contraction:
    """The supergraph of one road graph. Build it with `contract`; read-only.

    N nodes, S fronts, M arcs of the graph. A front's *members* are its own nodes (its pivots, by
    rank), then its border: the later nodes that they are joined to.

    - `rank` int32 [N]: rank of each node; `parent` int32 [N]: by rank, -1 for a root.
    - `first_pivot` int32 [S+1]: pivots of front f are the ranks `first_pivot[f]` up to
      `first_pivot[f+1]`. Fronts rise with their pivots.
    - `first_border` int64 [S+1], `border` int32: ranks of each front's border, rising.
    - `above` int32 [S]: the front that holds the first of the border, -1 for a root.
    - `place_above` int32: for each `border` entry its place among the members of front `above`.
    - `first_arc` int32 [S+1], `arc` int32, `cell` int32: arcs whose earlier end is a pivot of the
      front, and the cell (tail's place * width + head's place) of the front's matrix.
    - `first_cell` int64 [S+1]: where each front's matrix begins among all of them. It has a row for
      each member, `width(members)` cells long.
    """

    rank: Int32
    parent: Int32
    first_pivot: Int32
    first_border: Int64
    border: Int32
    above: Int32
    place_above: Int32
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
    again = _postorder(_elimination_tree(first, adjacent))
    rank = again[rank]
    first, adjacent = neighbours(rank[tail], rank[head], nodes)
    parent = _elimination_tree(first, adjacent)
    size = _column_sizes(first, adjacent, parent)
    first_pivot = _front_starts(parent, size)
    front_of = np.repeat(
        np.arange(len(first_pivot) - 1, dtype=np.int32), np.diff(first_pivot)
    ).astype(np.int32)
    first_border, border = _borders(first, adjacent, size, first_pivot, front_of)
    above = _above(first_border, border, front_of)
    place_above = np.empty(len(border), dtype=np.int32)
    _places(first_pivot, first_border, border, above, place_above)
    first_arc, arc, cell = _cells(
        rank[tail], rank[head], first_pivot, first_border, border, front_of
    )
    pivots = np.diff(first_pivot).astype(np.int64)
    members = pivots + np.diff(first_border)
    widths = (members + _LANES - 1) // _LANES * _LANES
    return Contraction(
        rank=rank,
        parent=parent,
        first_pivot=first_pivot,
        first_border=first_border,
        border=border,
        above=above,
        place_above=place_above,
        first_arc=first_arc,
        arc=arc,
        cell=cell,
        first_cell=np.concatenate(([0], np.cumsum(members * widths))),
    )


def _above(first_border: Int64, border: Int32, front_of: Int32) -> Int32:
    above = np.full(len(first_border) - 1, NONE, dtype=np.int32)
    bordered = np.flatnonzero(np.diff(first_border) > 0)
    above[bordered] = front_of[border[first_border[bordered]]]
    return above


def _cells(
    tail: Int32,
    head: Int32,
    first_pivot: Int32,
    first_border: Int64,
    border: Int32,
    front_of: Int32,
) -> tuple[Int32, Int32, Int32]:
    """Arcs by front, and their cells; loops are left out."""
    arc = np.flatnonzero(tail != head).astype(np.int32)
    front = front_of[np.minimum(tail[arc], head[arc])]
    arc = arc[np.argsort(front, kind="stable")]
    front = np.sort(front)
    first_arc = np.zeros(len(first_pivot), dtype=np.int32)
    np.cumsum(np.bincount(front, minlength=len(first_pivot) - 1), out=first_arc[1:])
    cell = np.empty(len(arc), dtype=np.int32)
    _fill_cells(tail[arc], head[arc], front, first_pivot, first_border, border, cell)
    return first_arc, arc, cell


@kernel
def width(members: int) -> int:
    """Cells of a row in the matrix of a front with so many members."""
    return (members + _LANES - 1) // _LANES * _LANES


@kernel
def _elimination_tree(first: Int32, adjacent: Int32) -> Int32:
    """Parent of each rank, -1 for roots; ancestors are shortened on the way."""
    nodes = len(first) - 1
    parent = np.full(nodes, -1, dtype=np.int32)
    shortcut = np.full(nodes, -1, dtype=np.int32)
    for v in range(nodes):
        for position in range(first[v], first[v + 1]):
            u = int(adjacent[position])
            while u != -1 and u < v:
                higher = shortcut[u]
                shortcut[u] = v
                if higher == -1:
                    parent[u] = v
                u = higher
    return parent


@kernel
def _postorder(parent: Int32) -> Int32:
    """New number of each node: children directly before their parent, in their old order."""
    nodes = len(parent)
    below = np.ones(nodes, dtype=np.int32)
    for v in range(nodes):
        if parent[v] >= 0:
            below[parent[v]] += below[v]
    free = np.empty(nodes, dtype=np.int32)  # greatest number still free below each node
    number = np.empty(nodes, dtype=np.int32)
    last = nodes - 1
    for v in range(nodes - 1, -1, -1):
        if parent[v] >= 0:
            number[v] = free[parent[v]]
            free[parent[v]] -= below[v]
        else:
            number[v] = last
            last -= below[v]
        free[v] = number[v] - 1
    return number


@kernel
def _column_sizes(first: Int32, adjacent: Int32, parent: Int32) -> Int32:
    """How many later nodes each node is joined to: every node climbs from its earlier ones."""
    nodes = len(parent)
    size = np.zeros(nodes, dtype=np.int32)
    visited = np.full(nodes, -1, dtype=np.int32)
    for v in range(nodes):
        visited[v] = v
        for position in range(first[v], first[v + 1]):
            u = int(adjacent[position])
            while u < v and visited[u] != v:
                visited[u] = v
                size[u] += 1
                u = int(parent[u])
    return size


@kernel
def _front_starts(parent: Int32, size: Int32) -> Int32:
    """First pivot of each front, and the number of nodes at the end."""
    nodes = len(parent)
    start = np.empty(nodes + 1, dtype=np.int32)
    fronts = 0
    begin = 0
    for v in range(nodes):
        joined = v > 0 and parent[v - 1] == v
        if joined:
            same = size[v - 1] == size[v] + 1
            joined = same or v + 1 - begin + size[v] <= _SMALL_FRONT
        if not joined:
            begin = v
            start[fronts] = v
            fronts += 1
    start[fronts] = nodes
    return start[: fronts + 1].copy()


@kernel
def _borders(
    first: Int32, adjacent: Int32, size: Int32, first_pivot: Int32, front_of: Int32
) -> tuple[Int64, Int32]:
    """Border of each front: what its nodes and the fronts hanging on it are joined to later."""
    fronts = len(first_pivot) - 1
    first_border = np.zeros(fronts + 1, dtype=np.int64)
    for front in range(fronts):
        first_border[front + 1] = first_border[front] + size[first_pivot[front + 1] - 1]
    border = np.empty(first_border[fronts], dtype=np.int32)
    seen = np.full(len(front_of), -1, dtype=np.int32)
    child = np.full(fronts, -1, dtype=np.int32)
    sibling = np.full(fronts, -1, dtype=np.int32)
    for front in range(fronts):
        filled = first_border[front]
        end = first_pivot[front + 1]
        for v in range(first_pivot[front], end):
            for position in range(first[v], first[v + 1]):
                u = adjacent[position]
                if u >= end and seen[u] != front:
                    seen[u] = front
                    border[filled] = u
                    filled += 1
        below = child[front]
        while below >= 0:
            for position in range(first_border[below], first_border[below + 1]):
                u = border[position]
                if u >= end and seen[u] != front:
                    seen[u] = front
                    border[filled] = u
                    filled += 1
            below = sibling[below]
        if filled > first_border[front]:
            own = border[first_border[front] : filled]
            own.sort()
            higher = front_of[own[0]]
            sibling[front] = child[higher]
            child[higher] = front
    return first_border, border


@kernel
def _places(
    first_pivot: Int32, first_border: Int64, border: Int32, above: Int32, place_above: Int32
) -> None:
    """Place of each border node among the members of the front above; both lists rise."""
    for front in range(len(above)):
        higher = above[front]
        if higher < 0:
            continue
        begin, end = first_pivot[higher], first_pivot[higher + 1]
        cursor = first_border[higher]
        for position in range(first_border[front], first_border[front + 1]):
            v = border[position]
            if v < end:
                place_above[position] = v - begin
                continue
            while border[cursor] < v:
                cursor += 1
            place_above[position] = end - begin + cursor - first_border[higher]


@kernel
def _fill_cells(
    tail: Int32,
    head: Int32,
    front: Int32,
    first_pivot: Int32,
    first_border: Int64,
    border: Int32,
    cell: Int32,
) -> None:
    for row in range(len(tail)):
        f = front[row]
        begin, end = first_pivot[f], first_pivot[f + 1]
        low, high = first_border[f], first_border[f + 1]
        row_cells = width(end - begin + high - low)
        later = max(tail[row], head[row])
        place = later - begin
        if later >= end:
            place = end - begin + np.searchsorted(border[low:high], later)
        if tail[row] == later:
            cell[row] = place * row_cells + head[row] - begin
        else:
            cell[row] = (tail[row] - begin) * row_cells + place
