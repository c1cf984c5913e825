"""What happened to hazards. Words, contacts and pictures are in the rows; events carry codes."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.hazard import (
    ExtensionAction,
    ExtensionState,
    HazardAction,
    HazardChannel,
    HazardState,
    PartAction,
    PartState,
)


@REGISTRY.register("hazard.reported")
@dataclass(frozen=True, slots=True)
class HazardReported(Payload):
    """A hazard was reported.

    Attributes:
        category: code of the hazard categories.
        lon, lat: WGS-84 degrees.
    """

    hazard: str
    category: str
    channel: HazardChannel
    lon: float
    lat: float


@REGISTRY.register("hazard.moved")
@dataclass(frozen=True, slots=True)
class HazardMoved(Payload):
    """A hazard moved through its life cycle.

    Attributes:
        other: the hazard that it was merged into; empty otherwise.
    """

    hazard: str
    action: HazardAction
    after: HazardState
    other: str


@REGISTRY.register("hazard.part_moved")
@dataclass(frozen=True, slots=True)
class HazardPartMoved(Payload):
    """A part was given to somebody (`action` None) or moved through its life cycle.

    Attributes:
        department: code of the department; empty for an owner.
        deadline_s: the deadline that holds now, seconds UTC.
        level: how often it was escalated.
    """

    hazard: str
    part: str
    action: PartAction | None
    after: PartState
    department: str
    deadline_s: float
    level: int


@REGISTRY.register("hazard.extension_moved")
@dataclass(frozen=True, slots=True)
class HazardExtensionMoved(Payload):
    """More time was asked for (`action` None), granted or refused.

    Attributes:
        until_s: the deadline asked for, seconds UTC.
    """

    hazard: str
    part: str
    extension: str
    action: ExtensionAction | None
    after: ExtensionState
    until_s: float


@REGISTRY.register("hazard.repeated")
@dataclass(frozen=True, slots=True)
class HazardRepeated(Payload):
    """A hazard was found to be at the place of an earlier one of its kind."""

    hazard: str
    earlier: str


@REGISTRY.register("hazard.contact_erased")
@dataclass(frozen=True, slots=True)
class HazardContactErased(Payload):
    """What was known of whoever reported a hazard, or of the owner of a part, was erased."""

    hazard: str
    reason: str


@REGISTRY.register("hazard.department_set")
@dataclass(frozen=True, slots=True)
class HazardDepartmentSet(Payload):
    """A department was set up or changed.

    Attributes:
        members: how many accounts belong to it.
        active: false once it gets no hazards any more.
    """

    department: str
    members: int
    active: bool
