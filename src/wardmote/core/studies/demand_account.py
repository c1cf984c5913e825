"""From which calls demand was learnt, which were refused, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.planning.demand.origins import CallOrigin

CONFIDENCE = 0.9


class DemandMethod(StrEnum):
    """How places and hours were told."""

    LEARNT = "learnt"
    """By the week, festivals and season; places borrow from their neighbours."""
    COUNTED = "counted"
    """Fewer than four weeks: only how many, where, and at what hour of the day."""


@dataclass(frozen=True, slots=True)
class CallsOfOrigin:
    """So many recorded calls of one origin."""

    origin: CallOrigin
    calls: int


@dataclass(frozen=True, slots=True)
class YearOfCalls:
    """Expected calls of a year.

    Attributes:
        calls: in 365.25 days.
        low, high: with probability `CONFIDENCE` the true level's calls lie between; what the season
            may add where none was learnt is not in it.
        first_day, last_day: ISO dates of the year that was worked out.
        seasonal: whether a season was learnt; else the year is taken to be like the days recorded.
        festivals: whether classes of days are told apart.
    """

    calls: float
    low: float
    high: float
    first_day: str
    last_day: str
    seasonal: bool
    festivals: bool


@dataclass(frozen=True, slots=True)
class DemandAccount:
    """The account of the feedback-loop guard, and of the record.

    Attributes:
        learnt_from, refused: calls by origin, the most first; demand is learnt from nobody's but
            the public's calls.
        unplaced: calls learnt from in time but not in place: no position, or no road near.
        first_day, last_day: ISO dates of the history.
        days: of the history; recorded_share: of its time, what was recorded at all.
    """

    method: DemandMethod
    learnt_from: tuple[CallsOfOrigin, ...]
    refused: tuple[CallsOfOrigin, ...]
    unplaced: int
    first_day: str
    last_day: str
    days: int
    recorded_share: float
    year: YearOfCalls

    @property
    def learnt(self) -> int:
        """Calls learnt from."""
        return sum(one.calls for one in self.learnt_from)


def by_origin(calls: Mapping[CallOrigin, int]) -> tuple[CallsOfOrigin, ...]:
    """Calls by origin, the most first."""
    rows = sorted(calls.items(), key=lambda one: (-one[1], one[0].value))
    return tuple(CallsOfOrigin(origin, number) for origin, number in rows)
