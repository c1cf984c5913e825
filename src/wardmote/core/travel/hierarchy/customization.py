"""Durations put into the contraction: what is done anew after each change of traffic.

Two passes over the fronts (perfect customization, Dibbelt, Strasser and Wagner,
doi:10.1145/2886843, section 7), each a min-plus product of dense rows:

- *upwards*: every pivot offers its neighbours the way through itself, as in an LU factorization
  with (min, +) in place of (+, *). What remains of a front goes to the one above.
- *downwards*: arcs between the border nodes of a front have been finished above; with them the
  pivots' arcs are shortened too, and the needless ones found.

An arc is kept only if no way through another later neighbour is as short. Every pair then still
has a shortest way that first climbs and then descends on kept arcs: of all nodes on all its
shortest ways take the one contracted last; towards it, the later neighbour nearest to a node on
such a way is always a kept one. For this, arcs need not become as short as they could: ways that
leave a front and come back between nodes without an arc of the supergraph are not looked at. Most
arcs of the supergraph are dropped, which is why searches are short. Where an arc takes 0 ms, arcs
that are merely equalled are kept (two nodes 0 ms apart could otherwise each give way to the other).

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
        shape.above,
        shape.first_entrance,
        shape.entrance_above,
        shape.first_exit,
        shape.exit_above,
        shape.first_arc,
        shape.arc,
        shape.cell,
        shape.first_cell,
        np.empty(shape.fronts, dtype=np.int32),
        cells,
    )
    pivots = np.diff(shape.first_pivot).astype(np.int64)
    rows = pivots + np.diff(shape.first_entrance)
    columns = pivots + np.diff(shape.first_exit)
    room = int((pivots * np.maximum(rows, columns)).sum()) + 1
    first = np.empty((2, shape.nodes + 1), dtype=np.int32)
    links = np.empty((2, room, 2), dtype=np.int32)
    cursor = np.full(2, room - 1, dtype=np.int64)
    _downwards(
        shape.first_pivot,
        shape.above,
        shape.both,
        shape.first_entrance,
        shape.entrance,
        shape.entrance_above,
        shape.first_exit,
        shape.exit,
        shape.exit_above,
        shape.first_cell,
        cells,
        bool((arc_ms == 0).any()),
        np.empty(width(int(columns.max(initial=1))), dtype=np.uint32),
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
    """Offer every row the way through each pivot in turn. `matrix` [rows, width].

    Whole rows are done, which is faster than their ends alone; what this offers to earlier pivots
    are ways as well.
    """
    rows, cells = matrix.shape
    for k in range(pivots):
        for i in range(k + 1, rows):
            first = matrix[i, k]
            if cells > _NARROW and first == _FAR:
                continue
            for j in range(cells):
                matrix[i, j] = min(matrix[i, j], np.uint32(first + matrix[k, j]))


@kernel
def _shape(
    front: int, first_pivot: Int32, first_entrance: Int64, first_exit: Int64
) -> tuple[int, int, int]:
    """Pivots, rows and columns of a front's matrix."""
    pivots = int(first_pivot[front + 1] - first_pivot[front])
    rows = int(pivots + first_entrance[front + 1] - first_entrance[front])
    return pivots, rows, int(pivots + first_exit[front + 1] - first_exit[front])


@kernel
def _take(matrix: UInt32, row: Int32, column: Int32, below: UInt32, pivots: int) -> None:
    """Put what remains of a front below into the matrix of the one above."""
    for i in range(len(row)):
        for j in range(len(column)):
            place = column[j]
            matrix[row[i], place] = min(matrix[row[i], place], below[pivots + i, pivots + j])


