"""A roster with a proof: search, bound, combine, and where the gap is small, enumerate.

1. Crews one after another, then ruin and recreate (`searching`).
2. A lower bound by column generation (`columns`), and the best combination of its columns.
3. Where value and bound still differ: *every* roster of a crew whose reduced cost is within the
   gap is listed; the best combination of these is the best of all (Baldacci, Christofides &
   Mingozzi 2008, doi:10.1007/s10107-007-0178-5).
4. Otherwise the question as one program (`whole_program`), which HiGHS settles where it is not too
   large; then a dive (`diving`), and after a better roster the list again.
5. In turns: the first search again, neighbourhoods (some crews anew with everybody else fixed, by 2
   on the part), and where these bring nothing more, another dive,
   and the program again with twice the time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from wardmote.core.planning.rosters.columns import Bound, Master, Pool, lower_bound
from wardmote.core.planning.rosters.diving import columns_of, dive
from wardmote.core.planning.rosters.model import Int8, RosterProblem
from wardmote.core.planning.rosters.roster_listing import rosters_below
from wardmote.core.planning.rosters.searching import Bench, first_roster, improve
from wardmote.core.planning.rosters.whole_program import MOST_CELLS, WholeProgram

_MOST_COLUMNS = 60_000
_SMALL_GAP = 0.1
_STALE = 8
_TO_GO_CELLS = 20_000_000
_ROUNDING = 1e-6


class RosterStatus(StrEnum):
    """How sure the answer is."""

    OPTIMAL = "optimal"
    """No roster costs less: value equals bound."""
    FEASIBLE = "feasible"
    """Keeps every rule of every crew; may not be the cheapest (see the gap)."""
    IMPOSSIBLE = "impossible"
    """Some crew's own rules contradict each other; there is no roster."""


