"""Who calls the API: a logged-in member of staff, with Django's CSRF check on every change."""

from __future__ import annotations

import threading
import time

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from ninja.security import APIKeyCookie

from wardmote.core.domain.permissions import Viewer
from wardmote.operations.access.selectors import viewer_of
from wardmote.operations.journal import clock

CHECKED_S = 5.0
"""How long a session that Django has verified is taken as verified. Log-out ends it at once,
because the session itself is read with every request."""

_MAX_CHECKED = 10_000


class SessionViewer(APIKeyCookie):
    """The viewer behind Django's session."""

    param_name: str = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=True)
        self._lock = threading.Lock()
        self._checked: dict[tuple[str, str], float] = {}

    def authenticate(self, request: HttpRequest, key: str | None) -> Viewer | None:
        """The viewer; None when nobody is logged in."""
        session = request.session
        account_id = session.get(SESSION_KEY)
        password_mark = session.get(HASH_SESSION_KEY)
        if not key or account_id is None or not session.get(BACKEND_SESSION_KEY):
            return None
        if not self._was_checked((str(account_id), str(password_mark))):
            if not request.user.is_authenticated:
                return None
            self._remember((str(account_id), str(password_mark)))
        return viewer_of(int(account_id), clock.now_s())

    def _was_checked(self, mark: tuple[str, str]) -> bool:
        with self._lock:
            return self._checked.get(mark, 0.0) > time.monotonic()

    def _remember(self, mark: tuple[str, str]) -> None:
        with self._lock:
            if len(self._checked) >= _MAX_CHECKED:
                self._checked.clear()
            self._checked[mark] = time.monotonic() + CHECKED_S


class ApiRequest(HttpRequest):
    """A request that `SessionViewer` let in."""

    auth: Viewer
