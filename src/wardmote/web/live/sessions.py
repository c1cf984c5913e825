"""Who is behind a live request: a session cookie or a device's bearer token."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from typing import Generic, TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils.module_loading import import_string

from wardmote.core.domain.permissions import Viewer
from wardmote.operations.access.selectors import Device, device_of_token, viewer_of
from wardmote.operations.journal import clock
from wardmote.web.live.exchange import Exchange
from wardmote.web.live.threads import DatabaseThreads

SESSION_CACHE_S = 5.0
"""How long a log-out or a change of grants may take to be seen by a connection."""

TOKEN_CACHE_S = 30.0
"""How long a revoked device token may still be taken."""

MAX_CACHED = 20_000

V = TypeVar("V")


class BriefCache(Generic[V]):
    """Values kept for seconds, the oldest dropped beyond `MAX_CACHED`. For one thread."""

    def __init__(self, life_s: float) -> None:
        self._life_s = life_s
        self._values: OrderedDict[str, tuple[float, V]] = OrderedDict()

    def get(self, key: str) -> V | None:
        """The value, or None when there is none or it is too old."""
        found = self._values.get(key)
        if found is None or found[0] < time.monotonic():
            return None
        return found[1]

    def put(self, key: str, value: V) -> None:
        """Keep a value from now on."""
        self._values[key] = (time.monotonic() + self._life_s, value)
        self._values.move_to_end(key)
        while len(self._values) > MAX_CACHED:
            self._values.popitem(last=False)


class Sessions:
    """Looks up viewers and devices, and remembers them for seconds. Used on the event loop."""

    def __init__(self, threads: DatabaseThreads) -> None:
        self._threads = threads
        self._viewers: BriefCache[Viewer] = BriefCache(SESSION_CACHE_S)
        self._devices: BriefCache[Device] = BriefCache(TOKEN_CACHE_S)

    async def viewer(self, exchange: Exchange) -> Viewer | None:
        """The viewer behind the session cookie; None without a valid session."""
        key = exchange.cookies().get(settings.SESSION_COOKIE_NAME, "")
        if not key:
            return None
        known = self._viewers.get(key)
        if known is not None:
            return known
        viewer = await self._threads.run(lambda: viewer_of_session(key))
        if viewer is not None:
            self._viewers.put(key, viewer)
        return viewer

    async def device(self, exchange: Exchange) -> Device | None:
        """The device behind the bearer token; None without a valid one."""
        scheme, _, token = exchange.header(b"authorization").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            return None
        digest = hashlib.sha256(token.encode()).hexdigest()
        known = self._devices.get(digest)
        if known is None:
            known = await self._threads.run(lambda: device_of_token(token, clock.now_s()))
            if known is not None:
                self._devices.put(digest, known)
        return known


def viewer_of_session(session_key: str) -> Viewer | None:
    """The viewer of a session, checked as Django checks it: not expired, the password unchanged."""
    request = HttpRequest()
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    request.session = store(session_key)
    account = get_user(request)
    if not account.is_authenticated or account.pk is None:
        return None
    return viewer_of(account.pk, clock.now_s())
