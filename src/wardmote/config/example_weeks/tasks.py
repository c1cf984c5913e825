"""Tasks of the demonstrated weeks: made by the rules day by day, done by whoever held them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import numpy as np

from wardmote.config.example_weeks.cast import ASSISTANT, CHIEF, OFFICER, Cast
from wardmote.core.beat.task_making import Spot, requests_on
from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.consent import CarePurpose
from wardmote.core.domain.ids import PersonId
from wardmote.core.domain.plain import JsonValue, load
from wardmote.core.domain.task import TOLERANCE_M, TaskKind, TaskPlace, TaskRequest, TaskSource
from wardmote.core.domain.task_form import FieldKind, FormField, TaskForm
from wardmote.core.domain.task_rule import Where
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.working_calendar import WorkingCalendar
from wardmote.operations.tasks.rules import rules_in_use
from wardmote.operations.tasks.selectors import seen_tasks
from wardmote.operations.tasks.services import (
    BY_HAND,
    BY_RULES,
    NewConsent,
    Whereabouts,
    check_in,
    finish,
    keep_consent,
    make_all,
    order,
    release_and_expire,
)
from wardmote.operations.tasks.spots import Spots
from wardmote.operations.working_time import working_calendar

_IN_TIME, _LATE = 0.9, 0.96
"""Shares of tasks done on their day, and on it or two days later; the rest stays undone."""

_ORDERS = (
    (ASSISTANT, TaskKind.INSPECTION, "查看周边消防通道", "See to the fire lanes nearby", 30),
    (ASSISTANT, TaskKind.PUBLICITY, "张贴防诈骗提示", "Put up warnings of fraud", 20),
    (ASSISTANT, TaskKind.VISIT, "走访沿街商户", "Call on the shops of the street", 45),
    (OFFICER, TaskKind.VISIT, "与负责人谈防范措施", "Talk about prevention with who runs it", 40),
)


def do_tasks(cast: Cast) -> None:
    """Make and do the tasks of the town, day by day up to yesterday; today's are made and open."""
    rng = np.random.default_rng(int(cast.town))
    calendar = working_calendar(cast.now_s)
    spots = Spots(cast.today)
    days = (cast.today - cast.first_day).days
    for ago in range(days, -1, -1):
        day = cast.today - datetime.timedelta(days=ago)
        requests = list(_asked_for(cast, day, spots, calendar))
        make_all(requests, actor=BY_RULES, now_s=cast.at_s(ago, 0.1))
        while release_and_expire(cast.at_s(ago, 0.1)):
            pass
        if ago:
            _do_day(cast, ago, rng)
    _order_for_today(cast, calendar)
    _keep_consent(cast)


def _asked_for(
    cast: Cast, day: datetime.date, spots: Spots, calendar: WorkingCalendar
) -> Iterator[TaskRequest]:
    for rule in rules_in_use():
        if rule.recurrence is not None:
            yield from requests_on(rule, day, _in_town(cast, spots, rule.where), calendar)


def _in_town(cast: Cast, spots: Spots, where: Where | None) -> list[Spot]:
    return [spot for spot in spots.of(where) if area_contains(cast.town, spot.area)]


def _do_day(cast: Cast, ago: int, rng: np.random.Generator) -> None:
    day = cast.today - datetime.timedelta(days=ago)
    rows = seen_tasks(cast.leader()).filter(day=day).exclude(holder="").select_related("sheet")
    for row in rows.order_by("pk"):
        luck = float(rng.random())
        if luck >= _LATE:
            continue
        late = 0 if luck < _IN_TIME else 2
        if late >= ago:
            continue
        begin_s = cast.at_s(ago - late, float(rng.uniform(9.0, 16.0)))
        viewer = cast.person(row.holder, begin_s)
        near = Whereabouts() if row.lon is None else Whereabouts(row.lon, row.lat, 15.0)
        check_in(viewer, row.pk, near, now_s=begin_s)
        answers = {
            field.code: answer
            for field in load(TaskForm, row.sheet.form).fields
            if (answer := _answer(field, rng)) is not None
        }
        done_s = begin_s + row.minutes * 60.0 * float(rng.uniform(0.5, 1.1))
        finish(viewer, row.pk, answers, now_s=min(done_s, cast.now_s))


def _answer(field: FormField, rng: np.random.Generator) -> JsonValue:
    """What somebody fills in; None leaves a field empty."""
    if field.kind is FieldKind.TICK:
        return True
    if field.kind is FieldKind.NUMBER:
        return int(rng.integers(8, 60))
    if field.kind is FieldKind.CHOICE:
        # The first choice is the everyday one.
        return field.choices[0 if rng.random() < 0.85 else -1].code
    return None


def _order_for_today(cast: Cast, calendar: WorkingCalendar) -> None:
    """What the chief asks of those who log in, by hand, for today."""
    begin_s = calendar.midnight_s(cast.today)
    end_s = calendar.midnight_s(cast.today + datetime.timedelta(days=1))
    chief = cast.person(CHIEF)
    near = cast.points(len(_ORDERS))
    for number, ((holder, kind, zh, en, minutes), place) in enumerate(
        zip(_ORDERS, near, strict=False)
    ):
        request = TaskRequest(
            rule=BY_HAND,
            source=TaskSource("order", f"example-{number}"),
            kind=kind,
            title=Bilingual(zh, en),
            area=cast.village,
            day=cast.today,
            opens_s=begin_s,
            due_s=end_s,
            holder=PersonId(holder),
            place=TaskPlace(
                "key_place", place.place_id, place.name, place.lon, place.lat, TOLERANCE_M
            ),
            minutes=minutes,
        )
        order(chief, request, now_s=cast.now_s, although_overloaded=True)


def _keep_consent(cast: Cast) -> None:
    """Somebody who lives alone has asked to be looked in on every day for half a year."""
    consent = NewConsent(
        area=cast.village,
        purpose=CarePurpose.LIVING_ALONE,
        name="（示例）魏奶奶",
        contact="",
        address="村东头第一家",
        wishes="上午来最好，敲门声大一点。",
        every_days=1,
        minutes=20,
        from_day=cast.today,
        to_day=cast.today + datetime.timedelta(days=180),
        signed=True,
    )
    keep_consent(cast.person(ASSISTANT), consent, now_s=cast.now_s)
