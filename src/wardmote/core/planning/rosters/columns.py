"""Rosters of single crews as columns of one linear programme: a bound, and good combinations.

Every crew takes one of its rosters (columns); rows of cover add them up. The relaxation over *all*
rosters is solved by column generation (Dantzig & Wolfe 1960, doi:10.1287/opre.8.1.101): HiGHS
prices the rows, `one_roster` finds for each crew the roster that would help most. Any prices p give
a true lower bound, p wanted + the sum over crews of their cheapest rosters (Lagrange), so a search
that is stopped early still proves something. Prices are smoothed towards the best so far
(Wentges 1997, doi:10.1016/S0969-6016(97)00001-4).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import highspy
import numpy as np

from wardmote.core.planning.rosters.model import Int8
from wardmote.core.planning.rosters.searching import Bench
from wardmote.core.travel.graph import Float64

_SMOOTHING = 0.6
_ROUNDING = 1e-6


@dataclass(slots=True, eq=False)
class Pool:
    """Rosters found so far: crew, actions and what they cost in wishes. No duplicates."""

    bench: Bench
    crew: list[int] = field(default_factory=list)
    actions: list[Int8] = field(default_factory=list)
    cost: list[int] = field(default_factory=list)
    _known: set[tuple[int, bytes]] = field(default_factory=set)

    def add(self, crew: int, actions: Int8) -> bool:
        """Add a roster; whether it is new."""
        key = (crew, actions.tobytes())
        if key in self._known:
            return False
        self._known.add(key)
        self.crew.append(crew)
        self.actions.append(actions.copy())
        self.cost.append(self.bench.costs.wish_cost(crew, actions))
        return True

    def add_all(self, roster: Int8) -> None:
        """Add each crew's row of a roster, int8 [C, D]."""
        for crew, actions in enumerate(roster):
            self.add(crew, actions)


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """What column generation proved.

    - `value`: lower bound on the cost of every roster, a whole number.
    - `relaxed`: the bound before rounding up.
    - `prices` float64 [V]: row prices that gave it.
    - `converged`: whether the relaxation was solved, not stopped.
    """

    value: int
    relaxed: float
    prices: Float64
    converged: bool


