"""One object that answers every question about driving times in a place at one moment."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import INF_MS, Bool, Int32, RoadClass, RoadGraph
from wardmote.core.travel.hierarchy.customization import Hierarchy
from wardmote.core.travel.hierarchy.matrices import matrix
from wardmote.core.travel.hierarchy.nearest_few import PinnedUnits
from wardmote.core.travel.hierarchy.queries import drive_time as climbed_drive_time
from wardmote.core.travel.isochrones import Isochrone, IsochroneRaster, isochrones
from wardmote.core.travel.metric import Metric, customize, with_closures
from wardmote.core.travel.nearest import NearestUnits, nearest_units
from wardmote.core.travel.routes import Route, find_route
from wardmote.core.travel.searches import drive_time, drive_times, drive_times_to
from wardmote.core.travel.snapping import (
    DEFAULT_MAX_OFFSET_M,
    SnapIndex,
    Snaps,
    build_snap_index,
    snap,
)
from wardmote.core.travel.unit_index import UnitIndex


@dataclass(frozen=True, slots=True, eq=False)
class TravelTimes:
    """A road graph, its durations now, and the indexes that make asking cheap.

    Build it once with `of`; `under` and `closing` give another that shares all but the durations.
    Any number of threads may ask at the same time; every search releases the GIL.
    """

    graph: RoadGraph
    metric: Metric
    snap_index: SnapIndex
    raster: IsochroneRaster
    hierarchy: Hierarchy | None = None
    """Makes matrices fast; under the same metric. None right after a change of durations.

    Single searches are still used where a limit keeps them short.
    """

    @classmethod
    def of(cls, graph: RoadGraph, metric: Metric | None = None) -> "TravelTimes":
        """Index a graph; free flow with nothing closed unless a metric is given."""
        snap_index = build_snap_index(graph)
        return cls(
            graph, metric or customize(graph), snap_index, IsochroneRaster.of(graph, snap_index)
        )

    def under(self, metric: Metric) -> "TravelTimes":
        """The same roads with other durations; without a hierarchy until one is customized."""
        return replace(self, metric=metric, hierarchy=None)

    def closing(self, half_edges: ArrayLike) -> "TravelTimes":
        """The same durations with exactly these half-edges closed."""
        return self.under(with_closures(self.graph, self.metric, half_edges))

    def with_hierarchy(self, hierarchy: Hierarchy | None = None) -> "TravelTimes":
        """The same, with a hierarchy: one for this metric, or made now (seconds).

        To make one for other durations of the same roads, `hierarchy.under(metric)` is enough.
        Raises `ValueError` if the hierarchy is of another graph or metric.
        """
        chosen = Hierarchy.of(self.graph, self.metric) if hierarchy is None else hierarchy
        if chosen.graph is not self.graph or chosen.metric is not self.metric:
            msg = "the hierarchy belongs to another graph or metric; use hierarchy.under(metric)"
            raise ValueError(msg)
        return replace(self, hierarchy=chosen)

    def snap(
        self, lon: ArrayLike, lat: ArrayLike, *, max_offset_m: float = DEFAULT_MAX_OFFSET_M
    ) -> Snaps:
        """Places on the road nearest to points (WGS-84 degrees)."""
        return snap(self.graph, self.snap_index, lon, lat, max_offset_m=max_offset_m)

    def index_units(self, places: Snaps) -> UnitIndex:
        """Units by row, ready for `nearest`; move them with `UnitIndex.move`."""
        return UnitIndex(self.graph, self.metric, places)

    def nearest(
        self,
        units: UnitIndex,
        place: Snaps,
        k: int,
        *,
        limit_ms: int = INF_MS - 1,
        eligible: Bool | None = None,
    ) -> NearestUnits:
        """The k nearest eligible units to one place, by the durations the index was made under."""
        return nearest_units(units, place, k, limit_ms=limit_ms, eligible=eligible)

    def drive_time(self, origin: Snaps, destination: Snaps) -> int:
        """ms from one place to one other; `INF_MS` where there is no way."""
        if self.hierarchy is not None:
            return climbed_drive_time(self.hierarchy, origin, destination)
        return drive_time(self.graph, self.metric, origin, destination)

    def drive_times(
        self, origin: Snaps, destinations: Snaps, *, limit_ms: int = INF_MS - 1
    ) -> Int32:
        """ms from one place to each of many, int32 [n]; `INF_MS` beyond the limit."""
        if self.hierarchy is not None and limit_ms >= INF_MS - 1:
            row: Int32 = matrix(self.hierarchy, origin, destinations)[0]
            return row
        return drive_times(self.graph, self.metric, origin, destinations, limit_ms=limit_ms)

    def drive_times_to(
        self, origins: Snaps, destination: Snaps, *, limit_ms: int = INF_MS - 1
    ) -> Int32:
        """ms from each of many places to one, int32 [n]; `INF_MS` beyond the limit."""
        if self.hierarchy is not None and limit_ms >= INF_MS - 1:
            return matrix(self.hierarchy, origins, destination)[:, 0].copy()
        return drive_times_to(self.graph, self.metric, origins, destination, limit_ms=limit_ms)

    def matrix(self, origins: Snaps, destinations: Snaps, *, limit_ms: int = INF_MS - 1) -> Int32:
        """ms from each origin to each destination, int32 [n, m]; `INF_MS` beyond the limit.

        With a hierarchy in a small part of the time that one search for each origin takes without.
        """
        if self.hierarchy is not None:
            return matrix(self.hierarchy, origins, destinations, limit_ms=limit_ms)
        rows = [
            self.drive_times(origins.rows(row), destinations, limit_ms=limit_ms)
            for row in range(len(origins))
        ]
        return np.array(rows, dtype=np.int32).reshape(len(origins), len(destinations))

    def pin_units(self, places: Snaps) -> PinnedUnits:
        """Few units (up to some hundreds), whose nearest are found without a long search.

        Raises `ValueError` without a hierarchy.
        """
        if self.hierarchy is None:
            msg = "units are pinned to a hierarchy; make one with with_hierarchy()"
            raise ValueError(msg)
        return PinnedUnits(self.hierarchy, places)

    def isochrones(self, origins: Snaps, thresholds_ms: ArrayLike) -> tuple[Isochrone, ...]:
        """Polygons of what is reached from the nearest origin within each duration."""
        return isochrones(self.graph, self.metric, self.raster, origins, thresholds_ms)

    def route(self, origin: Snaps, destination: Snaps) -> Route | None:
        """A fastest route; None where there is no way."""
        return find_route(self.graph, self.metric, origin, destination)


def warm_up() -> None:
    """Compile (or load from the cache) every kernel, on a graph of two crossing streets.

    The first call on a new machine takes some seconds; do it before the first call comes in.
    """
    graph = build_road_graph(
        [0.0, 0.002, 0.001, 0.001, 0.001],
        [0.001, 0.001, 0.0, 0.002, 0.001],
        edge_tail=[0, 4, 2, 4],
        edge_head=[4, 1, 4, 3],
        forward_ms=[9_000] * 4,
        backward_ms=[9_000] * 4,
        road_class=[int(RoadClass.RESIDENTIAL)] * 4,
    )
    travel = TravelTimes.of(graph)
    places = travel.snap([0.0005, 0.0015], [0.0011, 0.0011])
    units = travel.index_units(places)
    units.move([0], places.rows([1]))
    everyone = np.ones(2, dtype=np.bool_)
    travel.nearest(units, places.rows([0]), 1, eligible=everyone)
    travel.drive_times(places.rows([0]), places)
    travel.route(places.rows([0]), places.rows([1]))
    travel.isochrones(places.rows([0]), [5_000, 20_000])
