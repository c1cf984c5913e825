from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident import FieldTime
from wardmote.core.measures.bulletin import BANDINGS, band
from wardmote.core.measures.distributions import percentile, wilson
from wardmote.core.measures.intervals import measure_stamps

seconds = st.floats(-1e4, 1e5, allow_nan=False)
stamps = st.dictionaries(st.sampled_from(list(FieldTime)), seconds)


@given(st.lists(stamps, max_size=30), st.sampled_from(BANDINGS))
def test_every_call_is_in_exactly_one_band_or_missing_or_backward(rows, banding) -> None:  # type: ignore[no-untyped-def]  # drawn
    named = [(IncidentId(f"c{row}"), one) for row, one in enumerate(rows)]
    banded = band(banding, measure_stamps(named, banding.span))
    found = [call for one in banded.bands for call in one.figure.calls]
    every = [*found, *banded.missing.calls, *banded.negative.calls]
    assert sorted(every) == sorted(name for name, _ in named)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.1, 100))
def test_a_percentile_is_numpys_inverted_cdf(values: list[float], per_cent: float) -> None:
    rank = per_cent * len(values) / 100
    expected = float(np.percentile(values, per_cent, method="inverted_cdf"))
    if abs(rank - round(rank)) > 1e-6:
        assert percentile(values, per_cent) == expected
    assert percentile(values, per_cent) in values


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_wilson_interval_holds_its_share_and_narrows_with_more_calls(a: int, b: int) -> None:
    share = wilson(a, a + b)
    if share.share is None or share.low is None or share.high is None:
        assert a + b == 0
        return
    assert 0 <= share.low <= share.share <= share.high <= 1
    more = wilson(4 * a, 4 * (a + b))
    assert more.low is not None
    assert more.high is not None
    assert more.high - more.low < share.high - share.low
