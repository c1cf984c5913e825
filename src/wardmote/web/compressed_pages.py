"""Pages and answers of the API go out compressed: on a slow phone most of the wait is their bytes.

What is compressed together with something secret can be guessed from its length when a stranger
chooses a part of the page (BREACH). The one secret in our pages is Django's CSRF token, which is
masked with fresh random bytes in each answer; and Django pads each answer by a random number of
bytes. Static files have nothing secret and were compressed by the build. Reasons: docs/adr.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

COMPRESSED = ("text/", "application/json", "application/manifest+json", "application/geo+json")
"""Other kinds (pictures, PDF, xlsx) are compressed already."""


class CompressPages(GZipMiddleware):
    """Middleware, outermost: text that is whole in memory is compressed for who takes that."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Called by Django with the answer."""
        kind = response.headers.get("Content-Type", "")
        if response.streaming or not kind.startswith(COMPRESSED):
            return response
        return super().process_response(request, response)
