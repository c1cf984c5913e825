"""The page of looks at callers' data."""

from __future__ import annotations

import io
import json
import logging

import openpyxl
import pytest
from django.test import Client
from tests.unit.operations.small_place import COUNTY, EAST, SMALL_PLACE, WEST

from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.permissions import Purpose, Role, RoleInArea, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import grant_role
from wardmote.operations.dispatch.selectors import open_caller
from wardmote.operations.incidents.selectors import find
from wardmote.operations.incidents.services import NewCall, enter_call
from wardmote.operations.journal import clock
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places

SUPERVISOR = Viewer("s1", (RoleInArea(Role.SUPERVISOR, COUNTY),))


@pytest.fixture(autouse=True)
def place(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    forget()


def client_of(role: Role, area: AreaId = COUNTY, language: str = "en") -> Client:
    name = f"{role.value}-{area}"
    account = open_account(name, "irrelevant here", staff_id=name, name=Bilingual("安", "Ann"))
    grant_role(account.pk, role, area, granted_by="test")
    client = Client(headers={"accept-language": language})
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def looked_at(lon: float = 111.15, purpose: Purpose = Purpose.CALL_BACK) -> str:
    """A call whose caller a supervisor has looked at; returns its number."""
    new = NewCall(
        "dispute.neighbour", "phone", lon=lon, lat=27.05, caller_name="张三", caller_phone="138"
    )
    call = enter_call(SUPERVISOR, new, now_s=clock.now_s())
    open_caller(SUPERVISOR, IncidentId(call.id), purpose, now_s=clock.now_s())
    return find(IncidentId(call.id)).number


def numbers(client: Client, **query: str) -> list[str]:
    return [look.number for look in client.get("/disclosures/", query).context["looks"]]


def test_an_auditor_reads_who_looked_when_as_what_where_why_and_at_which_call() -> None:
    number = looked_at()
    page = client_of(Role.AUDITOR).get("/disclosures/")
    (look,) = page.context["looks"]
    assert (look.staff_id, look.role, look.purpose, look.number) == (
        "s1",
        "Supervisor",
        "Calling the caller back",
        number,
    )
    assert look.area == f"Division {EAST}"
    assert "张三" not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_it_speaks_chinese() -> None:
    looked_at()
    page = client_of(Role.AUDITOR, language="zh-hans").get("/disclosures/")
    assert page.context["looks"][0].purpose == "回拨报警人"
    assert "查阅记录" in page.content.decode()


def test_it_finds_by_person_call_and_day() -> None:
    one, two = looked_at(), looked_at(purpose=Purpose.COMPLAINT)
    auditor = client_of(Role.AUDITOR)
    assert numbers(auditor) == [two, one]
    assert numbers(auditor, number=one) == [one]
    assert numbers(auditor, person="nobody") == []
    assert numbers(auditor, person="s1") == [two, one]
    assert numbers(auditor, first="2999-01-01") == []
    assert auditor.get("/disclosures/", {"first": "yesterday"}).status_code == 422


def test_an_auditor_of_another_area_reads_nothing_of_it() -> None:
    looked_at()
    assert numbers(client_of(Role.AUDITOR, WEST)) == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR}))
def test_nobody_but_auditors_opens_it(role: Role, caplog: pytest.LogCaptureFixture) -> None:
    client = client_of(role)
    caplog.set_level(logging.WARNING, "wardmote.access")
    for address in ("/disclosures/", "/disclosures.csv", "/disclosures.xlsx"):
        assert client.get(address).status_code == 403
    assert "disclosures" not in client.get("/language/").content.decode()
    assert caplog.messages[0] == (
        f"refused staff='{role.value}-{COUNTY}' method=GET route='disclosures/' about={{}} "
        "why=role purpose=- permission=disclosure.view"
    )
    assert not Disclosure.objects.exists()


