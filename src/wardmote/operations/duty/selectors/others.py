"""Reading guards of events and agreements with neighbours."""

from __future__ import annotations

import datetime
import itertools

from wardmote.core.domain.agreement import Answering, answering
from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.event_guard import GuardContent, GuardState, days_of, load_guard
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.recurrence import Recurrence
from wardmote.operations.access.selectors import within_right
from wardmote.operations.duty.errors import UnknownDutyError
from wardmote.operations.duty.models import AidRequest, Guard, GuardDay, Neighbour
from wardmote.operations.local_time import local_day
from wardmote.operations.working_time import working_calendar

SHOWN = 200
PREVIEWED = 10
PREVIEW_DAYS = 730
"""Public holidays are known for two years ahead, so nobody is promised more."""


def guards_seen(viewer: Viewer, most: int = SHOWN) -> list[Guard]:
    """Guards in the viewer's areas, by name."""
    rows = Guard.objects.filter(within_right(viewer, Permission.DUTY_VIEW))
    return list(rows.order_by("name_zh", "pk")[:most])


def guard_to_see(viewer: Viewer, guard: str) -> Guard:
    """A guard. Raises UnknownDutyError: there is none for this viewer."""
    row = Guard.objects.filter(within_right(viewer, Permission.DUTY_VIEW), pk=guard).first()
    if row is None:
        raise UnknownDutyError
    return row


def guard_content(row: Guard) -> GuardContent:
    """What a guard says."""
    return load_guard(row.content)


def days_made(row: Guard) -> list[GuardDay]:
    """The occurrences of a guard that were made, newest first."""
    return list(row.days.order_by("-day")[:SHOWN])


def next_days(
    recurrence: Recurrence, now_s: float, last: datetime.date | None = None
) -> list[datetime.date]:
    """The next ten days of the event within two years, today among them."""
    days = days_of(recurrence, local_day(now_s), PREVIEW_DAYS, working_calendar(now_s), last)
    return list(itertools.islice(days, PREVIEWED))


def guards_around(area: AreaId) -> list[Guard]:
    """Guards that are not over, in an area or around it."""
    rows = Guard.objects.exclude(state=GuardState.ENDED.value).order_by("name_zh", "pk")
    return [row for row in rows if area_contains(area, AreaId(row.area))][:SHOWN]


def neighbours_seen(viewer: Viewer, most: int = SHOWN) -> list[tuple[Neighbour, Answering]]:
    """Neighbours of the viewer's areas, each with how fast it answered."""
    rows = Neighbour.objects.filter(within_right(viewer, Permission.DUTY_VIEW)).order_by(
        "name_zh", "pk"
    )
    found = []
    for row in rows.prefetch_related("requests")[:most]:
        asked = [(one.asked_s, one.answered_s, one.agreed) for one in row.requests.all()]
        found.append((row, answering(asked)))
    return found


def requests_seen(viewer: Viewer, most: int = SHOWN) -> list[AidRequest]:
    """Requests to neighbours of the viewer's areas, newest first."""
    near = Neighbour.objects.filter(within_right(viewer, Permission.DUTY_VIEW))
    rows = AidRequest.objects.filter(neighbour__in=near).select_related("neighbour")
    return list(rows.order_by("-asked_s")[:most])
