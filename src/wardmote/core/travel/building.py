"""From edge lists to a validated `RoadGraph`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.travel.graph import (
    INF_MS,
    NONE,
    Bool,
    Float32,
    Float64,
    Int32,
    Int64,
    RoadClass,
    RoadGraph,
)
from wardmote.core.travel.turns import TurnCopies, TurnRestriction, compile_turns

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG); every distance in this package is on this sphere."""

METRES_PER_DEGREE = EARTH_RADIUS_M * np.pi / 180
NOT_DRIVABLE = -1
"""In the input: this direction of the edge may not be driven."""


def build_road_graph(
    junction_lon: ArrayLike,
    junction_lat: ArrayLike,
    *,
    edge_tail: ArrayLike,
    edge_head: ArrayLike,
    forward_ms: ArrayLike,
    backward_ms: ArrayLike,
    road_class: ArrayLike,
    length_m: ArrayLike | None = None,
    street: ArrayLike | None = None,
    area: ArrayLike | None = None,
    shape_first: ArrayLike | None = None,
    shape_lon: ArrayLike | None = None,
    shape_lat: ArrayLike | None = None,
    restrictions: Sequence[TurnRestriction] = (),
) -> RoadGraph:
    """Build and validate a graph. Parallel edges and edges that return to their tail are allowed.

    - `junction_lon`, `junction_lat` [J]: WGS-84 degrees.
    - `edge_tail`, `edge_head` [E]: junction numbers.
    - `forward_ms`, `backward_ms` [E]: free-flow duration from tail to head and back, whole ms >= 1;
      -1 where that direction may not be driven. One of the two must be drivable.
    - `road_class` [E]: `RoadClass`.
    - `length_m` [E]: metres; measured along the line when left out, and never below 0.01 m.
    - `street`, `area` [E]: -1 for none; all -1 when left out.
    - `shape_first` [E+1], `shape_lon`, `shape_lat`: points between the two ends of each edge, from
      tail to head, the ends not included; straight edges when left out.
    - `restrictions`: half-edges must follow one another; a restriction over a half-edge that
      is not drivable has nothing to forbid and is ignored.

    Raises `ValueError` saying which row of which array is wrong.
    """
    lon = np.ascontiguousarray(junction_lon, dtype=np.float64)
    lat = np.ascontiguousarray(junction_lat, dtype=np.float64)
    _check_positions("junction", lon, lat)
    edges = len(np.atleast_1d(np.asarray(edge_tail)))
    tail = _column("edge_tail", edge_tail, edges, 0, len(lon) - 1)
    head = _column("edge_head", edge_head, edges, 0, len(lon) - 1)
    freeflow = _durations(forward_ms, backward_ms, edges)
    classes = _column("road_class", road_class, edges, 0, max(RoadClass))
    blank = np.full(edges, NONE)
    streets = _column("street", blank if street is None else street, edges, NONE, 2**31 - 1)
    areas = _column("area", blank if area is None else area, edges, NONE, 2**15 - 1)
    line_first, line_xy = _lines(lon, lat, tail, head, shape_first, shape_lon, shape_lat)
    line_at, measured = _shares(line_first, line_xy)
    lengths = _lengths(measured if length_m is None else length_m, edges)

    network = _network(lon, lat, tail, head, freeflow, restrictions)
    return RoadGraph(
        junction_lon=lon.copy(),
        junction_lat=lat.copy(),
        junction_node=network.junction_node,
        junction_copies=network.junction_copies,
        edge_tail=tail,
        edge_head=head,
        edge_length_m=lengths,
        edge_class=classes.astype(np.uint8),
        edge_street=streets,
        edge_area=areas.astype(np.int16),
        freeflow_ms=freeflow,
        line_first=line_first,
        line_xy=line_xy,
        line_at=line_at,
        node_origin=network.node_origin,
        first_out=network.first_out,
        tail=network.tail,
        head=network.head,
        half_edge=network.half_edge,
        first_in=network.first_in,
        in_arc=network.in_arc,
        first_arrival=network.first_arrival,
        arrival_node=network.arrival_node,
        departure_node=network.departure_node,
        start_nodes=network.start_nodes,
    )


def spatial_order(lon: Float64, lat: Float64) -> Int64:
    """Row numbers along a Hilbert curve over the bounding box (doi:10.1007/BF01199431)."""
    bits = 16
    span = max(float(np.ptp(lon)), float(np.ptp(lat)), 1e-9)
    x = ((lon - lon.min()) / span * (2**bits - 1)).astype(np.int64)
    y = ((lat - lat.min()) / span * (2**bits - 1)).astype(np.int64)
    distance = np.zeros(len(x), dtype=np.int64)
    for level in reversed(range(bits)):
        side = 1 << level
        right = (x & side) > 0
        upper = (y & side) > 0
        distance += side * side * ((3 * right) ^ upper)
        flip = ~upper & right
        x, y = np.where(flip, side - 1 - x, x), np.where(flip, side - 1 - y, y)
        x, y = np.where(upper, x, y), np.where(upper, y, x)
        x &= side - 1
        y &= side - 1
    return np.argsort(distance, kind="stable")


