"""A position against a grid's boundary: nothing is held against anybody within its accuracy."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.core.beat.grid_check import (
    EARTH_RADIUS_M,
    WORST_ACCURACY_M,
    Standing,
    check_position,
)

SOUTH, EAST = 27.0, 111.0
M_LAT = EARTH_RADIUS_M * math.pi / 180
RING = ((111.0, 27.0), (111.1, 27.0), (111.1, 27.1), (111.0, 27.1), (111.0, 27.0))
HOLE = ((111.04, 27.04), (111.06, 27.04), (111.06, 27.06), (111.04, 27.06), (111.04, 27.04))
GRID = ((RING,),)


@pytest.mark.parametrize(
    ("north_m", "accuracy_m", "expected"),
    [
        (50.0, 49.9, Standing.INSIDE),
        (50.0, 50.1, Standing.UNSURE),
        (-50.0, 49.9, Standing.OUTSIDE),
        (-50.0, 50.1, Standing.UNSURE),
        (50.0, 0.0, Standing.INSIDE),
    ],
)
def test_it_is_said_only_where_the_accuracy_does_not_reach_the_boundary(
    north_m: float, accuracy_m: float, expected: Standing
) -> None:
    found = check_position(GRID, 111.05, SOUTH + north_m / M_LAT, accuracy_m)
    assert found.standing is expected
    assert found.boundary_m == pytest.approx(north_m, abs=0.01)


def test_a_hole_is_outside() -> None:
    with_hole = ((RING, HOLE),)
    assert check_position(with_hole, 111.05, 27.05, 100.0).standing is Standing.OUTSIDE
    assert check_position(GRID, 111.05, 27.05, 100.0).standing is Standing.INSIDE


@given(st.floats(110.9, 111.2), st.floats(26.9, 27.2), st.floats(0, WORST_ACCURACY_M))
def test_more_accuracy_never_turns_a_finding_round(lon: float, lat: float, metres: float) -> None:
    rough, exact = check_position(GRID, lon, lat, metres), check_position(GRID, lon, lat, 0.0)
    assert rough.standing in (exact.standing, Standing.UNSURE)


@pytest.mark.parametrize(
    ("grid", "lon", "lat", "metres"),
    [
        ((), 111.0, 27.0, 5.0),
        (GRID, math.nan, 27.0, 5.0),
        (GRID, 111.0, 91.0, 5.0),
        (GRID, 111.0, 27.0, -1.0),
        (GRID, 111.0, 27.0, math.nan),
        (GRID, 111.0, 27.0, WORST_ACCURACY_M + 0.1),
    ],
)
def test_what_is_no_position_is_refused(
    grid: tuple[()], lon: float, lat: float, metres: float
) -> None:
    with pytest.raises(ValueError, match=r"boundary|position|accuracy"):
        check_position(grid, lon, lat, metres)
