"""The leader's pages of tasks: board, one task, rules that can be tried, consents, faults."""

from __future__ import annotations

import dataclasses
import datetime
import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.unit.operations.small_place import COUNTY, EAST, SMALL_PLACE, WEST
from tests.unit.operations.tasks.beat_place import VILLAGE, request
from tests.unit.web.api.test_api import _client

from wardmote.core.beat.shipped_task_rules import SHIPPED_TASK_RULES
from wardmote.core.domain.consent import CarePurpose
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Role, RoleInArea, Viewer
from wardmote.core.domain.place_events import ClosureSet
from wardmote.core.domain.task_rule import TaskRule
from wardmote.operations.access.models import Disclosure
from wardmote.operations.journal import clock, readers
from wardmote.operations.journal.services import record_in_areas
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.tasks import services
from wardmote.operations.tasks.models import CareConsent, Task, TaskRuleVersion
from wardmote.operations.tasks.services import NewConsent
from wardmote.operations.working_time import working_calendar
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


def working_day() -> datetime.date:
    """The next day on which anybody works."""
    calendar, now_s = working_calendar(clock.now_s()), clock.now_s()
    return calendar.add_working_days(calendar.local_day(now_s), 1)


def order(chief: Client, **changed: str) -> dict[str, str]:
    page = chief.get("/tasks/new/").content.decode()
    return {
        "title": "Look at the bridge", "kind": "inspection", "area": VILLAGE,
        "holder": f"village_assistant-{EAST}", "day": working_day().isoformat(), "minutes": "30",
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


def test_whoever_holds_a_task_opens_its_page_and_leads_nothing_there(chief: Client) -> None:
    holder = _client(Role.VILLAGE_ASSISTANT, EAST)
    other = _client(Role.VILLAGE_ASSISTANT, WEST)
    chief.post("/tasks/new/", order(chief, although_overloaded="on"))
    address = f"/tasks/{Task.objects.get().pk}/"
    page = holder.get(address)
    assert page.status_code == 200
    assert "Look at the bridge" in page.content.decode()
    assert "<form method" not in page.content.decode().split("<main")[1]
    assert 'href="/tasks/"' not in page.content.decode()
    holder.post(address, {"form": "cancel", "reason": "not_needed", "based_on": "1"})
    assert Task.objects.get().state != "cancelled"
    assert other.get(address).status_code == 404
    assert chief.get(address).status_code == 200


def test_an_ordered_inspection_names_the_officer_and_a_visit_does_where_that_is_asked(
    chief: Client,
) -> None:
    _client(Role.VILLAGE_ASSISTANT, EAST)
    _client(Role.COMMUNITY_OFFICER, EAST)
    asked: list[dict[str, str]] = [
        {},
        {"kind": "visit"},
        {"kind": "visit", "needs_officer": "on"},
    ]
    named = []
    for changed in asked:
        made = chief.post("/tasks/new/", order(chief, although_overloaded="on", **changed))
        page = chief.get(made["Location"], headers={"Accept-Language": "en"}).content.decode()
        assert "no officer to go along" not in page
        named.append("With whom" in page)
    assert named == [True, False, True]


def test_a_full_day_is_told_before_anything_is_assigned(chief: Client) -> None:
    _client(Role.VILLAGE_ASSISTANT, EAST)
    refused = chief.post("/tasks/new/", order(chief, minutes="421"))
    assert refused.status_code == 422
    assert "421" in refused.content.decode()
    assert "420" in refused.content.decode()
    assert not Task.objects.exists()


def test_however_many_tasks_there_are_a_page_asks_as_often(chief: Client) -> None:
    now_s = clock.now_s()
    day, begins_s = local_day(now_s), midnight_s(local_day(now_s))
    phone = _client(Role.VILLAGE_ASSISTANT, VILLAGE)
    holder = PersonId(f"village_assistant-{VILLAGE}")
    asked: list[list[int]] = []
    for count in (1, 20):
        for number in range(count):
            wanted = dataclasses.replace(
                request(f"{count}-{number}"), holder=holder, day=day, opens_s=begins_s,
                due_s=begins_s + 1.0, area=AreaId(f"4305211010{number + 1:02d}"),
            )  # fmt: skip
            with transaction.atomic():
                services.make(wanted, actor="rule:test", now_s=now_s)
        task = Task.objects.order_by("pk").values_list("pk", flat=True)[0]
        asked.append([])
        pages = [(chief, "/tasks/"), (chief, "/tasks.csv"), (chief, f"/tasks/{task}/"),
                 (phone, "/today/"), (phone, "/api/tasks/today")]  # fmt: skip
        for client, address in pages:
            client.get(address)  # what a server reads once is read
            with CaptureQueriesContext(connection) as queries:
                b"".join(client.get(address))
            asked[-1].append(len(queries))
    assert asked[0] == asked[1]


def test_what_is_overdue_is_found_whatever_its_day(chief: Client) -> None:
    with transaction.atomic():
        services.make(request(), actor="rule:test", now_s=clock.now_s())
    task = Task.objects.get()
    Task.objects.update(day=task.day.replace(year=2025), due_s=1.0)
    assert task.pk in chief.get("/tasks/?state=overdue").content.decode()


@pytest.mark.parametrize("ahead", [-1, 367])
def test_nothing_is_ordered_for_yesterday_or_for_ever(chief: Client, ahead: int) -> None:
    day = local_day(clock.now_s()) + datetime.timedelta(days=ahead)
    sent = order(chief, holder="", day=day.isoformat())
    assert chief.post("/tasks/new/", sent).status_code == 422
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


def test_a_rule_is_tried_only_by_who_may_set_it_there(chief: Client) -> None:
    officer = _client(Role.COMMUNITY_OFFICER, EAST)
    sent = {
        "code": "bridge", "title_en": "Look at the bridge", "kind": "inspection",
        "office": "community_officer", "minutes": "40", "where": "divisions", "level": "town",
        "when": "every_days", "every": "1", "on_day_off": "keep", "working_days": "1",
        "due": "end_of_day", "amount": "0", "based_on": "0", "form": "try",
    }  # fmt: skip
    assert officer.post("/tasks/rules/new/", {**sent, "area": EAST}).status_code == 200
    for elsewhere in (COUNTY, WEST, ""):
        refused = officer.post("/tasks/rules/new/", {**sent, "area": elsewhere})
        assert refused.status_code == 403, elsewhere


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
        "token": token_of(assistant.get("/care-visits/").content.decode()),
    }  # fmt: skip
    assert assistant.post("/care-visits/", {**sent, "signed": ""}).status_code == 422
    for _again in range(2):  # the same form is the same paper
        assert assistant.post("/care-visits/", sent).status_code == 302
    assert CareConsent.objects.count() == 1
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


