"""Who is told of which event. Nobody is told of what they did themselves."""

from __future__ import annotations

from wardmote.core.domain.contingency import StepAction
from wardmote.core.domain.duty_events import (
    DutyLevelMoved,
    DutyMinimumShort,
    DutyOfferMoved,
    DutyStepMoved,
)
from wardmote.core.domain.duty_level import SwitchAction
from wardmote.core.domain.event_registry import Event
from wardmote.core.domain.hazard import ExtensionAction, PartAction
from wardmote.core.domain.hazard_events import HazardExtensionMoved, HazardPartMoved
from wardmote.core.domain.leave import LeaveAction
from wardmote.core.domain.notice import NoticeKind
from wardmote.core.domain.permissions import Permission
from wardmote.core.domain.staff_events import StaffLeaveMoved
from wardmote.core.domain.task import TaskAction, TaskState
from wardmote.core.domain.task_events import TaskMade, TaskMoved
from wardmote.operations.duty.told import (
    approval_of,
    holds_still,
    is_offered,
    people_of_step,
    people_of_switch,
)
from wardmote.operations.hazards.told import members_of, part_told
from wardmote.operations.local_time import local_day
from wardmote.operations.notices.services.audience import deciders, others
from wardmote.operations.notices.services.telling import Telling, tell
from wardmote.operations.tasks.told import due_between, holders_of_source, people_of_cancelled

SOON_S = 3_600.0
"""A task that is not done so long before it is due is told of."""
HAZARD_PART = "hazard_part"
"""The source of the task to re-check a part."""
_PARTS = {
    None: NoticeKind.HAZARD_ASSIGNED,
    PartAction.RETURN: NoticeKind.HAZARD_RETURNED,
    PartAction.ESCALATE: NoticeKind.HAZARD_ESCALATED,
}
_DECIDED = (ExtensionAction.GRANT, ExtensionAction.REFUSE)
_LEVELS = (SwitchAction.APPROVE, SwitchAction.END)


def on_task_made(event: Event, now_s: float) -> None:
    """A task that is open from the start is told to who holds it."""
    made = event.payload
    assert isinstance(made, TaskMade)
    if made.after is TaskState.OPEN:
        about = Telling(NoticeKind.TASK_NEW, str(made.task), "task", made.task, made.drill)
        tell(others([made.holder], event), about, now_s)


def on_task_moved(event: Event, now_s: float) -> None:
    """Tasks of the day are told once a day; one that is handed over or cancelled, each time.

    Of one that is cancelled who had it to do that day, or was to go along: they may be on the way.
    """
    moved = event.payload
    assert isinstance(moved, TaskMoved)
    if moved.action is TaskAction.RELEASE and not moved.drill:
        today = local_day(event.occurred_s).isoformat()
        tell([moved.holder], Telling(NoticeKind.TASKS_TODAY, today), now_s)
    elif moved.action is TaskAction.HAND_OVER or (
        moved.action is TaskAction.REOPEN and moved.after is TaskState.OPEN
    ):
        kind = NoticeKind.TASK_HANDED
        about = Telling(kind, str(event.seq), "task", moved.task, moved.drill)
        tell(others([moved.holder], event), about, now_s)
    elif moved.action is TaskAction.CANCEL:
        people = people_of_cancelled(moved.task, event.recorded_s)
        about = Telling(NoticeKind.TASK_CANCELLED, moved.task, "task", moved.task, moved.drill)
        tell(others(people, event), about, now_s)


def on_hazard_part(event: Event, now_s: float) -> None:
    """The members of a department are told of what it must put right, others of what to check."""
    part = event.payload
    assert isinstance(part, HazardPartMoved)
    kind = _PARTS.get(part.action)
    if kind is not None and part.department:
        people = others(members_of(part.department), event)
        tell(people, Telling(kind, str(event.seq), "hazard", part.hazard), now_s)
    elif part.action is PartAction.SUBMIT:
        _to_check(event, part, now_s)


