"""Teams, rosters, making, swaps, watches and calendars, with their rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.unit.operations.patrols.cast import (
    CHIEF,
    FIRST,
    MEMBER_0,
    MEMBER_1,
    OFFICER,
    STRANGER,
    night,
    person,
    published,
    roster,
    team,
    teams,
    wanted,
)
from tests.unit.operations.small_place import EAST, ELSEWHERE, NOW_S, WEST, viewer

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.night_watch import TeamSkill
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Role
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.watch_events import WatchGiven, WatchSwapMoved
from wardmote.core.planning.rosters.question_parts import Wanting
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.patrols import errors, selectors, services
from wardmote.operations.patrols.computing import compute
from wardmote.operations.patrols.models import CalendarEntry, RosterMaking, Watch, WatchSwap
from wardmote.operations.patrols.services.making import claim_next, fail, give_up_lost
from wardmote.operations.people.models import Account, Leave, Person
from wardmote.operations.people.services import open_account

pytestmark = pytest.mark.usefixtures("place")
HOUR_S = 3_600.0


def account(staff: str) -> Account:
    return open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))


def test_a_team_is_led_by_an_officer_or_assistant_of_its_own() -> None:
    team(0)
    members = {"a0": frozenset[TeamSkill](), "v0": frozenset[TeamSkill]()}
    good = services.TeamWanted(Bilingual("队", "Team"), EAST, "a0", members)
    with pytest.raises(errors.BadLeaderError):
        services.keep_team(CHIEF, None, replace(good, leader="v0"), now_s=NOW_S)
    with pytest.raises(errors.BadLeaderError):
        services.keep_team(CHIEF, None, replace(good, leader="chief"), now_s=NOW_S)
    unknown = {**members, "nobody": frozenset[TeamSkill]()}
    with pytest.raises(errors.BadTeamError) as caught:
        services.keep_team(CHIEF, None, replace(good, members=unknown), now_s=NOW_S)
    assert "nobody" in caught.value.message()
    with pytest.raises(AccessDeniedError):
        services.keep_team(CHIEF, None, replace(good, area=ELSEWHERE), now_s=NOW_S)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("area", [EAST, WEST])
def test_only_who_plans_in_the_area_begins_and_changes(role: Role, area: AreaId) -> None:
    ids = (team(0), team(1))
    made = roster(ids)
    who = viewer((role, area), staff="x")
    allowed = Permission.PATROL_PLAN in ROLE_PERMISSIONS[role] and area == EAST
    acts: tuple[Callable[[], object], ...] = (
        lambda: services.begin_roster(who, wanted(ids), now_s=NOW_S),
        lambda: services.add_watch(who, made, ids[0], night(0), now_s=NOW_S),
        lambda: services.set_pair(who, made, (ids[0], ids[1]), together=False, now_s=NOW_S),
        lambda: services.publish(who, made, now_s=NOW_S),
    )
    for act in acts:
        if allowed:
            act()
        else:
            with pytest.raises(AccessDeniedError):
                act()
    sees = Permission.PATROL_VIEW in ROLE_PERMISSIONS[role] and area == EAST
    assert allowed or not selectors.rosters_seen(who), "a draft is for who plans"
    if not allowed:
        services.add_watch(CHIEF, made, ids[0], night(0), now_s=NOW_S)
        services.publish(CHIEF, made, now_s=NOW_S)
    assert bool(selectors.rosters_seen(who)) == sees


def test_a_roster_is_made_with_leave_wishes_and_a_proof() -> None:
    ids = teams()
    made = roster(ids)
    begins_s = selectors.roster_page(CHIEF, made).roster.made_s
    assert begins_s == NOW_S
    at_s = Watch(night=FIRST).begins_s
    assert at_s is None
    first_night = services.add_watch(CHIEF, made, ids[0], night(0), now_s=NOW_S)
    start_s = Watch.objects.get(pk=first_night).begins_s
    Leave.objects.create(
        id="l1", person=Person.objects.get(pk="a0"), kind="annual", from_s=start_s - HOUR_S,
        to_s=start_s + 1, state="approved", asked_by="t", asked_s=0.0,
    )  # fmt: skip
    services.add_wish(MEMBER_1, made, ids[1], (night(0), night(1)), Wanting.OFF, now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        services.add_wish(MEMBER_1, made, ids[0], (night(0), night(1)), Wanting.OFF, now_s=NOW_S)
    making = services.ask_making(CHIEF, made, now_s=NOW_S)
    with pytest.raises(errors.NotPossibleError):
        services.ask_making(CHIEF, made, now_s=NOW_S)
    with pytest.raises(errors.NotPossibleError):
        services.publish(CHIEF, made, now_s=NOW_S)
    assert claim_next("c", now_s=NOW_S) == making
    assert compute(making, "c", limit_s=300.0), "ends as soon as it is proven"
    page = selectors.roster_page(CHIEF, made)
    assert page.answer is not None
    assert page.making is not None
    assert (page.answer.status, page.making.state) == ("optimal", "done")
    watched = selectors.nights_of_roster(page.roster)
    assert len(watched) == 8
    assert (ids[0], night(0)) not in watched
    assert (ids[1], night(0)) not in watched
    assert not page.answer.refused_wishes
    assert {load.nights for load in page.answer.workloads} == {2}, "all teams alike"
    services.publish(CHIEF, made, now_s=NOW_S)
    assert CalendarEntry.objects.filter(cancelled=False).count() == 8


def test_a_making_can_be_stopped_and_leaves_the_draft_as_it_was() -> None:
    ids = (team(0), team(1))
    made = roster(ids)
    services.add_watch(CHIEF, made, ids[0], night(0), now_s=NOW_S)
    making = services.ask_making(CHIEF, made, now_s=NOW_S)
    assert claim_next("c", now_s=NOW_S) == making
    services.cancel_making(CHIEF, made, now_s=NOW_S)
    assert not compute(making, "c", limit_s=1.0)
    fail(making, "c", "process_ended", now_s=NOW_S)
    assert RosterMaking.objects.get(pk=making).state == "cancelled"
    assert Watch.objects.count() == 1
    again = services.ask_making(CHIEF, made, now_s=NOW_S + 1)
    assert claim_next("d", now_s=NOW_S) == again
    give_up_lost(now_s=NOW_S)
    assert RosterMaking.objects.get(pk=again).failure == "server_stopped"


def test_changes_by_hand_keep_the_rules() -> None:
    ids = teams()
    made, first, second = published(ids)
    with pytest.raises(errors.RulesBrokenError) as caught:
        services.add_watch(CHIEF, made, ids[0], night(1), now_s=NOW_S)
    assert {one.team for one in caught.value.broken} == {ids[0]}
    with pytest.raises(errors.NotPossibleError):
        services.change_team(CHIEF, second, ids[1], now_s=NOW_S)
    services.change_team(CHIEF, second, ids[2], now_s=NOW_S)
    rows = CalendarEntry.objects.filter(watch=second).order_by("changed_s", "pk")
    assert {(one.team_id, one.cancelled, one.sequence) for one in rows} == {
        (ids[1], True, 1), (ids[2], False, 0),
    }  # fmt: skip
    services.drop_watch(CHIEF, first, now_s=NOW_S)
    assert Watch.objects.get(pk=first).state == "cancelled"
    assert CalendarEntry.objects.get(watch=first).cancelled
    with pytest.raises(errors.NotPossibleError):
        services.close(CHIEF, made, now_s=NOW_S)


def test_a_swap_is_asked_agreed_and_approved() -> None:
    ids = teams()
    made, first, second = published(ids)
    swap = services.ask_swap(MEMBER_0, first, second, now_s=NOW_S)
    with pytest.raises(errors.NotPossibleError):
        services.ask_swap(MEMBER_0, first, second, now_s=NOW_S)
    for who in (MEMBER_0, STRANGER):
        with pytest.raises(AccessDeniedError):
            services.agree_swap(who, swap, now_s=NOW_S)
    with pytest.raises(errors.NotPossibleError):
        services.approve_swap(CHIEF, swap, now_s=NOW_S)
    services.agree_swap(MEMBER_1, swap, now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        services.approve_swap(MEMBER_1, swap, now_s=NOW_S)
    services.approve_swap(OFFICER, swap, now_s=NOW_S)
    assert Watch.objects.get(pk=first).team_id == ids[1]
    assert Watch.objects.get(pk=second).team_id == ids[0]
    assert CalendarEntry.objects.filter(cancelled=True).count() == 2
    happened = [one.payload for one in all_events()]
    assert sum(isinstance(one, WatchGiven) for one in happened) == 2
    assert [one.after.value for one in happened if isinstance(one, WatchSwapMoved)] == [
        "asked", "agreed", "approved",
    ]  # fmt: skip
    with pytest.raises(errors.NotPossibleError):
        services.withdraw_swap(MEMBER_0, swap, now_s=NOW_S)
    assert selectors.roster_page(CHIEF, made).swaps == ()


def test_rules_are_looked_at_again_when_a_swap_is_approved() -> None:
    ids = teams()
    made, first, second = published(ids)
    swap = services.ask_swap(MEMBER_0, first, second, now_s=NOW_S)
    services.agree_swap(MEMBER_1, swap, now_s=NOW_S)
    services.add_watch(CHIEF, made, ids[0], night(7), now_s=NOW_S)
    second_start = Watch.objects.get(pk=second).begins_s
    Leave.objects.create(
        id="l1", person=Person.objects.get(pk="a0"), kind="sick", from_s=second_start,
        to_s=second_start + 1, state="approved", asked_by="t", asked_s=0.0,
    )  # fmt: skip
    with pytest.raises(errors.RulesBrokenError) as caught:
        services.approve_swap(OFFICER, swap, now_s=NOW_S)
    assert "leave" in {one.rule.value for one in caught.value.broken}
    assert WatchSwap.objects.get(pk=swap).state == "agreed"
    assert Watch.objects.get(pk=first).team_id == ids[0]


def test_who_asked_or_agreed_does_not_approve() -> None:
    ids = teams()
    _made, first, second = published(ids)
    both = viewer((Role.STATION_CHIEF, EAST), (Role.VOLUNTEER, EAST), staff="v1")
    swap = services.ask_swap(MEMBER_0, first, second, now_s=NOW_S)
    services.agree_swap(both, swap, now_s=NOW_S)
    with pytest.raises(errors.SecondPersonError):
        services.approve_swap(both, swap, now_s=NOW_S)
    services.refuse_swap(both, swap, now_s=NOW_S)
    assert WatchSwap.objects.get(pk=swap).state == "refused"


def test_a_watch_begins_at_most_an_hour_early_and_lapses_its_swaps() -> None:
    ids = teams()
    _made, first, second = published(ids)
    swap = services.ask_swap(MEMBER_0, first, second, now_s=NOW_S)
    begins_s = Watch.objects.get(pk=first).begins_s
    with pytest.raises(errors.TooEarlyError):
        services.begin_watch(MEMBER_0, first, now_s=begins_s - HOUR_S - 1)
    with pytest.raises(AccessDeniedError):
        services.begin_watch(MEMBER_1, first, now_s=begins_s)
    services.begin_watch(MEMBER_0, first, now_s=begins_s - HOUR_S)
    assert WatchSwap.objects.get(pk=swap).state == "lapsed"
    services.finish_watch(MEMBER_0, first, now_s=begins_s + 8 * HOUR_S)
    with pytest.raises(errors.NotPossibleError):
        services.finish_watch(MEMBER_0, first, now_s=begins_s + 9 * HOUR_S)
    later_s = Watch.objects.get(pk=second).begins_s
    with pytest.raises(errors.TooEarlyError):
        services.miss_watch(CHIEF, second, now_s=later_s - 1)
    services.miss_watch(CHIEF, second, now_s=later_s)
    assert list(Watch.objects.order_by("night").values_list("state", flat=True)) == [
        "finished", "missed",
    ]  # fmt: skip


def test_a_calendar_opens_by_its_address_until_it_is_revoked() -> None:
    ids = teams()
    _made, first, _second = published(ids)
    account("v0")
    token = services.make_feed(MEMBER_0, None, now_s=NOW_S)
    entries = selectors.feed_entries(token, now_s=NOW_S)
    assert entries is not None
    assert [one.begins_s for one in entries] == [Watch.objects.get(pk=first).begins_s]
    whole = services.make_feed(MEMBER_0, ids[0], now_s=NOW_S)
    assert len(selectors.feed_entries(whole, now_s=NOW_S) or ()) == 1
    with pytest.raises(AccessDeniedError):
        services.make_feed(MEMBER_0, ids[1], now_s=NOW_S)
    new = services.make_feed(MEMBER_0, None, now_s=NOW_S)
    assert selectors.feed_entries(token, now_s=NOW_S) is None
    feed = selectors.my_watches(MEMBER_0, now_s=NOW_S).feeds[-1]
    with pytest.raises(AccessDeniedError):
        services.revoke_feed(MEMBER_1, feed.pk, now_s=NOW_S)
    services.revoke_feed(MEMBER_0, feed.pk, now_s=NOW_S)
    assert selectors.feed_entries(new, now_s=NOW_S) is None


def test_bad_rosters_are_refused() -> None:
    ids = (team(0), team(1))
    person("lonely", StaffKind.VOLUNTEER)
    for changed in (
        {"start": "25:00"}, {"hours": 17.0}, {"teams_a_night": 2}, {"last": night(-1)},
        {"last": night(70)}, {"teams": (ids[0], "nonsense")},
    ):  # fmt: skip
        with pytest.raises(errors.BadRosterError):
            roster(ids, **changed)
    with pytest.raises(errors.EmptyRosterError):
        services.publish(CHIEF, roster(ids), now_s=NOW_S)
