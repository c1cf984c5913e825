"""The dispatch console, its map window and the page of one call.

The pages are frames; what they show comes through the API and the stream, which check the
viewer's permissions row by row.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from wardmote.core.domain.incident import IncidentState
from wardmote.core.domain.permissions import Permission
from wardmote.operations.incidents.selectors import find_many
from wardmote.web.pages.duty.offers import offers_on_call
from wardmote.web.viewers import needs, viewer_of_request

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
        {
            "incident_id": incident_id,
            "page_data": {},
            "duty": offers_on_call(viewer_of_request(request), incident_id),
            "finished_in": _finished_in(incident_id),
        },
    )


def _finished_in(incident_id: str) -> str:
    """The area of a call that is closed and no exercise, for the survey; empty otherwise.

    The button itself looks at the reader's right in that area.
    """
    call = find_many([incident_id]).get(incident_id)
    finished = call is not None and call.state == IncidentState.CLOSED.value and not call.drill
    return call.area if call is not None and finished else ""
