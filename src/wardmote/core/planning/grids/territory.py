"""The ground to be cut: cells, the borders between them, and where one can cross.

A cell is the smallest piece that is not cut: a square of a lattice, a block between streets, a
village. Two cells may share a border that nobody can cross (a river, a railway); two cells may be
joined by a road without touching (a bridge). A link therefore has both a border length, which
counts for the outline, and a travel time, which is infinite where there is no way across.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.domain.problem import Problem
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import INF_MS, Float64, Int32, RoadGraph
from wardmote.core.travel.metric import Metric


@dataclass(frozen=True, slots=True, eq=False)
class Territory:
    """C cells and L directed links (each pair of cells twice). Build it with `build_territory`.

    Arrays are C-contiguous and read-only.
    """

    workload: Float64
    """[C] calls x time, any unit, >= 0."""
    x_m: Float64
    """[C] east of the middle of the cell, metres in some plane."""
    y_m: Float64
    """[C] north."""
    area_m2: Float64
    """[C] > 0."""
    outer_m: Float64
    """[C] border with nothing on the other side (the edge of the territory), >= 0."""
    first: Int32
    """[C+1] links `first[c] : first[c+1]` leave cell c."""
    neighbour: Int32
    """[L] the cell at the other side."""
    border_m: Float64
    """[L] length of the shared border; 0 where two cells are joined without touching."""
    travel_s: Float64
    """[L] seconds from the middle of a cell to that of its neighbour, > 0; inf: no way across."""

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).flags.writeable = False

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.workload)


def build_territory(
    workload: ArrayLike,
    x_m: ArrayLike,
    y_m: ArrayLike,
    area_m2: ArrayLike,
    outer_m: ArrayLike,
    pairs: ArrayLike,
    border_m: ArrayLike,
    travel_s: ArrayLike,
) -> Territory:
    """Index cells and the pairs that join them (`pairs` int [K, 2], each pair once).

    Raises `Problem` for an empty territory, a cell joined to itself, a pair given twice, a number
    of a cell that does not exist, a negative or missing value, or a travel time that is not > 0.
    """
    cells = [
        np.ascontiguousarray(a, dtype=np.float64) for a in (workload, x_m, y_m, area_m2, outer_m)
    ]
    count = len(cells[0])
    ends = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    border = np.asarray(border_m, dtype=np.float64)
    travel = np.asarray(travel_s, dtype=np.float64)
    _check(cells, ends, border, travel)
    source = np.concatenate((ends[:, 0], ends[:, 1]))
    target = np.concatenate((ends[:, 1], ends[:, 0]))
    order = np.lexsort((target, source))
    first = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(source, minlength=count), out=first[1:])
    load, x, y, area, outer = cells
    return Territory(
        load,
        x,
        y,
        area,
        outer,
        first=first,
        neighbour=target[order].astype(np.int32),
        border_m=np.concatenate((border, border))[order],
        travel_s=np.concatenate((travel, travel))[order],
    )


def _check(cells: list[Float64], ends: np.ndarray, border: Float64, travel: Float64) -> None:
    count = len(cells[0])
    if count == 0 or any(array.shape != (count,) for array in cells):
        raise Problem(
            zh="划分区域至少要有一个格子，且每个格子的各项数据个数要一致。",
            en="A territory needs at least one cell, and as many values of each kind as cells.",
        )
    if not all(np.isfinite(array).all() for array in cells):
        raise Problem(zh="格子的数据有缺失。", en="A value of a cell is missing.")
    if (cells[0] < 0).any() or (cells[3] <= 0).any() or (cells[4] < 0).any():
        raise Problem(
            zh="工作量和外边界不能为负，面积必须大于零。",
            en="Workload and outer border must not be negative, and areas must be above zero.",
        )
    low, high = ends.min(axis=1, initial=count), ends.max(axis=1, initial=-1)
    if (low < 0).any() or (high >= count).any() or (ends[:, 0] == ends[:, 1]).any():
        raise Problem(
            zh="相邻关系指向不存在的格子或格子自身。",
            en="A link names a cell that does not exist, or joins a cell to itself.",
        )
    if len(np.unique(low * count + high)) != len(ends):
        raise Problem(
            zh="有一对相邻格子重复出现。", en="A pair of neighbouring cells is given twice."
        )
    if border.shape != (len(ends),) or travel.shape != border.shape:
        raise Problem(
            zh="每对相邻格子都要有边界长度和行车时间。",
            en="Each pair of neighbours needs a border length and a travel time.",
        )
    if not (border >= 0).all() or not (travel > 0).all():
        raise Problem(
            zh="边界长度不能为负，行车时间必须大于零。",
            en="Border lengths must not be negative and travel times must be above zero.",
        )


def lattice_territory(
    workload: ArrayLike,
    *,
    side_m: float = 250.0,
    speed_m_s: float = 8.0,
    walls: Iterable[tuple[int, int]] = (),
) -> Territory:
    """Squares in rows and columns (`workload` [rows, columns]); cell = row x columns + column.

    Neighbours share a side. `walls` are pairs of neighbouring cells with no way across.
    """
    loads = np.asarray(workload, dtype=np.float64)
    rows, columns = loads.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    pairs = np.concatenate(
        (
            np.stack((number[:, :-1].ravel(), number[:, 1:].ravel()), axis=1),
            np.stack((number[:-1].ravel(), number[1:].ravel()), axis=1),
        )
    )
    travel = np.full(len(pairs), side_m / speed_m_s)
    barred = {(min(pair), max(pair)) for pair in walls}
    if barred:
        travel[[tuple(pair) in barred for pair in pairs.tolist()]] = np.inf
    outer = np.zeros((rows, columns))
    outer[[0, -1]] += side_m if rows > 1 else 2 * side_m
    outer[:, [0, -1]] += side_m if columns > 1 else 2 * side_m
    row, column = np.divmod(number.ravel(), columns)
    return build_territory(
        loads.ravel(),
        (column + 0.5) * side_m,
        (row + 0.5) * side_m,
        np.full(rows * columns, side_m * side_m),
        outer.ravel(),
        pairs,
        np.full(len(pairs), side_m),
        travel,
    )


def road_territory(
    graph: RoadGraph, metric: Metric, workload: ArrayLike, *, side_m: float
) -> tuple[Territory, Int32]:
    """Squares of a lattice over the streets, joined where a street leads from one to the other.

    `workload` float64 [J] per junction. Squares without a junction do not exist. Rivers, railways
    and motorways bar the way by themselves: without a drivable street there is no link to pass.
    The time to cross is that of the quickest street between the two squares. Also gives int32
    [J], the cell of each junction.
    """
    load = np.asarray(workload, dtype=np.float64)
    lat0 = float(np.mean(graph.junction_lat))
    x = (graph.junction_lon - graph.junction_lon.min()) * 111_195.0 * np.cos(np.radians(lat0))
    y = (graph.junction_lat - graph.junction_lat.min()) * 111_195.0
    column, row = (x // side_m).astype(np.int64), (y // side_m).astype(np.int64)
    columns = int(column.max()) + 2  # one more, so that the last column is nobody's neighbour
    squares, cell = np.unique(row * columns + column, return_inverse=True)
    pairs, travel = _crossings(graph, metric, cell)
    border = np.zeros(len(pairs))
    touching = _touching(squares, columns)
    keys = pairs[:, 0] * len(squares) + pairs[:, 1]
    touch_keys = touching[:, 0] * len(squares) + touching[:, 1]
    border[np.isin(keys, touch_keys)] = side_m
    closed = touching[~np.isin(touch_keys, keys)]
    sides = np.bincount(touching.ravel(), minlength=len(squares))
    weight = np.bincount(cell, minlength=len(squares)).astype(np.float64)
    territory = build_territory(
        np.bincount(cell, weights=load, minlength=len(squares)),
        np.bincount(cell, weights=x) / weight,
        np.bincount(cell, weights=y) / weight,
        np.full(len(squares), side_m * side_m),
        (4 - sides) * side_m,
        np.concatenate((pairs, closed)),
        np.concatenate((border, np.full(len(closed), side_m))),
        np.concatenate((travel, np.full(len(closed), np.inf))),
    )
    return territory, cell.astype(np.int32)


def _crossings(graph: RoadGraph, metric: Metric, cell: np.ndarray) -> tuple[np.ndarray, Float64]:
    """Pairs of cells (lower first) that a street joins, and the quickest crossing in seconds."""
    duration = np.minimum(metric.passing_ms[0::2], metric.passing_ms[1::2]).astype(np.int64)
    low = np.minimum(cell[graph.edge_tail], cell[graph.edge_head])
    high = np.maximum(cell[graph.edge_tail], cell[graph.edge_head])
    across = (low != high) & (duration < INF_MS)
    keys = low[across] * (int(cell.max()) + 1) + high[across]
    order = np.lexsort((duration[across], keys))
    unique, at = np.unique(keys[order], return_index=True)
    pairs = np.stack(np.divmod(unique, int(cell.max()) + 1), axis=1)
    return pairs, np.maximum(duration[across][order][at], 1) / 1000.0


def _touching(squares: np.ndarray, columns: int) -> np.ndarray:
    """Pairs of squares that share a side, by position in `squares` (rising), lower first."""
    found = []
    for step in (1, columns):
        at = np.searchsorted(squares, squares + step)
        at[at == len(squares)] = 0
        there = np.flatnonzero(squares[at] == squares + step)
        found.append(np.stack((there, at[there]), axis=1))
    return np.concatenate(found)


def total_by(label: Int32, weights: Float64, count: int) -> Float64:
    """float64 [count]: sum of weights for each label."""
    return np.bincount(label, weights=weights, minlength=count).astype(np.float64)


def components(territory: Territory) -> Int32:
    """int32 [C]: the connected piece of each cell by links that can be passed, from 0."""
    return _components(territory.first, territory.neighbour, territory.travel_s)


@kernel
def _components(first: Int32, neighbour: Int32, travel_s: Float64) -> Int32:
    count = len(first) - 1
    piece = np.full(count, -1, dtype=np.int32)
    stack = np.empty(count, dtype=np.int32)
    pieces = 0
    for start in range(count):
        if piece[start] >= 0:
            continue
        piece[start] = pieces
        stack[0] = start
        size = 1
        while size > 0:
            size -= 1
            cell = stack[size]
            for link in range(first[cell], first[cell + 1]):
                other = neighbour[link]
                if piece[other] < 0 and travel_s[link] < np.inf:
                    piece[other] = pieces
                    stack[size] = other
                    size += 1
        pieces += 1
    return piece
