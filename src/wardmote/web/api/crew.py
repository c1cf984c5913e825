"""``/api/crew``: the crew's own units and jobs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from wardmote.core.domain.permissions import Permission
from wardmote.operations.dispatch import selectors as dispatch_selectors
from wardmote.operations.journal import clock
from wardmote.web.api.answers import answer, as_request, forbidden
from wardmote.web.api.schemas.common import answers
from wardmote.web.api.schemas.units import CrewOut
from wardmote.web.live.present import board_now

router = Router(tags=["crew"])


@router.get("/crew", response=answers((200, CrewOut)), summary="My units and their jobs")
def crew(request: HttpRequest) -> HttpResponse:
    """The units that the viewer may crew, and what they have to do, in order."""
    viewer = as_request(request).auth
    if not viewer.holds_anywhere(Permission.UNIT_CREW):
        raise forbidden()
    return answer(dispatch_selectors.crew(viewer, now_s=clock.now_s(), positions=board_now()))
