"""When something comes again: by days, weeks, working days, days of a month, the lunar calendar.

The lunar calendar is China's (reckoned for UTC+8, whatever the time zone of the place), known from
1900 to 2099. A day that a month does not have, such as the 31st or the 30th of a short lunar month,
simply does not come in that month.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from lunardate import LunarDate

from wardmote.core.domain.working_calendar import DAYS_A_WEEK, WorkingCalendar

LONGEST_EVERY = 366
LUNAR_YEARS = range(1901, 2099)
_MONTHS, _LONGEST_MONTH = 12, 31
LAST_LUNAR_DAY = 31
"""Stands for the last day of a lunar month, its 29th or 30th: 1231 is New Year's Eve."""


class RecurrenceKind(StrEnum):
    """By what it is reckoned.

    ``every_days``: each `every`-th day from the anchor. ``every_working_days``: likewise of working
    days. ``weekly``: `days` are weekdays, Monday 0, in each `every`-th week from the anchor's.
    ``working_day_of_month``: `days` are ordinals, 1 the first, -1 the last. ``day_of_month``:
    `days` are dates, -1 the last. ``lunar``: `days` are lunar month × 100 + day, month 0 meaning
    each and day 31 the last of it. ``yearly``: `days` are month × 100 + day. ``holidays``: each
    public holiday of the working calendar, with the weekends that belong to it.
    """

    EVERY_DAYS = "every_days"
    EVERY_WORKING_DAYS = "every_working_days"
    WEEKLY = "weekly"
    WORKING_DAY_OF_MONTH = "working_day_of_month"
    DAY_OF_MONTH = "day_of_month"
    LUNAR = "lunar"
    YEARLY = "yearly"
    HOLIDAYS = "holidays"


class OnDayOff(StrEnum):
    """What becomes of a day on which nobody works: kept, moved to the next working day, or left."""

    KEEP = "keep"
    NEXT_WORKING = "next_working"
    SKIP = "skip"


