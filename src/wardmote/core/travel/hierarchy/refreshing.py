"""Travel times that follow the traffic while others keep asking.

Durations change at once, for all that searches the graph itself; the hierarchy under them is
customized in the background and swapped in when it is done. Whoever holds a `TravelTimes` keeps
one consistent moment: no answer mixes two.
"""

import threading
from collections.abc import Callable
from dataclasses import replace

from numpy.typing import ArrayLike

from wardmote.core.travel.hierarchy.contraction import Contraction, contract
from wardmote.core.travel.hierarchy.customization import Hierarchy
from wardmote.core.travel.metric import Metric, with_closures
from wardmote.core.travel.travel_times import TravelTimes

Submit = Callable[[Callable[[], None]], object]
"""Runs a function now or later, e.g. `ThreadPoolExecutor(1).submit`. Kernels free the GIL."""


class CurrentTimes:
    """The newest `TravelTimes`, and its hierarchy as soon as it is customized.

    `under` and `closing` return at once and may be called from any thread. Changes that come while
    a customization runs are taken together: only the newest is customized next.
    """

    def __init__(
        self, travel: TravelTimes, submit: Submit, contraction: Contraction | None = None
    ) -> None:
        """Contract the graph unless a contraction is given, and customize it before returning."""
        self._contraction = contract(travel.graph) if contraction is None else contraction
        self._submit = submit
        self._lock = threading.Lock()
        self._running = False
        hierarchy = Hierarchy.of(travel.graph, travel.metric, self._contraction)
        self._travel = replace(travel, hierarchy=hierarchy)

    @property
    def travel(self) -> TravelTimes:
        """Times under the newest durations; `travel.hierarchy` is None until it has caught up."""
        return self._travel

    def under(self, metric: Metric) -> None:
        """Other durations from now on."""
        self._change(lambda before: metric)

    def closing(self, half_edges: ArrayLike) -> None:
        """The same durations with exactly these half-edges closed from now on."""
        graph = self._travel.graph
        self._change(lambda before: with_closures(graph, before, half_edges))

    def _change(self, changed: Callable[[Metric], Metric]) -> None:
        with self._lock:
            self._travel = self._travel.under(changed(self._travel.metric))
            start, self._running = not self._running, True
        if start:
            self._submit(self._catch_up)

    def _catch_up(self) -> None:
        while (wanted := self._next()) is not None:
            hierarchy = Hierarchy.of(wanted.graph, wanted.metric, self._contraction)
            with self._lock:
                if self._travel is wanted:
                    self._travel = replace(wanted, hierarchy=hierarchy)

    def _next(self) -> TravelTimes | None:
        """What to customize next; None, and no longer running, if nothing is behind."""
        with self._lock:
            if self._travel.hierarchy is None:
                return self._travel
            self._running = False
            return None
