"""In which order the places of a day are visited, so that the way is short.

The way begins at a start and ends at the last place: whoever walks a beat goes home from there.
Up to `EXACT_STOPS` places the shortest way is found; above, a good one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

EXACT_STOPS = 9
"""Held and Karp's recurrence (1962, DOI 10.1137/0110015) looks at n² 2ⁿ states: 41,472 here."""
NEAREST = 1e-9
"""An exchange has to gain more than this, in seconds, so that rounding never exchanges forever."""

Durations = Sequence[Sequence[float]]


def order_of_visits(durations: Durations) -> tuple[int, ...]:
    """The places in the order in which to visit them.

    Args:
        durations: (n + 1) x (n + 1) seconds from row to column, >= 0; 0 is the start, 1..n are the
            places. Infinite where no way leads; such places come last, and are still visited.

    Returns:
        1..n, each once. Of ways of equal length the same one each time.

    Raises:
        ValueError: the matrix is not square, or has a duration that is negative or not a number.
    """
    size = len(durations)
    if any(len(row) != size for row in durations):
        raise ValueError("the durations are a square matrix")
    if any(math.isnan(value) or value < 0.0 for row in durations for value in row):
        raise ValueError("durations are at least 0")
    if size <= 1:
        return ()
    finite = _without_infinity(durations)
    if size - 1 <= EXACT_STOPS:
        return _shortest(finite)
    return _exchanged(finite, _nearest_first(finite))


def way_s(durations: Durations, order: Sequence[int]) -> float:
    """Seconds from the start along `order`; 0 for no places."""
    return sum(durations[a][b] for a, b in zip((0, *order), order, strict=False))


def _without_infinity(durations: Durations) -> list[list[float]]:
    known = [value for row in durations for value in row if math.isfinite(value)]
    far = (max(known, default=0.0) + 1.0) * len(durations)
    return [[value if math.isfinite(value) else far for value in row] for row in durations]


def _shortest(durations: Durations) -> tuple[int, ...]:
    stops = len(durations) - 1
    everything = (1 << stops) - 1
    # best[seen][last]: the shortest way from the start over `seen` that ends at `last`.
    best = [[math.inf] * stops for _ in range(everything + 1)]
    before = [[-1] * stops for _ in range(everything + 1)]
    for stop in range(stops):
        best[1 << stop][stop] = durations[0][stop + 1]
    for seen in range(1, everything + 1):
        for last in range(stops):
            so_far = best[seen][last]
            if so_far == math.inf:
                continue
            for after in range(stops):
                if seen >> after & 1:
                    continue
                there = so_far + durations[last + 1][after + 1]
                if there < best[seen | 1 << after][after]:
                    best[seen | 1 << after][after] = there
                    before[seen | 1 << after][after] = last
    last = min(range(stops), key=lambda stop: (best[everything][stop], stop))
    order, seen = [], everything
    while last >= 0:
        order.append(last + 1)
        seen, last = seen & ~(1 << last), before[seen][last]
    return tuple(reversed(order))


def _nearest_first(durations: Durations) -> list[int]:
    left = set(range(1, len(durations)))
    order, here = [], 0
    while left:
        here = min(left, key=lambda stop: (durations[here][stop], stop))
        left.remove(here)
        order.append(here)
    return order


def _exchanged(durations: Durations, order: list[int]) -> tuple[int, ...]:
    """Turn stretches round as long as that shortens the way (2-opt, on one-way durations)."""
    length = way_s(durations, order)
    better = True
    while better:
        better = False
        for first in range(len(order) - 1):
            for last in range(first + 1, len(order)):
                turned = order[:first] + order[first : last + 1][::-1] + order[last + 1 :]
                now = way_s(durations, turned)
                if now < length - NEAREST:
                    order, length, better = turned, now, True
    return tuple(order)
