"""Duty levels (勤务等级): what a level asks for, and which one holds in an area.

Levels are data. One is proposed for an area, put in force by a second person and ended again. Of
several that cover a place the higher holds; of equal ones that of the narrower area. Everyday is
the level that holds when nothing else does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.areas import area_contains, area_prefix
from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.leave import LeaveKind
from wardmote.core.domain.lifecycle import LifeCycle
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.domain.text import Bilingual

MAX_LEVELS = 9
MAX_UNITS = 200
LEAST_PERCENT, WHOLE = 10, 100
PATROL_GRADES = range(1, 5)
SHORT_MINUTES = range(1, 1_441)
SHORT_MINUTES_UNTOLD = 15
"""Where a level says nothing of it."""


class SwitchState(StrEnum):
    """Where a switch to a level stands."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    ENDED = "ended"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class SwitchAction(StrEnum):
    """What can be done to a switch. ``approve``: a second person puts it in force."""

    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    END = "end"


_S, _A = SwitchState, SwitchAction

SWITCH_LIFE_CYCLE: LifeCycle[SwitchState, SwitchAction] = LifeCycle(
    initial=_S.PROPOSED,
    table={
        (_S.PROPOSED, _A.APPROVE): _S.IN_FORCE,
        (_S.PROPOSED, _A.REJECT): _S.REJECTED,
        (_S.PROPOSED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.IN_FORCE, _A.END): _S.ENDED,
    },
    final=frozenset({_S.ENDED, _S.REJECTED, _S.WITHDRAWN}),
)


class Reach(StrEnum):
    """For what area whoever approves must hold the right: the area itself, or all of the county,
    the city or the province around it."""

    AREA = "area"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


_REACH_DIGITS = {Reach.COUNTY: 6, Reach.CITY: 4, Reach.PROVINCE: 2}


def reached(reach: Reach, area: AreaId) -> AreaId:
    """The area for which the right to approve a switch in `area` is needed."""
    if reach is Reach.AREA:
        return area
    return AreaId(area[: min(_REACH_DIGITS[reach], len(area_prefix(area)))].ljust(12, "0"))


@dataclass(frozen=True, slots=True)
class PostMinimum:
    """Units that must at least be on duty at a post."""

    post: PostId
    units: int


@dataclass(frozen=True, slots=True)
class DutyLevel:
    """What a level asks for.

    Attributes:
        rank: 0 everyday; the greater, the higher.
        standard: code of the response standard that holds, the place's own or else the shipped
            one; None leaves it as it is.
        timers_percent: how much of the everyday time timers give, 10 to 100.
        units_at_least: units on duty at every post of the area, unless `minimums` names it.
        short_minutes: after a post is below its minimum for so long, leaders are told.
        recalls: kinds of leave that end when it comes into force.
        patrol_grade: 1 (densest) to 4.
        reach: whose approval it needs.
    """

    code: str
    rank: int
    name: Bilingual
    standard: str | None = None
    timers_percent: int = WHOLE
    units_at_least: int = 0
    minimums: tuple[PostMinimum, ...] = ()
    short_minutes: int = SHORT_MINUTES_UNTOLD
    recalls: frozenset[LeaveKind] = frozenset()
    patrol_grade: int = 4
    reach: Reach = Reach.AREA

    def minimum_at(self, post: PostId) -> int:
        """Units that must at least be on duty at a post."""
        for one in self.minimums:
            if one.post == post:
                return one.units
        return self.units_at_least


