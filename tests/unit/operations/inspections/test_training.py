from __future__ import annotations

import datetime

import pytest
from django.utils import translation
from tests.unit.operations.inspections.cast import CHIEF, CREW
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, viewer

from wardmote.core.domain.course import AttendanceAction, TurnAction
from wardmote.core.domain.ids import PersonId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.inspections import errors
from wardmote.operations.inspections.models import Attendance, CourseSession, StationTurn
from wardmote.operations.inspections.services import training
from wardmote.operations.local_time import midnight_s
from wardmote.operations.people.models import Leave, Person
from wardmote.operations.people.selectors.answering import Appointed
from wardmote.operations.people.services import open_account

MARCH = datetime.date(2027, 3, 1)
DAY = datetime.date(2027, 3, 10)


@pytest.fixture(autouse=True)
def _world(place: None, monkeypatch: pytest.MonkeyPatch) -> None:
    held = {PersonId(one): Appointed(EAST, datetime.date(2020, 1, 1)) for one in "abcdef"}
    monkeypatch.setattr(training, "appointed_in", lambda area, at, office: held)
    for staff in ("crew1", "chief"):
        row = open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))
        grant_role(row.pk, Role.CREW, EAST, granted_by="test")


def turns(month: datetime.date) -> list[str]:
    training.plan_turns(CHIEF, EAST, month, now_s=NOW_S)
    rows = StationTurn.objects.filter(first_day__gte=month, state="planned")
    return list(rows.order_by("first_day").values_list("staff_id", flat=True))


def test_four_a_month_by_who_waited_longest_and_the_missed_come_again() -> None:
    assert turns(MARCH) == ["a", "b", "c", "d"]
    with pytest.raises(errors.PlannedAlreadyError):
        turns(MARCH)
    missed = StationTurn.objects.get(staff_id="b")
    before_s = midnight_s(missed.first_day)
    for action in (TurnAction.MISS, TurnAction.SERVE):
        with pytest.raises(errors.NotTheDayError):
            training.move_turn(CHIEF, missed.pk, action, now_s=before_s - 1)
    training.move_turn(CHIEF, missed.pk, TurnAction.MISS, now_s=before_s)
    assert turns(datetime.date(2027, 4, 1)) == ["b", "e", "f", "a"]
    assert {len(row.days) for row in StationTurn.objects.all()} == {3}
    with pytest.raises(AccessDeniedError):
        training.move_turn(CREW, missed.pk, TurnAction.SERVE, now_s=NOW_S)


def test_a_session_has_so_many_seats_and_gives_certificates_that_expire() -> None:
    course = training.open_course(CHIEF, EAST, Bilingual("急救", "First aid"), 365, now_s=NOW_S)
    wanted = training.SessionWanted(DAY, datetime.time(9), datetime.time(11), "Station", 1)
    session = training.call_session(CHIEF, course, wanted, now_s=NOW_S)
    training.enrol(CHIEF, session, "crew1", now_s=NOW_S)
    with pytest.raises(errors.SessionFullError):
        training.enrol(CHIEF, session, "chief", now_s=NOW_S)
    with pytest.raises(errors.BadEntryError):
        training.enrol(CHIEF, session, "nobody", now_s=NOW_S)
    begins_s = midnight_s(DAY) + 9 * 3_600.0
    for action in (AttendanceAction.ATTEND, AttendanceAction.MISS):
        with pytest.raises(errors.NotTheDayError):
            training.move_attendance(CHIEF, session, "crew1", action, now_s=begins_s - 1)
    training.move_attendance(CHIEF, session, "crew1", AttendanceAction.ATTEND, now_s=begins_s)
    assert Attendance.objects.get().good_until == datetime.date(2028, 3, 8)
    training.move_attendance(CHIEF, session, "crew1", AttendanceAction.CORRECT, now_s=NOW_S)
    assert Attendance.objects.get().good_until is None
    with pytest.raises(AccessDeniedError):
        training.open_course(CREW, EAST, Bilingual("x", "x"), None, now_s=NOW_S)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (datetime.date(2027, 3, 10), datetime.date(2028, 3, 10)),
        (datetime.date(2028, 2, 29), datetime.date(2029, 2, 28)),
    ],
)
def test_a_session_is_called_from_today_on_and_at_most_a_year_ahead(
    today: datetime.date, last: datetime.date
) -> None:
    course = training.open_course(CHIEF, EAST, Bilingual("急救", "First aid"), 365, now_s=NOW_S)
    one = datetime.timedelta(days=1)

    def call(day: datetime.date, now_s: float) -> None:
        wanted = training.SessionWanted(day, datetime.time(9), datetime.time(11), "", 1)
        training.call_session(CHIEF, course, wanted, now_s=now_s)

    for now_s in (midnight_s(today), midnight_s(today + one) - 1.0):
        call(today, now_s)
        call(last, now_s)
        for outside in (today - one, last + one, datetime.date.min, datetime.date.max):
            with pytest.raises(errors.SessionDayError) as refused:
                call(outside, now_s)
            for language, said in (("en", "from today"), ("zh-hans", "")):
                with translation.override(language):
                    sentence = refused.value.message()
                assert said in sentence
                assert today.isoformat() in sentence
                assert last.isoformat() in sentence
    assert CourseSession.objects.count() == 4


def test_nobody_has_two_turns_in_a_month_whichever_area_plans_them() -> None:
    whole = viewer((Role.STATION_CHIEF, COUNTY), staff="whole")
    assert training.plan_turns(whole, COUNTY, MARCH, now_s=NOW_S) == 4
    assert training.plan_turns(CHIEF, EAST, MARCH, now_s=NOW_S) == 2
    assert sorted(StationTurn.objects.values_list("staff_id", flat=True)) == list("abcdef")
    StationTurn.objects.filter(area=EAST).update(area="430521102000")
    with pytest.raises(errors.PlannedAlreadyError):
        training.plan_turns(CHIEF, EAST, MARCH, now_s=NOW_S)
    with pytest.raises(errors.NotTheDayError):
        training.plan_turns(CHIEF, EAST, datetime.date(2020, 3, 1), now_s=NOW_S)


def test_a_turn_that_falls_into_a_leave_is_cancelled_and_its_person_waits_on() -> None:
    assert turns(MARCH) == ["a", "b", "c", "d"]
    turn = StationTurn.objects.get(staff_id="b")
    who = Person.objects.create(
        staff_id="b", name_zh="b", kind="volunteer", area=EAST, kept_by="t", kept_s=0.0
    )
    Leave.objects.create(
        id="l1", person=who, kind="sick", from_s=midnight_s(turn.last_day),
        to_s=midnight_s(turn.last_day) + 86_400.0, state="approved", asked_by="t", asked_s=0.0,
    )  # fmt: skip
    training.end_turns_on_leave(NOW_S)
    assert list(StationTurn.objects.order_by("first_day").values_list("staff_id", "state")) == [
        ("a", "planned"),
        ("b", "cancelled"),
        ("c", "planned"),
        ("d", "planned"),
    ]
