"""One step in a task's life: the table decides, row, step and event go together."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.task import (
    TASK_LIFE_CYCLE,
    TaskAction,
    TaskId,
    TaskKind,
    TaskState,
)
from wardmote.core.domain.task_events import TaskMoved
from wardmote.operations.journal.services import record
from wardmote.operations.tasks.errors import TaskConflictError, UnknownTaskError
from wardmote.operations.tasks.models import Task, TaskStep

OFFLINE_S = 72 * 3_600.0
"""What a phone says of the time counts for so long back; a day without network is normal."""
AHEAD_S = 120.0
"""A clock that is fast by so much is still believed, but nothing is dated into the future."""
LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Told:
    """When something was done, and what was seen when it was decided.

    Attributes:
        device_s: the phone's clock; None where the server's is meant.
        based_on: the revision of the task that the person saw; None where it does not matter.
    """

    device_s: float | None = None
    based_on: int | None = None


NOW = Told()


@dataclass(frozen=True, slots=True)
class Step:
    """What is done in a step besides moving on."""

    reason: str = ""
    words: str = ""
    away_m: float | None = None
    holder: str | None = None


PLAIN = Step()


def moment(told: Told, now_s: float, not_before_s: float) -> tuple[float, str]:
    """The time that counts and whose clock it is: ``device`` or ``server``.

    A phone's time counts when it lies in not_before_s <= t, at most `OFFLINE_S` ago and not ahead.
    """
    said_s = told.device_s
    if said_s is None or not now_s - OFFLINE_S <= said_s <= now_s + AHEAD_S:
        return now_s, "server"
    at_s = min(said_s, now_s)
    return (at_s, "device") if at_s >= not_before_s else (now_s, "server")


def locked(task_id: str) -> Task:
    """A task, locked until the transaction ends.

    Raises:
        UnknownTaskError: there is none.
    """
    row = Task.objects.select_for_update().filter(pk=task_id).first()
    if row is None:
        raise UnknownTaskError
    return row


def unchanged_since(row: Task, told: Told, actor: str) -> None:
    """Refuse what was decided on a state that somebody else has changed since.

    What the same person did meanwhile is no surprise: a phone sends a day's work one by one.

    Raises:
        TaskConflictError: somebody else changed it.
    """
    if told.based_on is None or told.based_on >= row.revision:
        return
    if row.steps.filter(revision__gt=told.based_on).exclude(by=actor).exists():
        raise TaskConflictError(task=row.pk)


def move(
    row: Task,
    action: TaskAction,
    *,
    actor: str,
    now_s: float,
    told: Told = NOW,
    step: Step = PLAIN,
) -> TaskStep:
    """Take one step: `row` is locked by the caller's transaction and saved here.

    Raises:
        TaskConflictError: the life cycle does not allow it where the task stands.
    """
    try:
        after = TASK_LIFE_CYCLE.next_state(TaskState(row.state), action)
    except TransitionRefusedError as error:
        raise TaskConflictError(task=row.pk) from error
    newest = row.steps.order_by("-revision").values_list("at_s", flat=True).first()
    at_s, clock = moment(told, now_s, max(newest or row.made_s, min(row.opens_s, now_s)))
    before = row.holder
    row.state = after.value
    row.revision += 1
    if step.holder is not None:
        row.holder = step.holder
    _stamp(row, action, actor, at_s, now_s)
    row.save()
    kept = TaskStep.objects.create(
        task=row,
        revision=row.revision,
        action=action.value,
        after=after.value,
        by=actor,
        at_s=at_s,
        device_s=told.device_s,
        recorded_s=now_s,
        clock=clock,
        reason=step.reason,
        words=step.words[:LONGEST_WORDS],
        away_m=step.away_m,
        holder_before=before,
        holder=row.holder,
    )
    record(
        [moved(row, action, step.reason, told.device_s)],
        actor=actor,
        area=AreaId(row.area),
        now_s=now_s,
        occurred_s=at_s,
    )
    return kept


def _stamp(row: Task, action: TaskAction, actor: str, at_s: float, now_s: float) -> None:
    if action is TaskAction.CHECK_IN:
        row.begun_s = at_s
    elif action is TaskAction.FINISH:
        row.done_s, row.recorded_s, row.done_by = at_s, now_s, actor
    elif action in (TaskAction.UNDO, TaskAction.HAND_OVER):
        row.begun_s = None
    elif action is TaskAction.REOPEN:
        row.begun_s = row.done_s = row.recorded_s = None
        row.done_by = ""
        row.useless_after_s = None  # or it would expire again at once


def moved(row: Task, action: TaskAction, reason: str, device_s: float | None) -> TaskMoved:
    """The event of a step that `row` has just taken."""
    return TaskMoved(
        task=TaskId(row.pk),
        kind=TaskKind(row.kind),
        rule=row.rule,
        source_kind=row.source_kind,
        source=row.source,
        action=action,
        after=TaskState(row.state),
        holder=row.holder,
        reason=reason,
        device_s=device_s,
        drill=row.drill,
    )
