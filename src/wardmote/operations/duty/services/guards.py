"""Event guards: written, approved by another, and made for each occurrence once.

Making an occurrence draws its temporary posts on the map for its day and asks for its checks and
for who stands where as tasks. The day is kept in a row of its own in the same transaction, so that
it is made once. A guard that ends calls off what was made for later days.
"""

from __future__ import annotations

import datetime
import logging
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.areas import EVERYWHERE, area_contains
from wardmote.core.domain.duty_events import DutyGuardCalledOff, DutyGuardMade, DutyGuardMoved
from wardmote.core.domain.event_guard import (
    DAY_MINUTES,
    GUARD_LIFE_CYCLE,
    GuardAction,
    GuardContent,
    GuardPoint,
    GuardState,
    load_guard,
    occurrences,
)
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.permissions import (
    ROLE_PERMISSIONS,
    Permission,
    Role,
    RoleInArea,
    Viewer,
)
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump
from wardmote.core.domain.task import LONGEST_MINUTES, TaskKind, TaskPlace, TaskRequest, TaskSource
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.working_calendar import WorkingCalendar
from wardmote.operations.access.selectors import roles_granted_to
from wardmote.operations.duty.errors import (
    BadContentError,
    CannotStandError,
    SecondPersonError,
)
from wardmote.operations.duty.models import Guard, GuardDay
from wardmote.operations.duty.recording import RULE, area_of_text, check, locked, moved
from wardmote.operations.following import FAULTS, READER
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal import readers
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import clock_s, local_day
from wardmote.operations.people.selectors import accounts_of, roles_in_force
from wardmote.operations.places.drawing import (
    Days,
    KeyPlaceDrawing,
    call_off_drawing,
    draw_key_place,
)
from wardmote.operations.places.selectors import locate
from wardmote.operations.tasks.services import make
from wardmote.operations.tasks.services.ending import end_tasks_of
from wardmote.operations.working_time import working_calendar

