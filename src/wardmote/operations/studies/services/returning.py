"""Taking a posting back: what it changed becomes what it was, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.posting import Posting
from wardmote.core.domain.staffing import dump_staffing, merged
from wardmote.core.policies.stationing import station
from wardmote.operations.places import selectors as places
from wardmote.operations.studies.present import posting_now
from wardmote.operations.studies.services.placing import plane, shifts_of


def returned_posting(
    former: Posting, placed: Posting, area: AreaId, version: str, now_s: float
) -> Posting:
    """The posting after a plan for `area` was taken back.

    Posts of the area are the former ones. A unit goes back to its former post if it stands at a
    post of the area or where the plan put it; any other keeps its post, or takes the nearest one
    where that is gone. The rule for idle units goes back only with a plan of the whole place, and
    only while it is still the plan's.

    Args:
        former: as it was just before the plan took effect.
        placed: what the plan put in force.

    Raises:
        InvalidDataError: nothing would be left.
    """
    now = posting_now(version, now_s)
    outside = [post for post in now.posts if not area_contains(area, post.area)]
    kept = {post.post_id for post in outside}
    inside = [
        post for post in former.posts if area_contains(area, post.area) and post.post_id not in kept
    ]
    posts = [*inside, *outside]
    at = _stations(now)
    before, by_plan = _stations(former), _stations(placed)
    wanted = {
        unit: before[unit]
        if unit in before and (post not in kept or by_plan.get(unit) == post)
        else post
        for unit, post in at.items()
    }
    known = {
        post.post_id: plane(post.lon, post.lat)
        for posting in (former, placed, now)
        for post in posting.posts
    }
    stationed = station(
        wanted, {post.post_id: plane(post.lon, post.lat) for post in posts}, {}, known
    )
    units: dict[PostId, list[UnitId]] = {}
    for unit, post_id in sorted(stationed.posts.items()):
        units.setdefault(post_id, []).append(unit)
    return Posting(
        version,
        tuple(replace(post, units=tuple(units.get(post.post_id, ()))) for post in posts),
        _relocation(former, placed, now, area),
        _staffing(former, now, kept, version),
    )


def _staffing(
    former: Posting, now: Posting, elsewhere: set[PostId], version: str
) -> JsonValue | None:
    """Shifts of the former posts of the area, and those that are in force elsewhere."""
    found = merged(
        f"staffing/{version}"[:60],
        [one for one in shifts_of(former) if one.post not in elsewhere],
        [one for one in shifts_of(now) if one.post in elsewhere],
    )
    return None if found is None else dump_staffing(found)


def _relocation(former: Posting, placed: Posting, now: Posting, area: AreaId) -> JsonValue | None:
    whole = area_contains(area, places.location_index().whole_area)
    return former.relocation if whole and now.relocation == placed.relocation else now.relocation


def _stations(posting: Posting) -> dict[UnitId, PostId]:
    return {unit: post.post_id for post in posting.posts for unit in post.units}
