"""Orders made, walked and looked at: rights, offline phones, positions and their end, sightings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.unit.operations.patrols.cast import CHIEF, MEMBER_0, MEMBER_1, OFFICER, STRANGER, team
from tests.unit.operations.small_place import EAST, ELSEWHERE, NOW_S, WEST, viewer

from wardmote.core.beat.hazard_repeats import distance_m
from wardmote.core.beat.patrol_walked import Begun, Fix
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.patrol import (
    CheckPoint,
    PatrolPlace,
    PatrolPlaceKind,
    PatrolWho,
    SeenKind,
    TrackPurpose,
)
from wardmote.core.domain.patrol_events import PatrolOrderMoved, PatrolPointReached
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.hazards.models import Hazard
from wardmote.operations.hazards.selectors import categories
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.patrols import order_errors as errors
from wardmote.operations.patrols import selectors, services
from wardmote.operations.patrols.models import PatrolOrder, PatrolPositions, PatrolSighting
from wardmote.operations.people.services import open_account
from wardmote.operations.refusals import RefusedError
from wardmote.operations.tasks.models import Task

pytestmark = pytest.mark.usefixtures("place")

HOUR_S = 3_600.0
FROM_S, TO_S = NOW_S + HOUR_S, NOW_S + 3 * HOUR_S
NAME = Bilingual("老街", "Old street")
POINTS = tuple(
    CheckPoint(row + 1, Bilingual(f"点{row}", f"Point {row}"), 111.12, 27.02 + row / 1_000)
    for row in range(3)
)
PLACE = PatrolPlace(PatrolPlaceKind.STREET, NAME, "s1", (((111.12, 27.02), (111.12, 27.022)),))
ASSISTANT = viewer((Role.VILLAGE_ASSISTANT, EAST), staff="a0")


def wanted(**changed: object) -> services.OrderWanted:
    order = services.OrderWanted(EAST, PLACE, POINTS, FROM_S, TO_S, "k1")
    return replace(order, **changed)  # type: ignore[arg-type]  # fields of the order


def account(staff: str, role: Role) -> None:
    row = open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
    grant_role(row.pk, role, EAST, granted_by="test")


def team_order(**changed: object) -> str:
    return services.make_order(
        CHIEF, wanted(who=team(0), who_kind=PatrolWho.TEAM, **changed), now_s=NOW_S
    )


def there(point: CheckPoint, north_m: float = 0.0) -> services.Here:
    return services.Here(point.lon, point.lat + north_m / 111_195.08)


def fixes(*minutes: float) -> list[Fix]:
    return [Fix(FROM_S + 60 * one, 111.12, 27.021, 5.0) for one in minutes]


def row(order: str) -> PatrolOrder:
    return PatrolOrder.objects.get(pk=order)


def test_an_order_is_made_once_with_its_points_in_walking_order_and_a_way() -> None:
    first = team_order()
    again = services.make_order(CHIEF, wanted(who="", points=POINTS[:1]), now_s=NOW_S + 5)
    assert again == first
    order = row(first)
    assert [one["number"] for one in order.points] == [1, 2, 3]
    assert order.basis == "straight"
    assert order.route_m == pytest.approx(distance_m(111.12, 27.02, 111.12, 27.022), rel=1e-3)
    far = (POINTS[0], POINTS[2], POINTS[1])
    sorted_ = services.make_order(CHIEF, wanted(key="k2", points=far), now_s=NOW_S)
    assert [one["lat"] for one in row(sorted_).points] == [27.02, 27.021, 27.022]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to_s": FROM_S}, "to_s"),
        ({"to_s": FROM_S + 12 * HOUR_S + 1}, "to_s"),
        ({"from_s": NOW_S - HOUR_S, "to_s": NOW_S}, "to_s"),
        ({"every_s": 599.0}, "every_s"),
        ({"people": 0}, "people"),
        ({"key": ""}, "key"),
        ({"points": POINTS * 11}, "points"),
        ({"place": replace(PLACE, paths=())}, "place.paths"),
        ({"area": AreaId("x")}, "area"),
    ],
)
def test_an_order_that_does_not_fit_names_the_field(changed: dict[str, object], field: str) -> None:
    with pytest.raises(errors.BadPatrolError) as caught:
        services.make_order(CHIEF, wanted(**changed), now_s=NOW_S)
    assert caught.value.values["field"] == field
    assert PatrolOrder.objects.count() == 0


@pytest.mark.parametrize("kind", list(PatrolWho))
def test_nobody_unknown_is_sent(kind: PatrolWho) -> None:
    with pytest.raises(errors.UnknownWalkerError):
        services.make_order(CHIEF, wanted(who="nobody", who_kind=kind), now_s=NOW_S)
    unit = services.make_order(
        CHIEF, wanted(who="u1", who_kind=PatrolWho.UNIT, key="unit"), now_s=NOW_S
    )
    crew = viewer((Role.CREW, EAST), staff="c", crew_of="u1")
    assert [one.pk for one in selectors.my_orders(crew, now_s=NOW_S)] == [unit]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("area", [EAST, WEST])
def test_the_rights_of_each_role_in_and_out_of_the_area(role: Role, area: AreaId) -> None:
    order = team_order()
    services.start_patrol(MEMBER_0, order, now_s=FROM_S)
    who = viewer((role, area), staff="x")
    plans = Permission.PATROL_PLAN in ROLE_PERMISSIONS[role] and area == EAST
    sees = Permission.PATROL_VIEW in ROLE_PERMISSIONS[role] and area == EAST

    def may(act: Callable[[], object]) -> bool:
        try:
            act()
        except (AccessDeniedError, errors.UnknownPatrolError):
            return False
        except errors.PatrolNotPossibleError:
            return True
        return True

    assert may(lambda: services.make_order(who, wanted(key="m"), now_s=NOW_S)) == plans
    assert may(lambda: services.cancel_order(who, order, now_s=NOW_S)) == plans
    assert may(lambda: services.give_order(who, order, PatrolWho.TEAM, "", now_s=NOW_S)) == plans
    look = TrackPurpose.SAFETY
    assert may(lambda: services.look_at_track(who, order, look, now_s=FROM_S)) == plans
    assert may(lambda: selectors.order_page(who, order, now_s=FROM_S)) == sees
    assert may(lambda: selectors.grades_now(who, EAST)) == sees
    assert (order in [one.pk for one in selectors.tonight(who, now_s=FROM_S).orders]) == sees
    for act in (
        lambda: services.start_patrol(who, order, now_s=FROM_S),
        lambda: services.reach_point(who, order, 1, there(POINTS[0]), now_s=FROM_S),
        lambda: services.take_positions(who, order, fixes(1), now_s=FROM_S + 60),
        lambda: services.finish_patrol(who, order, "", now_s=FROM_S),
    ):
        assert not may(act), "only those who are to go walk it"


def test_a_patrol_is_walked_with_points_positions_and_figures() -> None:
    order = team_order(every_s=HOUR_S)
    with pytest.raises(errors.UnknownPatrolError):
        services.start_patrol(STRANGER, order, now_s=FROM_S)
    with pytest.raises(errors.NotThePatrolTimeError):
        services.start_patrol(MEMBER_0, order, now_s=FROM_S - 1_801)
    services.start_patrol(MEMBER_0, order, now_s=FROM_S + 301)
    services.start_patrol(MEMBER_0, order, now_s=FROM_S + 400)
    for act in (
        lambda: services.start_patrol(ASSISTANT, order, now_s=FROM_S),
        lambda: services.take_positions(ASSISTANT, order, fixes(6), now_s=FROM_S + 600),
    ):
        with pytest.raises(RefusedError):
            act()
    with pytest.raises(errors.TooFarFromPointError):
        services.reach_point(MEMBER_0, order, 1, there(POINTS[0], 100), now_s=FROM_S + 600)
    with pytest.raises(errors.PointPositionNeededError):
        services.reach_point(MEMBER_0, order, 1, services.Here(), now_s=FROM_S + 600)
    with pytest.raises(errors.BadAwayReasonError):
        services.reach_point(MEMBER_0, order, 1, services.Here(reason="other"), now_s=FROM_S + 600)
    services.reach_point(MEMBER_0, order, 1, there(POINTS[0], 59), now_s=FROM_S + 600)
    services.reach_point(MEMBER_0, order, 2, services.Here(reason="no_way_in"), now_s=FROM_S + 700)
    assert services.take_positions(MEMBER_0, order, fixes(0, 6, 7, 8), now_s=FROM_S + 600) == 3
    services.finish_patrol(MEMBER_0, order, "All quiet", now_s=FROM_S + HOUR_S)
    page = selectors.order_page(CHIEF, order, now_s=TO_S)
    figures = page.adherence
    assert (figures.begun, figures.reached, figures.due) == (Begun.LATE, 2, 6)
    assert (figures.in_place_s, figures.known_s, figures.late_s) == (120.0, 120.0, 301.0)
    assert page.order.note == "All quiet"
    reasons = [
        one.payload.reason for one in all_events() if isinstance(one.payload, PatrolPointReached)
    ]
    assert reasons == ["", "no_way_in"]


def test_positions_are_taken_only_under_way_and_kept_encrypted_until_their_term() -> None:
    order = team_order()
    for state in ("planned", "finished"):
        with pytest.raises((errors.PatrolNotPossibleError, errors.UnknownPatrolError)):
            services.take_positions(MEMBER_0, order, fixes(1), now_s=FROM_S + 60)
        if state == "planned":
            services.start_patrol(MEMBER_0, order, now_s=FROM_S)
            services.take_positions(MEMBER_0, order, fixes(1, 2), now_s=FROM_S + 120)
            with pytest.raises(errors.TooManyPositionsError):
                services.take_positions(MEMBER_0, order, fixes(1) * 241, now_s=FROM_S + 120)
            services.finish_patrol(MEMBER_0, order, "", now_s=FROM_S + 300)
    sealed = PatrolPositions.objects.extra(select={"raw": "sealed"}).get()
    assert "111.12" not in sealed.raw
    ended_s = FROM_S + 300
    services.erase_positions(ended_s + services.KEEP_POSITIONS_S - 1)
    assert PatrolPositions.objects.count() == 1
    services.erase_positions(ended_s + services.KEEP_POSITIONS_S)
    assert PatrolPositions.objects.count() == 0
    figures = selectors.order_page(CHIEF, order, now_s=TO_S).adherence
    assert figures.known_s == 60.0, "the figures stay"
    services.erase_positions(ended_s + services.KEEP_POSITIONS_S + 1)


def test_each_look_of_a_leader_is_written_down_and_ones_own_is_not() -> None:
    order = team_order()
    services.start_patrol(MEMBER_0, order, now_s=FROM_S)
    services.take_positions(MEMBER_0, order, fixes(1), now_s=FROM_S + 60)
    look = TrackPurpose.ADHERENCE
    assert len(services.look_at_track(CHIEF, order, look, now_s=FROM_S + 70).fixes) == 1
    services.look_at_track(CHIEF, order, look, now_s=FROM_S + 80)
    looks = Disclosure.objects.values_list("staff_id", "subject_kind", "subject", "purpose")
    assert list(looks) == [("chief", "patrol_positions", "v0", "adherence")] * 2
    services.look_at_track(MEMBER_0, order, look, now_s=FROM_S + 80)
    for who in (MEMBER_1, ASSISTANT, viewer((Role.SUPERVISOR, EAST), staff="s")):
        with pytest.raises((AccessDeniedError, errors.UnknownPatrolError)):
            services.look_at_track(who, order, look, now_s=FROM_S + 80)
    assert Disclosure.objects.count() == 2


def test_what_a_phone_did_without_a_network_counts_by_its_clock() -> None:
    order = team_order()
    services.go_round(TO_S)
    assert row(order).state == "missed"
    assert row(order).figures["begun"] == "never"
    later_s = TO_S + 2 * HOUR_S
    with pytest.raises(errors.NotThePatrolTimeError):
        services.start_patrol(MEMBER_0, order, now_s=later_s)
    services.start_patrol(MEMBER_0, order, now_s=later_s, device_s=FROM_S + 60)
    services.reach_point(MEMBER_0, order, 1, there(POINTS[0]), now_s=later_s, device_s=FROM_S + 120)
    services.finish_patrol(MEMBER_0, order, "", now_s=later_s, device_s=TO_S - 60)
    figures = selectors.order_page(CHIEF, order, now_s=later_s).adherence
    assert (figures.begun, figures.reached, figures.due) == (Begun.ON_TIME, 1, 3)
    assert row(order).finished_s == TO_S - 60


def test_a_patrol_that_nobody_finishes_is_closed_and_takes_no_positions() -> None:
    order = team_order()
    services.start_patrol(MEMBER_0, order, now_s=FROM_S)
    services.go_round(TO_S + 12 * HOUR_S - 1)
    assert row(order).state == "under_way"
    services.go_round(TO_S + 12 * HOUR_S)
    assert row(order).state == "finished"
    with pytest.raises(errors.PatrolNotPossibleError):
        services.take_positions(MEMBER_0, order, fixes(1), now_s=TO_S + 12 * HOUR_S)
    services.finish_patrol(MEMBER_0, order, "Battery empty", now_s=TO_S + 13 * HOUR_S)
    assert row(order).note == "Battery empty"


def test_what_is_seen_becomes_a_hazard_or_a_task_that_keeps_its_patrol() -> None:
    order = team_order()
    seen = services.Sighting(SeenKind.HAZARD, "", POINTS[0].lon, POINTS[0].lat, "wires down", "h1")
    with pytest.raises(errors.UnknownPatrolError):
        services.tell_seen(MEMBER_0, order, seen, now_s=FROM_S)
    services.start_patrol(MEMBER_0, order, now_s=FROM_S)
    with pytest.raises(RefusedError):
        services.tell_seen(MEMBER_0, order, seen, now_s=FROM_S + 60)
    seen = replace(seen, category=categories(NOW_S).categories[0].code)
    made = services.tell_seen(MEMBER_0, order, seen, now_s=FROM_S + 60)
    assert services.tell_seen(MEMBER_0, order, seen, now_s=FROM_S + 90) == made
    hazard = Hazard.objects.get()
    assert (hazard.pk, hazard.number, hazard.channel) == (made.id, made.number, "volunteer")
    assert selectors.patrol_behind("hazard", hazard.pk) == order
    task = services.tell_seen(
        MEMBER_0, order, replace(seen, kind=SeenKind.TASK, key="t1"), now_s=FROM_S + 60
    )
    found = Task.objects.get(pk=task.id)
    assert (found.source, found.lon) == (order, POINTS[0].lon)
    with pytest.raises(AccessDeniedError):
        services.tell_seen(
            MEMBER_0, order,
            replace(seen, kind=SeenKind.CALL, category="dispute.neighbour", key="c1"),
            now_s=FROM_S + 60,
        )  # fmt: skip
    assert PatrolSighting.objects.count() == 2
    services.finish_patrol(MEMBER_0, order, "", now_s=FROM_S + 90)
    late = replace(seen, key="h2")
    services.tell_seen(MEMBER_0, order, late, now_s=FROM_S + 90 + 36 * HOUR_S)
    with pytest.raises(errors.PatrolNotPossibleError):
        services.tell_seen(
            MEMBER_0, order, replace(seen, key="h3"), now_s=FROM_S + 91 + 36 * HOUR_S
        )


def test_an_officer_on_patrol_takes_down_a_call() -> None:
    account("officer", Role.COMMUNITY_OFFICER)
    order = services.make_order(
        CHIEF, wanted(who="officer", who_kind=PatrolWho.PERSON), now_s=NOW_S
    )
    services.start_patrol(OFFICER, order, now_s=FROM_S)
    seen = services.Sighting(
        SeenKind.CALL, "dispute.neighbour", 111.12, 27.02, "two men shout", "c1"
    )
    made = services.tell_seen(OFFICER, order, seen, now_s=FROM_S + 60)
    assert made.number
    assert selectors.patrol_behind("call", made.id) == order


def test_an_order_is_on_the_day_of_the_person_and_leaves_it_with_the_order() -> None:
    account("a0", Role.VILLAGE_ASSISTANT)
    account("a9", Role.VILLAGE_ASSISTANT)
    order = team_order()
    task = Task.objects.get(source=order)
    assert (task.holder, task.kind, task.due_s) == ("a0", "patrol", TO_S)
    services.give_order(CHIEF, order, PatrolWho.PERSON, "a9", now_s=NOW_S + 1)
    states = Task.objects.filter(source=order).values_list("holder", "state").order_by("holder")
    assert list(states) == [("a0", "cancelled"), ("a9", "open")]
    services.give_order(CHIEF, order, PatrolWho.PERSON, "a0", now_s=NOW_S + 2)
    services.start_patrol(ASSISTANT, order, now_s=FROM_S)
    services.finish_patrol(ASSISTANT, order, "", now_s=FROM_S + 60)
    ended = Task.objects.filter(source=order).values_list("state", "done_by").order_by("id")
    assert list(ended) == [("cancelled", ""), ("cancelled", ""), ("done", "a0")]


def test_cancelled_is_cancelled_and_a_started_patrol_is_not() -> None:
    order = team_order()
    with pytest.raises(AccessDeniedError):
        services.cancel_order(MEMBER_0, order, now_s=NOW_S)
    services.cancel_order(OFFICER, order, now_s=NOW_S)
    with pytest.raises(errors.PatrolNotPossibleError):
        services.start_patrol(MEMBER_0, order, now_s=FROM_S)
    moved = [one.payload for one in all_events() if isinstance(one.payload, PatrolOrderMoved)]
    assert [(one.after.value, one.reason) for one in moved] == [
        ("planned", ""), ("cancelled", "by_hand"),
    ]  # fmt: skip
    with pytest.raises(AccessDeniedError):
        services.make_order(CHIEF, wanted(area=ELSEWHERE), now_s=NOW_S)


def test_demand_that_is_not_known_proposes_nothing() -> None:
    with pytest.raises(errors.NoDemandError):
        services.make_from_demand(CHIEF, wanted(), now_s=NOW_S)
