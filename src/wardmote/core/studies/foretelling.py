"""From a place's calls to its forecast sheet."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.demand.checking import Checked, Watched, check_days, watch
from wardmote.core.planning.demand.drift import DriftSettings
from wardmote.core.planning.demand.forecasting import (
    CLIMATOLOGY,
    Forecast,
    ForecastSettings,
    Volumes,
    forecast,
    learn_volumes,
)
from wardmote.core.planning.demand.origins import AdmittedCalls
from wardmote.core.planning.demand.series import CallSeries, count_calls
from wardmote.core.planning.demand.smoothing import totals
from wardmote.core.planning.demand.time_grid import Calendar, TimeGrid, hourly_grid
from wardmote.core.planning.demand.tuning import choose_settings
from wardmote.core.planning.demand.year import has_season, knows_festivals, level_days
from wardmote.core.studies.demand_account import by_origin
from wardmote.core.studies.forecast_sheet import (
    CheckedDay,
    DayForecast,
    DriftCode,
    DriftVerdict,
    ForecastBasis,
    ForecastCheck,
    ForecastMethod,
    ForecastSheet,
    HistoryAccount,
    HourForecast,
)

CONFIDENCE = 0.9
LEAST_DAYS = 42
"""Four weeks for the level, and two to see how far forecasts from it are off."""
LEAST_RECORDED_DAYS = 28.0
MOST_DAYS_AHEAD = 28
"""Intervals are fitted for one to four weeks ahead."""
CHECKED_DAYS = 56
"""The last weeks that are foretold again, and asked for drift: those the level is told from."""


@dataclass(frozen=True, slots=True)
class Foretelling:
    """What a forecast is made of beside the calls.

    Attributes:
        last_day: the last day of the history, over when this is asked; None for the day of the
            last call.
        days: ahead, 1 .. `MOST_DAYS_AHEAD`.
        calendar: classes of days; `calendar_name` as the sheet states it.
        search: whether settings other than the climatology's are tried.
        left_out: calls that are not among those handed over because they were none.

    Raises:
        Problem: too many days, or none.
    """

    zone: datetime.tzinfo
    zone_name: str
    made_s: float
    calendar: Calendar
    calendar_name: str
    last_day: datetime.date | None = None
    days: int = 14
    search: bool = True
    left_out: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.days <= MOST_DAYS_AHEAD:
            raise Problem(
                zh=f"预测天数应为 1 到 {MOST_DAYS_AHEAD}。",
                en=f"A forecast is made for 1 to {MOST_DAYS_AHEAD} days.",
            )


def foretell(
    calls: AdmittedCalls, asked: Foretelling, should_stop: Callable[[], bool] = lambda: False
) -> ForecastSheet:
    """The forecast of a place from its calls.

    Args:
        should_stop: ends the search for better settings; the best until then is used, and the
            sheet says that the search was not finished.

    Raises:
        Problem: no call may be learnt from, the history is too short, or too little of it was
            recorded.
    """
    history, ahead = _grids(calls, asked)
    series = count_calls(calls, history)
    _require_recorded(series)
    checked_days = _checked_days(series)
    settings, searched = _settings(series, checked_days, asked, should_stop)
    volumes = learn_volumes(series, settings)
    found = forecast(volumes, ahead)
    return ForecastSheet(
        made_s=asked.made_s,
        zone=asked.zone_name,
        calendar=asked.calendar_name,
        confidence=CONFIDENCE,
        basis=_basis(volumes, searched=searched),
        account=_account(calls, series, asked.left_out),
        days=_days(found),
        hours=_hours(found, asked.zone),
        check=_check(series, checked_days, settings),
        drift=_verdict(series, checked_days, watch(series, checked_days, settings)),
    )


def _grids(calls: AdmittedCalls, asked: Foretelling) -> tuple[TimeGrid, TimeGrid]:
    if not len(calls):
        refused = sum(calls.refused.values())
        if not refused:
            raise Problem(
                zh=f"还没有警情记录；预测至少需要 {LEAST_DAYS} 天。",
                en=f"No calls were recorded yet; a forecast needs {LEAST_DAYS} days of them.",
            )
        raise Problem(
            zh=f"没有可用于预测的报警（不采用 {refused} 条：非群众报警或来源不明）；"
            "请检查来源说明。",
            en=f"There is no call to learn from ({refused} are refused: not the public's, or of "
            "unknown origin). Check the stated origins.",
        )
    first, last = (
        datetime.datetime.fromtimestamp(float(at_s), tz=asked.zone).date()
        for at_s in (calls.at_s[0], calls.at_s[-1])
    )
    last = asked.last_day or last
    days = (last - first).days + 1
    if days < LEAST_DAYS:
        raise Problem(
            zh=f"记录只有 {max(days, 0)} 天（{first} 起），预测至少需要 {LEAST_DAYS} 天："
            "四周得出水平，两周检验误差。",
            en=f"The record has {max(days, 0)} days (from {first}); a forecast needs "
            f"{LEAST_DAYS}: four weeks for the level and two to see how far it is off.",
        )
    after, end = (last + datetime.timedelta(days=number) for number in (1, asked.days))
    classes = asked.calendar(first, end)
    history = hourly_grid(first, last, asked.zone, classes)
    return history, hourly_grid(after, end, asked.zone, classes)


def _require_recorded(series: CallSeries) -> None:
    recorded = float(series.exposure.sum()) / 24
    if recorded < LEAST_RECORDED_DAYS:
        raise Problem(
            zh=f"{len(series.grid.days)} 天的记录中约有 {recorded:.0f} 天的时间真正有记录，"
            f"预测至少需要 {LEAST_RECORDED_DAYS:.0f} 天；其余时间没有任何报警，视为缺失。",
            en=f"Of {len(series.grid.days)} days about {recorded:.0f} days' time was recorded, and "
            f"a forecast needs {LEAST_RECORDED_DAYS:.0f}. The rest is without any call for so long "
            "that it counts as missing.",
        )
    last = series.between(series.last_day - int(LEAST_RECORDED_DAYS) + 1, series.last_day)
    if not (last.exposure > 0).any():
        raise Problem(
            zh=f"最近 {LEAST_RECORDED_DAYS:.0f} 天没有任何记录，无法得出目前的水平；请先补齐记录。",
            en=f"Nothing was recorded in the last {LEAST_RECORDED_DAYS:.0f} days, so the level of "
            "today is unknown. Complete the record first.",
        )


def _checked_days(series: CallSeries) -> int:
    """How many of the last days are foretold again: before them there must be enough to learn."""
    recorded = np.cumsum(totals(series.grid.day_row, series.exposure)) / 24
    enough = int(np.searchsorted(recorded, LEAST_RECORDED_DAYS)) + 1
    return max(0, min(CHECKED_DAYS, len(recorded) - max(enough, LEAST_DAYS)))


def _settings(
    series: CallSeries, checked_days: int, asked: Foretelling, should_stop: Callable[[], bool]
) -> tuple[ForecastSettings, bool]:
    """Chosen on the days before those that will be judged, and whether all were tried."""
    if not asked.search:
        return CLIMATOLOGY, False
    before = series.between(series.first_day, series.last_day - checked_days)
    stopped = [False]

    def stop() -> bool:
        stopped[0] = stopped[0] or should_stop()
        return stopped[0]

    best = choose_settings(before, stop).best.settings
    return best, not stopped[0]


def _basis(volumes: Volumes, *, searched: bool) -> ForecastBasis:
    settings = volumes.settings
    return ForecastBasis(
        ForecastMethod.CLIMATOLOGY if settings == CLIMATOLOGY else ForecastMethod.CHOSEN,
        volumes.level,
        level_days(settings.level),
        has_season(volumes.pattern),
        knows_festivals(volumes.pattern),
        searched,
    )


def _account(calls: AdmittedCalls, series: CallSeries, left_out: int) -> HistoryAccount:
    days = series.grid.days
    seen = totals(series.grid.day_row, series.exposure)
    return HistoryAccount(
        by_origin(calls.admitted),
        by_origin(calls.refused),
        int((~np.isfinite(calls.lon)).sum()),
        left_out,
        _date(days[0]),
        _date(days[-1]),
        len(days),
        float(series.exposure.mean()),
        int((seen <= 0).sum()),
    )


def _days(found: Forecast) -> tuple[DayForecast, ...]:
    low, high = found.day_quantile((1 - CONFIDENCE) / 2), found.day_quantile((1 + CONFIDENCE) / 2)
    kind = _kinds(found.grid)
    return tuple(
        DayForecast(
            _date(day), kind[row], float(found.day_mean[row]), int(low[row]), int(high[row])
        )
        for row, day in enumerate(found.grid.days.tolist())
    )


def _hours(found: Forecast, zone: datetime.tzinfo) -> tuple[HourForecast, ...]:
    low, high = found.quantile((1 - CONFIDENCE) / 2), found.quantile((1 + CONFIDENCE) / 2)
    grid = found.grid
    return tuple(
        HourForecast(
            float(grid.edges_s[row]),
            _date(grid.day[row]),
            int(grid.slot[row] % 24),
            float(found.mean[row]),
            int(low[row]),
            int(high[row]),
        )
        for row in range(len(grid))
    )


def _check(series: CallSeries, days: int, settings: ForecastSettings) -> ForecastCheck:
    if days < 1:
        return ForecastCheck((), 0, 0, None, None, None)
    found: Checked = check_days(series, days, settings, CONFIDENCE)
    kind = _kinds(series.between(series.last_day - days + 1, series.last_day).grid)
    rows = tuple(
        CheckedDay(
            _date(day),
            kind[row],
            float(found.mean[row]),
            int(found.low[row]),
            int(found.high[row]),
            int(found.came[row]) if found.whole[row] else None,
        )
        for row, day in enumerate(found.day.tolist())
    )
    return ForecastCheck(
        rows,
        found.hours,
        found.hours_within,
        found.miss(found.mean),
        found.miss(found.usual),
        found.miss(found.naive),
    )


def _verdict(series: CallSeries, days: int, watched: Watched | None) -> DriftVerdict:
    settings = DriftSettings()
    first = series.last_day - days + 1
    seen = _kinds(series.between(first, series.last_day).grid) if days > 0 else []
    verdict = DriftVerdict(
        code=DriftCode.UNKNOWN,
        days=days,
        sought=settings.ratio,
        false_alarms=settings.false_alarms,
        ratio=None,
        began=None,
        noticed=None,
        latest_ratio=None,
        lasting=False,
        festivals=tuple(dict.fromkeys(one for one in seen if one != series.grid.class_names[0])),
    )
    if watched is None:
        return verdict
    drift = watched.drift
    verdict = replace(verdict, code=DriftCode.STEADY, latest_ratio=watched.latest_ratio)
    if drift.alarm is None or drift.began is None or drift.ratio is None:
        return verdict
    return replace(
        verdict,
        code=DriftCode.RISING if drift.ratio > 1 else DriftCode.FALLING,
        ratio=drift.ratio,
        began=_date(first + drift.began),
        noticed=_date(first + drift.alarm),
        lasting=watched.lasting,
    )


def _kinds(grid: TimeGrid) -> list[str]:
    """Name of the class of each day."""
    first = np.searchsorted(grid.day, grid.days)
    return [grid.class_names[row] for row in grid.day_class[first].tolist()]


def _date(ordinal: int | np.int64) -> str:
    return datetime.date.fromordinal(int(ordinal)).isoformat()
