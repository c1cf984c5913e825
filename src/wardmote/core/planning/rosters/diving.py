"""From the relaxation to a whole roster: settle the surest crews, price the rest again, repeat.

Diving with column generation (Sadykov et al. 2019, doi:10.1287/ijoc.2018.0822, review and
strengthen it): rounding alone meets columns that do not fit together; new columns made after each
settling do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wardmote.core.planning.rosters.columns import Pool, lower_bound
from wardmote.core.planning.rosters.model import Int8
from wardmote.core.planning.rosters.searching import Bench

_SURE = 0.85
_LAST = 2  # so few crews are combined exactly
_SHARE_AT_ONCE = 0.15
_PRICING_ROUNDS = 40


def dive(
    pool: Pool,
    roster: Int8,
    rng: np.random.Generator,
    *,
    noise: float,
    combine_s: float,
    should_stop: Callable[[], bool],
) -> Int8 | None:
    """A whole roster by settling crews one after another; None where told to stop.

    `pool` holds columns of all crews, as a solved relaxation leaves it, and gains new ones;
    `roster` int8 [C, D] is known. `noise` >= 0 blurs how sure a column is, for other outcomes.
    """
    bench = pool.bench
    found = roster.copy()
    open_crews = list(range(len(bench.crews)))
    counts = np.zeros(len(bench.costs.day), dtype=np.int64)
    while open_crews:
        part = bench.part(open_crews, counts)
        inner = columns_of(pool, part, open_crews)
        _, master = lower_bound(inner, rounds=_PRICING_ROUNDS, should_stop=should_stop)
        if should_stop():
            return None
        for at in range(len(inner.crew)):
            pool.add(open_crews[inner.crew[at]], inner.actions[at])
        if len(open_crews) <= _LAST:
            rest, _ = master.best_combination(
                found[open_crews], limit_s=combine_s, should_stop=should_stop
            )
            found[open_crews] = rest
            return found
        values = master.values() * (1.0 + noise * rng.random(len(inner.crew)))
        settled = _surest(inner, values, most=max(1, int(_SHARE_AT_ONCE * len(open_crews))))
        for at in settled:
            crew = open_crews[inner.crew[at]]
            found[crew] = inner.actions[at]
            counts = counts + bench.costs.adds(crew, found[crew])
        done = {open_crews[inner.crew[at]] for at in settled}
        open_crews = [crew for crew in open_crews if crew not in done]
    return found


def columns_of(pool: Pool, part: Bench, crews: list[int]) -> Pool:
    """The pool's columns of some crews, numbered as in the part."""
    number = {crew: at for at, crew in enumerate(crews)}
    inner = Pool(part)
    for at, crew in enumerate(pool.crew):
        if crew in number:
            inner.add(number[crew], pool.actions[at])
    return inner


def _surest(pool: Pool, values: np.ndarray, *, most: int) -> list[int]:
    """Columns to settle: all that are nearly whole, at most `most`, at least the largest."""
    order = np.argsort(-values, kind="stable")[:most].tolist()
    chosen: dict[int, int] = {}
    for at in order:
        if (not chosen or values[at] >= _SURE) and pool.crew[at] not in chosen:
            chosen[pool.crew[at]] = at
    return list(chosen.values())
