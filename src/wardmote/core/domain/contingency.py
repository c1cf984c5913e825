"""Contingency plans (预案): versions of a checklist, and what becomes of one that is activated.

A version is approved by a second person and replaces the one before. An activation, real or a
drill (演练), takes the steps of a version with their times, ends and is reviewed. Drills run the
same tables; nothing here asks whether it is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle
from wardmote.core.domain.plain import InvalidDataError, JsonValue, load
from wardmote.core.domain.text import Bilingual

LEAST_URGENT = 4
MAX_STEPS, MAX_TRIGGERS, MAX_MINUTES, MAX_WORDS = 60, 40, 14 * 1_440, 300


class VersionState(StrEnum):
    """Where a version of a plan stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


class VersionAction(StrEnum):
    """What can be done to a version. ``retire``: another one took its place, or none."""

    APPROVE = "approve"
    RETIRE = "retire"


class ActivationState(StrEnum):
    """Where an activation stands."""

    ACTIVE = "active"
    ENDED = "ended"
    REVIEWED = "reviewed"


class ActivationAction(StrEnum):
    """What can be done to an activation."""

    STAND_DOWN = "stand_down"
    REVIEW = "review"


class StepState(StrEnum):
    """Where a step stands. ``due``: its time has come and it is not done."""

    WAITING = "waiting"
    DUE = "due"
    DONE = "done"
    SKIPPED = "skipped"


class StepAction(StrEnum):
    """What can happen to a step. ``undo``: it was marked by mistake."""

    FALL_DUE = "fall_due"
    FINISH = "finish"
    SKIP = "skip"
    UNDO = "undo"


class TriggerKind(StrEnum):
    """What brings a plan up: a category of calls, a key place that a call is at, or a guarded
    event by the id or a name of its guard."""

    CATEGORY = "category"
    PLACE = "place"
    EVENT = "event"


class OfferState(StrEnum):
    """Where an offer of a plan stands. ``lapsed``: the call was over before anybody answered."""

    OFFERED = "offered"
    TAKEN = "taken"
    DECLINED = "declined"
    LAPSED = "lapsed"


class OfferAction(StrEnum):
    """What can become of an offer. ``take``: the plan is activated."""

    TAKE = "take"
    DECLINE = "decline"
    LAPSE = "lapse"


class Subject(StrEnum):
    """What a plan is activated on."""

    INCIDENT = "incident"
    PLACE = "place"
    EVENT = "event"


_V, _VA = VersionState, VersionAction
VERSION_LIFE_CYCLE: LifeCycle[VersionState, VersionAction] = LifeCycle(
    initial=_V.DRAFT,
    table={
        (_V.DRAFT, _VA.APPROVE): _V.APPROVED,
        (_V.DRAFT, _VA.RETIRE): _V.RETIRED,
        (_V.APPROVED, _VA.RETIRE): _V.RETIRED,
    },
    final=frozenset({_V.RETIRED}),
)

_C, _CA = ActivationState, ActivationAction
ACTIVATION_LIFE_CYCLE: LifeCycle[ActivationState, ActivationAction] = LifeCycle(
    initial=_C.ACTIVE,
    table={
        (_C.ACTIVE, _CA.STAND_DOWN): _C.ENDED,
        (_C.ENDED, _CA.REVIEW): _C.REVIEWED,
    },
    final=frozenset({_C.REVIEWED}),
)

_T, _TA = StepState, StepAction
STEP_LIFE_CYCLE: LifeCycle[StepState, StepAction] = LifeCycle(
    initial=_T.WAITING,
    table={
        (_T.WAITING, _TA.FALL_DUE): _T.DUE,
        (_T.WAITING, _TA.FINISH): _T.DONE,
        (_T.WAITING, _TA.SKIP): _T.SKIPPED,
        (_T.DUE, _TA.FINISH): _T.DONE,
        (_T.DUE, _TA.SKIP): _T.SKIPPED,
        (_T.DONE, _TA.UNDO): _T.WAITING,
        (_T.SKIPPED, _TA.UNDO): _T.WAITING,
    },
    final=frozenset({_T.DONE, _T.SKIPPED}),
)

