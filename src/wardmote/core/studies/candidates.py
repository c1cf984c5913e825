"""Where posts may stand: where they do, town halls, key places, and junctions where calls are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.places import DivisionLevel, PlaceBook
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.demand_points import DemandPoints
from wardmote.core.studies.place_ids import PostIds
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64, RoadClass
from wardmote.core.travel.snapping import Snaps, snaps_at_junctions
from wardmote.core.travel.travel_times import TravelTimes

SPACING_M = 700.0
MOST_CANDIDATES = 1_200
_SEATS = frozenset({DivisionLevel.CITY, DivisionLevel.COUNTY, DivisionLevel.TOWN})
_LARGEST_CLASS = RoadClass.LIVING_STREET


class Wish(StrEnum):
    """What a planner's own list says of a candidate."""

    FREE = "free"
    """A post may be opened here."""
    KEPT = "kept"
    """There is or will be a post here."""
    CLOSABLE = "closable"
    """The post here may be given up, even where all others are to stay."""
    EXCLUDED = "excluded"
    """No post may be here."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """M places for posts; those that stand come first, in the place's own order.

    Attributes:
        ids, names: of each; ids of posts that stand are their own, all others tell the place.
        lon, lat: float64 [m], WGS-84 degrees.
        places: the same on the road graph.
        stands: bool [m] where a post is now.
        seat: bool [m] a town hall, or the seat of a county or city.
        cost: float64 [m] of a post here; NaN where the question says it.
        room: int32 [m] for units; 0 where the question says it.
        wish: of the planner's own list; `Wish.FREE` where it says nothing.
    """

    ids: tuple[PostId, ...]
    names: tuple[Bilingual, ...]
    lon: Float64
    lat: Float64
    places: Snaps
    stands: Bool
    seat: Bool
    cost: Float64
    room: Int32
    wish: tuple[Wish, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, post: str) -> int:
        """Row of an id.

        Raises:
            Problem: there is none.
        """
        try:
            return self.ids.index(PostId(post))
        except ValueError:
            raise Problem(
                zh=f"没有编号为 {post} 的快反点或候选点。",
                en=f"There is no post or candidate called {post}.",
            ) from None


def candidates_of(
    book: PlaceBook,
    points: DemandPoints,
    travel: TravelTimes,
    street_names: Sequence[Bilingual] = (),
    *,
    spacing_m: float = SPACING_M,
    most: int = MOST_CANDIDATES,
) -> Candidates:
    """Candidates of a place.

    Posts and town halls are all there; then key places, then the junction nearest to the calls of
    each square of ground, the squares with most calls first, until there are `most`. Of candidates
    nearer to one another than a quarter of the spacing only the first is kept, posts apart.

    Raises:
        Problem: no road is near any of them.
    """
    ids = PostIds(post.post_id for post in book.posts)
    named: list[tuple[PostId, Bilingual, float, float, bool, bool]] = [
        (post.post_id, post.name, post.lon, post.lat, True, False) for post in book.posts
    ]
    named += [
        (ids.named(f"seat-{one.code}"), one.name, one.lon, one.lat, False, True)
        for one in book.divisions
        if one.level in _SEATS
    ]
    named += [
        (ids.named(f"place-{one.place_id}"), one.name, one.lon, one.lat, False, False)
        for one in book.key_places
    ]
    at = snaps_at_junctions(travel.graph, junctions_by_demand(points, travel, spacing_m))
    named += [
        (ids.at(lon, lat), _street(travel, edge, street_names), lon, lat, False, False)
        for edge, lon, lat in zip(at.edge.tolist(), at.lon.tolist(), at.lat.tolist(), strict=True)
    ]
    lon = np.array([one[2] for one in named])
    lat = np.array([one[3] for one in named])
    places = travel.snap(lon, lat)
    first = np.array([one[4] for one in named], dtype=np.bool_)
    kept = _apart(lon, lat, places.edge >= 0, first, spacing_m / 4)
    seat = np.array([one[5] for one in named], dtype=np.bool_)
    kept = np.concatenate((kept[first[kept] | seat[kept]], kept[~(first[kept] | seat[kept])]))
    kept = kept[: max(most, int((first[kept] | seat[kept]).sum()))]
    if not len(kept):
        raise Problem(
            zh="这里没有靠近道路的候选点。", en="No place for a post is near a road here."
        )
    return Candidates(
        tuple(named[row][0] for row in kept.tolist()),
        tuple(named[row][1] for row in kept.tolist()),
        lon[kept],
        lat[kept],
        places.rows(kept),
        first[kept],
        seat[kept],
        np.full(len(kept), np.nan),
        np.zeros(len(kept), dtype=np.int32),
        (Wish.FREE,) * len(kept),
    )


def junctions_by_demand(points: DemandPoints, travel: TravelTimes, spacing_m: float) -> Int64:
    """The junction nearest to the middle of the calls of each square, most calls first."""
    stretch = np.cos(np.radians(points.lat.mean())) if len(points) else 1.0
    x = (points.lon - points.lon.min(initial=0.0)) * METRES_PER_DEGREE * stretch
    y = (points.lat - points.lat.min(initial=0.0)) * METRES_PER_DEGREE
    key = (y // spacing_m).astype(np.int64) * 1_000_000 + (x // spacing_m).astype(np.int64)
    _, row = np.unique(key, return_inverse=True)
    calls = np.bincount(row, weights=points.calls_a_week)
    order = np.argsort(-calls, kind="stable")
    weight = np.maximum(points.calls_a_week, 1e-9)
    total = np.bincount(row, weights=weight)
    lon = (np.bincount(row, weights=weight * points.lon) / total)[order]
    lat = (np.bincount(row, weights=weight * points.lat) / total)[order]
    at = travel.snap(lon, lat)
    graph = travel.graph
    usable = at.edge >= 0
    edge = np.maximum(at.edge, 0)
    usable &= graph.edge_class[edge] <= _LARGEST_CLASS
    end = np.where(at.fraction <= 0.5, graph.edge_tail[edge], graph.edge_head[edge])
    _, first = np.unique(end[usable], return_index=True)
    return np.asarray(end[usable][np.sort(first)], dtype=np.int64)


def _street(travel: TravelTimes, edge: int, street_names: Sequence[Bilingual]) -> Bilingual:
    street = int(travel.graph.edge_street[edge]) if edge >= 0 else -1
    if 0 <= street < len(street_names):
        name = street_names[street]
        return Bilingual(f"{name.zh}路口", f"{name.en}, corner")
    return Bilingual("路口", "Corner")


def _apart(lon: Float64, lat: Float64, usable: Bool, always: Bool, apart_m: float) -> Int64:
    """Rows kept: usable, and not within `apart_m` of an earlier one unless it is always kept."""
    x = lon * METRES_PER_DEGREE * np.cos(np.radians(lat.mean()))
    y = lat * METRES_PER_DEGREE
    taken: dict[tuple[int, int], list[int]] = {}
    kept = []
    for row in range(len(lon)):
        if not usable[row]:
            continue
        i, j = int(x[row] // apart_m), int(y[row] // apart_m)
        near = (
            other
            for di in (-1, 0, 1)
            for dj in (-1, 0, 1)
            for other in taken.get((i + di, j + dj), ())
        )
        if not always[row] and any(
            np.hypot(x[row] - x[other], y[row] - y[other]) < apart_m for other in near
        ):
            continue
        taken.setdefault((i, j), []).append(row)
        kept.append(row)
    return np.array(kept, dtype=np.int64)
