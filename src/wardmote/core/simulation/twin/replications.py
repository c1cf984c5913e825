"""Many runs of a twin: the same on any number of workers, compared with common random numbers.

A world is drawn from its seed before the run and owes nothing to what is decided, so two plans run
on the same seeds meet the same calls, durations and failures; their differences vary far less than
the figures themselves (common random numbers; Law, Simulation Modeling and Analysis, ch. 11).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeVar

import numpy as np

from wardmote.core.simulation.twin.tables import State, World
from wardmote.core.simulation.twin.twin import Twin
from wardmote.core.travel.graph import Float64

Measured = TypeVar("Measured")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications with its confidence interval (Student's t)."""

    mean: float
    low: float
    high: float
    runs: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two plans on the same worlds.

    Attributes:
        difference: first minus second, paired.
        variance_ratio: variance of the difference without common numbers over that with them.
    """

    difference: Estimate
    variance_ratio: float


def replicate(
    twin: Twin,
    world_of_seed: Callable[[int], World],
    measure: Callable[[World, State], Measured],
    seeds: Sequence[int],
    *,
    workers: int = 1,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Measured]:
    """What `measure` makes of one run per seed, in the order of the seeds.

    Workers are threads: kernels hold no lock, and the prepared roads are in memory once. When told
    to stop, the runs not yet finished are left out.
    """

    def one(seed: int) -> tuple[bool, Measured | None]:
        if should_stop():
            return False, None
        world = world_of_seed(seed)
        state = twin.begin(world)
        if not twin.run(world, state, should_stop=should_stop):
            return False, None
        return True, measure(world, state)

    if workers == 1:
        for seed in seeds:
            done, value = one(seed)
            if not done or value is None:
                return
            yield value
        return
    with ThreadPoolExecutor(workers) as pool:
        for done, value in pool.map(one, seeds):
            if not done or value is None:
                return
            yield value


def estimate(values: Sequence[float] | Float64, *, confidence: float = 0.95) -> Estimate:
    """Mean and interval of independent replications; at least two."""
    numbers = np.asarray(values, dtype=np.float64)
    if len(numbers) < 2:
        msg = f"a confidence interval needs at least two runs, got {len(numbers)}"
        raise ValueError(msg)
    mean = float(numbers.mean())
    half = student_t(confidence, len(numbers) - 1) * float(numbers.std(ddof=1))
    half /= math.sqrt(len(numbers))
    return Estimate(mean, mean - half, mean + half, len(numbers))


def compare(first: Float64, second: Float64, *, confidence: float = 0.95) -> Comparison:
    """Two plans' figures on the same seeds, in the same order."""
    if len(first) != len(second):
        msg = f"{len(first)} runs cannot be paired with {len(second)}"
        raise ValueError(msg)
    paired = np.asarray(first) - np.asarray(second)
    apart = float(np.var(first, ddof=1) + np.var(second, ddof=1))
    together = float(np.var(paired, ddof=1))
    ratio = math.inf if together == 0 else apart / together
    return Comparison(estimate(paired, confidence=confidence), ratio)


def runs_needed(
    deviation: float, difference: float, *, power: float = 0.8, confidence: float = 0.95
) -> int:
    """Runs (pairs) after which a difference of this size is seen with this probability.

    Args:
        deviation: standard deviation of one run's (paired) difference.
        difference: the smallest difference worth seeing, > 0.
    """
    if difference <= 0:
        msg = f"the difference to be seen must be > 0, got {difference}"
        raise ValueError(msg)
    size = deviation / difference
    beyond = NormalDist().inv_cdf(power)
    certain = NormalDist().inv_cdf(0.5 + confidence / 2)
    runs = max(2, math.ceil(((certain + beyond) * size) ** 2))
    while runs < ((student_t(confidence, runs - 1) + beyond) * size) ** 2:
        runs += 1
    return runs


def student_t(confidence: float, freedom: int) -> float:
    """Two-sided quantile of Student's t by bisection on its distribution."""
    target = 0.5 + confidence / 2
    low, high = 0.0, 1e4
    for _ in range(80):
        middle = (low + high) / 2
        if _student_below(middle, freedom) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _student_below(value: float, freedom: int) -> float:
    """Distribution function of Student's t for whole degrees (Abramowitz and Stegun 26.7.3-4)."""
    angle = math.atan2(value, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    if freedom % 2 == 1:
        term, total = cosine, cosine if freedom > 1 else 0.0
        for k in range(3, freedom - 1, 2):
            term *= cosine * cosine * (k - 1) / k
            total += term
        inside = 2 / math.pi * (angle + sine * total)
    else:
        term, total = 1.0, 1.0
        for k in range(2, freedom - 1, 2):
            term *= cosine * cosine * (k - 1) / k
            total += term
        inside = sine * total
    return 0.5 + inside / 2
