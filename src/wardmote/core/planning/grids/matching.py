"""Which new grid takes the number of which old one, so that most of the work keeps its number."""

from __future__ import annotations

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Float64, Int32


@kernel
def _assign(cost: Float64) -> Int32:
    """Column of each row at least total cost, by shortest augmenting paths.

    Kuhn's method as sharpened by Jonker & Volgenant 1987, doi:10.1007/BF02278710.
    """
    size = len(cost)
    row_price, column_price = np.zeros(size + 1), np.zeros(size + 1)
    row_of = np.zeros(size + 1, dtype=np.int32)
    came = np.zeros(size + 1, dtype=np.int32)
    for row in range(1, size + 1):
        row_of[0] = row
        column = 0
        least = np.full(size + 1, np.inf)
        used = np.zeros(size + 1, dtype=np.bool_)
        while True:
            used[column] = True
            current, step, following = row_of[column], np.inf, 0
            for other in range(1, size + 1):
                if used[other]:
                    continue
                reduced = cost[current - 1, other - 1] - row_price[current] - column_price[other]
                if reduced < least[other]:
                    least[other] = reduced
                    came[other] = column
                if least[other] < step:
                    step, following = least[other], other
            for other in range(size + 1):
                if used[other]:
                    row_price[row_of[other]] += step
                    column_price[other] -= step
                else:
                    least[other] -= step
            column = following
            if row_of[column] == 0:
                break
        while column != 0:
            row_of[column] = row_of[came[column]]
            column = came[column]
    answer = np.empty(size, dtype=np.int32)
    for other in range(1, size + 1):
        answer[row_of[other] - 1] = other - 1
    return answer


def match_labels(label: Int32, previous: Int32, workload: Float64, grids: int) -> Int32:
    """int32 [C]: the same plan, its grids numbered so that the most workload keeps its number.

    `previous` int32 [C]: the plan in force, -1 for none.
    """
    known = previous >= 0
    shared = np.zeros((grids, grids))
    np.add.at(shared, (label[known], previous[known]), workload[known] + 1e-9)
    return _assign(-shared)[label]
