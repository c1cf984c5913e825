"""The way itself: which streets, how long, and its line on the map."""

from dataclasses import dataclass

import numpy as np

from wardmote.core.travel.graph import INF_MS, Float64, Int32, RoadGraph
from wardmote.core.travel.metric import Metric
from wardmote.core.travel.places import driven_directly, inside, position_ms
from wardmote.core.travel.searches import Direction, Reach, Seeds, search, seeds_at
from wardmote.core.travel.snapping import Snaps


@dataclass(frozen=True, slots=True)
class StreetPart:
    """A stretch of one street along a route: `street` -1 without a name."""

    street: int
    length_m: float
    ms: int


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A fastest way from one place to another.

    - `ms`: duration; `length_m`: length in metres.
    - `line` float64 [n, 2]: longitude, latitude from place to place, n >= 2.
    - `half_edge` int32 [m]: half-edges driven, the first and last in part.
    - `streets`: consecutive stretches, neighbours of the same street joined.
    """

    ms: int
    length_m: float
    line: Float64
    half_edge: Int32
    streets: tuple[StreetPart, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    half_edge: int
    start: float
    """Fraction from the edge's tail where the piece begins, in driving order."""
    end: float
    ms: int


def find_route(graph: RoadGraph, metric: Metric, origin: Snaps, destination: Snaps) -> Route | None:
    """A fastest route between two places (one row each); None where there is no way.

    Its duration equals `searches.drive_time` to the millisecond.
    """
    if len(origin) != 1 or len(destination) != 1:
        msg = "find_route leads from one place to one place"
        raise ValueError(msg)
    direct = _direct(metric, origin, destination)
    seeds = seeds_at(graph, metric, origin, Direction.AWAY)
    goal = seeds_at(graph, metric, destination, Direction.TOWARDS)
    limit_ms = INF_MS - 1 if direct is None else direct.ms
    reached = search(graph, metric, seeds, limit_ms, goal=goal)
    if direct is not None and direct.ms <= reached.goal_ms:
        return _route(graph, [direct], origin, destination)
    if reached.goal_ms == INF_MS:
        return None
    return _route(
        graph, _pieces(graph, metric, origin, destination, reached, goal), origin, destination
    )


def _direct(metric: Metric, origin: Snaps, destination: Snaps) -> _Piece | None:
    edge = int(origin.edge[0])
    if edge != destination.edge[0] or not (inside(origin)[0] and inside(destination)[0]):
        return None
    start, end = float(origin.fraction[0]), float(destination.fraction[0])
    ms = driven_directly(edge, start, end, metric.open_ms)
    if ms == INF_MS:
        return None
    for half_edge, ahead in ((2 * edge, end >= start), (2 * edge + 1, end <= start)):
        if ahead and metric.open_ms[half_edge] != INF_MS:
            first = position_ms(half_edge, start, metric.open_ms)
            if position_ms(half_edge, end, metric.open_ms) - first == ms:
                return _Piece(half_edge, start, end, ms)
    return None


def _pieces(
    graph: RoadGraph,
    metric: Metric,
    origin: Snaps,
    destination: Snaps,
    reached: Reach,
    goal: Seeds,
) -> list[_Piece]:
    """The driven half-edges, from the settled tree: last piece first, then turned round."""
    row_of = {node: row for row, node in enumerate(reached.node.tolist())}
    totals = [
        (int(reached.ms[row_of[node]]) + ms, node, ms)
        for node, ms in zip(goal.node.tolist(), goal.ms.tolist(), strict=True)
        if node in row_of
    ]
    _, node, last_ms = min(totals)
    pieces: list[_Piece] = []
    if inside(destination)[0]:
        edge, fraction = int(destination.edge[0]), float(destination.fraction[0])
        half_edge = _arriving(graph, metric, edge, fraction, node, last_ms)
        pieces.append(_Piece(half_edge, float(half_edge % 2), fraction, last_ms))
    while (arc := int(reached.arc[row_of[node]])) >= 0:
        half_edge = int(graph.half_edge[arc])
        begin = float(half_edge % 2)
        pieces.append(_Piece(half_edge, begin, 1.0 - begin, int(metric.passing_ms[half_edge])))
        node = int(graph.tail[arc])
    if inside(origin)[0]:
        first_ms = int(reached.ms[row_of[node]])
        edge, fraction = int(origin.edge[0]), float(origin.fraction[0])
        half_edge = _departing(graph, metric, edge, fraction, node, first_ms)
        pieces.append(_Piece(half_edge, fraction, 1.0 - half_edge % 2, first_ms))
    pieces.reverse()
    return pieces


def _arriving(
    graph: RoadGraph, metric: Metric, edge: int, fraction: float, node: int, ms: int
) -> int:
    """The half-edge by which a place inside an edge was driven to from `node` in `ms`."""
    for half_edge in (2 * edge, 2 * edge + 1):
        low, high = graph.first_arrival[half_edge : half_edge + 2]
        if (
            node in graph.arrival_node[low:high]
            and position_ms(half_edge, fraction, metric.open_ms) == ms
        ):
            return half_edge
    msg = f"no half-edge of edge {edge} leads from node {node} in {ms} ms"
    raise AssertionError(msg)


def _departing(
    graph: RoadGraph, metric: Metric, edge: int, fraction: float, node: int, ms: int
) -> int:
    """The half-edge by which a place inside an edge was left for `node` in `ms`."""
    for half_edge in (2 * edge, 2 * edge + 1):
        open_ms = int(metric.open_ms[half_edge])
        if (
            graph.departure_node[half_edge] == node
            and open_ms - position_ms(half_edge, fraction, metric.open_ms) == ms
        ):
            return half_edge
    msg = f"no half-edge of edge {edge} leads to node {node} in {ms} ms"
    raise AssertionError(msg)


def _route(graph: RoadGraph, pieces: list[_Piece], origin: Snaps, destination: Snaps) -> Route:
    streets: list[StreetPart] = []
    lines: list[Float64] = []
    for piece in pieces:
        edge = piece.half_edge >> 1
        length_m = float(graph.edge_length_m[edge]) * abs(piece.end - piece.start)
        part = StreetPart(int(graph.edge_street[edge]), length_m, piece.ms)
        if streets and streets[-1].street == part.street:
            before = streets.pop()
            part = StreetPart(part.street, before.length_m + length_m, before.ms + piece.ms)
        streets.append(part)
        lines.append(_line(graph, piece))
    start = np.array([[origin.lon[0], origin.lat[0]]])
    end = np.array([[destination.lon[0], destination.lat[0]]])
    line = np.concatenate([start, *lines, end])
    moved = np.ones(len(line), dtype=np.bool_)
    moved[1:] = (line[1:] != line[:-1]).any(axis=1)
    if moved.sum() < 2:
        moved[:] = True
    return Route(
        ms=sum(piece.ms for piece in pieces),
        length_m=sum(part.length_m for part in streets),
        line=line[moved],
        half_edge=np.array([piece.half_edge for piece in pieces], dtype=np.int32),
        streets=tuple(streets),
    )


def _line(graph: RoadGraph, piece: _Piece) -> Float64:
    """Line points of the edge strictly between the piece's ends, and its whole ends."""
    edge = piece.half_edge >> 1
    rows = slice(graph.line_first[edge], graph.line_first[edge + 1])
    at = graph.line_at[rows]
    low, high = min(piece.start, piece.end), max(piece.start, piece.end)
    chosen = graph.line_xy[rows][(at >= low) & (at <= high)]
    return chosen if piece.end >= piece.start else chosen[::-1]
