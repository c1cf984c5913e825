"""Who watches when, for whoever must know when people are on duty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import F, Q

from wardmote.core.domain.night_watch import COUNTED_WATCHES, RosterState
from wardmote.operations.duty_time import Stretch
from wardmote.operations.patrols.models import Watch, WatchSwap

_COUNTED = [state.value for state in COUNTED_WATCHES]
STOOD = Q(team__stays__from_s__lte=F("begins_s")) & (
    Q(team__stays__to_s=None) | Q(team__stays__to_s__gt=F("begins_s"))
)
"""Of a watch and a member: in the team when the watch begins."""


def watches_of(staff: Collection[str], begin_s: float, end_s: float) -> dict[str, list[Stretch]]:
    """By staff id the watches that touch [begin_s, end_s), seconds UTC, of rosters not in draft.

    A watch is of those who are or were in its team when it begins, whatever became of the team
    since.
    """
    rows = Watch.objects.filter(
        Q(team__ended_s=None) | Q(team__ended_s__gt=F("begins_s")),
        STOOD,
        state__in=_COUNTED,
        ends_s__gt=begin_s,
        begins_s__lt=end_s,
        team__stays__person__in=set(staff),
    ).exclude(roster__state=RosterState.DRAFT.value)
    found: dict[str, list[Stretch]] = defaultdict(list)
    for person, begins_s, ends_s in rows.values_list("team__stays__person", "begins_s", "ends_s"):
        # The filter on members joins only those who are asked for.
        found[person].append((begins_s, ends_s))
    return dict(found)


def people_of_swap(swap: str) -> tuple[frozenset[str], frozenset[str]]:
    """Members of the team that asks and of the other one; empty where there is no such swap."""
    row = WatchSwap.objects.filter(pk=swap).select_related("asking", "other_team").first()
    if row is None:
        return frozenset(), frozenset()
    asking, other = (
        frozenset(team.stays.filter(to_s=None).values_list("person", flat=True))
        for team in (row.asking, row.other_team)
    )
    return asking, other
