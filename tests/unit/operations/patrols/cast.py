"""People and teams for tests of night watches."""

from __future__ import annotations

import datetime
from dataclasses import replace

from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, viewer

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.night_watch import TeamSkill
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.local_time import local_day
from wardmote.operations.patrols import services
from wardmote.operations.people.models import Person

CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="chief")
OFFICER = viewer((Role.COMMUNITY_OFFICER, EAST), staff="officer")
FIRST = local_day(NOW_S) + datetime.timedelta(days=10)
SKILLS = {"v0": frozenset({TeamSkill.DRIVER}), "v1": frozenset({TeamSkill.FIRST_AID})}
TEAMS = 4


def volunteer(number: int) -> object:
    return viewer((Role.VOLUNTEER, EAST), staff=f"v{number}")


MEMBER_0 = viewer((Role.VOLUNTEER, EAST), staff="v0")
MEMBER_1 = viewer((Role.VOLUNTEER, EAST), staff="v1")
STRANGER = viewer((Role.VOLUNTEER, COUNTY), staff="nobody")


def person(staff: str, kind: StaffKind) -> None:
    Person.objects.create(
        staff_id=staff, name_zh=staff, kind=kind.value, area=EAST, kept_by="t", kept_s=0.0
    )


def team(number: int) -> str:
    """A team of a leading assistant and a volunteer."""
    person(f"a{number}", StaffKind.ASSISTANT)
    person(f"v{number}", StaffKind.VOLUNTEER)
    skills = SKILLS.get(f"v{number}", frozenset())
    wanted = services.TeamWanted(
        Bilingual(f"第{number}队", f"Team {number}"),
        EAST,
        f"a{number}",
        {f"a{number}": frozenset(), f"v{number}": skills},
    )
    return services.keep_team(CHIEF, None, wanted, now_s=NOW_S)


def teams() -> tuple[str, ...]:
    return tuple(team(number) for number in range(TEAMS))


def wanted(ids: tuple[str, ...], nights: int = 8) -> services.RosterWanted:
    last = FIRST + datetime.timedelta(days=nights - 1)
    return services.RosterWanted(
        EAST, Bilingual("十二月", "December"), FIRST, last, "Asia/Shanghai", ids
    )


def roster(ids: tuple[str, ...], **changed: object) -> str:
    asked = replace(wanted(ids), **changed)  # type: ignore[arg-type]  # fields of the roster
    return services.begin_roster(CHIEF, asked, now_s=NOW_S)


def night(number: int) -> datetime.date:
    return FIRST + datetime.timedelta(days=number)


def published(ids: tuple[str, ...]) -> tuple[str, str, str]:
    """A published roster with watches: team 0 in night 0, team 1 in night 4."""
    made = roster(ids)
    first = services.add_watch(CHIEF, made, ids[0], night(0), now_s=NOW_S)
    second = services.add_watch(CHIEF, made, ids[1], night(4), now_s=NOW_S)
    services.publish(CHIEF, made, now_s=NOW_S)
    return made, first, second