def _to_check(event: Event, part: HazardPartMoved, now_s: float) -> None:
    """Proof waits: whoever holds the task to look is told of the task, else those who may look."""
    told = part_told(part.part)
    if told is None or not told.waits_for_check or holders_of_source(HAZARD_PART, part.part):
        return
    people = deciders(Permission.HAZARD_CHECK, event.area, now_s, but=told.own)
    about = Telling(NoticeKind.HAZARD_TO_CHECK, str(event.seq), "hazard", part.hazard)
    tell(others(people, event), about, now_s)


def on_extension(event: Event, now_s: float) -> None:
    """Who decides is told that more time is asked for, the department what was decided."""
    extension = event.payload
    assert isinstance(extension, HazardExtensionMoved)
    if extension.action is None:
        kind = NoticeKind.EXTENSION_ASKED
        people = deciders(Permission.HAZARD_TRIAGE, event.area, now_s)
    elif extension.action in _DECIDED:
        told = part_told(extension.part)
        kind, people = NoticeKind.EXTENSION_DECIDED, members_of(told.department) if told else ()
    else:
        return
    tell(others(people, event), Telling(kind, str(event.seq), "hazard", extension.hazard), now_s)


def on_duty_level(event: Event, now_s: float) -> None:
    """Who sees the duty of an area, of a part of it or around it, is told of its new level.

    Of one that is proposed only those who may put it in force.
    """
    level = event.payload
    assert isinstance(level, DutyLevelMoved)
    approval = approval_of(level.switch) if level.action is None else None
    if approval is not None:
        area, proposed_by = approval
        approvers = deciders(Permission.DUTY_APPROVE, area, now_s, but=[proposed_by])
        about = Telling(NoticeKind.LEVEL_PROPOSED, str(event.seq), "switch", level.switch)
        tell(others(approvers, event), about, now_s)
    if level.action in _LEVELS:
        people = people_of_switch(level.switch, now_s)
        about = Telling(NoticeKind.DUTY_LEVEL, str(event.seq), "duty", level.switch)
        tell(others(people, event), about, now_s)


def on_minimum_short(event: Event, now_s: float) -> None:
    """Who leads duty where a post is, and is near, is told that it has been short for long."""
    short = event.payload
    assert isinstance(short, DutyMinimumShort)
    if not holds_still(short.switch):
        return
    people = deciders(Permission.DUTY_PLAN, event.area, now_s)
    about = Telling(NoticeKind.MINIMUM_SHORT, str(event.seq), "switch", short.switch)
    tell(others(people, event), about, now_s)


def on_offer(event: Event, now_s: float) -> None:
    """Who leads duty where a plan is offered is told; of a drill's call nobody."""
    offer = event.payload
    assert isinstance(offer, DutyOfferMoved)
    if offer.action is None and not offer.drill and is_offered(offer.offer):
        people = deciders(Permission.DUTY_PLAN, event.area, now_s)
        about = Telling(NoticeKind.PLAN_OFFERED, offer.offer, "offer", offer.offer)
        tell(others(people, event), about, now_s)


def on_recall(event: Event, now_s: float) -> None:
    """Whose leave is ended or cancelled by others is told, whatever the hour."""
    leave = event.payload
    assert isinstance(leave, StaffLeaveMoved)
    if leave.action in (LeaveAction.RECALL, LeaveAction.CANCEL):
        about = Telling(NoticeKind.RECALLED, str(event.seq), "leave", leave.leave)
        tell([str(leave.person)], about, now_s)


def on_plan_step(event: Event, now_s: float) -> None:
    """Who takes part in an activation in the role of a step is told that it is due."""
    step = event.payload
    assert isinstance(step, DutyStepMoved)
    if step.action is StepAction.FALL_DUE:
        people = people_of_step(step.activation, step.number)
        kind = NoticeKind.PLAN_STEP
        about = Telling(kind, str(event.seq), "activation", step.activation, step.drill)
        tell(others(people, event), about, now_s)


def tell_what_is_due(now_s: float) -> None:
    """Tell who holds a task that it is due within the hour; once for each deadline."""
    for task, holder, due_s, drill in due_between(now_s, now_s + SOON_S):
        about = Telling(NoticeKind.TASK_DUE, f"{task}:{due_s:.0f}", "task", task, drill, due_s)
        tell([holder], about, now_s)
