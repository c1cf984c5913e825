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
from wardmote.core.domain.ids import AreaId


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


@REGISTRY.register("hazard.repeat_ended")
@dataclass(frozen=True, slots=True)
class HazardRepeatEnded(Payload):
    """A hazard does not repeat an earlier one any more: its kind was put right, or one merged."""

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


@REGISTRY.register("hazard.point_set")
@dataclass(frozen=True, slots=True)
class HazardPointSet(Payload):
    """Hazards can be reported at a place by its QR code, or not any more.

    Attributes:
        lon, lat: WGS-84 degrees.
        active: false once it takes no reports any more.
    """

    point: str
    lon: float
    lat: float
    active: bool


@REGISTRY.register("hazard.placed")
@dataclass(frozen=True, slots=True)
class HazardPlaced(Payload):
    """An open hazard came to another division, since its own was split, merged or moved.

    Attributes:
        before: the division that it was in.
        area: the division that it is in from here on.
    """

    hazard: str
    before: AreaId
    area: AreaId
