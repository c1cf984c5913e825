"""What happened in dispatch: recommendations, assignments of units to calls, and alarms."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId


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
