from __future__ import annotations

import itertools
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.policies.filling import EMPTY, fill

cost = st.one_of(st.just(math.inf), st.integers(0, 5_000).map(float))


@st.composite
def tables(draw: st.DrawFn) -> list[list[float]]:
    columns = draw(st.integers(0, 5))
    return draw(
        st.lists(st.lists(cost, min_size=columns, max_size=columns), min_size=1, max_size=4)
    )


def value(table: list[list[float]], filled: tuple[int, ...]) -> tuple[tuple[bool, ...], float]:
    """What is compared: which places stay empty (fewest, later ones first), then the cost."""
    empty = tuple(column == EMPTY for column in filled)
    total = sum(table[row][column] for row, column in enumerate(filled) if column != EMPTY)
    return (empty, total)


def best_by_trying_all(table: list[list[float]]) -> tuple[int, tuple[bool, ...], float]:
    columns = len(table[0])
    options = itertools.product([EMPTY, *range(columns)], repeat=len(table))
    fair = (
        filled
        for filled in options
        if len({c for c in filled if c != EMPTY}) == sum(c != EMPTY for c in filled)
        and all(c == EMPTY or not math.isinf(table[r][c]) for r, c in enumerate(filled))
    )
    return min((sum(value(table, filled)[0]), *value(table, filled)) for filled in fair)


@settings(max_examples=300, deadline=None)
@given(tables())
def test_a_filling_is_as_good_as_the_best_of_all(table: list[list[float]]) -> None:
    filled = tuple(fill(table))
    empty, total = value(table, filled)
    assert (sum(empty), empty, total) == best_by_trying_all(table)
