"""Reading guards of events and agreements with neighbours."""

from __future__ import annotations

from wardmote.core.domain.agreement import Answering, answering
from wardmote.core.domain.event_guard import GuardContent, load_guard
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.duty.errors import UnknownDutyError
from wardmote.operations.duty.models import AidRequest, Guard, GuardDay, Neighbour
from wardmote.operations.duty.recording import within

SHOWN = 200


def guards_seen(viewer: Viewer) -> list[Guard]:
    """Guards in the viewer's areas, by name."""
    rows = Guard.objects.filter(within(viewer, Permission.DUTY_VIEW))
    return list(rows.order_by("name_zh", "pk")[:SHOWN])


def guard_to_see(viewer: Viewer, guard: str) -> Guard:
    """A guard. Raises UnknownDutyError: there is none for this viewer."""
    row = Guard.objects.filter(within(viewer, Permission.DUTY_VIEW), pk=guard).first()
    if row is None:
        raise UnknownDutyError
    return row


def guard_content(row: Guard) -> GuardContent:
    """What a guard says."""
    return load_guard(row.content)


def days_made(row: Guard) -> list[GuardDay]:
    """The occurrences of a guard that were made, newest first."""
    return list(row.days.order_by("-day")[:SHOWN])


def neighbours_seen(viewer: Viewer) -> list[tuple[Neighbour, Answering]]:
    """Neighbours of the viewer's areas, each with how fast it answered."""
    rows = Neighbour.objects.filter(within(viewer, Permission.DUTY_VIEW)).order_by("name_zh", "pk")
    found = []
    for row in rows.prefetch_related("requests")[:SHOWN]:
        asked = [(one.asked_s, one.answered_s, one.agreed) for one in row.requests.all()]
        found.append((row, answering(asked)))
    return found


def requests_seen(viewer: Viewer) -> list[AidRequest]:
    """Requests to neighbours of the viewer's areas, newest first."""
    near = Neighbour.objects.filter(within(viewer, Permission.DUTY_VIEW))
    rows = AidRequest.objects.filter(neighbour__in=near).select_related("neighbour")
    return list(rows.order_by("-asked_s")[:SHOWN])
