"""The ground of places that follow one another: cut along a line, joined, and their grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
import shapely.ops

from wardmote.core.beat.topology import area_m2

MOST_PIECES = 20
"""A line that cuts a place into more crosses it by mistake."""


@dataclass(frozen=True, slots=True)
class GridPiece:
    """What becomes of a grid when its village is cut or joined.

    Attributes:
        grid: its code before.
        village: the village that the piece lies in from then on.
        shape: the ground of the piece; None for a grid without a boundary, which goes whole.
    """

    grid: str
    village: str
    shape: Any


def cut_along(shape: Any, line: Sequence[tuple[float, float]]) -> tuple[Any, ...]:
    """The pieces of a shape cut along a line of WGS-84 degrees, the largest first.

    A line that does not go right through cuts nothing: the shape comes back in one piece.

    Raises:
        ValueError: the line has fewer than two different points, or leaves too many pieces.
    """
    if len(set(line)) < 2:
        raise ValueError("a line needs two different points")
    knife = shapely.LineString(line)
    pieces = [
        piece
        for part in shapely.get_parts(shape)
        for piece in shapely.get_parts(shapely.ops.split(part, knife))
        if piece.area > 0
    ]
    if len(pieces) > MOST_PIECES:
        raise ValueError("the line leaves too many pieces")
    return tuple(sorted(pieces, key=lambda piece: (-piece.area, *piece.bounds)))


def joined(shapes: Sequence[Any]) -> Any:
    """One shape of all: a MultiPolygon where they do not touch."""
    return as_multi_polygon(shapely.union_all(list(shapes)))


def as_multi_polygon(shape: Any) -> Any:
    """The areas of a shape as a MultiPolygon; lines and points that came along are dropped."""
    parts = [
        polygon
        for part in shapely.get_parts(shape)
        if part.geom_type in ("Polygon", "MultiPolygon")
        for polygon in shapely.get_parts(part)
    ]
    return shapely.MultiPolygon(parts)


def grids_in_parts(
    grids: Mapping[str, Any], parts: Mapping[str, Any], *, tolerance_m2: float
) -> tuple[GridPiece, ...]:
    """In which part each grid lies; one that is cut comes as a piece for each part.

    Strips of at most (<=) `tolerance_m2` are no pieces, and stay with the largest part. A grid
    without a boundary goes with the first part.

    Args:
        grids: boundary by code, None where there is none.
        parts: ground by the code of the village, in order; at least one.
    """
    first = next(iter(parts))
    pieces: list[GridPiece] = []
    for grid, shape in grids.items():
        if shape is None:
            pieces.append(GridPiece(grid, first, None))
            continue
        cut = {
            village: as_multi_polygon(shapely.intersection(shape, ground))
            for village, ground in parts.items()
        }
        sizes = {village: area_m2(piece) for village, piece in cut.items()}
        largest = max(sizes, key=lambda village: sizes[village])
        real = [village for village in parts if sizes[village] > tolerance_m2]
        if len(real) < 2:
            pieces.append(GridPiece(grid, largest, as_multi_polygon(shape)))
        else:
            pieces += [GridPiece(grid, village, cut[village]) for village in real]
    return tuple(pieces)
