"""The deployment's calendar knows the holidays of its country."""

from __future__ import annotations

import datetime

from pytest_django import Settings

from wardmote.operations.working_time import working_calendar


def test_national_holidays_rest_made_up_days_work_and_festival_eves_do_not_rest(
    settings: Settings,
) -> None:
    settings.TIME_ZONE, settings.HOLIDAYS = "Asia/Shanghai", "CN"
    at_s = datetime.datetime(2025, 9, 1, tzinfo=datetime.UTC).timestamp()
    calendar = working_calendar(at_s)
    assert not calendar.is_working_day(datetime.date(2025, 10, 1))
    assert calendar.is_working_day(datetime.date(2025, 9, 28))  # a Sunday worked in exchange
    assert calendar.is_working_day(datetime.date(2025, 1, 24))  # in the week before the festival
    assert not calendar.is_working_day(datetime.date(2025, 1, 29))
