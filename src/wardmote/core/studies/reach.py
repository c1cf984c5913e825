"""Ground that the posts of a plan reach by road within the targets of the standard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wardmote.core.domain.places import MultiPolygon
from wardmote.core.studies.figures import ReachBand
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.plan import PlannedPost
from wardmote.core.studies.scenario import RoadClosure
from wardmote.core.studies.trial_roads import closed_edges
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import NONE
from wardmote.core.travel.isochrones import IsochroneRaster, isochrones
from wardmote.core.travel.metric import both_directions

STEP_M = 50.0
MOST_BANDS = 4
"""The shortest targets of a standard that has more."""
MOST_CORNERS = 5_000
"""Of the outlines of one target; beyond, they are drawn more coarsely."""
COARSEST_M = 800.0
DECIMALS = 5

_Key = tuple[tuple[tuple[float, float], ...], tuple[RoadClosure, ...]]


class Reaching:
    """Works out what posts reach, once for the same posts and closures of one place."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        targets = np.unique(ground.targets_s())
        self._targets_s = [float(one) for one in targets if np.isfinite(one)][:MOST_BANDS]
        self._raster: IsochroneRaster | None = None
        self._known: dict[_Key, tuple[ReachBand, ...]] = {}

    def of(
        self, posts: Sequence[PlannedPost], closures: tuple[RoadClosure, ...]
    ) -> tuple[ReachBand, ...]:
        """Bands by target, shortest first. Posts without units reach nothing.

        A target is taken for driving alone, at the pace that the place's units usually drive.
        """
        places = tuple(sorted({(post.lon, post.lat) for post in posts if post.units > 0}))
        key = (places, closures)
        if key not in self._known:
            self._known[key] = self._bands(places, closures)
        return self._known[key]

    def _bands(
        self, places: tuple[tuple[float, float], ...], closures: tuple[RoadClosure, ...]
    ) -> tuple[ReachBand, ...]:
        travel = self._ground.travel
        if self._raster is None:
            self._raster = IsochroneRaster.of(travel.graph, travel.snap_index, step_m=STEP_M)
        if closures:
            travel = travel.closing(both_directions(closed_edges(travel, closures)))
        at = travel.snap([lon for lon, _lat in places], [lat for _lon, lat in places])
        if not (at.edge != NONE).any() or not self._targets_s:
            return ()
        factor = self._ground.handling.driving.factor
        limits_ms = [round(1_000 * target_s / factor) for target_s in self._targets_s]
        found = isochrones(travel.graph, travel.metric, self._raster, at, limits_ms)
        return tuple(
            ReachBand(target_s, _drawn(one.geojson()["coordinates"]))
            for target_s, one in zip(self._targets_s, found, strict=True)
        )


def _drawn(coordinates: list[list[list[list[float]]]]) -> MultiPolygon:
    """Outlines with as few corners as maps need: smoothed more while there are too many."""
    whole = shapely.MultiPolygon([(one[0], one[1:]) for one in coordinates])
    tolerance_m = STEP_M / 2
    while True:
        degrees = tolerance_m / METRES_PER_DEGREE
        smooth = shapely.simplify(whole, degrees, preserve_topology=True)
        parts = [one for one in shapely.get_parts(smooth) if shapely.area(one) > (2 * degrees) ** 2]
        if sum(map(shapely.get_num_coordinates, parts)) <= MOST_CORNERS or (
            tolerance_m > COARSEST_M
        ):
            return tuple(_rings(one) for one in parts)
        tolerance_m *= 2


def _rings(one: BaseGeometry) -> tuple[tuple[tuple[float, float], ...], ...]:
    rings = shapely.get_rings(one)
    return tuple(
        tuple(
            (round(x, DECIMALS), round(y, DECIMALS))
            for x, y in shapely.get_coordinates(ring).tolist()
        )
        for ring in rings.tolist()
    )
