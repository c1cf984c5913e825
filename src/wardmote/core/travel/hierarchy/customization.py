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
from wardmote.core.travel.hierarchy.contraction import Contraction, contract
from wardmote.core.travel.metric import Metric

UInt32 = NDArray[np.uint32]

_FAR = np.uint32(INF_MS)


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
    def of(cls, graph: RoadGraph, metric: Metric, contraction: Contraction | None = None) -> "Hierarchy":
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
    pivots = np.diff(shape.first_pivot).astype(np.int64)
    members = pivots + np.diff(shape.first_border)
    largest = int(members.max(initial=1))
    cells = int(shape.panel_first[-1])
    panels = np.empty((2, cells), dtype=np.uint32)
    matrix = np.empty(largest * largest, dtype=np.uint32)
    _upwards(
        arc_ms.astype(np.uint32),
        shape.first_pivot,
        shape.first_border,
        shape.above,
        shape.place_above,
        shape.first_arc,
        shape.arc,
        shape.cell,
        shape.panel_first,
        matrix,
        np.empty(_most_waiting(shape.above, np.diff(shape.first_border)), dtype=np.uint32),
        panels,
    )
    nodes = shape.nodes
    first = np.empty((2, nodes + 1), dtype=np.int32)
    links = np.empty((2, cells + 1, 2), dtype=np.int32)
    start_up, start_down = _downwards(
        shape.first_pivot,
        shape.first_border,
        shape.border,
        shape.above,
        shape.place_above,
        shape.depth_cells,
        shape.panel_first,
        panels,
        np.empty(int((shape.depth_cells + members**2).max(initial=0)), dtype=np.uint32),
        bool((arc_ms == 0).any()),
        first,
        links,
    )
    return (
        Arcs(first[0] - np.int32(start_up), links[0, start_up:].copy()),
        Arcs(first[1] - np.int32(start_down), links[1, start_down:].copy()),
    )


@kernel
def _most_waiting(above: Int32, borders: Int64) -> int:
    """Cells of the most that is ever handed upwards but not yet taken."""
    fronts = len(above)
    below = np.zeros(fronts, dtype=np.int64)
    waiting = most = 0
    for front in range(fronts):
        waiting -= below[front]
        if above[front] >= 0:
            cells = borders[front] * borders[front]
            waiting += cells
            below[above[front]] += cells
        most = max(most, waiting)
    return int(most)


@kernel
def _eliminate(matrix: UInt32, pivots: int) -> None:
    """Offer every member the way through each pivot in turn. `matrix` [members, members]."""
    members = len(matrix)
    for k in range(pivots):
        for i in range(k + 1, members):
            first = matrix[i, k]
            if first == _FAR:
                continue
            for j in range(k + 1, members):
                through = np.uint32(first + matrix[k, j])
                matrix[i, j] = min(matrix[i, j], through)


@kernel
def _take(matrix: UInt32, place: Int32, handed: UInt32) -> None:
    """Put what a front below has handed up into the matrix of the one above."""
    border = len(place)
    for i in range(border):
        row = place[i]
        for j in range(border):
            value = handed[i * border + j]
            if value < matrix[row, place[j]]:
                matrix[row, place[j]] = value


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
    panel_first: Int64,
    room: UInt32,
    handed: UInt32,
    panels: UInt32,
) -> None:
    """Fill `panels`: for each pivot its row (driven away from it), and its column."""
    fronts = len(above)
    waiting = np.empty(fronts, dtype=np.int32)
    count = used = 0
    for front in range(fronts):
        pivots = first_pivot[front + 1] - first_pivot[front]
        low = first_border[front]
        border = int(first_border[front + 1] - low)
        members = pivots + border
        flat = room[: members * members]
        flat[:] = _FAR
        for position in range(first_arc[front], first_arc[front + 1]):
            value = arc_ms[arc[position]]
            flat[cell[position]] = min(flat[cell[position]], value)
        matrix = flat.reshape((members, members))
        while count > 0 and above[waiting[count - 1]] == front:
            count -= 1
            below = waiting[count]
            begin, end = first_border[below], first_border[below + 1]
            size = end - begin
            used -= size * size
            _take(matrix, place_above[begin:end], handed[used:])
        _eliminate(matrix, pivots)
        panel = panels[:, panel_first[front] : panel_first[front + 1]]
        for k in range(pivots):
            for j in range(k + 1, members):
                panel[0, k * members + j] = matrix[k, j]
                panel[1, k * members + j] = matrix[j, k]
        if above[front] >= 0:
            for i in range(border):
                for j in range(border):
                    handed[used + i * border + j] = matrix[pivots + i, pivots + j]
            used += border * border
            waiting[count] = front
            count += 1


