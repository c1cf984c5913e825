"""Erlang's formulas against tables, sums and each other."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wardmote.core.domain.problem import Problem
from wardmote.core.planning.staffing.demand_hours import offered_load
from wardmote.core.planning.staffing.erlang import (
    DelayStandard,
    erlang_b,
    erlang_c,
    late_probability,
    mean_wait_s,
    square_root_units,
    units_by_hour,
    units_needed,
)


def plain_erlang_b(offered: float, units: int) -> float:
    terms = [offered**n / math.factorial(n) for n in range(units + 1)]
    return terms[-1] / sum(terms)


@pytest.mark.parametrize(("offered", "units"), [(0.5, 1), (3.0, 5), (20.0, 25), (9.0, 3), (0.0, 0)])
def test_erlang_b_is_its_definition(offered: float, units: int) -> None:
    assert erlang_b(offered, units) == pytest.approx(plain_erlang_b(offered, units), rel=1e-12)


def test_erlang_c_with_one_unit_is_its_load() -> None:
    assert erlang_c(0.7, 1) == pytest.approx(0.7)
    assert mean_wait_s(0.7, 1, 600.0) == pytest.approx(600 * 0.7 / 0.3)


def test_erlang_formulas_stay_exact_for_thousands_of_units() -> None:
    assert 0 < erlang_c(9_900.0, 10_000) < 1
    assert erlang_b(1e-3, 10_000) == 0.0


def test_a_force_that_cannot_keep_up_makes_everybody_wait() -> None:
    assert erlang_c(5.0, 5) == 1.0
    assert late_probability(5.0, 5, 600.0, 1e9) == 1.0
    assert mean_wait_s(5.0, 5, 600.0) == math.inf


@pytest.mark.parametrize("offered", [0.1, 3.3, 17.0, 120.0])
def test_units_needed_is_the_least_that_keeps_the_standard(offered: float) -> None:
    standard = DelayStandard(0.95, 60.0)
    units = units_needed(offered, 1800.0, standard)
    assert 1 - late_probability(offered, units, 1800.0, 60.0) >= 0.95
    assert 1 - late_probability(offered, units - 1, 1800.0, 60.0) < 0.95


def test_exactly_the_share_is_enough() -> None:
    in_time = 1 - late_probability(0.5, 1, 600.0, 0.0)
    assert units_needed(0.5, 600.0, DelayStandard(in_time, 0.0)) == 1


def test_the_square_root_rule_is_close_for_a_large_force() -> None:
    units = square_root_units(400.0, 0.2)
    assert erlang_c(400.0, units) <= 0.2
    assert erlang_c(400.0, units - 2) > 0.2


@pytest.mark.parametrize(("share", "within"), [(0.0, 1.0), (1.0, 1.0), (0.5, -1.0)])
def test_standards_that_mean_nothing_are_refused(share: float, within: float) -> None:
    with pytest.raises(Problem):
        DelayStandard(share, within)


def test_a_constant_rate_offers_rate_times_service() -> None:
    load = offered_load(np.full(24, 6.0), 1800.0)
    assert load == pytest.approx(np.full(24, 3.0), rel=1e-12)


def test_load_of_the_evening_runs_into_the_night() -> None:
    calls = np.zeros(24)
    calls[20] = 12.0
    load = offered_load(calls, 3600.0)
    assert load[20] == pytest.approx(12 * (1 - math.exp(-1)), rel=1e-9)
    assert load[21] == pytest.approx(load[20])  # the hour begins with what the last one left
    assert load[22] == pytest.approx(load[20] * math.exp(-1), rel=1e-9)
    assert load[19] < 1e-8


def test_more_calls_need_at_least_as_many_units() -> None:
    load = offered_load(np.linspace(1, 40, 168), 2400.0)
    units = units_by_hour(load, 2400.0, DelayStandard(0.9, 30.0), least=2)
    assert units.dtype == np.int32
    assert (units >= np.maximum(load, 2)).all()
    assert units_by_hour(np.array([0.0]), 2400.0, DelayStandard(0.9, 30.0), least=2)[0] == 2
