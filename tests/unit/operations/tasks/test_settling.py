"""Tasks follow who answers: leave and deputies, appointments, villages that change."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from django.db import transaction
from tests.unit.operations.places import small_county
from tests.unit.operations.places.small_county import (
    COUNTY,
    EAST,
    NEW,
    NOW_S,
    PLANNER,
    TODAY,
    TOWN,
    WEST,
)
from tests.unit.operations.tasks.beat_place import NAME, request

from wardmote.core.domain.appointment import Office, StaffKind
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.consent import CarePurpose
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.leave import LeaveAction, LeaveKind
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.task import TaskPlace
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.services import grant_role
from wardmote.operations.following import JournalFollower
from wardmote.operations.journal import clock
from wardmote.operations.local_time import midnight_s
from wardmote.operations.people import services as people
from wardmote.operations.people.models import Account
from wardmote.operations.places import selectors as places
from wardmote.operations.places import services as tree
from wardmote.operations.places.drawing import Days, KeyPlaceDrawing, draw_key_place
from wardmote.operations.places.services import Choices
from wardmote.operations.reactions import REACTIONS
from wardmote.operations.tasks import services
from wardmote.operations.tasks.models import CareConsent, Task, TaskMaking
from wardmote.operations.tasks.services import NewConsent, Whereabouts

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
HOUR_S, DAY_S = 3_600.0, 86_400.0
EIGHT_S = NOW_S - 19 * HOUR_S - 400.0 + DAY_S + 8 * HOUR_S
"""Eight o'clock of tomorrow, a Thursday; `NOW_S` is Wednesday, 19:06:40."""
ADMIN = Viewer("admin", (RoleInArea(Role.ADMINISTRATOR, EVERYWHERE),))
ASSISTANT = Office.VILLAGE_ASSISTANT
WORKS_IN_WEST = Viewer("a1", (RoleInArea(Role.VILLAGE_ASSISTANT, AreaId(WEST)),))


class Clock:
    """The deployment's clock, set by hand, and the follower of the journal."""

    def __init__(self) -> None:
        self.now_s = NOW_S
        self.follower = JournalFollower(REACTIONS, ())

    def work(self, later_s: float = 1.0) -> None:
        self.now_s += later_s
        places.forget()  # a commit would have done so
        while self.follower.work():
            pass

    def go_round(self, at_s: float) -> None:
        self.now_s = at_s
        places.forget()
        while services.settle_all(at_s):
            pass


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    places.forget()
    small_county.open_small_county()
    for number in ("a1", "a2", "d1", "d2"):
        card = people.PersonCard(
            number, Bilingual(f"辅{number}", number), StaffKind.ASSISTANT, AreaId(TOWN)
        )
        people.keep_person(ADMIN, card, now_s=NOW_S)
    appoint("a1", WEST)
    made = Clock()
    monkeypatch.setattr(clock, "now_s", lambda: made.now_s)
    made.follower.begin()
    return made


def appoint(who: str, place: str, first: int = -9, last: int | None = None) -> str:
    last_day = None if last is None else TODAY + last * DAY
    new = people.NewAppointment(who, ASSISTANT, place, TODAY + first * DAY, last_day)
    return people.appoint(ADMIN, new, now_s=NOW_S)


def leave(first_s: float, last_s: float, deputy: str | None = "d1", who: str = "a1") -> str:
    new = people.NewLeave(who, LeaveKind.SICK, first_s, last_s, deputy)
    asked = people.ask_leave(ADMIN, new, now_s=NOW_S)
    people.move_leave(ADMIN, asked, LeaveAction.APPROVE, now_s=NOW_S)
    return asked


def make(code: str, ahead: int = 0, **changed: object) -> str:
    """A task of the western village for a day from today."""
    opens_s = midnight_s(TODAY + ahead * DAY)
    fields = {
        "area": AreaId(WEST), "place": None, "day": TODAY + ahead * DAY, "opens_s": opens_s,
        "due_s": opens_s + DAY_S, **changed,
    }  # fmt: skip
    with transaction.atomic():
        return services.make(request(code, **fields), actor="rule:test", now_s=NOW_S)


