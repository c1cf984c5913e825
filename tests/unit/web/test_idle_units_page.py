"""The page of idle units: rules put in force by those who may, and figures of what followed."""

from __future__ import annotations

import datetime
import json
from unittest.mock import Mock

import pytest
from django.test import Client
from tests.unit.operations.small_place import COUNTY, EAST, SMALL_PLACE, WEST, viewer
from tests.unit.web.test_standards_page import client_of

from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.reasons import because
from wardmote.core.policies.patrol import Patrol, Stop, dump_patrol
from wardmote.core.policies.relocation_moves import MoveUp
from wardmote.core.policies.relocation_rule import ADVISING, shipped_by
from wardmote.operations.dispatch import services
from wardmote.operations.dispatch.models import PatrolPlan, PatrolRecord
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.places import selectors
from wardmote.operations.places.services import load_places
from wardmote.operations.units.services import load_units
from wardmote.web.api import patrols
from wardmote.web.pages import idle_units
from wardmote.web.pages.patrols.units import patrols_context

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> None:
    """The day is at its middle, so that two hours ago was today at whatever hour tests run."""
    clock.set_rate(1.0, served_s=midnight_s(local_day(clock.now_s())) + 43_200)


def put(client: Client, **form: str) -> list[str]:
    answer = client.post("/idle-units/", form, follow=True)
    selectors.forget()
    return [str(one) for one in answer.context["messages"]]


def test_nothing_is_in_force_until_a_supervisor_says_so_and_can_be_ended() -> None:
    client = client_of(Role.SUPERVISOR)
    assert client.get("/idle-units/").context["is_moving"] is False
    put(client, rule="relocation-on")
    rule = selectors.relocation_in_force(clock.now_s())
    assert rule is not None
    assert rule.version == "relocation/1"
    assert client.get("/idle-units/").context["is_moving"] is True
    for method in ADVISING:
        put(client, rule="relocation-on", method=method.value)
        rule = selectors.relocation_in_force(clock.now_s())
        assert rule == shipped_by(method, len(selectors.posts()))
        assert client.get("/idle-units/").context["method"] == method.value
    bad = {"rule": "relocation-on", "method": "off"}
    assert client.post("/idle-units/", bad).status_code == 400
    put(client, rule="relocation-off")
    assert client.get("/idle-units/").context["is_moving"] is False
    put(client, rule="cover-on")
    keeping = selectors.cover_keeping_in_force(clock.now_s())
    assert keeping is not None
    assert keeping.enabled


def test_a_rule_of_the_places_own_is_put_in_force_or_refused_by_field() -> None:
    client = client_of(Role.PLANNER)
    put(client, rule="written", json=json.dumps({"version": "own/1", "moves_per_shift": 2}))
    rule = selectors.relocation_in_force(clock.now_s())
    assert rule is not None
    assert (rule.version, rule.moves_per_shift) == ("own/1", 2)
    told = put(client, rule="written", json=json.dumps({"version": "own/2", "busy_share": 2.0}))
    assert "busy_share" in told[0]
    assert "line 1" in put(client, rule="written", json="{")[0]
    kept = selectors.relocation_in_force(clock.now_s())
    assert kept is not None
    assert kept.version == "own/1"
    assert client.post("/idle-units/", {"rule": "x"}).status_code == 400


def test_a_dispatcher_reads_but_does_not_set() -> None:
    client = client_of(Role.DISPATCHER)
    page = client.get("/idle-units/")
    assert page.status_code == 200
    assert page.context["may_edit"] is False
    put(client, rule="relocation-on")
    assert selectors.relocation_in_force(clock.now_s()) is None


def test_patrols_for_all_idle_units_are_drawn_up_and_each_unit_is_accounted_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_of(Role.SUPERVISOR)
    assert 'value="patrols"' in client.get("/idle-units/").content.decode()
    assert "No city is loaded" in put(client, rule="patrols")[0]
    monkeypatch.setattr(idle_units, "city_runtime", lambda: None)
    assert put(client, rule="patrols")[0].endswith("is on duty.")
    why = services.PassedOver
    drawn = services.PatrolsDrawn(
        (UnitId("u1"), UnitId("u2")), {why.BUSY: 3, why.ON_PATROL: 1, why.LATER: 2}
    )
    monkeypatch.setattr(idle_units, "draw_patrols", lambda *_args, **_names: drawn)
    said = put(client, rule="patrols")[0]
    assert said.startswith("2 patrols were drawn up.")
    assert "Units with a call: 3." in said
    assert "ask again for them: 2." in said


def test_who_commands_no_units_draws_up_no_patrols(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle_units, "city_runtime", lambda: None)
    client = client_of(Role.PLANNER)
    assert 'value="patrols"' not in client.get("/idle-units/").content.decode()
    assert "Only who commands units" in put(client, rule="patrols")[0]


