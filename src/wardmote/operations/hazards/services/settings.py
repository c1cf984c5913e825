"""Departments, places to report at, and categories: data that a place keeps itself."""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.hazard_events import HazardDepartmentSet, HazardPointSet
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.hazards.errors import (
    BadSettingError,
    OutsideError,
    UnknownHazardError,
    UnknownMembersError,
)
from wardmote.operations.hazards.models import Department, DepartmentMember, ReportPoint
from wardmote.operations.hazards.settings_in_force import KIND
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.people.selectors import account_by_staff_id
from wardmote.operations.places import selectors as places
from wardmote.operations.places.services import set_rules

MOST_MEMBERS = 100
_MAX_KEY = 80
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}\Z")


@dataclass(frozen=True, slots=True)
class DepartmentWanted:
    """A department as it should be; `members` are staff ids."""

    code: str
    name: Bilingual
    area: AreaId
    members: tuple[str, ...]
    active: bool = True


def set_department(viewer: Viewer, wanted: DepartmentWanted, *, now_s: float) -> None:
    """Set up a department or change it; its area stays what it was set up for.

    Raises:
        BadSettingError: a code, name, area or member does not fit; nothing is changed.
        AccessDeniedError: the viewer may not edit the configuration of its area.
    """
    if not viewer.may(Permission.CONFIGURATION_EDIT, wanted.area):
        raise AccessDeniedError
    members = tuple(sorted(set(wanted.members)))
    _check(wanted, members)
    with transaction.atomic():
        known = Department.objects.select_for_update().filter(pk=wanted.code).first()
        if known is not None and known.area != wanted.area:
            raise BadSettingError(field=_("area"))
        row, _new = Department.objects.update_or_create(
            code=wanted.code,
            defaults={
                "name_zh": wanted.name.zh.strip()[:60],
                "name_en": wanted.name.en.strip()[:60],
                "area": wanted.area,
                "active": wanted.active,
            },
        )
        row.members.exclude(staff_id__in=members).delete()
        there = set(row.members.values_list("staff_id", flat=True))
        DepartmentMember.objects.bulk_create(
            DepartmentMember(department=row, staff_id=one) for one in members if one not in there
        )
        event = HazardDepartmentSet(wanted.code, len(members), wanted.active)
        record([event], actor=viewer.staff_id, area=wanted.area, now_s=now_s)


def _check(wanted: DepartmentWanted, members: Sequence[str]) -> None:
    if not _CODE.match(wanted.code):
        raise BadSettingError(field=_("code"))
    if not (wanted.name.zh.strip() or wanted.name.en.strip()):
        raise BadSettingError(field=_("name"))
    if not is_area_code(wanted.area):
        raise BadSettingError(field=_("area"))
    strangers = [one for one in members if account_by_staff_id(one) is None]
    if strangers:
        raise UnknownMembersError(members=", ".join(strangers[:3]))
    if len(members) > MOST_MEMBERS:
        raise BadSettingError(field=_("members"))


def add_point(
    viewer: Viewer, name: Bilingual, lon: float, lat: float, *, now_s: float, key: str = ""
) -> str:
    """Let hazards be reported at a place by its QR code; returns the point's id.

    The same key again adds nothing; empty: none is known.

    Raises:
        OutsideError: it lies outside every area.
        BadSettingError: it has no name.
        AccessDeniedError: the viewer may not triage hazards there.
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise OutsideError
    area = places.locate(lon, lat, now_s).area
    if area is None:
        raise OutsideError
    if not viewer.may(Permission.HAZARD_TRIAGE, area):
        raise AccessDeniedError
    if not (name.zh.strip() or name.en.strip()):
        raise BadSettingError(field=_("name"))
    key = key[:_MAX_KEY]
    known = _point_of_key(viewer.staff_id, key)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            row = ReportPoint.objects.create(
                id=new_id(now_s),
                key=key,
                token=secrets.token_urlsafe(9),
                name_zh=name.zh.strip()[:60],
                name_en=name.en.strip()[:60],
                area=area,
                lon=lon,
                lat=lat,
                made_by=viewer.staff_id,
                made_s=now_s,
            )
            _record_point(row, viewer.staff_id, now_s)
    except IntegrityError:
        # Sent twice at once, and the other one was first.
        known = _point_of_key(viewer.staff_id, key)
        if known is None:
            raise
        return known
    return row.pk


def end_point(viewer: Viewer, point_id: str, *, now_s: float) -> None:
    """Let a place take no reports any more.

    Raises:
        UnknownHazardError: there is no such place.
        AccessDeniedError: the viewer may not triage hazards there.
    """
    with transaction.atomic():
        row = ReportPoint.objects.select_for_update().filter(pk=point_id).first()
        if row is None:
            raise UnknownHazardError
        if not viewer.may(Permission.HAZARD_TRIAGE, AreaId(row.area)):
            raise AccessDeniedError
        if row.active:
            row.active = False
            row.save(update_fields=["active"])
            _record_point(row, viewer.staff_id, now_s)


def _point_of_key(staff_id: str, key: str) -> str | None:
    rows = ReportPoint.objects.filter(made_by=staff_id, key=key)
    return rows.values_list("pk", flat=True).first() if key else None


def _record_point(row: ReportPoint, actor: str, now_s: float) -> None:
    event = HazardPointSet(row.pk, row.lon, row.lat, row.active)
    record([event], actor=actor, area=AreaId(row.area), now_s=now_s)


def set_categories(viewer: Viewer, data: JsonValue, *, now_s: float) -> str:
    """Put a version of the categories in force; returns the version.

    Raises:
        RulesRefusedError: the data do not fit; nothing was changed.
        AccessDeniedError: the viewer may not edit the configuration of the whole place.
    """
    return set_rules(viewer, KIND, data, now_s=now_s)
