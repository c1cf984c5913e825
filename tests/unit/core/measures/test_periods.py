"""Periods of a bulletin."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.measures.periods import PeriodKind, period_named, period_of

DAYS = st.dates(datetime.date(2, 1, 10), datetime.date(9998, 12, 1))


@given(st.sampled_from(PeriodKind), DAYS)
def test_a_period_is_found_again_by_its_name_and_meets_its_neighbours(
    kind: PeriodKind, day: datetime.date
) -> None:
    period = period_of(kind, day)
    assert period.first <= day <= period.last
    assert period_named(period.name) == period
    assert period.before().last + datetime.timedelta(days=1) == period.first
    assert period.after().first - datetime.timedelta(days=1) == period.last
    assert period.before().after() == period


def test_a_year_before_weekdays_meet_weekdays_and_months_meet_months() -> None:
    day = period_of(PeriodKind.DAY, datetime.date(2026, 11, 22))
    assert day.year_before().first == datetime.date(2025, 11, 23)
    assert day.year_before().first.weekday() == day.first.weekday()
    month = period_of(PeriodKind.MONTH, datetime.date(2024, 2, 29))
    assert month.year_before().name == "2023-02"
    assert month.year_before().days == 28


@pytest.mark.parametrize(
    "name", ["", "2026", "2026-W54", "2026-13", "2026-02-30", "0000-W01", "2026-W1", "２026-11"]
)
def test_what_names_no_period_is_none(name: str) -> None:
    assert period_named(name) is None


def test_the_end_of_the_calendar_is_said() -> None:
    with pytest.raises(OverflowError):
        period_of(PeriodKind.DAY, datetime.date.min).before()
    with pytest.raises(OverflowError):
        period_of(PeriodKind.MONTH, datetime.date(1, 1, 5)).year_before()
