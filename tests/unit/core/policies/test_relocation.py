from __future__ import annotations

import numpy as np
import pytest

from wardmote.core.policies.relocation import (
    cover_sets,
    gain_of_posts,
    less_the_drive,
    value_of_one_more,
)


def _by_hand(member: np.ndarray, weight: np.ndarray, q: float, at: np.ndarray) -> np.ndarray:
    gain = np.zeros(member.shape[1])
    for row, demand in zip(member, weight, strict=True):
        covering = int((row * at).sum())
        gain += row * demand * (1 - q) * q**covering
    return gain


@pytest.mark.parametrize("seed", range(5))
def test_gain_is_the_rise_in_expected_cover(seed: int) -> None:
    rng = np.random.default_rng(seed)
    member = rng.integers(0, 2, (9, 4)).astype(np.int32)
    weight = rng.random(9)
    at = rng.integers(0, 4, 4).astype(np.int32)
    gain = np.empty(4)
    best = gain_of_posts(member, weight, value_of_one_more(0.4, 20), at, gain)
    np.testing.assert_allclose(gain, _by_hand(member, weight, 0.4, at))
    assert best == int(np.argmax(gain))


def test_posts_worth_the_same_go_to_the_first() -> None:
    member = np.array([[0, 1, 1]], dtype=np.int32)
    nobody = np.zeros(3, dtype=np.int32)
    gain = np.empty(3)
    assert gain_of_posts(member, np.ones(1), value_of_one_more(0.5, 2), nobody, gain) == 1


def test_a_post_that_is_worth_little_more_is_not_worth_a_long_drive() -> None:
    gain = np.array([1.0, 1.1])
    assert less_the_drive(gain.copy(), np.array([60.0, 600.0]), 0.0) == 1
    assert less_the_drive(gain.copy(), np.array([60.0, 600.0]), 0.001) == 0


def test_demand_is_merged_by_the_posts_that_cover_it_and_uncovered_demand_left_out() -> None:
    reached = np.array([[1, 0], [0, 0], [1, 0], [1, 1]], dtype=np.bool_)
    sets = cover_sets([reached, reached[:1]], [np.array([1.0, 9.0, 2.0, 4.0]), np.array([0.5])])
    found = {tuple(row): float(w) for row, w in zip(sets.member, sets.weight, strict=True)}
    assert found == {(1, 0): 3.5, (1, 1): 4.0}


def test_a_unit_that_is_always_busy_covers_nothing_and_is_refused() -> None:
    with pytest.raises(ValueError, match=r"busy share 1\.0"):
        value_of_one_more(1.0, 3)
