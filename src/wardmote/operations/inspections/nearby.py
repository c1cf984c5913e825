"""Whether somebody belongs in or around an area, so that a check or a course may name them."""

from __future__ import annotations

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.operations.access.selectors import viewer_of
from wardmote.operations.people.selectors import (
    account_by_staff_id,
    person_area,
    roles_in_force,
)
from wardmote.operations.units.selectors import units_by_id


def belongs_near(staff: str, area: AreaId, now_s: float) -> bool:
    """Whether a member of staff is of, or holds a role or a unit in or around, an area.

    Nobody is told more: whether a number is known elsewhere stays untold.
    """
    own = person_area(staff)
    places = [] if own is None else [own]
    places += [one.area for one in roles_in_force(staff, now_s)]
    account = account_by_staff_id(staff)
    viewer = None if account is None else viewer_of(account.pk, now_s)
    if viewer is not None:
        places += [one.area for one in viewer.grants]
        places += [AreaId(one.area) for one in units_by_id(sorted(viewer.crew_of)).values()]
    return any(area_contains(one, area) or area_contains(area, one) for one in places)
