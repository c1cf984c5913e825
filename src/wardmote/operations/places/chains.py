"""The chain of places around a point on a day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely

from wardmote.core.domain.areas import EVERYWHERE, ancestors
from wardmote.core.domain.division_changes import TreeLevel, level_of
from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.place_chain import ChainGap, PlaceChain
from wardmote.core.domain.places import MultiPolygon
from wardmote.operations.places.location import LocationIndex


class PostGrids:
    """The grids that posts answer for, in memory. Safe to share: it does not change."""

    def __init__(self, grids: Mapping[str, MultiPolygon]) -> None:
        drawn = {post: grid for post, grid in sorted(grids.items()) if grid}
        self._posts = [PostId(post) for post in drawn]
        self._tree = shapely.STRtree(
            [
                shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in grid])
                for grid in drawn.values()
            ]
        )

    def post_at(self, lon: float, lat: float) -> PostId | None:
        """The post whose grid holds a point; of two that share a border the smaller id."""
        rows = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return self._posts[int(rows.min())] if len(rows) else None


@dataclass(frozen=True, slots=True)
class _Around:
    divisions: tuple[AreaId, ...]
    by_level: Mapping[TreeLevel, AreaId]
    villages: tuple[AreaId, ...]


def chain(
    index: LocationIndex, posts: PostGrids, lon: float, lat: float, day: datetime.date
) -> PlaceChain:
    """Every place around a point (WGS-84 degrees) on a local day."""
    around = _divisions_around(index, lon, lat, day)
    village = around.by_level.get(TreeLevel.VILLAGE)
    gaps: list[ChainGap] = []
    if not around.divisions:
        gaps.append(ChainGap.OUTSIDE)
    elif village is None:
        gaps.append(ChainGap.NO_VILLAGE)
    elif len(around.villages) > 1:
        gaps.append(ChainGap.TWO_VILLAGES)
    grids = [code for code in index.grids_at(lon, lat, day) if code[:12] == village]
    if len(grids) > 1:
        gaps.append(ChainGap.TWO_GRIDS)
    if village is not None and not grids and index.has_grids(village, day):
        gaps.append(ChainGap.NO_GRID)
    named = [] if village is None else index.beats_of(village, day)
    beats = named or index.beats_around(lon, lat, day)
    if not beats:
        gaps.append(ChainGap.NO_BEAT)
    if len(named) > 1:
        gaps.append(ChainGap.TWO_BEATS)
    post = posts.post_at(lon, lat)
    if post is None:
        gaps.append(ChainGap.NO_POST)
    return PlaceChain(
        grid=grids[0] if grids else None,
        village=village,
        town=around.by_level.get(TreeLevel.TOWN),
        county=around.by_level.get(TreeLevel.COUNTY),
        city=around.by_level.get(TreeLevel.CITY),
        province=around.by_level.get(TreeLevel.PROVINCE),
        divisions=around.divisions,
        beat=beats[0] if beats else None,
        post=post,
        gaps=tuple(gaps),
    )


def _divisions_around(index: LocationIndex, lon: float, lat: float, day: datetime.date) -> _Around:
    """Divisions around a point, and those above the narrowest, which may have no boundary."""
    found = index.divisions_at(lon, lat, day)
    if not found:
        return _Around((), {}, ())
    line: Sequence[AreaId] = [
        code for code in ancestors(found[0]) if code != EVERYWHERE and index.stands(code, day)
    ]
    divisions = tuple(dict.fromkeys(line))
    by_level = {level_of(code): code for code in reversed(divisions)}
    villages = tuple(code for code in found if level_of(code) is TreeLevel.VILLAGE)
    return _Around(divisions, by_level, villages)
