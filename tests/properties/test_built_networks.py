"""Whatever streets a file has, the network built from them can be driven everywhere and back."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import osmium
from hypothesis import given, settings
from hypothesis import strategies as st
from osmium.osm.mutable import Node, Relation, Way
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from wardmote.core.travel.graph import RoadGraph
from wardmote.gateways.osm.network import build_network
from wardmote.gateways.osm.roads import read_roads
from wardmote.gateways.osm.source import open_source

SIDE = 4
NODES = st.integers(0, SIDE * SIDE - 1)
WAYS = st.lists(
    st.tuples(
        st.lists(NODES, min_size=1, max_size=6),
        st.sampled_from(["no", "yes", "-1"]),
        st.sampled_from(["residential", "primary", "footway", "motorway"]),
    ),
    min_size=1,
    max_size=14,
)
TURNS = st.lists(
    st.tuples(
        st.integers(0, 13),
        NODES,
        st.integers(0, 13),
        st.sampled_from(["no_left_turn", "only_straight_on", "no_u_turn", "no_entry"]),
    ),
    max_size=6,
)
BARRIERS = st.sets(NODES, max_size=2)


def write(path: Path, ways: list, turns: list, barriers: set[int]) -> None:
    with osmium.SimpleWriter(str(path)) as writer:
        for number in range(SIDE * SIDE):
            tags = {"barrier": "bollard"} if number in barriers else {}
            place = (111 + number % SIDE * 0.001, 27 + number // SIDE * 0.001)
            writer.add_node(Node(id=number + 1, version=1, location=place, tags=tags))
        for row, (refs, oneway, highway) in enumerate(ways):
            nodes = [ref + 1 for ref in refs]
            tags = {"highway": highway, "oneway": oneway}
            writer.add_way(Way(id=row + 1, version=1, nodes=nodes, tags=tags))
        for row, (start, via, end, kind) in enumerate(turns):
            members = [("w", start + 1, "from"), ("n", via + 1, "via"), ("w", end + 1, "to")]
            tags = {"type": "restriction", "restriction": kind}
            writer.add_relation(Relation(id=row + 1, version=1, members=members, tags=tags))


def half_edges_on_round_trips(graph: RoadGraph) -> set[int]:
    """Half-edges that lie in the largest strongly connected part of the expanded graph."""
    arcs = csr_matrix(
        (np.ones(graph.arcs), (graph.tail, graph.head)), shape=(graph.nodes, graph.nodes)
    )
    _, labels = connected_components(arcs, directed=True, connection="strong")
    largest = np.bincount(labels).argmax()
    inside = (labels[graph.tail] == largest) & (labels[graph.head] == largest)
    return set(graph.half_edge[inside].tolist())


@settings(max_examples=150, deadline=None)
@given(WAYS, TURNS, BARRIERS)
def test_every_direction_kept_lies_on_a_round_trip(
    ways: list, turns: list, barriers: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.osm.pbf"
        write(path, ways, turns, barriers)
        roads = read_roads(open_source(path))
    if not roads.ways:
        return
    network = build_network(roads, roads.x / 1e7, roads.y / 1e7, "")
    if network is None:
        return
    graph = network.graph
    assert set(graph.half_edge.tolist()) == half_edges_on_round_trips(graph)
    assert len(network.edge_way) == graph.edges
    assert all(count > 0 for count in network.dropped.values())
