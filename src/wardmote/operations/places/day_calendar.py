"""Which days are holidays here.

Calendars come from outside: the module that settings name has `calendar_of` and `holidays_of_zone`.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from django.conf import settings

from wardmote.core.planning.demand.time_grid import Calendar


@dataclass(frozen=True, slots=True)
class DayCalendar:
    """A calendar and whose it is: a country such as ``CN``, a part such as ``US-MO``, ``none``."""

    place: str
    classes: Calendar


def day_calendar() -> DayCalendar:
    """The calendar of this deployment: as set, or that of the time zone's country.

    Raises:
        Problem: the country set is unknown.
    """
    source = importlib.import_module(settings.DAY_CALENDARS)
    place = settings.HOLIDAYS or source.holidays_of_zone(settings.TIME_ZONE)
    return DayCalendar(place, source.calendar_of(place))
