"""Recorded calls through the engine that tries plans, on an invented town's days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.replay.invented_town import AREA, START_S, town_roads
from tests.unit.core.simulation.validation.invented_days import HINTS, POSTS, SPACING_S, history

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.places import PlaceBook, PlaceClass
from wardmote.core.domain.standards import shipped_standard
from wardmote.core.simulation.replay.state import ReplaySetting
from wardmote.core.simulation.validation.comparison import compare
from wardmote.core.simulation.validation.experiment import learn_room, recorded_response_s
from wardmote.core.simulation.validation.window import Window
from wardmote.core.studies.recorded_trial import RecordedTrial, play, recorded_trial
from wardmote.core.travel.travel_times import TravelTimes

PAST = 120


@pytest.fixture(scope="module")
def trial() -> RecordedTrial:
    """What a trial learns from 120 hours of an invented town."""
    setting = ReplaySetting(
        shipped_standard("135"), 1, AREA, lambda _lon, _lat: PlaceClass.ELSEWHERE
    )
    room = learn_room(
        history(PAST, 0),
        Window(START_S, START_S + SPACING_S * PAST),
        POSTS,
        HINTS,
        TravelTimes.of(town_roads()),
        lambda _at_s: 0,
        lambda _at_s: 0,
        setting,
    )
    return recorded_trial(room, PlaceBook((), (), (), (), (), (), ()))


def foretold(
    trial: RecordedTrial, calls: Sequence[CallRecord], seeds: Sequence[int] = (1, 2)
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    start_s = START_S + SPACING_S * PAST
    window = Window(start_s, start_s + SPACING_S * len(calls))
    return np.array([run.response_s for run in play(trial, calls, window, seeds)])


def test_a_town_that_goes_on_as_before_is_foretold(trial: RecordedTrial) -> None:
    calls = history(80, PAST, seed=2)
    found = compare(recorded_response_s(calls), foretold(trial, calls))
    assert abs(found.mean_error) < 0.08
    assert found.ks < 0.16  # 80 calls: 0.152 is exceeded by chance in one case of twenty


def test_what_became_of_the_calls_ahead_is_not_looked_at(trial: RecordedTrial) -> None:
    one, other = history(20, PAST, seed=3), history(20, PAST, slower=5.0, seed=3)
    assert np.array_equal(foretold(trial, one), foretold(trial, other))


def test_runs_depend_on_the_seed_alone(trial: RecordedTrial) -> None:
    calls = history(20, PAST, seed=3)
    first, other = foretold(trial, calls, (4, 5))
    assert np.array_equal(foretold(trial, calls, (5, 4)), [other, first])
    assert not np.array_equal(first, other)


def test_a_call_without_a_place_is_left_out_and_the_others_keep_their_rows(
    trial: RecordedTrial,
) -> None:
    calls = history(20, PAST, seed=3)
    calls[7] = replace(calls[7], lon=None, lat=None)
    (found,) = foretold(trial, calls, (1,))
    assert np.flatnonzero(np.isnan(found)).tolist() == [7]


def test_no_calls_give_no_figures(trial: RecordedTrial) -> None:
    nobody = [replace(call, lon=None, lat=None) for call in history(3, PAST)]
    assert np.isnan(foretold(trial, nobody)).all()
