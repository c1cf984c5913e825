"""The dispatch console, its map window and the page of one call.

The pages are frames; what they show comes through the API and the stream, which check the
viewer's permissions row by row.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from wardmote.core.domain.permissions import Permission
from wardmote.web.viewers import needs

MAP_TILES_URL = "/city/map.pmtiles"


@require_safe
@needs(Permission.INCIDENT_DISPATCH)
@ensure_csrf_cookie
def console(request: HttpRequest) -> HttpResponse:
    """The dispatch console."""
    return render(
        request, "wardmote/console/console.html", {"page_data": {"tiles_url": MAP_TILES_URL}}
    )


@require_safe
@needs(Permission.INCIDENT_DISPATCH)
@ensure_csrf_cookie
def console_map(request: HttpRequest) -> HttpResponse:
    """The map alone, for a second screen."""
    return render(request, "wardmote/console/map.html", {"page_data": {"tiles_url": MAP_TILES_URL}})


@require_safe
@needs(Permission.INCIDENT_VIEW)
@ensure_csrf_cookie
def incident(request: HttpRequest, incident_id: str) -> HttpResponse:
    """One call with its timeline, both clocks, notes and links."""
    return render(
        request,
        "wardmote/console/incident.html",
        {"incident_id": incident_id, "page_data": {}},
    )
