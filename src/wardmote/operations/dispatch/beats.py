"""Where units may patrol: worked out once an hour for each post that is asked about."""

from __future__ import annotations

import threading
from functools import lru_cache

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.patrol import Beat, KeyPlaces, PatrolRule, beat_around
from wardmote.core.policies.relocation_ground import Demand
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.operations.dispatch.demand import demand_now
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.places import selectors as places
from wardmote.operations.places.city_runtime import CityRuntime

MOST_KEPT = 64
HOUR_S = 3_600.0

_lock = threading.Lock()
_demand: dict[tuple[int, str], Demand] = {}
_beats: dict[tuple[PostId, int, float], tuple[int, TravelTimes, Beat | None]] = {}
"""By post and where it is: the hour and the roads a beat was worked out for, and the beat.

The roads are kept too: as long as they are, no others can be taken for them.
"""


def beat_of(
    city: CityRuntime, post: PostId, where: Snaps, rule: PatrolRule, now_s: float
) -> Beat | None:
    """Where units of a post may patrol in this hour, on the roads of now; None: nowhere.

    The first question of an hour takes seconds in a large place; one is answered at a time.
    """
    hour = int(now_s // HOUR_S)
    travel = city.travel
    with _lock:
        key = (post, int(where.edge[0]), float(where.fraction[0]))
        known = _beats.get(key)
        if known is not None and known[0] == hour and known[1] is travel:
            return known[2]
        if len(_beats) >= MOST_KEPT:
            _beats.clear()
        demand = _demand_of(city, hour, now_s)
        model = places.vehicle_model_in_force(now_s)
        local_hour = local_time(now_s).hour
        beat = beat_around(travel, where, demand, model, local_hour, rule)
        _beats[key] = (hour, travel, beat)
        return beat


def _demand_of(city: CityRuntime, hour: int, now_s: float) -> Demand:
    standard = places.standard_in_force(now_s)
    key = (hour, standard.version)
    if key not in _demand:
        _demand.clear()
        _demand[key] = demand_now(now_s, standard, city.directory.place_book, city.travel)
    return _demand[key]


def key_places_near(city: CityRuntime, now_s: float) -> KeyPlaces:
    """Key places of today on the road."""
    today = local_day(now_s)
    rows = [
        row
        for row in places.key_places()
        if (row.valid_from is None or row.valid_from <= today)
        and (row.valid_to is None or today <= row.valid_to)
    ]
    snaps = city.snap([row.lon for row in rows], [row.lat for row in rows])
    placed = [number for number, edge in enumerate(snaps.edge.tolist()) if edge >= 0]
    return KeyPlaces(tuple(rows[number].pk for number in placed), snaps.rows(placed))


@lru_cache(maxsize=2)
def street_names(city: CityRuntime) -> tuple[Bilingual, ...]:
    """Names of streets by their row; the file is read once."""
    return tuple(city.directory.street_names())
