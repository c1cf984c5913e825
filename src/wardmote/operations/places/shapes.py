"""Boundaries as people draw and files bring them, made fit to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from wardmote.core.beat.succession import as_multi_polygon
from wardmote.core.beat.topology import area_m2
from wardmote.operations.places.errors import BadBoundaryError

MOST_CORNERS = 20_000
REPAIRED_M2 = 100.0
REPAIRED_PART = 1e-4
"""A boundary that crosses itself is mended where that changes its area by at most (<=) the larger
of so many square metres and so large a part: outlines that were simplified touch themselves."""

Corner = tuple[float, float]


def boundary_of_rings(rings: Sequence[Sequence[Corner]]) -> Any:
    """A boundary of one or more outer rings of corners, WGS-84 (lon, lat).

    Raises:
        BadBoundaryError: they enclose nothing or cross themselves or one another.
    """
    if not rings or any(len(ring) < 3 for ring in rings):
        raise BadBoundaryError(reason="corners")
    return fit_boundary(shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings]))


def fit_boundary(shape: Any) -> Any:
    """A valid MultiPolygon of a shape, mended where little is changed by that.

    Raises:
        BadBoundaryError: it is none, with the reason as a code: ``type``, ``corners``, ``degrees``,
            ``crosses``, ``empty``.
    """
    reason = boundary_problem(shape)
    if reason:
        raise BadBoundaryError(reason=reason)
    return as_multi_polygon(shape if shape.is_valid else shapely.make_valid(shape))


def boundary_problem(shape: Any) -> str:
    """Why a shape is no boundary, as a code of `fit_boundary`; empty when it is one."""
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return "type"
    if shape.is_empty:
        return "empty"
    if shapely.get_num_coordinates(shape) > MOST_CORNERS:
        return "corners"
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return "degrees"  # NaN fails every comparison and ends here as well
    if not shape.is_valid:
        mended = as_multi_polygon(shapely.make_valid(shape))
        bearable_m2 = max(REPAIRED_M2, REPAIRED_PART * area_m2(mended))
        if abs(area_m2(mended) - area_m2(shape)) > bearable_m2:
            return "crosses"
    return "" if shape.area > 0 else "empty"
