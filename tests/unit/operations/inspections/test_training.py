from __future__ import annotations

import datetime

import pytest
from tests.unit.operations.inspections.cast import CHIEF, CREW
from tests.unit.operations.small_place import EAST, NOW_S

from wardmote.core.domain.course import AttendanceAction, TurnAction
from wardmote.core.domain.ids import PersonId
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.inspections import errors
from wardmote.operations.inspections.models import Attendance, StationTurn
from wardmote.operations.inspections.services import training
from wardmote.operations.people.selectors.answering import Appointed
from wardmote.operations.people.services import open_account

MARCH = datetime.date(2027, 3, 1)
DAY = datetime.date(2027, 3, 10)


@pytest.fixture(autouse=True)
def _world(place: None, monkeypatch: pytest.MonkeyPatch) -> None:
    held = {PersonId(one): Appointed(EAST, datetime.date(2020, 1, 1)) for one in "abcdef"}
    monkeypatch.setattr(training, "appointed_in", lambda area, at, office: held)
    for staff in ("crew1", "chief"):
        open_account(staff, "a long password", staff_id=staff, name=Bilingual(staff, staff))


def turns(month: datetime.date) -> list[str]:
    training.plan_turns(CHIEF, EAST, month, now_s=NOW_S)
    rows = StationTurn.objects.filter(first_day__gte=month, state="planned")
    return list(rows.order_by("first_day").values_list("staff_id", flat=True))


def test_four_a_month_by_who_waited_longest_and_the_missed_come_again() -> None:
    assert turns(MARCH) == ["a", "b", "c", "d"]
    with pytest.raises(errors.PlannedAlreadyError):
        turns(MARCH)
    missed = StationTurn.objects.get(staff_id="b")
    training.move_turn(CHIEF, missed.pk, TurnAction.MISS, now_s=NOW_S)
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
    training.move_attendance(CHIEF, session, "crew1", AttendanceAction.ATTEND, now_s=NOW_S)
    assert Attendance.objects.get().good_until == datetime.date(2028, 3, 8)
    training.move_attendance(CHIEF, session, "crew1", AttendanceAction.CORRECT, now_s=NOW_S)
    assert Attendance.objects.get().good_until is None
    with pytest.raises(AccessDeniedError):
        training.open_course(CREW, EAST, Bilingual("x", "x"), None, now_s=NOW_S)
