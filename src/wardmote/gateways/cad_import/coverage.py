"""What the calendar of the records shows: days missing or cut short, the clock's resolution."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

CUT_SHORT_EXPECTED = 7.0
"""A day is cut short if this many calls (>=) are missing at its end: e^-7 < 0.1 % by chance."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The calendar of a set of records, on the source's own wall clock.

    Attributes:
        resolution_s: 86400 when there are only dates, 3600 only hours, 60 only minutes, else 1.
        missing_days: days between the first and the last without any call.
        cut_short_days: days whose calls stop long before midnight though calls come then.
        by_hour: calls in each hour 0 .. 23.
    """

    first_day: datetime.date | None
    last_day: datetime.date | None
    resolution_s: int
    missing_days: tuple[datetime.date, ...]
    cut_short_days: tuple[datetime.date, ...]
    by_hour: tuple[int, ...]


def coverage(received: Sequence[datetime.datetime]) -> Coverage:
    """The coverage of calls received at these wall-clock times."""
    if not received:
        return Coverage(None, None, 1, (), (), (0,) * 24)
    resolution_s = _resolution_s(received)
    days = Counter(at.date() for at in received)
    first, last = min(days), max(days)
    span = [first + datetime.timedelta(days=n) for n in range((last - first).days + 1)]
    hours = Counter(at.hour for at in received)
    cut_short = () if resolution_s == 86_400 else _cut_short(received, days, last)
    return Coverage(
        first_day=first,
        last_day=last,
        resolution_s=resolution_s,
        missing_days=tuple(day for day in span if day not in days),
        cut_short_days=cut_short,
        by_hour=tuple(hours[hour] for hour in range(24)),
    )


def _resolution_s(received: Sequence[datetime.datetime]) -> int:
    if any(at.second for at in received):
        return 1
    if any(at.minute for at in received):
        return 60
    return 3_600 if any(at.hour for at in received) else 86_400


def _cut_short(
    received: Sequence[datetime.datetime],
    days: Counter[datetime.date],
    last: datetime.date,
) -> tuple[datetime.date, ...]:
    """Days after whose last call at least `CUT_SHORT_EXPECTED` more were to be expected.

    The expectation is the upper quartile of the days' counts in each hour, so that many broken days
    do not hide one another. The very last day of an export always breaks off and is not counted.
    """
    per_day_hour = Counter((at.date(), at.hour) for at in received)
    latest: dict[datetime.date, int] = {}
    for at in received:
        latest[at.date()] = max(latest.get(at.date(), 0), at.hour)
    ordered = sorted(days)
    quartile = math.floor(0.75 * (len(ordered) - 1))
    usual = [sorted(per_day_hour[(day, hour)] for day in ordered)[quartile] for hour in range(24)]
    return tuple(
        day
        for day in ordered
        if day != last and sum(usual[latest[day] + 1 :]) >= CUT_SHORT_EXPECTED
    )
