"""Do places fit one another? Overlaps, gaps, and places that reach out of the one above them.

Areas are told in square metres on the sphere near each finding: degrees are scaled by the cosine of
the latitude there, which for pieces of a county is right within a thousandth. What is at most
(<=) the tolerance is no finding: borders drawn twice by hand never meet exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

DEFAULT_TOLERANCE_M2 = 1_000.0
"""A strip of two metres along half a kilometre of border."""

_METRES_PER_DEGREE = 6_371_008.8 * np.pi / 180
_PARTS = ("Polygon", "MultiPolygon")


class FindingKind(StrEnum):
    """What does not fit.

    ``overlap``: two places of one level share ground. ``gap``: ground of a place that none below
    it covers, or a hole between those below it. ``outside``: a place reaches out of the one above
    it. ``no_boundary``: it has none although others beside it do, so that gaps cannot be told.
    """

    OVERLAP = "overlap"
    GAP = "gap"
    OUTSIDE = "outside"
    NO_BOUNDARY = "no_boundary"


@dataclass(frozen=True, slots=True)
class PlaceShape:
    """A place to be checked.

    Attributes:
        parent: code of the place above; empty at the top.
        shape: a shapely Polygon or MultiPolygon of WGS-84 degrees; None where not known.
    """

    code: str
    parent: str
    shape: Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit.

    Attributes:
        codes: the places concerned; of a gap the place above alone.
        area_m2: of the ground concerned; 0 for ``no_boundary``.
        lon, lat: a point in that ground, WGS-84 degrees; None for ``no_boundary``.
        shape: the ground itself; None for ``no_boundary``.
    """

    kind: FindingKind
    codes: tuple[str, ...]
    area_m2: float
    lon: float | None
    lat: float | None
    shape: Any = None


def area_m2(shape: Any) -> float:
    """Square metres of a shape of WGS-84 degrees."""
    if shape.is_empty:
        return 0.0
    return float(shape.area * _METRES_PER_DEGREE**2 * np.cos(np.radians(shape.centroid.y)))


def find(
    places: Sequence[PlaceShape], *, tolerance_m2: float = DEFAULT_TOLERANCE_M2
) -> tuple[Finding, ...]:
    """All findings among `places`, larger before smaller within each kind.

    Places with the same `parent` are compared with one another and with that parent; a parent that
    is not in `places` is not known.

    Raises:
        ValueError: the tolerance is negative or not finite.
    """
    if not (np.isfinite(tolerance_m2) and tolerance_m2 >= 0):
        raise ValueError("the tolerance must be a number of square metres, at least 0")
    known = {place.code: place for place in places if place.shape is not None}
    below: dict[str, list[PlaceShape]] = {}
    for place in places:
        below.setdefault(place.parent, []).append(place)
    found: list[Finding] = []
    for parent, children in below.items():
        drawn = [child for child in children if child.shape is not None]
        found += _overlaps(drawn, tolerance_m2)
        above = known.get(parent)
        if above is not None:
            found += _outside(drawn, above, tolerance_m2)
        if parent and drawn:
            missing = [child.code for child in children if child.shape is None]
            found += [
                Finding(FindingKind.NO_BOUNDARY, (code,), 0.0, None, None) for code in missing
            ]
            if not missing:
                found += _gaps(drawn, parent, above, tolerance_m2)
    order = list(FindingKind)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), -one.area_m2, one.codes)))


def sticking_out_m2(inner: Any, outer: Any) -> float:
    """Square metres of `inner` that lie outside `outer`."""
    return area_m2(shapely.difference(inner, outer))


def _overlaps(places: Sequence[PlaceShape], tolerance_m2: float) -> Iterator[Finding]:
    if len(places) < 2:
        return
    shapes = np.array([place.shape for place in places], dtype=object)
    tree = shapely.STRtree(shapes)
    pairs: NDArray[np.int64] = tree.query(shapes, predicate="intersects")
    one, other = pairs[:, pairs[0] < pairs[1]]
    shared = shapely.intersection(shapes[one], shapes[other])
    for row in np.flatnonzero(shapely.area(shared) > 0).tolist():
        codes = (places[one[row]].code, places[other[row]].code)
        yield from _if_larger(FindingKind.OVERLAP, codes, shared[row], tolerance_m2)


def _outside(
    places: Sequence[PlaceShape], above: PlaceShape, tolerance_m2: float
) -> Iterator[Finding]:
    shapes = np.array([place.shape for place in places], dtype=object)
    if not len(shapes):
        return
    shapely.prepare(above.shape)
    out = np.flatnonzero(~shapely.covers(above.shape, shapes))
    beyond = shapely.difference(shapes[out], above.shape)
    for row, shape in zip(out.tolist(), beyond.tolist(), strict=True):
        codes = (places[row].code, above.code)
        yield from _if_larger(FindingKind.OUTSIDE, codes, shape, tolerance_m2)


def _gaps(
    places: Sequence[PlaceShape], parent: str, above: PlaceShape | None, tolerance_m2: float
) -> Iterator[Finding]:
    covered = shapely.union_all([place.shape for place in places])
    if above is not None:
        bare = shapely.difference(above.shape, covered)
    else:
        # Without the outline above only what is enclosed on all sides is known to be missing.
        rings = [
            ring
            for part in shapely.get_parts(covered)
            if part.geom_type == "Polygon"
            for ring in part.interiors
        ]
        holes = shapely.union_all([shapely.Polygon(ring) for ring in rings])
        bare = shapely.difference(holes, covered)
    for part in shapely.get_parts(bare):
        yield from _if_larger(FindingKind.GAP, (parent,), part, tolerance_m2)


def _if_larger(
    kind: FindingKind, codes: tuple[str, ...], shape: Any, tolerance_m2: float
) -> Iterator[Finding]:
    size = area_m2(shape)
    if size > tolerance_m2:
        parts = [part for part in shapely.get_parts(shape) if part.geom_type in _PARTS]
        middle = max(parts, key=lambda part: part.area).representative_point()
        yield Finding(kind, codes, size, middle.x, middle.y, shape)
