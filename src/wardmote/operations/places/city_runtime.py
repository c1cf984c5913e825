"""The city in memory: roads, snapping, durations now, address search. Loaded once per process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

from django.conf import settings
from numpy.typing import ArrayLike

from wardmote.core.gazetteer.search import Gazetteer
from wardmote.core.travel.graph import RoadGraph
from wardmote.core.travel.hierarchy.refreshing import CurrentTimes, Submit
from wardmote.core.travel.metric import Metric, both_directions
from wardmote.core.travel.snapping import SnapIndex, Snaps
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.operations.places.city_directory import CityDirectory, CityManifest
from wardmote.operations.places.errors import CityNotLoadedError


def _in_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="road-hierarchy", daemon=True).start()


class CityRuntime:
    """Everything of a city that is read often. `travel` is replaced, never changed, by closures."""

    def __init__(self, directory: CityDirectory, submit: Submit = _in_a_thread) -> None:
        self.directory = directory
        graph = directory.road_graph()
        self._current = CurrentTimes(
            TravelTimes.of(graph), submit, lambda: directory.contraction(graph)
        )
        self._closed: frozenset[int] = frozenset()
        self._lock = threading.Lock()

    @property
    def manifest(self) -> CityManifest:
        """The city's manifest."""
        return self.directory.manifest

    @property
    def travel(self) -> TravelTimes:
        """Driving times now, with what is closed taken out."""
        return self._current.travel

    def settled_travel(self) -> TravelTimes:
        """The same with a hierarchy, for large questions; waits for it, so never where calls wait.

        A fraction of a second; up to a minute where the order of the roads was never worked out.
        """
        return self._current.settled()

    @property
    def graph(self) -> RoadGraph:
        """The road graph."""
        return self.travel.graph

    @property
    def snap_index(self) -> SnapIndex:
        """The index that `snap` uses."""
        return self.travel.snap_index

    @property
    def metric(self) -> Metric:
        """Durations now."""
        return self.travel.metric

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Address search; building it takes seconds for a large place."""
        return self.directory.gazetteer()

    def snap(self, lon: ArrayLike, lat: ArrayLike) -> Snaps:
        """The nearest places on the road network (WGS-84 degrees)."""
        return self.travel.snap(lon, lat)

    def close_edges(self, edges: Iterable[int]) -> None:
        """From now on exactly these edges are closed, in both directions."""
        closed = frozenset(edge for edge in edges if 0 <= edge < self.graph.edges)
        with self._lock:
            if closed != self._closed:
                self._current.closing(both_directions(sorted(closed)))
                self._closed = closed


_lock = threading.Lock()
_runtime: CityRuntime | None = None


def city_runtime() -> CityRuntime:
    """The runtime of the configured city, loaded on first use.

    Raises:
        CityNotLoadedError: no city directory is configured.
        CityDirectoryProblem: it is damaged.
    """
    global _runtime  # noqa: PLW0603  # one city per process, far too large to load twice
    with _lock:
        if _runtime is None:
            folder: Path | None = settings.CITY_DIRECTORY
            if folder is None:
                raise CityNotLoadedError
            _runtime = CityRuntime(CityDirectory.open(folder))
        return _runtime


def use_city(runtime: CityRuntime | None) -> None:
    """Let this process use `runtime`; None reads the configured city at the next use."""
    global _runtime  # noqa: PLW0603  # one city per process, far too large to load twice
    with _lock:
        _runtime = runtime