def test_an_administrator_of_a_part_sees_the_faults_of_that_part_alone() -> None:
    with transaction.atomic():
        happened = [(area, ClosureSet("c", (), closed=True)) for area in (EAST, WEST)]
        ours, theirs = record_in_areas(happened, actor="rule:test", now_s=1.0)
        for seq in (ours.seq, theirs.seq, 0):
            readers.keep_fault("reactions", f"of.{seq}", seq, ValueError("x"), 1.0)
    client, page = _client(Role.ADMINISTRATOR, EAST), "/administration/faults/"
    text = client.get(page).content.decode()
    assert f">of.{ours.seq}<" in text
    assert f">of.{theirs.seq}<" not in text
    assert ">of.0<" not in text
    for fault in readers.faults():
        client.post(page, {"form": "dismiss", "fault": str(fault.number)})
    assert {one.seq for one in readers.faults()} == {theirs.seq, 0}


@pytest.mark.parametrize("role", Role)
def test_each_page_opens_for_who_may(role: Role) -> None:
    client = _client(role)
    views = {"/tasks/": "task.view", "/tasks/rules/": "task.view", "/tasks/new/": "task.assign",
             "/tasks/rules/new/": "task.assign"}  # fmt: skip
    held = {one.value for one in ROLE_PERMISSIONS[role]}
    for address, permission in views.items():
        expected = 200 if permission in held else 403
        assert client.get(address).status_code == expected, address
    care = client.get("/care-visits/")
    assert care.status_code == (200 if held & {"care.visit", "task.assign"} else 403)
    if care.status_code == 200:  # leaders hear of withdrawals; consents are kept by who visits
        assert ('name="signed"' in care.content.decode()) is ("care.visit" in held)


def test_a_leader_enters_a_withdrawal_where_nobody_else_is(chief: Client) -> None:
    today = local_day(clock.now_s())
    day = datetime.timedelta(days=1)
    officer = Viewer("o1", (RoleInArea(Role.COMMUNITY_OFFICER, EAST),))
    paper = NewConsent(
        VILLAGE, CarePurpose.LIVING_ALONE, "李奶奶", "1", "", "", 7, 30, today, today + 99 * day,
        signed=True,
    )  # fmt: skip
    kept = services.keep_consent(officer, paper, now_s=clock.now_s())
    page = chief.get("/care-visits/").content.decode()
    assert kept in page
    assert 'value="open"' not in page
    chief.post(f"/care-visits/{kept}/", {"form": "withdraw"})
    assert CareConsent.objects.get().state == "withdrawn"
