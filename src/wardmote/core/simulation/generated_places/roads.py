"""The network as a road graph: speeds, one-ways, turn restrictions."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from wardmote.core.simulation.generated_places.network import Network
from wardmote.core.simulation.generated_places.plane import to_wgs84
from wardmote.core.simulation.generated_places.territory import Territory
from wardmote.core.travel.building import NOT_DRIVABLE, build_road_graph
from wardmote.core.travel.graph import RoadClass, RoadGraph
from wardmote.core.travel.turns import TurnKind, TurnRestriction

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

SPEED_KMH: dict[RoadClass, tuple[float, float]] = {
    RoadClass.TRUNK: (60.0, 70.0),
    RoadClass.PRIMARY: (50.0, 60.0),
    RoadClass.SECONDARY: (40.0, 50.0),
    RoadClass.TERTIARY: (32.0, 40.0),
    RoadClass.UNCLASSIFIED: (25.0, 35.0),
    RoadClass.RESIDENTIAL: (20.0, 20.0),
    RoadClass.LIVING_STREET: (12.0, 12.0),
    RoadClass.SERVICE: (14.0, 12.0),
    RoadClass.TRACK: (10.0, 10.0),
}
"""Free-flow speed by class: in a settlement, and in the open country on the plain."""

MOUNTAIN_SLOWING = 0.4
"""Share of the speed lost on the most rugged ground."""

AREA_COUNTRY, AREA_TOWN, AREA_SEAT = 0, 1, 2
"""Areas for speed factors (`RoadGraph.edge_area`)."""

_NO_LEFT_SHARE = 0.4
_LEFT = (np.radians(45), np.radians(135))


def road_graph(network: Network, territory: Territory, rng: np.random.Generator) -> RoadGraph:
    """The graph of a network. Free-flow durations follow class, place and ruggedness."""
    lengths = np.array([float(np.hypot(*np.diff(c, axis=0).T).sum()) for c in network.courses])
    speeds = _speeds(network, territory)
    forward = np.maximum(1, np.rint(lengths / speeds * 3.6e3)).astype(np.int64)
    backward = np.where(network.oneway, NOT_DRIVABLE, forward)
    inner = np.concatenate([course[1:-1] for course in network.courses])
    counts = np.array([len(course) - 2 for course in network.courses])
    shape = to_wgs84(inner)
    places = to_wgs84(network.xy)
    return build_road_graph(
        places[:, 0],
        places[:, 1],
        edge_tail=network.tail,
        edge_head=network.head,
        forward_ms=forward,
        backward_ms=backward,
        road_class=network.road_class,
        length_m=lengths,
        street=network.street,
        area=_areas(network, territory),
        shape_first=np.concatenate(([0], np.cumsum(counts))),
        shape_lon=shape[:, 0],
        shape_lat=shape[:, 1],
        restrictions=_no_left_turns(network, territory, rng),
    )


def middles(network: Network) -> Float64:
    """A point on each edge near its middle, [edges, 2]."""
    lines = shapely.linestrings(
        np.concatenate(network.courses),
        indices=np.repeat(np.arange(len(network.courses)), [len(c) for c in network.courses]),
    )
    halfway = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    places: Float64 = shapely.get_coordinates(halfway)
    return places


def _speeds(network: Network, territory: Territory) -> Float64:
    table = np.zeros((max(RoadClass) + 1, 2))
    for road_class, speeds in SPEED_KMH.items():
        table[road_class] = speeds
    country = (network.settlement < 0).astype(np.int64)
    rugged = territory.hills.ruggedness(middles(network)) * country
    return table[network.road_class, country] * (1 - MOUNTAIN_SLOWING * rugged)


def _areas(network: Network, territory: Territory) -> Int64:
    seat = np.array([s.is_seat for s in territory.settlements])
    town = np.where(seat[network.settlement], AREA_SEAT, AREA_TOWN)
    return np.where(network.settlement < 0, AREA_COUNTRY, town).astype(np.int64)


def _no_left_turns(
    network: Network, territory: Territory, rng: np.random.Generator
) -> list[TurnRestriction]:
    """At some crossings of main streets in the seats, one approach may not turn left.

    Only at crossings of four two-way arms or more, where a way around the block remains.
    """
    main = network.road_class <= RoadClass.SECONDARY
    in_seat = _areas(network, territory) == AREA_SEAT
    usable = main & in_seat & ~network.oneway & (network.tail != network.head)
    arms: dict[int, list[tuple[int, float]]] = {}
    for edge in np.flatnonzero(usable).tolist():
        course = network.courses[edge]
        for junction, half, step in (
            (int(network.tail[edge]), 2 * edge, course[1] - course[0]),
            (int(network.head[edge]), 2 * edge + 1, course[-2] - course[-1]),
        ):
            arms.setdefault(junction, []).append((half, float(np.arctan2(step[1], step[0]))))
    restrictions = []
    for junction in sorted(arms):
        leaving = arms[junction]
        if len(leaving) < 4 or rng.random() >= _NO_LEFT_SHARE:
            continue
        half, angle = leaving[int(rng.integers(len(leaving)))]
        arriving = half ^ 1  # the same edge, driven towards the junction
        ahead = angle + np.pi
        for other, direction in leaving:
            turn = (direction - ahead + np.pi) % (2 * np.pi) - np.pi
            if other != half and _LEFT[0] <= turn <= _LEFT[1]:
                restrictions.append(TurnRestriction(TurnKind.NO, (arriving, other)))
    return restrictions
