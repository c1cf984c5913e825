"""When something comes again, by every way of reckoning."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.domain.recurrence import (
    LunarDay,
    OnDayOff,
    Recurrence,
    RecurrenceKind,
    lunar_day,
)
from wardmote.core.domain.working_calendar import WorkingCalendar

D = datetime.date
K = RecurrenceKind
CALENDAR = WorkingCalendar(
    "Asia/Shanghai",
    holidays=frozenset({D(2026, 10, day) for day in range(1, 8)}),
    made_up=frozenset({D(2026, 10, 10)}),
)


def days_of(recurrence: Recurrence, first: D, last: D, turn: int = 0) -> list[D]:
    span = range(first.toordinal(), last.toordinal() + 1)
    days = [D.fromordinal(number) for number in span]
    return [day for day in days if recurrence.falls_on(day, CALENDAR, turn)]


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        (Recurrence(K.EVERY_DAYS, 10, anchor=D(2026, 10, 3)), [3, 13, 23]),
        (Recurrence(K.EVERY_WORKING_DAYS, 2, anchor=D(2026, 10, 8)), [8, 10, 13, 15, 19, 21, 23,
                                                                      27, 29]),
        (Recurrence(K.WEEKLY, days=(0, 5)), [3, 5, 10, 12, 17, 19, 24, 26, 31]),
        (Recurrence(K.WEEKLY, 2, days=(0,), anchor=D(2026, 10, 7)), [5, 19]),
        (Recurrence(K.WORKING_DAY_OF_MONTH, days=(1, 3, -1)), [8, 10, 30]),
        (Recurrence(K.DAY_OF_MONTH, days=(10, -1)), [10, 31]),
        (Recurrence(K.DAY_OF_MONTH, days=(3,), on_day_off=OnDayOff.NEXT_WORKING), [8]),
        (Recurrence(K.DAY_OF_MONTH, days=(3, 9), on_day_off=OnDayOff.SKIP), [9]),
        (Recurrence(K.DAY_OF_MONTH, days=(3, 8), on_day_off=OnDayOff.NEXT_WORKING), [8]),
        (Recurrence(K.YEARLY, days=(1016,)), [16]),
    ],
)  # fmt: skip
def test_the_days_of_a_month(recurrence: Recurrence, expected: list[int]) -> None:
    found = days_of(recurrence, D(2026, 10, 1), D(2026, 10, 31))
    assert [day.day for day in found] == expected


def test_lunar_days_follow_the_lunar_calendar() -> None:
    market = Recurrence(K.LUNAR, days=(1, 15))
    found = days_of(market, D(2026, 2, 3), D(2026, 3, 31))
    assert found == [D(2026, 2, 17), D(2026, 3, 3), D(2026, 3, 19)]  # New Year, Lantern Festival
    festival = Recurrence(K.LUNAR, days=(815,))
    assert days_of(festival, D(2025, 1, 1), D(2025, 12, 31)) == [D(2025, 10, 6)]


def test_a_leap_month_counts_among_each_month_and_is_not_the_month_it_repeats() -> None:
    # The sixth lunar month of 2025 came twice, from 25 June and, as a leap month, from 25 July.
    assert days_of(Recurrence(K.LUNAR, days=(601,)), D(2025, 1, 1), D(2025, 12, 31)) == [
        D(2025, 6, 25)
    ]
    each = days_of(Recurrence(K.LUNAR, days=(1,)), D(2025, 6, 20), D(2025, 8, 1))
    assert each == [D(2025, 6, 25), D(2025, 7, 25)]


def test_next_years_festival_is_right_where_a_month_is_repeated() -> None:
    # The fifth lunar month of 2028 comes twice, from 24 May and, as a leap month, from 23 June.
    dragon_boat = Recurrence(K.LUNAR, days=(505,))
    found = days_of(dragon_boat, D(2026, 1, 1), D(2028, 12, 31))
    assert found == [D(2026, 6, 19), D(2027, 6, 9), D(2028, 5, 28)]


def test_the_last_day_of_a_lunar_month_is_its_29th_or_30th() -> None:
    eve = days_of(Recurrence(K.LUNAR, days=(1231,)), D(2024, 1, 1), D(2028, 12, 31))
    # New Year's Eve: the 30th, then three times the 29th, as the twelfth month is short.
    assert eve == [D(2024, 2, 9), D(2025, 1, 28), D(2026, 2, 16), D(2027, 2, 5), D(2028, 1, 25)]
    assert [known.day for known in map(lunar_day, eve) if known] == [30, 29, 29, 29, 29]
    each = days_of(Recurrence(K.LUNAR, days=(31,)), D(2028, 5, 1), D(2028, 7, 31))
    assert each == [D(2028, 5, 23), D(2028, 6, 22), D(2028, 7, 21)]
    # A month that is repeated ends with its repetition.
    fifth = days_of(Recurrence(K.LUNAR, days=(531,)), D(2028, 1, 1), D(2028, 12, 31))
    assert fifth == [D(2028, 7, 21)]
    assert lunar_day(D(2028, 7, 21)) == LunarDay(5, 29, leap=True)
    assert lunar_day(D(2100, 1, 1)) is None


def test_public_holidays_are_those_of_the_calendar_without_made_up_days() -> None:
    found = days_of(Recurrence(K.HOLIDAYS), D(2026, 9, 25), D(2026, 10, 15))
    assert found == [D(2026, 10, day) for day in range(1, 8)]


@pytest.mark.parametrize(
    ("kind", "every", "days"),
    [
        (K.EVERY_DAYS, 0, ()), (K.EVERY_DAYS, 367, ()), (K.EVERY_DAYS, 1, (1,)),
        (K.WEEKLY, 1, ()), (K.WEEKLY, 1, (7,)), (K.WORKING_DAY_OF_MONTH, 1, (0,)),
        (K.DAY_OF_MONTH, 1, (32,)), (K.LUNAR, 1, (32,)), (K.LUNAR, 1, (1301,)),
        (K.YEARLY, 1, (1332,)), (K.YEARLY, 1, (1,)), (K.HOLIDAYS, 1, (1,)),
    ],
)  # fmt: skip
def test_numbers_that_do_not_fit_are_refused(
    kind: RecurrenceKind, every: int, days: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match=r"every|days|day of"):
        Recurrence(kind, every, days)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([K.EVERY_DAYS, K.EVERY_WORKING_DAYS]), st.integers(1, 30), st.data())
def test_places_that_take_turns_each_come_once_in_a_round(
    kind: RecurrenceKind, every: int, data: st.DataObject
) -> None:
    recurrence = Recurrence(kind, every, in_turn=True)
    turn = recurrence.turn_of(data.draw(st.text(max_size=12)))
    assert 0 <= turn < every
    first = D(2026, 1, 1)
    day, worked = first, 0
    came = 0
    while worked < every:
        counts = kind is K.EVERY_DAYS or CALENDAR.is_working_day(day)
        worked += counts
        came += recurrence.falls_on(day, CALENDAR, turn)
        day += datetime.timedelta(days=1)
    assert came == 1


@settings(max_examples=60, deadline=None)
@given(st.dates(D(2026, 1, 1), D(2026, 12, 31)), st.integers(1, 28))
def test_a_day_off_is_made_up_for_on_the_next_working_day(day: D, date: int) -> None:
    moved = Recurrence(K.DAY_OF_MONTH, days=(date,), on_day_off=OnDayOff.NEXT_WORKING)
    kept = Recurrence(K.DAY_OF_MONTH, days=(date,))
    if kept.falls_on(day, CALENDAR):
        then = day
        while not CALENDAR.is_working_day(then):
            assert not moved.falls_on(then, CALENDAR)
            then += datetime.timedelta(days=1)
        assert moved.falls_on(then, CALENDAR)
