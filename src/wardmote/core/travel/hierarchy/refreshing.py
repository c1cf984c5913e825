"""Travel times that follow the traffic while others keep asking.

Durations change at once, for all that searches the graph itself; the hierarchy under them is
customized in the background and swapped in when it is done. Whoever holds a `TravelTimes` keeps
one consistent moment: no answer mixes two.
"""

import threading
from collections.abc import Callable
from dataclasses import replace

from numpy.typing import ArrayLike

from wardmote.core.travel.hierarchy.contraction import Contraction
from wardmote.core.travel.hierarchy.customization import Hierarchy
from wardmote.core.travel.metric import Metric, with_closures
from wardmote.core.travel.travel_times import TravelTimes

Submit = Callable[[Callable[[], None]], object]
"""Runs a function now or later, e.g. `ThreadPoolExecutor(1).submit`. Kernels free the GIL."""


class CurrentTimes:
    """The newest `TravelTimes`, and its hierarchy as soon as it is customized.

    A hierarchy is first made when `settled` is asked for, and kept up from then on. `travel`,
    `under` and `closing` never wait and may be called from any thread. Changes that come while a
    customization runs are taken together: only the newest is customized next.
    """

    def __init__(
        self, travel: TravelTimes, submit: Submit, contract: Callable[[], Contraction]
    ) -> None:
        """`contract` gives the contraction of the graph; asked for at most once at a time."""
        self._travel = travel
        self._submit = submit
        self._contract = contract
        self._contraction: Contraction | None = None
        self._running = False
        self._at_rest = threading.Condition()

    @property
    def travel(self) -> TravelTimes:
        """Times under the newest durations; `travel.hierarchy` is None until it has caught up."""
        return self._travel

    def settled(self) -> TravelTimes:
        """The same with a hierarchy; waits for it, the first time for the contraction as well.

        Raises what `contract` raises; then the next call tries again.
        """
        while True:
            with self._at_rest:
                self._at_rest.wait_for(lambda: not self._running)
                if self._travel.hierarchy is not None:
                    return self._travel
                self._running = True
            self._catch_up()

    def under(self, metric: Metric) -> None:
        """Other durations from now on."""
        self._change(lambda before: metric)

    def closing(self, half_edges: ArrayLike) -> None:
        """The same durations with exactly these half-edges closed from now on."""
        graph = self._travel.graph
        self._change(lambda before: with_closures(graph, before, half_edges))

    def _change(self, changed: Callable[[Metric], Metric]) -> None:
        with self._at_rest:
            self._travel = self._travel.under(changed(self._travel.metric))
            start = self._contraction is not None and not self._running
            self._running = self._running or start
        if start:
            self._submit(self._catch_up)

    def _catch_up(self) -> None:
        """Customize until nothing is behind; `_running` must be set, and is not any more after."""
        try:
            while True:
                wanted = self._travel
                if self._contraction is None:
                    self._contraction = self._contract()
                hierarchy = Hierarchy.of(wanted.graph, wanted.metric, self._contraction)
                with self._at_rest:
                    if self._travel is wanted:
                        self._travel = replace(wanted, hierarchy=hierarchy)
                        self._rest()
                        return
        except BaseException:
            with self._at_rest:
                self._rest()
            raise

    def _rest(self) -> None:
        self._running = False
        self._at_rest.notify_all()
