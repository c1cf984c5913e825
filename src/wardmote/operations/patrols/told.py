"""Whom rosters, watches and swaps concern: what whoever tells people of them must know."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from wardmote.core.domain.night_watch import SwapState
from wardmote.operations.patrols.models import CalendarEntry, RosterTeam, TeamMember, WatchSwap


@dataclass(frozen=True, slots=True)
class SwapTold:
    """A swap: its roster, and the two who may not approve it."""

    roster: str
    asked_by: str
    agreed_by: str


def swap_told(swap: str) -> SwapTold | None:
    """What whoever approves a swap must know; None where there is none."""
    row = WatchSwap.objects.filter(pk=swap).select_related("watch").first()
    return None if row is None else SwapTold(row.watch.roster_id, row.asked_by, row.agreed_by)


def people_of_roster(roster: str) -> tuple[str, ...]:
    """Who belongs now to a team that takes turns in a roster, each person once."""
    return people_of_teams(
        RosterTeam.objects.filter(roster=roster).values_list("team_id", flat=True)
    )


def people_of_teams(teams: Collection[str]) -> tuple[str, ...]:
    """Who belongs to one of these teams now, each person once."""
    rows = TeamMember.objects.filter(team__in=list(teams), to_s=None)
    return tuple(sorted(set(rows.values_list("person", flat=True))))


def teams_changed_at(watch: str, at_s: float) -> tuple[str, ...]:
    """Teams whose calendars gained or lost a watch at exactly this moment.

    None while the roster is a draft: publishing it is told as a whole.
    """
    rows = CalendarEntry.objects.filter(watch=watch, changed_s=at_s)
    return tuple(rows.order_by("team_id").values_list("team_id", flat=True))


def swapped_at(watch: str, at_s: float) -> bool:
    """Whether a watch changed hands by a swap that was approved at exactly this moment."""
    rows = WatchSwap.objects.filter(Q(watch=watch) | Q(other=watch), ended_s=at_s)
    return rows.filter(state=SwapState.APPROVED.value).exists()
