"""The city in memory: roads, snapping, durations now, address search. Loaded once per process."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import numpy as np
from django.conf import settings

from wardmote.core.gazetteer.search import Gazetteer
from wardmote.core.travel.graph import RoadGraph
from wardmote.core.travel.metric import Metric, both_directions, customize, with_closures
from wardmote.core.travel.snapping import SnapIndex, Snaps, build_snap_index, snap
from wardmote.operations.places.city_directory import CityDirectory, CityManifest
from wardmote.operations.places.errors import CityNotLoadedError


class CityRuntime:
    """Everything of a city that is read often. `metric` is replaced, never changed, by closures."""

    def __init__(self, directory: CityDirectory) -> None:
        self.directory = directory
        self.graph: RoadGraph = directory.road_graph()
        self.snap_index: SnapIndex = build_snap_index(self.graph)
        self._metric = customize(self.graph)
        self._lock = threading.Lock()

    @property
    def manifest(self) -> CityManifest:
        """The city's manifest."""
        return self.directory.manifest

    @property
    def metric(self) -> Metric:
        """Durations now, with what is closed taken out."""
        return self._metric

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Address search; building it takes seconds for a large place."""
        return self.directory.gazetteer()

    def snap(self, lon: Iterable[float] | float, lat: Iterable[float] | float) -> Snaps:
        """The nearest places on the road network (WGS-84 degrees)."""
        return snap(self.graph, self.snap_index, np.asarray(lon), np.asarray(lat))

    def close_edges(self, edges: Iterable[int]) -> None:
        """From now on exactly these edges are closed, in both directions."""
        half_edges = both_directions(np.array(sorted(set(edges)), dtype=np.int32))
        with self._lock:
            self._metric = with_closures(self.graph, self._metric, half_edges)


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
