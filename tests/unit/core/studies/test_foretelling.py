"""A place's forecast from its calls."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import numpy as np
import pytest
from tests.unit.core.planning.demand.made_up import FIRST, hours, week_of

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.demand.origins import AdmittedCalls, CallOrigin, DemandCall, admit
from wardmote.core.planning.demand.time_grid import DayClasses, no_calendar
from wardmote.core.studies.forecast_sheet import (
    DriftCode,
    ForecastMethod,
    forecast_document,
    read_forecast,
)
from wardmote.core.studies.foretelling import Foretelling, foretell
from wardmote.core.travel.graph import Float64


def calls(days: int, factor: Float64 | None = None, officers: int = 0) -> AdmittedCalls:
    """About 100 calls a day of the public, `factor` [days] times as many."""
    grid = hours(days)
    rng = np.random.default_rng(7)
    by_day = np.ones(days) if factor is None else factor
    count = rng.poisson(week_of(grid) * by_day[grid.day_row])
    at_s = np.repeat(grid.edges_s[:-1], count) + rng.random(int(count.sum())) * 3_600
    found = [CallOrigin.OFFICER] * officers
    return admit(
        [DemandCall(float(one), CallOrigin.PUBLIC) for one in at_s]
        + [DemandCall(float(at_s[0]), one) for one in found]
    )


def asked(days: int = 14, **more: Any) -> Foretelling:
    plain = Foretelling(datetime.UTC, "UTC", 0.0, no_calendar, "", days=days, search=False)
    return dataclasses.replace(plain, **more)


def test_what_is_foretold_adds_up_and_comes_true_about_nine_times_in_ten() -> None:
    sheet = foretell(calls(120, officers=30), asked())
    assert [len(sheet.days), len(sheet.hours)] == [14, 14 * 24]
    first = sum(one.mean for one in sheet.hours[:24])
    assert sheet.days[0].mean == pytest.approx(first)
    assert sheet.days[0].day == (FIRST + datetime.timedelta(days=120)).isoformat()
    assert all(one.low < one.mean < one.high for one in sheet.days)
    assert sheet.basis.method is ForecastMethod.CLIMATOLOGY
    assert sheet.account.refused[0].calls == 30
    assert (sheet.account.days, sheet.account.unplaced) == (120, sheet.account.learnt)
    check = sheet.check
    assert check.judged == 56
    assert 0.8 <= check.within / check.judged <= 1.0
    assert check.miss is not None
    assert check.miss_naive is not None
    assert check.miss < check.miss_naive
    assert sheet.drift.code is DriftCode.STEADY
    assert read_forecast(forecast_document(sheet)) == sheet


def test_a_rise_in_the_last_weeks_is_told_with_its_day_and_size() -> None:
    factor = np.where(np.arange(150) >= 120, 1.4, 1.0)
    drift = foretell(calls(150, factor), asked()).drift
    assert drift.code is DriftCode.RISING
    assert drift.ratio == pytest.approx(1.4, abs=0.12)
    assert drift.lasting
    began = datetime.date.fromisoformat(drift.began or "")
    assert abs((began - FIRST).days - 120) <= 4


def test_a_change_that_has_passed_is_told_as_such() -> None:
    day = np.arange(150)
    factor = np.where((day >= 100) & (day < 106), 1.7, 1.0)
    drift = foretell(calls(150, factor), asked()).drift
    assert drift.code is DriftCode.RISING
    assert not drift.lasting


def test_no_day_knows_what_comes_after_it() -> None:
    history = calls(120)
    last = history.at_s[history.at_s >= FIRST_S + 119 * DAY_S]
    at_s = np.sort(np.concatenate((history.at_s, last + 1.0)))
    nowhere = np.full(len(at_s), np.nan)
    twice = AdmittedCalls(at_s, nowhere, nowhere, history.admitted, history.refused)
    plain, other = foretell(history, asked()), foretell(twice, asked())
    for one, same in zip(plain.check.days, other.check.days, strict=True):
        assert (one.mean, one.low, one.high) == (same.mean, same.low, same.high)
    assert other.check.days[-1].within is False


def test_days_without_a_record_are_not_judged_and_are_counted() -> None:
    whole = calls(120)
    kept = np.flatnonzero(
        (whole.at_s < FIRST_S + 100 * DAY_S) | (whole.at_s >= FIRST_S + 105 * DAY_S)
    )
    holed = AdmittedCalls(
        whole.at_s[kept], whole.lon[kept], whole.lat[kept], whole.admitted, whole.refused
    )
    sheet = foretell(holed, asked())
    assert sheet.account.unrecorded_days == 5
    assert [one.came for one in sheet.check.days[-20:-15]] == [None] * 5
    assert sheet.check.judged == 51
    assert sheet.drift.code is DriftCode.STEADY


def test_festivals_are_said_by_name() -> None:
    fair = (FIRST + datetime.timedelta(days=123)).toordinal()
    past = (FIRST + datetime.timedelta(days=110)).toordinal()
    classes = DayClasses(("ordinary", "fair"), {fair: 1, past: 1})
    sheet = foretell(calls(120), asked(calendar=lambda first, last: classes))
    assert [one.kind for one in sheet.days[:5]] == ["ordinary"] * 3 + ["fair", "ordinary"]
    assert sheet.drift.festivals == ("fair",)


@pytest.mark.parametrize(
    ("days", "last_day", "message"),
    [
        (41, None, "has 41 days"),
        (70, FIRST + datetime.timedelta(days=200), "Nothing was recorded in the last 28 days"),
    ],
)
def test_too_little_is_refused_with_the_reason(
    days: int, last_day: datetime.date | None, message: str
) -> None:
    with pytest.raises(Problem, match=message):
        foretell(calls(days), asked(last_day=last_day))


def test_six_weeks_are_enough() -> None:
    sheet = foretell(calls(42), asked(28))
    assert sheet.check.days == ()
    assert sheet.drift.code is DriftCode.UNKNOWN
    assert len(sheet.days) == 28


@pytest.mark.parametrize("days", [0, 29])
def test_intervals_are_told_for_four_weeks_at_most(days: int) -> None:
    with pytest.raises(Problem, match="1 to 28"):
        asked(days)


def test_calls_of_officers_alone_teach_nothing() -> None:
    only = admit([DemandCall(0.0, CallOrigin.OFFICER)])
    with pytest.raises(Problem, match="1 are refused"):
        foretell(only, asked())
    with pytest.raises(Problem, match="No calls were recorded yet"):
        foretell(admit([]), asked())


FIRST_S = datetime.datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=datetime.UTC).timestamp()
DAY_S = 86_400.0
