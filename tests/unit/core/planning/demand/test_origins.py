"""The guard against the feedback loop."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.planning.demand.forecasting import learn_volumes
from wardmote.core.planning.demand.origins import (
    LEARNT_FROM,
    CallOrigin,
    DemandCall,
    RefusedOriginError,
    admit,
    require_learnable,
)
from wardmote.core.planning.demand.series import count_calls, counted
from wardmote.core.planning.demand.time_grid import daily_grid, hourly_grid

DAY = datetime.date(2026, 3, 2)


def test_a_call_without_an_origin_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        DemandCall(0.0)  # type: ignore[call-arg]  # the point of the test
    with pytest.raises(ValueError, match="guess"):
        DemandCall(0.0, "guess")  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("origin", [CallOrigin.OFFICER, CallOrigin.PLANNED, CallOrigin.UNKNOWN])
def test_what_nobody_outside_asked_for_is_refused_and_counted(origin: CallOrigin) -> None:
    calls = admit([DemandCall(1.0, origin), DemandCall(2.0, CallOrigin.PUBLIC)])
    assert calls.at_s.tolist() == [2.0]
    assert calls.refused == {origin: 1}
    assert calls.admitted == {CallOrigin.PUBLIC: 1}


def test_ready_made_counts_must_state_origins_that_may_be_learnt_from() -> None:
    grid = daily_grid(DAY, DAY)
    with pytest.raises(ValueError, match="origins"):
        counted(grid, [3], origins=[])
    with pytest.raises(RefusedOriginError, match="officer"):
        counted(grid, [3], origins=[CallOrigin.PUBLIC, CallOrigin.OFFICER])
    for origin in LEARNT_FROM:
        require_learnable(origin)


@given(st.lists(st.tuples(st.integers(0, 14 * 24 - 1), st.sampled_from(CallOrigin)), max_size=60))
def test_whatever_officers_find_changes_nothing(found: list[tuple[int, CallOrigin]]) -> None:
    grid = hourly_grid(DAY, DAY + datetime.timedelta(days=13), datetime.UTC)
    start_s = grid.edges_s[0]
    public = [DemandCall(start_s + 3600.0 * hour, CallOrigin.PUBLIC) for hour in range(0, 336, 3)]
    theirs = [
        DemandCall(start_s + 3600.0 * hour + 60, origin)
        for hour, origin in found
        if origin not in LEARNT_FROM
    ]
    without = count_calls(admit(public), grid)
    together = count_calls(admit(public + theirs), grid)
    assert np.array_equal(without.count, together.count)
    assert np.array_equal(without.exposure, together.exposure)


def test_patrols_that_follow_the_forecast_do_not_feed_it() -> None:
    """Round by round patrols go where most was counted and find more there.

    With everything counted the shares run away from the truth; with the guard they stay.
    """
    rng = np.random.default_rng(5)
    truth = np.array([0.5, 0.5])
    naive, guarded = np.array([55.0, 45.0]), np.array([55.0, 45.0])
    for _ in range(60):
        called = rng.multinomial(100, truth)
        patrolled = rng.multinomial(
            200, (naive / naive.sum()) ** 2 / ((naive / naive.sum()) ** 2).sum()
        )
        naive += called + patrolled
        calls = [
            DemandCall(float(place), origin)
            for origin, counts in ((CallOrigin.PUBLIC, called), (CallOrigin.OFFICER, patrolled))
            for place, count in enumerate(counts)
            for _ in range(count)
        ]
        guarded += np.bincount(admit(calls).at_s.astype(int), minlength=2)
    assert abs(guarded[0] / guarded.sum() - 0.5) < 0.02
    assert abs(naive[0] / naive.sum() - 0.5) > 0.05


def test_volumes_need_something_recorded() -> None:
    grid = daily_grid(DAY, DAY + datetime.timedelta(days=6))
    nothing = counted(grid, [0] * 7, [0.0] * 7, origins=[CallOrigin.PUBLIC])
    with pytest.raises(ValueError, match="no recorded calls"):
        learn_volumes(nothing)
