"""The page of notices: one's own, with wishes; devices go with the log-in."""

from __future__ import annotations

import base64
import json

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.operations.small_place import COUNTY, SMALL_PLACE
from tests.unit.web.api.test_api import _client

from wardmote.core.domain.notice import NOTICE_NAMES, NoticeKind
from wardmote.core.domain.permissions import Role
from wardmote.operations.journal import clock
from wardmote.operations.notices import services
from wardmote.operations.notices.models import Notice, PushDevice
from wardmote.operations.notices.services import Telling
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places

ASSISTANT = f"village_assistant-{COUNTY}"


@pytest.fixture(autouse=True)
def place(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    forget()


def key(length: int) -> str:
    return base64.urlsafe_b64encode(bytes([4] * length)).rstrip(b"=").decode()


DEVICE = {"endpoint": "https://push.example.org/1", "p256dh": key(65), "auth": key(16)}


def register(client: Client, **changed: str) -> int:
    sent = json.dumps({**DEVICE, **changed})
    return client.post(reverse("notice-device"), sent, content_type="application/json").status_code


def test_notices_are_shown_once_as_new_and_counted_on_today() -> None:
    client = _client(Role.VILLAGE_ASSISTANT)
    for kind in NoticeKind:
        services.tell([ASSISTANT], Telling(kind, "1"), clock.now_s() - 1)
    assert client.get("/notices/new.json").json()["unread"] == len(NoticeKind)
    assert f">{len(NoticeKind)}</span>" in client.get("/today/").content.decode()
    assert f"Notices ({len(NoticeKind)})</a>" in client.get("/my-checks/").content.decode()
    page = client.get("/notices/").content.decode()
    assert all(name.en.replace("'", "&#x27;") in page for name in NOTICE_NAMES.values())
    assert client.get("/notices/new.json").json()["unread"] == 0


@pytest.mark.parametrize("role", list(Role))
def test_everybody_with_an_account_has_the_page_and_sees_only_ones_own(role: Role) -> None:
    client = _client(role)
    services.tell(["village_assistant-x"], Telling(NoticeKind.RECALLED, "1"), clock.now_s())
    page = client.get("/notices/")
    assert page.status_code == 200
    assert "Nothing yet." in page.content.decode()


def test_strangers_are_asked_to_log_in() -> None:
    assert Client().get("/notices/").status_code == 302
    assert register(Client()) == 302


def test_wishes_are_kept_and_bad_hours_refused() -> None:
    client = _client(Role.VILLAGE_ASSISTANT)
    kept = client.post("/notices/", {"kind": ["task_new"], "from": "22:00", "to": "06:30"})
    assert kept.status_code == 302
    page = client.get("/notices/").content.decode()
    assert page.count(" checked") == 1
    assert 'value="22:00"' in page
    for sent in ({"from": "22:00"}, {"from": "25:00", "to": "06:00"}, {"from": "x", "to": "y"}):
        assert client.post("/notices/", sent).status_code == 422


def test_a_device_is_kept_and_goes_with_the_log_in() -> None:
    client = _client(Role.VILLAGE_ASSISTANT)
    assert register(client) == 200
    assert register(client) == 200
    assert PushDevice.objects.get().staff == ASSISTANT
    client.post("/accounts/logout/")
    assert not PushDevice.objects.exists()


@pytest.mark.parametrize(("changed", "status"), [
    ({"endpoint": "https://127.0.0.1/x"}, 422), ({"endpoint": "http://push.example.org/x"}, 422),
    ({"auth": ""}, 422), ({"endpoint": 7}, 400),
])  # fmt: skip
def test_what_is_no_push_service_is_refused(changed: dict[str, str], status: int) -> None:
    assert register(_client(Role.VILLAGE_ASSISTANT), **changed) == status
    assert not PushDevice.objects.exists()


def test_a_form_of_another_site_registers_nothing() -> None:
    assert register(_client(Role.VILLAGE_ASSISTANT, enforce_csrf_checks=True)) == 403


def test_the_worker_has_the_words_of_every_kind_in_both_languages() -> None:
    worker = Client().get("/notices/worker.js").content.decode()
    for name in NOTICE_NAMES.values():
        assert name.zh in worker
        assert name.en in worker
    assert "__WORDS__" not in worker


def test_long_lists_have_pages() -> None:
    client = _client(Role.VILLAGE_ASSISTANT)
    for number in range(51):
        services.tell([ASSISTANT], Telling(NoticeKind.DUTY_LEVEL, str(number)), clock.now_s())
    assert Notice.objects.count() == 51
    assert "page=2" in client.get("/notices/").content.decode()
    assert "page 2 of 2" in client.get("/notices/?page=2").content.decode()
