"""Leave without a deputy: what falls due meanwhile counts against nobody, and is seen as a gap."""

from __future__ import annotations

import datetime

import pytest
from django.db import transaction
from tests.unit.operations.places import small_county
from tests.unit.operations.places.small_county import NOW_S, TODAY, TOWN, WEST
from tests.unit.operations.tasks.beat_place import request

from wardmote.core.domain.appointment import Office, StaffKind
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.leave import LeaveAction, LeaveKind
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.sections import ALL
from wardmote.operations.counting import Window
from wardmote.operations.local_time import midnight_s
from wardmote.operations.people import services as people
from wardmote.operations.places import selectors as places
from wardmote.operations.tasks import services
from wardmote.operations.tasks.assessed import tasks_due
from wardmote.operations.tasks.counted import task_countings
from wardmote.operations.tasks.services import Whereabouts

pytestmark = pytest.mark.django_db

DAY_S = 86_400.0
ADMIN = Viewer("admin", (RoleInArea(Role.ADMINISTRATOR, EVERYWHERE),))
ASSISTANT = Viewer("a1", (RoleInArea(Role.VILLAGE_ASSISTANT, AreaId(WEST)),))
CHIEF = Viewer("c1", (RoleInArea(Role.STATION_CHIEF, AreaId(TOWN)),))
TOMORROW = TODAY + datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _beat() -> None:
    places.forget()
    small_county.open_small_county()
    card = people.PersonCard("a1", Bilingual("辅一", "One"), StaffKind.ASSISTANT, AreaId(TOWN))
    people.keep_person(ADMIN, card, now_s=NOW_S)
    since = TODAY - datetime.timedelta(days=9)
    office = people.NewAppointment("a1", Office.VILLAGE_ASSISTANT, WEST, since, None)
    people.appoint(ADMIN, office, now_s=NOW_S)
    places.forget()


def visit(code: str = "1", due_s: float = NOW_S + DAY_S) -> str:
    fields = {"area": AreaId(WEST), "place": None, "day": TOMORROW, "opens_s": NOW_S}
    with transaction.atomic():
        asked = request(code, due_s=due_s, **fields)
        return services.make(asked, actor="rule:test", now_s=NOW_S)


def ill(approved_s: float = NOW_S, to_s: float = NOW_S + 5 * DAY_S) -> str:
    new = people.NewLeave("a1", LeaveKind.SICK, NOW_S + 60.0, to_s, None)
    asked = people.ask_leave(ADMIN, new, now_s=NOW_S)
    people.move_leave(ADMIN, asked, LeaveAction.APPROVE, now_s=approved_s)
    return asked


def counted(as_of_s: float) -> list[str]:
    return [one.task for one in tasks_due(["a1"], NOW_S, NOW_S + 9 * DAY_S, as_of_s)]


def person_days(as_of_s: float, *, live: bool = True) -> int:
    start_s = midnight_s(TODAY)
    window = Window(start_s, start_s + 4 * DAY_S, as_of_s, live)
    load = task_countings([AreaId(TOWN)], window)[2]
    return load.tally()[ALL]["person_days"]


def test_what_fell_due_in_sick_leave_is_no_case_of_the_person_nor_a_day_of_theirs() -> None:
    visit("in leave")
    after = visit("after it", NOW_S + 6 * DAY_S)
    assert counted(NOW_S + 9 * DAY_S) != [after]
    ill()
    assert counted(NOW_S + 9 * DAY_S) == [after]


def test_a_persons_day_is_not_counted_where_all_of_it_fell_due_in_leave() -> None:
    visit()
    assert person_days(NOW_S + 5 * DAY_S) == 1
    ill(approved_s=NOW_S + 2 * DAY_S)
    assert person_days(NOW_S + 5 * DAY_S) == 0
    assert person_days(NOW_S + 5 * DAY_S, live=False) == 0


def test_a_figure_of_an_earlier_moment_knows_no_leave_that_was_approved_later() -> None:
    task = visit()
    asked = ill(approved_s=NOW_S + 3 * DAY_S)
    people.move_leave(ADMIN, asked, LeaveAction.RECALL, now_s=NOW_S + 4 * DAY_S)
    assert counted(NOW_S + 3 * DAY_S - 1.0) == [task]
    assert counted(NOW_S + 3 * DAY_S) == []
    assert person_days(NOW_S + 3 * DAY_S - 1.0, live=False) == 1
    assert person_days(NOW_S + 3 * DAY_S, live=False) == 0


def test_what_was_done_in_time_despite_leave_counts_for_the_person() -> None:
    task = visit()
    ill()
    services.check_in(ASSISTANT, task, Whereabouts(), now_s=NOW_S + 10.0)
    services.finish(ASSISTANT, task, {"seen": True}, now_s=NOW_S + 3_600.0)
    assert counted(NOW_S + 9 * DAY_S) == [task]
    assert person_days(NOW_S + 9 * DAY_S) == 1
