"""The working calendar of this deployment: its time zone, its public holidays, office hours."""

from __future__ import annotations

import datetime
import functools

from django.conf import settings

from wardmote.core.domain.working_calendar import WorkingCalendar
from wardmote.core.planning.demand.day_names import (
    AFTER_SPRING_FESTIVAL,
    BEFORE_SPRING_FESTIVAL,
    LANTERN_FESTIVAL,
    ORDINARY,
    WORKING_WEEKEND,
)
from wardmote.operations.local_time import local_day
from wardmote.operations.places.day_calendar import day_calendar

YEARS_AROUND = 2
_WORKED = frozenset({ORDINARY, BEFORE_SPRING_FESTIVAL, AFTER_SPRING_FESTIVAL, LANTERN_FESTIVAL})
"""Classes of days that tell demand apart and are days like others for whoever works."""
_EVE = "eve of "


def working_calendar(at_s: float) -> WorkingCalendar:
    """Office hours with the public holidays of two years before and after a moment."""
    return _calendar(settings.TIME_ZONE, settings.HOLIDAYS, local_day(at_s).year)


@functools.lru_cache(maxsize=8)
def _calendar(zone: str, _holidays: str, year: int) -> WorkingCalendar:
    first = datetime.date(year - YEARS_AROUND, 1, 1)
    last = datetime.date(year + YEARS_AROUND, 12, 31)
    classes = day_calendar().classes(first, last)
    holidays, made_up = set(), set()
    for number, row in classes.by_day.items():
        name, day = classes.names[row], datetime.date.fromordinal(number)
        if name == WORKING_WEEKEND:
            made_up.add(day)
        elif name not in _WORKED and not name.startswith(_EVE):
            holidays.add(day)
    return WorkingCalendar(zone, holidays=frozenset(holidays), made_up=frozenset(made_up))
