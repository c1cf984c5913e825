"""Calls by village before a day and since, and which changes are no chance."""

from __future__ import annotations

import datetime

import pytest
from tests.unit.core.studies.small_place import at, book

from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.problem import Problem
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.core.studies.changed_demand import changed_demand, require_days_since

DAY_S = 86_400.0
FIRST_S = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC).timestamp()


def call(number: int, day: float, where: tuple[float, float]) -> CallRecord:
    stamps = Stamps(((RecordTime.RECEIVED, FIRST_S + day * DAY_S),))
    return CallRecord(
        key=str(number), digest="", number="", source_category="", category="", source_priority="",
        priority=Priority.ROUTINE, address="", lon=where[0], lat=where[1], station_area="",
        agency="", disposition="", stamps=stamps, units=(), rows=(),
    )  # fmt: skip


def test_a_place_that_doubled_is_told_from_one_that_chance_moved() -> None:
    west, east = at(1, 1), at(8, 1)
    calls = [call(n, n * 0.4, west) for n in range(100)]
    calls += [call(200 + n, 40 + n * 0.2, west) for n in range(200)]
    calls += [call(500 + n, n * 8.0, east) for n in range(10)]
    public = {"500": CallOrigin.OFFICER}
    found = changed_demand(
        calls, lambda one: public.get(one.key, CallOrigin.PUBLIC), book(),
        FIRST_S + 40 * DAY_S, FIRST_S + 80 * DAY_S,
    )  # fmt: skip
    doubled, other = found
    assert doubled.now == pytest.approx(2 * doubled.then)
    assert doubled.then == pytest.approx(100 / 40 * 365.25)
    assert (doubled.sure, other.sure) == (True, False)
    assert other.then + other.now == pytest.approx(9 / 40 * 365.25)


def test_a_day_with_too_little_on_one_side_is_refused() -> None:
    calls = [call(n, float(n), at(1, 1)) for n in range(30)]
    for day in (5, 25):
        with pytest.raises(Problem, match="at least 14 days"):
            changed_demand(
                calls, lambda _one: CallOrigin.PUBLIC, book(),
                FIRST_S + day * DAY_S, FIRST_S + 30 * DAY_S,
            )  # fmt: skip


def test_a_day_less_than_a_fortnight_ago_is_refused_before_any_call_is_read() -> None:
    require_days_since(FIRST_S, FIRST_S + 14 * DAY_S)
    with pytest.raises(Problem, match="at least 14 days"):
        require_days_since(FIRST_S, FIRST_S + 14 * DAY_S - 1)
