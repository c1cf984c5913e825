"""Public holidays, substituted working days and lunar festivals as classes of days.

The dates come from the `holidays` package (MIT), whose Chinese
calendar knows the lunar festivals and the State Council's substituted days. Where those of a year
are not announced yet the festivals still stand, and only the substituted days are absent.
"""

from __future__ import annotations

import datetime
import importlib.resources
import re

import holidays

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.demand.day_names import (
    AFTER_SPRING_FESTIVAL,
    BEFORE_SPRING_FESTIVAL,
    DAY_OFF,
    LANTERN_FESTIVAL,
    ORDINARY,
    WORKING_WEEKEND,
)
from wardmote.core.planning.demand.time_grid import Calendar, DayClasses, no_calendar

NO_HOLIDAYS = "none"
_EVES = ("New Year's Day", "Christmas Day")
_SPRING_FESTIVAL = "Chinese New Year (Spring Festival)"
_LUNAR = frozenset({"CN"})
_BEFORE_DAYS, _LANTERN_DAY = 7, 14
_SUFFIX = re.compile(r"\s*\((observed|estimated|observed, estimated)\)\Z", re.IGNORECASE)


def day_classes(
    country: str, first: datetime.date, last: datetime.date, subdivision: str | None = None
) -> DayClasses:
    """Classes of the days first <= day <= last of a country (ISO 3166-1 alpha-2).

    Each festival is a class of its own, wherever in the week or the year it falls. A substituted
    day off and a weekend worked in exchange are classes; so are the eves of New Year and Christmas,
    and in China the week before the Spring Festival, the days after it, and the Lantern Festival.

    Raises:
        Problem: the country or subdivision is unknown.
    """
    try:
        # One year more on each side: the eve of New Year belongs to the year after.
        found = holidays.country_holidays(
            country, subdiv=subdivision, years=range(first.year, last.year + 2), language="en_US"
        )
    except NotImplementedError:
        place = f"{country}-{subdivision}" if subdivision else country
        raise Problem(
            zh=f"没有 {place} 的节假日资料；可用 CN、US-MO 之类的代码，或 none。",
            en=f"There are no holidays for {place}; use a code such as CN or US-MO, or none.",
        ) from None
    days: dict[datetime.date, str] = {}
    if country in _LUNAR:
        days.update(_around_spring_festival(dict(found)))
    for day in sorted(getattr(found, "weekend_workdays", ())):
        days[day] = WORKING_WEEKEND
    for day, name in sorted(found.items()):
        plain = _plain(name)
        if plain in _EVES:
            days.setdefault(day - datetime.timedelta(days=1), f"eve of {plain}")
        days[day] = plain
    inside = {day: name for day, name in days.items() if first <= day <= last}
    names = (ORDINARY, *sorted(set(inside.values())))
    return DayClasses(names, {day.toordinal(): names.index(name) for day, name in inside.items()})


def calendar_of(place: str) -> Calendar:
    """The calendar of a country (``CN``) or a part of one (``US-MO``), or `NO_HOLIDAYS`.

    Raises:
        Problem: there is no such country or part.
    """
    if place in ("", NO_HOLIDAYS):
        return no_calendar
    country, _, part = place.partition("-")

    def classes(first: datetime.date, last: datetime.date) -> DayClasses:
        return day_classes(country, first, last, part or None)

    # A wrong name is refused here, not when the first forecast is made.
    classes(datetime.date(2025, 1, 1), datetime.date(2025, 1, 1))
    return classes


def holidays_of_zone(zone: str) -> str:
    """The country that a time zone is chiefly kept in, if its holidays are known; else "none".

    Source: ``zone.tab`` of the tz database.
    """
    table = importlib.resources.files("tzdata.zoneinfo").joinpath("zone.tab")
    for line in table.read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if not line.startswith("#") and fields[2] == zone:
            return known_holidays(fields[0])
    return NO_HOLIDAYS


def known_holidays(country: str) -> str:
    """The country if its holidays are known; else "none"."""
    return country if country in holidays.list_supported_countries() else NO_HOLIDAYS


def _plain(name: str) -> str:
    """The first of coinciding holidays, without what kind of day off it is."""
    if name.startswith("Day off"):
        return DAY_OFF
    return _SUFFIX.sub("", name.split("; ", maxsplit=1)[0])


def _around_spring_festival(found: dict[datetime.date, str]) -> dict[datetime.date, str]:
    days: dict[datetime.date, str] = {}
    by_year: dict[int, datetime.date] = {}
    for day, name in sorted(found.items()):
        if name.startswith(_SPRING_FESTIVAL):
            by_year.setdefault(day.year, day)
    for new_year in by_year.values():
        for offset in range(-_BEFORE_DAYS, _LANTERN_DAY + 1):
            name = BEFORE_SPRING_FESTIVAL if offset < 0 else AFTER_SPRING_FESTIVAL
            if offset == _LANTERN_DAY:
                name = LANTERN_FESTIVAL
            days[new_year + datetime.timedelta(days=offset)] = name
    return days
