"""Figures of hazards, each with the cases behind it.

What is counted is the part: what one department or owner had to do. *Due* in a period are the parts
whose deadline lies in it and has passed by the moment of the figures. A part that was declined or
recalled by its deadline (<=) is nobody's; one that was taken away later was due and is late, unless
the same department was given the hazard again, with the same deadline: then that part is counted
in its stead. For parts that are suspended time stands still, and those whose proof came in time and
waits for its re-check are not counted before it.

*Put right on time* are those of the due that passed their re-check with proof handed in by the
deadline (<=): how long the re-check took is not the department's doing, and is told beside it. The
rework rate counts, of the parts first checked in the period, those that were ever returned. Ageing
looks at open hazards by the time since they came in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.areas import area_prefix
from wardmote.core.domain.hazard import PartState
from wardmote.core.domain.ids import AreaId

DAY_S = 86_400.0
AGE_BANDS_D: tuple[int, ...] = (1, 3, 7, 30)
"""Upper ends of the bands in days (<=); what is older is in the last, open one."""


TAKEN_AWAY: frozenset[PartState] = frozenset({PartState.DECLINED, PartState.RECALLED})


class HazardFigure(StrEnum):
    """Which cases are asked for."""

    DUE = "due"
    ON_TIME = "on_time"
    LATE = "late"
    CHECKED = "checked"
    REWORKED = "reworked"


class Grouping(StrEnum):
    """By what figures are told apart."""

    CATEGORY = "category"
    DEPARTMENT = "department"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class PartFacts:
    """A part as figures see it; times in seconds UTC, None where it has not happened.

    Attributes:
        department: its code; empty for an owner without one.
        deadline_s: the one that holds, after extensions and suspensions.
        submitted_s: when the last proof was handed in.
        first_checked_s: when it was first passed or returned.
        returns: how often it was returned.
        ended_s: when it passed, was declined or was recalled.
        again_s: when the same department was given the hazard again in its stead.
    """

    part: str
    hazard: str
    category: str
    department: str
    area: AreaId
    state: PartState
    deadline_s: float
    submitted_s: float | None
    first_checked_s: float | None
    returns: int
    ended_s: float | None = None
    again_s: float | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """start_s <= t < end_s, as seen at `as_of_s`; seconds UTC."""

    start_s: float
    end_s: float
    as_of_s: float

    def holds(self, at_s: float | None) -> bool:
        """Whether a moment lies in it."""
        return at_s is not None and self.start_s <= at_s < self.end_s


def is_due(fact: PartFacts, period: Period) -> bool:
    """Whether a part was due in a period."""
    if fact.state is PartState.SUSPENDED:
        return False
    if fact.state in TAKEN_AWAY and not _taken_late(fact, period.as_of_s):
        return False
    if fact.state is PartState.SUBMITTED and _in_time(fact):
        return False
    over = fact.deadline_s < period.as_of_s or fact.state is PartState.PASSED
    return period.holds(fact.deadline_s) and over


def _taken_late(fact: PartFacts, as_of_s: float) -> bool:
    late = fact.ended_s is not None and fact.ended_s > fact.deadline_s
    return late and (fact.again_s is None or fact.again_s > as_of_s)


def is_on_time(fact: PartFacts) -> bool:
    """Whether a part passed with proof that was in by its deadline; its very second counts."""
    return fact.state is PartState.PASSED and _in_time(fact)


def _in_time(fact: PartFacts) -> bool:
    return fact.submitted_s is not None and fact.submitted_s <= fact.deadline_s


def recheck_wait_s(fact: PartFacts, period: Period) -> float | None:
    """How long a part that was put right by a deadline in a period waited to be passed, seconds.

    One that waits still counts with its time so far, so that a queue cannot hide in this figure;
    None of every other part.
    """
    waited = fact.state in (PartState.PASSED, PartState.SUBMITTED)
    if not waited or not period.holds(fact.deadline_s) or not _in_time(fact):
        return None
    until_s = period.as_of_s if fact.ended_s is None else fact.ended_s
    return until_s - (fact.submitted_s or 0.0)


def is_in(figure: HazardFigure, fact: PartFacts, period: Period) -> bool:
    """Whether a part is one of the cases behind a figure of a period."""
    if figure in (HazardFigure.CHECKED, HazardFigure.REWORKED):
        checked = period.holds(fact.first_checked_s)
        return checked and (figure is HazardFigure.CHECKED or fact.returns > 0)
    if not is_due(fact, period):
        return False
    return figure is HazardFigure.DUE or is_on_time(fact) is (figure is HazardFigure.ON_TIME)


@dataclass(frozen=True, slots=True)
class HazardFigures:
    """The figures of one group.

    Attributes:
        key: a category, a department or an area; empty for all together, or for owners.
        due, on_time, checked, reworked: counts of parts.
    """

    key: str
    due: int
    on_time: int
    checked: int
    reworked: int

    @property
    def on_time_share(self) -> float | None:
        """Put right on time ÷ due; None where nothing was due."""
        return self.on_time / self.due if self.due else None

    @property
    def rework_rate(self) -> float | None:
        """Ever returned ÷ checked; None where nothing was checked."""
        return self.reworked / self.checked if self.checked else None


def key_of(fact: PartFacts, by: Grouping, area_level: int) -> str:
    """The group that a part falls into; areas by the first `area_level` digits of their code."""
    if by is Grouping.CATEGORY:
        return fact.category
    if by is Grouping.DEPARTMENT:
        return fact.department
    return area_prefix(fact.area)[:area_level].ljust(12, "0")


def figures_of(key: str, facts: Iterable[PartFacts], period: Period) -> HazardFigures:
    """The figures of some parts."""
    counts = dict.fromkeys(HazardFigure, 0)
    for fact in facts:
        for figure in HazardFigure:
            counts[figure] += is_in(figure, fact, period)
    return HazardFigures(
        key,
        counts[HazardFigure.DUE],
        counts[HazardFigure.ON_TIME],
        counts[HazardFigure.CHECKED],
        counts[HazardFigure.REWORKED],
    )


def figures_by(
    facts: Sequence[PartFacts], by: Grouping, period: Period, area_level: int = 12
) -> tuple[HazardFigures, ...]:
    """The figures of each group that had anything due or checked in a period, by key."""
    groups: dict[str, list[PartFacts]] = {}
    for fact in facts:
        groups.setdefault(key_of(fact, by, area_level), []).append(fact)
    rows = (figures_of(key, groups[key], period) for key in sorted(groups))
    return tuple(row for row in rows if row.due or row.checked)


def total(rows: Iterable[HazardFigures]) -> HazardFigures:
    """The figures of all groups together; each part is in one group."""
    counts = [0, 0, 0, 0]
    for row in rows:
        found = (row.due, row.on_time, row.checked, row.reworked)
        counts = [one + more for one, more in zip(counts, found, strict=True)]
    return HazardFigures("", *counts)


def age_band(reported_s: float, as_of_s: float) -> int:
    """The row of the band that an open hazard falls into; ``len(AGE_BANDS_D)`` for the last."""
    days = max(0.0, as_of_s - reported_s) / DAY_S
    return next((row for row, end in enumerate(AGE_BANDS_D) if days <= end), len(AGE_BANDS_D))


def ageing(reported: Iterable[float], as_of_s: float) -> tuple[int, ...]:
    """How many open hazards are in each band, by when they came in (seconds UTC)."""
    counts = [0] * (len(AGE_BANDS_D) + 1)
    for at_s in reported:
        counts[age_band(at_s, as_of_s)] += 1
    return tuple(counts)


CellOf = Callable[[float, float], tuple[int, int]]


def hot_spots(
    places: Iterable[tuple[float, float]], cell_of: CellOf
) -> tuple[tuple[tuple[int, int], int], ...]:
    """Counts by cell of a grid, the fullest first, then by cell.

    Args:
        places: (lon, lat) of hazards, WGS-84 degrees.
        cell_of: (column, row) of the cell that a place lies in.
    """
    counts: dict[tuple[int, int], int] = {}
    for lon, lat in places:
        cell = cell_of(lon, lat)
        counts[cell] = counts.get(cell, 0) + 1
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
