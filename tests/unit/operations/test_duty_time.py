"""When people are on duty: leave, watches, units, volunteers, then the working calendar."""

from __future__ import annotations

import datetime
import zoneinfo

import pytest
from tests.unit.operations.patrols.cast import CHIEF, night, person, published, roster, teams
from tests.unit.operations.small_place import EAST, NOW_S

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role, join_crew
from wardmote.operations.duty_time import duty_minutes_of, duty_stretches, on_duty
from wardmote.operations.patrols import services as patrols
from wardmote.operations.people.models import Leave, Person
from wardmote.operations.people.services import open_account
from wardmote.operations.units.models import Unit

pytestmark = pytest.mark.usefixtures("place")
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime.date(2026, 11, 18)
SUNDAY = datetime.date(2026, 11, 22)


def moment(day: datetime.date, hour: int, minute: int = 0) -> float:
    return datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=SHANGHAI).timestamp()


def minutes(staff: str, day: datetime.date) -> int:
    return duty_minutes_of([staff], day, NOW_S)[staff]


def test_without_a_roster_the_working_calendar_counts() -> None:
    person("x", StaffKind.POLICE)
    assert (minutes("x", WEDNESDAY), minutes("x", SUNDAY)) == (420, 0)
    times = ((8, 29), (8, 30), (12, 0), (17, 29))
    found = [on_duty("x", moment(WEDNESDAY, *one)) for one in times]
    assert found == [False, True, False, True]


def test_a_watch_is_duty_and_the_rest_after_it_is_not() -> None:
    ids = teams()
    published(ids)
    first = night(0)
    # 22:00 to midnight on its day, and with rest until 14:00 the next day's morning is free.
    assert minutes("a0", first) == minutes("a1", first) + 120
    following = first + datetime.timedelta(days=1)
    assert minutes("a0", following) - minutes("a1", following) in (360 - 210, 360)
    assert [on_duty("a0", moment(first, *at)) for at in ((21, 59), (22, 0), (23, 30))] == [
        False, True, True,
    ]  # fmt: skip
    assert [on_duty("a0", moment(following, *at)) for at in ((5, 59), (6, 0), (10, 0))] == [
        True, False, False,
    ]  # fmt: skip


def test_a_volunteer_is_on_duty_in_watches_alone() -> None:
    ids = teams()
    published(ids)
    assert (minutes("v0", night(0)), minutes("v1", night(0))) == (120, 0)
    assert not on_duty("v1", moment(WEDNESDAY, 10))
    assert on_duty("v0", moment(night(0), 23))


def test_a_draft_is_no_duty() -> None:
    ids = teams()
    patrols.add_watch(CHIEF, roster(ids), ids[0], night(0), now_s=NOW_S)
    assert minutes("v0", night(0)) == 0


def test_leave_is_taken_off_by_the_hour() -> None:
    person("x", StaffKind.POLICE)
    Leave.objects.create(
        id="l1", person=Person.objects.get(pk="x"), kind="family", state="approved",
        from_s=moment(WEDNESDAY, 14), to_s=moment(WEDNESDAY, 23), asked_by="x", asked_s=NOW_S,
    )  # fmt: skip
    assert minutes("x", WEDNESDAY) == 210
    assert on_duty("x", moment(WEDNESDAY, 10))
    assert not on_duty("x", moment(WEDNESDAY, 15))


def test_a_crew_is_on_duty_while_its_unit_is() -> None:
    name = Bilingual("驾驶员", "Driver")
    account = open_account("driver", "a long password", staff_id="driver", name=name)
    grant_role(account.pk, Role.CREW, EAST, granted_by="test")
    join_crew(account.pk, UnitId("u1"))
    ten = moment(WEDNESDAY, 10)
    assert not on_duty("driver", ten)
    Unit.objects.filter(pk="u1").update(on_duty=True)
    assert on_duty("driver", ten)
    assert on_duty("driver", moment(SUNDAY, 3))


def test_many_people_are_asked_at_once(django_assert_max_num_queries: object) -> None:
    ids = teams()
    published(ids)
    people = [f"{kind}{number}" for kind in "av" for number in range(4)]
    with django_assert_max_num_queries(4):  # type: ignore[operator]  # of pytest-django
        days = [night(number) for number in range(8)]
        found = duty_stretches(people, days, NOW_S)
    assert set(found) == {(one, day) for one in people for day in days}
