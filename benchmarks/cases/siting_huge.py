"""Maximal cover with a million and ten million points, from coordinates to the proof; HiGHS too."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.registry import Goal, Outcome, benchmark
from benchmarks.siting_peers import highs_cover
from wardmote.core.planning.siting.answer import Control, Siting
from wardmote.core.planning.siting.cover_sets import CoverSets, cover_sets_on_plane
from wardmote.core.planning.siting.maximal_cover import maximal_cover
from wardmote.core.planning.siting.set_table import CandidateCells
from wardmote.core.planning.siting.sites import Sites

SEED = 20190416
PIECE = 500_000
LIMIT_S = 120.0
PEER_S = 60.0
"""HiGHS is told to stop after this; it gets demand already merged by cover set."""
Float64 = NDArray[np.float64]


def uniform(points: int, rng: np.random.Generator) -> Iterator[tuple[Float64, Float64, Float64]]:
    """Points all over a square of 30 km, demand 1 to 100, as in Cordeau, Furini & Ljubić 2019."""
    for first in range(0, points, PIECE):
        size = min(PIECE, points - first)
        x, y = rng.uniform(0, 30_000, (2, size))
        yield x, y, rng.integers(1, 101, size).astype(np.float64)


def clusters(points: int, rng: np.random.Generator) -> Iterator[tuple[Float64, Float64, Float64]]:
    """Points around 60 centres in a square of 60 km."""
    centre = rng.uniform(0, 60_000, (60, 2))
    spread = rng.uniform(1_000, 6_000, 60)
    for first in range(0, points, PIECE):
        size = min(PIECE, points - first)
        at = rng.integers(60, size=size)
        x, y = (centre[at] + rng.normal(size=(size, 2)) * spread[at, None]).T
        yield x.copy(), y.copy(), rng.integers(1, 11, size).astype(np.float64)


def _run(
    points: int, pieces: str, candidates: int, posts: int, radius: float
) -> tuple[Siting, CoverSets, dict[str, float]]:
    make = {"uniform": uniform, "clusters": clusters}[pieces]
    x, y, _ = next(make(candidates, np.random.default_rng(SEED)))
    cells = CandidateCells.of(x, y, radius)
    start = time.perf_counter()
    sets = cover_sets_on_plane(make(points, np.random.default_rng(SEED)), cells)
    built = time.perf_counter() - start
    cpu = time.process_time()
    end = time.perf_counter() + LIMIT_S
    control = Control(seconds_left=lambda: end - time.perf_counter())
    answer = maximal_cover(sets, Sites.of(candidates, posts), control)
    solved = time.perf_counter() - start - built
    return (
        answer,
        sets,
        {
            "cover sets": len(sets),
            "making points and merging (s)": built,
            "solving (s)": solved,
            "solving, processor time (s)": time.process_time() - cpu,
            "covered": answer.value,
            "gap (%)": 100 * answer.gap,
            "proven (1 = yes)": float(answer.status.value == "proven"),
        },
    )


@benchmark("siting_huge", "Maximal cover with a million and ten million demand points")
def huge() -> Outcome:
    _run(20_000, "uniform", 50, 5, 5_500.0)
    numbers: dict[str, float] = {}
    gaps = []
    merged: list[tuple[str, CoverSets, int]] = []
    cases = (
        ("1,000,000 uniform, 100 candidates, p = 15", 1_000_000, "uniform", 100, 15, 4_000.0),
        ("10,000,000 uniform, 100 candidates, p = 15", 10_000_000, "uniform", 100, 15, 4_000.0),
        ("1,000,000 in clusters, 500 sites, p = 33", 1_000_000, "clusters", 500, 33, 3_000.0),
        (
            "10,000,000 in clusters, 500 candidates, p = 33",
            10_000_000,
            "clusters",
            500,
            33,
            3_000.0,
        ),
    )
    for title, points, pieces, candidates, posts, radius in cases:
        answer, sets, figures = _run(points, pieces, candidates, posts, radius)
        gaps.append(answer.gap)
        merged.append((title, sets, posts))
        numbers.update({f"{title}: {name}": value for name, value in figures.items()})
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    # After the measuring of memory, which is ours.
    for title, sets, posts in merged:
        peer = highs_cover(sets, posts, PEER_S)
        numbers |= peer.numbers(f"{title}: HiGHS on the same cover sets")
    return Outcome(
        goals=(
            Goal("memory at most", peak_gb, "<=", 8, "GB"),
            Goal("greatest gap", 100 * max(gaps), "<=", 1, "%"),
        ),
        numbers=numbers,
        setting={
            "seed": SEED,
            "told to stop after (s each, solving)": LIMIT_S,
            "HiGHS told to stop after (s each)": PEER_S,
        },
        packages=("highspy",),
    )
