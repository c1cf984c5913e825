"""``/api/hazards``: report a hazard from a phone, also later, when there is a network again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from wardmote.core.domain.permissions import Permission
from wardmote.operations.hazards import selectors, services
from wardmote.operations.journal import clock
from wardmote.web.api.answers import KEY_HEADER, answer, as_request, change_once, forbidden
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, answers
from wardmote.web.api.schemas.hazards import HazardCategoriesOut, HazardIn, HazardOut

router = Router(tags=["hazards"])


@router.post(
    "/hazards",
    response=answers((201, HazardOut), bad=CHANGE),
    summary="Report a hazard",
    openapi_extra=IDEMPOTENT,
)
def report(request: HttpRequest, body: HazardIn) -> HttpResponse:
    """Report a hazard at a position. The same key reports it once, however often it is sent."""
    asked = as_request(request)
    new = services.NewHazard(
        body.category,
        body.lon,
        body.lat,
        body.words,
        asked.headers.get(KEY_HEADER, "")[:80],
        body.place,
    )

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        done = services.report(asked.auth, new, now_s=now_s)
        return 201, {"id": done.id, "number": done.number, "repeats": done.repeats}

    return change_once(asked, act)


@router.get(
    "/hazard-categories",
    response=answers((200, HazardCategoriesOut)),
    summary="The categories of hazards",
)
def categories(request: HttpRequest) -> HttpResponse:
    """The categories in force, in the order in which they are offered."""
    viewer = as_request(request).auth
    if not viewer.holds_anywhere(Permission.HAZARD_REPORT) and not viewer.holds_anywhere(
        Permission.HAZARD_VIEW
    ):
        raise forbidden()
    known = selectors.categories(clock.now_s())
    return answer(
        {
            "version": known.version,
            "categories": [
                {"code": one.code, "zh": one.name.zh, "en": one.name.en} for one in known.categories
            ],
        }
    )
