"""The life cycles of planning: a study, a run of it, and the adoption of one of its plans.

A study asks a question about an area. A run computes in a process of its own: it is claimed by
one server, and ends done, failed or cancelled. An adoption takes a plan from a planner's proposal
through a second person's review into force, and back again if need be.
"""

from __future__ import annotations

from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle


class StudyState(StrEnum):
    """Where a study stands."""

    OPEN = "open"
    CLOSED = "closed"


class StudyAction(StrEnum):
    """What can be done to a study as a whole."""

    CLOSE = "close"
    REOPEN = "reopen"


class RunKind(StrEnum):
    """What a run works out.

    ``proposal``: posts for a plan, by the solver. ``grids``: one grid for each post of a plan.
    ``trial``: plans compared on the twin. ``shifts``: units on duty by hour, tried on the twin.
    ``relocation``: where free units go, chosen and proved on the twin. ``resiting``: which posts of
    a plan should move by now.
    """

    PROPOSAL = "proposal"
    GRIDS = "grids"
    TRIAL = "trial"
    SHIFTS = "shifts"
    RELOCATION = "relocation"
    RESITING = "resiting"


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunAction(StrEnum):
    """What can happen to a run.

    ``claim``: a server took it. ``cancel``: a person wants it ended. ``stop``: its process has
    ended for that. ``finish``: it has an outcome. ``fail``: its process ended without one.
    ``restart``: a person wants it again from the beginning.
    """

    CLAIM = "claim"
    CANCEL = "cancel"
    STOP = "stop"
    FINISH = "finish"
    FAIL = "fail"
    RESTART = "restart"


class AdoptionState(StrEnum):
    """Where the adoption of a plan stands.

    ``approved`` waits for its day; ``in_force`` is the configuration; ``superseded`` gave way to
    another plan; ``rolled_back`` was taken back by a person with a reason; ``ended`` was taken back
    after the last day that it was given; ``failed`` could not be put in force when its day came.
    """

    PROPOSED = "proposed"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    ROLLED_BACK = "rolled_back"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    ENDED = "ended"


class AdoptionAction(StrEnum):
    """What can be done to the adoption of a plan.

    ``take_effect``: its day has come. ``fail``: it came, and the plan does not fit the place any
    more. ``supersede``: another plan took effect. ``restore``: that one is over. ``end``: its last
    day is over. ``stay``: it is over, and what held before cannot be put in force again.
    """

    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    TAKE_EFFECT = "take_effect"
    SUPERSEDE = "supersede"
    ROLL_BACK = "roll_back"
    FAIL = "fail"
    RESTORE = "restore"
    END = "end"
    STAY = "stay"


STUDY_LIFE_CYCLE: LifeCycle[StudyState, StudyAction] = LifeCycle(
    initial=StudyState.OPEN,
    table={
        (StudyState.OPEN, StudyAction.CLOSE): StudyState.CLOSED,
        (StudyState.CLOSED, StudyAction.REOPEN): StudyState.OPEN,
    },
    final=frozenset({StudyState.CLOSED}),
)

_R = RunState
_RA = RunAction

RUN_LIFE_CYCLE: LifeCycle[RunState, RunAction] = LifeCycle(
    initial=_R.QUEUED,
    table={
        (_R.QUEUED, _RA.CLAIM): _R.RUNNING,
        (_R.QUEUED, _RA.CANCEL): _R.CANCELLED,
        (_R.RUNNING, _RA.CANCEL): _R.CANCELLING,
        (_R.RUNNING, _RA.FINISH): _R.DONE,
        (_R.RUNNING, _RA.FAIL): _R.FAILED,
        (_R.CANCELLING, _RA.STOP): _R.CANCELLED,
        (_R.FAILED, _RA.RESTART): _R.QUEUED,
        (_R.CANCELLED, _RA.RESTART): _R.QUEUED,
    },
    final=frozenset({_R.DONE, _R.FAILED, _R.CANCELLED}),
)
"""A run that is asked to end never ends done. One that searches (`KEEPS_BEST`) keeps the best that
it had found; of any other what came out a moment too late is dropped."""

_A = AdoptionState
_AA = AdoptionAction

ADOPTION_LIFE_CYCLE: LifeCycle[AdoptionState, AdoptionAction] = LifeCycle(
    initial=_A.PROPOSED,
    table={
        (_A.PROPOSED, _AA.APPROVE): _A.APPROVED,
        (_A.PROPOSED, _AA.REJECT): _A.REJECTED,
        (_A.PROPOSED, _AA.WITHDRAW): _A.WITHDRAWN,
        (_A.APPROVED, _AA.TAKE_EFFECT): _A.IN_FORCE,
        (_A.APPROVED, _AA.WITHDRAW): _A.WITHDRAWN,
        (_A.APPROVED, _AA.FAIL): _A.FAILED,
        (_A.FAILED, _AA.WITHDRAW): _A.WITHDRAWN,
        (_A.IN_FORCE, _AA.SUPERSEDE): _A.SUPERSEDED,
        (_A.IN_FORCE, _AA.ROLL_BACK): _A.ROLLED_BACK,
        (_A.IN_FORCE, _AA.END): _A.ENDED,
        (_A.IN_FORCE, _AA.STAY): _A.IN_FORCE,
        (_A.SUPERSEDED, _AA.RESTORE): _A.IN_FORCE,
    },
    final=frozenset(
        {_A.SUPERSEDED, _A.ROLLED_BACK, _A.REJECTED, _A.WITHDRAWN, _A.FAILED, _A.ENDED}
    ),
)

KEEPS_BEST: frozenset[RunKind] = frozenset({RunKind.PROPOSAL, RunKind.RESITING})
"""Runs that hand back the best so far when they are asked to end."""

UNDER_WAY: frozenset[RunState] = frozenset({_R.QUEUED, _R.RUNNING, _R.CANCELLING})
"""Runs that are not over yet."""

PENDING: frozenset[AdoptionState] = frozenset({_A.PROPOSED, _A.APPROVED})
"""Adoptions that are not in force yet and may be."""
