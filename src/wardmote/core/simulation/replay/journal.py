"""The replay's journal: events in order, folded into the picture by the live `apply`."""

from __future__ import annotations

from typing import Protocol

from wardmote.core.domain import events as ev
from wardmote.core.domain.folding import apply
from wardmote.core.domain.ids import AreaId, EventId, IncidentId
from wardmote.core.domain.incident import FieldTime
from wardmote.core.domain.picture import OperationalPicture

RULE = "rule:nearest-by-road"
RECORDS = "outside:records"
"""Actors of the events: our decisions, and what the records say happened."""


class EventSink(Protocol):
    """Whoever wants to see the replay as it goes: a console, a file, a pacer."""

    def emit(self, event: ev.Event, picture: OperationalPicture) -> None:
        """One event, with the picture after it."""


class NoSink:
    """Nobody watches."""

    def emit(self, event: ev.Event, picture: OperationalPicture) -> None:
        """Nothing."""


class ReplayJournal:
    """Numbers the events, folds them and shows them to the sink."""

    def __init__(self, picture: OperationalPicture, area: AreaId, sink: EventSink) -> None:
        self.picture = picture
        self.seq = 0
        self._area = area
        self._sink = sink

    def emit(self, now_s: float, actor: str, payload: ev.Payload) -> None:
        """Write one event that happened now."""
        self.seq += 1
        event = ev.Event(
            seq=self.seq,
            event_id=EventId(f"replay-{self.seq:09d}"),
            occurred_s=now_s,
            recorded_s=now_s,
            actor=actor,
            area=self._area,
            payload=payload,
        )
        self.picture = apply(self.picture, event)
        self._sink.emit(event, self.picture)

    def stamp(self, incident: IncidentId, stamp: FieldTime, now_s: float) -> None:
        """Write a field time stamp of a call, unless it stands already."""
        if stamp not in self.picture.incidents[incident].stamps:
            payload = ev.IncidentTimeStamped(incident, stamp, now_s, None, "import")
            self.emit(now_s, RECORDS, payload)
