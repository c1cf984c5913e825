"""Filling a run card: which unit takes which place, all at once and provably best.

A place is one unit of a requirement. The filling leaves as few places empty as possible, earlier
requirements first, and among such fillings has the least total cost. It is an assignment problem,
solved by shortest augmenting paths (doi:10.1002/nav.3800020109; doi:10.1007/BF02278710).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

EMPTY = -1
_EMPTY_COST = 1e12
"""Cost of an empty place, above any cost in seconds: it stays empty only for want of units."""


def fill(costs: Sequence[Sequence[float]]) -> list[int]:
    """The column for each row, `EMPTY` where none is left.

    Args:
        costs: rows are places, columns are units; seconds, ``math.inf`` where the unit cannot
            take the place. Earlier rows are filled first when not all can be. Finite costs are
            below 1e6.

    Returns:
        for each row its column, each column at most once. Equal costs go to the earlier column.
    """
    rows = len(costs)
    if rows == 0:
        return []
    columns = len(costs[0])
    table = [
        [_EMPTY_COST * 2 if math.isinf(cost) else cost for cost in row]
        + [
            _EMPTY_COST * (1 - index * 1e-2 / rows) if extra == index else _EMPTY_COST * 2
            for extra in range(rows)
        ]
        for index, row in enumerate(costs)
    ]
    taken_by = _assign(table, columns + rows)
    answer = [EMPTY] * rows
    for column, row in enumerate(taken_by):
        if row >= 0 and column < columns and not math.isinf(costs[row][column]):
            answer[row] = column
    return answer


def _assign(table: list[list[float]], columns: int) -> list[int]:
    """Row of each column (-1: none) in a cheapest assignment of every row."""
    row_price = [0.0] * (len(table) + 1)
    column_price = [0.0] * (columns + 1)
    row_of = [0] * (columns + 1)
    for row in range(1, len(table) + 1):
        _augment(table, row, row_price, column_price, row_of)
    return [row_of[column] - 1 for column in range(1, columns + 1)]


def _augment(
    table: list[list[float]],
    row: int,
    row_price: list[float],
    column_price: list[float],
    row_of: list[int],
) -> None:
    columns = len(column_price) - 1
    row_of[0] = row
    least = [math.inf] * (columns + 1)
    came_from = [0] * (columns + 1)
    settled = [False] * (columns + 1)
    column = 0
    while row_of[column] != 0:
        settled[column] = True
        here = row_of[column]
        step, onward = math.inf, 0
        for other in range(1, columns + 1):
            if settled[other]:
                continue
            reduced = table[here - 1][other - 1] - row_price[here] - column_price[other]
            if reduced < least[other]:
                least[other], came_from[other] = reduced, column
            if least[other] < step:
                step, onward = least[other], other
        for other in range(columns + 1):
            if settled[other]:
                row_price[row_of[other]] += step
                column_price[other] -= step
            else:
                least[other] -= step
        column = onward
    while column:
        row_of[column] = row_of[came_from[column]]
        column = came_from[column]
