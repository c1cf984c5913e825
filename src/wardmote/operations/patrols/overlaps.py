"""Who would stand two watches at once, or without a rest between them, across teams and rosters.

Within one roster who leads several teams may answer for two of them in one night; nobody else may.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Q

from wardmote.core.beat.watch_rosters import WatchPlan, nights_of, span_of
from wardmote.core.domain.night_watch import COUNTED_WATCHES, RosterState
from wardmote.operations.duty_time import REST_S
from wardmote.operations.patrols.models import TeamMember, Watch, WatchRoster, WatchTeam

_COUNTED = [state.value for state in COUNTED_WATCHES]
_DAY_S = 86_400.0


def busy_nights(
    roster: WatchRoster, plan: WatchPlan, teams: Iterable[WatchTeam]
) -> dict[str, frozenset[datetime.date]]:
    """By team, nights of a plan on which one of its people stands or rests from another watch.

    Looked at are watches of teams in other rosters that are published.
    """
    teams = list(teams)
    people = {team.pk: {one.person for one in team.members} for team in teams}
    nights = [(night, *span_of(plan, night)) for night in nights_of(plan)]
    taken = _taken(roster, set().union(*people.values()), nights[0][1], nights[-1][2])
    return {
        team: frozenset(
            night
            for night, begins_s, ends_s in nights
            if any(_too_near(one, (begins_s, ends_s)) for who in own for one in taken.get(who, ()))
        )
        for team, own in people.items()
    }


def twice_planned(roster: WatchRoster) -> list[tuple[str, datetime.date]]:
    """(person, night) of watches of a roster that come too near another watch of the person."""
    watches = list(roster.watches.filter(state__in=_COUNTED).select_related("team"))
    if not watches:
        return []
    members = defaultdict(set)
    for team, person in TeamMember.objects.filter(
        team__in={one.team_id for one in watches}, to_s=None
    ).values_list("team_id", "person"):
        members[team].add(person)
    taken = _taken(
        roster,
        set().union(*members.values()),
        min(one.begins_s for one in watches),
        max(one.ends_s for one in watches),
    )
    found = set()
    for watch in watches:
        span = (watch.begins_s, watch.ends_s)
        for person in members[watch.team_id]:
            if any(_too_near(one, span) for one in taken.get(person, ())):
                found.add((person, watch.night))
        for other in watches:
            if other.pk != watch.pk and _too_near((other.begins_s, other.ends_s), span):
                both = members[watch.team_id] & members[other.team_id]
                for person in both - {watch.team.leader, other.team.leader}:
                    found.add((person, watch.night))
    return sorted(found, key=lambda one: (one[1], one[0]))


def _too_near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether less than (<) a rest lies between two watches."""
    return one[0] < other[1] + REST_S and other[0] < one[1] + REST_S


def _taken(
    roster: WatchRoster, people: set[str], begins_s: float, ends_s: float
) -> Mapping[str, list[tuple[float, float]]]:
    """By person the watches in other published rosters around [begins_s, ends_s)."""
    rows = Watch.objects.filter(
        Q(team__stays__person__in=people, team__stays__to_s=None),
        state__in=_COUNTED,
        team__active=True,
        roster__state=RosterState.PUBLISHED.value,
        begins_s__lt=ends_s + _DAY_S,
        ends_s__gt=begins_s - _DAY_S,
    ).exclude(roster=roster)
    found = defaultdict(list)
    for person, begin, end in rows.values_list("team__stays__person", "begins_s", "ends_s"):
        found[person].append((begin, end))
    return found
