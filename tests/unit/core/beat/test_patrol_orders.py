"""The orders of a day from grades: the same whenever asked, right in nights of changed clocks."""

from __future__ import annotations

import datetime
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.core.domain.test_patrol import AREA, GRADED, GRADES

from wardmote.core.beat.patrol_orders import hour_s, orders_of_day

DAY = datetime.date(2026, 11, 22)
ZONE = "Asia/Shanghai"
HOUR_S = 3_600.0
EVERYDAY = {AREA: 4}
CODE = GRADED.place.code


def test_a_stretch_is_cut_at_four_hours_and_at_each_change_of_grade() -> None:
    hours = (0,) * 10 + (4,) * 9 + (2,) * 2 + (0, 1, 1)
    grades = replace(GRADES, places=(replace(GRADED, hours=hours),))
    found = orders_of_day(grades, DAY, ZONE, EVERYDAY, {})
    midnight_s = hour_s(DAY, 0, ZONE)
    spans = [
        (one.grade, (one.from_s - midnight_s) / HOUR_S, (one.to_s - midnight_s) / HOUR_S)
        for one in found
    ]
    assert spans == [(4, 10, 14), (4, 14, 18), (4, 18, 19), (2, 19, 21), (1, 22, 24)]
    assert [one.every_s for one in found] == [14_400, 14_400, 3_600, 3_600, 1_800]


def test_a_level_raises_what_is_ordered() -> None:
    everyday = orders_of_day(GRADES, DAY, ZONE, EVERYDAY, {})
    level_2 = orders_of_day(GRADES, DAY, ZONE, {AREA: 2}, {})
    assert [one.grade for one in everyday] == [3, 2]
    assert [one.grade for one in level_2] == [2]


@given(
    st.lists(st.integers(0, 4), min_size=24, max_size=24), st.floats(0, 26),
    st.sampled_from([DAY, datetime.date(2026, 3, 29), datetime.date(2026, 10, 25)]),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_orders_cover_exactly_the_graded_hours_once_and_have_keys_of_their_own(
    hours: list[int], free_h: float, day: datetime.date
) -> None:
    zone = "Europe/Berlin"
    grades = replace(GRADES, places=(replace(GRADED, hours=tuple(hours)),))
    whole = orders_of_day(grades, day, zone, EVERYDAY, {})
    assert len({one.key for one in whole}) == len(whole)
    graded_s = sum(
        hour_s(day, hour + 1, zone) - hour_s(day, hour, zone) for hour in range(24) if hours[hour]
    )
    assert sum(one.to_s - one.from_s for one in whole) == pytest.approx(graded_s)
    assert all(one.to_s <= other.from_s for one, other in pairwise(whole))
    free_s = hour_s(day, 0, zone) + free_h * HOUR_S
    later = orders_of_day(grades, day, zone, EVERYDAY, {CODE: free_s})
    assert {one.key for one in whole if one.from_s >= free_s} <= {one.key for one in later}
    assert all(one.from_s >= free_s for one in later)


def test_the_night_in_which_clocks_go_back_has_an_hour_more() -> None:
    day = datetime.date(2026, 10, 25)
    assert hour_s(day, 3, "Europe/Berlin") - hour_s(day, 2, "Europe/Berlin") == 2 * HOUR_S
    spring = datetime.date(2026, 3, 29)
    assert hour_s(spring, 3, "Europe/Berlin") - hour_s(spring, 2, "Europe/Berlin") == 0.0
    assert hour_s(spring, 24, "Europe/Berlin") - hour_s(spring, 0, "Europe/Berlin") == 23 * HOUR_S
