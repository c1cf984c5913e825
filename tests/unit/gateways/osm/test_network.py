"""From small OSM files to road graphs, checked by where one can drive and how long it takes."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wardmote.core.travel.graph import INF_MS, RoadClass, RoadGraph
from wardmote.gateways.osm.access import Drop
from wardmote.gateways.osm.network import RoadNetwork, build_network
from wardmote.gateways.osm.roads import RawRoads, read_roads
from wardmote.gateways.osm.source import open_source

OsmFile = Callable[..., Path]
ROAD = {"highway": "residential"}
STEP = 0.001
"""Degrees of latitude between neighbouring nodes of the test towns: about 111 m."""


def grid(columns: int, rows: int) -> dict[int, tuple[float, float]]:
    """Node 10 * row + column + 1 at each point of a grid."""
    return {
        10 * row + column + 1: (111 + column * STEP, 27 + row * STEP)
        for row in range(rows)
        for column in range(columns)
    }


def network_of(path: Path, country: str = "") -> tuple[RawRoads, RoadNetwork]:
    roads = read_roads(open_source(path))
    found = build_network(roads, roads.x / 1e7, roads.y / 1e7, country)
    assert found is not None
    return roads, found


def junction_at(graph: RoadGraph, place: Sequence[Any]) -> int:
    away = np.hypot(graph.junction_lon - place[0], graph.junction_lat - place[1])
    assert away.min() < 1e-6, "there is no junction at this node"
    return int(np.argmin(away))


def drive_ms(graph: RoadGraph, start: Sequence[Any], end: Sequence[Any]) -> int | None:
    """Shortest duration from junction to junction, over any copy; None when there is no way."""
    first = int(graph.junction_node[junction_at(graph, start)])
    goal = junction_at(graph, end)
    best = {first: 0}
    heap = [(0, first)]
    while heap:
        so_far, node = heapq.heappop(heap)
        if so_far > best[node]:
            continue
        if graph.node_origin[node] == goal:
            return so_far
        for arc in range(graph.first_out[node], graph.first_out[node + 1]):
            reached = so_far + int(graph.freeflow_ms[graph.half_edge[arc]])
            head = int(graph.head[arc])
            if reached < best.get(head, INF_MS):
                best[head] = reached
                heapq.heappush(heap, (reached, head))
    return None


def test_ways_are_cut_where_they_meet_and_keep_their_shape(osm_file: OsmFile) -> None:
    nodes: dict[int, Any] = grid(3, 2)
    nodes[50] = (111.0005, 27.0003)
    path = osm_file(nodes, [(1, [1, 50, 2, 3], ROAD), (2, [2, 12], ROAD)])
    _, found = network_of(path)
    graph = found.graph
    assert graph.junctions == 4
    assert graph.edges == 3
    points = np.diff(graph.line_first)
    assert sorted(points.tolist()) == [2, 2, 3]
    assert not found.dropped


def test_an_edge_takes_its_length_at_the_limit_of_each_direction(osm_file: OsmFile) -> None:
    tags = {"highway": "primary", "maxspeed:forward": "60", "maxspeed:backward": "30"}
    path = osm_file(grid(1, 2), [(1, [1, 11], tags)])
    graph = network_of(path)[1].graph
    length_m = 111.19508
    assert graph.edge_length_m[0] == pytest.approx(length_m, rel=1e-5)
    assert graph.freeflow_ms.tolist() == [
        pytest.approx(length_m / 60 * 3600, abs=1),
        pytest.approx(length_m / 30 * 3600, abs=1),
    ]


def test_limits_that_are_not_tagged_come_from_the_country(osm_file: OsmFile) -> None:
    path = osm_file(grid(1, 2), [(1, [1, 11], ROAD)])
    slow = network_of(path, "CN")[1]
    fast = network_of(path, "US")[1]
    assert slow.graph.freeflow_ms[0] / fast.graph.freeflow_ms[0] == pytest.approx(40 / 30, rel=1e-3)
    assert slow.limits_tagged == 0


@pytest.mark.parametrize(("oneway", "there", "back"), [("yes", 1, 3), ("-1", 3, 1), ("no", 1, 1)])
def test_one_way_streets_are_driven_one_way(
    osm_file: OsmFile, oneway: str, there: int, back: int
) -> None:
    nodes = grid(2, 2)
    path = osm_file(nodes, [(1, [1, 2], {**ROAD, "oneway": oneway}), (2, [2, 12, 11, 1], ROAD)])
    graph = network_of(path)[1].graph
    side = min(int(found) for found in graph.freeflow_ms)
    assert round((drive_ms(graph, nodes[1], nodes[2]) or 0) / side) == there
    assert round((drive_ms(graph, nodes[2], nodes[1]) or 0) / side) == back


def test_a_roundabout_is_driven_round(osm_file: OsmFile) -> None:
    nodes = grid(2, 2)
    ring = (1, [1, 2, 12, 11, 1], {"highway": "primary", "junction": "roundabout"})
    nodes[60], nodes[61] = (110.999, 27.0), (111.0, 27.002)
    path = osm_file(nodes, [ring, (2, [60, 1], ROAD), (3, [11, 61], ROAD)])
    graph = network_of(path)[1].graph
    three_sides, one_side = (
        drive_ms(graph, nodes[1], nodes[11]),
        drive_ms(graph, nodes[11], nodes[1]),
    )
    assert three_sides is not None
    assert one_side is not None
    assert 2.7 < three_sides / one_side < 3.3


def test_a_part_that_cannot_be_reached_or_left_is_dropped_and_counted(osm_file: OsmFile) -> None:
    nodes = grid(4, 3)
    path = osm_file(
        nodes,
        [
            (1, [1, 2, 12, 11, 1], ROAD),
            (2, [2, 3], {**ROAD, "oneway": "yes"}),
            (3, [21, 22], ROAD),
        ],
    )
    found = network_of(path)[1]
    assert found.dropped == {Drop.UNCONNECTED: 2}
    assert found.graph.edges == 2, "the loop is cut at the junction and at its own ends"


def test_a_file_whose_only_road_leads_nowhere_has_no_network(osm_file: OsmFile) -> None:
    path = osm_file(grid(2, 1), [(1, [1, 2], {**ROAD, "oneway": "yes"})])
    roads = read_roads(open_source(path))
    assert build_network(roads, roads.x / 1e7, roads.y / 1e7, "") is None


def test_a_bollard_cuts_the_road_and_a_gate_does_not(osm_file: OsmFile) -> None:
    for kind, cut in (("bollard", True), ("gate", False)):
        nodes: dict[int, Any] = grid(3, 2)
        nodes[2] = (*nodes[2], {"barrier": kind})
        path = osm_file(nodes, [(1, [1, 2, 3], ROAD), (2, [1, 11, 12, 13, 3], ROAD)])
        found = network_of(path)[1]
        direct = drive_ms(found.graph, nodes[1], nodes[3])
        around = 4 * 111.2 / 30 * 3600 * 0.8
        assert direct is not None
        assert (direct > around) is cut
        assert found.dropped.get(Drop.BARRIER, 0) == int(cut)


def test_a_barrier_at_a_crossing_closes_it_on_every_side(osm_file: OsmFile) -> None:
    nodes: dict[int, Any] = grid(3, 3)
    nodes[12] = (*nodes[12], {"barrier": "block"})
    ring = (9, [1, 2, 3, 13, 23, 22, 21, 11, 1], ROAD)
    path = osm_file(nodes, [(1, [11, 12, 13], ROAD), (2, [2, 12, 22], ROAD), ring])
    graph = network_of(path)[1].graph
    side = 111.2 / 30 * 3600
    across = drive_ms(graph, nodes[11], nodes[13])
    assert across is not None
    assert across > 3.5 * side


def test_nodes_that_are_not_in_the_file_interrupt_the_way(osm_file: OsmFile) -> None:
    nodes = grid(5, 1)
    path = osm_file(nodes, [(1, [1, 2, 99, 4, 5], ROAD), (2, [1, 98], ROAD)])
    found = network_of(path)[1]
    assert found.dropped[Drop.NODES_MISSING] == 2
    assert found.graph.edges == 1


def test_repeated_nodes_do_no_harm(osm_file: OsmFile) -> None:
    path = osm_file(grid(2, 1), [(1, [1, 1, 2, 2], ROAD), (2, [1, 1], ROAD)])
    found = network_of(path)[1]
    assert found.graph.edges == 1
    assert found.dropped == {Drop.TOO_SHORT: 1}


def test_parallel_and_returning_streets_are_kept(osm_file: OsmFile) -> None:
    nodes = grid(2, 2)
    path = osm_file(
        nodes,
        [(1, [1, 2], ROAD), (2, [1, 11, 12, 2], ROAD), (3, [2, 12, 11, 2], {"highway": "service"})],
    )
    graph = network_of(path)[1].graph
    assert RoadClass.SERVICE in graph.edge_class


def test_streets_are_named_by_their_row(osm_file: OsmFile) -> None:
    named = {**ROAD, "name": "解放路", "name:en": "Jiefang Road"}
    path = osm_file(grid(3, 1), [(1, [1, 2], named), (2, [2, 3], ROAD)])
    roads, found = network_of(path)
    rows = sorted(found.graph.edge_street.tolist())
    assert rows == [-1, 0]
    assert (roads.streets[0].zh, roads.streets[0].en) == ("解放路", "Jiefang Road")


# --- turn restrictions -------------------------------------------------------------------------

Members = Sequence[tuple[str, int, str]]


def crossroads(
    osm_file: OsmFile, members: Members, tags: Mapping[str, str], more: Sequence[Any] = ()
) -> tuple[dict[int, Any], RoadNetwork]:
    """Way 1 from the west, 2 to the east, 3 to the north, all at node 12; 4 is a long way round."""
    nodes: dict[int, Any] = {**grid(3, 3), 70: (111.02, 27.02)}
    ways = [
        (1, [11, 12], ROAD),
        (2, [12, 13], ROAD),
        (3, [12, 22], ROAD),
        (4, [11, 70, 22], ROAD),
        (5, [13, 70], ROAD),
        *more,
    ]
    relation = (9, list(members), {"type": "restriction", **tags})
    return nodes, network_of(osm_file(nodes, ways, [relation]))[1]


FROM_VIA_TO = (("w", 1, "from"), ("n", 12, "via"), ("w", 3, "to"))
SHORT_MS = 2 * 111.2 / 30 * 3600 * 1.1


def test_a_forbidden_turn_is_driven_around(osm_file: OsmFile) -> None:
    nodes, found = crossroads(osm_file, FROM_VIA_TO, {"restriction": "no_left_turn"})
    assert found.restrictions == 1
    forbidden, allowed = (
        drive_ms(found.graph, nodes[11], nodes[22]),
        drive_ms(found.graph, nodes[11], nodes[13]),
    )
    assert forbidden is not None
    assert forbidden > SHORT_MS
    assert allowed is not None
    assert allowed <= SHORT_MS
    back = drive_ms(found.graph, nodes[22], nodes[11])
    assert back is not None
    assert back <= SHORT_MS, "the other direction is free"


def test_an_only_turn_forbids_every_other(osm_file: OsmFile) -> None:
    nodes, found = crossroads(osm_file, FROM_VIA_TO, {"restriction": "only_left_turn"})
    to_north, to_east = (
        drive_ms(found.graph, nodes[11], nodes[22]),
        drive_ms(found.graph, nodes[11], nodes[13]),
    )
    assert to_north is not None
    assert to_north <= SHORT_MS
    assert to_east is not None
    assert to_east > SHORT_MS


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"restriction": "no_left_turn", "except": "emergency"}, Drop.RESTRICTION_NOT_OURS),
        ({"restriction": "no_left_turn", "except": "psv;motorcar"}, Drop.RESTRICTION_NOT_OURS),
        ({"restriction:hgv": "no_left_turn"}, Drop.RESTRICTION_NOT_OURS),
        ({"type": "restriction:hgv", "restriction": "no_left_turn"}, Drop.RESTRICTION_NOT_OURS),
        (
            {"restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)"},
            Drop.RESTRICTION_CONDITIONAL,
        ),
        ({"restriction": "no_dancing"}, Drop.RESTRICTION_UNKNOWN),
    ],
)
def test_restrictions_that_do_not_hold_for_us_are_counted(
    osm_file: OsmFile, tags: dict[str, str], reason: Drop
) -> None:
    nodes, found = crossroads(osm_file, FROM_VIA_TO, tags)
    assert found.dropped == {reason: 1}
    free = drive_ms(found.graph, nodes[11], nodes[22])
    assert free is not None
    assert free <= SHORT_MS


@pytest.mark.parametrize(
    "tags",
    [
        {"restriction": "no_left_turn", "except": "psv;bicycle"},
        {"restriction:motorcar": "no_left_turn"},
        {"restriction:motor_vehicle": "no_left_turn"},
        {"type": "restriction:motorcar", "restriction": "no_left_turn"},
    ],
)
def test_restrictions_for_cars_hold(osm_file: OsmFile, tags: dict[str, str]) -> None:
    nodes, found = crossroads(osm_file, FROM_VIA_TO, tags)
    held = drive_ms(found.graph, nodes[11], nodes[22])
    assert held is not None
    assert held > SHORT_MS


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ((("w", 1, "from"), ("w", 3, "to")), Drop.RESTRICTION_BROKEN),
        ((("n", 12, "via"), ("w", 3, "to")), Drop.RESTRICTION_BROKEN),
        ((("w", 1, "from"), ("n", 12, "via"), ("w", 99, "to")), Drop.RESTRICTION_OUTSIDE),
        ((("w", 1, "from"), ("n", 13, "via"), ("w", 3, "to")), Drop.RESTRICTION_BROKEN),
        (
            (("w", 1, "from"), ("w", 2, "from"), ("n", 12, "via"), ("w", 3, "to")),
            Drop.RESTRICTION_BROKEN,
        ),
    ],
)
def test_restrictions_that_make_no_sense_are_counted(
    osm_file: OsmFile, members: Members, reason: Drop
) -> None:
    _, found = crossroads(osm_file, members, {"restriction": "no_left_turn"})
    assert found.dropped == {reason: 1}
    assert found.restrictions == 0


def test_no_entry_holds_from_every_street_named(osm_file: OsmFile) -> None:
    members = (("w", 1, "from"), ("w", 2, "from"), ("n", 12, "via"), ("w", 3, "to"))
    nodes, found = crossroads(osm_file, members, {"restriction": "no_entry"})
    assert found.restrictions == 2
    for start in (11, 13):
        took = drive_ms(found.graph, nodes[start], nodes[22])
        assert took is not None
        assert took > SHORT_MS


def test_a_restriction_over_a_way_forbids_only_the_whole_sequence(osm_file: OsmFile) -> None:
    members = (("w", 1, "from"), ("w", 2, "via"), ("w", 6, "to"))
    nodes, found = crossroads(
        osm_file, members, {"restriction": "no_u_turn"}, [(6, [13, 23], ROAD), (7, [23, 22], ROAD)]
    )
    assert found.restrictions == 1
    through = drive_ms(found.graph, nodes[11], nodes[23])
    assert through is not None
    assert through <= 3.3 * 111.2 / 30 * 3600, "by way of the north it is as short"
    nodes, found = crossroads(
        osm_file, members, {"restriction": "no_u_turn"}, [(6, [13, 23], ROAD)]
    )
    through = drive_ms(found.graph, nodes[11], nodes[23])
    assert through is not None
    assert through > 3.3 * 111.2 / 30 * 3600
    from_north = drive_ms(found.graph, nodes[22], nodes[23])
    assert from_north is not None
    assert from_north <= 3.3 * 111.2 / 30 * 3600


def test_no_turning_round_on_one_way(osm_file: OsmFile) -> None:
    members = (("w", 1, "from"), ("n", 12, "via"), ("w", 1, "to"))
    _, found = crossroads(osm_file, members, {"restriction": "no_u_turn"})
    assert found.restrictions == 1
    assert found.graph.nodes == found.graph.junctions + 1


def test_a_via_node_inside_a_way_becomes_a_junction(osm_file: OsmFile) -> None:
    nodes = grid(3, 3)
    path = osm_file(
        nodes,
        [(1, [11, 12], ROAD), (2, [12, 13], ROAD), (4, [11, 1, 2, 3, 13], ROAD)],
        [
            (
                9,
                [("w", 1, "from"), ("n", 12, "via"), ("w", 2, "to")],
                {"type": "restriction", "restriction": "no_straight_on"},
            )
        ],
    )
    found = network_of(path)[1]
    assert found.restrictions == 1
    assert (drive_ms(found.graph, nodes[11], nodes[13]) or 0) > SHORT_MS


def test_streets_that_restrictions_lock_in_are_dropped(osm_file: OsmFile) -> None:
    nodes = grid(3, 2)
    path = osm_file(
        nodes,
        [
            (1, [1, 2], ROAD),
            (2, [2, 3], {**ROAD, "oneway": "yes"}),
            (3, [3, 13], ROAD),
            (4, [2, 12, 13], {**ROAD, "oneway": "-1"}),
        ],
        [
            (
                9,
                [("w", 3, "from"), ("n", 13, "via"), ("w", 4, "to")],
                {"type": "restriction", "restriction": "no_right_turn"},
            )
        ],
    )
    found = network_of(path)[1]
    kept = {tuple(line) for line in found.graph.line_xy.round(4).tolist()}
    assert found.graph.edges == 1
    assert len(kept) == 2
    assert found.dropped[Drop.UNCONNECTED] == 3
