"""The life cycle of a patrol, places and check-points that do not fit, and grades."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.patrol import (
    PATROL_LIFE_CYCLE,
    CheckPoint,
    PatrolAction,
    PatrolPlace,
    PatrolPlaceKind,
    PatrolState,
    check_place,
)
from wardmote.core.domain.patrol_grades import (
    NONE,
    SHIPPED_GRADE_RULES,
    GradedPlace,
    PatrolGrades,
    dump_grades,
    load_grades,
    raised,
    raised_hours,
)
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.text import Bilingual

NAME = Bilingual("老街", "Old street")
STREET = PatrolPlace(PatrolPlaceKind.STREET, NAME, "s1", (((111.1, 27.0), (111.2, 27.0)),))
POINT = CheckPoint(1, NAME, 111.1, 27.0)
AREA = AreaId("430521101000")
GRADED = GradedPlace(STREET, AREA, (POINT,), (NONE,) * 20 + (3, 3, 2, 2))
GRADES = PatrolGrades(SHIPPED_GRADE_RULES, (GRADED,))


class PatrolLife(RuleBasedStateMachine):
    """Whatever is tried in whatever order: what was cancelled or finished stays so."""

    def __init__(self) -> None:
        super().__init__()
        self.state = PATROL_LIFE_CYCLE.initial
        self.started = False
        self.over = False

    def attempt(self, action: PatrolAction) -> bool:
        try:
            self.state = PATROL_LIFE_CYCLE.next_state(self.state, action)
        except TransitionRefusedError:
            return False
        return True

    @rule()
    def start(self) -> None:
        done = self.attempt(PatrolAction.START)
        assert done == (not self.started and not self.over)
        self.started |= done

    @rule()
    def finish(self) -> None:
        done = self.attempt(PatrolAction.FINISH)
        assert done == (self.started and not self.over)
        self.over |= done

    @rule()
    def close(self) -> None:
        self.over |= self.attempt(PatrolAction.CLOSE)

    @rule()
    def miss(self) -> None:
        assert not (self.attempt(PatrolAction.MISS) and self.started)

    @rule()
    def cancel(self) -> None:
        done = self.attempt(PatrolAction.CANCEL)
        assert not (done and self.started)
        self.over |= done

    @invariant()
    def positions_belong_to_a_patrol_that_was_started_and_is_not_over(self) -> None:
        assert (self.state is PatrolState.UNDER_WAY) == (self.started and not self.over)

    @invariant()
    def what_is_over_stays(self) -> None:
        if self.over:
            assert not PATROL_LIFE_CYCLE.allowed_actions(self.state)


PatrolLife.TestCase.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
TestPatrolLife = PatrolLife.TestCase


@pytest.mark.parametrize(
    ("place", "points", "path"),
    [
        (replace(STREET, name=Bilingual(" ", "")), (POINT,), "place.name"),
        (PatrolPlace(PatrolPlaceKind.POINTS, NAME), (), "points"),
        (PatrolPlace(PatrolPlaceKind.AREA, NAME), (POINT,), "place.paths"),
        (replace(STREET, kind=PatrolPlaceKind.AREA), (), "place.paths[0]"),
        (replace(STREET, paths=(((111.0, 91.0), (111.0, 27.0)),)), (), "place.paths[0]"),
        (STREET, (replace(POINT, lon=float("nan")),), "points[0]"),
        (STREET, (replace(POINT, tolerance_m=14.9),), "points[0].tolerance_m"),
        (STREET, (POINT,) * 31, "points"),
    ],
)
def test_what_does_not_fit_is_named(
    place: PatrolPlace, points: tuple[CheckPoint, ...], path: str
) -> None:
    with pytest.raises(InvalidDataError) as caught:
        check_place(place, points)
    assert caught.value.path == path


def test_points_at_the_least_tolerance_fit() -> None:
    check_place(STREET, (replace(POINT, tolerance_m=15.0), replace(POINT, tolerance_m=500.0)))


def test_grades_are_data_that_come_back_as_they_were() -> None:
    assert load_grades(dump_grades(GRADES)) == GRADES
    with pytest.raises(IndexError):
        GRADES.rule(NONE)
    assert GRADES.rule(1).every_minutes == 30


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"rules": SHIPPED_GRADE_RULES[:3]}, "rules"),
        ({"rules": (replace(SHIPPED_GRADE_RULES[0], every_minutes=7), *SHIPPED_GRADE_RULES[1:])},
         "rules[0].every_minutes"),
        ({"rules": (replace(SHIPPED_GRADE_RULES[0], people=0), *SHIPPED_GRADE_RULES[1:])},
         "rules[0].people"),
        ({"places": (GRADED, GRADED)}, "places"),
        ({"places": (replace(GRADED, hours=(5,) * 24),)}, "places[0].hours"),
        ({"places": (replace(GRADED, hours=(1,) * 23),)}, "places[0].hours"),
    ],
)  # fmt: skip
def test_grades_that_do_not_fit_are_named(changed: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        replace(GRADES, **changed)  # type: ignore[arg-type]  # fields of the grades
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("grade", "level", "holds"), [(3, 2, 2), (2, 3, 2), (NONE, 1, NONE), (4, 4, 4)]
)
def test_a_level_raises_and_never_lowers_nor_sends_where_nobody_goes(
    grade: int, level: int, holds: int
) -> None:
    assert raised(grade, level) == holds
    assert raised_hours((grade,), level) == (holds,)
