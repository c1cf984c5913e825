"""Plans, scenarios and outcomes are read back as they were written, or refused by field."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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

words = st.text(max_size=8)
names = st.builds(Bilingual, words, words)
numbers = st.floats(0, 1e6, allow_nan=False)
lon, lat = st.floats(-180, 180), st.floats(-90, 90)
codes = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


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
                st.lists(grid, max_size=2).map(tuple),
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


@pytest.mark.parametrize("data", [[], {"format": "wardmote-scenario/1"}, {"code": "a"}])
def test_another_document_is_not_taken_for_a_plan(data: object) -> None:
    with pytest.raises(Problem):
        read_plan(data)


def test_a_scenario_out_of_range_is_refused() -> None:
    with pytest.raises(Problem, match="duty_level"):
        read_scenario({**scenario_document(AS_USUAL), "duty_level": 4})
    with pytest.raises(InvalidDataError, match="units_away"):
        Scenario("x", Bilingual("", "x"), units_away=1.0)
