"""Points onto road segments.

Every point is measured in the plane that touches the sphere at its own latitude (equirectangular),
which is exact to well under a millimetre at the distances that matter. A uniform grid over the
segments is searched in rings around the point until no unseen segment can be nearer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import NONE, Float32, Float64, Int32, RoadGraph

DEFAULT_MAX_OFFSET_M = 5_000.0
_LARGEST_SIDE = 8_192
_RADIANS = np.pi / 180


@dataclass(frozen=True, slots=True, eq=False)
class Snaps:
    """Places on the road network, one row per point given.

    - `edge` int32 [n]: -1 where no road lies within the distance asked for.
    - `fraction` float64 [n]: share of the edge's length from its tail, 0.0 .. 1.0; NaN without.
      Exactly 0.0 or 1.0 is the junction itself, from which every street there can be taken.
    - `lon`, `lat` float64 [n]: the place on the road, WGS-84 degrees; NaN without edge.
    - `offset_m` float32 [n]: distance from the point to that place; NaN without edge.
    """

    edge: Int32
    fraction: Float64
    lon: Float64
    lat: Float64
    offset_m: Float32

    def __len__(self) -> int:
        return len(self.edge)

    def rows(self, chosen: ArrayLike) -> "Snaps":
        """Only the chosen rows (row numbers or a mask)."""
        pick = np.atleast_1d(np.asarray(chosen))
        return Snaps(
            self.edge[pick],
            self.fraction[pick],
            self.lon[pick],
            self.lat[pick],
            self.offset_m[pick],
        )


@dataclass(frozen=True, slots=True, eq=False)
class SnapIndex:
    """Uniform grid over the segments of a graph. A segment is named by its first line point.

    - `origin` float64 [4]: longitude and latitude of the south-west corner, width and height of a
      cell in degrees.
    - `shape` int32 [2]: columns, rows.
    - `cell_first` int32 [cells+1], `cell_segment` int32: segments whose line crosses a cell.
    - `point_edge` int32 [P]: edge of each line point.
    """

    origin: Float64
    shape: Int32
    cell_first: Int32
    cell_segment: Int32
    point_edge: Int32

    def __post_init__(self) -> None:
        for name in ("origin", "shape", "cell_first", "cell_segment", "point_edge"):
            getattr(self, name).flags.writeable = False


def build_snap_index(graph: RoadGraph, *, cell_m: float | None = None) -> SnapIndex:
    """Index a graph's segments. Cells default to a side that holds about one segment each."""
    if graph.edges == 0:
        msg = "a graph without edges has nothing to snap to"
        raise ValueError(msg)
    xy = graph.line_xy
    west, south = xy.min(axis=0)
    east, north = xy.max(axis=0)
    stretch = max(np.cos(np.radians((south + north) / 2)), 0.01)
    width_m = max((east - west) * stretch * METRES_PER_DEGREE, 1.0)
    height_m = max((north - south) * METRES_PER_DEGREE, 1.0)
    segments = len(xy) - graph.edges
    side_m = cell_m or max(np.sqrt(width_m * height_m / segments), 10.0)
    side_m = max(side_m, width_m / _LARGEST_SIDE, height_m / _LARGEST_SIDE)
    origin = np.array(
        [west, south, side_m / (METRES_PER_DEGREE * stretch), side_m / METRES_PER_DEGREE]
    )
    shape = np.array([int(width_m / side_m) + 1, int(height_m / side_m) + 1], dtype=np.int32)
    counts = np.zeros(int(shape[0]) * int(shape[1]) + 1, dtype=np.int32)
    nothing = np.empty(0, dtype=np.int32)
    _rasterize(xy, graph.line_first, origin, shape, counts, nothing)
    cell_first = np.zeros(len(counts), dtype=np.int32)
    np.cumsum(counts[:-1], out=cell_first[1:])
    cell_segment = np.empty(int(cell_first[-1]), dtype=np.int32)
    _rasterize(xy, graph.line_first, origin, shape, cell_first.copy(), cell_segment)
    point_edge = np.repeat(np.arange(graph.edges, dtype=np.int32), np.diff(graph.line_first))
    return SnapIndex(origin, shape, cell_first, cell_segment, point_edge)


