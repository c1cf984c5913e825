"""A roster to be made: days, kinds of shift, crews with their rules, cover wanted, wishes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wardmote.core.domain.problem import Problem

Int8 = NDArray[np.int8]

OFF = -1
"""No shift: a day off."""

NO_SKILL = -1


@dataclass(frozen=True, slots=True)
class ShiftKind:
    """A kind of shift.

    `not_before`: kinds that may not be worked on the next day (rest). `days_off_after`: days off
    that must follow it, where rest takes longer than a day.
    """

    code: str
    minutes: int
    not_before: frozenset[int] = frozenset()
    night: bool = False
    days_off_after: int = 0


@dataclass(frozen=True, slots=True)
class Before:
    """How a crew's last days before the first day were; unknown history is `None` in `CrewRules`.

    Either `run` > 0 days worked in a row up to the day before, the last `nights` of them nights and
    the last one of `kind`, or `days_off` > 0 days off in a row, of which `owed` more must follow
    because of the shift before them. `week_minutes`: worked before the first day in the week of the
    first day; it counts only where that week began before.
    """

    run: int = 0
    nights: int = 0
    kind: int = OFF
    days_off: int = 0
    owed: int = 0
    week_minutes: int = 0


@dataclass(frozen=True, slots=True)
class CrewRules:
    """Whoever is rostered as one: a person, a crew, a team. All limits are inclusive.

    - `max_shifts`: greatest number of shifts of each kind; 0 where it must not work that kind.
      `max_nights`: of all night kinds together. `min_free_days`: days off in the whole period.
    - `min_minutes`, `max_minutes`: in the whole period. `max_week_minutes`: from Monday to Sunday.
    - `min_run`, `max_run`: days worked in a row; `min_days_off`: days off in a row.
    - `max_weekends`: weekends with a shift on Saturday or Sunday.
    - `max_night_run`: nights in a row; `days_off_after_nights`: days off after a run of work that
      ends with a night, at least `min_days_off`.
    - `leave`: days that must be off. `fixed`: (day, kind or `OFF`) that must be kept.
    - `skills`: what the crew can do, see `Cover.skill`.
    - `before`: None where nothing is known: then runs at the start may continue earlier ones (a
      short run of work or days off on the first days is allowed), and the greatest run counts from
      the first day. Runs at the end may go on after the last day likewise.
    """

    code: str
    max_shifts: tuple[int, ...]
    min_minutes: int
    max_minutes: int
    min_run: int = 1
    max_run: int = 6
    min_days_off: int = 1
    max_weekends: int = 99
    max_night_run: int = 99
    days_off_after_nights: int = 0
    leave: frozenset[int] = frozenset()
    fixed: tuple[tuple[int, int], ...] = ()
    skills: frozenset[int] = frozenset()
    before: Before | None = None
    max_nights: int = 999
    min_free_days: int = 0
    max_week_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """How many crews are wanted on a day in a kind of shift, with a skill if one is named."""

    day: int
    kind: int
    wanted: int
    under_cost: int
    over_cost: int
    skill: int = NO_SKILL


@dataclass(frozen=True, slots=True)
class Wish:
    """A crew's wish: to work (`wants`) or not to work a kind of shift on a day.

    `kind` may be `OFF`: to have the day off, or not to. `cost` >= 0 is paid where not granted.
    """

    crew: int
    day: int
    kind: int
    wants: bool
    cost: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two crews that wish to work the same shifts (`together`), or never the same.

    `cost` >= 0 is paid for each shift of one without the other, or of both.
    """

    first: int
    second: int
    together: bool
    cost: int


