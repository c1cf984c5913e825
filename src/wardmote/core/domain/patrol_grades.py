"""Graded patrol (分级巡逻): which street is patrolled in which hour, how often, by whom.

A grade from 1 (densest) to 4 says how often somebody goes round, who, and how many; a table of
places and hours says which grade holds. Both are data with a version. A duty level in force may
raise the grades of an area; where nobody patrols, a level sends nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wardmote.core.domain.duty_level import PATROL_GRADES
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.patrol import CheckPoint, PatrolPlace, PatrolWho, check_place
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load

NONE = 0
"""In the table: nobody patrols in this hour."""
HOURS = 24
MOST_PLACES = 60
MOST_PEOPLE = 30
EVERY_MINUTES = (10, 15, 20, 30, 40, 60, 80, 120, 240)
"""How far apart rounds may be; each divides the longest order, four hours."""


@dataclass(frozen=True, slots=True)
class GradeRule:
    """What a grade asks for.

    Attributes:
        every_minutes: a round so often, one of `EVERY_MINUTES`.
        by: the watch of the night, whoever holds the beat, or a unit.
        people: how many go.
    """

    grade: int
    every_minutes: int
    by: PatrolWho
    people: int


@dataclass(frozen=True, slots=True)
class GradedPlace:
    """A street or an area with its grade in each local hour.

    Attributes:
        place: its `code` tells places of a table apart.
        area: 12-digit code of where it lies.
        hours: 24 grades, from 00:00 to 23:00; `NONE` where nobody patrols.
    """

    place: PatrolPlace
    area: AreaId
    points: tuple[CheckPoint, ...]
    hours: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PatrolGrades:
    """A version of the table.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    rules: tuple[GradeRule, ...]
    places: tuple[GradedPlace, ...]

    def __post_init__(self) -> None:
        if [one.grade for one in self.rules] != list(PATROL_GRADES):
            raise InvalidDataError("rules", "not_allowed")
        for row, rule in enumerate(self.rules):
            if rule.every_minutes not in EVERY_MINUTES:
                raise InvalidDataError(f"rules[{row}].every_minutes", "not_allowed")
            if not 1 <= rule.people <= MOST_PEOPLE:
                raise InvalidDataError(f"rules[{row}].people", "out_of_range")
        if len(self.places) > MOST_PLACES:
            raise InvalidDataError("places", "too_many")
        codes = [one.place.code for one in self.places]
        if "" in codes or len(set(codes)) != len(codes):
            raise InvalidDataError("places", "repeated")
        for row, one in enumerate(self.places):
            if len(one.hours) != HOURS or not set(one.hours) <= {NONE, *PATROL_GRADES}:
                raise InvalidDataError(f"places[{row}].hours", "not_allowed")
            check_place(one.place, one.points)

    def rule(self, grade: int) -> GradeRule:
        """What a grade asks for. Raises IndexError where it is `NONE`."""
        if grade == NONE:
            raise IndexError(grade)
        return self.rules[grade - 1]


SHIPPED_GRADE_RULES = (
    GradeRule(1, 30, PatrolWho.UNIT, 2),
    GradeRule(2, 60, PatrolWho.TEAM, 3),
    GradeRule(3, 120, PatrolWho.TEAM, 2),
    GradeRule(4, 240, PatrolWho.PERSON, 1),
)
"""A beginning: each deployment sets its own."""


def raised(grade: int, level_grade: int) -> int:
    """The grade that holds while a duty level asks for at least `level_grade` (1 densest)."""
    return grade if grade == NONE else min(grade, level_grade)


def raised_hours(hours: Iterable[int], level_grade: int) -> tuple[int, ...]:
    """`raised` for every hour of a day."""
    return tuple(raised(grade, level_grade) for grade in hours)


def load_grades(data: JsonValue) -> PatrolGrades:
    """Grades that `dump` wrote. Raises InvalidDataError, naming the field."""
    return load(PatrolGrades, data)


def dump_grades(grades: PatrolGrades) -> JsonValue:
    """Grades as JSON-ready data."""
    return dump(grades)
