"""Grids for a plan: one connected piece of ground per post, villages whole, loads alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.places import Division, DivisionLevel, MultiPolygon
from wardmote.core.domain.problem import Problem
from wardmote.core.planning.grids.figures import GridFigures
from wardmote.core.planning.grids.planning import GridEffort, GridPlan, plan_grids
from wardmote.core.planning.grids.rules import GridRules
from wardmote.core.planning.grids.territory import (
    Territory,
    build_territory,
    components,
    road_territory,
)
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.plan import Plan, PlannedGrid, PlannedGrids
from wardmote.core.studies.questions import WEEKS_A_YEAR
from wardmote.core.studies.trial_roads import nodes_of
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import INF_MS, Float64, Int32, Int64

SQUARE_M = 400.0
TOLERANCE = 1.05


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """What is not cut: villages where the place has them, else squares of streets.

    Attributes:
        shape: of each piece, WGS-84 degrees.
        code: village of each piece; empty for squares.
        lon, lat: float64 [c] a place in each piece that others are driven to.
        calls: float64 [c] a week.
    """

    territory: Territory
    shape: Sequence[BaseGeometry]
    code: tuple[AreaId, ...]
    lon: Float64
    lat: Float64
    calls: Float64


@dataclass(frozen=True, slots=True)
class GridProposal:
    """A plan with grids, and how they look beside those of plain nearness.

    Attributes:
        figures: of the grids; `start` of the first cut, before refinement.
        stopped: whether it was told to stop before it was done.
    """

    plan: Plan
    figures: GridFigures
    start: GridFigures
    stopped: bool


def propose_grids(
    ground: Ground,
    plan: Plan,
    *,
    previous: PlannedGrids | None = None,
    tolerance: float = TOLERANCE,
    seed: int = 1,
    effort: GridEffort | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    report: Callable[[float], None] = lambda share: None,
) -> GridProposal:
    """Grids for the posts of a plan.

    Args:
        previous: grids in force, by post id; few villages then change hands.
        tolerance: greatest load of a grid as a multiple of the mean that is asked for.

    Raises:
        Problem: there are more posts than pieces of ground, or the rules cannot be met.
    """
    pieces = _villages(ground) or _squares(ground)
    if len(plan.posts) > pieces.territory.cells:
        raise Problem(
            zh=f"快反点（{len(plan.posts)}）多于可划分的村（社区）数（{pieces.territory.cells}）。",
            en=f"There are more posts ({len(plan.posts)}) than villages or squares to share out "
            f"({pieces.territory.cells}).",
        )
    travel_s = _travel_s(ground, plan, pieces)
    rules = GridRules(
        grids=len(plan.posts),
        post_cell=_cells_of(travel_s),
        post_travel_s=travel_s,
        previous=_labels(plan, pieces, previous),
        tolerance=tolerance,
    )
    found = plan_grids(
        pieces.territory, rules, seed=seed, effort=effort, should_stop=should_stop, report=report
    )
    return GridProposal(
        replace(plan, grids=_planned(plan, pieces, found)),
        found.figures,
        found.start,
        found.stopped,
    )


def _villages(ground: Ground) -> _Pieces | None:
    """Villages and communities with an outline; None where the place has fewer than two."""
    villages = [
        one for one in ground.book.divisions if one.level is DivisionLevel.VILLAGE and one.boundary
    ]
    if len(villages) < 2:
        return None
    shapes = [_shape(one.boundary) for one in villages]
    row = {one.code: number for number, one in enumerate(villages)}
    point = np.array([row.get(code, -1) for code in ground.points.area])
    known = np.flatnonzero(point >= 0)
    lon = np.array([one.lon for one in villages])
    lat = np.array([one.lat for one in villages])
    load, calls = _loads(ground, point[known], known, len(villages))
    pairs, border_m = _borders(shapes)
    travel_s = _between(ground, villages, shapes, pairs)
    x_m, y_m, scale = _plane(lon, lat)
    area = np.array([one.area for one in shapes]) * scale
    outline = np.array([one.length for one in shapes]) * np.sqrt(scale)
    shared = np.bincount(pairs.ravel(), weights=np.repeat(border_m, 2), minlength=len(villages))
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
    return _Pieces(territory, shapes, tuple(one.code for one in villages), lon, lat, calls)


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
    ground: Ground, villages: Sequence[Division], shapes: Sequence[BaseGeometry], pairs: Int64
) -> Float64:
    """Driving seconds between neighbouring villages; inf where no street crosses their border."""
    graph = ground.travel.graph
    tree = shapely.STRtree(shapes)
    junctions = shapely.points(graph.junction_lon, graph.junction_lat)
    which, inside = tree.query(junctions, predicate="intersects")
    village = np.full(graph.junctions, -1, dtype=np.int64)
    village[which] = inside
    ends = np.sort(np.stack((village[graph.edge_tail], village[graph.edge_head]), axis=1), axis=1)
    crossed = np.unique(ends[(ends[:, 0] >= 0) & (ends[:, 0] != ends[:, 1])], axis=0)
    keys = set(map(tuple, crossed.tolist()))
    places = ground.travel.snap([one.lon for one in villages], [one.lat for one in villages])
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
        way_s = float(apart[at]) / 1.3
        there = np.flatnonzero((pairs == ends).all(axis=1))
        if len(there):
            travel_s[there] = way_s
        else:
            pairs = np.concatenate((pairs, np.array([ends])))
            border_m = np.concatenate((border_m, [0.0]))
            travel_s = np.concatenate((travel_s, [way_s]))


def _squares(ground: Ground) -> _Pieces:
    """Squares of streets, where the place has no villages."""
    graph = ground.travel.graph
    node, _ = nodes_of(ground.travel, ground.points.places, 1.0)
    by_priority = ground.points.by_priority
    load = np.bincount(
        node, weights=by_priority @ ground.handling.busy_s / 3_600.0, minlength=graph.junctions
    )
    territory, cell = road_territory(graph, ground.travel.metric, load, side_m=SQUARE_M)
    count = territory.cells
    first = np.zeros(count, dtype=np.int64)
    first[cell[::-1]] = np.arange(len(cell))[::-1]
    lon, lat = graph.junction_lon[first], graph.junction_lat[first]
    stretch = float(np.cos(np.radians(graph.junction_lat.mean())))
    west, south = float(graph.junction_lon.min()), float(graph.junction_lat.min())
    wide, high = SQUARE_M / METRES_PER_DEGREE / stretch, SQUARE_M / METRES_PER_DEGREE
    column, line = np.floor((lon - west) / wide), np.floor((lat - south) / high)
    shapes = shapely.box(
        west + column * wide, south + line * high, west + (column + 1) * wide,
        south + (line + 1) * high,
    )  # fmt: skip
    calls = np.bincount(cell[node], weights=by_priority.sum(axis=1), minlength=count)
    part = components(territory)
    if part.max() > 0:
        raise Problem(
            zh="路网不连通，无法划分网格；请用连通的路网重建城市目录。",
            en="The streets do not hang together, so grids cannot be cut; build the city directory "
            "from roads that do.",
        )
    return _Pieces(territory, list(shapes), (), lon, lat, calls.astype(np.float64))


def _travel_s(ground: Ground, plan: Plan, pieces: _Pieces) -> Float64:
    """float64 [posts, pieces] driving seconds; inf where there is no way."""
    posts = ground.travel.snap([one.lon for one in plan.posts], [one.lat for one in plan.posts])
    ms = ground.travel.matrix(posts, ground.travel.snap(pieces.lon, pieces.lat))
    seconds = ms * (ground.handling.driving.factor / 1_000.0)
    return np.asarray(np.where(ms == INF_MS, np.inf, seconds), dtype=np.float64)


def _cells_of(travel_s: Float64) -> Int32:
    """A piece of its own for each post: the nearest by road that no earlier post has."""
    taken: list[int] = []
    for row in travel_s:
        left = row.copy()
        left[taken] = np.inf
        free = np.setdiff1d(np.arange(len(row)), taken)
        best = int(np.argmin(left)) if np.isfinite(left).any() else int(free[0])
        taken.append(best)
    return np.array(taken, dtype=np.int32)


def _labels(plan: Plan, pieces: _Pieces, previous: PlannedGrids | None) -> Int32 | None:
    """The grid of each piece in the plan before, by the number of its post in this one."""
    if previous is None:
        return None
    number = {post.id: row for row, post in enumerate(plan.posts)}
    label = np.full(pieces.territory.cells, -1, dtype=np.int32)
    by_code = {code: row for row, code in enumerate(pieces.code)}
    points = shapely.points(pieces.lon, pieces.lat)
    for grid in previous.grids:
        if grid.post not in number:
            continue
        if grid.villages and by_code:
            rows = [by_code[code] for code in grid.villages if code in by_code]
        else:
            rows = np.flatnonzero(shapely.covers(_shape(grid.boundary), points)).tolist()
        label[rows] = number[grid.post]
    return label


def _planned(plan: Plan, pieces: _Pieces, found: GridPlan) -> PlannedGrids:
    geometry = np.array(pieces.shape, dtype=object)
    figures = found.figures
    grids = []
    for row, post in enumerate(plan.posts):
        cells = np.flatnonzero(found.label == row)
        mean = float(figures.mean_response_s[row])
        grids.append(
            PlannedGrid(
                PostId(post.id),
                _boundary(shapely.union_all(geometry[cells])),
                tuple(pieces.code[cell] for cell in cells.tolist()) if pieces.code else (),
                float(pieces.calls[cells].sum() * WEEKS_A_YEAR),
                float(np.nan_to_num(figures.load_ratio[row])),
                mean if np.isfinite(mean) else None,
            )
        )
    return PlannedGrids(
        tuple(grids),
        float(np.nan_to_num(figures.max_over_mean)),
        figures.mean_polsby_popper,
        figures.connected,
        figures.changed_cells,
    )


def _shape(boundary: MultiPolygon) -> shapely.MultiPolygon:
    return shapely.MultiPolygon(
        [shapely.Polygon(rings[0], rings[1:]) for rings in boundary if rings]
    )


def _boundary(shape: BaseGeometry) -> MultiPolygon:
    parts = getattr(shape, "geoms", [shape])
    return tuple(
        tuple(
            tuple((float(x), float(y)) for x, y in ring.coords)
            for ring in (part.exterior, *part.interiors)
        )
        for part in parts
        if isinstance(part, shapely.Polygon) and not part.is_empty
    )
