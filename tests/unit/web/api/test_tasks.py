"""A phone's day over the API: one answer with a tag, actions once, conflicts with both states."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation
from tests.unit.operations.small_place import EAST, SMALL_PLACE
from tests.unit.operations.tasks.beat_place import PLACE, VILLAGE, request
from tests.unit.web.api.test_api import _client, _post

from wardmote.core.domain.ids import PersonId
from wardmote.core.domain.permissions import Role, Viewer
from wardmote.operations.access.selectors import forget_viewers, viewer_of
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.tasks import services
from wardmote.operations.tasks.models import Task

HERE = {"lon": PLACE.lon, "lat": PLACE.lat}


@pytest.fixture(autouse=True)
def place(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    forget()


@pytest.fixture
def phone() -> Client:
    return _client(Role.VILLAGE_ASSISTANT, VILLAGE)


@pytest.fixture
def task(phone: Client) -> str:
    now_s = clock.now_s()
    day = local_day(now_s)
    asked = dataclasses.replace(
        request(), holder=PersonId(f"village_assistant-{VILLAGE}"), day=day,
        opens_s=midnight_s(day), due_s=midnight_s(day + datetime.timedelta(days=1)),
    )  # fmt: skip
    with transaction.atomic():
        return services.make(asked, actor="rule:test", now_s=now_s)


def test_the_day_is_one_answer_and_unchanged_costs_nothing(phone: Client, task: str) -> None:
    first = phone.get("/api/tasks/today")
    body = first.json()
    assert [one["id"] for one in body["tasks"]] == [task]
    assert body["tasks"][0]["form"] in body["forms"]
    assert body["tasks"][0]["area_name"] is not None
    assert {"elsewhere", "hand_over"} == set(body["reasons"])
    again = phone.get("/api/tasks/today", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    _post(phone, f"/api/tasks/{task}/check-in", {"where": HERE})
    changed = phone.get("/api/tasks/today", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_a_place_that_got_another_name_is_no_unchanged_day(phone: Client, task: str) -> None:
    first = phone.get("/api/tasks/today")
    Task.objects.filter(pk=task).update(place_zh="新名")  # as a village that was renamed
    changed = phone.get("/api/tasks/today", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["tasks"][0]["place"]["name"]["zh"] == "新名"


def test_work_is_done_once_however_often_it_is_sent(phone: Client, task: str) -> None:
    sent = {"where": HERE, "answers": {"seen": True}, "based_on": 1}
    first = _post(phone, f"/api/tasks/{task}/finish", sent, "k1")
    again = _post(phone, f"/api/tasks/{task}/finish", sent, "k1")
    assert first.status_code == again.status_code == 200
    assert again["Idempotent-Replay"] == "true"
    assert first.json()["state"] == "done"
    assert first.json() == again.json()


def test_a_conflict_shows_how_the_task_stands(phone: Client, task: str) -> None:
    chief = _client(Role.STATION_CHIEF, EAST)
    other = _client(Role.VILLAGE_ASSISTANT, EAST)
    forget_viewers()
    moved = services.assign(
        _viewer(chief), task, f"village_assistant-{EAST}", now_s=clock.now_s(),
        although_overloaded=True,
    )  # fmt: skip
    answer = _post(phone, f"/api/tasks/{task}/check-in", {"where": HERE, "based_on": 1})
    assert answer.status_code == 409
    assert answer.json()["code"] == "task_conflict"
    assert answer.json()["task"]["holder"] == moved.holder
    # Who no longer holds it learns that it went on, and no more.
    assert set(answer.json()["task"]) == {"id", "state", "holder", "revision"}
    assert _post(other, f"/api/tasks/{task}/check-in", {"where": HERE}).status_code == 200


def test_bad_input_is_refused_with_what_to_do(phone: Client, task: str) -> None:
    path = f"/api/tasks/{task}"
    for body, status, code in (
        ({"where": {"lon": 999, "lat": 0}}, 422, "invalid"),
        ({"where": {}}, 422, "position_needed"),
        ({"where": {"lon": 111.2, "lat": 27.0}}, 422, "too_far"),
        ({"where": {"reason": "nope"}}, 422, "unknown_reason"),
    ):
        answer = _post(phone, f"{path}/check-in", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    answer = _post(phone, f"{path}/finish", {"where": HERE, "answers": {"seen": "x"}})
    assert answer.json()["code"] == "answers_refused"
    assert phone.post(f"{path}/undo", "{}", content_type="application/json").status_code == 400
    assert _post(phone, "/api/tasks/none/undo", {}).status_code == 404


def test_others_neither_see_nor_touch_it(task: str) -> None:
    stranger = _client(Role.VILLAGE_ASSISTANT, EAST)
    assert stranger.get(f"/api/tasks/{task}").status_code == 404
    assert stranger.get("/api/tasks/today").json()["tasks"] == []
    assert _post(stranger, f"/api/tasks/{task}/undo", {}).status_code == 404
    assert _post(stranger, f"/api/tasks/{task}/care-visit", {}).status_code == 404
    assert _client(Role.STATION_CHIEF, EAST).get(f"/api/tasks/{task}").status_code == 200


def _viewer(client: Client) -> Viewer:
    from_session = client.session["_auth_user_id"]
    found = viewer_of(int(from_session), clock.now_s())
    assert found is not None
    return found


def test_what_an_assistant_may_not_do_alone_says_with_whom_and_asks_who_was_there(
    phone: Client, task: str
) -> None:
    officer, holder = f"community_officer-{EAST}", f"village_assistant-{VILLAGE}"
    beside = _client(Role.COMMUNITY_OFFICER, EAST)
    services.settle_all(clock.now_s())
    assert beside.get("/api/tasks/today").json()["tasks"] == []
    Task.objects.filter(pk=task).update(needs_officer=True)
    services.settle_all(clock.now_s())
    body = phone.get("/api/tasks/today").json()
    assert body["tasks"][0]["beside"]["staff"] == officer
    assert [one["staff"] for one in body["officers"][VILLAGE]] == [officer]
    (along,) = beside.get("/api/tasks/today").json()["tasks"]
    assert (along["id"], along["holder"], along["beside"]["staff"]) == (task, holder, officer)
    done = {"answers": {"seen": True}, "where": HERE}
    alone = _post(phone, f"/api/tasks/{task}/finish", done)
    assert (alone.status_code, alone.json()["code"]) == (422, "officer_needed")
    assert _post(beside, f"/api/tasks/{task}/finish", done).status_code == 404  # not the holder
    finished = _post(phone, f"/api/tasks/{task}/finish", {**done, "officer": officer})
    assert (finished.status_code, finished.json()["beside"]["staff"]) == (200, officer)


def test_a_gap_goes_to_the_phone_by_its_name(phone: Client, task: str) -> None:
    Task.objects.filter(pk=task).update(needs_officer=True)
    services.settle_all(clock.now_s())
    body = phone.get("/api/tasks/today").json()
    assert (body["tasks"][0]["beside"], body["tasks"][0]["officer_gap"]) == (None, "vacant")
    assert body["officers"] == {VILLAGE: []}
    with translation.override("en"):
        page = phone.get("/today/", headers={"Accept-Language": "en"}).content.decode()
    assert "no officer to go along" in page
