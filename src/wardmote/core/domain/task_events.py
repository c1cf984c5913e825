"""What happened to tasks, their rules and consents to care visits.

Titles, answers, reasons in words and everything about a resident are in rows; events carry ids and
codes alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.event_registry import REGISTRY, Payload
from wardmote.core.domain.task import TaskAction, TaskId, TaskKind, TaskState


@REGISTRY.register("task.made")
@dataclass(frozen=True, slots=True)
class TaskMade(Payload):
    """A task came into being.

    Attributes:
        rule: code of the rule or reaction that asked for it.
        source_kind, source: why it is there, such as ``incident`` and its id.
        holder: staff id; empty while nobody holds the office.
    """

    task: TaskId
    kind: TaskKind
    rule: str
    source_kind: str
    source: str
    holder: str
    after: TaskState
    drill: bool


@REGISTRY.register("task.moved")
@dataclass(frozen=True, slots=True)
class TaskMoved(Payload):
    """A task moved through its life cycle.

    Attributes:
        rule, source_kind, source: as when it was made, for reactions.
        holder: who holds it from here on; empty for nobody.
        reason: code of a reason; empty where none is asked for.
        device_s: what the phone's clock said; None without one.
    """

    task: TaskId
    kind: TaskKind
    rule: str
    source_kind: str
    source: str
    action: TaskAction
    after: TaskState
    holder: str
    reason: str
    device_s: float | None
    drill: bool


@REGISTRY.register("task.accompanied")
@dataclass(frozen=True, slots=True)
class TaskAccompanied(Payload):
    """Which police officer goes with whoever may not do a task alone, or was there.

    Attributes:
        officer: staff id; empty where nobody is needed any more, or there is a gap.
        gap: why there is nobody who goes along (`GapReason`); empty otherwise.
        there: it is done, and this officer was there, as the holder says.
    """

    task: TaskId
    officer: str
    gap: str
    there: bool


@REGISTRY.register("task_rule.set")
@dataclass(frozen=True, slots=True)
class TaskRuleSet(Payload):
    """A version of a rule that makes tasks was kept; `in_use` false: it makes none any more."""

    rule: str
    version: int
    in_use: bool


@REGISTRY.register("care.consent_moved")
@dataclass(frozen=True, slots=True)
class ConsentMoved(Payload):
    """Consent to care visits was kept, withdrawn, ended with its time, or erased.

    Attributes:
        consent: its id, by which nobody can be found.
        action: ``given``, ``withdrawn``, ``expired`` or ``erased``.
    """

    consent: str
    action: str
