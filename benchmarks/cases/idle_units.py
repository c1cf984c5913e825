"""A decision about idle units: where a unit that becomes free stands, and who fills a gap."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.cities import SEED, generated_city
from benchmarks.measuring import Contestant, side_by_side
from benchmarks.registry import Goal, Outcome, benchmark
from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.persistent import PersistentMap
from wardmote.core.domain.picture import KnownUnit, OperationalPicture
from wardmote.core.policies.relocation_ground import Demand, PostGround, build_ground
from wardmote.core.policies.relocation_moves import Moment, Relocation
from wardmote.core.policies.relocation_rule import RelocationRule
from wardmote.core.travel.graph import Float64, RoadGraph
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import VehicleModel

POSTS = 33
UNITS = 198
DEMAND = 5_000
QUESTIONS = 20
ROUNDS = 9
LIMIT_MS = 50.0
MODEL = VehicleModel.plain(turnout_s=30.0)
NOON = Moment(1_000_000.0, 43_200.0)


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """Units of 33 posts somewhere in their city, a sixth of them busy."""

    picture: OperationalPicture
    ground: PostGround
    travel: TravelTimes
    place: dict[UnitId, tuple[float, float]]
    policy: Relocation

    def drives(self, units: Sequence[UnitId]) -> Float64:
        """As the dispatch room works them out: snapped, looked up, under the vehicle model."""
        lon, lat = zip(*(self.place[one] for one in units), strict=True)
        flow_s = self.ground.ways.from_places(self.travel.snap(lon, lat))
        return MODEL.travel_s(flow_s, hour=12)


def _demand(graph: RoadGraph, rng: np.random.Generator) -> Demand:
    at = rng.integers(0, len(graph.junction_lon), DEMAND)
    return Demand(
        np.ascontiguousarray(graph.junction_lon[at]),
        np.ascontiguousarray(graph.junction_lat[at]),
        rng.exponential(1.0, DEMAND),
        np.full(DEMAND, 300.0),
    )


def _room(graph: RoadGraph) -> tuple[Room, float]:
    rng = np.random.default_rng(SEED)
    travel = TravelTimes.of(graph)
    corner = rng.integers(0, len(graph.junction_lon), POSTS)
    posts = [
        (PostId(f"p{row}"), float(graph.junction_lon[at]), float(graph.junction_lat[at]))
        for row, at in enumerate(corner.tolist())
    ]
    demand = _demand(graph, rng)
    build_ground(travel, posts[:2], demand, MODEL, 12)
    start = time.perf_counter()
    ground = build_ground(travel, posts, demand, MODEL, 12)
    built_s = time.perf_counter() - start
    assert ground is not None
    units: list[tuple[UnitId, KnownUnit]] = []
    place: dict[UnitId, tuple[float, float]] = {}
    for row in range(UNITS):
        name = UnitId(f"u{row:03d}")
        post, lon, lat = posts[row % POSTS]
        place[name] = (lon + rng.normal(0, 0.004), lat + rng.normal(0, 0.004))
        busy = rng.random() < 1 / 6
        units.append((name, _unit(name, post, available=not busy)))
    rule = RelocationRule("bench", minimum_gain_share=0.0, gain_share_per_minute=0.0)
    policy = Relocation.of(rule, ground.cover, UNITS)
    picture = OperationalPicture(units=PersistentMap(units))
    return Room(picture, ground, travel, place, policy), built_s


def _unit(name: UnitId, post: PostId, *, available: bool) -> KnownUnit:
    return KnownUnit(
        unit=name,
        call_sign=name,
        kind="patrol_car",
        capabilities=("patrol_car",),
        seats=4,
        post=post,
        area=AreaId("430500000000"),
        on_duty=True,
        available=available,
        reason="",
        lon=None,
        lat=None,
        fix_s=None,
    )


@benchmark("idle_units", "A decision about idle units: 198 units, 33 posts")
def idle_units() -> Outcome:
    """Both questions of the dispatch room, drives included."""
    room, built_s = _room(generated_city())
    free = sorted(key for key, unit in room.picture.units.items() if unit.available)[:QUESTIONS]

    def freed() -> None:
        for unit in free:
            room.policy.advise(room.picture, NOON, {}, {}, room.drives, asked=unit)

    def gap() -> None:
        room.policy.advise(room.picture, NOON, {}, {}, room.drives)

    assert room.policy.advise(room.picture, NOON, {}, {}, room.drives) is not None
    timings = side_by_side(
        {"a unit becomes free": Contestant(freed, len(free)), "a gap to fill": Contestant(gap)},
        rounds=ROUNDS,
    )
    goals = tuple(
        Goal(what, one.median_s * 1_000.0, "<=", LIMIT_MS, "ms") for what, one in timings.items()
    )
    return Outcome(
        goals=goals,
        timings=timings,
        numbers={"ground_built_s": built_s},
        setting={
            "units": UNITS,
            "posts": POSTS,
            "demand points": DEMAND,
            "cover sets": len(room.ground.cover.sets.weight),
            "nodes": room.travel.graph.nodes,
        },
    )
