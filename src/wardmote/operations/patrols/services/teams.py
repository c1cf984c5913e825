"""Setting up teams."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.areas import area_contains, is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import TeamSkill
from wardmote.core.domain.patrol import is_position
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.watch_events import WatchTeamKept
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.patrols.errors import (
    BadLeaderError,
    BadMeetingPlaceError,
    BadTeamError,
    UnknownWatchError,
)
from wardmote.operations.patrols.models import TeamMember, WatchTeam
from wardmote.operations.people.selectors import person_area, persons_known

MAX_MEMBERS = 30
LEADERS = frozenset({StaffKind.POLICE, StaffKind.ASSISTANT})


@dataclass(frozen=True, slots=True)
class TeamWanted:
    """A team to be kept.

    Attributes:
        leader: staff number of a member who is an officer or assistant.
        members: skills by staff number.
        meets_at: where it meets, in words; `meets`: longitude and latitude, WGS-84 degrees.
    """

    name: Bilingual
    area: AreaId
    leader: str
    members: Mapping[str, frozenset[TeamSkill]]
    active: bool = True
    meets_at: str = ""
    meets: tuple[float, float] | None = None


def keep_team(viewer: Viewer, team_id: str | None, wanted: TeamWanted, *, now_s: float) -> str:
    """Set up a team (`team_id` None) or change one; returns its id.

    Whoever leaves the team keeps the watches of nights before; who joins has those from now on.

    Raises:
        RefusedError: no such team, or it does not fit; who joins belongs to the organisation in or
            around its area, or where the viewer plans watches.
        AccessDeniedError: the viewer may not plan watches in its area, or where it was.
    """
    if not is_area_code(wanted.area) or not viewer.may(Permission.PATROL_PLAN, wanted.area):
        raise AccessDeniedError
    known = persons_known(wanted.members)
    missing = sorted(one for one in wanted.members if one not in known or not known[one].serving)
    missing = missing or _strangers(viewer, team_id, wanted)
    named = wanted.name.zh.strip() or wanted.name.en.strip()
    if missing or not named or not 1 <= len(wanted.members) <= MAX_MEMBERS:
        raise BadTeamError(most=MAX_MEMBERS, missing=", ".join(missing) or "–")
    if wanted.leader not in known or known[wanted.leader].kind not in LEADERS:
        raise BadLeaderError
    if wanted.meets is not None and not is_position(*wanted.meets):
        raise BadMeetingPlaceError
    with transaction.atomic():
        row = WatchTeam(id=new_id(now_s))
        if team_id is not None:
            found = WatchTeam.objects.select_for_update().filter(pk=team_id).first()
            if found is None:
                raise UnknownWatchError
            if not viewer.may(Permission.PATROL_PLAN, AreaId(found.area)):
                raise AccessDeniedError
            row = found
        row.name_zh, row.name_en = wanted.name.zh.strip()[:60], wanted.name.en.strip()[:60]
        if wanted.active != row.active:
            row.ended_s = None if wanted.active else now_s
        row.area, row.leader, row.active = wanted.area, wanted.leader, wanted.active
        row.meets_at = wanted.meets_at.replace("\0", "").strip()[:120]
        row.lon, row.lat = wanted.meets or (None, None)
        row.kept_by, row.kept_s = viewer.staff_id, now_s
        row.save()
        _keep_members(row, wanted.members, now_s)
        members = tuple(sorted(wanted.members))
        event = WatchTeamKept(row.pk, len(members), wanted.active, wanted.leader, members)
        record([event], actor=viewer.staff_id, area=wanted.area, now_s=now_s)
    return row.pk


def _keep_members(
    team: WatchTeam, members: Mapping[str, Collection[TeamSkill]], now_s: float
) -> None:
    """Rows of who leaves end, those of who stays go on, who joins gets one."""
    there = {one.person: one for one in team.stays.select_for_update().filter(to_s=None)}
    for person, held in there.items():
        if person not in members:
            held.to_s = now_s
            held.save(update_fields=["to_s"])
    for person, skills in sorted(members.items()):
        codes = sorted(one.value for one in skills)
        stays = there.get(person)
        if stays is None:
            TeamMember.objects.create(team=team, person=person, skills=codes, from_s=now_s)
        elif stays.skills != codes:
            stays.skills = codes
            stays.save(update_fields=["skills"])


def _strangers(viewer: Viewer, team_id: str | None, wanted: TeamWanted) -> list[str]:
    """Who would join and belongs neither in or around the area nor to where the viewer plans."""
    there = set(
        TeamMember.objects.filter(team=team_id, to_s=None).values_list("person", flat=True)
        if team_id is not None
        else ()
    )
    found = []
    for person in sorted(set(wanted.members) - there):
        area = person_area(person)
        if area is None or not (
            area_contains(wanted.area, area)
            or area_contains(area, wanted.area)
            or viewer.may(Permission.PATROL_PLAN, area)
        ):
            found.append(person)
    return found