@dataclass(frozen=True, slots=True)
class RosterEffort:
    """How long to try; `should_stop` ends everything earlier.

    `search_steps` tries of the first search; `bound_rounds` rounds of column generation;
    `combine_s` seconds for each combination by HiGHS; `neighbourhoods`: most parts to solve anew,
    each of `part` crews with `part_s` seconds; `search_again` steps of search before each; at most
    `dives`, see `diving`; `whole_s` seconds for the first try as one program, twice as much for
    each further one.
    """

    search_steps: int = 1_500
    bound_rounds: int = 600
    combine_s: float = 5.0
    neighbourhoods: int = 100_000
    part: int = 9
    dives: int = 12
    search_again: int = 150
    part_s: float = 3.0
    whole_s: float = 4.0


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known so far: best cost and lower bound (-inf before there is one)."""

    value: int
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class RosterAnswer:
    """`roster` int8 [C, D]: a kind or `OFF` (-1); empty where `IMPOSSIBLE`.

    `value` is its cost, `bound` a proven lower bound on every roster's, `gap` their difference as a
    share of the value. `impossible_crews`: see `conflicts.explain_crew`.
    """

    status: RosterStatus
    roster: Int8
    value: int
    bound: int
    impossible_crews: tuple[int, ...] = ()

    @property
    def gap(self) -> float:
        """(value - bound) / value; 0 where both are 0."""
        return (self.value - self.bound) / self.value if self.value else 0.0


@dataclass(slots=True, eq=False)
class _Run:
    """One solution process: what is asked and the best that is known."""

    bench: Bench
    rng: np.random.Generator
    effort: RosterEffort
    should_stop: Callable[[], bool]
    report: Callable[[Progress], None]
    roster: Int8
    value: int
    bound: float = -math.inf
    program: WholeProgram | None = None
    whole_s: float = 0.0

    def offer(self, roster: Int8) -> bool:
        """Take a roster where it is better."""
        value = self.bench.costs.total_cost(roster)
        better = value < self.value
        if better:
            self.roster, self.value = roster, value
            self.report(Progress(value, self.bound))
        return better

    @property
    def done(self) -> bool:
        """Whether value and bound meet, or it must stop."""
        return self.value <= self.bound or self.should_stop()


def solve_roster(
    problem: RosterProblem,
    *,
    seed: int = 1,
    effort: RosterEffort | None = None,
    start: Int8 | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    report: Callable[[Progress], None] = lambda progress: None,
) -> RosterAnswer:
    """A roster that keeps every rule of every crew, as cheap as can be found, with a bound.

    Missing cover never makes it impossible: it costs, and `cover.shortages` lists it. `start` int8
    [C, D] is a roster that keeps the rules, to begin with. The first roster is made before
    `should_stop` is asked. Searches follow the seed; combinations that HiGHS cuts off by its time
    limit may differ between machines.
    """
    bench = Bench.of(problem)
    impossible = bench.impossible_crews()
    if impossible:
        empty = np.empty((0, problem.days), dtype=np.int8)
        return RosterAnswer(RosterStatus.IMPOSSIBLE, empty, 0, 0, impossible)
    rng = np.random.default_rng(seed)
    roster = first_roster(bench, rng) if start is None else start.copy()
    value = bench.costs.total_cost(roster)
    effort = effort or RosterEffort()
    run = _Run(bench, rng, effort, should_stop, report, roster, value, whole_s=effort.whole_s)
    report(Progress(value, -math.inf))
    _solve(run)
    bound = int(max(run.bound, 0))
    status = RosterStatus.OPTIMAL if run.value <= bound else RosterStatus.FEASIBLE
    return RosterAnswer(status, run.roster, run.value, min(bound, run.value))


def _solve(run: _Run) -> None:
    improved = improve(
        run.bench,
        run.roster,
        run.rng,
        steps=run.effort.search_steps,
        should_stop=run.should_stop,
    )
    run.offer(improved)
    # only the columns that pricing asks for: those of the search make the combination slower
    pool = Pool(run.bench)
    pool.add_all(run.roster)
    found, master = lower_bound(
        pool,
        rounds=run.effort.bound_rounds,
        should_stop=run.should_stop,
        at_most=run.value,
        report=lambda bound: run.report(Progress(run.value, bound)),
    )
    run.bound = found.value
    if not run.done:
        _combine(run, master)
    if not run.done and found.converged and run.value - run.bound <= _SMALL_GAP * run.value:
        _enumerate(run, found)
    if not run.done:
        _as_a_whole(run)
    # a bound of 0 guides no dive: there are many relaxed answers and none is near a whole one
    if not run.done and found.converged and found.value > 0 and run.effort.dives:
        _dive(run, pool, noise=0.0)
    if not run.done and found.converged:
        _enumerate(run, found)
    _neighbourhoods(run, found, pool)


def _as_a_whole(run: _Run) -> None:
    """Try the question as one program, each time for twice as long."""
    problem = run.bench.problem
    if len(problem.crews) * problem.days * len(problem.kinds) > MOST_CELLS or not run.whole_s:
        return
    if run.program is None:
        run.program = WholeProgram(problem, run.bench.costs)
    roster, bound = run.program.solve(run.roster, limit_s=run.whole_s, should_stop=run.should_stop)
    run.whole_s *= 2
    if bound > run.bound:
        run.bound = min(bound, float(run.value))
    if not run.offer(roster):
        run.report(Progress(run.value, run.bound))


def _dive(run: _Run, pool: Pool, *, noise: float) -> None:
    pool.add_all(run.roster)
    roster = dive(
        pool,
        run.roster,
        run.rng,
        noise=noise,
        combine_s=run.effort.part_s,
        should_stop=run.should_stop,
    )
    if roster is not None:
        run.offer(roster)


def _combine(run: _Run, master: Master) -> None:
    roster, _ = master.best_combination(
        run.roster, limit_s=run.effort.combine_s, should_stop=run.should_stop
    )
    run.offer(roster)


def _enumerate(run: _Run, found: Bound) -> bool:
    """Close the gap by listing every roster that can be part of a better answer; whether done."""
    bench = run.bench
    budget = run.value - 1 - found.relaxed + 1e-4
    cells = max(crew.states(frozenset(crew.tight)) for crew in bench.crews) * bench.problem.days
    if cells > _TO_GO_CELLS:
        return False
    pool = Pool(bench)
    pool.add_all(run.roster)
    for crew, tables in enumerate(bench.crews):
        if run.should_stop() or len(pool.crew) >= _MOST_COLUMNS:
            return False
        least, _ = bench.best_for(crew, -found.prices)
        price = bench.costs.prices(crew, -found.prices)
        room = _MOST_COLUMNS - len(pool.crew)
        listed = rosters_below(tables, price, least + budget, room)
        if listed is None:
            return False
        for actions in listed:
            pool.add(crew, actions)
    roster, proven = Master(pool).best_combination(
        run.roster, limit_s=3 * run.effort.combine_s, should_stop=run.should_stop
    )
    run.offer(roster)
    if proven:
        run.bound = run.value
    return proven


def _neighbourhoods(run: _Run, found: Bound, pool: Pool) -> None:
    """Search and parts in turns; where nothing more comes of it, a dive, or the list again."""
    tried_at = run.value
    crews = len(run.bench.crews)
    size = min(run.effort.part, crews)
    stale, dives = 0, 1
    for _ in range(run.effort.neighbourhoods):
        if run.done:
            return
        steps = run.effort.search_again
        searched = run.offer(
            improve(run.bench, run.roster, run.rng, steps=steps, should_stop=run.should_stop)
        )
        renewed = size < crews and not run.done and _renew(run, pool, _chosen_part(run, size))
        stale = 0 if searched or renewed else stale + 1
        if stale < _STALE:
            continue
        stale = 0
        size = min(size + 2, crews, 3 * run.effort.part)
        _as_a_whole(run)
        if not found.converged:
            continue
        if run.value < tried_at:
            tried_at = run.value
            _enumerate(run, found)
        if not run.done and dives < run.effort.dives:
            _dive(run, pool, noise=0.3 * dives)
            dives += 1


def _chosen_part(run: _Run, size: int) -> list[int]:
    """Crews at random, or those whose rosters differ most from one of them (they can swap)."""
    crews = len(run.bench.crews)
    if run.rng.random() < 0.5:
        return sorted(run.rng.choice(crews, size, replace=False).tolist())
    day = int(run.rng.integers(run.bench.problem.days))
    window = run.roster[:, day : day + 7]
    first = int(run.rng.integers(crews))
    apart = (window != window[first]).sum(axis=1) + 2.0 * run.rng.random(crews)
    apart[first] = np.inf
    return sorted(np.argsort(-apart)[:size].tolist())


def _renew(run: _Run, known: Pool, crews: list[int]) -> bool:
    costs = run.bench.costs
    others = costs.counts(run.roster)
    for crew in crews:
        others = others - costs.adds(crew, run.roster[crew])
    part = run.bench.part(crews, others)
    pool = columns_of(known, part, crews)
    mine = run.roster[crews]
    value = part.costs.total_cost(mine)
    pool.add_all(mine)
    found, master = lower_bound(
        pool, rounds=run.effort.bound_rounds, should_stop=run.should_stop, at_most=value
    )
    if found.value >= value or run.should_stop():
        return False
    better, _ = master.best_combination(
        mine, limit_s=run.effort.part_s, should_stop=run.should_stop
    )
    if part.costs.total_cost(better) > found.value:
        dived = dive(
            pool,
            mine,
            run.rng,
            noise=0.0,
            combine_s=run.effort.part_s,
            should_stop=run.should_stop,
        )
        if dived is not None and part.costs.total_cost(dived) < part.costs.total_cost(better):
            better = dived
    roster = run.roster.copy()
    roster[crews] = better
    return run.offer(roster)
