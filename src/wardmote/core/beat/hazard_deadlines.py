"""When a part of a rectification is due, and when whom it is told to changes."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.hazard_categories import HazardCategory, Term, TermUnit
from wardmote.core.domain.working_calendar import WorkingCalendar

_HOUR_S = 3_600.0


def due_s(calendar: WorkingCalendar, at_s: float, term: Term) -> float:
    """The deadline of what is given away at a moment, seconds UTC.

    Working days end with the work of the last of them; hours of either kind are counted exactly.
    """
    if term.unit is TermUnit.HOURS:
        return at_s + term.number * _HOUR_S
    if term.unit is TermUnit.WORKING_HOURS:
        return calendar.add_working_hours(at_s, term.number)
    return calendar.deadline_s(at_s, int(term.number))


def is_late(deadline_s: float, at_s: float) -> bool:
    """Whether a moment is past a deadline; the second of the deadline itself is in time."""
    return at_s > deadline_s


@dataclass(frozen=True, slots=True)
class Left:
    """Time that was left when a part was suspended.

    Attributes:
        seconds: until the deadline; 0 where it was past.
        around_the_clock: whether they run day and night, else on the working calendar.
    """

    seconds: float
    around_the_clock: bool


def left_s(calendar: WorkingCalendar, deadline_s: float, at_s: float, unit: TermUnit) -> Left:
    """The time that is left at a moment, in the kind of time that the part's term is counted in."""
    if unit is TermUnit.HOURS:
        return Left(max(0.0, deadline_s - at_s), around_the_clock=True)
    return Left(calendar.working_seconds_between(at_s, deadline_s), around_the_clock=False)


def resumed_deadline_s(
    calendar: WorkingCalendar, deadline_s: float, left: Left, at_s: float
) -> float:
    """The deadline after a suspension that ends at a moment: all that was left is left again.

    A part that was late when it was suspended stays late: its deadline does not change.
    """
    if left.seconds <= 0.0:
        return deadline_s
    if left.around_the_clock:
        return at_s + left.seconds
    return calendar.add_working_seconds(at_s, left.seconds)


def level_due(
    calendar: WorkingCalendar, category: HazardCategory, deadline_s: float, at_s: float
) -> int:
    """To which level a part has risen by a moment by itself; 0 while it is not late.

    Level n is due once `escalate_after[n - 1]` working hours have passed since the deadline (<=).
    """
    if not is_late(deadline_s, at_s):
        return 0
    late_s = calendar.working_seconds_between(deadline_s, at_s)
    return sum(1 for hours in category.escalate_after if hours * _HOUR_S <= late_s)
