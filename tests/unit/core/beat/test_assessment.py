"""Assessment: which rules judge a period, whose case a task is, and what appeals change."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.beat.assessment_counts import Case, count_cases, first_cases
from wardmote.core.beat.assessment_facts import (
    TaskFact,
    TaskStanding,
    fell_in_leave,
    standing_of,
)
from wardmote.core.domain.assessment import (
    PERIOD_MONTHS,
    SHIPPED_ASSESSMENT_RULES,
    Counted,
    Outcome,
    PublishedRules,
    Remedy,
    dump_assessment_rules,
    parse_assessment_rules,
    period_around,
    rules_for,
)
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.leave import Leave
from wardmote.core.domain.task import TaskAction, TaskState

COUNTY, TOWN = AreaId("430521000000"), AreaId("430521101000")
JULY = datetime.date(2026, 7, 1)
DAY = datetime.timedelta(days=1)
DUE_S, AS_OF_S = 1_000.0, 10_000.0


def published(
    area: AreaId, from_day: datetime.date, on: datetime.date, name: str
) -> PublishedRules:
    return PublishedRules(replace(SHIPPED_ASSESSMENT_RULES, version=name), area, from_day, on)


def test_rules_judge_only_what_begins_after_they_were_published() -> None:
    before, same = published(COUNTY, JULY, JULY - DAY, "a"), published(COUNTY, JULY, JULY, "b")
    assert rules_for([before], TOWN, JULY) == before
    assert rules_for([same], TOWN, JULY) is None
    assert rules_for([before], TOWN, JULY - DAY) is None
    assert rules_for([before], AreaId("430522000000"), JULY) is None


def test_the_narrowest_area_decides_then_the_latest_day() -> None:
    old = published(COUNTY, JULY - 90 * DAY, JULY - 99 * DAY, "old")
    new = published(COUNTY, JULY, JULY - 9 * DAY, "new")
    town = published(TOWN, JULY - 90 * DAY, JULY - 99 * DAY, "town")
    assert rules_for([old, new], TOWN, JULY) == new
    assert rules_for([old, new, town], TOWN, JULY) == town
    assert rules_for([old, new, town], COUNTY, JULY) == new


@given(
    st.dates(datetime.date(1999, 1, 1), datetime.date(2101, 1, 1)), st.sampled_from(PERIOD_MONTHS)
)
def test_periods_leave_no_day_out_and_none_lies_in_two(day: datetime.date, months: int) -> None:
    period = period_around(day, months)
    assert period.first <= day <= period.last
    assert period_around(period.last, months) == period
    assert period_around(period.last + DAY, months).first == period.last + DAY


def test_a_period_of_five_months_is_none() -> None:
    with pytest.raises(ValueError, match="5 months"):
        period_around(JULY, 5)


@pytest.mark.parametrize(
    "change", [{"months": 5}, {"months": True}, {"count_after_days": 0}, {"appeal_days": 4}]
)
def test_terms_out_of_range_are_refused_by_name(change: dict[str, int]) -> None:
    data = dump_assessment_rules(SHIPPED_ASSESSMENT_RULES)
    assert isinstance(data, dict)
    with pytest.raises(ValueError, match=next(iter(change))):
        parse_assessment_rules({**data, **change})


def fact(
    action: TaskAction,
    after: TaskState,
    at_s: float,
    before: str = "a",
    holder: str = "a",
    *,
    known_s: float | None = None,
) -> TaskFact:
    return TaskFact(action, after, at_s, at_s if known_s is None else known_s, before, holder)


FINISH, DONE, OPEN = TaskAction.FINISH, TaskState.DONE, TaskState.OPEN
HANDED = fact(TaskAction.HAND_OVER, OPEN, 500.0, "a", "b")
HANDED_LATE = fact(TaskAction.HAND_OVER, OPEN, 1_500.0, "a", "b")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([fact(FINISH, DONE, DUE_S)], TaskStanding("a", DUE_S)),
        ([fact(FINISH, DONE, DUE_S + 0.001)], TaskStanding("a", DUE_S + 0.001)),
        ([], TaskStanding("a", None)),
        ([HANDED, fact(FINISH, DONE, 900.0, "b", "b")], TaskStanding("b", 900.0)),
        ([HANDED], TaskStanding("b", None)),
        ([HANDED_LATE, fact(FINISH, DONE, 2_000.0, "b", "b")], TaskStanding("a", 2_000.0)),
        ([fact(TaskAction.CANCEL, TaskState.CANCELLED, 900.0)], None),
        ([fact(TaskAction.HAND_OVER, OPEN, 500.0, "a", "")], None),
        ([fact(TaskAction.EXPIRE, TaskState.EXPIRED, 1_001.0)], TaskStanding("a", None)),
        ([fact(FINISH, DONE, 900.0, known_s=AS_OF_S)], TaskStanding("a", 900.0)),
        ([fact(FINISH, DONE, 900.0, known_s=AS_OF_S + 1)], TaskStanding("a", None)),
        (
            [fact(FINISH, DONE, 900.0), fact(TaskAction.REOPEN, OPEN, AS_OF_S + 1)],
            TaskStanding("a", 900.0),
        ),
        (
            [fact(FINISH, DONE, 900.0), fact(TaskAction.REOPEN, OPEN, 950.0)],
            TaskStanding("a", None),
        ),
    ],
)
def test_a_task_is_the_case_of_who_held_it_when_it_fell_due(
    facts: list[TaskFact], expected: TaskStanding | None
) -> None:
    assert standing_of(DUE_S, "a", facts, AS_OF_S) == expected


@pytest.mark.parametrize(
    ("from_s", "to_s", "done_s", "excused"),
    [
        (900.0, 1_100.0, None, True),
        (900.0, 1_100.0, DUE_S + 0.001, True),
        (900.0, 1_100.0, DUE_S, False),
        (DUE_S, 1_100.0, None, False),
        (900.0, DUE_S, None, True),
        (900.0, DUE_S - 0.001, None, False),
    ],
)
def test_what_fell_due_in_leave_is_nobodys_case_unless_done_in_time(
    from_s: float, to_s: float, done_s: float | None, excused: bool
) -> None:
    leave = Leave("l", PersonId("a"), from_s, to_s, None)
    assert fell_in_leave(DUE_S, done_s, [leave]) is excused
    assert not fell_in_leave(DUE_S, done_s, [])


def test_an_allowed_appeal_changes_the_count_and_the_first_one_stays() -> None:
    cases = [Case(Counted.CHECKS_IN_ORDER, "c", str(n), float(n), n > 1) for n in range(6)]
    cases[0] = replace(cases[0], remedy=Remedy.LEFT_OUT)
    cases[1] = replace(cases[1], remedy=Remedy.MET)
    added = Case(Counted.CHECKS_IN_ORDER, "appeal", "x", 9.0, True, remedy=Remedy.ADDED)
    now = count_cases(SHIPPED_ASSESSMENT_RULES, [*cases, added])[3]
    first = count_cases(SHIPPED_ASSESSMENT_RULES, first_cases([*cases, added]))[3]
    assert (now.met, now.of, now.outcome) == (6, 6, Outcome.MET)
    assert (first.met, first.of, first.outcome) == (4, 6, Outcome.NOT_MET)
    assert (len(now.cases), len(first.cases)) == (7, 6)
