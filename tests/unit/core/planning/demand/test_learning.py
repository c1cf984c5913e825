from __future__ import annotations

import numpy as np
import pytest
from tests.unit.core.planning.demand import made_up

from wardmote.core.planning.demand.learning import learn_demand
from wardmote.core.planning.demand.neighbours import neighbours_on_the_plane
from wardmote.core.planning.demand.origins import AdmittedCalls, CallOrigin, DemandCall, admit

NEAR = neighbours_on_the_plane(np.array([0.0, 400.0, 800.0, 5_000.0]), np.zeros(4), 500.0)


def calls_of(days: int) -> AdmittedCalls:
    grid = made_up.hours(days)
    rng = np.random.default_rng(1)
    count = rng.poisson(made_up.week_of(grid))
    at_s = np.repeat(grid.edges_s[:-1], count) + 3_600 * rng.random(count.sum())
    public = [DemandCall(float(t), CallOrigin.PUBLIC) for t in at_s]
    return admit([*public, DemandCall(float(at_s[0]), CallOrigin.OFFICER)])


def test_a_model_is_learnt_from_calls_and_keeps_the_account_of_the_guard() -> None:
    calls = calls_of(56)
    place = np.random.default_rng(2).choice(4, len(calls), p=[0.5, 0.3, 0.15, 0.05])
    model = learn_demand(calls, made_up.hours(56), place, NEAR, (300.0,))
    assert model.refused == {CallOrigin.OFFICER: 1}
    assert model.learnt_from == {CallOrigin.PUBLIC: len(calls)}
    assert model.places.share == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.02)
    week = model.rates(made_up.hours(63).rows(56 * 24, 63 * 24)).sum()
    assert week == pytest.approx(len(calls) / 8, rel=0.05)


def test_every_call_needs_its_place_or_minus_one() -> None:
    with pytest.raises(ValueError, match="places for"):
        learn_demand(calls_of(14), made_up.hours(14), np.array([0]), NEAR, (300.0,))
