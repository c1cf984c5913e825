"""The forecast as people get it: volumes with intervals, how good it was, whether demand changed.

The document (``wardmote-forecast/1``) is described in ``docs/reference/forecast-file.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.demand_account import CallsOfOrigin
from wardmote.core.studies.documents import read, written

FORECAST_FORMAT = "wardmote-forecast/1"
_WHAT = Bilingual("预测文件", "forecast")


class ForecastMethod(StrEnum):
    """What the forecast was made with."""

    CLIMATOLOGY = "climatology"
    """Hour of the week over all history times the level of the last 8 weeks."""
    CHOSEN = "chosen"
    """What the held-out end of the place's own history surely preferred to the climatology."""


class DriftCode(StrEnum):
    """Whether demand changed."""

    STEADY = "steady"
    """Nothing beyond chance."""
    RISING = "rising"
    FALLING = "falling"
    UNKNOWN = "unknown"
    """Too short a history to ask."""


@dataclass(frozen=True, slots=True)
class HourForecast:
    """An hour on the place's clock, and the calls expected in it.

    Attributes:
        at_s: when it begins, seconds UTC.
        day: ISO date; hour: 0 .. 23, twice on the day when clocks go back.
        low, high: with the sheet's confidence the calls lie within low <= calls <= high.
    """

    at_s: float
    day: str
    hour: int
    mean: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class DayForecast:
    """A day; attributes as in `HourForecast`.

    Attributes:
        kind: class of the day, ``ordinary`` for most.
    """

    day: str
    kind: str
    mean: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class CheckedDay:
    """What was foretold of a past day from the days before it, and what came.

    Attributes:
        came: calls; None where the day was not recorded whole.
    """

    day: str
    kind: str
    mean: float
    low: int
    high: int
    came: int | None

    @property
    def within(self) -> bool | None:
        """Whether it came within the interval; None where it cannot be judged."""
        return None if self.came is None else self.low <= self.came <= self.high


@dataclass(frozen=True, slots=True)
class ForecastCheck:
    """The last weeks, each day foretold the evening before.

    Attributes:
        hours, hours_within: hours that could be judged, and those within their interval.
        miss: mean distance of a day's calls from what was foretold; miss_usual, miss_naive: of the
            climatology, and of "as many as a week before", on the same days; None without any.
    """

    days: tuple[CheckedDay, ...]
    hours: int
    hours_within: int
    miss: float | None
    miss_usual: float | None
    miss_naive: float | None

    @property
    def judged(self) -> int:
        """Days that could be judged."""
        return sum(one.within is not None for one in self.days)

    @property
    def within(self) -> int:
        """Those of them that came within their interval."""
        return sum(one.within is True for one in self.days)


@dataclass(frozen=True, slots=True)
class DriftVerdict:
    """What the drift test says of the last weeks.

    Attributes:
        days: judged, the last ones of the history.
        sought: change in the mean that is found soonest; false_alarms: share of unchanged years
            with any alarm.
        ratio: calls over those expected, from when it began until it was noticed; began, noticed:
            ISO dates. None unless demand changed.
        latest_ratio: of the last two weeks, changed or not; None where nothing was recorded.
        lasting: whether the latest days still say so; False for a change that has passed.
        festivals: classes of the days judged that are not ordinary: a festival that history did
            not teach looks like a change.
    """

    code: DriftCode
    days: int
    sought: float
    false_alarms: float
    ratio: float | None
    began: str | None
    noticed: str | None
    latest_ratio: float | None
    lasting: bool
    festivals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryAccount:
    """What was learnt from.

    Attributes:
        learnt_from, refused: calls by origin, the most first.
        unplaced: learnt from in time; where they came from is not known.
        left_out: calls that were none (tests, mistakes), or rows that could not be read.
        first_day, last_day: ISO dates; days: of the history.
        recorded_share: of its time, what was recorded at all; unrecorded_days: days of which
            nothing was.
    """

    learnt_from: tuple[CallsOfOrigin, ...]
    refused: tuple[CallsOfOrigin, ...]
    unplaced: int
    left_out: int
    first_day: str
    last_day: str
    days: int
    recorded_share: float
    unrecorded_days: int

    @property
    def learnt(self) -> int:
        """Calls learnt from."""
        return sum(one.calls for one in self.learnt_from)


@dataclass(frozen=True, slots=True)
class ForecastBasis:
    """How the forecast was made.

    Attributes:
        level: of the last weeks, 1 being that of the whole history.
        level_days: how many of the last days count for it; with a discount, as many as it leaves.
        seasonal, festivals: whether a season was learnt, and festivals were told apart.
        searched: whether other settings were tried against the climatology to the end.
    """

    method: ForecastMethod
    level: float
    level_days: float
    seasonal: bool
    festivals: bool
    searched: bool


@dataclass(frozen=True, slots=True)
class ForecastSheet:
    """A forecast with everything that has to be known to use it.

    Attributes:
        made_s: when it was made, seconds UTC.
        zone: IANA name of the clock that hours are on.
        calendar: country whose holidays were used, such as ``CN`` or ``US-MO``; empty for none.
        confidence: of all intervals.
    """

    made_s: float
    zone: str
    calendar: str
    confidence: float
    basis: ForecastBasis
    account: HistoryAccount
    days: tuple[DayForecast, ...]
    hours: tuple[HourForecast, ...]
    check: ForecastCheck
    drift: DriftVerdict


def forecast_document(sheet: ForecastSheet) -> dict[str, JsonValue]:
    """The forecast as JSON-ready data."""
    return written(FORECAST_FORMAT, sheet)


def read_forecast(data: JsonValue) -> ForecastSheet:
    """The forecast that `forecast_document` wrote.

    Raises:
        Problem: the data are not a forecast of this format; the field is named.
    """
    return read(FORECAST_FORMAT, ForecastSheet, data, _WHAT)
