from __future__ import annotations

import datetime
import zoneinfo

import numpy as np
import pytest

from wardmote.core.planning.demand.time_grid import (
    DayClasses,
    daily_grid,
    hourly_grid,
    is_weekend,
)

CHICAGO = zoneinfo.ZoneInfo("America/Chicago")
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


def test_a_week_begins_on_monday_at_midnight_local_time() -> None:
    grid = hourly_grid(datetime.date(2026, 3, 2), datetime.date(2026, 3, 8), SHANGHAI)
    assert grid.slot.tolist() == list(range(168))
    assert grid.edges_s[0] == datetime.datetime(2026, 3, 2, tzinfo=SHANGHAI).timestamp()
    assert is_weekend(grid).tolist() == [False] * 120 + [True] * 48
    assert grid.part[[0, 5, 6, 12, 18, 23]].tolist() == [0, 0, 1, 2, 3, 3]


def test_clocks_put_forward_leave_an_hour_out_and_put_back_repeat_one() -> None:
    spring = hourly_grid(datetime.date(2026, 3, 8), datetime.date(2026, 3, 8), CHICAGO)
    autumn = hourly_grid(datetime.date(2026, 11, 1), datetime.date(2026, 11, 1), CHICAGO)
    assert len(spring) == 23
    assert 2 not in (spring.slot % 24)
    assert len(autumn) == 25
    assert (autumn.slot % 24).tolist().count(1) == 2


def test_moments_are_located_with_the_start_included_and_the_end_not() -> None:
    grid = daily_grid(datetime.date(2026, 3, 2), datetime.date(2026, 3, 3))
    start, middle, end = grid.edges_s
    found = grid.locate(np.array([start - 1, start, middle - 1, middle, end]))
    assert found.tolist() == [-1, 0, 0, 1, -1]


def test_days_have_the_class_that_they_were_given() -> None:
    day = datetime.date(2026, 2, 17)
    classes = DayClasses(("ordinary", "festival"), {day.toordinal(): 1})
    grid = daily_grid(day - datetime.timedelta(days=1), day, classes=classes)
    assert grid.day_class.tolist() == [0, 1]
    with pytest.raises(ValueError, match="rows"):
        DayClasses(("ordinary",), {1: 1})


def test_the_last_day_cannot_be_before_the_first() -> None:
    with pytest.raises(ValueError, match="before"):
        hourly_grid(datetime.date(2026, 3, 2), datetime.date(2026, 3, 1), CHICAGO)
