"""Persons as members of something, and when they are away. Callers check rights."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.leave import Leave
from wardmote.operations.people.models import Person
from wardmote.operations.people.rows import as_leaves, leaves_between


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody on record. `serving`: no last day of service has been set."""

    staff_id: str
    kind: StaffKind
    serving: bool


def persons_known(staff_ids: Collection[str]) -> dict[str, KnownPerson]:
    """Those of the staff ids that are on record."""
    rows = Person.objects.filter(pk__in=set(staff_ids))
    return {row.pk: KnownPerson(row.pk, StaffKind(row.kind), row.left_day is None) for row in rows}


def leaves_of(staff_ids: Collection[str], start_s: float, end_s: float) -> list[Leave]:
    """The leaves that these persons take at any moment of [start_s, end_s], seconds UTC."""
    return as_leaves(leaves_between(start_s, end_s).filter(person__in=set(staff_ids)))