@dataclass(frozen=True, slots=True)
class DutyLevels:
    """A version of all levels.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    version: str
    levels: tuple[DutyLevel, ...]

    def __post_init__(self) -> None:
        if not self.version:
            raise InvalidDataError("version", "missing")
        if not 1 <= len(self.levels) <= MAX_LEVELS:
            raise InvalidDataError("levels", "out_of_range", found=len(self.levels))
        if {one.rank for one in self.levels} != set(range(len(self.levels))):
            raise InvalidDataError("levels", "ranks_not_counted_from_0")
        if len({one.code for one in self.levels}) != len(self.levels):
            raise InvalidDataError("levels", "repeated")
        for row, level in enumerate(self.levels):
            _check(level, f"levels[{row}]")

    def of(self, code: str) -> DutyLevel:
        """The level of a code. Raises KeyError: there is none."""
        for level in self.levels:
            if level.code == code:
                return level
        raise KeyError(code)

    @property
    def everyday(self) -> DutyLevel:
        """The level of rank 0."""
        return next(level for level in self.levels if level.rank == 0)


def _check(level: DutyLevel, path: str) -> None:
    if not level.code or not level.code.replace("_", "").isalnum():
        raise InvalidDataError(f"{path}.code", "not_allowed", found=level.code)
    if not (level.name.zh or level.name.en):
        raise InvalidDataError(f"{path}.name", "missing")
    if not LEAST_PERCENT <= level.timers_percent <= WHOLE:
        raise InvalidDataError(f"{path}.timers_percent", "out_of_range", found=level.timers_percent)
    if level.patrol_grade not in PATROL_GRADES:
        raise InvalidDataError(f"{path}.patrol_grade", "out_of_range", found=level.patrol_grade)
    if level.short_minutes not in SHORT_MINUTES:
        raise InvalidDataError(f"{path}.short_minutes", "out_of_range", found=level.short_minutes)
    for number in (level.units_at_least, *(one.units for one in level.minimums)):
        if not 0 <= number <= MAX_UNITS:
            raise InvalidDataError(f"{path}.units_at_least", "out_of_range", found=number)
    changes = level.timers_percent != WHOLE or level.standard or level.recalls
    if level.rank == 0 and changes:
        raise InvalidDataError(f"{path}.rank", "everyday_changes_nothing")


def load_duty_levels(data: JsonValue) -> DutyLevels:
    """Levels as a person wrote them. Raises InvalidDataError, naming the field."""
    return load(DutyLevels, data)


SHIPPED_DUTY_LEVELS = DutyLevels(
    "duty/1",
    (
        DutyLevel("everyday", 0, Bilingual("日常勤务", "Everyday")),
        DutyLevel(
            "level_3",
            1,
            Bilingual("三级勤务", "Level 3"),
            timers_percent=80,
            units_at_least=1,
            patrol_grade=3,
        ),
        DutyLevel(
            "level_2",
            2,
            Bilingual("二级勤务", "Level 2"),
            standard="135",
            timers_percent=70,
            units_at_least=1,
            recalls=frozenset({LeaveKind.COMPENSATORY}),
            patrol_grade=2,
            reach=Reach.COUNTY,
        ),
        DutyLevel(
            "level_1",
            3,
            Bilingual("一级勤务", "Level 1"),
            standard="135",
            timers_percent=50,
            units_at_least=2,
            recalls=frozenset(
                {LeaveKind.COMPENSATORY, LeaveKind.ANNUAL, LeaveKind.TRAINING, LeaveKind.OTHER}
            ),
            patrol_grade=1,
            reach=Reach.COUNTY,
        ),
    ),
)
"""Nobody is called back from illness or from family leave."""


@dataclass(frozen=True, slots=True)
class LevelSwitch:
    """A level in force for an area: `level` as it read when it was approved."""

    switch: str
    area: AreaId
    level: DutyLevel


class Because(StrEnum):
    """Why a level holds: nothing else, one alone, the higher of several, the narrower of equals."""

    EVERYDAY = "everyday"
    ONLY = "only"
    HIGHER = "higher"
    NARROWER = "narrower"


@dataclass(frozen=True, slots=True)
class LevelAnswer:
    """The level of an area, and why; `yields` are switches in force there that gave way."""

    level: DutyLevel
    because: Because
    switch: LevelSwitch | None = None
    yields: tuple[LevelSwitch, ...] = ()


def level_at(area: AreaId, in_force: Iterable[LevelSwitch], everyday: DutyLevel) -> LevelAnswer:
    """The level that holds in an area: of the switches that cover it the higher, of equal ones the
    narrower."""
    covering = sorted(
        (one for one in in_force if area_contains(one.area, area)),
        key=lambda one: (-one.level.rank, -len(area_prefix(one.area)), one.switch),
    )
    if not covering:
        return LevelAnswer(everyday, Because.EVERYDAY)
    first, *others = covering
    if not others:
        because = Because.ONLY
    elif others[0].level.rank < first.level.rank:
        because = Because.HIGHER
    else:
        because = Because.NARROWER
    return LevelAnswer(first.level, because, first, tuple(others))


@dataclass(frozen=True, slots=True)
class AreaRule:
    """What a level in force changes for calls in an area; None and 100 change nothing."""

    area: AreaId
    level: str
    rank: int
    standard: ResponseStandard | None
    timers_percent: int


@dataclass(frozen=True, slots=True)
class AreaRules:
    """All that levels in force change; put in force and taken back as one."""

    version: str
    areas: tuple[AreaRule, ...]

    @property
    def in_order(self) -> tuple[AreaRule, ...]:
        """The rules, as in `level_at`: for an area the first one holds whose area is around it."""
        return tuple(sorted(self.areas, key=lambda one: (-one.rank, -len(area_prefix(one.area)))))

    def rule_for(self, area: AreaId) -> AreaRule | None:
        """What holds in an area; None when nothing is changed there."""
        return next((one for one in self.in_order if area_contains(one.area, area)), None)


def area_rules(rules: Iterable[AreaRule]) -> AreaRules:
    """Rules as a version that is told by their content."""
    ordered = tuple(sorted(rules, key=lambda one: one.area))
    text = json.dumps(dump(ordered), sort_keys=True, ensure_ascii=False)
    return AreaRules("duty/" + hashlib.sha256(text.encode()).hexdigest()[:12], ordered)


def load_area_rules(data: JsonValue) -> AreaRules:
    """The rules that `dump` wrote. Raises InvalidDataError, naming the field."""
    return load(AreaRules, data)
