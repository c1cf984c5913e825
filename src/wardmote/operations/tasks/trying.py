"""Trying a rule before it is used: which tasks it would bring, on which days, for whom."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.recurrence import Recurrence
from wardmote.core.domain.task_rule import TaskRule
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.tasks.holders import Holders
from wardmote.operations.tasks.services.ruling import may_rule
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


def try_rule(viewer: Viewer, rule: TaskRule, now_s: float, days: int = DAYS) -> Tried:
    """The tasks of the next `days` days, today first, by whose they are now.

    Raises:
        AccessDeniedError: the viewer may not set rules for the rule's area.
    """
    if not may_rule(viewer, rule.area):
        held = viewer.holds_anywhere(Permission.TASK_ASSIGN)
        raise AccessDeniedError("area" if held else "role")
    by_day: Counter[datetime.date] = Counter()
    by_person: dict[str, Counter[datetime.date]] = {}
    if rule.recurrence is not None:
        calendar = working_calendar(now_s)
        first = calendar.local_day(now_s)
        turns = _owners_by_turn(rule, rule.recurrence, first, now_s)
        for ahead in range(days):
            day = first + datetime.timedelta(days=ahead)
            for turn in rule.recurrence.turns_on(day, calendar) if rule.lives_on(day) else ():
                for staff, count in turns.get(turn, {}).items():
                    by_day[day] += count
                    by_person.setdefault(staff, Counter())[day] += count
    return Tried(
        by_day=tuple((day, n, n * rule.minutes) for day, n in sorted(by_day.items())),
        people=tuple(_person(staff, by_person[staff], rule.minutes) for staff in sorted(by_person)),
    )


def _owners_by_turn(
    rule: TaskRule, recurrence: Recurrence, day: datetime.date, now_s: float
) -> dict[int, Counter[str]]:
    """Turn -> how many of its places are whose; so no task is thought up one by one."""
    known = Holders(now_s)
    found: dict[int, Counter[str]] = {}
    for spot in Spots(day).of(rule.where):
        if rule.reaches(spot.area):
            owner = known.owner_at(spot.area, spot.place, rule.office, now_s)
            found.setdefault(recurrence.turn_of(spot.place.code), Counter())[owner.person] += 1
    return found


def _person(staff: str, days: Counter[datetime.date], minutes: int) -> TriedPerson:
    busiest, most = min(days.items(), key=lambda item: (-item[1], item[0]))
    tasks = sum(days.values())
    return TriedPerson(staff, tasks, tasks * minutes, busiest, most * minutes)
