"""Two towns to ask about: a generated one with every irregularity, and San Francisco."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import osmium
import pytest

from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import RoadClass, RoadGraph
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.turns import TurnKind, TurnRestriction

CLASSES = {
    "motorway": RoadClass.MOTORWAY,
    "trunk": RoadClass.TRUNK,
    "primary": RoadClass.PRIMARY,
    "secondary": RoadClass.SECONDARY,
    "tertiary": RoadClass.TERTIARY,
    "unclassified": RoadClass.UNCLASSIFIED,
    "residential": RoadClass.RESIDENTIAL,
    "living_street": RoadClass.LIVING_STREET,
    "service": RoadClass.SERVICE,
    "track": RoadClass.TRACK,
}


def random_places(graph: RoadGraph, count: int, seed: int) -> Snaps:
    """Places on random edges; a fifth of them exactly at a junction."""
    rng = np.random.default_rng(seed)
    edge = rng.integers(0, graph.edges, count).astype(np.int32)
    fraction = np.where(rng.random(count) < 0.2, rng.integers(0, 2, count), rng.random(count))
    lon, lat = np.empty(count), np.empty(count)
    for row in range(count):
        points = slice(graph.line_first[edge[row]], graph.line_first[edge[row] + 1])
        at = graph.line_at[points]
        lon[row] = np.interp(fraction[row], at, graph.line_xy[points, 0])
        lat[row] = np.interp(fraction[row], at, graph.line_xy[points, 1])
    return Snaps(edge, fraction, lon, lat, np.zeros(count, dtype=np.float32))


def random_restrictions(graph: RoadGraph, count: int, seed: int) -> list[TurnRestriction]:
    """Restrictions along random walks, some over via edges."""
    rng = np.random.default_rng(seed)
    found: list[TurnRestriction] = []
    while len(found) < count:
        arc = int(rng.integers(0, graph.arcs))
        path = [int(graph.half_edge[arc])]
        for _ in range(int(rng.integers(1, 4))):
            node = graph.head[arc]
            if graph.first_out[node] == graph.first_out[node + 1]:
                break
            arc = int(rng.integers(graph.first_out[node], graph.first_out[node + 1]))
            path.append(int(graph.half_edge[arc]))
        if len(path) > 1:
            kind = TurnKind.ONLY if rng.random() < 0.2 else TurnKind.NO
            found.append(TurnRestriction(kind, tuple(path)))
    return found


def crooked_grid(side: int, seed: int, restrictions: int = 0) -> RoadGraph:
    """A shaken grid: one-ways, bends, parallel edges, loops, missing streets."""
    rng = np.random.default_rng(seed)
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    lon = 113.0 + (column.ravel() + rng.uniform(-0.3, 0.3, side * side)) * 0.0015
    lat = 27.0 + (row.ravel() + rng.uniform(-0.3, 0.3, side * side)) * 0.0013
    number = np.arange(side * side).reshape(side, side)
    tail = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
    head = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
    keep = rng.random(len(tail)) < 0.85
    again = rng.random(len(tail)) < 0.05
    loops = rng.integers(0, side * side, side // 2)
    tail, head = (np.concatenate((ends[keep], ends[again], loops)) for ends in (tail, head))
    edges = len(tail)
    bends = rng.integers(0, 4, edges)
    bends[-len(loops) :] = 3
    shape_first = np.concatenate(([0], np.cumsum(bends)))
    owner = np.repeat(np.arange(edges), bends)
    step = (np.arange(len(owner)) - shape_first[owner] + 1) / (bends[owner] + 1)
    shake = rng.uniform(-0.0002, 0.0002, (2, len(owner)))
    shape_lon = lon[tail[owner]] + step * (lon[head] - lon[tail])[owner] + shake[0]
    shape_lat = lat[tail[owner]] + step * (lat[head] - lat[tail])[owner] + shake[1]
    ms = rng.integers(4_000, 30_000, edges)
    oneway = rng.random(edges) < 0.25

    def build(turns: list[TurnRestriction]) -> RoadGraph:
        return build_road_graph(
            lon,
            lat,
            edge_tail=tail,
            edge_head=head,
            forward_ms=ms,
            backward_ms=np.where(oneway, -1, ms + 500),
            road_class=rng.integers(0, len(RoadClass), edges) * 0 + RoadClass.RESIDENTIAL,
            street=np.arange(edges) % 40 - 1,
            area=np.arange(edges) % 3,
            shape_first=shape_first,
            shape_lon=shape_lon,
            shape_lat=shape_lat,
            restrictions=turns,
        )

    plain = build([])
    return build(random_restrictions(plain, restrictions, seed)) if restrictions else plain


def read_ways(path: Path) -> RoadGraph:
    """A reader for the one file whose ways are each one edge with its speed in `gh:speed`."""
    number: dict[int, int] = {}
    junction: list[tuple[float, float]] = []
    edges: list[tuple[int, int, int, int, int, float]] = []
    shapes: list[list[tuple[float, float]]] = []
    for way in osmium.FileProcessor(str(path)).with_locations():
        if not isinstance(way, osmium.osm.Way) or len(way.nodes) < 2:
            continue
        line = [(node.lon, node.lat) for node in way.nodes]
        ends = []
        for node in (way.nodes[0], way.nodes[-1]):
            if node.ref not in number:
                number[node.ref] = len(junction)
                junction.append((node.lon, node.lat))
            ends.append(number[node.ref])
        xy = np.array(line)
        middle = np.radians((xy[1:, 1] + xy[:-1, 1]) / 2)
        metres = np.hypot(np.diff(xy[:, 0]) * np.cos(middle), np.diff(xy[:, 1])).sum() * 111_195
        ms = max(1, round(metres / (float(way.tags["gh:speed"]) / 3.6) * 1000))
        oneway = way.tags.get("oneway", "no")
        road_class = CLASSES[way.tags["highway"].removesuffix("_link")]
        forward, backward = (-1 if oneway == "-1" else ms), (-1 if oneway == "yes" else ms)
        edges.append((ends[0], ends[1], forward, backward, road_class, metres))
        shapes.append(line[1:-1])
    column = list(zip(*edges, strict=True))
    inner = np.array([point for line in shapes for point in line]).reshape(-1, 2)
    return build_road_graph(
        [lon for lon, _ in junction],
        [lat for _, lat in junction],
        edge_tail=column[0],
        edge_head=column[1],
        forward_ms=column[2],
        backward_ms=column[3],
        road_class=[int(value) for value in column[4]],
        length_m=column[5],
        shape_first=np.concatenate(([0], np.cumsum([len(line) for line in shapes]))),
        shape_lon=inner[:, 0],
        shape_lat=inner[:, 1],
    )


@pytest.fixture(scope="session")
def generated() -> TravelTimes:
    """A generated town with 120 turn restrictions."""
    return TravelTimes.of(crooked_grid(24, seed=5, restrictions=120))


@pytest.fixture(scope="session")
def san_francisco(shared_data: Path) -> TravelTimes:
    """San Francisco's streets; the test is skipped where they are absent."""
    path = shared_data / "san_francisco" / "sf_roads.osm.pbf"
    if not path.is_file():
        pytest.skip(f"the streets of San Francisco are absent ({path})")
    return TravelTimes.of(read_ways(path))


@pytest.fixture(scope="session", params=["generated", "san_francisco"])
def town(request: pytest.FixtureRequest) -> TravelTimes:
    """Each of the two."""
    travel: TravelTimes = request.getfixturevalue(request.param)
    return travel


@pytest.fixture(scope="session", name="random_places")
def random_places_fixture() -> Callable[[RoadGraph, int, int], Snaps]:
    """`random_places`, for tests that choose their own numbers."""
    return random_places