@dataclass(frozen=True, slots=True)
class ClockDay:
    """A day on which clocks make shifts longer or shorter than usual.

    `minutes`: of each kind begun on the day. `not_before`: of each kind worked on the day *before*,
    the kinds that may not be worked on this day.
    """

    day: int
    minutes: tuple[int, ...]
    not_before: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """Everything that a roster must keep to and should achieve. Costs are whole numbers.

    `first_weekday`: 0 Monday .. 6 Sunday, of day 0.
    """

    days: int
    kinds: tuple[ShiftKind, ...]
    crews: tuple[CrewRules, ...]
    covers: tuple[Cover, ...]
    wishes: tuple[Wish, ...] = ()
    first_weekday: int = 0
    names: dict[int, str] = field(default_factory=dict)
    """Names of skills, for pages."""
    pairs: tuple[Pair, ...] = ()
    clock_days: tuple[ClockDay, ...] = ()

    def minutes_on(self, day: int) -> tuple[int, ...]:
        """Minutes of each kind of shift begun on a day."""
        for special in self.clock_days:
            if special.day == day:
                return special.minutes
        return tuple(kind.minutes for kind in self.kinds)

    def week_minutes_before(self, crew: CrewRules) -> int:
        """Minutes of a crew that count for the week of the first day; 0 where that is a Monday."""
        return crew.before.week_minutes if crew.before and self.first_weekday else 0

    def not_before_on(self, day: int) -> tuple[frozenset[int], ...]:
        """For each kind worked on the day before: kinds that may not be worked on this day."""
        for special in self.clock_days:
            if special.day == day:
                return special.not_before
        return tuple(kind.not_before for kind in self.kinds)

    def __post_init__(self) -> None:
        if self.days < 1 or not self.kinds or not self.crews:
            raise Problem(
                zh="排班至少要有一天、一种班次和一个班组。",
                en="A roster needs at least one day, one kind of shift and one crew.",
            )
        kinds = range(len(self.kinds))
        for kind in self.kinds:
            if kind.minutes <= 0 or not kind.not_before <= set(kinds):
                raise Problem(
                    zh=f"班次 {kind.code} 的时长必须大于零，禁止接续的班次必须存在。",
                    en=f"Shift {kind.code} needs a length above zero, and the shifts that may not "
                    "follow it must exist.",
                )
        for crew in self.crews:
            self._check_crew(crew)
        rows: tuple[Cover | Wish, ...] = (*self.covers, *self.wishes)
        for row in rows:
            off = isinstance(row, Wish) and row.kind == OFF
            if not (0 <= row.day < self.days and (off or row.kind in kinds)):
                raise Problem(
                    zh=f"第 {row.day} 天或第 {row.kind} 种班次不存在。",
                    en=f"Day {row.day} or shift {row.kind} does not exist.",
                )
        for wish in self.wishes:
            if not 0 <= wish.crew < len(self.crews) or wish.cost < 0:
                raise Problem(
                    zh="意愿指向不存在的班组，或权重为负。",
                    en="A wish names a crew that does not exist, or its weight is negative.",
                )
        for pair in self.pairs:
            crews = range(len(self.crews))
            same = pair.first == pair.second
            if same or pair.cost < 0 or pair.first not in crews or pair.second not in crews:
                raise Problem(
                    zh="一对班组应是两个不同的现有班组，权重不能为负。",
                    en="A pair is two different crews that exist, with a weight not below zero.",
                )
        if any(min(c.wanted, c.under_cost, c.over_cost) < 0 for c in self.covers):
            raise Problem(
                zh="所需人数和缺员、超员的代价不能为负。",
                en="Numbers wanted and the costs of too few or too many must not be negative.",
            )

    def _check_crew(self, crew: CrewRules) -> None:
        days = [*crew.leave, *(day for day, _ in crew.fixed)]
        kinds = [kind for _, kind in crew.fixed]
        if (
            len(crew.max_shifts) != len(self.kinds)
            or crew.min_run < 1
            or crew.max_run < crew.min_run
            or crew.min_days_off < 1
            or crew.min_minutes > crew.max_minutes
            or crew.max_nights < 0
            or not all(0 <= day < self.days for day in days)
            or not all(OFF <= kind < len(self.kinds) for kind in kinds)
        ):
            raise Problem(
                zh=f"班组 {crew.code} 的规则自相矛盾，或指向不存在的日期、班次。",
                en=f"The rules of crew {crew.code} contradict each other, or name a day or shift "
                "that does not exist.",
            )
