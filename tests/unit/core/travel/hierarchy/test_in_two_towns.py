"""The hierarchy in two towns, against scipy, RoutingKit and the product's own searches."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import routingkit_cch as cch
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from wardmote.core.travel.graph import INF_MS, RoadGraph
from wardmote.core.travel.hierarchy.contraction import Contraction, contract
from wardmote.core.travel.hierarchy.customization import Hierarchy
from wardmote.core.travel.hierarchy.ordering import neighbours, nested_dissection, order_of
from wardmote.core.travel.hierarchy.refreshing import CurrentTimes
from wardmote.core.travel.hierarchy.separators import CUT, FROM_SIDE, TO_SIDE, cut_in_two
from wardmote.core.travel.metric import both_directions, customize
from wardmote.core.travel.nearest import nearest_units
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes

PlacesOf = Callable[[RoadGraph, int, int], Snaps]


@pytest.fixture(scope="module")
def contraction(town: TravelTimes) -> Contraction:
    return contract(town.graph)


@pytest.fixture(scope="module", params=["open", "closures"])
def travel(
    town: TravelTimes, contraction: Contraction, request: pytest.FixtureRequest
) -> TravelTimes:
    """The town as it is, and with one edge in thirty closed; with a hierarchy."""
    times = town
    if request.param == "closures":
        times = town.closing(both_directions(np.arange(0, town.graph.edges, 30)))
    return times.with_hierarchy(Hierarchy.of(times.graph, times.metric, contraction))


def test_a_matrix_equals_scipy_and_routingkit_at_every_node(travel: TravelTimes) -> None:
    graph, metric = travel.graph, travel.metric
    ms = metric.passing_ms[graph.half_edge].astype(np.int64)
    order = np.lexsort((ms, graph.head, graph.tail))
    order = order[ms[order] != INF_MS]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(graph.tail[order]) != 0) | (np.diff(graph.head[order]) != 0)
    arcs = order[first]  # scipy would add parallel arcs up
    shape = (graph.nodes, graph.nodes)
    roads = csr_matrix((ms[arcs], (graph.tail[arcs], graph.head[arcs])), shape=shape)
    plain = graph.junction_copies == 0
    served = np.unique(np.concatenate((graph.edge_tail, graph.edge_head)))
    served = served[plain[served]]
    rng = np.random.default_rng(7)
    starts = rng.choice(served, 20)
    places = _at_junctions(graph, served)
    times = travel.matrix(_at_junctions(graph, starts), places)
    expected = dijkstra(roads, indices=graph.junction_node[starts])
    expected = expected[:, graph.junction_node[served]]
    np.testing.assert_array_equal(np.where(times == INF_MS, np.inf, times), expected)

    tail, head = graph.tail.tolist(), graph.head.tolist()
    lat = graph.junction_lat[graph.node_origin].tolist()
    lon = graph.junction_lon[graph.node_origin].tolist()
    inertial = cch.compute_order_inertial(graph.nodes, tail, head, lat, lon)
    peer = cch.CCHMetric(cch.CCH(inertial, tail, head, False), ms.tolist())
    away = cch.CCHOneToMany(peer, graph.junction_node[served].tolist())
    for row, start in enumerate(starts[:5]):
        found = away.distances_from(int(graph.junction_node[start]))
        assert [INF_MS if t is None else t for t in found] == times[row].tolist()


def _at_junctions(graph: RoadGraph, junctions: np.ndarray) -> Snaps:
    edge_at = np.empty(graph.junctions, dtype=np.int32)
    edge_at[graph.edge_head] = edge_at[graph.edge_tail] = np.arange(graph.edges)
    edge_at[graph.edge_tail] = np.arange(graph.edges)
    edge = edge_at[junctions]
    fraction = np.where(graph.edge_tail[edge] == junctions, 0.0, 1.0)
    nowhere = np.zeros(len(edge))
    return Snaps(edge, fraction, nowhere, nowhere, nowhere.astype(np.float32))


def test_places_inside_edges_equal_single_searches_both_ways_round(
    travel: TravelTimes, random_places: PlacesOf
) -> None:
    few, many = random_places(travel.graph, 12, 31), random_places(travel.graph, 300, 32)
    many.edge[::50] = -1
    slow = replace(travel, hierarchy=None)
    away, back = travel.matrix(few, many), travel.matrix(many, few)
    np.testing.assert_array_equal(away, slow.matrix(few, many))
    towards = [slow.drive_times_to(many, few.rows(row)) for row in range(len(few))]
    np.testing.assert_array_equal(back.T, towards)
    assert travel.matrix(few.rows(np.arange(0)), many).shape == (0, 300)
    assert (away[:, ::50] == INF_MS).all()
    for column in range(0, 300, 7):
        assert travel.drive_time(few.rows(0), many.rows(column)) == away[0, column]


def test_a_duration_exactly_at_the_limit_counts(
    travel: TravelTimes, random_places: PlacesOf
) -> None:
    places = random_places(travel.graph, 100, 33)
    times = travel.matrix(places, places)
    limit_ms = int(np.sort(times[0])[20])
    at = travel.matrix(places, places, limit_ms=limit_ms)
    np.testing.assert_array_equal(at, np.where(times <= limit_ms, times, INF_MS))
    below = travel.matrix(places, places, limit_ms=limit_ms - 1)
    np.testing.assert_array_equal(below, np.where(times < limit_ms, times, INF_MS))


@pytest.mark.parametrize("count", [20, 200])
def test_few_pinned_units_equal_the_bounded_search(
    travel: TravelTimes, random_places: PlacesOf, count: int
) -> None:
    units = random_places(travel.graph, count, 34)
    asked = random_places(travel.graph, 60, 35)
    pinned, index = travel.pin_units(units), travel.index_units(units)
    for row in range(len(asked)):
        if row % 4 == 3:
            pinned.move([row % count], asked.rows([row - 1]))
            index.move([row % count], asked.rows([row - 1]))
        found = pinned.nearest(asked.rows([row]), 5)
        expected = nearest_units(index, asked.rows([row]), 5)
        assert found.unit.tolist() == expected.unit.tolist()
        assert found.ms.tolist() == expected.ms.tolist()


def test_the_order_names_every_node_once_and_keeps_the_supergraph_small(
    town: TravelTimes, contraction: Contraction
) -> None:
    graph = town.graph
    order = order_of(graph)
    assert np.array_equal(np.sort(order), np.arange(graph.nodes))
    assert np.array_equal(order, order_of(graph))
    lat = graph.junction_lat[graph.node_origin].tolist()
    lon = graph.junction_lon[graph.node_origin].tolist()
    tail, head = graph.tail.tolist(), graph.head.tolist()
    peer = np.array(cch.compute_order_inertial(graph.nodes, tail, head, lat, lon), dtype=np.int32)
    assert contraction.shortcuts <= 1.05 * contract(graph, peer).shortcuts


def test_a_cut_parts_the_two_sides(town: TravelTimes) -> None:
    graph = town.graph
    first, adjacent = neighbours(graph.tail, graph.head, graph.nodes)
    joined = csr_matrix((np.ones(len(adjacent)), adjacent, first), shape=(graph.nodes,) * 2)
    part = connected_components(joined)[1]
    chosen = np.flatnonzero(part == np.bincount(part).argmax())
    own = csr_matrix(joined[chosen][:, chosen])
    x = graph.junction_lon[graph.node_origin[chosen]]
    y = graph.junction_lat[graph.node_origin[chosen]]
    side = np.empty(len(chosen), dtype=np.uint8)
    cut = cut_in_two(own.indptr.astype(np.int32), own.indices.astype(np.int32), x, y.copy(), side)
    assert (side == CUT).sum() == cut
    assert cut < 8 * np.sqrt(len(chosen))
    for kind in (FROM_SIDE, TO_SIDE):
        assert (side == kind).sum() >= 0.2 * len(chosen)
    tail, head = own.nonzero()
    assert not ((side[tail] == FROM_SIDE) & (side[head] == TO_SIDE)).any()


@pytest.mark.parametrize("shape", ["none", "alone", "clique", "star", "one spot"])
def test_any_shape_of_network_is_ordered(shape: str) -> None:
    count = {"none": 0, "alone": 40, "clique": 70, "star": 90, "one spot": 60}[shape]
    numbers = np.arange(count, dtype=np.int32)
    tail, head = numbers[:0], numbers[:0]
    if shape == "clique":
        tail, head = (ends.ravel().astype(np.int32) for ends in np.meshgrid(numbers, numbers))
    if shape == "star":
        tail, head = np.zeros(count - 1, dtype=np.int32), numbers[1:].copy()
    if shape == "one spot":
        tail, head = numbers[:-1].copy(), numbers[1:].copy()
    x = np.zeros(count) if shape == "one spot" else np.cos(numbers.astype(np.float64))
    first, adjacent = neighbours(tail, head, count)
    order = nested_dissection(first, adjacent, x, np.zeros(count))
    assert np.array_equal(np.sort(order), numbers)


def test_a_hierarchy_of_another_metric_is_refused(travel: TravelTimes) -> None:
    other = travel.closing([0, 1])
    assert other.hierarchy is None
    with pytest.raises(ValueError, match="another graph or metric"):
        other.with_hierarchy(travel.hierarchy)
    with pytest.raises(ValueError, match="hierarchy"):
        other.pin_units(travel.snap([0.0], [0.0]))


class Later:
    """Runs what was submitted when told to, in place of a thread."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def submit(self, work: Callable[[], None]) -> None:
        self.waiting.append(work)

    def run(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


def test_durations_change_at_once_and_the_hierarchy_follows(
    town: TravelTimes, contraction: Contraction, random_places: PlacesOf
) -> None:
    later = Later()
    current = CurrentTimes(town, later.submit, lambda: contraction)
    current.closing([0])
    assert current.travel.hierarchy is None
    assert not later.waiting  # nobody has asked for a hierarchy
    current.under(town.metric)
    before = current.settled()
    assert before.hierarchy is not None
    assert current.travel is before
    places = random_places(town.graph, 12, 36)
    closed = both_directions(np.arange(0, town.graph.edges, 20))
    current.closing(both_directions([1]))
    current.closing(closed)
    assert len(later.waiting) == 1
    behind = current.travel
    assert behind.hierarchy is None
    expected = town.closing(closed).matrix(places, places)
    np.testing.assert_array_equal(behind.matrix(places, places), expected)
    later.run()
    caught_up = current.travel
    assert caught_up.hierarchy is not None
    assert caught_up.metric is behind.metric
    np.testing.assert_array_equal(caught_up.matrix(places, places), expected)
    assert before.hierarchy is not None
    np.testing.assert_array_equal(before.matrix(places, places), town.matrix(places, places))

    current.under(customize(town.graph))
    assert len(later.waiting) == 1
    later.run()
    assert current.settled() is current.travel


def test_a_change_during_customization_is_not_overtaken(
    town: TravelTimes, contraction: Contraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = Later()
    current = CurrentTimes(town, later.submit, lambda: contraction)
    current.settled()
    made: list[Hierarchy] = []
    original = Hierarchy.of

    def while_another_comes(*given: object) -> Hierarchy:
        hierarchy = original(*given)  # type: ignore[arg-type]  # the call as it was made
        made.append(hierarchy)
        if len(made) == 1:
            current.closing([4])
        return hierarchy

    monkeypatch.setattr(Hierarchy, "of", while_another_comes)
    current.closing([2])
    later.run()
    assert len(made) == 2
    assert current.travel.hierarchy is made[1]
    assert current.travel.metric.passing_ms[4] == INF_MS


def test_who_wants_a_hierarchy_waits_for_the_newest(
    town: TravelTimes, contraction: Contraction
) -> None:
    with ThreadPoolExecutor(2) as threads:
        current = CurrentTimes(town, threads.submit, lambda: contraction)
        for half_edge in range(6):
            current.closing([half_edge])
            asked = threads.submit(current.settled).result(60)
            assert asked.hierarchy is not None
            assert asked.hierarchy.metric is asked.metric
            assert asked.metric.passing_ms[half_edge] == INF_MS


def test_a_contraction_that_fails_is_tried_again(
    town: TravelTimes, contraction: Contraction
) -> None:
    answers: list[Exception | None] = [OSError("the disk is gone"), None]

    def contract_now() -> Contraction:
        answer = answers.pop(0)
        if answer is not None:
            raise answer
        return contraction

    current = CurrentTimes(town, Later().submit, contract_now)
    with pytest.raises(OSError, match="disk"):
        current.settled()
    assert current.travel.hierarchy is None
    assert current.settled().hierarchy is not None


def test_single_questions_are_the_same_with_and_without_a_hierarchy(
    travel: TravelTimes, random_places: PlacesOf
) -> None:
    one, many = random_places(travel.graph, 1, 41), random_places(travel.graph, 60, 42)
    plain = replace(travel, hierarchy=None)
    for limit_ms in (INF_MS - 1, 90_000):
        for fast, slow in (
            (travel.drive_times(one, many, limit_ms=limit_ms),
             plain.drive_times(one, many, limit_ms=limit_ms)),
            (travel.drive_times_to(many, one, limit_ms=limit_ms),
             plain.drive_times_to(many, one, limit_ms=limit_ms)),
        ):  # fmt: skip
            assert fast.dtype == slow.dtype
            np.testing.assert_array_equal(fast, slow)
