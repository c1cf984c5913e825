"""What is known of night watches, for those who may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from wardmote.core.beat.watch_rosters import Nights
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import OPEN_SWAPS, RosterState, WatchState
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import load
from wardmote.core.planning.rosters.roster import RosterDocument
from wardmote.operations.access.selectors import within_right
from wardmote.operations.patrols.asked import nights_laid_down
from wardmote.operations.patrols.models import (
    CalendarEntry,
    CalendarFeed,
    RosterMaking,
    RosterTeam,
    TeamsPaired,
    Watch,
    WatchRoster,
    WatchSwap,
    WatchTeam,
    WatchWish,
)
from wardmote.operations.patrols.rights import own_teams, roster_to_see, teams_in
from wardmote.operations.patrols.rostered import STOOD
from wardmote.operations.patrols.services.feeds import digest
from wardmote.operations.people.selectors import account_by_staff_id, names_of, persons_known
from wardmote.operations.places.selectors import division_names

OPEN = tuple(sorted(state.value for state in OPEN_SWAPS))
KEEP_ENTRIES_S = 400 * 86_400.0
"""Calendars have the watches of so long back, and all that are to come."""
PHONE_BACK_S, PHONE_AHEAD_S = 36 * 3_600.0, 35 * 86_400.0
"""Phones have the watches that end so long back (>) and begin so far ahead (<)."""
MOST_ON_PHONE = 60
WatchRow = Watch
"""For other layers' annotations; they reach the rows through this module only."""


@dataclass(frozen=True, slots=True)
class RosterPage:
    """A roster and what belongs to it; `answer` None: it was never made.

    Wishes and pairs, granted or not, are those of the viewer's own teams; of all teams for who
    plans. So is what the making says of single teams but their loads.
    """

    roster: WatchRoster
    teams: tuple[WatchTeam, ...]
    watches: tuple[Watch, ...]
    making: RosterMaking | None
    answer: RosterDocument | None
    swaps: tuple[WatchSwap, ...]
    wishes: tuple[WatchWish, ...]
    pairs: tuple[TeamsPaired, ...]
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
class PhoneWatch:
    """A watch as its team's phones need it without a network.

    Attributes:
        leads: who leads, by name. begun_by: who began it, by name; empty where nobody did.
        area: (Chinese, English) names.
    """

    row: WatchRow
    leads: str
    begun_by: str
    area: tuple[str, str]


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
    """Every roster the viewer may see, the newest first; drafts: who plans, and their teams."""
    rows = WatchRoster.objects.filter(within_right(viewer, Permission.PATROL_VIEW))
    own = RosterTeam.objects.filter(team__in=own_teams(viewer)).values("roster")
    rows = rows.filter(
        ~Q(state=RosterState.DRAFT.value)
        | within_right(viewer, Permission.PATROL_PLAN)
        | Q(pk__in=own)
    )
    return list(rows.order_by("-first", "-made_s"))


def teams_seen(viewer: Viewer) -> list[WatchTeam]:
    """Every team the viewer may see, with members, by area and name."""
    rows = WatchTeam.objects.filter(within_right(viewer, Permission.PATROL_VIEW))
    return list(rows.prefetch_related("stays").order_by("area", "name_zh", "name_en", "pk"))


def roster_page(viewer: Viewer, roster_id: str) -> RosterPage:
    """A roster with all that its page shows.

    Raises:
        UnknownWatchError: there is none, or it is a draft of others.
        AccessDeniedError: the viewer may not see it.
    """
    roster = roster_to_see(viewer, roster_id)
    plans = viewer.may(Permission.PATROL_PLAN, AreaId(roster.area))
    own = teams_in(viewer, roster)
    teams = WatchTeam.objects.filter(rosters__roster=roster).order_by("name_zh", "name_en", "pk")
    watches = roster.watches.select_related("team").order_by("night", "team__name_zh", "team_id")
    swaps = _swaps(WatchSwap.objects.filter(watch__roster=roster, state__in=OPEN))
    answer = None if roster.answer is None else load(RosterDocument, roster.answer)
    wishes = roster.wishes.select_related("team").order_by("first", "pk")
    pairs = roster.pairs.select_related("team", "other").order_by("pk")
    if not plans:
        swaps = tuple(one for one in swaps if {one.asking_id, one.other_team_id} & own)
        answer = None if answer is None else _of_teams(answer, own)
        wishes = wishes.filter(team__in=own)
        pairs = pairs.filter(Q(team__in=own) | Q(other__in=own))
    return RosterPage(
        roster,
        tuple(teams),
        tuple(watches),
        roster.makings.order_by("-asked_s").first() if plans else None,
        answer,
        swaps,
        tuple(wishes),
        tuple(pairs),
        plans,
    )


