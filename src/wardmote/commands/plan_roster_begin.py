"""A question about a roster, begun from a plan's shifts and a table of people."""

from __future__ import annotations

import calendar
import datetime
import math
from dataclasses import replace

from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.rosters.question import RosterQuestion
from wardmote.core.planning.rosters.question_parts import (
    Fairness,
    RosterCrew,
    RosterNeed,
    RosterRules,
    RosterShift,
)
from wardmote.core.studies.plan import DAYS_A_WEEK, HOURS_A_DAY, Plan
from wardmote.gateways.shift_scheduling.people_csv import Person

RULES = RosterRules(
    most_days_in_row=6,
    least_days_off_in_row=1,
    most_nights_in_row=3,
    days_off_after_nights=1,
    most_hours_a_week=48.0,
)
"""Where a question begins: plausible, and to be replaced by the law and custom of the place."""


def begun_question(
    plan: Plan, people: tuple[Person, ...], month: datetime.date, zone: str, per_unit: int
) -> RosterQuestion:
    """The shifts of a plan in a month, for these people; `per_unit`: of them in each unit.

    Where everybody has a post, each post is served by its own; where nobody has, all serve all.

    Raises:
        Problem: the plan has no shifts, or posts and people do not fit together.
    """
    if not plan.shifts:
        raise Problem(
            zh="方案中没有班次；请先用 wardmote plan shifts 排定各班所需单位。",
            en="The plan has no shifts; make them with wardmote plan shifts first.",
        )
    by_post = _served_by_post(plan, people)
    needed: dict[tuple[str, str], list[int]] = {}
    shifts: dict[str, RosterShift] = {}
    for one in sorted(plan.shifts, key=lambda row: (row.start_hour, row.hours)):
        code = f"{one.start_hour:02d}-{(one.start_hour + one.hours) % HOURS_A_DAY:02d}"
        shifts.setdefault(code, RosterShift(code, f"{one.start_hour:02d}:00", float(one.hours)))
        counts = needed.setdefault((code, one.post if by_post else ""), [0] * DAYS_A_WEEK)
        for day in one.days:
            counts[day] += one.units * per_unit
    needs = [
        RosterNeed(code, wanted, tuple(d for d in range(DAYS_A_WEEK) if counts[d] == wanted), (),
                   skill)
        for (code, skill), counts in needed.items()
        for wanted in sorted(set(counts) - {0})
    ]  # fmt: skip
    last = calendar.monthrange(month.year, month.month)[1]
    dates = [month.replace(day=day) for day in range(1, last + 1)]
    return RosterQuestion(
        name=Bilingual(f"{month:%Y-%m} 勤务表", f"Duty roster {month:%Y-%m}"),
        first=month.replace(day=1).isoformat(),
        last=month.replace(day=last).isoformat(),
        time_zone=zone,
        shifts=tuple(shifts.values()),
        needs=tuple(needs),
        crews=tuple(
            RosterCrew(
                one.id,
                one.name,
                tuple(dict.fromkeys((*one.skills, *([one.post] if by_post else [])))),
                one.share,
            )
            for one in people
        ),
        rules=replace(RULES, most_hours=_most_hours(needs, shifts, people, dates)),
        fair=Fairness(),
    )


def _most_hours(
    needs: list[RosterNeed],
    shifts: dict[str, RosterShift],
    people: tuple[Person, ...],
    dates: list[datetime.date],
) -> float:
    """A tenth and a shift more than the mean of the busiest post, so that hours come out alike."""
    hours: dict[str, float] = {}
    for need in needs:
        days = sum(date.weekday() in need.days for date in dates)
        worked = days * need.wanted * shifts[need.shift].hours
        hours[need.skill] = hours.get(need.skill, 0.0) + worked
    mean = max(
        total / sum(one.share for one in people if post in ("", one.post))
        for post, total in hours.items()
    )
    longest = max(shift.hours for shift in shifts.values())
    return float(math.ceil(1.1 * mean + longest))


def _served_by_post(plan: Plan, people: tuple[Person, ...]) -> bool:
    """Whether posts are served by their own people, checked against the plan."""
    if not any(one.post for one in people):
        return False
    homeless = [one.id for one in people if not one.post]
    known = {str(post.id) for post in plan.posts}
    unknown = sorted({one.post for one in people} - known - {""})
    manned = {one.post for one in people}
    empty = sorted({str(shift.post) for shift in plan.shifts if shift.units} - manned)
    if homeless:
        raise Problem(
            zh=f"有人有快反点、有人没有（如 {homeless[0]}）；请都填，或都不填。",
            en=f"Some people have a post and some have none ({homeless[0]}); give all or none.",
        )
    if unknown:
        raise Problem(
            zh=f"方案中没有快反点 {unknown[0]}。", en=f"The plan has no post {unknown[0]}."
        )
    if empty:
        raise Problem(
            zh=f"快反点 {empty[0]} 有班次却没有人。", en=f"Post {empty[0]} has shifts and nobody."
        )
    return True
