"""Wiring of the dispatch worker: one for the whole of this deployment's city."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.policies.recommend import NearestByRoad, RecommendationPolicy
from wardmote.core.policies.recommend_by_area import RecommendByArea
from wardmote.core.policies.recommend_keeping_cover import KeepingCover
from wardmote.core.policies.relocation_ground import PostGround, build_ground
from wardmote.core.policies.relocation_rule import RelocationMethod
from wardmote.operations.dispatch.advising import Adviser
from wardmote.operations.dispatch.demand import counts_turnout, demand_now
from wardmote.operations.dispatch.grounds import Grounds
from wardmote.operations.dispatch.positions import PositionBoard
from wardmote.operations.dispatch.relocating import MoveUpDesk
from wardmote.operations.dispatch.roads import CoveredPlaces, LiveRoads
from wardmote.operations.dispatch.worker import DispatchWorker, OnRecommendation
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_time
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
    grounds = Grounds(lambda now_s: _ground(city, now_s))
    return DispatchWorker(
        places.location_index().whole_area,
        lambda: _adviser_now(city, board, covered, grounds),
        board,
        on_recommendation=on_recommendation,
        on_closures=city.close_edges,
        move_ups=MoveUpDesk(
            grounds,
            board,
            rule_now=lambda: places.relocation_in_force(clock.now_s()),
            model_now=lambda: places.vehicle_model_in_force(clock.now_s()),
            needs_ground=_needs_ground,
        ),
    )


def _adviser_now(
    city: CityRuntime, board: PositionBoard, covered: CoveredPlaces | None, grounds: Grounds
) -> Adviser:
    """An adviser with the standard, run cards, rules and vehicle model in force now."""
    now_s = clock.now_s()
    cards = places.run_cards_in_force(now_s)
    roads = LiveRoads(
        travel=lambda: city.travel,
        positions=board,
        model=places.vehicle_model_in_force(now_s),
        hour_of=lambda at_s: local_time(at_s).hour,
        covered=covered,
    )
    keeping = places.cover_keeping_in_force(now_s)

    def nearest(standard: ResponseStandard) -> RecommendationPolicy:
        return NearestByRoad(standard, cards)

    def best(standard: ResponseStandard) -> RecommendationPolicy:
        by_road = NearestByRoad(standard, cards)
        if keeping is None or not keeping.enabled:
            return by_road
        return KeepingCover(by_road, keeping, lambda: grounds.cover)

    # What a trade keeps covered is known only where every unit on duty is looked at.
    return Adviser(_by_area(best, now_s), cards, roads, among_few=_by_area(nearest, now_s))


def _by_area(
    aiming_at: Callable[[ResponseStandard], RecommendationPolicy], now_s: float
) -> RecommendationPolicy:
    """A policy that aims at the standard in force where the call is."""
    made: dict[str, RecommendationPolicy] = {}

    def policy_of(area: AreaId | None) -> RecommendationPolicy:
        standard = places.standard_in_force(now_s, area)
        if standard.version not in made:
            made[standard.version] = aiming_at(standard)
        return made[standard.version]

    return RecommendByArea(policy_of(None), policy_of)


def _needs_ground() -> bool:
    """Whether a rule in force wants to know which post covers what."""
    now_s = clock.now_s()
    moving = places.relocation_in_force(now_s)
    keeping = places.cover_keeping_in_force(now_s)
    return (moving is not None and moving.method is not RelocationMethod.OFF) or (
        keeping is not None and keeping.enabled
    )


def _ground(city: CityRuntime, now_s: float) -> PostGround | None:
    """What posts cover at this hour, by the rules and roads of now."""
    travel = city.settled_travel()
    standard = places.standard_in_force(now_s)
    return build_ground(
        travel,
        [(PostId(row.pk), row.lon, row.lat) for row in places.posts()],
        demand_now(now_s, standard, city.directory.place_book, travel),
        places.vehicle_model_in_force(now_s),
        local_time(now_s).hour,
        with_turnout=counts_turnout(standard),
        rule=places.relocation_in_force(now_s),
    )


def _covered(city: CityRuntime) -> CoveredPlaces | None:
    rows = places.key_places()[:MAX_COVERED]
    if not rows:
        return None
    snaps = city.snap([row.lon for row in rows], [row.lat for row in rows])
    placed = np.flatnonzero(snaps.edge >= 0)
    if not len(placed):
        return None
    return CoveredPlaces(snaps.rows(placed), np.ones(len(placed)), COVER_WITHIN_S)
