from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.operations.inspections.cast import (
    CHIEF,
    CREW,
    INSPECTOR,
    SECOND,
    drawn,
    recorded,
    result,
)
from tests.unit.operations.small_place import COUNTY, EAST, ELSEWHERE, NOW_S, WEST, viewer

from wardmote.core.beat.random_draw import seed_of
from wardmote.core.domain.equipment import FaultAction, HolderKind
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.inspection import DropReason, Finding, Stratum
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Role
from wardmote.core.domain.survey import QUESTIONS, ServiceKind, last_day
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.inspections import errors, selectors, services
from wardmote.operations.inspections.models import (
    DayValue,
    Draw,
    EquipmentFault,
    EquipmentItem,
    SpotCheck,
    SurveyAnswer,
    SurveyToken,
)
from wardmote.operations.inspections.services import drawing, surveying
from wardmote.operations.inspections.services.checking import made_until_s
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people.models import Person
from wardmote.operations.people.selectors.answering import Appointed
from wardmote.operations.people.services import open_account
from wardmote.operations.working_time import working_calendar

pytestmark = pytest.mark.usefixtures("world")
DAY_S = 86_400.0
DAY = local_day(NOW_S)


@pytest.fixture
def world(place: None) -> None:
    for staff in ("crew1", "inspector", "second", "chief"):
        row = open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
        grant_role(row.pk, Role.CREW, COUNTY, granted_by="test")


def test_a_draw_shows_its_seed_and_anybody_can_repeat_it() -> None:
    services.make_day_values(NOW_S - DAY_S)
    published = dict(selectors.commitments(NOW_S - DAY_S))[DAY]
    check = drawn()
    seen = selectors.draw_seen(INSPECTOR, check.draw_id, now_s=NOW_S)
    assert (seen.agrees, seen.value, seen.seed_agrees) == (True, "", None)
    later = selectors.draw_seen(INSPECTOR, check.draw_id, now_s=NOW_S + DAY_S)
    assert (later.agrees, later.seed_agrees, later.commitment) == (True, True, published)
    assert later.row.seed == seed_of(later.value, f"{DAY} {COUNTY} 1")
    SpotCheck.objects.filter(pk=check.pk).update(subject="other")
    assert not selectors.draw_seen(INSPECTOR, check.draw_id, now_s=NOW_S).agrees
    DayValue.objects.update(value="0" * 64)
    assert selectors.draw_seen(INSPECTOR, check.draw_id, now_s=NOW_S + DAY_S).seed_agrees is False


