"""Whether somebody stands in a grid: a position with its accuracy against the grid's boundary.

A receiver says a position and a radius in which it lies with 95 % confidence (W3C Geolocation).
Nearer to the boundary than that radius nothing can be said, and nothing is held against anybody.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.inspection import Finding
from wardmote.core.domain.places import MultiPolygon

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG 1980)."""
WORST_ACCURACY_M = 2_000.0
"""A position less accurate than this is none."""


class Standing(StrEnum):
    """How a position stands to a grid; ``unsure``: its accuracy reaches the boundary."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class GridCheck:
    """A position held against a boundary; the position itself is not kept.

    Attributes:
        boundary_m: metres to the boundary; negative outside.
        accuracy_m: of the position, as the receiver said.
    """

    standing: Standing
    boundary_m: float
    accuracy_m: float


FINDING_OF = {
    Standing.INSIDE: Finding.YES,
    Standing.OUTSIDE: Finding.NO,
    Standing.UNSURE: Finding.NOT_SEEN,
}
"""What a check finds by a position."""


def check_position(grid: MultiPolygon, lon: float, lat: float, accuracy_m: float) -> GridCheck:
    """Hold a position (WGS-84 degrees) against a grid.

    Inside or outside only where the boundary is at least `accuracy_m` away (>=).

    Raises:
        ValueError: the grid is empty, the position is none on earth, or `accuracy_m` is not within
            0 <= accuracy <= `WORST_ACCURACY_M`.
    """
    if not grid:
        raise ValueError("a grid without a boundary")
    if not (math.isfinite(lon + lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError("no position")
    if not 0 <= accuracy_m <= WORST_ACCURACY_M:
        raise ValueError("an accuracy that says nothing")
    high = EARTH_RADIUS_M * math.pi / 180
    wide = high * math.cos(math.radians(lat))
    rings = [
        [((x - lon) * wide, (y - lat) * high) for x, y in ring] for piece in grid for ring in piece
    ]
    inside = any(_holds(piece, lon, lat) for piece in grid)
    away = min(_from_line(a, b) for ring in rings for a, b in itertools.pairwise(ring))
    if away < accuracy_m:
        standing = Standing.UNSURE
    else:
        standing = Standing.INSIDE if inside else Standing.OUTSIDE
    return GridCheck(standing, away if inside else -away, accuracy_m)


def _holds(piece: Sequence[Sequence[tuple[float, float]]], lon: float, lat: float) -> bool:
    """Even-odd rule over the outer ring and its holes."""
    inside = False
    for ring in piece:
        for (x1, y1), (x2, y2) in itertools.pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def _from_line(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres from the origin to a stretch from `a` to `b`, in metres."""
    (ax, ay), (bx, by) = a, b
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length))
    return math.hypot(ax + along * dx, ay + along * dy)
