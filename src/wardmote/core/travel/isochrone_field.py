"""Kernels behind `isochrones`: the time at which each lattice point is reached."""

import numpy as np
from numpy.typing import NDArray

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import INF_MS, Float32, Float64, Int32
from wardmote.core.travel.places import driven_directly, position_ms
from wardmote.core.travel.snapping import nearest_segment

TILE = 64

Box = tuple[int, int, int, int]
"""Columns and rows of the lattice: first column, first row, last column, last row (included)."""


@kernel
def reached_box(
    node: Int32,
    ms: Int32,
    first_out: Int32,
    half_edge: Int32,
    line_first: Int32,
    line_xy: Float64,
    line_at: Float64,
    open_ms: Int32,
    limit_ms: int,
    place_xy: Float64,
) -> tuple[Int32, Int32, Float64]:
    """Half-edges that are entered in time, when each half-edge is entered, and the bounding box.

    - half-edges int32 [h]; entered int32 [2E], `INF_MS` where not in time;
    - box float64 [4]: west, south, east, north of all road reached, and of the places themselves.
    """
    enter = np.full(len(open_ms), INF_MS, dtype=np.int32)
    entered = np.empty(len(open_ms), dtype=np.int32)
    count = 0
    box = np.array([np.inf, np.inf, -np.inf, -np.inf])
    for row in range(len(place_xy)):
        _widen(box, place_xy[row, 0], place_xy[row, 1])
    for row in range(len(node)):
        for arc in range(first_out[node[row]], first_out[node[row] + 1]):
            half = half_edge[arc]
            if enter[half] != INF_MS:
                continue  # nodes come in the order of their time: the first is the earliest
            enter[half] = ms[row]
            entered[count] = half
            count += 1
            reached = min((limit_ms - ms[row] + 0.5) / open_ms[half], 1.0)
            first, last = line_first[half >> 1], line_first[(half >> 1) + 1] - 1
            for point in range(first, last + 1):
                along = line_at[point] if half % 2 == 0 else 1.0 - line_at[point]
                if along <= reached:
                    _widen(box, line_xy[point, 0], line_xy[point, 1])
            if reached < 1.0:
                at = reached if half % 2 == 0 else 1.0 - reached
                point = first
                while point < last - 1 and line_at[point + 1] < at:
                    point += 1
                span = line_at[point + 1] - line_at[point]
                share = (at - line_at[point]) / span if span > 0 else 0.0
                _widen(
                    box,
                    line_xy[point, 0] + share * (line_xy[point + 1, 0] - line_xy[point, 0]),
                    line_xy[point, 1] + share * (line_xy[point + 1, 1] - line_xy[point, 1]),
                )
    return entered[:count], enter, box


@kernel
def _widen(box: Float64, lon: float, lat: float) -> None:
    box[0] = min(box[0], lon)
    box[1] = min(box[1], lat)
    box[2] = max(box[2], lon)
    box[3] = max(box[3], lat)


