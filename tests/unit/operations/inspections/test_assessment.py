"""Assessment: counted from the record of a past day, seen by the person, appealed and decided."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from django.db import transaction
from tests.unit.operations.inspections.cast import INSPECTOR, SECOND
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, WEST, viewer
from tests.unit.operations.tasks.beat_place import DAY, VILLAGE, request

from wardmote.core.beat.assessment_counts import ItemCount
from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.assessment import (
    SHIPPED_ASSESSMENT_RULES,
    Counted,
    Ground,
    Remedy,
    dump_assessment_rules,
)
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.inspection import Stratum
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Role, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.hazards.models import Hazard, HazardStep
from wardmote.operations.inspections import errors, services, sheets
from wardmote.operations.inspections.models import (
    Appeal,
    AssessmentSheet,
    Attendance,
    SpotCheck,
)
from wardmote.operations.inspections.services import assessing, training
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.local_time import midnight_s
from wardmote.operations.people.selectors import KnownPerson, account_by_staff_id
from wardmote.operations.people.selectors.answering import Appointed
from wardmote.operations.people.services import open_account
from wardmote.operations.tasks import services as tasks
from wardmote.operations.tasks.models import Task

CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="chief")
SUPERVISOR = viewer((Role.SUPERVISOR, COUNTY), staff="leader")
AIDE = viewer((Role.VILLAGE_ASSISTANT, VILLAGE), staff="a1")
OTHER = viewer((Role.VILLAGE_ASSISTANT, VILLAGE), staff="a2")
FIRST, LAST = datetime.date(2026, 11, 1), datetime.date(2026, 11, 30)
COUNT_S = midnight_s(datetime.date(2026, 12, 11))
RULES = replace(SHIPPED_ASSESSMENT_RULES, version="2026-11", months=1)
SHORT = replace(RULES, items=tuple(replace(one, fewest=0) for one in RULES.items))

pytestmark = pytest.mark.usefixtures("place")


@pytest.fixture(autouse=True)
def _world(place: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for staff in ("a1", "a2", "chief", "inspector", "second", "leader", "v1"):
        open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
    kinds = {
        "a1": StaffKind.ASSISTANT,
        "a2": StaffKind.ASSISTANT,
        "chief": StaffKind.POLICE,
        "v1": StaffKind.VOLUNTEER,
    }
    held = {PersonId(one): Appointed(VILLAGE, FIRST) for one in kinds}
    monkeypatch.setattr(assessing, "appointed_in", lambda area, at_s: held)
    monkeypatch.setattr(
        assessing,
        "persons_known",
        lambda ids: {one: KnownPerson(one, kinds[one], True) for one in ids},
    )


def publish(
    rules: object = SHORT, area: AreaId = COUNTY, now_s: float = NOW_S - 40 * 86_400
) -> str:
    data = dump_assessment_rules(rules)  # type: ignore[arg-type]  # rules
    return services.publish_rules(SUPERVISOR, area, data, FIRST, now_s=now_s)


def a_task(code: str, *, late: bool = False) -> str:
    with transaction.atomic():
        task = tasks.make(request(code, place=None, holder="a1"), actor="rule:test", now_s=NOW_S)
    Task.objects.filter(pk=task).update(holder="a1")
    done_s = NOW_S + (7_200.0 if late else 600.0)
    tasks.finish(AIDE, task, {"seen": True}, now_s=done_s)
    return task


def make() -> AssessmentSheet:
    services.make_sheets(CHIEF, EAST, DAY, now_s=COUNT_S)
    return AssessmentSheet.objects.get(staff_id="a1")


def counts(found: tuple[ItemCount, ...]) -> dict[str, tuple[int, int]]:
    return {one.item.counted.value: (one.met, one.of) for one in found if one.of}


def appeal(
    sheet: AssessmentSheet,
    case: str,
    ground: Ground = Ground.FACTS_WRONG,
    *,
    who: Viewer = AIDE,
    key: str = "k1",
    words: str = "I was there in time",
    now_s: float = COUNT_S + 60,
) -> str:
    wanted = services.AppealWanted(
        Counted.TASKS_IN_TIME, "task" if case else "", case, ground, words, key
    )
    return services.file_appeal(who, sheet.pk, wanted, now_s=now_s)


def test_a_period_is_counted_as_the_record_stood_and_can_be_counted_again() -> None:
    publish()
    a_task("1")
    late = a_task("2", late=True)
    sheet = make()
    opened = sheets.open_sheet(AIDE, sheet.pk, now_s=COUNT_S)
    assert counts(opened.counts) == {"tasks_in_time": (1, 2)}
    assert opened.counts == opened.first
    assert opened.agrees
    # What becomes known later changes nothing of what was known then.
    chief = viewer((Role.STATION_CHIEF, COUNTY), staff="c")
    tasks.reopen(chief, late, "other", words="Do it again", now_s=COUNT_S + 5)
    assert sheets.open_sheet(AIDE, sheet.pk, now_s=COUNT_S + 9).agrees
    Task.objects.filter(pk=late).update(due_s=NOW_S + 9_000)
    again = sheets.open_sheet(AIDE, sheet.pk, now_s=COUNT_S + 9)
    assert not again.agrees
    assert {one.id for one in again.differing} == {late}


def test_volunteers_and_who_counts_are_never_counted_and_nobody_twice() -> None:
    publish()
    assert services.make_sheets(CHIEF, EAST, DAY, now_s=COUNT_S) == services.SheetsMade(2, 0)
    assert set(AssessmentSheet.objects.values_list("staff_id", flat=True)) == {"a1", "a2"}
    with pytest.raises(errors.NobodyToCountError):
        services.make_sheets(CHIEF, EAST, DAY, now_s=COUNT_S)


def test_nothing_is_counted_without_rules_published_before_or_too_early() -> None:
    with pytest.raises(errors.NoRulesError):
        make()
    with pytest.raises(errors.TooLateToPublishError):
        publish(now_s=midnight_s(FIRST))
    publish()
    with pytest.raises(errors.TooEarlyError):
        services.make_sheets(CHIEF, EAST, DAY, now_s=COUNT_S - 1)
    with pytest.raises(errors.RulesNotFittingError):
        publish()
    with pytest.raises(errors.RulesNotFittingError, match="items"):
        services.publish_rules(
            SUPERVISOR, COUNTY, {"version": "x", "items": [{}]}, LAST, now_s=NOW_S - 40 * 86_400
        )


def test_every_kind_of_case_is_counted_from_its_own_room() -> None:
    publish()
    aide = account_by_staff_id("a1")
    assert aide is not None
    grant_role(aide.pk, Role.VILLAGE_ASSISTANT, VILLAGE, granted_by="test")
    about = {"area": VILLAGE, "category": "c", "channel": "staff", "lon": 111.0, "lat": 27.0}
    for number, action in enumerate(("file", "reject", "")):
        row = Hazard.objects.create(
            id=f"h{number}", number=f"h{number}", key=str(number), reported_by="a1",
            reported_s=NOW_S, **about,
        )  # fmt: skip
        if action:
            HazardStep.objects.create(
                hazard=row, about="hazard", action=action, actor="chief", at_s=NOW_S + 1
            )
    for hazard, away in (("h0", ""), ("h1", "unreachable")):
        HazardStep.objects.create(
            hazard_id=hazard, about="part", action="pass", actor="a1", at_s=NOW_S, away=away
        )
    course = training.open_course(CHIEF, EAST, Bilingual("急救", "First aid"), None, now_s=NOW_S)
    hours = (datetime.time(9), datetime.time(11))
    wanted = training.SessionWanted(DAY, *hours, "Station", 9)
    session = training.call_session(CHIEF, course, wanted, now_s=NOW_S)
    training.enrol(CHIEF, session, "a1", now_s=NOW_S)
    act = training.AttendanceAction
    training.move_attendance(CHIEF, session, "a1", act.ATTEND, now_s=NOW_S)
    training.move_attendance(CHIEF, session, "a1", act.CORRECT, now_s=COUNT_S + 1)
    training.move_attendance(CHIEF, session, "a1", act.MISS, now_s=COUNT_S + 2)
    draw = services.draw_checks(INSPECTOR, COUNTY, {Stratum.POST: 1}, now_s=NOW_S)
    held = {"draw_id": draw, "stratum": "person", "area": VILLAGE, "person": "a1", "place": 9}
    for subject, state, more in (
        ("in order", "upheld", {"first_findings": {"present": "yes"}}),
        (
            "corrected",
            "corrected",
            {
                "first_findings": {"present": "no"}, "findings": {"present": "yes"},
                "replied_s": NOW_S, "decided_s": NOW_S + 2,
            },
        ),
        ("not decided", "replied", {"first_findings": {"present": "no"}, "replied_s": NOW_S}),
    ):  # fmt: skip
        SpotCheck.objects.create(
            id=subject, subject=subject, state=state, recorded_s=NOW_S,
            reply_until_s=NOW_S + 9, **held, **more,
        )  # fmt: skip
    sheet = make()
    opened = sheets.open_sheet(AIDE, sheet.pk, now_s=COUNT_S)
    assert counts(opened.counts) == {
        "hazards_reported": (1, 2),
        "hazards_rechecked": (1, 2),
        "courses_attended": (1, 1),
        "checks_in_order": (2, 2),
    }
    assert opened.agrees
    Attendance.objects.all().delete()
    assert not sheets.open_sheet(AIDE, sheet.pk, now_s=COUNT_S).agrees


def test_an_appeal_that_is_allowed_changes_the_count_beside_the_first() -> None:
    publish()
    late = a_task("1", late=True)
    sheet = make()
    first = appeal(sheet, late)
    assert appeal(sheet, late) == first
    with pytest.raises(errors.AppealedAlreadyError):
        appeal(sheet, late, key="k2")
    with pytest.raises(errors.AnotherPersonError):
        services.decide_appeal(
            viewer((Role.INSPECTOR, COUNTY), staff="chief"), first, None, "no", now_s=COUNT_S + 90
        )
    with pytest.raises(errors.BadEntryError):
        services.decide_appeal(INSPECTOR, first, Remedy.ADDED, "so", now_s=COUNT_S + 90)
    with pytest.raises(errors.WordsMissingError):
        services.decide_appeal(INSPECTOR, first, Remedy.MET, " ", now_s=COUNT_S + 90)
    services.decide_appeal(INSPECTOR, first, Remedy.MET, "The log says so", now_s=COUNT_S + 90)
    with pytest.raises(errors.NotPossibleError):
        services.decide_appeal(SECOND, first, None, "no", now_s=COUNT_S + 91)
    missing = appeal(sheet, "", Ground.MISSING, key="k3")
    services.decide_appeal(SECOND, missing, Remedy.ADDED, "It was done", now_s=COUNT_S + 92)
    opened = sheets.open_sheet(AIDE, sheet.pk, now_s=COUNT_S + 99)
    assert counts(opened.first) == {"tasks_in_time": (0, 1)}
    assert counts(opened.counts) == {"tasks_in_time": (2, 2)}
    said = str(list(JournalEntry.objects.values_list("data")))
    assert "in time" not in said
    assert "log says" not in said


def test_an_appeal_has_a_term_a_ground_and_its_own_person() -> None:
    publish()
    late = a_task("1", late=True)
    sheet = make()
    for bad, error in (
        ({"who": OTHER}, AccessDeniedError),
        ({"who": CHIEF}, AccessDeniedError),
        ({"words": " "}, errors.WordsMissingError),
        ({"case": "other"}, errors.BadEntryError),
        ({"ground": Ground.MISSING}, errors.BadEntryError),
        ({"case": ""}, errors.BadEntryError),
        ({"now_s": sheet.appeal_until_s + 0.001}, errors.TermOverError),
    ):
        with pytest.raises(error):
            appeal(sheet, **{"case": late, **bad})  # type: ignore[arg-type]  # fields by name
    one = appeal(sheet, late, now_s=sheet.appeal_until_s)
    with pytest.raises(AccessDeniedError):
        services.withdraw_appeal(OTHER, one, now_s=COUNT_S)
    services.withdraw_appeal(AIDE, one, now_s=COUNT_S)
    with pytest.raises(errors.NotPossibleError):
        services.decide_appeal(INSPECTOR, one, None, "no", now_s=COUNT_S)
    appeal(sheet, late, key="again")


def test_who_made_the_check_does_not_decide_on_it() -> None:
    publish()
    sheet = make()
    draw = services.draw_checks(INSPECTOR, COUNTY, {Stratum.POST: 1}, now_s=NOW_S)
    SpotCheck.objects.filter(draw=draw).update(recorded_by="inspector")
    check = SpotCheck.objects.get(draw=draw)
    case = {"counted": "checks_in_order", "kind": "spot_check", "id": check.pk, "at_s": 1.0}
    AssessmentSheet.objects.update(cases=[{**case, "met": False, "due_s": None}])
    wanted = services.AppealWanted(
        Counted.CHECKS_IN_ORDER, "spot_check", check.pk, Ground.NOT_MINE, "Not my post", "k"
    )
    one = services.file_appeal(AIDE, sheet.pk, wanted, now_s=COUNT_S)
    assert not services.may_decide(INSPECTOR, Appeal.objects.get())
    with pytest.raises(errors.AnotherPersonError):
        services.decide_appeal(INSPECTOR, one, None, "no", now_s=COUNT_S)
    services.decide_appeal(SECOND, one, None, "It was", now_s=COUNT_S)


def test_a_look_of_somebody_else_is_on_record_and_the_person_sees_it() -> None:
    publish()
    sheet = make()
    sheets.open_sheet(AIDE, sheet.pk, now_s=COUNT_S)
    assert not Disclosure.objects.exists()
    sheets.open_sheet(INSPECTOR, sheet.pk, now_s=COUNT_S)
    opened = sheets.open_sheet(AIDE, sheet.pk, now_s=COUNT_S)
    assert [(one.staff_id, one.subject_kind) for one in opened.looks] == [
        ("inspector", "assessment")
    ]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("area", [EAST, WEST])
def test_each_right_of_assessment_holds_in_its_area_and_nowhere_else(
    role: Role, area: AreaId
) -> None:
    publish()
    late = a_task("1", late=True)
    sheet = make()
    one = appeal(sheet, late)
    AssessmentSheet.objects.filter(staff_id="a2").delete()
    who = viewer((role, area), staff="somebody")
    data = dump_assessment_rules(replace(RULES, version="next"))
    day = LAST + datetime.timedelta(days=60)
    acts = {
        Permission.CONFIGURATION_EDIT: lambda: services.publish_rules(
            who, EAST, data, day, now_s=COUNT_S
        ),
        Permission.STAFF_RECORD: lambda: services.make_sheets(who, EAST, DAY, now_s=COUNT_S),
        Permission.ASSESSMENT_VIEW: lambda: sheets.open_sheet(who, sheet.pk, now_s=COUNT_S),
        Permission.ASSESSMENT_DECIDE: lambda: services.decide_appeal(
            who, one, None, "no", now_s=COUNT_S
        ),
    }
    for permission, act in acts.items():
        if permission in ROLE_PERMISSIONS[role] and area in (COUNTY, EAST):
            act()
        else:
            with pytest.raises(AccessDeniedError):
                act()
    seen = Permission.ASSESSMENT_VIEW in ROLE_PERMISSIONS[role] and area in (COUNTY, EAST)
    assert sheets.sheets_seen(who).filter(staff_id="a1").exists() == seen
