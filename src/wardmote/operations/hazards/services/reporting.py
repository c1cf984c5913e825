"""Reporting hazards: by staff and volunteers, and by anybody at a place with a QR code."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from wardmote.core.beat.hazard_repeats import EARTH_RADIUS_M, Spot, months_before, repeats
from wardmote.core.domain.events import HazardRepeated, HazardReported
from wardmote.core.domain.hazard import HazardChannel, HazardState
from wardmote.core.domain.hazard_categories import RepeatRule
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Role, Viewer
from wardmote.core.domain.training import NUMBER_MARK
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.hazards import settings_in_force
from wardmote.operations.hazards.errors import (
    OutsideError,
    TooManyReportsError,
    UnknownCategoryError,
    UnknownHazardError,
    WordsNeededError,
)
from wardmote.operations.hazards.models import (
    Hazard,
    HazardCounter,
    HazardRepeat,
    HazardReporter,
    ReportPoint,
)
from wardmote.operations.hazards.recording import Deed, said, write_step
from wardmote.operations.hazards.tokens import digest
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.places import selectors as places

MOST_AT_POINT = 20
"""Reports that one place takes within an hour."""
NEAR_POINT_M = 500.0
"""A phone farther away than this from the place whose code it read is not believed."""
HOUR_S = 3_600.0
RESIDENT = "outside:resident"
CAMERA_OWNER = "outside:camera-owner"
MOST_REPEATS = 50
_MAX_PLACE, _MAX_NAME, _MAX_PHONE = 120, 60, 40


@dataclass(frozen=True, slots=True)
class NewHazard:
    """What is reported.

    Attributes:
        category: code of a category in force.
        lon, lat: WGS-84 degrees.
        words: what is wrong; needed unless a member of staff reports it.
        place: where, in words.
        key: made by the sender, 1 to 80 characters; the same key again reports nothing twice.
    """

    category: str
    lon: float
    lat: float
    words: str
    key: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """How a resident wants to be reached; both may be empty."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """What came of a report.

    Attributes:
        follow: token by which a reporter without an account follows it; empty for staff, and for
            a repeated request, since it is kept nowhere.
        repeats: how many earlier hazards it repeats.
    """

    id: str
    number: str
    follow: str = ""
    repeats: int = 0
    known: bool = False


def report(viewer: Viewer, new: NewHazard, *, now_s: float) -> Reported:
    """Report a hazard as a member of staff, a department or a volunteer.

    Raises:
        AccessDeniedError: the viewer may not report hazards there.
        RefusedError: outside every area, no such category, or no key.
    """
    area = _area(new.lon, new.lat, now_s)
    if not viewer.may(Permission.HAZARD_REPORT, area):
        raise AccessDeniedError("area" if viewer.holds_anywhere(Permission.HAZARD_REPORT) else "")
    return _report(new, area, _channel(viewer), viewer.staff_id, None, Contact(), now_s)


def report_at_point(
    token: str, new: NewHazard, contact: Contact, *, own_camera: bool, now_s: float
) -> Reported:
    """Report a hazard by the QR code of a place; nobody logs in.

    A position within `NEAR_POINT_M` of the place (<=) is taken, else the place's own.

    Raises:
        UnknownHazardError: no such place, or it takes no reports any more.
        TooManyReportsError: too many came from there within the hour.
        RefusedError: no such category, or nothing was said.
    """
    point = ReportPoint.objects.filter(token=token, active=True).first()
    if point is None:
        raise UnknownHazardError
    if not said(new.words):
        raise WordsNeededError
    recent = Hazard.objects.filter(point=point, reported_s__gt=now_s - HOUR_S)
    actor = CAMERA_OWNER if own_camera else RESIDENT
    if recent.count() >= MOST_AT_POINT and not recent.filter(key=new.key).exists():
        raise TooManyReportsError
    lon, lat = new.lon, new.lat
    if not _near(point, lon, lat):
        lon, lat = point.lon, point.lat
    there = NewHazard(new.category, lon, lat, new.words, new.key, new.place)
    channel = HazardChannel.CAMERA_OWNER if own_camera else HazardChannel.RESIDENT
    return _report(there, AreaId(point.area), channel, actor, point, contact, now_s)


def _report(
    new: NewHazard,
    area: AreaId,
    channel: HazardChannel,
    actor: str,
    point: ReportPoint | None,
    contact: Contact,
    now_s: float,
) -> Reported:
    categories = settings_in_force.categories(now_s)
    if new.category not in categories:
        raise UnknownCategoryError
    if not 0 < len(new.key) <= 80:
        raise WordsNeededError
    known = Hazard.objects.filter(reported_by=actor, key=new.key).first()
    if known is not None:
        return Reported(known.pk, known.number, known=True)
    follow = secrets.token_urlsafe(15) if point is not None else ""
    try:
        with transaction.atomic():
            hazard = Hazard.objects.create(
                id=new_id(now_s),
                number=_next_number(now_s),
                key=new.key,
                area=area,
                category=new.category,
                channel=channel.value,
                lon=new.lon,
                lat=new.lat,
                place=new.place.replace("\0", "").strip()[:_MAX_PLACE],
                words=said(new.words),
                reported_by=actor,
                reported_s=now_s,
                point=point,
                follow_sha256=digest(follow) if follow else "",
            )
            name, phone = contact.name.strip()[:_MAX_NAME], contact.phone.strip()[:_MAX_PHONE]
            if name or phone:
                HazardReporter.objects.create(hazard=hazard, name=name, phone=phone)
            deed = Deed(actor, now_s)
            write_step(hazard, "hazard", "report", deed)
            event = HazardReported(hazard.pk, hazard.category, channel, hazard.lon, hazard.lat)
            record([event], actor=actor, area=area, now_s=now_s)
            found = _link_repeats(hazard, categories.repeat, now_s)
    except IntegrityError:
        # Sent twice at once, and the other one was first.
        known = Hazard.objects.filter(reported_by=actor, key=new.key).first()
        if known is None:
            raise
        return Reported(known.pk, known.number, known=True)
    return Reported(hazard.pk, hazard.number, follow, found)


def _link_repeats(hazard: Hazard, rule: RepeatRule, now_s: float) -> int:
    """Link a new hazard with the earlier ones that it repeats; returns how many."""
    day = places.local_day(now_s)
    degrees = math.degrees(rule.radius_m / EARTH_RADIUS_M) * 1.001
    wide = degrees / max(0.01, math.cos(math.radians(hazard.lat)))
    rows = (
        Hazard.objects.filter(
            category=hazard.category,
            lat__range=(hazard.lat - degrees, hazard.lat + degrees),
            lon__range=(hazard.lon - wide, hazard.lon + wide),
            reported_s__gte=places.midnight_s(months_before(day, rule.months)),
        )
        .exclude(pk=hazard.pk)
        .exclude(state__in=[HazardState.REJECTED.value, HazardState.MERGED.value])
        .order_by("-reported_s")[: 10 * MOST_REPEATS]
    )
    earlier = [_spot(row) for row in rows]
    found = repeats(_spot(hazard), earlier, rule)[:MOST_REPEATS]
    for other in found:
        HazardRepeat.objects.create(hazard=hazard, earlier_id=other)
    events = [HazardRepeated(hazard.pk, other) for other in found]
    record(events, actor=hazard.reported_by, area=AreaId(hazard.area), now_s=now_s)
    return len(found)


def _spot(row: Hazard) -> Spot:
    return Spot(row.pk, row.category, row.lon, row.lat, places.local_day(row.reported_s))


def _near(point: ReportPoint, lon: float, lat: float) -> bool:
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return False
    east = math.radians(lon - point.lon) * math.cos(math.radians(point.lat))
    north = math.radians(lat - point.lat)
    return math.hypot(east, north) * EARTH_RADIUS_M <= NEAR_POINT_M


def _area(lon: float, lat: float, now_s: float) -> AreaId:
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise OutsideError
    area = places.locate(lon, lat, now_s).area
    if area is None:
        raise OutsideError
    return area


def _channel(viewer: Viewer) -> HazardChannel:
    roles = {grant.role for grant in viewer.grants}
    if roles <= {Role.VOLUNTEER}:
        return HazardChannel.VOLUNTEER
    if roles <= {Role.VOLUNTEER, Role.DEPARTMENT}:
        return HazardChannel.DEPARTMENT
    return HazardChannel.STAFF


def _next_number(at_s: float) -> str:
    """The next number of the local year, such as ``YH2026-00007`` (YH: 隐患)."""
    year = places.local_day(at_s).year
    HazardCounter.objects.get_or_create(year=year)
    HazardCounter.objects.filter(year=year).update(last=F("last") + 1)
    number = f"YH{year}-{HazardCounter.objects.get(year=year).last:05d}"
    return f"{NUMBER_MARK}{number}" if settings.TRAINING else number
