"""Erasing callers: when their time is over, and on request. The journal says that it happened."""

from __future__ import annotations

from django.db import transaction

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident_events import CallerErased
from wardmote.operations.incidents.models import Caller, Incident
from wardmote.operations.incidents.recording import server_moment, write
from wardmote.operations.incidents.selectors import FINAL, lock

ERASED_AT_ONCE = 200
"""Callers erased in one transaction, so that a call that comes in meanwhile waits for few."""

RETENTION_ACTOR = "rule:retention"


def erase_old_callers(older_than_s: float, *, now_s: float) -> int:
    """Erase the callers of ended calls received before a moment (<); returns how many.

    The calls, their times and the journal stay. Calls that are still open are left alone.
    """
    erased = 0
    while True:
        with transaction.atomic():
            due = list(
                Incident.objects.filter(
                    caller__isnull=False, received_s__lt=older_than_s, state__in=FINAL
                ).order_by("received_s", "pk")[:ERASED_AT_ONCE]
            )
            for incident in due:
                _erase(incident, "retention", RETENTION_ACTOR, now_s)
        erased += len(due)
        if len(due) < ERASED_AT_ONCE:
            return erased


def erase_caller(incident_id: IncidentId, *, actor: str, now_s: float) -> bool:
    """Erase the caller of one call on request; returns whether there was one.

    Raises:
        UnknownIncidentError: no such call.
    """
    with transaction.atomic():
        incident = lock(incident_id)
        if not Caller.objects.filter(incident=incident).exists():
            return False
        _erase(incident, "request", actor, now_s)
    return True


def _erase(incident: Incident, reason: str, actor: str, now_s: float) -> None:
    Caller.objects.filter(incident=incident).delete()
    event = CallerErased(IncidentId(incident.pk), reason)
    write(incident, [event], server_moment(actor, now_s))
