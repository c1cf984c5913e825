"""The parts of a question about duty rosters, as `question` puts them together."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from wardmote.core.domain.text import Bilingual

NO_NAME = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class RosterShift:
    """A kind of shift.

    Attributes:
        start: local time at which it begins, ``22:00``.
        hours: by the clock on the wall, more than 0: a shift from 22:00 of 8 hours ends at 06:00 on
            every night, also when clocks are changed in it and it takes 7 or 9 hours.
        night: whether it counts as a night; null: where it covers all of 00:00-05:00.
    """

    code: str
    start: str
    hours: float
    name: Bilingual = NO_NAME
    night: bool | None = None


@dataclass(frozen=True, slots=True)
class ShiftLimit:
    """Greatest number of shifts of a kind in the period; 0: never."""

    shift: str
    most: int


@dataclass(frozen=True, slots=True)
class RosterRules:
    """Law and custom. All limits are inclusive; null: no such limit (or, of a crew, as for all).

    Days in a row, nights in a row and days off in a row look at the days before the period as well,
    where they are known. Hours are those that pass; a week is Monday to Sunday.
    """

    most_days_in_row: int | None = None
    least_days_in_row: int | None = None
    least_days_off_in_row: int | None = None
    most_nights_in_row: int | None = None
    days_off_after_nights: int | None = None
    most_nights: int | None = None
    most_weekends: int | None = None
    least_days_off: int | None = None
    least_hours: float | None = None
    most_hours: float | None = None
    most_hours_a_week: float | None = None
    shifts: tuple[ShiftLimit, ...] | None = None

    def over(self, usual: RosterRules) -> RosterRules:
        """These rules, and the usual ones where these say nothing."""
        mine = {field.name: getattr(self, field.name) for field in fields(self)}
        theirs = {field.name: getattr(usual, field.name) for field in fields(usual)}
        return RosterRules(**{n: theirs[n] if v is None else v for n, v in mine.items()})


@dataclass(frozen=True, slots=True)
class RosterCrew:
    """Whoever is rostered as one.

    Attributes:
        share: of full time, 0 < share <= 1: its share of nights and weekends, where these are fair.
        rules: where they differ from those for all.
    """

    id: str
    name: str = ""
    skills: tuple[str, ...] = ()
    share: float = 1.0
    rules: RosterRules | None = None


@dataclass(frozen=True, slots=True)
class RosterNeed:
    """How many crews a shift needs.

    Attributes:
        wanted: of crews with the skill, or of any if `skill` is empty.
        days: weekdays on which the shift begins, 0 is Monday; `dates`: single dates. Both empty:
            every day. Of needs of one shift and skill, dates go before weekdays, and these before
            every day.
        weight: what one missing costs, beside the weights of wishes.
    """

    shift: str
    wanted: int
    days: tuple[int, ...] = ()
    dates: tuple[str, ...] = ()
    skill: str = ""
    weight: int = 1_000


@dataclass(frozen=True, slots=True)
class RosterLeave:
    """Days off that are granted, both inclusive."""

    crew: str
    first: str
    last: str


class Wanting(StrEnum):
    """What a crew wishes for a day."""

    OFF = "off"
    WORK = "work"
    SHIFT = "shift"
    NOT_SHIFT = "not_shift"


@dataclass(frozen=True, slots=True)
class RosterWish:
    """A wish for each day from `first` to `last` (null: that one day).

    Attributes:
        shift: of which `shift` and `not_shift` speak.
        weight: what it costs where it is not granted, on each day.
    """

    crew: str
    first: str
    wants: Wanting
    last: str | None = None
    shift: str = ""
    weight: int = 5


@dataclass(frozen=True, slots=True)
class RosterPair:
    """Two crews that wish to work the same shifts, or never the same."""

    crew: str
    other: str
    together: bool
    weight: int = 5


@dataclass(frozen=True, slots=True)
class FixedDuty:
    """A day that is settled: a shift, or null for a day off."""

    crew: str
    date: str
    shift: str | None


@dataclass(frozen=True, slots=True)
class PastDuty:
    """A shift worked before the period."""

    crew: str
    date: str
    shift: str


@dataclass(frozen=True, slots=True)
class PastDays:
    """The last days before the period: from `first` on, all duties are listed."""

    first: str
    duties: tuple[PastDuty, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """Nights and weekends that a crew has worked in the months to be levelled."""

    crew: str
    nights: int = 0
    weekends: int = 0


@dataclass(frozen=True, slots=True)
class Fairness:
    """Who has done more takes fewer: nights and weekends are levelled over the months.

    Attributes:
        slack: how many more than its fair share a crew may be given, >= 0.
    """

    nights: bool = True
    weekends: bool = True
    slack: int = 1
