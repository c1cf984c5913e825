"""``/api/location-requests`` and the page ``/i/<token>`` that a caller's phone opens."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router

from wardmote.core.domain.ids import IncidentId
from wardmote.operations.dispatch import selectors as dispatch_selectors
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal import clock
from wardmote.web.api.answers import answer, as_request, change_once
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, answers
from wardmote.web.api.schemas.locations import (
    LocationAnswerOut,
    LocationRequestIn,
    LocationRequestOut,
)

router = Router(tags=["calls"])


@router.post(
    "/location-requests",
    response=answers((201, LocationRequestOut), bad=CHANGE),
    summary="Ask a caller's phone for its position",
    openapi_extra=IDEMPOTENT,
)
def ask_for_location(request: HttpRequest, body: LocationRequestIn) -> HttpResponse:
    """Make a short link, and its QR code, that is good for one answer within half an hour."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        incident = None if not body.incident else IncidentId(body.incident)
        if incident is not None:
            dispatch_selectors.visible_incident(asked.auth, incident)
        made = incidents.request_location(asked.auth, now_s=now_s, incident=incident)
        url = settings.PUBLIC_ORIGIN + reverse("caller-location", args=[made.token])
        return 201, {
            "id": made.id,
            "url": url,
            "qr_svg": _qr_svg(url),
            "expires_s": made.expires_s,
        }

    return change_once(asked, act)


@router.get(
    "/location-requests/{request_id}",
    response=answers((200, LocationAnswerOut), bad=(404,)),
    summary="What became of a request to a phone",
)
def location_answer(request: HttpRequest, request_id: str) -> HttpResponse:
    """Whether the phone has answered, and with which position."""
    viewer = as_request(request).auth
    return answer(incident_selectors.location_answer(viewer, request_id, clock.now_s()))


def _qr_svg(url: str) -> str:
    """A QR code as a drawing that stands alone, for pages that show it as an image."""
    drawing = io.BytesIO()
    segno.make(url, micro=False).save(
        drawing, kind="svg", scale=4, omitsize=True, xmldecl=False, nl=False
    )
    return drawing.getvalue().decode()
