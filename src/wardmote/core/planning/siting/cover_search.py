"""Good plans for maximal cover, fast: greedy, and annealed exchange of posts.

An exchange closes one post and opens another. For a given newcomer the best post to close is found
in one look at the newcomer's cover sets: closing a post loses what it alone covers, less what of
that the newcomer covers too (the idea of Resende & Werneck 2007, doi:10.1016/j.ejor.2005.05.048,
carried over from the p-median). The walk accepts a loss with a probability that falls as it cools
(Kirkpatrick et al. 1983, doi:10.1126/science.220.4598.671).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.siting.cover_sets import CoverSets
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Float64, Int32, Int64

EMPTY = -1
"""A place in the plan that holds no post."""


@dataclass(frozen=True, slots=True, eq=False)
class CoverInstance:
    """Cover sets by candidate, with the conditions that an exchange must keep.

    All candidates are free to open. `posts` is how many there may be; `budget` limits the sum of
    `cost` (float64 [m]) and is infinite when money is no matter.
    """

    start: Int64
    owned: Int32
    weight: Float64
    cost: Float64
    budget: float
    posts: int

    @classmethod
    def of(cls, sets: CoverSets, cost: Float64, budget: float, posts: int) -> CoverInstance:
        """From cover sets."""
        start, owned = sets.by_site()
        return cls(start, owned, sets.weight, cost, budget, posts)


def greedy_cover(instance: CoverInstance) -> Int64:
    """Open the candidate that adds most (per cost, if money is short) until nothing fits or adds.

    Returns:
        int64 [posts]: candidates, then `EMPTY`.
    """
    return _greedy(
        instance.start,
        instance.owned,
        instance.weight,
        instance.cost,
        instance.budget,
        instance.posts,
    )


def anneal_cover(
    instance: CoverInstance,
    plan: Int64,
    newcomers: Int64,
    *,
    seed: int,
    steps: int,
    hot: float,
    cold: float,
) -> tuple[float, Int64]:
    """Walk from a plan by exchanges; the best plan met and the demand that it covers.

    Args:
        plan: int64 [posts] candidates or `EMPTY`; keeps the budget.
        newcomers: int64, candidates that may come in.
        seed: of the walk.
        steps: exchanges looked at.
        hot, cold: first and last temperature, in units of demand.
    """
    return _anneal(
        instance.start,
        instance.owned,
        instance.weight,
        instance.cost,
        instance.budget,
        plan,
        newcomers,
        seed,
        steps,
        hot,
        cold,
    )


@kernel
def _greedy(
    start: Int64, owned: Int32, weight: Float64, cost: Float64, budget: float, posts: int
) -> Int64:
    """Lazily: what a candidate adds never grows, so an old figure is a bound."""
    m = len(start) - 1
    thrifty = budget < np.inf
    gain = np.zeros(m)
    stamp = np.zeros(m, dtype=np.int64)
    for j in range(m):
        for a in range(start[j], start[j + 1]):
            gain[j] += weight[owned[a]]
        if thrifty:
            gain[j] /= max(cost[j], 1e-9)
    covered = np.zeros(len(weight), dtype=np.bool_)
    plan = np.full(posts, EMPTY, dtype=np.int64)
    spent, taken = 0.0, 0
    while taken < posts:
        j = int(np.argmax(gain))
        if gain[j] <= 0:
            break
        if spent + cost[j] > budget:
            gain[j] = -1.0
            continue
        if stamp[j] != taken:
            fresh = 0.0
            for a in range(start[j], start[j + 1]):
                if not covered[owned[a]]:
                    fresh += weight[owned[a]]
            gain[j] = fresh / max(cost[j], 1e-9) if thrifty else fresh
            stamp[j] = taken
            continue
        for a in range(start[j], start[j + 1]):
            covered[owned[a]] = True
        plan[taken] = j
        spent += cost[j]
        gain[j] = -1.0
        taken += 1
    return plan


@kernel
def _exchange(
    start: Int64,
    owned: Int32,
    weight: Float64,
    plan: Int64,
    times: Int32,
    places: Int64,
    loss: Float64,
    place: int,
    newcomer: int,
) -> None:
    """Close the post at a place of the plan and open the newcomer there (either may be `EMPTY`).

    `times` counts the posts that cover a set, `places` adds up their places in the plan (so it *is*
    the place where there is only one), `loss` is what each place alone covers.
    """
    leaver = plan[place]
    if leaver >= 0:
        for a in range(start[leaver], start[leaver + 1]):
            s = owned[a]
            places[s] -= place
            times[s] -= 1
            if times[s] == 1:
                loss[places[s]] += weight[s]
    loss[place] = 0.0
    plan[place] = newcomer
    if newcomer >= 0:
        for a in range(start[newcomer], start[newcomer + 1]):
            s = owned[a]
            if times[s] == 0:
                loss[place] += weight[s]
            elif times[s] == 1:
                loss[places[s]] -= weight[s]
            places[s] += place
            times[s] += 1


@kernel
def _best_exchange(
    start: Int64,
    owned: Int32,
    weight: Float64,
    cost: Float64,
    allowance: float,
    plan: Int64,
    times: Int32,
    places: Int64,
    loss: Float64,
    shared: Float64,
    newcomer: int,
) -> tuple[float, int]:
    """What the newcomer changes at the best place of the plan that the money allows, and where."""
    shared[:] = 0.0
    gain = 0.0
    for a in range(start[newcomer], start[newcomer + 1]):
        s = owned[a]
        if times[s] == 0:
            gain += weight[s]
        elif times[s] == 1:
            shared[places[s]] += weight[s]
    change, chosen = -np.inf, -1
    for q in range(len(plan)):
        by = gain - loss[q] + shared[q]
        if by > change:
            saved = cost[plan[q]] if plan[q] >= 0 else 0.0
            if cost[newcomer] - saved <= allowance:
                change, chosen = by, q
    return change, chosen


@kernel
def _anneal(
    start: Int64,
    owned: Int32,
    weight: Float64,
    cost: Float64,
    budget: float,
    first: Int64,
    newcomers: Int64,
    seed: int,
    steps: int,
    hot: float,
    cold: float,
) -> tuple[float, Int64]:
    np.random.seed(seed)
    m, p = len(start) - 1, len(first)
    plan = np.full(p, EMPTY, dtype=np.int64)
    times = np.zeros(len(weight), dtype=np.int32)
    places = np.zeros(len(weight), dtype=np.int64)
    loss, shared = np.zeros(p), np.zeros(p)
    is_open = np.zeros(m, dtype=np.bool_)
    spent, value = 0.0, 0.0
    for q in range(p):
        if first[q] >= 0:
            _exchange(start, owned, weight, plan, times, places, loss, q, first[q])
            is_open[first[q]] = True
            spent += cost[first[q]]
    for s in range(len(weight)):
        if times[s] > 0:
            value += weight[s]
    best, best_plan = value, plan.copy()
    cooling = (cold / hot) ** (1.0 / max(1, steps))
    heat = hot
    for _ in range(steps):
        heat *= cooling
        if budget < np.inf and np.random.random() < 0.1:
            # Giving up a post may make room for two cheaper ones.
            j, chosen = EMPTY, np.random.randint(p)
            change = -loss[chosen]
        else:
            j = newcomers[np.random.randint(len(newcomers))]
            if is_open[j]:
                continue
            change, chosen = _best_exchange(
                start, owned, weight, cost, budget - spent, plan, times, places, loss, shared, j
            )
        if chosen < 0 or (change < 0 and np.random.random() >= np.exp(change / heat)):
            continue
        if plan[chosen] >= 0:
            is_open[plan[chosen]] = False
            spent -= cost[plan[chosen]]
        if j >= 0:
            is_open[j] = True
            spent += cost[j]
        _exchange(start, owned, weight, plan, times, places, loss, chosen, j)
        value += change
        if value > best:
            best = value
            best_plan[:] = plan
    return best, best_plan
