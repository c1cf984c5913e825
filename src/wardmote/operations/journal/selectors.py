"""Reading the journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Max

from wardmote.core.domain.events import REGISTRY, Event
from wardmote.core.domain.ids import AreaId, EventId, IncidentId
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.journal.statements import Reading

_ENVELOPE = (
    *("seq", "event_id", "type", "version", "occurred_s", "recorded_s", "actor", "area", "data"),
)
_AFTER = Reading(JournalEntry, "{seq} > %s ORDER BY {seq} LIMIT %s", only=_ENVELOPE)
_OF_INCIDENT = Reading(JournalEntry, "{incident} = %s ORDER BY {seq}", only=_ENVELOPE)


def last_seq() -> int:
    """The newest position of the journal; 0 while it is empty."""
    newest: int | None = JournalEntry.objects.aggregate(newest=Max("seq"))["newest"]
    return newest or 0


def events_after(seq: int, limit: int = 1000) -> tuple[Event, ...]:
    """Up to `limit` events behind position `seq`, in order."""
    return _events(_AFTER.rows(seq, limit))


def events_of_types(
    after: int, until: int, types: Sequence[str], limit: int = 1000
) -> tuple[Event, ...]:
    """Up to `limit` events of some types at positions after < seq <= until, in order."""
    rows = JournalEntry.objects.filter(seq__gt=after, seq__lte=until, type__in=types)
    return _events(list(rows.order_by("seq").values_list(*_ENVELOPE)[:limit]))


def first_of_types(after: int, until: int, types: Sequence[str]) -> int | None:
    """The position of the first event of some types in after < seq <= until; None without one."""
    rows = JournalEntry.objects.filter(seq__gt=after, seq__lte=until, type__in=types)
    return rows.order_by("seq").values_list("seq", flat=True).first()


def recorded_by(at_s: float, *, after: int) -> int:
    """How many events behind position `after` were recorded at a moment or before (<=)."""
    return JournalEntry.objects.filter(seq__gt=after, recorded_s__lte=at_s).count()


def event_at(seq: int) -> Event | None:
    """The event at a position of the journal."""
    events = _events(list(JournalEntry.objects.filter(seq=seq).values_list(*_ENVELOPE)))
    return events[0] if events else None


def all_events(batch: int = 2000) -> Iterator[Event]:
    """Every event in order, read in batches."""
    seq = 0
    while events := events_after(seq, batch):
        yield from events
        seq = events[-1].seq


def events_of_incident(incident: IncidentId) -> tuple[Event, ...]:
    """The events of one call, in order."""
    return _events(_OF_INCIDENT.rows(incident))


def incidents_changed_after(at_s: float, incidents: Sequence[str]) -> set[str]:
    """Those of the given calls of which anything was recorded after a moment (>)."""
    rows = JournalEntry.objects.filter(incident__in=incidents, recorded_s__gt=at_s)
    return set(rows.values_list("incident", flat=True))


def calls_changed_after(at_s: float) -> list[str]:
    """The calls of which anything was recorded after a moment (>)."""
    rows = JournalEntry.objects.filter(recorded_s__gt=at_s).exclude(incident="").order_by()
    return list(rows.values_list("incident", flat=True).distinct())


def few_calls_changed_after(at_s: float, most: int) -> set[str] | None:
    """As `calls_changed_after`; None where more than `most` events about calls were recorded."""
    rows = JournalEntry.objects.filter(recorded_s__gt=at_s).exclude(incident="").order_by()
    found = list(rows.values_list("incident", flat=True)[: most + 1])
    return None if len(found) > most else set(found)


def duty_events_since(since_s: float, types: Sequence[str]) -> tuple[Event, ...]:
    """Events of units of some types recorded since a moment, in order."""
    rows = JournalEntry.objects.filter(recorded_s__gte=since_s, type__in=types).exclude(unit="")
    return _events(list(rows.order_by("seq").values_list(*_ENVELOPE)))


def events_recorded_at(at_s: float, types: Sequence[str]) -> tuple[Event, ...]:
    """Events of some types that were recorded in the very moment, in order."""
    rows = JournalEntry.objects.filter(recorded_s=at_s, type__in=types)
    return _events(list(rows.order_by("seq").values_list(*_ENVELOPE)))


def events_recorded_after(at_s: float, types: Sequence[str]) -> tuple[Event, ...]:
    """Events of some types that were recorded after a moment (>), in order."""
    rows = JournalEntry.objects.filter(recorded_s__gt=at_s, type__in=types)
    return _events(list(rows.order_by("seq").values_list(*_ENVELOPE)))


def _events(rows: Sequence[tuple[Any, ...]]) -> tuple[Event, ...]:
    """The events that rows hold.

    Raises:
        UnknownEventError: this release does not know the type or version of one.
    """
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