def snap(
    graph: RoadGraph,
    index: SnapIndex,
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    max_offset_m: float = DEFAULT_MAX_OFFSET_M,
) -> Snaps:
    """The nearest place on the road network for each point (WGS-84 degrees).

    A road exactly `max_offset_m` away is still taken. Of equally near segments the one with the
    lowest number wins. A point whose position is NaN gets no edge.
    """
    longitudes = np.atleast_1d(np.array(lon, dtype=np.float64))
    latitudes = np.atleast_1d(np.array(lat, dtype=np.float64))
    if longitudes.ndim != 1 or longitudes.shape != latitudes.shape:
        msg = "longitudes and latitudes must be two equally long rows"
        raise ValueError(msg)
    rows = len(longitudes)
    edge = np.empty(rows, dtype=np.int32)
    place = np.empty((rows, 4), dtype=np.float64)
    _snap_points(
        longitudes,
        latitudes,
        float(max_offset_m),
        graph.line_xy,
        graph.line_at,
        index.origin,
        index.shape,
        index.cell_first,
        index.cell_segment,
        index.point_edge,
        edge,
        place,
    )
    return Snaps(
        edge,
        np.ascontiguousarray(place[:, 0]),
        np.ascontiguousarray(place[:, 1]),
        np.ascontiguousarray(place[:, 2]),
        place[:, 3].astype(np.float32),
    )


def snaps_at_junctions(graph: RoadGraph, junctions: ArrayLike) -> Snaps:
    """Places exactly at junctions, without any geometry: on any edge that meets there."""
    wanted = np.atleast_1d(np.asarray(junctions, dtype=np.int64))
    edge_at = np.full(graph.junctions, NONE, dtype=np.int32)
    numbers = np.arange(graph.edges, dtype=np.int32)
    edge_at[graph.edge_head] = numbers
    edge_at[graph.edge_tail] = numbers
    edge = edge_at[wanted]
    at_tail = graph.edge_tail[edge] == wanted
    fraction = np.where(edge == NONE, np.nan, np.where(at_tail, 0.0, 1.0))
    lon = np.where(edge == NONE, np.nan, graph.junction_lon[wanted])
    lat = np.where(edge == NONE, np.nan, graph.junction_lat[wanted])
    offset = np.where(edge == NONE, np.nan, 0.0).astype(np.float32)
    return Snaps(edge, fraction, lon, lat, offset)


@kernel
def _rasterize(
    xy: Float64,
    line_first: Int32,
    origin: Float64,
    shape: Int32,
    cursor: Int32,
    cell_segment: Int32,
) -> None:
    """Visit every cell that a segment may cross: count (no `cell_segment`) or write.

    Rows of cells are taken one by one, and within a row the columns between the segment's crossings
    of its lower and upper border, widened by a hair against rounding.
    """
    counting = len(cell_segment) == 0
    columns, rows = shape[0], shape[1]
    for edge in range(len(line_first) - 1):
        for point in range(line_first[edge], line_first[edge + 1] - 1):
            ax = (xy[point, 0] - origin[0]) / origin[2]
            ay = (xy[point, 1] - origin[1]) / origin[3]
            bx = (xy[point + 1, 0] - origin[0]) / origin[2]
            by = (xy[point + 1, 1] - origin[1]) / origin[3]
            if ay > by:
                ax, ay, bx, by = bx, by, ax, ay
            slope = (bx - ax) / (by - ay) if by - ay > 1e-12 else 0.0
            for row in range(max(int(ay - 1e-9), 0), min(int(by + 1e-9), rows - 1) + 1):
                if by - ay > 1e-12:
                    low = ax + (max(ay, row - 1e-9) - ay) * slope
                    high = ax + (min(by, row + 1 + 1e-9) - ay) * slope
                else:
                    low, high = ax, bx
                if low > high:
                    low, high = high, low
                left = max(int(low - 1e-9), 0)
                right = min(int(high + 1e-9), columns - 1)
                for column in range(left, right + 1):
                    cell = row * columns + column
                    if not counting:
                        cell_segment[cursor[cell]] = point
                    cursor[cell] += 1


