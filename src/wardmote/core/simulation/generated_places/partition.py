"""Parting places into compact groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]


def parts_by_weight(xy: Float64, weight: Float64, number: int) -> list[Int64]:
    """Rows of `xy` [n, 2] in `number` compact parts of about equal weight; none is empty.

    Recursive bisection across the longer side. Raises `ValueError` for more parts than rows.
    """
    if number > len(xy):
        msg = f"{len(xy)} places cannot be parted into {number}"
        raise ValueError(msg)
    return _bisect(np.arange(len(xy)), xy, weight, number)


def _bisect(rows: Int64, xy: Float64, weight: Float64, number: int) -> list[Int64]:
    if number == 1:
        return [np.sort(rows)]
    left = number // 2
    order = rows[_along_longer_side(xy[rows])]
    running = np.cumsum(weight[order])
    cut = int(np.searchsorted(running, running[-1] * left / number)) + 1
    cut = min(max(cut, left), len(order) - (number - left))
    return [
        *_bisect(order[:cut], xy, weight, left),
        *_bisect(order[cut:], xy, weight, number - left),
    ]


def parts_of_three_or_four(xy: Float64) -> list[Int64]:
    """Rows of `xy` [n, 2] in compact parts of three or four.

    Raises `ValueError` for 1, 2 or 5 rows, which cannot be parted so.
    """
    number = -(-len(xy) // 4)
    sizes = [len(xy) // number + (part < len(xy) % number) for part in range(number)]
    if min(sizes) < 3:
        msg = f"{len(xy)} places cannot be parted into groups of three and four"
        raise ValueError(msg)
    return _split(np.arange(len(xy)), xy, sizes)


def _split(rows: Int64, xy: Float64, sizes: list[int]) -> list[Int64]:
    if len(sizes) == 1:
        return [np.sort(rows)]
    left = len(sizes) // 2
    order = rows[_along_longer_side(xy[rows])]
    cut = sum(sizes[:left])
    return [*_split(order[:cut], xy, sizes[:left]), *_split(order[cut:], xy, sizes[left:])]


def _along_longer_side(xy: Float64) -> NDArray[np.intp]:
    width, height = np.ptp(xy, axis=0)
    axis = 0 if width >= height else 1
    return np.lexsort((xy[:, 1 - axis], xy[:, axis]))


def seats_by_highest_average(votes: Float64, number: int) -> Int64:
    """`number` things shared out in proportion to `votes` [n], at least one each while they last.

    Highest averages with divisors 1, 2, 3, ... (D'Hondt); the first of equals.
    """
    shares = np.zeros(len(votes), dtype=np.int64)
    for _ in range(number):
        shares[int(np.argmax(votes / (shares + 1)))] += 1
    return shares
