"""Advice for idle units over the API: who sees it, who answers it."""

from __future__ import annotations

import pytest
from tests.unit.operations.small_place import COUNTY, EAST, SMALL_PLACE
from tests.unit.web.api.test_api import _client, _post

from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.reasons import because
from wardmote.core.policies.relocation_moves import MoveUp
from wardmote.operations.access.selectors import forget_viewers
from wardmote.operations.dispatch import services
from wardmote.operations.journal import clock
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.units.services import load_units


@pytest.fixture(autouse=True)
def place(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    forget()


def advise() -> str:
    unit = UnitId("u1")
    now_s = clock.now_s()
    services.go_on_duty(services.standing_order_viewer(COUNTY), unit, now_s=now_s)
    reason = because("fills_a_gap")
    advice = MoveUp(unit, None, PostId("p1"), 0.02, 60.0, reason, "test/1")
    kept = services.keep_move_up(advice, now_s=now_s)
    assert kept is not None
    return kept


def test_a_crew_finds_its_advice_and_answers_it_and_the_room_sees_that() -> None:
    move_up = advise()
    crew = _client(Role.CREW, EAST)
    path = f"/api/move-ups/{move_up}/actions"
    assert _post(crew, path, {"action": "acknowledge"}).status_code == 403
    assert _post(crew, "/api/units/u1/crew", {}).status_code == 200
    forget_viewers()  # a commit would have done so
    assert [one["id"] for one in crew.get("/api/crew").json()["move_ups"]] == [move_up]
    answered = _post(crew, path, {"action": "acknowledge"})
    assert (answered.status_code, answered.json()) == (
        200,
        {"state": "acknowledged", "changed": True},
    )
    board = _client(Role.DISPATCHER).get("/api/board").json()
    assert [(one["unit"], one["state"]) for one in board["move_ups"]] == [("u1", "acknowledged")]
    assert _client(Role.AUDITOR, COUNTY).get("/api/board").json()["move_ups"] == board["move_ups"]


def test_an_unknown_action_or_advice_is_refused_with_what_is_allowed() -> None:
    move_up = advise()
    client = _client(Role.DISPATCHER)
    wrong = _post(client, f"/api/move-ups/{move_up}/actions", {"action": "fly"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_action")
    assert "lapse" in wrong.json()["allowed"]
    gone = _post(client, "/api/move-ups/none/actions", {"action": "arrive"})
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_move_up")
    needs = _post(client, f"/api/move-ups/{move_up}/actions", {"action": "refuse"})
    assert needs.json()["code"] == "reason_needed"
    assert _post(client, f"/api/move-ups/{move_up}/actions", {"action": "lapse"}).status_code == 200
    late = _post(client, f"/api/move-ups/{move_up}/actions", {"action": "arrive"})
    assert (late.status_code, late.json()["code"]) == (409, "not_possible_now")
