"""A drill town: five by five junctions, two posts, a market and a school, four hamlets."""

from __future__ import annotations

import datetime
from typing import Any

from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.places import (
    Division,
    DivisionLevel,
    KeyPlace,
    PlaceBook,
    Post,
    UnitSpec,
)
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.training.ground import TrainingGround
from wardmote.core.simulation.training.scenario import FORMAT, Scenario, load_scenario
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.travel_times import TravelTimes

SIDE = 5
BLOCK = 0.004
WEST, SOUTH = 111.0, 27.0
ZONE = datetime.timezone(datetime.timedelta(hours=8))
COUNTY = AreaId("430521000000")
SAYS = {"zh": "快来", "en": "Come quickly"}


def at(junction: int) -> tuple[float, float]:
    return WEST + BLOCK * (junction % SIDE), SOUTH + BLOCK * (junction // SIDE)


def roads() -> TravelTimes:
    count = SIDE * SIDE
    edges = [(n, n + 1) for n in range(count) if n % SIDE < SIDE - 1]
    edges += [(n, n + SIDE) for n in range(count - SIDE)]
    graph = build_road_graph(
        [at(n)[0] for n in range(count)],
        [at(n)[1] for n in range(count)],
        edge_tail=[a for a, _ in edges],
        edge_head=[b for _, b in edges],
        forward_ms=[40_000] * len(edges),
        backward_ms=[40_000] * len(edges),
        road_class=[2] * len(edges),
    )
    return TravelTimes.of(graph)


def _hamlet(number: int, junction: int) -> Division:
    lon, lat = at(junction)
    code = AreaId(f"430521101{number:03d}")
    name = Bilingual(f"{number}村", f"Hamlet {number}")
    return Division(code, name, DivisionLevel.VILLAGE, COUNTY, lon, lat, 40_000, ())


def _post(name: str, junction: int) -> Post:
    lon, lat = at(junction)
    return Post(PostId(name), Bilingual(name, name), COUNTY, lon, lat, ())


def _unit(name: str, post: str) -> UnitSpec:
    return UnitSpec(
        UnitId(name), name.upper(), "patrol_car", PostId(post), COUNTY, ("patrol_car",), 2
    )


def _key_place(name: str, kind: str, junction: int) -> KeyPlace:
    lon, lat = at(junction)
    return KeyPlace(name, Bilingual(name, name), kind, lon, lat, 100.0)


BOOK = PlaceBook(
    divisions=tuple(_hamlet(row, junction) for row, junction in enumerate((0, 4, 20, 24), start=1)),
    beats=(),
    posts=(_post("west", 5), _post("east", 19)),
    key_places=(_key_place("market", "market", 12), _key_place("school", "school", 7)),
    zones=(),
    units=(_unit("w1", "west"), _unit("w2", "west"), _unit("e1", "east"), _unit("e2", "east")),
    staff=(),
)


def ground(travel: TravelTimes | None = None) -> TrainingGround:
    return TrainingGround(BOOK, travel or roads(), [], ZONE)


def scenario(**changes: Any) -> Scenario:
    data: dict[str, Any] = {
        "format": FORMAT,
        "code": "drill",
        "name": {"zh": "演练", "en": "Drill"},
        "story": {"zh": "", "en": ""},
        "seed": 5,
        "starts": {"weekday": 4, "hour": 18, "minute": 30},
        "duration_s": 1800,
        "stream": {"factor": 10.0, "at_trainee": 0.5},
        "calls": [
            {"call": "crash", "at_s": 60, "category": "traffic.injury", "where": "market",
             "says": SAYS},
            {"call": "fight", "at_s": 300, "category": "offence.public_order.fight",
             "near": "crash", "says": SAYS},
        ],
        "trouble": [
            {"kind": "duplicate_call", "at_s": 120, "call": "crash"},
            {"kind": "caller_moves", "at_s": 400, "call": "fight", "metres": 500},
            {"kind": "crew_silent", "at_s": 50, "call": "crash", "lasts_s": 600},
            {"kind": "road_closes", "at_s": 10, "where": "bridge"},
        ],
    }  # fmt: skip
    return load_scenario({**data, **changes})