@kernel
def _upwards(
    arc_ms: UInt32,
    first_pivot: Int32,
    above: Int32,
    first_entrance: Int64,
    entrance_above: Int32,
    first_exit: Int64,
    exit_above: Int32,
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
        flat = cells[first_cell[front] : first_cell[front + 1]]
        for position in range(first_arc[front], first_arc[front + 1]):
            value = arc_ms[arc[position]]
            flat[cell[position]] = min(flat[cell[position]], value)
        pivots, rows, columns = _shape(front, first_pivot, first_entrance, first_exit)
        matrix = flat.reshape((rows, width(columns)))
        while count > 0 and above[waiting[count - 1]] == front:
            count -= 1
            below = waiting[count]
            own, high, broad = _shape(below, first_pivot, first_entrance, first_exit)
            if high > own and broad > own:
                lower = cells[first_cell[below] : first_cell[below + 1]]
                row = entrance_above[first_entrance[below] : first_entrance[below + 1]]
                column = exit_above[first_exit[below] : first_exit[below + 1]]
                _take(matrix, row, column, lower.reshape((high, width(broad))), own)
        _eliminate(matrix, pivots)
        if above[front] >= 0:
            waiting[count] = front
            count += 1


@kernel
def _fetch(
    matrix: UInt32, pivots: int, both: int, row: Int32, column: Int32, source: UInt32
) -> None:
    """Copy finished arcs from the front above: those from and to nodes that are both."""
    for i in range(len(row)):
        for j in range(len(column) if i < both else both):
            matrix[pivots + i, pivots + j] = source[row[i], column[j]]


@kernel
def _finish_away(
    matrix: UInt32,
    k: int,
    through: int,
    begin: int,
    pivots: int,
    exits: Int32,
    any_zero: bool,
    best: UInt32,
    link: Int32,
    position: int,
) -> int:
    """Shorten the arcs from pivot k by ways through members up to `through`; write those needed.

    They are written before `position`, the last free place of `link`; returns the last free one.
    Diagonal cells must be `INF_MS`, so that a way through a member itself never counts.
    """
    cells = matrix.shape[1]
    for u in range(cells):
        best[u] = _FAR
    for w in range(k + 1, through):
        first = matrix[k, w]
        if cells > _NARROW and first == _FAR:
            continue
        for u in range(cells):
            best[u] = min(best[u], np.uint32(first + matrix[w, u]))
    for u in range(pivots + len(exits) - 1, k, -1):
        own, shortest = matrix[k, u], best[u]
        link[position, 0] = begin + u if u < pivots else exits[u - pivots]
        link[position, 1] = own
        position -= own < shortest or (any_zero and own == shortest and own != _FAR)
        matrix[k, u] = min(own, shortest)
    return position


@kernel
def _finish_towards(
    matrix: UInt32,
    k: int,
    through: int,
    begin: int,
    pivots: int,
    entrances: Int32,
    any_zero: bool,
    given: UInt32,
    link: Int32,
    position: int,
) -> int:
    """The same for the arcs to pivot k."""
    cells = width(through)
    for w in range(cells):
        given[w] = matrix[w, k] if k < w < through else _FAR
    for u in range(pivots + len(entrances) - 1, k, -1):
        shortest = _FAR
        for w in range(cells):
            shortest = min(shortest, np.uint32(given[w] + matrix[u, w]))
        own = matrix[u, k]
        link[position, 0] = begin + u if u < pivots else entrances[u - pivots]
        link[position, 1] = own
        position -= own < shortest or (any_zero and own == shortest and own != _FAR)
        matrix[u, k] = min(own, shortest)
    return position


@kernel
def _downwards(
    first_pivot: Int32,
    above: Int32,
    both: Int32,
    first_entrance: Int64,
    entrance: Int32,
    entrance_above: Int32,
    first_exit: Int64,
    exits: Int32,
    exit_above: Int32,
    first_cell: Int64,
    cells: UInt32,
    any_zero: bool,
    scratch: UInt32,
    cursor: Int64,
    first: Int32,
    links: Int32,
) -> None:
    """Finish all arcs; fill `links` from the back with the kept ones.

    `cursor` [2]: the position before the first kept arc up and down.
    """
    first[:, first.shape[1] - 1] = links.shape[1]
    up, down = cursor[0], cursor[1]
    away, towards = links[0], links[1]
    for front in range(len(above) - 1, -1, -1):
        begin = first_pivot[front]
        pivots, rows, columns = _shape(front, first_pivot, first_entrance, first_exit)
        matrix = cells[first_cell[front] : first_cell[front + 1]].reshape((rows, width(columns)))
        own_entrances = entrance[first_entrance[front] : first_entrance[front + 1]]
        own_exits = exits[first_exit[front] : first_exit[front + 1]]
        if both[front] > 0:
            higher = above[front]
            _, size, broad = _shape(higher, first_pivot, first_entrance, first_exit)
            source = cells[first_cell[higher] : first_cell[higher + 1]]
            row = entrance_above[first_entrance[front] : first_entrance[front + 1]]
            column = exit_above[first_exit[front] : first_exit[front + 1]]
            _fetch(matrix, pivots, both[front], row, column, source.reshape((size, width(broad))))
        through = pivots + both[front]
        for k in range(pivots - 1, -1, -1):
            matrix[k, k] = _FAR
            up = _finish_away(
                matrix, k, through, begin, pivots, own_exits, any_zero, scratch, away, up
            )
            down = _finish_towards(
                matrix, k, through, begin, pivots, own_entrances, any_zero, scratch, towards, down
            )
            first[0, begin + k] = up + 1
            first[1, begin + k] = down + 1
    cursor[0], cursor[1] = up, down