@kernel
def nearest_segment(
    lon: float,
    lat: float,
    max_offset_m: float,
    xy: Float64,
    origin: Float64,
    shape: Int32,
    cell_first: Int32,
    cell_segment: Int32,
) -> tuple[int, float, float]:
    """Segment (-1: none within the distance), share along it, squared distance in m^2."""
    x_metres = METRES_PER_DEGREE * np.cos(lat * _RADIANS)
    y_metres = METRES_PER_DEGREE
    columns, rows = int(shape[0]), int(shape[1])
    # Position in cells, and the size of a cell in metres at this latitude.
    px = (lon - origin[0]) / origin[2]
    py = (lat - origin[1]) / origin[3]
    width, height = origin[2] * x_metres, origin[3] * y_metres
    reach = max_offset_m / min(width, height) + 2
    if not (px > -reach and py > -reach and px < columns + reach and py < rows + reach):
        return -1, 0.0, 0.0
    column, row = int(np.floor(px)), int(np.floor(py))
    best = max_offset_m * max_offset_m
    segment = -1
    share = 0.0
    ring = max(-column, column - columns + 1, -row, row - rows + 1, 0)
    while True:
        for y in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
            on_border = y == row - ring or y == row + ring
            stride = 1 if on_border or ring == 0 else 2 * ring
            away_y = max(y - py, py - y - 1, 0.0) * height
            x = column - ring
            while x <= column + ring:
                away_x = max(x - px, px - x - 1, 0.0) * width
                if 0 <= x < columns and away_x * away_x + away_y * away_y <= best:
                    cell = y * columns + x
                    for position in range(cell_first[cell], cell_first[cell + 1]):
                        point = cell_segment[position]
                        ax = (xy[point, 0] - lon) * x_metres
                        ay = (xy[point, 1] - lat) * y_metres
                        dx = (xy[point + 1, 0] - lon) * x_metres - ax
                        dy = (xy[point + 1, 1] - lat) * y_metres - ay
                        length = dx * dx + dy * dy
                        t = -(ax * dx + ay * dy) / length if length > 0 else 0.0
                        t = min(max(t, 0.0), 1.0)
                        nx, ny = ax + t * dx, ay + t * dy
                        squared = nx * nx + ny * ny
                        if squared < best or (squared == best and (segment < 0 or point < segment)):
                            best, segment, share = squared, point, t
                x += stride
        unseen = min(
            min(px - (column - ring), column + ring + 1 - px) * width,
            min(py - (row - ring), row + ring + 1 - py) * height,
        )
        if unseen * unseen > best and unseen > 0:
            return segment, share, best
        ring += 1


@kernel
def _snap_points(
    lon: Float64,
    lat: Float64,
    max_offset_m: float,
    xy: Float64,
    line_at: Float64,
    origin: Float64,
    shape: Int32,
    cell_first: Int32,
    cell_segment: Int32,
    point_edge: Int32,
    edge: Int32,
    place: Float64,
) -> None:
    """Fill `edge` and `place` (fraction, longitude, latitude, offset in metres) row by row."""
    for row in range(len(lon)):
        segment, share, squared = nearest_segment(
            lon[row], lat[row], max_offset_m, xy, origin, shape, cell_first, cell_segment
        )
        if segment < 0:
            edge[row] = -1
            place[row, :] = np.nan
            continue
        edge[row] = point_edge[segment]
        start, end = line_at[segment], line_at[segment + 1]
        place[row, 0] = end if share >= 1.0 else start + share * (end - start)
        place[row, 1] = xy[segment, 0] + share * (xy[segment + 1, 0] - xy[segment, 0])
        place[row, 2] = xy[segment, 1] + share * (xy[segment + 1, 1] - xy[segment, 1])
        place[row, 3] = np.sqrt(squared)
