"""Kernels against plain readings of the same definitions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from wardmote.core.planning.grids.distances import medians, times_from
from wardmote.core.planning.grids.matching import match_labels
from wardmote.core.planning.grids.territory import (
    Territory,
    components,
    lattice_territory,
    road_territory,
)
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.metric import customize


def walled(side: int = 10) -> Territory:
    rng = np.random.default_rng(7)
    number = np.arange(side * side).reshape(side, side)
    pairs = [(int(a), int(b)) for a, b in zip(number[:, :-1].flat, number[:, 1:].flat, strict=True)]
    walls = [pair for pair in pairs if rng.random() < 0.4]
    return lattice_territory(rng.integers(1, 9, (side, side)), walls=walls)


def as_matrix(ground: Territory) -> csr_matrix:
    open_ = np.isfinite(ground.travel_s)
    source = np.repeat(np.arange(ground.cells), np.diff(ground.first))
    values = (ground.travel_s[open_], (source[open_], ground.neighbour[open_]))
    return csr_matrix(values, shape=(ground.cells, ground.cells))


def test_times_equal_scipys_dijkstra() -> None:
    ground = walled()
    starts = np.array([0, 37, 99], dtype=np.int32)
    assert times_from(ground, starts) == pytest.approx(dijkstra(as_matrix(ground), indices=starts))


def test_components_equal_scipys() -> None:
    ground = walled(14)
    _, expected = connected_components(as_matrix(ground), directed=False)
    found = components(ground)
    pairs = {(int(a), int(b)) for a, b in zip(found, expected, strict=True)}
    assert len(pairs) == len(set(expected)) == len(set(found))


def test_medians_equal_trying_every_cell() -> None:
    ground = lattice_territory(np.random.default_rng(4).integers(1, 9, (6, 8)))
    label = (np.arange(48) % 8 // 4).astype(np.int32)
    found = medians(ground, label, 2)
    for grid in range(2):
        inside = np.flatnonzero(label == grid)
        times = dijkstra(as_matrix(ground)[inside][:, inside])
        totals = times @ ground.workload[inside]
        assert totals[inside.tolist().index(found[grid])] == pytest.approx(totals.min())


def test_matching_keeps_as_much_work_as_the_best_assignment() -> None:
    rng = np.random.default_rng(6)
    label, previous = (rng.integers(0, 9, 400).astype(np.int32) for _ in range(2))
    work = rng.random(400)
    shared = np.zeros((9, 9))
    np.add.at(shared, (label, previous), work)
    rows, columns = linear_sum_assignment(-shared)
    renamed = match_labels(label, previous, work, 9)
    kept = work[renamed == previous].sum()
    assert kept == pytest.approx(shared[rows, columns].sum())


def test_streets_join_squares_and_rivers_part_them() -> None:
    # a ladder without rungs: two streets 300 m apart, joined only at the west end
    lon = np.array([0.0, 0.004, 0.008, 0.0, 0.004, 0.008])
    lat = np.array([0.0, 0.0, 0.0, 0.003, 0.003, 0.003])
    graph = build_road_graph(
        lon,
        lat,
        edge_tail=[0, 1, 3, 4, 0],
        edge_head=[1, 2, 4, 5, 3],
        road_class=[6] * 5,
        forward_ms=np.full(5, 40_000),
        backward_ms=np.full(5, 40_000),
    )
    ground, cell = road_territory(graph, customize(graph), np.arange(6.0), side_m=300.0)
    assert ground.workload.sum() == 15.0
    assert len(set(cell)) == ground.cells == 6
    assert components(ground).max() == 0
    source = np.repeat(np.arange(6), np.diff(ground.first))
    barred = np.isinf(ground.travel_s)
    closed = set(zip(source[barred].tolist(), ground.neighbour[barred].tolist(), strict=True))
    assert (cell[2], cell[5]) in closed
    assert (cell[0], cell[3]) not in closed
