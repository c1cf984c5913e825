"""Posts of a part of a place: its own calls count, and posts elsewhere stay as they are."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.core.studies.small_place import STEP, WEST, book, ground

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.part import Part, part_of
from wardmote.core.studies.place_ids import PostIds, geohash
from wardmote.core.studies.plan import present_plan
from wardmote.core.studies.proposing import propose_posts
from wardmote.core.studies.questions import PostObjective, PostQuestion, ResitingTerms
from wardmote.core.studies.resiting import resite
from wardmote.core.studies.siting_rows import demand_rows

EAST_TOWN, WEST_TOWN = AreaId("430121200000"), AreaId("430121100000")
BORDER = WEST + 3.2 * STEP
"""The first two posts stand west of it."""


def two_towns() -> Ground:
    """The small place, whose east is a town of its own with `post-3` in it."""
    villages = tuple(
        replace(one, code=AreaId(one.code.replace("430121100", "430121200")))
        if one.lon > BORDER
        else one
        for one in book().divisions
    )
    posts = tuple(
        replace(one, area=EAST_TOWN if one.lon > BORDER else WEST_TOWN) for one in book().posts
    )
    points = ground().points
    area = tuple(
        AreaId(("430121200" if lon > BORDER else "430121100") + "001")
        for lon in points.lon.tolist()
    )
    return replace(
        ground(),
        book=replace(book(), divisions=villages, posts=posts),
        points=replace(points, area=area),
    )


def area_at(lon: float, lat: float) -> AreaId:
    return EAST_TOWN if lon > BORDER else WEST_TOWN


def east() -> tuple[Ground, Part]:
    place = two_towns()
    return place, part_of(place, EAST_TOWN, area_at)


@pytest.mark.parametrize("objective", list(PostObjective)[:-1])
def test_posts_elsewhere_stay_with_their_units_whatever_is_best(objective: PostObjective) -> None:
    place, part = east()
    found = propose_posts(place, PostQuestion(2, objective, units=3), part=part)
    assert found.plan is not None
    stays = {post.id: post for post in present_plan(place.book).posts if post.lon < BORDER}
    assert {post.id: post for post in found.plan.posts if post.lon < BORDER} == stays
    own = [post for post in found.plan.posts if post.lon >= BORDER]
    assert 1 <= len(own) <= 2
    assert sum(post.units for post in own) == 3
    assert found.proof.area == EAST_TOWN


def test_the_best_posts_of_a_part_count_its_calls_alone() -> None:
    place, part = east()
    rows = demand_rows(place, (place.standard,))
    within = (rows.limits[0] >= 0)[:, None] & (rows.travel_ms <= rows.limits[0][:, None])
    inside = part.points[rows.point]
    fixed = np.flatnonzero(place.candidates.stands & ~part.candidates)
    best = max(
        float(rows.demand[inside & within[:, [*fixed, *own]].any(axis=1)].sum())
        for own in itertools.combinations(np.flatnonzero(part.candidates), 2)
    )
    found = propose_posts(place, PostQuestion(2), part=part)
    assert found.status == "proven"
    assert found.proof.value == pytest.approx(best)
    assert found.proof.of == pytest.approx(float(rows.demand[inside].sum()))


def test_fewest_posts_and_a_budget_are_those_of_the_part() -> None:
    place, part = east()
    fewest = propose_posts(place, PostQuestion(30, PostObjective.COVER_ALL), part=part)
    assert fewest.plan is not None
    own = [post for post in fewest.plan.posts if post.lon >= BORDER]
    assert fewest.proof.value == len(own)
    dear = PostQuestion(3, budget=4.0, cost_new=3.0, cost_standing=1.0)
    cheap = propose_posts(place, dear, part=part)
    assert cheap.plan is not None
    new = [post for post in cheap.plan.posts if place.book and not post.id.startswith("post-")]
    assert len(new) <= 1


def test_posts_of_a_part_move_within_it_alone() -> None:
    place, part = east()
    plan = present_plan(place.book)
    found = resite(place, plan, ResitingTerms(move_cost=1e-3, most_moves=3), part=part)
    assert {move.post for move in found.moves} <= {PostId("post-3")}
    assert found.plan.posts[:2] == plan.posts[:2]
    assert found.plan.posts[2].lon > BORDER


def test_posts_elsewhere_cannot_be_asked_about() -> None:
    place, part = east()
    with pytest.raises(Problem, match="post-1 lies outside the area"):
        propose_posts(place, PostQuestion(2, keep=(PostId("post-1"),)), part=part)
    with pytest.raises(Problem, match="No calls are expected"):
        part_of(place, AreaId("430122000000"), area_at)


def test_the_village_whose_middle_is_nearest_tells_the_area_where_no_boundary_is_known() -> None:
    place = two_towns()
    by_village = part_of(place, EAST_TOWN)
    assert by_village.points.tolist() == part_of(place, EAST_TOWN, area_at).points.tolist()
    assert by_village.candidates[place.candidates.row("post-3")]
    assert not by_village.candidates[place.candidates.row("post-1")]


def test_new_posts_are_called_by_their_place_and_no_two_alike() -> None:
    assert geohash(-5.6, 42.6)[:5] == "ezs42"
    new = [one for one in ground().candidates.ids if one.startswith("at-")]
    assert new
    assert len(set(ground().candidates.ids)) == len(ground().candidates)
    ids = PostIds(["at-" + geohash(112.0, 27.0)])
    assert ids.at(112.0, 27.0) == f"at-{geohash(112.0, 27.0)}-2"
