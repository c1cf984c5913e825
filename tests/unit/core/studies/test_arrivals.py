"""First arrivals as records have them: by priority, once a call, and not told from too few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.replay.invented_town import START_S, call, town_roads, unit
from tests.unit.core.simulation.validation.invented_days import POSTS

from wardmote.core.domain.incident import Priority
from wardmote.core.simulation.twin import columns as c
from wardmote.core.studies.arrivals import (
    LEAST_ARRIVALS,
    Arrivals,
    ExpectedDrive,
    drawn_by_priority,
    fit_arrivals,
    quantile_curve,
)
from wardmote.core.studies.handling import Handling, invented_handling
from wardmote.core.studies.worlds import handled
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import LEVELS

DRIVE = ExpectedDrive(1.0, np.ones(24))


@pytest.fixture(scope="module")
def travel() -> TravelTimes:
    return TravelTimes.of(town_roads())


def fitted(number: int, travel: TravelTimes, *, routine: int = 0) -> Arrivals | None:
    """Calls a minute from the first post, ordered after 30 s, reached 200 s after that."""
    calls = [
        call(n, 1, 100.0 * n, unit("E1", START_S + 100.0 * n + 30.0, travel_s=140.0))
        for n in range(number)
    ]
    calls += [
        replace(
            call(n, 1, 100.0 * n, unit("E1", START_S + 100.0 * n + 90.0, travel_s=340.0)),
            priority=Priority.ROUTINE,
        )
        for n in range(number, number + routine)
    ]
    return fit_arrivals(calls, DRIVE, POSTS, travel, lambda _at_s: 0)


def test_what_it_really_took_beside_the_drive_from_the_nearest_post_by_priority(
    travel: TravelTimes,
) -> None:
    found = fitted(LEAST_ARRIVALS, travel, routine=LEAST_ARRIVALS)
    assert found is not None
    assert found.records == 2 * LEAST_ARRIVALS
    # From the order, less a minute's drive from the nearest post.
    assert found.beside_s[Priority.EMERGENCY - 1] == pytest.approx(140.0)
    assert found.beside_s[Priority.ROUTINE - 1] == pytest.approx(340.0)
    assert found.delay_s[Priority.EMERGENCY - 1] == pytest.approx(30.0)
    assert found.delay_s[Priority.ROUTINE - 1] == pytest.approx(90.0)


def test_a_priority_with_too_few_takes_those_of_all_and_too_few_say_nothing(
    travel: TravelTimes,
) -> None:
    assert fitted(LEAST_ARRIVALS - 1, travel) is None
    found = fitted(LEAST_ARRIVALS, travel, routine=LEAST_ARRIVALS - 1)
    assert found is not None
    rare = found.beside_s[Priority.ROUTINE - 1]
    assert rare[0] == pytest.approx(140.0)
    assert rare[-1] == pytest.approx(340.0)


def test_a_forgotten_button_is_not_drawn_more_often_than_it_was() -> None:
    rng = np.random.default_rng(1)
    values = np.append(rng.uniform(50, 150, 2_000), 24_000.0)
    level = rng.random(200_000)
    kept = np.interp(level, LEVELS, quantile_curve(values)).mean()
    assert kept == pytest.approx(values.mean(), rel=0.01)
    assert np.interp(level, LEVELS, np.quantile(values, LEVELS)).mean() > 2 * values.mean()


def test_the_units_of_a_call_share_its_luck() -> None:
    spread = np.tile(np.linspace(20.0, 300.0, len(LEVELS)), (4, 1))
    handling = replace(
        invented_handling(),
        units=np.tile([0.0, 0.0, 1.0, 0.0, 0.0, 0.0], (4, 1)),
        arrivals=Arrivals(np.full((4, len(LEVELS)), 70.0), spread, 100),
    )
    found = drawn(handling)
    assert (found[:, c.DRIVE_FACTOR] == 1.0).all()
    beside_s = (found[:, c.TURNOUT_FACTOR] * handling.before_driving_s).reshape(-1, 3)
    assert (beside_s == beside_s[:, :1]).all()
    assert 20.0 <= beside_s.min() < 80.0
    assert 240.0 < beside_s.max() <= 300.0
    assert (found[:, c.DECISION_S] - found[:, c.ARRIVAL_S] == pytest.approx(70.0)) is True


def test_what_every_drive_adds_errs_as_the_drive_does() -> None:
    """The twin counts it before driving; the error of pressing a button is not its own."""
    plain = invented_handling()
    wild = np.full(len(LEVELS), 2.0)
    handling = replace(
        plain,
        turnout_s=50.0,
        turnout_error=wild,
        driving=replace(plain.driving, access_s=150.0, error=np.ones(len(LEVELS))),
    )
    before_s = drawn(handling)[:, c.TURNOUT_FACTOR] * handling.before_driving_s
    assert before_s == pytest.approx(2 * 50.0 + 150.0)


def drawn(handling: Handling) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    calls = 50
    at_s = np.arange(calls) * 60.0
    priority = np.ones(calls, dtype=np.int64)
    point = np.zeros(calls, dtype=np.int64)
    made = handled(at_s, point, priority, handling, np.random.default_rng(2))
    return made.calls_f


def test_each_call_draws_from_the_curve_of_its_priority() -> None:
    curves = np.array([np.full(len(LEVELS), float(row)) for row in range(4)])
    priority = np.array([4, 1, 2], dtype=np.int64)
    assert drawn_by_priority(curves, priority, np.array([0.1, 0.5, 1.0])).tolist() == [3, 0, 1]
