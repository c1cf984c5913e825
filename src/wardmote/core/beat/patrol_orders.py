"""The orders of a day from graded patrol, so that making them twice makes nothing new.

Hours in a row with one grade are a stretch; a stretch is cut into orders of at most four hours from
its own beginning, whatever the moment of asking. What has begun stays as it is: only what lies
after `free_from_s` of a place is asked for.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.patrol import PatrolWho
from wardmote.core.domain.patrol_grades import (
    HOURS,
    NONE,
    GradedPlace,
    PatrolGrades,
    raised_hours,
)
from wardmote.core.domain.wall_clock import at_clock

LONGEST_HOURS = 4
KEY_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class GradedOrder:
    """An order that graded patrol asks for; times in seconds UTC."""

    place: GradedPlace
    grade: int
    from_s: float
    to_s: float
    every_s: float
    by: PatrolWho
    people: int

    @property
    def key(self) -> str:
        """The same for the same place, time and grade; 40 characters."""
        parts = (self.place.place.code, f"{self.from_s:.0f}", f"{self.to_s:.0f}", str(self.grade))
        text = "\x1f".join((self.place.area, *parts))
        return hashlib.sha256(text.encode()).hexdigest()[:KEY_CHARACTERS]


def orders_of_day(
    grades: PatrolGrades,
    day: datetime.date,
    zone: str,
    level_grades: Mapping[AreaId, int],
    free_from_s: Mapping[str, float],
) -> tuple[GradedOrder, ...]:
    """What is to be patrolled on a local day.

    Args:
        level_grades: by area, the grade that the duty level in force asks for at least.
        free_from_s: by code of a place, from when on it is to be ordered; absent: the whole day.
    """
    found = []
    for place in grades.places:
        hours = raised_hours(place.hours, level_grades[place.area])
        least_s = free_from_s.get(place.place.code, float("-inf"))
        for grade, first, last in _pieces(hours):
            from_s = max(hour_s(day, first, zone), least_s)
            to_s = hour_s(day, last, zone)
            if from_s >= to_s:
                continue
            rule = grades.rule(grade)
            every_s = min(rule.every_minutes * 60.0, to_s - from_s)
            found.append(GradedOrder(place, grade, from_s, to_s, every_s, rule.by, rule.people))
    return tuple(found)


def hour_s(day: datetime.date, hour: int, zone: str) -> float:
    """When a local hour of a day begins, seconds UTC; 24 is the next midnight.

    An hour that clocks skip begins when they have been put forward.
    """
    return at_clock(day, hour * 60, ZoneInfo(zone)).timestamp()


def _pieces(hours: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    """(grade, first hour, hour at which it ends) of at most `LONGEST_HOURS`."""
    for grade, rows in groupby(range(HOURS), key=hours.__getitem__):
        stretch = list(rows)
        if grade == NONE:
            continue
        for first in range(stretch[0], stretch[-1] + 1, LONGEST_HOURS):
            yield grade, first, min(first + LONGEST_HOURS, stretch[-1] + 1)
