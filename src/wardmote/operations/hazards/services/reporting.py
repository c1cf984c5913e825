"""Reporting hazards: by staff and volunteers, and by anybody at a place with a QR code."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from wardmote.core.beat.hazard_repeats import EARTH_RADIUS_M
from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.hazard import OPEN_HAZARDS, HazardChannel, HazardState
from wardmote.core.domain.hazard_events import HazardReported
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Role, Viewer
from wardmote.core.domain.photo import PhotoId
from wardmote.core.domain.training import NUMBER_MARK
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.hazards import senders, settings_in_force
from wardmote.operations.hazards.errors import (
    NotPossibleError,
    OutsideError,
    TooManyReportsError,
    UnknownCategoryError,
    UnknownHazardError,
    WordsNeededError,
)
from wardmote.operations.hazards.models import (
    Hazard,
    HazardCounter,
    HazardReporter,
    ReportPoint,
)
from wardmote.operations.hazards.recording import HAZARD_SUBJECT, Deed, said, write_step
from wardmote.operations.hazards.rights import hazard_to_see
from wardmote.operations.hazards.services.linking import link_earlier
from wardmote.operations.hazards.tokens import digest, token_of_key
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.photos.services import keep_photo
from wardmote.operations.places import selectors as places

MOST_AT_POINT = 200
"""Reports that one place takes within an hour, so that no flood buries the others."""
MOST_OF_SENDER = 20
"""Reports that one address may make at a place within an hour; a family may share one."""
NEAR_POINT_M = 500.0
"""A phone farther away than this from the place whose code it read is not believed."""
RESIDENT = "outside:resident"
CAMERA_OWNER = "outside:camera-owner"
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
        follow: token by which a reporter without an account follows it; empty for staff. A repeated
            request gets it again where its key could not be guessed; it is kept nowhere.
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
    token: str,
    new: NewHazard,
    contact: Contact,
    *,
    own_camera: bool,
    now_s: float,
    sender: str = "",
) -> Reported:
    """Report a hazard by the QR code of a place; nobody logs in.

    A position within `NEAR_POINT_M` of the place (<=) is taken, else the place's own. The hazard
    belongs to the village in which it lies, which beside a border is not always the place's.

    Args:
        sender: the network address it came from, which is kept nowhere; empty: not known.

    Raises:
        UnknownHazardError: no such place, or it takes no reports any more.
        TooManyReportsError: too many came from there, or from this sender, within the hour.
        RefusedError: no such category, or nothing was said.
    """
    point = ReportPoint.objects.filter(token=token, active=True).first()
    if point is None:
        raise UnknownHazardError
    if not said(new.words):
        raise WordsNeededError
    recent = Hazard.objects.filter(point=point, reported_s__gt=now_s - senders.HOUR_S)
    actor = CAMERA_OWNER if own_camera else RESIDENT
    many = (
        recent.count() >= MOST_AT_POINT
        or senders.reports_of(point.pk, sender, now_s) >= MOST_OF_SENDER
    )
    if many and not Hazard.objects.filter(reported_by=actor, key=new.key).exists():
        raise TooManyReportsError
    lon, lat = new.lon, new.lat
    if not _near(point, lon, lat):
        lon, lat = point.lon, point.lat
    there = NewHazard(new.category, lon, lat, new.words, new.key, new.place)
    channel = HazardChannel.CAMERA_OWNER if own_camera else HazardChannel.RESIDENT
    area = _area_near(point, lon, lat, now_s)
    done = _report(there, area, channel, actor, point, contact, now_s)
    if not done.known:
        senders.count_report(point.pk, sender, now_s)
    return done


def add_picture(viewer: Viewer, hazard_id: str, data: bytes, *, key: str, now_s: float) -> PhotoId:
    """Keep a picture of an open hazard as it is found; the same key again keeps nothing twice.

    Raises:
        NotPossibleError: it is not open any more.
        RefusedError: no such hazard, or no picture that can be kept.
        AccessDeniedError: the viewer may not add pictures to it.
    """
    row = hazard_to_see(viewer, hazard_id)
    if HazardState(row.state) not in OPEN_HAZARDS:
        raise NotPossibleError
    return keep_photo(viewer, data, HAZARD_SUBJECT, hazard_id, None, now_s, key=key)


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
        return _known(known)
    hazard_id = new_id(now_s)
    follow = token_of_key("follow", hazard_id, new.key) if point is not None else ""
    try:
        with transaction.atomic():
            hazard = Hazard.objects.create(
                id=hazard_id,
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
            found = link_earlier(hazard, categories.repeat, actor, now_s)
    except IntegrityError:
        # Sent twice at once, and the other one was first.
        known = Hazard.objects.filter(reported_by=actor, key=new.key).first()
        if known is None:
            raise
        return _known(known)
    return Reported(hazard.pk, hazard.number, follow, found)


def _known(row: Hazard) -> Reported:
    """The answer to a request that was sent before."""
    follow = token_of_key("follow", row.pk, row.key) if row.follow_sha256 else ""
    same = digest(follow) == row.follow_sha256
    return Reported(row.pk, row.number, follow if same else "", known=True)


def _near(point: ReportPoint, lon: float, lat: float) -> bool:
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return False
    east = math.radians(lon - point.lon) * math.cos(math.radians(point.lat))
    north = math.radians(lat - point.lat)
    return math.hypot(east, north) * EARTH_RADIUS_M <= NEAR_POINT_M


def _area_near(point: ReportPoint, lon: float, lat: float, now_s: float) -> AreaId:
    """The division around a position near a point; the point's own where that is no narrower."""
    area, own = places.locate(lon, lat, now_s).area, AreaId(point.area)
    if area is None or own.startswith(area_prefix(area)):
        return own
    return area


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
    year = local_day(at_s).year
    HazardCounter.objects.get_or_create(year=year)
    HazardCounter.objects.filter(year=year).update(last=F("last") + 1)
    number = f"YH{year}-{HazardCounter.objects.get(year=year).last:05d}"
    return f"{NUMBER_MARK}{number}" if settings.TRAINING else number
