"""The pages of duty: a level switched by two people, a drill marked everywhere, bad input."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.unit.operations.small_place import COUNTY, EAST, SMALL_PLACE

from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.people.selectors import account_by_staff_id
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PLAN = {"area": COUNTY, "name_zh": "庙会预案", "name_en": "Fair plan"}
STEPS = {"steps": "5 | leader | 封控 | Seal off\n10 | traffic | 疏导 | Lead traffic",
         "triggers": "category: dispute"}  # fmt: skip


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
        "participants": "volunteer: traffic", "key": hidden(page, "key"),
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
        ("/duty/plans/", {**PLAN, "steps": "", "triggers": ""}, "does not fit at steps"),
        ("/duty/plans/", {**PLAN, "steps": "x|y|z", "triggers": ""}, "steps[0].minutes"),
        ("/duty/plans/", {"area": "1", "steps": "", "name_en": "a"}, "does not fit at area"),
        ("/duty/guards/", {"act": "write", "content": "{"}, "no JSON"),
        ("/duty/guards/", {"act": "write", "content": "[]", "area": COUNTY, "name_en": "a"},
         "does not fit at"),
    ],
)  # fmt: skip
def test_bad_input_is_answered_with_what_does_not_fit(
    path: str, sent: dict[str, str], says: str
) -> None:
    page = client("chief").post(path, sent)
    assert page.status_code == 200
    assert says in page.content.decode()


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
