"""Working time: hours by weekday, holidays, made-up days, in a time zone that changes its clock.

A deadline "within 8 working hours" or "within 3 working days" is reckoned here. A moment is working
time when the clock on the wall shows an hour that its day works. Where the wall clock jumps, the
hour that is left out has no moments and the hour that comes twice counts twice: what is added and
measured is time that passes, not the difference of two clock faces.
"""

from __future__ import annotations

import datetime
import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from wardmote.core.domain.wall_clock import at_clock

DAY_S = 86_400
DAYS_A_WEEK = 7
FURTHEST_DAYS = 3_660
"""Working time that does not come within ten years is taken for a mistake in the calendar."""

_EPOCH = datetime.date(1970, 1, 1).toordinal()


class NoWorkingTimeError(ValueError):
    """The calendar has no working time within ten years of where it was asked for."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of a working day on the wall clock, from_s <= time < to_s.

    Attributes:
        from_s, to_s: seconds after local midnight by the wall clock; 0 <= from_s < to_s <= 86400.
            What goes past midnight is written as two stretches of two days.
    """

    from_s: int
    to_s: int

    def __post_init__(self) -> None:
        if not 0 <= self.from_s < self.to_s <= DAY_S:
            msg = f"a stretch of a day lies within it and has a length: {self}"
            raise ValueError(msg)


WeekHours = tuple[tuple[Shift, ...], ...]
"""The stretches of Monday, Tuesday ... Sunday; an empty one is a day off."""


def _at(hour: int, minute: int = 0) -> int:
    return (hour * 60 + minute) * 60


OFFICE_DAY = (Shift(_at(8, 30), _at(12)), Shift(_at(14), _at(17, 30)))
OFFICE_WEEK: WeekHours = (*([OFFICE_DAY] * 5), (), ())
"""Monday to Friday 8:30-12:00 and 14:00-17:30: seven hours a day."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When work is done at a place.

    Attributes:
        zone: name of the time zone in the tz database.
        week: stretches by weekday, Monday first; those of a day ascend and do not overlap.
        holidays: days on which nobody works, whatever the weekday.
        made_up: days that are worked in exchange (调休上班); they win over `holidays`.
        made_up_hours: the stretches of a made-up day; by default those of the first weekday that
            has any.

    Raises:
        ValueError: the week has not seven days, stretches overlap, or no day of it is worked.
    """

    zone: str
    week: WeekHours = OFFICE_WEEK
    holidays: frozenset[datetime.date] = frozenset()
    made_up: frozenset[datetime.date] = frozenset()
    made_up_hours: tuple[Shift, ...] = field(default=())

    def __post_init__(self) -> None:
        if len(self.week) != DAYS_A_WEEK:
            raise ValueError("a week has seven days")
        for shifts in (*self.week, self.made_up_hours):
            for before, after in itertools.pairwise(shifts):
                if before.to_s > after.from_s:
                    msg = f"stretches of a day ascend and do not overlap: {before}, {after}"
                    raise ValueError(msg)
        if not any(self.week):
            raise ValueError("some day of the week must be worked")
        ZoneInfo(self.zone)  # an unknown zone is refused here

    def shifts_of(self, day: datetime.date) -> tuple[Shift, ...]:
        """The stretches that a local day works; empty on a day off."""
        if day in self.made_up:
            return self.made_up_hours or next(one for one in self.week if one)
        return () if day in self.holidays else self.week[day.weekday()]

    def is_working_day(self, day: datetime.date) -> bool:
        """Whether anybody works on a local day."""
        return bool(self.shifts_of(day))

    def intervals(self, day: datetime.date) -> tuple[tuple[float, float], ...]:
        """The working time of a local day: (from, to) in seconds UTC, from <= t < to, ascending."""
        shifts = self.shifts_of(day)
        return _intervals(self.zone, shifts, day.toordinal()) if shifts else ()

    def local_day(self, at_s: float) -> datetime.date:
        """The local calendar day of a moment (seconds UTC)."""
        return datetime.datetime.fromtimestamp(at_s, ZoneInfo(self.zone)).date()

    def midnight_s(self, day: datetime.date) -> float:
        """When a local day begins, seconds UTC."""
        return float(_midnight_s(ZoneInfo(self.zone), day))

    def is_working(self, at_s: float) -> bool:
        """Whether a moment is working time; the end of a stretch is not."""
        return any(begin <= at_s < end for begin, end in self.intervals(self.local_day(at_s)))

    def next_working_moment(self, at_s: float) -> float:
        """`at_s` itself if it is working time, else when work begins next.

        Raises:
            NoWorkingTimeError: not within ten years.
        """
        for begin, end in self._from(at_s):
            if end > at_s:
                return max(begin, at_s)
        raise NoWorkingTimeError

    def add_working_seconds(self, at_s: float, working_s: float) -> float:
        """The earliest moment by which `working_s` of working time have passed since `at_s`.

        Nothing added is `at_s` itself. What fills a day to its last minute ends when the day ends,
        not when the next begins.

        Raises:
            ValueError: `working_s` is below 0.
            NoWorkingTimeError: ten years do not hold so much.
        """
        if working_s < 0.0:
            raise ValueError("working time that is added is 0 or more")
        if working_s == 0.0:
            return at_s
        left_s = working_s
        for begin, end in self._from(at_s):
            start = max(begin, at_s)
            if start >= end:
                continue
            if left_s <= end - start:
                return start + left_s
            left_s -= end - start
        raise NoWorkingTimeError

    def add_working_hours(self, at_s: float, hours: float) -> float:
        """As `add_working_seconds`, in hours."""
        return self.add_working_seconds(at_s, hours * 3_600.0)

    def working_seconds_between(self, from_s: float, to_s: float) -> float:
        """How much working time passes in from_s <= t < to_s; 0 when `to_s` is not later."""
        if to_s <= from_s:
            return 0.0
        day, last = self.local_day(from_s), self.local_day(to_s)
        total = 0.0
        while day <= last:
            for begin, end in self.intervals(day):
                total += max(0.0, min(end, to_s) - max(begin, from_s))
            day += datetime.timedelta(days=1)
        return total

    def add_working_days(self, day: datetime.date, days: int) -> datetime.date:
        """The `days`-th working day after `day`; before it for a negative number.

        `day` itself does not count, worked or not. 0 is `day` if it is worked, else the next
        working day.

        Raises:
            NoWorkingTimeError: not within ten years.
        """
        step = datetime.timedelta(days=-1 if days < 0 else 1)
        left = abs(days)
        found = day
        if left == 0 and not self.is_working_day(day):
            left = 1
        for _ in range(FURTHEST_DAYS + 2 * left):
            if left == 0:
                return found
            found += step
            left -= self.is_working_day(found)
        raise NoWorkingTimeError

    def working_days(self, first: datetime.date, last: datetime.date) -> tuple[datetime.date, ...]:
        """The working days first <= day <= last, ascending."""
        span = range(first.toordinal(), last.toordinal() + 1)
        days = (datetime.date.fromordinal(number) for number in span)
        return tuple(day for day in days if self.is_working_day(day))

    def opens_s(self, day: datetime.date) -> float | None:
        """When work begins on a local day, seconds UTC; None on a day off."""
        intervals = self.intervals(day)
        return intervals[0][0] if intervals else None

    def closes_s(self, day: datetime.date) -> float | None:
        """When work ends on a local day, seconds UTC; None on a day off."""
        intervals = self.intervals(day)
        return intervals[-1][1] if intervals else None

    def deadline_s(self, at_s: float, working_days: int) -> float:
        """The end of work on the `working_days`-th working day after the day of `at_s`.

        0 is the end of work on the day itself, or on the next working day where it is over or a day
        off.
        """
        day = self.add_working_days(self.local_day(at_s), working_days)
        closes_s = self.closes_s(day)
        if closes_s is None or closes_s <= at_s:
            closes_s = self.closes_s(self.add_working_days(day, 1))
        if closes_s is None:  # a stretch lost whole to a change of the clock
            raise NoWorkingTimeError
        return closes_s

    def _from(self, at_s: float) -> Iterator[tuple[float, float]]:
        """Working time from the local day of a moment on, for ten years."""
        day = self.local_day(at_s)
        for _ in range(FURTHEST_DAYS):
            yield from self.intervals(day)
            day += datetime.timedelta(days=1)


