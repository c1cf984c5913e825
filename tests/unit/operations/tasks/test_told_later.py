"""What a phone without a network did counts, although the clock went on without it."""

from __future__ import annotations

import datetime

import pytest
from django.db import transaction
from tests.unit.operations.small_place import COUNTY, NOW_S
from tests.unit.operations.tasks.beat_place import ASSISTANT, CHIEF, PLACE, request

from wardmote.core.domain.task import OFFLINE_S, TaskAction, TaskId
from wardmote.core.domain.task_events import TaskMoved
from wardmote.core.measures.sections import ALL
from wardmote.operations.counting import Window
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.local_time import local_day
from wardmote.operations.tasks import selectors, services
from wardmote.operations.tasks.counted import task_countings
from wardmote.operations.tasks.errors import TaskConflictError, TaskExpiredError
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services import Told, Whereabouts

pytestmark = pytest.mark.usefixtures("beat")

THERE = Whereabouts(PLACE.lon, PLACE.lat)
SEEN = {"seen": True}
OPENS_S, END_S = NOW_S + 600.0, NOW_S + 3_600.0
LATER_S = NOW_S + 6 * 3_600.0


def guard_duty() -> TaskId:
    """It opens in ten minutes; in an hour it is of no use any more."""
    asked = request(opens_s=OPENS_S, due_s=END_S, useless_after_s=END_S)
    with transaction.atomic():
        return services.make(asked, actor="rule:test", now_s=NOW_S)


def seen_at(device_s: float | None) -> Told:
    """What a phone sends that saw the task as it was made."""
    return Told(device_s, based_on=1)


def figures(as_of_s: float) -> dict[str, int]:
    window = Window(NOW_S - 86_400.0, NOW_S + 86_400.0, as_of_s, live=False)
    found: dict[str, int] = {}
    for one in task_countings([COUNTY], window):
        found |= one.tally()[ALL]
    return found


def test_a_task_that_opened_meanwhile_is_begun_and_finished_later() -> None:
    task = guard_duty()
    services.release_and_expire(OPENS_S)
    services.check_in(ASSISTANT, task, THERE, now_s=NOW_S + 3_000.0, told=seen_at(OPENS_S))
    told = seen_at(OPENS_S + 60.0)
    row = services.finish(ASSISTANT, task, SEEN, now_s=NOW_S + 3_000.0, told=told)
    assert (row.state, row.begun_s, row.done_s) == ("done", OPENS_S, OPENS_S + 60.0)


def test_a_phone_need_not_wait_for_the_round_that_opens_its_task() -> None:
    task = guard_duty()
    services.check_in(ASSISTANT, task, THERE, now_s=OPENS_S, told=seen_at(OPENS_S))
    steps = selectors.steps_of(Task.objects.get(pk=task))
    assert [(one.action, one.by) for one in steps] == [
        ("release", "rule:tasks"),
        ("check_in", "a1"),
    ]


@pytest.mark.parametrize(("ahead_s", "good"), [(120.0, True), (120.1, False), (-0.1, False)])
def test_a_clock_that_is_a_little_fast_opens_a_task(ahead_s: float, good: bool) -> None:
    task = guard_duty()
    now_s = OPENS_S - abs(ahead_s)
    told = seen_at(now_s + ahead_s)
    if good:
        row = services.check_in(ASSISTANT, task, THERE, now_s=now_s, told=told)
        assert (row.state, row.begun_s) == ("under_way", now_s)
        return
    with pytest.raises(TaskConflictError):
        services.check_in(ASSISTANT, task, THERE, now_s=now_s, told=told)


