"""``/api/today``: in which order to go, and whom a task can be handed to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router
from ninja.params.functions import Query

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.task import TO_DO, TaskState
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people.selectors import names_of
from wardmote.operations.tasks import selectors, services
from wardmote.web.api.answers import answer, as_request
from wardmote.web.api.schemas.common import answers
from wardmote.web.api.schemas.today import VisitOrderOut

router = Router(tags=["tasks"])


@router.get(
    "/today/route", response=answers((200, VisitOrderOut)), summary="In which order to do my tasks"
)
def route(
    request: HttpRequest,
    lon: float | None = Query(None, ge=-180, le=180, description="Where the phone is, WGS-84"),
    lat: float | None = Query(None, ge=-90, le=90, description="Where the phone is, WGS-84"),
) -> HttpResponse:
    """Shortest by driving time from the phone or the beat's office; the position is not kept."""
    viewer = as_request(request).auth
    now_s = clock.now_s()
    day = local_day(now_s)
    rows = [
        row
        for row in selectors.today_of(viewer, day, midnight_s(day))
        if TaskState(row.state) in TO_DO
    ]
    here = None if lon is None or lat is None else (lon, lat)
    found = services.route_of(rows, now_s, here)
    staff = {
        area: staff_with(Permission.TASK_DO, AreaId(area), now_s)
        for area in sorted({row.area for row in rows})
    }
    names = names_of({one for held in staff.values() for one in held}, get_language() or "")
    colleagues = {
        area: [
            {"staff": one, "name": names.get(one, one)} for one in held if one != viewer.staff_id
        ]
        for area, held in staff.items()
    }
    response = answer(
        {
            "order": list(found.tasks),
            "basis": found.basis.value,
            "start": found.start.value,
            "way_s": found.way_s,
            "colleagues": colleagues,
        }
    )
    response["Cache-Control"] = "private, no-store"
    return response
