"""``/api/watches``: a night watch on the phone, begun and finished with or without a network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.hazards import selectors as hazards
from wardmote.operations.journal import clock
from wardmote.operations.patrols import selectors, services
from wardmote.operations.patrols.selectors import PhoneWatch
from wardmote.operations.refusals import RefusedError
from wardmote.web.api.answers import ApiError, answer, as_request, change_once, forbidden
from wardmote.web.api.auth import ApiRequest
from wardmote.web.api.names import name_json, name_pair
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, answers
from wardmote.web.api.schemas.watches import MyWatchesOut, WatchBeginIn, WatchFinishIn, WatchOut

router = Router(tags=["patrols"])
JsonObject = dict[str, Any]


@router.get(
    "/watches/mine",
    response={**answers((200, MyWatchesOut)), 304: None},
    summary="Night watches of my teams",
)
def mine(request: HttpRequest) -> HttpResponse:
    """Those of the last day and a half and to come; with ``If-None-Match`` 304 if unchanged."""
    viewer = as_request(request).auth
    if not viewer.holds_anywhere(Permission.WATCH_TAKE):
        raise forbidden()
    now_s = clock.now_s()
    rows = selectors.watches_for_phone(viewer, now_s=now_s, language=get_language() or "")
    body = {
        "staff_id": viewer.staff_id,
        "watches": [watch_json(one) for one in rows],
        "hazards": hazard_categories(viewer, now_s),
    }
    tag = f'"{hashlib.sha256(repr(body).encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = answer({"made_s": now_s, **body})
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


@router.post(
    "/watches/{watch_id}/begin",
    response=answers((200, WatchOut), bad=CHANGE),
    summary="Begin a night watch",
    openapi_extra=IDEMPOTENT,
)
def begin(request: HttpRequest, watch_id: str, sent: WatchBeginIn) -> HttpResponse:
    """With the phone's moment; a conflict is answered with how the watch stands (``watch``)."""
    asked = as_request(request)
    return _change(
        asked,
        watch_id,
        lambda now_s: services.begin_watch(
            asked.auth,
            watch_id,
            now_s=now_s,
            device_s=sent.device_s,
            although_missed=sent.although_missed,
        ),
    )


@router.post(
    "/watches/{watch_id}/finish",
    response=answers((200, WatchOut), bad=CHANGE),
    summary="Finish a night watch",
    openapi_extra=IDEMPOTENT,
)
def finish(request: HttpRequest, watch_id: str, sent: WatchFinishIn) -> HttpResponse:
    """With the phone's moment and a short note."""
    asked = as_request(request)
    return _change(
        asked,
        watch_id,
        lambda now_s: services.finish_watch(
            asked.auth, watch_id, now_s=now_s, device_s=sent.device_s, note=sent.note
        ),
    )


def watch_json(one: PhoneWatch) -> JsonObject:
    """A watch for the phone."""
    row, team = one.row, one.row.team
    return {
        "id": row.pk,
        "state": row.state,
        "team": name_pair(team.name_zh, team.name_en),
        "area": name_pair(*one.area),
        "leads": one.leads,
        "meets_at": team.meets_at,
        "lon": team.lon,
        "lat": team.lat,
        "early_s": row.begins_s - services.EARLY_S,
        "begins_s": row.begins_s,
        "ends_s": row.ends_s,
        "begun_s": row.begun_s,
        "begun_by": one.begun_by,
        "ended_s": row.ended_s,
    }


def hazard_categories(viewer: Viewer, now_s: float) -> list[JsonObject]:
    """The categories of hazards in force; none for who may not report hazards."""
    if not viewer.holds_anywhere(Permission.HAZARD_REPORT):
        return []
    known = hazards.categories(now_s).categories
    return [{"code": one.code, "name": name_json(one.name)} for one in known]


def _change(request: ApiRequest, watch_id: str, act: Callable[[float], object]) -> HttpResponse:
    def done(now_s: float) -> tuple[int, JsonObject | None]:
        act(now_s)
        return 200, _standing(request.auth, watch_id)

    try:
        return change_once(request, done)
    except RefusedError as refusal:
        raise ApiError(
            refusal.status, refusal.code, refusal.message(), watch=_standing(request.auth, watch_id)
        ) from refusal


def _standing(viewer: Viewer, watch_id: str) -> JsonObject | None:
    found = selectors.watch_for_phone(viewer, watch_id, language=get_language() or "")
    return None if found is None else watch_json(found)
