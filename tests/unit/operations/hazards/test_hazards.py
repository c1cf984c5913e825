from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from tests.unit.operations.hazards.cast import (
    ADMIN,
    ASSISTANT,
    CHIEF,
    CITY,
    FIRE,
    HERE,
    LAT,
    LON,
    OFFICER,
    VOLUNTEER,
    check,
    filed,
    given,
    hand_in,
    new,
    reported,
    state,
)
from tests.unit.operations.photos.pictures import picture
from tests.unit.operations.small_place import COUNTY, EAST, ELSEWHERE, NOW_S, WEST, viewer

from wardmote.core.beat.hazard_figures import Grouping, HazardFigure, Period
from wardmote.core.domain.hazard import AwayReason
from wardmote.core.domain.hazard_categories import (
    SHIPPED_HAZARD_CATEGORIES,
    Term,
    TermUnit,
    dump_hazard_categories,
)
from wardmote.core.domain.hazard_events import HazardPartMoved
from wardmote.core.domain.permissions import (
    ROLE_PERMISSIONS,
    ROLE_PURPOSES,
    Permission,
    Purpose,
    Role,
    Viewer,
)
from wardmote.core.domain.photo import PictureSize
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.hazards import errors, selectors, services
from wardmote.operations.hazards.models import (
    Hazard,
    HazardExtension,
    HazardPart,
    HazardReporter,
    HazardStep,
)
from wardmote.operations.hazards.selectors import HazardFilter
from wardmote.operations.hazards.services import reporting
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.photos.models import Photo
from wardmote.operations.photos.selectors import open_photo
from wardmote.operations.photos.services import keep_photo
from wardmote.operations.places.errors import RulesRefusedError
from wardmote.operations.tasks.models import Task

pytestmark = pytest.mark.usefixtures("world")
HOUR_S, DAY_S = 3_600.0, 86_400.0


def hazard_state(hazard: str) -> str:
    return Hazard.objects.get(pk=hazard).state


def test_a_hazard_goes_from_report_to_closure() -> None:
    hazard, part = given()
    hand_in(part, NOW_S + 1)
    check(part, NOW_S + 2)
    row = Hazard.objects.get(pk=hazard)
    assert (row.state, row.ended_s, state(part)) == ("closed", NOW_S + 2, "passed")
    assert list(HazardStep.objects.values_list("action", flat=True)) == [
        "report", "file", "assign", "assign", "submit", "pass", "close",
    ]  # fmt: skip
    written = JournalEntry.objects.filter(type__startswith="hazard.").order_by("seq")
    assert [one.type for one in written if one.type != "hazard.department_set"] == [
        "hazard.reported", "hazard.moved", "hazard.moved", "hazard.part_moved",
        "hazard.part_moved", "hazard.part_moved", "hazard.moved",
    ]  # fmt: skip
    assert "Blocked" not in str([one.data for one in written])


