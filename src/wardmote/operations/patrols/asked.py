"""The question of a roster from its rows: who can watch when, who has watched before."""

from __future__ import annotations

import datetime
from collections import defaultdict

from wardmote.core.beat.watch_rosters import (
    MemberLeave,
    Nights,
    RosteredTeam,
    TeamsPair,
    TeamWish,
    WatchPlan,
    nights_of,
    nights_out,
    question_of,
    span_of,
)
from wardmote.core.domain.night_watch import COUNTED_WATCHES, RosterState
from wardmote.core.planning.rosters.question import RosterQuestion
from wardmote.core.planning.rosters.question_parts import Wanting
from wardmote.operations.patrols.models import RosterTeam, Watch, WatchRoster
from wardmote.operations.patrols.overlaps import busy_nights
from wardmote.operations.people.selectors import leaves_of

LEVEL_OVER_DAYS = 92
"""Watches are shared evenly over so many days before a roster and the roster itself."""
WISH_WEIGHT = 5
COUNTED = tuple(sorted(state.value for state in COUNTED_WATCHES))


def plan_of(roster: WatchRoster) -> WatchPlan:
    """What a roster is to keep to."""
    return WatchPlan(
        roster.first,
        roster.last,
        roster.start,
        roster.hours,
        roster.zone,
        roster.teams_a_night,
        roster.rest_nights,
        tuple(roster.skills),
        roster.fair,
    )


def question_asked(roster: WatchRoster, language: str = "") -> RosterQuestion:
    """The question of a roster as things stand now.

    Raises:
        InvalidDataError: something does not fit; it is named by its path.
    """
    plan = plan_of(roster)
    rows = RosterTeam.objects.filter(roster=roster).select_related("team")
    teams = [row.team for row in rows.prefetch_related("team__stays").order_by("team_id")]
    people = {one.person for team in teams for one in team.members}
    starts_s, ends_s = span_of(plan, plan.first)[0], span_of(plan, plan.last)[1]
    leaves = [
        MemberLeave(one.person, one.from_s, one.to_s) for one in leaves_of(people, starts_s, ends_s)
    ]
    busy = _busy(roster, plan)
    shared = busy_nights(roster, plan, teams)
    return question_of(
        plan,
        [
            RosteredTeam(
                team.pk,
                team.name_in(language),
                tuple(sorted({skill for one in team.members for skill in one.skills})),
                busy[team.pk]
                | shared[team.pk]
                | nights_out(
                    plan,
                    [one.person for one in team.members],
                    team.leader,
                    leaves,
                    min(roster.least_members, len(team.members)),
                ),
            )
            for team in teams
        ],
        [
            TeamWish(wish.team_id, wish.first, wish.last, Wanting(wish.wants), WISH_WEIGHT)
            for wish in roster.wishes.order_by("pk")
        ],
        [
            TeamsPair(pair.team_id, pair.other_id, pair.together)
            for pair in roster.pairs.order_by("pk")
        ],
        _worked(roster),
    )


def nights_laid_down(roster: WatchRoster) -> Nights:
    """The watches of a roster that count."""
    rows = Watch.objects.filter(roster=roster, state__in=COUNTED)
    return frozenset(rows.values_list("team_id", "night"))


def _worked(roster: WatchRoster) -> Nights:
    """Watches of other rosters in the time before that is levelled."""
    begins = roster.first - datetime.timedelta(days=LEVEL_OVER_DAYS)
    rows = Watch.objects.filter(night__gte=begins, night__lt=roster.first, state__in=COUNTED)
    published = rows.exclude(roster__state=RosterState.DRAFT.value)
    return frozenset(published.values_list("team_id", "night"))


def _busy(roster: WatchRoster, plan: WatchPlan) -> defaultdict[str, frozenset[datetime.date]]:
    """Nights on which teams watch in another roster."""
    nights = nights_of(plan)
    rows = Watch.objects.filter(night__gte=nights[0], night__lte=nights[-1], state__in=COUNTED)
    found: defaultdict[str, frozenset[datetime.date]] = defaultdict(frozenset)
    for team, night in rows.exclude(roster=roster).values_list("team_id", "night"):
        found[team] |= {night}
    return found