CHECK_MINUTES = 30
SOURCE = "guard"
TRY_AGAIN_S = 600.0
"""A guard whose days could not be made is tried again so long after."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewGuard:
    """A guard to be written; `content` as data, `last_day` None: until it is ended."""

    area: str
    name: Bilingual
    content: JsonValue
    last_day: datetime.date | None = None


def write_guard(viewer: Viewer, new: NewGuard, *, now_s: float) -> str:
    """Write a guard, a draft; returns its id.

    Raises:
        AccessDeniedError: the viewer does not plan duty there.
        BadContentError: naming the field that does not fit.
        CannotStandError: naming those who may do no tasks there.
    """
    area = area_of_text(new.area)
    check(viewer, Permission.DUTY_PLAN, area)
    if not (new.name.zh.strip() or new.name.en.strip()):
        raise BadContentError(field="name", reason="missing")
    try:
        content = load_guard(new.content)
    except InvalidDataError as error:
        raise BadContentError(field=error.path or "/", reason=error.code) from error
    staff = {duty.staff for duty in content.duties}
    unfit = staff - set(_areas_of_duty(staff, area, now_s))
    if unfit:
        raise CannotStandError(who=", ".join(sorted(unfit)))
    for point in content.points:
        # A guard must not reach into somebody else's area.
        check(viewer, Permission.DUTY_PLAN, locate(point.lon, point.lat, now_s).area or area)
    with transaction.atomic():
        row = Guard.objects.create(
            id=new_id(now_s),
            area=area,
            name_zh=new.name.zh.strip()[:80],
            name_en=new.name.en.strip()[:80],
            content=dump(content),
            last_day=new.last_day,
            written_by=viewer.staff_id,
            written_s=now_s,
        )
        _tell(row, None, viewer.staff_id, now_s)
    return row.pk


def move_guard(viewer: Viewer, guard: str, action: GuardAction, *, now_s: float) -> None:
    """Approve a guard, or end it; what was made for days after today is called off.

    Raises:
        UnknownDutyError: there is none. NotPossibleError: it does not stand so.
        AccessDeniedError: the viewer does not approve duty there.
        SecondPersonError: the viewer wrote what they would approve.
    """
    with transaction.atomic():
        row = locked(Guard, guard)
        check(viewer, Permission.DUTY_APPROVE, row.area)
        if action is GuardAction.APPROVE and row.written_by == viewer.staff_id:
            raise SecondPersonError
        row.state = moved(GUARD_LIFE_CYCLE, GuardState(row.state), action).value
        row.decided_by, row.decided_s = viewer.staff_id, now_s
        row.save()
        _tell(row, action, viewer.staff_id, now_s)
        if action is GuardAction.END:
            _call_off(row, viewer.staff_id, now_s)


def make_guard_days(now_s: float) -> bool:
    """Make one occurrence that is due and not made; returns whether there may be more.

    A guard whose day cannot be made is written down as a fault and tried again later; it keeps no
    other guard waiting.
    """
    calendar, today = working_calendar(now_s), local_day(now_s)
    failed = {one.reaction: one.last_s for one in readers.faults() if one.seq == 0}
    for row in Guard.objects.filter(state=GuardState.APPROVED.value).order_by("pk"):
        fault = f"duty.guard:{row.pk}"
        if now_s - TRY_AGAIN_S < failed.get(fault, -math.inf) <= now_s:
            continue
        try:
            made = _make_next_day(row, today, calendar, now_s)
        except FAULTS as error:
            logger.warning("A day of the guard %s could not be made", row.pk, exc_info=error)
            with transaction.atomic():
                readers.keep_fault(READER, fault, 0, error, now_s)
            continue
        if fault in failed:
            readers.forget_fault(READER, fault, 0)
        if made:
            return True
    return False


def _make_next_day(
    row: Guard, today: datetime.date, calendar: WorkingCalendar, now_s: float
) -> bool:
    content = load_guard(row.content)
    made = set(row.days.filter(day__gte=today).values_list("day", flat=True))
    for day in occurrences(content, today, content.days_ahead + 1, calendar, row.last_day):
        if day not in made:
            _make_day(row.pk, content, day, now_s)
            return True
    return False


def _make_day(guard: str, content: GuardContent, day: datetime.date, now_s: float) -> None:
    with transaction.atomic():
        row = locked(Guard, guard)
        stands = row.state == GuardState.APPROVED.value
        if not stands or row.days.filter(day=day).exists():
            return
        posts = [_draw(row, content, point, day, now_s) for point in content.posts]
        areas = _areas_of_duty({one.staff for one in content.duties}, AreaId(row.area), now_s)
        requests = _requests(row, content, day, areas)
        tasks = [str(make(one, actor=RULE, now_s=now_s)) for one in requests]
        GuardDay.objects.create(
            guard=row, day=day, content=row.content, posts=posts, tasks=tasks, made_s=now_s
        )
        event = DutyGuardMade(row.pk, day.isoformat(), len(posts), len(tasks))
        record([event], actor=RULE, area=AreaId(row.area), now_s=now_s)


def _call_off(row: Guard, actor: str, now_s: float) -> None:
    """Take what was made for days after today off the map and out of people's days."""
    today = local_day(now_s)
    end_tasks_of(SOURCE, row.pk, done_by=RULE, now_s=now_s, after=today)
    for day in row.days.select_for_update().filter(day__gt=today, called_off_s=None):
        for post in day.posts:
            call_off_drawing(_by_rule(EVERYWHERE), post, now_s=now_s)
        day.called_off_s = now_s
        day.save(update_fields=["called_off_s"])
        event = DutyGuardCalledOff(row.pk, day.day.isoformat(), len(day.posts))
        record([event], actor=actor, area=AreaId(row.area), now_s=now_s)


