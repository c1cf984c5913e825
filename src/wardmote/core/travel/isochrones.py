"""What is reached within so many minutes, as polygons.

A lattice of points (25 m apart by default) is laid over the place. A point is reached in time t if
- the road nearest to it, at most `max_offset_m` away, is driven on at that very spot in t; or
- a road driven on in t passes through one of the four lattice squares that meet at the point.

The second rule makes the polygon contain every spot of road reached in time. The first fills the
blocks and leaves out what lies nearer to a road *not* reached. Together: any spot of road inside
the polygon is at most `tolerance_m` from a spot of road reached in time.

Proof. A spot q inside the polygon is within sqrt(1/2) lattice steps of a point c that was reached.
By the first rule c's nearest spot of road r was reached; c is no farther from r than from q, so
|q - r| <= sqrt(2). By the second rule r lies in a square at c, so |q - r| <= sqrt(1/2) + sqrt(2).
"""

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.contours import trace_rings
from wardmote.core.travel.graph import INF_MS, NONE, Float32, Float64, Int32, RoadGraph
from wardmote.core.travel.isochrone_field import (
    TILE,
    driven_squares,
    fill_tiles,
    reach_field,
    reached_box,
)
from wardmote.core.travel.metric import Metric
from wardmote.core.travel.searches import reach
from wardmote.core.travel.snapping import SnapIndex, Snaps

STEP_M = 25.0
MAX_OFFSET_M = 150.0
_LARGEST_SIDE = 16_384


class MultiPolygon(TypedDict):
    """A GeoJSON geometry (RFC 7946)."""

    type: str
    coordinates: list[list[list[list[float]]]]


@dataclass(frozen=True, slots=True, eq=False)
class Isochrone:
    """What is reached within <= `threshold_ms`.

    `polygons`: for each polygon its outer ring (counter-clockwise), then its holes (clockwise);
    rings float64 [n, 2] of longitude and latitude, first and last corner equal. Polygons and rings
    neither cross nor touch. Empty where nothing is reached.
    """

    threshold_ms: int
    polygons: tuple[tuple[Float64, ...], ...]

    def geojson(self) -> MultiPolygon:
        """As a GeoJSON MultiPolygon, to seven decimals (1 cm)."""
        return {
            "type": "MultiPolygon",
            "coordinates": [
                [ring.round(7).tolist() for ring in polygon] for polygon in self.polygons
            ],
        }


