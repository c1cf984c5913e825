"""Whose case a task was, and how it stood at a moment: folded from its steps, never from its row.

Steps are only added to, each with the moment at which it became known. What was known at a moment
can therefore be counted again at any later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wardmote.core.domain.leave import Leave
from wardmote.core.domain.task import TaskAction, TaskState


@dataclass(frozen=True, slots=True)
class TaskFact:
    """One step of a task.

    Attributes:
        at_s: when it was done; `recorded_s`: when it became known (later, from a phone without a
            network). Seconds UTC.
        before, holder: who held the task before and after it; empty: nobody.
    """

    action: TaskAction
    after: TaskState
    at_s: float
    recorded_s: float
    before: str
    holder: str


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """Whose case a task is: of `person`, done at `done_s` or, where that is None, not done."""

    person: str
    done_s: float | None


def standing_of(
    due_s: float, holder: str, facts: Sequence[TaskFact], as_of_s: float
) -> TaskStanding | None:
    """How a task that is due by `due_s` stood, by what was known at `as_of_s`.

    Done in time (<= due_s), it is a case of who held it then. Otherwise it is a case of who held it
    when it fell due: handing it on before that takes it along, doing it late for somebody else
    harms nobody. One that was cancelled, or that nobody held, is nobody's case.

    Args:
        holder: who holds it by now; of use only while nothing is on record of it.
        facts: its steps, in order.
    """
    known = [one for one in facts if one.recorded_s <= as_of_s]
    if known and known[-1].after is TaskState.CANCELLED:
        return None
    done = None
    if known and known[-1].after is TaskState.DONE:
        done = next(one for one in reversed(known) if one.action is TaskAction.FINISH)
        if done.at_s <= due_s:
            return TaskStanding(done.before, done.at_s) if done.before else None
    person = facts[0].before if facts else holder
    for one in known:
        if one.at_s <= due_s:
            person = one.holder
    if not person:
        return None
    return TaskStanding(person, None if done is None else done.at_s)


def fell_in_leave(due_s: float, done_s: float | None, leaves: Iterable[Leave]) -> bool:
    """Whether a task fell due while whoever held it was on leave, and was not done in time.

    Then it is nobody's case: who is away cannot do it, and with no deputy nobody else was asked.
    What fell due (due_s <= from_s) by the moment the leave began is still a case; what falls due at
    the moment it ends is not.

    Args:
        done_s: when it was done; None: it was not.
        leaves: of the person that it would be a case of.
    """
    if done_s is not None and done_s <= due_s:
        return False
    return any(one.from_s < due_s <= one.to_s for one in leaves)
