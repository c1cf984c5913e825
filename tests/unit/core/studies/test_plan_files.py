"""Plans from maps, and ids of posts that another place's posts have already."""

from __future__ import annotations

import pytest
from tests.unit.core.studies.small_place import book

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.places import Post
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.plan import (
    Plan,
    PlannedShift,
    RelocationPlan,
    RelocationPolicy,
    plan_document,
    plan_geojson,
    present_plan,
)
from wardmote.core.studies.plan_files import read_plan_file, with_own_ids


def point(lon: object = 112.0, lat: object = 27.0, **properties: object) -> JsonValue:
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: JsonValue) -> JsonValue:
    return {"type": "FeatureCollection", "features": list(features)}


def test_posts_come_back_from_the_map_that_was_written() -> None:
    plan = present_plan(book())
    assert read_plan_file(plan_geojson(plan)).posts == plan.posts
    assert read_plan_file(plan_document(plan)) == plan


def test_a_point_without_id_or_units_is_a_post_of_its_place() -> None:
    outline = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": []}}
    (post,) = read_plan_file(collection(point(), outline)).posts
    assert post.id.startswith("at-")
    assert (post.units, post.name.en) == (1, post.id)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (collection(), "holds no points"),
        ({"type": "FeatureCollection"}, "features in the GeoJSON file: it is missing"),
        (collection(point("x")), r"features\[0\].geometry.coordinates"),
        (collection({"type": "Feature", "geometry": {"type": "LineString"}}), "geometry.type"),
        (collection(point(units="many")), r"posts\[0\].units in the GeoJSON file"),
        (collection(point(id="a"), point(id="a", lat=27.1)), "it is there twice"),
        (collection(point(lat=99.0)), r"posts\[0\].lat"),
    ],
)
def test_what_is_wrong_in_a_map_is_named(data: JsonValue, told: str) -> None:
    with pytest.raises(Problem, match=told):
        read_plan_file(data)


def test_a_post_called_like_another_one_elsewhere_gets_an_id_of_its_own() -> None:
    first, second, third = present_plan(book()).posts
    plan = Plan(
        "a", Bilingual("", "A"), (first, second, third),
        relocation=RelocationPlan(RelocationPolicy.OWN_POST, order=(second.id, first.id)),
        shifts=(PlannedShift(second.id, 0, 8, (0,), 1),),
    )  # fmt: skip
    elsewhere = (
        Post(first.id, first.name, AreaId("430122000000"), first.lon, first.lat, ()),
        Post(second.id, second.name, AreaId("430122000000"), second.lon + 1, second.lat, ()),
    )
    found = with_own_ids(plan, elsewhere)
    new = found.posts[1].id
    assert [post.id for post in found.posts] == [first.id, new, third.id]
    assert new not in {PostId("post-1"), PostId("post-2"), PostId("post-3")}
    assert found.relocation is not None
    assert found.relocation.order == (new, first.id)
    assert found.shifts[0].post == new
    assert with_own_ids(plan, elsewhere[:1]) == plan
