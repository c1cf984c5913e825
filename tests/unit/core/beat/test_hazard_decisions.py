"""Deadlines, repeats and figures of hazards, each on its boundary."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardmote.core.beat.hazard_deadlines import (
    due_s,
    is_late,
    left_s,
    level_due,
    resumed_deadline_s,
)
from wardmote.core.beat.hazard_figures import (
    Grouping,
    HazardFigure,
    PartFacts,
    Period,
    age_band,
    ageing,
    figures_by,
    figures_of,
    hot_spots,
    is_in,
    recheck_wait_s,
)
from wardmote.core.beat.hazard_repeats import Spot, distance_m, months_before, repeats
from wardmote.core.domain.hazard import PartState
from wardmote.core.domain.hazard_categories import (
    SHIPPED_HAZARD_CATEGORIES,
    RepeatRule,
    Term,
    TermUnit,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.working_calendar import WorkingCalendar

HOUR_S, DAY_S = 3_600.0, 86_400.0
NATIONAL_DAY = frozenset(datetime.date(2026, 10, day) for day in range(1, 8))
CALENDAR = WorkingCalendar("Asia/Shanghai", holidays=NATIONAL_DAY)
CATEGORY = SHIPPED_HAZARD_CATEGORIES.categories[1]


def at(day: int, hour: int = 9, minute: int = 0, month: int = 9) -> float:
    local = datetime.timezone(datetime.timedelta(hours=8))
    return datetime.datetime(2026, month, day, hour, minute, tzinfo=local).timestamp()


@pytest.mark.parametrize(
    ("term", "given_s", "due"),
    [
        (Term(24, TermUnit.HOURS), at(30, 20), at(1, 20, month=10)),
        (Term(7, TermUnit.WORKING_HOURS), at(30), at(8, 9, month=10)),
        (Term(1, TermUnit.WORKING_DAYS), at(29), at(30, 17, 30)),
        (Term(1, TermUnit.WORKING_DAYS), at(30), at(8, 17, 30, month=10)),
    ],
)
def test_a_term_runs_on_the_clock_or_on_the_working_calendar(
    term: Term, given_s: float, due: float
) -> None:
    assert due_s(CALENDAR, given_s, term) == due


def test_the_second_of_the_deadline_is_in_time() -> None:
    assert not is_late(100.0, 100.0)
    assert is_late(100.0, 100.5)


moments = st.floats(at(1), at(28), allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(
    given_s=moments,
    worked=st.floats(0, 200_000),
    stood=st.floats(0, 2_000_000),
    unit=st.sampled_from(TermUnit),
)
def test_suspended_time_does_not_count(
    given_s: float, worked: float, stood: float, unit: TermUnit
) -> None:
    deadline_s = due_s(CALENDAR, given_s, Term(5, unit))
    stopped_s = given_s + worked
    left = left_s(CALENDAR, deadline_s, stopped_s, unit)
    again_s = stopped_s + stood
    after_s = resumed_deadline_s(CALENDAR, deadline_s, left, again_s)
    if left.seconds == 0:
        assert after_s == deadline_s
    else:
        now_left = left_s(CALENDAR, after_s, again_s, unit)
        assert now_left.seconds == pytest.approx(left.seconds, abs=1e-3)
        assert after_s >= deadline_s - 1e-3


def test_levels_rise_with_working_hours_past_the_deadline() -> None:
    deadline_s = at(28, 17, 30)
    category = replace(CATEGORY, escalate_after=(0.0, 7.0, 14.0))

    def level(moment: float) -> int:
        return level_due(CALENDAR, category, deadline_s, moment)

    assert [level(deadline_s), level(deadline_s + 1)] == [0, 1]
    assert [level(at(29, 17, 29)), level(at(29, 17, 30))] == [1, 2]
    assert [level(at(30, 17, 29)), level(at(30, 17, 30)), level(at(7, month=10))] == [2, 3, 3]
    assert level_due(CALENDAR, replace(CATEGORY, escalate_after=()), deadline_s, at(30)) == 0


RULE = RepeatRule(radius_m=60.0, months=6)
NEW = Spot("new", "gas", 111.0, 27.0, datetime.date(2026, 8, 31))
NORTH_60_M = 60.0 / 6_371_008.8 * 180 / 3.141592653589793


def test_a_repeat_is_near_of_its_kind_and_not_too_old() -> None:
    def earlier(**other: object) -> Spot:
        return replace(NEW, hazard="old", **other)  # type: ignore[arg-type]  # fields of a spot

    def found(**other: object) -> bool:
        return repeats(NEW, [earlier(**other)], RULE) == ("old",)

    assert found()
    assert found(lat=27.0 + NORTH_60_M * 0.999)
    assert not found(lat=27.0 + NORTH_60_M * 1.001)
    assert not found(category="wiring")
    assert found(day=datetime.date(2026, 2, 28))
    assert not found(day=datetime.date(2026, 2, 27))
    assert not found(day=datetime.date(2026, 9, 1))
    assert repeats(NEW, [NEW], RULE) == ()


def test_the_distance_of_a_repeat_is_inclusive() -> None:
    other = replace(NEW, hazard="old", lat=27.0003)
    exactly = RepeatRule(distance_m(111.0, 27.0, 111.0, 27.0003), 6)
    assert repeats(NEW, [other], exactly) == ("old",)


def test_the_latest_repeat_comes_first() -> None:
    days = [datetime.date(2026, 5, 1), datetime.date(2026, 7, 1), datetime.date(2026, 6, 1)]
    spots = [replace(NEW, hazard=f"h{day.month}", day=day) for day in days]
    assert repeats(NEW, spots, RULE) == ("h7", "h6", "h5")


def test_months_are_calendar_months() -> None:
    assert months_before(datetime.date(2026, 1, 15), 1) == datetime.date(2025, 12, 15)
    assert months_before(datetime.date(2024, 3, 31), 1) == datetime.date(2024, 2, 29)


EAST, WEST = AreaId("430521101001"), AreaId("430521102001")
PART = PartFacts("p", "h", "gas", "fire", EAST, PartState.PASSED, 1_000.0, 1_000.0, 1_200.0, 0)
PERIOD = Period(0.0, 2_000.0, 5_000.0)


def due(fact: PartFacts, period: Period = PERIOD) -> tuple[bool, bool]:
    return (
        is_in(HazardFigure.DUE, fact, period),
        is_in(HazardFigure.ON_TIME, fact, period),
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, (True, True)),
        ({"submitted_s": 1_000.1}, (True, False)),
        ({"deadline_s": 0.0, "submitted_s": 0.0}, (True, True)),
        ({"deadline_s": 2_000.0}, (False, False)),
        ({"state": PartState.ASSIGNED, "submitted_s": None}, (True, False)),
        ({"state": PartState.ASSIGNED}, (True, False)),  # returned: what was handed in fell short
        ({"state": PartState.SUBMITTED}, (False, False)),
        ({"state": PartState.SUBMITTED, "submitted_s": 1_000.1}, (True, False)),
        ({"state": PartState.SUSPENDED}, (False, False)),
        ({"state": PartState.DECLINED}, (False, False)),
        ({"state": PartState.RECALLED}, (False, False)),
        ({"state": PartState.RECALLED, "ended_s": 1_000.0}, (False, False)),
        ({"state": PartState.RECALLED, "ended_s": 1_000.1}, (True, False)),
        ({"state": PartState.DECLINED, "ended_s": 1_000.1}, (True, False)),
        # Counted in its stead is the part that the same department got again.
        ({"state": PartState.RECALLED, "ended_s": 1_000.1, "again_s": 5_000.0}, (False, False)),
        ({"state": PartState.RECALLED, "ended_s": 1_000.1, "again_s": 5_000.1}, (True, False)),
    ],
)
def test_what_was_put_right_on_time_is_told_by_the_second(
    changed: dict[str, object], expected: tuple[bool, bool]
) -> None:
    fact = replace(PART, **changed)  # type: ignore[arg-type]  # fields of a part
    assert due(fact) == expected
    assert is_in(HazardFigure.LATE, fact, PERIOD) is (expected == (True, False))


def test_what_is_not_due_yet_is_not_counted_unless_it_passed_already() -> None:
    early = replace(PERIOD, as_of_s=1_000.0)
    assert due(replace(PART, state=PartState.ASSIGNED), early) == (False, False)
    assert due(PART, early) == (True, True)


@pytest.mark.parametrize(
    ("changed", "wait_s"),
    [
        ({"ended_s": 1_200.0}, 200.0),
        ({"state": PartState.SUBMITTED}, 4_000.0),  # it waits still
        ({"ended_s": 1_200.0, "submitted_s": 1_000.1}, None),
        ({"ended_s": 1_200.0, "deadline_s": 2_000.0}, None),
        ({"state": PartState.RECALLED, "ended_s": 1_200.0}, None),
        ({"state": PartState.ASSIGNED}, None),
    ],
)
def test_the_wait_for_the_recheck_is_of_what_was_put_right_on_time(
    changed: dict[str, object], wait_s: float | None
) -> None:
    assert recheck_wait_s(replace(PART, **changed), PERIOD) == wait_s  # type: ignore[arg-type]  # fields of a part


def test_figures_divide_what_they_say_and_nothing_by_nothing() -> None:
    parts = [
        PART,
        replace(PART, part="q", submitted_s=1_500.0, returns=2),
        replace(PART, part="r", state=PartState.ASSIGNED, submitted_s=None, first_checked_s=None),
    ]
    row = figures_of("", parts, PERIOD)
    assert (row.due, row.on_time, row.checked, row.reworked) == (3, 1, 2, 1)
    assert row.on_time_share == pytest.approx(1 / 3)
    assert row.rework_rate == 0.5
    empty = figures_of("", [], PERIOD)
    assert (empty.on_time_share, empty.rework_rate) == (None, None)


@pytest.mark.parametrize(
    ("by", "level", "keys"),
    [
        (Grouping.CATEGORY, 12, ["gas", "wiring"]),
        (Grouping.DEPARTMENT, 12, ["", "fire"]),
        (Grouping.AREA, 12, [EAST, WEST]),
        (Grouping.AREA, 6, ["430521000000"]),
    ],
)
def test_groups_add_up_to_all(by: Grouping, level: int, keys: list[str]) -> None:
    parts = [PART, replace(PART, category="wiring", department="", area=WEST)]
    rows = figures_by(parts, by, PERIOD, level)
    assert [row.key for row in rows] == keys
    assert sum(row.due for row in rows) == figures_of("", parts, PERIOD).due == 2


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, 0), (1, 0), (1.0001, 1), (3, 1), (7, 2), (7.5, 3), (30, 3), (30.01, 4), (400, 4), (-1, 0)],
)
def test_bands_of_age_hold_their_upper_end(days: float, band: int) -> None:
    assert age_band(0.0, days * DAY_S) == band


def test_ageing_counts_every_open_hazard_once() -> None:
    assert ageing([0.0, 0.0, 39 * DAY_S, 40 * DAY_S], 40 * DAY_S) == (2, 0, 0, 0, 2)


def test_hot_spots_are_counted_by_cell_and_the_fullest_comes_first() -> None:
    places = [(0.2, 0.2), (0.3, 0.9), (1.5, 0.5)]
    assert hot_spots(places, lambda lon, lat: (int(lon), int(lat))) == (((0, 0), 2), ((1, 0), 1))
