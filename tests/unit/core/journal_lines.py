"""A little journal for tests: numbers and dates events so that tests say only what happened."""

from __future__ import annotations

from dataclasses import dataclass, field

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.dispatch_events import AssignmentMoved
from wardmote.core.domain.events import Event, Payload
from wardmote.core.domain.folding import apply
from wardmote.core.domain.ids import AreaId, AssignmentId, EventId, IncidentId, UnitId
from wardmote.core.domain.incident import (
    INCIDENT_LIFE_CYCLE,
    FieldTime,
    IncidentAction,
    Priority,
)
from wardmote.core.domain.incident_events import IncidentEntered, IncidentMoved, IncidentTimeStamped
from wardmote.core.domain.picture import EMPTY_PICTURE, OperationalPicture
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.unit_events import UnitOnDuty

AREA = AreaId("430500000000")


@dataclass
class Journal:
    """Appends events and folds them at once."""

    picture: OperationalPicture = EMPTY_PICTURE
    events: list[Event] = field(default_factory=list)
    now_s: float = 1_000.0

    def event(self, payload: Payload, at_s: float | None = None) -> Event:
        """The next event, not yet appended."""
        occurred_s = self.now_s if at_s is None else at_s
        seq = len(self.events) + 1
        return Event(seq, EventId(f"e{seq}"), occurred_s, self.now_s, "staff", AREA, payload)

    def add(self, payload: Payload, at_s: float | None = None) -> OperationalPicture:
        """Append an event and fold it."""
        event = self.event(payload, at_s)
        self.picture = apply(self.picture, event)
        self.events.append(event)
        return self.picture

    def on_duty(
        self,
        unit: str,
        kind: str = "patrol_car",
        capabilities: tuple[str, ...] = (),
        lon: float = 111.0,
        lat: float = 27.0,
    ) -> None:
        """A unit comes on duty."""
        able = capabilities or (kind,)
        self.add(UnitOnDuty(UnitId(unit), unit.upper(), kind, None, able, 2, lon, lat))

    def call(
        self,
        incident: str,
        category: str = "offence.public_order.fight",
        priority: int = 1,
        lon: float | None = 111.1,
        place_class: PlaceClass = PlaceClass.CENTRE,
        number: str = "20261122-0001",
    ) -> None:
        """A call is taken down."""
        lat = None if lon is None else 27.1
        self.add(
            IncidentEntered(
                IncidentId(incident),
                number,
                category,
                Priority(priority),
                "phone",
                lon,
                lat,
                place_class,
                None,
                False,
            )
        )

    def moved(self, incident: str, action: IncidentAction, disposition: str | None = None) -> None:
        """A call moves on by the table."""
        before = self.picture.incidents[IncidentId(incident)].state
        after = INCIDENT_LIFE_CYCLE.next_state(before, action)
        self.add(IncidentMoved(IncidentId(incident), action, before, after, "", disposition))

    def stamped(self, incident: str, stamp: FieldTime, at_s: float) -> None:
        """A time stamp of a call is written."""
        self.add(IncidentTimeStamped(IncidentId(incident), stamp, at_s, None, "server"))

    def sent(
        self,
        assignment: str,
        incident: str,
        unit: str,
        state: AssignmentState = AssignmentState.ASSIGNED,
        queue: int = 0,
    ) -> None:
        """An assignment comes into being."""
        self.add(_line(assignment, incident, unit, None, state, queue))

    def did(
        self, assignment: str, action: AssignmentAction, after: AssignmentState, reason: str = ""
    ) -> None:
        """An assignment moves on."""
        known = self.picture.assignments[AssignmentId(assignment)]
        self.add(_line(assignment, known.incident, known.unit, action, after, 0, reason))


def _line(
    assignment: str,
    incident: str,
    unit: str,
    action: AssignmentAction | None,
    after: AssignmentState,
    queue: int = 0,
    reason: str = "",
) -> AssignmentMoved:
    return AssignmentMoved(
        AssignmentId(assignment),
        IncidentId(incident),
        UnitId(unit),
        action,
        after,
        queue,
        reason,
        None,
    )