def _draw(
    row: Guard, content: GuardContent, point: GuardPoint, day: datetime.date, now_s: float
) -> str:
    """Draw a temporary post by the rule: the guard was approved by whoever may."""
    area = locate(point.lon, point.lat, now_s).area or AreaId(row.area)
    drawing = KeyPlaceDrawing(
        point.title,
        "market",
        point.lon,
        point.lat,
        content.radius_m,
        Days(day, _last_day(content, day)),
    )
    return draw_key_place(_by_rule(area), drawing, now_s=now_s)


def _last_day(content: GuardContent, day: datetime.date) -> datetime.date:
    """The day on which an occurrence ends: the next one where somebody stands past midnight."""
    past = any(one.to_minute > DAY_MINUTES for one in content.duties)
    return day + datetime.timedelta(days=past)


def _by_rule(area: AreaId) -> Viewer:
    return Viewer(RULE, (RoleInArea(Role.ADMINISTRATOR, area),))


def _areas_of_duty(staff: Collection[str], area: AreaId, now_s: float) -> dict[str, AreaId]:
    """Who may stand at posts of a guard, and in which area their task is, so that they see it.

    Whoever does tasks in the guard's area, in it; else a part of it where they do tasks. Those
    who do tasks in neither are left out.
    """
    found: dict[str, AreaId] = {}
    for person in accounts_of(staff):
        held = (*roles_granted_to(person, now_s), *roles_in_force(person, now_s))
        own = {one.area for one in held if Permission.TASK_DO in ROLE_PERMISSIONS[one.role]}
        parts = sorted(one for one in own if area_contains(area, one))
        if any(area_contains(one, area) for one in own):
            found[person] = area
        elif parts:
            found[person] = parts[0]
    return found


def _requests(
    row: Guard, content: GuardContent, day: datetime.date, areas: Mapping[str, AreaId]
) -> list[TaskRequest]:
    """The tasks of a day; a duty whose person may do tasks there no more is nobody's: a gap."""
    name = Bilingual(row.name_zh, row.name_en)
    source = TaskSource(SOURCE, row.pk)
    places = [
        TaskPlace(SOURCE, f"{row.pk}/{number}", one.title, one.lon, one.lat, content.radius_m)
        for number, one in enumerate(content.points)
    ]
    checks = [
        TaskRequest(
            rule=f"guard.check.{number}",
            source=source,
            kind=TaskKind.CHECK,
            title=Bilingual((one.what.zh or one.what.en)[:60], (one.what.en or one.what.zh)[:60]),
            purpose=name,
            area=AreaId(row.area),
            day=day,
            opens_s=clock_s(day, 0),
            due_s=clock_s(day, one.by_minute),
            useless_after_s=clock_s(day, DAY_MINUTES),
            office=one.office,
            place=places[one.post],
            minutes=CHECK_MINUTES,
        )
        for number, one in enumerate(content.checks)
    ]
    duties = [
        TaskRequest(
            rule=f"guard.duty.{number}",
            source=source,
            kind=TaskKind.PATROL,
            title=_standing_at(content.points[one.post].title),
            purpose=name,
            area=areas.get(one.staff, AreaId(row.area)),
            day=day,
            opens_s=clock_s(day, one.from_minute),
            due_s=clock_s(day, one.to_minute),
            useless_after_s=clock_s(day, one.to_minute),
            holder=PersonId(one.staff if one.staff in areas else ""),
            place=places[one.post],
            minutes=min(one.to_minute - one.from_minute, LONGEST_MINUTES),
        )
        for number, one in enumerate(content.duties)
    ]
    return [*checks, *duties]


def _standing_at(point: Bilingual) -> Bilingual:
    zh, en = point.zh or point.en, point.en or point.zh
    return Bilingual(f"值守：{zh}"[:60], f"On duty: {en}"[:60])


def _tell(row: Guard, action: GuardAction | None, actor: str, now_s: float) -> None:
    event = DutyGuardMoved(row.pk, action, GuardState(row.state))
    record([event], actor=actor, area=AreaId(row.area), now_s=now_s)
