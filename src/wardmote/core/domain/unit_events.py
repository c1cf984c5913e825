"""What happened to units on duty. Their positions arrive in a stream of their own."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.ids import PostId, UnitId


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
