"""Night watches as a question about rosters: who is rostered as one is a team of neighbours.

"I watch one night for all, all watch a month for me": every night some teams watch, each team about
as often as every other over the months, with rest between two watches. The solver of duty rosters
answers (`core.planning.rosters`); changes by hand and swaps are checked by the same rules.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.wall_clock import at_clock
from wardmote.core.planning.rosters.case import RosterCase, roster_case
from wardmote.core.planning.rosters.checking import RuleCode, violations
from wardmote.core.planning.rosters.model import OFF
from wardmote.core.planning.rosters.question import RosterQuestion, minute_of
from wardmote.core.planning.rosters.question_parts import (
    Balance,
    Fairness,
    PastDays,
    PastDuty,
    RosterCrew,
    RosterLeave,
    RosterNeed,
    RosterPair,
    RosterRules,
    RosterShift,
    RosterWish,
    Wanting,
)
from wardmote.core.planning.rosters.writing import PAST_DAYS

SHIFT = "night"
TOGETHER_WEIGHT = 20
"""What a wish of two teams to watch together or never together costs, each night it is not kept."""
_DAY = datetime.timedelta(days=1)

Nights = frozenset[tuple[str, datetime.date]]
"""(team, night) of every watch; a night is named by the day on which it begins."""


@dataclass(frozen=True, slots=True)
class WatchPlan:
    """What a roster is to keep to.

    Attributes:
        first, last: nights, both inclusive, by the day on which they begin.
        start: local time, ``22:00``. hours: by the clock on the wall, so that a watch from 22:00 of
            8 hours ends at 06:00 also when clocks are changed in it.
        rest_nights: nights off between two watches of a team, at least (>=).
        skills: each needed in every night, by one team at least.
        fair: whether who has watched more in the months before watches less now.
    """

    first: datetime.date
    last: datetime.date
    start: str
    hours: float
    zone: str
    teams_a_night: int
    rest_nights: int
    skills: tuple[str, ...] = ()
    fair: bool = True


@dataclass(frozen=True, slots=True)
class RosteredTeam:
    """A team that takes its turns.

    Attributes:
        out: nights on which it cannot watch because its people are on leave.
    """

    id: str
    name: str
    skills: tuple[str, ...]
    out: frozenset[datetime.date]


@dataclass(frozen=True, slots=True)
class TeamWish:
    """A team would like to have nights off, or to watch; both days inclusive."""

    team: str
    first: datetime.date
    last: datetime.date
    wants: Wanting
    weight: int


@dataclass(frozen=True, slots=True)
class TeamsPair:
    """Two teams that want to watch together, or never together."""

    team: str
    other: str
    together: bool


@dataclass(frozen=True, slots=True)
class MemberLeave:
    """A member is away in [from_s, to_s), seconds UTC."""

    person: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a change would break; `night` None: it is about the whole period."""

    rule: RuleCode
    team: str
    night: datetime.date | None


def nights_of(plan: WatchPlan) -> tuple[datetime.date, ...]:
    """Every night of a roster, in order."""
    return tuple(plan.first + _DAY * number for number in range((plan.last - plan.first).days + 1))


def span_of(plan: WatchPlan, night: datetime.date) -> tuple[float, float]:
    """When a watch begins and ends, seconds UTC; across midnight and clock changes."""
    zone, minute = ZoneInfo(plan.zone), minute_of(plan.start, "start")
    ends = at_clock(night, minute + round(plan.hours * 60), zone)
    return at_clock(night, minute, zone).timestamp(), ends.timestamp()


def nights_out(
    plan: WatchPlan,
    members: Collection[str],
    leader: str,
    leaves: Iterable[MemberLeave],
    least_members: int,
) -> frozenset[datetime.date]:
    """Nights on which a team cannot watch.

    It cannot without its leader, nor with fewer (<) than `least_members` there for the whole night.
    """
    rows = list(leaves)
    found = set()
    for night in nights_of(plan):
        begins_s, ends_s = span_of(plan, night)
        away = {one.person for one in rows if one.from_s < ends_s and one.to_s > begins_s}
        if leader in away or len(set(members) - away) < least_members:
            found.add(night)
    return frozenset(found)


def question_of(
    plan: WatchPlan,
    teams: Sequence[RosteredTeam],
    wishes: Iterable[TeamWish],
    pairs: Iterable[TeamsPair],
    worked: Nights,
) -> RosterQuestion:
    """The question to the solver.

    Args:
        worked: watches before the first night, over the months that are to be levelled.

    Raises:
        InvalidDataError: something does not fit; it is named by its path.
    """
    known = {team.id for team in teams}
    before = sorted((night, team) for team, night in worked if team in known)
    begins = plan.first - PAST_DAYS * _DAY
    needs = [RosterNeed(SHIFT, plan.teams_a_night)]
    needs += [RosterNeed(SHIFT, 1, skill=skill) for skill in plan.skills]
    return RosterQuestion(
        name=Bilingual("", ""),
        first=plan.first.isoformat(),
        last=plan.last.isoformat(),
        time_zone=plan.zone,
        shifts=(RosterShift(SHIFT, plan.start, plan.hours, night=True),),
        needs=tuple(needs),
        crews=tuple(RosterCrew(team.id, team.name, team.skills) for team in teams),
        rules=RosterRules(
            most_days_in_row=1 if plan.rest_nights else None,
            least_days_off_in_row=plan.rest_nights or None,
        ),
        rest_hours=0.0,
        leave=tuple(
            RosterLeave(team.id, night.isoformat(), night.isoformat())
            for team in teams
            for night in sorted(team.out)
        ),
        wishes=tuple(
            RosterWish(
                wish.team,
                max(wish.first, plan.first).isoformat(),
                wish.wants,
                min(wish.last, plan.last).isoformat(),
                weight=wish.weight,
            )
            for wish in wishes
            if wish.team in known and wish.first <= plan.last and wish.last >= plan.first
        ),
        pairs=tuple(
            RosterPair(pair.team, pair.other, pair.together, TOGETHER_WEIGHT)
            for pair in pairs
            if pair.team in known and pair.other in known
        ),
        previous=PastDays(
            begins.isoformat(),
            tuple(
                PastDuty(team, night.isoformat(), SHIFT)
                for night, team in before
                if begins <= night < plan.first
            ),
        ),
        balances=tuple(_balance(team.id, before) for team in teams),
        fair=Fairness() if plan.fair else None,
    )


def _balance(team: str, before: Sequence[tuple[datetime.date, str]]) -> Balance:
    nights = [night for night, one in before if one == team]
    weekends = {night.isocalendar()[:2] for night in nights if night.weekday() >= 5}
    return Balance(team, len(nights), len(weekends))


def broken_by(question: RosterQuestion, before: Nights, after: Nights) -> tuple[Broken, ...]:
    """Rules that are broken after a change and were not before it.

    Watches of teams that the question does not know, and of nights outside it, are left out.

    Raises:
        Problem: the question cannot be worked on.
    """
    case = roster_case(question)
    old = set(_broken(case, before))
    return tuple(one for one in _broken(case, after) if one not in old)


def _broken(case: RosterCase, nights: Nights) -> list[Broken]:
    crews = case.crew_at
    roster = [[OFF] * len(case.dates) for _ in crews]
    for team, night in nights:
        if team in crews and 0 <= case.day_at(night) < len(case.dates):
            roster[crews[team]][case.day_at(night)] = 0
    return [
        Broken(
            one.rule,
            case.question.crews[one.crew].id,
            case.dates[one.day] if one.day >= 0 else None,
        )
        for one in violations(case.problem, np.array(roster, dtype=np.int8))
    ]
