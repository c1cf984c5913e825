"""What happened to idle units: a move-up was advised, what became of it, a patrol was drawn up."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.move_up import MoveUpAction, MoveUpState


@REGISTRY.register("move_up.advised")
@dataclass(frozen=True, slots=True)
class MoveUpAdvised(Payload):
    """A free unit should stand at another post for a while.

    Attributes:
        home: the post it stood at or would have gone back to; None when it had none.
        gain_share: share of all calls that are expected to be reached in time because of it.
        drive_s: expected driving time.
        reason: code: ``free_unit_covers_more`` or ``fills_a_gap``.
    """

    move_up: str
    unit: UnitId
    home: PostId | None
    post: PostId
    gain_share: float
    drive_s: float
    reason: str
    rule_version: str


@REGISTRY.register("move_up.moved")
@dataclass(frozen=True, slots=True)
class MoveUpMoved(Payload):
    """The advice moved through its life cycle.

    Attributes:
        reason: reason code of a refusal, or why it lapsed or ended; empty otherwise.
    """

    move_up: str
    unit: UnitId
    action: MoveUpAction
    after: MoveUpState
    reason: str


@REGISTRY.register("unit.patrol_planned")
@dataclass(frozen=True, slots=True)
class PatrolPlanned(Payload):
    """A patrol was drawn up for a free unit; the way and its stops are in the row, for a week.

    Attributes:
        until_s: when it is over, seconds since 1970-01-01 UTC.
    """

    patrol: str
    unit: UnitId
    until_s: float
