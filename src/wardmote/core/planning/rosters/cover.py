"""What a roster costs: cover too low or too high, and wishes not granted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.rosters.model import NO_SKILL, Int8, RosterProblem
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class CostTables:
    """V rows of cover, C crews, K kinds.

    - `day`, `kind`, `wanted`, `under`, `over` int64 [V].
    - `counts_for` bool [C, V]: whether a crew has the skill the row asks for.
    - `wish_price` float64 [C, D, K+1]: what an action costs in wishes, beyond `wish_base`.
    - `wish_base` int64 [C]: cost if no shift is worked at all.
    """

    day: Int64
    kind: Int64
    wanted: Int64
    under: Int64
    over: Int64
    counts_for: Bool
    wish_price: Float64
    wish_base: Int64

    def counts(self, roster: Int8) -> Int64:
        """int64 [V]: crews working each row of cover; `roster` int8 [C, D]."""
        there = (roster[:, self.day] == self.kind) & self.counts_for
        return np.asarray(there.sum(axis=0), dtype=np.int64)

    def adds(self, crew: int, actions: Int8) -> Bool:
        """bool [V]: rows of cover that a crew's roster (int8 [D]) counts for."""
        return np.asarray((actions[self.day] == self.kind) & self.counts_for[crew])

    def cover_cost(self, counts: Int64) -> int:
        """Cost of too few and too many."""
        short = np.maximum(self.wanted - counts, 0)
        beyond = np.maximum(counts - self.wanted, 0)
        return int((short * self.under + beyond * self.over).sum())

    def wish_cost(self, crew: int, actions: Int8) -> int:
        """Cost of a crew's wishes that its roster does not grant."""
        days = np.arange(len(actions))
        return int(self.wish_base[crew] + self.wish_price[crew, days, actions].sum())

    def total_cost(self, roster: Int8) -> int:
        """Cost of a whole roster, int8 [C, D]."""
        wishes = sum(self.wish_cost(crew, row) for crew, row in enumerate(roster))
        return self.cover_cost(self.counts(roster)) + wishes

    def prices(self, crew: int, row_price: Float64) -> Float64:
        """float64 [D, K+1]: price of each action when a row of cover costs `row_price` [V]."""
        price: Float64 = self.wish_price[crew].copy()
        chosen = self.counts_for[crew]
        np.add.at(price, (self.day[chosen], self.kind[chosen]), row_price[chosen])
        return price

    def next_prices(self, counts: Int64) -> Float64:
        """float64 [V]: what one crew more in each row would cost."""
        price: Float64 = np.where(counts < self.wanted, -self.under, self.over).astype(np.float64)
        return price


def cost_tables(problem: RosterProblem) -> CostTables:
    """The costs of a problem as arrays."""
    covers = problem.covers
    columns = np.array(
        [(c.day, c.kind, c.wanted, c.under_cost, c.over_cost) for c in covers], dtype=np.int64
    ).reshape(-1, 5)
    counts_for = np.array(
        [
            [cover.skill == NO_SKILL or cover.skill in crew.skills for cover in covers]
            for crew in problem.crews
        ],
        dtype=np.bool_,
    ).reshape(len(problem.crews), len(covers))
    price = np.zeros((len(problem.crews), problem.days, len(problem.kinds) + 1))
    base = np.zeros(len(problem.crews), dtype=np.int64)
    for wish in problem.wishes:
        price[wish.crew, wish.day, wish.kind] += -wish.cost if wish.wants else wish.cost
        base[wish.crew] += wish.cost if wish.wants else 0
    day, kind, wanted, under, over = (np.ascontiguousarray(column) for column in columns.T)
    return CostTables(day, kind, wanted, under, over, counts_for, price, base)


def shortages(tables: CostTables, roster: Int8) -> Int32:
    """int32 [V]: crews missing in each row of cover."""
    return np.asarray(np.maximum(tables.wanted - tables.counts(roster), 0), dtype=np.int32)
