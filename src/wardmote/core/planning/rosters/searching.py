"""A good roster quickly: crews one by one, then some taken out and put back, again and again.

Each crew put back gets its exactly cheapest roster given everybody else's (`one_roster`), so every
roster met on the way keeps every rule of every crew. Ruin and recreate: Schrimpf et al. 2000,
doi:10.1006/jcph.1999.6413.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.planning.rosters.cover import CostTables, cost_tables
from wardmote.core.planning.rosters.crew_tables import CrewTables, crew_tables
from wardmote.core.planning.rosters.model import Int8, RosterProblem
from wardmote.core.planning.rosters.one_roster import INFEASIBLE, cheapest_roster
from wardmote.core.travel.graph import Float64, Int64

_MOST_OUT = 4
_STALE = 400


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """A problem with its tables, made once for all searches."""

    problem: RosterProblem
    costs: CostTables
    crews: tuple[CrewTables, ...]

    @classmethod
    def of(cls, problem: RosterProblem) -> Bench:
        """Tables of a problem."""
        return cls(
            problem,
            cost_tables(problem),
            tuple(crew_tables(problem, crew) for crew in problem.crews),
        )

    def best_for(self, crew: int, row_price: Float64) -> tuple[float, Int8]:
        """Cheapest roster of a crew at prices of rows of cover: reduced cost without base."""
        return cheapest_roster(self.crews[crew], self.costs.prices(crew, row_price))

    def best_next(
        self, crew: int, counts: Int64, scale: Float64 | float = 1.0
    ) -> tuple[float, Int8]:
        """Cheapest roster of a crew where all others count `counts` (int64 [V])."""
        price = self.costs.next_prices(crew, counts, scale)
        return cheapest_roster(self.crews[crew], price)

    def part(self, crews: list[int], counts: Int64) -> Bench:
        """The problem of some crews alone, the cover of all others (int64 [V]) given."""
        costs = self.costs
        return Bench(
            self.problem,
            replace(
                costs,
                wanted=costs.wanted - counts,
                counts_for=costs.counts_for[crews],
                wish_price=costs.wish_price[crews],
                wish_base=costs.wish_base[crews],
            ),
            tuple(self.crews[crew] for crew in crews),
        )

    def impossible_crews(self) -> tuple[int, ...]:
        """Crews whose own rules no roster keeps."""
        nothing = np.zeros(len(self.costs.day))
        return tuple(
            crew for crew in range(len(self.crews)) if self.best_for(crew, nothing)[0] == INFEASIBLE
        )


def first_roster(bench: Bench, rng: np.random.Generator) -> Int8:
    """int8 [C, D]: crews in random order, each as is best after those before it.

    No crew may be impossible.
    """
    roster = np.full((len(bench.crews), bench.problem.days), -1, dtype=np.int8)
    counts = np.zeros(len(bench.costs.day), dtype=np.int64)
    for crew in rng.permutation(len(bench.crews)).tolist():
        _, roster[crew] = bench.best_next(crew, counts)
        counts += bench.costs.adds(crew, roster[crew])
    return roster


def improve(
    bench: Bench,
    roster: Int8,
    rng: np.random.Generator,
    *,
    steps: int,
    should_stop: Callable[[], bool],
) -> Int8:
    """The best roster met in `steps` tries from `roster`, int8 [C, D]."""
    costs = bench.costs
    now, best = roster.copy(), roster.copy()
    counts = costs.counts(now)
    wishes = np.array([costs.wish_cost(crew, row) for crew, row in enumerate(now)])
    value = least = costs.cover_cost(counts) + int(wishes.sum())
    stale = 0
    for step in range(steps):
        if least == 0 or should_stop():
            break
        heat = max(0.0, 0.004 * least * (1.0 - step / steps))
        out = _taken_out(bench, now, counts, rng)
        kept = now[out].copy()
        for crew in out:
            counts -= costs.adds(crew, now[crew])
        for crew in out:
            scale = 1.0 - 0.3 * rng.random(len(costs.day)) if stale > _STALE else 1.0
            _, now[crew] = bench.best_next(crew, counts, scale)
            counts += costs.adds(crew, now[crew])
        after = wishes.copy()
        after[out] = [costs.wish_cost(crew, now[crew]) for crew in out]
        new = costs.cover_cost(counts) + int(after.sum())
        stale += 1
        if new <= value + heat * rng.exponential():
            value, wishes = new, after
            if new < least:
                least, best, stale = new, now.copy(), 0
        else:
            now[out] = kept
            counts = costs.counts(now)
    return best


def _taken_out(bench: Bench, roster: Int8, counts: Int64, rng: np.random.Generator) -> list[int]:
    """A few crews: at random, or those on duty where cover is wrong on one day."""
    crews = len(bench.crews)
    size = int(rng.integers(1, min(_MOST_OUT, crews) + 1))
    wrong = np.flatnonzero(counts != bench.costs.wanted)
    if len(wrong) and rng.random() < 0.5:
        day = int(bench.costs.day[rng.choice(wrong)])
        first = int(rng.integers(crews))
        same = np.flatnonzero(roster[:, day] != roster[first, day])
        others = rng.permutation(same)[: size - 1].tolist()
        return [first, *others]
    return [int(crew) for crew in rng.choice(crews, size, replace=False)]