def _check_positions(what: str, lon: Float64, lat: Float64) -> None:
    if lon.ndim != 1 or lon.shape != lat.shape:
        msg = f"{what} longitudes and latitudes must be two equally long rows"
        raise ValueError(msg)
    if what == "junction" and len(lon) == 0:
        msg = "a road graph needs at least one junction"
        raise ValueError(msg)
    good = (np.abs(lon) <= 180) & (np.abs(lat) <= 85)
    if not good.all():
        row = int(np.argmin(good))
        msg = f"{what} {row} is at {lon[row]}, {lat[row]}: not a WGS-84 position of a road"
        raise ValueError(msg)


def _column(name: str, values: ArrayLike, rows: int, lowest: int, highest: int) -> Int32:
    column = np.asarray(values)
    if column.shape != (rows,):
        msg = f"{name} has shape {column.shape}, must be ({rows},)"
        raise ValueError(msg)
    if rows and not np.issubdtype(column.dtype, np.integer):
        msg = f"{name} is {column.dtype}, must be whole numbers"
        raise ValueError(msg)
    good = (column >= lowest) & (column <= highest)
    if not good.all():
        row = int(np.argmin(good))
        msg = f"{name}[{row}] is {column[row]}, must be in {lowest} .. {highest}"
        raise ValueError(msg)
    return column.astype(np.int32)


def _durations(forward_ms: ArrayLike, backward_ms: ArrayLike, edges: int) -> Int32:
    both = np.empty((edges, 2), dtype=np.int32)
    both[:, 0] = _column("forward_ms", forward_ms, edges, NOT_DRIVABLE, INF_MS - 1)
    both[:, 1] = _column("backward_ms", backward_ms, edges, NOT_DRIVABLE, INF_MS - 1)
    if (both == 0).any():
        row = int(np.argmax((both == 0).any(axis=1)))
        msg = f"edge {row} takes 0 ms; the shortest duration is 1 ms"
        raise ValueError(msg)
    if (both < 0).all(axis=1).any():
        row = int(np.argmax((both < 0).all(axis=1)))
        msg = f"edge {row} may be driven in neither direction; leave it out"
        raise ValueError(msg)
    both[both < 0] = INF_MS
    return both.reshape(-1)


def _lengths(length_m: ArrayLike, edges: int) -> Float32:
    lengths = np.asarray(length_m, dtype=np.float32)
    good = np.isfinite(lengths) & (lengths >= 0)
    if lengths.shape != (edges,) or not good.all():
        msg = f"length_m must be {edges} finite lengths >= 0"
        raise ValueError(msg)
    return np.maximum(lengths, np.float32(0.01))


def _lines(
    lon: Float64,
    lat: Float64,
    tail: Int32,
    head: Int32,
    shape_first: ArrayLike | None,
    shape_lon: ArrayLike | None,
    shape_lat: ArrayLike | None,
) -> tuple[Int32, Float64]:
    edges = len(tail)
    first = np.asarray(np.zeros(edges + 1) if shape_first is None else shape_first, dtype=np.int64)
    between_lon = np.asarray(() if shape_lon is None else shape_lon, dtype=np.float64)
    between_lat = np.asarray(() if shape_lat is None else shape_lat, dtype=np.float64)
    _check_positions("shape point", between_lon, between_lat)
    rising = first.shape == (edges + 1,) and first[0] == 0 and (np.diff(first) >= 0).all()
    if not rising or first[-1] != len(between_lon):
        msg = f"shape_first must be {edges + 1} rising numbers from 0 to {len(between_lon)}"
        raise ValueError(msg)
    line_first = first + 2 * np.arange(edges + 1)
    xy = np.empty((line_first[-1], 2), dtype=np.float64)
    xy[line_first[:-1], 0], xy[line_first[:-1], 1] = lon[tail], lat[tail]
    xy[line_first[1:] - 1, 0], xy[line_first[1:] - 1, 1] = lon[head], lat[head]
    inner = np.ones(len(xy), dtype=np.bool_)
    inner[line_first[:-1]] = inner[line_first[1:] - 1] = False
    xy[inner, 0], xy[inner, 1] = between_lon, between_lat
    return line_first.astype(np.int32), xy


def _shares(line_first: Int32, line_xy: Float64) -> tuple[Float64, Float64]:
    """Share of its edge's length at each line point, and each edge's length in metres."""
    if len(line_xy) == 0:
        return np.empty(0, dtype=np.float64), np.empty(0, dtype=np.float64)
    step = np.diff(line_xy, axis=0)
    middle = np.radians((line_xy[1:, 1] + line_xy[:-1, 1]) / 2)
    metres = np.hypot(step[:, 0] * np.cos(middle), step[:, 1]) * METRES_PER_DEGREE
    starts, ends = line_first[:-1], line_first[1:] - 1
    metres[ends[:-1]] = 0.0  # from the last point of one edge to the first of the next
    walked = np.concatenate(([0.0], np.cumsum(metres)))
    edge_of = np.repeat(np.arange(len(starts)), np.diff(line_first))
    along = walked - walked[starts][edge_of]
    length = along[ends]
    share = np.divide(along, length[edge_of], out=np.zeros_like(along), where=length[edge_of] > 0)
    share[starts], share[ends] = 0.0, 1.0
    return np.clip(share, 0.0, 1.0), length


