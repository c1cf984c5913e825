"""What is known of night watches, for those who may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from wardmote.core.beat.watch_rosters import Nights
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import OPEN_SWAPS, RosterState
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import load
from wardmote.core.planning.rosters.roster import RosterDocument
from wardmote.operations.patrols.asked import nights_laid_down
from wardmote.operations.patrols.models import (
    CalendarEntry,
    CalendarFeed,
    RosterMaking,
    Watch,
    WatchRoster,
    WatchSwap,
    WatchTeam,
)
from wardmote.operations.patrols.rights import in_areas, own_teams, roster_to_see
from wardmote.operations.patrols.services.feeds import digest

OPEN = tuple(sorted(state.value for state in OPEN_SWAPS))
KEEP_ENTRIES_S = 400 * 86_400.0
"""Calendars have the watches of so long back, and all that are to come."""


@dataclass(frozen=True, slots=True)
class RosterPage:
    """A roster and what belongs to it; `answer` None: it was never made."""

    roster: WatchRoster
    teams: tuple[WatchTeam, ...]
    watches: tuple[Watch, ...]
    making: RosterMaking | None
    answer: RosterDocument | None
    swaps: tuple[WatchSwap, ...]
    plans: bool


@dataclass(frozen=True, slots=True)
class MyWatches:
    """What somebody has to do with night watches.

    Attributes:
        watches: of the own teams, published, by night.
        others: watches of other teams of the same rosters that could be asked for.
        asked: open requests of the own teams. to_answer: requests to them.
        drafts: rosters in the making for which the teams may wish.
        feeds: addresses of calendars that are in force.
    """

    teams: tuple[WatchTeam, ...]
    watches: tuple[Watch, ...]
    others: tuple[Watch, ...]
    asked: tuple[WatchSwap, ...]
    to_answer: tuple[WatchSwap, ...]
    drafts: tuple[WatchRoster, ...]
    feeds: tuple[CalendarFeed, ...]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One event of a calendar; times in seconds UTC."""

    uid: str
    sequence: int
    cancelled: bool
    changed_s: float
    begins_s: float
    ends_s: float
    zone: str
    team_zh: str
    team_en: str


def rosters_seen(viewer: Viewer) -> list[WatchRoster]:
    """Every roster the viewer may see, the newest first."""
    rows = WatchRoster.objects.filter(in_areas(viewer, Permission.PATROL_VIEW))
    return list(rows.order_by("-first", "-made_s"))


def teams_seen(viewer: Viewer) -> list[WatchTeam]:
    """Every team the viewer may see, with members, by area and name."""
    rows = WatchTeam.objects.filter(in_areas(viewer, Permission.PATROL_VIEW))
    return list(rows.prefetch_related("members").order_by("area", "name_zh", "name_en", "pk"))


def roster_page(viewer: Viewer, roster_id: str) -> RosterPage:
    """A roster with all that its page shows.

    Raises:
        UnknownWatchError: there is none.
        AccessDeniedError: the viewer may not see it.
    """
    roster = roster_to_see(viewer, roster_id)
    teams = WatchTeam.objects.filter(rosters__roster=roster).order_by("name_zh", "name_en", "pk")
    watches = roster.watches.select_related("team").order_by("night", "team__name_zh", "team_id")
    swaps = _swaps(WatchSwap.objects.filter(watch__roster=roster, state__in=OPEN))
    answer = None if roster.answer is None else load(RosterDocument, roster.answer)
    return RosterPage(
        roster,
        tuple(teams),
        tuple(watches),
        roster.makings.order_by("-asked_s").first(),
        answer,
        swaps,
        viewer.may(Permission.PATROL_PLAN, AreaId(roster.area)),
    )


def nights_of_roster(roster: WatchRoster) -> Nights:
    """The watches of a roster that count."""
    return nights_laid_down(roster)


def my_watches(viewer: Viewer, *, now_s: float) -> MyWatches:
    """The own teams' watches and requests; nothing for who takes no watches."""
    teams = own_teams(viewer)
    published = Watch.objects.filter(roster__state=RosterState.PUBLISHED.value)
    mine = published.filter(team__in=teams).select_related("team", "roster").order_by("night")
    rosters = set(mine.filter(begins_s__gt=now_s).values_list("roster_id", flat=True))
    others = published.filter(roster__in=rosters, state="planned", begins_s__gt=now_s)
    swaps = WatchSwap.objects.filter(state__in=OPEN)
    return MyWatches(
        tuple(WatchTeam.objects.filter(pk__in=teams).order_by("pk")),
        tuple(mine),
        tuple(others.exclude(team__in=teams).select_related("team").order_by("night")),
        _swaps(swaps.filter(asking__in=teams)),
        _swaps(swaps.filter(other_team__in=teams)),
        tuple(
            WatchRoster.objects.filter(
                state=RosterState.DRAFT.value, teams__team__in=teams
            ).distinct()
        ),
        tuple(
            CalendarFeed.objects.filter(made_by=viewer.staff_id, revoked_s=None)
            .select_related("team")
            .order_by("made_s")
        ),
    )


def feed_entries(token: str, *, now_s: float) -> list[FeedEntry] | None:
    """The events of the calendar that a secret address opens; None where none is in force.

    A person's calendar has the watches of the teams of which that person is a member now.
    """
    feed = CalendarFeed.objects.filter(sha256=digest(token), revoked_s=None).first()
    if feed is None:
        return None
    rows = CalendarEntry.objects.filter(watch__ends_s__gt=now_s - KEEP_ENTRIES_S)
    if feed.team_id is not None:
        member = Q(team=feed.team_id, team__members__person=feed.made_by)
    else:
        member = Q(team__active=True, team__members__person=feed.person)
    rows = rows.filter(member).select_related("watch__roster", "team").distinct()
    return [_entry(row) for row in rows.order_by("watch__begins_s", "pk")]


def team_names(ids: Iterable[str], language: str) -> dict[str, str]:
    """Names of teams by id."""
    rows = WatchTeam.objects.filter(pk__in=set(ids))
    return {row.pk: row.name_in(language) for row in rows}


def _entry(row: CalendarEntry) -> FeedEntry:
    return FeedEntry(
        row.pk,
        row.sequence,
        row.cancelled,
        row.changed_s,
        row.watch.begins_s,
        row.watch.ends_s,
        row.watch.roster.zone,
        row.team.name_zh,
        row.team.name_en,
    )


def _swaps(rows: QuerySet[WatchSwap]) -> tuple[WatchSwap, ...]:
    found = WatchSwap.objects.filter(pk__in=rows).select_related(
        "watch", "other", "asking", "other_team"
    )
    return tuple(found.order_by("asked_s"))