def holders() -> dict[str, str]:
    return dict(Task.objects.order_by("source").values_list("source", "holder"))


# --- leave -------------------------------------------------------------------------------------


def test_leave_hands_what_is_due_and_overdue_to_the_deputy_and_a_recall_brings_it_back(
    time: Clock,
) -> None:
    make("overdue", -2)
    make("today")
    make("tomorrow", 1)
    make("after", 3)
    asked = leave(NOW_S - 10.0, NOW_S + 2 * DAY_S)
    time.work()
    assert holders() == {"overdue": "d1", "today": "d1", "tomorrow": "d1", "after": "a1"}
    assert set(Task.objects.exclude(source="after").values_list("instead_of", flat=True)) == {"a1"}
    people.move_leave(ADMIN, asked, LeaveAction.RECALL, now_s=time.now_s + HOUR_S)
    time.work(HOUR_S + 1.0)
    assert set(holders().values()) == {"a1"}
    task = Task.objects.get(source="tomorrow")
    assert list(task.steps.order_by("revision").values_list("reason", flat=True)) == [
        "leave", "back"
    ]  # fmt: skip
    assert task.instead_of == ""


def test_another_deputy_takes_over_from_the_first_and_without_one_tasks_return(
    time: Clock,
) -> None:
    make("today")
    asked = leave(NOW_S - 10.0, NOW_S + 2 * DAY_S)
    time.work()
    people.name_deputy(ADMIN, asked, "d2", now_s=time.now_s)
    time.work()
    assert holders() == {"today": "d2"}
    people.name_deputy(ADMIN, asked, None, now_s=time.now_s)
    time.work()
    assert holders() == {"today": "a1"}
    people.name_deputy(ADMIN, asked, "d1", now_s=time.now_s)
    time.work()
    assert holders() == {"today": "d1"}


def test_leave_from_noon_takes_neither_what_fits_before_nor_what_is_under_way(
    time: Clock,
) -> None:
    make("fits", 1, minutes=60)
    make("long", 1, minutes=300)
    leave(EIGHT_S + 4 * HOUR_S, EIGHT_S + 2 * DAY_S)
    time.work()
    assert holders() == {"fits": "a1", "long": "d1"}
    time.go_round(EIGHT_S + 2 * HOUR_S)
    services.release_and_expire(time.now_s)
    visit = Task.objects.get(source="fits").pk
    services.check_in(WORKS_IN_WEST, visit, Whereabouts(), now_s=time.now_s)
    time.go_round(EIGHT_S + 5 * HOUR_S)
    assert holders()["fits"] == "a1"  # at the door; it may be finished
    services.undo(WORKS_IN_WEST, visit, now_s=time.now_s)
    time.go_round(time.now_s)
    assert holders()["fits"] == "d1"


def test_a_morning_off_hands_over_no_task_of_the_week_nor_of_the_afternoon(time: Clock) -> None:
    make("week", 1, due_s=EIGHT_S + 4 * DAY_S, minutes=60)
    make("afternoon", 1)
    leave(EIGHT_S, EIGHT_S + 4 * HOUR_S)
    time.work()
    time.go_round(EIGHT_S + HOUR_S)
    assert set(holders().values()) == {"a1"}


def test_leave_that_ends_by_itself_brings_back_what_is_left(time: Clock) -> None:
    make("today", due_s=NOW_S + 10 * HOUR_S)
    leave(NOW_S - 10.0, NOW_S + DAY_S)
    time.work()
    assert holders() == {"today": "d1"}
    time.go_round(NOW_S + DAY_S)
    assert holders() == {"today": "a1"}


def test_tasks_made_during_leave_are_the_deputys_and_return_with_it(time: Clock) -> None:
    asked = leave(NOW_S - 10.0, NOW_S + 3 * DAY_S)
    make("made", 1)
    assert Task.objects.get().instead_of == "a1"
    assert holders() == {"made": "d1"}
    people.move_leave(ADMIN, asked, LeaveAction.RECALL, now_s=NOW_S + 1.0)
    time.work()
    assert holders() == {"made": "a1"}


