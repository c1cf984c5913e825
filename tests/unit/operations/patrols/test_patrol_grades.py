"""Graded patrol: versions, a level that raises, orders of a day made once."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from tests.unit.core.domain.test_patrol import GRADED, GRADES
from tests.unit.operations.patrols.cast import CHIEF, MEMBER_0, OFFICER
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, WEST, viewer

from wardmote.core.beat.patrol_orders import hour_s
from wardmote.core.domain.duty_level import SHIPPED_DUTY_LEVELS, Because, LevelAnswer
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.patrol_grades import PatrolGrades
from wardmote.core.domain.permissions import Role
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal import readers
from wardmote.operations.local_time import local_day
from wardmote.operations.patrols import order_errors as errors
from wardmote.operations.patrols import selectors, services
from wardmote.operations.patrols.models import PatrolOrder
from wardmote.operations.patrols.services import grading
from wardmote.operations.rounds import ROUNDS

pytestmark = pytest.mark.usefixtures("place")

TODAY = local_day(NOW_S)
ZONE = "Asia/Shanghai"


def at(hour: int, ahead: int = 0) -> float:
    return hour_s(TODAY + datetime.timedelta(days=ahead), hour, ZONE)


def graded(*hours: int, grade: int = 3) -> PatrolGrades:
    table = tuple(grade if hour in hours else 0 for hour in range(24))
    return replace(GRADES, places=(replace(GRADED, hours=table),))


def spans() -> list[tuple[int | None, str, float, float]]:
    rows = PatrolOrder.objects.order_by("from_s", "made_s")
    return [(one.grade, one.state, one.from_s, one.to_s) for one in rows]


def test_versions_are_kept_and_changed_by_whoever_saw_the_newest() -> None:
    assert services.set_grades(CHIEF, EAST, GRADES, based_on=0, now_s=NOW_S) == 1
    assert services.set_grades(CHIEF, EAST, GRADES, based_on=0, now_s=NOW_S) == 1
    with pytest.raises(errors.GradesChangedError):
        services.set_grades(OFFICER, EAST, graded(3), based_on=0, now_s=NOW_S)
    assert services.set_grades(OFFICER, EAST, graded(3), based_on=1, now_s=NOW_S) == 2
    assert selectors.grades_now(CHIEF, EAST).grades == graded(3)
    assert [one.version for one in selectors.grade_versions(CHIEF, EAST)] == [2, 1]
    outside = replace(GRADES, places=(replace(GRADED, area=WEST),))
    with pytest.raises(errors.BadGradesError):
        services.set_grades(CHIEF, EAST, outside, based_on=2, now_s=NOW_S)
    for who, area in ((MEMBER_0, EAST), (CHIEF, COUNTY)):
        with pytest.raises(AccessDeniedError):
            services.set_grades(who, area, GRADES, based_on=0, now_s=NOW_S)


def test_orders_of_today_and_tomorrow_are_made_once() -> None:
    services.set_grades(CHIEF, EAST, graded(20, 21, 22, 23), based_on=0, now_s=NOW_S)
    for minute in range(3):
        services.make_graded_orders(at(12) + 60 * minute)
    assert [(grade, state) for grade, state, *_ in spans()] == [(3, "planned")] * 2
    order = PatrolOrder.objects.earliest("from_s")
    assert (order.from_s, order.to_s, order.every_s) == (at(20), at(24), 7_200.0)
    services.make_graded_orders(at(21) + 60)
    assert len(spans()) == 2, "what has begun is not ordered again"


def test_a_level_raises_what_has_not_begun_and_lets_it_fall_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    level = {"code": "everyday"}

    def level_of(_area: object, _at_s: float) -> LevelAnswer:
        return LevelAnswer(SHIPPED_DUTY_LEVELS.of(level["code"]), Because.ONLY)

    monkeypatch.setattr(grading, "level_of", level_of)
    evening = graded(*range(16, 24))
    services.set_grades(CHIEF, EAST, evening, based_on=0, now_s=NOW_S)
    services.make_graded_orders(at(12))
    level["code"] = "level_1"
    services.make_graded_orders(at(17))
    today = [one for one in spans() if one[2] < at(24)]
    assert today == [
        (3, "planned", at(16), at(20)),
        (3, "cancelled", at(20), at(24)),
        (1, "planned", at(20), at(24)),
    ]
    level["code"] = "everyday"
    services.make_graded_orders(at(18))
    assert [one[:2] for one in spans() if one[2] == at(20)] == [
        (3, "cancelled"), (1, "cancelled"), (3, "planned"),
    ]  # fmt: skip


def test_what_a_leader_cancelled_is_not_made_again() -> None:
    services.set_grades(CHIEF, EAST, graded(20), based_on=0, now_s=NOW_S)
    services.make_graded_orders(at(12))
    services.cancel_order(CHIEF, PatrolOrder.objects.earliest("from_s").pk, now_s=at(12))
    services.make_graded_orders(at(13))
    assert [state for _grade, state, *_ in spans()] == ["cancelled", "planned"]


def test_a_clipped_first_day_begins_with_the_next_full_hour() -> None:
    services.set_grades(CHIEF, EAST, graded(*range(16, 24)), based_on=0, now_s=NOW_S)
    services.make_graded_orders(at(17) + 600)
    services.make_graded_orders(at(17) + 900)
    assert [one[2:] for one in spans() if one[2] < at(24)] == [
        (at(18), at(20)), (at(20), at(24)),
    ]  # fmt: skip


def test_an_area_whose_grades_fail_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    services.set_grades(CHIEF, EAST, graded(20), based_on=0, now_s=NOW_S)
    in_west = replace(GRADES, places=(replace(graded(20).places[0], area=WEST),))
    services.set_grades(viewer((Role.STATION_CHIEF, WEST)), WEST, in_west, based_on=0, now_s=NOW_S)
    sound = grading.newest_grading

    def newest(area: AreaId) -> object:
        if area == EAST:
            raise ValueError("a table that cannot be read")
        return sound(area)

    monkeypatch.setattr(grading, "newest_grading", newest)
    services.make_graded_orders(at(12))
    assert {one.area for one in PatrolOrder.objects.all()} == {WEST}
    assert [one.reaction for one in readers.faults()] == [f"patrols.grades:{EAST}"]
    monkeypatch.undo()
    services.make_graded_orders(at(12) + 120)
    assert {one.area for one in PatrolOrder.objects.all()} == {EAST, WEST}
    assert readers.faults() == ()


def test_positions_and_orders_have_rounds_of_their_own() -> None:
    names = [one.name for one in ROUNDS]
    assert names.index("patrols.erase_positions") < names.index("patrols.grades")
    assert {one.run for one in ROUNDS} >= {
        services.erase_positions, services.go_round, services.make_graded_orders,
    }  # fmt: skip


def test_a_table_that_asks_for_too_much_loses_its_thinnest_grades(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grading, "MOST_ORDERS", 1)
    thin, dense = graded(8, grade=4).places[0], graded(20, grade=2).places[0]
    two = replace(thin, place=replace(thin.place, code="thin"))
    table = replace(GRADES, places=(two, dense))
    services.set_grades(CHIEF, EAST, table, based_on=0, now_s=NOW_S)
    services.make_graded_orders(at(7, ahead=-1))
    assert {grade for grade, *_ in spans()} == {2}
    assert grading.left_out_of(table, TODAY, NOW_S) == 1
