"""Rules of tasks: what they ask for, and what is refused."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest

from wardmote.core.beat.shipped_task_rules import SHIPPED_TASK_RULES
from wardmote.core.beat.task_making import Spot, request_after, requests_on
from wardmote.core.domain.appointment import Office
from wardmote.core.domain.categories import CategoryTree
from wardmote.core.domain.codes import CodeList, is_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.plain import InvalidDataError, dump
from wardmote.core.domain.recurrence import Recurrence, RecurrenceKind
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.domain.task import TaskKind, TaskPlace, TaskSource
from wardmote.core.domain.task_rule import (
    AfterEvent,
    Due,
    DueKind,
    PlacesKind,
    TaskRule,
    Trigger,
    Where,
    check_rule,
    load_rule,
)
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.working_calendar import WorkingCalendar

D = datetime.date
CALENDAR = WorkingCalendar("Asia/Shanghai")
VILLAGES = tuple(
    Spot(
        TaskPlace("division", f"430521101{n:03}", Bilingual(f"{n}村", f"Village {n}")),
        AreaId(f"430521101{n:03}"),
    )
    for n in range(1, 41)
)
RULE = TaskRule(
    "round", Bilingual("走巡", "Round"), TaskKind.VISIT, Office.VILLAGE_ASSISTANT, 60,
    where=Where(PlacesKind.DIVISIONS, level="village"),
    recurrence=Recurrence(RecurrenceKind.EVERY_WORKING_DAYS, 5, in_turn=True),
    due=Due(DueKind.WORKING_DAYS, 1), of_use_days=2,
)  # fmt: skip
AFTER = AfterEvent(Trigger.CALL_CLOSED, working_days=3)
FOLLOW_UP = dataclasses.replace(RULE, code="again", where=None, recurrence=None, after=AFTER)


@pytest.mark.parametrize("rule", SHIPPED_TASK_RULES, ids=lambda rule: rule.code)
def test_shipped_rules_can_be_carried_out_and_kept(rule: TaskRule) -> None:
    assert load_rule(dump(rule)) == rule
    if rule.after is not None:
        categories: CategoryTree = SHIPPED_CATEGORIES
        assert all(code in categories for code in rule.after.categories)
        assert all(is_code(CodeList.DISPOSITION, code) for code in rule.after.dispositions)
        known = {one.code for one in SHIPPED_TASK_RULES}
        assert known.issuperset(rule.after.rules)


def test_each_village_comes_once_in_five_working_days_and_the_work_is_spread() -> None:
    week = [D(2026, 11, day) for day in range(23, 30)]
    by_day = [list(requests_on(RULE, day, VILLAGES, CALENDAR)) for day in week]
    assert sorted(one.area for day in by_day for one in day) == [one.area for one in VILLAGES]
    assert by_day[5] == by_day[6] == []  # the weekend
    assert max(len(day) for day in by_day) < len(VILLAGES) / 2


def test_a_task_opens_with_its_day_and_is_due_by_the_working_calendar() -> None:
    day = D(2026, 11, 27)  # a Friday
    daily = dataclasses.replace(RULE, recurrence=Recurrence(RecurrenceKind.EVERY_DAYS))
    request = next(requests_on(daily, day, VILLAGES, CALENDAR))
    assert request.opens_s == CALENDAR.midnight_s(day)
    assert request.due_s == CALENDAR.closes_s(D(2026, 11, 30))
    assert request.useless_after_s == CALENDAR.midnight_s(D(2026, 12, 3))


def test_a_rule_reaches_its_area_and_its_days_only() -> None:
    narrow = dataclasses.replace(
        RULE, recurrence=Recurrence(RecurrenceKind.EVERY_DAYS), area=VILLAGES[2].area,
        from_day=D(2026, 11, 24), to_day=D(2026, 11, 25),
    )  # fmt: skip
    counts = {
        day: len(list(requests_on(narrow, D(2026, 11, day), VILLAGES, CALENDAR)))
        for day in range(23, 27)
    }
    assert counts == {23: 0, 24: 1, 25: 1, 26: 0}


def test_what_follows_an_event_is_planned_for_a_working_day_after_it() -> None:
    closed_s = CALENDAR.midnight_s(D(2026, 11, 27)) + 20 * 3_600.0
    source = TaskSource("incident", "i1")
    request = request_after(FOLLOW_UP, AFTER, source, VILLAGES[0], closed_s, CALENDAR)
    assert request is not None
    assert request.day == D(2026, 12, 2)
    again = request_after(FOLLOW_UP, AFTER, source, VILLAGES[0], closed_s + 60.0, CALENDAR)
    assert again is not None
    assert again.key == request.key
    at_once = AfterEvent(Trigger.CALL_CLOSED, working_days=0)
    now = request_after(FOLLOW_UP, at_once, source, VILLAGES[0], closed_s - 36_000.0, CALENDAR)
    assert now is not None
    assert (now.day, now.opens_s) == (D(2026, 11, 27), closed_s - 36_000.0)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"code": "no spaces"}, "code"),
        ({"title": Bilingual(" ", "")}, "title"),
        ({"minutes": 0}, "minutes"),
        ({"kind": TaskKind.CARE_VISIT}, "kind"),
        ({"of_use_days": -1}, "of_use_days"),
        ({"from_day": D(2026, 2, 1), "to_day": D(2026, 1, 1)}, "to_day"),
        ({"due": Due(DueKind.WORKING_DAYS, 0.5)}, "due.amount"),
        ({"due": Due(DueKind.WORKING_HOURS, -1)}, "due.amount"),
        ({"recurrence": None}, "recurrence"),
        ({"after": AFTER}, "recurrence"),
        ({"where": None}, "where"),
        ({"where": Where(PlacesKind.OWN)}, "where.own"),
        ({"where": Where(PlacesKind.DIVISIONS)}, "where.level"),
    ],
)
def test_a_rule_that_cannot_be_carried_out_is_refused(change: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDataError) as refused:
        check_rule(dataclasses.replace(RULE, **change))
    assert refused.value.path == path


def test_a_kept_rule_with_numbers_that_do_not_fit_is_refused() -> None:
    data = dump(RULE)
    data["recurrence"]["every"] = 0
    with pytest.raises(InvalidDataError, match="does_not_fit"):
        load_rule(data)
