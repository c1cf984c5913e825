"""Doing what a form asks for once, however often it is sent: a key for each page that was shown."""

from __future__ import annotations

import functools
import hashlib
import uuid
from collections.abc import Callable

from django.db import IntegrityError
from django.http import HttpRequest

from wardmote.core.domain.permissions import Viewer
from wardmote.operations.journal import clock
from wardmote.operations.journal.idempotency import answer_once

FIELD = "key"
"""The hidden field of every form that changes something."""
_LEFT_OUT = frozenset({FIELD, "csrfmiddlewaretoken"})


def form_key() -> str:
    """A key for the forms of a page that is about to be shown."""
    return uuid.uuid4().hex


def do_once(
    request: HttpRequest, viewer: Viewer, act: Callable[[Viewer, float], object]
) -> str | None:
    """Do it unless the same form of the same page was sent before; what it gave, if a text.

    A page has one key for all its forms: what is sent with it tells them apart.
    """
    now_s = clock.now_s()
    key = request.POST.get(FIELD, "")[:64]
    sent = [
        (name, request.POST.getlist(name)) for name in sorted(request.POST) if name not in _LEFT_OUT
    ]
    body = repr(sent).encode()
    if not key:
        given = act(viewer, now_s)
        return given if isinstance(given, str) else None

    def answered() -> tuple[int, str]:
        given = act(viewer, now_s)
        return 200, given if isinstance(given, str) else ""

    own = hashlib.sha256(key.encode() + b"\x1f" + body).hexdigest()
    route = f"POST {request.path}"[:200]
    once = functools.partial(answer_once, viewer.staff_id, own, route, body, now_s, answered)
    try:
        found = once()
    except IntegrityError:  # of two at once the other came first: what it gave is there now
        found = once()
    return str(found.body) or None
