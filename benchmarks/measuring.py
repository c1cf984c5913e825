"""Timing contestants side by side, in one process."""

from __future__ import annotations

import gc
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
    """`run` does `operations` operations; it is called once untimed, then once a round."""

    run: Callable[[], object]
    operations: int = 1


def timing(seconds: list[float]) -> Timing:
    """Median, least and greatest of the rounds."""
    return Timing(statistics.median(seconds), min(seconds), max(seconds), len(seconds))


def side_by_side(contestants: Mapping[str, Contestant], *, rounds: int) -> dict[str, Timing]:
    """Time all contestants in turn, round after round, so that a busy moment hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for contestant in contestants.values():
        contestant.run()
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, contestant in contestants.items():
                start = time.perf_counter()
                contestant.run()
                seconds[name].append((time.perf_counter() - start) / contestant.operations)
    finally:
        gc.enable()
    return {name: timing(rows) for name, rows in seconds.items()}
