"""What a road graph refuses, and what it makes of what it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import INF_MS, RoadGraph
from wardmote.core.travel.turns import TurnKind, TurnRestriction

GOOD: dict[str, Any] = {
    "junction_lon": [0.0, 0.01, 0.01],
    "junction_lat": [0.0, 0.0, 0.01],
    "edge_tail": [0, 1],
    "edge_head": [1, 2],
    "forward_ms": [1000, 2000],
    "backward_ms": [1000, -1],
    "road_class": [6, 6],
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"junction_lat": [0.0, 0.0, 86.0]}, "junction 2"),
        ({"junction_lon": [0.0, np.nan, 0.0]}, "junction 1"),
        ({"junction_lon": [0.0, 0.0]}, "equally long"),
        ({"edge_head": [1, 3]}, r"edge_head\[1\] is 3"),
        ({"edge_head": [1]}, "edge_head has shape"),
        ({"edge_tail": [0.5, 1.0]}, "whole numbers"),
        ({"forward_ms": [0, 1]}, "edge 0 takes 0 ms"),
        ({"forward_ms": [INF_MS, 1]}, r"forward_ms\[0\]"),
        ({"forward_ms": [1, -1]}, "edge 1 may be driven in neither"),
        ({"road_class": [6, 10]}, r"road_class\[1\]"),
        ({"street": [0, -2]}, r"street\[1\]"),
        ({"area": [0, 40_000]}, r"area\[1\]"),
        ({"length_m": [1.0, np.nan]}, "length_m"),
        ({"shape_first": [0, 1, 1]}, "shape_first"),
        ({"restrictions": [TurnRestriction(TurnKind.NO, (0, 4))]}, "outside"),
        ({"restrictions": [TurnRestriction(TurnKind.NO, (2, 0))]}, "do not connect"),
    ],
)
def test_a_wrong_row_is_named(change: dict[str, Any], words: str) -> None:
    given = {**GOOD, **change}
    with pytest.raises(ValueError, match=words):
        build_road_graph(given.pop("junction_lon"), given.pop("junction_lat"), **given)


def good(**change: Any) -> RoadGraph:
    given = {**GOOD, **change}
    return build_road_graph(given.pop("junction_lon"), given.pop("junction_lat"), **given)


def test_a_restriction_needs_two_half_edges() -> None:
    with pytest.raises(ValueError, match="from and a to"):
        TurnRestriction(TurnKind.NO, (0,))


def test_arcs_drive_the_half_edges_that_are_drivable() -> None:
    graph = good()
    assert sorted(graph.half_edge.tolist()) == [0, 1, 2]
    assert graph.freeflow_ms.tolist() == [1000, 1000, 2000, INF_MS]
    for arc, half in enumerate(graph.half_edge.tolist()):
        ends = (graph.edge_tail[half // 2], graph.edge_head[half // 2])
        tail, head = ends if half % 2 == 0 else ends[::-1]
        assert graph.node_origin[graph.tail[arc]] == tail
        assert graph.node_origin[graph.head[arc]] == head
    assert graph.edge_length_m.tolist() == pytest.approx([1111.95, 1111.95], rel=1e-4)


def test_a_restriction_copies_only_its_own_junction() -> None:
    graph = good(backward_ms=[1000, 2000], restrictions=[TurnRestriction(TurnKind.NO, (0, 2))])
    assert graph.junction_copies.tolist() == [0, 1, 0]
    assert graph.nodes == 4
    copy = int(graph.departure_node[0])
    assert copy == graph.junction_node[1] + 1
    leaving = graph.half_edge[graph.first_out[copy] : graph.first_out[copy + 1]]
    assert leaving.tolist() == [1]


def test_a_restriction_over_what_cannot_be_driven_forbids_nothing() -> None:
    graph = good(restrictions=[TurnRestriction(TurnKind.NO, (3, 1))])
    assert graph.junction_copies.tolist() == [0, 0, 0]


def test_an_only_turn_forbids_every_other_one_and_turning_round() -> None:
    graph = build_road_graph(
        [0.0, 0.01, 0.02, 0.01],
        [0.0, 0.0, 0.0, 0.01],
        edge_tail=[0, 1, 1],
        edge_head=[1, 2, 3],
        forward_ms=[1000] * 3,
        backward_ms=[1000] * 3,
        road_class=[6] * 3,
        restrictions=[TurnRestriction(TurnKind.ONLY, (0, 4))],
    )
    copy = graph.departure_node[0]
    leaving = graph.half_edge[graph.first_out[copy] : graph.first_out[copy + 1]]
    assert leaving.tolist() == [4]


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = good().to_arrays(), good().to_arrays()
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)


def test_saved_arrays_of_another_kind_are_refused() -> None:
    arrays = good().to_arrays()
    with pytest.raises(ValueError, match="edge_tail is int64"):
        RoadGraph.from_arrays({**arrays, "edge_tail": arrays["edge_tail"].astype(np.int64)})
    with pytest.raises(ValueError, match="freeflow_ms has shape"):
        RoadGraph.from_arrays({**arrays, "freeflow_ms": arrays["freeflow_ms"][:-1]})


def test_arrays_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        good().freeflow_ms[0] = 5
