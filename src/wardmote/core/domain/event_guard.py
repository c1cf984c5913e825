"""Event guards (候鸟式守护): market days, festivals and holidays, planned once and repeated.

A guard says when the event comes again, which temporary posts stand there, who is on duty, what is
checked and where traffic is led. Each occurrence is made once, some days ahead.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.appointment import Office
from wardmote.core.domain.lifecycle import LifeCycle
from wardmote.core.domain.plain import InvalidDataError, JsonValue, load
from wardmote.core.domain.recurrence import Recurrence
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.working_calendar import WorkingCalendar

MAX_POINTS, MAX_CHECKS, MAX_PEOPLE = 30, 30, 200
DAY_MINUTES = 1_440
MOST_MINUTES = 2_160
"""A duty ends at noon of the next day at the latest."""
DAYS_AHEAD = range(1, 31)


class GuardState(StrEnum):
    """Where a guard stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    ENDED = "ended"


class GuardAction(StrEnum):
    """What can be done to a guard."""

    APPROVE = "approve"
    END = "end"


_G, _GA = GuardState, GuardAction
GUARD_LIFE_CYCLE: LifeCycle[GuardState, GuardAction] = LifeCycle(
    initial=_G.DRAFT,
    table={
        (_G.DRAFT, _GA.APPROVE): _G.APPROVED,
        (_G.DRAFT, _GA.END): _G.ENDED,
        (_G.APPROVED, _GA.END): _G.ENDED,
    },
    final=frozenset({_G.ENDED}),
)


@dataclass(frozen=True, slots=True)
class GuardPoint:
    """A temporary post or a traffic point, WGS-84 degrees."""

    title: Bilingual
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class GuardDuty:
    """Somebody on duty at a temporary post or a traffic point.

    Attributes:
        staff: staff id.
        post: number of the point, from 0: the temporary posts first, then the traffic points.
        from_minute, to_minute: by the clock on the wall of the local day, from < 1440; a duty past
            midnight ends above 1440, at 2160 at the latest. from < to.
    """

    staff: str
    post: int
    from_minute: int
    to_minute: int


@dataclass(frozen=True, slots=True)
class GuardCheck:
    """Something checked before or during the event, by the office that answers there.

    Attributes:
        post: number of the point where it is checked, as in `GuardDuty`.
    """

    what: Bilingual
    by_minute: int
    office: Office = Office.VILLAGE_ASSISTANT
    post: int = 0


@dataclass(frozen=True, slots=True)
class GuardContent:
    """What a guard says.

    Attributes:
        days_ahead: how many days before the event it is made, 1 to 30.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    recurrence: Recurrence
    posts: tuple[GuardPoint, ...]
    duties: tuple[GuardDuty, ...] = ()
    checks: tuple[GuardCheck, ...] = ()
    traffic: tuple[GuardPoint, ...] = ()
    radius_m: float = 200.0
    days_ahead: int = 7

    @property
    def points(self) -> tuple[GuardPoint, ...]:
        """Temporary posts, then traffic points: what people on duty and checks count by."""
        return (*self.posts, *self.traffic)

    def __post_init__(self) -> None:
        for field, size, most in (
            ("posts", len(self.posts), MAX_POINTS),
            ("traffic", len(self.traffic), MAX_POINTS),
            ("checks", len(self.checks), MAX_CHECKS),
            ("duties", len(self.duties), MAX_PEOPLE),
        ):
            if size > most or (field == "posts" and not size):
                raise InvalidDataError(field, "out_of_range", found=size)
        for field, points in (("posts", self.posts), ("traffic", self.traffic)):
            for row, point in enumerate(points):
                _check_point(point, f"{field}[{row}]")
        for row, duty in enumerate(self.duties):
            if not 0 <= duty.post < len(self.points):
                raise InvalidDataError(f"duties[{row}].post", "out_of_range", found=duty.post)
            begins, ends = duty.from_minute, duty.to_minute
            if not (0 <= begins < DAY_MINUTES and begins < ends <= MOST_MINUTES):
                raise InvalidDataError(f"duties[{row}].from_minute", "out_of_range")
        for row, check in enumerate(self.checks):
            if not 0 < check.by_minute <= DAY_MINUTES or not (check.what.zh or check.what.en):
                raise InvalidDataError(f"checks[{row}]", "out_of_range")
            if not 0 <= check.post < len(self.points):
                raise InvalidDataError(f"checks[{row}].post", "out_of_range", found=check.post)
        if self.days_ahead not in DAYS_AHEAD:
            raise InvalidDataError("days_ahead", "out_of_range", found=self.days_ahead)


def _check_point(point: GuardPoint, path: str) -> None:
    inside = abs(point.lon) <= 180 and abs(point.lat) <= 90
    if not (math.isfinite(point.lon) and math.isfinite(point.lat) and inside):
        raise InvalidDataError(path, "out_of_range")
    if not (point.title.zh or point.title.en):
        raise InvalidDataError(f"{path}.title", "missing")


def load_guard(data: JsonValue) -> GuardContent:
    """What `dump` wrote, or a person. Raises InvalidDataError, naming the field."""
    try:
        return load(GuardContent, data)
    except InvalidDataError:
        raise
    except ValueError as error:  # a recurrence whose numbers do not fit its kind
        raise InvalidDataError("recurrence", "not_allowed", found=str(error)) from error


def occurrences(
    content: GuardContent,
    first: datetime.date,
    days: int,
    calendar: WorkingCalendar,
    last: datetime.date | None = None,
) -> Iterator[datetime.date]:
    """The days of the event in `days` days from `first` on, not after `last`."""
    return days_of(content.recurrence, first, days, calendar, last)


def load_recurrence(data: JsonValue) -> Recurrence:
    """When an event comes again, alone. Raises InvalidDataError, naming the field."""
    try:
        return load(Recurrence, data, "recurrence")
    except InvalidDataError:
        raise
    except ValueError as error:
        raise InvalidDataError("recurrence", "not_allowed", found=str(error)) from error


def days_of(
    recurrence: Recurrence,
    first: datetime.date,
    days: int,
    calendar: WorkingCalendar,
    last: datetime.date | None = None,
) -> Iterator[datetime.date]:
    """The days on which something comes in `days` days from `first` on, not after `last`."""
    for ahead in range(days):
        day = first + datetime.timedelta(days=ahead)
        if last is not None and day > last:
            return
        if recurrence.falls_on(day, calendar):
            yield day