def test_every_draw_stays_on_record_under_its_number() -> None:
    first, second = drawn().draw, drawn().draw
    assert [first.name[-2:], second.name[-2:]] == [" 1", " 2"]
    assert first.seed != second.seed


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({}, errors.NothingToDrawError),
        ({Stratum.EQUIPMENT: 3}, errors.NothingToDrawError),
        ({Stratum.POST: -1}, errors.TooManyDrawnError),
        ({Stratum.POST: 51}, errors.TooManyDrawnError),
    ],
)
def test_a_draw_that_makes_no_sense_is_refused(wanted: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        services.draw_checks(INSPECTOR, COUNTY, wanted, now_s=NOW_S)
    assert not Draw.objects.exists()


def test_a_result_is_replied_to_and_decided_by_somebody_else() -> None:
    check = recorded()
    services.reply_to_check(CREW, check.pk, "We were on a call", now_s=check.reply_until_s or 0)
    with pytest.raises(errors.AnotherPersonError):
        services.decide_check(INSPECTOR, check.pk, "so", None, now_s=NOW_S + 2)
    right = dict.fromkeys(result().findings, Finding.YES)
    services.decide_check(SECOND, check.pk, "They were", right, now_s=NOW_S + 2)
    check.refresh_from_db()
    assert (check.state, check.findings["present"], check.first_findings["present"]) == (
        "corrected", "yes", "no",
    )  # fmt: skip
    with pytest.raises(errors.NotPossibleError):
        services.decide_check(SECOND, check.pk, "again", None, now_s=NOW_S + 3)
    kinds = list(JournalEntry.objects.filter(type__startswith="inspection.").values_list("type"))
    assert len(kinds) == 5
    assert "on a call" not in str(list(JournalEntry.objects.values_list("data")))


def test_a_reply_after_its_term_is_refused_and_the_result_stands() -> None:
    check = recorded()
    until = check.reply_until_s or 0.0
    assert until > NOW_S + 4 * DAY_S
    services.go_round(until)
    check.refresh_from_db()
    assert check.state == "recorded"
    with pytest.raises(errors.TermOverError):
        services.reply_to_check(CREW, check.pk, "late", now_s=until + 1)
    services.go_round(until + 1)
    check.refresh_from_db()
    assert check.state == "upheld"


def test_a_check_that_nobody_makes_in_time_lapses_and_is_counted_as_not_made() -> None:
    begun, left = drawn(), drawn()
    services.begin_check(INSPECTOR, begun.pk, now_s=NOW_S)
    until = made_until_s(begun)
    assert NOW_S < until < NOW_S + 5 * DAY_S
    services.go_round(until)
    begun.refresh_from_db()
    assert begun.state == "under_way"
    for late in (
        lambda: services.begin_check(INSPECTOR, left.pk, now_s=until + 1),
        lambda: services.record_check(INSPECTOR, begun.pk, result(), now_s=until + 1),
    ):
        with pytest.raises(errors.TermOverError):
            late()
    with pytest.raises(errors.NotPossibleError):
        services.drop_check(INSPECTOR, left.pk, DropReason.NOT_IN_TIME, now_s=NOW_S)
    services.go_round(until + 1)
    assert set(SpotCheck.objects.values_list("state", "dropped_for")) == {
        ("dropped", "not_in_time"),
    }  # fmt: skip
    found = selectors.notice(INSPECTOR, DAY, DAY)
    assert (found.dropped, found.open) == (2, 0)


def test_people_are_drawn_while_they_are_on_duty(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {PersonId(one): Appointed(EAST, DAY) for one in ("crew1", "chief")}
    monkeypatch.setattr(drawing, "appointed_in", lambda area, at: held)
    calendar = working_calendar(NOW_S)
    begin_s, end_s = calendar.intervals(calendar.add_working_days(DAY, 1))[0]
    for at_s, people in ((begin_s, {"crew1", "chief"}), (begin_s - 1, set()), (end_s, set())):
        assert set(drawing.candidates_in(EAST, at_s)[Stratum.PERSON]) == people


def test_what_is_recorded_must_be_whole_and_said() -> None:
    Person.objects.create(
        staff_id="far", name_zh="x", kind="police", area=ELSEWHERE, kept_by="t", kept_s=0.0
    )
    check = drawn()
    services.begin_check(INSPECTOR, check.pk, now_s=NOW_S)
    for bad, error in (
        (services.Result({}), errors.FindingsMissingError),
        (services.Result(result().findings), errors.WordsMissingError),
        (result(person="nobody"), errors.BadEntryError),
        (result(person="far"), errors.BadEntryError),
        (result(person="inspector"), errors.AnotherPersonError),
    ):
        with pytest.raises(error):
            services.record_check(INSPECTOR, check.pk, bad, now_s=NOW_S)
    check.refresh_from_db()
    assert check.state == "under_way"


def test_only_the_person_concerned_replies_and_sees_the_result_without_a_right() -> None:
    check = recorded()
    other = viewer((Role.CREW, EAST), staff="other")
    with pytest.raises(AccessDeniedError):
        services.reply_to_check(other, check.pk, "mine", now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        selectors.check_seen(other, check.pk)
    assert selectors.check_seen(CREW, check.pk).pk == check.pk
    assert [one.pk for one in selectors.own_checks(CREW)] == [check.pk]


def test_notices_count_results_and_leave_exercises_out() -> None:
    recorded(wanting=True)
    recorded(wanting=False)
    services.drop_check(INSPECTOR, drawn().pk, DropReason.ON_A_CALL, now_s=NOW_S)
    drill = drawn(drill=True)
    services.begin_check(INSPECTOR, drill.pk, now_s=NOW_S)
    services.record_check(INSPECTOR, drill.pk, result(), now_s=NOW_S)
    found = selectors.notice(INSPECTOR, DAY, DAY)
    everything = found.in_order[-1][1]
    assert (everything.met, everything.of) == (1, 2)
    assert everything.low is not None
    assert everything.low < 0.5
    assert (found.drawn, found.dropped, found.open, len(found.with_defects)) == (3, 1, 0, 1)
    nobody = viewer((Role.INSPECTOR, WEST), staff="x")
    assert selectors.notice(nobody, DAY, DAY).drawn == 0


def item(number: str = "E1", **other: Any) -> services.ItemWanted:
    about = {"holder_kind": HolderKind.PERSON, "holder": "crew1", **other}
    return services.ItemWanted(number=number, kind="radio", area=other.pop("area", EAST), **about)


def kept(number: str = "E1", **other: Any) -> str:
    return services.keep_item(CHIEF, item(number, **other), new=True, now_s=NOW_S)


def test_a_fault_is_found_repaired_or_written_off_with_its_item() -> None:
    one = kept()
    services.inspect_item(CREW, one, complete=True, working=False, words="dead", now_s=NOW_S)
    services.inspect_item(CREW, one, complete=True, working=False, words="dead", now_s=NOW_S)
    fault = EquipmentFault.objects.get()
    with pytest.raises(AccessDeniedError):
        services.move_fault(CREW, fault.pk, FaultAction.FIX, "", now_s=NOW_S)
    services.move_fault(CHIEF, fault.pk, FaultAction.SEND, "", now_s=NOW_S)
    services.move_fault(CHIEF, fault.pk, FaultAction.WRITE_OFF, "burnt", now_s=NOW_S)
    assert EquipmentItem.objects.get().written_off
    with pytest.raises(errors.NotPossibleError):
        services.report_fault(CHIEF, one, "again", now_s=NOW_S)


def test_what_expires_or_must_be_looked_at_is_listed_ahead() -> None:
    kept("E1", expires=DAY + datetime.timedelta(days=29))
    kept("E2", expires=DAY + datetime.timedelta(days=30))
    kept("E3", every_days=10)
    found = selectors.dues(selectors.items_seen(CHIEF), DAY, 30)
    assert [(row.number, due.days_left) for row, due in found] == [("E3", 10), ("E1", 30)]


def test_a_table_is_taken_whole_or_each_fault_told_with_row_and_column() -> None:
    head = "number,kind,area,holder_kind,holder,expires,every_days\n"
    good = f"E1,radio,{EAST},post,p1,2027-01-01,90\nE2,torch,{EAST},person,crew1,,\n"
    assert services.take_table(CHIEF, (head + good).encode(), now_s=NOW_S).made == 2
    again = services.take_table(CHIEF, (head + good).encode("utf-8-sig"), now_s=NOW_S)
    assert (again.made, again.changed, again.faults) == (0, 0, ())
    bad = (
        f"E3,radio,{EAST},post,p1,31.1.2027,x\nE4,radio,{WEST},post,p1,,\nE4,,{EAST},unit,u9,,\n,\n"
    )
    faults = services.take_table(CHIEF, (head + bad).encode(), now_s=NOW_S).faults
    assert [(one.row, one.column, one.code) for one in faults] == [
        (2, "expires", "value"), (2, "every_days", "value"), (3, "area", "right"),
        (4, "kind", "value"),
    ]  # fmt: skip
    for data, code in ((b"\xff\xfe", "encoding"), (b"a,b\n", "columns"), (b"", "columns")):
        assert services.take_table(CHIEF, data, now_s=NOW_S).faults[0].code == code
    assert EquipmentItem.objects.count() == 2


def invited(monkeypatch: pytest.MonkeyPatch, service: str = "c1", *, finished: bool = True) -> str:
    monkeypatch.setattr(surveying, "_finished_in", lambda kind, one: (EAST, finished))
    return services.invite(CHIEF, ServiceKind.CALL, service, now_s=NOW_S)


def test_an_invitation_works_once_and_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    token = invited(monkeypatch)
    with pytest.raises(errors.InvitedAlreadyError):
        invited(monkeypatch)
    answers = {one.code: "yes" for one in QUESTIONS[ServiceKind.CALL]}
    with pytest.raises(errors.AnswersMissingError):
        services.answer(token, {}, now_s=NOW_S)
    services.answer(token, answers, now_s=midnight_s(last_day(DAY)))
    for bad in (token, "", "guess"):
        with pytest.raises(errors.InvitationUsedError):
            services.answer(bad, answers, now_s=NOW_S)
    assert {one.name for one in SurveyToken._meta.get_fields()} == {
        "token_sha256", "month", "area", "kind", "used",
    }  # fmt: skip
    assert {one.name for one in SurveyAnswer._meta.get_fields()} == {
        "id", "month", "area", "kind", "answers",
    }  # fmt: skip
    assert token not in str(list(SurveyToken.objects.values_list()))


def test_an_invitation_ends_and_needs_a_finished_service(monkeypatch: pytest.MonkeyPatch) -> None:
    token = invited(monkeypatch)
    with pytest.raises(errors.InvitationUsedError):
        services.open_invitation(token, now_s=midnight_s(last_day(DAY)) + DAY_S)
    with pytest.raises(errors.NotFinishedError):
        invited(monkeypatch, "c2", finished=False)


@pytest.mark.parametrize("kind", ServiceKind)
def test_nobody_is_invited_for_what_is_not_on_record(kind: ServiceKind) -> None:
    with pytest.raises(errors.UnknownRecordError):
        services.invite(CHIEF, kind, "nothing", now_s=NOW_S)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("area", [COUNTY, EAST, WEST])
def test_each_right_holds_in_its_area_and_nowhere_else(
    role: Role, area: AreaId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveying, "_finished_in", lambda kind, one: (EAST, True))
    who = viewer((role, area), staff="somebody")
    acts = {
        Permission.INSPECTION_DRAW: lambda: services.draw_checks(
            who, EAST, {Stratum.POST: 1}, now_s=NOW_S
        ),
        Permission.EQUIPMENT_EDIT: lambda: services.keep_item(who, item(), new=True, now_s=NOW_S),
        Permission.SURVEY_ISSUE: lambda: services.invite(who, ServiceKind.CALL, "c", now_s=NOW_S),
    }
    for permission, act in acts.items():
        if permission in ROLE_PERMISSIONS[role] and area in (COUNTY, EAST):
            assert act()
        else:
            with pytest.raises(AccessDeniedError):
                act()
    check = drawn()
    sees = Permission.INSPECTION_VIEW in ROLE_PERMISSIONS[role] and area in (COUNTY, EAST)
    assert selectors.may_see_check(who, check.pk) == sees


def test_a_position_decides_on_the_grid_and_is_not_kept() -> None:
    check = drawn(Stratum.POST)
    SpotCheck.objects.filter(pk=check.pk).update(stratum="person", subject="crew1", area=EAST)
    services.begin_check(INSPECTOR, check.pk, now_s=NOW_S)
    by_eye = result(wanting=False, of=Stratum.PERSON)
    for bad in ((float("nan"), 27.05, 5.0), (111.05, 27.05, -1.0), (111.05, 27.05, 9_000.0)):
        with pytest.raises(errors.BadEntryError):
            services.record_check(INSPECTOR, check.pk, replace(by_eye, at=bad), now_s=NOW_S)
    outside = replace(by_eye, at=(111.05, 27.05, 20.0))
    with pytest.raises(errors.WordsMissingError):
        services.record_check(INSPECTOR, check.pk, outside, now_s=NOW_S)
    services.record_check(
        INSPECTOR, check.pk, replace(outside, words="In the next town"), now_s=NOW_S
    )
    check.refresh_from_db()
    assert check.findings["in_grid"] == "no"
    assert check.grid_check["standing"] == "outside"
    assert check.grid_check["of"] == f"division:{EAST}"
    assert "111.05" not in str(check.__dict__)
    assert "27.05" not in str(check.__dict__)


def test_a_position_near_the_boundary_is_held_against_nobody() -> None:
    check = drawn(Stratum.POST)
    SpotCheck.objects.filter(pk=check.pk).update(stratum="person", subject="crew1", area=EAST)
    services.begin_check(INSPECTOR, check.pk, now_s=NOW_S)
    near = replace(result(wanting=False, of=Stratum.PERSON), at=(111.0995, 27.05, 100.0))
    services.record_check(INSPECTOR, check.pk, near, now_s=NOW_S)
    check.refresh_from_db()
    assert check.findings["in_grid"] == "not_seen"


def test_a_crew_invites_for_calls_it_went_to_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "_finished_in", lambda kind, one: (EAST, True))
    monkeypatch.setattr(surveying, "went_to", lambda who, one: one == "ours")
    assert services.invite(CREW, ServiceKind.CALL, "ours", now_s=NOW_S)
    for kind, service in ((ServiceKind.CALL, "theirs"), (ServiceKind.TASK, "ours")):
        with pytest.raises(AccessDeniedError):
            services.invite(CREW, kind, service, now_s=NOW_S)


def test_rates_are_shown_by_whole_months_and_areas_with_enough_answers() -> None:
    day = (DAY.replace(day=1) - datetime.timedelta(days=3)).replace(day=1)
    for number in range(12):
        SurveyToken.objects.create(
            token_sha256=str(number), month=day, area=EAST, kind="call", used=number < 6
        )
        if number < 6:
            codes = [one.code for one in QUESTIONS[ServiceKind.CALL]]
            SurveyAnswer.objects.create(
                id=str(number),
                month=day,
                area=EAST,
                kind="call",
                answers=dict.fromkeys(codes, "yes"),
            )
    SurveyToken.objects.create(token_sha256="x", month=DAY, area=EAST, kind="call", used=True)
    found = selectors.survey_figures(CHIEF, NOW_S)
    assert found.rate is not None
    assert (found.rate.met, found.rate.of) == (6, 12)
    assert [(one.key, one.content is not None) for one in found.months] == [(f"{day:%Y-%m}", True)]
    assert found.last < DAY.replace(day=1)
