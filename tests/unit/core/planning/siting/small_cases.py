"""Small random questions, and their answers by looking at every plan."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wardmote.core.planning.siting.problem import CoverStandard, SitingProblem
from wardmote.core.planning.siting.sites import Sites


def random_sites(rng: np.random.Generator, candidates: int) -> Sites:
    """Some kept, some excluded, costs from 1 to 4, and sometimes a budget."""
    numbers = rng.permutation(candidates)
    posts = int(rng.integers(2, 4))
    cost = rng.integers(1, 5, candidates).astype(np.float64)
    kept = numbers[: int(rng.integers(0, 2))].tolist()
    excluded = numbers[-int(rng.integers(1, 3)) :].tolist()
    budget = float(rng.integers(4, 9)) if rng.random() < 0.5 else np.inf
    return Sites.of(candidates, posts, kept=kept, excluded=excluded, cost=cost, budget=budget)


def random_problem(
    seed: int, *, points: int = 24, candidates: int = 8, standards: int = 1
) -> SitingProblem:
    """Times from 0 to 99, demand from 0 to 9, limits that differ from point to point."""
    rng = np.random.default_rng(seed)
    return SitingProblem(
        rng.integers(0, 100, (points, candidates)).astype(np.int32),
        rng.integers(0, 10, points).astype(np.float64),
        random_sites(rng, candidates),
        tuple(
            CoverStandard(
                f"s{number}",
                rng.choice(np.array([-1, 15, 30, 45], dtype=np.int32), points).astype(np.int32),
                float(rng.integers(1, 3)),
            )
            for number in range(standards)
        ),
    )


def plans(sites: Sites) -> Iterator[tuple[int, ...]]:
    """Every plan that keeps the conditions."""
    for count in range(sites.max_posts + 1):
        for plan in itertools.combinations(range(len(sites)), count):
            if sites.allows(plan):
                yield plan


def covered(problem: SitingProblem, plan: tuple[int, ...], standard: CoverStandard) -> float:
    """Demand within the limit of a standard, point by point."""
    total = 0.0
    for point, limit in enumerate(standard.limit_ms):
        if limit >= 0 and any(problem.travel_ms[point, site] <= limit for site in plan):
            total += problem.demand[point]
    return total


def weighed_cover(problem: SitingProblem, plan: tuple[int, ...]) -> float:
    """Demand covered by all standards together, each times its importance."""
    return sum(s.importance * covered(problem, plan, s) for s in problem.standards)


def times_within(problem: SitingProblem, standard: CoverStandard) -> NDArray[np.bool_]:
    """bool [n, m], which candidates cover which points."""
    limit = standard.limit_ms[:, None]
    return (problem.travel_ms <= limit) & (limit >= 0)
