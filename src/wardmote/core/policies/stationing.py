"""Which unit belongs to which post when posts change: as few units as possible change theirs.

First every unit keeps its post as far as the new plan wants it there. Then the others go, the
closest pair of unit and post first; units beyond what the plan wants go to the post nearest to
their former one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wardmote.core.domain.ids import PostId, UnitId

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stationing:
    """Who belongs where.

    Attributes:
        posts: by unit.
        moved: units that change their post, in order of their ids.
        short: by post, how many units the plan wants that do not exist; posts that lack none are
            left out.
        over: units beyond what the plan wants.
    """

    posts: Mapping[UnitId, PostId]
    moved: tuple[UnitId, ...]
    short: Mapping[PostId, int]
    over: tuple[UnitId, ...]


def station(
    former: Mapping[UnitId, PostId],
    places: Mapping[PostId, Point],
    wanted: Mapping[PostId, int],
    former_places: Mapping[PostId, Point],
) -> Stationing:
    """Units to posts.

    Args:
        former: the post that each unit belongs to now; one that `former_places` lacks counts as
            far from all.
        places: where the new posts are, in a plane in metres (x, y).
        wanted: how many units each new post is to have, >= 0.
        former_places: where the former posts are, in the same plane.

    Raises:
        ValueError: `wanted` names a post that `places` lacks, or there is no post.
    """
    if not places or not set(wanted) <= set(places):
        raise ValueError("units can be stationed at known posts only")
    left = {post: wanted.get(post, 0) for post in places}
    posts: dict[UnitId, PostId] = {}
    for unit in sorted(former):
        if left.get(former[unit], 0) > 0:
            posts[unit] = former[unit]
            left[former[unit]] -= 1
    free = [unit for unit in sorted(former) if unit not in posts]
    pairs = sorted(
        (_distance(former_places.get(former[unit]), places[post]), unit, post)
        for unit in free
        for post in places
        if left[post] > 0
    )
    for _far, unit, post in pairs:
        if unit not in posts and left[post] > 0:
            posts[unit] = post
            left[post] -= 1
    over = tuple(unit for unit in free if unit not in posts)
    for unit in over:
        posts[unit] = _nearest(former[unit], former_places.get(former[unit]), places)
    return Stationing(
        posts=posts,
        moved=tuple(unit for unit in sorted(former) if posts[unit] != former[unit]),
        short={post: count for post, count in left.items() if count > 0},
        over=over,
    )


def _nearest(own: PostId, here: Point | None, places: Mapping[PostId, Point]) -> PostId:
    if own in places:
        return own
    order: Sequence[PostId] = sorted(places)
    return min(order, key=lambda post: _distance(here, places[post]))


def _distance(here: Point | None, there: Point) -> float:
    if here is None:
        return float("inf")
    return math.hypot(here[0] - there[0], here[1] - there[1])
