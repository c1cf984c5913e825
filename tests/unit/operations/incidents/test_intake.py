"""Taking down a call: its number, its place, its route, and repeating it."""

from __future__ import annotations

import pytest
from tests.unit.operations.small_place import COUNTY, DISPATCHER, EAST, NOW_S

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident import IncidentAction, Priority
from wardmote.operations.dispatch import selectors as dispatch_selectors
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.incidents import selectors, services
from wardmote.operations.incidents.errors import (
    BadCoordinatesError,
    BadTimeError,
    StaleVersionError,
    UnknownCategoryError,
    UnknownLocationRequestError,
)
from wardmote.operations.incidents.models import Caller, Incident, LocationRequest
from wardmote.operations.incidents.services import NewCall
from wardmote.operations.journal.selectors import last_seq

pytestmark = pytest.mark.usefixtures("place")
CALL = IncidentId("client-made-1")


def enter(**more: object) -> services.Entered:
    fields = {"category": "dispute.neighbour", "channel": "phone", "lon": 111.15, "lat": 27.05}
    return services.enter_call(DISPATCHER, NewCall(**{**fields, **more}), now_s=NOW_S)  # type: ignore[arg-type]  # fields by name


def kinds(call: IncidentId) -> list[str]:
    return [one.kind for one in selectors.destinations_of(selectors.find(call))]


def test_numbers_count_up_within_the_local_day() -> None:
    numbers = [enter().number for _ in range(3)]
    day = numbers[0].split("-")[0]
    assert numbers == [f"{day}-0001", f"{day}-0002", f"{day}-0003"]


def test_the_same_call_sent_again_is_taken_down_once() -> None:
    first, again = enter(id=CALL), enter(id=CALL)
    assert (first.repeated, again.repeated, again.number) == (False, True, first.number)
    assert Incident.objects.count() == 1


def test_a_call_from_outside_every_area_goes_to_the_neighbour_and_stays_the_takers() -> None:
    call = enter(lon=112.0, lat=28.0).id
    assert selectors.find(call).area == COUNTY
    assert selectors.find(call).place_known == "outside"
    assert kinds(call)[0] == "neighbour"


def test_a_changed_category_is_routed_again_once() -> None:
    call = enter().id
    assert kinds(call) == ["community_office"]
    services.reclassify(
        DISPATCHER,
        call,
        category="offence.public_order.fight",
        priority=Priority.EMERGENCY,
        reason="new_information",
        now_s=NOW_S + 1,
    )
    assert kinds(call) == ["case_team", "nearest_unit"]
    before = last_seq()
    assert not services.route(DISPATCHER, call, now_s=NOW_S + 2)
    assert last_seq() == before


def test_a_change_made_looking_at_an_older_version_is_refused() -> None:
    call = enter().id
    seen = selectors.find(call).version
    services.relocate(DISPATCHER, call, 111.16, 27.05, now_s=NOW_S + 1, expected_version=seen)
    with pytest.raises(StaleVersionError):
        services.relocate(DISPATCHER, call, 111.17, 27.05, now_s=NOW_S + 2, expected_version=seen)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"category": "dispute"}, UnknownCategoryError),
        ({"category": "nonsense"}, UnknownCategoryError),
        ({"lat": None}, BadCoordinatesError),
        ({"lon": 181.0}, BadCoordinatesError),
        ({"received_s": NOW_S + 61}, BadTimeError),
        ({"received_s": NOW_S - 86_401}, BadTimeError),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    more: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        enter(**more)
    assert Incident.objects.count() == 0
    assert last_seq() == 0


def test_the_caller_is_kept_encrypted() -> None:
    enter(caller_name="张三", caller_phone="13800000000")
    (stored,) = Caller.objects.extra(select={"raw": "phone"}).values_list("raw", flat=True)
    assert "13800000000" not in stored
    assert Caller.objects.get().phone == "13800000000"


def test_nearby_calls_come_nearest_first_with_enough_to_judge() -> None:
    near = enter(place="东街", note="两人争吵").id
    far = enter(lon=111.155).id
    enter(lon=111.19)
    dispatch.add_note(DISPATCHER, far, "…", now_s=NOW_S)
    found = selectors.nearby_calls(DISPATCHER, 111.1501, 27.05, NOW_S + 60)
    assert [one.id for one in found] == [near, far]
    assert (found[0].place, found[0].note, found[0].age_s) == ("东街", "两人争吵", 60.0)


def test_a_phone_answers_a_location_request_once_and_in_time() -> None:
    asked = services.request_location(DISPATCHER, now_s=NOW_S)
    assert asked.token not in str(LocationRequest.objects.values().get())
    services.answer_location(asked.token, 111.15, 27.05, 12.0, now_s=NOW_S + 1_799)
    with pytest.raises(UnknownLocationRequestError):
        services.answer_location(asked.token, 111.0, 27.0, None, now_s=NOW_S + 1_799)
    assert selectors.location_answer(DISPATCHER, asked.id, NOW_S + 9_999).state == "answered"
    call = enter(lon=None, lat=None, location_request=asked.id).id
    assert selectors.find(call).area == EAST
    late = services.request_location(DISPATCHER, now_s=NOW_S)
    with pytest.raises(UnknownLocationRequestError):
        services.answer_location(late.token, 111.15, 27.05, None, now_s=NOW_S + 1_800)


def test_a_reopened_call_keeps_its_history() -> None:
    call = enter().id
    close, reopen = IncidentAction.CLOSE, IncidentAction.REOPEN
    dispatch.act_on_call(DISPATCHER, call, close, disposition="advised", now_s=NOW_S + 1)
    dispatch.act_on_call(DISPATCHER, call, reopen, reason="happened_again", now_s=NOW_S + 2)
    detail = dispatch_selectors.incident_detail(DISPATCHER, call, language="en", now_s=NOW_S)
    assert (detail["state"], detail["disposition"]) == ("routed", None)
    assert detail["allowed"] == ["resolve", "close", "cancel"]
    assert "closed" in detail["stamps"]
    moved = [one["data"] for one in detail["timeline"] if one["type"] == "incident.moved"]
    assert [one["after"] for one in moved] == ["routed", "closed", "routed"]
    assert moved[1]["disposition"] == "advised"
