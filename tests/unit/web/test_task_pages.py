"""The leader's pages of tasks: board, one task, rules that can be tried, consents, faults."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import transaction
from django.test import Client
from tests.unit.operations.small_place import COUNTY, EAST, SMALL_PLACE
from tests.unit.operations.tasks.beat_place import VILLAGE
from tests.unit.web.api.test_api import _client

from wardmote.core.beat.shipped_task_rules import SHIPPED_TASK_RULES
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Role
from wardmote.core.domain.task_rule import TaskRule
from wardmote.operations.access.models import Disclosure
from wardmote.operations.journal import clock, readers
from wardmote.operations.places.selectors import forget, local_day
from wardmote.operations.places.services import load_places
from wardmote.operations.tasks.models import CareConsent, Task, TaskRuleVersion
from wardmote.web.pages.tasks.rule_form import RuleForm, initial_of
from wardmote.web.pages.tasks.rule_text import (
    LineError,
    form_as_text,
    form_from_text,
    places_as_text,
    places_from_text,
)


@pytest.fixture(autouse=True)
def place(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    forget()


@pytest.fixture
def chief() -> Client:
    return _client(Role.STATION_CHIEF, COUNTY)


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def order(chief: Client, **changed: str) -> dict[str, str]:
    page = chief.get("/tasks/new/").content.decode()
    return {
        "title": "Look at the bridge", "kind": "inspection", "area": VILLAGE,
        "holder": f"village_assistant-{EAST}", "day": "2026-11-23", "minutes": "30",
        "token": token_of(page), **changed,
    }  # fmt: skip


def test_a_leader_orders_finds_and_cancels_a_task(chief: Client) -> None:
    _client(Role.VILLAGE_ASSISTANT, EAST)
    today = local_day(clock.now_s()).isoformat()
    sent = order(chief, day=today, although_overloaded="on")
    for _ in range(2):  # a form that is sent twice asks for one task
        assert chief.post("/tasks/new/", sent).status_code == 302
    task = Task.objects.get()
    page = f"/tasks/{task.pk}/"
    assert page in chief.get("/tasks/").content.decode()
    assert "Look at the bridge" in chief.get("/tasks.csv").getvalue().decode()  # type: ignore[attr-defined]  # a stream
    assert "Look at the bridge" in chief.get(page).content.decode()
    chief.post(page, {"form": "cancel", "reason": "not_needed", "based_on": "1"})
    task.refresh_from_db()
    assert task.state == "cancelled"


def test_a_full_day_is_told_before_anything_is_assigned(chief: Client) -> None:
    _client(Role.VILLAGE_ASSISTANT, EAST)
    refused = chief.post("/tasks/new/", order(chief, minutes="421"))
    assert refused.status_code == 422
    assert "421" in refused.content.decode()
    assert not Task.objects.exists()


def test_bad_filters_are_named_and_the_board_still_shows(chief: Client) -> None:
    for query in ("?days=99", "?area=12", "?state=nope", "?first=never"):
        assert chief.get(f"/tasks/{query}").status_code == 422
    assert chief.get("/tasks/none/").status_code == 404


@pytest.mark.parametrize("rule", SHIPPED_TASK_RULES, ids=lambda rule: rule.code)
def test_every_shipped_rule_survives_its_form(rule: TaskRule) -> None:
    initial = initial_of(rule, 0)
    entered = {k: v for k, v in initial.items() if v is not None and v is not False}
    form = RuleForm({"on_day_off": "keep", "every": 1, "working_days": 1, **entered})
    assert form.is_valid(), form.errors.as_text()
    assert form.rule() == rule


def test_a_rule_is_tried_then_set_and_rests(chief: Client) -> None:
    sent = {
        "code": "bridge", "title_en": "Look at the bridge", "kind": "inspection",
        "office": "community_officer", "minutes": "40", "where": "divisions", "level": "town",
        "when": "weekly", "every": "1", "days": "0,3", "on_day_off": "keep", "working_days": "1",
        "due": "end_of_day", "amount": "0", "based_on": "0", "area": COUNTY,
        "fields_text": "seen tick* 看过 / Seen",
    }  # fmt: skip
    tried = chief.post("/tasks/rules/new/", {**sent, "form": "try"})
    assert tried.status_code == 200
    assert tried.context["tried"]["tasks"] in (16, 18, 20)  # two towns, two days a week
    assert not TaskRuleVersion.objects.exists()
    assert chief.post("/tasks/rules/new/", {**sent, "form": "set"}).status_code == 302
    again = chief.post("/tasks/rules/bridge/", {**sent, "form": "set"})
    assert again.status_code == 422  # based on a version that is no longer the newest
    chief.post("/tasks/rules/bridge/", {"form": "rest", "based_on": "1"})
    newest = TaskRuleVersion.objects.order_by("-version").first()
    assert newest is not None
    assert (newest.version, newest.in_use) == (2, False)
    for bad in ({"days": "9"}, {"fields_text": "what"}, {"where": "own", "own": "x"},
                {"title_en": ""}, {"days": "x"}):  # fmt: skip
        assert chief.post("/tasks/rules/new/", {**sent, **bad, "form": "set"}).status_code == 422


def test_lines_are_read_both_ways_and_a_wrong_one_is_named() -> None:
    for rule in SHIPPED_TASK_RULES:
        assert form_from_text(form_as_text(rule.form)) == rule.form
    text = "bridge, 大桥 / Bridge, 430521101001, 111.1, 27.05\nyard, 院子 / Yard, 430521101001, ,"
    places = places_from_text(text)
    assert places_from_text(places_as_text(places)) == places
    assert places[1].lon is None
    with pytest.raises(LineError) as wrong:
        places_from_text(text + "\nno place")
    assert wrong.value.line == 3


def test_a_consent_is_kept_opened_and_withdrawn_on_its_page() -> None:
    assistant = _client(Role.VILLAGE_ASSISTANT, VILLAGE)
    today = local_day(clock.now_s())
    sent = {
        "area": VILLAGE, "purpose": "living_alone", "name": "李奶奶", "contact": "1380",
        "every_days": "7", "minutes": "30", "from_day": today.isoformat(),
        "to_day": (today + datetime.timedelta(days=100)).isoformat(), "signed": "on",
    }  # fmt: skip
    assert assistant.post("/care-visits/", {**sent, "signed": ""}).status_code == 422
    assert assistant.post("/care-visits/", sent).status_code == 302
    assert "李奶奶" not in assistant.get("/care-visits/").content.decode()
    page = f"/care-visits/{CareConsent.objects.get().pk}/"
    opened = assistant.post(page, {"form": "open"})
    assert "李奶奶" in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"
    assert Disclosure.objects.count() == 1
    assert assistant.post(page, {"form": "withdraw"}).status_code == 302
    assert CareConsent.objects.get().state == "withdrawn"
    assert _client(Role.AUDITOR).get("/care-visits/").status_code == 403


def test_an_administrator_sees_what_was_not_carried_out() -> None:
    with transaction.atomic():
        kept = readers.keep_fault("reactions", "tasks.follow_up_call", 7, ValueError("x"), 1.0)
    administrator = _client(Role.ADMINISTRATOR)
    page = "/administration/faults/"
    assert "tasks.follow_up_call" in administrator.get(page).content.decode()
    administrator.post(page, {"form": "dismiss", "fault": str(kept.number)})
    assert readers.faults() == ()
    assert administrator.post(page, {"form": "again", "fault": "zz"}).status_code == 302
    assert _client(Role.DISPATCHER).get(page).status_code == 403


@pytest.mark.parametrize("role", Role)
def test_each_page_opens_for_who_may(role: Role) -> None:
    client = _client(role)
    views = {"/tasks/": "task.view", "/tasks/rules/": "task.view", "/tasks/new/": "task.assign",
             "/tasks/rules/new/": "task.assign", "/care-visits/": "care.visit"}  # fmt: skip
    held = {one.value for one in ROLE_PERMISSIONS[role]}
    for address, permission in views.items():
        expected = 200 if permission in held else 403
        assert client.get(address).status_code == expected, address
