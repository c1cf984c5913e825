"""The pages of checks, equipment and the survey: each shows, refuses and does what it should."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.unit.operations.photos.pictures import picture
from tests.unit.operations.small_place import COUNTY, EAST, SMALL_PLACE

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.inspection import CheckItem
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.survey import QUESTIONS, ServiceKind
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.inspections.models import (
    Course,
    CourseSession,
    EquipmentItem,
    SpotCheck,
    SurveyAnswer,
)
from wardmote.operations.inspections.services import surveying
from wardmote.operations.people.selectors import account_by_staff_id
from wardmote.operations.people.services import open_account
from wardmote.operations.photos import files
from wardmote.operations.photos.models import Photo
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _world(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "photos")
    forget()
    load_places(SMALL_PLACE)
    forget()
    for staff, role, area in (
        ("inspector", Role.INSPECTOR, COUNTY),
        ("second", Role.INSPECTOR, COUNTY),
        ("chief", Role.STATION_CHIEF, EAST),
        ("crew1", Role.CREW, EAST),
    ):
        account = open_account(
            staff, "a long password", staff_id=staff, name=Bilingual(staff, staff)
        )
        grant_role(account.pk, role, AreaId(area), granted_by="test")


def at(staff: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    account = account_by_staff_id(staff)
    assert account is not None
    client.force_login(account, backend=BACKEND)
    return client


def test_a_check_goes_from_the_draw_to_the_decision_on_pages() -> None:
    inspector = at("inspector")
    answer = inspector.post("/inspections/", {"area": COUNTY, "post": "1"})
    page = inspector.get(answer.headers["Location"])
    assert "the same came out" in page.content.decode()
    check = SpotCheck.objects.get()
    address = f"/inspections/checks/{check.pk}/"
    inspector.post(address, {"act": "begin"})
    found = {one.value: "no" for one in CheckItem}
    sent = SimpleUploadedFile("p.jpg", picture(), "image/jpeg")
    inspector.post(
        address,
        {"act": "record", **found, "words": "Empty", "person": "crew1", "photo": sent},
    )
    assert Photo.objects.filter(subject_kind="spot_check").count() == 1
    assert "Empty" in at("crew1").get(address).content.decode()
    at("crew1").post(address, {"act": "reply", "words": "On a call"})
    assert "Decision and why" not in inspector.get(address).content.decode()
    second = at("second", "zh-hans")
    assert second.get(address).status_code == 200
    second.post(address, {"act": "uphold", "words": "No call then"})
    check.refresh_from_db()
    assert check.state == "upheld"
    for one in ("day/", "notice/", "day/?day=x", "notice/?last=9999-99-99"):
        assert inspector.get(f"/inspections/{one}").status_code == 200
    sheet = inspector.get("/inspections/day.pdf")
    assert sheet.content.startswith(b"%PDF")
    assert at("crew1").get("/my-checks/").status_code == 200


@pytest.mark.parametrize("address", ["/inspections/", "/inspections/day/", "/inspections/notice/"])
def test_who_has_no_right_sees_no_draws(address: str) -> None:
    assert at("crew1").get(address).status_code == 403


@pytest.mark.parametrize("sent", [{"area": "x"}, {"area": COUNTY, "post": "1e9"}, {"area": COUNTY}])
def test_a_draw_that_makes_no_sense_is_told_and_not_made(sent: dict[str, str]) -> None:
    answer = at("inspector").post("/inspections/", sent, follow=True)
    assert answer.status_code == 200
    assert not SpotCheck.objects.exists()


def test_equipment_is_entered_taken_in_and_told_fault_by_fault() -> None:
    chief = at("chief")
    about = {"kind": "radio", "area": EAST, "holder_kind": "post", "holder": "p1"}
    chief.post("/equipment/", {"number": "E1", **about, "expires": "2020-01-01"})
    one = EquipmentItem.objects.get()
    chief.post(f"/equipment/{one.pk}/", {"act": "fault", "words": "dead"})
    assert "dead" in chief.get(f"/equipment/{one.pk}/").content.decode()
    assert "late" in chief.get("/equipment/due/").content.decode()
    table = chief.get("/equipment.csv").getvalue()
    again = SimpleUploadedFile("e.csv", table, "text/csv")
    assert chief.post("/equipment/", {"file": again}).status_code == 200
    bad = SimpleUploadedFile("e.csv", table + b"E2,radio,1,post,p1,,\n", "text/csv")
    answer = chief.post("/equipment/", {"file": bad})
    assert answer.status_code == 422
    assert "<td>3</td><td>area</td>" in answer.content.decode()
    assert at("crew1").get(f"/equipment/{one.pk}/").status_code == 404


def test_a_stranger_answers_once_without_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "_finished_in", lambda kind, one: (EAST, True))
    chief = at("chief")
    shown = chief.post("/survey/invite/", {"kind": "call", "service": "c1"})
    assert "<svg" in shown.content.decode()
    token = shown.context["url"].rsplit("/", 1)[1]
    again = chief.post("/survey/invite/", {"kind": "call", "service": "c1"}, follow=True)
    assert "only once" in again.content.decode()
    stranger = Client(headers={"accept-language": "en"})
    assert stranger.get(f"/s/{token}").status_code == 200
    assert stranger.post(f"/s/{token}", {}).status_code == 422
    given = {one.code: "yes" for one in QUESTIONS[ServiceKind.CALL]}
    assert "Thank you" in stranger.post(f"/s/{token}", given).content.decode()
    assert stranger.post(f"/s/{token}", given).status_code == 410
    assert SurveyAnswer.objects.count() == 1
    assert "fewer than 5" in chief.get("/survey/").content.decode()


def test_the_calendar_shows_a_course_that_was_set_up_and_refuses_nonsense() -> None:
    chief = at("chief")
    page = "/training-calendar/?month=2027-03"
    chief.post(page, {"act": "course", "area": EAST, "name_en": "First aid", "valid_days": "365"})
    course = Course.objects.get().pk
    about = {"act": "session", "course": course, "begins": "09:00", "ends": "11:00", "seats": "5"}
    chief.post(page, {**about, "day": "2027-03-10"})
    chief.post(page, {**about, "day": "soon"})
    session = CourseSession.objects.get().pk
    chief.post(page, {"act": "enrol", "session": session, "staff": "crew1"})
    chief.post(page, {"act": "attend", "session": session, "staff": "crew1"})
    shown = at("crew1").get(page).content.decode()
    assert "First aid" in shown
    assert "2028-03-08" in shown
    assert at("inspector").post(page, {"act": "plan", "area": EAST}).status_code == 403
    assert at("second").get("/training-calendar/?month=9999-99").status_code == 200