def silent_solver() -> highspy.Highs:
    """HiGHS on one thread that prints nothing."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    return solver


def stops_when(
    solver: highspy.Highs, should_stop: Callable[[], bool]
) -> Callable[[highspy.HighsCallbackEvent], None]:
    """Let a whole-number program stop when asked to; the answer ends that: take it from
    `cbMipInterrupt`."""

    def ask(event: highspy.HighsCallbackEvent) -> None:
        if should_stop():
            event.interrupt()

    solver.cbMipInterrupt += ask
    return ask


class Master:
    """The linear programme over the columns of a pool, kept warm while columns are added.

    Rows: one for each crew (exactly one roster), then one for each row of cover. Columns: too few
    and too many for each row of cover, then the pool's.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._solver = silent_solver()
        self._taken = 0
        costs = pool.bench.costs
        self._crews, self._rows = len(pool.bench.crews), len(costs.day)
        rhs = np.concatenate((np.ones(self._crews), costs.wanted)).astype(np.float64)
        none = np.zeros(0)
        starts, index = np.zeros(len(rhs), dtype=np.int32), np.zeros(0, dtype=np.int32)
        self._solver.addRows(len(rhs), rhs, rhs, 0, starts, index, none)
        own = np.arange(self._rows, dtype=np.int32)
        for cost, sign in ((costs.under, 1.0), (costs.over, -1.0)):
            self._solver.addCols(
                self._rows,
                cost.astype(np.float64),
                np.zeros(self._rows),
                np.full(self._rows, highspy.kHighsInf),
                self._rows,
                own,
                own + self._crews,
                np.full(self._rows, sign),
            )
        self.take_columns()

    def take_columns(self) -> None:
        """Add what the pool has gained since."""
        pool, costs = self._pool, self._pool.bench.costs
        starts: list[int] = []
        index: list[int] = []
        values: list[float] = []
        new_costs: list[float] = []
        for at in range(self._taken, len(pool.crew)):
            starts.append(len(index))
            crew = pool.crew[at]
            index.append(crew)
            values.append(1.0)
            adds = costs.adds(crew, pool.actions[at])
            rows = np.flatnonzero(adds)
            index.extend((rows + self._crews).tolist())
            values.extend(adds[rows].astype(np.float64).tolist())
            new_costs.append(float(pool.cost[at]))
        self._taken = len(pool.crew)
        if starts:
            self._solver.addCols(
                len(starts),
                np.array(new_costs),
                np.zeros(len(starts)),
                np.full(len(starts), highspy.kHighsInf),
                len(index),
                np.array(starts, dtype=np.int32),
                np.array(index, dtype=np.int32),
                np.array(values),
            )

    def prices(self) -> tuple[float, Float64]:
        """Value of the relaxation over the columns taken, and row prices of cover float64 [V]."""
        self._solver.run()
        duals = np.array(self._solver.getSolution().row_dual)
        return float(self._solver.getInfo().objective_function_value), duals[self._crews :]

    def values(self) -> Float64:
        """float64 [n]: how much of each column taken the last relaxation uses."""
        self._solver.run()
        return np.array(self._solver.getSolution().col_value)[2 * self._rows :]

    def best_combination(
        self, roster: Int8, *, limit_s: float, should_stop: Callable[[], bool]
    ) -> tuple[Int8, bool]:
        """The best whole roster from the pool's columns, and whether it is proven best *of these*.

        `roster` int8 [C, D] is known and in the pool; `limit_s`: seconds that HiGHS may take.
        """
        solver, first = self._solver, 2 * self._rows
        columns = np.arange(first + self._taken, dtype=np.int32)
        kinds = np.full(len(columns), highspy.HighsVarType.kContinuous)
        kinds[first:] = highspy.HighsVarType.kInteger
        solver.changeColsIntegrality(len(columns), columns, kinds)
        solver.setOptionValue("time_limit", limit_s)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 0.999)
        solver.setSolution(self._as_solution(roster))
        asks = stops_when(solver, should_stop)
        solver.run()
        solver.cbMipInterrupt -= asks
        proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        values = np.array(solver.getSolution().col_value)
        if len(values):
            for at in np.flatnonzero(values[first:] > 0.5).tolist():
                roster = self._placed(roster, at)
        solver.changeColsIntegrality(
            len(columns), columns, np.full(len(columns), highspy.HighsVarType.kContinuous)
        )
        solver.setOptionValue("time_limit", highspy.kHighsInf)
        return roster, proven

    def _placed(self, roster: Int8, column: int) -> Int8:
        changed = roster.copy()
        changed[self._pool.crew[column]] = self._pool.actions[column]
        return changed

    def _as_solution(self, roster: Int8) -> highspy.HighsSolution:
        costs = self._pool.bench.costs
        counts = costs.counts(roster)
        values = np.zeros(2 * self._rows + self._taken)
        values[: self._rows] = np.maximum(costs.wanted - counts, 0)
        values[self._rows : 2 * self._rows] = np.maximum(counts - costs.wanted, 0)
        for at in range(self._taken):
            if (self._pool.actions[at] == roster[self._pool.crew[at]]).all():
                values[2 * self._rows + at] = 1.0
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        return solution


def lower_bound(
    pool: Pool,
    *,
    rounds: int,
    should_stop: Callable[[], bool],
    at_most: float = math.inf,
    report: Callable[[float], None] = lambda bound: None,
) -> tuple[Bound, Master]:
    """Generate columns until the relaxation is solved, or told to stop, or the bound is `at_most`.

    The pool must hold one roster of each crew, and grows.
    """
    bench = pool.bench
    master = Master(pool)
    base = float(bench.costs.wish_base.sum())
    # costs are never below 0, and no row having a price proves that much
    best, best_prices = 0.0, np.zeros(len(bench.costs.day))
    converged = False
    for turn in range(rounds):
        if should_stop():
            break
        value, prices = master.prices()
        tried = prices if turn == 0 else _SMOOTHING * best_prices + (1 - _SMOOTHING) * prices
        bound, new = _price_out(pool, tried)
        if new == 0 and turn > 0:
            bound_exact, new = _price_out(pool, prices)
            if bound_exact > bound:
                bound, tried = bound_exact, prices
        if base + bound > best:
            best, best_prices = base + bound, tried
            report(best)
        if (
            new == 0
            or value - best < _ROUNDING
            or math.ceil(best - _ROUNDING) >= min(at_most, math.ceil(value - _ROUNDING))
        ):
            converged = True
            break
        master.take_columns()
    master.take_columns()
    return Bound(math.ceil(best - _ROUNDING), best, best_prices, converged), master


def _price_out(pool: Pool, prices: Float64) -> tuple[float, int]:
    """Lagrange bound without `wish_base`, and how many new rosters the prices brought."""
    bench = pool.bench
    total = float((prices * bench.costs.wanted).sum())
    new = 0
    for crew in range(len(bench.crews)):
        cost, actions = bench.best_for(crew, -prices)
        total += cost
        new += pool.add(crew, actions)
    return total, new
