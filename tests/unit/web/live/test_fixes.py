from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardmote.web.live.fixes import NEWEST_S, OLDEST_S, Fix, Refused, TimeWindow, decode_batch, sift

NOW_S = 1_790_000_000.0
WINDOW = TimeWindow.around(NOW_S, 1.0)
ON_DUTY = {"u1": "430521000000", "u2": "430521000000"}


def _fix(unit: str = "u1", fix_s: float = NOW_S, lon: float = 111.0, lat: float = 27.0) -> Fix:
    return Fix(unit=unit, lon=lon, lat=lat, fix_s=fix_s)


def _sift(*fixes: Fix, newest: dict[str, float] | None = None) -> tuple[list[Fix], list[Refused]]:
    return sift(
        fixes,
        on_duty=ON_DUTY,
        may_report=lambda unit, _area: unit == "u1",
        newest={} if newest is None else newest,
        window=WINDOW,
    )


def _reason(fix: Fix, newest: dict[str, float] | None = None) -> str:
    _, refused = _sift(fix, newest=newest)
    return refused[0].reason if refused else ""


def test_a_unit_off_duty_is_not_tracked() -> None:
    assert _reason(_fix("u9")) == "off_duty"


def test_nobody_reports_for_a_unit_that_is_not_theirs() -> None:
    assert _reason(_fix("u2")) == "not_yours"


@pytest.mark.parametrize(
    ("lon", "lat"), [(180.0001, 0.0), (-180.0001, 0.0), (0.0, 90.0001), (0.0, -90.0001)]
)
def test_places_off_the_globe_are_refused(lon: float, lat: float) -> None:
    assert _reason(_fix(lon=lon, lat=lat)) == "bad_coordinates"
    assert _reason(_fix(lon=180.0, lat=-90.0)) == ""


def test_the_time_window_includes_its_ends() -> None:
    assert _reason(_fix(fix_s=NOW_S + NEWEST_S)) == ""
    assert _reason(_fix(fix_s=NOW_S + NEWEST_S + 0.001)) == "bad_time"
    assert _reason(_fix(fix_s=NOW_S - OLDEST_S)) == ""
    assert _reason(_fix(fix_s=NOW_S - OLDEST_S - 0.001)) == "bad_time"


def test_a_clock_that_runs_faster_widens_the_window() -> None:
    window = TimeWindow.around(NOW_S, 30.0)
    assert window.latest_s - NOW_S == 30 * NEWEST_S


def test_a_repeated_or_late_fix_changes_nothing() -> None:
    newest = {"u1": NOW_S}
    assert _reason(_fix(fix_s=NOW_S), newest) == "late"
    assert _reason(_fix(fix_s=NOW_S - 1), newest) == "late"
    assert newest == {"u1": NOW_S}
    assert _reason(_fix(fix_s=NOW_S + 0.5), newest) == ""
    assert newest == {"u1": NOW_S + 0.5}


def test_an_impossible_heading_is_dropped_and_the_fix_kept() -> None:
    fix = _fix()
    fix.heading = 361.0
    taken, refused = _sift(fix)
    assert (taken[0].heading, refused) == (None, [])


@given(st.lists(st.tuples(st.sampled_from(["u1", "u2", "u9"]), st.floats(-2000, 100)), max_size=30))
def test_every_fix_is_either_taken_or_refused_and_times_only_grow(
    rows: list[tuple[str, float]],
) -> None:
    taken, refused = _sift(*(_fix(unit, NOW_S + offset) for unit, offset in rows))
    assert len(taken) + len(refused) == len(rows)
    times = [fix.fix_s for fix in taken]
    assert times == sorted(set(times))


def test_a_batch_that_is_not_of_the_shape_is_refused_as_a_whole() -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_batch(b'{"fixes": [{"unit": "u1"}]}')
    with pytest.raises(msgspec.DecodeError):
        decode_batch(b'{"fixes": [{"unit": "u1", "lon": NaN, "lat": 0, "fix_s": 0}]}')
