"""What happened: the journal's events, their payloads and versions.

An event is written in the same transaction as the row it reports and never changes. It
carries ids and codes, never names, telephone numbers or free text, so that people can be
erased and the record still verifies. The place of a call is kept as coordinates because the
operational picture is folded from events alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.bulletin_events import BulletinPublished, CycleStepReported
from wardmote.core.domain.duty_events import (
    DutyActivationMoved,
    DutyAidMoved,
    DutyGuardMade,
    DutyGuardMoved,
    DutyLevelMoved,
    DutyPlanMoved,
    DutyStepMoved,
)
from wardmote.core.domain.event_registry import (
    REGISTRY,
    Event,
    EventRegistry,
    JsonValue,
    Payload,
    UnknownEventError,
)
from wardmote.core.domain.hazard_events import (
    HazardContactErased,
    HazardDepartmentSet,
    HazardExtensionMoved,
    HazardMoved,
    HazardPartMoved,
    HazardRepeated,
    HazardReported,
)
from wardmote.core.domain.ids import AssignmentId, BeatId, IncidentId, PostId, UnitId
from wardmote.core.domain.incident import FieldTime, IncidentAction, IncidentState, Priority
from wardmote.core.domain.inspection_events import (
    AppealMoved,
    AttendanceMoved,
    CheckMoved,
    ChecksDrawn,
    CourseKept,
    EquipmentImported,
    EquipmentInspected,
    EquipmentKept,
    FaultMoved,
    SurveyInvited,
    TurnMoved,
)
from wardmote.core.domain.move_up_events import MoveUpAdvised, MoveUpMoved
from wardmote.core.domain.photo_events import PictureErased, PictureKept
from wardmote.core.domain.place_events import BeatChanged, DivisionChanged, PlacesImported
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.staff_events import (
    StaffAppointed,
    StaffAppointmentEnded,
    StaffEntryWritten,
    StaffImported,
    StaffKept,
    StaffLeaveMoved,
    StaffReplyWritten,
)
from wardmote.core.domain.study_events import (
    ImportedCallsStated,
    PostingMoved,
    StudyMoved,
    StudyOpened,
    StudyPlanKept,
    StudyRunMoved,
    StudyShared,
)
from wardmote.core.domain.task_events import ConsentMoved, TaskMade, TaskMoved, TaskRuleSet
from wardmote.core.domain.watch_events import (
    WatchFeedMoved,
    WatchGiven,
    WatchMakingMoved,
    WatchMoved,
    WatchRosterMoved,
    WatchSwapMoved,
    WatchTeamKept,
)

# The envelope, the register and events from other modules are part of what this module offers.
__all__ = [
    "REGISTRY",
    "AppealMoved",
    "AttendanceMoved",
    "BeatChanged",
    "BulletinPublished",
    "CheckMoved",
    "ChecksDrawn",
    "ConsentMoved",
    "CourseKept",
    "CycleStepReported",
    "DivisionChanged",
    "DutyActivationMoved",
    "DutyAidMoved",
    "DutyGuardMade",
    "DutyGuardMoved",
    "DutyLevelMoved",
    "DutyPlanMoved",
    "DutyStepMoved",
    "EquipmentImported",
    "EquipmentInspected",
    "EquipmentKept",
    "Event",
    "EventRegistry",
    "FaultMoved",
    "HazardContactErased",
    "HazardDepartmentSet",
    "HazardExtensionMoved",
    "HazardMoved",
    "HazardPartMoved",
    "HazardRepeated",
    "HazardReported",
    "ImportedCallsStated",
    "JsonValue",
    "MoveUpAdvised",
    "MoveUpMoved",
    "Payload",
    "PictureErased",
    "PictureKept",
    "PlacesImported",
    "PostingMoved",
    "StaffAppointed",
    "StaffAppointmentEnded",
    "StaffEntryWritten",
    "StaffImported",
    "StaffKept",
    "StaffLeaveMoved",
    "StaffReplyWritten",
    "StudyMoved",
    "StudyOpened",
    "StudyPlanKept",
    "StudyRunMoved",
    "StudyShared",
    "SurveyInvited",
    "TaskMade",
    "TaskMoved",
    "TaskRuleSet",
    "TurnMoved",
    "UnknownEventError",
    "WatchFeedMoved",
    "WatchGiven",
    "WatchMakingMoved",
    "WatchMoved",
    "WatchRosterMoved",
    "WatchSwapMoved",
    "WatchTeamKept",
]


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


@REGISTRY.register("unit.stationed")
@dataclass(frozen=True, slots=True)
class UnitStationed(Payload):
    """A unit belongs to another post from now on; where it is does not change."""

    unit: UnitId
    post: PostId


@REGISTRY.register("unit.availability")
@dataclass(frozen=True, slots=True)
class UnitAvailability(Payload):
    """An on-duty unit without a job became available or unavailable (refuelling, meal, fault)."""

    unit: UnitId
    available: bool
    reason: str


@REGISTRY.register("recommendation.requested")
@dataclass(frozen=True, slots=True)
class RecommendationRequested(Payload):
    """A person asked for the units of a call to be worked out again now."""

    incident: IncidentId


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


@REGISTRY.register("rules.set")
@dataclass(frozen=True, slots=True)
class RulesSet(Payload):
    """A version of rules was put in force.

    Attributes:
        kind: ``standard``, ``categories``, ``routing``, ``run_cards``, ``vehicle_model``,
            ``posting``, ``relocation``, ``cover_keeping``, ``duty_levels`` or ``area_rules``.
    """

    kind: str
    version: str