@kernel
def fill_tiles(
    box: Box,
    origin: Float64,
    shape: NDArray[np.int64],
    edge: Int32,
    at: Float32,
    ready: NDArray[np.uint8],
    max_offset_m: float,
    line_xy: Float64,
    line_at: Float64,
    snap_origin: Float64,
    snap_shape: Int32,
    cell_first: Int32,
    cell_segment: Int32,
    point_edge: Int32,
) -> None:
    """Find the nearest spot of road for every lattice point of the tiles under the box."""
    tiles_across = (shape[0] + TILE - 1) // TILE
    for tile_y in range(box[1] // TILE, box[3] // TILE + 1):
        for tile_x in range(box[0] // TILE, box[2] // TILE + 1):
            tile = tile_y * tiles_across + tile_x
            if ready[tile]:
                continue
            for y in range(TILE):
                for x in range(TILE):
                    segment, share, _ = nearest_segment(
                        origin[0] + (tile_x * TILE + x) * origin[2],
                        origin[1] + (tile_y * TILE + y) * origin[3],
                        max_offset_m,
                        line_xy,
                        snap_origin,
                        snap_shape,
                        cell_first,
                        cell_segment,
                    )
                    edge[tile, y, x] = -1
                    if segment >= 0:
                        edge[tile, y, x] = point_edge[segment]
                        start, end = line_at[segment], line_at[segment + 1]
                        at[tile, y, x] = start + share * (end - start)
            ready[tile] = 1


@kernel
def _drive(
    half: int,
    begin: float,
    end: float,
    start_ms: float,
    limit_ms: int,
    origin: Float64,
    box: Box,
    line_first: Int32,
    line_xy: Float64,
    line_at: Float64,
    open_ms: Int32,
    square: Int32,
) -> None:
    """Drive a half-edge from a fraction to another; note when each square is entered.

    `begin` and `end` count along the driving direction; `start_ms` is the time at the beginning of
    the half-edge (before `begin`, it may be negative).
    """
    edge = half >> 1
    first, last = line_first[edge], line_first[edge + 1] - 1
    weight = float(open_ms[half])
    forward = half % 2 == 0
    per_x, per_y = 1.0 / origin[2], 1.0 / origin[3]
    for step in range(last - first):
        point = first + step if forward else last - step
        onward = point + 1 if forward else point - 1
        along = line_at[point] if forward else 1.0 - line_at[point]
        span = line_at[onward] - line_at[point] if forward else line_at[point] - line_at[onward]
        # 0.5 ms less, because times at spots are rounded to the nearest ms.
        time = start_ms + along * weight - 0.5
        if time > limit_ms or along > end:
            return
        if along + span < begin:
            continue
        ax = (line_xy[point, 0] - origin[0]) * per_x - box[0]
        ay = (line_xy[point, 1] - origin[1]) * per_y - box[1]
        dx = (line_xy[onward, 0] - line_xy[point, 0]) * per_x
        dy = (line_xy[onward, 1] - line_xy[point, 1]) * per_y
        from_share = (begin - along) / span if along < begin and span > 0 else 0.0
        to_share = (end - along) / span if end < along + span else 1.0
        _cross(ax, ay, dx, dy, from_share, to_share, time, span * weight, limit_ms, square)


@kernel
def _cross(
    ax: float,
    ay: float,
    dx: float,
    dy: float,
    share: float,
    to_share: float,
    time: float,
    span_ms: float,
    limit_ms: int,
    square: Int32,
) -> None:
    """Walk a segment from square to square, border to border (doi:10.2312/egtp.19871000).

    From (ax, ay) in lattice steps by (dx, dy), between two shares of it; `time` at (ax, ay).
    """
    x, y = int(np.floor(ax + share * dx)), int(np.floor(ay + share * dy))
    left = abs(int(np.floor(ax + dx)) - x) + abs(int(np.floor(ay + dy)) - y)
    way_x, way_y = (1 if dx > 0 else -1), (1 if dy > 0 else -1)
    next_x = next_y = np.inf
    if left > 0 and dx != 0:
        next_x = ((x + (way_x > 0)) - ax) / dx
    if left > 0 and dy != 0:
        next_y = ((y + (way_y > 0)) - ay) / dy
    while True:
        entered = time + share * span_ms
        if entered > limit_ms or share > to_share:
            return
        if entered < square[y + 1, x + 1]:
            square[y + 1, x + 1] = max(int(np.ceil(entered)), 0)
        if left == 0:
            return
        left -= 1
        if next_x <= next_y:
            share = next_x
            x += way_x
            next_x += way_x / dx
        else:
            share = next_y
            y += way_y
            next_y += way_y / dy


@kernel
def driven_squares(
    box: Box,
    origin: Float64,
    half_edges: Int32,
    enter: Int32,
    place_edge: Int32,
    place_fraction: Float64,
    line_first: Int32,
    line_xy: Float64,
    line_at: Float64,
    open_ms: Int32,
    limit_ms: int,
) -> Int32:
    """When each square of the lattice is first driven into, int32 [rows + 2, columns + 2].

    Square (y + 1, x + 1) lies north-east of the box's point (y, x); `INF_MS` where not in time.
    """
    columns, rows = box[2] - box[0] + 1, box[3] - box[1] + 1
    square = np.full((rows + 2, columns + 2), INF_MS, dtype=np.int32)
    for half in half_edges:
        # Beyond the spot where the other direction comes as early, that one is driven instead.
        end = 1.0
        twin = half ^ 1
        if enter[twin] != INF_MS:
            late = float(enter[twin]) + open_ms[twin] - enter[half]
            end = late / (float(open_ms[half]) + open_ms[twin]) + 1e-9
        _drive(
            half, 0.0, end, float(enter[half]), limit_ms,
            origin, box, line_first, line_xy, line_at, open_ms, square,
        )  # fmt: skip
    for row in range(len(place_edge)):
        fraction = place_fraction[row]
        if not 0.0 < fraction < 1.0:
            continue
        for half in range(2 * place_edge[row], 2 * place_edge[row] + 2):
            if open_ms[half] != INF_MS:
                begin = fraction if half % 2 == 0 else 1.0 - fraction
                before = float(-position_ms(half, fraction, open_ms))
                _drive(
                    half, begin, 1.0, before, limit_ms,
                    origin, box, line_first, line_xy, line_at, open_ms, square,
                )  # fmt: skip
    return square


@kernel
def reach_field(
    box: Box,
    shape: NDArray[np.int64],
    cell_edge: Int32,
    cell_at: Float32,
    enter: Int32,
    place_edge: Int32,
    place_fraction: Float64,
    open_ms: Int32,
    square: Int32,
) -> Int32:
    """Time at each lattice point of the box, int32 [rows + 2, columns + 2], bordered by `INF_MS`.

    A time above the limit, or `INF_MS`, where not reached in time.
    """
    columns, rows = box[2] - box[0] + 1, box[3] - box[1] + 1
    holds_place = np.zeros(len(open_ms) // 2, dtype=np.bool_)
    for place in range(len(place_edge)):
        if 0.0 < place_fraction[place] < 1.0:
            holds_place[place_edge[place]] = True
    field = np.full((rows + 2, columns + 2), INF_MS, dtype=np.int32)
    tiles_across = (shape[0] + TILE - 1) // TILE
    for y in range(rows):
        for x in range(columns):
            best = min(square[y + 1, x + 1], square[y, x + 1], square[y + 1, x], square[y, x])
            column, row = box[0] + x, box[1] + y
            tile = row // TILE * tiles_across + column // TILE
            edge = cell_edge[tile, row % TILE, column % TILE]
            if edge >= 0:
                at = float(cell_at[tile, row % TILE, column % TILE])
                for half in range(2 * edge, 2 * edge + 2):
                    if enter[half] != INF_MS:
                        best = min(best, enter[half] + position_ms(half, at, open_ms))
                if holds_place[edge]:
                    best = min(best, _direct(edge, at, place_edge, place_fraction, open_ms))
            field[y + 1, x + 1] = best
    return field


@kernel
def _direct(
    edge: int, at: float, place_edge: Int32, place_fraction: Float64, open_ms: Int32
) -> int:
    """Shortest way to a spot from the places inside the same edge, without leaving it."""
    best = INF_MS
    for place in range(len(place_edge)):
        if place_edge[place] == edge and 0.0 < place_fraction[place] < 1.0:
            best = min(best, driven_directly(edge, place_fraction[place], at, open_ms))
    return best
