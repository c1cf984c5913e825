"""One step in a task's life: the table decides, row, step and event go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.task import (
    BY_CLOCK,
    OFFLINE_S,
    TASK_LIFE_CYCLE,
    TaskAction,
    TaskId,
    TaskKind,
    TaskState,
)
from wardmote.core.domain.task_events import TaskAccompanied, TaskMoved
from wardmote.operations.device_clock import AHEAD_S, DEVICE, SERVER, moment_of
from wardmote.operations.journal.services import record, record_in_areas
from wardmote.operations.journal.statements import insert
from wardmote.operations.tasks.errors import (
    TaskConflictError,
    TaskExpiredError,
    UnknownTaskError,
)
from wardmote.operations.tasks.holders import Assigned
from wardmote.operations.tasks.models import Task, TaskStep
from wardmote.operations.tasks.officers import Beside

LONGEST_WORDS = 300
RULE_ENDED = "rule_ended"
BY_RULES = "rule:tasks"
"""Who acts where rules and the clock do."""
"""Who does what the clock alone does."""
_BY_CLOCK = [action.value for action in BY_CLOCK]


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
    """What is done in a step besides moving on. `holder`: who has it from here on."""

    reason: str = ""
    words: str = ""
    away_m: float | None = None
    holder: Assigned | None = None


PLAIN = Step()


def moment(told: Told, now_s: float, not_before_s: float) -> tuple[float, str]:
    """The time that counts and whose clock it is: ``device`` or ``server``.

    A phone's time counts when it lies in not_before_s <= t, at most `OFFLINE_S` ago and not ahead.
    """
    return moment_of(told.device_s, now_s, not_before_s, offline_s=OFFLINE_S)


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

    What the same person did meanwhile is no surprise: a phone sends a day's work one by one. Nor is
    what the clock did: whether a task that has expired may still be told of is `open_as_told`'s.

    Raises:
        TaskConflictError: somebody else changed it.
    """
    if told.based_on is None or told.based_on >= row.revision:
        return
    since = row.steps.filter(revision__gt=told.based_on).exclude(by=actor)
    if since.exclude(action__in=_BY_CLOCK).exists():
        raise TaskConflictError(task=row.pk)


def open_as_told(row: Task, *, actor: str, now_s: float, told: Told) -> None:
    """Bring a locked task to where it stood when its holder began, as a phone tells of it later.

    One that is planned opens at opens_s (<=) by the server's clock or by the phone's, which may be
    fast by `AHEAD_S`. One that has expired is open again where it was begun before (<)
    useless_after_s by a phone's clock that counts.

    Raises:
        TaskExpiredError: it was begun too late, or nobody knows that it was not.
    """
    if row.state == TaskState.PLANNED.value and _has_come(row, told, now_s):
        move(row, TaskAction.RELEASE, actor=BY_RULES, now_s=now_s)
    if row.state == TaskState.EXPIRED.value:
        at_s, clock = moment(told, now_s, _not_before_s(row, now_s))
        useless_s = row.useless_after_s
        if clock != DEVICE or useless_s is None or at_s >= useless_s:
            raise TaskExpiredError(task=row.pk)
        move(row, TaskAction.TELL_LATE, actor=actor, now_s=now_s, told=told)


def _has_come(row: Task, told: Told, now_s: float) -> bool:
    said_s = told.device_s
    by_phone = said_s is not None and row.opens_s <= said_s <= now_s + AHEAD_S
    return row.opens_s <= now_s or by_phone


def _not_before_s(row: Task, now_s: float) -> float:
    """From when on (<=) a phone's time counts: after all that somebody did, once it had opened."""
    done = row.steps.exclude(action__in=_BY_CLOCK).order_by("-revision")
    newest = done.values_list("at_s", flat=True).first()
    return max(row.made_s if newest is None else newest, min(row.opens_s, now_s))


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
    at_s, clock = moment(told, now_s, _not_before_s(row, now_s))
    before = row.holder
    row.state = after.value
    row.revision += 1
    if step.holder is not None:
        row.holder = step.holder.holder
        row.instead_of, row.chosen = step.holder.instead_of, step.holder.chosen
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


def go_with(row: Task, together: Beside, *, actor: str, now_s: float) -> None:
    """Let this officer go along with a locked task, or name the gap; nothing where it is so."""
    if together == Beside(row.officer, row.officer_gap):
        return
    row.officer, row.officer_gap = together.officer, together.gap
    row.save(update_fields=["officer", "officer_gap"])
    event = TaskAccompanied(TaskId(row.pk), row.officer, row.officer_gap, there=False)
    record([event], actor=actor, area=AreaId(row.area), now_s=now_s)


def move_all(
    rows: Sequence[Task], action: TaskAction, *, actor: str, now_s: float, reason: str = ""
) -> None:
    """Take one step with many tasks that stand in one state, locked by the caller's transaction.

    A task that ends with its rule gives its natural key back: the rule may be used again.
    """
    if not rows:
        return
    ends = reason == RULE_ENDED
    for row in rows:
        row.state = TASK_LIFE_CYCLE.next_state(TaskState(row.state), action).value
        row.revision += 1
        row.key = row.pk if ends else row.key
    changed = Task.objects.filter(pk__in=[row.pk for row in rows])
    key = F("pk") if ends else F("key")
    changed.update(state=rows[0].state, revision=F("revision") + 1, key=key)
    insert(
        *(
            TaskStep(
                task=row,
                revision=row.revision,
                action=action.value,
                after=row.state,
                by=actor,
                at_s=now_s,
                recorded_s=now_s,
                clock=SERVER,
                reason=reason,
                holder_before=row.holder,
                holder=row.holder,
            )
            for row in rows
        )
    )
    record_in_areas(
        [(AreaId(row.area), moved(row, action, reason, None)) for row in rows],
        actor=actor,
        now_s=now_s,
    )


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
