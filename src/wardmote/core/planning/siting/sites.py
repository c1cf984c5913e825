"""Where posts may stand, what they cost and how many there may be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from wardmote.core.travel.graph import Bool, Float64, Int32, Int64, UInt8


class Role(IntEnum):
    """What may happen at a candidate."""

    FREE = 0
    """A post may be opened here."""
    KEPT = 1
    """A post stands here and stays."""
    CLOSABLE = 2
    """A post stands here and may be given up; in a new plan it competes like a free place."""
    EXCLUDED = 3
    """No post may stand here."""


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """M candidates and the conditions that a plan must keep.

    Attributes:
        role: uint8 [m], a `Role` each.
        cost: float64 [m], what a post here costs, >= 0, in any one unit. Kept posts cost too.
        capacity: int32 [m], vehicles that a post here can house, >= 1.
        max_posts: posts in all, kept ones included, >= 0.
        budget: the sum of costs must be `<=` this; infinite when money is no matter.

    Raises:
        ValueError: a length or a number does not fit.
    """

    role: UInt8
    cost: Float64
    capacity: Int32
    max_posts: int
    budget: float = math.inf

    def __post_init__(self) -> None:
        if not len(self.role) == len(self.cost) == len(self.capacity):
            msg = "role, cost and capacity must have one entry per candidate"
            raise ValueError(msg)
        if np.any(~np.isfinite(self.cost)) or np.any(self.cost < 0):
            msg = "costs must be finite and not negative"
            raise ValueError(msg)
        if np.any(self.role > max(Role)) or np.any(self.capacity < 1) or self.max_posts < 0:
            msg = "unknown role, capacity below 1, or a negative number of posts"
            raise ValueError(msg)

    @classmethod
    def of(
        cls,
        candidates: int,
        max_posts: int,
        *,
        kept: Sequence[int] = (),
        closable: Sequence[int] = (),
        excluded: Sequence[int] = (),
        cost: Float64 | None = None,
        budget: float = math.inf,
        capacity: Int32 | None = None,
    ) -> Sites:
        """Candidates by number; cost 1 and room for any number of vehicles unless given."""
        role = np.full(candidates, Role.FREE, dtype=np.uint8)
        role[list(closable)] = Role.CLOSABLE
        role[list(excluded)] = Role.EXCLUDED
        role[list(kept)] = Role.KEPT
        return cls(
            role,
            np.ones(candidates) if cost is None else np.asarray(cost, dtype=np.float64),
            np.full(candidates, np.iinfo(np.int32).max, dtype=np.int32)
            if capacity is None
            else np.asarray(capacity, dtype=np.int32),
            max_posts,
            budget,
        )

    def __len__(self) -> int:
        return len(self.role)

    @property
    def kept(self) -> Int64:
        """Numbers of the kept posts."""
        return np.flatnonzero(self.role == Role.KEPT)

    @property
    def usable(self) -> Bool:
        """Where a post may stand in the new plan."""
        usable: Bool = self.role != Role.EXCLUDED
        return usable

    @property
    def feasible(self) -> bool:
        """Whether the kept posts alone keep the conditions."""
        return self.allows(self.kept)

    def allows(self, opened: Sequence[int] | Int64) -> bool:
        """Whether a plan keeps the conditions (kept posts present, none excluded, limits)."""
        chosen = np.zeros(len(self), dtype=np.bool_)
        chosen[np.asarray(opened, dtype=np.int64)] = True
        return (
            int(chosen.sum()) <= self.max_posts
            and float(self.cost[chosen].sum()) <= self.budget
            and bool(chosen[self.kept].all())
            and not bool(np.any(chosen & ~self.usable))
        )

    @property
    def most_posts(self) -> int:
        """Posts that number and money allow at most, kept ones included."""
        usable = int(self.usable.sum())
        if math.isinf(self.budget):
            return min(self.max_posts, usable)
        kept = self.kept
        left = self.budget - float(self.cost[kept].sum())
        others = np.sort(self.cost[self.usable & (self.role != Role.KEPT)])
        affordable = int(np.searchsorted(np.cumsum(others), left, side="right"))
        return min(self.max_posts, len(kept) + affordable)

    @property
    def budget_binds(self) -> bool:
        """Whether some choice of `max_posts` candidates would cost more than the budget."""
        if math.isinf(self.budget):
            return False
        kept = self.kept
        others = np.sort(self.cost[self.usable & (self.role != Role.KEPT)])[::-1]
        dearest = float(self.cost[kept].sum() + others[: max(0, self.max_posts - len(kept))].sum())
        return dearest > self.budget

    def with_max_posts(self, max_posts: int) -> Sites:
        """The same candidates with another number of posts."""
        return replace(self, max_posts=max_posts)


def best_selection(worth: Float64, sites: Sites, price: float = 0.0) -> tuple[float, Int64]:
    """The greatest sum of `worth` over any plan, at most; and the plan that the bound picks.

    `worth` float64 [m], any sign. With a price per unit of cost (>= 0, a multiplier of the budget)
    the sum is that of `worth - price * cost` plus `price * budget`, which is a bound on plans that
    keep the budget for every price. Kept posts are always counted.
    """
    net = worth - price * sites.cost if price else worth
    kept = sites.kept
    free = np.flatnonzero(sites.usable & (sites.role != Role.KEPT))
    room = max(0, sites.max_posts - len(kept))
    order = free[np.argsort(-net[free], kind="stable")[:room]]
    chosen = np.concatenate((kept, order[net[order] > 0]))
    bound = float(net[chosen].sum())
    return bound + (price * sites.budget if price else 0.0), chosen