@functools.lru_cache(maxsize=8_192)
def _intervals(
    zone_name: str, shifts: tuple[Shift, ...], ordinal: int
) -> tuple[tuple[float, float], ...]:
    """The moments at which the wall clock of a day shows one of its stretches."""
    zone = ZoneInfo(zone_name)
    day = datetime.date.fromordinal(ordinal)
    begin_s = _midnight_s(zone, day)
    end_s = _midnight_s(zone, day + datetime.timedelta(days=1))
    wall_s = (ordinal - _EPOCH) * DAY_S
    pieces: list[tuple[float, float]] = []
    for part_begin_s, part_end_s, offset_s in _parts(zone, begin_s, end_s):
        for shift in shifts:
            first_s = max(wall_s + shift.from_s - offset_s, part_begin_s)
            last_s = min(wall_s + shift.to_s - offset_s, part_end_s)
            if first_s < last_s:
                pieces.append((float(first_s), float(last_s)))
    return tuple(pieces)


def _parts(zone: ZoneInfo, begin_s: int, end_s: int) -> Iterator[tuple[int, int, int]]:
    """A day cut where its clock changes, at most once: (from, to, seconds ahead of UTC)."""
    before, after = _offset_s(zone, begin_s), _offset_s(zone, end_s - 1)
    if before == after:
        yield begin_s, end_s, before
        return
    low, high = begin_s, end_s - 1
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_s(zone, middle) == before:
            low = middle
        else:
            high = middle
    yield begin_s, high, before
    yield high, end_s, after


def _offset_s(zone: ZoneInfo, at_s: int) -> int:
    offset = datetime.datetime.fromtimestamp(at_s, zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())


def _midnight_s(zone: ZoneInfo, day: datetime.date) -> int:
    return round(at_clock(day, 0, zone).timestamp())
