"""The script: the same scenario, seed and place give the same one."""

from __future__ import annotations

import datetime

import pytest
from tests.unit.core.simulation.training.drill_town import BOOK, ZONE, ground, scenario

from wardmote.core.domain.plain import InvalidDataError, dump, load
from wardmote.core.domain.shipped_categories import SHIPPED_CATEGORIES
from wardmote.core.simulation.training.drawing import WEEK_S, begin_of, draw_script
from wardmote.core.simulation.training.ground import METRES_PER_DEGREE
from wardmote.core.simulation.training.scenario import Scenario, Start, TroubleKind
from wardmote.core.simulation.training.script import Script
from wardmote.core.simulation.training.timing import job_times

AFTER_S = 1_790_000_000.0
GROUND = ground()


def drawn(one: Scenario, begin_s: float = AFTER_S) -> Script:
    return draw_script(one, GROUND, SHIPPED_CATEGORIES, begin_s)


def test_the_same_seed_gives_the_same_script_and_another_seed_another() -> None:
    script = drawn(scenario())
    assert drawn(scenario()) == script
    assert load(Script, dump(script)) == script
    assert drawn(scenario(seed=6)).calls != script.calls


def test_calls_are_numbered_in_the_order_in_which_they_ring() -> None:
    script = drawn(scenario())
    assert [one.number for one in script.calls] == list(range(1, len(script.calls) + 1))
    assert list(script.calls) == sorted(script.calls, key=lambda one: one.rings_s)
    assert all(script.begin_s <= one.rings_s <= script.end_s for one in script.calls)
    assert {one.at_trainee for one in script.calls if not one.ref} == {True, False}


def test_a_duplicate_is_near_and_about_the_first_call_and_a_mover_is_elsewhere() -> None:
    script = drawn(scenario())
    by_ref = {one.ref: one for one in script.calls if one.ref}
    again, mover = (one for one in script.calls if one.about)
    assert (again.about, again.moved) == (by_ref["crash"].number, False)
    assert (mover.about, mover.moved) == (by_ref["fight"].number, True)
    assert mover.category == "offence.public_order.fight"
    apart = abs(again.lat - by_ref["crash"].lat) + abs(again.lon - by_ref["crash"].lon)
    assert apart * METRES_PER_DEGREE < 800
    assert again.says.zh


def test_trouble_about_a_call_waits_for_whoever_is_sent_there() -> None:
    script = drawn(scenario())
    road, silent = script.trouble
    assert (road.kind, len(road.edges), road.call) == (TroubleKind.ROAD_CLOSES, 1, 0)
    crash = next(one for one in script.calls if one.ref == "crash")
    assert (silent.unit, silent.call, silent.lasts_s) == ("", crash.number, 600.0)
    assert silent.is_on(silent.at_s)
    assert not silent.is_on(silent.at_s + 600.0)


def test_some_units_stay_away_and_trouble_befalls_those_that_came() -> None:
    one = scenario(away=0.5, trouble=[{"kind": "unit_breaks_down", "at_s": 5}])
    script = drawn(one)
    assert len(script.away) == len(BOOK.units) // 2
    assert script.trouble[0].unit not in script.away
    assert drawn(scenario(away=0.2)).away == ()


def test_a_category_that_the_place_does_not_know_is_refused() -> None:
    call = {"call": "a", "at_s": 1, "category": "no.such", "says": {"zh": "啊", "en": ""}}
    with pytest.raises(InvalidDataError, match=r"calls\[0\].category"):
        drawn(scenario(calls=[call], trouble=[]))


@pytest.mark.parametrize("late_s", [0.0, 1.0])
def test_an_exercise_begins_at_its_hour_of_the_week(late_s: float) -> None:
    start = Start(4, 18, 30)
    first_s = begin_of(start, ZONE, AFTER_S)
    local = datetime.datetime.fromtimestamp(first_s, tz=ZONE)
    assert (local.weekday(), local.hour, local.minute, local.second) == (4, 18, 30, 0)
    assert 0 <= first_s - AFTER_S < WEEK_S
    assert begin_of(start, ZONE, first_s + late_s) == first_s + (WEEK_S if late_s else 0.0)


def test_the_time_that_a_call_takes_is_its_own() -> None:
    assert job_times(5, 1) == job_times(5, 1)
    assert job_times(5, 1) != job_times(5, 2)
    assert not any(job_times(5, call).refuses for call in range(200))
