"""Devices that take pushes: registered by their owner, forgotten with the log-in."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from wardmote.core.domain.permissions import Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.notices.errors import BadEndpointError, TooManyDevicesError
from wardmote.operations.notices.models import PushDevice

MOST_DEVICES = 5
MOST_ENDPOINT = 1_000
_P256DH_BYTES, _AUTH_BYTES = 65, 16


@dataclass(frozen=True, slots=True)
class Registration:
    """What a browser hands over (Push API, ``PushSubscription``), and the log-in it is under."""

    endpoint: str
    p256dh: str
    auth: str
    language: str
    session: str


def register_device(
    viewer: Viewer, wanted: Registration, may_reach: Callable[[str], bool], now_s: float
) -> None:
    """Keep a device for the viewer; one that was somebody else's is the viewer's from now on.

    Args:
        may_reach: whether the server may send to an address at all.

    Raises:
        AccessDeniedError: nobody is logged in.
        BadEndpointError: the address or the keys are none that can be sent to.
        TooManyDevicesError: the viewer has `MOST_DEVICES` others.
    """
    if not viewer.staff_id:
        raise AccessDeniedError
    if len(wanted.endpoint) > MOST_ENDPOINT or not may_reach(wanted.endpoint):
        raise BadEndpointError
    if _length(wanted.p256dh) != _P256DH_BYTES or _length(wanted.auth) != _AUTH_BYTES:
        raise BadEndpointError
    digest = _digest(wanted.endpoint)
    with transaction.atomic():
        others = PushDevice.objects.filter(staff=viewer.staff_id).exclude(digest=digest)
        if others.count() >= MOST_DEVICES:
            raise TooManyDevicesError(most=MOST_DEVICES)
        row = PushDevice.objects.select_for_update().filter(digest=digest).first()
        if row is not None and row.staff != viewer.staff_id:
            # What waits was meant for whoever had the phone before.
            row.messages.all().delete()
        if row is None:
            row = PushDevice(id=new_id(now_s), digest=digest, made_s=now_s)
        row.staff, row.session = viewer.staff_id, _digest(wanted.session)
        row.endpoint, row.p256dh, row.auth = wanted.endpoint, wanted.p256dh, wanted.auth
        row.language, row.seen_s, row.refused = wanted.language, now_s, 0
        row.save()


def forget_device(viewer: Viewer, endpoint: str) -> None:
    """Forget one of the viewer's devices, with what waits for it."""
    PushDevice.objects.filter(staff=viewer.staff_id, digest=_digest(endpoint)).delete()


def forget_session(session: str) -> None:
    """Forget the devices of a log-in that ends."""
    if session:
        PushDevice.objects.filter(session=_digest(session)).delete()


def _digest(text: str) -> str:
    return hmac.new(settings.PERSONAL_DATA_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def _length(text: str) -> int:
    """Bytes behind URL-safe base64; -1 where it is none."""
    try:
        return len(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return -1
