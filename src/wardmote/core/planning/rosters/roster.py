"""A roster as a document (``wardmote-roster/1``): who works when, how sure, what could not be met.

Codes and numbers; sentences are made where they are shown. See ``docs/reference/roster-file.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.rosters.question_parts import RosterShift

ROSTER_FORMAT = "wardmote-roster/1"


@dataclass(frozen=True, slots=True)
class RosteredCrew:
    """Who is in the roster."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift that a crew works, begun on `date`; `begins`, `ends`: ISO 8601 with offsets."""

    crew: str
    date: str
    shift: str
    begins: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class ClashingRule:
    """A rule of a set that cannot be kept together.

    Attributes:
        rule: a `checking.RuleCode`.
        date: of leave, settled days and needs; else empty.
        shift: of needs; else empty.
    """

    rule: str
    date: str = ""
    shift: str = ""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What keeps `crews` from a shift that nobody works, given the others' duties.

    Attributes:
        reason: a `checking.RuleCode`, or ``on_duty`` (works another shift then), ``no_skill``,
            ``fair_share`` (has done its share), ``could`` (nothing does; costs more).
    """

    reason: str
    crews: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A need that is not met."""

    date: str
    shift: str
    skill: str
    wanted: int
    missing: int
    hindrances: tuple[Hindrance, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that cannot all be kept: of one crew, or, if `crew` is empty, of needs and all crews.

    Attributes:
        smallest: whether without any one of the rules there is no conflict; else time ran out and
            some may not be needed.
    """

    crew: str
    rules: tuple[ClashingRule, ...]
    smallest: bool = True


@dataclass(frozen=True, slots=True)
class RefusedWish:
    """A wish that is not granted on a date."""

    crew: str
    date: str
    wants: str
    shift: str
    weight: int


@dataclass(frozen=True, slots=True)
class RefusedPair:
    """A wish of two crews that is not granted, on so many shifts."""

    crew: str
    other: str
    together: bool
    shifts: int


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day of a crew that is not absent, changed by a repair; null: a day off."""

    crew: str
    date: str
    was: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Workload:
    """What a crew works in the period, and in all the months that are levelled.

    Attributes:
        hours: that pass, clock changes counted.
        nights_before, weekends_before: from the question's balances.
        nights_in_all, weekends_in_all: with this period; the next question's balances.
        wishes, granted: wished days, and those that are granted.
    """

    crew: str
    shifts: int
    hours: float
    nights: int
    weekends: int
    days_off: int
    nights_before: int
    weekends_before: int
    nights_in_all: int
    weekends_in_all: int
    wishes: int
    granted: int


@dataclass(frozen=True, slots=True)
class RosterDocument:
    """A roster.

    Attributes:
        status: ``optimal`` (no roster costs less), ``feasible`` (keeps every rule of every crew) or
            ``impossible`` (some crew's own rules contradict each other: no duties).
        stopped: whether it ended because of time or because somebody stopped it.
        value: cost: needs not met, crews beyond them, wishes not granted, by their weights; of a
            repair, changes as well.
        bound: no roster costs less; null before anything is proven.
        gap: (value - bound) / value; null where the bound is.
    """

    name: Bilingual
    first: str
    last: str
    time_zone: str
    status: str
    stopped: bool
    value: int | None
    bound: int | None
    gap: float | None
    seed: int
    shifts: tuple[RosterShift, ...]
    crews: tuple[RosteredCrew, ...]
    duties: tuple[Duty, ...]
    missing: tuple[Missing, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    refused_wishes: tuple[RefusedWish, ...] = ()
    refused_pairs: tuple[RefusedPair, ...] = ()
    changes: tuple[ChangedDay, ...] = ()
    workloads: tuple[Workload, ...] = ()
