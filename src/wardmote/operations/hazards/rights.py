"""Who may do what with a hazard. What is not listed is denied.

Hazards are seen by right in their area; by whoever reported them; and by the members of a
department that has, or has done, a part of them. Members act for their department's own parts, as
long as they hold the right to rectify in its area.
"""

from __future__ import annotations

from django.db.models import Q

from wardmote.core.domain.hazard import (
    LIVING_PARTS,
    OPEN_HAZARDS,
    HazardState,
    PartState,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.selectors import within
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.hazards.errors import UnknownHazardError
from wardmote.operations.hazards.models import Department, Hazard, HazardPart

_SHOWN_TO_DEPARTMENTS = tuple(sorted(state.value for state in (*LIVING_PARTS, PartState.PASSED)))


def departments_of(viewer: Viewer) -> tuple[str, ...]:
    """Codes of the departments that the viewer acts for now, sorted."""
    if not viewer.holds_anywhere(Permission.HAZARD_RECTIFY):
        return ()
    rows = Department.objects.filter(members__staff_id=viewer.staff_id).order_by("code")
    return tuple(
        row.code for row in rows if viewer.may(Permission.HAZARD_RECTIFY, AreaId(row.area))
    )


def seen_by(viewer: Viewer, of: str = "") -> Q:
    """A filter of the hazards that the viewer may see.

    Args:
        of: how the filtered rows name their hazard, such as ``hazard__``; empty for hazards.
    """
    found = within(viewer.areas_with(Permission.HAZARD_VIEW), f"{of}area")
    if viewer.holds_anywhere(Permission.HAZARD_REPORT):
        found |= Q(**{f"{of}reported_by": viewer.staff_id})
    own = departments_of(viewer)
    if own:
        parts = HazardPart.objects.filter(department__in=own, state__in=_SHOWN_TO_DEPARTMENTS)
        found |= Q(**{f"{of}pk__in": parts.values("hazard")})
    return found


def may_see(viewer: Viewer, hazard_id: str) -> bool:
    """Whether the viewer may see a hazard."""
    return Hazard.objects.filter(seen_by(viewer), pk=hazard_id).exists()


def may_add_pictures(viewer: Viewer, hazard_id: str) -> bool:
    """Whether the viewer may add pictures to an open hazard: its reporter, or who deals with it."""
    row = Hazard.objects.filter(pk=hazard_id).first()
    if row is None or HazardState(row.state) not in OPEN_HAZARDS:
        return False
    area = AreaId(row.area)
    return (
        viewer.may(Permission.HAZARD_TRIAGE, area)
        or viewer.may(Permission.HAZARD_CHECK, area)
        or (row.reported_by == viewer.staff_id and viewer.may(Permission.HAZARD_REPORT, area))
    )


def may_see_part(viewer: Viewer, part_id: str) -> bool:
    """Whether the viewer may see a part's pictures: whoever may see its hazard."""
    row = HazardPart.objects.filter(pk=part_id).first()
    return row is not None and may_see(viewer, row.hazard_id)


def may_rectify(viewer: Viewer, part_id: str) -> bool:
    """Whether the viewer acts for the department whose part it is."""
    row = HazardPart.objects.filter(pk=part_id).first()
    return row is not None and acts_for(viewer, row)


def acts_for(viewer: Viewer, part: HazardPart) -> bool:
    """Whether the viewer acts for the department whose part it is."""
    return part.department_id is not None and part.department_id in departments_of(viewer)


def may_pass(viewer: Viewer, part: HazardPart) -> bool:
    """Whether the viewer may pass a part once it is put right, having the right to check it.

    What was raised to a level (>= 1) was ordered by a police officer; passing it ends the order,
    which is done by whoever may order (`assistant_acts.Act.END_ORDER`).
    """
    return part.level < 1 or viewer.may(Permission.HAZARD_TRIAGE, AreaId(part.hazard.area))


def hazard_to_see(viewer: Viewer, hazard_id: str) -> Hazard:
    """A hazard, to read.

    Raises:
        UnknownHazardError: there is none.
        AccessDeniedError: the viewer may not see it.
    """
    row = Hazard.objects.filter(pk=hazard_id).first()
    if row is None:
        raise UnknownHazardError
    if not may_see(viewer, hazard_id):
        raise AccessDeniedError
    return row


def hazard_to_change(viewer: Viewer, hazard_id: str, permission: Permission) -> Hazard:
    """A hazard, locked until the transaction ends.

    Raises:
        UnknownHazardError: there is none.
        AccessDeniedError: the viewer does not hold `permission` in its area.
    """
    row = Hazard.objects.select_for_update().filter(pk=hazard_id).first()
    if row is None:
        raise UnknownHazardError
    if not viewer.may(permission, AreaId(row.area)):
        raise AccessDeniedError
    return row


def part_locked(part_id: str) -> HazardPart:
    """A part with its hazard, both locked until the transaction ends: first the hazard, always.

    Raises:
        UnknownHazardError: there is none.
    """
    found = HazardPart.objects.filter(pk=part_id).values_list("hazard_id", flat=True).first()
    if found is None:
        raise UnknownHazardError
    hazard = Hazard.objects.select_for_update().get(pk=found)
    part = HazardPart.objects.select_for_update().get(pk=part_id)
    part.hazard = hazard
    return part


def part_to_change(viewer: Viewer, part_id: str, permission: Permission) -> HazardPart:
    """A part, locked, for whoever holds `permission` in the hazard's area.

    Raises:
        UnknownHazardError: there is none.
        AccessDeniedError: the viewer does not hold it there.
    """
    part = part_locked(part_id)
    if not viewer.may(permission, AreaId(part.hazard.area)):
        raise AccessDeniedError
    return part


def part_to_rectify(viewer: Viewer, part_id: str) -> HazardPart:
    """A part, locked, for a member of its department.

    Raises:
        UnknownHazardError: there is none.
        AccessDeniedError: the viewer does not act for its department.
    """
    part = part_locked(part_id)
    if not acts_for(viewer, part):
        raise AccessDeniedError
    return part
