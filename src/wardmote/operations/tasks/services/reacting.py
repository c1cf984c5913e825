"""What follows from events for tasks: follow-ups by the rules.

Each is told an event and the time, inside a transaction, and looks at how things stand by now.
"""

from __future__ import annotations

from wardmote.core.beat.task_making import Spot, request_after
from wardmote.core.domain.event_registry import Event
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.incident import IncidentAction, IncidentState
from wardmote.core.domain.incident_events import IncidentMoved
from wardmote.core.domain.leave import LeaveState
from wardmote.core.domain.task import (
    LIVING_TASKS,
    TaskAction,
    TaskPlace,
    TaskSource,
    TaskState,
)
from wardmote.core.domain.task_events import TaskMoved
from wardmote.core.domain.task_rule import AfterEvent, TaskRule, Trigger
from wardmote.core.domain.text import Bilingual
from wardmote.operations.incidents import selectors as incidents
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.rules import rules_in_use
from wardmote.operations.tasks.services.making import make
from wardmote.operations.tasks.services.moving import BY_RULES
from wardmote.operations.working_time import working_calendar

INCIDENT = "incident"
_LIVING = [state.value for state in LIVING_TASKS]
_ON_LEAVE = frozenset({LeaveState.APPROVED})
_BACK = frozenset({LeaveState.CANCELLED, LeaveState.RECALLED})


def follow_up_call(event: Event, now_s: float) -> None:
    """A call was closed: make what the rules ask for after it. A drill's tasks are a drill too."""
    payload = event.payload
    if not isinstance(payload, IncidentMoved) or payload.action is not IncidentAction.CLOSE:
        return
    call = incidents.find(payload.incident)
    if call.state != IncidentState.CLOSED.value:
        return  # opened again meanwhile; it is closed once more then
    spot = Spot(
        # The place is the call's: its address stays with it, opened by right.
        TaskPlace(INCIDENT, call.pk, Bilingual(call.number, call.number), call.lon, call.lat),
        AreaId(call.area),
    )
    for rule, after in _rules_after(Trigger.CALL_CLOSED):
        if _fits_call(after, call.category, payload.disposition or ""):
            _make(rule, after, TaskSource(INCIDENT, call.pk), spot, event, now_s, call.drill)


def follow_up_task(event: Event, now_s: float) -> None:
    """A task was done: make what the rules ask for after it."""
    payload = event.payload
    if not isinstance(payload, TaskMoved) or payload.action is not TaskAction.FINISH:
        return
    row = Task.objects.filter(pk=payload.task).first()
    if row is None or row.state != TaskState.DONE.value:
        return
    place = None
    if row.place:
        name = Bilingual(row.place_zh, row.place_en)
        place = TaskPlace(row.place_kind, row.place, name, row.lon, row.lat)
    spot = Spot(place or TaskPlace("division", row.area, Bilingual("", "")), AreaId(row.area))
    for rule, after in _rules_after(Trigger.TASK_DONE):
        if _fits_task(after, row):
            _make(rule, after, TaskSource("task", row.pk), spot, event, now_s, row.drill)


def _rules_after(trigger: Trigger) -> list[tuple[TaskRule, AfterEvent]]:
    found = ((rule, rule.after) for rule in rules_in_use())
    return [(rule, after) for rule, after in found if after and after.trigger is trigger]


def _fits_call(after: AfterEvent, category: str, disposition: str) -> bool:
    of_kind = not after.categories or any(
        category == code or category.startswith(f"{code}.") for code in after.categories
    )
    return of_kind and (not after.dispositions or disposition in after.dispositions)


def _fits_task(after: AfterEvent, row: Task) -> bool:
    if after.rules and row.rule not in after.rules:
        return False
    field, _equals, value = after.answer.partition("=")
    return not after.answer or str((row.answers or {}).get(field, "")) == value


def _make(
    rule: TaskRule,
    after: AfterEvent,
    source: TaskSource,
    spot: Spot,
    event: Event,
    now_s: float,
    drill: bool,  # of the call or the task
) -> None:
    calendar = working_calendar(now_s)
    request = request_after(rule, after, source, spot, event.occurred_s, calendar, drill=drill)
    if request is not None:
        make(request, actor=BY_RULES, now_s=now_s)
