"""Who is told of what, by what really happens; and each notice leads to a page that opens."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from tests.unit.operations.duty.test_duty_services import CONTENT
from tests.unit.operations.hazards import cast as hazard_cast
from tests.unit.operations.inspections.cast import CREW, SECOND, recorded
from tests.unit.operations.patrols import cast as watch_cast
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, SMALL_PLACE, viewer
from tests.unit.operations.tasks.beat_place import VILLAGE, request

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.assessment import (
    SHIPPED_ASSESSMENT_RULES,
    Counted,
    Ground,
    dump_assessment_rules,
)
from wardmote.core.domain.course import AttendanceAction, TurnAction
from wardmote.core.domain.ids import AreaId, IncidentId, PersonId
from wardmote.core.domain.notice import NoticeKind
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.task import TaskSource
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.selectors import viewer_of
from wardmote.operations.access.services import grant_role
from wardmote.operations.duty import selectors as duty_selectors
from wardmote.operations.duty import services as duty
from wardmote.operations.hazards import services as hazards
from wardmote.operations.incidents import services as incidents
from wardmote.operations.inspections import services as inspections
from wardmote.operations.inspections.models import Appeal, AssessmentSheet, StationTurn
from wardmote.operations.inspections.services import assessing, training
from wardmote.operations.journal import clock
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.notices import services as notices
from wardmote.operations.notices.models import Notice
from wardmote.operations.notices.services import Telling
from wardmote.operations.patrols import services as patrols
from wardmote.operations.people.models import Account
from wardmote.operations.people.selectors import KnownPerson
from wardmote.operations.people.selectors.answering import Appointed
from wardmote.operations.photos import files
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.reactions import REACTIONS
from wardmote.operations.tasks import services as tasks
from wardmote.web.pages.notices import GROUPS, link_of

PROVINCE = AreaId("430000000000")
PEOPLE = {
    "chief": (Role.STATION_CHIEF, EAST),
    "officer": (Role.COMMUNITY_OFFICER, EAST),
    "assistant": (Role.VILLAGE_ASSISTANT, EAST),
    "a0": (Role.VILLAGE_ASSISTANT, EAST),
    "v0": (Role.VOLUNTEER, EAST),
    "v1": (Role.VOLUNTEER, EAST),
    "v2": (Role.VOLUNTEER, EAST),
    "a1": (Role.VILLAGE_ASSISTANT, VILLAGE),
    "fire1": (Role.DEPARTMENT, COUNTY),
    "city1": (Role.DEPARTMENT, COUNTY),
    "inspector": (Role.INSPECTOR, COUNTY),
    "second": (Role.INSPECTOR, COUNTY),
    "crew1": (Role.CREW, COUNTY),
    "leader": (Role.SUPERVISOR, COUNTY),
    "distant": (Role.SUPERVISOR, PROVINCE),
}
CHIEF = viewer(PEOPLE["chief"], staff="chief")
OFFICER = viewer(PEOPLE["officer"], staff="officer")
LEADER = viewer(PEOPLE["leader"], staff="leader")
A1 = viewer(PEOPLE["a1"], staff="a1")
DAY_S = 86_400.0
K = NoticeKind


@pytest.fixture(autouse=True)
def _world(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    load_places(SMALL_PLACE)
    forget()
    monkeypatch.setattr(files, "folder", lambda: tmp_path / "photos")
    for staff, (role, area) in PEOPLE.items():
        account = Account.objects.create(username=staff, staff_id=staff, name_zh=staff)
        grant_role(account.pk, role, area, granted_by="test")


def told() -> dict[NoticeKind, list[str]]:
    """What follows from the journal, done twice; who was told, by kind."""
    for _twice in range(2):
        for event in all_events():
            for one in REACTIONS:
                if one.name.startswith("notices.") and type(event.payload) in one.on:
                    one.run(event, NOW_S + 60.0)
    found: dict[NoticeKind, list[str]] = {}
    for row in Notice.objects.order_by("staff", "pk"):
        found.setdefault(NoticeKind(row.kind), []).append(row.staff)
        if row.read_s is None:
            leads(row)
    return found


def leads(row: Notice) -> None:
    """The notice leads its person to a page that opens."""
    account = Account.objects.get(staff_id=row.staff)
    who = viewer_of(account.pk, clock.now_s())
    assert who is not None
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    link = link_of(who, row)
    assert link, (row.kind, row.staff)
    assert client.get(link, follow=True).status_code == 200, (row.kind, row.staff, link)
    Notice.objects.filter(pk=row.pk).update(read_s=NOW_S)


def test_hazards_are_told_to_departments_to_who_decides_and_to_who_checks() -> None:
    for staff, code in (("fire1", "fire"), ("city1", "city_management")):
        wanted = hazards.DepartmentWanted(code, Bilingual(code, code), COUNTY, (staff,))
        hazards.set_department(hazard_cast.ADMIN, wanted, now_s=NOW_S)
    _hazard, part = hazard_cast.given()
    more = hazards.MoreTime(NOW_S + 20 * DAY_S, "Parts are late")
    extension = hazards.ask_extension(hazard_cast.FIRE, part, more, now_s=NOW_S)
    hazards.decide_extension(OFFICER, extension, "", grant=True, now_s=NOW_S)
    hazard_cast.hand_in(part, NOW_S + 1)
    found = told()
    assert found == {
        K.HAZARD_ASSIGNED: ["fire1"],
        K.EXTENSION_ASKED: ["chief", "officer"],
        K.EXTENSION_DECIDED: ["fire1"],
        K.HAZARD_TO_CHECK: ["a0", "assistant", "chief", "officer"],
    }
    hazard_cast.check(part, NOW_S + 2, passed=False)
    hazards.escalate_part(OFFICER, part, "Late", now_s=NOW_S + 3)
    with transaction.atomic():
        source = TaskSource("hazard_part", part)
        tasks.make(request(source=source, holder="a1"), actor="rule:test", now_s=NOW_S)
    hazard_cast.hand_in(part, NOW_S + 4, key="again")
    found = told()
    assert (found[K.HAZARD_RETURNED], found[K.HAZARD_ESCALATED]) == (["fire1"], ["fire1"])
    assert len(found[K.HAZARD_TO_CHECK]) == 4, "whoever holds the task is told of the task"
    assert found[K.TASK_NEW] == ["a1"]


def test_a_roster_is_told_once_a_person_and_changes_and_swaps_of_it_to_whom_they_concern() -> None:
    ids = watch_cast.teams()
    made = watch_cast.roster(ids)
    first, _other, second = (
        patrols.add_watch(CHIEF, made, ids[team], watch_cast.night(night), now_s=NOW_S)
        for team, night in ((0, 0), (0, 7), (1, 4))
    )
    patrols.publish(CHIEF, made, now_s=NOW_S + 1)
    found = told()
    assert found == {K.ROSTER_PUBLISHED: ["a0", "a1", "v0", "v1", "v2"]}
    swap = patrols.ask_swap(watch_cast.MEMBER_0, first, second, now_s=NOW_S + 2)
    patrols.refuse_swap(watch_cast.MEMBER_1, swap, now_s=NOW_S + 3)
    found = told()
    assert (found[K.SWAP_ASKED], found[K.SWAP_REFUSED]) == (["a1", "v1"], ["a0", "a1", "v0"])
    swap = patrols.ask_swap(watch_cast.MEMBER_0, first, second, now_s=NOW_S + 4)
    patrols.agree_swap(watch_cast.MEMBER_1, swap, now_s=NOW_S + 5)
    assert told()[K.SWAP_TO_APPROVE] == ["chief", "officer"]
    patrols.approve_swap(CHIEF, swap, now_s=NOW_S + 6)
    found = told()
    assert found[K.SWAP_APPROVED] == ["a0", "a1", "v0", "v1"]
    assert K.WATCH_CHANGED not in found
    patrols.change_team(CHIEF, first, ids[2], now_s=NOW_S + 7)
    assert told()[K.WATCH_CHANGED] == ["a1", "v1", "v2"]


def test_a_swap_that_is_taken_back_is_told_to_the_team_that_was_asked() -> None:
    ids = watch_cast.teams()
    _made, first, second = watch_cast.published(ids)
    swap = patrols.ask_swap(watch_cast.MEMBER_0, first, second, now_s=NOW_S + 2)
    patrols.withdraw_swap(watch_cast.MEMBER_0, swap, now_s=NOW_S + 3)
    assert told()[K.SWAP_REFUSED] == ["a1", "v1"]


def test_a_level_that_is_proposed_is_told_to_who_may_approve_it_and_is_near() -> None:
    shown = duty_selectors.levels_in_force(NOW_S).of("level_3")
    digest = duty_selectors.effects_of(EAST, shown, NOW_S).digest
    switch = duty.propose_switch(CHIEF, EAST, "level_3", digest, "Fair", now_s=NOW_S)
    assert told() == {K.LEVEL_PROPOSED: ["leader"]}
    duty.approve_switch(LEADER, switch, digest, now_s=NOW_S)
    found = told()
    assert found[K.LEVEL_PROPOSED] == ["leader"]
    assert {"chief", "officer", "a1"} <= set(found[K.DUTY_LEVEL])
    assert not {"leader", "distant", "crew1"} & set(found[K.DUTY_LEVEL])


def test_a_plan_that_is_offered_is_told_to_who_leads_duty_and_of_a_drill_to_nobody() -> None:
    new = duty.NewPlan(COUNTY, Bilingual("预案", "Plan"), CONTENT)
    plan = duty.write_plan(viewer((Role.STATION_CHIEF, COUNTY), staff="boss"), new, now_s=NOW_S)
    duty.approve_version(LEADER, plan, 1, now_s=NOW_S)
    for call, drill in (("call-00001", True), ("call-00002", False)):
        new_call = incidents.NewCall(
            "dispute.neighbour", "phone", id=IncidentId(call), lon=111.15, lat=27.05, drill=drill
        )
        incidents.enter_call(LEADER, new_call, now_s=NOW_S)
        for event in all_events():
            duty.offer_for_call(event, NOW_S)
        assert told() == ({} if drill else {K.PLAN_OFFERED: ["leader"]})


def test_a_check_is_told_with_its_term_to_the_person_its_reply_to_others_who_decide() -> None:
    check = recorded()
    inspections.reply_to_check(CREW, check.pk, "On a call", now_s=NOW_S + 1)
    inspections.decide_check(SECOND, check.pk, "It was so", None, now_s=NOW_S + 2)
    assert told() == {
        K.CHECK_RESULT: ["crew1"],
        K.CHECK_TO_DECIDE: ["chief", "leader", "second"],
        K.CHECK_DECIDED: ["crew1"],
    }
    row = Notice.objects.get(kind=K.CHECK_RESULT)
    assert (row.until_s, row.expires_s) == (check.reply_until_s, check.reply_until_s)


def test_an_exercise_is_told_to_the_person_checked_and_to_no_other_decider() -> None:
    check = recorded()
    check.draw.drill = True
    check.draw.save()
    inspections.reply_to_check(CREW, check.pk, "On a call", now_s=NOW_S + 1)
    assert told() == {K.CHECK_RESULT: ["crew1"]}
    assert Notice.objects.get().drill


def test_a_sheet_is_told_with_its_term_an_appeal_to_others_who_decide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = datetime.date(2026, 11, 1)
    held = {PersonId("a1"): Appointed(VILLAGE, first)}
    monkeypatch.setattr(assessing, "appointed_in", lambda area, at_s: held)
    known = {"a1": KnownPerson("a1", StaffKind.ASSISTANT, True)}
    monkeypatch.setattr(assessing, "persons_known", lambda ids: known)
    data = dump_assessment_rules(SHIPPED_ASSESSMENT_RULES)
    inspections.publish_rules(
        LEADER, COUNTY, data, datetime.date(2026, 10, 1), now_s=NOW_S - 80 * DAY_S
    )
    count_s = NOW_S + 60 * DAY_S
    inspections.make_sheets(CHIEF, EAST, first, now_s=count_s)
    sheet = AssessmentSheet.objects.get()
    wanted = inspections.AppealWanted(
        Counted.HAZARDS_REPORTED, "", "", Ground.MISSING, "Two of them", "k"
    )
    appeal = inspections.file_appeal(A1, sheet.pk, wanted, now_s=count_s)
    inspections.decide_appeal(SECOND, appeal, None, "They are there", now_s=count_s)
    assert told() == {
        K.SHEET_READY: ["a1"],
        K.APPEAL_TO_DECIDE: ["inspector", "leader", "second"],
        K.APPEAL_DECIDED: ["a1"],
    }
    assert Notice.objects.get(kind=K.SHEET_READY).until_s == sheet.appeal_until_s
    row = Notice.objects.filter(kind=K.APPEAL_TO_DECIDE)[0]
    assert row.until_s == Appeal.objects.get().decide_by_s


def test_turns_and_courses_are_told_with_their_day_and_when_they_are_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = {PersonId("crew1"): Appointed(EAST, datetime.date(2020, 1, 1))}
    monkeypatch.setattr(training, "appointed_in", lambda area, at, office: held)
    training.plan_turns(CHIEF, EAST, datetime.date(2027, 3, 1), now_s=NOW_S)
    course = training.open_course(CHIEF, EAST, Bilingual("急救", "First aid"), 365, now_s=NOW_S)
    day = datetime.date(2027, 4, 10)
    wanted = training.SessionWanted(day, datetime.time(9), datetime.time(11), "Station", 1)
    session = training.call_session(CHIEF, course, wanted, now_s=NOW_S)
    training.enrol(CHIEF, session, "crew1", now_s=NOW_S)
    assert told() == {K.TURN_PLANNED: ["crew1"], K.COURSE_PLANNED: ["crew1"]}
    turn = StationTurn.objects.get()
    training.move_turn(CHIEF, turn.pk, TurnAction.CANCEL, now_s=NOW_S)
    training.move_attendance(CHIEF, session, "crew1", AttendanceAction.WITHDRAW, now_s=NOW_S)
    assert told()[K.TRAINING_OFF] == ["crew1", "crew1"]
    client = Client(headers={"accept-language": "en"})
    client.force_login(
        Account.objects.get(staff_id="crew1"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    page = client.get("/notices/").content.decode()
    assert "You are enrolled in a course · 2027-04-10" in page
    assert 'href="/training-calendar/?month=2027-04"' in page


TASK_KINDS = (K.TASKS_TODAY, K.TASK_NEW, K.TASK_HANDED, K.TASK_DUE, K.TASK_CANCELLED)


def test_other_notices_lead_to_pages_that_open() -> None:
    with transaction.atomic():
        task = tasks.make(request(holder="a1"), actor="rule:test", now_s=NOW_S)
    for kind in (*TASK_KINDS, K.PLAN_STEP):
        notices.tell(["a1"], Telling(kind, "1", "task", task), NOW_S)
    notices.tell(list(PEOPLE), Telling(K.RECALLED, "1"), NOW_S)
    for row in Notice.objects.all():
        leads(row)


def test_who_may_not_open_a_page_gets_no_link_to_it() -> None:
    notices.tell(["fire1"], Telling(K.ROSTER_PUBLISHED, "1"), NOW_S)
    account = Account.objects.get(staff_id="fire1")
    who = viewer_of(account.pk, clock.now_s())
    assert who is not None
    assert link_of(who, Notice.objects.get()) == ""


def test_a_term_is_shown_while_it_runs_and_when_it_is_over() -> None:
    now_s = clock.now_s()
    for cause, until_s in (("1", now_s + DAY_S), ("2", now_s - DAY_S)):
        about = Telling(K.CHECK_RESULT, cause, "check", "x", until_s=until_s)
        notices.tell(["crew1"], about, now_s - 2 * DAY_S)
    client = Client(headers={"accept-language": "en"})
    client.force_login(
        Account.objects.get(staff_id="crew1"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    page = client.get("/notices/").content.decode()
    assert page.count("Answer by ") == page.count("The time to answer ended on ") == 1


def test_every_kind_stands_in_one_group_of_the_page() -> None:
    grouped = [kind for _title, kinds in GROUPS for kind in kinds]
    assert sorted(grouped) == sorted(NoticeKind)


def test_what_waits_for_a_decision_goes_to_the_next_wider_area_where_nobody_near_may() -> None:
    Account.objects.filter(staff_id="leader").update(is_active=False)
    shown = duty_selectors.levels_in_force(NOW_S).of("level_3")
    digest = duty_selectors.effects_of(EAST, shown, NOW_S).digest
    duty.propose_switch(CHIEF, EAST, "level_3", digest, "Fair", now_s=NOW_S)
    assert told() == {K.LEVEL_PROPOSED: ["distant"]}
