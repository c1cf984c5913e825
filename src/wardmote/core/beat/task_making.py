"""Which tasks a rule asks for: on a day at its places, or after an event."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.task import TaskPlace, TaskRequest, TaskSource
from wardmote.core.domain.task_rule import AfterEvent, Due, DueKind, TaskRule
from wardmote.core.domain.working_calendar import NoWorkingTimeError, WorkingCalendar

RULE_SOURCE = TaskSource("rule")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with the area it lies in."""

    place: TaskPlace
    area: AreaId


def requests_on(
    rule: TaskRule, day: datetime.date, spots: Sequence[Spot], calendar: WorkingCalendar
) -> Iterator[TaskRequest]:
    """What a rule that comes again asks for on a local day, place by place.

    Args:
        spots: the places that `rule.where` means; those outside the rule's area are left out.
    """
    if rule.recurrence is None or not rule.lives_on(day):
        return
    turns = rule.recurrence.turns_on(day, calendar)
    if not turns:
        return
    opens_s = opening_s(day, calendar)
    due_s, useless_after_s = _times(rule, opens_s, calendar)
    for spot in spots:
        if rule.recurrence.turn_of(spot.place.code) in turns and rule.reaches(spot.area):
            yield TaskRequest(
                rule=rule.code,
                source=RULE_SOURCE,
                kind=rule.kind,
                title=rule.title,
                purpose=rule.purpose,
                area=spot.area,
                day=day,
                opens_s=opens_s,
                due_s=due_s,
                useless_after_s=useless_after_s,
                office=rule.office,
                place=spot.place,
                form=rule.form,
                minutes=rule.minutes,
                needs_officer=rule.needs_officer,
            )


def request_after(
    rule: TaskRule,
    after: AfterEvent,
    source: TaskSource,
    spot: Spot,
    at_s: float,
    calendar: WorkingCalendar,
    *,
    drill: bool = False,
) -> TaskRequest | None:
    """What a rule that follows events asks for after one at a moment; None where it does not hold.

    The natural key holds the event's source and no more: the same call closed again and again asks
    for one visit on one day.
    """
    closes_s = calendar.deadline_s(at_s, after.working_days)
    day = calendar.local_day(closes_s - 1.0)
    if not rule.lives_on(day) or not rule.reaches(spot.area):
        return None
    opens_s = max(opening_s(day, calendar), at_s)
    due_s, useless_after_s = _times(rule, opens_s, calendar)
    return TaskRequest(
        rule=rule.code,
        source=source,
        kind=rule.kind,
        title=rule.title,
        purpose=rule.purpose,
        area=spot.area,
        day=day,
        opens_s=opens_s,
        due_s=due_s,
        useless_after_s=useless_after_s,
        office=rule.office,
        place=spot.place,
        form=rule.form,
        minutes=rule.minutes,
        needs_officer=rule.needs_officer,
        drill=drill,
    )


def opening_s(day: datetime.date, calendar: WorkingCalendar) -> float:
    """When tasks of a day open: its midnight, so that they are there whoever works when."""
    return calendar.midnight_s(day)


def due_s(due: Due, opens_s: float, calendar: WorkingCalendar) -> float:
    """By when a task that opens at a moment is due, seconds UTC.

    Raises:
        NoWorkingTimeError: the calendar has no working time ahead.
    """
    if due.kind is DueKind.WORKING_HOURS:
        return calendar.add_working_hours(opens_s, due.amount)
    day = calendar.local_day(opens_s)
    if due.kind is DueKind.END_OF_DAY:
        return calendar.midnight_s(day + datetime.timedelta(days=1))
    closes_s = calendar.closes_s(calendar.add_working_days(day, round(due.amount)))
    if closes_s is None:
        raise NoWorkingTimeError
    return closes_s


def _times(rule: TaskRule, opens_s: float, calendar: WorkingCalendar) -> tuple[float, float | None]:
    """(due, useless after) of a task of the rule that opens at a moment."""
    by_s = max(due_s(rule.due, opens_s, calendar), opens_s)
    if rule.of_use_days is None:
        return by_s, None
    last = calendar.local_day(by_s - 1.0) + datetime.timedelta(days=1 + rule.of_use_days)
    return by_s, max(calendar.midnight_s(last), by_s)
