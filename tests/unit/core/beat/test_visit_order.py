"""The order of visits: the shortest way for a few places, a good one for many."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.beat.visit_order import EXACT_STOPS, order_of_visits, way_s


def matrices(least: int, most: int) -> st.SearchStrategy[list[list[float]]]:
    def square(size: int) -> st.SearchStrategy[list[list[float]]]:
        row = st.lists(st.integers(0, 3_600).map(float), min_size=size, max_size=size)
        return st.lists(row, min_size=size, max_size=size)

    return st.integers(least, most).flatmap(square)


@settings(max_examples=60, deadline=None)
@given(matrices(2, 6))
def test_a_few_places_are_visited_on_the_shortest_way(durations: list[list[float]]) -> None:
    order = order_of_visits(durations)
    every = itertools.permutations(range(1, len(durations)))
    assert way_s(durations, order) == min(way_s(durations, one) for one in every)


@settings(max_examples=20, deadline=None)
@given(matrices(EXACT_STOPS + 2, 16))
def test_many_places_are_each_visited_once_and_no_turn_is_left(
    durations: list[list[float]],
) -> None:
    order = list(order_of_visits(durations))
    assert sorted(order) == list(range(1, len(durations)))
    length = way_s(durations, order)
    for first, last in itertools.combinations(range(len(order)), 2):
        turned = order[:first] + order[first : last + 1][::-1] + order[last + 1 :]
        assert way_s(durations, turned) >= length - 1e-6


def test_many_places_on_a_line_are_visited_along_it() -> None:
    at = [0, 5, 1, 9, 3, 12, 7, 2, 11, 4, 8, 6, 10]
    durations = [[float(abs(a - b)) for b in at] for a in at]
    assert [at[stop] for stop in order_of_visits(durations)] == list(range(1, 13))


def test_where_no_way_leads_comes_last() -> None:
    durations = [[0, math.inf, 5], [1, 0, math.inf], [5, math.inf, 0]]
    assert order_of_visits(durations) == (2, 1)


@pytest.mark.parametrize("durations", [[], [[0.0]]])
def test_without_places_there_is_no_order(durations: list[list[float]]) -> None:
    assert order_of_visits(durations) == ()


@pytest.mark.parametrize("bad", [[[0.0, 1.0]], [[0.0, -1.0], [1.0, 0.0]], [[math.nan]]])
def test_what_is_no_matrix_of_durations_is_refused(bad: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="durations"):
        order_of_visits(bad)
