"""No browser and no proxy keeps what the pages show (ASVS 5.0 V14.3.2)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

KEPT = ("text/javascript", "text/css", "image/", "font/", "application/manifest+json")
"""Kinds of content that are the same for everybody, and that phones keep to work offline."""


class KeepNothing:
    """Middleware: whatever may be personal is answered with ``no-store``.

    Static files are answered before it. A view that says itself how long its answer may be kept
    is left alone. The crew page's service worker keeps that page on purpose: it is an empty frame.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        response = self._get_response(request)
        kind = response.headers.get("Content-Type", "")
        if not kind.startswith(KEPT) and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response
