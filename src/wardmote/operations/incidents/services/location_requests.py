"""Asking a caller's phone for its position through a short link."""

from __future__ import annotations

import hashlib
import math
import secrets
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents.errors import (
    BadCoordinatesError,
    UnknownLocationRequestError,
)
from wardmote.operations.incidents.models import LocationRequest

LIFE_S = 1_800.0
RETENTION_S = 86_400.0
"""A phone's position stays this long; what is needed of it is in the call."""


@dataclass(frozen=True, slots=True)
class AskedForLocation:
    """A request that was made; `token` goes into the link and is not kept."""

    id: str
    token: str
    expires_s: float


def request_location(
    viewer: Viewer, *, now_s: float, incident: IncidentId | None = None
) -> AskedForLocation:
    """Make a link that is good for one answer within half an hour.

    Raises:
        AccessDeniedError: the viewer may not take down calls.
    """
    areas = viewer.areas_with(Permission.INCIDENT_ENTER)
    if not areas:
        raise AccessDeniedError
    token = secrets.token_urlsafe(12)
    with transaction.atomic():
        row = LocationRequest.objects.create(
            id=new_id(now_s),
            token_sha256=_digest(token),
            area=next(iter(areas), EVERYWHERE),
            incident_id=incident,
            asked_by=viewer.staff_id,
            asked_s=now_s,
            expires_s=now_s + LIFE_S,
        )
    return AskedForLocation(row.pk, token, row.expires_s)


def is_waiting(token: str, *, now_s: float) -> bool:
    """Whether a link may still be answered."""
    return LocationRequest.objects.filter(
        token_sha256=_digest(token), answered_s=None, expires_s__gt=now_s
    ).exists()


def answer_location(
    token: str, lon: float, lat: float, accuracy_m: float | None, *, now_s: float
) -> None:
    """Keep the position that a caller's phone sent; the first answer counts.

    Raises:
        UnknownLocationRequestError: the link is unknown, used or expired.
        BadCoordinatesError: the coordinates are not a place.
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadCoordinatesError
    with transaction.atomic():
        answered = LocationRequest.objects.filter(
            token_sha256=_digest(token), answered_s=None, expires_s__gt=now_s
        ).update(answered_s=now_s, lon=lon, lat=lat, accuracy_m=accuracy_m)
        if not answered:
            raise UnknownLocationRequestError


def forget_old_positions(now_s: float) -> int:
    """Delete requests a day after they expired; returns how many."""
    deleted, _ = LocationRequest.objects.filter(expires_s__lt=now_s - RETENTION_S).delete()
    return deleted


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
