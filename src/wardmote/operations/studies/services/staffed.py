"""What putting a plan in force does to the staffing that is in force, post by post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.posting import Posting
from wardmote.core.domain.staffing import HOURS_A_WEEK, merged
from wardmote.operations.studies.services.placing import PostChange, shifts_of


@dataclass(frozen=True, slots=True)
class DutyForeseen:
    """Unit-hours a week on duty at the posts of a plan's area.

    Attributes:
        before, after: without shifts all units of a post are on duty throughout.
        had_shifts, has_shifts: whether any post of the area has, before and after.
    """

    before: int
    after: int
    had_shifts: bool
    has_shifts: bool


def with_duty(
    changes: Sequence[PostChange], now: Posting, then: Posting, area: AreaId
) -> tuple[tuple[PostChange, ...], DutyForeseen]:
    """The changes of posts with the duty of each, and that of the whole area.

    Args:
        now: as it is in force. then: what the plan would put in force.
    """
    old, new = _by_hour(now), _by_hour(then)
    inside = {
        post.post_id for one in (now, then) for post in one.posts if area_contains(area, post.area)
    }
    found = []
    for change in changes:
        before = old.get(change.post, (change.units_before,) * HOURS_A_WEEK)
        after = new.get(change.post, (change.units,) * HOURS_A_WEEK)
        other = change.kind == "same" and before != after
        kind = "shifts" if other else change.kind
        found.append(replace(change, kind=kind, hours_before=sum(before), hours=sum(after)))
    own = [change for change in found if change.post in inside]
    return tuple(found), DutyForeseen(
        sum(change.hours_before for change in own),
        sum(change.hours for change in own),
        any(change.post in old for change in own),
        any(change.post in new for change in own),
    )


def _by_hour(posting: Posting) -> dict[PostId, tuple[int, ...]]:
    """Units wanted by hour of the week, of posts with shifts that the posting has."""
    staffing = merged("duty", shifts_of(posting))
    posts = {post.post_id for post in posting.posts}
    found = {} if staffing is None else staffing.by_hour()
    return {post: hours for post, hours in found.items() if post in posts}
