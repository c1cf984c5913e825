"""Who is on duty in the days ahead, told from whole days before them."""

from __future__ import annotations

import datetime

import pytest
from tests.replay.invented_town import START_S, call, post, unit

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.simulation.replay.fleet import ReplayUnit, UnitHint
from wardmote.core.simulation.validation.fleet_ahead import DAY_S, fleet_ahead, model_days
from wardmote.core.simulation.validation.window import Window

POSTS = (post("1", 0), post("2", 8))
HOUR_S = 3_600.0
MIDNIGHT_S = START_S - START_S % DAY_S


def weekday(at_s: float) -> int:
    return datetime.datetime.fromtimestamp(at_s, tz=datetime.UTC).weekday()


def days_from(first: int, last: int) -> Window:
    return Window(MIDNIGHT_S + DAY_S * first, MIDNIGHT_S + DAY_S * last)


def shifts(*busy: tuple[str, int, int, int]) -> list[CallRecord]:
    """A call an hour to each unit: (unit, day, first hour, last hour)."""
    return [
        call(number, 0, at_s - START_S, unit(name, at_s), area="1")
        for number, (name, at_s) in enumerate(
            (name, MIDNIGHT_S + DAY_S * day + HOUR_S * hour)
            for name, day, first, last in busy
            for hour in range(first, last)
        )
    ]


def on_duty(fleet: tuple[ReplayUnit, ...], at_s: float) -> set[str]:
    return {str(one.spec.unit_id) for one in fleet if any(a <= at_s < b for a, b in one.spells)}


def test_one_day_is_the_model_of_every_day_ahead() -> None:
    past = shifts(("A77", 0, 8, 19), ("A78", 0, 19, 24), ("A78", 0, 0, 5))
    fleet = fleet_ahead(past, POSTS, {}, days_from(0, 1), days_from(1, 4), weekday)
    for day in (1, 2, 3):
        assert on_duty(fleet, MIDNIGHT_S + DAY_S * day + 12 * HOUR_S) == {"A77"}
        assert on_duty(fleet, MIDNIGHT_S + DAY_S * day + 23 * HOUR_S) == {"A78"}
        assert on_duty(fleet, MIDNIGHT_S + DAY_S * day + 2 * HOUR_S) == {"A78"}


def test_the_same_day_of_the_week_is_copied_before_another_of_its_sort() -> None:
    monday = next(day for day in range(7) if weekday(MIDNIGHT_S + DAY_S * (day + 0.5)) == 0)
    observed, ahead = days_from(monday, monday + 7), days_from(monday + 7, monday + 9)
    models = {day.start_s: day for day in model_days(observed, ahead, weekday)}
    first = models[ahead.from_s]
    assert (first.model_s, first.same_weekday) == (observed.from_s, True)
    before = models[ahead.from_s - DAY_S]
    assert before.model_s == before.start_s

    thursday_to_sunday = days_from(monday + 3, monday + 7)
    models = {day.start_s: day for day in model_days(thursday_to_sunday, ahead, weekday)}
    first = models[ahead.from_s]
    assert first.model_s == MIDNIGHT_S + DAY_S * (monday + 4)  # Friday, not Sunday
    assert (first.same_weekday, first.same_sort) == (False, True)


def test_a_unit_with_a_known_home_is_there_throughout() -> None:
    past = shifts(("A77", 0, 8, 10))
    hints = {"A77": UnitHint("", "2")}
    fleet = fleet_ahead(past, POSTS, hints, days_from(0, 1), days_from(1, 2), weekday)
    assert on_duty(fleet, MIDNIGHT_S + DAY_S) == {"A77"}
    assert on_duty(fleet, MIDNIGHT_S + 2 * DAY_S - 1) == {"A77"}


def test_less_than_a_day_says_nothing_of_shifts() -> None:
    past = shifts(("A77", 0, 8, 10))
    observed = Window(MIDNIGHT_S, MIDNIGHT_S + DAY_S - 1)
    fleet = fleet_ahead(past, POSTS, {}, observed, days_from(1, 2), weekday)
    assert on_duty(fleet, MIDNIGHT_S + DAY_S) == {"A77"}
    assert model_days(observed, days_from(1, 2), weekday) == ()


def test_rare_assignments_do_not_make_a_unit_come_and_go() -> None:
    # One call a day at changing hours: gaps of 20 to 28 hours are what chance leaves.
    past = shifts(*(("A77", day, hour, hour + 1) for day, hour in enumerate((8, 12, 9, 11, 7))))
    fleet = fleet_ahead(past, POSTS, {}, days_from(0, 5), days_from(5, 7), weekday)
    there = [on_duty(fleet, MIDNIGHT_S + DAY_S * 5 + HOUR_S * hour) for hour in range(48)]
    assert all(there)


def test_there_must_be_posts() -> None:
    with pytest.raises(ValueError, match="post"):
        fleet_ahead(shifts(("A77", 0, 8, 9)), (), {}, days_from(0, 1), days_from(1, 2), weekday)