def _of_teams(answer: RosterDocument, teams: frozenset[str]) -> RosterDocument:
    """An answer without what it says of the wishes and the absences of other teams."""
    return replace(
        answer,
        missing=(),
        conflicts=(),
        refused_wishes=tuple(one for one in answer.refused_wishes if one.crew in teams),
        refused_pairs=tuple(
            one for one in answer.refused_pairs if one.crew in teams or one.other in teams
        ),
    )


def nights_of_roster(roster: WatchRoster) -> Nights:
    """The watches of a roster that count."""
    return nights_laid_down(roster)


def my_watches(viewer: Viewer, *, now_s: float) -> MyWatches:
    """The own teams' watches and requests; nothing for who takes no watches."""
    teams = own_teams(viewer)
    published = Watch.objects.filter(roster__state=RosterState.PUBLISHED.value)
    stood = Watch.objects.filter(STOOD, team__stays__person=viewer.staff_id, ends_s__lte=now_s)
    coming = published.filter(team__in=teams, ends_s__gt=now_s)
    mine = Watch.objects.filter(Q(pk__in=stood.values("pk")) | Q(pk__in=coming.values("pk")))
    mine = mine.exclude(roster__state=RosterState.DRAFT.value)
    mine = mine.defer("note").select_related("team", "roster").order_by("night", "pk")
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


def watches_for_phone(viewer: Viewer, *, now_s: float, language: str) -> list[PhoneWatch]:
    """The own teams' watches of the last day and a half and the next five weeks, by time."""
    rows = Watch.objects.filter(
        team__in=own_teams(viewer),
        ends_s__gt=now_s - PHONE_BACK_S,
        begins_s__lt=now_s + PHONE_AHEAD_S,
    ).exclude(roster__state=RosterState.DRAFT.value)
    rows = rows.exclude(state=WatchState.CANCELLED.value).defer("note")
    rows = rows.select_related("team", "roster").order_by("begins_s", "pk")
    return _for_phone(rows[:MOST_ON_PHONE], language)


def watch_for_phone(viewer: Viewer, watch_id: str, *, language: str) -> PhoneWatch | None:
    """How one watch of the own teams stands, whatever became of it."""
    rows = Watch.objects.filter(pk=watch_id, team__in=own_teams(viewer)).defer("note")
    rows = rows.exclude(roster__state=RosterState.DRAFT.value)
    found = _for_phone(rows.select_related("team", "roster"), language)
    return found[0] if found else None


def _for_phone(rows: Iterable[Watch], language: str) -> list[PhoneWatch]:
    found = list(rows)
    people = {one.team.leader for one in found} | {one.begun_by for one in found}
    names = names_of(people - {""}, language)
    areas = division_names(sorted({one.team.area for one in found}))
    return [
        PhoneWatch(
            one,
            names.get(one.team.leader, one.team.leader),
            names.get(one.begun_by, one.begun_by),
            areas.get(one.team.area, ("", "")),
        )
        for one in found
    ]


def feed_entries(token: str, *, now_s: float) -> list[FeedEntry] | None:
    """The events of the calendar that a secret address opens; None where none is in force.

    A person's calendar has the watches of the teams of which that person is a member now. Nothing
    opens any more once who made it has left the service or has no open account.
    """
    feed = CalendarFeed.objects.filter(sha256=digest(token), revoked_s=None).first()
    if feed is None or not _serves(feed.made_by):
        return None
    rows = CalendarEntry.objects.filter(watch__ends_s__gt=now_s - KEEP_ENTRIES_S)
    if feed.team_id is not None:
        member = Q(team=feed.team_id, team__stays__person=feed.made_by, team__stays__to_s=None)
    else:
        member = Q(team__active=True, team__stays__person=feed.person, team__stays__to_s=None)
    rows = rows.filter(member).select_related("watch__roster", "team").distinct()
    return [_entry(row) for row in rows.order_by("watch__begins_s", "pk")]


def team_names(ids: Iterable[str], language: str) -> dict[str, str]:
    """Names of teams by id."""
    rows = WatchTeam.objects.filter(pk__in=set(ids))
    return {row.pk: row.name_in(language) for row in rows}


def _serves(staff: str) -> bool:
    known = persons_known([staff]).get(staff)
    return known is not None and known.serving and account_by_staff_id(staff) is not None


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
