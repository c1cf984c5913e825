from __future__ import annotations

import pytest

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.standards import NFPA_1710, STANDARD_135
from wardmote.core.measures.distributions import (
    PERCENTILE_METHOD,
    Bin,
    compliance,
    histogram,
    percentile,
    summarise,
    wilson,
)
from wardmote.core.measures.intervals import MeasuredCall, UnitResponse

F = FieldTime


@pytest.mark.parametrize(
    ("per_cent", "expected"),
    [(1, 15.0), (5, 15.0), (30, 20.0), (40, 20.0), (50, 35.0), (90, 50.0), (100, 50.0)],
)
def test_percentiles_are_by_nearest_rank(per_cent: float, expected: float) -> None:
    assert percentile([50.0, 15.0, 40.0, 20.0, 35.0], per_cent) == expected


def test_the_ninetieth_of_ten_is_the_ninth_in_spite_of_rounding() -> None:
    assert percentile([float(n) for n in range(1, 11)], 90) == 9.0
    assert percentile([float(n) for n in range(1, 1_001)], 99.9) == 999.0


def test_a_percentile_of_nothing_is_unknown() -> None:
    assert percentile([], 50) is None
    for wrong in (0, -1, 100.1):
        with pytest.raises(ValueError, match="percentile"):
            percentile([1.0], wrong)


def test_a_summary_names_its_method() -> None:
    summary = summarise([1.0, 2.0, 6.0])
    assert (summary.count, summary.p50_s, summary.mean_s, summary.longest_s) == (3, 2.0, 3.0, 6.0)
    assert summary.method == PERCENTILE_METHOD
    assert summarise([]).mean_s is None


@pytest.mark.parametrize(
    ("met", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (1, 1, 0.2065, 1.0)],
)
def test_the_wilson_interval_is_the_published_one(
    met: int, of: int, low: float, high: float
) -> None:
    share = wilson(met, of)
    assert share.low == pytest.approx(low, abs=5e-5)
    assert share.high == pytest.approx(high, abs=5e-5)


def test_no_calls_have_no_share_and_impossible_counts_are_refused() -> None:
    assert wilson(0, 0).share is None
    with pytest.raises(ValueError, match="not a share"):
        wilson(3, 2)


def test_a_histogram_counts_from_its_lower_edges() -> None:
    assert histogram([0.0, 59.9, 60.0, 500.0, -1.0], [0.0, 60.0, 120.0]) == (
        Bin(0.0, 60.0, 2),
        Bin(60.0, 120.0, 1),
        Bin(120.0, None, 1),
    )
    assert [one.count for one in histogram([], [0.0, 60.0])] == [0, 0]


def call(
    name: str,
    place: PlaceClass,
    assigned_s: float | None,
    arrived_s: float | None,
    **changes: object,
) -> MeasuredCall:
    stamps = {F.ASSIGNED: assigned_s, F.ARRIVED: arrived_s}
    known = {stamp: at_s for stamp, at_s in stamps.items() if at_s is not None}
    values: dict[str, object] = {
        "incident": IncidentId(name),
        "category": "medical.illness",
        "priority": Priority.URGENT,
        "place_class": place,
        "stamps": known,
        "valid": True,
        "ended": True,
        "responses": (UnitResponse(UnitId("u1"), "medic", known),),
    }
    return MeasuredCall(**{**values, **changes})  # type: ignore[arg-type]  # test data


def test_compliance_by_tier_with_the_boundary_inclusive() -> None:
    calls = [
        call("on-time", PlaceClass.KEY_PLACE, 0.0, 60.0),
        call("late", PlaceClass.KEY_PLACE, 0.0, 60.001),
        call("blank", PlaceClass.KEY_PLACE, 0.0, None),
        call("backward", PlaceClass.KEY_PLACE, 10.0, 0.0),
        call("centre", PlaceClass.CENTRE, 0.0, 100.0),
        call("invalid", PlaceClass.CENTRE, 0.0, 900.0, valid=False),
        call("unattended", PlaceClass.CENTRE, 0.0, 900.0, responses=()),
    ]
    (result,) = compliance(STANDARD_135, calls)
    key, centre, elsewhere = result.tiers
    assert (key.met, key.late) == (("on-time",), ("late",))
    assert (key.missing, key.negative) == (("blank",), ("backward",))
    assert (key.share.share, key.is_met) == (0.5, False)
    assert (centre.share.of, centre.is_met) == (1, True)
    assert (elsewhere.share.share, elsewhere.is_met) == (None, None)
    assert (result.overall.met, result.overall.of) == (2, 3)
    assert result.missing_rate == pytest.approx(2 / 5)
    assert result.unmeasured == 0


@pytest.mark.parametrize(("late", "is_met"), [(1, True), (2, False)])
def test_ninety_per_cent_means_at_least_nine_of_ten(late: int, is_met: bool) -> None:
    durations = [240.0] * (10 - late) + [241.0] * late
    calls = [
        call(
            f"c{row}",
            PlaceClass.CENTRE,
            None,
            None,
            stamps={F.EN_ROUTE: 0.0, F.ARRIVED: duration},
        )
        for row, duration in enumerate(durations)
    ]
    travel, turnout = compliance(NFPA_1710, calls)
    assert travel.tiers[0].is_met is is_met
    assert len(turnout.tiers[0].missing) == 10
    assert turnout.tiers[0].is_met is None
