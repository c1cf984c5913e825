from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from wardmote.core.travel.dissection import dissection_order, neighbours
from wardmote.core.travel.hub_labels import FAR, build_hub_labels, time_between, way_between

NODES = 120


def _graph(seed: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    x, y = rng.random(NODES), rng.random(NODES)
    tail = rng.integers(0, NODES, 260)
    near = np.argsort(np.hypot(x[tail, None] - x, y[tail, None] - y), axis=1)
    head = near[np.arange(260), rng.integers(1, 6, 260)]
    pairs = np.unique(np.stack((tail, head)), axis=1)
    time = rng.integers(1, 12, pairs.shape[1]).astype(np.int32)
    first = np.searchsorted(pairs[0], np.arange(NODES + 1)).astype(np.int32)
    return x, y, first, pairs[0].astype(np.int32), pairs[1].astype(np.int32), time


@pytest.mark.parametrize("seed", range(4))
def test_times_and_ways_between_all_pairs_are_those_of_dijkstra(seed: int) -> None:
    x, y, first, tail, head, time = _graph(seed)
    order = dissection_order(x, y, *neighbours(NODES, tail, head))
    metres = np.full(len(head), 7, dtype=np.int32)
    labels = build_hub_labels(first, head, time, metres, order)
    matrix = csr_matrix((time.astype(float), head, first), shape=(NODES, NODES))
    expected = dijkstra(matrix)
    arcs = {(a, b): t for a, b, t in zip(tail.tolist(), head.tolist(), time.tolist(), strict=True)}
    for start in range(NODES):
        for end in range(NODES):
            found = time_between(labels, start, end)
            if np.isinf(expected[start, end]):
                assert found == FAR
                assert way_between(labels, start, end) == []
                continue
            assert found == expected[start, end]
            way = way_between(labels, start, end)
            assert (way[0], way[-1]) == (start, end)
            assert sum(arcs[pair] for pair in pairwise(way)) == found


def test_an_order_holds_each_node_once() -> None:
    x, y, _, tail, head, _ = _graph(1)
    order = dissection_order(x, y, *neighbours(NODES, tail, head))
    assert sorted(order.tolist()) == list(range(NODES))


def test_a_closed_arc_is_not_driven() -> None:
    first = np.array([0, 1, 2, 2], dtype=np.int32)
    head = np.array([1, 2], dtype=np.int32)
    order = np.array([1, 0, 2], dtype=np.int32)
    metres = np.ones(2, dtype=np.int32)
    time = np.array([3, FAR], dtype=np.int32)
    labels = build_hub_labels(first, head, time, metres, order)
    assert time_between(labels, 0, 1) == 3
    assert time_between(labels, 0, 2) == FAR
