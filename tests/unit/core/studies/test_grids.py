"""Grids of a small place: shared out, cut again, kept to rules, and edited by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.core.studies.small_place import at, book, box, graph, ground

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.planning.grids.editing import EditIssue
from wardmote.core.planning.grids.planning import GridEffort
from wardmote.core.studies.cut_ground import packed, unpacked
from wardmote.core.studies.cutting import AS_THEY_ARE, GridProposal, propose_grids
from wardmote.core.studies.grid_changes import VillageSeat, compare_grids, same_ground
from wardmote.core.studies.plan import (
    Plan,
    PlannedGridRules,
    PlannedPost,
    plan_document,
    present_plan,
    read_plan,
)
from wardmote.core.studies.regrouping import PieceMove, kept_grids, regroup
from wardmote.core.travel.travel_times import TravelTimes

PRESENT = present_plan(book())
QUICK = GridEffort(rounds=3, proposals_per_cell=40)
WEST, EAST, BETWEEN = "430121100001", "430121100203", "430121100006"
"""A community of the west bank, a village of the east, and a village that has no post."""


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


def cut_with(**rules: object) -> GridProposal:
    asked = PlannedGridRules(tolerance=2.0, **rules)  # type: ignore[arg-type]  # its fields
    return propose_grids(ground(), PRESENT, rules=asked, effort=QUICK)


def post_of(plan: Plan, village: str) -> PostId:
    assert plan.grids is not None
    return next(one.post for one in plan.grids.grids if village in one.villages)


def test_what_must_share_a_grid_or_must_not_is_kept_and_written_down() -> None:
    free = cut_with()
    own = post_of(free.plan, BETWEEN)
    number = next(row for row, post in enumerate(PRESENT.posts) if post.id == own)
    together = (BETWEEN, free.cut.pieces.key[free.cut.post_cell[number]])
    split = cut_with(split=(together,)).plan
    assert post_of(split, together[0]) != post_of(split, together[1])
    assert split.grids is not None
    assert split.grids.rules.split == (together,)
    assert read_plan(plan_document(split)) == split
    back = propose_grids(
        ground(), split, previous=split.grids, rules=PlannedGridRules((together,)), effort=QUICK
    ).plan
    assert post_of(back, together[0]) == post_of(back, together[1])


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"join": ((WEST, "1"),)}, "has the code 1"),
        ({"join": ((WEST, WEST),)}, "joined with or split from itself"),
        ({"join": ((WEST, EAST),)}, "no road leads straight"),
        ({"join": ((WEST, BETWEEN),), "split": ((WEST, BETWEEN),)}, "both joined"),
        ({"may_split": (AreaId("1"),)}, "has the code 1"),
        ({"may_split": (AreaId(WEST),), "join": ((WEST, EAST),)}, "may be split, so it cannot"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused_by_name(rules: dict[str, object], told: str) -> None:
    with pytest.raises(Problem) as refused:
        cut_with(**rules)
    assert told in refused.value.message.en
    assert refused.value.message.zh


def test_two_posts_in_what_must_share_a_grid_are_named() -> None:
    cut = cut_with().cut
    one, other = (cut.pieces.key[row] for row in cut.post_cell[:2].tolist())
    between = [code for code in cut.pieces.key if code not in (one, other)]
    pairs = [(one, code) for code in between] + [(other, between[0])]
    with pytest.raises(Problem, match="Post 1 and Post 2"):
        cut_with(join=tuple(pairs))


def test_a_village_that_may_be_split_is_cut_into_squares_and_no_other_is() -> None:
    found = cut_with(may_split=(AreaId(WEST),))
    pieces = found.cut.pieces
    parts = [key for key, area in zip(pieces.key, pieces.area, strict=True) if area == WEST]
    assert len(parts) > 1
    assert all(key.startswith(f"{WEST}/") for key in parts)
    assert len(pieces) == 7 + len(parts)
    whole = next(one for one in book().divisions if one.code == WEST)
    areas = [shape.area for shape, area in zip(pieces.shape, pieces.area, strict=True)
             if area == WEST]  # fmt: skip
    west, south, east, north = whole.boundary[0][0][0] + whole.boundary[0][0][2]
    assert sum(areas) == pytest.approx((east - west) * (north - south))
    calls = pieces.calls[[area == WEST for area in pieces.area]]
    assert calls.sum() == pytest.approx(cut_with().cut.pieces.calls[0])
    again = propose_grids(
        ground(), found.plan, previous=found.plan.grids, rules=found.plan.grids.rules,
        effort=AS_THEY_ARE,
    )  # fmt: skip
    assert again.plan.grids is not None
    assert again.plan.grids.changed_villages == 0
    assert again.plan.grids.grids == found.plan.grids.grids


def test_what_changes_hands_is_counted_in_villages_and_calls() -> None:
    first = cut_with().plan
    assert first.grids is not None
    moved = replace(PRESENT, posts=tuple(reversed(PRESENT.posts)))
    turned = {a.id: b.id for a, b in zip(PRESENT.posts, moved.posts, strict=True)}
    before = replace(
        first.grids,
        grids=tuple(replace(one, post=turned[one.post]) for one in first.grids.grids),
    )
    again = propose_grids(ground(), first, previous=before, effort=QUICK).plan.grids
    assert again is not None
    now = {code: one.post for one in again.grids for code in one.villages}
    then = {code: one.post for one in before.grids for code in one.villages}
    assert again.changed_villages == sum(now[code] != then[code] for code in now)
    assert again.changed_calls_a_year > 0


def test_a_cut_ground_survives_packing() -> None:
    found = cut_with(may_split=(AreaId(WEST),))
    back = unpacked(packed(found.cut))
    assert back.fits(found.plan)
    assert back.pieces.key == found.cut.pieces.key
    assert back.pieces.shape == found.cut.pieces.shape
    assert (back.pieces.territory.travel_s == found.cut.pieces.territory.travel_s).all()
    assert np.allclose(back.travel_s, found.cut.travel_s)
    for damaged in (b"", b"x", packed(found.cut)[:400]):
        with pytest.raises(Problem):
            unpacked(damaged)


def test_a_move_by_hand_shows_what_it_does_and_is_refused_where_it_breaks_something() -> None:
    found = cut_with()
    plan, cut = found.plan, found.cut
    home = {cut.pieces.key[cell]: PRESENT.posts[row].id
            for row, cell in enumerate(cut.post_cell.tolist())}  # fmt: skip
    code, own = next(iter(home.items()))
    other = next(post.id for post in PRESENT.posts if post.id != own)
    refused = regroup(cut, plan, [PieceMove((code,), other)])
    assert EditIssue.POST_OUTSIDE in {one.issue for one in refused.refused}
    assert refused.now == refused.before
    assert refused.grids is None
    forced = regroup(cut, plan, [PieceMove((code,), other, anyway=True)], keep=True)
    assert forced.refused == ()
    assert forced.grids is not None
    assert "post_outside" in forced.grids.broken
    assert forced.owner == {code: other}
    good = next(
        result
        for key in cut.pieces.key
        if key not in home
        for post in PRESENT.posts
        if (result := regroup(cut, plan, [PieceMove((key,), post.id)], keep=True)).owner
        and not result.refused
    )
    assert good.moved_villages == 1
    assert sum(one.calls_a_year for one in good.now) == pytest.approx(
        sum(one.calls_a_year for one in good.before)
    )
    assert good.grids is not None
    saved = regroup(cut, replace(plan, grids=good.grids), [])
    assert [one.load_ratio for one in saved.now] == [one.load_ratio for one in good.now]
    with pytest.raises(Problem, match="no village or square"):
        regroup(cut, plan, [PieceMove(("x",), other)])
    elsewhere = replace(plan, posts=(replace(plan.posts[0], lon=112.02), *plan.posts[1:]))
    with pytest.raises(Problem, match="as they stand now"):
        regroup(cut, elsewhere, [])


def test_grids_stay_while_posts_are_the_same_and_stand_in_their_own() -> None:
    plan = cut_with().plan
    assert plan.grids is not None
    first = plan.posts[0]
    assert kept_grids(plan, (replace(first, units=9), *plan.posts[1:])) == (plan.grids, ())
    near = replace(first, lon=first.lon + 1e-6)
    kept, wrong = kept_grids(plan, (near, *plan.posts[1:]))
    assert not wrong
    assert kept is not None
    assert [one.mean_response_s is None for one in kept.grids] == [True, False, False]
    far = replace(first, lon=99.0)
    new = replace(first, id=PostId("new"))
    for posts, names in (
        ((far, *plan.posts[1:]), [far]),
        ((*plan.posts, new), [new]),
        (plan.posts[1:], [first]),
    ):
        assert kept_grids(plan, posts) == (None, tuple(names))


def test_grids_are_compared_by_ground_and_by_villages() -> None:
    west, east, both = box(0, 0, 2, 2), box(2, 0, 2, 2), box(0, 0, 4, 2)
    one, other, third = PostId("one"), PostId("other"), PostId("third")
    seats = [VillageSeat(AreaId("w"), *at(1, 1)), VillageSeat(AreaId("e"), *at(3, 1))]
    found = compare_grids({one: west, other: east}, {one: both, third: ()}, seats)
    changes = {change.post: change for change in found}
    assert changes[one].gained == ("e",)
    assert changes[one].lost_km2 == 0
    assert changes[one].gained_km2 == pytest.approx(changes[other].lost_km2)
    assert changes[other].lost == ("e",)
    assert not changes[other].after
    assert not changes[third].changes
    shaken = tuple(tuple(tuple((x + 1e-12, y) for x, y in ring) for ring in part) for part in west)
    assert same_ground(west, shaken)
    assert not same_ground(west, east)
