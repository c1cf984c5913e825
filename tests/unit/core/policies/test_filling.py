from __future__ import annotations

import math

from wardmote.core.policies.filling import EMPTY, fill

NO = math.inf


def test_no_places_and_no_units() -> None:
    assert fill([]) == []
    assert fill([[], []]) == [EMPTY, EMPTY]


def test_one_place_takes_the_cheapest_and_the_earlier_of_equals() -> None:
    assert fill([[5.0, 3.0, 3.0]]) == [1]


def test_the_nearest_unit_is_left_to_the_place_that_nothing_else_can_fill() -> None:
    assert fill([[10.0, 20.0], [12.0, NO]]) == [1, 0]


def test_filling_two_places_badly_beats_filling_one_well() -> None:
    assert fill([[1.0, 9_000.0], [2.0, NO]]) == [1, 0]


def test_when_units_are_short_the_earlier_place_is_filled() -> None:
    assert fill([[500.0], [1.0]]) == [0, EMPTY]
    assert fill([[NO], [7.0]]) == [EMPTY, 0]
