"""Logging out: the phone is told nothing any more."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from wardmote.operations.notices.services import forget_session


def listen() -> None:
    """Hear of every log-out."""
    user_logged_out.connect(_forget, dispatch_uid="wardmote.notices")


def _forget(sender: object, request: HttpRequest | None, **_more: Any) -> None:
    session = getattr(request, "session", None)
    key = None if session is None else session.session_key
    if key:
        forget_session(key)
