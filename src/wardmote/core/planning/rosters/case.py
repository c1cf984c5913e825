"""A question of people and dates as a problem of numbers, and the way back."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from wardmote.core.domain.wall_clock import at_clock
from wardmote.core.planning.rosters.fairness import with_fair_limits
from wardmote.core.planning.rosters.model import (
    NO_SKILL,
    OFF,
    Before,
    ClockDay,
    Cover,
    CrewRules,
    Pair,
    RosterProblem,
    ShiftKind,
    Wish,
)
from wardmote.core.planning.rosters.question import RosterQuestion, day_of, minute_of
from wardmote.core.planning.rosters.question_parts import RosterRules, RosterShift, Wanting

_DAY_MINUTES = 1_440
_NIGHT_ENDS = 5 * 60
_FAR_DAYS = 4
"""Rest after the longest shift is over within so many days."""


@dataclass(frozen=True, slots=True, eq=False)
class RosterCase:
    """A question and its problem, with what their numbers mean.

    `problem` keeps the rules; `fair` has the limits for levelling nights and weekends besides, and
    is the same where the question does not ask for that. `dates`: of each day.
    """

    question: RosterQuestion
    problem: RosterProblem
    fair: RosterProblem
    dates: tuple[datetime.date, ...]
    skills: tuple[str, ...]

    @property
    def crew_at(self) -> dict[str, int]:
        """Number of each crew by its id."""
        return {crew.id: at for at, crew in enumerate(self.question.crews)}

    @property
    def kind_at(self) -> dict[str, int]:
        """Number of each kind of shift by its code."""
        return {shift.code: at for at, shift in enumerate(self.question.shifts)}

    def day_at(self, date: datetime.date) -> int:
        """Number of a day; below 0 or beyond the last where it is outside the period."""
        return (date - self.dates[0]).days

    def begins_and_ends(self, day: int, kind: int) -> tuple[datetime.datetime, datetime.datetime]:
        """When a shift begun on a day begins and ends, with the zone's offsets."""
        zone = ZoneInfo(self.question.time_zone)
        return _span(self.dates[day], self.question.shifts[kind], zone)


def roster_case(question: RosterQuestion) -> RosterCase:
    """The problem of a question.

    Raises:
        Problem: the period is too long to be planned at once.
    """
    first, last = day_of(question.first, "first"), day_of(question.last, "last")
    count = (last - first).days + 1
    dates = tuple(first + datetime.timedelta(days=day) for day in range(count))
    skills = tuple(sorted({skill for crew in question.crews for skill in crew.skills}))
    kinds = _kinds(question)
    base = RosterProblem(
        days=count,
        kinds=kinds,
        crews=tuple(_crew(question, at, kinds, dates, skills)
                    for at in range(len(question.crews))),
        covers=tuple(_covers(question, dates, skills)),
        wishes=tuple(_wishes(question, dates)),
        first_weekday=first.weekday(),
        names=dict(enumerate(skills)),
        pairs=tuple(_pairs(question)),
        clock_days=tuple(_clock_days(question, kinds, dates)),
    )  # fmt: skip
    return RosterCase(question, base, _levelled(question, base), dates, skills)


def _levelled(question: RosterQuestion, problem: RosterProblem) -> RosterProblem:
    if question.fair is None:
        return problem
    at = {crew.id: number for number, crew in enumerate(question.crews)}
    nights = np.zeros(len(at), dtype=np.int64)
    weekends = np.zeros(len(at), dtype=np.int64)
    for balance in question.balances:
        nights[at[balance.crew]], weekends[at[balance.crew]] = balance.nights, balance.weekends
    return with_fair_limits(
        problem,
        nights,
        weekends,
        share=np.array([crew.share for crew in question.crews]),
        night_shifts=question.fair.nights,
        weekend_shifts=question.fair.weekends,
        slack=question.fair.slack,
    )


def _span(
    date: datetime.date, shift: RosterShift, zone: ZoneInfo
) -> tuple[datetime.datetime, datetime.datetime]:
    minute = minute_of(shift.start, "start")
    ends = at_clock(date, minute + round(shift.hours * 60), zone)
    return at_clock(date, minute, zone), ends


