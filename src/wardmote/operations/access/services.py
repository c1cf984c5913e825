"""Giving and taking roles, device tokens, and writing down each look at personal data."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId, IncidentId, UnitId
from wardmote.core.domain.permissions import Permission, Purpose, Role, Viewer
from wardmote.operations.access import selectors
from wardmote.operations.access.models import CrewMembership, DeviceToken, Disclosure, Grant

DEVICE_TOKEN_LIFE_S = 30 * 86_400.0
READING_OF_DISCLOSURES = "disclosures"


class AccessDeniedError(Exception):
    """The viewer does not hold what this needs.

    Attributes:
        why: ``right`` (none that reaches here), ``role`` (holds it nowhere), ``area`` (holds it
            elsewhere) or ``purpose`` (holds it here for other purposes).
        purpose: what it was asked for; empty without one.
    """

    def __init__(self, why: str = "right", purpose: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.purpose = purpose


def grant_role(account_id: int, role: Role, area: AreaId, *, granted_by: str) -> Grant:
    """Give an account a role in `area` and all below it; giving it twice changes nothing.

    Raises:
        ValueError: `area` is not a division code.
    """
    if not is_area_code(area):
        raise ValueError(f"an area code has 12 digits, got {area!r}")
    grant, _ = Grant.objects.get_or_create(
        account_id=account_id, role=role.value, area=area, defaults={"granted_by": granted_by}
    )
    transaction.on_commit(selectors.forget_viewers)
    return grant


def revoke_role(account_id: int, role: Role, area: AreaId) -> bool:
    """Take a role back; returns whether there was one."""
    deleted, _ = Grant.objects.filter(account_id=account_id, role=role.value, area=area).delete()
    transaction.on_commit(selectors.forget_viewers)
    return bool(deleted)


def join_crew(account_id: int, unit: UnitId) -> None:
    """The account's holder crews `unit` from now on, and no other."""
    CrewMembership.objects.update_or_create(account_id=account_id, defaults={"unit": unit})
    transaction.on_commit(selectors.forget_viewers)


def issue_device_token(unit: UnitId, area: AreaId, *, label: str, now_s: float) -> str:
    """A new bearer token for the device of `unit`; it is shown once and kept only as a hash."""
    token = secrets.token_urlsafe(32)
    DeviceToken.objects.create(
        token_sha256=hashlib.sha256(token.encode()).hexdigest(),
        unit=unit,
        area=area,
        label=label,
        expires_s=now_s + DEVICE_TOKEN_LIFE_S,
    )
    return token


def record_disclosure(
    viewer: Viewer,
    incident: IncidentId,
    area: AreaId,
    purpose: Purpose,
    fields: Sequence[str],
    now_s: float,
) -> None:
    """Write down that personal data is being opened, in the transaction that reads it.

    Raises:
        AccessDeniedError: the viewer may not open it for this purpose here.
        RuntimeError: there is no transaction to share.
    """
    if not viewer.may_open_personal_data(area, purpose):
        raise AccessDeniedError(_why_refused(viewer, area, purpose), purpose.value)
    if not connection.in_atomic_block:
        raise RuntimeError("a disclosure is written in the transaction that reads the data")
    Disclosure.objects.create(
        staff_id=viewer.staff_id,
        role=_role_for(viewer, area, purpose),
        incident=incident,
        area=area,
        purpose=purpose.value,
        fields=",".join(fields),
        at_s=now_s,
    )


@dataclass(frozen=True, slots=True)
class Looked:
    """Whose data was looked at, where that is no caller's: what kind of thing, its id, and where.

    Attributes:
        kind: ``staff_record`` (the id is the person's), ``care_visit``, ...
    """

    kind: str
    subject: str
    area: AreaId


def record_look(
    viewer: Viewer,
    permission: Permission,
    looked: Looked,
    purpose: str,
    fields: Sequence[str],
    now_s: float,
) -> None:
    """Write down a look at personal data other than a caller's, in the transaction that reads it.

    Raises:
        AccessDeniedError: the viewer does not hold `permission` there.
        RuntimeError: there is no transaction to share.
    """
    if not viewer.may(permission, looked.area):
        raise AccessDeniedError("area" if viewer.holds_anywhere(permission) else "role", purpose)
    if not connection.in_atomic_block:
        raise RuntimeError("a disclosure is written in the transaction that reads the data")
    roles = (
        grant.role.value
        for grant in viewer.grants
        if Viewer(viewer.staff_id, (grant,)).may(permission, looked.area)
    )
    Disclosure.objects.create(
        staff_id=viewer.staff_id,
        role=next(roles, ""),
        subject_kind=looked.kind,
        subject=looked.subject,
        area=looked.area,
        purpose=purpose,
        fields=",".join(fields),
        at_s=now_s,
    )


def record_reading_of_disclosures(viewer: Viewer, now_s: float) -> None:
    """Write down that somebody read who looked at what: once for each area of the right.

    Raises:
        AccessDeniedError: the viewer may not read that record anywhere.
    """
    areas = viewer.areas_with(Permission.DISCLOSURE_VIEW)
    if not areas:
        raise AccessDeniedError("role", Purpose.AUDIT.value)
    Disclosure.objects.bulk_create(
        Disclosure(
            staff_id=viewer.staff_id,
            role=Role.AUDITOR.value,
            incident="",
            area=area,
            purpose=Purpose.AUDIT.value,
            fields=READING_OF_DISCLOSURES,
            at_s=now_s,
        )
        for area in sorted(set(areas))
    )


def _role_for(viewer: Viewer, area: AreaId, purpose: Purpose) -> str:
    """The role that gave the right; the first granted where there are several."""
    for grant in viewer.grants:
        if Viewer(viewer.staff_id, (grant,)).may_open_personal_data(area, purpose):
            return grant.role.value
    return ""


def _why_refused(viewer: Viewer, area: AreaId, purpose: Purpose) -> str:
    if viewer.may(Permission.PERSONAL_VIEW, area):
        return "purpose"
    return "area" if viewer.holds_anywhere(Permission.PERSONAL_VIEW) else "role"
