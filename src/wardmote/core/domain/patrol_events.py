"""What happened to patrols on foot. Who goes is told by a staff number, never by a name."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.patrol import (
    PatrolAction,
    PatrolSource,
    PatrolState,
    PatrolWho,
    SeenKind,
)


@REGISTRY.register("patrol.order_moved")
@dataclass(frozen=True, slots=True)
class PatrolOrderMoved(Payload):
    """An order was made (`action` None) or moved through its life cycle.

    Attributes:
        from_s, to_s: the ordered time, seconds UTC.
        reason: why it was cancelled; empty otherwise.
    """

    order: str
    source: PatrolSource
    action: PatrolAction | None
    after: PatrolState
    from_s: float
    to_s: float
    reason: str


@REGISTRY.register("patrol.order_given")
@dataclass(frozen=True, slots=True)
class PatrolOrderGiven(Payload):
    """Who is to go; `who` is the id of a team, a unit or staff, empty for nobody yet."""

    order: str
    who_kind: PatrolWho
    who: str


@REGISTRY.register("patrol.point_reached")
@dataclass(frozen=True, slots=True)
class PatrolPointReached(Payload):
    """A check-point was reached; `reason` is why it counts without a position there."""

    order: str
    number: int
    reason: str


@REGISTRY.register("patrol.seen")
@dataclass(frozen=True, slots=True)
class PatrolSeen(Payload):
    """Something was seen on patrol and became a hazard, a call or a task: `made` is its id."""

    order: str
    kind: SeenKind
    made: str


@REGISTRY.register("patrol.positions_erased")
@dataclass(frozen=True, slots=True)
class PatrolPositionsErased(Payload):
    """The positions of a patrol were deleted after their term."""

    order: str


@REGISTRY.register("patrol.grades_set")
@dataclass(frozen=True, slots=True)
class PatrolGradesSet(Payload):
    """A version of an area's grades came into force.

    Attributes:
        places: how many streets and areas it names.
    """

    version: int
    places: int
