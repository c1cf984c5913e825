"""``/api/me`` and ``/api/clock``."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router

from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission
from wardmote.operations.journal import clock
from wardmote.operations.people.selectors import names_of
from wardmote.operations.training import selectors as training
from wardmote.web.api.answers import answer, as_request, change_once, forbidden, not_found
from wardmote.web.api.schemas.board import ClockOut
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, answers
from wardmote.web.api.schemas.me import ClockIn, MeOut

router = Router(tags=["me"])


@router.get("/me", response=answers((200, MeOut)), summary="Who am I")
def me(request: HttpRequest) -> HttpResponse:
    """Who is logged in, with which roles in which areas, and the language."""
    viewer = as_request(request).auth
    language = get_language() or ""
    return answer(
        {
            "staff_id": viewer.staff_id,
            "name": names_of([viewer.staff_id], language).get(viewer.staff_id, ""),
            "language": language,
            "grants": [
                {
                    "role": one.role.value,
                    "area": one.area,
                    "permissions": sorted(ROLE_PERMISSIONS[one.role]),
                }
                for one in viewer.grants
            ],
            "permissions": sorted(
                {permission for one in viewer.grants for permission in ROLE_PERMISSIONS[one.role]}
            ),
            "crew_of": sorted(viewer.crew_of),
            "demo": bool(settings.DEMO),
        }
    )


@router.get("/clock", response=answers((200, ClockOut)), summary="The deployment's clock")
def read_clock(request: HttpRequest) -> HttpResponse:
    """The time and the rate of the deployment's clock."""
    reading = clock.read()
    return answer({"server_s": reading.now_s, "rate": reading.rate})


@router.post(
    "/clock",
    response=answers((200, ClockOut), bad=CHANGE),
    summary="Let a demonstration's clock run faster",
    openapi_extra=IDEMPOTENT,
)
def set_clock(request: HttpRequest, body: ClockIn) -> HttpResponse:
    """Set the rate of the clock. Only a demonstration has such a clock; elsewhere this is 404.

    In a training room the trainer sets it, up to twenty times as fast; the moment is the script's.
    """
    asked = as_request(request)
    if not (settings.DEMO or settings.TRAINING):
        raise not_found()
    if settings.TRAINING:
        if not training.may_set_clock(asked.auth, body.rate, body.served_s):
            raise forbidden()
    elif not asked.auth.holds_anywhere(Permission.INCIDENT_DISPATCH):
        raise forbidden()

    def act(_now_s: float) -> tuple[int, dict[str, float]]:
        reading = clock.set_rate(body.rate, served_s=body.served_s)
        return 200, {"server_s": reading.now_s, "rate": reading.rate}

    return change_once(asked, act)
