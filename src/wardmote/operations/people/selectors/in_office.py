"""Which offices are kept where, and which roles they give, for many people at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from wardmote.core.domain.appointment import OFFICES, Office
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.leave import Leave
from wardmote.core.domain.permissions import Role
from wardmote.operations.people.rows import (
    Midnights,
    as_leaves,
    in_force_between,
    leaves_between,
)

COUNTY_DIGITS = 6
_ROLES = {office.value: rule.role for office, rule in OFFICES.items() if rule.role is not None}


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role by appointment in [from_s, to_s), seconds UTC; `to_s` None is open."""

    role: Role
    area: AreaId
    from_s: float
    to_s: float | None

    def runs(self, at_s: float) -> bool:
        """Whether it is held at a moment."""
        return self.from_s <= at_s and (self.to_s is None or at_s < self.to_s)


def roles_between(start_s: float, end_s: float) -> dict[PersonId, list[RoleHeld]]:
    """The roles that offices give at any moment of [start_s, end_s], by who holds the office."""
    midnights = Midnights()
    found: dict[PersonId, list[RoleHeld]] = {}
    rows = in_force_between(start_s, end_s).filter(office__in=list(_ROLES)).order_by("pk")
    held = rows.values_list("person_id", "office", "area", "from_day", "to_day")
    for person, office, area, first, last in held.iterator():
        to_s = None if last is None else midnights.after(last)
        role = RoleHeld(_ROLES[office], AreaId(area), midnights.of(first), to_s)
        found.setdefault(PersonId(person), []).append(role)
    return found


def leaves_in(start_s: float, end_s: float) -> dict[PersonId, list[Leave]]:
    """The leaves taken at any moment of [start_s, end_s], by who is away."""
    found: dict[PersonId, list[Leave]] = {}
    for leave in as_leaves(leaves_between(start_s, end_s).order_by("from_s", "pk")):
        found.setdefault(leave.person, []).append(leave)
    return found


def offices_kept(start_s: float, end_s: float) -> frozenset[tuple[Office, str]]:
    """Which offices anybody holds in which counties (first six digits) in [start_s, end_s]."""
    rows = in_force_between(start_s, end_s).values_list("office", "area").distinct()
    return frozenset((Office(office), area[:COUNTY_DIGITS]) for office, area in rows)


def office_kept(office: Office, area: AreaId, at_s: float) -> bool:
    """Whether anybody holds an office in the county of an area at a moment."""
    rows = in_force_between(at_s, at_s).filter(office=office.value)
    return rows.filter(area__startswith=area[:COUNTY_DIGITS]).exists()


def areas_held(roles: Collection[Role], at_s: float) -> dict[AreaId, set[PersonId]]:
    """Where offices give one of `roles` at a moment, and who holds them there."""
    offices = [office for office, role in _ROLES.items() if role in roles]
    rows = in_force_between(at_s, at_s).filter(office__in=offices)
    found: dict[AreaId, set[PersonId]] = {}
    for area, person in rows.values_list("area", "person_id"):
        found.setdefault(AreaId(area), set()).add(PersonId(person))
    return found
