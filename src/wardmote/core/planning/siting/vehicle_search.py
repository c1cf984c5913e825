"""Good places for vehicles under a concave gain of cover: take one away, put it where it adds most.

One vehicle at a time is lifted and set down at the best place there is, until none wants to move;
then a few are scattered at random and it starts again from the better of the two plans.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.siting.cover_gain import CoverGain
from wardmote.core.planning.siting.cover_sets import CoverSets
from wardmote.core.planning.siting.sites import Role, Sites
from wardmote.core.travel.compiled import kernel
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class VehicleInstance:
    """Cover sets by candidate, the gain, and the conditions as arrays."""

    start: Int64
    owned: Int32
    weight: Float64
    step: Float64
    table: Float64
    cost: Float64
    capacity: Int32
    least: Int64
    max_posts: int
    budget: float

    @classmethod
    def of(cls, sets: CoverSets, sites: Sites, gain: CoverGain) -> VehicleInstance:
        """Kept posts have at least one vehicle; excluded ones room for none."""
        start, owned = sets.by_site()
        capacity = np.where(sites.usable, sites.capacity, 0).astype(np.int32)
        least = (sites.role == Role.KEPT).astype(np.int64)
        return cls(
            start,
            owned,
            sets.weight,
            gain.step,
            gain.table,
            sites.cost,
            capacity,
            least,
            sites.max_posts,
            sites.budget,
        )

    def settle(self, plan: Int64, vehicles: int) -> tuple[float, Int64]:
        """Add vehicles greedily up to so many, then move single ones while that helps.

        Args:
            plan: int64 [m], vehicles at each candidate.
            vehicles: in all; fewer only when there is no room.

        Returns:
            The gain and the plan.
        """
        out = plan.copy()
        value = _settle(
            self.start,
            self.owned,
            self.weight,
            self.step,
            self.table,
            self.cost,
            self.capacity,
            self.least,
            self.max_posts,
            self.budget,
            out,
            vehicles,
        )
        return value, out

    def scatter(self, plan: Int64, moved: int, rng: np.random.Generator) -> Int64:
        """A plan with some vehicles taken away at random."""
        out = plan.copy()
        for _ in range(moved):
            loose = np.flatnonzero(out > self.least)
            if not len(loose):
                break
            out[rng.choice(loose)] -= 1
        return out


@kernel
def _gained(table: Float64, before: float, after: float) -> float:
    if len(table) == 0:
        return float(np.exp(-before) - np.exp(-after))
    last = len(table) - 1
    return float(table[min(last, int(after + 0.5))] - table[min(last, int(before + 0.5))])


@kernel
def _best_place(
    start: Int64,
    owned: Int32,
    weight: Float64,
    step: Float64,
    table: Float64,
    total: Float64,
    room: Bool,
) -> tuple[int, float]:
    """Where one more vehicle adds most."""
    best, chosen = -1.0, -1
    for j in range(len(step)):
        if not room[j]:
            continue
        gain = 0.0
        for a in range(start[j], start[j + 1]):
            s = owned[a]
            gain += weight[s] * _gained(table, total[s], total[s] + step[j])
        if gain > best:
            best, chosen = gain, j
    return chosen, best


@kernel
def _put(
    start: Int64, owned: Int32, step: Float64, total: Float64, plan: Int64, j: int, count: int
) -> None:
    plan[j] += count
    for a in range(start[j], start[j + 1]):
        total[owned[a]] = max(0.0, total[owned[a]] + count * step[j])


@kernel
def _room(
    plan: Int64, capacity: Int32, cost: Float64, max_posts: int, budget: float, room: Bool
) -> None:
    """Where one more vehicle may stand."""
    posts, spent = 0, 0.0
    for j in range(len(plan)):
        if plan[j] > 0:
            posts += 1
            spent += cost[j]
    for j in range(len(plan)):
        room[j] = plan[j] < capacity[j] and (
            plan[j] > 0 or (posts < max_posts and spent + cost[j] <= budget)
        )


@kernel
def _settle(
    start: Int64,
    owned: Int32,
    weight: Float64,
    step: Float64,
    table: Float64,
    cost: Float64,
    capacity: Int32,
    least: Int64,
    max_posts: int,
    budget: float,
    plan: Int64,
    vehicles: int,
) -> float:
    m = len(plan)
    total = np.zeros(len(weight))
    room = np.zeros(m, dtype=np.bool_)
    placed = 0
    for j in range(m):
        count = max(plan[j], least[j])
        plan[j] = 0
        placed += count
        if count:
            _put(start, owned, step, total, plan, j, count)
    while placed < vehicles:
        _room(plan, capacity, cost, max_posts, budget, room)
        j, _ = _best_place(start, owned, weight, step, table, total, room)
        if j < 0:
            break
        _put(start, owned, step, total, plan, j, 1)
        placed += 1
    still, r = 0, -1
    while still < m:
        r = (r + 1) % m
        still += 1
        if plan[r] <= least[r]:
            continue
        _put(start, owned, step, total, plan, r, -1)
        loss = 0.0
        for a in range(start[r], start[r + 1]):
            s = owned[a]
            loss += weight[s] * _gained(table, total[s], total[s] + step[r])
        _room(plan, capacity, cost, max_posts, budget, room)
        j, gain = _best_place(start, owned, weight, step, table, total, room)
        if j >= 0 and gain > loss * (1 + 1e-12) + 1e-9:
            _put(start, owned, step, total, plan, j, 1)
            still = 0
        else:
            _put(start, owned, step, total, plan, r, 1)
    value = 0.0
    for s in range(len(weight)):
        value += weight[s] * _gained(table, 0.0, total[s])
    return value
