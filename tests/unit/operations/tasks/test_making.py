"""Tasks are made once, for whoever answers, daily and by what asks for them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S
from tests.unit.operations.tasks.beat_place import CHIEF, DAY, OFFICER, request

from wardmote.core.domain.appointment import Office
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.recurrence import Recurrence, RecurrenceKind
from wardmote.core.domain.task import TaskKind, TaskRequest, TaskState
from wardmote.core.domain.task_events import TaskMade, TaskMoved
from wardmote.core.domain.task_rule import PlacesKind, TaskRule, Where
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal import readers
from wardmote.operations.journal.selectors import events_after, last_seq
from wardmote.operations.tasks import services
from wardmote.operations.tasks.errors import RuleChangedError, RuleRefusedError
from wardmote.operations.tasks.models import Task, TaskMaking
from wardmote.operations.tasks.rules import newest_rule, rules_in_use
from wardmote.operations.tasks.services import clockwork, making

DAY_S = 86_400.0
DAILY = TaskRule(
    "daily", Bilingual("每日", "Daily"), TaskKind.CHECK, Office.COMMUNITY_OFFICER, 30,
    where=Where(PlacesKind.DIVISIONS, level="town"),
    recurrence=Recurrence(RecurrenceKind.EVERY_DAYS), of_use_days=0, area=COUNTY,
)  # fmt: skip


def all_made(now_s: float) -> None:
    while services.make_next(now_s):
        pass


def test_asking_twice_makes_one_task(task: str) -> None:
    with transaction.atomic():
        again = services.make(request(), actor="rule:test", now_s=NOW_S + 1)
    assert again == task
    assert services.make_all([request(), request()], actor="rule:test", now_s=NOW_S) == 0
    assert Task.objects.count() == 1


def test_a_task_is_for_whoever_answers_and_for_nobody_in_a_gap(beat: None) -> None:
    requests = [
        request("a"),
        request("o", office=Office.COMMUNITY_OFFICER),
        request("gap", area=AreaId("430521102001"), place=None),
        request("named", holder="x9"),
    ]
    seq = last_seq()
    assert services.make_all(requests, actor="rule:test", now_s=NOW_S) == 4
    holders = dict(Task.objects.values_list("source", "holder"))
    assert holders == {"a": "a1", "o": "o1", "gap": "", "named": "x9"}
    made = [event.payload for event in events_after(seq)]
    assert all(isinstance(payload, TaskMade) for payload in made)
    areas = [event.area for event in events_after(seq)]
    assert areas.count(AreaId("430521102001")) == 1


def test_a_day_is_made_once_by_the_rules_and_opens_when_it_comes(beat: None) -> None:
    services.set_rule(CHIEF, DAILY, based_on=0, now_s=NOW_S)
    all_made(NOW_S)
    mine = Task.objects.filter(rule="daily")
    assert mine.count() == 6  # two towns, today and two days ahead
    assert mine.filter(state=TaskState.OPEN.value).count() == 2
    all_made(NOW_S + 60)
    assert mine.count() == 6
    assert TaskMaking.objects.filter(rule="daily").count() == 3
    seq = last_seq()
    while services.release_and_expire(NOW_S + DAY_S):
        pass
    assert mine.filter(state=TaskState.OPEN.value).count() == 2
    assert mine.filter(state=TaskState.EXPIRED.value).count() == 2
    moved = [one.payload for one in events_after(seq) if isinstance(one.payload, TaskMoved)]
    assert {one.after for one in moved} >= {TaskState.OPEN, TaskState.EXPIRED}


def test_a_rule_that_rests_makes_nothing_and_takes_back_what_has_not_opened(beat: None) -> None:
    number = services.set_rule(CHIEF, DAILY, based_on=0, now_s=NOW_S)
    all_made(NOW_S)
    services.switch_rule(CHIEF, "daily", in_use=False, based_on=number, now_s=NOW_S + 1)
    states = list(Task.objects.filter(rule="daily").values_list("state", flat=True))
    assert sorted(states) == ["cancelled"] * 4 + ["open"] * 2
    all_made(NOW_S + DAY_S)
    assert Task.objects.filter(rule="daily").count() == 6


def test_a_rule_that_is_used_again_makes_the_days_it_had_given_up(beat: None) -> None:
    number = services.set_rule(CHIEF, DAILY, based_on=0, now_s=NOW_S)
    all_made(NOW_S)
    number = services.switch_rule(CHIEF, "daily", in_use=False, based_on=number, now_s=NOW_S + 1)
    services.switch_rule(CHIEF, "daily", in_use=True, based_on=number, now_s=NOW_S + 2)
    all_made(NOW_S + 3)
    states = list(Task.objects.filter(rule="daily").values_list("state", flat=True))
    assert sorted(states) == ["cancelled"] * 4 + ["open"] * 2 + ["planned"] * 4
    reasons = Task.objects.filter(state="cancelled").values_list("steps__reason", flat=True)
    assert set(reasons) == {"rule_ended"}


def test_what_was_made_while_its_rule_was_let_rest_is_cancelled_by_the_round(beat: None) -> None:
    number = services.set_rule(CHIEF, DAILY, based_on=0, now_s=NOW_S)
    services.switch_rule(CHIEF, "daily", in_use=False, based_on=number, now_s=NOW_S)
    late = request(rule="daily", opens_s=NOW_S + DAY_S, due_s=NOW_S + 2 * DAY_S)
    services.make_all([late], actor="rule:tasks", now_s=NOW_S)
    services.end_resting(NOW_S + 1)
    assert Task.objects.get().state == "cancelled"
    assert services.end_resting(NOW_S + 2) is False


def test_thousands_of_planned_tasks_are_cancelled_in_steps_of_hundreds(
    beat: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = services.set_rule(CHIEF, DAILY, based_on=0, now_s=NOW_S)
    all_made(NOW_S)
    monkeypatch.setattr(clockwork, "AT_ONCE", 2)
    with CaptureQueriesContext(connection) as asked:
        services.switch_rule(CHIEF, "daily", in_use=False, based_on=number, now_s=NOW_S)
    begun = [one for one in asked if one["sql"].startswith("SAVEPOINT")]
    assert len(begun) >= 3  # the version, then two by two
    assert Task.objects.filter(rule="daily", state="planned").count() == 0


def test_a_rule_that_cannot_be_carried_out_keeps_no_other_waiting(
    beat: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.set_rule(CHIEF, DAILY, based_on=0, now_s=NOW_S)
    whole = making.requests_on

    def broken(rule: TaskRule, *others: Any) -> Iterator[TaskRequest]:
        if rule.code == "daily":
            raise ValueError("no such day")
        return whole(rule, *others)

    monkeypatch.setattr(making, "requests_on", broken)
    all_made(NOW_S)
    made = set(TaskMaking.objects.values_list("rule", flat=True))
    assert "daily" not in made
    assert {"care_visits", "village_round"} <= made
    fault = readers.faults()[0]
    assert (fault.reaction, fault.tries) == ("tasks.make:daily", 1)
    monkeypatch.setattr(making, "requests_on", whole)
    all_made(NOW_S + 599.0)
    assert not Task.objects.filter(rule="daily").exists()
    all_made(NOW_S + 600.0)
    assert Task.objects.filter(rule="daily").count() == 6
    assert readers.faults() == ()


def test_one_task_asks_for_its_own_place_alone(beat: None) -> None:
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        services.make(request(), actor="rule:test", now_s=NOW_S)
    sql = [one["sql"] for one in asked if "people_appointment" in one["sql"]]
    assert sql
    assert all('"office" =' in one for one in sql), sql
    assert len(asked) <= 14


def test_rules_are_versions_and_two_people_do_not_overwrite_each_other(beat: None) -> None:
    assert services.set_rule(CHIEF, DAILY, based_on=0, now_s=NOW_S) == 1
    longer = dataclasses.replace(DAILY, minutes=45)
    assert services.set_rule(CHIEF, longer, based_on=1, now_s=NOW_S) == 2
    with pytest.raises(RuleChangedError):
        services.set_rule(CHIEF, DAILY, based_on=1, now_s=NOW_S)
    kept = newest_rule("daily")
    assert kept is not None
    assert (kept.version, kept.rule.minutes) == (2, 45)


def test_a_rule_is_set_for_an_area_one_leads_and_must_fit(beat: None) -> None:
    with pytest.raises(AccessDeniedError):
        services.set_rule(OFFICER, DAILY, based_on=0, now_s=NOW_S)
    services.set_rule(OFFICER, dataclasses.replace(DAILY, area=EAST), based_on=0, now_s=NOW_S)
    with pytest.raises(RuleRefusedError):
        services.set_rule(CHIEF, dataclasses.replace(DAILY, minutes=0), based_on=1, now_s=NOW_S)


def test_whoever_leads_the_whole_place_may_let_a_shipped_rule_rest(beat: None) -> None:
    services.switch_rule(CHIEF, "village_round", in_use=False, based_on=0, now_s=NOW_S)
    assert "village_round" not in {rule.code for rule in rules_in_use()}
    with pytest.raises(AccessDeniedError):
        services.switch_rule(OFFICER, "monthly_review", in_use=False, based_on=0, now_s=NOW_S)


def test_the_present_day_is_made_first(beat: None) -> None:
    services.make_next(NOW_S)
    assert set(TaskMaking.objects.values_list("day", flat=True)) == {DAY}
    assert datetime.date(2026, 11, 18) == DAY
