"""Units to posts when posts change: few move, the closest first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.policies.stationing import station

A, B, C, D = (PostId(name) for name in "abcd")
U = [UnitId(f"u{number}") for number in range(4)]
PLACES = {A: (0.0, 0.0), B: (1000.0, 0.0), C: (5000.0, 0.0)}


def test_units_whose_post_stays_stay() -> None:
    found = station({U[0]: A, U[1]: B}, PLACES, {A: 1, B: 1, C: 0}, PLACES)
    assert found.posts == {U[0]: A, U[1]: B}
    assert (found.moved, found.short, found.over) == ((), {}, ())


def test_of_several_the_first_ids_stay_and_the_closest_go() -> None:
    former = {U[0]: A, U[1]: A, U[2]: B, U[3]: B}
    found = station(former, PLACES, {A: 1, B: 1, C: 2}, PLACES)
    assert found.posts == {U[0]: A, U[1]: C, U[2]: B, U[3]: C}
    assert found.moved == (U[1], U[3])


def test_a_unit_of_a_closed_post_goes_to_the_nearest_that_lacks_one() -> None:
    former = {U[0]: D, U[1]: A}
    places = {A: PLACES[A], B: PLACES[B], C: PLACES[C]}
    found = station(former, places, {A: 1, B: 1, C: 1}, {**PLACES, D: (900.0, 0.0)})
    assert found.posts == {U[0]: B, U[1]: A}
    assert found.short == {C: 1}


def test_a_unit_beyond_the_plan_keeps_its_post_or_goes_to_the_nearest() -> None:
    former = {U[0]: A, U[1]: A, U[2]: D}
    found = station(former, PLACES, {A: 1}, {**PLACES, D: (4000.0, 0.0)})
    assert found.posts == {U[0]: A, U[1]: A, U[2]: C}
    assert found.over == (U[1], U[2])
    assert found.moved == (U[2],)


def test_units_are_stationed_at_known_posts_only() -> None:
    with pytest.raises(ValueError, match="known posts"):
        station({U[0]: A}, PLACES, {D: 1}, PLACES)
    with pytest.raises(ValueError, match="known posts"):
        station({U[0]: A}, {}, {}, PLACES)


@given(st.lists(st.sampled_from([A, B, C, D]), max_size=6), st.lists(st.integers(0, 3), min_size=3,
                                                                     max_size=3))  # fmt: skip
def test_everybody_has_a_post_and_nothing_is_wanted_twice(
    former: list[PostId], wanted: list[int]
) -> None:
    units = {UnitId(f"u{row}"): post for row, post in enumerate(former)}
    want = dict(zip((A, B, C), wanted, strict=True))
    found = station(units, PLACES, want, PLACES)
    assert set(found.posts) == set(units)
    placed = [post for unit, post in found.posts.items() if unit not in found.over]
    for post, count in want.items():
        assert placed.count(post) + found.short.get(post, 0) == count
    assert not (found.short and found.over)