def test_what_was_done_in_time_is_no_conflict_when_the_task_has_expired_since() -> None:
    task = guard_duty()
    services.release_and_expire(OPENS_S)
    services.release_and_expire(END_S)
    assert Task.objects.get(pk=task).state == "expired"
    before = figures(LATER_S - 1.0)
    services.check_in(ASSISTANT, task, THERE, now_s=LATER_S, told=seen_at(NOW_S + 700.0))
    told = seen_at(NOW_S + 900.0)
    row = services.finish(ASSISTANT, task, SEEN, now_s=LATER_S, told=told)
    assert (row.state, row.begun_s, row.done_s) == ("done", NOW_S + 700.0, NOW_S + 900.0)
    assert row.recorded_s == LATER_S
    after = figures(LATER_S)
    assert (before["expired"], before["on_time"]) == (1, 0)
    assert (after["expired"], after["on_time"], after["late"]) == (0, 1, 0)
    # What was published before the phone had told stays as it was.
    assert figures(LATER_S - 1.0) == before
    [late] = [
        one
        for one in all_events()
        if isinstance(one.payload, TaskMoved) and one.payload.action is TaskAction.TELL_LATE
    ]
    assert (late.occurred_s, late.recorded_s) == (NOW_S + 700.0, LATER_S)


def test_one_request_tells_of_all_that_was_done_at_the_place() -> None:
    task = guard_duty()
    services.release_and_expire(END_S)
    told = seen_at(NOW_S + 900.0)
    row = services.finish(ASSISTANT, task, SEEN, now_s=LATER_S, told=told, where=THERE)
    actions = [one.action for one in selectors.steps_of(row)]
    assert actions[-3:] == ["tell_late", "check_in", "finish"]
    assert row.done_s == NOW_S + 900.0


@pytest.mark.parametrize(("device_s", "now_s", "good"), [
    (END_S - 0.1, LATER_S, True), (END_S, LATER_S, False), (OPENS_S, LATER_S, True),
    (OPENS_S - 0.1, LATER_S, False), (None, LATER_S, False),
    (OPENS_S, OPENS_S + OFFLINE_S, True), (OPENS_S, OPENS_S + OFFLINE_S + 0.1, False),
])  # fmt: skip
def test_only_a_beginning_before_the_end_by_a_clock_that_counts_is_told_late(
    device_s: float | None, now_s: float, good: bool
) -> None:
    task = guard_duty()
    services.release_and_expire(OPENS_S)
    services.release_and_expire(END_S)
    if good:
        services.check_in(ASSISTANT, task, THERE, now_s=now_s, told=seen_at(device_s))
        assert Task.objects.get(pk=task).state == "under_way"
        return
    with pytest.raises(TaskExpiredError):
        services.check_in(ASSISTANT, task, THERE, now_s=now_s, told=seen_at(device_s))
    assert Task.objects.get(pk=task).state == "expired"


def test_what_came_too_late_is_sent_again_when_a_leader_has_opened_the_task() -> None:
    task = guard_duty()
    services.release_and_expire(END_S)
    late = seen_at(END_S + 60.0)
    with pytest.raises(TaskExpiredError):
        services.check_in(ASSISTANT, task, THERE, now_s=LATER_S, told=late)
    row = services.reopen(CHIEF, task, "still_useful", now_s=LATER_S + 60.0)
    told = Told(END_S + 60.0, based_on=row.revision)
    services.check_in(ASSISTANT, task, THERE, now_s=LATER_S + 120.0, told=told)


def test_what_a_leader_did_meanwhile_is_a_conflict_still() -> None:
    task = guard_duty()
    services.release_and_expire(OPENS_S)
    services.cancel(CHIEF, task, "not_needed", now_s=OPENS_S + 1.0, told=seen_at(None))
    with pytest.raises(TaskConflictError):
        services.check_in(ASSISTANT, task, THERE, now_s=LATER_S, told=seen_at(OPENS_S))


def test_what_others_cancelled_is_said_to_its_holder_for_three_days() -> None:
    task = guard_duty()
    services.cancel(CHIEF, task, "not_needed", now_s=OPENS_S)
    for now_s, found in (
        (OPENS_S, [task]), (OPENS_S + OFFLINE_S, [task]), (OPENS_S + OFFLINE_S + 1.0, []),
    ):  # fmt: skip
        said = selectors.called_off_of(ASSISTANT, local_day(now_s), now_s)
        assert [one.task.pk for one in said] == found
    assert selectors.called_off_of(CHIEF, local_day(OPENS_S), OPENS_S) == []
    before = local_day(OPENS_S) - datetime.timedelta(days=2)
    assert selectors.called_off_of(ASSISTANT, before, OPENS_S) == []
