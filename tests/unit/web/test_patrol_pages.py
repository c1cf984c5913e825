"""Pages and API of patrols: making an order, walking it, adherence, grades, bad input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.unit.operations.patrols.cast import CHIEF, team
from tests.unit.operations.patrols.test_patrol_orders import POINTS, wanted
from tests.unit.operations.small_place import EAST, SMALL_PLACE, WEST
from tests.unit.web.test_night_watch_pages import PEOPLE, of

from wardmote.core.domain.patrol import PatrolWho
from wardmote.core.domain.permissions import Role
from wardmote.operations.access.models import Disclosure
from wardmote.operations.hazards.models import Hazard
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
from wardmote.operations.patrols import services
from wardmote.operations.patrols.models import (
    PatrolGrading,
    PatrolOrder,
    PatrolReach,
    WatchTeam,
)
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places

pytestmark = pytest.mark.django_db
HOUR_S = 3_600.0
POINTS_TYPED = "111.12, 27.02, Gate\n111.12，27.022，School\n111.12, 27.021, Bridge"


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    forget()


def order_for(who: str, *, starts_in_s: float = 60.0, key: str = "k") -> str:
    now_s = clock.now_s()
    asked = wanted(
        who=who, who_kind=PatrolWho.TEAM, from_s=now_s + starts_in_s,
        to_s=now_s + starts_in_s + 2 * HOUR_S, key=key,
    )  # fmt: skip
    return services.make_order(CHIEF, asked, now_s=now_s)


def send(client: Client, path: str, body: dict[str, Any], key: str) -> Any:
    return client.post(
        f"/api/patrol-orders/{path}", json.dumps(body), content_type="application/json",
        headers={"idempotency-key": key},
    )  # fmt: skip


def typed(**changed: str) -> dict[str, str]:
    begins = local_time(clock.now_s() + HOUR_S)
    ends = local_time(clock.now_s() + 3 * HOUR_S)
    return {
        "area": EAST, "kind": "points", "place": "Three gates", "points": POINTS_TYPED,
        "from": f"{begins:%Y-%m-%dT%H:%M}", "to": f"{ends:%Y-%m-%dT%H:%M}", "every": "60",
        "people": "2", "key": "page-1", "act": "make", **changed,
    }  # fmt: skip


def test_a_leader_makes_one_order_of_a_form_that_is_sent_twice() -> None:
    first = team(0)
    chief = of("chief")
    assert "New patrol order" in chief.get("/patrols/new/").content.decode()
    for _time in range(2):
        page = chief.post("/patrols/new/", typed(who=f"team:{first}"), follow=True)
        assert "Three gates" in page.content.decode()
    order = PatrolOrder.objects.get()
    assert [one["name"]["en"] for one in order.points] == ["Gate", "Bridge", "School"]
    assert (order.every_s, order.who) == (HOUR_S, first)
    assert order.pk in chief.get("/patrols/").content.decode()
    assert chief.get("/patrols/walked.csv").status_code == 200
    for language in ("en", "zh-hans"):
        assert of("officer", language).get(f"/patrols/{order.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"points": "x"}, "Line 1 is no check-point"),
        ({"points": ""}, "at least one check-point"),
        ({"points": "111, 99, x"}, "Line 1 is no check-point"),
        ({"kind": "street"}, "No street of that name"),
        ({"kind": "area", "area": "430521101099"}, ""),
        ({"to": "x"}, "from when to when"),
        ({"to": "2020-01-01T00:00"}, "Not right: to_s"),
        ({"who": "team:nobody"}, "Choose an active team"),
        ({"act": "demand"}, "No demand is known"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(
    changed: dict[str, str], said: str
) -> None:
    page = of("chief").post("/patrols/new/", typed(**changed))
    if not said:
        assert page.status_code in (403, 422)
        return
    text = page.content.decode()
    assert page.status_code == 422
    assert said in text
    assert "Three gates" in text
    assert not PatrolOrder.objects.exists()


def test_an_area_is_its_boundary() -> None:
    of("chief").post("/patrols/new/", typed(kind="area", place=EAST, points=""))
    order = PatrolOrder.objects.get()
    assert order.place["kind"] == "area"
    assert len(order.place["paths"][0]) == 4
    assert order.points, "an area without check-points gets some"


def test_a_volunteer_walks_and_each_request_counts_once() -> None:
    order = order_for(team(0))
    phone, chief = of("v0"), of("chief")
    assert phone.get("/patrols/walk/").status_code == 200
    day = phone.get("/api/patrol-orders/mine").json()
    assert [one["id"] for one in day["orders"]] == [order]
    assert day["hazards"]
    assert day["calls"] == []
    assert send(phone, f"{order}/start", {}, "s").json()["mine"] is True
    point = {"number": 1, "lon": POINTS[0].lon, "lat": POINTS[0].lat}
    for _time in range(2):
        told = send(phone, f"{order}/points", point, "p").json()
        assert [one["number"] for one in told["reached"]] == [1]
    assert PatrolReach.objects.count() == 1
    far = send(phone, f"{order}/points", {"number": 2}, "p2")
    assert (far.status_code, far.json()["code"]) == (422, "point_position_needed")
    now_s = clock.now_s()
    fixes = {"positions": [[now_s, 111.12, 27.02, 5.0], [now_s + 1, 111.12, 27.0201, 5.0]]}
    assert send(phone, f"{order}/positions", fixes, "f").json() == {"kept": 2}
    seen = {
        "kind": "hazard", "category": day["hazards"][0]["code"], "lon": 111.12, "lat": 27.02,
        "words": "wires down",
    }  # fmt: skip
    made = send(phone, f"{order}/seen", seen, "h")
    assert made.status_code == 201
    assert send(phone, f"{order}/seen", seen, "h").json() == made.json()
    assert Hazard.objects.count() == 1
    state = chief.get("/api/patrol-orders/tonight").json()["orders"][0]
    assert (state["state"], state["reached"], state["due"]) == ("under_way", 1, 3)
    assert "111.12" not in chief.get("/api/patrol-orders/tonight").content.decode()
    looked = send(chief, f"{order}/track", {"purpose": "safety"}, "t").json()
    assert len(looked["positions"]) == 2
    assert Disclosure.objects.filter(subject_kind="patrol_positions").count() == 1
    assert send(of("dept"), f"{order}/track", {"purpose": "safety"}, "t").status_code == 404
    assert send(phone, f"{order}/finish", {"note": "quiet"}, "e").json()["state"] == "finished"
    assert send(phone, f"{order}/positions", fixes, "f2").status_code == 409
    text = chief.get(f"/patrols/{order}/").content.decode()
    assert "quiet" in text
    assert made.json()["number"] in text
    assert phone.get(f"/patrols/{order}/").status_code == 200
    hazard = f"/hazards/{made.json()['id']}/"
    assert f"/patrols/{order}/" in chief.get(hazard).content.decode()


def test_only_those_with_the_right_come_in() -> None:
    order = order_for(team(0))
    assert of("west").get(f"/patrols/{order}/").status_code == 404
    assert of("dept").get("/patrols/").status_code == 403
    assert of("v1").get("/patrols/new/").status_code == 403
    assert of("v1").get(f"/patrols/{order}/").status_code == 404
    assert of("west").get(f"/patrols/grades/?area={EAST}").status_code == 403
    assert of("chief").get(f"/patrols/grades/?area={WEST}").status_code == 403
    assert of("dept").get("/api/patrol-orders/mine").status_code == 403
    PEOPLE["a7"] = (Role.VILLAGE_ASSISTANT, EAST)
    assert of("a7").post(f"/patrols/{order}/", {"act": "cancel"}).status_code == 403


def test_a_button_sent_twice_acts_once() -> None:
    order = order_for(team(0))
    chief = of("chief")
    other = team(1)
    for _time in range(2):
        chief.post(f"/patrols/{order}/", {"act": "give", "who": f"team:{other}", "key": "g"})
    assert PatrolOrder.objects.get().given == 2
    page = chief.post(f"/patrols/{order}/", {"act": "cancel", "key": "c"}, follow=True)
    assert "was cancelled" in page.content.decode()
    again = chief.post(f"/patrols/{order}/", {"act": "cancel", "key": "c"}, follow=True)
    assert "was cancelled" in again.content.decode()


def test_grades_are_edited_as_a_table() -> None:
    chief = of("chief")
    added = {
        "act": "add", "area": EAST, "version": "0", "kind": "points", "place": "Market",
        "within": EAST, "points": POINTS_TYPED, "first_hour": "22", "last_hour": "2", "grade": "2",
    }  # fmt: skip
    page = chief.post("/patrols/grades/", added, follow=True).content.decode()
    assert "Market" in page
    row = PatrolGrading.objects.get()
    hours = row.data["places"][0]["hours"]
    assert [hour for hour, grade in enumerate(hours) if grade == 2] == [0, 1, 22, 23]
    table = {f"grade-0-{hour}": "4" if hour == 12 else "0" for hour in range(24)}
    rules = {f"every-{n}": "60" for n in range(1, 5)} | {f"people-{n}": "3" for n in range(1, 5)}
    chief.post("/patrols/grades/", {"act": "set", "area": EAST, "version": "1", **table, **rules})
    newest = PatrolGrading.objects.get(version=2)
    assert newest.data["places"][0]["hours"][12] == 4
    assert {one["every_minutes"] for one in newest.data["rules"]} == {60}
    late = chief.post(
        "/patrols/grades/", {"act": "set", "area": EAST, "version": "1", **table}, follow=True
    ).content.decode()
    assert "do not fit" in late or "Somebody else changed" in late
    bad = chief.post("/patrols/grades/", {**added, "version": "2", "points": "x"}, follow=True)
    assert "Line 1 is no check-point" in bad.content.decode()
    assert of("officer", "zh-hans").get("/patrols/grades/").status_code == 200


def test_the_table_asks_the_database_as_often_for_many_orders_as_for_one() -> None:
    first = team(0)
    order_for(first, key="k0")
    chief = of("chief")
    chief.get("/patrols/walked/")
    asked = []
    for number in (1, 12):
        for row in range(number):
            order_for(first, key=f"k{number}-{row}")
        for path in ("/patrols/walked/", "/patrols/", "/api/patrol-orders/tonight"):
            with CaptureQueriesContext(connection) as queries:
                assert chief.get(path).status_code == 200
            asked.append((path, len(queries)))
    assert len(set(asked)) == 3, asked
    assert WatchTeam.objects.count() == 1


def test_a_full_day_is_told_before_somebody_is_sent_on_patrol() -> None:
    chief, person = of("chief"), "officer"
    of(person)
    begins = local_time(clock.now_s() + 86_400.0).replace(hour=0, minute=30)
    times = {
        "from": f"{begins:%Y-%m-%dT%H:%M}", "to": f"{begins.replace(hour=12):%Y-%m-%dT%H:%M}",
        "person": person,
    }  # fmt: skip
    page = chief.post("/patrols/new/", typed(**times))
    assert page.status_code == 422
    assert "720" in page.content.decode()
    assert not PatrolOrder.objects.exists()
    meant = chief.post("/patrols/new/", typed(**times, although_overloaded="on"), follow=True)
    assert PatrolOrder.objects.get().who == person
    assert ": 720 of " in meant.content.decode()


def test_an_order_given_to_somebody_whose_day_is_full_stays_where_it_was() -> None:
    chief, person = of("chief"), "officer"
    of(person)
    begins = local_time(clock.now_s() + 86_400.0).replace(hour=0, minute=30)
    chief.post("/patrols/new/", typed(**{
        "from": f"{begins:%Y-%m-%dT%H:%M}", "to": f"{begins.replace(hour=12):%Y-%m-%dT%H:%M}",
    }))  # fmt: skip
    order = PatrolOrder.objects.get()
    sent = {"act": "give", "person": person, "key": "k1"}
    assert "720" in chief.post(f"/patrols/{order.pk}/", sent, follow=True).content.decode()
    order.refresh_from_db()
    assert order.who == ""
    chief.post(f"/patrols/{order.pk}/", {**sent, "although_overloaded": "on"})
    order.refresh_from_db()
    assert order.who == person
