"""Whatever the seed: parts are whole, sums exact, towns drivable."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from wardmote.core.simulation.generated_places.partition import (
    parts_by_weight,
    parts_of_three_or_four,
    seats_by_highest_average,
)
from wardmote.core.simulation.generated_places.place import generate_place
from wardmote.core.simulation.generated_places.scales import SCALES, Scale
from wardmote.core.simulation.generated_places.shapes import largest_remainder


def _points(number: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, size=(number, 2))


@given(st.integers(3, 80), st.integers(0, 2**32))
def test_parts_of_three_or_four_hold_every_row_once(number: int, seed: int) -> None:
    if number == 5:
        with pytest.raises(ValueError, match="three and four"):
            parts_of_three_or_four(_points(number, seed))
        return
    parts = parts_of_three_or_four(_points(number, seed))
    assert sorted(np.concatenate(parts).tolist()) == list(range(number))
    assert {len(part) for part in parts} <= {3, 4}


@given(st.integers(1, 60), st.integers(0, 2**32), st.data())
def test_parts_by_weight_are_never_empty(number: int, seed: int, data: st.DataObject) -> None:
    wanted = data.draw(st.integers(1, number))
    weights = np.random.default_rng(seed + 1).uniform(0.01, 9, size=number)
    parts = parts_by_weight(_points(number, seed), weights, wanted)
    assert len(parts) == wanted
    assert sorted(np.concatenate(parts).tolist()) == list(range(number))
    assert all(len(part) for part in parts)


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60), st.integers(0, 10**8))
def test_shares_add_up_exactly_and_miss_the_quota_by_less_than_one(
    weights: list[float], total: int
) -> None:
    shares = largest_remainder(np.array(weights), total)
    assert shares.sum() == total
    exact = np.array(weights) / sum(weights) * total
    assert (np.abs(shares - exact) < 1 + 1e-6 * total).all()


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=30), st.integers(0, 60))
def test_highest_averages_share_out_everything_in_order_of_votes(
    votes: list[float], number: int
) -> None:
    shares = seats_by_highest_average(np.array(votes), number)
    assert shares.sum() == number
    order = np.argsort(votes, kind="stable")
    assert (np.diff(shares[order]) >= -1).all()
    strictly = np.diff(np.array(votes)[order]) > 0
    assert (np.diff(shares[order])[strictly] >= 0).all()


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**63 - 1))
def test_a_town_of_any_seed_is_drivable_and_complete(seed: int) -> None:
    place = generate_place(Scale.TOWN, seed)
    graph = place.graph
    arcs = csr_matrix((np.ones(graph.arcs), (graph.tail, graph.head)), (graph.nodes, graph.nodes))
    _, part = connected_components(arcs, directed=True, connection="strong")
    assert len(np.unique(part[graph.junction_node])) == 1
    assert len(place.place_book.posts) == SCALES[Scale.TOWN].posts
    assert {p.kind for p in place.place_book.key_places} == {
        "government",
        "hospital",
        "market",
        "school",
        "station",
    }
