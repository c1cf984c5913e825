"""The pages of checks, equipment and the survey: each shows, refuses and does what it should."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
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
    Draw,
    EquipmentItem,
    SpotCheck,
    SurveyAnswer,
)
from wardmote.operations.inspections.services import COLUMNS, surveying
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
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
    assert "<td>3</td><td>Area (12 digits) (area)</td>" in answer.content.decode()
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


def tomorrow() -> str:
    return (local_day(clock.now_s()) + datetime.timedelta(days=1)).isoformat()


def test_the_calendar_shows_a_course_that_was_set_up_and_refuses_nonsense() -> None:
    chief = at("chief")
    page = "/training-calendar/?month=2026-10"
    chief.post(page, {"act": "course", "area": EAST, "name_en": "First aid", "valid_days": "365"})
    course = Course.objects.get().pk
    about = {"act": "session", "course": course, "begins": "09:00", "ends": "11:00", "seats": "5"}
    chief.post(page, {**about, "day": "2026-10-14"})
    chief.post(page, {**about, "day": "soon"})
    assert not CourseSession.objects.exists(), "a day that is over, and none"
    chief.post(page, {**about, "day": tomorrow()})
    session = CourseSession.objects.get().pk
    CourseSession.objects.update(day=datetime.date(2026, 10, 14))
    chief.post(page, {"act": "enrol", "session": session, "staff": "crew1"})
    chief.post(page, {"act": "attend", "session": session, "staff": "crew1"})
    shown = at("crew1").get(page).content.decode()
    assert "First aid" in shown
    assert "2027-10-13" in shown
    assert at("inspector").post(page, {"act": "plan", "area": EAST}).status_code == 403
    assert at("second").get("/training-calendar/?month=9999-99").status_code == 200


def test_a_form_that_is_sent_twice_draws_reports_sets_up_and_calls_once() -> None:
    inspector, chief = at("inspector"), at("chief")
    key = inspector.get("/inspections/").context["key"]
    first = inspector.post("/inspections/", {"area": COUNTY, "post": "1", "key": key})
    again = inspector.post("/inspections/", {"area": COUNTY, "post": "1", "key": key})
    assert SpotCheck.objects.count() == 1
    assert first.headers["Location"] == again.headers["Location"]
    about = {"kind": "radio", "area": EAST, "holder_kind": "post", "holder": "p1"}
    chief.post("/equipment/", {"number": "E1", **about})
    one = EquipmentItem.objects.get()
    for _again in range(2):
        chief.post(f"/equipment/{one.pk}/", {"act": "fault", "words": "dead", "key": "k"})
        course = {"act": "course", "area": EAST, "name_en": "First aid", "key": "c"}
        chief.post("/training-calendar/", course)
    assert one.faults.count() == 1
    assert Course.objects.count() == 1
    called = {
        "act": "session", "course": Course.objects.get().pk, "day": tomorrow(),
        "begins": "09:00", "ends": "11:00", "seats": "5", "key": "s",
    }  # fmt: skip
    for _again in range(2):
        chief.post("/training-calendar/?month=2026-10", called)
    assert CourseSession.objects.count() == 1
    chief.post("/training-calendar/", {"act": "course", "area": EAST, "key": "n"})
    chief.post("/training-calendar/", {"act": "course", "area": EAST, "name_en": "B", "key": "n"})
    assert Course.objects.count() == 2


@pytest.mark.parametrize("address", ["/equipment/", "/equipment/due/", "/inspections/day/"])
def test_lists_ask_the_database_as_often_for_many_rows_as_for_one(address: str) -> None:
    inspector = at("inspector")
    asked = []
    for count in (1, 12):
        for number in range(count):
            item = EquipmentItem.objects.create(
                id=f"{count}-{number}", number=f"{count}-{number}", kind="radio",
                area=EAST if number % 2 else COUNTY, holder_kind=("post", "person")[number % 2],
                holder=("p1", "crew1")[number % 2], looked_day="2026-01-01", every_days=1,
            )  # fmt: skip
            draw, _made = Draw.objects.get_or_create(
                id="d", area=COUNTY, name="d", day=local_day(clock.now_s()), seed="s",
                candidates={}, wanted={}, drawn_by="x", drawn_s=1.0,
            )  # fmt: skip
            SpotCheck.objects.create(
                id=item.pk, draw=draw, place=number, stratum="equipment", subject=item.pk,
                area=item.area,
            )  # fmt: skip
        inspector.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert inspector.get(address).status_code == 200
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 2


def test_the_columns_of_the_table_are_named_beside_their_codes() -> None:
    page = at("chief", "zh-hans").get("/equipment/").content.decode()
    names = re.findall(r"<dt>([^<]+)</dt><dd><code>(\w+)</code>", page)
    assert [code for _name, code in names] == list(COLUMNS)
    for name, code in names:
        assert name != code
        assert re.search("[\u4e00-\u9fff]", name), name
    assert "<code>person</code>" in page