@dataclass(frozen=True, slots=True, eq=False)
class IsochroneRaster:
    """The lattice over a graph: for each point, the spot of road nearest to it.

    Filled tile by tile as isochrones come to need it; memory that no isochrone has touched is never
    committed. Filling is idempotent, so threads need not agree.

    - `origin` float64 [4]: longitude and latitude of the south-west point, steps in degrees.
    - `shape` int64 [2]: columns, rows of points.
    - `edge` int32, `at` float32 [tiles, 64, 64]: edge nearest to each point (-1: none within
      `max_offset_m`), and the fraction on it.
    - `ready` uint8 [tiles].
    """

    origin: Float64
    shape: NDArray[np.int64]
    edge: Int32
    at: Float32
    ready: NDArray[np.uint8]
    snap_index: SnapIndex
    step_m: float
    max_offset_m: float

    @property
    def tolerance_m(self) -> float:
        """How far a spot of road inside a polygon can be from road reached in time."""
        return float((np.sqrt(0.5) + np.sqrt(2)) * self.step_m)

    @classmethod
    def of(
        cls,
        graph: RoadGraph,
        snap_index: SnapIndex,
        *,
        step_m: float = STEP_M,
        max_offset_m: float = MAX_OFFSET_M,
    ) -> "IsochroneRaster":
        """A lattice over a graph; `step_m` is the longest step anywhere on it."""
        west, south = graph.line_xy.min(axis=0)
        east, north = graph.line_xy.max(axis=0)
        # Steps are equal in degrees, so a step east is longest where the parallels are.
        lowest = 0.0 if south < 0 < north else min(abs(south), abs(north))
        widest = METRES_PER_DEGREE * np.cos(np.radians(lowest))
        narrowest = METRES_PER_DEGREE * np.cos(np.radians(max(abs(south), abs(north))))
        largest_m = max((east - west) * widest, (north - south) * METRES_PER_DEGREE)
        step_m = max(step_m, largest_m / (_LARGEST_SIDE - 64))
        margin = int(np.ceil(max_offset_m / step_m * widest / narrowest)) + 3
        step_x, step_y = step_m / widest, step_m / METRES_PER_DEGREE
        origin = np.array([west - margin * step_x, south - margin * step_y, step_x, step_y])
        columns = int((east - west) / step_x) + 2 * margin + 2
        rows = int((north - south) / step_y) + 2 * margin + 2
        tiles = -(-columns // TILE) * -(-rows // TILE)
        return cls(
            origin=origin,
            shape=np.array([columns, rows], dtype=np.int64),
            edge=np.empty((tiles, TILE, TILE), dtype=np.int32),
            at=np.empty((tiles, TILE, TILE), dtype=np.float32),
            ready=np.zeros(tiles, dtype=np.uint8),
            snap_index=snap_index,
            step_m=step_m,
            max_offset_m=max_offset_m,
        )


def isochrones(
    graph: RoadGraph,
    metric: Metric,
    raster: IsochroneRaster,
    origins: Snaps,
    thresholds_ms: ArrayLike,
) -> tuple[Isochrone, ...]:
    """Polygons of what is reached from the nearest of the origins, one for each threshold.

    Thresholds are whole ms >= 0. Raises `ValueError` otherwise.
    """
    thresholds = [int(threshold) for threshold in np.atleast_1d(np.asarray(thresholds_ms))]
    if not thresholds or min(thresholds) < 0 or max(thresholds) >= INF_MS:
        msg = f"isochrone thresholds must be ms in 0 .. {INF_MS - 1}, got {thresholds}"
        raise ValueError(msg)
    placed = origins.rows(origins.edge != NONE)
    if len(placed) == 0:
        return tuple(Isochrone(threshold, ()) for threshold in thresholds)
    field, corner = _field(graph, metric, raster, placed, max(thresholds))
    return tuple(
        Isochrone(threshold, _polygons(field, corner, raster.origin, threshold))
        for threshold in thresholds
    )


def _field(
    graph: RoadGraph, metric: Metric, raster: IsochroneRaster, origins: Snaps, limit_ms: int
) -> tuple[Int32, tuple[int, int]]:
    """Time at each lattice point around what is reached, and where in the lattice it begins."""
    reached = reach(graph, metric, origins, limit_ms)
    half_edges, enter, box = reached_box(
        reached.node,
        reached.ms,
        graph.first_out,
        graph.half_edge,
        graph.line_first,
        graph.line_xy,
        graph.line_at,
        metric.open_ms,
        limit_ms,
        np.column_stack((origins.lon, origins.lat)),
    )
    narrow = np.cos(np.radians(np.abs(box[[1, 3]]).max())) * METRES_PER_DEGREE
    around = np.empty(2)
    around[0] = raster.max_offset_m / narrow + 2 * raster.origin[2]
    around[1] = raster.max_offset_m / METRES_PER_DEGREE + 2 * raster.origin[3]
    low = (box[:2] - around - raster.origin[:2]) / raster.origin[2:]
    high = (box[2:] + around - raster.origin[:2]) / raster.origin[2:]
    x0, y0 = (int(v) for v in np.maximum(np.floor(low), 0))
    x1, y1 = (int(v) for v in np.minimum(np.ceil(high), raster.shape - 1))
    fill_tiles(
        (x0, y0, x1, y1),
        raster.origin,
        raster.shape,
        raster.edge,
        raster.at,
        raster.ready,
        raster.max_offset_m,
        graph.line_xy,
        graph.line_at,
        raster.snap_index.origin,
        raster.snap_index.shape,
        raster.snap_index.cell_first,
        raster.snap_index.cell_segment,
        raster.snap_index.point_edge,
    )
    square = driven_squares(
        (x0, y0, x1, y1),
        raster.origin,
        half_edges,
        enter,
        origins.edge,
        origins.fraction,
        graph.line_first,
        graph.line_xy,
        graph.line_at,
        metric.open_ms,
        limit_ms,
    )
    field = reach_field(
        (x0, y0, x1, y1),
        raster.shape,
        raster.edge,
        raster.at,
        enter,
        origins.edge,
        origins.fraction,
        metric.open_ms,
        square,
    )
    return field, (x0 - 1, y0 - 1)


def _polygons(
    field: Int32, corner: tuple[int, int], origin: Float64, threshold: int
) -> tuple[tuple[Float64, ...], ...]:
    xy, ring_end, ring_shell = trace_rings(field, threshold)
    degrees = origin[:2] + (xy * 0.5 + corner) * origin[2:]
    by_shell: dict[int, list[Float64]] = {}
    start = 0
    for end, shell in zip(ring_end.tolist(), ring_shell.tolist(), strict=True):
        ring = np.concatenate((degrees[start:end], degrees[start : start + 1]))
        by_shell.setdefault(shell, []).append(ring)
        start = end
    return tuple(tuple(rings) for rings in by_shell.values())
