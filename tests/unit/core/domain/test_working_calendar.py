"""Working time is reckoned by the wall clock, and added by what passes."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.domain.working_calendar import (
    OFFICE_DAY,
    NoWorkingTimeError,
    Shift,
    WorkingCalendar,
)

CHINA = "Asia/Shanghai"
NEW_YORK = "America/New_York"
ALL_DAY = (Shift(0, 86_400),)
D = datetime.date


def at(
    zone: str, year: int, month: int, day: int, hour: int = 0, minute: int = 0, *, fold: int = 0
) -> float:
    wall = datetime.datetime(year, month, day, hour, minute, fold=fold)
    return wall.replace(tzinfo=ZoneInfo(zone)).timestamp()


CALENDAR = WorkingCalendar(
    CHINA,
    holidays=frozenset({D(2026, 10, day) for day in range(1, 8)}),
    made_up=frozenset({D(2026, 9, 27), D(2026, 10, 10)}),
)


def test_a_stretch_begins_with_its_first_moment_and_ends_before_its_last() -> None:
    assert CALENDAR.is_working(at(CHINA, 2026, 11, 23, 8, 30))
    assert not CALENDAR.is_working(at(CHINA, 2026, 11, 23, 8, 30) - 0.001)
    assert CALENDAR.is_working(at(CHINA, 2026, 11, 23, 12) - 0.001)
    assert not CALENDAR.is_working(at(CHINA, 2026, 11, 23, 12))


def test_weekends_and_holidays_rest_and_made_up_days_work() -> None:
    assert not CALENDAR.is_working_day(D(2026, 11, 22))
    assert not CALENDAR.is_working_day(D(2026, 10, 1))
    assert CALENDAR.is_working_day(D(2026, 10, 10))  # a Saturday
    assert CALENDAR.shifts_of(D(2026, 9, 27)) == OFFICE_DAY


def test_hours_run_over_nights_weekends_and_holidays() -> None:
    begin = at(CHINA, 2026, 9, 30, 16, 30)
    assert CALENDAR.add_working_hours(begin, 1) == at(CHINA, 2026, 9, 30, 17, 30)
    assert CALENDAR.add_working_hours(begin, 2) == at(CHINA, 2026, 10, 8, 9, 30)
    assert CALENDAR.working_seconds_between(begin, at(CHINA, 2026, 10, 8, 9, 30)) == 7_200.0


def test_working_days_count_from_the_day_after() -> None:
    assert CALENDAR.add_working_days(D(2026, 9, 30), 1) == D(2026, 10, 8)
    assert CALENDAR.add_working_days(D(2026, 10, 8), 2) == D(2026, 10, 10)
    assert CALENDAR.add_working_days(D(2026, 10, 8), -1) == D(2026, 9, 30)
    assert CALENDAR.add_working_days(D(2026, 10, 3), 0) == D(2026, 10, 8)
    assert CALENDAR.add_working_days(D(2026, 10, 8), 0) == D(2026, 10, 8)


def test_a_deadline_in_days_is_the_end_of_work() -> None:
    assert CALENDAR.deadline_s(at(CHINA, 2026, 9, 30, 20), 1) == at(CHINA, 2026, 10, 8, 17, 30)
    assert CALENDAR.deadline_s(at(CHINA, 2026, 9, 30, 9), 0) == at(CHINA, 2026, 9, 30, 17, 30)
    assert CALENDAR.deadline_s(at(CHINA, 2026, 9, 30, 18), 0) == at(CHINA, 2026, 10, 8, 17, 30)


def test_the_hour_that_the_clock_leaves_out_has_no_moments() -> None:
    night = WorkingCalendar(NEW_YORK, week=((Shift(3_600, 9_000),),) * 7)  # 1:00 to 2:30
    spring = D(2026, 3, 8)
    assert night.intervals(spring) == ((at(NEW_YORK, 2026, 3, 8, 1), at(NEW_YORK, 2026, 3, 8, 3)),)


def test_the_hour_that_comes_twice_counts_twice() -> None:
    night = WorkingCalendar(NEW_YORK, week=((Shift(3_600, 5_400),),) * 7)  # 1:00 to 1:30
    autumn = D(2026, 11, 1)
    first, second = night.intervals(autumn)
    assert first == (at(NEW_YORK, 2026, 11, 1, 1), at(NEW_YORK, 2026, 11, 1, 1, 30))
    assert second[0] == at(NEW_YORK, 2026, 11, 1, 1, fold=1)
    assert second[1] - second[0] == 1_800.0


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (NEW_YORK, D(2026, 3, 8), 23),
        (NEW_YORK, D(2026, 11, 1), 25),
        ("America/Havana", D(2026, 3, 8), 23),  # midnight itself is left out
        ("Asia/Beirut", D(2026, 3, 29), 23),
        ("Australia/Lord_Howe", D(2026, 4, 5), 24.5),
        (CHINA, D(2026, 3, 8), 24),
    ],
)
def test_a_day_has_as_many_hours_as_pass(zone: str, day: datetime.date, hours: float) -> None:
    round_the_clock = WorkingCalendar(zone, week=(ALL_DAY,) * 7)
    total = sum(end - begin for begin, end in round_the_clock.intervals(day))
    assert total == hours * 3_600.0


def test_a_calendar_without_working_time_ahead_says_so() -> None:
    days = frozenset(D.fromordinal(n) for n in range(D(2026, 1, 1).toordinal(), 745_000))
    never = WorkingCalendar(CHINA, holidays=days)
    with pytest.raises(NoWorkingTimeError):
        never.next_working_moment(at(CHINA, 2026, 1, 1))
    with pytest.raises(NoWorkingTimeError):
        never.add_working_days(D(2026, 1, 1), 1)


@pytest.mark.parametrize("bad", [(-1, 5), (5, 5), (0, 86_401)])
def test_a_stretch_outside_its_day_is_refused(bad: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="stretch"):
        Shift(*bad)


def test_overlapping_stretches_and_empty_weeks_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        WorkingCalendar(CHINA, week=((Shift(0, 100), Shift(50, 200)),) * 7)
    with pytest.raises(ValueError, match="must be worked"):
        WorkingCalendar(CHINA, week=((),) * 7)


ZONES = st.sampled_from([CHINA, NEW_YORK, "Europe/Berlin", "America/Havana", "Australia/Lord_Howe"])
MOMENTS = st.floats(1.74e9, 1.83e9)
WEEKS = st.lists(
    st.sampled_from([(), OFFICE_DAY, ALL_DAY, (Shift(0, 9_000), Shift(82_800, 86_400))]),
    min_size=7,
    max_size=7,
).filter(any)
CALENDARS = st.builds(
    lambda zone, week, off: WorkingCalendar(
        zone, tuple(week), frozenset(D(2026, 1, 1) + datetime.timedelta(days=n) for n in off)
    ),
    ZONES,
    WEEKS,
    st.sets(st.integers(0, 364), max_size=20),
)


@given(CALENDARS, MOMENTS, st.floats(0, 400_000))
def test_what_is_added_is_what_passes(
    calendar: WorkingCalendar, at_s: float, working_s: float
) -> None:
    then_s = calendar.add_working_seconds(at_s, working_s)
    assert calendar.working_seconds_between(at_s, then_s) == pytest.approx(working_s, abs=1e-3)
    assert then_s >= at_s


@given(CALENDARS, MOMENTS, st.floats(0, 2_000_000), st.floats(0, 2_000_000))
def test_working_time_adds_up(
    calendar: WorkingCalendar, at_s: float, first: float, second: float
) -> None:
    middle_s, end_s = at_s + first, at_s + first + second
    whole = calendar.working_seconds_between(at_s, end_s)
    parts = calendar.working_seconds_between(at_s, middle_s)
    parts += calendar.working_seconds_between(middle_s, end_s)
    assert parts == pytest.approx(whole, abs=1e-3)
    assert 0.0 <= whole <= first + second + 1e-3


@given(CALENDARS, MOMENTS)
def test_the_next_working_moment_is_the_first(calendar: WorkingCalendar, at_s: float) -> None:
    next_s = calendar.next_working_moment(at_s)
    assert calendar.is_working(next_s)
    assert calendar.working_seconds_between(at_s, next_s) == 0.0
    assert (next_s == at_s) == calendar.is_working(at_s)


@given(
    CALENDARS, st.dates(D(2026, 1, 1), D(2026, 12, 31)), st.integers(-30, 30).filter(lambda n: n)
)
def test_working_days_go_there_and_back(
    calendar: WorkingCalendar, day: datetime.date, days: int
) -> None:
    start = calendar.add_working_days(day, 0)
    there = calendar.add_working_days(start, days)
    assert calendar.is_working_day(there)
    assert calendar.add_working_days(there, -days) == start
    low, high = min(start, there), max(start, there)
    assert len(calendar.working_days(low, high)) == abs(days) + 1
