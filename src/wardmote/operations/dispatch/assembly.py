"""Puts a dispatch worker together from the city and the rules in force."""

from __future__ import annotations

import numpy as np

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.policies.recommend import NearestByRoad
from wardmote.core.travel.travel_times import warm_up
from wardmote.operations.dispatch.advising import Adviser
from wardmote.operations.dispatch.positions import PositionBoard
from wardmote.operations.dispatch.roads import CoveredPlaces, LiveRoads
from wardmote.operations.dispatch.worker import DispatchWorker, OnRecommendation
from wardmote.operations.places import selectors as places
from wardmote.operations.places.city_runtime import CityRuntime

MAX_COVERED_PLACES = 400
_POST_WEIGHT = 1.0
_KEY_PLACE_WEIGHT = 0.25


def build_worker(
    area: AreaId,
    city: CityRuntime,
    positions: PositionBoard,
    *,
    now_s: float,
    on_recommendation: OnRecommendation,
) -> DispatchWorker:
    """A worker for `area`, not yet started; its kernels are compiled.

    Rules in force are read now: a change of standard, run cards or vehicle model needs a restart.
    """
    warm_up()
    standard = places.standard_in_force(now_s)
    cards = places.run_cards_in_force(now_s)
    roads = LiveRoads(
        lambda: city.travel,
        positions,
        places.vehicle_model_in_force(now_s),
        lambda at_s: places.local_time(at_s).hour,
        covered_places(city, standard),
    )
    adviser = Adviser(NearestByRoad(standard, cards), cards, roads)
    return DispatchWorker(
        area,
        adviser,
        positions,
        on_recommendation=on_recommendation,
        on_closures=city.close_edges,
    )


def covered_places(city: CityRuntime, standard: ResponseStandard) -> CoveredPlaces | None:
    """Posts and key places, which should keep a unit within the standard's longest target.

    Until demand is known, a post stands for its grid and counts one, a key place a quarter.
    """
    arrival = standard.arrival
    if arrival is None:
        return None
    posts = [(one.lon, one.lat, _POST_WEIGHT) for one in places.posts()]
    keys = [(one.lon, one.lat, _KEY_PLACE_WEIGHT) for one in places.key_places()]
    chosen = [*posts, *keys][:MAX_COVERED_PLACES]
    if not chosen:
        return None
    table = np.array(chosen, dtype=np.float64)
    return CoveredPlaces(
        places=city.snap(table[:, 0], table[:, 1]),
        weight=np.ascontiguousarray(table[:, 2]),
        limit_s=max(tier.target_s for tier in arrival.tiers),
    )
