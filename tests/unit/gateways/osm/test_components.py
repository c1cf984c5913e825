from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from wardmote.gateways.osm.components import largest_component


def arrays(nodes: int, arcs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    ordered = sorted(arcs)
    counts = np.bincount([tail for tail, _ in ordered], minlength=nodes)
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return first, np.array([head for _, head in ordered], dtype=np.int32)


@given(
    st.integers(1, 12).flatmap(
        lambda nodes: st.tuples(
            st.just(nodes),
            st.lists(st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)), max_size=40),
        )
    )
)
def test_the_largest_component_is_the_one_scipy_finds(
    case: tuple[int, list[tuple[int, int]]],
) -> None:
    nodes, arcs = case
    found = largest_component(*arrays(nodes, arcs))
    matrix = csr_matrix(
        (np.ones(len(arcs)), ([t for t, _ in arcs], [h for _, h in arcs])), shape=(nodes, nodes)
    )
    _, labels = connected_components(matrix, directed=True, connection="strong")
    sizes = np.bincount(labels)
    expected = next(labels == labels[n] for n in range(nodes) if sizes[labels[n]] == sizes.max())
    assert found.tolist() == expected.tolist()


def test_a_long_chain_does_not_exhaust_the_stack() -> None:
    nodes = 50_000
    there = [(n, n + 1) for n in range(nodes - 1)]
    found = largest_component(*arrays(nodes, [*there, (nodes - 1, 0)]))
    assert found.all()