def test_reporting_twice_with_one_key_reports_once() -> None:
    first = services.report(ASSISTANT, new(), now_s=NOW_S)
    again = services.report(ASSISTANT, new(), now_s=NOW_S + 1)
    assert (again.id, again.known, Hazard.objects.count()) == (first.id, True, 1)
    assert services.report(ASSISTANT, new("k2"), now_s=NOW_S).number != first.number


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"category": "nonsense"}, errors.UnknownCategoryError),
        ({"lon": 10.0}, errors.OutsideError),
        ({"lat": float("nan")}, errors.OutsideError),
        ({"key": ""}, errors.WordsNeededError),
    ],
)
def test_a_report_that_does_not_fit_is_refused(
    changed: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        services.report(ASSISTANT, replace(new(), **changed), now_s=NOW_S)
    assert not Hazard.objects.exists()


def test_a_part_returned_for_rework_needs_new_proof() -> None:
    hazard, part = given()
    with pytest.raises(errors.ProofMissingError):
        services.submit_proof(FIRE, part, "", now_s=NOW_S + 1)
    hand_in(part, NOW_S + 1)
    check(part, NOW_S + 2, passed=False)
    assert (state(part), hazard_state(hazard)) == ("assigned", "assigned")
    with pytest.raises(errors.ProofMissingError):
        services.submit_proof(FIRE, part, "", now_s=NOW_S + 3)
    hand_in(part, NOW_S + 3, key="again")
    check(part, NOW_S + 4)
    row = HazardPart.objects.get(pk=part)
    assert (row.returns, row.first_checked_s, hazard_state(hazard)) == (1, NOW_S + 2, "closed")


def test_returning_asks_why() -> None:
    _hazard, part = given()
    hand_in(part, NOW_S + 1)
    with pytest.raises(errors.WordsNeededError):
        services.check_part(OFFICER, part, HERE, " ", passed=False, now_s=NOW_S + 2)


def test_nobody_checks_what_their_own_side_put_right() -> None:
    _hazard, part = given()
    hand_in(part, NOW_S + 1)
    both = viewer((Role.COMMUNITY_OFFICER, EAST), (Role.DEPARTMENT, COUNTY), staff="fire1")
    with pytest.raises(errors.SecondPersonError):
        services.check_part(both, part, HERE, "", passed=True, now_s=NOW_S + 2)
    assert state(part) == "submitted"


@pytest.mark.parametrize(("level", "ends"), [(0, True), (1, False)])
def test_an_assistant_does_not_end_what_was_ordered_at_a_level_but_may_return_it(
    level: int, ends: bool
) -> None:
    _hazard, part = given()
    if level:
        services.escalate_part(OFFICER, part, "Now", now_s=NOW_S)
    hand_in(part, NOW_S + 1)
    if ends:
        services.check_part(ASSISTANT, part, HERE, "", passed=True, now_s=NOW_S + 2)
        assert state(part) == "passed"
        return
    _react()
    assert Task.objects.get().office == "community_officer"  # whoever looks may end it
    with pytest.raises(errors.OfficerPassesError):
        services.check_part(ASSISTANT, part, HERE, "", passed=True, now_s=NOW_S + 2)
    assert state(part) == "submitted"
    services.check_part(ASSISTANT, part, HERE, "Still there", passed=False, now_s=NOW_S + 3)
    hand_in(part, NOW_S + 4, key="q")
    services.check_part(OFFICER, part, HERE, "", passed=True, now_s=NOW_S + 5)
    assert state(part) == "passed"


@pytest.mark.parametrize(
    ("spot", "error"),
    [
        (services.OnSpot(), errors.PositionNeededError),
        (services.OnSpot(float("nan"), LAT), errors.PositionNeededError),
        (services.OnSpot(LON, LAT + 0.00091), errors.TooFarError),
        (services.OnSpot(LON, LAT + 0.00089), None),
        (services.OnSpot(LON, LAT + 0.5, AwayReason.PLACE_WRONG), None),
        (services.OnSpot(away=AwayReason.NO_SIGNAL), None),
    ],
)
def test_a_check_is_made_on_the_spot_or_says_why_not(
    spot: services.OnSpot, error: type[Exception] | None
) -> None:
    _hazard, part = given()
    hand_in(part, NOW_S + 1)
    if error is not None:
        with pytest.raises(error):
            services.check_part(OFFICER, part, spot, "", passed=True, now_s=NOW_S + 2)
    else:
        services.check_part(OFFICER, part, spot, "", passed=True, now_s=NOW_S + 2)
        step = HazardStep.objects.get(action="pass")
        assert (step.distance_m is None) is (spot.lon is None)
        assert step.away == ("" if spot.away is None else spot.away.value)


def test_joint_handling_closes_when_all_parts_passed() -> None:
    hazard, fire, city = given("fire", "city_management")
    hand_in(fire, NOW_S + 1)
    check(fire, NOW_S + 2)
    assert hazard_state(hazard) == "assigned"
    hand_in(city, NOW_S + 3, CITY)
    check(city, NOW_S + 4)
    assert hazard_state(hazard) == "closed"


def test_a_hazard_that_nobody_has_any_more_waits_to_be_given_again() -> None:
    hazard, fire, city = given("fire", "city_management")
    services.decline_part(FIRE, fire, "Not ours", now_s=NOW_S + 1)
    assert hazard_state(hazard) == "assigned"
    services.recall_part(OFFICER, city, "Wrong one", now_s=NOW_S + 2)
    assert hazard_state(hazard) == "filed"
    services.assign_hazard(OFFICER, hazard, [services.PartWanted("fire")], now_s=NOW_S + 3)
    assert hazard_state(hazard) == "assigned"


def test_a_declined_part_does_not_hold_up_the_others() -> None:
    hazard, fire, city = given("fire", "city_management")
    hand_in(fire, NOW_S + 1)
    check(fire, NOW_S + 2)
    services.decline_part(CITY, city, "Not ours", now_s=NOW_S + 3)
    assert hazard_state(hazard) == "closed"


def test_what_is_reopened_needs_new_parts_and_keeps_the_old_ones() -> None:
    hazard, part = given()
    hand_in(part, NOW_S + 1)
    check(part, NOW_S + 2)
    services.reopen_hazard(CHIEF, hazard, "It is back", now_s=NOW_S + 3)
    assert (hazard_state(hazard), state(part)) == ("filed", "passed")
    again = services.assign_hazard(OFFICER, hazard, [services.PartWanted("fire")], now_s=NOW_S + 4)
    services.decline_part(FIRE, again[0].id, "Not ours", now_s=NOW_S + 5)
    assert hazard_state(hazard) == "filed"


@pytest.mark.parametrize(
    "wanted",
    [
        [],
        [services.PartWanted("unheard_of")],
        [services.PartWanted("fire"), services.PartWanted("fire")],
        [services.PartWanted(owner_name=" ")],
        [services.PartWanted(owner_name=f"o{n}") for n in range(9)],
    ],
)
def test_a_hazard_is_given_to_somebody_who_can_have_it(wanted: list[services.PartWanted]) -> None:
    hazard = filed()
    with pytest.raises(errors.NobodyChosenError):
        services.assign_hazard(OFFICER, hazard, wanted, now_s=NOW_S)
    assert (hazard_state(hazard), HazardPart.objects.count()) == ("filed", 0)


def test_a_department_gets_a_hazard_once_and_none_when_it_is_ended() -> None:
    hazard, _part = given()
    with pytest.raises(errors.NobodyChosenError):
        services.assign_hazard(OFFICER, hazard, [services.PartWanted("fire")], now_s=NOW_S)
    ended = services.DepartmentWanted("fire", Bilingual("消防", "Fire"), COUNTY, ("fire1",), False)
    services.set_department(ADMIN, ended, now_s=NOW_S)
    with pytest.raises(errors.NobodyChosenError):
        services.assign_hazard(OFFICER, filed("k2"), [services.PartWanted("fire")], now_s=NOW_S)


@pytest.mark.parametrize(
    "term",
    [
        Term(0, TermUnit.HOURS),
        Term(1.5, TermUnit.WORKING_DAYS),
        Term(181, TermUnit.WORKING_DAYS),
        Term(float("nan"), TermUnit.HOURS),
    ],
)
def test_a_term_out_of_bounds_is_refused(term: Term) -> None:
    with pytest.raises(errors.TermRefusedError):
        services.assign_hazard(
            OFFICER, filed(), [services.PartWanted("fire", term=term)], now_s=NOW_S
        )


def test_more_time_is_asked_before_the_deadline_granted_and_the_first_deadline_kept() -> None:
    _hazard, part = given()
    first_s = HazardPart.objects.get(pk=part).deadline_s
    assert first_s == NOW_S + 24 * HOUR_S
    wanted = services.MoreTime(first_s + DAY_S, "Parts are missing")
    for until_s, now_s in ((first_s, NOW_S), (first_s + 181 * DAY_S, NOW_S),
                           (first_s + DAY_S, first_s + 1)):  # fmt: skip
        with pytest.raises(errors.TermRefusedError):
            services.ask_extension(FIRE, part, replace(wanted, until_s=until_s), now_s=now_s)
    asked = services.ask_extension(FIRE, part, wanted, now_s=first_s)
    with pytest.raises(errors.AskedAlreadyError):
        services.ask_extension(FIRE, part, wanted, now_s=first_s)
    with pytest.raises(AccessDeniedError):
        services.decide_extension(FIRE, asked, "", grant=True, now_s=first_s)
    services.decide_extension(OFFICER, asked, "", grant=True, now_s=first_s + 5)
    row = HazardPart.objects.get(pk=part)
    assert (row.first_deadline_s, row.deadline_s) == (first_s, first_s + DAY_S)
    with pytest.raises(errors.NotPossibleError):
        services.decide_extension(OFFICER, asked, "no", grant=False, now_s=first_s + 6)


def test_a_request_for_more_time_lapses_when_its_part_goes_on() -> None:
    _hazard, part = given()
    until_s = HazardPart.objects.get(pk=part).deadline_s + DAY_S
    services.ask_extension(FIRE, part, services.MoreTime(until_s, "why"), now_s=NOW_S + 1)
    hand_in(part, NOW_S + 2)
    assert HazardExtension.objects.get().state == "lapsed"


def test_refusing_more_time_asks_why_and_leaves_the_deadline() -> None:
    _hazard, part = given()
    before = HazardPart.objects.get(pk=part).deadline_s
    asked = services.ask_extension(FIRE, part, services.MoreTime(before + 1, "why"), now_s=NOW_S)
    with pytest.raises(errors.WordsNeededError):
        services.decide_extension(OFFICER, asked, "", grant=False, now_s=NOW_S)
    services.decide_extension(OFFICER, asked, "No", grant=False, now_s=NOW_S)
    assert HazardPart.objects.get(pk=part).deadline_s == before


def test_time_stands_still_while_a_part_is_suspended() -> None:
    _hazard, part = given()
    before = HazardPart.objects.get(pk=part).deadline_s
    services.suspend_part(OFFICER, part, "Flood", now_s=NOW_S + HOUR_S)
    assert services.escalate_due(before + 30 * DAY_S) is False
    assert HazardPart.objects.get(pk=part).level == 0
    services.resume_part(OFFICER, part, "", now_s=NOW_S + 10 * DAY_S)
    row = HazardPart.objects.get(pk=part)
    assert (row.state, row.deadline_s) == ("assigned", NOW_S + 10 * DAY_S + 23 * HOUR_S)
    assert row.first_deadline_s == before


def test_what_is_late_rises_by_itself_and_never_twice() -> None:
    _hazard, part = given()
    deadline_s = HazardPart.objects.get(pk=part).deadline_s
    services.escalate_due(deadline_s)
    assert HazardPart.objects.get(pk=part).level == 0
    for _ in range(2):
        services.escalate_due(deadline_s + 0.5)
        assert HazardPart.objects.get(pk=part).level == 1
    services.escalate_due(deadline_s + 40 * DAY_S)
    assert HazardPart.objects.get(pk=part).level == 3
    assert HazardStep.objects.filter(action="escalate").count() == 2
    services.escalate_part(OFFICER, part, "To the county", now_s=deadline_s + 41 * DAY_S)
    assert HazardPart.objects.get(pk=part).level == 4


def test_rejecting_asks_why_and_merging_asks_for_an_open_hazard() -> None:
    hazard, other = reported(), reported("k2")
    number = Hazard.objects.get(pk=other).number
    with pytest.raises(errors.WordsNeededError):
        services.reject_hazard(OFFICER, hazard, "", now_s=NOW_S)
    own = Hazard.objects.get(pk=hazard).number
    for wrong in ("YH0", own):
        with pytest.raises(errors.BadMergeError):
            services.merge_hazard(OFFICER, hazard, wrong, now_s=NOW_S)
    services.merge_hazard(OFFICER, hazard, number, now_s=NOW_S)
    assert hazard_state(hazard) == "merged"
    services.reject_hazard(OFFICER, other, "No hazard", now_s=NOW_S)
    assert hazard_state(other) == "rejected"


def test_a_hazard_at_the_place_of_an_earlier_one_is_linked_with_it() -> None:
    first = reported()
    near = services.report(ASSISTANT, new("k2", lat=LAT + 0.0005), now_s=NOW_S + DAY_S)
    assert near.repeats == 1
    for other in (new("k3", lat=LAT + 0.002), new("k4", category="gas")):
        assert services.report(ASSISTANT, other, now_s=NOW_S + DAY_S).repeats == 0
    page = selectors.hazard_page(OFFICER, near.id, now_s=NOW_S + DAY_S)
    assert [row.pk for row in page.earlier] == [first]
    back = selectors.hazard_page(OFFICER, first, now_s=NOW_S + DAY_S)
    assert [row.pk for row in back.later] == [near.id]
    found = selectors.hazards_seen(OFFICER, HazardFilter(repeated=True))
    assert [row.pk for row in found] == [near.id]


# --- rights -----------------------------------------------------------------------------------

Deed = Any
DEEDS: dict[str, tuple[Deed, Permission]] = {
    "report": (
        lambda who, h: services.report(who, new("x"), now_s=NOW_S),
        Permission.HAZARD_REPORT,
    ),
    "see": (
        lambda who, h: selectors.hazard_page(who, h["given"][0], now_s=NOW_S),
        Permission.HAZARD_VIEW,
    ),
    "file": (
        lambda who, h: services.file_hazard(who, h["reported"], now_s=NOW_S),
        Permission.HAZARD_TRIAGE,
    ),
    "reject": (
        lambda who, h: services.reject_hazard(who, h["reported"], "w", now_s=NOW_S),
        Permission.HAZARD_TRIAGE,
    ),
    "assign": (
        lambda who, h: services.assign_hazard(
            who, h["given"][0], [services.PartWanted("city_management")], now_s=NOW_S
        ),
        Permission.HAZARD_TRIAGE,
    ),
    "recall": (
        lambda who, h: services.recall_part(who, h["given"][1], "w", now_s=NOW_S),
        Permission.HAZARD_TRIAGE,
    ),
    "suspend": (
        lambda who, h: services.suspend_part(who, h["given"][1], "w", now_s=NOW_S),
        Permission.HAZARD_TRIAGE,
    ),
    "escalate": (
        lambda who, h: services.escalate_part(who, h["given"][1], "w", now_s=NOW_S),
        Permission.HAZARD_TRIAGE,
    ),
    "check": (
        lambda who, h: services.check_part(
            who, h["submitted"], HERE, "", passed=True, now_s=NOW_S + 2
        ),
        Permission.HAZARD_CHECK,
    ),
    "place": (
        lambda who, h: services.add_point(who, Bilingual("点", "P"), LON, LAT, now_s=NOW_S),
        Permission.HAZARD_TRIAGE,
    ),
    "department": (
        lambda who, h: services.set_department(
            who,
            services.DepartmentWanted("gas", Bilingual("燃", "G"), EAST, ()),
            now_s=NOW_S,
        ),
        Permission.CONFIGURATION_EDIT,
    ),
}


@pytest.fixture
def cases() -> dict[str, Any]:
    _hazard, part = given(key="k2")
    hand_in(part, NOW_S + 1)
    return {"reported": reported("k3"), "given": given(), "submitted": part}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_role_acts_on_hazards_in_its_area_and_nowhere_else(
    cases: dict[str, Any], deed: str
) -> None:

    act, permission = DEEDS[deed]
    for role in Role:
        for area in (COUNTY, EAST, WEST, ELSEWHERE):
            who = viewer((role, area), staff="tester")
            before = transaction.savepoint()
            if permission in ROLE_PERMISSIONS[role] and area in (COUNTY, EAST):
                act(who, cases)
            else:
                with pytest.raises(AccessDeniedError):
                    act(who, cases)
            transaction.savepoint_rollback(before)
    with pytest.raises(AccessDeniedError):
        act(Viewer("nobody", ()), cases)


def test_a_department_sees_and_does_only_what_was_given_to_it() -> None:
    hazard, part = given()
    assert [row.pk for row in selectors.department_work(FIRE)] == [part]
    assert selectors.hazard_page(FIRE, hazard, now_s=NOW_S).parts[0].rectifies
    for act in (
        lambda: selectors.hazard_page(CITY, hazard, now_s=NOW_S),
        lambda: services.add_proof(CITY, part, picture(), key="k", now_s=NOW_S),
        lambda: services.submit_proof(CITY, part, "", now_s=NOW_S),
        lambda: services.decline_part(CITY, part, "w", now_s=NOW_S),
        lambda: services.ask_extension(CITY, part, services.MoreTime(0, "w"), now_s=NOW_S),
        lambda: services.decline_part(OFFICER, part, "w", now_s=NOW_S),
    ):
        with pytest.raises(AccessDeniedError):
            act()
    assert not selectors.hazards_seen(CITY, HazardFilter()).exists()
    assert selectors.department_work(CITY) == []


def test_a_member_without_the_right_and_the_right_without_membership_open_nothing() -> None:
    hazard, part = given()
    for who in (
        viewer(staff="fire1"),
        viewer((Role.DEPARTMENT, ELSEWHERE), staff="fire1"),
        viewer((Role.DEPARTMENT, COUNTY), staff="stranger"),
    ):
        with pytest.raises(AccessDeniedError):
            selectors.hazard_page(who, hazard, now_s=NOW_S)
        with pytest.raises(AccessDeniedError):
            services.decline_part(who, part, "w", now_s=NOW_S)


def test_departments_with_parts_share_one_page_and_lose_it_with_the_part() -> None:
    hazard, fire, _city = given("fire", "city_management")
    assert len(selectors.hazard_page(CITY, hazard, now_s=NOW_S).parts) == 2
    services.decline_part(FIRE, fire, "Not ours", now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        selectors.hazard_page(FIRE, hazard, now_s=NOW_S)


def test_a_volunteer_follows_own_reports_and_no_others() -> None:
    mine = services.report(VOLUNTEER, new("v"), now_s=NOW_S).id
    other = reported()
    assert [row.pk for row in selectors.hazards_seen(VOLUNTEER, HazardFilter())] == [mine]
    with pytest.raises(AccessDeniedError):
        selectors.hazard_page(VOLUNTEER, other, now_s=NOW_S)
    assert Hazard.objects.get(pk=mine).channel == "volunteer"


def test_pictures_are_added_and_seen_by_those_whose_business_they_are() -> None:
    hazard, part = given()
    before = keep_photo(ASSISTANT, picture(), "hazard", hazard, None, NOW_S, key="b")
    after = services.add_proof(FIRE, part, picture(), key="a", now_s=NOW_S)
    for photo in (before, after):
        for who in (OFFICER, FIRE, ASSISTANT):
            open_photo(who, photo, now_s=NOW_S)
        for who in (CITY, VOLUNTEER, viewer((Role.COMMUNITY_OFFICER, WEST))):
            with pytest.raises(AccessDeniedError):
                open_photo(who, photo, now_s=NOW_S)
    for who in (CITY, VOLUNTEER):
        with pytest.raises(AccessDeniedError):
            keep_photo(who, picture(), "hazard", hazard, None, NOW_S, key="c")
    with pytest.raises(AccessDeniedError):
        keep_photo(OFFICER, picture(), "hazard_proof", part, None, NOW_S, key="c")


# --- strangers ----------------------------------------------------------------------------------


@pytest.fixture
def point() -> str:
    services.add_point(OFFICER, Bilingual("东街", "East street"), LON, LAT, now_s=NOW_S)
    return selectors.points_seen(OFFICER)[0].token


def _by_resident(point: str, key: str = "r", **about: Any) -> services.Reported:
    contact = about.pop("contact", services.Contact())
    return services.report_at_point(
        point, new(key, **about), contact, own_camera=about.pop("own", False), now_s=NOW_S
    )


def test_a_resident_reports_at_a_place_and_follows_it(point: str) -> None:
    done = _by_resident(point)
    row = selectors.followed(done.follow)
    assert (row.pk, row.channel, row.reported_by) == (done.id, "resident", "outside:resident")
    assert done.follow not in str(Hazard.objects.values())
    for wrong in ("", "x", done.follow[:-1]):
        with pytest.raises(errors.UnknownHazardError):
            selectors.followed(wrong)
    other = reported("k9")
    services.merge_hazard(OFFICER, done.id, Hazard.objects.get(pk=other).number, now_s=NOW_S)
    assert selectors.followed(done.follow).pk == other


def test_a_place_is_believed_about_where_it_is(point: str) -> None:
    near = Hazard.objects.get(pk=_by_resident(point, "a", lat=LAT + 0.004).id)
    far = Hazard.objects.get(pk=_by_resident(point, "b", lat=LAT + 0.01).id)
    none = Hazard.objects.get(pk=_by_resident(point, "c", lat=float("nan")).id)
    assert [row.lat for row in (near, far, none)] == [LAT + 0.004, LAT, LAT]


def test_a_place_takes_only_so_many_reports_an_hour(
    point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "MOST_AT_POINT", 3)
    for number in range(3):
        _by_resident(point, f"r{number}")
    with pytest.raises(errors.TooManyReportsError):
        _by_resident(point, "one-more")
    assert _by_resident(point, "r0").known


def test_a_report_of_a_resident_says_something_and_names_a_place_in_use(point: str) -> None:
    with pytest.raises(errors.WordsNeededError):
        _by_resident(point, words=" ")
    services.end_point(OFFICER, selectors.points_seen(OFFICER)[0].pk, now_s=NOW_S)
    with pytest.raises(errors.UnknownHazardError):
        _by_resident(point)


@pytest.mark.parametrize("purpose", Purpose)
def test_how_a_reporter_is_reached_opens_for_a_purpose_and_is_written_down(
    point: str, purpose: Purpose
) -> None:
    done = _by_resident(point, contact=services.Contact("王五", "13900000000"))
    for role in Role:
        who = viewer((role, EAST), staff="looker")
        Disclosure.objects.all().delete()
        held = ROLE_PERMISSIONS[role]
        if Permission.HAZARD_VIEW in held and purpose in ROLE_PURPOSES[role]:
            found = selectors.open_contact(who, done.id, purpose, now_s=NOW_S)
            assert found == ("王五", "13900000000")
            assert Disclosure.objects.get().subject == done.number
        else:
            with pytest.raises(AccessDeniedError):
                selectors.open_contact(who, done.id, purpose, now_s=NOW_S)
            assert not Disclosure.objects.exists()


def test_an_owner_without_an_account_rectifies_by_a_token() -> None:
    hazard = filed()
    owner = services.PartWanted(owner_name="李四", owner_phone="13700000000", what="Clear it")
    (part,) = services.assign_hazard(OFFICER, hazard, [owner], now_s=NOW_S)
    token = part.owner_token
    assert selectors.owner_page(token, now_s=NOW_S).part.what == "Clear it"
    other = services.assign_hazard(OFFICER, hazard, [owner], now_s=NOW_S)[0]
    with pytest.raises(errors.UnknownHazardError):
        services.decline_part(other.owner_token, part.id, "w", now_s=NOW_S)
    with pytest.raises(errors.UnknownHazardError):
        selectors.owner_page("", now_s=NOW_S)
    hand_in(part.id, NOW_S + 1, token)
    photo = selectors.owner_page(token, now_s=NOW_S + 1).after[0].id
    selectors.owner_photo(token, photo, now_s=NOW_S + 1, size=PictureSize.SMALL)
    check(part.id, NOW_S + 2)
    services.recall_part(OFFICER, other.id, "twice", now_s=NOW_S + 3)
    with pytest.raises(errors.UnknownHazardError):
        selectors.owner_page(other.owner_token, now_s=NOW_S + 3)
    with pytest.raises(AccessDeniedError):
        selectors.open_owner(CHIEF, part.id, Purpose.FOLLOW_UP, now_s=NOW_S)
    assert selectors.open_owner(OFFICER, part.id, Purpose.FOLLOW_UP, now_s=NOW_S)[0] == "李四"


def test_contacts_are_erased_a_term_after_the_end_and_not_before(point: str) -> None:
    contact = services.Contact("王五", "13900000000")
    ended = _by_resident(point, "a", contact=contact).id
    still_open = _by_resident(point, "b", contact=contact).id
    services.reject_hazard(OFFICER, ended, "none", now_s=NOW_S)
    assert services.forget_contacts(NOW_S + services.CONTACT_TERM_S - 1) == 0
    assert services.forget_contacts(NOW_S + services.CONTACT_TERM_S) == 1
    assert list(HazardReporter.objects.values_list("hazard", flat=True)) == [still_open]
    assert services.forget_contacts(NOW_S + services.CONTACT_TERM_S) == 0


def test_pictures_stay_two_years_after_the_end() -> None:
    hazard, part = given()
    keep_photo(ASSISTANT, picture(), "hazard", hazard, None, NOW_S, key="b")
    hand_in(part, NOW_S + 1)
    check(part, NOW_S + 2)
    assert set(Photo.objects.values_list("until_s", flat=True)) == {NOW_S + 2 + 730 * DAY_S}


# --- figures and settings -----------------------------------------------------------------------


def test_closed_at_the_second_of_the_deadline_is_on_time_and_a_second_later_is_not() -> None:
    for key, late_s in (("a", 0.0), ("b", 1.0)):
        _hazard, part = given(key=key)
        hand_in(part, NOW_S + DAY_S + late_s)
        check(part, NOW_S + 2 * DAY_S)
    period = Period(NOW_S, NOW_S + 7 * DAY_S, NOW_S + 7 * DAY_S)
    (row,) = selectors.figures(OFFICER, period)[Grouping.DEPARTMENT]
    assert (row.key, row.due, row.on_time, row.on_time_share) == ("fire", 2, 1, 0.5)
    late = selectors.cases(OFFICER, period, HazardFigure.LATE, Grouping.DEPARTMENT, "fire")
    assert [one.key for one in late] == ["b"]
    elsewhere = viewer((Role.SUPERVISOR, WEST))
    assert selectors.part_facts(elsewhere, HazardFilter(), period) == []
    assert selectors.figures(elsewhere, period)[Grouping.DEPARTMENT] == ()


def test_hot_cells_count_what_lies_in_them() -> None:
    for number in range(3):
        reported(f"k{number}", lat=LAT + number * 0.0001)
    reported("far", lat=LAT + 0.02)
    cells = selectors.hot_cells(OFFICER, HazardFilter(), 1_000.0)
    assert sum(cell.count for cell in cells) == 4
    assert cells[0].count >= 2
    assert cells[0].south <= LAT + 0.0002 < cells[0].north + 0.0002
    assert selectors.hot_cells(CITY, HazardFilter(), 1_000.0) == []


def test_categories_are_versioned_data() -> None:
    data = dump_hazard_categories(SHIPPED_HAZARD_CATEGORIES)
    data["version"], data["repeat"]["radius_m"] = "ours/2", 5.0
    place_wide = viewer((Role.ADMINISTRATOR, COUNTY))
    services.set_categories(place_wide, data, now_s=NOW_S)
    assert selectors.categories(NOW_S + 10).version == "ours/2"
    with pytest.raises(RulesRefusedError):
        services.set_categories(place_wide, {**data, "few": "many"}, now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        services.set_categories(OFFICER, data, now_s=NOW_S)


@pytest.mark.parametrize(
    "wanted",
    [
        services.DepartmentWanted("No", Bilingual("消", "F"), COUNTY, ()),
        services.DepartmentWanted("x", Bilingual(" ", ""), COUNTY, ()),
        services.DepartmentWanted("x", Bilingual("消", "F"), COUNTY, ("stranger",)),
        services.DepartmentWanted("fire", Bilingual("消", "F"), EAST, ()),
    ],
)
def test_a_department_that_does_not_fit_is_refused(wanted: services.DepartmentWanted) -> None:
    with pytest.raises((errors.BadSettingError, errors.UnknownMembersError)):
        services.set_department(ADMIN, wanted, now_s=NOW_S)


# --- tasks ----------------------------------------------------------------------------------------


def _react() -> None:
    """Tell the reaction every event of parts, as the follower of the journal does."""
    for event in all_events():
        if isinstance(event.payload, HazardPartMoved):
            services.recheck_task(event, event.recorded_s)


def test_proof_asks_for_a_task_to_look_and_the_check_ends_it() -> None:
    _hazard, part = given()
    _react()
    assert not Task.objects.exists()
    hand_in(part, NOW_S + 1)
    _react()
    _react()
    task = Task.objects.get()
    assert (task.source_kind, task.source, task.place_kind) == ("hazard_part", part, "hazard")
    assert task.due_s > NOW_S
    check(part, NOW_S + 2, passed=False)
    _react()
    assert Task.objects.get().state == "cancelled"
    hand_in(part, NOW_S + 3, key="again")
    _react()
    assert sorted(Task.objects.values_list("state", flat=True)) == ["cancelled", task.state]
    living = Task.objects.exclude(state="cancelled").get()
    Task.objects.filter(pk=living.pk).update(holder="officer", state="open")
    check(part, NOW_S + 4)
    _react()
    assert sorted(Task.objects.values_list("state", flat=True)) == ["cancelled", "done"]
