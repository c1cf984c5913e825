"""Tasks: the life cycle from end to end, natural keys, and answers that will do."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.task import (
    LIVING_TASKS,
    TASK_KIND_NAMES,
    TASK_LIFE_CYCLE,
    TaskAction,
    TaskKind,
    TaskPlace,
    TaskRequest,
    TaskSource,
    TaskState,
)
from wardmote.core.domain.task_form import (
    Choice,
    FieldKind,
    FormField,
    TaskForm,
    check_answers,
)
from wardmote.core.domain.text import Bilingual

NAME = Bilingual("走访", "Visit")
REQUEST = TaskRequest(
    rule="monthly_visit",
    source=TaskSource("rule"),
    kind=TaskKind.VISIT,
    title=NAME,
    area=AreaId("430521101001"),
    day=datetime.date(2026, 11, 23),
    opens_s=100.0,
    due_s=200.0,
)


class TaskLife(RuleBasedStateMachine):
    """Any order of actions: the table alone decides, and what is over stays over or is reopened."""

    def __init__(self) -> None:
        super().__init__()
        self.state = TASK_LIFE_CYCLE.initial
        self.was_cancelled = False

    @rule()
    def check_in(self) -> None:
        self._try(TaskAction.CHECK_IN)

    @rule()
    def finish(self) -> None:
        self._try(TaskAction.FINISH)

    @rule()
    def release(self) -> None:
        self._try(TaskAction.RELEASE)

    @rule()
    def undo_or_hand_over(self) -> None:
        self._try(TaskAction.UNDO)
        self._try(TaskAction.HAND_OVER)

    @rule()
    def expire_or_reopen(self) -> None:
        self._try(TaskAction.EXPIRE)
        self._try(TaskAction.REOPEN)

    @rule()
    def tell_late(self) -> None:
        self._try(TaskAction.TELL_LATE)

    @precondition(lambda self: self.state in LIVING_TASKS)
    @rule()
    def cancel(self) -> None:
        self.state = TASK_LIFE_CYCLE.next_state(self.state, TaskAction.CANCEL)
        self.was_cancelled = True

    def _try(self, action: TaskAction) -> None:
        following = TASK_LIFE_CYCLE.table.get((self.state, action))
        if following is None:
            with pytest.raises(TransitionRefusedError):
                TASK_LIFE_CYCLE.next_state(self.state, action)
        else:
            self.state = following

    @invariant()
    def what_is_cancelled_stays_cancelled(self) -> None:
        assert not self.was_cancelled or self.state is TaskState.CANCELLED

    @invariant()
    def what_lives_can_end(self) -> None:
        if self.state in LIVING_TASKS:
            assert TaskAction.CANCEL in TASK_LIFE_CYCLE.allowed_actions(self.state)


TestTaskLife = TaskLife.TestCase
TestTaskLife.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


def test_work_under_way_does_not_expire_and_only_what_is_over_is_reopened() -> None:
    expire = {state for state, action in TASK_LIFE_CYCLE.table if action is TaskAction.EXPIRE}
    reopen = {state for state, action in TASK_LIFE_CYCLE.table if action is TaskAction.REOPEN}
    assert expire == {TaskState.PLANNED, TaskState.OPEN}
    assert reopen == {TaskState.DONE, TaskState.EXPIRED}


def test_asking_twice_is_the_same_task_and_another_day_or_place_is_not() -> None:
    again = dataclasses.replace(REQUEST, title=Bilingual("改名", "Renamed"), minutes=45)
    assert again.key == REQUEST.key
    tomorrow = dataclasses.replace(REQUEST, day=datetime.date(2026, 11, 24))
    elsewhere = dataclasses.replace(REQUEST, place=TaskPlace("own", "1", NAME))
    keys = {one.key for one in (REQUEST, tomorrow, elsewhere)}
    assert len(keys) == 3
    assert all(len(key) == 40 for key in keys)


@pytest.mark.parametrize(
    "change", [{"minutes": 0}, {"minutes": 1441}, {"due_s": 99.0}, {"useless_after_s": 199.0}]
)
def test_a_request_that_cannot_be_kept_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="task"):
        dataclasses.replace(REQUEST, **change)


def test_every_kind_has_a_name() -> None:
    assert set(TASK_KIND_NAMES) == set(TaskKind)


FORM = TaskForm(
    (
        FormField("seen", NAME, FieldKind.TICK, required=True),
        FormField("found", NAME, FieldKind.CHOICE, choices=(Choice("ok", NAME),)),
        FormField("visits", NAME, FieldKind.NUMBER, least=0, most=5),
        FormField("note", NAME, FieldKind.TEXT),
        FormField("pictures", NAME, FieldKind.PHOTO),
        FormField("signed", NAME, FieldKind.SIGNATURE, required=True),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({"seen": True, "signed": "p1"}, []),
        ({}, ["seen missing", "signed missing"]),
        ({"seen": False, "signed": " "}, ["seen missing", "signed missing"]),
        ({"seen": True, "signed": "p1", "visits": 0}, []),
        ({"seen": True, "signed": "p1", "visits": 5}, []),
        ({"seen": True, "signed": "p1", "visits": -0.1}, ["visits too_low"]),
        ({"seen": True, "signed": "p1", "visits": 5.1}, ["visits too_high"]),
        ({"seen": True, "signed": "p1", "visits": float("nan")}, ["visits wrong_type"]),
        ({"seen": True, "signed": "p1", "visits": True}, ["visits wrong_type"]),
        ({"seen": "yes", "signed": "p1"}, ["seen wrong_type"]),
        ({"seen": True, "signed": "p1", "found": "other"}, ["found not_a_choice"]),
        ({"seen": True, "signed": "p1", "found": 3}, ["found wrong_type"]),
        ({"seen": True, "signed": "p1", "note": "x" * 2_001}, ["note too_long"]),
        ({"seen": True, "signed": "p1", "pictures": ["a"] * 10}, ["pictures too_many"]),
        ({"seen": True, "signed": "p1", "pictures": [1]}, ["pictures wrong_type"]),
        ({"seen": True, "signed": "p1", "extra": 1}, ["extra unknown"]),
    ],
)
def test_answers_are_held_against_the_form(answers: dict[str, object], faults: list[str]) -> None:
    assert [f"{one.field} {one.code}" for one in check_answers(FORM, answers)] == faults


def test_equal_forms_have_one_version() -> None:
    assert TaskForm(FORM.fields).version == FORM.version != TaskForm().version


def test_forms_that_cannot_be_filled_in_are_refused() -> None:
    field = FORM.fields[0]
    with pytest.raises(ValueError, match="codes of their own"):
        TaskForm((field, field))
    with pytest.raises(ValueError, match="choose"):
        TaskForm((dataclasses.replace(field, kind=FieldKind.CHOICE),))
