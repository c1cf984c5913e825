"""What happened to duty levels, plans, guards and agreements. Words are in the rows."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.agreement import AidAction, AidState
from wardmote.core.domain.contingency import (
    ActivationAction,
    ActivationState,
    OfferAction,
    OfferState,
    StepAction,
    StepState,
    VersionAction,
    VersionState,
)
from wardmote.core.domain.duty_level import SwitchAction, SwitchState
from wardmote.core.domain.event_guard import GuardAction, GuardState
from wardmote.core.domain.event_registry import REGISTRY, Payload


@REGISTRY.register("duty.level_moved")
@dataclass(frozen=True, slots=True)
class DutyLevelMoved(Payload):
    """A switch to a level was proposed (`action` None) or moved.

    Attributes:
        level: code of the level.
        recalled: how many leaves were cut short by it.
    """

    switch: str
    level: str
    action: SwitchAction | None
    after: SwitchState
    recalled: int


@REGISTRY.register("duty.minimum_short")
@dataclass(frozen=True, slots=True)
class DutyMinimumShort(Payload):
    """A post has been below the minimum of the level in force there for the level's minutes."""

    switch: str
    post: str
    on_duty: int
    least: int


@REGISTRY.register("duty.minimum_filled")
@dataclass(frozen=True, slots=True)
class DutyMinimumFilled(Payload):
    """A post that was short is so no more: units came on duty, or the level ended."""

    switch: str
    post: str


@REGISTRY.register("duty.plan_moved")
@dataclass(frozen=True, slots=True)
class DutyPlanMoved(Payload):
    """A version of a contingency plan was written (`action` None) or moved."""

    plan: str
    version: int
    action: VersionAction | None
    after: VersionState


@REGISTRY.register("duty.activation_moved")
@dataclass(frozen=True, slots=True)
class DutyActivationMoved(Payload):
    """A plan was activated (`action` None), stood down or reviewed."""

    activation: str
    plan: str
    version: int
    drill: bool
    action: ActivationAction | None
    after: ActivationState


@REGISTRY.register("duty.offer_moved")
@dataclass(frozen=True, slots=True)
class DutyOfferMoved(Payload):
    """A plan was offered (`action` None) for a call or an event, taken, declined, or lapsed.

    Attributes:
        subject: ``incident`` or ``event``.
        code: the id of the call, or of the guard of the event.
    """

    offer: str
    plan: str
    subject: str
    code: str
    drill: bool
    action: OfferAction | None
    after: OfferState


@REGISTRY.register("duty.step_moved")
@dataclass(frozen=True, slots=True)
class DutyStepMoved(Payload):
    """A step of an activation fell due, was done, skipped, or opened again."""

    activation: str
    number: int
    drill: bool
    action: StepAction
    after: StepState


@REGISTRY.register("duty.participant_added")
@dataclass(frozen=True, slots=True)
class DutyParticipantAdded(Payload):
    """Somebody takes part in an activation from now on."""

    activation: str
    staff: str
    drill: bool


@REGISTRY.register("duty.guard_moved")
@dataclass(frozen=True, slots=True)
class DutyGuardMoved(Payload):
    """A guard of an event was written (`action` None) or moved."""

    guard: str
    action: GuardAction | None
    after: GuardState


@REGISTRY.register("duty.guard_made")
@dataclass(frozen=True, slots=True)
class DutyGuardMade(Payload):
    """An occurrence of a guarded event was made: posts drawn, tasks handed out.

    Attributes:
        day: the local day of the event, ISO form.
    """

    guard: str
    day: str
    posts: int
    tasks: int


@REGISTRY.register("duty.guard_called_off")
@dataclass(frozen=True, slots=True)
class DutyGuardCalledOff(Payload):
    """An occurrence that was made is not to be: posts off the map again, tasks cancelled.

    Attributes:
        day: the local day of the event, ISO form.
    """

    guard: str
    day: str
    posts: int


@REGISTRY.register("duty.neighbour_kept")
@dataclass(frozen=True, slots=True)
class DutyNeighbourKept(Payload):
    """An agreement with a neighbour was written down, changed, or ended.

    Attributes:
        ended: it holds no more.
    """

    neighbour: str
    ended: bool


@REGISTRY.register("duty.border_drawn")
@dataclass(frozen=True, slots=True)
class DutyBorderDrawn(Payload):
    """The strip along which duty is done with a neighbour was drawn, with so many points."""

    neighbour: str
    points: int


@REGISTRY.register("duty.aid_moved")
@dataclass(frozen=True, slots=True)
class DutyAidMoved(Payload):
    """A neighbour was asked (`action` None), answered, or the matter ended.

    Attributes:
        agreed: None until there is an answer.
    """

    request: str
    neighbour: str
    action: AidAction | None
    after: AidState
    agreed: bool | None
