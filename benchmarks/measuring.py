"""Timing contestants side by side, in one process."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds for one operation, over rounds: each round times many operations and divides."""

    median_s: float
    min_s: float
    max_s: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Contestant:
    """`run` does `operations` operations; called once untimed, then at least once a round."""

    run: Callable[[], object]
    operations: int = 1


def timing(seconds: list[float]) -> Timing:
    """Median, least and greatest of the rounds."""
    return Timing(statistics.median(seconds), min(seconds), max(seconds), len(seconds))


def side_by_side(
    contestants: Mapping[str, Contestant], *, rounds: int, least_s: float = 0.05
) -> dict[str, Timing]:
    """Time all contestants in turn, round after round, so that a busy moment hits all alike.

    In each round a contestant is repeated until `least_s` have passed: a short one would otherwise
    be timed either wholly between two interruptions or wholly inside one.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    repeats: dict[str, int] = {}
    for name, contestant in contestants.items():
        contestant.run()
        start = time.perf_counter()
        contestant.run()
        repeats[name] = max(1, math.ceil(least_s / (time.perf_counter() - start)))
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, contestant in contestants.items():
                start = time.perf_counter()
                for _ in range(repeats[name]):
                    contestant.run()
                spent = time.perf_counter() - start
                seconds[name].append(spent / (contestant.operations * repeats[name]))
    finally:
        gc.enable()
    return {name: timing(rows) for name, rows in seconds.items()}
