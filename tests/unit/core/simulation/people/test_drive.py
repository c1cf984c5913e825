"""A drive along a line."""

from __future__ import annotations

import numpy as np
import pytest

from wardmote.core.simulation.people.drive import Drive

EAST_THEN_NORTH = np.array([[110.0, 27.0], [110.01, 27.0], [110.01, 27.01]])


def test_it_stands_at_the_start_before_and_at_the_end_after() -> None:
    drive = Drive.along(EAST_THEN_NORTH, start_s=100.0, duration_s=50.0)
    before, after = drive.fix_at(90.0), drive.fix_at(200.0)
    assert (before.lon, before.lat, before.speed_mps) == (110.0, 27.0, 0.0)
    assert (after.lon, after.lat, after.speed_mps) == (110.01, 27.01, 0.0)


def test_it_heads_where_the_line_leads() -> None:
    drive = Drive.along(EAST_THEN_NORTH, 0.0, 100.0)
    assert drive.fix_at(10.0).heading == pytest.approx(90.0, abs=0.1)
    assert drive.fix_at(90.0).heading == pytest.approx(0.0, abs=0.1)


def test_it_covers_equal_distances_in_equal_times() -> None:
    drive = Drive.along(EAST_THEN_NORTH, 0.0, 100.0)
    lons = [drive.fix_at(t).lon for t in (10.0, 20.0, 30.0)]
    assert lons[1] - lons[0] == pytest.approx(lons[2] - lons[1])
    assert drive.fix_at(50.0).speed_mps == pytest.approx(float(drive.along_m[-1]) / 100.0)


def test_it_is_over_exactly_at_its_end() -> None:
    drive = Drive.along(EAST_THEN_NORTH, 0.0, 100.0)
    assert not drive.is_over(99.999)
    assert drive.is_over(100.0)


def test_a_single_point_is_a_drive_that_does_not_move() -> None:
    fix = Drive.along(np.array([[110.0, 27.0]]), 0.0, 0.0).fix_at(0.0)
    assert (fix.lon, fix.lat, fix.heading, fix.speed_mps) == (110.0, 27.0, 0.0, 0.0)


@pytest.mark.parametrize(("points", "duration_s"), [(0, 10.0), (3, -1.0)])
def test_no_line_or_a_negative_duration_is_refused(points: int, duration_s: float) -> None:
    with pytest.raises(ValueError, match="a drive needs a line"):
        Drive.along(EAST_THEN_NORTH[:points], 0.0, duration_s)
