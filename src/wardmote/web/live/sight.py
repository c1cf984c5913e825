"""What a viewer may see of the stream. Viewers with equal sight share every encoding."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.events import Event
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.move_up_events import MoveUpAdvised, MoveUpMoved
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Viewer
from wardmote.core.domain.place_events import ClosureSet
from wardmote.core.domain.unit_events import (
    UnitAvailability,
    UnitOffDuty,
    UnitOnDuty,
    UnitStationed,
)

_UNIT_EVENTS = (
    UnitOnDuty,
    UnitOffDuty,
    UnitAvailability,
    UnitStationed,
    MoveUpAdvised,
    MoveUpMoved,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an event is about, as far as sight goes.

    Attributes:
        kind: ``incident``, ``unit``, ``roads``, or ``none`` of events that no stream shows.
        incident, unit: ids, empty when the event has none.
    """

    kind: str
    area: AreaId
    incident: str
    unit: str


def subject_of(event: Event) -> Subject:
    """Whom `event` is about."""
    payload = event.payload
    if isinstance(payload, ClosureSet):
        kind = "roads"
    elif isinstance(payload, _UNIT_EVENTS):
        kind = "unit"
    elif hasattr(payload, "incident"):
        kind = "incident"
    else:
        kind = "none"
    return Subject(
        kind=kind,
        area=event.area,
        incident=getattr(payload, "incident", "") or "",
        unit=getattr(payload, "unit", "") or "",
    )


@dataclass(frozen=True, slots=True)
class Sight:
    """The areas, as code prefixes, in which a viewer sees calls and units, and the own units.

    Crew see their own units, those units' assignments and the calls they are sent to; whoever
    has another role that views units or calls sees all of them in its areas.
    """

    calls_in: tuple[str, ...]
    units_in: tuple[str, ...]
    own_units: frozenset[str]

    def sees(self, subject: Subject, sent_to_call: frozenset[str]) -> bool:
        """Whether an event about `subject` is shown; `sent_to_call` are the units of its call."""
        if subject.kind == "none":
            return False
        if subject.kind == "roads":
            return bool(self.units_in or self.calls_in or self.own_units)
        if subject.unit and subject.unit in self.own_units:
            return True
        if subject.kind == "unit":
            return subject.area.startswith(self.units_in)
        if subject.area.startswith(self.calls_in):
            return True
        return not subject.unit and not self.own_units.isdisjoint(sent_to_call)

    def sees_calls_in(self, area: str) -> bool:
        """Whether all calls of `area` are shown, with what is recommended for them."""
        return area.startswith(self.calls_in)

    def sees_unit(self, unit: str, area: str) -> bool:
        """Whether the positions of `unit` are shown."""
        return area.startswith(self.units_in) or unit in self.own_units


def sight_of(viewer: Viewer) -> Sight:
    """What `viewer` may see."""
    calls: set[str] = set()
    units: set[str] = set()
    crews = False
    for grant in viewer.grants:
        permissions = ROLE_PERMISSIONS[grant.role]
        if Permission.INCIDENT_VIEW in permissions:
            calls.add(area_prefix(grant.area))
        if Permission.UNIT_CREW in permissions:
            crews = True
        elif Permission.UNIT_VIEW in permissions:
            units.add(area_prefix(grant.area))
    return Sight(
        calls_in=tuple(sorted(calls)),
        units_in=tuple(sorted(units)),
        own_units=viewer.crew_of if crews else frozenset(),
    )
