"""The pages of duty: a level switched by two people, a drill marked everywhere, bad input."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import transaction
from django.test import Client
from tests.unit.operations.small_place import COUNTY, EAST, SMALL_PLACE

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.leave import LeaveKind
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.task import TaskKind, TaskRequest, TaskSource
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.duty.selectors import levels_in_force
from wardmote.operations.duty.services import offer_for_call
from wardmote.operations.incidents import services as incidents
from wardmote.operations.incidents.selectors import find_many
from wardmote.operations.journal import clock
from wardmote.operations.journal.selectors import events_of_incident
from wardmote.operations.local_time import local_day
from wardmote.operations.people.selectors import account_by_staff_id
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.tasks.services import make

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PLAN = {"area": COUNTY, "name_zh": "庙会预案", "name_en": "Fair plan"}
STEPS = {
    "step_minutes": ["5", "10", ""], "step_role": ["leader", "traffic", ""],
    "step_zh": ["封控", "疏导", ""], "step_en": ["Seal off", "Lead traffic", ""],
    "trigger_kind": ["category", "category"], "trigger_code": ["dispute", ""],
    "trigger_urgency": ["4", "4"],
}  # fmt: skip
GUARD = {
    "act": "write", "area": COUNTY, "name_zh": "东街集市", "kind": "lunar", "lunar_days": "3、8",
    "post_zh": "东口", "post_lon": "111.15", "post_lat": "27.05", "traffic_en": "Bridge",
    "traffic_lon": "111.151", "traffic_lat": "27.051", "duty_staff": "officer",
    "duty_point": "T1", "duty_from": "08:00", "duty_to": "12:00", "check_zh": "检查用电",
    "check_by": "09:00", "check_point": "P1", "check_office": "village_assistant",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    forget()
    for staff, role, area in (
        ("chief", Role.STATION_CHIEF, COUNTY),
        ("boss", Role.SUPERVISOR, COUNTY),
        ("officer", Role.COMMUNITY_OFFICER, EAST),
        ("volunteer", Role.VOLUNTEER, EAST),
    ):
        account = open_account(
            staff, "a long password", staff_id=staff, name=Bilingual(staff, staff)
        )
        grant_role(account.pk, role, area, granted_by="test")


def client(staff: str) -> Client:
    made = Client(headers={"accept-language": "en"})
    account = account_by_staff_id(staff)
    assert account is not None
    made.force_login(account, backend=BACKEND)
    return made


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found.group(1)


def read(who: Client, path: str) -> str:
    response = who.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_two_people_switch_a_level_and_everybody_there_reads_it() -> None:
    chief, boss, officer = client("chief"), client("boss"), client("officer")
    shown = read(chief, f"/duty/switch/?area={COUNTY}&level=level_1")
    assert "What would change" in shown
    sent = {"area": COUNTY, "level": "level_1", "digest": hidden(shown, "digest"), "words": "Fair"}
    assert chief.post("/duty/switch/", sent).status_code == 302
    link = re.search(r"/duty/switches/[^/]+/", read(boss, "/duty/"))
    assert link is not None
    assert "Put in force" not in read(chief, link.group())
    digest = hidden(read(boss, link.group()), "digest")
    boss.post(link.group(), {"act": "approve", "digest": digest})
    assert "Level 1</a>" in read(officer, "/duty/activations/")
    boss.post(link.group(), {"act": "end"})
    assert "Level 1</a>" not in read(officer, "/duty/activations/")
    assert "everyday" in read(officer, "/duty/").lower()
    for bad in ("?area=x&level=level_1", f"?area={COUNTY}&level=moon", ""):
        assert chief.get(f"/duty/switch/{bad}").status_code == 302
    assert officer.get(f"/duty/switch/?area={COUNTY}&level=level_1").status_code == 403


def test_a_drill_is_marked_on_page_title_and_document_and_hidden_from_others() -> None:
    chief, boss, volunteer = client("chief"), client("boss"), client("volunteer")
    chief.post("/duty/plans/", {**PLAN, **STEPS})
    link = re.search(r"/duty/plans/[0-9a-f-]{36}/", read(boss, "/duty/plans/"))
    assert link is not None
    boss.post(link.group(), {"act": "approve", "version": "1"})
    page = read(chief, link.group())
    start = {
        "act": "activate", "subject": "event", "code": "Fair", "drill": "yes",
        "person_staff": "volunteer", "person_role": "traffic", "key": hidden(page, "key"),
    }  # fmt: skip
    run = chief.post(link.group(), start).headers["Location"]
    page = read(volunteer, run)
    assert re.search(r"<title>DRILL", page)
    assert page.count("DRILL") >= 3
    assert "DRILL" in read(chief, "/duty/activations/")
    assert "DRILL" not in read(boss, "/duty/activations/")
    assert boss.get(run).status_code == 404
    assert boss.post(run, {"act": "stand_down"}).status_code == 404
    volunteer.post(run, {"act": "finish", "number": "2"})
    chief.post(run, {"act": "skip", "number": "1", "words": ""})
    assert "Say in a few words why" in read(chief, run)
    document = chief.get(f"{run}record.pdf")
    assert document.content.startswith(b"%PDF")
    chief.post(run, {"act": "stand_down"})
    chief.post(run, {"act": "review", "words": "Barriers came late"})
    assert "Barriers came late" in read(chief, run)


@pytest.mark.parametrize(
    ("path", "sent", "says"),
    [
        ("/duty/plans/", PLAN, "does not fit at steps"),
        ("/duty/plans/", {**PLAN, "step_minutes": "x", "step_role": "y"}, "steps[0].minutes"),
        ("/duty/plans/", {"area": "1", "name_en": "a"}, "does not fit at area"),
        ("/duty/plans/", {**PLAN, **STEPS, "trigger_urgency": ["9", "4"]}, "triggers[0].urgency"),
        ("/duty/guards/new/", {"act": "write"}, "does not fit at area"),
        ("/duty/guards/new/", {"act": "write", "area": COUNTY, "name_en": "a", "kind": "moon"},
         "does not fit at recurrence.kind"),
        ("/duty/guards/new/", {**GUARD, "duty_point": "P9"}, "does not fit at duties[0].post"),
        ("/duty/guards/new/", {**GUARD, "post_lon": "1e999"}, "does not fit at posts[0]"),
        ("/duty/guards/new/", {**GUARD, "lunar_days": "32"}, "does not fit at recurrence"),
        ("/duty/guards/new/", {**GUARD, "last_day": "x"}, "Give the last day as a date"),
        ("/duty/guards/new/", {**GUARD, "duty_from": "25:61"}, "duties[0].from_minute"),
    ],
)  # fmt: skip
def test_bad_input_is_answered_with_what_does_not_fit(
    path: str, sent: dict[str, str], says: str
) -> None:
    page = client("chief").post(path, sent)
    assert page.status_code == 200
    assert says in page.content.decode()


def test_a_preview_needs_no_posts_and_a_guard_can_be_copied_into_the_form() -> None:
    chief = client("chief")
    sent = {"act": "preview", "area": COUNTY, "kind": "festival", "festivals": "1231"}
    page = chief.post("/duty/guards/new/", sent).content.decode()
    assert page.count("(lunar 12-") == 2  # as far as public holidays are known
    bad = chief.post("/duty/guards/new/", {**sent, "kind": "weekly"}).content.decode()
    assert "does not fit at recurrence" in bad
    assert chief.post("/duty/guards/new/", GUARD).status_code == 302
    link = re.search(r"/duty/guards/([0-9a-f-]{36})/", read(chief, "/duty/guards/"))
    assert link is not None
    shown = read(chief, link.group())
    assert "T1 Bridge" in shown
    assert "08:00–12:00" in shown
    copied = read(chief, f"/duty/guards/new/?from={link.group(1)}")
    for value in ("111.150000", "officer", "T1", "08:00", "检查用电", "3, 8"):
        assert f'value="{value}"' in copied, value
    assert client("volunteer").get(link.group()).status_code == 403


def test_levels_are_changed_by_a_form_with_a_version() -> None:
    boss = client("boss")
    page = read(boss, "/duty/levels/")
    assert 'name="based_on" value="duty/1"' in page
    sent: dict[str, str | list[str]] = {"based_on": "duty/1"}
    for number, (zh, percent) in enumerate((("日常", "100"), ("高级", "60"), ("中级", "x"))):
        level = {"zh": zh, "rank": str(number), "percent": percent, "units": "1", "grade": "2",
                 "reach": "area"}  # fmt: skip
        sent |= {f"{number}-{field}": value for field, value in level.items()}
    sent |= {"1-rank": "9", "2-recalls": ["annual", "sick"]}
    refused = boss.post("/duty/levels/", sent).content.decode()
    assert "does not fit at levels[1].timers_percent" in refused
    assert 'value="中级"' in refused
    assert boss.post("/duty/levels/", {**sent, "2-percent": "80"}).status_code == 302
    forget()
    now = {one.name.zh: one for one in levels_in_force(clock.now_s()).levels}
    assert [(name, now[name].rank) for name in ("日常", "中级", "高级")] == [
        ("日常", 0), ("中级", 1), ("高级", 2),
    ]  # fmt: skip
    assert now["中级"].recalls == {LeaveKind.ANNUAL}  # nobody is called back from illness
    stale = boss.post("/duty/levels/", {**sent, "2-percent": "80"}).content.decode()
    assert "Somebody was faster" in stale
    assert client("chief").get("/duty/levels/").status_code == 403


def test_a_call_shows_the_plan_it_brings_up_and_one_tap_activates_it() -> None:
    chief, boss = client("chief"), client("boss")
    chief.post("/duty/plans/", {**PLAN, **STEPS})
    link = re.search(r"/duty/plans/[0-9a-f-]{36}/", read(boss, "/duty/plans/"))
    assert link is not None
    boss.post(link.group(), {"act": "approve", "version": "1"})
    lead = Viewer("boss", (RoleInArea(Role.SUPERVISOR, COUNTY),))
    call = incidents.enter_call(
        lead, incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05),
        now_s=clock.now_s(),
    ).id  # fmt: skip
    for event in events_of_incident(call):
        offer_for_call(event, clock.now_s())
    page = read(boss, f"/console/incidents/{call}/")
    offer = re.search(r"/duty/offers/[0-9a-f-]{36}/", page)
    assert offer is not None
    assert "nobody has answered: 1" in read(chief, "/duty/")
    assert client("officer").post(offer.group(), {"act": "take"}).status_code == 403
    run = boss.post(offer.group(), {"act": "take"}).headers["Location"]
    assert "Seal off" in read(chief, run)
    assert chief.post(offer.group(), {"act": "take"}).headers["Location"] == "/duty/plans/"
    assert "Activate the plan" not in read(boss, f"/console/incidents/{call}/")
    assert run in read(boss, f"/console/incidents/{call}/")
    assert chief.get(offer.group()).status_code == 405


def test_neighbours_are_kept_asked_and_answer() -> None:
    chief = client("chief")
    new = {"act": "keep", "area": COUNTY, "name_en": "Next county", "contact": "Zhang 138"}
    chief.post("/duty/neighbours/", new)
    page = read(chief, "/duty/neighbours/")
    assert "Zhang 138" not in page
    near = hidden(page, "neighbour")
    chief.post(
        "/duty/neighbours/", {"act": "ask", "neighbour": near, "kind": "aid", "words": "Two cars"}
    )
    request = hidden(read(chief, "/duty/neighbours/"), "request")
    chief.post("/duty/neighbours/", {"act": "yes", "request": request})
    assert "1 asked, 1 answered (1 yes)" in read(chief, "/duty/neighbours/")
    opened = chief.post("/duty/neighbours/", {"act": "contact", "neighbour": near})
    assert "Zhang 138" in opened.content.decode()
    assert client("volunteer").get("/duty/neighbours/").status_code == 403


def test_a_neighbour_and_a_request_sent_twice_are_kept_once_and_the_agreement_ends() -> None:
    chief = client("chief")
    path = "/duty/neighbours/"
    sent = {"act": "keep", "area": COUNTY, "name_en": "Next county", "contact": "Wang"}
    sent["key"] = hidden(read(chief, path), "key")
    for _time in range(2):
        assert chief.post(path, sent).status_code == 302
    page = read(chief, path)
    assert page.count("Show the contact") == 1
    near = {"neighbour": hidden(page, "neighbour")}
    ask = {"act": "ask", "kind": "aid", "words": "Two cars", **near}
    ask["key"] = hidden(page, "key")
    for _time in range(2):
        assert chief.post(path, ask).status_code == 302
    assert read(chief, path).count("– Two cars") == 1
    shown = {"act": "contact", **near}
    assert "Wang" in chief.post(path, shown).content.decode()
    assert "Wang" in chief.post(path, shown).content.decode()
    assert chief.post(path, {"act": "end_agreement", **near}).status_code == 302
    assert "Show the contact" not in read(chief, path)


def test_a_guard_sent_twice_is_written_once() -> None:
    chief = client("chief")
    sent = {**GUARD, "key": hidden(read(chief, "/duty/guards/new/"), "key")}
    for _time in range(2):
        assert chief.post("/duty/guards/new/", sent).status_code == 302
    assert len(set(re.findall(r"/duty/guards/[0-9a-f-]{36}/", read(chief, "/duty/guards/")))) == 1


def table(who: Client, path: str) -> list[dict[str, str]]:
    """The lines of a download, by their header."""
    answer = who.get(path)
    assert answer.status_code == 200, path
    assert 'filename="' in answer.headers["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # streams
    return list(csv.DictReader(io.StringIO(text)))


def test_the_lists_of_duty_are_downloaded_by_who_sees_them() -> None:
    chief, boss, officer = client("chief"), client("boss"), client("officer")
    shown = read(chief, f"/duty/switch/?area={COUNTY}&level=level_1")
    sent = {"area": COUNTY, "level": "level_1", "digest": hidden(shown, "digest"), "words": "=1+1"}
    chief.post("/duty/switch/", sent)
    chief.post("/duty/plans/", {**PLAN, **STEPS})
    link = re.search(r"/duty/plans/[0-9a-f-]{36}/", read(boss, "/duty/plans/"))
    assert link is not None
    boss.post(link.group(), {"act": "approve", "version": "1"})
    start = {"act": "activate", "subject": "event", "code": "Fair", "drill": "yes",
             "person_staff": "volunteer", "person_role": "traffic", "key": "k"}  # fmt: skip
    chief.post(link.group(), start)
    chief.post("/duty/guards/new/", GUARD)
    near = {"act": "keep", "area": COUNTY, "name_en": "Next", "contact": "Wang 13800000000"}
    chief.post("/duty/neighbours/", near)
    near_id = hidden(read(chief, "/duty/neighbours/"), "neighbour")
    chief.post(
        "/duty/neighbours/", {"act": "ask", "neighbour": near_id, "kind": "aid", "words": "Cars"}
    )
    (switch,) = table(chief, "/duty/switches.csv")
    assert (switch["Level"], switch["Proposed by"], switch["Why"]) == ("Level 1", "chief", "'=1+1")
    (run,) = table(chief, "/duty/activations.csv")
    assert (run["Plan"], run["Drill"], run["On"]) == ("Fair plan", "DRILL", "Fair")
    assert table(boss, "/duty/activations.csv") == []
    assert len(table(client("volunteer"), "/duty/activations.csv")) == 1
    (guarded,) = table(boss, "/duty/guards.csv")
    assert guarded["Posts"] == "1"
    (neighbour,) = table(boss, "/duty/neighbours.csv")
    assert (neighbour["Neighbour"], neighbour["Requests"]) == ("Next", "1")
    assert "13800000000" not in str(neighbour)
    (asked,) = table(boss, "/duty/requests.csv")
    assert (asked["Neighbour"], asked["What"], asked["By"]) == ("Next", "Cars", "chief")
    for name in ("switches", "guards", "neighbours", "requests"):
        assert f"/duty/{name}.csv" in read(
            boss,
            {"switches": "/duty/", "requests": "/duty/neighbours/"}.get(name, f"/duty/{name}/"),
        )
        assert client("volunteer").get(f"/duty/{name}.csv").status_code == 403
        assert table(officer, f"/duty/{name}.csv") == []


def test_a_page_that_stays_open_asks_for_the_lines_of_duty_alone() -> None:
    chief, boss = client("chief"), client("boss")
    shown = read(chief, f"/duty/switch/?area={COUNTY}&level=level_1")
    sent = {"area": COUNTY, "level": "level_1", "digest": hidden(shown, "digest"), "words": "Fair"}
    chief.post("/duty/switch/", sent)
    link = re.search(r"/duty/switches/[^/]+/", read(boss, "/duty/"))
    assert link is not None
    assert "too few units" not in read(chief, "/duty/banner/")
    digest = hidden(read(boss, link.group()), "digest")
    boss.post(link.group(), {"act": "approve", "digest": digest})
    for page in ("/duty/banner/", "/console/"):
        assert "Level 1, too few units on duty: Post 1: 0 of 2" in read(boss, page), page
    assert "<html" not in read(boss, "/duty/banner/")
    assert "duty/banner.js" in read(boss, "/console/")
    assert "too few units" not in read(client("officer"), "/duty/banner/")
    assert "Level 1" in read(client("officer"), "/duty/banner/")


def test_the_page_of_a_drill_lists_its_tasks_also_one_that_nobody_holds() -> None:
    chief, boss, volunteer = client("chief"), client("boss"), client("volunteer")
    now_s = clock.now_s()
    lead = Viewer("boss", (RoleInArea(Role.SUPERVISOR, COUNTY),))
    call = IncidentId("call-00077")
    new = incidents.NewCall(
        "dispute.neighbour", "phone", id=call, lon=111.15, lat=27.05, drill=True
    )
    incidents.enter_call(lead, new, now_s=now_s)
    number = find_many([call])[call].number
    chief.post("/duty/plans/", {**PLAN, **STEPS})
    link = re.search(r"/duty/plans/[0-9a-f-]{36}/", read(boss, "/duty/plans/"))
    assert link is not None
    boss.post(link.group(), {"act": "approve", "version": "1"})
    start = {"act": "activate", "subject": "incident", "code": str(number), "drill": "yes",
             "person_staff": "volunteer", "person_role": "traffic", "key": "k"}  # fmt: skip
    run = chief.post(link.group(), start).headers["Location"]
    wanted = TaskRequest(
        rule="after", source=TaskSource("incident", call), kind=TaskKind.CHECK,
        title=Bilingual("回访", "Call back"), area=EAST, day=local_day(now_s),
        opens_s=now_s, due_s=now_s + 3_600, drill=True,
    )  # fmt: skip
    with transaction.atomic():
        task = make(wanted, actor="rule:test", now_s=now_s)
    for who in (chief, volunteer):
        page = read(who, run)
        assert "Call back" in page
        assert "nobody" in page
    assert f"/tasks/{task}/" in read(chief, run)
    assert f"/tasks/{task}/" not in read(volunteer, run)
    assert chief.get(f"/tasks/{task}/").status_code == 200
    assert boss.get(f"/tasks/{task}/").status_code == 404
    assert "Call back" not in read(boss, "/tasks/")