def test_reading_the_list_is_recorded_and_shown_on_request() -> None:
    auditor = client_of(Role.AUDITOR)
    auditor.get("/disclosures/")
    auditor.get("/disclosures.csv").getvalue()
    assert Disclosure.objects.filter(incident="", fields="disclosures").count() == 2
    assert numbers(auditor) == []
    assert numbers(auditor, readings="on") == ["", "", ""]


def test_the_downloads_hold_the_same_looks() -> None:
    number = looked_at()
    auditor = client_of(Role.AUDITOR)
    answer = auditor.get("/disclosures.csv")
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "When,Who looked,Staff number,Role,Area,Purpose,Call number"
    assert lines[1].endswith(f"Calling the caller back,{number}")
    sheet = openpyxl.load_workbook(io.BytesIO(auditor.get("/disclosures.xlsx").content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][-1] == number


def test_the_list_is_paged() -> None:
    number = looked_at()
    row = Disclosure.objects.get()
    rows = [
        Disclosure(
            staff_id="s1", role=row.role, incident=row.incident, area=row.area,
            purpose=row.purpose, fields=row.fields, at_s=row.at_s - 1 - n,
        )
        for n in range(50)
    ]  # fmt: skip
    Disclosure.objects.bulk_create(rows)
    auditor = client_of(Role.AUDITOR)
    assert len(numbers(auditor)) == 50
    assert numbers(auditor, page="2") == [number]


def _ask(client: Client, incident: str, body: object) -> tuple[int, str]:
    answer = client.post(
        f"/api/incidents/{incident}/caller", json.dumps(body), content_type="application/json"
    )
    return answer.status_code, answer.json().get("code", "")


def test_a_refused_look_is_logged_without_personal_data(caplog: pytest.LogCaptureFixture) -> None:
    looked_at()
    incident = Disclosure.objects.get().incident
    caplog.set_level(logging.WARNING, "wardmote.access")
    dispatcher = client_of(Role.DISPATCHER)
    assert _ask(dispatcher, incident, {"purpose": "complaint"}) == (403, "purpose_refused")
    assert _ask(client_of(Role.DISPATCHER, WEST), incident, {"purpose": "call_back"})[0] == 403
    refusals = [one.getMessage() for one in caplog.records if one.name == "wardmote.access"]
    assert [message.split(" why=")[1] for message in refusals] == [
        "purpose purpose=complaint permission=-",
        "right purpose=- permission=-",
    ]
    assert f"dispatcher-{COUNTY}" in caplog.messages[0]
    assert incident in caplog.messages[0]
    assert "张三" not in caplog.text
    assert Disclosure.objects.count() == 1


@pytest.mark.parametrize("body", [{}, {"purpose": ""}, {"purpose": "curiosity"}])
def test_a_look_without_a_purpose_is_refused_with_a_sentence(body: object) -> None:
    looked_at()
    incident = Disclosure.objects.get().incident
    dispatcher = client_of(Role.DISPATCHER)
    assert _ask(dispatcher, incident, body) == (422, "purpose_missing")


def test_a_call_says_for_which_purposes_its_reader_may_open_the_caller() -> None:
    looked_at()
    incident = Disclosure.objects.get().incident
    told = {
        role: client_of(role).get(f"/api/incidents/{incident}").json()["caller_purposes"]
        for role in (Role.DISPATCHER, Role.SUPERVISOR, Role.AUDITOR)
    }
    assert told == {
        Role.DISPATCHER: ["call_back"],
        Role.SUPERVISOR: ["call_back", "follow_up", "complaint"],
        Role.AUDITOR: ["audit"],
    }


def test_pages_are_not_kept_and_program_files_are() -> None:
    client = client_of(Role.DISPATCHER)
    for address in ("/calls/", "/console/", "/calls.csv", "/", "/places/"):
        assert client.get(address)["Cache-Control"] == "no-store", address
    assert "no-store" not in client.get("/i18n/js/")["Cache-Control"]
    assert "no-store" not in client.get("/crew/worker.js")["Cache-Control"]
    assert "no-store" not in client.get("/crew/manifest.webmanifest").get("Cache-Control", "")
