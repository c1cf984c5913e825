"""Who is asking, and what they hold."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass

from django.db.models import Q

from wardmote.core.domain.areas import area_contains, area_prefix
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
    roles_in_force,
    staff_holding,
)

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
    which the person deputises.
    """
    with _lock:
        cached = _viewers.get(account_id)
    if cached is not None and time.monotonic() - cached[0] < VIEWER_CACHE_S:
        return cached[1]
    account = account_by_id(account_id)
    if account is None:
        return None
    in_force = Grant.objects.filter(account_id=account_id).filter(
        Q(valid_from_s__isnull=True) | Q(valid_from_s__lte=now_s),
        Q(valid_to_s__isnull=True) | Q(valid_to_s__gt=now_s),
    )
    given = (RoleInArea(Role(grant.role), AreaId(grant.area)) for grant in in_force)
    appointed = roles_in_force(account.staff_id, now_s)
    viewer = Viewer(
        staff_id=account.staff_id,
        grants=tuple(dict.fromkeys((*given, *appointed))),
        crew_of=frozenset(
            CrewMembership.objects.filter(account_id=account_id).values_list("unit", flat=True)
        ),
    )
    with _lock:
        _viewers[account_id] = (time.monotonic(), viewer)
    return viewer


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


def staff_with(permission: Permission, area: AreaId, now_s: float) -> tuple[str, ...]:
    """Staff ids of the active accounts that hold `permission` in `area` now, sorted.

    By a grant, by an appointment or as a deputy.
    """
    roles = [role for role, held in ROLE_PERMISSIONS.items() if permission in held]
    in_force = Grant.objects.filter(role__in=roles, account__is_active=True).filter(
        Q(valid_from_s__isnull=True) | Q(valid_from_s__lte=now_s),
        Q(valid_to_s__isnull=True) | Q(valid_to_s__gt=now_s),
    )
    rows = in_force.values_list("account__staff_id", "area")
    granted = {staff for staff, held in rows if area_contains(AreaId(held), area)}
    return tuple(sorted(granted | accounts_of(staff_holding(roles, area, now_s))))


def roles_granted(at_s: float) -> dict[Role, tuple[tuple[str, PersonId], ...]]:
    """Who was given which role where, of active accounts: (digits of the area, staff id), sorted.

    For deployments that keep no appointments; those that do ask `people` who answers.
    """
    in_force = Grant.objects.filter(account__is_active=True).filter(
        Q(valid_from_s__isnull=True) | Q(valid_from_s__lte=at_s),
        Q(valid_to_s__isnull=True) | Q(valid_to_s__gt=at_s),
    )
    found: dict[Role, list[tuple[str, PersonId]]] = {}
    for role, area, staff in in_force.values_list("role", "area", "account__staff_id"):
        held = (area_prefix(AreaId(area)), PersonId(staff))
        found.setdefault(Role(role), []).append(held)
    return {role: tuple(sorted(held)) for role, held in found.items()}


def areas_granted(permission: Permission, now_s: float) -> tuple[AreaId, ...]:
    """The areas for which an active account holds `permission` by a grant of its own, sorted."""
    roles = [role.value for role, held in ROLE_PERMISSIONS.items() if permission in held]
    in_force = Grant.objects.filter(role__in=roles, account__is_active=True).filter(
        Q(valid_from_s__isnull=True) | Q(valid_from_s__lte=now_s),
        Q(valid_to_s__isnull=True) | Q(valid_to_s__gt=now_s),
    )
    return tuple(AreaId(area) for area in sorted(set(in_force.values_list("area", flat=True))))
