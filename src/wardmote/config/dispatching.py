"""Wiring of the dispatch worker: one for the whole of this deployment's city."""

from __future__ import annotations

import numpy as np

from wardmote.core.policies.recommend import NearestByRoad
from wardmote.operations.dispatch.advising import Adviser
from wardmote.operations.dispatch.positions import PositionBoard
from wardmote.operations.dispatch.roads import CoveredPlaces, LiveRoads
from wardmote.operations.dispatch.worker import DispatchWorker, OnRecommendation
from wardmote.operations.journal import clock
from wardmote.operations.places import selectors as places
from wardmote.operations.places.city_runtime import CityRuntime

MAX_COVERED = 500
"""Key places that a recommendation keeps an eye on; more would cost a call its time."""

COVER_WITHIN_S = 180.0
"""A key place is covered while a unit reaches it within this, turnout included; seconds."""


def build_worker(
    city: CityRuntime, board: PositionBoard, on_recommendation: OnRecommendation
) -> DispatchWorker:
    """The worker, which always advises by the rules in force."""
    covered = _covered(city)
    return DispatchWorker(
        places.location_index().whole_area,
        lambda: _adviser_now(city, board, covered),
        board,
        on_recommendation=on_recommendation,
        on_closures=city.close_edges,
    )


def _adviser_now(city: CityRuntime, board: PositionBoard, covered: CoveredPlaces | None) -> Adviser:
    """An adviser with the standard, run cards and vehicle model in force now."""
    now_s = clock.now_s()
    cards = places.run_cards_in_force(now_s)
    roads = LiveRoads(
        travel=lambda: city.travel,
        positions=board,
        model=places.vehicle_model_in_force(now_s),
        hour_of=lambda at_s: places.local_time(at_s).hour,
        covered=covered,
    )
    return Adviser(NearestByRoad(places.standard_in_force(now_s), cards), cards, roads)


def _covered(city: CityRuntime) -> CoveredPlaces | None:
    rows = places.key_places()[:MAX_COVERED]
    if not rows:
        return None
    snaps = city.snap([row.lon for row in rows], [row.lat for row in rows])
    placed = np.flatnonzero(snaps.edge >= 0)
    if not len(placed):
        return None
    return CoveredPlaces(snaps.rows(placed), np.ones(len(placed)), COVER_WITHIN_S)
