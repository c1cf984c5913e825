"""What was published stays so when villages change afterwards; what is open goes along."""

from __future__ import annotations

import datetime

import pytest
from django.db import transaction
from tests.unit.operations.places import small_county
from tests.unit.operations.places.small_county import (
    COUNTY,
    EAST,
    NEW,
    NOW_S,
    OTHER_TOWN,
    PLANNER,
    TODAY,
    TOWN,
    WEST,
)
from tests.unit.operations.tasks.beat_place import request

from wardmote.core.beat.hazard_figures import Grouping, HazardFigure, Period
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.periods import PeriodKind, period_of
from wardmote.core.measures.sections import ALL
from wardmote.operations.bulletins.selectors import document_of, figures_of
from wardmote.operations.bulletins.services import digest_of
from wardmote.operations.counting import Window, cases_behind
from wardmote.operations.following import JournalFollower
from wardmote.operations.hazards import services as hazards
from wardmote.operations.hazards.models import Department, Hazard, HazardPart, ReportPoint
from wardmote.operations.hazards.selectors import HazardFilter, figures, hazards_seen
from wardmote.operations.hazards.selectors.figures import cases as cases_of
from wardmote.operations.journal import clock
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.places import selectors as places
from wardmote.operations.places import services as tree
from wardmote.operations.places.services import Choices
from wardmote.operations.reactions import REACTIONS
from wardmote.operations.tasks import services as tasks
from wardmote.operations.tasks.counted import task_countings
from wardmote.operations.tasks.models import Task

pytestmark = pytest.mark.django_db

DAY, DAY_S = datetime.timedelta(days=1), 86_400.0
ADMIN = Viewer("admin", (RoleInArea(Role.ADMINISTRATOR, EVERYWHERE),))
MOVED = OTHER_TOWN[:9] + "201"
AREAS = (COUNTY, TOWN, OTHER_TOWN)
TODAYS = period_of(PeriodKind.DAY, TODAY)


class Clock:
    """The deployment's clock, set by hand, and the follower of the journal."""

    def __init__(self) -> None:
        self.now_s = NOW_S
        self.follower = JournalFollower(REACTIONS, ())

    def work(self, at_s: float) -> None:
        self.now_s = at_s
        places.forget()  # a commit would have done so
        while self.follower.work():
            pass


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    places.forget()
    small_county.open_small_county()
    made = Clock()
    monkeypatch.setattr(clock, "now_s", lambda: made.now_s)
    made.follower.begin()
    return made


def move_west(day: datetime.date, now_s: float) -> None:
    wanted = tree.move_of(WEST, MOVED, small_county.name("moved"), day)
    tree.follow(PLANNER, wanted, Choices(), now_s=now_s)


def digests(as_of_s: float, *, live: bool = False) -> list[str]:
    return [
        digest_of(document_of(figures_of([AreaId(area)], TODAYS, now_s=as_of_s, live=live)))
        for area in AREAS
    ]


def cases(area: str, code: str, as_of_s: float) -> list[str]:
    """The tasks behind a figure of a past day, as of a moment."""
    start_s, end_s = midnight_s(TODAY), midnight_s(TODAY + DAY)
    window = Window(start_s, end_s, as_of_s, live=False)
    return [one.id for one in cases_behind(task_countings([AreaId(area)], window), code, ALL, 9)]


def test_a_bulletin_is_the_same_after_the_village_of_its_tasks_moved(time: Clock) -> None:
    with transaction.atomic():
        made = request(
            area=AreaId(WEST), place=None, day=TODAY, opens_s=NOW_S - 3_600.0, due_s=NOW_S + 3_600.0
        )
        task = tasks.make(made, actor="rule:test", now_s=NOW_S)
    published_s = midnight_s(TODAY + DAY) + 6 * 3_600.0
    before = digests(published_s)
    assert before == digests(published_s, live=True)
    move_west(TODAY + 2 * DAY, published_s + 60.0)
    time.work(published_s + 2 * DAY_S)
    while tasks.settle_all(time.now_s):
        pass
    assert Task.objects.get(pk=task).area == MOVED
    assert digests(published_s) == before
    assert cases(TOWN, "undone", published_s) == [task]
    assert cases(OTHER_TOWN, "undone", published_s) == []
    assert cases(TOWN, "undone", time.now_s) == []
    assert cases(OTHER_TOWN, "undone", time.now_s) == [task]


# --- hazards -----------------------------------------------------------------------------------


def officer(area: str) -> Viewer:
    return Viewer(f"o-{area}", (RoleInArea(Role.COMMUNITY_OFFICER, AreaId(area)),))


def assistant(area: str) -> Viewer:
    return Viewer(f"a-{area}", (RoleInArea(Role.VILLAGE_ASSISTANT, AreaId(area)),))


def report(key: str, lon: float = 111.05) -> str:
    new = hazards.NewHazard("fire_lane", lon, 27.05, "x", key)
    return hazards.report(assistant(WEST), new, now_s=NOW_S).id


