"""Categories of hazards: what each is called, how long it may take, who usually puts it right.

They are data with a version, as run cards are; a deployment may put its own in force.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.text import Bilingual

MAX_CATEGORIES = 100
MAX_LEVELS = 5
MOST_TIME = 2_000.0
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}\Z")


class TermUnit(StrEnum):
    """What a term is counted in; hours run day and night, the others on the working calendar."""

    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time, such as three working days; 0 < number <= `MOST_TIME`."""

    number: float
    unit: TermUnit


@dataclass(frozen=True, slots=True)
class HazardCategory:
    """One kind of hazard.

    Attributes:
        code: ``[a-z0-9_]``, at most 30 characters.
        term: from the notice to the deadline.
        departments: codes of departments that are proposed when it is given away.
        escalate_after: working hours after the deadline at which levels 1, 2, ... are told;
            ascending; empty: nobody is told by itself.
    """

    code: str
    name: Bilingual
    term: Term
    departments: tuple[str, ...] = ()
    escalate_after: tuple[float, ...] = (0.0, 14.0, 35.0)


@dataclass(frozen=True, slots=True)
class RepeatRule:
    """When a hazard counts as a repeat of an earlier one at its place.

    Attributes:
        radius_m: at most so far apart (<=).
        months: reported at most so many calendar months before (<=).
    """

    radius_m: float = 60.0
    months: int = 6


@dataclass(frozen=True)
class HazardCategories:
    """A version of the categories, in the order in which they are offered.

    Attributes:
        check_tolerance_m: how far from the hazard's place a re-check may be recorded (<=).
        few: a cell or a rate that rests on fewer cases (<) is shown as resting on few.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    version: str
    categories: tuple[HazardCategory, ...]
    repeat: RepeatRule = field(default_factory=RepeatRule)
    check_tolerance_m: float = 100.0
    few: int = 5

    def __post_init__(self) -> None:
        if not self.version:
            raise InvalidDataError("version", "missing")
        if not 0 < len(self.categories) <= MAX_CATEGORIES:
            raise InvalidDataError("categories", "too_many", limit=MAX_CATEGORIES)
        seen: set[str] = set()
        for row, category in enumerate(self.categories):
            _check(category, f"categories[{row}]")
            if category.code in seen:
                raise InvalidDataError(f"categories[{row}].code", "repeated")
            seen.add(category.code)
        if not 0.0 < self.repeat.radius_m <= 5_000.0:
            raise InvalidDataError("repeat.radius_m", "not_allowed", found=self.repeat.radius_m)
        if not 0 < self.repeat.months <= 60:
            raise InvalidDataError("repeat.months", "not_allowed", found=self.repeat.months)
        if not 0.0 < self.check_tolerance_m <= 5_000.0:
            raise InvalidDataError("check_tolerance_m", "not_allowed")
        if not 0 <= self.few <= 1_000:
            raise InvalidDataError("few", "not_allowed")

    @cached_property
    def _by_code(self) -> dict[str, HazardCategory]:
        return {category.code: category for category in self.categories}

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def get(self, code: str) -> HazardCategory | None:
        """The category of a code; None for one of an earlier version."""
        return self._by_code.get(code)

    def name(self, code: str) -> Bilingual:
        """What a category is called; its code where this version does not know it."""
        found = self.get(code)
        return Bilingual(code, code) if found is None else found.name


def dump_hazard_categories(categories: HazardCategories) -> JsonValue:
    """The categories as JSON-ready data."""
    return dump(categories)


def load_hazard_categories(data: JsonValue) -> HazardCategories:
    """The categories that `dump_hazard_categories` wrote.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    return load(HazardCategories, data)


def _check(category: HazardCategory, path: str) -> None:
    if not _CODE.match(category.code):
        raise InvalidDataError(f"{path}.code", "not_allowed", found=category.code)
    if not (category.name.zh or category.name.en):
        raise InvalidDataError(f"{path}.name", "missing")
    if not 0.0 < category.term.number <= MOST_TIME:
        raise InvalidDataError(f"{path}.term.number", "not_allowed", found=category.term.number)
    if category.term.unit is TermUnit.WORKING_DAYS and category.term.number % 1:
        raise InvalidDataError(f"{path}.term.number", "not_whole", found=category.term.number)
    levels = category.escalate_after
    if len(levels) > MAX_LEVELS or list(levels) != sorted(set(levels)):
        raise InvalidDataError(f"{path}.escalate_after", "not_ascending")
    if levels and not 0.0 <= levels[0] <= levels[-1] <= MOST_TIME:
        raise InvalidDataError(f"{path}.escalate_after", "not_allowed")


_HOURS, _DAYS = TermUnit.HOURS, TermUnit.WORKING_DAYS


def _category(
    code: str, zh: str, en: str, number: float, unit: TermUnit, *departments: str
) -> HazardCategory:
    return HazardCategory(code, Bilingual(zh, en), Term(number, unit), departments)


SHIPPED_HAZARD_CATEGORIES = HazardCategories(
    "hazards/1",
    (
        _category("fire_lane", "消防通道与安全出口", "Fire lanes and exits", 24, _HOURS, "fire"),
        _category("wiring", "用电线路", "Electric wiring", 3, _DAYS, "power"),
        _category("gas", "燃气", "Gas", 24, _HOURS, "gas"),
        _category("road", "道路设施", "Road and road furniture", 3, _DAYS, "transport"),
        _category("water", "水域安全", "Water safety", 3, _DAYS, "water"),
        _category(
            "pavement", "占道堵塞", "Pavement blocked", 1, _DAYS, "city_management", "community"
        ),
        _category("lighting", "照明", "Lighting", 5, _DAYS, "city_management"),
        _category("construction", "施工工地", "Construction site", 3, _DAYS, "construction"),
        _category("building", "房屋建筑", "Building", 10, _DAYS, "housing"),
        _category("other", "其他", "Other", 7, _DAYS),
    ),
)
"""What is found on a beat every week; the terms are a beginning, to be set by each place."""
