"""What happened to calls. The place of a call is kept as coordinates, because the operational
picture is folded from events alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.ids import BeatId, IncidentId
from wardmote.core.domain.incident import FieldTime, IncidentAction, IncidentState, Priority
from wardmote.core.domain.places import PlaceClass


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


@REGISTRY.register("incident.alarm_level")
@dataclass(frozen=True, slots=True)
class IncidentAlarmLevel(Payload):
    """A call asks for the units of another alarm level of its run card, with a reason code.

    Attributes:
        level: from 1, the first alarm; it may go down as well as up.
    """

    incident: IncidentId
    level: int
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


@REGISTRY.register("incident.caller_erased")
@dataclass(frozen=True, slots=True)
class CallerErased(Payload):
    """What was known of the caller was erased; why: ``retention`` or ``request``."""

    incident: IncidentId
    reason: str