def seen(viewer: Viewer) -> set[str]:
    return set(hazards_seen(viewer, HazardFilter()).values_list("pk", flat=True))


def test_open_hazards_and_points_go_along_with_their_village_and_closed_ones_stay(
    time: Clock,
) -> None:
    open_one, closed = report("open"), report("closed", 111.02)
    hazards.reject_hazard(officer(TOWN), closed, "no hazard", now_s=NOW_S + 1.0)
    point = hazards.add_point(officer(TOWN), Bilingual("桥", "Bridge"), 111.05, 27.05, now_s=NOW_S)
    hazards.set_department(
        ADMIN, hazards.DepartmentWanted("power", Bilingual("电", "Power"), AreaId(WEST), ()),
        now_s=NOW_S,
    )  # fmt: skip
    published_s = midnight_s(TODAY + DAY) + 6 * 3_600.0
    before = digests(published_s)
    move_west(TODAY + 2 * DAY, published_s + 60.0)
    time.work(published_s + 120.0)
    assert Hazard.objects.get(pk=open_one).area == WEST  # the day has not come

    later_s = published_s + 2 * DAY_S
    places.forget()
    assert hazards.settle_all(later_s) is False
    assert hazards.settle_all(later_s) is False  # again changes nothing
    assert Hazard.objects.get(pk=open_one).area == MOVED
    assert Hazard.objects.get(pk=closed).area == WEST
    assert ReportPoint.objects.get(pk=point).area == MOVED
    assert Department.objects.get().area == MOVED
    step = Hazard.objects.get(pk=open_one).steps.get(action="follow")
    assert step.words == f"{WEST} → {MOVED}"
    assert JournalEntry.objects.filter(type="hazard.placed", area=MOVED).count() == 1
    assert seen(officer(OTHER_TOWN)) == seen(assistant(MOVED)) == {open_one}
    assert seen(officer(TOWN)) == {closed}
    assert digests(published_s) == before


def test_a_merger_and_a_split_take_each_hazard_where_it_lies(time: Clock) -> None:
    left, right = report("left", 111.02), report("right", 111.08)
    halves = [(WEST, small_county.name("left")), (NEW, small_county.name("right"))]
    split = tree.split_along(WEST, [(111.05, 26.9), (111.05, 27.2)], halves, TODAY)
    by_code = {one.code: one.shape.centroid.x for one in split.after}
    tree.follow(PLANNER, split, Choices(), now_s=NOW_S)
    time.work(NOW_S + 60.0)
    found = dict(Hazard.objects.values_list("pk", "area"))
    west, new = (left, right) if by_code[WEST] < by_code[NEW] else (right, left)
    assert found == {west: WEST, new: NEW}
    merger = tree.merge_of([WEST, NEW], NEW, small_county.name("one"), TODAY + DAY)
    tree.follow(PLANNER, merger, Choices(), now_s=NOW_S + 120.0)
    time.work(NOW_S + DAY_S)
    assert set(Hazard.objects.values_list("area", flat=True)) == {NEW}


def test_what_a_resident_reports_belongs_to_the_village_where_it_lies(time: Clock) -> None:
    point = hazards.add_point(officer(TOWN), Bilingual("桥", "Bridge"), 111.099, 27.05, now_s=NOW_S)
    token = ReportPoint.objects.get(pk=point).token
    places_of = {"here": (111.099, WEST), "over the border": (111.101, EAST), "far": (111.3, WEST)}
    for key, (lon, area) in places_of.items():
        new = hazards.NewHazard("fire_lane", lon, 27.05, "x", key)
        told = hazards.report_at_point(token, new, hazards.Contact(), own_camera=False, now_s=NOW_S)
        assert Hazard.objects.get(pk=told.id).area == area


def test_figures_by_town_of_a_past_period_stay_with_the_town_that_it_was(time: Clock) -> None:
    found = report("late")
    hazards.file_hazard(officer(TOWN), found, category="fire_lane", now_s=NOW_S)
    owner = hazards.PartWanted(what="clear it", owner_name="x")
    hazards.assign_hazard(officer(TOWN), found, [owner], key="k", now_s=NOW_S)
    deadline_s = HazardPart.objects.get().deadline_s
    past = Period(deadline_s - DAY_S, deadline_s + DAY_S, deadline_s + 9 * DAY_S)
    move_west(local_day(deadline_s) + 3 * DAY, deadline_s + 2 * DAY_S)
    places.forget()
    hazards.settle_all(deadline_s + 4 * DAY_S)
    assert Hazard.objects.get().area == MOVED
    (row,) = figures(officer(COUNTY), past)[Grouping.AREA]
    assert (row.key, row.due) == (TOWN, 1)
    for town, there in ((TOWN, [found]), (OTHER_TOWN, [])):
        behind = cases_of(officer(COUNTY), past, HazardFigure.DUE, Grouping.AREA, town)
        assert list(behind.values_list("pk", flat=True)) == there
