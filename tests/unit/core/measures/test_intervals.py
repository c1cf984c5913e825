from __future__ import annotations

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.places import PlaceClass
from wardmote.core.measures.intervals import (
    RESPONSE,
    TRAVEL,
    TURNOUT,
    MeasuredCall,
    Stamps,
    UnitResponse,
    interval_s,
    measure,
)

F = FieldTime


def call(name: str, stamps: Stamps, responses: tuple[UnitResponse, ...] = ()) -> MeasuredCall:
    return MeasuredCall(
        IncidentId(name),
        "dispute.family",
        Priority.ROUTINE,
        PlaceClass.CENTRE,
        stamps,
        valid=True,
        ended=True,
        responses=responses,
    )


def test_an_interval_is_from_stamp_to_stamp() -> None:
    stamps = {F.RECEIVED: 0.0, F.ASSIGNED: 20.0, F.EN_ROUTE: 50.0, F.ARRIVED: 200.0}
    assert interval_s(stamps, TURNOUT) == 30.0
    assert interval_s(stamps, TRAVEL) == 150.0
    assert interval_s(stamps, RESPONSE) == 200.0


def test_a_missing_stamp_is_unknown_and_not_zero() -> None:
    assert interval_s({F.ASSIGNED: 1.0}, TURNOUT) is None
    assert interval_s({}, TURNOUT) is None


def test_missing_and_backward_stamps_are_counted_apart() -> None:
    measured = measure(
        [
            call("good", {F.EN_ROUTE: 10.0, F.ARRIVED: 70.0}),
            call("zero", {F.EN_ROUTE: 10.0, F.ARRIVED: 10.0}),
            call("blank", {F.EN_ROUTE: 10.0}),
            call("backward", {F.EN_ROUTE: 10.0, F.ARRIVED: 9.0}),
        ],
        TRAVEL,
    )
    assert measured.seconds == (60.0, 0.0)
    assert measured.calls == ("good", "zero")
    assert (measured.missing, measured.negative) == (("blank",), ("backward",))
    assert measured.asked == 4
    assert measured.missing_rate == 0.5


def test_no_calls_have_no_missing_rate() -> None:
    assert measure([], TRAVEL).missing_rate is None


def test_receipt_falls_back_to_entry() -> None:
    assert call("a", {F.RECEIVED: 1.0, F.ENTERED: 2.0}).received_s == 1.0
    assert call("a", {F.ENTERED: 2.0}).received_s == 2.0
    assert call("a", {}).received_s is None


def test_the_kind_that_counts_is_that_of_the_first_unit_there() -> None:
    first = UnitResponse(UnitId("u1"), "engine", {F.ARRIVED: 50.0})
    faster = UnitResponse(UnitId("u2"), "medic", {F.ARRIVED: 40.0})
    unknown = UnitResponse(UnitId("u3"), "chief", {})
    assert call("a", {}, (first, faster, unknown)).first_kind == "medic"
    assert call("a", {}, (unknown, unknown)).first_kind == "chief"
    assert call("a", {}).first_kind is None
