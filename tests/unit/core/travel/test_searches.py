"""Searches against scipy and RoutingKit, to the millisecond, in two towns."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import routingkit_cch as cch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from wardmote.core.travel.graph import INF_MS, RoadGraph
from wardmote.core.travel.metric import Metric, both_directions
from wardmote.core.travel.nearest import nearest_units_to_each
from wardmote.core.travel.searches import Direction, Seeds, search
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes

PlacesOf = Callable[[RoadGraph, int, int], Snaps]


def cheapest_arcs(
    graph: RoadGraph, metric: Metric
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Open arcs with only the fastest of parallel ones: scipy would add them up."""
    ms = metric.passing_ms[graph.half_edge].astype(np.int64)
    tail, head = graph.tail.astype(np.int64), graph.head.astype(np.int64)
    order = np.lexsort((ms, head, tail))
    order = order[ms[order] != INF_MS]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    chosen = order[new]
    return tail[chosen], head[chosen], ms[chosen]


@pytest.fixture(scope="module", params=["open", "closures"])
def travel(town: TravelTimes, request: pytest.FixtureRequest) -> TravelTimes:
    """The town as it is, and with one edge in thirty closed."""
    if request.param == "open":
        return town
    return town.closing(both_directions(np.arange(0, town.graph.edges, 30)))


def test_times_from_nodes_equal_scipy(travel: TravelTimes) -> None:
    graph, metric = travel.graph, travel.metric
    tail, head, ms = cheapest_arcs(graph, metric)
    matrix = csr_matrix((ms, (tail, head)), shape=(graph.nodes, graph.nodes))
    rng = np.random.default_rng(3)
    for node in rng.integers(0, graph.nodes, 12):
        expected = dijkstra(matrix, indices=node)
        seed = Seeds(np.array([node], dtype=np.int32), np.zeros(1, dtype=np.int32))
        reached = search(graph, metric, seed, INF_MS - 1)
        times = np.full(graph.nodes, np.inf)
        times[reached.node] = reached.ms
        np.testing.assert_array_equal(times, expected)
        assert (np.diff(reached.ms) >= 0).all()

        towards = search(graph, metric, seed, 90_000, Direction.TOWARDS)
        back = dijkstra(matrix.T.tocsr(), indices=node, limit=90_000)
        times = np.full(graph.nodes, np.inf)
        times[towards.node] = towards.ms
        np.testing.assert_array_equal(times, back)


def test_nearest_units_and_pairs_equal_routingkit(
    travel: TravelTimes, random_places: PlacesOf
) -> None:
    graph, metric = travel.graph, travel.metric
    tail, head = graph.tail.tolist(), graph.head.tolist()
    lat = graph.junction_lat[graph.node_origin].tolist()
    lon = graph.junction_lon[graph.node_origin].tolist()
    order = cch.compute_order_inertial(graph.nodes, tail, head, lat, lon)
    weights = metric.passing_ms[graph.half_edge].tolist()
    peer = cch.CCHMetric(cch.CCH(order, tail, head, False), weights)

    rng = np.random.default_rng(4)
    pool = random_places(graph, 4_000, 11)
    corners = pool.rows((pool.fraction == 0.0) | (pool.fraction == 1.0))
    junction = np.where(
        corners.fraction == 0.0, graph.edge_tail[corners.edge], graph.edge_head[corners.edge]
    )
    corners = corners.rows(graph.junction_copies[junction] == 0)
    junction = junction[graph.junction_copies[junction] == 0]
    units = corners.rows(np.arange(300))
    unit_nodes = graph.junction_node[junction[:300]]
    many_to_one = cch.CCHManyToOne(peer, unit_nodes.tolist())
    index = travel.index_units(units)
    asked = np.arange(300, len(corners))
    answers = nearest_units_to_each(index, corners.rows(asked), 5)
    for row, answer in zip(asked.tolist(), answers, strict=True):
        node = int(graph.junction_node[junction[row]])
        times = [INF_MS if t is None else t for t in many_to_one.distances_to(node)]
        expected = sorted((ms, unit) for unit, ms in enumerate(times) if ms != INF_MS)[:5]
        assert list(zip(answer.ms.tolist(), answer.unit.tolist(), strict=True)) == expected

    query = cch.CCHQuery(peer)
    for start, end in rng.integers(0, len(corners), (40, 2)):
        nodes = graph.junction_node[junction[[start, end]]].tolist()
        found = query.run_multi([(nodes[0], 0)], [(nodes[1], 0)]).distance
        expected_ms = INF_MS if found is None else found
        assert travel.drive_time(corners.rows(start), corners.rows(end)) == expected_ms


def test_one_to_many_equals_pairs_and_routes(travel: TravelTimes, random_places: PlacesOf) -> None:
    places = random_places(travel.graph, 30, 21)
    for row in range(4):
        origin = places.rows(row)
        times = travel.drive_times(origin, places)
        for column in range(len(places)):
            destination = places.rows(column)
            assert travel.drive_time(origin, destination) == times[column]
            assert travel.drive_times_to(origin, destination)[0] == times[column]
            route = travel.route(origin, destination)
            assert (INF_MS if route is None else route.ms) == times[column]


def test_the_limit_is_included(travel: TravelTimes, random_places: PlacesOf) -> None:
    places = random_places(travel.graph, 12, 22)
    times = travel.drive_times(places.rows(0), places)
    exact = int(np.sort(times)[5])
    assert exact != INF_MS
    at = travel.drive_times(places.rows(0), places, limit_ms=exact)
    below = travel.drive_times(places.rows(0), places, limit_ms=exact - 1)
    assert (at == exact).sum() == (times == exact).sum()
    assert not (below == exact).any()
    units = travel.index_units(places)
    unit_times = travel.drive_times_to(places, places.rows(1))
    exact = int(np.sort(unit_times)[4])
    assert travel.nearest(units, places.rows(1), 12, limit_ms=exact).ms[-1] == exact
    found = travel.nearest(units, places.rows(1), 12, limit_ms=exact - 1)
    assert (found.ms < exact).all()


def test_a_route_follows_the_streets_it_names(travel: TravelTimes, random_places: PlacesOf) -> None:
    places = random_places(travel.graph, 40, 23)
    for row in range(0, 40, 2):
        origin, destination = places.rows(row), places.rows(row + 1)
        route = travel.route(origin, destination)
        if route is None:
            continue
        assert route.line[0] == pytest.approx([origin.lon[0], origin.lat[0]])
        assert route.line[-1] == pytest.approx([destination.lon[0], destination.lat[0]])
        middle = np.radians((route.line[1:, 1] + route.line[:-1, 1]) / 2)
        step = np.diff(route.line, axis=0)
        metres = np.hypot(step[:, 0] * np.cos(middle), step[:, 1]).sum() * 111_195
        assert metres == pytest.approx(route.length_m, rel=0.01, abs=1.0)
        assert route.length_m == pytest.approx(sum(part.length_m for part in route.streets))
        names = [part.street for part in route.streets]
        assert all(first != second for first, second in pairwise(names))
