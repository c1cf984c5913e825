"""Plans, scenarios and outcomes are read back as they were written, or refused by field."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.core.studies.small_place import book

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.plan import (
    Plan,
    PlannedGrid,
    PlannedGrids,
    PlannedPost,
    PlannedShift,
    PlanProof,
    RelocationPlan,
    RelocationPolicy,
    plan_document,
    plan_geojson,
    present_plan,
    read_plan,
)
from wardmote.core.studies.scenario import (
    AS_USUAL,
    Festival,
    RoadClosure,
    Scenario,
    read_scenario,
    scenario_document,
)

letters = st.characters(codec="utf-8", exclude_characters="\0")
words = st.text(letters, max_size=8)
names = st.builds(Bilingual, words, words)
numbers = st.floats(0, 1e6, allow_nan=False)
lon, lat = st.floats(-180, 180), st.floats(-90, 90)
codes = st.text(letters, min_size=1, max_size=8)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    ids = draw(st.lists(codes, min_size=1, max_size=4, unique=True))
    posts = tuple(
        PlannedPost(PostId(one), draw(names), draw(lon), draw(lat), draw(st.integers(0, 9)))
        for one in ids
    )
    some = st.sampled_from([post.id for post in posts])
    days = st.sets(st.integers(0, 6), min_size=1).map(lambda chosen: tuple(sorted(chosen)))
    shift = st.builds(
        PlannedShift, some, st.integers(0, 23), st.integers(1, 24), days, st.integers(0, 9)
    )
    ring = st.just((((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)),))
    grid = st.builds(
        PlannedGrid,
        some,
        st.tuples(ring),
        st.tuples(st.just(AreaId("430121100001"))),
        numbers,
        numbers,
        st.none() | numbers,
    )
    return Plan(
        draw(codes),
        draw(names),
        posts,
        draw(
            st.none()
            | st.builds(
                RelocationPlan,
                st.sampled_from(RelocationPolicy),
                st.floats(0, 0.99),
                st.floats(0, 1),
                st.lists(some, max_size=3).map(tuple),
            )
        ),
        draw(
            st.none()
            | st.builds(
                PlannedGrids,
                st.lists(grid, max_size=2, unique_by=lambda one: one.post).map(tuple),
                numbers,
                numbers,
                st.booleans(),
                st.integers(0, 9),
            )
        ),
        draw(st.lists(shift, max_size=3).map(tuple)),
        draw(
            st.none()
            | st.builds(
                PlanProof, words, words, st.none() | numbers, st.none() | numbers,
                st.none() | numbers, words, st.none() | numbers, words, st.integers(0),
            )
        ),
    )  # fmt: skip


scenarios = st.builds(
    Scenario,
    codes,
    names,
    close_posts=st.lists(codes.map(PostId), max_size=2).map(tuple),
    roads_closed=st.lists(
        st.builds(RoadClosure, names, lon, lat, st.floats(0, 50_000)), max_size=2
    ).map(tuple),
    festivals=st.lists(
        st.builds(
            Festival, names, lon, lat, st.floats(0, 50_000), st.floats(0, 20),
            st.integers(0, 167), st.integers(1, 168),
        ),
        max_size=2,
    ).map(tuple),
    demand_factor=st.floats(0, 20),
    units_away=st.floats(0, 0.99),
    duty_level=st.sampled_from([1, 2, 3]),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(plans())
def test_a_plan_is_read_back_as_it_was_written(plan: Plan) -> None:
    assert read_plan(json.loads(json.dumps(plan_document(plan)))) == plan
    assert len(plan_geojson(plan)["features"]) >= len(plan.posts)


@settings(max_examples=25, deadline=None)
@given(scenarios)
def test_a_scenario_is_read_back_as_it_was_written(scenario: Scenario) -> None:
    assert read_scenario(json.loads(json.dumps(scenario_document(scenario)))) == scenario


PLAN = Plan("a", Bilingual("甲", "A"), (PlannedPost(PostId("p"), Bilingual("", "P"), 112.0, 27.0),))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"posts": []}, "posts"),
        ({"posts": [{"id": "p", "name": {"zh": "", "en": ""}, "lon": 200.0, "lat": 0.0}]},
         "posts[0].lon"),
        ({"relocation": {"policy": "sideways"}}, "relocation.policy"),
        ({"shifts": [{"post": "q", "start_hour": 0, "hours": 8, "days": [0], "units": 1}]},
         "shifts[0].post"),
        ({"shifts": [{"post": "p", "start_hour": 0, "hours": 8, "days": [3, 1], "units": 1}]},
         "shifts[0].days"),
        ({"code": 7}, "code"),
    ],
)  # fmt: skip
def test_a_wrong_field_of_a_plan_is_named_in_both_languages(
    change: dict[str, object], named: str
) -> None:
    with pytest.raises(Problem) as caught:
        read_plan({**plan_document(PLAN), **change})
    assert caught.value.message.en.startswith(f"{named} in the plan:")
    assert f"{named}：" in caught.value.message.zh


def grid_of(boundary: object, **changes: object) -> dict[str, object]:
    grid = {
        "post": "p", "boundary": boundary, "villages": [], "calls_a_year": 1.0, "load_ratio": 1.0,
        "mean_response_s": None, **changes,
    }  # fmt: skip
    return {"grids": [grid], "max_over_mean": 1.0, "compactness": 1.0, "connected": True}


def post_of(**changes: object) -> dict[str, object]:
    return {"id": "p", "name": {"zh": "", "en": ""}, "lon": 112.0, "lat": 27.0, **changes}


SQUARE = [[0, 0], [1, 0], [1, 1], [0, 0]]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"grids": grid_of([[[[0, 0], [1, 0], [0, 0]]]])}, "grids.grids[0].boundary[0][0]"),
        ({"grids": grid_of([[[*SQUARE[:3], [0, 1]]]])}, "grids.grids[0].boundary[0][0]"),
        ({"grids": grid_of([[SQUARE], [[[0, 0], [181, 0], [1, 1], [0, 0]]]])},
         "grids.grids[0].boundary[1][0][1]"),
        ({"grids": grid_of([[[[0, 0], [1, 0, 5], [1, 1], [0, 0]]]])},
         "grids.grids[0].boundary[0][0][1]"),
        ({"grids": grid_of([[]])}, "grids.grids[0].boundary[0]"),
        ({"grids": grid_of([[SQUARE]], villages=["4" * 41])}, "grids.grids[0].villages[0]"),
        ({"posts": [post_of(id="p" * 41)]}, "posts[0].id"),
        ({"posts": [post_of(name={"zh": "", "en": "n" * 121})]}, "posts[0].name.en"),
        ({"posts": [post_of(name={"zh": "甲\0", "en": ""})]}, "posts[0].name.zh"),
        ({"posts": [post_of(id="\ud800")]}, "posts[0].id"),
        ({"posts": [post_of(lon=10**400)]}, "posts[0].lon"),
        ({"code": "c" * 41}, "code"),
        ({"name": {"zh": "名" * 121, "en": ""}}, "name.zh"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_or_drawn_is_refused_by_field(
    change: dict[str, object], named: str
) -> None:
    with pytest.raises(Problem) as caught:
        read_plan({**plan_document(PLAN), **change})
    assert caught.value.message.en.startswith(f"{named} in the plan:")
    assert f"{named}：" in caught.value.message.zh
    assert len(caught.value.message.en) < 400


def test_what_just_fits_is_taken() -> None:
    post = post_of(id="p" * 40, name={"zh": "名" * 120, "en": "n" * 120})
    grid = grid_of([[SQUARE]], post="p" * 40)
    edge = [[-180, -90], [180, -90], [180, 90], [-180, -90]]
    grid["grids"][0]["boundary"].append([edge])  # type: ignore[index]  # made above
    read_plan({**plan_document(PLAN), "posts": [post], "grids": grid})


def test_two_grids_of_one_post_are_refused() -> None:
    twice = grid_of([[SQUARE]])
    twice["grids"] *= 2  # type: ignore[operator]  # a list, made above
    with pytest.raises(Problem, match=r"grids\.grids\[1\]\.post"):
        read_plan({**plan_document(PLAN), "grids": twice})


def test_a_post_without_units_has_none_where_units_are_known() -> None:
    there = book()
    empty = replace(there, units=tuple(one for one in there.units if one.post != "post-2"))
    assert [post.units for post in present_plan(empty).posts] == [2, 0, 2]
    assert [post.units for post in present_plan(replace(there, units=())).posts] == [1, 1, 1]


@pytest.mark.parametrize("data", [[], {"format": "wardmote-scenario/1"}, {"code": "a"}])
def test_another_document_is_not_taken_for_a_plan(data: object) -> None:
    with pytest.raises(Problem):
        read_plan(data)


def test_a_scenario_out_of_range_is_refused() -> None:
    with pytest.raises(Problem, match="duty_level"):
        read_scenario({**scenario_document(AS_USUAL), "duty_level": 4})
    with pytest.raises(Problem, match="units"):
        read_scenario({**scenario_document(AS_USUAL), "add_posts": [post_of(units=201)]})
    read_scenario({**scenario_document(AS_USUAL), "add_posts": [post_of(units=200)]})
    with pytest.raises(InvalidDataError, match="units_away"):
        Scenario("x", Bilingual("", "x"), units_away=1.0)