@kernel
def _around(matrix: UInt32, given: UInt32, k: int, away: bool, best: UInt32) -> None:
    """Fill `best[k+1:]`: the shortest way between pivot k and each member through another member.

    `given` are the pivot's own arcs; `away` says whether they are driven from it.
    """
    members = len(matrix)
    best[k + 1 : members] = _FAR
    if away:
        for w in range(k + 1, members):
            first = given[w]
            if first == _FAR:
                continue
            for u in range(k + 1, members):
                through = np.uint32(first + matrix[w, u])
                best[u] = min(best[u], through)
        return
    for u in range(k + 1, members):
        shortest = _FAR
        for w in range(k + 1, members):
            through = np.uint32(given[w] + matrix[u, w])
            shortest = min(shortest, through)
        best[u] = shortest


@kernel
def _downwards(
    first_pivot: Int32,
    first_border: Int64,
    border: Int32,
    above: Int32,
    place_above: Int32,
    depth_cells: Int64,
    panel_first: Int64,
    panels: UInt32,
    room: UInt32,
    any_zero: bool,
    first: Int32,
    links: Int32,
) -> tuple[int, int]:
    """Fill `links` from the back with the kept arcs; the positions of the first ones.

    The matrices of a front and of all above it lie in `room` one behind the other. Their diagonals
    are `INF_MS`, so that a way through a member itself never counts.
    """
    fronts = len(above)
    nodes = first.shape[1] - 1
    cursor = np.empty(2, dtype=np.int64)
    cursor[:] = links.shape[1] - 1
    first[:, nodes] = links.shape[1]
    best = np.empty(nodes + 1, dtype=np.uint32)
    for front in range(fronts - 1, -1, -1):
        begin = first_pivot[front]
        pivots = first_pivot[front + 1] - begin
        low, high = first_border[front], first_border[front + 1]
        members = int(pivots + high - low)
        cells = depth_cells[front]
        matrix = room[cells : cells + members * members].reshape((members, members))
        higher = above[front]
        if higher >= 0:
            size = int(
                first_pivot[higher + 1] - first_pivot[higher]
                + first_border[higher + 1] - first_border[higher]
            )  # fmt: skip
            source = room[cells - size * size : cells].reshape((size, size))
            for i in range(pivots, members):
                row = place_above[low + i - pivots]
                for j in range(pivots, members):
                    matrix[i, j] = source[row, place_above[low + j - pivots]]
        panel = panels[:, panel_first[front] : panel_first[front + 1]]
        for k in range(pivots - 1, -1, -1):
            for direction in range(2):
                given = panel[direction, k * members : (k + 1) * members]
                _around(matrix, given, k, direction == 0, best)
                position = cursor[direction]
                for u in range(members - 1, k, -1):
                    own = given[u]
                    kept = own < best[u] or (any_zero and own == best[u] and own != _FAR)
                    later = begin + u if u < pivots else border[low + u - pivots]
                    links[direction, position, 0] = later
                    links[direction, position, 1] = own
                    position -= kept
                cursor[direction] = position
                first[direction, begin + k] = position + 1
                if direction == 0:
                    for u in range(k + 1, members):
                        matrix[k, u] = min(best[u], given[u])
                else:
                    for u in range(k + 1, members):
                        matrix[u, k] = min(best[u], given[u])
            matrix[k, k] = _FAR
    return int(cursor[0] + 1), int(cursor[1] + 1)
