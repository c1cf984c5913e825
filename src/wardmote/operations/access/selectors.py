"""Who is asking, and what they hold."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from wardmote.core.domain.areas import area_contains, area_prefix, concerns
from wardmote.core.domain.assistant_acts import HELD_BY_POLICE, may_hold
from wardmote.core.domain.ids import AreaId, PersonId, UnitId
from wardmote.core.domain.permissions import (
    ROLE_PERMISSIONS,
    Permission,
    Role,
    RoleInArea,
    Viewer,
)
from wardmote.operations.access.models import CrewMembership, DeviceToken, Grant
from wardmote.operations.people.selectors import (
    account_by_id,
    accounts_of,
    areas_held,
    persons_known,
    roles_in_force,
    staff_holding,
)

_CODE_DIGITS, _LONGEST_CODE = 12, 15
"""Digits of a division's code, and of a grid's."""

VIEWER_CACHE_S = 5.0
"""How long another process's change of grants may take to be seen here."""


EVERY_UNIT = UnitId("*")
"""The unit of a gateway's token, which reports for all units of its area and below."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device that reports for one unit, or a gateway that reports for an area's."""

    unit: UnitId
    area: AreaId
    expires_s: float

    def reports_for(self, unit: str, area: str) -> bool:
        """Whether it may report positions of `unit`, which belongs to `area`."""
        if self.unit == EVERY_UNIT:
            return area_contains(self.area, AreaId(area))
        return self.unit == unit


_lock = threading.Lock()
_viewers: dict[int, tuple[float, Viewer]] = {}


def viewer_of(account_id: int, now_s: float) -> Viewer | None:
    """The viewer behind an active account; None when there is none. Cached for seconds.

    The roles are those granted by hand and those of the offices that the person holds now, or in
    which the person deputises; of these, those that the person's standing in law allows.
    """
    with _lock:
        cached = _viewers.get(account_id)
    if cached is not None and time.monotonic() - cached[0] < VIEWER_CACHE_S:
        return cached[1]
    account = account_by_id(account_id)
    if account is None:
        return None
    in_force = Grant.objects.filter(account_id=account_id).filter(grants_in_force(now_s))
    given = (RoleInArea(Role(grant.role), AreaId(grant.area)) for grant in in_force)
    appointed = roles_in_force(account.staff_id, now_s)
    held = tuple(dict.fromkeys((*given, *appointed)))
    viewer = Viewer(
        staff_id=account.staff_id,
        grants=_allowed_in_law(account.staff_id, held),
        crew_of=frozenset(
            CrewMembership.objects.filter(account_id=account_id).values_list("unit", flat=True)
        ),
    )
    with _lock:
        _viewers[account_id] = (time.monotonic(), viewer)
    return viewer


def _allowed_in_law(staff_id: str, held: tuple[RoleInArea, ...]) -> tuple[RoleInArea, ...]:
    """Without roles that the person may not act in, as an assistant in a police officer's.

    Appointments are held to it when they are made; a role granted by hand is held to it here.
    """
    if not any(one.role in HELD_BY_POLICE for one in held):
        return held
    known = persons_known({staff_id}).get(staff_id)
    return tuple(one for one in held if known is None or may_hold(known.kind, one.role))


def forget_viewers() -> None:
    """Drop the cache after a change of grants in this process."""
    with _lock:
        _viewers.clear()


def device_of_token(token: str, now_s: float) -> Device | None:
    """The device that holds `token`; None when it is unknown, revoked or expired."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    row = DeviceToken.objects.filter(
        token_sha256=digest, revoked=False, expires_s__gt=now_s
    ).first()
    return None if row is None else Device(UnitId(row.unit), AreaId(row.area), row.expires_s)


def staff_with(
    permission: Permission, area: AreaId, now_s: float, *, within: AreaId | None = None
) -> tuple[str, ...]:
    """Staff ids of the active accounts that hold `permission` in `area` now, sorted.

    By a grant, by an appointment or as a deputy. With `within`, of those who hold it in the area,
    in a part of it or around it, but not beyond `within`: whom a change of the area concerns.
    """
    roles = [role for role, held in ROLE_PERMISSIONS.items() if permission in held]
    in_force = Grant.objects.filter(role__in=roles, account__is_active=True).filter(
        grants_in_force(now_s)
    )
    rows = in_force.values_list("account__staff_id", "area")
    granted = {staff for staff, held in rows if concerns(AreaId(held), area, within)}
    holding = staff_holding(roles, area, now_s, within=within)
    return tuple(sorted(granted | accounts_of(holding)))


def roles_granted(at_s: float) -> dict[Role, tuple[tuple[str, PersonId], ...]]:
    """Who was given which role where, of active accounts: (digits of the area, staff id), sorted.

    For deployments that keep no appointments; those that do ask `people` who answers.
    """
    in_force = Grant.objects.filter(account__is_active=True).filter(grants_in_force(at_s))
    found: dict[Role, list[tuple[str, PersonId]]] = {}
    for role, area, staff in in_force.values_list("role", "area", "account__staff_id"):
        held = (area_prefix(AreaId(area)), PersonId(staff))
        found.setdefault(Role(role), []).append(held)
    return {role: tuple(sorted(held)) for role, held in found.items()}


def roles_granted_to(staff_id: str, at_s: float) -> tuple[RoleInArea, ...]:
    """The roles granted by hand to a member of staff with an active account, at a moment."""
    in_force = Grant.objects.filter(account__staff_id=staff_id, account__is_active=True)
    rows = in_force.filter(grants_in_force(at_s)).order_by("pk").values_list("role", "area")
    return tuple(RoleInArea(Role(role), AreaId(area)) for role, area in rows)


def areas_granted(permission: Permission, now_s: float) -> tuple[AreaId, ...]:
    """The areas for which an active account holds `permission` itself, sorted.

    By a grant or by an appointment; not the areas below them.
    """
    roles = [role for role, held in ROLE_PERMISSIONS.items() if permission in held]
    in_force = Grant.objects.filter(role__in=roles, account__is_active=True).filter(
        grants_in_force(now_s)
    )
    granted = {AreaId(area) for area in in_force.values_list("area", flat=True)}
    appointed = areas_held(roles, now_s)
    reading = accounts_of(staff for staff_ids in appointed.values() for staff in staff_ids)
    led = {area for area, staff_ids in appointed.items() if not reading.isdisjoint(staff_ids)}
    return tuple(sorted(granted | led))


def within(areas: Iterable[AreaId], field: str = "area") -> Q:
    """Rows whose area, or grid, lies in one of `areas`; nothing for no areas.

    Codes of an area and below are a range, which an index of codes serves.
    """
    condition = Q(pk__in=[])
    for area in areas:
        prefix = area_prefix(area)
        if not prefix:
            return ~Q(pk__in=[])
        low, high = prefix.ljust(_CODE_DIGITS, "0"), prefix.ljust(_LONGEST_CODE, "9")
        condition |= Q(**{f"{field}__gte": low, f"{field}__lte": high})
    return condition


def within_right(viewer: Viewer, permission: Permission) -> Q:
    """Rows with an `area` in which the viewer holds a permission."""
    return within(viewer.areas_with(permission))


def grants_in_force(at_s: float) -> Q:
    """Grants that hold at a moment."""
    begun = Q(valid_from_s__isnull=True) | Q(valid_from_s__lte=at_s)
    return begun & (Q(valid_to_s__isnull=True) | Q(valid_to_s__gt=at_s))
