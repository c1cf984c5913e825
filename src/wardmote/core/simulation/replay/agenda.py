"""What happens next: a heap of steps, each taken at its moment."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator

Step = Callable[[float], None]
"""What is done at a moment; told the moment, float seconds UTC."""


class Agenda:
    """Steps in the order of their moments; those of one moment in the order of their planning."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Step]] = []
        self._planned = 0

    def at(self, at_s: float, step: Step) -> None:
        """Plan a step."""
        self._planned += 1
        heapq.heappush(self._heap, (at_s, self._planned, step))

    def steps(self) -> Iterator[tuple[float, Step]]:
        """Every step when its turn comes, those included that are planned meanwhile."""
        while self._heap:
            at_s, _, step = heapq.heappop(self._heap)
            yield at_s, step
