"""Grids beside those before them: whose ground changes, and which villages change hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.places import MultiPolygon
from wardmote.core.studies.pieces import shape_of
from wardmote.core.travel.building import METRES_PER_DEGREE

_SAME_SHARE = 1e-6
"""Outlines that were drawn, kept and read again differ in their last digits."""


@dataclass(frozen=True, slots=True)
class VillageSeat:
    """A village or community and a place inside it, WGS-84 degrees."""

    code: AreaId
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class GridChange:
    """What becomes of one grid.

    Attributes:
        gained, lost: villages that come to it and leave it.
        gained_km2, lost_km2: ground.
        before, after: whether it has ground at all.
    """

    post: PostId
    gained: tuple[AreaId, ...]
    lost: tuple[AreaId, ...]
    gained_km2: float
    lost_km2: float
    before: bool
    after: bool

    @property
    def changes(self) -> bool:
        """Whether its ground is other ground."""
        return self.gained_km2 > 0 or self.lost_km2 > 0


def same_ground(one: MultiPolygon, other: MultiPolygon) -> bool:
    """Whether two outlines enclose the same ground, but for the last digits."""
    if one == other:
        return True
    if not one or not other:
        return False
    first, second = _valid(one), _valid(other)
    apart = shapely.symmetric_difference(first, second).area
    return bool(apart <= _SAME_SHARE * max(first.area, second.area))


def compare_grids(
    before: Mapping[PostId, MultiPolygon],
    after: Mapping[PostId, MultiPolygon],
    villages: Sequence[VillageSeat] = (),
) -> tuple[GridChange, ...]:
    """Each grid of either, in the order of `after`, then those that are gone.

    A village lies in the grid that its seat lies in; on a common outline, in the first.
    """
    owners = list(zip(_owners(before, villages), _owners(after, villages), strict=True))
    posts = [*after, *(post for post in before if post not in after)]
    found = []
    for post in posts:
        old, new = before.get(post, ()), after.get(post, ())
        gained_km2 = lost_km2 = 0.0
        if not same_ground(old, new):
            old_shape, new_shape = _valid(old), _valid(new)
            gained_km2 = _km2(shapely.difference(new_shape, old_shape))
            lost_km2 = _km2(shapely.difference(old_shape, new_shape))
        found.append(
            GridChange(
                post,
                _codes(villages, [now == post != then for then, now in owners]),
                _codes(villages, [then == post != now for then, now in owners]),
                gained_km2,
                lost_km2,
                bool(old),
                bool(new),
            )
        )
    return tuple(found)


def _valid(boundary: MultiPolygon) -> BaseGeometry:
    return shapely.make_valid(shape_of(boundary))


def _km2(shape: BaseGeometry) -> float:
    if shape.is_empty:
        return 0.0
    stretch = float(np.cos(np.radians(shape.centroid.y)))
    return float(shape.area * METRES_PER_DEGREE**2 * stretch / 1e6)


def _owners(
    grids: Mapping[PostId, MultiPolygon], villages: Sequence[VillageSeat]
) -> list[PostId | None]:
    owner: list[PostId | None] = [None] * len(villages)
    points = shapely.points([one.lon for one in villages], [one.lat for one in villages])
    for post, boundary in grids.items():
        shape = _valid(boundary)
        shapely.prepare(shape)
        for row in np.flatnonzero(shapely.covers(shape, points)).tolist():
            owner[row] = owner[row] or post
    return owner


def _codes(villages: Sequence[VillageSeat], chosen: Sequence[bool]) -> tuple[AreaId, ...]:
    return tuple(one.code for one, here in zip(villages, chosen, strict=True) if here)
