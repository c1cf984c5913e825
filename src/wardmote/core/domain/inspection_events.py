"""What happened to checks, equipment, courses, surveys and appeals: ids and codes only."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.assessment import AppealAction, AppealState
from wardmote.core.domain.course import (
    AttendanceAction,
    AttendanceState,
    TurnAction,
    TurnState,
)
from wardmote.core.domain.equipment import FaultAction, FaultState, HolderKind
from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.inspection import CheckAction, CheckState, Stratum


@REGISTRY.register("inspection.drawn")
@dataclass(frozen=True, slots=True)
class ChecksDrawn(Payload):
    """Checks were drawn.

    Attributes:
        reference: the draw's name, which goes into its seed.
        checks: ids of the checks that came out.
        drill: true for an exercise, which never enters statistics.
    """

    draw: str
    reference: str
    seed: str
    checks: tuple[str, ...]
    drill: bool


@REGISTRY.register("inspection.check_moved")
@dataclass(frozen=True, slots=True)
class CheckMoved(Payload):
    """A check moved through its life cycle.

    Attributes:
        reason: why it was dropped; empty otherwise.
    """

    check: str
    stratum: Stratum
    action: CheckAction
    after: CheckState
    defects: bool
    reason: str


@REGISTRY.register("equipment.kept")
@dataclass(frozen=True, slots=True)
class EquipmentKept(Payload):
    """An item was entered or changed, or went to another holder."""

    item: str
    kind: str
    holder_kind: HolderKind
    holder: str


@REGISTRY.register("equipment.imported")
@dataclass(frozen=True, slots=True)
class EquipmentImported(Payload):
    """A table of items was taken in whole."""

    made: int
    changed: int


@REGISTRY.register("equipment.inspected")
@dataclass(frozen=True, slots=True)
class EquipmentInspected(Payload):
    """Somebody looked at an item."""

    item: str
    complete: bool
    working: bool


@REGISTRY.register("equipment.fault_moved")
@dataclass(frozen=True, slots=True)
class FaultMoved(Payload):
    """A fault was reported (`action` None) or moved through its life cycle."""

    fault: str
    item: str
    action: FaultAction | None
    after: FaultState


@REGISTRY.register("course.kept")
@dataclass(frozen=True, slots=True)
class CourseKept(Payload):
    """A course was set up, or a session of it (`session` not empty) was called or called off."""

    course: str
    session: str
    active: bool


@REGISTRY.register("course.attendance_moved")
@dataclass(frozen=True, slots=True)
class AttendanceMoved(Payload):
    """Somebody was enrolled in a session (`action` None), came, or did not."""

    session: str
    staff: str
    action: AttendanceAction | None
    after: AttendanceState


@REGISTRY.register("course.turn_moved")
@dataclass(frozen=True, slots=True)
class TurnMoved(Payload):
    """A turn at the station was planned (`action` None), served, missed or cancelled."""

    turn: str
    staff: str
    first_day: str
    action: TurnAction | None
    after: TurnState


@REGISTRY.register("survey.invited")
@dataclass(frozen=True, slots=True)
class SurveyInvited(Payload):
    """An invitation was given out for a finished service. The token is nowhere on record.

    Of the past: it is written no more, since actor and moment tell whom an answer may be from.
    """

    service_kind: str
    service: str


@REGISTRY.register("assessment.appeal_moved")
@dataclass(frozen=True, slots=True)
class AppealMoved(Payload):
    """An appeal against a counted case was filed (`action` None), withdrawn or decided."""

    appeal: str
    staff: str
    counted: str
    case: str
    action: AppealAction | None
    after: AppealState


@REGISTRY.register("assessment.rules_published")
@dataclass(frozen=True, slots=True)
class AssessmentRulesPublished(Payload):
    """Rules of assessment were published; they judge periods that begin on or after `from_day`."""

    version: str
    from_day: str


@REGISTRY.register("assessment.sheet_made")
@dataclass(frozen=True, slots=True)
class AssessmentSheetMade(Payload):
    """What the rules count of somebody in a period was written down.

    Attributes:
        first_day, last_day: of the period, ISO 8601.
        cases: how many were counted. What they say is not in the journal.
    """

    sheet: str
    staff: str
    first_day: str
    last_day: str
    version: str
    cases: int
