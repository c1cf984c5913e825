"""Grids and shifts of a small place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.core.studies.small_place import book, graph, ground

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.grids.planning import GridEffort
from wardmote.core.studies.cutting import propose_grids
from wardmote.core.studies.plan import PlannedPost, plan_document, present_plan, read_plan
from wardmote.core.studies.shifting import ShiftQuestion, propose_shifts
from wardmote.core.travel.travel_times import TravelTimes

PRESENT = present_plan(book())
QUICK = GridEffort(rounds=3, proposals_per_cell=40)


def test_villages_are_shared_out_whole_and_each_once() -> None:
    found = propose_grids(ground(), PRESENT, effort=QUICK)
    grids = found.plan.grids
    assert grids is not None
    assert grids.connected
    given = [code for grid in grids.grids for code in grid.villages]
    villages = [one.code for one in book().divisions if one.boundary]
    assert sorted(given) == sorted(villages)
    assert sum(grid.calls_a_year for grid in grids.grids) == pytest.approx(
        ground().calls_a_week * 365.25 / 7
    )
    assert read_plan(plan_document(found.plan)) == found.plan


def test_a_plan_that_is_cut_again_changes_little() -> None:
    first = propose_grids(ground(), PRESENT, effort=QUICK)
    again = propose_grids(ground(), PRESENT, previous=first.plan.grids, effort=QUICK)
    assert again.plan.grids is not None
    assert again.plan.grids.changed_villages <= 1


def test_a_place_without_villages_is_cut_by_squares() -> None:
    bare = replace(
        ground(),
        book=replace(book(), divisions=()),
        travel=TravelTimes.of(graph()).with_hierarchy(),
    )
    found = propose_grids(bare, PRESENT, effort=QUICK)
    assert found.plan.grids is not None
    assert found.plan.grids.connected
    assert all(grid.boundary for grid in found.plan.grids.grids)


def test_more_posts_than_villages_are_refused() -> None:
    many = tuple(
        PlannedPost(PRESENT.posts[0].id + str(n), PRESENT.posts[0].name, 112.01, 27.01, 1)
        for n in range(9)
    )
    with pytest.raises(Problem, match="more posts"):
        propose_grids(ground(), replace(PRESENT, posts=many))


def test_shifts_follow_the_calls_and_keep_the_least() -> None:
    plan = replace(PRESENT, posts=tuple(replace(post, units=4) for post in PRESENT.posts))
    found = propose_shifts(ground(), plan, ShiftQuestion((0, 8, 20), least=1))
    assert (found.wanted >= len(PRESENT.posts)).all()
    assert found.wanted[:, 1].sum() >= found.wanted[:, 0].sum()
    assert found.unit_hours_a_week <= found.throughout
    assert found.short == 0
    none = propose_shifts(ground(), plan, ShiftQuestion((0, 8, 20), least=0, cover=1.0))
    assert none.unit_hours_a_week <= found.unit_hours_a_week


def test_shifts_say_where_units_are_too_few() -> None:
    few = replace(PRESENT, posts=tuple(replace(post, units=1) for post in PRESENT.posts))
    found = propose_shifts(ground(), few, ShiftQuestion(least=2))
    assert found.short > 0
    assert found.unit_hours_a_week == found.throughout
    with pytest.raises(Problem):
        ShiftQuestion((8, 0))
