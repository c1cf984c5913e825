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
    return _events(JournalEntry.objects.filter(seq__gt=seq).order_by("seq")[:limit])


def all_events(batch: int = 2000) -> Iterator[Event]:
    """Every event in order, read in batches."""
    seq = 0
    while events := events_after(seq, batch):
        yield from events
        seq = events[-1].seq


def events_of_incident(incident: IncidentId) -> tuple[Event, ...]:
    """The events of one call, in order."""
    return _events(JournalEntry.objects.filter(incident=incident).order_by("seq"))


def _events(entries: QuerySet[JournalEntry]) -> tuple[Event, ...]:
    """The events that rows hold, read without making an object of each row.

    Raises:
        UnknownEventError: this release does not know the type or version of one.
    """
    rows = entries.values_list(
        "seq", "event_id", "type", "version", "occurred_s", "recorded_s", "actor", "area", "data"
    )
    return tuple(
        Event(
            seq=seq,
            event_id=EventId(event_id),
            occurred_s=occurred_s,
            recorded_s=recorded_s,
            actor=actor,
            area=AreaId(area),
            payload=REGISTRY.decode(name, version, data),
        )
        for seq, event_id, name, version, occurred_s, recorded_s, actor, area, data in rows
    )
