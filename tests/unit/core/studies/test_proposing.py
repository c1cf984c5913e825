"""Posts proposed for a small place, beside every plan that there is."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.core.studies.small_place import book, graph, ground

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import URBAN_RURAL
from wardmote.core.studies.ground import ground_of
from wardmote.core.studies.plan import plan_document, present_plan, read_plan
from wardmote.core.studies.posts_needed import PostsNeeded
from wardmote.core.studies.proposing import propose_posts, share_units
from wardmote.core.studies.questions import (
    WEEKS_A_YEAR,
    PostObjective,
    PostQuestion,
    ResitingTerms,
    read_weights,
)
from wardmote.core.studies.resiting import resite
from wardmote.core.studies.siting_rows import demand_rows
from wardmote.core.travel.travel_times import TravelTimes


def best_of_all(posts: int, objective: PostObjective) -> float:
    """By trying every choice of candidates."""
    rows = demand_rows(ground(), (ground().standard,))
    within = (rows.limits[0] >= 0)[:, None] & (rows.travel_ms <= rows.limits[0][:, None])
    found = []
    for chosen in itertools.combinations(range(len(ground().candidates)), posts):
        nearest = rows.travel_ms[:, chosen].min(axis=1)
        value = {
            PostObjective.MOST_COVER: -float(rows.demand[within[:, chosen].any(axis=1)].sum()),
            PostObjective.MEAN_TIME: float(rows.demand @ nearest) / float(rows.demand.sum()),
            PostObjective.FARTHEST: float(nearest[rows.demand > 0].max()),
        }[objective]
        found.append(value)
    best = min(found)
    factor = ground().handling.driving.factor / 1_000
    return -best if objective is PostObjective.MOST_COVER else best * factor


@pytest.mark.parametrize("posts", [1, 2])
@pytest.mark.parametrize(
    "objective", [PostObjective.MOST_COVER, PostObjective.MEAN_TIME, PostObjective.FARTHEST]
)
def test_the_proposal_is_the_best_of_all_plans(posts: int, objective: PostObjective) -> None:
    found = propose_posts(ground(), PostQuestion(posts, objective))
    assert found.status == "proven"
    assert found.proof.value == pytest.approx(best_of_all(posts, objective))
    assert found.proof.bound == pytest.approx(found.proof.value)


@pytest.mark.parametrize("objective", [PostObjective.MOST_COVER, PostObjective.EXPECTED_COVER])
def test_more_posts_and_units_are_no_worse(objective: PostObjective) -> None:
    values = [
        propose_posts(ground(), PostQuestion(posts, objective, units=posts + 2)).proof.value
        for posts in (1, 2, 3)
    ]
    assert values == sorted(values)


def test_fewest_posts_cover_all_that_can_be_covered() -> None:
    found = propose_posts(ground(), PostQuestion(30, PostObjective.COVER_ALL))
    assert found.status == "proven"
    assert found.in_reach_share == pytest.approx(found.reachable_share)
    assert found.plan is not None
    fewest = len(found.plan.posts)
    fewer = propose_posts(ground(), PostQuestion(fewest - 1))
    assert fewer.in_reach_share < found.reachable_share
    unasked = propose_posts(ground(), PostQuestion(None, PostObjective.COVER_ALL))
    assert unasked.plan is not None
    assert len(unasked.plan.posts) == fewest
    assert unasked.proof.value == found.proof.value == fewest
    few = propose_posts(ground(), PostQuestion(fewest - 1, PostObjective.COVER_ALL))
    assert few.plan is None
    assert few.needed == PostsNeeded(fewest - 1, fewest, fewest)
    assert f"at least {fewest} are needed" in few.needed.problem.message.en
    with pytest.raises(Problem, match="how many posts"):
        PostQuestion(None)


def test_weights_of_priorities_change_what_is_counted_and_nothing_else() -> None:
    plain = demand_rows(ground(), (ground().standard,))
    assert plain.demand == pytest.approx(plain.calls)
    weights = (4.0, 2.0, 1.0, 0.0)
    rows = demand_rows(ground(), (ground().standard,), weights=weights)
    by_priority = ground().points.by_priority.sum(axis=0) * WEEKS_A_YEAR
    assert rows.demand.sum() == pytest.approx(by_priority @ weights)
    assert rows.measured_calls == plain.measured == plain.measured_calls
    found = propose_posts(ground(), PostQuestion(2, weights=weights))
    same = propose_posts(ground(), PostQuestion(2))
    proof = found.proof
    assert (proof.unit, proof.weights, same.proof.weights) == ("weighted_calls_a_year", weights, ())
    assert proof.of == pytest.approx(rows.measured[0])
    assert found.reachable_share == pytest.approx(same.reachable_share), "shares are of calls"
    within = (rows.limits[0] >= 0)[:, None] & (rows.travel_ms <= rows.limits[0][:, None])
    best = max(
        float(rows.demand[within[:, chosen].any(axis=1)].sum())
        for chosen in itertools.combinations(range(len(ground().candidates)), 2)
    )
    assert proof.value == pytest.approx(best)
    assert found.plan is not None
    assert read_plan(plan_document(found.plan)) == found.plan
    same_weights = propose_posts(ground(), PostQuestion(2, weights=(3.0,) * 4)).proof
    assert same.proof.value is not None
    assert same_weights.value == pytest.approx(3 * same.proof.value)


@pytest.mark.parametrize(
    "text", ["1,2,3", "a,b,c,d", "0,0,0,0", "1,1,1,-1", "nan,1,1,1", "1001,1,1,1"]
)
def test_weights_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(Problem, match="weights of priorities"):
        read_weights(text)


def test_weights_are_read_as_people_write_them() -> None:
    assert read_weights(" 4，2, 1,0.5 ") == (4.0, 2.0, 1.0, 0.5)
    assert read_weights("") == (1.0, 1.0, 1.0, 1.0)


def test_backup_counts_the_second_post() -> None:
    found = propose_posts(ground(), PostQuestion(2, PostObjective.BACKUP_COVER, second=0.5))
    single = propose_posts(ground(), PostQuestion(2, PostObjective.MOST_COVER))
    assert found.status == "proven"
    assert found.in_reach_share <= single.in_reach_share


def test_kept_posts_stay_and_closed_ones_are_gone() -> None:
    keep, close = PostId("post-1"), PostId("post-3")
    found = propose_posts(ground(), PostQuestion(2, keep=(keep,), close=(close,), units=5))
    assert found.plan is not None
    assert found.plan.post(keep) is not None
    assert found.plan.post(close) is None
    assert found.plan.units == 5
    everything = propose_posts(ground(), PostQuestion(3, keep_all=True))
    assert everything.plan is not None
    assert {post.id for post in everything.plan.posts} == {"post-1", "post-2", "post-3"}


def test_a_budget_is_kept() -> None:
    question = PostQuestion(3, budget=5.0, cost_new=4.0, cost_standing=1.0)
    found = propose_posts(ground(), question)
    assert found.plan is not None
    new = [post for post in found.plan.posts if not post.id.startswith("post-")]
    assert 4 * len(new) + (len(found.plan.posts) - len(new)) <= 5


def test_a_front_of_two_standards_trades_one_for_the_other() -> None:
    arrival = URBAN_RURAL.objectives[0]
    tiers = tuple(replace(one, target_s=one.target_s / 3) for one in arrival.tiers)
    strict = replace(URBAN_RURAL, objectives=(replace(arrival, tiers=tiers),))
    found = propose_posts(ground(), PostQuestion(2, PostObjective.FRONT, also=(strict,), steps=4))
    shares = [pair[1] for pair in found.front]
    assert shares
    assert [one[0] for one in shares] == sorted((one[0] for one in shares), reverse=True)
    assert [one[1] for one in shares] == sorted(one[1] for one in shares)


def test_questions_that_contradict_themselves_say_so() -> None:
    with pytest.raises(Problem, match="both kept and closed"):
        propose_posts(
            ground(), PostQuestion(2, keep=(PostId("post-1"),), close=(PostId("post-1"),))
        )
    with pytest.raises(Problem, match="more than the 2"):
        propose_posts(ground(), PostQuestion(2, keep_all=True))
    with pytest.raises(Problem, match="no post or candidate called nowhere"):
        propose_posts(ground(), PostQuestion(2, close=(PostId("nowhere"),)))
    with pytest.raises(Problem, match="number of posts"):
        PostQuestion(0)


def test_units_go_to_the_busiest_posts_and_no_post_has_too_many() -> None:
    load = np.array([10.0, 1.0, 5.0])
    assert share_units(load, 2, 9) == [1, 0, 1]
    assert share_units(load, 8, 4) == [4, 1, 3]
    assert share_units(load, 100, 3) == [3, 3, 3]


def test_moving_posts_is_proposed_only_where_it_pays() -> None:
    plan = present_plan(book())
    dear = resite(ground(), plan, ResitingTerms(move_cost=1e9))
    assert dear.moves == ()
    assert dear.plan.posts == plan.posts
    cheap = resite(ground(), plan, ResitingTerms(move_cost=1e-3, most_moves=1))
    assert len(cheap.moves) == 1
    assert cheap.moves[0].calls_a_year > 0
    assert cheap.proof.value is not None
    assert cheap.proof.value > cheap.staying
    kept = tuple(post.id for post in plan.posts)
    assert resite(ground(), plan, ResitingTerms(move_cost=0.0, keep=kept)).moves == ()


def test_a_place_without_residents_asks_for_records() -> None:
    nobody = replace(book(), divisions=(), key_places=())
    with pytest.raises(Problem, match="neither residents nor records"):
        ground_of(nobody, TravelTimes.of(graph()), ground().standard)
