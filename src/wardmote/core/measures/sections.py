"""The sections of a bulletin beside its calls: what each room of the product counts.

A figure is a count of cases of the period, a part of another figure, or what stands at its end.
Counts of two periods are compared as Poisson counts, parts as shares; what stands at the end of
one period mostly stood at the end of the one before too, so of it the difference is told and no
chance. Exercises never count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wardmote.core.measures.comparison import UNUSUAL, Change, change
from wardmote.core.measures.share_change import ShareChange, share_change

ALL: Final = ""
"""The group of everything together."""

Tally = Mapping[str, Mapping[str, int]]
"""Group (`ALL`, or a town's code) -> code of a figure -> count; what is missing is 0."""


class Room(StrEnum):
    """Whose figures a section has."""

    HAZARDS = "hazards"
    TASKS = "tasks"
    COVERAGE = "coverage"
    CHECKS = "checks"
    WATCHES = "watches"
    DUTY = "duty"


class Measure(StrEnum):
    """How a figure is read."""

    COUNT = "count"
    PART = "part"
    STOCK = "stock"


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A figure of a section.

    Attributes:
        of: code of the figure that a part is of; of a stock, empty or what it is a part of.
        by_group: whether it is told for each town too.
    """

    code: str
    measure: Measure
    of: str = ""
    by_group: bool = False


def _count(code: str, *, by_group: bool = False) -> FigureKind:
    return FigureKind(code, Measure.COUNT, by_group=by_group)


def _part(code: str, of: str, *, by_group: bool = False) -> FigureKind:
    return FigureKind(code, Measure.PART, of, by_group)


def _stock(code: str, of: str = "", *, by_group: bool = False) -> FigureKind:
    return FigureKind(code, Measure.STOCK, of, by_group)


AGES: Final = ("age_0", "age_1", "age_2", "age_3", "age_4")
"""Open hazards by age, in the bands of `hazard_figures.AGE_BANDS_D`."""

SECTIONS: Final[Mapping[Room, tuple[FigureKind, ...]]] = {
    Room.HAZARDS: (
        _count("reported", by_group=True),
        _count("filed", by_group=True),
        _count("closed", by_group=True),
        _count("due", by_group=True),
        _part("on_time", "due", by_group=True),
        _count("checked"),
        _part("reworked", "checked", by_group=True),
        _part("repeated", "reported", by_group=True),
        _stock("open", by_group=True),
        *(_stock(age, "open") for age in AGES),
    ),
    Room.TASKS: (
        _count("made", by_group=True),
        _count("due", by_group=True),
        _part("on_time", "due", by_group=True),
        _part("late", "due", by_group=True),
        _part("expired", "due", by_group=True),
        _part("undone", "due", by_group=True),
        _count("person_days"),
        _part("overloaded", "person_days"),
    ),
    Room.COVERAGE: (
        _stock("villages", by_group=True),
        _stock("no_officer", "villages", by_group=True),
        _stock("no_assistant", "villages", by_group=True),
        _stock("nobody", "villages", by_group=True),
    ),
    Room.CHECKS: (
        _count("drawn", by_group=True),
        _part("dropped", "drawn"),
        _count("results", by_group=True),
        _count("present_seen"),
        _part("present", "present_seen", by_group=True),
        _count("in_grid_seen"),
        _part("in_grid", "in_grid_seen", by_group=True),
        _count("complete_seen"),
        _part("complete", "complete_seen", by_group=True),
        _count("working_seen"),
        _part("working", "working_seen", by_group=True),
        _count("looks"),
        _count("faults"),
        _stock("faults_open", by_group=True),
    ),
    Room.WATCHES: (
        _count("due", by_group=True),
        _part("held", "due", by_group=True),
        _part("missed", "due", by_group=True),
        _part("unsaid", "due", by_group=True),
    ),
    Room.DUTY: (
        _stock("in_force", by_group=True),
        _count("switched", by_group=True),
        _count("activated", by_group=True),
    ),
}
"""The figures of each section, in the order in which they are shown."""


def figure_kind(room: Room, code: str) -> FigureKind | None:
    """The figure of a code in a section; None where there is none."""
    return next((one for one in SECTIONS[room] if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Line:
    """A figure with what it is compared with.

    Attributes:
        now: cases; of: the cases that they are a part of, None where they are of nothing.
        before, year: cases of the period before and of that a year before; None if not recorded.
        change, year_change: of a count or of what stands. shares, year_shares: of a part.
    """

    code: str
    now: int
    of: int | None
    before: int | None
    year: int | None
    change: Change | None
    year_change: Change | None
    shares: ShareChange | None
    year_shares: ShareChange | None


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How many cases a figure has."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The counts of one town, in the order of the figures."""

    group: str
    counts: tuple[CodeCount, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of a room in a period; groups are the towns that have any, by code."""

    room: Room
    lines: tuple[Line, ...]
    groups: tuple[GroupLine, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The tally of an earlier period.

    Attributes:
        exposure: length of this period as a multiple of that one's, > 0.
    """

    tally: Tally
    exposure: float = 1.0


def make_section(
    room: Room, now: Tally, before: Compared | None, year: Compared | None
) -> Section | None:
    """The section of a room; None where nothing is or was on record."""
    kinds = SECTIONS[room]
    seen = [now, *(one.tally for one in (before, year) if one is not None)]
    if not any(any(tally.get(ALL, {}).values()) for tally in seen):
        return None
    told = [kind.code for kind in kinds if kind.by_group]
    groups = sorted(group for group in now if group != ALL)
    return Section(
        room,
        tuple(_line(kind, now, before, year) for kind in kinds),
        tuple(
            GroupLine(group, tuple(CodeCount(code, now[group].get(code, 0)) for code in told))
            for group in groups
            if any(now[group].get(code, 0) for code in told)
        ),
    )


def _line(kind: FigureKind, now: Tally, before: Compared | None, year: Compared | None) -> Line:
    count = _of(now, kind.code)
    whole = _of(now, kind.of) if kind.of else None
    past = (before, year)
    changes: list[Change | None] = [None, None]
    shares: list[ShareChange | None] = [None, None]
    if kind.measure is Measure.PART and whole is not None:
        shares = [share_change((count, whole), _pair(kind, one)) for one in past]
    elif kind.measure is Measure.COUNT:
        changes = [_changed(kind.code, count, one) for one in past]
    else:
        changes = [_stood(kind.code, count, one) for one in past]
    before_count, year_count = [None if one is None else _of(one.tally, kind.code) for one in past]
    return Line(
        kind.code,
        count,
        whole,
        before_count,
        year_count,
        changes[0],
        changes[1],
        shares[0],
        shares[1],
    )


def _of(tally: Tally, code: str) -> int:
    return tally.get(ALL, {}).get(code, 0)


def _pair(kind: FigureKind, past: Compared | None) -> tuple[int, int] | None:
    return None if past is None else (_of(past.tally, kind.code), _of(past.tally, kind.of))


def _changed(code: str, now: int, past: Compared | None) -> Change:
    if past is None:
        return change(now, None)
    return change(now, _of(past.tally, code), past.exposure)


def _stood(code: str, now: int, past: Compared | None) -> Change:
    if past is None:
        return change(now, None)
    before = _of(past.tally, code)
    return Change(now, before, now - before, None, None)


def unusual(sections: Sequence[Section]) -> tuple[tuple[Room, Line], ...]:
    """Figures whose change since the period before stays unusual when all are tested together.

    By Holm's procedure (1979, doi:10.2307/4615733), most certain first: chance alone brings any in
    fewer than one bulletin of twenty.
    """
    tested = [
        (chance, section.room, line)
        for section in sections
        for line in section.lines
        if (chance := _chance(line)) is not None
    ]
    tested.sort(key=lambda one: (one[0], one[1], one[2].code))
    found = []
    for done, (chance, room, line) in enumerate(tested):
        if chance * (len(tested) - done) >= UNUSUAL:
            break
        found.append((room, line))
    return tuple(found)


def _chance(line: Line) -> float | None:
    if line.shares is not None:
        return line.shares.chance
    return None if line.change is None else line.change.chance