def _minutes(begins: datetime.datetime, ends: datetime.datetime) -> int:
    """Minutes that pass between two moments, whatever clocks do meanwhile."""
    passed = ends.astimezone(datetime.UTC) - begins.astimezone(datetime.UTC)
    return round(passed.total_seconds() / 60)


def is_night(shift: RosterShift) -> bool:
    """Whether a shift counts as a night: as it says, else where it covers all of 00:00-05:00."""
    if shift.night is not None:
        return shift.night
    begins = minute_of(shift.start, "start")
    ends = begins + round(shift.hours * 60)
    return (begins == 0 and ends >= _NIGHT_ENDS) or ends >= _DAY_MINUTES + _NIGHT_ENDS


def _kinds(question: RosterQuestion) -> tuple[ShiftKind, ...]:
    rest = round(question.rest_hours * 60)
    begins = [minute_of(shift.start, "start") for shift in question.shifts]
    ends = [begin + round(shift.hours * 60)
            for begin, shift in zip(begins, question.shifts, strict=True)]  # fmt: skip
    found = []
    for at, shift in enumerate(question.shifts):
        # days from the start of this shift to that of another which come too soon for its rest
        soon = [[gap for gap in range(1, _FAR_DAYS + 4)
                 if gap * _DAY_MINUTES + begin - ends[at] < rest] for begin in begins]  # fmt: skip
        longest = max((gap for gaps in soon for gap in gaps), default=0)
        found.append(
            ShiftKind(
                shift.code,
                ends[at] - begins[at],
                frozenset(kind for kind, gaps in enumerate(soon) if 1 in gaps),
                is_night(shift),
                longest if longest > 1 else 0,
            )
        )
    return tuple(found)


def _clock_days(
    question: RosterQuestion, kinds: tuple[ShiftKind, ...], dates: tuple[datetime.date, ...]
) -> Iterator[ClockDay]:
    zone = ZoneInfo(question.time_zone)
    rest = round(question.rest_hours * 60)
    before = dates[0] - datetime.timedelta(days=1)
    usual = (tuple(kind.minutes for kind in kinds), tuple(kind.not_before for kind in kinds))
    for day, (yesterday, date) in enumerate(pairwise((before, *dates))):
        spans = [_span(date, shift, zone) for shift in question.shifts]
        earlier = [_span(yesterday, shift, zone) for shift in question.shifts]
        minutes = tuple(_minutes(*span) for span in spans)
        not_before = tuple(
            frozenset(at for at, (begins, _) in enumerate(spans) if _minutes(ends, begins) < rest)
            for _, ends in earlier
        )
        if (minutes, not_before) != usual:
            yield ClockDay(day, minutes, not_before)


