from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from tests.unit.operations.small_place import COUNTY, SMALL_PLACE, WEST

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.units.services import load_units

CALL = {"category": "dispute.neighbour", "channel": "phone", "lon": 111.15, "lat": 27.05}


@pytest.fixture(autouse=True)
def place(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    load_units(SMALL_PLACE.units)
    forget()


def _client(role: Role, area: AreaId = COUNTY, **how: Any) -> Client:
    name = f"{role.value}-{area}"
    account = open_account(name, "a long password", staff_id=name, name=Bilingual("名", "Name"))
    grant_role(account.pk, role, area, granted_by="test")
    client = Client(headers={"accept-language": "en"}, **how)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _post(client: Client, path: str, body: Any, key: str | None = None) -> Any:
    return client.post(
        path,
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid.uuid4())},
    )


def test_a_stranger_gets_an_error_and_not_a_log_in_page() -> None:
    for answer in (Client().get("/api/board"), _post(Client(), "/api/incidents", CALL)):
        assert answer.status_code == 401
        assert set(answer.json()) == {"code", "message"}


def test_a_change_from_another_sites_page_is_refused() -> None:
    client = _client(Role.DISPATCHER, enforce_csrf_checks=True)
    answer = _post(client, "/api/incidents", CALL)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_the_same_key_gets_the_same_answer_and_changes_nothing() -> None:
    client = _client(Role.DISPATCHER)
    first, again = (_post(client, "/api/incidents", CALL, "k1") for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotent-Replay"] == "true"
    assert client.get("/api/incidents").json()["total"] == 1


def test_the_same_key_with_another_body_is_refused() -> None:
    client = _client(Role.DISPATCHER)
    _post(client, "/api/incidents", CALL, "k1")
    answer = _post(client, "/api/incidents", {**CALL, "note": "other"}, "k1")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")


def test_a_change_without_a_key_is_refused() -> None:
    client = _client(Role.DISPATCHER)
    answer = client.post("/api/incidents", json.dumps(CALL), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "key_missing")


def test_a_field_that_does_not_fit_is_named() -> None:
    answer = _post(_client(Role.DISPATCHER), "/api/incidents", {**CALL, "lat": 91})
    assert answer.status_code == 422
    assert answer.json()["field"].endswith("lat")


def test_a_call_outside_the_area_is_neither_entered_nor_seen() -> None:
    number = _post(_client(Role.DISPATCHER), "/api/incidents", CALL).json()["id"]
    west = _client(Role.DISPATCHER, WEST)
    assert _post(west, "/api/incidents", CALL).status_code == 403
    assert west.get(f"/api/incidents/{number}").status_code in (403, 404)
    assert west.get("/api/board").json()["incidents"] == []


def test_a_change_made_looking_at_an_older_version_is_refused() -> None:
    client = _client(Role.DISPATCHER)
    call = _post(client, "/api/incidents", CALL).json()["id"]
    version = client.get(f"/api/incidents/{call}").json()["version"]

    def patch(priority: int) -> Any:
        body = {"priority": priority, "reason": "new_information", "version": version}
        return client.patch(
            f"/api/incidents/{call}",
            json.dumps(body),
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )

    assert patch(1).status_code == 200
    stale = patch(2)
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")


def test_pages_of_calls_follow_one_another_without_gap_or_repeat() -> None:
    client = _client(Role.DISPATCHER)
    made = [_post(client, "/api/incidents", CALL).json()["id"] for _ in range(5)]
    seen: list[str] = []
    after = ""
    while True:
        page = client.get("/api/incidents", {"limit": 2, "after": after}).json()
        seen += [one["id"] for one in page["incidents"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(made)
    assert len(set(seen)) == len(seen)


def test_a_line_of_the_command_line_sends_a_unit_and_errors_name_the_column() -> None:
    client = _client(Role.DISPATCHER)
    call = _post(client, "/api/incidents", CALL).json()
    tail = call["number"].split("-")[1]
    assert _post(client, "/api/commands", {"line": "on u1"}).status_code == 200
    sent = _post(client, "/api/commands", {"line": f"d {tail} u1"})
    assert (sent.status_code, sent.json()["incident"]) == (200, call["id"])
    assert client.get("/api/board").json()["assignments"][0]["unit"] == "u1"
    wrong = _post(client, "/api/commands", {"line": f"d {tail} u9"})
    assert (wrong.status_code, wrong.json()["column"]) == (422, len(f"d {tail} "))


def test_an_alarm_level_is_raised_once_for_a_key_and_only_within_the_card() -> None:
    client = _client(Role.DISPATCHER)
    call = _post(client, "/api/incidents", CALL).json()["id"]
    path = f"/api/incidents/{call}/alarm-level"
    first, again = (_post(client, path, {"level": 2}, "k1") for _ in range(2))
    assert first.json() == again.json() == {"changed": True}
    assert again["Idempotent-Replay"] == "true"
    assert client.get("/api/board").json()["incidents"][0]["alarm_level"] == 2
    detail = client.get(f"/api/incidents/{call}").json()
    assert (detail["alarm_level"], detail["alarm_levels"]) == (2, 2)
    too_high = _post(client, path, {"level": 3})
    assert (too_high.status_code, too_high.json()["code"]) == (422, "unknown_alarm_level")
    assert "1 to 2" in too_high.json()["message"]
    officer = _client(Role.COMMUNITY_OFFICER)
    assert _post(officer, path, {"level": 1}).status_code == 403


def test_units_are_asked_for_again_by_request_and_by_command() -> None:
    client = _client(Role.DISPATCHER)
    call = _post(client, "/api/incidents", CALL).json()
    path = f"/api/incidents/{call['id']}/recommendation"
    asked, repeated = (_post(client, path, {}, "k1") for _ in range(2))
    assert (asked.status_code, asked.json()) == (202, {"state": "requested"})
    assert repeated["Idempotent-Replay"] == "true"
    for line in (f"rec {call['number'].split('-')[1]}", f"推荐 {call['number']}"):
        done = _post(client, "/api/commands", {"line": line})
        assert (done.status_code, done.json()["incident"]) == (200, call["id"])
    timeline = client.get(f"/api/incidents/{call['id']}").json()["timeline"]
    assert [one["type"] for one in timeline].count("recommendation.requested") == 3
    assert _post(_client(Role.AUDITOR), path, {}).status_code == 403


def test_the_command_line_sets_the_alarm_level_in_both_languages() -> None:
    client = _client(Role.DISPATCHER)
    call = _post(client, "/api/incidents", CALL).json()
    tail = call["number"].split("-")[1]
    for line, level in ((f"lv {tail} 2", 2), (f"增援 {tail} 1 /danger_over", 1)):
        done = _post(client, "/api/commands", {"line": line})
        assert (done.status_code, done.json()["incident"]) == (200, call["id"])
        assert client.get("/api/board").json()["incidents"][0]["alarm_level"] == level
    wrong = _post(client, "/api/commands", {"line": f"lv {tail} 9"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_alarm_level")


def test_the_clock_is_only_for_a_demonstration(settings: Any) -> None:
    client = _client(Role.DISPATCHER)
    assert _post(client, "/api/clock", {"rate": 10}).status_code == 404
    settings.DEMO = True
    assert _post(_client(Role.AUDITOR), "/api/clock", {"rate": 10}).status_code == 403


def test_an_unknown_address_answers_as_the_api_does() -> None:
    answer = _client(Role.DISPATCHER).get("/api/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
