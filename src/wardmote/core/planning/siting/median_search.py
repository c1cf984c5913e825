"""Good plans for the p-median, fast: greedy adding and the interchange of Whitaker.

Distances are given transposed, one row per candidate, so that a look at a candidate reads memory in
order. The interchange finds, for each candidate to open, the best post to close in one pass over
the demand (Whitaker 1983, doi:10.1080/03155986.1983.11731889; Hansen & Mladenović 1997,
doi:10.1016/S0966-8349(98)00030-8) and makes the exchange at once if it helps.
"""

from __future__ import annotations

import numpy as np

from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64

FAR = float(2**60)


def greedy_median(
    distance: Int32, weight: Float64, cost: Float64, budget: float, posts: int, kept: Int64
) -> Int64:
    """Open what saves most (per cost, if money is short), after the kept posts.

    Args:
        distance: int32 [m, n], row per candidate.
        weight: float64 [n].
        cost, budget: of a post; infinite budget when money is no matter.
        posts: at most so many.
        kept: int64, opened first.

    Returns:
        int64 [at most posts].
    """
    return _greedy(distance, weight, cost, budget, posts, kept)


def interchange(
    distance: Int32,
    weight: Float64,
    cost: Float64,
    budget: float,
    plan: Int64,
    kept: int,
    allowed: Bool,
) -> tuple[float, Int64]:
    """Exchange posts while any single exchange helps.

    Args:
        distance: int32 [m, n].
        weight: float64 [n].
        cost, budget: an exchange that would break the budget is not made.
        plan: int64, the kept posts first.
        kept: how many of them.
        allowed: bool [m], candidates that may come in.

    Returns:
        The weighted distance and the plan.
    """
    opened = plan.copy()
    return _interchange(distance, weight, cost, budget, opened, kept, allowed), opened


def median_value(distance: Int32, weight: Float64, plan: Int64) -> float:
    """Weighted distance from all demand to its nearest post; the plan has at least one."""
    nearest = distance[plan].min(axis=0)
    return float(weight @ nearest.astype(np.float64))


@kernel
def _greedy(
    distance: Int32, weight: Float64, cost: Float64, budget: float, posts: int, kept: Int64
) -> Int64:
    """Lazily: what a candidate saves never grows, so an old figure is a bound."""
    m, n = distance.shape
    thrifty = budget < np.inf
    nearest = np.empty(n)
    nearest[:] = FAR
    plan = np.empty(posts, dtype=np.int64)
    saving = np.zeros(m)
    stamp = np.full(m, -1, dtype=np.int64)
    saving[:] = np.inf
    spent, taken = 0.0, 0
    while taken < posts:
        j = kept[taken] if taken < len(kept) else int(np.argmax(saving))
        if taken >= len(kept):
            if saving[j] <= 0:
                break
            if spent + cost[j] > budget:
                saving[j] = -1.0
                continue
            if stamp[j] != taken:
                fresh = 0.0
                for i in range(n):
                    d = distance[j, i]
                    if d < nearest[i]:
                        # From nothing, the best is the smallest sum; FAR would drown it.
                        before = nearest[i] if taken else 4.0e9
                        fresh += weight[i] * (before - d)
                saving[j] = fresh / max(cost[j], 1e-9) if thrifty else fresh
                stamp[j] = taken
                continue
        for i in range(n):
            nearest[i] = min(nearest[i], float(distance[j, i]))
        plan[taken] = j
        spent += cost[j]
        saving[j] = -1.0
        if taken == 0:
            # Figures from nothing bound nothing that is small: look at all again.
            for k in range(m):
                if saving[k] >= 0:
                    saving[k] = np.inf
        taken += 1
    return plan[:taken]


@kernel
def _two_nearest(
    distance: Int32, plan: Int64, i: int, first: Int32, second: Int32, d1: Float64, d2: Float64
) -> None:
    x1, x2, q1, q2 = FAR, FAR, -1, -1
    for q in range(len(plan)):
        d = float(distance[plan[q], i])
        if d < x1:
            x2, q2 = x1, q1
            x1, q1 = d, q
        elif d < x2:
            x2, q2 = d, q
    first[i], second[i], d1[i], d2[i] = q1, q2, x1, x2


@kernel
def _replace(
    distance: Int32,
    plan: Int64,
    place: int,
    newcomer: int,
    first: Int32,
    second: Int32,
    d1: Float64,
    d2: Float64,
) -> None:
    """The two nearest posts of all demand after an exchange."""
    plan[place] = newcomer
    for i in range(distance.shape[1]):
        d = float(distance[newcomer, i])
        if first[i] == place:
            if d <= d2[i]:
                d1[i] = d
            else:
                _two_nearest(distance, plan, i, first, second, d1, d2)
        elif d < d1[i]:
            second[i], d2[i] = first[i], d1[i]
            first[i], d1[i] = place, d
        elif second[i] == place:
            if d <= d2[i]:
                d2[i] = d
            else:
                _two_nearest(distance, plan, i, first, second, d1, d2)
        elif d < d2[i]:
            second[i], d2[i] = place, d


@kernel
def _interchange(
    distance: Int32,
    weight: Float64,
    cost: Float64,
    budget: float,
    plan: Int64,
    kept: int,
    allowed: Bool,
) -> float:
    m, n = distance.shape
    p = len(plan)
    first = np.empty(n, dtype=np.int32)
    second = np.empty(n, dtype=np.int32)
    d1, d2 = np.empty(n), np.empty(n)
    is_open = np.zeros(m, dtype=np.bool_)
    base, loss = np.zeros(p), np.zeros(p)
    spent, total = 0.0, 0.0
    for q in range(p):
        is_open[plan[q]] = True
        spent += cost[plan[q]]
    for i in range(n):
        _two_nearest(distance, plan, i, first, second, d1, d2)
        total += weight[i] * d1[i]
        base[first[i]] += weight[i] * (d2[i] - d1[i])
    looked, f = 0, -1
    while looked < m and p > kept:
        f = (f + 1) % m
        looked += 1
        if is_open[f] or not allowed[f]:
            continue
        gain = 0.0
        loss[:] = base
        for i in range(n):
            d = float(distance[f, i])
            if d < d2[i]:
                if d < d1[i]:
                    gain += weight[i] * (d1[i] - d)
                    loss[first[i]] -= weight[i] * (d2[i] - d1[i])
                else:
                    loss[first[i]] -= weight[i] * (d2[i] - d)
        place = -1
        for q in range(kept, p):
            if (place < 0 or loss[q] < loss[place]) and spent - cost[plan[q]] + cost[f] <= budget:
                place = q
        if place >= 0 and loss[place] - gain < -1e-9 * total:
            is_open[plan[place]] = False
            is_open[f] = True
            spent += cost[f] - cost[plan[place]]
            _replace(distance, plan, place, f, first, second, d1, d2)
            base[:] = 0.0
            total = 0.0
            for i in range(n):
                total += weight[i] * d1[i]
                base[first[i]] += weight[i] * (d2[i] - d1[i])
            looked = 0
    return total
