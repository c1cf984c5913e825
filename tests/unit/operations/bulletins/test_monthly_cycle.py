"""The monthly cycle: what is reported, by whom, and taken back."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from tests.unit.operations.bulletins import busy_day
from tests.unit.operations.small_place import COUNTY, EAST, ELSEWHERE, NOW_S, viewer

from wardmote.core.domain.monthly_cycle import BY_PEOPLE, CycleStep
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Role
from wardmote.core.domain.task import TaskKind
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import PeriodKind, period_of
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.bulletins.cycle import cycles_of, report_step, take_back_step
from wardmote.operations.bulletins.services import publish
from wardmote.operations.inspections.models import Attendance, Course, CourseSession
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day
from wardmote.operations.people.services import open_account
from wardmote.operations.refusals import RefusedError
from wardmote.operations.tasks.services.leading import BY_HAND

pytestmark = pytest.mark.usefixtures("place")
TODAY = local_day(NOW_S)
MONTH = period_of(PeriodKind.MONTH, TODAY)
CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="chief")


def client_of(staff: str, role: Role) -> Client:
    account = open_account(staff, "irrelevant here", staff_id=staff, name=Bilingual("唐", "T"))
    grant_role(account.pk, role, EAST, granted_by="test")
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def chief() -> Client:
    return client_of("chief", Role.STATION_CHIEF)


def steps() -> set[CycleStep]:
    (one,) = cycles_of(CHIEF, MONTH, now_s=NOW_S)
    return set(one.done)


def test_people_report_three_steps_once_and_the_analysis_is_there_by_itself(chief: Client) -> None:
    for step in BY_PEOPLE:
        assert report_step(CHIEF, EAST, MONTH, step, day=TODAY, now_s=NOW_S)
        assert not report_step(CHIEF, EAST, MONTH, step, day=MONTH.first, now_s=NOW_S)
    assert steps() == set(BY_PEOPLE)
    publish(EAST, MONTH.before(), now_s=NOW_S)
    assert steps() == set(CycleStep)
    assert take_back_step(CHIEF, EAST, MONTH, CycleStep.REVIEW, now_s=NOW_S)
    assert not take_back_step(CHIEF, EAST, MONTH, CycleStep.REVIEW, now_s=NOW_S)
    assert CycleStep.REVIEW not in steps()


@pytest.mark.parametrize(
    ("step", "day", "note", "code"),
    [
        (CycleStep.ANALYSIS, TODAY, "", "cycle_step"),
        (CycleStep.REVIEW, TODAY + datetime.timedelta(days=1), "", "cycle_day"),
        (CycleStep.REVIEW, MONTH.before().last, "", "cycle_day"),
        (CycleStep.REVIEW, TODAY, "x" * 301, "cycle_note"),
    ],
)
def test_what_cannot_be_reported_is_refused(
    step: CycleStep, day: datetime.date, note: str, code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        report_step(CHIEF, EAST, MONTH, step, day=day, note=note, now_s=NOW_S)
    assert refused.value.code == code
    assert refused.value.message()


@pytest.mark.parametrize("area", [COUNTY, EAST, ELSEWHERE])
def test_only_those_who_lead_work_in_an_area_report(area: str) -> None:
    for role in Role:
        who = viewer((role, area))  # type: ignore[arg-type]  # an area code
        allowed = Permission.COURSE_EDIT in ROLE_PERMISSIONS[role] and area != ELSEWHERE
        if allowed:
            report_step(who, EAST, MONTH, CycleStep.REVIEW, day=TODAY, now_s=NOW_S)
            take_back_step(who, EAST, MONTH, CycleStep.REVIEW, now_s=NOW_S)
            continue
        with pytest.raises(AccessDeniedError):
            report_step(who, EAST, MONTH, CycleStep.REVIEW, day=TODAY, now_s=NOW_S)
        with pytest.raises(AccessDeniedError):
            take_back_step(who, EAST, MONTH, CycleStep.REVIEW, now_s=NOW_S)


def test_the_page_takes_reports_and_says_what_is_wrong_with_others(chief: Client) -> None:
    clock.set_rate(1.0, served_s=NOW_S)
    page = f"/bulletin/cycle/{MONTH.name}/"
    form = {"area": EAST, "step": "review", "day": TODAY.isoformat(), "note": "老街巡逻"}
    chief.post(page, form)
    assert "老街巡逻" in chief.get(page).content.decode()
    for wrong in ({"day": "yesterday"}, {"step": "dance"}, {"day": "1999-01-01"}):
        answer = chief.post(page, {**form, **wrong}, follow=True)
        assert [one.level_tag for one in answer.context["messages"]] == ["error"]
    chief.post(page, {**form, "take_back": "1"})
    assert "老街巡逻" not in chief.get(page).content.decode()
    assert chief.get("/bulletin/cycle/2026-13/").status_code == 404


def test_what_was_held_is_told_from_the_record_with_its_tasks_and_trainings(
    chief: Client, beat: None
) -> None:
    clock.set_rate(1.0, served_s=NOW_S)
    meeting = busy_day.task("meeting", kind=TaskKind.MEETING)
    busy_day.do(meeting, NOW_S)
    ordered = busy_day.task("ordered", rule=BY_HAND)
    course = Course.objects.create(id="c", area=EAST, name_zh="培训", name_en="First aid")
    session = CourseSession.objects.create(
        id="s", course=course, day=TODAY, begins="09:00", ends="11:00", seats=9
    )
    Attendance.objects.create(
        session=session, staff_id="a1", state="attended", moved_by="t", moved_s=NOW_S
    )
    (one,) = cycles_of(CHIEF, MONTH, now_s=NOW_S + 1)
    assert [case.id for case in one.held.meetings] == [meeting]
    assert [case.id for case in one.held.ordered] == [ordered]
    assert [(held.name_en, held.people) for held in one.held.trainings] == [("First aid", 1)]
    clock.set_rate(1.0, served_s=NOW_S + 1)
    page = chief.get(f"/bulletin/cycle/{MONTH.name}/").content.decode()
    assert f"/tasks/{meeting}/" in page
    assert "/training-calendar/" in page
    reader = client_of("reader", Role.DISPATCHER)
    page = reader.get(f"/bulletin/cycle/{MONTH.name}/").content.decode()
    assert "已开会 1 次" in page
    assert f"/tasks/{meeting}/" not in page, "a link that would be refused"
