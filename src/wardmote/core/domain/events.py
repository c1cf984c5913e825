"""What happened: the journal's events, their payloads and versions.

An event is written in the same transaction as the row it reports and never changes. It
carries ids and codes, never names, telephone numbers or free text, so that people can be
erased and the record still verifies. The place of a call is kept as coordinates because the
operational picture is folded from events alone.

Each payload class is registered under a type name and a version. To change a payload, add a
class for the next version and an upgrade from the last one; old events stay readable.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.ids import (
    AreaId,
    AssignmentId,
    BeatId,
    EventId,
    IncidentId,
    PostId,
    UnitId,
)
from wardmote.core.domain.incident import FieldTime, IncidentAction, IncidentState, Priority
from wardmote.core.domain.places import PlaceClass

JsonValue = Any
PayloadT = TypeVar("PayloadT", bound="Payload")


@dataclass(frozen=True, slots=True)
class Payload:
    """What one type of event says. Fields are JSON scalars, enums or tuples of them."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its envelope.

    Attributes:
        seq: position in the journal, from 1; 0 while it has none.
        occurred_s: when it happened, seconds since 1970-01-01 UTC (device time if there is one).
        recorded_s: when this server wrote it, same unit.
        actor: a staff id, ``rule:<name>`` for a standing order, or ``outside:<system>``.
        area: whose event it is; streams and permissions look at this.
    """

    seq: int
    event_id: EventId
    occurred_s: float
    recorded_s: float
    actor: str
    area: AreaId
    payload: Payload


class UnknownEventError(ValueError):
    """The journal holds a type or version that this release does not know."""


class EventRegistry:
    """Type names and versions of payloads, both ways."""

    def __init__(self) -> None:
        self._by_name: dict[tuple[str, int], type[Payload]] = {}
        self._by_class: dict[type[Payload], tuple[str, int]] = {}

    def register(self, name: str, version: int = 1) -> Callable[[type[PayloadT]], type[PayloadT]]:
        """Class decorator that files a payload class under `name` and `version`."""

        def file(payload_class: type[PayloadT]) -> type[PayloadT]:
            key = (name, version)
            if key in self._by_name:
                raise ValueError(f"event {name} v{version} is registered twice")
            self._by_name[key] = payload_class
            self._by_class[payload_class] = key
            return payload_class

        return file

    def name_and_version(self, payload: Payload) -> tuple[str, int]:
        """The type name and version of a payload."""
        return self._by_class[type(payload)]

    def names(self) -> tuple[tuple[str, int], ...]:
        """Every registered (type name, version), sorted."""
        return tuple(sorted(self._by_name))

    def payload_class(self, name: str, version: int) -> type[Payload]:
        """The class filed under a name and version.

        Raises:
            UnknownEventError: there is none.
        """
        try:
            return self._by_name[(name, version)]
        except KeyError:
            raise UnknownEventError(f"unknown event {name} v{version}") from None

    def encode(self, payload: Payload) -> dict[str, JsonValue]:
        """A payload as JSON-ready values; enums become their values, tuples become lists."""
        return {f.name: _plain(getattr(payload, f.name)) for f in dataclasses.fields(payload)}

    def decode(self, name: str, version: int, data: Mapping[str, JsonValue]) -> Payload:
        """The payload that `encode` wrote.

        Raises:
            UnknownEventError: no such type or version, or the data does not fit it.
        """
        payload_class = self.payload_class(name, version)
        hints = typing.get_type_hints(payload_class)
        try:
            return payload_class(
                **{
                    f.name: _typed(hints[f.name], data[f.name])
                    for f in dataclasses.fields(payload_class)
                }
            )
        except (KeyError, ValueError, TypeError) as error:
            raise UnknownEventError(f"event {name} v{version} does not fit: {error}") from error


REGISTRY = EventRegistry()


def _plain(value: Any) -> JsonValue:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return getattr(value, "value", value)


def _typed(hint: Any, value: JsonValue) -> Any:
    origin = typing.get_origin(hint)
    if origin is types.UnionType or origin is typing.Union:
        if value is None:
            return None
        inner = next(arg for arg in typing.get_args(hint) if arg is not types.NoneType)
        return _typed(inner, value)
    if origin is tuple:
        item_hint = typing.get_args(hint)[0]
        return tuple(_typed(item_hint, item) for item in value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = typing.get_type_hints(hint)
        return hint(
            **{f.name: _typed(hints[f.name], value[f.name]) for f in dataclasses.fields(hint)}
        )
    return _scalar(getattr(hint, "__supertype__", hint), value)


def _scalar(kind: Any, value: JsonValue) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if kind in (str, int, bool, float) and type(value) is not kind:
        raise TypeError(f"expected {kind.__name__}, got {value!r}")
    return kind(value)


# --- calls ---------------------------------------------------------------------------------


@REGISTRY.register("incident.entered")
@dataclass(frozen=True, slots=True)
class IncidentEntered(Payload):
    """A call was taken down.

    Attributes:
        number: the human-readable number of the call, unique in the deployment.
        category: code of the category tree.
        channel: ``phone``, ``web``, ``qr``, ``import``, ``neighbour``, ``patrol``.
        lon, lat: WGS-84 degrees; None while the place is unknown.
        beat: the community beat that the place lies in; None outside every beat.
        drill: true for an exercise, which never enters statistics.
    """

    incident: IncidentId
    number: str
    category: str
    priority: Priority
    channel: str
    lon: float | None
    lat: float | None
    place_class: PlaceClass
    beat: BeatId | None
    drill: bool


@REGISTRY.register("incident.located")
@dataclass(frozen=True, slots=True)
class IncidentLocated(Payload):
    """The place of a call was found or corrected."""

    incident: IncidentId
    lon: float
    lat: float
    place_class: PlaceClass
    beat: BeatId | None


@REGISTRY.register("incident.classified")
@dataclass(frozen=True, slots=True)
class IncidentClassified(Payload):
    """The category or the priority of a call was changed, with a reason code."""

    incident: IncidentId
    category: str
    priority: Priority
    reason: str


@dataclass(frozen=True, slots=True)
class RoutedTo:
    """One destination of a call.

    Attributes:
        kind: ``community_office``, ``case_team``, ``nearest_unit``, ``fire``, ``medical``,
            ``traffic``, ``neighbour``, ``fraud_desk``, ``hazard_desk``, ``command_room``,
            ``record_only``.
        target: id of the office, team or neighbour; empty when `kind` says it all.
        first_responsible: exactly one destination of a call has this set (首接责任).
        rule: id of the rule that said so.
    """

    kind: str
    target: str
    first_responsible: bool
    rule: str


@REGISTRY.register("incident.routed")
@dataclass(frozen=True, slots=True)
class IncidentRouted(Payload):
    """Who is responsible was decided by the rules, or re-decided after a change."""

    incident: IncidentId
    rules_version: str
    destinations: tuple[RoutedTo, ...]


@REGISTRY.register("incident.moved")
@dataclass(frozen=True, slots=True)
class IncidentMoved(Payload):
    """The call moved through its life cycle."""

    incident: IncidentId
    action: IncidentAction
    before: IncidentState
    after: IncidentState
    reason: str
    disposition: str | None


@REGISTRY.register("incident.time_stamped")
@dataclass(frozen=True, slots=True)
class IncidentTimeStamped(Payload):
    """A field time stamp of the call was written, once and for all.

    Attributes:
        at_s: the time that counts, seconds UTC.
        device_s: what the device said, if a device said it.
        clock: ``server``, ``device`` or ``import``: whose clock `at_s` is.
    """

    incident: IncidentId
    stamp: FieldTime
    at_s: float
    device_s: float | None
    clock: str


@REGISTRY.register("incident.linked")
@dataclass(frozen=True, slots=True)
class IncidentLinked(Payload):
    """`incident` was found to report the same thing as `primary`. Both keep their histories."""

    incident: IncidentId
    primary: IncidentId


@REGISTRY.register("incident.unlinked")
@dataclass(frozen=True, slots=True)
class IncidentUnlinked(Payload):
    """The link to `primary` was a mistake and was taken back."""

    incident: IncidentId
    primary: IncidentId


@REGISTRY.register("incident.noted")
@dataclass(frozen=True, slots=True)
class IncidentNoted(Payload):
    """A note was added; its text is in the row `note`, not here."""

    incident: IncidentId
    note: str


# --- units and assignments -----------------------------------------------------------------


@REGISTRY.register("unit.on_duty")
@dataclass(frozen=True, slots=True)
class UnitOnDuty(Payload):
    """A unit came on duty. Its positions arrive in a stream of their own.

    Attributes:
        post: where it stands by; None for a unit without a post.
        lon, lat: where it is when it comes on duty, WGS-84 degrees.
    """

    unit: UnitId
    call_sign: str
    kind: str
    post: PostId | None
    capabilities: tuple[str, ...]
    seats: int
    lon: float
    lat: float


@REGISTRY.register("unit.off_duty")
@dataclass(frozen=True, slots=True)
class UnitOffDuty(Payload):
    """A unit went off duty; it is not tracked from here on."""

    unit: UnitId


@REGISTRY.register("unit.availability")
@dataclass(frozen=True, slots=True)
class UnitAvailability(Payload):
    """An on-duty unit without a job became available or unavailable (refuelling, meal, fault)."""

    unit: UnitId
    available: bool
    reason: str


@REGISTRY.register("recommendation.made")
@dataclass(frozen=True, slots=True)
class RecommendationMade(Payload):
    """The policy answered for a call; the ranking with its reasons is in the row."""

    incident: IncidentId
    recommendation: str
    policy_version: str
    units: tuple[UnitId, ...]
    shortfall: tuple[str, ...]


@REGISTRY.register("recommendation.overridden")
@dataclass(frozen=True, slots=True)
class RecommendationOverridden(Payload):
    """A person chose other units than recommended and said why."""

    incident: IncidentId
    recommendation: str
    units: tuple[UnitId, ...]
    reason: str


@REGISTRY.register("assignment.moved")
@dataclass(frozen=True, slots=True)
class AssignmentMoved(Payload):
    """An assignment came into being or moved through its life cycle.

    Attributes:
        action: None when it came into being.
        queue: place in the unit's queue while stacked, from 1; 0 otherwise.
        reason: reason code of a refusal, pre-emption or cancellation; empty otherwise.
    """

    assignment: AssignmentId
    incident: IncidentId
    unit: UnitId
    action: AssignmentAction | None
    after: AssignmentState
    queue: int
    reason: str
    device_s: float | None


@REGISTRY.register("alarm.raised")
@dataclass(frozen=True, slots=True)
class AlarmRaised(Payload):
    """A timer ran out.

    Attributes:
        timer: code of the timer, such as ``unacknowledged`` or ``welfare``.
        level: ``warn`` or ``alarm``.
    """

    alarm: str
    timer: str
    level: str
    incident: IncidentId
    assignment: AssignmentId | None
    unit: UnitId | None


@REGISTRY.register("alarm.ended")
@dataclass(frozen=True, slots=True)
class AlarmEnded(Payload):
    """An alarm was answered by a person, or its cause went away (`reason`)."""

    alarm: str
    incident: IncidentId
    reason: str


# --- configuration --------------------------------------------------------------------------


@REGISTRY.register("closure.set")
@dataclass(frozen=True, slots=True)
class ClosureSet(Payload):
    """A stretch of road was closed to traffic, or opened again (`closed` false)."""

    closure: str
    edges: tuple[int, ...]
    closed: bool


@REGISTRY.register("place.drawn")
@dataclass(frozen=True, slots=True)
class PlaceDrawn(Payload):
    """A key place or zone was drawn on the map, or its last day was set.

    Attributes:
        kind: ``key_place`` or ``zone``.
        valid_from, valid_to: inclusive local days in ISO form; None is open.
    """

    place: str
    kind: str
    place_class: PlaceClass
    valid_from: str | None
    valid_to: str | None
