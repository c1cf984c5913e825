"""Whom somebody who plans duty may name: people in or around the areas whose staff they see."""

from __future__ import annotations

from collections.abc import Collection

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.selectors import roles_granted_to
from wardmote.operations.people.selectors import accounts_of, person_area, roles_in_force


def may_name(viewer: Viewer, staff: Collection[str], now_s: float) -> bool:
    """Whether all of these have an account and belong in or around an area of the viewer.

    An area of the viewer is one whose staff or whose duty the viewer sees. Whoever asks may always
    name themselves. Which of them is unknown, and whether one is known elsewhere, stays untold.
    """
    others = {one for one in staff if one != viewer.staff_id}
    if others - accounts_of(others):
        return False
    seen = {
        *viewer.areas_with(Permission.STAFF_VIEW),
        *viewer.areas_with(Permission.DUTY_VIEW),
    }
    return all(
        any(
            area_contains(own, held) or area_contains(held, own)
            for held in _areas_of(one, now_s)
            for own in seen
        )
        for one in others
    )


def _areas_of(staff: str, now_s: float) -> set[AreaId]:
    """Where somebody belongs: by the organisation, by an office, by a role."""
    held = (*roles_granted_to(staff, now_s), *roles_in_force(staff, now_s))
    found = {one.area for one in held}
    own = person_area(staff)
    return found if own is None else found | {own}
