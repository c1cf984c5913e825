"""Reading the journal."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max, QuerySet

from wardmote.core.domain.events import REGISTRY, Event
from wardmote.core.domain.ids import AreaId, EventId, IncidentId
from wardmote.operations.journal.models import JournalEntry


def last_seq() -> int:
    """The newest position of the journal; 0 while it is empty."""
    newest: int | None = JournalEntry.objects.aggregate(newest=Max("seq"))["newest"]
    return newest or 0


def events_after(seq: int, limit: int = 1000) -> tuple[Event, ...]:
    """Up to `limit` events behind position `seq`, in order."""
    return tuple(map(event_of, JournalEntry.objects.filter(seq__gt=seq).order_by("seq")[:limit]))


def all_events(batch: int = 2000) -> Iterator[Event]:
    """Every event in order, read in batches."""
    seq = 0
    while events := events_after(seq, batch):
        yield from events
        seq = events[-1].seq


def events_of_incident(incident: IncidentId) -> tuple[Event, ...]:
    """The events of one call, in order."""
    return tuple(map(event_of, _entries_of(incident)))


def _entries_of(incident: IncidentId) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(incident=incident).order_by("seq")


def event_of(entry: JournalEntry) -> Event:
    """The event that a row holds.

    Raises:
        UnknownEventError: this release does not know its type or version.
    """
    return Event(
        seq=entry.seq,
        event_id=EventId(entry.event_id),
        occurred_s=entry.occurred_s,
        recorded_s=entry.recorded_s,
        actor=entry.actor,
        area=AreaId(entry.area),
        payload=REGISTRY.decode(entry.type, entry.version, entry.data),
    )
