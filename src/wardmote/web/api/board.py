"""``/api/board``, ``/api/incidents`` (list), one call, and its ranking."""

from __future__ import annotations

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja.params.functions import Query

from wardmote.core.domain.ids import IncidentId
from wardmote.operations.dispatch import selectors as dispatch_selectors
from wardmote.operations.dispatch.listing import calls_json
from wardmote.operations.incidents import selectors as incident_selectors
from wardmote.operations.journal import clock
from wardmote.web.api.answers import ApiError, answer, as_request, forbidden
from wardmote.web.api.calls_router import router
from wardmote.web.api.schemas.board import BoardOut
from wardmote.web.api.schemas.calls import CallListOut, IncidentDetailOut, NearbyListOut
from wardmote.web.api.schemas.common import answers
from wardmote.web.api.schemas.dispatching import RankingOut
from wardmote.web.live.present import board_now
from wardmote.web.live.sight import sight_of

PAGE = 50


@router.get("/board", response=answers((200, BoardOut)), summary="The board")
def board(request: HttpRequest) -> HttpResponse:
    """The picture of the areas that the viewer may see; follow it from `seq` on."""
    viewer = as_request(request).auth
    if not viewer.grants:
        raise forbidden()
    found = dispatch_selectors.board(viewer, board_now())
    sight = sight_of(viewer)
    found["units"] = [one for one in found["units"] if sight.sees_unit(one["id"], one["area"])]
    return answer(found)


@router.get(
    "/incidents", response=answers((200, CallListOut), bad=(422,)), summary="Calls, newest first"
)
def list_calls(
    request: HttpRequest,
    state: str = Query(
        "", max_length=20, description="Only calls in this state; `open` for all open"
    ),
    category: str = Query("", max_length=80, description="Only this category and below"),
    priority: int | None = Query(None, ge=1, le=4),
    area: str = Query(
        "", max_length=12, pattern=r"^[0-9]*$", description="Digits that its area begins with"
    ),
    from_s: float | None = Query(None, ge=0, le=1e11, description="Received at or after"),
    to_s: float | None = Query(None, ge=0, le=1e11, description="Received before"),
    number: str = Query("", max_length=60, description="Its number, or the end of it"),
    limit: int = Query(PAGE, ge=1, le=200),
    after: str = Query("", max_length=200, description="The cursor of a page"),
) -> HttpResponse:
    """Calls that the viewer may see, with filters, a page at a time."""
    rows = incident_selectors.visible(as_request(request).auth)
    if state == "open":
        rows = rows.filter(state__in=incident_selectors.OPEN)
    elif state:
        rows = rows.filter(state=state)
    if category:
        rows = rows.filter(category=category) | rows.filter(category__startswith=f"{category}.")
    if priority is not None:
        rows = rows.filter(priority=priority)
    if area:
        rows = rows.filter(area__startswith=area)
    if from_s is not None:
        rows = rows.filter(received_s__gte=from_s)
    if to_s is not None:
        rows = rows.filter(received_s__lt=to_s)
    if number:
        rows = rows.filter(number__endswith=number)
    total = rows.count()
    if after:
        received_s, last = _cursor(after)
        rows = rows.filter(received_s__lte=received_s).exclude(received_s=received_s, pk__gte=last)
    page = list(rows.order_by("-received_s", "-pk").prefetch_related("destinations")[: limit + 1])
    shown = page[:limit]
    return answer(
        {
            "incidents": calls_json(shown),
            "total": total,
            "next": _cursor_of(shown[-1].received_s, shown[-1].pk) if len(page) > limit else None,
        }
    )


@router.get(
    "/incidents/nearby",
    response=answers((200, NearbyListOut), bad=(422,)),
    summary="Possible duplicates",
)
def nearby(
    request: HttpRequest,
    lon: float = Query(..., ge=-180, le=180),
    lat: float = Query(..., ge=-90, le=90),
    at_s: float | None = Query(None, ge=0, le=1e11),
) -> HttpResponse:
    """Calls near a place and a time that may be about the same thing, likeliest first."""
    viewer = as_request(request).auth
    when_s = clock.now_s() if at_s is None else at_s
    found = incident_selectors.nearby_calls(viewer, lon, lat, when_s)
    return answer({"incidents": found})


@router.get(
    "/incidents/{incident_id}",
    response=answers((200, IncidentDetailOut), bad=(404,)),
    summary="One call with its history",
)
def detail(request: HttpRequest, incident_id: str) -> HttpResponse:
    """One call with its timeline, field times, assignments, notes and links."""
    found = dispatch_selectors.incident_detail(
        as_request(request).auth,
        IncidentId(incident_id),
        language=get_language() or "",
        now_s=clock.now_s(),
    )
    return answer(found)


@router.get(
    "/incidents/{incident_id}/recommendation",
    response=answers((200, RankingOut), bad=(404,)),
    summary="The ranking of units for a call, with reasons",
)
def recommendation(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Every unit chosen or rejected, with its travel time, probability and reasons."""
    viewer = as_request(request).auth
    return answer(dispatch_selectors.recommendation(viewer, IncidentId(incident_id)))


def _cursor_of(received_s: float, last: str) -> str:
    return base64.urlsafe_b64encode(f"{received_s!r} {last}".encode()).decode()


def _cursor(text: str) -> tuple[float, str]:
    try:
        received_s, _space, last = base64.urlsafe_b64decode(text).decode().partition(" ")
        return float(received_s), last
    except ValueError:
        bad: Any = _("This page cannot be found. Begin with the first one.")
        raise ApiError(422, "bad_cursor", bad, field="after") from None