def _crew(
    question: RosterQuestion,
    at: int,
    kinds: tuple[ShiftKind, ...],
    dates: tuple[datetime.date, ...],
    skills: tuple[str, ...],
) -> CrewRules:
    crew = question.crews[at]
    rules = question.rules if crew.rules is None else crew.rules.over(question.rules)
    days = len(dates)
    most = {limit.shift: limit.most for limit in rules.shifts or ()}
    leave = {
        day
        for row in question.leave
        if row.crew == crew.id
        for day, date in enumerate(dates)
        if row.first <= date.isoformat() <= row.last
    }
    codes = {shift.code: kind for kind, shift in enumerate(question.shifts)}
    longest = rules.most_days_in_row or days + 1
    most_minutes = days * max(kind.minutes for kind in kinds) + 60 * days
    return CrewRules(
        code=crew.id,
        max_shifts=tuple(most.get(shift.code, days) for shift in question.shifts),
        min_minutes=round((rules.least_hours or 0) * 60),
        max_minutes=most_minutes if rules.most_hours is None else round(rules.most_hours * 60),
        min_run=rules.least_days_in_row or 1,
        max_run=longest,
        min_days_off=rules.least_days_off_in_row or 1,
        max_weekends=_or(rules.most_weekends, days),
        max_night_run=_or(rules.most_nights_in_row, longest),
        days_off_after_nights=rules.days_off_after_nights or 0,
        leave=frozenset(leave),
        fixed=tuple(
            (
                dates.index(day_of(duty.date, "date")),
                OFF if duty.shift is None else codes[duty.shift],
            )
            for duty in question.fixed
            if duty.crew == crew.id
        ),
        skills=frozenset(skills.index(skill) for skill in crew.skills),
        before=_before(question, crew.id, kinds, rules, dates[0]),
        max_nights=_or(rules.most_nights, days + 1),
        min_free_days=rules.least_days_off or 0,
        max_week_minutes=None
        if rules.most_hours_a_week is None
        else round(rules.most_hours_a_week * 60),
    )


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _before(
    question: RosterQuestion,
    crew: str,
    kinds: tuple[ShiftKind, ...],
    rules: RosterRules,
    first: datetime.date,
) -> Before | None:
    """How the days before the period ended, from those that are listed."""
    if question.previous is None:
        return None
    zone = ZoneInfo(question.time_zone)
    codes = {shift.code: kind for kind, shift in enumerate(question.shifts)}
    worked = {day_of(one.date, "date"): codes[one.shift]
              for one in question.previous.duties if one.crew == crew}  # fmt: skip
    begins = day_of(question.previous.first, "previous.first")
    known = [worked.get(begins + datetime.timedelta(days=day), OFF)
             for day in range((first - begins).days)]  # fmt: skip
    monday = first - datetime.timedelta(days=first.weekday())
    week = sum(
        _minutes(*_span(date, question.shifts[kind], zone))
        for date, kind in worked.items()
        if date >= monday
    )
    off = next((n for n, kind in enumerate(reversed(known)) if kind != OFF), len(known))
    last = known[-1 - off] if off < len(known) else OFF
    if off == 0:
        run = next((n for n, kind in enumerate(reversed(known)) if kind == OFF), len(known))
        nights = next(
            (n for n, kind in enumerate(reversed(known)) if kind == OFF or not kinds[kind].night),
            len(known),
        )
        return Before(run=run, nights=nights, kind=last, week_minutes=week)
    owed = 0
    if last != OFF:
        after = rules.days_off_after_nights or 0 if kinds[last].night else 0
        owed = max(after, kinds[last].days_off_after) - off
    return Before(days_off=off, owed=max(owed, 0), week_minutes=week)


def _covers(
    question: RosterQuestion, dates: tuple[datetime.date, ...], skills: tuple[str, ...]
) -> Iterator[Cover]:
    """A row for each day, shift and skill that a need speaks of; the most particular need holds."""
    for kind, shift in enumerate(question.shifts):
        needs = [need for need in question.needs if need.shift == shift.code]
        skills_named = {need.skill for need in needs}
        for skill in sorted(skills_named):
            mine = [need for need in needs if need.skill == skill]
            for day, date in enumerate(dates):
                fitting = sorted(
                    (
                        (2 if need.dates else 1 if need.days else 0, need)
                        for need in mine
                        if date.isoformat() in need.dates
                        or date.weekday() in need.days
                        or not (need.dates or need.days)
                    ),
                    key=lambda row: row[0],
                )
                if not fitting:
                    continue
                need = fitting[-1][1]
                number = skills.index(skill) if skill else NO_SKILL
                # beyond a skill's need nothing is lost where others are wanted besides
                extra = 0 if skill and "" in skills_named else question.extra_weight
                yield Cover(day, kind, need.wanted, need.weight, extra, number)


def _wishes(question: RosterQuestion, dates: tuple[datetime.date, ...]) -> Iterator[Wish]:
    crews = {crew.id: at for at, crew in enumerate(question.crews)}
    kinds = {shift.code: at for at, shift in enumerate(question.shifts)}
    for wish in question.wishes:
        kind = kinds.get(wish.shift, OFF)
        wants = wish.wants in (Wanting.OFF, Wanting.SHIFT)
        for day, date in enumerate(dates):
            if wish.first <= date.isoformat() <= (wish.last or wish.first):
                yield Wish(crews[wish.crew], day, kind, wants, wish.weight)


def _pairs(question: RosterQuestion) -> Iterator[Pair]:
    crews = {crew.id: at for at, crew in enumerate(question.crews)}
    for pair in question.pairs:
        yield Pair(crews[pair.crew], crews[pair.other], pair.together, pair.weight)
