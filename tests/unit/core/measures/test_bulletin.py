from __future__ import annotations

from collections.abc import Sequence

import pytest

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime, IncidentState, Priority
from wardmote.core.domain.places import PlaceClass
from wardmote.core.measures.bulletin import (
    ACKNOWLEDGED,
    BANDINGS,
    FEEDBACK,
    SET_OUT,
    Banding,
    Earlier,
    band,
    is_valid_call,
    make_bulletin,
    slowest_unit,
)
from wardmote.core.measures.intervals import MeasuredCall, UnitResponse, measure_stamps

F = FieldTime
WEEK = 7 * 86_400.0
START = 10 * WEEK


def week_before(calls: Sequence[MeasuredCall]) -> Earlier:
    return Earlier(calls, START - WEEK, START)


def call(name: str, received_s: float | None, **changes: object) -> MeasuredCall:
    stamps: dict[FieldTime, float] = {} if received_s is None else {F.RECEIVED: received_s}
    values: dict[str, object] = {
        "incident": IncidentId(name),
        "category": "dispute.family",
        "priority": Priority.ROUTINE,
        "place_class": PlaceClass.CENTRE,
        "stamps": stamps,
        "valid": True,
        "ended": True,
        "group": "town",
    }
    return MeasuredCall(**{**values, **changes})  # type: ignore[arg-type]  # test data


def counts(banding: Banding, *seconds: float) -> list[int]:
    rows = [
        (IncidentId(f"c{row}"), {banding.span.start: 100.0, banding.span.stop: 100.0 + duration})
        for row, duration in enumerate(seconds)
    ]
    return [one.figure.count for one in band(banding, measure_stamps(rows, banding.span)).bands]


@pytest.mark.parametrize(
    ("banding", "edges_s"),
    [
        (ACKNOWLEDGED, [30, 60, 120, 180]),
        (SET_OUT, [300, 600, 900, 1_800]),
        (FEEDBACK, [1_800, 3_600, 7_200, 14_400]),
    ],
)
def test_the_upper_edge_belongs_to_the_band(banding: Banding, edges_s: list[int]) -> None:
    assert list(banding.edges_s) == edges_s
    assert counts(banding, 0.0) == [1, 0, 0, 0, 0]
    for place, edge in enumerate(edges_s):
        on_edge, beyond = [0] * 5, [0] * 5
        on_edge[place] = 1
        beyond[place + 1] = 1
        assert counts(banding, float(edge)) == on_edge
        assert counts(banding, edge + 0.5) == beyond


def test_bands_carry_their_calls_and_missing_ones_are_listed() -> None:
    rows = [
        (IncidentId("fast"), {F.ASSIGNED: 0.0, F.ACKNOWLEDGED: 10.0}),
        (IncidentId("slow"), {F.ASSIGNED: 0.0, F.ACKNOWLEDGED: 500.0}),
        (IncidentId("blank"), {F.ASSIGNED: 0.0}),
        (IncidentId("backward"), {F.ASSIGNED: 9.0, F.ACKNOWLEDGED: 1.0}),
    ]
    banded = band(ACKNOWLEDGED, measure_stamps(rows, ACKNOWLEDGED.span))
    assert banded.bands[0].figure.calls == ("fast",)
    assert banded.bands[4].figure.calls == ("slow",)
    assert [one.share for one in banded.bands] == [0.5, 0.0, 0.0, 0.0, 0.5]
    assert (banded.bands[4].after_s, banded.bands[4].upto_s) == (180.0, None)
    assert banded.missing.calls == ("blank",)
    assert banded.negative.calls == ("backward",)


def test_bands_of_nothing_have_no_share() -> None:
    banded = band(SET_OUT, measure_stamps([], SET_OUT.span))
    assert {one.share for one in banded.bands} == {None}


def test_the_week_includes_its_beginning_and_not_its_end() -> None:
    calls = [
        call("before", START - 0.001),
        call("first", START),
        call("last", START + WEEK - 0.001),
        call("after", START + WEEK),
        call("undated", None),
    ]
    bulletin = make_bulletin(calls, START, START + WEEK, week_before(calls))
    assert bulletin.total.calls.calls == ("first", "last")
    assert bulletin.total.change.before == 1
    assert bulletin.undated.calls == ("undated",)


