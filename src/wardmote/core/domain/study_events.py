"""What happened in planning: events of studies, their runs, adopted plans, and forecasts.

Titles, reasons and plans are in the rows; events carry ids, codes and numbers alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.study import (
    AdoptionAction,
    AdoptionState,
    RunAction,
    RunKind,
    RunState,
    StudyAction,
    StudyState,
)


@REGISTRY.register("study.opened")
@dataclass(frozen=True, slots=True)
class StudyOpened(Payload):
    """Somebody began to ask a question about an area."""

    study: str


@REGISTRY.register("study.moved")
@dataclass(frozen=True, slots=True)
class StudyMoved(Payload):
    """A study was closed or opened again."""

    study: str
    action: StudyAction
    after: StudyState


@REGISTRY.register("study.shared")
@dataclass(frozen=True, slots=True)
class StudyShared(Payload):
    """A study is worked on by another member of staff as well, or no longer (`shared` false).

    Attributes:
        staff: the staff id, as actors are named.
    """

    study: str
    staff: str
    shared: bool


@REGISTRY.register("study.plan_kept")
@dataclass(frozen=True, slots=True)
class StudyPlanKept(Payload):
    """A plan was added to a study or changed.

    Attributes:
        source: ``in_force``, ``proposed``, ``uploaded`` or ``edited``.
        posts: how many posts it has.
    """

    study: str
    plan: str
    source: str
    posts: int


@REGISTRY.register("study.run_moved")
@dataclass(frozen=True, slots=True)
class StudyRunMoved(Payload):
    """A run was asked for (`action` None) or moved through its life cycle.

    Attributes:
        reason: code of a failure, such as ``process_ended``, or ``plan_not_added`` of a run whose
            plan the study could not take; empty otherwise.
    """

    study: str
    run: str
    kind: RunKind
    action: RunAction | None
    after: RunState
    reason: str


@REGISTRY.register("posting.moved")
@dataclass(frozen=True, slots=True)
class PostingMoved(Payload):
    """The adoption of a plan was proposed (`action` None) or moved through its life cycle.

    Attributes:
        from_s: when it is or was to take effect, seconds UTC.
    """

    adoption: str
    study: str
    plan: str
    action: AdoptionAction | None
    after: AdoptionState
    from_s: float


@REGISTRY.register("forecast.imported_stated")
@dataclass(frozen=True, slots=True)
class ImportedCallsStated(Payload):
    """Somebody stated that the imported calls of an area were the public's, or withdrew that.

    The area is the event's own; the statement lets the forecast there learn from those calls.

    Attributes:
        stated: false where it was withdrawn.
    """

    stated: bool
