"""The pages of assessment: what the person sees, what leaders do not, and the way of an appeal."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from tests.unit.operations.small_place import COUNTY, EAST, SMALL_PLACE

from wardmote.core.domain.assessment import SHIPPED_ASSESSMENT_RULES, dump_assessment_rules
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import grant_role
from wardmote.operations.inspections.models import (
    Appeal,
    AssessmentRulesVersion,
    AssessmentSheet,
)
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.people.selectors import account_by_staff_id
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STAFF = (
    ("aide", Role.VILLAGE_ASSISTANT, EAST),
    ("other", Role.VILLAGE_ASSISTANT, EAST),
    ("chief", Role.STATION_CHIEF, EAST),
    ("inspector", Role.INSPECTOR, COUNTY),
    ("leader", Role.SUPERVISOR, COUNTY),
)


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    forget()
    for staff, role, area in STAFF:
        name = Bilingual(f"名{staff}", f"Name {staff}")
        account = open_account(staff, "a long password", staff_id=staff, name=name)
        grant_role(account.pk, role, AreaId(area), granted_by="test")


@pytest.fixture
def sheet() -> AssessmentSheet:
    now_s = clock.now_s()
    rules = AssessmentRulesVersion.objects.create(
        version="v1", area=COUNTY, data=dump_assessment_rules(SHIPPED_ASSESSMENT_RULES),
        from_day=datetime.date(2026, 7, 1), published_by="leader", published_s=1_780_000_000.0,
    )  # fmt: skip
    case = {"counted": "tasks_in_time", "kind": "task", "id": "=t1", "met": False}
    return AssessmentSheet.objects.create(
        id="sheet1", staff_id="aide", area=EAST, first_day=datetime.date(2026, 7, 1),
        last_day=datetime.date(2026, 9, 30), rules=rules, as_of_s=1_791_000_000.0,
        cases=[{**case, "at_s": 1_790_000_000.0, "due_s": 1_790_000_000.0}], made_by="chief",
        made_s=now_s, appeal_until_s=now_s + 9_000.0,
    )  # fmt: skip


def at(staff: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    account = account_by_staff_id(staff)
    assert account is not None
    client.force_login(account, backend=BACKEND)
    return client


def test_the_person_opens_every_case_files_an_appeal_and_sees_the_decision(
    sheet: AssessmentSheet,
) -> None:
    aide, page = at("aide"), f"/assessment/{sheet.pk}/"
    shown = aide.get(page).content.decode()
    assert "0 / 1" in shown
    assert "?case=tasks_in_time%3Atask%3A%3Dt1" in shown
    form = aide.get(f"{page}?case=tasks_in_time:task:=t1").context
    sent = {
        "act": "file", "key": form["key"], "counted": "tasks_in_time", "case_kind": "task",
        "case": "=t1", "ground": "facts_wrong", "words": "I was there",
    }  # fmt: skip
    for bad in ({"ground": "x"}, {"counted": "x"}, {"case": "t2"}, {"words": ""}):
        assert aide.post(page, {**sent, **bad}, follow=True).status_code == 200
    assert not Appeal.objects.exists()
    aide.post(page, sent)
    aide.post(page, sent)
    appeal = Appeal.objects.get()
    inspector, its = at("inspector"), f"/assessment/appeals/{appeal.pk}/"
    assert "Name aide" in inspector.get("/assessment/appeals/").content.decode()
    assert "I was there" in inspector.get(its).content.decode()
    assert Disclosure.objects.get().staff_id == "inspector"
    inspector.post(its, {"act": "met", "words": "It was so"})
    after = at("aide", "zh-hans").get(page).content.decode()
    assert "1 / 1" in after
    assert "0 / 1" in after
    assert "It was so" in after


def test_one_takes_the_own_sheet_along_and_nobody_else_does(sheet: AssessmentSheet) -> None:
    aide = at("aide")
    table = aide.get(f"/assessment/{sheet.pk}.csv").getvalue().decode()
    assert "tasks_in_time,≥ 90%,task,'=t1" in table
    assert aide.get(f"/assessment/{sheet.pk}.pdf").content.startswith(b"%PDF")
    for who in ("other", "chief", "inspector"):
        assert at(who).get(f"/assessment/{sheet.pk}.csv").status_code == 403
    assert at("other").get(f"/assessment/{sheet.pk}/").status_code == 403
    assert at("other").get("/assessment/none/").status_code == 404


def test_lists_of_leaders_have_no_figures_to_put_people_in_order_by(
    sheet: AssessmentSheet,
) -> None:
    shown = at("chief").get("/assessment/")
    assert "Name aide" in shown.content.decode()
    for row, _name, _area in shown.context["sheets"]:
        assert "cases" in row.get_deferred_fields()
    assert "0 / 1" not in shown.content.decode()
    assert "Name aide" not in at("other").get("/assessment/").content.decode()
    assert not Disclosure.objects.exists()


def test_rules_are_published_from_the_form_and_nonsense_is_told() -> None:
    leader = at("leader")
    day = local_day(clock.now_s()) + datetime.timedelta(days=9)
    sent = {
        "version": "v2", "area": COUNTY, "from_day": day.isoformat(), "months": "3",
        "count_after_days": "10", "appeal_days": "15", "tasks_in_time.use": "yes",
        "tasks_in_time.at_least": "85", "tasks_in_time.fewest": "5",
    }  # fmt: skip
    for bad in (
        {"tasks_in_time.at_least": "nan"}, {"tasks_in_time.at_least": "101"}, {"months": "5"},
        {"from_day": "soon"}, {"from_day": "2020-01-01"}, {"area": "x"}, {"version": ""},
        {"tasks_in_time.use": ""},
    ):  # fmt: skip
        assert leader.post("/assessment/rules/", {**sent, **bad}, follow=True).status_code == 200
    assert not AssessmentRulesVersion.objects.exists()
    leader.post("/assessment/rules/", sent)
    assert AssessmentRulesVersion.objects.get().data["items"][0]["at_least"] == 0.85
    assert "85%" in at("other").get("/assessment/rules/").content.decode()
    assert at("chief").post("/assessment/rules/", {**sent, "version": "v3"}).status_code == 403
    for day in ({"day": "x"}, {"day": "9999-12-31"}, {}):
        assert (
            at("chief").post("/assessment/", {"area": EAST, **day}, follow=True).status_code == 200
        )
    assert at("leader").post("/assessment/", {"area": EAST, "day": "2026-09-01"}).status_code == 403


def test_whoever_appeals_after_the_term_is_told_so_and_until_when_it_was(
    sheet: AssessmentSheet,
) -> None:
    sheet.appeal_until_s = clock.now_s() - 60.0
    sheet.save()
    until = f"{local_time(sheet.appeal_until_s):%Y-%m-%d %H:%M}"
    aide, page = at("aide"), f"/assessment/{sheet.pk}/"
    shown = aide.get(f"{page}?case=tasks_in_time:task:=t1").content.decode()
    assert f"The time to appeal ended on {until}." in shown
    assert "File the appeal" not in shown
    late = aide.post(
        page,
        {"act": "file", "counted": "tasks_in_time", "case_kind": "task", "case": "=t1",
         "ground": "not_mine", "words": "Not mine", "key": "k"},
        follow=True,
    ).content.decode()  # fmt: skip
    assert f"This came too late: the time to answer ended on {until}. It is not on record." in late
    assert not Appeal.objects.exists()
    assert "The time to appeal ended" not in at("leader").get(page).content.decode()
