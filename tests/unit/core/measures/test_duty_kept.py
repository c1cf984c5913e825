"""Staffing and duty: hours wanted, hours kept, and what files of staffing are refused for."""

from __future__ import annotations

import pytest

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.staffing import (
    StaffedShift,
    Staffing,
    dump_staffing,
    load_staffing,
    merged,
)
from wardmote.core.measures.duty_kept import HOUR_S, DutySpan, duty_kept

A, B = PostId("a"), PostId("b")


def test_a_shift_over_midnight_runs_into_the_next_day_and_week() -> None:
    night = StaffedShift(A, 22, 4, (6,), 2)
    hours = Staffing("s", (night, StaffedShift(A, 23, 1, (6,), 1))).by_hour()[A]
    assert [at for at, units in enumerate(hours) if units] == [0, 1, 166, 167]
    assert (hours[167], hours[0]) == (3, 2)


def test_staffing_is_read_as_it_was_written_and_refused_by_field() -> None:
    staffing = merged("s", [StaffedShift(B, 0, 24, (0, 6), 1)], [StaffedShift(A, 8, 8, (1,), 0)])
    assert staffing is not None
    assert [one.post for one in staffing.shifts] == [A, B]
    assert load_staffing(dump_staffing(staffing)) == staffing
    assert merged("s", []) is None
    for wrong in ({"start_hour": 24}, {"hours": 25}, {"days": (1, 0)}, {"days": ()}, {"units": -1}):
        usual = {"post": A, "start_hour": 0, "hours": 1, "days": (0,), "units": 1}
        with pytest.raises(InvalidDataError):
            Staffing("s", (StaffedShift(**{**usual, **wrong}),))  # type: ignore[arg-type]  # fields by name
    with pytest.raises(InvalidDataError):
        load_staffing({"format": "wardmote-staffing/2"})


def test_more_units_in_one_hour_make_up_for_no_other() -> None:
    wanted = {A: (1,) * 168, B: (0, 2, 2) + (0,) * 165}
    spans = [
        DutySpan(A, -HOUR_S, 0.5 * HOUR_S),
        DutySpan(A, HOUR_S, 2 * HOUR_S),
        DutySpan(A, HOUR_S, 2 * HOUR_S),
        DutySpan(B, 1.5 * HOUR_S, 9 * HOUR_S),
        DutySpan(PostId("c"), 0.0, 9 * HOUR_S),
    ]
    a, b = duty_kept(wanted, spans, 0.0, 3, lambda at_s: int(at_s // HOUR_S))
    assert (a.wanted_h, a.kept_h, a.short_h) == (3.0, 1.5, 2)
    assert (b.wanted_h, b.kept_h, b.short_h) == (4.0, 1.5, 2)
