"""The hierarchy against plain Dijkstra on networks drawn by Hypothesis, to the millisecond."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import INF_MS, RoadGraph
from wardmote.core.travel.hierarchy.climbing import clear, climb, scratch_of
from wardmote.core.travel.hierarchy.contraction import Contraction, contract_arcs
from wardmote.core.travel.hierarchy.customization import Arcs, Hierarchy, put_durations
from wardmote.core.travel.hierarchy.matrices import matrix
from wardmote.core.travel.hierarchy.nearest_few import PinnedUnits
from wardmote.core.travel.hierarchy.queries import drive_time as climbed
from wardmote.core.travel.metric import customize, with_closures
from wardmote.core.travel.nearest import nearest_units
from wardmote.core.travel.searches import drive_time
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.turns import TurnKind, TurnRestriction
from wardmote.core.travel.unit_index import UnitIndex

compiling = settings(deadline=None, max_examples=60)
"""The first example compiles the kernels."""

Int64 = NDArray[np.int64]
Arc = tuple[int, int, int]


def dijkstra(nodes: int, arcs: list[Arc]) -> Int64:
    """All durations, [from, to]; `INF_MS` where there is no way below it."""
    leaving: list[list[tuple[int, int]]] = [[] for _ in range(nodes)]
    for tail, head, ms in arcs:
        leaving[tail].append((head, ms))
    times = np.full((nodes, nodes), INF_MS, dtype=np.int64)
    for start in range(nodes):
        queue = [(0, start)]
        while queue:
            ms, node = heapq.heappop(queue)
            if ms >= times[start, node]:
                continue
            times[start, node] = ms
            for head, more in leaving[node]:
                heapq.heappush(queue, (ms + more, head))
    return times


def labels(contraction: Contraction, arcs: Arcs, node: int) -> Int64:
    """What a climb from a node finds, by node; `INF_MS` elsewhere."""
    space = scratch_of(contraction)
    rank = contraction.rank[[node]]
    count = climb(
        rank,
        np.zeros(1, dtype=np.int32),
        0,
        1,
        INF_MS - 1,
        contraction.parent,
        arcs.first,
        arcs.link,
        space.label,
        space.reached,
        space.cursor,
    )
    found = space.label[contraction.rank].astype(np.int64)
    clear(space.label, space.reached, count)
    return found


@st.composite
def networks(draw: st.DrawFn) -> tuple[int, list[Arc], list[int]]:
    """Nodes, arcs and an order; parallel arcs, loops, 0 ms, far arcs and parts on their own."""
    nodes = draw(st.integers(1, 14))
    end = st.integers(0, nodes - 1)
    ms = st.one_of(st.integers(0, 3), st.integers(0, 40), st.sampled_from((INF_MS - 1, INF_MS)))
    arcs = draw(st.lists(st.tuples(end, end, ms), max_size=40))
    return nodes, arcs, draw(st.permutations(range(nodes)))


@compiling
@given(networks())
def test_two_climbs_meet_at_the_duration_dijkstra_finds(
    network: tuple[int, list[Arc], list[int]],
) -> None:
    nodes, arcs, order = network
    column = np.array(arcs, dtype=np.int32).reshape(-1, 3).T.copy()
    contraction = contract_arcs(column[0], column[1], nodes, np.array(order, dtype=np.int32))
    up, down = put_durations(contraction, column[2])
    expected = dijkstra(nodes, [arc for arc in arcs if arc[2] != INF_MS])
    away = np.array([labels(contraction, up, node) for node in range(nodes)])
    towards = np.array([labels(contraction, down, node) for node in range(nodes)])
    met = (away[:, None, :] + towards[None, :, :]).min(axis=2)
    np.testing.assert_array_equal(np.minimum(met, INF_MS), expected)


@compiling
@given(networks())
def test_no_arc_kept_between_a_node_and_a_later_one_is_shorter_than_the_true_duration(
    network: tuple[int, list[Arc], list[int]],
) -> None:
    nodes, arcs, order = network
    column = np.array(arcs, dtype=np.int32).reshape(-1, 3).T.copy()
    contraction = contract_arcs(column[0], column[1], nodes, np.array(order, dtype=np.int32))
    up, down = put_durations(contraction, column[2])
    expected = dijkstra(nodes, [arc for arc in arcs if arc[2] != INF_MS])
    node_at = np.argsort(contraction.rank)
    for kept, ahead in ((up, True), (down, False)):
        for rank in range(nodes):
            for later, ms in kept.link[kept.first[rank] : kept.first[rank + 1]]:
                assert later > rank
                tail, head = (rank, later) if ahead else (later, rank)
                assert expected[node_at[tail], node_at[head]] <= ms < INF_MS


@compiling
@given(networks())
def test_the_supergraph_is_chordal_and_holds_every_arc(
    network: tuple[int, list[Arc], list[int]],
) -> None:
    nodes, arcs, order = network
    column = np.array(arcs, dtype=np.int32).reshape(-1, 3).T.copy()
    contraction = contract_arcs(column[0], column[1], nodes, np.array(order, dtype=np.int32))
    later: list[set[int]] = [set() for _ in range(nodes)]
    for front in range(contraction.fronts):
        border = contraction.border[slice(*contraction.first_border[front : front + 2])]
        pivots = range(*contraction.first_pivot[front : front + 2])
        entrances = contraction.entrance[slice(*contraction.first_entrance[front : front + 2])]
        exits = contraction.exit[slice(*contraction.first_exit[front : front + 2])]
        assert {*entrances.tolist(), *exits.tolist()} <= set(border.tolist())
        both = contraction.both[front]
        assert entrances[:both].tolist() == exits[:both].tolist()
        assert set(entrances[both:]).isdisjoint(exits[both:])
        for tail, head, _ in arcs:
            start, end = int(contraction.rank[tail]), int(contraction.rank[head])
            assert start not in pivots or end not in border or end in exits
            assert end not in pivots or start not in border or start in entrances
        for pivot in pivots:
            later[pivot] = {*range(pivot + 1, pivots.stop), *border.tolist()}
    for tail, head, _ in arcs:
        low, high = sorted((int(contraction.rank[tail]), int(contraction.rank[head])))
        assert low == high or high in later[low]
    for node, above in enumerate(later):
        if above:
            nearest = min(above)
            assert contraction.parent[node] in above | {-1}
            assert above - {nearest} <= later[nearest]
    assert contraction.shortcuts == sum(len(above) for above in later)


def test_an_order_that_misses_a_node_and_negative_durations_are_refused() -> None:
    ends = np.array([0, 1], dtype=np.int32)
    with pytest.raises(ValueError, match="each of 3 nodes once"):
        contract_arcs(ends, ends[::-1].copy(), 3, np.array([0, 1, 1], dtype=np.int32))
    contraction = contract_arcs(ends, ends[::-1].copy(), 2, np.arange(2, dtype=np.int32))
    with pytest.raises(ValueError, match=">= 0"):
        put_durations(contraction, np.array([-1, 1], dtype=np.int32))


@st.composite
def towns(draw: st.DrawFn) -> tuple[RoadGraph, list[int]]:
    """A town with one-ways, parallel streets, loops, turn restrictions; some half-edges closed."""
    junctions = draw(st.integers(2, 9))
    edges = draw(st.integers(1, 18))
    end = st.integers(0, junctions - 1)
    tail = draw(st.lists(end, min_size=edges, max_size=edges))
    head = draw(st.lists(end, min_size=edges, max_size=edges))
    ms = draw(st.lists(st.integers(1, 30), min_size=edges, max_size=edges))
    ways = draw(st.lists(st.sampled_from((0, 0, 1, 2)), min_size=edges, max_size=edges))
    forward = [-1 if way == 1 else d for way, d in zip(ways, ms, strict=True)]
    backward = [-1 if way == 2 else d + 1 for way, d in zip(ways, ms, strict=True)]
    start = [node for pair in zip(tail, head, strict=True) for node in pair]
    stop = [node for pair in zip(head, tail, strict=True) for node in pair]
    turns = []
    for first in draw(st.lists(st.integers(0, 2 * edges - 1), max_size=6)):
        onward = [half for half in range(2 * edges) if start[half] == stop[first]]
        if onward:
            kind = draw(st.sampled_from(list(TurnKind)))
            turns.append(TurnRestriction(kind, (first, draw(st.sampled_from(onward)))))
    angle = np.linspace(0, 2 * np.pi, junctions, endpoint=False)
    graph = build_road_graph(
        113 + 0.01 * np.cos(angle),
        27 + 0.01 * np.sin(angle),
        edge_tail=tail,
        edge_head=head,
        forward_ms=forward,
        backward_ms=backward,
        road_class=np.zeros(edges, dtype=np.int64),
        restrictions=turns,
    )
    return graph, draw(st.lists(st.integers(0, 2 * edges - 1), max_size=4))


@st.composite
def spots(draw: st.DrawFn, graph: RoadGraph, most: int) -> Snaps:
    """Places inside edges, at junctions, and nowhere."""
    edge = st.integers(-1, graph.edges - 1)
    share = st.sampled_from((0.0, 0.25, 0.5, 0.71, 0.999, 1.0))
    rows = draw(st.lists(st.tuples(edge, share), min_size=1, max_size=most))
    nowhere = np.zeros(len(rows))
    fraction = [np.nan if number < 0 else at for number, at in rows]
    return Snaps(
        np.array([number for number, _ in rows], dtype=np.int32),
        np.array(fraction, dtype=np.float64),
        nowhere,
        nowhere,
        nowhere.astype(np.float32),
    )


@compiling
@given(st.data())
def test_matrices_and_pairs_equal_single_searches(data: st.DataObject) -> None:
    graph, closed = data.draw(towns())
    metric = with_closures(graph, customize(graph), closed)
    hierarchy = Hierarchy.of(graph, customize(graph)).under(metric)
    origins, destinations = data.draw(spots(graph, 6)), data.draw(spots(graph, 6))
    limit_ms = data.draw(st.sampled_from((0, 9, 25, INF_MS - 1)))
    expected = np.array(
        [
            [
                drive_time(graph, metric, origins.rows(row), destinations.rows(column))
                for column in range(len(destinations))
            ]
            for row in range(len(origins))
        ]
    )
    for row in range(len(origins)):
        for column in range(len(destinations)):
            one = climbed(hierarchy, origins.rows(row), destinations.rows(column))
            assert one == expected[row, column]
    within = np.where(expected <= limit_ms, expected, INF_MS)
    found = matrix(hierarchy, origins, destinations, limit_ms=limit_ms)
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, within)


@compiling
@given(st.data())
def test_pinned_units_equal_the_bounded_search_wherever_they_moved(data: st.DataObject) -> None:
    graph, closed = data.draw(towns())
    metric = customize(graph, closed=closed)
    units = data.draw(spots(graph, 8))
    pinned = PinnedUnits(Hierarchy.of(graph, metric), units)
    index = UnitIndex(graph, metric, units)
    for _ in range(data.draw(st.integers(0, 4))):
        row = data.draw(st.integers(0, len(units) - 1))
        place = data.draw(spots(graph, 1))
        pinned.move([row], place)
        index.move([row], place)
    eligible = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(units), max_size=len(units)))
    )
    k = data.draw(st.integers(1, 9))
    limit_ms = data.draw(st.sampled_from((0, 7, 20, 40, INF_MS - 1)))
    place = data.draw(spots(graph, 1))
    for held in (pinned, pinned.under(pinned.hierarchy)):
        for who in (None, eligible):
            found = held.nearest(place, k, limit_ms=limit_ms, eligible=who)
            expected = nearest_units(index, place, k, limit_ms=limit_ms, eligible=who)
            assert found.unit.tolist() == expected.unit.tolist()
            assert found.ms.tolist() == expected.ms.tolist()
