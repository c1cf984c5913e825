"""Staffing in force (警力配置): how many units are to be on duty at which post, by shift.

A post without a shift has all its units on duty throughout. Who fills a shift is a roster's matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load

FORMAT = "wardmote-staffing/1"
HOURS_A_DAY, DAYS_A_WEEK = 24, 7
HOURS_A_WEEK = HOURS_A_DAY * DAYS_A_WEEK
EVERY_DAY = tuple(range(DAYS_A_WEEK))
MAX_SHIFTS = 50_000
MAX_UNITS = 200


@dataclass(frozen=True, slots=True)
class StaffedShift:
    """Units on duty at a post.

    Attributes:
        start_hour: local, 0 .. 23. hours: 1 .. 24.
        days: of the week on which it begins, ascending; 0 is Monday.
    """

    post: PostId
    start_hour: int
    hours: int
    days: tuple[int, ...]
    units: int


@dataclass(frozen=True, slots=True)
class Staffing:
    """All shifts of a place.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    version: str
    shifts: tuple[StaffedShift, ...]

    def __post_init__(self) -> None:
        if len(self.shifts) > MAX_SHIFTS:
            raise InvalidDataError("shifts", "too_long", found=len(self.shifts), limit=MAX_SHIFTS)
        for row, shift in enumerate(self.shifts):
            path = f"shifts[{row}]"
            if not 0 <= shift.start_hour < HOURS_A_DAY:
                raise InvalidDataError(f"{path}.start_hour", "out_of_range", found=shift.start_hour)
            if not 1 <= shift.hours <= HOURS_A_DAY:
                raise InvalidDataError(f"{path}.hours", "out_of_range", found=shift.hours)
            rising = tuple(sorted(set(shift.days))) == shift.days
            if not shift.days or not rising or not 0 <= shift.days[0] <= shift.days[-1] < 7:
                raise InvalidDataError(f"{path}.days", "out_of_range")
            if not 0 <= shift.units <= MAX_UNITS:
                raise InvalidDataError(f"{path}.units", "out_of_range", found=shift.units)

    def by_hour(self) -> dict[PostId, tuple[int, ...]]:
        """Units wanted at each post that has shifts, by hour of the week (0 is Monday 00:00)."""
        found: dict[PostId, list[int]] = {}
        for shift in self.shifts:
            hours = found.setdefault(shift.post, [0] * HOURS_A_WEEK)
            for day in shift.days:
                for hour in range(shift.hours):
                    at = (day * HOURS_A_DAY + shift.start_hour + hour) % HOURS_A_WEEK
                    hours[at] += shift.units
        return {post: tuple(hours) for post, hours in found.items()}


def merged(version: str, *parts: Iterable[StaffedShift]) -> Staffing | None:
    """The shifts of several parts together, by post and time; None where there are none."""
    shifts = sorted(
        (shift for part in parts for shift in part),
        key=lambda one: (one.post, one.start_hour, one.days),
    )
    return Staffing(version, tuple(shifts)) if shifts else None


def dump_staffing(staffing: Staffing) -> JsonValue:
    """The staffing as JSON-ready values."""
    return {"format": FORMAT, **dump(staffing)}


def load_staffing(data: JsonValue) -> Staffing:
    """What `dump_staffing` wrote.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise InvalidDataError("format", "not_allowed", allowed=[FORMAT])
    return load(Staffing, {name: value for name, value in data.items() if name != "format"})
