"""The pages of staff: what each role sees, and what they refuse."""

from __future__ import annotations

import datetime
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.unit.operations.small_place import BEAT, COUNTY, EAST, SMALL_PLACE, WEST, viewer

from wardmote.core.domain.appointment import Office, StaffKind
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.leave import LeaveKind
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.staff_record import EntryKind
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import grant_role
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.people import services
from wardmote.operations.people.models import Appointment, Leave, Person, StaffReply
from wardmote.operations.people.selectors import account_by_staff_id
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places

ADMIN = viewer((Role.ADMINISTRATOR, COUNTY), staff="boss")
CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="station-head")
LIN = "officer-lin"


@pytest.fixture(autouse=True)
def place(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    forget()
    card = services.PersonCard(LIN, Bilingual("林警官", "Officer Lin"), StaffKind.POLICE, EAST)
    services.keep_person(ADMIN, card, now_s=clock.now_s())


def client_of(
    role: Role | None, area: AreaId = COUNTY, name: str = "", language: str = "en"
) -> Client:
    username = name or f"{role}-{area}"
    account = services.open_account(
        username, "irrelevant here", staff_id=username, name=Bilingual("安", "Ann")
    )
    if role is not None:
        grant_role(account.pk, role, area, granted_by="test")
    client = Client(headers={"accept-language": language})
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def today() -> datetime.date:
    return local_day(clock.now_s())


def appointed() -> str:
    new = services.NewAppointment(LIN, Office.COMMUNITY_OFFICER, BEAT, today())
    return services.appoint(ADMIN, new, now_s=clock.now_s())


def test_who_sees_which_pages() -> None:
    open_to_view = ["/staff/acts/", "/staff/", "/staff.csv", "/staff/gaps/", "/staff/gaps.csv",
                    "/staff/places/",
                    f"/staff/places/beat/{BEAT}/", f"/staff/people/{LIN}/"]  # fmt: skip
    to_edit = ["/staff/new/", "/staff/import/", "/staff/import/template.csv"]
    for role, area, views, edits in (
        (Role.STATION_CHIEF, EAST, True, True),
        (Role.INSPECTOR, COUNTY, True, False),
        (Role.DISPATCHER, COUNTY, False, False),
        (Role.VILLAGE_ASSISTANT, EAST, False, False),
    ):
        client = client_of(role, area)
        for url in open_to_view:
            assert client.get(url).status_code == (200 if views else 403), (role, url)
        for url in to_edit:
            assert client.get(url).status_code == (200 if edits else 403), (role, url)
    elsewhere = client_of(Role.STATION_CHIEF, WEST)
    for url in (f"/staff/places/beat/{BEAT}/", f"/staff/people/{LIN}/"):
        assert elsewhere.get(url).status_code == 403
    assert LIN not in elsewhere.get("/staff/").content.decode()
    for url in ("/staff/places/beat/none/", "/staff/places/moon/x/", "/staff/people/none/"):
        assert elsewhere.get(url).status_code == 404


def test_gaps_are_listed_with_what_to_do_and_go_away() -> None:
    chief = client_of(Role.STATION_CHIEF, EAST)
    page = chief.get("/staff/gaps/")
    assert {(row["code"], row["office_code"]) for row in page.context["rows"]} >= {
        (BEAT, "community_officer"), (EAST, "station_chief"), ("p1", "post_leader"),
    }  # fmt: skip
    assert page.context["now"] == 3
    text = page.content.decode()
    assert "Appoint somebody" in text
    sent = {"form": "appoint", "office": "community_officer", "staff_id": LIN, "from_day": today()}
    assert chief.post(f"/staff/places/beat/{BEAT}/", sent).status_code == 302
    assert chief.get("/staff/gaps/").context["now"] == 2
    assert "Officer Lin" in chief.get(f"/staff/places/beat/{BEAT}/").content.decode()
    csv = b"".join(chief.get("/staff/gaps.csv")).decode()
    assert "post_leader" not in csv
    assert "Post leader" in csv


def test_an_appointment_that_does_not_fit_is_said_and_kept_in_the_form() -> None:
    chief = client_of(Role.STATION_CHIEF, EAST)
    url = f"/staff/places/beat/{BEAT}/"
    sent = {"form": "appoint", "office": "community_officer", "staff_id": "nobody-9",
            "from_day": today()}  # fmt: skip
    for wrong in ({}, {"from_day": "yesterday"}, {"office": "emperor"}):
        answer = chief.post(url, sent | wrong)
        assert answer.status_code in (404, 422)
    assert not Appointment.objects.exists()
    held = appointed()
    ended = {"form": "end", "id": held, "last_day": today() + datetime.timedelta(days=9)}
    chief.post(url, ended)
    assert Appointment.objects.get().to_day == today() + datetime.timedelta(days=9)


def test_why_somebody_is_away_is_for_them_and_who_decides_about_leave() -> None:
    at_s = clock.now_s()
    new = services.NewLeave(LIN, LeaveKind.SICK, at_s, at_s + 9e5)
    services.ask_leave(ADMIN, new, now_s=at_s)
    page = f"/staff/people/{LIN}/"
    for client, reads in (
        (client_of(None, name=LIN), True),
        (client_of(Role.STATION_CHIEF, EAST), True),
        (client_of(Role.INSPECTOR, COUNTY), False),
        (client_of(Role.COMMUNITY_OFFICER, EAST), False),
    ):
        text = client.get(page).content.decode()
        assert ('<th scope="row">Sick leave</th>' in text) is reads
        assert ('<th scope="row">away</th>' in text) is not reads


def test_everybody_has_an_own_page_asks_for_leave_there_and_replies_in_the_own_record() -> None:
    lin = client_of(None, name=LIN)
    own = f"/staff/people/{LIN}/"
    assert lin.get("/staff/me/").headers["Location"] == own
    assert lin.get(own).status_code == 200
    assert lin.get("/staff/").status_code == 403
    first = today() + datetime.timedelta(days=3)
    sent = {"form": "leave", "leave-kind": "annual", "leave-first": first, "leave-last": first}
    assert lin.post(own, sent | {"leave-last": today()}).status_code == 422
    assert lin.post(own, sent).status_code == 302
    leave = Leave.objects.get()
    assert leave.to_s - leave.from_s == 86_400.0
    lin.post(own, {"form": "approve", "id": leave.pk})
    leave.refresh_from_db()
    assert leave.state == "asked"
    chief = client_of(Role.STATION_CHIEF, EAST)
    assert "Approve" in chief.get(own).content.decode()
    chief.post(own, {"form": "approve", "id": leave.pk})
    leave.refresh_from_db()
    assert leave.state == "approved"
    new = services.NewEntry(LIN, EntryKind.DISCIPLINE, "talk", today(), "Late twice.")
    entry = services.write_entry(CHIEF, new, now_s=clock.now_s())
    record = f"{own}record/"
    assert "Late twice." in lin.get(record).content.decode()
    assert not Disclosure.objects.exists()
    lin.post(record, {"form": "reply", "id": entry, "words": "The bus was late."})
    assert StaffReply.objects.get().words == "The bus was late."
    assert "The bus was late." in chief.get(record).content.decode()
    assert Disclosure.objects.get().subject == LIN
    assert client_of(Role.INSPECTOR).get(record).status_code == 403
    auditor = client_of(Role.AUDITOR)
    assert "Record of Officer Lin" in auditor.get("/disclosures/").content.decode()
    stranger = client_of(None, name="stranger")
    assert stranger.get("/staff/me/").status_code == 200
    assert stranger.get(record).status_code == 403


def test_an_account_is_opened_by_a_link_closed_and_brought_back() -> None:
    chief, page = client_of(Role.STATION_CHIEF, EAST), f"/staff/people/{LIN}/"
    assert "Has none yet." in chief.get(page).content.decode()
    shown = chief.post(page, {"form": "invite"})
    assert shown["Cache-Control"] == "no-store"
    link = shown.context["link"]
    assert f'href="{link}"' in shown.content.decode()
    assert "<svg" in shown.content.decode()
    assert link not in chief.get(page).content.decode()
    path, stranger = urlsplit(link).path, Client(headers={"accept-language": "en"})
    assert "Officer Lin" in stranger.get(path).content.decode()
    weak = stranger.post(path, {"password": "12345678", "again": "12345678"})
    differ = stranger.post(path, {"password": "a-good-long-one-7", "again": "another-long-7"})
    assert (weak.status_code, differ.status_code) == (422, 422)
    sent = {"password": "a-good-long-one-7", "again": "a-good-long-one-7"}
    assert "Your account is open" in stranger.post(path, sent).content.decode()
    assert stranger.post(path, sent).status_code == 404
    assert stranger.get("/join/rubbish/").status_code == 404
    account = account_by_staff_id(LIN)
    assert account is not None
    assert account.check_password(sent["password"])
    stranger.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert stranger.get(f"/staff/people/{LIN}/").status_code == 200
    gone = {"form": "left", "left-last_day": today() - datetime.timedelta(days=1)}
    assert chief.post(page, gone).status_code == 302
    assert stranger.get("/staff/me/").status_code == 302
    assert "account closed" in chief.get(page).content.decode()
    assert chief.post(page, {"form": "back", "reason": "Transfer called off"}).status_code == 302
    text = chief.get(page).content.decode()
    assert "Can log in." in text
    assert "Transfer called off" in text
    assert "Transfer" not in client_of(Role.INSPECTOR, COUNTY).get(page).content.decode()


def test_days_in_a_form_are_as_browsers_read_them_in_either_language() -> None:
    chief = client_of(Role.STATION_CHIEF, EAST, language="zh-hans")
    page = chief.get(f"/staff/places/beat/{BEAT}/").content.decode()
    assert f'value="{today().isoformat()}"' in page


def test_a_chief_adds_to_a_record_on_the_page() -> None:
    chief = client_of(Role.STATION_CHIEF, EAST)
    url = f"/staff/people/{LIN}/record/"
    good = {"form": "entry", "what": "training:yearly", "day": today(), "valid_to": "2099-01-01"}
    for wrong in ({"what": "training:warning"}, {"day": "soon"}, {"day": "2099-01-01"}):
        assert chief.post(url, good | wrong).status_code == 422
    assert chief.post(url, good).status_code == 302
    assert "Yearly training passed" in chief.get(url).content.decode()


def test_a_table_is_looked_at_before_it_is_taken_over() -> None:
    chief = client_of(Role.STATION_CHIEF, EAST)
    head = "staff number,Chinese name,kind,area,office,place,from\n"

    def send(text: str) -> str:
        file = SimpleUploadedFile("t.csv", text.encode())
        answer = chief.post("/staff/import/", {"file": file})
        assert answer.status_code == 302
        return str(answer.headers["Location"])

    page = chief.get(send(head.replace("\n", ",<b>\n") + f"N1,甲,dog,{EAST},,,\n"))
    assert b"and not read: &lt;b&gt;" in page.content
    assert [(one["row"], one["column"]) for one in page.context["faults"]] == [(2, "kind")]
    url = send(head + f"N1,甲,police,{EAST},community officer,{BEAT},2026-01-01\n")
    assert not Person.objects.filter(pk="N1").exists()
    assert chief.get(url).context["appointed"] == 1
    assert chief.post(url).status_code == 302
    assert Appointment.objects.get().person_id == "N1"
    assert chief.get(url).headers["Location"] == "/staff/import/"
    for raw in (b"", b"PK\x03\x04zzz", b"\x00\x01", b"a;b;c\n1;2;3\n", b"a" + b"," * 20_000):
        answer = chief.post("/staff/import/", {"file": SimpleUploadedFile("x", raw)})
        assert answer.status_code == 422
    assert chief.get("/staff/import/template.xlsx").content.startswith(b"PK")


def test_somebody_is_put_on_record_on_the_page() -> None:
    chief = client_of(Role.STATION_CHIEF, EAST)
    good = {"staff_id": "N7", "name_en": "Seven", "kind": "assistant", "area": EAST}
    for wrong in ({"staff_id": "a b"}, {"name_en": ""}, {"area": "12"}, {"kind": "dog"}):
        assert chief.post("/staff/new/", good | wrong).status_code == 422
    assert chief.post("/staff/new/", good | {"area": WEST}).status_code == 403
    assert chief.post("/staff/new/", good).headers["Location"] == "/staff/people/N7/"


@pytest.mark.parametrize("url", ["/staff/", "/staff/gaps/", f"/staff/people/{LIN}/",
                                 f"/staff/places/beat/{BEAT}/", "/staff/import/"])  # fmt: skip
def test_pages_ask_the_database_a_handful_of_questions(
    url: str, django_assert_max_num_queries: object
) -> None:
    appointed()
    chief = client_of(Role.STATION_CHIEF, EAST, language="zh-hans")
    chief.get(url)
    with django_assert_max_num_queries(32):  # type: ignore[operator]  # a fixture of pytest-django
        assert chief.get(url).status_code == 200
