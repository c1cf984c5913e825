"""What whoever tells people of hazards must know."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.hazard import PartState
from wardmote.operations.hazards.models import DepartmentMember, HazardPart


def members_of(department: str) -> tuple[str, ...]:
    """Staff ids of those who act for a department that gets hazards."""
    rows = DepartmentMember.objects.filter(department=department, department__active=True)
    return tuple(rows.order_by("staff_id").values_list("staff_id", flat=True))


@dataclass(frozen=True, slots=True)
class PartTold:
    """A part of a hazard.

    Attributes:
        department: its code; empty for an owner.
        own: who handed in the proof or belongs to the department, so cannot re-check it.
    """

    department: str
    own: frozenset[str]
    waits_for_check: bool


def part_told(part: str) -> PartTold | None:
    """What whoever tells people of a part must know; None where there is none."""
    row = HazardPart.objects.filter(pk=part).first()
    if row is None:
        return None
    department = row.department_id or ""
    own = frozenset([*members_of(department), row.submitted_by])
    return PartTold(department, own, row.state == PartState.SUBMITTED.value)
