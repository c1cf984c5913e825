"""Shifts of a small place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.core.studies.small_place import book, ground

from wardmote.core.domain.problem import Problem
from wardmote.core.studies.plan import present_plan
from wardmote.core.studies.questions import ShiftQuestion
from wardmote.core.studies.shifting import propose_shifts

PRESENT = present_plan(book())


def test_shifts_follow_the_calls_and_keep_the_least() -> None:
    plan = replace(PRESENT, posts=tuple(replace(post, units=4) for post in PRESENT.posts))
    found = propose_shifts(ground(), plan, ShiftQuestion((0, 8, 20), least=1))
    assert (found.wanted >= len(PRESENT.posts)).all()
    assert found.wanted[:, 1].sum() >= found.wanted[:, 0].sum()
    assert found.unit_hours_a_week <= found.throughout
    assert found.short == 0
    none = propose_shifts(ground(), plan, ShiftQuestion((0, 8, 20), least=0, cover=1.0))
    assert none.unit_hours_a_week <= found.unit_hours_a_week


def test_shifts_say_where_units_are_too_few() -> None:
    few = replace(PRESENT, posts=tuple(replace(post, units=1) for post in PRESENT.posts))
    found = propose_shifts(ground(), few, ShiftQuestion(least=2))
    assert found.short > 0
    assert found.unit_hours_a_week == found.throughout
    with pytest.raises(Problem):
        ShiftQuestion((8, 0))
