"""Persons as members of something, and when they are away. Callers check rights."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.leave import TAKEN, Leave
from wardmote.operations.people.models import Leave as LeaveRow
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


def leaves_with(ids: Collection[str]) -> list[Leave]:
    """The leaves of these ids, by their end; those that are not there are left out."""
    return as_leaves(LeaveRow.objects.filter(pk__in=set(ids)).order_by("to_s", "pk"))


def leaves_of(staff_ids: Collection[str], start_s: float, end_s: float) -> list[Leave]:
    """The leaves that these persons take at any moment of [start_s, end_s], seconds UTC."""
    return as_leaves(leaves_between(start_s, end_s).filter(person__in=set(staff_ids)))


def leaves_known(
    staff_ids: Collection[str], start_s: float, end_s: float, as_of_s: float
) -> list[Leave]:
    """The leaves that these persons take at any moment of [start_s, end_s], approved by `as_of_s`.

    Up to that moment they stand as they stood then: a recall ends a leave when it is told.
    """
    rows = _approved_by(as_of_s).filter(from_s__lte=end_s, to_s__gte=start_s)
    return as_leaves(rows.filter(person__in=set(staff_ids)))


def away_then(person: str, at: str, as_of_s: float) -> Exists:
    """Whether somebody was on leave in (from, to] at a moment <= `as_of_s`, as approved by then.

    Args:
        person, at: names of the columns, of the query that asks, with staff ids and seconds UTC.
    """
    rows = _approved_by(as_of_s).filter(person_id=OuterRef(person))
    return Exists(rows.filter(from_s__lt=OuterRef(at), to_s__gte=OuterRef(at)))


def _approved_by(as_of_s: float) -> QuerySet[LeaveRow]:
    taken = [state.value for state in TAKEN]
    return LeaveRow.objects.filter(state__in=taken, approved_s__lte=as_of_s)
