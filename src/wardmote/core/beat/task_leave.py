"""Leave and tasks: which leave keeps a person from doing a task in the time that is left for it.

Leave from noon takes no task that can be done in the morning, and a morning's leave no task of the
week. What is overdue is to be done today. Working time is what counts; where the time left has none
(an evening, a weekend), any time does.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from wardmote.core.domain.leave import Leave
from wardmote.core.domain.working_calendar import WorkingCalendar

Interval = tuple[float, float]
_DAY = datetime.timedelta(days=1)


def time_left(opens_s: float, due_s: float, now_s: float, calendar: WorkingCalendar) -> Interval:
    """In which time (seconds UTC, from <= t < to) a task is still to be done.

    Until it is due; once that is over, until the end of the local day.
    """
    from_s = max(opens_s, now_s)
    if due_s > from_s:
        return from_s, due_s
    return from_s, calendar.midnight_s(calendar.local_day(from_s) + _DAY)


def leave_that_keeps(
    leaves: Iterable[Leave], left: Interval, minutes: float, calendar: WorkingCalendar
) -> Leave | None:
    """The leave that keeps its person from a task, or None where enough time is left beside it.

    Enough is what the task takes (>=), or all that is left where that is less. Of several leaves
    the first that runs in that time, one with a deputy before one without.

    Args:
        leaves: of one person.
        left: the time left for the task (`time_left`).
    """
    within = [one for one in leaves if one.from_s < left[1] and one.to_s > left[0]]
    if not within:
        return None
    time = _working(left, calendar) or [left]
    whole_s = _length_s(time)
    away_s = sum(_length_s(_clipped(time, (one.from_s, one.to_s))) for one in within)
    if away_s <= 0.0 or whole_s - away_s >= min(minutes * 60.0, whole_s):
        return None
    return min(within, key=lambda one: (one.deputy is None, one.from_s, one.leave_id))


def _working(left: Interval, calendar: WorkingCalendar) -> list[Interval]:
    day, last = calendar.local_day(left[0]), calendar.local_day(left[1])
    found: list[Interval] = []
    while day <= last:
        found += _clipped(calendar.intervals(day), left)
        day += _DAY
    return found


def _clipped(intervals: Sequence[Interval], to: Interval) -> list[Interval]:
    cut = ((max(begin, to[0]), min(end, to[1])) for begin, end in intervals)
    return [(begin, end) for begin, end in cut if begin < end]


def _length_s(intervals: Iterable[Interval]) -> float:
    return sum(end - begin for begin, end in intervals)