@dataclass(frozen=True, slots=True)
class _Network:
    junction_node: Int32
    junction_copies: Int32
    node_origin: Int32
    first_out: Int32
    tail: Int32
    head: Int32
    half_edge: Int32
    first_in: Int32
    in_arc: Int32
    first_arrival: Int32
    arrival_node: Int32
    departure_node: Int32
    start_nodes: Int32


def _network(
    lon: Float64,
    lat: Float64,
    edge_tail: Int32,
    edge_head: Int32,
    freeflow: Int32,
    restrictions: Sequence[TurnRestriction],
) -> _Network:
    """Nodes and arcs, copies for turn restrictions included."""
    half_tail = np.stack((edge_tail, edge_head), axis=1).reshape(-1)
    half_head = np.stack((edge_head, edge_tail), axis=1).reshape(-1)
    drivable = freeflow != INF_MS
    copies = _copies(half_tail, half_head, drivable, restrictions, len(lon))

    # States are junctions, then copies; their nodes follow the curve, copies behind their junction.
    state_junction = np.concatenate(
        (np.arange(len(lon)), np.array(copies.copy_junction, dtype=np.int64))
    )
    rank = np.empty(len(lon), dtype=np.int64)
    rank[spatial_order(lon, lat)] = np.arange(len(lon))
    state_of_node = np.argsort(rank[state_junction], kind="stable")
    node_of_state = np.empty(len(state_of_node), dtype=np.int64)
    node_of_state[state_of_node] = np.arange(len(state_of_node))

    plain = np.flatnonzero(drivable)
    after = half_head.astype(np.int64)
    for half_edge, state in copies.diverted.items():
        after[half_edge] = state
    extra = np.array(copies.arcs, dtype=np.int64).reshape(-1, 3)
    tail = node_of_state[np.concatenate((half_tail[plain], extra[:, 0]))]
    half = np.concatenate((plain, extra[:, 1]))
    head = node_of_state[np.concatenate((after[plain], extra[:, 2]))]
    is_copy = np.concatenate((np.zeros(len(plain), np.bool_), np.ones(len(extra), np.bool_)))

    order = np.lexsort((half, tail))
    tail, head, half, is_copy = tail[order], head[order], half[order], is_copy[order]
    nodes = len(state_of_node)
    copies_of = np.bincount(state_junction, minlength=len(lon)) - 1
    start_nodes = np.stack((node_of_state[half_tail], copies_of[half_tail] + 1), axis=1)
    by_head = np.argsort(head, kind="stable")
    by_half = np.lexsort((is_copy, half))
    departure_node = np.where(drivable, node_of_state[after], NONE)
    return _Network(
        junction_node=node_of_state[: len(lon)].astype(np.int32),
        junction_copies=copies_of.astype(np.int32),
        node_origin=state_junction[state_of_node].astype(np.int32),
        first_out=_starts(tail, nodes),
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        half_edge=half.astype(np.int32),
        first_in=_starts(head, nodes),
        in_arc=by_head.astype(np.int32),
        first_arrival=_starts(half, len(half_tail)),
        arrival_node=tail[by_half].astype(np.int32),
        departure_node=departure_node.astype(np.int32),
        start_nodes=start_nodes.astype(np.int32),
    )


def _copies(
    half_tail: Int32,
    half_head: Int32,
    drivable: Bool,
    restrictions: Sequence[TurnRestriction],
    junctions: int,
) -> TurnCopies:
    for number, restriction in enumerate(restrictions):
        path = np.array(restriction.path)
        if path.min() < 0 or path.max() >= len(half_tail):
            msg = f"turn restriction {number} names a half-edge outside 0 .. {len(half_tail) - 1}"
            raise ValueError(msg)
        if (half_head[path[:-1]] != half_tail[path[1:]]).any():
            msg = f"turn restriction {number}: the half-edges {restriction.path} do not connect"
            raise ValueError(msg)
    effective = [r for r in restrictions if drivable[list(r.path)].all()]
    order = np.argsort(half_tail, kind="stable")
    starts = _starts(half_tail, junctions)

    def exits(half_edge: int) -> list[int]:
        junction = half_head[half_edge]
        leaving = order[starts[junction] : starts[junction + 1]]
        return [int(half) for half in leaving if drivable[half]]

    return compile_turns(effective, exits, lambda half: int(half_head[half]), junctions)


def _starts(sorted_or_not: Int32 | Int64, groups: int) -> Int32:
    """CSR offsets [groups + 1] for group numbers in any order."""
    counts = np.bincount(sorted_or_not, minlength=groups)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
