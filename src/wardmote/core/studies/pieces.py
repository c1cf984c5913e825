"""What grids are made of: villages and communities, whole, or squares of streets.

A village that may be cut is itself cut into squares of streets; where a place has no villages, all
of it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.places import Division, DivisionLevel, MultiPolygon
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.grids.territory import (
    Territory,
    build_territory,
    components,
    road_territory,
)
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.trial_roads import junctions_near
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import INF_MS, Float64, Int64

SQUARE_M = 400.0
MOST_PIECES = 20_000
_WALK_M_S = 1.3


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """C pieces of ground that are not cut.

    Attributes:
        shape: of each piece, WGS-84 degrees.
        key: names a piece in rules and moves: the code of a whole village; ``code/column-line`` of
            a square of a village that may be cut; ``column-line`` where there are no villages.
        area: code of the village of each piece; empty for squares without one.
        name: of the village, with a number where it is cut.
        lon, lat: float64 [c] a place in each piece that others are driven to.
        calls: float64 [c] a week.
    """

    territory: Territory
    shape: tuple[BaseGeometry, ...]
    key: tuple[str, ...]
    area: tuple[AreaId, ...]
    name: tuple[Bilingual, ...]
    lon: Float64
    lat: Float64
    calls: Float64

    def __len__(self) -> int:
        return len(self.key)


@dataclass(frozen=True, slots=True)
class _Piece:
    shape: BaseGeometry
    key: str
    area: AreaId
    name: Bilingual
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class _Lattice:
    """Squares of `SQUARE_M` that begin at the south-west end of the streets."""

    west: float
    south: float
    wide: float
    high: float

    @classmethod
    def over(cls, ground: Ground) -> _Lattice:
        graph = ground.travel.graph
        stretch = float(np.cos(np.radians(graph.junction_lat.mean())))
        high = SQUARE_M / METRES_PER_DEGREE
        return cls(
            float(graph.junction_lon.min()), float(graph.junction_lat.min()), high / stretch, high
        )

    def at(self, lon: Float64, lat: Float64) -> tuple[Int64, Int64]:
        """Column and line of places."""
        column = np.floor((lon - self.west) / self.wide).astype(np.int64)
        return column, np.floor((lat - self.south) / self.high).astype(np.int64)

    def boxes(self, column: Int64, line: Int64) -> list[BaseGeometry]:
        west, south = self.west + column * self.wide, self.south + line * self.high
        found: list[BaseGeometry] = shapely.box(
            west, south, west + self.wide, south + self.high
        ).tolist()
        return found


def pieces_of(ground: Ground, may_split: frozenset[AreaId] = frozenset()) -> Pieces:
    """The pieces of a place.

    Args:
        may_split: villages that are cut into squares.

    Raises:
        Problem: a village that may be cut is not there, the pieces are too many, or the streets of
            a place without villages do not hang together.
    """
    villages = [
        one for one in ground.book.divisions if one.level is DivisionLevel.VILLAGE and one.boundary
    ]
    if len(villages) < 2:
        _refuse_unknown(may_split, frozenset())
        return _squares(ground)
    _refuse_unknown(may_split, frozenset(one.code for one in villages))
    return _villages(ground, villages, may_split)


def shape_of(boundary: MultiPolygon) -> shapely.MultiPolygon:
    """A boundary as a shape."""
    return shapely.MultiPolygon(
        [shapely.Polygon(rings[0], rings[1:]) for rings in boundary if rings]
    )


def boundary_of(shape: BaseGeometry) -> MultiPolygon:
    """The polygons of a shape as rings."""
    parts = getattr(shape, "geoms", [shape])
    return tuple(
        tuple(
            tuple((float(x), float(y)) for x, y in ring.coords)
            for ring in (part.exterior, *part.interiors)
        )
        for part in parts
        if isinstance(part, shapely.Polygon) and not part.is_empty
    )


def _refuse_unknown(may_split: frozenset[AreaId], known: frozenset[AreaId]) -> None:
    wrong = sorted(may_split - known)
    if wrong:
        raise Problem(
            zh=f"没有编号为 {'、'.join(wrong)} 且画有边界的村（社区），无法允许拆分。",
            en=f"No village or community with an outline has the code {', '.join(wrong)}, so it "
            "cannot be named as one that may be split.",
        )


def _villages(ground: Ground, villages: Sequence[Division], may_split: frozenset[AreaId]) -> Pieces:
    pieces: list[_Piece] = []
    for one in villages:
        parts = _parts(ground, one) if one.code in may_split else []
        whole = _Piece(shape_of(one.boundary), one.code, one.code, one.name, one.lon, one.lat)
        pieces += parts or [whole]
    if len(pieces) > MOST_PIECES:
        raise Problem(
            zh=f"允许拆分的村（社区）过多，共得 {len(pieces)} 块，最多 {MOST_PIECES} 块；"
            "请少列一些。",
            en=f"So many villages may be split that there are {len(pieces)} pieces; at most "
            f"{MOST_PIECES} are cut. Name fewer.",
        )
    shapes = [one.shape for one in pieces]
    lon = np.array([one.lon for one in pieces])
    lat = np.array([one.lat for one in pieces])
    load, calls = _loads_of(ground, pieces)
    pairs, border_m = _borders(shapes)
    travel_s = _between(ground, lon, lat, shapes, pairs)
    x_m, y_m, scale = _plane(lon, lat)
    area = np.array([one.area for one in shapes]) * scale
    outline = np.array([one.length for one in shapes]) * np.sqrt(scale)
    shared = np.bincount(pairs.ravel(), weights=np.repeat(border_m, 2), minlength=len(pieces))
    territory = _hanging_together(
        load,
        x_m,
        y_m,
        np.maximum(area, 1.0),
        np.maximum(outline - shared, 0.0),
        pairs,
        border_m,
        travel_s,
    )
    return Pieces(
        territory,
        tuple(shapes),
        tuple(one.key for one in pieces),
        tuple(one.area for one in pieces),
        tuple(one.name for one in pieces),
        lon,
        lat,
        calls,
    )


def _parts(ground: Ground, village: Division) -> list[_Piece]:
    """Squares of a village's streets; what has no street goes to the nearest that has one.

    Empty where its streets lie in one square.
    """
    lattice, shape = _Lattice.over(ground), shape_of(village.boundary)
    graph = ground.travel.graph
    inside = shapely.covers(shape, shapely.points(graph.junction_lon, graph.junction_lat))
    lon, lat = graph.junction_lon[inside], graph.junction_lat[inside]
    squares, part = np.unique(np.stack(lattice.at(lon, lat), axis=1), axis=0, return_inverse=True)
    if len(squares) < 2:
        return []
    west, south, east, north = shape.bounds
    corner = lattice.at(np.array([west, east]), np.array([south, north]))
    column, line = (
        axis.ravel()
        for axis in np.meshgrid(
            np.arange(corner[0][0], corner[0][1] + 1), np.arange(corner[1][0], corner[1][1] + 1)
        )
    )
    apart = np.hypot(column[:, None] - squares[:, 0], line[:, None] - squares[:, 1])
    nearest = apart.argmin(axis=1)
    clipped = shapely.intersection(np.array(lattice.boxes(column, line), dtype=object), shape)
    found = []
    for row, (x, y) in enumerate(squares.tolist()):
        own = np.flatnonzero(part.ravel() == row)
        middle = np.hypot(lon[own] - lon[own].mean(), lat[own] - lat[own].mean()).argmin()
        number = f" {row + 1}"
        found.append(
            _Piece(
                shapely.union_all(clipped[nearest == row]),
                f"{village.code}/{x}-{y}",
                village.code,
                Bilingual(
                    village.name.zh and village.name.zh + number,
                    village.name.en and village.name.en + number,
                ),
                float(lon[own][middle]),
                float(lat[own][middle]),
            )
        )
    return found


def _loads_of(ground: Ground, pieces: Sequence[_Piece]) -> tuple[Float64, Float64]:
    """Unit-hours and calls a week of each piece; calls without a village of the place are left."""
    rows: dict[AreaId, list[int]] = {}
    for row, one in enumerate(pieces):
        rows.setdefault(one.area, []).append(row)
    points = ground.points
    piece = np.array([rows.get(code, [-1])[0] for code in points.area], dtype=np.int64)
    for own in rows.values():
        if len(own) == 1:
            continue
        here = np.flatnonzero(piece == own[0])
        shapes = np.array([pieces[row].shape for row in own], dtype=object)
        places = shapely.points(points.lon[here], points.lat[here])
        if len(here):
            apart = shapely.distance(places[:, None], shapes[None, :])
            piece[here] = np.array(own)[apart.argmin(axis=1)]
    known = np.flatnonzero(piece >= 0)
    return _loads(ground, piece[known], known, len(pieces))


def _loads(ground: Ground, piece: Int64, rows: Int64, pieces: int) -> tuple[Float64, Float64]:
    """Unit-hours and calls a week of each piece."""
    by_priority = ground.points.by_priority[rows]
    load = np.bincount(
        piece, weights=by_priority @ ground.handling.busy_s / 3_600.0, minlength=pieces
    )
    calls = np.bincount(piece, weights=by_priority.sum(axis=1), minlength=pieces)
    return load.astype(np.float64), calls.astype(np.float64)


def _plane(lon: Float64, lat: Float64) -> tuple[Float64, Float64, float]:
    """Metres on a plane, and square metres of a square degree."""
    stretch = float(np.cos(np.radians(lat.mean())))
    return (
        (lon - lon.min()) * METRES_PER_DEGREE * stretch,
        (lat - lat.min()) * METRES_PER_DEGREE,
        METRES_PER_DEGREE**2 * stretch,
    )


def _borders(shapes: Sequence[BaseGeometry]) -> tuple[Int64, Float64]:
    """Pairs of pieces that touch, int64 [k, 2], and the length of their border in metres."""
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    geometry = np.array(shapes, dtype=object)
    middle = float(np.mean([one.centroid.y for one in shapes]))
    degree_m = METRES_PER_DEGREE * np.sqrt(np.cos(np.radians(middle)))
    common = shapely.intersection(geometry[left], geometry[right])
    length = np.asarray(shapely.length(common) * degree_m, dtype=np.float64)
    kept = length > 1.0
    return np.stack((left[kept], right[kept]), axis=1).astype(np.int64), length[kept]


def _between(
    ground: Ground, lon: Float64, lat: Float64, shapes: Sequence[BaseGeometry], pairs: Int64
) -> Float64:
    """Driving seconds between neighbouring pieces; inf where no street crosses their border."""
    graph = ground.travel.graph
    tree = shapely.STRtree(shapes)
    junctions = shapely.points(graph.junction_lon, graph.junction_lat)
    which, inside = tree.query(junctions, predicate="intersects")
    piece = np.full(graph.junctions, -1, dtype=np.int64)
    piece[which] = inside
    ends = np.sort(np.stack((piece[graph.edge_tail], piece[graph.edge_head]), axis=1), axis=1)
    crossed = np.unique(ends[(ends[:, 0] >= 0) & (ends[:, 0] != ends[:, 1])], axis=0)
    keys = set(map(tuple, crossed.tolist()))
    places = ground.travel.snap(lon, lat)
    factor = ground.handling.driving.factor / 1_000.0
    found = np.full(len(pairs), np.inf)
    for row, (one, other) in enumerate(pairs.tolist()):
        if (one, other) not in keys or min(places.edge[one], places.edge[other]) < 0:
            continue
        ms = ground.travel.drive_time(places.rows([one]), places.rows([other]))
        if ms < INF_MS:
            found[row] = max(ms, 1) * factor
    return found


def _hanging_together(
    load: Float64,
    x_m: Float64,
    y_m: Float64,
    area: Float64,
    outer: Float64,
    pairs: Int64,
    border_m: Float64,
    travel_s: Float64,
) -> Territory:
    """The territory, with a way added from each piece that no street leads to from its neighbours.

    The way goes to the nearest piece of the largest part, at walking pace: a grid must take in the
    village all the same.
    """
    while True:
        ground = build_territory(load, x_m, y_m, area, outer, pairs, border_m, travel_s)
        part = components(ground)
        if part.max() == 0:
            return ground
        largest = int(np.bincount(part).argmax())
        main = np.flatnonzero(part == largest)
        lone = np.flatnonzero(part == int(np.flatnonzero(np.arange(part.max() + 1) != largest)[0]))
        apart = np.hypot(x_m[lone, None] - x_m[main], y_m[lone, None] - y_m[main])
        at = np.unravel_index(int(apart.argmin()), apart.shape)
        ends = sorted((int(lone[at[0]]), int(main[at[1]])))
        way_s = float(apart[at]) / _WALK_M_S
        there = np.flatnonzero((pairs == ends).all(axis=1))
        if len(there):
            travel_s[there] = way_s
        else:
            pairs = np.concatenate((pairs, np.array([ends])))
            border_m = np.concatenate((border_m, [0.0]))
            travel_s = np.concatenate((travel_s, [way_s]))


def _squares(ground: Ground) -> Pieces:
    """Squares of streets, where the place has no villages."""
    graph = ground.travel.graph
    node = junctions_near(ground.travel, ground.points.places)
    by_priority = ground.points.by_priority
    load = np.bincount(
        node, weights=by_priority @ ground.handling.busy_s / 3_600.0, minlength=graph.junctions
    )
    territory, cell = road_territory(graph, ground.travel.metric, load, side_m=SQUARE_M)
    count = territory.cells
    first = np.zeros(count, dtype=np.int64)
    first[cell[::-1]] = np.arange(len(cell))[::-1]
    lon, lat = graph.junction_lon[first], graph.junction_lat[first]
    lattice = _Lattice.over(ground)
    column, line = lattice.at(lon, lat)
    calls = np.bincount(cell[node], weights=by_priority.sum(axis=1), minlength=count)
    if components(territory).max() > 0:
        raise Problem(
            zh="路网不连通，无法划分网格；请用连通的路网重建城市目录。",
            en="The streets do not hang together, so grids cannot be cut; build the city directory "
            "from roads that do.",
        )
    keys = tuple(f"{x}-{y}" for x, y in zip(column.tolist(), line.tolist(), strict=True))
    return Pieces(
        territory,
        tuple(lattice.boxes(column, line)),
        keys,
        (AreaId(""),) * count,
        tuple(Bilingual(f"方格 {key}", f"Square {key}") for key in keys),
        lon,
        lat,
        calls.astype(np.float64),
    )