def test_figures_say_how_advice_was_followed() -> None:
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    client = client_of(Role.SUPERVISOR)
    now_s = clock.now_s()
    from_viewer = services.standing_order_viewer(COUNTY)
    for unit in ("u1", "u2"):
        services.go_on_duty(from_viewer, UnitId(unit), now_s=now_s)
        advice = MoveUp(
            UnitId(unit), None, PostId("p1"), 0.02, 60.0, because("fills_a_gap"), "test/1"
        )
        kept = services.keep_move_up(advice, now_s=now_s)
        assert kept is not None
        if unit == "u1":
            services.arrive_by_rule(kept, now_s=now_s)
    page = client.get("/idle-units/?days=1")
    assert page.context["whole"].figures.advised == 2
    assert page.context["whole"].obeyed == "100%"
    assert [row.name for row in page.context["units"]] == ["U1", "U2"]
    for asked in ("999", "²", "9" * 5_000):
        assert client.get("/idle-units/", {"days": asked}).context["days"] == 7


def test_patrols_and_visits_are_shown_and_downloaded() -> None:
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    client = client_of(Role.SUPERVISOR)
    now_s = clock.now_s()
    place = SMALL_PLACE.key_places[0].place_id
    PatrolRecord.objects.create(
        id="a", unit_id="u1", made_s=now_s - 7_200, until_s=now_s - 3_600, length_m=9_000.0,
        way_share=0.75, planned=[place], visited=[place], cut_short=False,
    )  # fmt: skip
    stop = Stop(111.15, 27.05, 1_200.0, 60.0, place)
    way = Patrol(1, 3_600.0, 900.0, 0.9, ((111.15, 27.05), (111.16, 27.05)), (stop,), ())
    PatrolPlan.objects.create(
        id="b", unit_id="u1", made_s=now_s, until_s=now_s + 3_600, seed=1, plan=dump_patrol(way),
        made_by="test",
    )  # fmt: skip
    services.go_on_duty(services.standing_order_viewer(COUNTY), UnitId("u1"), now_s=now_s)
    page = client.get("/idle-units/").context
    assert [(row.unit, row.stops, row.driven) for row in page["running"]] == [
        (SMALL_PLACE.units[0].call_sign, "0 / 1", "–")
    ]
    assert [(row.name, row.way) for row in page["driven"]] == [
        ("All units", "75%"), (SMALL_PLACE.units[0].call_sign, "75%"),
    ]  # fmt: skip
    seen = {row.visits.place: row.visits.days_since for row in page["key_place_visits"]}
    assert seen[place] == 0
    lines = b"".join(client.get("/idle-units/patrols.csv?days=7")).decode("utf-8-sig").splitlines()
    assert lines[1].endswith(",1,0,0,0.75,1,1,1.0")
    assert place in b"".join(client.get("/idle-units/key-places.csv")).decode("utf-8-sig")
    assert client.get("/idle-units/other.csv").status_code == 404
    assert client.get("/api/patrols?unit=u2").json() == {"patrols": []}
    assert client.get("/api/patrols").status_code == 422


def test_of_a_unit_without_positions_nobody_knows_what_it_drove(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    client, now_s = client_of(Role.SUPERVISOR), clock.now_s()
    way = Patrol(1, 3_600.0, 900.0, 0.9, ((111.15, 27.05), (111.16, 27.05)), (), ())
    for unit in ("u1", "u2"):
        services.go_on_duty(services.standing_order_viewer(COUNTY), UnitId(unit), now_s=now_s)
        PatrolPlan.objects.create(
            id=unit, unit_id=unit, made_s=now_s, until_s=now_s + 3_600, seed=1,
            plan=dump_patrol(way), made_by="test",
        )  # fmt: skip
    monkeypatch.setattr(patrols, "city_runtime", lambda: None)
    monkeypatch.setattr(patrols, "street_names", lambda _city: ())
    read = Mock(wraps=selectors.key_places)
    monkeypatch.setattr(selectors, "key_places", read)
    told = client.get("/api/patrols?unit=u1&unit=u2").json()["patrols"]
    assert [(one["unit"], one["driven_share"]) for one in told] == [("u1", None), ("u2", None)]
    assert read.call_count == 1


def test_visits_are_told_of_places_in_ones_own_areas_that_were_valid_in_the_period() -> None:
    load_places(SMALL_PLACE)
    selectors.forget()
    now_s = midnight_s(datetime.date(2026, 11, 14))
    for area, days, expected in (
        (COUNTY, 7, ["k1", "k2"]),
        (EAST, 7, ["k1", "k2"]),
        (WEST, 7, []),
        (COUNTY, 1, ["k1"]),
    ):
        told = patrols_context(viewer((Role.SUPERVISOR, area)), days, now_s)["key_place_visits"]
        assert [row.visits.place for row in told] == expected, (area, days)
