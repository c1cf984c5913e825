"""Periods of a bulletin: a day, a week from Monday, a month; which comes before, and a year before.

Names are ISO 8601: ``2026-11-22``, ``2026-W47``, ``2026-11``.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from enum import StrEnum

_WEEK_DAYS = 7
_WEEKS_A_YEAR = 52
_WEEK_NAME = re.compile(r"(\d{4})-W(\d{2})\Z", re.ASCII)
_MONTH_NAME = re.compile(r"(\d{4})-(\d{2})\Z", re.ASCII)
_DAY_NAME = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class PeriodKind(StrEnum):
    """How long a bulletin's period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """Local calendar days, `first` to `last`, both inclusive."""

    kind: PeriodKind
    first: datetime.date
    last: datetime.date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def name(self) -> str:
        """The name that `period_named` reads."""
        if self.kind is PeriodKind.DAY:
            return self.first.isoformat()
        if self.kind is PeriodKind.WEEK:
            year, week, _day = self.first.isocalendar()
            return f"{year:04d}-W{week:02d}"
        return f"{self.first.year:04d}-{self.first.month:02d}"

    def before(self) -> Period:
        """The period of this kind just before.

        Raises:
            OverflowError: the calendar begins with this one.
        """
        return period_of(self.kind, self.first - datetime.timedelta(days=1))

    def after(self) -> Period:
        """The period of this kind just after.

        Raises:
            OverflowError: the calendar ends with this one.
        """
        return period_of(self.kind, self.last + datetime.timedelta(days=1))

    def year_before(self) -> Period:
        """What this one is compared with across a year.

        A month with the same month; a week or a day with the one 52 weeks before, so that
        weekdays meet weekdays.

        Raises:
            OverflowError: the calendar does not reach back so far.
        """
        if self.kind is PeriodKind.MONTH:
            if self.first.year == datetime.MINYEAR:
                raise OverflowError("the calendar does not reach back a year")
            return period_of(self.kind, self.first.replace(year=self.first.year - 1))
        back = datetime.timedelta(days=_WEEK_DAYS * _WEEKS_A_YEAR)
        return period_of(self.kind, self.first - back)


def period_of(kind: PeriodKind, day: datetime.date) -> Period:
    """The period of a kind that a local day lies in.

    Raises:
        OverflowError: the period runs over the end of the calendar.
    """
    if kind is PeriodKind.DAY:
        return Period(kind, day, day)
    if kind is PeriodKind.WEEK:
        first = day - datetime.timedelta(days=day.weekday())
        return Period(kind, first, first + datetime.timedelta(days=_WEEK_DAYS - 1))
    _weekday, length = calendar.monthrange(day.year, day.month)
    return Period(kind, day.replace(day=1), day.replace(day=length))


def period_named(name: str) -> Period | None:
    """The period of a name; None where it names none."""
    try:
        if week := _WEEK_NAME.match(name):
            monday = datetime.date.fromisocalendar(int(week[1]), int(week[2]), 1)
            return period_of(PeriodKind.WEEK, monday)
        if month := _MONTH_NAME.match(name):
            return period_of(PeriodKind.MONTH, datetime.date(int(month[1]), int(month[2]), 1))
        if _DAY_NAME.match(name):
            return period_of(PeriodKind.DAY, datetime.date.fromisoformat(name))
    except (ValueError, OverflowError):
        return None
    return None
