"""The operational picture: what the room knows, folded from events one by one.

Only calls that are open, assignments that are not over and alarms that stand are in it; units are
in it whether on duty or not. Positions come in a stream of their own (`positions`); the picture
only has the one at which a unit came on duty. All values are immutable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from wardmote.core.domain.assignment import ACTIVE_STATES, AssignmentState
from wardmote.core.domain.ids import AreaId, AssignmentId, BeatId, IncidentId, PostId, UnitId
from wardmote.core.domain.incident import FieldTime, IncidentState, Priority
from wardmote.core.domain.incident_events import RoutedTo
from wardmote.core.domain.move_up import MoveUpState
from wardmote.core.domain.persistent import PersistentMap
from wardmote.core.domain.places import PlaceClass, UnitSpec

NO_STAMPS: Mapping[FieldTime, float] = {}


@dataclass(frozen=True, slots=True)
class KnownRecommendation:
    """The last recommendation made for a call; the ranking itself is in the row."""

    recommendation: str
    policy_version: str
    units: tuple[UnitId, ...]
    shortfall: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownIncident:
    """An open call.

    Attributes:
        since_s: when it came into its present state, seconds UTC.
        lon, lat: WGS-84 degrees; None while the place is unknown.
        stamps: field time stamps written so far, seconds UTC.
        assignments: those not over, in the order in which they came into being.
        alarm_level: up to which alarm of its run card units are asked for, from 1.
    """

    incident: IncidentId
    number: str
    category: str
    priority: Priority
    state: IncidentState
    since_s: float
    channel: str
    area: AreaId
    beat: BeatId | None
    lon: float | None
    lat: float | None
    place_class: PlaceClass
    drill: bool
    primary: IncidentId | None = None
    destinations: tuple[RoutedTo, ...] = ()
    stamps: Mapping[FieldTime, float] = field(default_factory=lambda: NO_STAMPS)
    disposition: str | None = None
    recommendation: KnownRecommendation | None = None
    assignments: tuple[AssignmentId, ...] = ()
    alarm_level: int = 1


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of ours.

    Attributes:
        available: on duty and not marked unavailable; says nothing about its job.
        reason: why it is unavailable; empty otherwise.
        lon, lat, fix_s: where and when it came on duty; None off duty.
        active: its one active assignment.
        stack: assignments waiting behind it, in order of their queue.
    """

    unit: UnitId
    call_sign: str
    kind: str
    capabilities: tuple[str, ...]
    seats: int
    post: PostId | None
    area: AreaId
    on_duty: bool
    available: bool
    reason: str
    lon: float | None
    lat: float | None
    fix_s: float | None
    active: AssignmentId | None = None
    stack: tuple[AssignmentId, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownAssignment:
    """An assignment that is not over.

    Attributes:
        since_s: when it came into its present state, or last reported from the scene.
        queue: place in the unit's queue while stacked, from 1; 0 otherwise.
    """

    assignment: AssignmentId
    incident: IncidentId
    unit: UnitId
    state: AssignmentState
    since_s: float
    queue: int
    reason: str
    stamps: Mapping[FieldTime, float]

    @property
    def active(self) -> bool:
        """Whether it occupies its unit."""
        return self.state in ACTIVE_STATES


@dataclass(frozen=True, slots=True)
class KnownAlarm:
    """A timer that ran out and was not answered yet."""

    alarm: str
    timer: str
    level: str
    incident: IncidentId
    assignment: AssignmentId | None
    unit: UnitId | None
    raised_s: float


@dataclass(frozen=True, slots=True)
class KnownMoveUp:
    """Advice to a unit that is not over: answered or not, or the unit stands at the post.

    Attributes:
        home: the post it stood at or would have gone back to; None when it had none.
        advised_s, since_s: when it was advised, and when it came into its present state.
        gain_share: share of all calls that are expected to be reached in time because of it.
        drive_s: expected driving time.
        reason: code of why it was advised.
    """

    move_up: str
    unit: UnitId
    home: PostId | None
    post: PostId
    state: MoveUpState
    advised_s: float
    since_s: float
    gain_share: float
    drive_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class OperationalPicture:
    """What the room knows at a position of the journal.

    Attributes:
        seq: the last journal position folded in.
        as_of_s: when that event was recorded, seconds UTC.
        closures: id of a closure -> the edges it closes.
        move_ups: advice to idle units that is not over; at most one a unit.
        missing: calls that were reopened after they had left the picture; a driver puts them
            back with `with_incident`, and until then their events change nothing.
    """

    seq: int = 0
    as_of_s: float = 0.0
    incidents: PersistentMap[IncidentId, KnownIncident] = field(default_factory=PersistentMap)
    units: PersistentMap[UnitId, KnownUnit] = field(default_factory=PersistentMap)
    assignments: PersistentMap[AssignmentId, KnownAssignment] = field(default_factory=PersistentMap)
    alarms: PersistentMap[str, KnownAlarm] = field(default_factory=PersistentMap)
    closures: PersistentMap[str, tuple[int, ...]] = field(default_factory=PersistentMap)
    move_ups: PersistentMap[str, KnownMoveUp] = field(default_factory=PersistentMap)
    missing: frozenset[IncidentId] = frozenset()

    def assignments_of(self, incident: IncidentId) -> tuple[KnownAssignment, ...]:
        """The assignments of a call that are not over, oldest first."""
        return tuple(self.assignments[one] for one in self.incidents[incident].assignments)

    def active_of(self, unit: UnitId) -> KnownAssignment | None:
        """The active assignment of a unit."""
        active = self.units[unit].active
        return None if active is None else self.assignments[active]


EMPTY_PICTURE = OperationalPicture()


def with_fleet(picture: OperationalPicture, specs: Iterable[UnitSpec]) -> OperationalPicture:
    """The picture with units that it does not know yet, off duty."""
    units = picture.units
    for spec in specs:
        if spec.unit_id not in units:
            units = units.put(spec.unit_id, _off_duty(spec))
    return replace(picture, units=units)


def with_unavailable(
    picture: OperationalPicture, units: Iterable[UnitId], reason: str
) -> OperationalPicture:
    """The picture in which these units cannot be had, as one question sees it."""
    known = picture.units
    for one in units:
        if one in known:
            known = known.put(one, replace(known[one], available=False, reason=reason))
    return replace(picture, units=known)


def _off_duty(spec: UnitSpec) -> KnownUnit:
    return KnownUnit(
        unit=spec.unit_id,
        call_sign=spec.call_sign,
        kind=spec.kind,
        capabilities=spec.capabilities,
        seats=spec.seats,
        post=spec.post,
        area=spec.area,
        on_duty=False,
        available=False,
        reason="",
        lon=None,
        lat=None,
        fix_s=None,
    )


def with_incident(picture: OperationalPicture, incident: KnownIncident) -> OperationalPicture:
    """The picture with a reopened call put back, told from its row."""
    return replace(
        picture,
        incidents=picture.incidents.put(incident.incident, incident),
        missing=picture.missing - {incident.incident},
    )
