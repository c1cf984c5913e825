"""What an assistant may not do alone names the officer who goes along, or the gap."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import transaction
from tests.unit.operations.small_place import EAST, NOW_S
from tests.unit.operations.tasks.beat_place import (
    ASSISTANT,
    CHIEF,
    DAY,
    OFFICER,
    PLACE,
    SECOND,
    VILLAGE,
    request,
)

from wardmote.core.beat.shipped_task_rules import SHIPPED_TASK_RULES
from wardmote.core.beat.task_making import Spot, requests_on
from wardmote.core.domain.ids import PersonId
from wardmote.core.domain.plain import dump
from wardmote.core.domain.recurrence import Recurrence, RecurrenceKind
from wardmote.core.domain.task import TaskKind
from wardmote.core.domain.task_events import TaskAccompanied
from wardmote.core.domain.task_rule import load_rule
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.local_time import midnight_s
from wardmote.operations.people.models import Account, Leave, Person
from wardmote.operations.tasks import selectors, services
from wardmote.operations.tasks.errors import OfficerNeededError
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services import Whereabouts
from wardmote.operations.working_time import working_calendar

THERE = Whereabouts(PLACE.lon, PLACE.lat)
SEEN = {"seen": True}


def made(code: str = "1", **changed: object) -> Task:
    with transaction.atomic():
        task = services.make(request(code, **changed), actor="rule:test", now_s=NOW_S)
    return Task.objects.get(pk=task)


def accompanied() -> list[tuple[str, str, bool]]:
    said = [one.payload for one in all_events() if isinstance(one.payload, TaskAccompanied)]
    return [(one.officer, one.gap, one.there) for one in said]


def away(staff: str) -> None:
    person = Person.objects.create(staff_id=staff, kind="police", area=EAST, kept_s=NOW_S)
    Leave.objects.create(
        id=f"leave-{staff}",
        person=person,
        kind="annual",
        state="approved",
        from_s=NOW_S - 86_400.0,
        to_s=NOW_S + 5 * 86_400.0,
        asked_by=staff,
        asked_s=NOW_S - 86_400.0,
    )


@pytest.mark.parametrize(("changed", "needed"), [
    ({"kind": TaskKind.INSPECTION}, True),
    ({"kind": TaskKind.VISIT}, False),
    ({"kind": TaskKind.VISIT, "needs_officer": True}, True),
    ({"kind": TaskKind.INSPECTION, "drill": True}, False),
    ({"kind": TaskKind.INSPECTION, "needs_officer": False}, True),
])  # fmt: skip
def test_a_check_of_premises_and_what_says_so_name_the_officer_who_goes_along(
    beat: None, changed: dict[str, object], needed: bool
) -> None:
    row = made("1", **changed)
    assert (row.holder, row.needs_officer) == ("a1", needed)
    assert (row.officer, row.officer_gap) == (("o1", "") if needed else ("", ""))
    assert accompanied() == ([("o1", "", False)] if needed else [])


def test_an_officer_needs_nobody_beside(beat: None) -> None:
    row = made(kind=TaskKind.INSPECTION, holder=PersonId("o1"))
    assert (row.needs_officer, row.officer, row.officer_gap) == (True, "", "")
    done = services.finish(OFFICER, row.pk, SEEN, now_s=NOW_S, where=THERE)
    assert (done.state, done.officer) == ("done", "")


@pytest.mark.parametrize("named", ["", "a2", "a1", "nobody"])
def test_an_assistant_alone_cannot_finish_it(beat: None, named: str) -> None:
    row = made(kind=TaskKind.INSPECTION)
    services.check_in(ASSISTANT, row.pk, THERE, now_s=NOW_S)
    with pytest.raises(OfficerNeededError):
        services.finish(ASSISTANT, row.pk, SEEN, now_s=NOW_S + 60, officer=named)
    assert Task.objects.get(pk=row.pk).state == "under_way"


@pytest.mark.parametrize("there", ["o1", "c1"])
def test_an_assistant_finishes_it_beside_an_officer(beat: None, there: str) -> None:
    row = made(kind=TaskKind.INSPECTION)
    done = services.finish(ASSISTANT, row.pk, SEEN, now_s=NOW_S + 60, where=THERE, officer=there)
    assert (done.state, done.officer) == ("done", there)
    assert accompanied()[-1] == (there, "", True)
    again = services.reopen(CHIEF, row.pk, "check_failed", now_s=NOW_S + 90)
    assert (again.state, again.officer) == ("open", there)


def test_who_is_an_assistant_on_record_was_no_officer_whatever_was_granted(beat: None) -> None:
    row = made(kind=TaskKind.INSPECTION)
    Person.objects.create(staff_id="o1", kind="assistant", area=EAST, kept_s=NOW_S)
    with pytest.raises(OfficerNeededError):
        services.finish(ASSISTANT, row.pk, SEEN, now_s=NOW_S, where=THERE, officer="o1")


def test_the_officer_sees_it_on_the_own_day_and_may_look_at_it(beat: None) -> None:
    row = made(kind=TaskKind.INSPECTION)
    midnight = midnight_s(DAY)
    assert [one.pk for one in selectors.today_of(OFFICER, DAY, midnight)] == [row.pk]
    assert selectors.today_of(SECOND, DAY, midnight) == []
    services.finish(ASSISTANT, row.pk, SEEN, now_s=NOW_S, where=THERE, officer="c1")
    # Whoever is said to have been there sees that; whoever was not has nothing left to do.
    assert selectors.today_of(OFFICER, DAY, midnight) == []
    assert [one.pk for one in selectors.today_of(CHIEF, DAY, midnight)] == [row.pk]


def test_a_gap_is_named_and_filled_once_somebody_is_back(beat: None) -> None:
    away("o1")
    row = made(kind=TaskKind.INSPECTION)
    assert (row.officer, row.officer_gap) == ("", "leave_without_deputy")
    Leave.objects.update(state="cancelled")
    services.settle_all(NOW_S)
    row.refresh_from_db()
    assert (row.holder, row.officer, row.officer_gap) == ("a1", "o1", "")
    assert accompanied() == [("", "leave_without_deputy", False), ("o1", "", False)]
    assert row.revision == 1  # nothing that the holder decides on has changed
    assert not services.settle_all(NOW_S)
    assert len(accompanied()) == 2


def test_where_nobody_holds_the_office_the_gap_is_a_vacancy(beat: None) -> None:
    Account.objects.filter(staff_id="o1").update(is_active=False)
    row = made(kind=TaskKind.INSPECTION)
    assert (row.holder, row.officer, row.officer_gap) == ("a1", "", "vacant")


def test_handed_to_an_officer_it_needs_nobody_and_back_it_does(beat: None) -> None:
    row = made(kind=TaskKind.INSPECTION)
    services.assign(CHIEF, row.pk, "o1", now_s=NOW_S)
    row.refresh_from_db()
    assert (row.holder, row.officer) == ("o1", "")
    services.assign(CHIEF, row.pk, "a2", now_s=NOW_S)
    row.refresh_from_db()
    assert (row.holder, row.officer) == ("a2", "o1")
    assert accompanied() == [("o1", "", False), ("", "", False), ("o1", "", False)]


def test_what_a_rule_says_goes_to_its_tasks(beat: None) -> None:
    shipped = next(one for one in SHIPPED_TASK_RULES if one.code == "village_round")
    daily = Recurrence(RecurrenceKind.EVERY_DAYS)
    rule = dataclasses.replace(shipped, recurrence=daily, needs_officer=True)
    spots, calendar = [Spot(PLACE, VILLAGE)], working_calendar(NOW_S)
    requests = list(requests_on(rule, DAY, spots, calendar))
    assert services.make_all(requests, actor="rule:test", now_s=NOW_S) == 1
    row = Task.objects.get()
    assert (row.area, row.needs_officer, row.officer) == (VILLAGE, True, "o1")
    assert accompanied() == [("o1", "", False)]
    assert load_rule(dump(rule)) == rule
    kept = dump(rule)
    del kept["needs_officer"]  # as rules were kept before
    assert not load_rule(kept).needs_officer