_O, _OA = OfferState, OfferAction
OFFER_LIFE_CYCLE: LifeCycle[OfferState, OfferAction] = LifeCycle(
    initial=_O.OFFERED,
    table={
        (_O.OFFERED, _OA.TAKE): _O.TAKEN,
        (_O.OFFERED, _OA.DECLINE): _O.DECLINED,
        (_O.OFFERED, _OA.LAPSE): _O.LAPSED,
        # Somebody thought better of it, or activated the plan by hand.
        (_O.DECLINED, _OA.TAKE): _O.TAKEN,
    },
    final=frozenset({_O.TAKEN, _O.LAPSED}),
)
"""A plan is offered where something brings it up. Nothing activates it but a person."""

OPEN_STEPS: frozenset[StepState] = frozenset({_T.WAITING, _T.DUE})
"""Steps that somebody still has to do."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One line of a checklist.

    Attributes:
        role: who does it, in the plan's own words, such as 现场指挥; people are named when the
            plan is activated.
        minutes: after activation, by when.
    """

    what: Bilingual
    role: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """What brings the plan up; a category brings it up for all below it.

    Attributes:
        urgency: only for calls at least so urgent: of a priority <= this, 1 (most urgent) to 4.
    """

    kind: TriggerKind
    code: str
    urgency: int = LEAST_URGENT

    def matches(self, kind: TriggerKind, code: str, priority: int = 1) -> bool:
        """Whether something of this kind, code and priority is meant."""
        if kind is not self.kind or priority > self.urgency:
            return False
        below = kind is TriggerKind.CATEGORY and code.startswith(self.code + ".")
        return code == self.code or below


@dataclass(frozen=True, slots=True)
class Checklist:
    """The content of a version.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    steps: tuple[PlanStep, ...]
    triggers: tuple[Trigger, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.steps) <= MAX_STEPS:
            raise InvalidDataError("steps", "out_of_range", found=len(self.steps))
        if len(self.triggers) > MAX_TRIGGERS:
            raise InvalidDataError("triggers", "too_long", found=len(self.triggers))
        for row, step in enumerate(self.steps):
            said = step.what.zh or step.what.en
            if not said or max(len(step.what.zh), len(step.what.en)) > MAX_WORDS:
                raise InvalidDataError(f"steps[{row}].what", "missing")
            if not step.role.strip() or len(step.role) > 60:
                raise InvalidDataError(f"steps[{row}].role", "missing")
            if not 0 <= step.minutes <= MAX_MINUTES:
                raise InvalidDataError(f"steps[{row}].minutes", "out_of_range", found=step.minutes)
        for row, trigger in enumerate(self.triggers):
            if not trigger.code.strip():
                raise InvalidDataError(f"triggers[{row}].code", "missing")
            if not 1 <= trigger.urgency <= LEAST_URGENT:
                raise InvalidDataError(
                    f"triggers[{row}].urgency", "out_of_range", found=trigger.urgency
                )

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that the steps name, in their order."""
        return tuple(dict.fromkeys(step.role for step in self.steps))

    def triggered_by(self, kind: TriggerKind, code: str, priority: int = 1) -> bool:
        """Whether something brings the plan up."""
        return any(one.matches(kind, code, priority) for one in self.triggers)


def load_checklist(data: JsonValue) -> Checklist:
    """The content that `dump` wrote, or a person. Raises InvalidDataError, naming the field."""
    return load(Checklist, data)


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What became of a step: when it was due and when it was done or skipped (None: it was not)."""

    number: int
    state: StepState
    due_s: float
    ended_s: float | None


@dataclass(frozen=True, slots=True)
class Review:
    """What a look back says, counted from the steps alone.

    Attributes:
        late: numbers of steps done after their time (>), with how many seconds.
        missed: numbers of steps that nobody did or skipped before the end.
    """

    done: int
    on_time: int
    late: tuple[tuple[int, float], ...]
    skipped: tuple[int, ...]
    missed: tuple[int, ...]


def review(steps: Iterable[StepOutcome]) -> Review:
    """What was on time, late, skipped and missed; done exactly when due is on time."""
    all_steps = sorted(steps, key=lambda one: one.number)
    done = [(one, one.ended_s) for one in all_steps if one.state is StepState.DONE]
    late = tuple(
        (one.number, ended_s - one.due_s)
        for one, ended_s in done
        if ended_s is not None and ended_s > one.due_s
    )
    return Review(
        done=len(done),
        on_time=len(done) - len(late),
        late=late,
        skipped=tuple(one.number for one in all_steps if one.state is StepState.SKIPPED),
        missed=tuple(one.number for one in all_steps if one.state in OPEN_STEPS),
    )
