"""When the time of a part that was suspended runs on."""

from __future__ import annotations

from wardmote.core.beat.hazard_deadlines import Left, resumed_deadline_s
from wardmote.core.domain.hazard_categories import TermUnit
from wardmote.operations.hazards.models import HazardPart
from wardmote.operations.working_time import working_calendar


def run_on(part: HazardPart, now_s: float) -> bool:
    """Let a suspended part have all that was left to it, unsaved; whether it was suspended."""
    if part.left_s is None:
        return False
    left = Left(part.left_s, around_the_clock=part.term_unit == TermUnit.HOURS.value)
    calendar = working_calendar(now_s)
    part.deadline_s = resumed_deadline_s(calendar, part.deadline_s, left, now_s)
    part.left_s = None
    return True