def test_leave_without_a_deputy_leaves_tasks_where_they_are(time: Clock) -> None:
    make("before")
    leave(NOW_S - 10.0, NOW_S + DAY_S, deputy=None)
    make("meanwhile")
    time.work()
    assert holders() == {"before": "a1", "meanwhile": ""}
    time.go_round(NOW_S + DAY_S)
    assert holders() == {"before": "a1", "meanwhile": "a1"}


def test_what_a_leader_assigned_is_not_taken_back_by_the_end_of_leave(time: Clock) -> None:
    for staff in ("a1", "d1", "a2"):
        account = Account.objects.create(username=staff, staff_id=staff, name_zh=staff)
        if staff == "a2":
            grant_role(account.pk, Role.VILLAGE_ASSISTANT, AreaId(TOWN), granted_by="test")
    task = make("today")
    asked = leave(NOW_S - 10.0, NOW_S + DAY_S)
    time.work()
    chief = Viewer("c1", (RoleInArea(Role.STATION_CHIEF, AreaId(COUNTY)),))
    services.assign(chief, task, "a2", now_s=time.now_s, although_overloaded=True)
    people.move_leave(ADMIN, asked, LeaveAction.RECALL, now_s=time.now_s + 1.0)
    time.work(2.0)
    assert holders() == {"today": "a2"}


# --- appointments ------------------------------------------------------------------------------


def test_a_gap_that_is_filled_gets_the_tasks_that_were_nobodys(time: Clock) -> None:
    make("gap", 0, area=AreaId(EAST))
    make("ahead", 2, area=AreaId(EAST))
    assert set(holders().values()) == {""}
    appoint("a2", EAST, first=1)
    time.work()
    assert holders() == {"gap": "", "ahead": "a2"}
    time.go_round(midnight_s(TODAY + DAY))
    assert holders() == {"gap": "a2", "ahead": "a2"}


def test_whose_appointment_ends_leaves_tasks_to_the_next_or_to_nobody(time: Clock) -> None:
    held = appoint("a2", EAST)
    make("today", 0, area=AreaId(EAST))
    make("ahead", 2, area=AreaId(EAST))
    people.end_appointment(ADMIN, held, TODAY + DAY, now_s=NOW_S)
    time.work()
    assert holders() == {"today": "a2", "ahead": ""}
    time.go_round(midnight_s(TODAY + 2 * DAY))
    assert holders() == {"today": "", "ahead": ""}
    assert Task.objects.get(source="today").steps.get().reason == "vacant"
    appoint("d1", EAST, first=2)
    time.work()
    assert holders() == {"today": "d1", "ahead": "d1"}


def test_who_was_named_keeps_a_task_while_holding_any_office_there(time: Clock) -> None:
    held = appoint("a2", EAST)
    make("named", 0, area=AreaId(EAST), holder="a2")
    make("usual", 0, area=AreaId(EAST))
    people.end_appointment(ADMIN, held, TODAY - DAY, now_s=NOW_S)
    appoint("d1", EAST, first=0)
    account = Account.objects.create(username="a2", staff_id="a2", name_zh="a2")
    grant_role(account.pk, Role.VILLAGE_ASSISTANT, AreaId(TOWN), granted_by="test")
    time.work()
    assert holders() == {"named": "a2", "usual": "d1"}


def test_a_county_without_appointments_goes_by_grants_whatever_others_keep(time: Clock) -> None:
    account = Account.objects.create(username="g1", staff_id="g1", name_zh="g1")
    grant_role(account.pk, Role.VILLAGE_ASSISTANT, AreaId("430522101001"), granted_by="test")
    make("other", 0, area=AreaId("430522101001"))
    make("kept", 0, area=AreaId(EAST))
    assert holders() == {"other": "g1", "kept": ""}
    time.go_round(NOW_S)
    assert holders() == {"other": "g1", "kept": ""}


# --- villages ----------------------------------------------------------------------------------


def visited(code: str, ahead: int = 0, **changed: object) -> str:
    """A round of the eastern village itself, as a rule makes it."""
    place = TaskPlace("division", EAST, NAME)
    source = {"rule": "village_round", "area": AreaId(EAST), "place": place}
    return make(code, ahead, **{**source, **changed})


