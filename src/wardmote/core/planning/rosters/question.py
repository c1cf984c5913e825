"""What a writer of duty rosters asks: shifts, how many, who, law and custom, leave, wishes.

The document (``wardmote-roster-question/1``) is described in ``docs/reference/roster-file.md``. A
*crew* is whoever is rostered as one: a person, a car's crew, a team of volunteers. Dates are ISO
8601 (``2026-12-01``) in the time zone of the question; a field that does not fit is refused with
its path.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, fields
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wardmote.core.domain.plain import InvalidDataError, JsonValue
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.rosters.question_parts import (
    Balance,
    Fairness,
    FixedDuty,
    PastDays,
    RosterCrew,
    RosterLeave,
    RosterNeed,
    RosterPair,
    RosterRules,
    RosterShift,
    RosterWish,
    Wanting,
)

QUESTION_FORMAT = "wardmote-roster-question/1"

MAX_DAYS = 366
MAX_CREWS = 1_000
MAX_SHIFTS = 32
MAX_WANTED = 1_000
MAX_WEIGHT = 10_000
MAX_ROWS = 100_000
MAX_CODE = 40
MAX_NAME = 120
MAX_HOURS = 72.0
MAX_PERIOD_HOURS = 24.0 * MAX_DAYS
_DAYS_A_WEEK = 7
NO_RULES = RosterRules()


@dataclass(frozen=True, slots=True)
class RosterQuestion:
    """A roster to be made.

    Attributes:
        first, last: days of the period, both inclusive.
        time_zone: of the tz database, such as ``Asia/Shanghai``.
        rest_hours: least hours that pass from the end of a shift to the start of the next.
        extra_weight: what each crew beyond those needed costs.
    """

    name: Bilingual
    first: str
    last: str
    time_zone: str
    shifts: tuple[RosterShift, ...]
    needs: tuple[RosterNeed, ...]
    crews: tuple[RosterCrew, ...]
    rules: RosterRules = NO_RULES
    rest_hours: float = 11.0
    leave: tuple[RosterLeave, ...] = ()
    wishes: tuple[RosterWish, ...] = ()
    pairs: tuple[RosterPair, ...] = ()
    fixed: tuple[FixedDuty, ...] = ()
    previous: PastDays | None = None
    balances: tuple[Balance, ...] = ()
    fair: Fairness | None = None
    extra_weight: int = 1

    def __post_init__(self) -> None:
        _words(self.name.zh, MAX_NAME, "name.zh")
        _words(self.name.en, MAX_NAME, "name.en")
        first = day_of(self.first, "first")
        last = day_of(self.last, "last")
        days = (last - first).days + 1
        _require(1 <= days <= MAX_DAYS, "last", "out_of_range", found=self.last, limit=MAX_DAYS)
        _require_zone(self.time_zone)
        _within(self.rest_hours, 0, MAX_HOURS, "rest_hours")
        _within(self.extra_weight, 0, MAX_WEIGHT, "extra_weight")
        shifts = _names((one.code for one in self.shifts), "shifts", "code", MAX_SHIFTS)
        crews = _names((one.id for one in self.crews), "crews", "id", MAX_CREWS)
        for row, shift in enumerate(self.shifts):
            _check_shift(shift, f"shifts[{row}]")
        _check_rules(self.rules, "rules", shifts)
        for row, crew in enumerate(self.crews):
            _check_crew(crew, self.rules, f"crews[{row}]", shifts)
        _check_needs(self, shifts, first, last)
        _check_requests(self, shifts, crews, first, last)
        _check_past(self, shifts, crews, first)


def day_of(text: str, path: str) -> datetime.date:
    """The date that a text names.

    Raises:
        InvalidDataError: it names none.
    """
    try:
        if len(text) != len("2026-12-01"):
            raise ValueError
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise InvalidDataError(path, "not_a_date", found=text) from None


def minute_of(text: str, path: str) -> int:
    """Minutes after midnight that a text such as ``22:00`` names.

    Raises:
        InvalidDataError: it names no time of day.
    """
    hour, colon, minute = text.partition(":")
    shape = len(hour) == 2 and len(minute) == 2 and colon and (hour + minute).isascii()
    if not shape or not (hour + minute).isdigit() or int(hour) > 23 or int(minute) > 59:
        raise InvalidDataError(path, "not_a_time", found=text)
    return 60 * int(hour) + int(minute)


def _require(good: bool, path: str, code: str, **values: JsonValue) -> None:
    if not good:
        raise InvalidDataError(path, code, **values)


def _words(text: str, most: int, path: str) -> None:
    _require(len(text) <= most, path, "too_long", found=len(text), limit=most)


def _within(value: float, least: float, most: float, path: str) -> None:
    _require(least <= value <= most, path, "out_of_range", found=value, allowed=[least, most])


def _require_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidDataError("time_zone", "not_allowed", found=name) from None


def _names(names: Iterable[str], path: str, field: str, most: int) -> frozenset[str]:
    known: set[str] = set()
    row = -1
    for row, name in enumerate(names):
        where = f"{path}[{row}].{field}"
        _require(bool(name.strip()), where, "missing")
        _words(name, MAX_CODE, where)
        _require(name not in known, where, "repeated", found=name)
        known.add(name)
    _require(0 <= row < most, path, "out_of_range", found=row + 1, allowed=[1, most])
    return frozenset(known)


def _check_shift(shift: RosterShift, path: str) -> None:
    minute_of(shift.start, f"{path}.start")
    minutes = shift.hours * 60
    _require(0 < shift.hours <= MAX_HOURS, f"{path}.hours", "out_of_range", found=shift.hours)
    whole = abs(minutes - round(minutes)) < 1e-6
    _require(whole, f"{path}.hours", "not_allowed", found=shift.hours)
    _words(shift.name.zh, MAX_NAME, f"{path}.name.zh")
    _words(shift.name.en, MAX_NAME, f"{path}.name.en")


def _check_rules(rules: RosterRules, path: str, shifts: frozenset[str]) -> None:
    for field in fields(rules):
        value = getattr(rules, field.name)
        if value is None or field.name == "shifts":
            continue
        least = 1 if field.name.endswith("in_row") else 0
        most = MAX_PERIOD_HOURS if "hours" in field.name else MAX_DAYS
        _within(value, least, most, f"{path}.{field.name}")
    low, high = rules.least_hours or 0, rules.most_hours
    _require(high is None or low <= high, f"{path}.least_hours", "contradicts", found=low)
    fewest, longest = rules.least_days_in_row or 1, rules.most_days_in_row
    fits = longest is None or fewest <= longest
    _require(fits, f"{path}.least_days_in_row", "contradicts", found=fewest)
    seen: set[str] = set()
    for row, limit in enumerate(rules.shifts or ()):
        where = f"{path}.shifts[{row}]"
        _known(limit.shift, shifts, f"{where}.shift")
        _require(limit.shift not in seen, f"{where}.shift", "repeated", found=limit.shift)
        _within(limit.most, 0, MAX_DAYS, f"{where}.most")
        seen.add(limit.shift)


def _check_crew(crew: RosterCrew, usual: RosterRules, path: str, shifts: frozenset[str]) -> None:
    _words(crew.name, MAX_NAME, f"{path}.name")
    _require(0 < crew.share <= 1, f"{path}.share", "out_of_range", found=crew.share)
    for row, skill in enumerate(crew.skills):
        _require(bool(skill.strip()), f"{path}.skills[{row}]", "missing")
        _words(skill, MAX_CODE, f"{path}.skills[{row}]")
    if crew.rules is not None:
        _check_rules(crew.rules, f"{path}.rules", shifts)
        _check_rules(crew.rules.over(usual), f"{path}.rules", shifts)


def _known(name: str, names: frozenset[str], path: str) -> None:
    _require(name in names, path, "unknown_name", found=name)


def _inside(text: str, first: datetime.date, last: datetime.date, path: str) -> None:
    day = day_of(text, path)
    _require(first <= day <= last, path, "outside_period", found=text)


def _check_needs(
    question: RosterQuestion, shifts: frozenset[str], first: datetime.date, last: datetime.date
) -> None:
    _require(bool(question.needs), "needs", "missing")
    _require(len(question.needs) <= MAX_ROWS, "needs", "too_long", limit=MAX_ROWS)
    skills = {skill for crew in question.crews for skill in crew.skills}
    said: set[tuple[str, str, object]] = set()
    for row, need in enumerate(question.needs):
        path = f"needs[{row}]"
        _known(need.shift, shifts, f"{path}.shift")
        _within(need.wanted, 0, MAX_WANTED, f"{path}.wanted")
        _within(need.weight, 0, MAX_WEIGHT, f"{path}.weight")
        able = not need.skill or need.skill in skills
        _require(able, f"{path}.skill", "unknown_name", found=need.skill)
        both = bool(need.days) and bool(need.dates)
        _require(not both, f"{path}.dates", "contradicts", found=list(need.dates))
        for at, day in enumerate(need.days):
            good = 0 <= day < _DAYS_A_WEEK
            _require(good, f"{path}.days[{at}]", "out_of_range", found=day)
        for at, date in enumerate(need.dates):
            _inside(date, first, last, f"{path}.dates[{at}]")
        for when in need.days or need.dates or ("every day",):
            key = (need.shift, need.skill, when)
            _require(key not in said, path, "repeated", found=when)
            said.add(key)


def _check_requests(
    question: RosterQuestion,
    shifts: frozenset[str],
    crews: frozenset[str],
    first: datetime.date,
    last: datetime.date,
) -> None:
    for row, leave in enumerate(question.leave):
        path = f"leave[{row}]"
        _known(leave.crew, crews, f"{path}.crew")
        begins, ends = day_of(leave.first, f"{path}.first"), day_of(leave.last, f"{path}.last")
        _require(begins <= ends, f"{path}.last", "contradicts", found=leave.last)
    for row, wish in enumerate(question.wishes):
        path = f"wishes[{row}]"
        _known(wish.crew, crews, f"{path}.crew")
        _inside(wish.first, first, last, f"{path}.first")
        if wish.last is not None:
            _inside(wish.last, first, last, f"{path}.last")
            good = wish.first <= wish.last
            _require(good, f"{path}.last", "contradicts", found=wish.last)
        if wish.wants in (Wanting.SHIFT, Wanting.NOT_SHIFT):
            _known(wish.shift, shifts, f"{path}.shift")
        else:
            _require(not wish.shift, f"{path}.shift", "contradicts", found=wish.shift)
        _within(wish.weight, 0, MAX_WEIGHT, f"{path}.weight")
    for row, pair in enumerate(question.pairs):
        path = f"pairs[{row}]"
        _known(pair.crew, crews, f"{path}.crew")
        _known(pair.other, crews, f"{path}.other")
        _require(pair.crew != pair.other, f"{path}.other", "repeated", found=pair.other)
        _within(pair.weight, 0, MAX_WEIGHT, f"{path}.weight")
    settled: set[tuple[str, str]] = set()
    for row, duty in enumerate(question.fixed):
        path = f"fixed[{row}]"
        _known(duty.crew, crews, f"{path}.crew")
        _inside(duty.date, first, last, f"{path}.date")
        if duty.shift is not None:
            _known(duty.shift, shifts, f"{path}.shift")
        key = (duty.crew, duty.date)
        _require(key not in settled, f"{path}.date", "repeated", found=duty.date)
        settled.add(key)


def _check_past(
    question: RosterQuestion, shifts: frozenset[str], crews: frozenset[str], first: datetime.date
) -> None:
    if question.previous is not None:
        begins = day_of(question.previous.first, "previous.first")
        good = begins < first <= begins + datetime.timedelta(days=MAX_DAYS)
        _require(good, "previous.first", "out_of_range", found=question.previous.first)
        worked: set[tuple[str, str]] = set()
        for row, duty in enumerate(question.previous.duties):
            path = f"previous.duties[{row}]"
            _known(duty.crew, crews, f"{path}.crew")
            _known(duty.shift, shifts, f"{path}.shift")
            _inside(duty.date, begins, first - datetime.timedelta(days=1), f"{path}.date")
            key = (duty.crew, duty.date)
            _require(key not in worked, f"{path}.date", "repeated", found=duty.date)
            worked.add(key)
    told: set[str] = set()
    for row, balance in enumerate(question.balances):
        path = f"balances[{row}]"
        _known(balance.crew, crews, f"{path}.crew")
        _require(balance.crew not in told, f"{path}.crew", "repeated", found=balance.crew)
        told.add(balance.crew)
        _within(balance.nights, 0, MAX_ROWS, f"{path}.nights")
        _within(balance.weekends, 0, MAX_ROWS, f"{path}.weekends")
    if question.fair is not None:
        _within(question.fair.slack, 0, MAX_DAYS, "fair.slack")
