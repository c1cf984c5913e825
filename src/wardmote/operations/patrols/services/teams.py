"""Setting up teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.events import WatchTeamKept
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import TeamSkill
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.patrols.errors import BadLeaderError, BadTeamError, UnknownWatchError
from wardmote.operations.patrols.models import TeamMember, WatchTeam
from wardmote.operations.people.selectors import persons_known

MAX_MEMBERS = 30
LEADERS = frozenset({StaffKind.POLICE, StaffKind.ASSISTANT})


@dataclass(frozen=True, slots=True)
class TeamWanted:
    """A team to be kept.

    Attributes:
        leader: staff number of a member who is an officer or assistant.
        members: skills by staff number.
    """

    name: Bilingual
    area: AreaId
    leader: str
    members: Mapping[str, frozenset[TeamSkill]]
    active: bool = True


def keep_team(viewer: Viewer, team_id: str | None, wanted: TeamWanted, *, now_s: float) -> str:
    """Set up a team (`team_id` None) or change one; returns its id.

    Raises:
        RefusedError: no such team, or it does not fit.
        AccessDeniedError: the viewer may not plan watches in its area, or where it was.
    """
    if not is_area_code(wanted.area) or not viewer.may(Permission.PATROL_PLAN, wanted.area):
        raise AccessDeniedError
    known = persons_known(wanted.members)
    missing = sorted(one for one in wanted.members if one not in known or not known[one].serving)
    named = wanted.name.zh.strip() or wanted.name.en.strip()
    if missing or not named or not 1 <= len(wanted.members) <= MAX_MEMBERS:
        raise BadTeamError(most=MAX_MEMBERS, missing=", ".join(missing) or "–")
    if wanted.leader not in known or known[wanted.leader].kind not in LEADERS:
        raise BadLeaderError
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
        row.area, row.leader, row.active = wanted.area, wanted.leader, wanted.active
        row.kept_by, row.kept_s = viewer.staff_id, now_s
        row.save()
        row.members.all().delete()
        TeamMember.objects.bulk_create(
            TeamMember(team=row, person=person, skills=sorted(one.value for one in skills))
            for person, skills in sorted(wanted.members.items())
        )
        event = WatchTeamKept(row.pk, len(wanted.members), wanted.active)
        record([event], actor=viewer.staff_id, area=wanted.area, now_s=now_s)
    return row.pk
