"""The replay's journal: events in order, folded into the picture by the live `apply`."""

from __future__ import annotations

from typing import Protocol

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.dispatch_events import AssignmentMoved, RecommendationMade
from wardmote.core.domain.events import Event, Payload
from wardmote.core.domain.folding import apply
from wardmote.core.domain.ids import AreaId, EventId, IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime, IncidentAction, IncidentState
from wardmote.core.domain.incident_events import IncidentEntered, IncidentMoved, IncidentTimeStamped
from wardmote.core.domain.picture import OperationalPicture
from wardmote.core.domain.unit_events import UnitOffDuty, UnitOnDuty
from wardmote.core.policies.recommendation import Recommendation
from wardmote.core.simulation.replay.fleet import ReplayUnit
from wardmote.core.simulation.replay.state import OpenCall, Sending

RULE = "rule:nearest-by-road"
RECORDS = "outside:records"
"""Actors of the events: our decisions, and what the records say happened."""


class EventSink(Protocol):
    """Whoever wants to see the replay as it goes: a console, a file, a pacer."""

    def emit(self, event: Event, picture: OperationalPicture) -> None:
        """One event, with the picture after it."""


class NoSink:
    """Nobody watches."""

    def emit(self, event: Event, picture: OperationalPicture) -> None:
        """Nothing."""


class ReplayJournal:
    """Numbers the events, folds them and shows them to the sink."""

    def __init__(self, picture: OperationalPicture, area: AreaId, sink: EventSink) -> None:
        self.picture = picture
        self.seq = 0
        self._area = area
        self._sink = sink

    def emit(self, now_s: float, actor: str, payload: Payload) -> None:
        """Write one event that happened now."""
        self.seq += 1
        event = Event(
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
            payload = IncidentTimeStamped(incident, stamp, now_s, None, "import")
            self.emit(now_s, RECORDS, payload)

    def unit_on_duty(self, unit: ReplayUnit, now_s: float) -> None:
        """A unit begins its duty at its home."""
        spec = unit.spec
        self.emit(
            now_s,
            RECORDS,
            UnitOnDuty(
                unit=spec.unit_id,
                call_sign=spec.call_sign,
                kind=spec.kind,
                post=spec.post,
                capabilities=spec.capabilities,
                seats=spec.seats,
                lon=unit.lon,
                lat=unit.lat,
            ),
        )

    def unit_off_duty(self, name: UnitId, now_s: float) -> None:
        """A unit ends its duty."""
        self.emit(now_s, RECORDS, UnitOffDuty(name))

    def call_entered(self, call: OpenCall, now_s: float) -> None:
        """A recorded call comes in."""
        outcome = call.outcome
        record = outcome.record
        self.emit(
            now_s,
            RECORDS,
            IncidentEntered(
                incident=call.incident,
                number=record.number,
                category=outcome.category,
                priority=outcome.priority,
                channel="import",
                lon=record.lon,
                lat=record.lat,
                place_class=outcome.place_class,
                beat=None,
                drill=False,
            ),
        )

    def call_moved(
        self, call: OpenCall, action: IncidentAction, after: IncidentState, now_s: float
    ) -> None:
        """A call changes its state by the standing rule."""
        self.emit(now_s, RULE, IncidentMoved(call.incident, action, call.state, after, "", None))
        call.state = after

    def recommended(self, call: OpenCall, answer: Recommendation, now_s: float) -> None:
        """The policy has answered for a call."""
        self.emit(
            now_s,
            RULE,
            RecommendationMade(
                incident=call.incident,
                recommendation=f"replay-recommendation-{self.seq:09d}",
                policy_version=answer.policy_version,
                units=tuple(line.unit for line in answer.lines if line.chosen),
                shortfall=tuple("/".join(short.any_of) for short in answer.shortfall),
            ),
        )

    def assignment_moved(
        self,
        sending: Sending,
        action: AssignmentAction | None,
        after: AssignmentState,
        now_s: float,
    ) -> None:
        """A unit's assignment begins (no action) or changes its state."""
        sending.state = after
        self.emit(
            now_s,
            RECORDS if action else RULE,
            AssignmentMoved(
                assignment=sending.assignment,
                incident=sending.call.incident,
                unit=sending.unit,
                action=action,
                after=after,
                queue=0,
                reason="",
                device_s=None,
            ),
        )
