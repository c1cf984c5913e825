"""A count against that of another period."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from wardmote.core.measures.comparison import SMALL_COUNT, chance_of_difference, change

COUNTS = st.integers(0, 3_000)
EXPOSURES = st.floats(0.2, 5.0)


@pytest.mark.parametrize(
    ("now", "before", "share", "surprising"),
    [
        (36, 30, 0.2, False),
        (35, 29, None, False),
        (0, 0, None, False),
        (5, 0, None, False),
        (6, 0, None, True),
        (140, 100, 0.4, True),
        (110, 100, 0.1, False),
    ],
)
def test_small_counts_are_not_told_in_per_cent(
    now: int, before: int, share: float | None, surprising: bool
) -> None:
    told = change(now, before)
    assert told.difference == now - before
    assert told.share == (None if share is None else pytest.approx(share))
    assert told.is_surprising == surprising


@given(COUNTS, COUNTS, EXPOSURES)
def test_nothing_falls_by_more_than_all_of_it_and_the_interval_holds_the_share(
    now: int, before: int, exposure: float
) -> None:
    told = change(now, before, exposure)
    if before < SMALL_COUNT:
        assert told.share is None
        return
    assert told.share is not None
    assert told.low is not None
    assert told.high is not None
    assert -1.0 <= told.low <= told.share <= told.high


@given(COUNTS, COUNTS, EXPOSURES)
def test_chance_and_interval_are_the_exact_ones(now: int, before: int, exposure: float) -> None:
    total, part = now + before, exposure / (1 + exposure)
    exact = min(
        1.0,
        2 * min(stats.binom.cdf(now, total, part), stats.binom.sf(now - 1, total, part)),
    )
    expected = 1.0 if total == 0 else exact
    assert chance_of_difference(now, before, exposure) == pytest.approx(
        expected, rel=1e-7, abs=1e-12
    )
    told = change(now, before, exposure)
    if told.low is None or told.high is None:
        return
    low, high = stats.binomtest(now, total).proportion_ci(0.95, "exact")
    assert told.low == pytest.approx(low / (1 - low) / exposure - 1, rel=1e-6, abs=1e-9)
    if high < 1:
        assert told.high == pytest.approx(high / (1 - high) / exposure - 1, rel=1e-6, abs=1e-9)


def test_a_shorter_month_is_compared_by_the_day() -> None:
    told = change(280, 310, 28 / 31)
    assert told.share == pytest.approx(0.0)
    assert told.is_surprising is False


def test_a_fall_to_nothing_is_a_fall_by_all_of_it_with_an_upper_end() -> None:
    told = change(0, 36)
    assert told.share == -1.0
    assert told.high is not None
    assert math.isfinite(told.high)


@pytest.mark.parametrize("wrong", [(-1, 0, 1.0), (0, -1, 1.0), (1, 1, 0.0), (1, 1, math.inf)])
def test_impossible_counts_are_refused(wrong: tuple[int, int, float]) -> None:
    with pytest.raises(ValueError, match=r"negative|exposure"):
        change(*wrong)
