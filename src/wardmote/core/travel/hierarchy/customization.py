"""Durations put into the contraction: what is done anew after each change of traffic.

Two passes over the fronts (perfect customization, Dibbelt, Strasser and Wagner,
doi:10.1145/2886843, section 7), each a min-plus product of dense rows:

- *upwards*: every pivot offers its neighbours the way through itself, as in a Cholesky
  factorization with (min, +) in place of (+, *). What remains of a front goes to the one above.
- *downwards*: the border of a front is a clique whose true distances are known from above; with
  them the pivots' arcs become true distances too.

An arc is kept only if no way through another later neighbour is as short. Every pair then still
has a shortest way that first climbs and then descends on kept arcs: of all nodes on all its
shortest ways take the one contracted last; towards it, the later neighbour nearest to a node on
such a way is always a kept one. Most arcs of the supergraph are dropped, which is why searches are
short. Where an arc takes 0 ms, arcs that are merely equalled are kept (two nodes 0 ms apart could
otherwise each give way to the other).

Sums are taken in unsigned 32 bits, where two times `INF_MS` still fits.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import INF_MS, Int32, Int64, RoadGraph
from wardmote.core.travel.hierarchy.contraction import Contraction, contract, width
from wardmote.core.travel.metric import Metric

UInt32 = NDArray[np.uint32]

_FAR = np.uint32(INF_MS)

_NARROW = 16
"""Rows of so few cells are done faster than it is decided whether they can be left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Kept arcs between nodes and their later neighbours, by the earlier end.

    - `first` int32 [N+1]: arcs of rank v are `first[v] : first[v+1]`.
    - `link` int32 [A, 2]: rank of the later end, and duration in ms (`< INF_MS`).
    """

    first: Int32
    link: Int32

    def __post_init__(self) -> None:
        self.first.flags.writeable = False
        self.link.flags.writeable = False


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """One graph under one metric, ready for queries; immutable.

    `up`: arcs driven from the earlier to the later end; `down`: from the later to the earlier.
    """

    graph: RoadGraph
    metric: Metric
    contraction: Contraction
    up: Arcs
    down: Arcs

    @classmethod
    def of(
        cls, graph: RoadGraph, metric: Metric, contraction: Contraction | None = None
    ) -> "Hierarchy":
        """Contract the graph (seconds, unless a contraction is given) and put durations in."""
        chosen = contract(graph) if contraction is None else contraction
        if chosen.nodes != graph.nodes:
            msg = f"the contraction has {chosen.nodes} nodes, the graph {graph.nodes}"
            raise ValueError(msg)
        up, down = put_durations(chosen, metric.passing_ms[graph.half_edge])
        return cls(graph, metric, chosen, up, down)

    def under(self, metric: Metric) -> "Hierarchy":
        """The same roads with other durations: only the customization is done again."""
        return Hierarchy.of(self.graph, metric, self.contraction)


def put_durations(contraction: Contraction, arc_ms: Int32) -> tuple[Arcs, Arcs]:
    """Kept arcs up and down for these durations (int32 [M] by arc of the graph; `INF_MS`: closed).

    Raises `ValueError` for a negative duration.
    """
    if len(arc_ms) and int(arc_ms.min()) < 0:
        msg = "durations must be >= 0 ms"
        raise ValueError(msg)
    shape = contraction
    cells = np.full(int(shape.first_cell[-1]), _FAR, dtype=np.uint32)
    _upwards(
        arc_ms.astype(np.uint32),
        shape.first_pivot,
        shape.first_border,
        shape.above,
        shape.place_above,
        shape.first_arc,
        shape.arc,
        shape.cell,
        shape.first_cell,
        np.empty(shape.fronts, dtype=np.int32),
        cells,
    )
    room = shape.shortcuts + 1
    first = np.empty((2, shape.nodes + 1), dtype=np.int32)
    links = np.empty((2, room, 2), dtype=np.int32)
    cursor = np.full(2, room - 1, dtype=np.int64)
    members = np.diff(shape.first_pivot) + np.diff(shape.first_border)
    _downwards(
        shape.first_pivot,
        shape.first_border,
        shape.border,
        shape.above,
        shape.place_above,
        shape.first_cell,
        cells,
        bool((arc_ms == 0).any()),
        np.empty((2, width(int(members.max(initial=1)))), dtype=np.uint32),
        cursor,
        first,
        links,
    )
    up, down = cursor + 1
    return (
        Arcs(first[0] - np.int32(up), links[0, up:].copy()),
        Arcs(first[1] - np.int32(down), links[1, down:].copy()),
    )


@kernel
def _eliminate(matrix: UInt32, pivots: int) -> None:
    """Offer every member the way through each pivot in turn. `matrix` [members, width].

    Whole rows are done, which is faster than their ends alone; what this offers to earlier pivots
    are ways as well.
    """
    members, cells = matrix.shape
    for k in range(pivots):
        for i in range(k + 1, members):
            first = matrix[i, k]
            if cells > _NARROW and first == _FAR:
                continue
            for j in range(cells):
                matrix[i, j] = min(matrix[i, j], np.uint32(first + matrix[k, j]))


@kernel
def _take(matrix: UInt32, place: Int32, below: UInt32, pivots: int) -> None:
    """Put what remains of a front below into the matrix of the one above."""
    for i in range(len(place)):
        row = place[i]
        for j in range(len(place)):
            value = below[pivots + i, pivots + j]
            matrix[row, place[j]] = min(matrix[row, place[j]], value)


@kernel
def _upwards(
    arc_ms: UInt32,
    first_pivot: Int32,
    first_border: Int64,
    above: Int32,
    place_above: Int32,
    first_arc: Int32,
    arc: Int32,
    cell: Int32,
    first_cell: Int64,
    waiting: Int32,
    cells: UInt32,
) -> None:
    """Fill the matrices of all fronts; `waiting` is scratch for the fronts not yet taken."""
    count = 0
    for front in range(len(above)):
        pivots = first_pivot[front + 1] - first_pivot[front]
        members = int(pivots + first_border[front + 1] - first_border[front])
        flat = cells[first_cell[front] : first_cell[front + 1]]
        for position in range(first_arc[front], first_arc[front + 1]):
            value = arc_ms[arc[position]]
            flat[cell[position]] = min(flat[cell[position]], value)
        matrix = flat.reshape((members, width(members)))
        while count > 0 and above[waiting[count - 1]] == front:
            count -= 1
            below = waiting[count]
            begin, end = first_border[below], first_border[below + 1]
            own = first_pivot[below + 1] - first_pivot[below]
            size = int(own + end - begin)
            lower = cells[first_cell[below] : first_cell[below + 1]]
            _take(matrix, place_above[begin:end], lower.reshape((size, width(size))), own)
        _eliminate(matrix, pivots)
        if above[front] >= 0:
            waiting[count] = front
            count += 1


@kernel
def _around(matrix: UInt32, k: int, away: bool, given: UInt32, best: UInt32) -> None:
    """Fill `given` with pivot k's arcs and `best` with the shortest ways through another member.

    Both are rows of the matrix's width, meaningless up to k. `away` says whether arcs and ways are
    driven from the pivot or to it. Diagonal cells must be `INF_MS`, so that a way through a member
    itself never counts.
    """
    members, cells = matrix.shape
    best[:cells] = _FAR
    given[:cells] = _FAR
    if away:
        for u in range(k + 1, members):
            given[u] = matrix[k, u]
        for w in range(k + 1, members):
            first = given[w]
            if cells > _NARROW and first == _FAR:
                continue
            for u in range(cells):
                best[u] = min(best[u], np.uint32(first + matrix[w, u]))
        return
    for u in range(k + 1, members):
        given[u] = matrix[u, k]
    for u in range(k + 1, members):
        shortest = _FAR
        for w in range(cells):
            shortest = min(shortest, np.uint32(given[w] + matrix[u, w]))
        best[u] = shortest


@kernel
def _downwards(
    first_pivot: Int32,
    first_border: Int64,
    border: Int32,
    above: Int32,
    place_above: Int32,
    first_cell: Int64,
    cells: UInt32,
    any_zero: bool,
    scratch: UInt32,
    cursor: Int64,
    first: Int32,
    links: Int32,
) -> None:
    """Turn all cells into true durations; fill `links` from the back with the kept arcs.

    `cursor` [2]: the position before the first kept arc up and down.
    """
    nodes = first.shape[1] - 1
    given, best = scratch[0], scratch[1]
    first[:, nodes] = links.shape[1]
    for front in range(len(above) - 1, -1, -1):
        begin = first_pivot[front]
        pivots = first_pivot[front + 1] - begin
        low = first_border[front]
        members = int(pivots + first_border[front + 1] - low)
        matrix = cells[first_cell[front] : first_cell[front + 1]].reshape((members, width(members)))
        higher = above[front]
        if higher >= 0:
            size = int(
                first_pivot[higher + 1] - first_pivot[higher]
                + first_border[higher + 1] - first_border[higher]
            )  # fmt: skip
            source = cells[first_cell[higher] : first_cell[higher + 1]].reshape((size, width(size)))
            place = place_above[low : first_border[front + 1]]
            for i in range(pivots, members):
                row = place[i - pivots]
                for j in range(pivots, members):
                    matrix[i, j] = source[row, place[j - pivots]]
        for k in range(pivots - 1, -1, -1):
            matrix[k, k] = _FAR
            for direction in range(2):
                _around(matrix, k, direction == 0, given, best)
                position = cursor[direction]
                for u in range(members - 1, k, -1):
                    own = given[u]
                    later = begin + u if u < pivots else border[low + u - pivots]
                    links[direction, position, 0] = later
                    links[direction, position, 1] = own
                    kept = own < best[u] or (any_zero and own == best[u] and own != _FAR)
                    position -= kept
                    own = min(own, best[u])
                    if direction == 0:
                        matrix[k, u] = own
                    else:
                        matrix[u, k] = own
                cursor[direction] = position
                first[direction, begin + k] = position + 1
