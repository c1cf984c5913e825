"""A part of a place that a study is about: a town of a prefecture, a county.

Its posts are asked about; posts elsewhere stay as they are. They serve its calls too, where they
reach them; calls elsewhere are left to the posts there, as now, and draw no post of the part to
its border.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.problem import Problem
from wardmote.core.studies.demand_points import nearest_villages
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.plan import PlannedPost, present_plan
from wardmote.core.travel.graph import Bool

AreaAt = Callable[[float, float], AreaId | None]
"""The division in which a place (WGS-84 degrees) lies; None outside all."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Which candidates and calls of a ground belong to an area.

    Attributes:
        candidates: bool [m] of the ground's candidates. A post that stands belongs to the area if
            it is registered there and lies there.
        points: bool [n] of the ground's demand points.
    """

    area: AreaId
    candidates: Bool
    points: Bool


def part_of(ground: Ground, area: AreaId, area_at: AreaAt | None = None) -> Part:
    """The part of a ground that lies in an area.

    Args:
        area_at: as the place knows its boundaries; without, the village whose middle is nearest
            tells it.

    Raises:
        Problem: no calls come from the area, or no candidate lies in it.
    """
    at = _by_villages(ground) if area_at is None else area_at
    candidates = ground.candidates
    inside = np.array(
        [
            _within(area, at(lon, lat))
            for lon, lat in zip(candidates.lon.tolist(), candidates.lat.tolist(), strict=True)
        ],
        dtype=np.bool_,
    )
    registered = {post.post_id: post.area for post in ground.book.posts}
    for row in np.flatnonzero(candidates.stands & inside).tolist():
        inside[row] = _within(area, registered.get(candidates.ids[row]))
    points = np.array([_within(area, code or None) for code in ground.points.area], dtype=np.bool_)
    if not points.any():
        raise Problem(
            zh=f"区域 {area} 内没有预计的警情，无法为它规划快反点。",
            en=f"No calls are expected from the area {area}, so posts cannot be planned for it.",
        )
    if not inside.any():
        raise Problem(
            zh=f"区域 {area} 内没有可用的候选点。",
            en=f"No candidate for a post lies in the area {area}.",
        )
    return Part(area, inside, points)


def posts_elsewhere(ground: Ground, part: Part | None) -> tuple[PlannedPost, ...]:
    """The posts that stand outside a part, with their units, those far from any road too."""
    if part is None or not ground.book.posts:
        return ()
    candidates = ground.candidates
    own = {candidates.ids[row] for row in np.flatnonzero(part.candidates).tolist()}
    return tuple(post for post in present_plan(ground.book).posts if post.id not in own)


def _by_villages(ground: Ground) -> AreaAt:
    nearest = nearest_villages(ground.book)

    def at(lon: float, lat: float) -> AreaId | None:
        return nearest(np.array([lon]), np.array([lat]))[0] or None

    return at


def _within(area: AreaId, found: AreaId | None) -> bool:
    return found is not None and area_contains(area, found)
