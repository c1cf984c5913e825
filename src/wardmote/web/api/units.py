"""``/api/units/{id}``: duty, availability, crew and track."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.params.functions import Query

from wardmote.core.domain.ids import AreaId, UnitId
from wardmote.core.domain.permissions import Permission
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.journal import clock
from wardmote.operations.units import selectors as unit_selectors
from wardmote.operations.units import services as unit_services
from wardmote.web.api.answers import answer, as_request, change_once, not_found
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, ChangedOut, answers
from wardmote.web.api.schemas.units import AvailabilityIn, DutyIn, TrackOut
from wardmote.web.live.present import track_of

router = Router(tags=["units"])


@router.post(
    "/units/{unit_id}/duty",
    response=answers((200, ChangedOut), bad=CHANGE),
    summary="Go on or off duty",
    openapi_extra=IDEMPOTENT,
)
def duty(request: HttpRequest, unit_id: str, body: DutyIn) -> HttpResponse:
    """Put a unit on duty, at a place or else at its post, or take it off duty."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        unit = UnitId(unit_id)
        if body.on_duty:
            changed = dispatch.go_on_duty(asked.auth, unit, now_s=now_s, lon=body.lon, lat=body.lat)
        else:
            changed = dispatch.go_off_duty(asked.auth, unit, now_s=now_s)
        return 200, {"changed": changed}

    return change_once(asked, act)


@router.post(
    "/units/{unit_id}/availability",
    response=answers((200, ChangedOut), bad=CHANGE),
    summary="Become available or unavailable",
    openapi_extra=IDEMPOTENT,
)
def availability(request: HttpRequest, unit_id: str, body: AvailabilityIn) -> HttpResponse:
    """Say whether a unit on duty can take a job, with a reason when it cannot."""
    asked = as_request(request)

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        changed = dispatch.set_availability(
            asked.auth, UnitId(unit_id), body.available, now_s=now_s, reason=body.reason
        )
        return 200, {"changed": changed}

    return change_once(asked, act)


@router.post(
    "/units/{unit_id}/crew",
    response=answers((200, ChangedOut), bad=CHANGE),
    summary="Crew this unit from now on",
    openapi_extra=IDEMPOTENT,
)
def join_crew(request: HttpRequest, unit_id: str) -> HttpResponse:
    """The viewer crews this unit from now on, and no other."""
    asked = as_request(request)

    def act(_now_s: float) -> tuple[int, dict[str, Any]]:
        unit_services.join_crew(asked.auth, int(asked.session["_auth_user_id"]), UnitId(unit_id))
        return 200, {"changed": unit_id not in asked.auth.crew_of}

    return change_once(asked, act)


@router.get(
    "/units/{unit_id}/track",
    response=answers((200, TrackOut), bad=(404, 422)),
    summary="Where a unit was",
)
def track(
    request: HttpRequest, unit_id: str, minutes: float = Query(30, gt=0, le=720)
) -> HttpResponse:
    """The thinned trace of a unit over the last minutes; kept for a day."""
    viewer = as_request(request).auth
    unit = unit_selectors.find(UnitId(unit_id))
    own = unit_selectors.may_crew(viewer, unit)
    if not (own or viewer.may(Permission.INCIDENT_DISPATCH, AreaId(unit.area))):
        raise not_found()
    now_s = clock.now_s()
    points = track_of(unit_id, now_s - minutes * 60.0, now_s)
    return answer(
        {
            "unit": unit_id,
            "coordinates": [[point.lon, point.lat] for point in points],
            "fix_s": [point.fix_s for point in points],
        }
    )
