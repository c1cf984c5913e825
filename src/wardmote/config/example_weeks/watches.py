"""Night watches and patrols: teams of volunteers, a solved roster, orders for tonight."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.conf import settings

from wardmote.config.example_weeks.cast import ASSISTANT, CHIEF, OFFICER, VOLUNTEER, Cast
from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.night_watch import TeamSkill
from wardmote.core.domain.patrol import CheckPoint, PatrolPlace, PatrolPlaceKind, PatrolWho
from wardmote.core.domain.text import Bilingual
from wardmote.operations.local_time import midnight_s
from wardmote.operations.patrols import services
from wardmote.operations.patrols.computing import compute
from wardmote.operations.patrols.selectors import roster_page
from wardmote.operations.patrols.services import OrderWanted, RosterWanted, TeamWanted
from wardmote.operations.patrols.services.making import claim_next
from wardmote.operations.people.services import PersonCard, keep_person

_TEAMS = 6
_MEMBERS = 3
_NIGHTS_BEFORE, _NIGHTS_AFTER = 10, 11
_CLAIM = "example-weeks"
HOUR_S = 3_600.0


def keep_watch(cast: Cast) -> None:
    """Set up teams, let the solver share out three weeks of nights, walk those that are over."""
    begin_s = cast.at_s(_NIGHTS_BEFORE + 4, 9.0)
    teams = tuple(_team(cast, number, begin_s) for number in range(1, _TEAMS + 1))
    day = datetime.timedelta(days=1)
    wanted = RosterWanted(
        cast.town,
        Bilingual("平安守夜", "Watch of the town"),
        cast.today - _NIGHTS_BEFORE * day,
        cast.today + _NIGHTS_AFTER * day,
        settings.TIME_ZONE,
        teams,
    )
    leader = cast.leader()
    roster = services.begin_roster(leader, wanted, now_s=begin_s)
    services.ask_making(leader, roster, now_s=begin_s)
    making = claim_next(_CLAIM, now_s=begin_s)
    if making is None or not compute(making, _CLAIM):
        return
    services.publish(leader, roster, now_s=begin_s + HOUR_S)
    _walk(cast, roster)
    _order_patrols(cast, teams[0])


def _team(cast: Cast, number: int, begin_s: float) -> str:
    """A team of volunteers; the first is led by who logs in as the assistant."""
    leader = cast.leader()
    members: dict[str, frozenset[TeamSkill]] = {}
    for place in range(1, _MEMBERS + 1):
        staff = VOLUNTEER if (number, place) == (1, 1) else f"volunteer-{number}-{place}"
        if staff != VOLUNTEER:
            name = Bilingual(f"守望队员{number}-{place}", f"Volunteer {number}-{place}")
            card = PersonCard(staff, name, StaffKind.VOLUNTEER, cast.town)
            keep_person(leader, card, now_s=begin_s)
        members[staff] = frozenset({TeamSkill.FIRST_AID} if place == 1 else set())
    led_by = ASSISTANT if number == 1 else OFFICER
    everybody: Mapping[str, frozenset[TeamSkill]] = {led_by: frozenset(), **members}
    near = cast.points(_TEAMS)
    meets = near[(number - 1) % len(near)]
    wanted = TeamWanted(
        Bilingual(f"守望{number}队", f"Watch {number}"), cast.town, led_by, everybody,
        meets_at=f"{meets.name.zh} {meets.name.en}".strip(), meets=(meets.lon, meets.lat),
    )  # fmt: skip
    return services.keep_team(leader, None, wanted, now_s=begin_s)


def _walk(cast: Cast, roster: str) -> None:
    """Nights that are over were watched, but one to which nobody came."""
    over = [
        watch for watch in roster_page(cast.leader(), roster).watches if watch.ends_s < cast.now_s
    ]
    for number, watch in enumerate(over):
        if number == 3:
            services.miss_watch(cast.leader(), watch.pk, now_s=watch.ends_s)
            continue
        goes = cast.person(watch.team.leader, watch.begins_s)
        services.begin_watch(goes, watch.pk, now_s=watch.begins_s)
        services.finish_watch(goes, watch.pk, now_s=watch.ends_s - 300.0)


def _order_patrols(cast: Cast, team: str) -> None:
    """Tonight's walk of a team past places where people gather, and the assistant's by day."""
    points = cast.points(4)
    tonight_s = midnight_s(cast.today) + 22 * HOUR_S
    chief = cast.person(CHIEF)
    for key, area, who_kind, who, from_s, hours in (
        ("tonight", cast.town, PatrolWho.TEAM, team, tonight_s, 4.0),
        ("by-day", cast.village, PatrolWho.PERSON, ASSISTANT, cast.now_s, 3.0),
    ):
        wanted = OrderWanted(
            area=area,
            place=PatrolPlace(
                PatrolPlaceKind.POINTS, Bilingual("重点部位", "Places that matter most")
            ),
            points=tuple(
                CheckPoint(number, place.name, place.lon, place.lat)
                for number, place in enumerate(points, start=1)
            ),
            from_s=from_s,
            to_s=from_s + hours * HOUR_S,
            key=f"example-{key}",
            who_kind=who_kind,
            who=who,
            people=2,
        )
        services.make_order(chief, wanted, now_s=cast.now_s)
