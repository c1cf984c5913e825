"""Rosters: begun, changed by hand with the rules re-checked, published and closed."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.beat.watch_rosters import Nights, broken_by, span_of
from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import (
    RosterAction,
    RosterState,
    TeamSkill,
    WatchAction,
    WatchState,
)
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.watch_events import WatchPairKept
from wardmote.core.planning.rosters.question_parts import Wanting
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.patrols.asked import nights_laid_down, plan_of, question_asked
from wardmote.operations.patrols.errors import (
    BadRosterError,
    BadWishError,
    EmptyRosterError,
    NobodyHasSkillError,
    NotPossibleError,
    RulesBrokenError,
    TwiceInANightError,
    UnknownWatchError,
)
from wardmote.operations.patrols.models import (
    RosterMaking,
    RosterTeam,
    TeamMember,
    TeamsPaired,
    Watch,
    WatchRoster,
    WatchTeam,
    WatchWish,
)
from wardmote.operations.patrols.overlaps import twice_planned
from wardmote.operations.patrols.recording import (
    give_watch,
    lapse_swaps,
    move_roster,
    move_watch,
    tell_calendars,
    tell_pair,
    tell_wish,
)
from wardmote.operations.patrols.rights import (
    own_teams,
    roster_locked,
    roster_to_plan,
    watch_locked,
)

MAX_NIGHTS = 62
MAX_TEAMS = 60
MAX_WISHES = 400
MAX_HOURS = 16.0
_START = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_UNDER_WAY = ("queued", "running", "cancelling")


@dataclass(frozen=True, slots=True)
class RosterWanted:
    """A roster to be begun; see `core.beat.watch_rosters.WatchPlan` for what fields mean."""

    area: AreaId
    name: Bilingual
    first: datetime.date
    last: datetime.date
    zone: str
    teams: tuple[str, ...]
    start: str = "22:00"
    hours: float = 8.0
    teams_a_night: int = 1
    rest_nights: int = 2
    least_members: int = 2
    skills: tuple[TeamSkill, ...] = ()
    fair: bool = True


def begin_roster(viewer: Viewer, wanted: RosterWanted, *, now_s: float) -> str:
    """Begin a roster; returns its id.

    Raises:
        RefusedError: it does not fit.
        AccessDeniedError: the viewer may not plan watches in its area.
    """
    if not is_area_code(wanted.area) or not viewer.may(Permission.PATROL_PLAN, wanted.area):
        raise AccessDeniedError
    teams = sorted(set(wanted.teams))
    rows = list(WatchTeam.objects.filter(pk__in=teams, active=True))
    fits = (
        0 <= (wanted.last - wanted.first).days < MAX_NIGHTS
        and _START.fullmatch(wanted.start) is not None
        and 1.0 <= wanted.hours <= MAX_HOURS
        and len(rows) == len(teams)
        and all(viewer.may(Permission.PATROL_VIEW, AreaId(row.area)) for row in rows)
        and 1 <= wanted.teams_a_night < len(teams) <= MAX_TEAMS
        and 0 <= wanted.rest_nights <= 30
        and 1 <= wanted.least_members <= 30
    )
    if not fits:
        raise BadRosterError(nights=MAX_NIGHTS)
    held = {
        skill
        for skills in TeamMember.objects.filter(team__in=teams, to_s=None).values_list(
            "skills", flat=True
        )
        for skill in skills
    }
    if not {one.value for one in wanted.skills} <= held:
        raise NobodyHasSkillError
    with transaction.atomic():
        roster = WatchRoster.objects.create(
            id=new_id(now_s),
            area=wanted.area,
            name_zh=wanted.name.zh.strip()[:60],
            name_en=wanted.name.en.strip()[:60],
            first=wanted.first,
            last=wanted.last,
            start=wanted.start,
            hours=round(wanted.hours * 4) / 4,
            zone=wanted.zone,
            teams_a_night=wanted.teams_a_night,
            rest_nights=wanted.rest_nights,
            least_members=wanted.least_members,
            skills=sorted(one.value for one in wanted.skills),
            fair=wanted.fair,
            made_by=viewer.staff_id,
            made_s=now_s,
        )
        RosterTeam.objects.bulk_create(RosterTeam(roster=roster, team_id=team) for team in teams)
        move_roster(roster, None, actor=viewer.staff_id, now_s=now_s)
    return roster.pk


def add_wish(
    viewer: Viewer,
    roster_id: str,
    team: str,
    days: tuple[datetime.date, datetime.date],
    wants: Wanting,
    *,
    now_s: float,
) -> None:
    """Note a team's wish for a draft: by whoever plans it, or by one of the team.

    Raises:
        RefusedError: no such roster, no draft any more, or the wish does not fit.
        AccessDeniedError: the viewer may do neither.
    """
    with transaction.atomic():
        roster = roster_locked(roster_id)
        plans = viewer.may(Permission.PATROL_PLAN, AreaId(roster.area))
        if not plans and team not in own_teams(viewer):
            raise AccessDeniedError
        _require_draft(roster)
        inside = roster.first <= days[0] <= days[1] <= roster.last
        if (
            not inside
            or wants not in (Wanting.OFF, Wanting.WORK)
            or not roster.teams.filter(team=team).exists()
            or roster.wishes.count() >= MAX_WISHES
        ):
            raise BadWishError
        wish = WatchWish.objects.create(
            roster=roster,
            team_id=team,
            first=days[0],
            last=days[1],
            wants=wants.value,
            asked_by=viewer.staff_id,
        )
        tell_wish(roster, wish, dropped=False, actor=viewer.staff_id, now_s=now_s)


def drop_wish(viewer: Viewer, roster_id: str, wish: int, *, now_s: float) -> None:
    """Take a wish back: by whoever plans the roster, or whoever wished.

    Raises:
        RefusedError: there is none, or the roster is no draft any more.
        AccessDeniedError: the viewer may not.
    """
    with transaction.atomic():
        roster = roster_locked(roster_id)
        row = roster.wishes.filter(pk=wish).first()
        if row is None:
            raise UnknownWatchError
        if row.asked_by != viewer.staff_id and not viewer.may(
            Permission.PATROL_PLAN, AreaId(roster.area)
        ):
            raise AccessDeniedError
        _require_draft(roster)
        tell_wish(roster, row, dropped=True, actor=viewer.staff_id, now_s=now_s)
        row.delete()


def set_pair(
    viewer: Viewer,
    roster_id: str,
    teams: tuple[str, str],
    together: bool | None,
    *,
    now_s: float,
) -> None:
    """Two teams of a draft watch together, never together, or (None) as it comes.

    Saying what holds already changes nothing.

    Raises:
        RefusedError: no such roster, no draft any more, or the teams do not fit.
        AccessDeniedError: the viewer may not plan it.
    """
    with transaction.atomic():
        roster = roster_to_plan(viewer, roster_id)
        _require_draft(roster)
        one, other = sorted(teams)
        if one == other or roster.teams.filter(team__in=teams).count() != len(teams):
            raise BadWishError
        rows = TeamsPaired.objects.filter(roster=roster, team=one, other=other)
        before = rows.values_list("together", flat=True).first()
        if before == together:
            return
        rows.delete()
        tell_pair(
            roster, WatchPairKept(roster.pk, one, other, together, before),
            actor=viewer.staff_id, now_s=now_s,
        )  # fmt: skip
        if together is not None:
            TeamsPaired.objects.create(
                roster=roster, team_id=one, other_id=other, together=together
            )


def publish(viewer: Viewer, roster_id: str, *, now_s: float) -> None:
    """Publish a draft: its watches are promises from now on, and in calendars.

    Raises:
        TwiceInANightError: somebody would stand two watches without a rest between them.
        RefusedError: no such roster, nobody watches yet, or it is no draft or being made.
        AccessDeniedError: the viewer may not plan it.
    """
    with transaction.atomic():
        roster = roster_to_plan(viewer, roster_id)
        if _being_made(roster):
            raise NotPossibleError
        watches = list(roster.watches.filter(state=WatchState.PLANNED.value))
        if not watches:
            raise EmptyRosterError
        twice = twice_planned(roster)
        if twice:
            told = ", ".join(f"{person} {night.isoformat()}" for person, night in twice[:5])
            raise TwiceInANightError(who=told)
        move_roster(roster, RosterAction.PUBLISH, actor=viewer.staff_id, now_s=now_s)
        for watch in watches:
            watch.roster = roster
            tell_calendars(watch, cancelled=False, now_s=now_s)


def close(viewer: Viewer, roster_id: str, *, now_s: float) -> None:
    """Close a published roster whose watches are all over.

    Raises:
        RefusedError: no such roster, or a watch is not over yet.
        AccessDeniedError: the viewer may not plan it.
    """
    with transaction.atomic():
        roster = roster_to_plan(viewer, roster_id)
        if roster.watches.filter(state__in=["planned", "under_way"]).exists():
            raise NotPossibleError
        move_roster(roster, RosterAction.CLOSE, actor=viewer.staff_id, now_s=now_s)


def add_watch(
    viewer: Viewer, roster_id: str, team: str, night: datetime.date, *, now_s: float
) -> str:
    """Let a team watch in one more night; returns the watch's id.

    Raises:
        RulesBrokenError: a rule would be broken that is kept now.
        RefusedError: no such roster, closed, being made, another team's, or it watches then.
        AccessDeniedError: the viewer may not plan it.
    """
    with transaction.atomic():
        roster = roster_to_plan(viewer, roster_id)
        _require_changeable(roster)
        inside = roster.first <= night <= roster.last
        if not inside or not roster.teams.filter(team=team).exists():
            raise BadWishError
        begins_s, ends_s = span_of(plan_of(roster), night)
        before = nights_laid_down(roster)
        if (team, night) in before or (ends_s <= now_s and _published(roster)):
            raise NotPossibleError
        require_rules(roster, before, before | {(team, night)})
        watch = Watch.objects.create(
            id=new_id(now_s),
            roster=roster,
            team_id=team,
            night=night,
            begins_s=begins_s,
            ends_s=ends_s,
        )
        _count_by_hand(roster)
        move_watch(watch, None, actor=viewer.staff_id, now_s=now_s)
        tell_calendars(watch, cancelled=False, now_s=now_s)
    return watch.pk


def change_team(viewer: Viewer, watch_id: str, team: str, *, now_s: float) -> None:
    """Give a watch that has not begun to another team of the roster.

    Raises:
        RulesBrokenError: a rule would be broken that is kept now.
        RefusedError: no such watch, closed, being made, another team's, or it watches then.
        AccessDeniedError: the viewer may not plan it.
    """
    with transaction.atomic():
        watch = watch_locked(watch_id)
        roster = roster_to_plan(viewer, watch.roster_id)
        _require_changeable(roster)
        before = nights_laid_down(roster)
        if watch.state != WatchState.PLANNED.value or (team, watch.night) in before:
            raise NotPossibleError
        if not roster.teams.filter(team=team).exists():
            raise BadWishError
        after = before - {(watch.team_id, watch.night)} | {(team, watch.night)}
        require_rules(roster, before, after)
        lapse_swaps(watch, now_s=now_s)
        give_watch(watch, team, actor=viewer.staff_id, now_s=now_s)
        _count_by_hand(roster)


def drop_watch(viewer: Viewer, watch_id: str, *, now_s: float) -> None:
    """Take a watch out: of a draft without a trace, of a published roster as cancelled.

    Raises:
        RefusedError: no such watch, it has begun, or the roster is being made.
        AccessDeniedError: the viewer may not plan it.
    """
    with transaction.atomic():
        watch = watch_locked(watch_id)
        roster = roster_to_plan(viewer, watch.roster_id)
        _require_changeable(roster)
        move_watch(watch, WatchAction.CANCEL, actor=viewer.staff_id, now_s=now_s)
        _count_by_hand(roster)
        if not _published(roster):
            watch.delete()


def require_rules(roster: WatchRoster, before: Nights, after: Nights) -> None:
    """Refuse a change that breaks a rule which is kept now.

    Raises:
        RulesBrokenError: it does; it says which.
    """
    broken = broken_by(question_asked(roster), before, after)
    if broken:
        raise RulesBrokenError(broken)


def _published(roster: WatchRoster) -> bool:
    return roster.state != RosterState.DRAFT.value


def _being_made(roster: WatchRoster) -> bool:
    return RosterMaking.objects.filter(roster=roster, state__in=_UNDER_WAY).exists()


def _require_draft(roster: WatchRoster) -> None:
    if _published(roster) or _being_made(roster):
        raise NotPossibleError


def _require_changeable(roster: WatchRoster) -> None:
    if roster.state == RosterState.CLOSED.value or _being_made(roster):
        raise NotPossibleError


def _count_by_hand(roster: WatchRoster) -> None:
    roster.by_hand += 1
    roster.save(update_fields=["by_hand"])
