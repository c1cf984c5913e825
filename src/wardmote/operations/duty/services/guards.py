"""Event guards: written, approved by another, and made for each occurrence once.

Making an occurrence draws its temporary posts on the map for its day and asks for its checks as
tasks. The day is kept in a row of its own in the same transaction, so that it is made once.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.event_guard import (
    GUARD_LIFE_CYCLE,
    GuardAction,
    GuardContent,
    GuardPoint,
    GuardState,
    load_guard,
    occurrences,
)
from wardmote.core.domain.events import DutyGuardMade, DutyGuardMoved
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Role, RoleInArea, Viewer
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump
from wardmote.core.domain.task import TaskKind, TaskPlace, TaskRequest, TaskSource
from wardmote.core.domain.text import Bilingual
from wardmote.operations.duty.errors import BadContentError, SecondPersonError
from wardmote.operations.duty.models import Guard, GuardDay
from wardmote.operations.duty.recording import RULE, area_of_text, check, locked, moved
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.people.selectors import accounts_of
from wardmote.operations.places.drawing import Days, KeyPlaceDrawing, draw_key_place
from wardmote.operations.places.selectors import local_day, locate, midnight_s
from wardmote.operations.tasks.services import make
from wardmote.operations.working_time import working_calendar

MINUTE_S, DAY_S = 60.0, 86_400.0
CHECK_MINUTES = 30
SOURCE = "guard"


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
    if staff - accounts_of(staff):
        raise BadContentError(field="duties.staff", reason="unknown")
    for point in (*content.posts, *content.traffic):
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
    """Approve a guard, or end it; occurrences that were made stay.

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


def make_guard_days(now_s: float) -> bool:
    """Make the first occurrence that is due and not made; returns whether there may be more."""
    calendar, today = working_calendar(now_s), local_day(now_s)
    for row in Guard.objects.filter(state=GuardState.APPROVED.value).order_by("pk"):
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
        tasks = [str(make(one, actor=RULE, now_s=now_s)) for one in _requests(row, content, day)]
        GuardDay.objects.create(
            guard=row, day=day, content=row.content, posts=posts, tasks=tasks, made_s=now_s
        )
        event = DutyGuardMade(row.pk, day.isoformat(), len(posts), len(tasks))
        record([event], actor=RULE, area=AreaId(row.area), now_s=now_s)


def _draw(
    row: Guard, content: GuardContent, point: GuardPoint, day: datetime.date, now_s: float
) -> str:
    """Draw a temporary post by the rule: the guard was approved by whoever may."""
    area = locate(point.lon, point.lat, now_s).area or AreaId(row.area)
    by_rule = Viewer(RULE, (RoleInArea(Role.ADMINISTRATOR, area),))
    drawing = KeyPlaceDrawing(
        point.title, "market", point.lon, point.lat, content.radius_m, Days(day, day)
    )
    return draw_key_place(by_rule, drawing, now_s=now_s)


def _requests(row: Guard, content: GuardContent, day: datetime.date) -> list[TaskRequest]:
    begins_s, name = midnight_s(day), Bilingual(row.name_zh, row.name_en)
    first, source = content.posts[0], TaskSource(SOURCE, row.pk)
    place = TaskPlace(SOURCE, row.pk, name, first.lon, first.lat, content.radius_m)
    return [
        TaskRequest(
            rule=f"guard.check.{number}",
            source=source,
            kind=TaskKind.CHECK,
            title=Bilingual((one.what.zh or one.what.en)[:60], (one.what.en or one.what.zh)[:60]),
            purpose=name,
            area=AreaId(row.area),
            day=day,
            opens_s=begins_s,
            due_s=begins_s + one.by_minute * MINUTE_S,
            useless_after_s=begins_s + DAY_S,
            office=one.office,
            place=place,
            minutes=CHECK_MINUTES,
        )
        for number, one in enumerate(content.checks)
    ]


def _tell(row: Guard, action: GuardAction | None, actor: str, now_s: float) -> None:
    event = DutyGuardMoved(row.pk, action, GuardState(row.state))
    record([event], actor=actor, area=AreaId(row.area), now_s=now_s)
