"""What follows from a hazard: a task to re-check it on the spot, ended when that is done."""

from __future__ import annotations

from wardmote.core.domain.appointment import Office
from wardmote.core.domain.event_registry import Event
from wardmote.core.domain.hazard import PartAction, PartState
from wardmote.core.domain.hazard_events import HazardPartMoved
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.task import TaskKind, TaskPlace, TaskRequest, TaskSource
from wardmote.core.domain.text import Bilingual
from wardmote.operations.hazards import settings_in_force
from wardmote.operations.hazards.models import HazardPart
from wardmote.operations.hazards.recording import RULE
from wardmote.operations.tasks.services import make
from wardmote.operations.tasks.services.ending import end_tasks_of
from wardmote.operations.working_time import working_calendar

RECHECK_DAYS = 3
"""Working days within which a proof is checked on the spot."""
RECHECK_MINUTES = 30
RULE_CODE = "hazard.recheck"
PART = "hazard_part"
_CHECKED = (PartAction.PASS, PartAction.RETURN)


def recheck_task(event: Event, now_s: float) -> None:
    """Proof waits to be checked: make the task to look; the part was checked: end it.

    How the part stands by now decides, so that a late or repeated event does no harm. The task
    goes to the village assistant of the place, who is not the department; to the community officer
    where the part was raised to a level, since an officer ends an order.
    """
    payload = event.payload
    if not isinstance(payload, HazardPartMoved):
        return
    part = HazardPart.objects.select_related("hazard").filter(pk=payload.part).first()
    if part is None:
        return
    if part.state == PartState.SUBMITTED.value:
        make(_request(part, now_s), actor=RULE, now_s=now_s)
    elif payload.action in _CHECKED:
        end_tasks_of(PART, part.pk, done_by=event.actor, now_s=now_s)


def _request(part: HazardPart, now_s: float) -> TaskRequest:
    hazard, calendar = part.hazard, working_calendar(now_s)
    name = settings_in_force.categories(now_s).name(hazard.category)
    tolerance_m = settings_in_force.categories(now_s).check_tolerance_m
    title = Bilingual(
        f"复核隐患整改：{name.zh or name.en} {hazard.number}"[:60],
        f"Re-check a hazard: {name.en or name.zh} {hazard.number}"[:60],
    )
    place = Bilingual(hazard.number, hazard.number)
    return TaskRequest(
        # A part that is returned and handed in again asks for another task, even on the same day.
        rule=f"{RULE_CODE}.{part.returns}",
        source=TaskSource(PART, part.pk),
        kind=TaskKind.CHECK,
        title=title,
        area=AreaId(hazard.area),
        day=calendar.local_day(now_s),
        opens_s=now_s,
        due_s=calendar.deadline_s(now_s, RECHECK_DAYS),
        office=Office.COMMUNITY_OFFICER if part.level else Office.VILLAGE_ASSISTANT,
        place=TaskPlace("hazard", hazard.pk, place, hazard.lon, hazard.lat, tolerance_m),
        minutes=RECHECK_MINUTES,
    )
