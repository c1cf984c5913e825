"""How a patrol was walked: boundaries of lateness, tolerance and gaps; unknown is not zero."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.beat.hazard_repeats import EARTH_RADIUS_M
from wardmote.core.beat.patrol_walked import (
    Begun,
    Fix,
    Walk,
    adherence,
    is_at,
    is_in_place,
    rounds_of,
    spread,
)
from wardmote.core.domain.patrol import CheckPoint, PatrolPlace, PatrolPlaceKind
from wardmote.core.domain.text import Bilingual

NAME = Bilingual("点", "Point")
METRE = math.degrees(1.0 / EARTH_RADIUS_M)
"""Degrees of latitude."""
POINTS = (CheckPoint(1, NAME, 111.15, 27.05), CheckPoint(2, NAME, 111.15, 27.06))
STREET = PatrolPlace(PatrolPlaceKind.STREET, NAME, "s", (((111.15, 27.05), (111.15, 27.06)),))
WALK = Walk(STREET, POINTS, (), 10_000.0, 17_200.0, 3_600.0)
SQUARE = ((111.1, 27.0), (111.2, 27.0), (111.2, 27.1), (111.1, 27.1))


def north(metres: float, accuracy_m: float = 0.0) -> Fix:
    """A position so far north of the second point."""
    return Fix(0.0, 111.15, 27.06 + metres * METRE, accuracy_m)


def test_the_last_round_takes_a_short_rest_with_it() -> None:
    assert rounds_of(0.0, 100.0, None) == ((0.0, 100.0),)
    assert rounds_of(0.0, 100.0, 100.0) == ((0.0, 100.0),)
    assert rounds_of(0.0, 100.0, 45.0) == ((0.0, 45.0), (45.0, 100.0))
    assert rounds_of(0.0, 100.0, 40.0) == ((0.0, 40.0), (40.0, 80.0), (80.0, 100.0))


@pytest.mark.parametrize(
    ("started_s", "now_s", "begun"),
    [
        (10_300.0, 11_000.0, Begun.ON_TIME),
        (10_300.5, 11_000.0, Begun.LATE),
        (9_000.0, 11_000.0, Begun.ON_TIME),
        (None, 10_300.0, Begun.NOT_DUE),
        (None, 10_300.5, Begun.OVERDUE),
        (None, 17_200.0, Begun.NEVER),
    ],
)
def test_how_the_beginning_went(started_s: float | None, now_s: float, begun: Begun) -> None:
    found = adherence(replace(WALK, started_s=started_s), now_s)
    assert found.begun is begun
    assert found.late_s == (None if started_s is None else max(0.0, started_s - 10_000.0))


@pytest.mark.parametrize(
    ("at_s", "reached"),
    [(9_100.0, 1), (9_099.0, 0), (10_000.0, 1), (18_100.0, 1), (18_100.5, 0)],
)
def test_a_point_counts_within_the_grace_of_the_rounds(at_s: float, reached: int) -> None:
    found = adherence(replace(WALK, reached=((1, at_s),)), 20_000.0)
    assert (found.reached, found.due) == (reached, 4)


def test_a_point_counts_once_a_round_and_unknown_numbers_do_not() -> None:
    twice = ((1, 10_100.0), (1, 10_200.0), (1, 13_600.0), (9, 10_300.0))
    assert adherence(replace(WALK, reached=twice), 20_000.0).reached == 2


def test_a_position_is_at_a_point_by_its_tolerance_and_its_radius() -> None:
    point = POINTS[1]
    for metres, accuracy_m, there in [
        (59.9, 0.0, True), (60.1, 0.0, False), (119.9, 500.0, True), (120.1, 500.0, False),
        (60.1, -5.0, False),
    ]:  # fmt: skip
        fix = north(metres, accuracy_m)
        assert is_at(point, fix.lon, fix.lat, fix.accuracy_m) is there


def test_time_in_the_place_is_halved_at_its_edge_and_unknown_over_gaps() -> None:
    inside, outside = north(0.0), north(1_000.0)
    fixes = (
        replace(inside, at_s=10_000.0), replace(inside, at_s=10_100.0),
        replace(outside, at_s=10_200.0), replace(outside, at_s=10_380.0),
        replace(inside, at_s=10_561.0),
    )  # fmt: skip
    found = adherence(replace(WALK, fixes=fixes), 20_000.0)
    assert (found.known_s, found.in_place_s) == (380.0, 150.0)
    alone = adherence(replace(WALK, fixes=fixes[:1]), 20_000.0)
    assert (alone.known_s, alone.in_place_s) == (None, None)


def test_an_area_holds_its_inside_and_a_strip_along_its_edge() -> None:
    area = PatrolPlace(PatrolPlaceKind.AREA, NAME, "a", (SQUARE,))
    walk = replace(WALK, place=area, points=())
    assert is_in_place(walk, Fix(0.0, 111.15, 27.05))
    assert is_in_place(walk, Fix(0.0, 111.15, 27.1 + 59.0 * METRE))
    assert not is_in_place(walk, Fix(0.0, 111.15, 27.1 + 61.0 * METRE))
    hole = tuple((111.15 + dx, 27.05 + dy) for dx, dy in ((-1e-2, -1e-2), (1e-2, -1e-2), (0, 1e-2)))
    holed = replace(walk, place=replace(area, paths=(SQUARE, hole)))
    assert not is_in_place(holed, Fix(0.0, 111.15, 27.05))


def test_points_alone_are_walked_along_the_planned_way() -> None:
    place = PatrolPlace(PatrolPlaceKind.POINTS, NAME)
    way = (((111.15, 27.05), (111.15, 27.06)),)
    half = Fix(0.0, 111.15, 27.055)
    assert not is_in_place(replace(WALK, place=place), half)
    assert is_in_place(replace(WALK, place=place, way=way), half)


@given(st.lists(st.tuples(st.floats(111, 111.2), st.floats(27, 27.1)), max_size=20))
@settings(max_examples=50, deadline=None)
def test_spread_points_are_some_of_those_given_and_begin_with_the_first(
    points: list[tuple[float, float]],
) -> None:
    found = spread(points, 4)
    assert set(found) <= set(points)
    assert len(set(found)) == len(found) <= 4
    assert found[:1] == tuple(points[:1])