_WITH_DAYS = frozenset(RecurrenceKind) - {
    RecurrenceKind.EVERY_DAYS,
    RecurrenceKind.EVERY_WORKING_DAYS,
    RecurrenceKind.HOLIDAYS,
}
_IN_TURN = frozenset({RecurrenceKind.EVERY_DAYS, RecurrenceKind.EVERY_WORKING_DAYS})
ANCHOR = datetime.date(2024, 1, 1)
"""A Monday."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """When something comes again.

    Attributes:
        every: n of "every n days", "every n working days" and "every n weeks"; 1 <= n <= 366.
        anchor: from where those are counted.
        in_turn: with "every n days": places take turns, about one n-th of them each day, so that
            the work of a month does not fall on one day.

    Raises:
        ValueError: the numbers do not fit the kind.
    """

    kind: RecurrenceKind
    every: int = 1
    days: tuple[int, ...] = ()
    on_day_off: OnDayOff = OnDayOff.KEEP
    anchor: datetime.date = ANCHOR
    in_turn: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.every <= LONGEST_EVERY:
            msg = f"every n: 1 to {LONGEST_EVERY}, got {self.every}"
            raise ValueError(msg)
        if (self.kind in _WITH_DAYS) != bool(self.days):
            msg = f"{self.kind} needs days" if self.kind in _WITH_DAYS else "no days are named here"
            raise ValueError(msg)
        if self.in_turn and self.kind not in _IN_TURN:
            raise ValueError("places take turns only with every n days")
        for day in self.days:
            if not _fits(self.kind, day):
                msg = f"{day} is no day of {self.kind}"
                raise ValueError(msg)

    @property
    def turns(self) -> int:
        """In how many groups places take turns; 1 when all come on the same day."""
        return self.every if self.in_turn else 1

    def turn_of(self, code: str) -> int:
        """The group of a place, 0 <= turn < turns: the same for ever, whatever other places do."""
        if self.turns == 1:
            return 0
        return int.from_bytes(hashlib.sha256(code.encode()).digest()[:8]) % self.turns

    def falls_on(self, day: datetime.date, calendar: WorkingCalendar, turn: int = 0) -> bool:
        """Whether it comes on a local day, for places of a turn."""
        if self.on_day_off is OnDayOff.KEEP or self.kind is RecurrenceKind.EVERY_WORKING_DAYS:
            return self._names(day, calendar, turn)
        if not calendar.is_working_day(day):
            return False
        if self.on_day_off is OnDayOff.SKIP:
            return self._names(day, calendar, turn)
        while not self._names(day, calendar, turn):
            day -= datetime.timedelta(days=1)
            if calendar.is_working_day(day):
                return False
        return True

    def turns_on(self, day: datetime.date, calendar: WorkingCalendar) -> frozenset[int]:
        """The turns whose places have it on a day; empty when it does not come."""
        return frozenset(t for t in range(self.turns) if self.falls_on(day, calendar, t))

    def _names(self, day: datetime.date, calendar: WorkingCalendar, turn: int) -> bool:
        kind = self.kind
        if kind is RecurrenceKind.EVERY_DAYS:
            named = (day - self.anchor).days % self.every == turn
        elif kind is RecurrenceKind.EVERY_WORKING_DAYS:
            worked = calendar.is_working_day(day)
            named = worked and _working_index(self.anchor, day, calendar) % self.every == turn
        elif kind is RecurrenceKind.WEEKLY:
            monday = self.anchor - datetime.timedelta(days=self.anchor.weekday())
            weeks = (day - monday).days // DAYS_A_WEEK
            named = day.weekday() in self.days and weeks % self.every == 0
        elif kind is RecurrenceKind.WORKING_DAY_OF_MONTH:
            named = any(nth_working_day(day, nth, calendar) == day for nth in self.days)
        elif kind is RecurrenceKind.DAY_OF_MONTH:
            last = (day + datetime.timedelta(days=1)).day == 1
            named = day.day in self.days or (last and -1 in self.days)
        elif kind is RecurrenceKind.LUNAR:
            named = bool(_lunar_names(day).intersection(self.days))
        elif kind is RecurrenceKind.HOLIDAYS:
            named = day in calendar.holidays and day not in calendar.made_up
        else:
            named = day.month * 100 + day.day in self.days
        return named


def nth_working_day(
    in_month: datetime.date, nth: int, calendar: WorkingCalendar
) -> datetime.date | None:
    """The nth working day of the month of a day, from 1, or from the end for a negative number."""
    first = in_month.replace(day=1)
    after = (first + datetime.timedelta(days=_LONGEST_MONTH)).replace(day=1)
    days = calendar.working_days(first, after - datetime.timedelta(days=1))
    place = nth - 1 if nth > 0 else len(days) + nth
    return days[place] if 0 <= place < len(days) else None


@functools.lru_cache(maxsize=1_024)
def _working_index(anchor: datetime.date, day: datetime.date, calendar: WorkingCalendar) -> int:
    """How many working days lie in anchor <= d < day; negative before the anchor."""
    before = datetime.timedelta(days=1)
    if day >= anchor:
        return len(calendar.working_days(anchor, day - before))
    return -len(calendar.working_days(day, anchor - before))


@functools.lru_cache(maxsize=4_096)
def _lunar_names(day: datetime.date) -> frozenset[int]:
    """What `days` may call a solar day: as a day of each month, and of its own month.

    A leap month counts among "each" but is not the month it repeats, so that a yearly festival
    comes once.
    """
    if day.year not in LUNAR_YEARS:
        return frozenset()
    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    names = {lunar.day}
    if not lunar.is_leap_month:
        names.add(lunar.month * 100 + lunar.day)
    after = day + datetime.timedelta(days=1)
    next_day = LunarDate.from_solar_date(after.year, after.month, after.day)
    if next_day.day == 1:
        names.add(LAST_LUNAR_DAY)
        # Of a month that is repeated, the end is the end of the repetition.
        if not next_day.is_leap_month:
            names.add(lunar.month * 100 + LAST_LUNAR_DAY)
    return frozenset(names)


def _fits(kind: RecurrenceKind, day: int) -> bool:
    month, date = divmod(day, 100)
    fits = {
        RecurrenceKind.WEEKLY: 0 <= day < DAYS_A_WEEK,
        RecurrenceKind.WORKING_DAY_OF_MONTH: day != 0 and abs(day) <= _LONGEST_MONTH,
        RecurrenceKind.DAY_OF_MONTH: day == -1 or 1 <= day <= _LONGEST_MONTH,
        RecurrenceKind.LUNAR: 0 <= month <= _MONTHS and 1 <= date <= LAST_LUNAR_DAY,
        RecurrenceKind.YEARLY: 1 <= month <= _MONTHS and 1 <= date <= _LONGEST_MONTH,
    }
    return fits.get(kind, False)


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar calendar; `leap`: of a month that repeats the one before."""

    month: int
    day: int
    leap: bool


def lunar_day(day: datetime.date) -> LunarDay | None:
    """What the lunar calendar calls a day; None outside the years it is known for."""
    if day.year not in LUNAR_YEARS:
        return None
    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    return LunarDay(lunar.month, lunar.day, bool(lunar.is_leap_month))
