"""A task is done at its place, with its form, by whoever holds it; conflicts are shown."""

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
    request,
)

from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Role, RoleInArea, Viewer
from wardmote.core.domain.task import TaskAction, TaskState
from wardmote.core.domain.task_events import TaskMoved
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.people.models import Leave, Person
from wardmote.operations.refusals import RefusedError
from wardmote.operations.tasks import selectors, services
from wardmote.operations.tasks.errors import (
    AnswersRefusedError,
    OverloadError,
    PositionNeededError,
    ReasonNeededError,
    TaskConflictError,
    TooFarError,
    UnknownHolderError,
    UnknownReasonError,
    UnknownTaskError,
)
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services import Told, Whereabouts
from wardmote.operations.working_time import working_calendar

THERE = Whereabouts(PLACE.lon, PLACE.lat)
SEEN = {"seen": True}
NORTH_OF = 1.0 / 111_195.08  # degrees of latitude a metre


def standing(task: str) -> tuple[str, str]:
    row = Task.objects.get(pk=task)
    return row.state, row.holder


def test_check_in_and_finish(task: str) -> None:
    services.check_in(ASSISTANT, task, THERE, now_s=NOW_S)
    done = services.finish(ASSISTANT, task, SEEN, now_s=NOW_S + 600)
    assert (done.state, done.done_s, done.done_by) == ("done", NOW_S + 600, "a1")
    steps = selectors.steps_of(done)
    assert [(one.action, one.clock) for one in steps] == [
        ("check_in", "server"),
        ("finish", "server"),
    ]
    assert steps[0].away_m == pytest.approx(0.0, abs=1.0)
    moved = [one.payload for one in all_events() if isinstance(one.payload, TaskMoved)]
    assert [one.action for one in moved] == [TaskAction.CHECK_IN, TaskAction.FINISH]


@pytest.mark.parametrize(("metres", "accuracy_m", "near"), [
    (149.5, 0.0, True), (150.5, 0.0, False), (160.0, 20.0, True), (290.0, 10_000.0, True),
    (310.0, 10_000.0, False),
])  # fmt: skip
def test_the_tolerance_of_the_place_holds_to_the_metre(
    task: str, metres: float, accuracy_m: float, near: bool
) -> None:
    assert PLACE.lat is not None
    where = Whereabouts(PLACE.lon, PLACE.lat + metres * NORTH_OF, accuracy_m)
    if near:
        services.check_in(ASSISTANT, task, where, now_s=NOW_S)
        return
    with pytest.raises(TooFarError):
        services.check_in(ASSISTANT, task, where, now_s=NOW_S)
    told = dataclasses.replace(where, reason="met_elsewhere")
    row = services.check_in(ASSISTANT, task, told, now_s=NOW_S)
    assert selectors.steps_of(row)[0].reason == "met_elsewhere"


def test_without_a_position_there_must_be_a_reason_from_the_list(task: str) -> None:
    with pytest.raises(PositionNeededError):
        services.check_in(ASSISTANT, task, Whereabouts(), now_s=NOW_S)
    with pytest.raises(UnknownReasonError):
        services.check_in(ASSISTANT, task, Whereabouts(reason="because"), now_s=NOW_S)
    with pytest.raises(ReasonNeededError):
        services.check_in(ASSISTANT, task, Whereabouts(reason="other"), now_s=NOW_S)
    services.check_in(ASSISTANT, task, Whereabouts(reason="no_position"), now_s=NOW_S)
    assert standing(task)[0] == "under_way"


def test_a_required_field_that_is_missing_keeps_the_task_open(task: str) -> None:
    with pytest.raises(AnswersRefusedError):
        services.finish(ASSISTANT, task, {}, now_s=NOW_S, where=THERE)
    assert standing(task)[0] == "open"
    services.finish(ASSISTANT, task, SEEN, now_s=NOW_S, where=THERE)
    assert standing(task)[0] == "done"


def test_a_task_with_a_place_is_not_finished_from_the_desk(task: str) -> None:
    with pytest.raises(PositionNeededError):
        services.finish(ASSISTANT, task, SEEN, now_s=NOW_S)


def test_undo_opens_it_again(task: str) -> None:
    services.check_in(ASSISTANT, task, THERE, now_s=NOW_S)
    row = services.undo(ASSISTANT, task, now_s=NOW_S + 1)
    assert (row.state, row.begun_s) == ("open", None)
    with pytest.raises(TaskConflictError):
        services.undo(ASSISTANT, task, now_s=NOW_S + 2)