def cut_east(day: datetime.date) -> None:
    halves = [(EAST, small_county.name("left")), (NEW, small_county.name("right"))]
    split = tree.split_along(EAST, [(111.15, 26.9), (111.15, 27.2)], halves, day)
    tree.follow(PLANNER, split, Choices(), now_s=NOW_S)


def test_a_split_takes_tasks_to_the_part_where_their_point_is(time: Clock) -> None:
    appoint("a2", EAST)
    right = TaskPlace("hazard", "h1", NAME, 111.18, 27.05)
    left = TaskPlace("hazard", "h2", NAME, 111.12, 27.05)
    make("right", 0, area=AreaId(EAST), place=right)
    make("left", 0, area=AreaId(EAST), place=left)
    make("later", 2, area=AreaId(EAST), place=right)
    cut_east(TODAY + DAY)
    places.forget()
    appoint("d1", NEW, first=1)
    time.work()
    areas = dict(Task.objects.values_list("source", "area"))
    assert areas == {"right": EAST, "left": EAST, "later": NEW}
    assert holders() == {"right": "a2", "left": "a2", "later": "d1"}
    time.go_round(midnight_s(TODAY + DAY))
    assert holders() == {"right": "d1", "left": "a2", "later": "d1"}


def test_a_village_that_moves_takes_its_tasks_and_consents_along(time: Clock) -> None:
    appoint("a2", EAST)
    visited("round", 0)
    kept = services.keep_consent(
        Viewer("a2", (RoleInArea(Role.VILLAGE_ASSISTANT, AreaId(EAST)),)),
        NewConsent(AreaId(EAST), CarePurpose.LIVING_ALONE, "李奶奶", "1", "", "", 7, 30, TODAY,
                   TODAY + 99 * DAY, signed=True),
        now_s=NOW_S,
    )  # fmt: skip
    TaskMaking.objects.create(rule="village_round", day=TODAY, made=1, at_s=NOW_S)
    moved = "430521102202"
    wanted = tree.move_of(EAST, moved, small_county.name("moved"), TODAY)
    tree.follow(PLANNER, wanted, Choices(), now_s=NOW_S)
    time.work()
    task = Task.objects.get(source="round")
    assert (task.area, task.place, task.holder, task.place_en) == (moved, moved, "a2", "moved")
    assert task.steps.get().reason == "place_changed"
    assert CareConsent.objects.get(pk=kept).area == moved
    assert not TaskMaking.objects.exists()  # the new code gets what is due to it


def test_merged_villages_keep_one_round_of_a_day(time: Clock) -> None:
    make("west", 1, rule="village_round", place=TaskPlace("division", WEST, NAME))
    visited("west", 1)  # the same rule and source, as of a rule that comes again
    merger = tree.merge_of([WEST, EAST], WEST, small_county.name("one"), TODAY + DAY)
    tree.follow(PLANNER, merger, Choices(), now_s=NOW_S)
    time.work()
    found = list(Task.objects.order_by("area").values_list("area", "state", "holder"))
    assert found == [(WEST, "planned", "a1"), (EAST, "cancelled", "")]


def test_a_place_drawn_later_has_its_tasks_on_days_that_are_made_already(time: Clock) -> None:
    for ahead in (-1, 0, 1, 2):
        TaskMaking.objects.create(rule="r", day=TODAY + ahead * DAY, made=1, at_s=NOW_S)
    drawing = KeyPlaceDrawing(
        Bilingual("校", "school"), "school", 111.05, 27.05, 50.0, Days(TODAY + DAY, None)
    )
    draw_key_place(PLANNER, drawing, now_s=NOW_S)
    time.work()
    days = set(TaskMaking.objects.values_list("day", flat=True))
    assert days == {TODAY - DAY, TODAY}
    draw_key_place(PLANNER, dataclasses.replace(drawing, days=Days()), now_s=NOW_S)
    time.work()
    assert not TaskMaking.objects.filter(day__gte=TODAY).exists()
