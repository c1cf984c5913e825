"""``/api/staffing``: units to be on duty by post and hour, and how many are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from wardmote.operations.journal import clock
from wardmote.operations.studies.staffing import staffing_seen
from wardmote.web.api.answers import answer, as_request
from wardmote.web.api.schemas.common import answers
from wardmote.web.api.schemas.units import StaffingOut

router = Router(tags=["units"])


@router.get("/staffing", response=answers((200, StaffingOut)), summary="The staffing in force")
def staffing(request: HttpRequest) -> HttpResponse:
    """Units to be on duty at the posts that one may see, now and by hour of the week."""
    now_s = clock.now_s()
    seen = staffing_seen(as_request(request).auth, now_s=now_s)
    return answer(
        {
            "version": seen.version,
            "since_s": seen.since_s,
            "at_s": now_s,
            "posts": [
                {
                    "post": one.post,
                    "name": {"zh": one.name.zh, "en": one.name.en},
                    "wanted": one.wanted,
                    "on_duty": one.on_duty,
                    "units": one.units,
                    "by_hour": list(one.by_hour),
                }
                for one in seen.posts
            ],
        }
    )
