"""An invented town of nine junctions, one minute apart, and calls in it."""

from __future__ import annotations

from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps, UnitRecord
from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import Post
from wardmote.core.domain.text import Bilingual
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import RoadGraph

BLOCK = 0.01
WEST, SOUTH = 10.0, 50.0
BLOCK_MS = 60_000
AREA = AreaId("000000000000")
START_S = 1_600_000_000.0


def place(junction: int) -> tuple[float, float]:
    return WEST + BLOCK * (junction % 3), SOUTH + BLOCK * (junction // 3)


def town_roads() -> RoadGraph:
    """Three by three junctions."""
    edges = [(n, n + 1) for n in range(9) if n % 3 < 2] + [(n, n + 3) for n in range(6)]
    minutes = [BLOCK_MS] * len(edges)
    return build_road_graph(
        [place(n)[0] for n in range(9)],
        [place(n)[1] for n in range(9)],
        edge_tail=[a for a, _ in edges],
        edge_head=[b for _, b in edges],
        forward_ms=minutes,
        backward_ms=minutes,
        road_class=[5] * len(edges),
    )


def post(name: str, junction: int) -> Post:
    lon, lat = place(junction)
    return Post(PostId(name), Bilingual(name, name), AREA, lon, lat, ())


def unit(
    name: str,
    at_s: float,
    *,
    travel_s: float = 100.0,
    scene_s: float = 600.0,
    arrived: bool = True,
    sequence: int = 1,
) -> UnitRecord:
    pairs = [(RecordTime.ASSIGNED, at_s), (RecordTime.EN_ROUTE, at_s + 60.0)]
    there_s = at_s + 60.0 + travel_s
    if arrived:
        pairs.append((RecordTime.ARRIVED, there_s))
    pairs.append((RecordTime.CLEARED, there_s + scene_s))
    return UnitRecord(name, "engine", "", sequence, Stamps(tuple(pairs)), sequence)


def call(
    number: int, junction: int | None, after_s: float, *units: UnitRecord, area: str = ""
) -> CallRecord:
    received_s = START_S + after_s
    where = (None, None) if junction is None else place(junction)
    return CallRecord(
        key=f"town:{number}",
        digest=str(number),
        number=str(number),
        source_category="fire",
        category="fire.structure",
        source_priority="1",
        priority=Priority.EMERGENCY,
        address="",
        lon=where[0],
        lat=where[1],
        station_area=area,
        agency="",
        disposition="",
        stamps=Stamps(((RecordTime.RECEIVED, received_s),)),
        units=tuple(units),
        rows=(number,),
    )


def at(after_s: float) -> float:
    return START_S + after_s
