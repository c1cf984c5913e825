"""A room fitted on an invented town's days, and its days ahead."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest
from tests.replay.invented_town import AREA, START_S, call, town_roads, unit
from tests.unit.core.simulation.validation.invented_days import HINTS, POSTS, SPACING_S, history

from wardmote.commands.twin_validate import days
from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import shipped_standard
from wardmote.core.simulation.replay.state import ReplaySetting
from wardmote.core.simulation.validation.comparison import Comparison, compare
from wardmote.core.simulation.validation.experiment import (
    FittedRoom,
    fit_replay,
    learn_room,
    recorded_response_s,
    simulate,
    simulated_response_s,
)
from wardmote.core.simulation.validation.fitted_roads import (
    Part,
    Stretch,
    UnitTime,
    fit_times,
    likeness,
    part_of,
)
from wardmote.core.simulation.validation.library import library_of
from wardmote.core.simulation.validation.window import Window
from wardmote.core.travel.travel_times import TravelTimes

DAY_S = 86_400.0


@pytest.fixture(scope="module")
def travel() -> TravelTimes:
    return TravelTimes.of(town_roads())


def fitted(calls: list[CallRecord], travel: TravelTimes, window: Window) -> FittedRoom:
    setting = ReplaySetting(
        shipped_standard("135"), 1, AREA, lambda _lon, _lat: PlaceClass.ELSEWHERE
    )
    return fit_replay(
        learn_room(calls, window, POSTS, HINTS, travel, lambda _at_s: 0, lambda _at_s: 0, setting)
    )


def foretold(calls: list[CallRecord], travel: TravelTimes, split: int) -> Comparison:
    at_s = START_S + SPACING_S * split
    room = fitted(calls, travel, Window(START_S, at_s))
    ahead = Window(at_s, at_s + 400 * DAY_S)
    asked = ahead.of(calls)
    runs = [simulated_response_s(simulate(room, asked, ahead, seed)) for seed in (1, 2)]
    return compare(recorded_response_s(asked), np.array(runs))


def test_a_town_that_goes_on_as_before_is_foretold(travel: TravelTimes) -> None:
    found = foretold(history(120, 0) + history(80, 120, seed=2), travel, 120)
    assert abs(found.mean_error) < 0.08
    assert found.ks < 0.16  # 80 calls: 0.152 is exceeded by chance in one case of twenty


def test_a_town_whose_drives_became_slower_is_not(travel: TravelTimes) -> None:
    found = foretold(history(120, 0) + history(80, 120, slower=2.0, seed=2), travel, 120)
    assert found.mean_error < -0.2
    assert not found.reached["mean"]


def test_what_became_of_the_calls_ahead_is_not_looked_at(travel: TravelTimes) -> None:
    past = history(50, 0)
    ahead = Window(START_S + SPACING_S * 50, START_S + SPACING_S * 60)
    one, other = history(10, 50, seed=3), history(10, 50, slower=5.0, seed=3)
    room = fitted(past, travel, Window(START_S, ahead.from_s))
    told = [simulated_response_s(simulate(room, calls, ahead, 7)) for calls in (one, other)]
    assert np.array_equal(told[0], told[1])
    again = fitted(past + other, travel, Window(START_S, ahead.from_s))
    assert np.array_equal(told[0], simulated_response_s(simulate(again, one, ahead, 7)))


def test_runs_depend_on_the_seed_alone(travel: TravelTimes) -> None:
    calls = history(45, 0)
    window = Window(START_S, START_S + SPACING_S * 45)
    room = fitted(calls, travel, window)
    first, same, other = (
        simulated_response_s(simulate(room, calls, window, seed)) for seed in (4, 4, 5)
    )
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_a_call_is_never_its_own_donor_and_rare_kinds_take_wider_ones() -> None:
    calls = [call(n, 0, 60.0 * n, unit("E1", START_S + 60.0 * n + n)) for n in range(10)]
    library = library_of(calls)
    rng = np.random.default_rng(0)
    for n, one in enumerate(calls):
        for _ in range(20):
            wave = library.drawn(one, rng).waves[0]
            assert wave.at_s - one.received_s != n
            assert wave.jobs[0].recorded is None
            assert wave.jobs[0].turnout_s == 60.0
    rare = replace(calls[0], source_category="flood")
    assert library.donors(rare) == library.by_priority["1"]
    assert library.donors(replace(rare, source_priority="9")) == library.every
    with pytest.raises(ValueError, match="sent a unit"):
        library_of([call(1, 0, 0.0)])


def test_a_stretch_moves_ranks_and_goes_on_in_proportion() -> None:
    stretch = Stretch(np.linspace(0, 100, 101), np.linspace(0, 300, 101))
    assert stretch.of(50.0) == 150.0
    assert stretch.of(200.0) == 600.0


def unit_time(number: int, whole_s: float, part: Part = Part.AMONG_FIRST) -> UnitTime:
    return UnitTime(str(number), "1", "engine", part, whole_s)


def test_units_that_go_alone_and_reinforcements_have_times_of_their_own() -> None:
    assert part_of(1, 500.0) is Part.ALONE
    assert part_of(2, 60.0) is Part.AMONG_FIRST
    assert part_of(2, 60.1) is Part.LATER
    rng = np.random.default_rng(3)
    made = [
        unit_time(n, float(rng.uniform(100, 200)), part) for part in Part if part for n in range(50)
    ]
    real = [
        replace(one, whole_s=one.whole_s * (3 if one.part is Part.ALONE else 1)) for one in made
    ]
    fit = fit_times(real, made)
    alone, among = (fit.stretch("engine", "1", part) for part in (Part.ALONE, Part.LATER))
    assert alone is not None
    assert among is not None
    assert alone.of(150.0) == pytest.approx(450.0, abs=1)
    assert among.of(150.0) == pytest.approx(150.0)
    elsewhere = fit.stretch("boat", "9", Part.ALONE)
    assert elsewhere is not None
    assert elsewhere.of(150.0) > 150.0


def test_too_little_to_fit_on_is_said(travel: TravelTimes) -> None:
    calls = history(39, 0)
    window = Window(START_S, START_S + SPACING_S * 39)
    with pytest.raises(Problem, match=r"Only 39 runs .* 40 are needed"):
        fitted(calls, travel, window)
    nowhere = [replace(one, lon=None, lat=None) for one in history(50, 0)]
    with pytest.raises(Problem, match=r"Only 0 runs .* can be simulated"):
        fitted(nowhere, travel, Window(START_S, START_S + SPACING_S * 50))


def test_drives_to_one_call_that_are_alike_are_seen_to_be() -> None:
    rng = np.random.default_rng(1)
    common = rng.standard_normal(400)
    alike = [
        unit_time(n, float(np.exp(5 + 0.8 * common[n] + 0.6 * rng.standard_normal())))
        for n in range(400)
        for _ in range(2)
    ]
    apart = [unit_time(n // 2, float(rng.lognormal(5, 1))) for n in range(800)]
    assert likeness(alike) == pytest.approx(0.62, abs=0.1)
    assert likeness(apart) < 0.12
    assert likeness(apart[:20]) == 0.0
    assert fit_times(alike, apart).alike == pytest.approx(0.6, abs=0.12)


def test_days_are_whole_and_on_the_records_clock() -> None:
    window = days("2018-01-13..2018-01-20", datetime.UTC)  # type: ignore[arg-type]  # any zone does
    assert window.to_s - window.from_s == 8 * DAY_S
    for wrong in ("2018-01-20..2018-01-13", "soon", "2018-01-13..x"):
        with pytest.raises(Problem, match="2018-01-13"):
            days(wrong, datetime.UTC)  # type: ignore[arg-type]  # any zone does
