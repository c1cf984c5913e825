"""Hours or days on a place's own calendar, as arrays: slot of the week, day, class of day.

Which days are holidays is data: the core is handed classes of days and knows no calendar, so that
the lunar festivals, substituted working days and local fairs of a place all come the same way.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from wardmote.core.travel.graph import Bool, Float64, Int64

HOUR_S = 3_600.0
HOURS_A_DAY = 24
DAYS_A_WEEK = 7
PARTS = 4
"""Parts of a day that day classes are told apart in: night, morning, afternoon, evening."""


@dataclass(frozen=True, slots=True)
class DayClasses:
    """Kinds of days: row 0 is the ordinary day, the others festivals, holidays and the like.

    Attributes:
        names: of the classes; the first is "ordinary".
        by_day: proleptic ordinal of a date (`datetime.date.toordinal`) -> row of `names`; days
            that are absent are ordinary.

    Raises:
        ValueError: a day's class has no name.
    """

    names: tuple[str, ...] = ("ordinary",)
    by_day: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(not 0 <= row < len(self.names) for row in self.by_day.values()):
            msg = f"classes of days must be rows of {self.names}"
            raise ValueError(msg)


ORDINARY_DAYS = DayClasses()

Calendar = Callable[[datetime.date, datetime.date], DayClasses]
"""Gives the classes of the days first <= day <= last."""


def no_calendar(first: datetime.date, last: datetime.date) -> DayClasses:
    """A calendar without holidays."""
    return ORDINARY_DAYS


@dataclass(frozen=True, slots=True, eq=False)
class TimeGrid:
    """Successive slots. Make one with `hourly_grid` or `daily_grid`.

    Attributes:
        edges_s: float64 [T+1] where slots begin and the last one ends; seconds UTC, ascending.
        day: int64 [T] ordinal of the local date.
        slot: int64 [T] slot of the week; 0 begins on Monday 00:00 local time.
        slots_a_week: 168 for hours, 7 for days.
        day_class: int64 [T] row of `class_names`.
    """

    edges_s: Float64
    day: Int64
    slot: Int64
    slots_a_week: int
    day_class: Int64
    class_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.day)

    @property
    def part(self) -> Int64:
        """[T] part of the day 0 .. 3, six hours each; 0 throughout for whole days."""
        if self.slots_a_week == DAYS_A_WEEK:
            return np.zeros(len(self), dtype=np.int64)
        return (self.slot % HOURS_A_DAY) // (HOURS_A_DAY // PARTS)

    @property
    def day_row(self) -> Int64:
        """[T] number of the slot's day among the grid's days, from 0."""
        return np.asarray(np.cumsum(np.diff(self.day, prepend=self.day[:1]) != 0), dtype=np.int64)

    @property
    def days(self) -> Int64:
        """Ordinals of the grid's days, in order."""
        return np.unique(self.day)

    def between(self, first_day: int, last_day: int) -> TimeGrid:
        """The slots of the days first <= day <= last (ordinals)."""
        return self.rows(int(np.searchsorted(self.day, first_day)),
                         int(np.searchsorted(self.day, last_day, side="right")))  # fmt: skip

    def rows(self, start: int, stop: int) -> TimeGrid:
        """The slots start <= row < stop."""
        return TimeGrid(
            self.edges_s[start : stop + 1],
            self.day[start:stop],
            self.slot[start:stop],
            self.slots_a_week,
            self.day_class[start:stop],
            self.class_names,
        )

    def locate(self, at_s: Float64) -> Int64:
        """Row of the slot that holds each moment (start <= t < end); -1 outside the grid."""
        row = np.searchsorted(self.edges_s, at_s, side="right") - 1
        return np.where((row >= 0) & (row < len(self)), row, -1).astype(np.int64)


def hourly_grid(
    first: datetime.date,
    last: datetime.date,
    zone: datetime.tzinfo,
    classes: DayClasses = ORDINARY_DAYS,
) -> TimeGrid:
    """Every hour of the days first <= day <= last.

    Hours are 3,600 s long: where clocks are put forward a local hour is absent, and where they are
    put back the repeated hour is there twice, under the same slot of the week.

    Raises:
        ValueError: `last` is before `first`.
    """
    start_s, stop_s = _midnight_s(first, zone), _midnight_s(_next(last), zone)
    _require_order(first, last)
    edges = np.arange(start_s, stop_s + HOUR_S / 2, HOUR_S)
    local = [datetime.datetime.fromtimestamp(at, tz=zone) for at in edges[:-1].tolist()]
    day = np.array([at.toordinal() for at in local], dtype=np.int64)
    hour = np.array([at.hour for at in local], dtype=np.int64)
    slot = _weekday(day) * HOURS_A_DAY + hour
    width = DAYS_A_WEEK * HOURS_A_DAY
    return TimeGrid(edges, day, slot, width, _classes(day, classes), classes.names)


def daily_grid(
    first: datetime.date,
    last: datetime.date,
    zone: datetime.tzinfo = datetime.UTC,
    classes: DayClasses = ORDINARY_DAYS,
) -> TimeGrid:
    """Every day first <= day <= last, from midnight to midnight on the local clock.

    Raises:
        ValueError: `last` is before `first`.
    """
    _require_order(first, last)
    day = np.arange(first.toordinal(), last.toordinal() + 1, dtype=np.int64)
    dates = [datetime.date.fromordinal(int(ordinal)) for ordinal in day]
    edges = np.array([_midnight_s(date, zone) for date in [*dates, _next(last)]])
    return TimeGrid(edges, day, _weekday(day), DAYS_A_WEEK, _classes(day, classes), classes.names)


def is_weekend(grid: TimeGrid) -> Bool:
    """[T] slots of Saturdays and Sundays."""
    return np.asarray(grid.slot * DAYS_A_WEEK // grid.slots_a_week >= 5, dtype=np.bool_)


def _require_order(first: datetime.date, last: datetime.date) -> None:
    if last < first:
        msg = f"the last day {last} is before the first {first}"
        raise ValueError(msg)


def _midnight_s(day: datetime.date, zone: datetime.tzinfo) -> float:
    return datetime.datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def _next(day: datetime.date) -> datetime.date:
    return day + datetime.timedelta(days=1)


def _weekday(day: Int64) -> Int64:
    """Monday is 0; ordinal 1 (1 January of year 1) was a Monday."""
    return (day - 1) % DAYS_A_WEEK


def _classes(day: Int64, classes: DayClasses) -> Int64:
    return np.array([classes.by_day.get(int(one), 0) for one in day], dtype=np.int64)
