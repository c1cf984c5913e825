"""Which leave keeps a person from a task: by the time that is left for it, exactly."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.beat.task_leave import leave_that_keeps, time_left
from wardmote.core.domain.ids import PersonId
from wardmote.core.domain.leave import Leave
from wardmote.core.domain.working_calendar import WorkingCalendar

CALENDAR = WorkingCalendar("Asia/Shanghai")
DAY = datetime.date(2026, 11, 18)
"""A Wednesday: work from 8:30 to 12:00 and from 14:00 to 17:30."""
MIDNIGHT_S = CALENDAR.midnight_s(DAY)
HOUR_S = 3_600.0
WHOLE_DAY = (MIDNIGHT_S, MIDNIGHT_S + 24 * HOUR_S)


def leave(first_h: float, last_h: float, deputy: str | None = "d", number: str = "1") -> Leave:
    first_s, last_s = MIDNIGHT_S + first_h * HOUR_S, MIDNIGHT_S + last_h * HOUR_S
    return Leave(
        number, PersonId("a"), first_s, last_s, None if deputy is None else PersonId(deputy)
    )


@pytest.mark.parametrize(("first_h", "last_h", "minutes", "kept"), [
    (0, 24, 30, True), (-24, 48, 30, True), (8.5, 17.5, 1, True),  # the whole working day
    (12, 24, 210, False), (12, 24, 211, True),  # a morning holds 210 minutes, and no more
    (0, 14, 210, False), (0, 14, 211, True),
    (12, 14, 420, False), (17.5, 24, 420, False), (0, 8.5, 600, False),  # no working time is lost
    (24, 48, 420, False), (-24, 0, 420, False),  # another day
    (12, 24, 600, True),  # more than a day holds: any of it missing is too much
])  # fmt: skip
def test_leave_keeps_from_what_no_longer_fits_beside_it(
    first_h: float, last_h: float, minutes: int, kept: bool
) -> None:
    found = leave_that_keeps([leave(first_h, last_h)], WHOLE_DAY, minutes, CALENDAR)
    assert (found is not None) is kept


def test_where_no_time_is_worked_any_time_counts() -> None:
    evening = (MIDNIGHT_S + 18 * HOUR_S, MIDNIGHT_S + 24 * HOUR_S)
    assert leave_that_keeps([leave(20, 24)], evening, 120, CALENDAR) is None
    assert leave_that_keeps([leave(20, 24)], evening, 121, CALENDAR) is not None


def test_of_several_leaves_one_with_a_deputy_counts_and_then_the_first() -> None:
    first, second, third = leave(0, 9, None, "1"), leave(9, 15, "d", "2"), leave(15, 24, "e", "3")
    for given_in in ((first, second, third), (third, second, first)):
        assert leave_that_keeps(given_in, WHOLE_DAY, 30, CALENDAR) is second


def test_what_is_overdue_is_to_be_done_today() -> None:
    now_s = MIDNIGHT_S + 10 * HOUR_S
    tomorrow_s = MIDNIGHT_S + 24 * HOUR_S
    assert time_left(0.0, now_s - 1.0, now_s, CALENDAR) == (now_s, tomorrow_s)
    assert time_left(0.0, now_s, now_s, CALENDAR) == (now_s, tomorrow_s)
    assert time_left(0.0, now_s + 1.0, now_s, CALENDAR) == (now_s, now_s + 1.0)
    assert time_left(now_s + 5.0, now_s + 9.0, now_s, CALENDAR) == (now_s + 5.0, now_s + 9.0)


@given(st.floats(-48, 48), st.floats(0.1, 72), st.integers(1, 600))
def test_longer_leave_and_longer_tasks_never_give_a_task_back(
    first_h: float, hours: float, minutes: int
) -> None:
    short, long = leave(first_h, first_h + hours), leave(first_h - 1, first_h + hours + 1)
    if leave_that_keeps([short], WHOLE_DAY, minutes, CALENDAR):
        assert leave_that_keeps([long], WHOLE_DAY, minutes, CALENDAR)
        assert leave_that_keeps([short], WHOLE_DAY, minutes + 1, CALENDAR)