def test_what_the_phone_says_of_the_time_counts_within_reason(task: str) -> None:
    arrived, left = Told(device_s=NOW_S + 100.0), Told(device_s=NOW_S + 700.0)
    services.check_in(ASSISTANT, task, THERE, now_s=NOW_S + 900.0, told=arrived)
    row = services.finish(ASSISTANT, task, SEEN, now_s=NOW_S + 86_400.0, told=left)
    assert (row.begun_s, row.done_s) == (NOW_S + 100.0, NOW_S + 700.0)
    assert row.recorded_s == NOW_S + 86_400.0
    assert [one.clock for one in selectors.steps_of(row)] == ["device", "device"]


@pytest.mark.parametrize("device_s", [NOW_S + 121.0, NOW_S - 4 * 86_400.0, NOW_S - 1.0])
def test_a_clock_that_is_wrong_does_not_count(task: str, device_s: float) -> None:
    row = services.check_in(ASSISTANT, task, THERE, now_s=NOW_S, told=Told(device_s=device_s))
    step = selectors.steps_of(row)[0]
    assert (step.at_s, step.clock, step.device_s) == (NOW_S, "server", device_s)


def test_own_steps_meanwhile_are_no_conflict_and_a_leaders_are(task: str) -> None:
    seen = Told(based_on=1)
    services.check_in(ASSISTANT, task, THERE, now_s=NOW_S, told=seen)
    services.finish(ASSISTANT, task, SEEN, now_s=NOW_S + 1, told=seen)
    services.reopen(CHIEF, task, "check_failed", now_s=NOW_S + 2)
    with pytest.raises(TaskConflictError):
        services.check_in(ASSISTANT, task, THERE, now_s=NOW_S + 3, told=seen)
    services.check_in(ASSISTANT, task, THERE, now_s=NOW_S + 4, told=Told(based_on=4))


def test_whoever_held_it_before_is_told_and_a_stranger_is_not(task: str) -> None:
    services.hand_over(ASSISTANT, task, "a2", "workload", now_s=NOW_S)
    assert standing(task) == ("open", "a2")
    with pytest.raises(TaskConflictError):
        services.check_in(ASSISTANT, task, THERE, now_s=NOW_S)
    with pytest.raises(UnknownTaskError):
        services.check_in(OFFICER, task, THERE, now_s=NOW_S)
    services.check_in(SECOND, task, THERE, now_s=NOW_S)


def test_it_is_handed_only_to_somebody_who_may_do_it_there(task: str) -> None:
    for nobody in ("i1", "zz", "a1"):
        with pytest.raises(UnknownHolderError):
            services.hand_over(ASSISTANT, task, nobody, "workload", now_s=NOW_S)


def test_overload_is_refused_until_it_is_meant(task: str, beat: None) -> None:
    full = [request(str(n), holder="a2", minutes=140) for n in range(2, 5)]
    services.make_all(full, actor="rule:test", now_s=NOW_S)  # 420 minutes: a whole day
    assert services.planned_minutes(["a2"], DAY, DAY) == {("a2", DAY): 420}
    with pytest.raises(OverloadError) as refused:
        services.assign(CHIEF, task, "a2", now_s=NOW_S)
    assert refused.value.values == {"planned": 450, "available": 420}
    services.assign(CHIEF, task, "a2", now_s=NOW_S, although_overloaded=True)
    assert standing(task) == ("open", "a2")


@pytest.mark.parametrize(("first_h", "last_h", "minutes"), [
    (0.0, 24.0, 0), (12.0, 24.0, 210), (0.0, 10.0, 330), (18.0, 24.0, 420), (12.0, 14.0, 420),
])  # fmt: skip
def test_leave_takes_its_own_hours_from_a_day(
    beat: None, first_h: float, last_h: float, minutes: int
) -> None:
    midnight_s = working_calendar(NOW_S).midnight_s(DAY)
    person = Person.objects.create(staff_id="a2", kind="assistant", area=EAST, kept_s=NOW_S)
    Leave.objects.create(
        id="l1", person=person, kind="annual", state="approved", asked_by="a2", asked_s=NOW_S,
        from_s=midnight_s + first_h * 3_600.0, to_s=midnight_s + last_h * 3_600.0,
    )  # fmt: skip
    assert services.available_minutes("a2", DAY, NOW_S) == minutes


