"""Who stood a watch, who reads drafts and calendars, and nobody twice in a night."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.operations.patrols.cast import (
    CHIEF,
    FIRST,
    MEMBER_0,
    night,
    person,
    published,
    roster,
    team,
    teams,
)
from tests.unit.operations.small_place import EAST, ELSEWHERE, NOW_S, viewer

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.event_registry import REGISTRY
from wardmote.core.domain.night_watch import TeamSkill
from wardmote.core.domain.permissions import Role, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.watch_events import WatchPairKept, WatchTeamKept, WatchWishKept
from wardmote.core.planning.rosters.question_parts import Wanting
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.patrols import errors, selectors, services
from wardmote.operations.patrols.models import Watch, WatchWish
from wardmote.operations.patrols.rostered import watches_of
from wardmote.operations.people.models import Account, Person
from wardmote.operations.people.services import open_account

pytestmark = pytest.mark.usefixtures("place")
HOUR_S = 3_600.0


def account(staff: str) -> Account:
    return open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))


def of_team(number: int, *members: str) -> services.TeamWanted:
    return services.TeamWanted(
        Bilingual(f"第{number}队", f"Team {number}"),
        EAST,
        f"a{number}",
        {one: frozenset[TeamSkill]() for one in (f"a{number}", *members)},
    )


def test_who_stood_a_watch_is_known_whatever_becomes_of_the_team() -> None:
    ids = teams()
    made, first, second = published(ids)
    row = Watch.objects.get(pk=first)
    span = (row.begins_s, row.ends_s)
    person("v9", StaffKind.VOLUNTEER)
    services.keep_team(CHIEF, ids[0], of_team(0, "v9"), now_s=row.ends_s + HOUR_S)
    assert watches_of(["v0", "v9"], *span) == {"v0": [span]}
    assert [one.pk for one in selectors.my_watches(MEMBER_0, now_s=row.ends_s).watches] == [first]
    kept = [one.payload for one in all_events() if isinstance(one.payload, WatchTeamKept)]
    assert (kept[0].people, kept[-1].people) == (("a0", "v0"), ("a0", "v9"))
    services.keep_team(CHIEF, ids[0], of_team(0, "v0"), now_s=row.ends_s + 2 * HOUR_S)
    ended = replace(of_team(0, "v0"), active=False)
    services.keep_team(CHIEF, ids[0], ended, now_s=row.ends_s + 3 * HOUR_S)
    assert watches_of(["v0", "v9"], *span) == {"v0": [span]}
    Watch.objects.filter(pk=first).update(state="finished")
    services.drop_watch(CHIEF, second, now_s=row.ends_s)
    services.close(CHIEF, made, now_s=row.ends_s + 4 * HOUR_S)
    assert watches_of(["v0"], *span) == {"v0": [span]}, "closing a roster forgets no night"


def test_who_joins_a_team_stands_its_watches_from_then_on_alone() -> None:
    ids = teams()
    _made, first, _second = published(ids)
    row = Watch.objects.get(pk=first)
    person("v9", StaffKind.VOLUNTEER)
    services.keep_team(CHIEF, ids[0], of_team(0, "v9"), now_s=row.begins_s)
    found = watches_of(["v0", "v9"], row.begins_s, row.ends_s)
    assert set(found) == {"v9"}, "in the team when the watch begins"


def test_a_team_that_was_kept_before_it_named_its_people_is_still_read() -> None:
    data = {"team": "t", "members": 3, "active": True}
    assert REGISTRY.decode("watch.team_kept", 1, data) == WatchTeamKept("t", 3, True, "", ())


def test_who_noted_and_took_back_wishes_and_pairs_is_in_the_journal() -> None:
    ids = teams()
    made = roster(ids)
    leader = viewer((Role.VILLAGE_ASSISTANT, EAST), staff="a2")
    days = (night(0), night(1))
    services.add_wish(leader, made, ids[2], days, Wanting.OFF, now_s=NOW_S + 1)
    wish = WatchWish.objects.get().pk
    for second, together in enumerate((False, False, True, None, None), 2):
        pair = (ids[1], ids[0])
        services.set_pair(CHIEF, made, pair, together, now_s=NOW_S + second)
    services.drop_wish(CHIEF, made, wish, now_s=NOW_S + 9)
    written = [
        (one.actor, one.occurred_s - NOW_S, one.area, one.payload)
        for one in all_events()
        if isinstance(one.payload, WatchWishKept | WatchPairKept)
    ]
    said = (made, wish, ids[2], night(0).isoformat(), night(1).isoformat(), "off", "a2")
    one, other = sorted(ids[:2])
    assert written == [
        ("a2", 1, EAST, WatchWishKept(*said, dropped=False)),
        ("chief", 2, EAST, WatchPairKept(made, one, other, False, None)),
        ("chief", 4, EAST, WatchPairKept(made, one, other, True, False)),
        ("chief", 5, EAST, WatchPairKept(made, one, other, None, True)),
        ("chief", 9, EAST, WatchWishKept(*said, dropped=True)),
    ]
    stranger = viewer((Role.VILLAGE_ASSISTANT, EAST), staff="zz")
    before = len(list(all_events()))
    with pytest.raises(AccessDeniedError):
        services.add_wish(stranger, made, ids[2], days, Wanting.OFF, now_s=NOW_S)
    with pytest.raises(errors.BadWishError):
        services.set_pair(CHIEF, made, (ids[0], ids[0]), True, now_s=NOW_S)
    assert len(list(all_events())) == before


def test_people_of_another_county_are_no_members() -> None:
    ids = teams()
    person("far", StaffKind.VOLUNTEER)
    Person.objects.filter(pk="far").update(area=ELSEWHERE)
    with pytest.raises(errors.BadTeamError) as caught:
        services.keep_team(CHIEF, ids[0], of_team(0, "far"), now_s=NOW_S)
    assert "far" in caught.value.message()


def test_a_draft_and_its_wishes_are_for_who_plans_and_for_its_teams() -> None:
    ids = teams()
    made = roster(ids)
    services.set_pair(CHIEF, made, (ids[0], ids[1]), together=False, now_s=NOW_S)
    services.set_pair(CHIEF, made, (ids[2], ids[3]), together=False, now_s=NOW_S)
    services.add_wish(CHIEF, made, ids[2], (night(0), night(1)), Wanting.OFF, now_s=NOW_S)
    services.add_watch(CHIEF, made, ids[0], night(0), now_s=NOW_S)
    other = viewer((Role.VILLAGE_ASSISTANT, EAST), staff="zz")
    ours = viewer((Role.VILLAGE_ASSISTANT, EAST), staff="a0")
    with pytest.raises(errors.UnknownWatchError):
        selectors.roster_page(other, made)
    assert selectors.rosters_seen(other) == []
    assert [one.pk for one in selectors.rosters_seen(ours)] == [made]
    services.publish(CHIEF, made, now_s=NOW_S)

    def seen(who: Viewer) -> tuple[int, int]:
        page = selectors.roster_page(who, made)
        return len(page.wishes), len(page.pairs)

    assert (seen(CHIEF), seen(ours), seen(other)) == ((1, 2), (0, 1), (0, 0))


def test_a_secret_address_can_be_revoked_by_who_lost_every_role() -> None:
    published(teams())
    account("v0")
    token = services.make_feed(MEMBER_0, None, now_s=NOW_S)
    feed = selectors.my_watches(MEMBER_0, now_s=NOW_S).feeds[0]
    services.revoke_feed(Viewer("v0", ()), feed.pk, now_s=NOW_S + 1)
    assert selectors.feed_entries(token, now_s=NOW_S) is None
    assert [one.area for one in all_events()][-1] == EAST


def test_the_calendar_of_who_left_or_whose_account_is_closed_opens_no_more() -> None:
    published(teams())
    open_row = account("v0")
    token = services.make_feed(MEMBER_0, None, now_s=NOW_S)
    assert selectors.feed_entries(token, now_s=NOW_S)
    Person.objects.filter(pk="v0").update(left_day=FIRST)
    assert selectors.feed_entries(token, now_s=NOW_S) is None
    Person.objects.filter(pk="v0").update(left_day=None)
    Account.objects.filter(pk=open_row.pk).update(is_active=False)
    assert selectors.feed_entries(token, now_s=NOW_S) is None


def test_nobody_stands_two_watches_without_a_rest_between_them() -> None:
    ids = teams()
    published(ids)
    person("a8", StaffKind.ASSISTANT)
    person("a9", StaffKind.ASSISTANT)
    eighth = services.keep_team(CHIEF, None, of_team(8, "v0"), now_s=NOW_S)
    ninth = services.keep_team(CHIEF, None, of_team(9), now_s=NOW_S)
    later = roster((eighth, ninth), least_members=1)
    with pytest.raises(errors.RulesBrokenError):
        services.add_watch(CHIEF, later, eighth, night(0), now_s=NOW_S)
    services.add_watch(CHIEF, later, eighth, night(3), now_s=NOW_S)
    services.add_watch(CHIEF, later, ninth, night(0), now_s=NOW_S)
    services.keep_team(CHIEF, ninth, of_team(9, "v0"), now_s=NOW_S)
    with pytest.raises(errors.TwiceInANightError) as caught:
        services.publish(CHIEF, later, now_s=NOW_S)
    assert f"v0 {night(0).isoformat()}" in caught.value.message()
    services.keep_team(CHIEF, ninth, of_team(9), now_s=NOW_S)
    services.publish(CHIEF, later, now_s=NOW_S)


def test_of_two_teams_in_one_night_a_leader_leads_both_and_nobody_else_watches_twice() -> None:
    ids = (team(0), team(1), team(2))
    made = roster(ids, teams_a_night=2)
    for one in ids[:2]:
        services.add_watch(CHIEF, made, one, night(0), now_s=NOW_S)
    both = of_team(1, "v1", "v0")
    services.keep_team(CHIEF, ids[1], both, now_s=NOW_S)
    with pytest.raises(errors.TwiceInANightError):
        services.publish(CHIEF, made, now_s=NOW_S)
    services.keep_team(CHIEF, ids[1], replace(of_team(1, "v1", "a0"), leader="a0"), now_s=NOW_S)
    services.publish(CHIEF, made, now_s=NOW_S)
