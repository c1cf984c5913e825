"""Server-sent events as bytes. A frame is encoded once, however many follow the stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from wardmote.core.domain.events import REGISTRY, Event
from wardmote.operations.journal.clock import ClockReading

HEARTBEAT = b": still here\n\n"
RESYNC = b"event: resync\ndata: {}\n\n"
OPENING = b"retry: 2000\n\n"

_encoder = msgspec.json.Encoder()


def journal_frame(event: Event) -> bytes:
    """The ``journal`` message of one event; its id is the journal position."""
    name, version = REGISTRY.name_and_version(event.payload)
    body = _encoder.encode(
        {
            "seq": event.seq,
            "type": name,
            "version": version,
            "occurred_s": event.occurred_s,
            "recorded_s": event.recorded_s,
            "actor": event.actor,
            "area": event.area,
            "data": REGISTRY.encode(event.payload),
        }
    )
    return b"event: journal\nid: %d\ndata: %b\n\n" % (event.seq, body)


def recommendation_frame(ranking: Any) -> bytes:
    """The ``recommendation`` message: the full ranking of a call."""
    return b"event: recommendation\ndata: %b\n\n" % _encoder.encode(ranking)


def clock_frame(reading: ClockReading) -> bytes:
    """The ``clock`` message."""
    body = _encoder.encode({"server_s": reading.now_s, "rate": reading.rate})
    return b"event: clock\ndata: %b\n\n" % body


def positions_frame(
    at_s: float,
    units: Sequence[str],
    lons: Sequence[float],
    lats: Sequence[float],
    headings: Sequence[float | None],
    fix_s: Sequence[float],
) -> bytes:
    """The ``positions`` message: one column for each field, degrees and seconds UTC."""
    body = _encoder.encode(
        {
            "at_s": at_s,
            "units": units,
            "lon": lons,
            "lat": lats,
            "heading": headings,
            "fix_s": fix_s,
        }
    )
    return b"event: positions\ndata: %b\n\n" % body