def test_a_form_that_is_sent_twice_is_done_once(task: str) -> None:
    seen = Told(based_on=1)
    for _ in range(2):
        services.assign(CHIEF, task, "a2", now_s=NOW_S, told=seen, although_overloaded=True)
    seen = Told(based_on=2)
    for _ in range(2):
        row = services.cancel(CHIEF, task, "not_needed", now_s=NOW_S, told=seen)
    assert (row.state, row.revision) == ("cancelled", 3)
    with pytest.raises(TaskConflictError):  # another reason is another form
        services.cancel(CHIEF, task, "duplicate", now_s=NOW_S, told=seen)


@pytest.mark.parametrize("reason", ["back", "vacant", "leave"])
def test_nobody_gives_the_reasons_of_rules(task: str, reason: str) -> None:
    with pytest.raises(UnknownReasonError):
        services.hand_over(ASSISTANT, task, "a2", reason, now_s=NOW_S)


def test_a_day_that_is_just_full_is_no_overload(task: str) -> None:
    services.make_all([request("2", holder="a2", minutes=390)], actor="rule:test", now_s=NOW_S)
    services.assign(CHIEF, task, "a2", now_s=NOW_S)
    assert standing(task)[1] == "a2"


def test_a_leader_orders_cancels_and_has_it_done_again(beat: None) -> None:
    ordered = services.order(CHIEF, request("9"), now_s=NOW_S)
    assert standing(ordered) == ("open", "a1")
    assert services.order(CHIEF, request("9"), now_s=NOW_S) == ordered
    services.cancel(CHIEF, ordered, "not_needed", now_s=NOW_S)
    with pytest.raises(TaskConflictError):
        services.reopen(CHIEF, ordered, "still_useful", now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        services.order(ASSISTANT, request("10"), now_s=NOW_S)


def test_what_expired_and_is_reopened_does_not_expire_at_once(beat: None) -> None:
    services.make_all([request(useless_after_s=NOW_S + 4_000.0)], actor="rule:test", now_s=NOW_S)
    task = Task.objects.get().pk
    services.release_and_expire(NOW_S + 4_000.0)
    assert standing(task)[0] == "expired"
    services.reopen(CHIEF, task, "still_useful", now_s=NOW_S + 5_000.0)
    services.release_and_expire(NOW_S + 6_000.0)
    assert standing(task)[0] == "open"


def test_today_shows_own_open_work_and_what_was_done_today(task: str) -> None:
    tomorrow = request("2", day=DAY.replace(day=19), opens_s=NOW_S + 50_000.0,
                       due_s=NOW_S + 90_000.0)  # fmt: skip
    later = request("3", day=DAY.replace(day=25), opens_s=NOW_S + 6e5, due_s=NOW_S + 7e5)
    services.make_all([tomorrow, later], actor="rule:test", now_s=NOW_S)
    midnight_s = NOW_S - 3_600.0 * 12
    found = selectors.today_of(ASSISTANT, DAY, midnight_s)
    assert [row.state for row in found] == ["open", "planned"]
    services.finish(ASSISTANT, task, SEEN, now_s=NOW_S, where=THERE)
    found = selectors.today_of(ASSISTANT, DAY, midnight_s)
    assert [row.state for row in found] == ["planned", "done"]
    assert selectors.today_of(OFFICER, DAY, midnight_s) == []


ACTS = {
    Permission.TASK_DO: lambda who, task: services.check_in(who, task, THERE, now_s=NOW_S),
    Permission.TASK_VIEW: selectors.task_seen,
    Permission.TASK_ASSIGN: lambda who, task: services.cancel(who, task, "not_needed", now_s=NOW_S),
}


@pytest.mark.parametrize("role", Role)
def test_role_by_area_by_act(task: str, role: Role) -> None:
    for area, inside in ((EAST, True), ("430522000000", False)):
        for permission, act in ACTS.items():
            # Everybody holds the task here: that a role may do it is what is asked.
            who = Viewer("a1", (RoleInArea(role, area),))  # type: ignore[arg-type]  # a code
            held = ROLE_PERMISSIONS[role]
            allowed = inside and permission in held
            if permission is Permission.TASK_VIEW:
                allowed = inside and bool(held & {Permission.TASK_VIEW, Permission.TASK_DO})
            savepoint = transaction.savepoint()
            try:
                act(who, task)
                done = True
            except (AccessDeniedError, RefusedError):
                done = False
            transaction.savepoint_rollback(savepoint)
            assert done is allowed, (role, area, permission)
    assert TaskState(standing(task)[0]) is TaskState.OPEN
