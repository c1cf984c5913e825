"""What a roster costs: cover too low or too high, pairs, and wishes not granted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wardmote.core.planning.rosters.model import NO_SKILL, Int8, RosterProblem
from wardmote.core.travel.graph import Float64, Int32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class CostTables:
    """V rows, C crews, K kinds. The first `covers` rows are of cover, the others of pairs.

    A row counts crews on a day in a kind; `under` is paid for each one too few, `over` for each too
    many. *Apart* is a row of two crews that wants at most one. *Together* counts one crew up and
    the other down, and wants none.

    - `day`, `kind`, `wanted`, `under`, `over` int64 [V].
    - `counts_for` int8 [C, V]: 1 where a crew counts (it has the skill), -1 where it counts down.
    - `wish_price` float64 [C, D, K+1]: what an action costs in wishes, beyond `wish_base`.
    - `wish_base` int64 [C]: cost if no wish to work is granted.
    """

    day: Int64
    kind: Int64
    wanted: Int64
    under: Int64
    over: Int64
    counts_for: Int8
    wish_price: Float64
    wish_base: Int64
    covers: int

    def counts(self, roster: Int8) -> Int64:
        """int64 [V]: crews counted in each row; `roster` int8 [C, D]."""
        there = (roster[:, self.day] == self.kind) * self.counts_for
        return np.asarray(there.sum(axis=0), dtype=np.int64)

    def adds(self, crew: int, actions: Int8) -> Int8:
        """int8 [V]: what a crew's roster (int8 [D]) counts for."""
        return np.asarray((actions[self.day] == self.kind) * self.counts_for[crew], dtype=np.int8)

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
        """float64 [D, K+1]: price of each action when one counted costs `row_price` [V]."""
        return self._priced(crew, row_price * self.counts_for[crew])

    def next_prices(self, crew: int, counts: Int64, scale: Float64 | float = 1.0) -> Float64:
        """float64 [D, K+1]: what each action of a crew would cost next, others counting `counts`.

        `scale`: blurs rows, for other outcomes.
        """
        up = np.where(counts < self.wanted, -self.under, self.over)
        down = np.where(counts > self.wanted, -self.over, self.under)
        mine = self.counts_for[crew]
        return self._priced(crew, np.where(mine > 0, up, np.where(mine < 0, down, 0)) * scale)

    def _priced(self, crew: int, row_price: Float64) -> Float64:
        price: Float64 = self.wish_price[crew].copy()
        at = self.day * price.shape[1] + self.kind
        price += np.bincount(at, weights=row_price, minlength=price.size).reshape(price.shape)
        return price


def cost_tables(problem: RosterProblem) -> CostTables:
    """The costs of a problem as arrays."""
    covers = problem.covers
    rows = [(c.day, c.kind, c.wanted, c.under_cost, c.over_cost) for c in covers]
    able = [
        [cover.skill == NO_SKILL or cover.skill in crew.skills for cover in covers]
        for crew in problem.crews
    ]
    counts_for = np.array(able, dtype=np.int8).reshape(len(problem.crews), len(covers))
    pair_rows, pair_counts = _pairs(problem)
    columns = np.array([*rows, *pair_rows], dtype=np.int64).reshape(-1, 5)
    price = np.zeros((len(problem.crews), problem.days, len(problem.kinds) + 1))
    base = np.zeros(len(problem.crews), dtype=np.int64)
    for wish in problem.wishes:
        price[wish.crew, wish.day, wish.kind] += -wish.cost if wish.wants else wish.cost
        base[wish.crew] += wish.cost if wish.wants else 0
    day, kind, wanted, under, over = (np.ascontiguousarray(column) for column in columns.T)
    counted = np.ascontiguousarray(np.concatenate((counts_for, pair_counts), axis=1))
    return CostTables(day, kind, wanted, under, over, counted, price, base, len(covers))


def _pairs(problem: RosterProblem) -> tuple[list[tuple[int, int, int, int, int]], Int8]:
    rows, counted = [], []
    for pair in problem.pairs:
        mine = np.zeros(len(problem.crews), dtype=np.int8)
        mine[pair.first], mine[pair.second] = 1, -1 if pair.together else 1
        first, second = problem.crews[pair.first], problem.crews[pair.second]
        for day in range(problem.days):
            if day in first.leave or day in second.leave:
                continue
            for kind in range(len(problem.kinds)):
                wanted, under = (0, pair.cost) if pair.together else (1, 0)
                rows.append((day, kind, wanted, under, pair.cost))
                counted.append(mine)
    table = np.array(counted, dtype=np.int8).reshape(-1, len(problem.crews)).T
    return rows, table


def shortages(tables: CostTables, roster: Int8) -> Int32:
    """int32 [covers]: crews missing in each row of cover."""
    own = tables.covers
    missing = np.maximum(tables.wanted - tables.counts(roster), 0)[:own]
    return np.asarray(missing, dtype=np.int32)
