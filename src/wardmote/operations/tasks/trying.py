"""Trying a rule before it is used: which tasks it would bring, on which days, for whom."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from wardmote.core.beat.task_making import requests_on
from wardmote.core.domain.task_rule import TaskRule
from wardmote.operations.tasks.holders import Holders
from wardmote.operations.tasks.spots import Spots
from wardmote.operations.working_time import working_calendar

DAYS = 30


@dataclass(frozen=True, slots=True)
class TriedPerson:
    """What a rule would bring one person; `staff` is empty for tasks that nobody would hold.

    Attributes:
        busiest_day: the day with the most minutes, and `busiest_minutes` those.
    """

    staff: str
    tasks: int
    minutes: int
    busiest_day: datetime.date
    busiest_minutes: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would bring; a rule that follows events brings nothing by itself.

    Attributes:
        by_day: (day, tasks, minutes) of the days on which it brings something.
        people: by staff id; nobody first.
    """

    by_day: tuple[tuple[datetime.date, int, int], ...]
    people: tuple[TriedPerson, ...]

    @property
    def tasks(self) -> int:
        """How many in all."""
        return sum(tasks for _day, tasks, _minutes in self.by_day)


def try_rule(rule: TaskRule, now_s: float, days: int = DAYS) -> Tried:
    """The tasks of the next `days` days, today first, for those who answer by now."""
    calendar = working_calendar(now_s)
    first = calendar.local_day(now_s)
    spots = Spots(first).of(rule.where)
    holders = Holders(now_s)
    by_day: Counter[datetime.date] = Counter()
    by_person: dict[str, Counter[datetime.date]] = {}
    for ahead in range(days):
        day = first + datetime.timedelta(days=ahead)
        for request in requests_on(rule, day, spots, calendar):
            by_day[day] += 1
            by_person.setdefault(holders.holder_of(request), Counter())[day] += 1
    return Tried(
        by_day=tuple((day, n, n * rule.minutes) for day, n in sorted(by_day.items())),
        people=tuple(_person(staff, by_person[staff], rule.minutes) for staff in sorted(by_person)),
    )


def _person(staff: str, days: Counter[datetime.date], minutes: int) -> TriedPerson:
    busiest, most = min(days.items(), key=lambda item: (-item[1], item[0]))
    tasks = sum(days.values())
    return TriedPerson(staff, tasks, tasks * minutes, busiest, most * minutes)