def test_invalid_and_open_calls_are_told_apart() -> None:
    calls = [
        call("good", START),
        call("hoax", START, category="invalid.hoax", valid=False),
        call("open", START, ended=False),
    ]
    total = make_bulletin(calls, START, START + WEEK, None).total
    assert total.calls.count == 3
    assert total.valid.calls == ("good", "open")
    assert total.unclosed.calls == ("open",)
    assert total.change.before is None
    assert total.change.share is None


def test_each_group_has_a_row_even_when_it_had_calls_only_last_week() -> None:
    now = [call("a", START, group="east")]
    last = [call("b", START - 1, group="west")]
    bulletin = make_bulletin(now, START, START + WEEK, week_before(last))
    assert [(row.group, row.calls.count, row.change.difference) for row in bulletin.groups] == [
        ("east", 1, 1),
        ("west", 0, -1),
    ]


def test_categories_are_counted_by_their_top_and_most_come_first() -> None:
    now = [
        call("a", START, category="traffic.damage"),
        call("b", START, category="dispute.family"),
        call("c", START, category="dispute.land"),
    ]
    last = [call("d", START - 1, category="help.other")]
    rows = make_bulletin(now, START, START + WEEK, week_before(last)).categories
    assert [(row.category, row.valid.calls, row.change.difference) for row in rows] == [
        ("dispute", ("b", "c"), 2),
        ("traffic", ("a",), 1),
        ("help", (), -1),
    ]


def test_every_interval_of_the_bulletin_is_there_for_attended_calls_only() -> None:
    stamps = {F.RECEIVED: START, F.ASSIGNED: START, F.ACKNOWLEDGED: START + 31}
    attended = call(
        "a", START, stamps=stamps, responses=(UnitResponse(UnitId("u1"), "car", stamps),)
    )
    total = make_bulletin([attended, call("b", START)], START, START + WEEK, None).total
    assert [one.banding for one in total.banded] == list(BANDINGS)
    assert [one.figure.count for one in total.banded[0].bands] == [0, 1, 0, 0, 0]
    assert total.banded[1].missing.calls == ("a",)


def jobs(unit: str, *seconds: float | None) -> list[MeasuredCall]:
    found = []
    for row, duration in enumerate(seconds):
        stamps = {F.ASSIGNED: 0.0}
        if duration is not None:
            stamps[F.ARRIVED] = duration
        response = UnitResponse(UnitId(unit), "car", stamps)
        found.append(call(f"{unit}-{row}", START, responses=(response,)))
    return found


def test_the_slowest_unit_has_the_longest_median_of_enough_jobs() -> None:
    calls = [
        *jobs("steady", *[300.0] * 5),
        *jobs("quick", *[100.0] * 4, 9_999.0),
        *jobs("rare", *[5_000.0] * 4, None, -3.0),
    ]
    slowest = slowest_unit(calls)
    assert slowest is not None
    assert (slowest.unit, slowest.median_s, slowest.figure.count) == ("steady", 300.0, 5)
    assert slowest_unit(jobs("rare", *[5_000.0] * 4)) is None


def test_the_calls_of_the_slowest_unit_begin_with_the_slowest() -> None:
    slowest = slowest_unit(jobs("u", 1.0, 5.0, 2.0, 4.0, 3.0))
    assert slowest is not None
    assert slowest.figure.calls[0] == "u-1"


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(ValueError, match="period"):
        make_bulletin([], START, START, None)


@pytest.mark.parametrize(
    ("category", "state", "drill", "valid"),
    [
        ("dispute.family", IncidentState.CLOSED, False, True),
        ("dispute.family", IncidentState.ROUTED, False, True),
        ("dispute.family", IncidentState.CLOSED, True, False),
        ("invalid.hoax", IncidentState.CLOSED, False, False),
        ("dispute.family", IncidentState.MERGED, False, False),
        ("dispute.family", IncidentState.CANCELLED, False, False),
    ],
)
def test_which_calls_are_valid(
    category: str, state: IncidentState, drill: bool, valid: bool
) -> None:
    assert is_valid_call(category, state, drill) == valid
