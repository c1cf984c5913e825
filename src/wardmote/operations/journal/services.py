"""Writing the journal."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import connection, transaction

from wardmote.core.domain.events import REGISTRY, Event, Payload
from wardmote.core.domain.ids import AreaId, EventId
from wardmote.operations.journal import bus
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.journal.statements import insert


class JournalOutsideTransactionError(RuntimeError):
    """An event must be written in the transaction that changes the row it reports."""


def record(
    payloads: Sequence[Payload],
    *,
    actor: str,
    area: AreaId,
    now_s: float,
    occurred_s: float | None = None,
) -> tuple[Event, ...]:
    """Append events to the journal, in order, in the caller's transaction.

    Args:
        payloads: what happened.
        actor: a staff id, ``rule:<name>`` or ``outside:<system>``.
        area: whose events these are.
        now_s: the server's time, read once per request.
        occurred_s: when it happened, if that is not now.

    Raises:
        JournalOutsideTransactionError: there is no transaction to share.
    """
    return record_in_areas(
        [(area, payload) for payload in payloads], actor=actor, now_s=now_s, occurred_s=occurred_s
    )


def record_in_areas(
    happened: Sequence[tuple[AreaId, Payload]],
    *,
    actor: str,
    now_s: float,
    occurred_s: float | None = None,
) -> tuple[Event, ...]:
    """As `record`, each event with the area it belongs to; for many of different places at once.

    Raises:
        JournalOutsideTransactionError: there is no transaction to share.
    """
    if not connection.in_atomic_block:
        raise JournalOutsideTransactionError("record() needs the transaction of the row")
    happened_s = now_s if occurred_s is None else occurred_s
    entries = [_entry(payload, actor, area, now_s, happened_s) for area, payload in happened]
    insert(*entries)
    events = tuple(
        Event(
            seq=entry.seq,
            event_id=EventId(entry.event_id),
            occurred_s=happened_s,
            recorded_s=now_s,
            actor=actor,
            area=area,
            payload=payload,
        )
        for entry, (area, payload) in zip(entries, happened, strict=True)
    )
    if events:
        last = events[-1].seq
        transaction.on_commit(lambda: bus.publish(last))
    return events


def _entry(
    payload: Payload, actor: str, area: AreaId, now_s: float, occurred_s: float
) -> JournalEntry:
    name, version = REGISTRY.name_and_version(payload)
    data = REGISTRY.encode(payload)
    return JournalEntry(
        event_id=str(uuid.uuid4()),
        type=name,
        version=version,
        occurred_s=occurred_s,
        recorded_s=now_s,
        actor=actor,
        area=area,
        incident=data.get("incident") or "",
        unit=data.get("unit") or "",
        data=data,
    )
