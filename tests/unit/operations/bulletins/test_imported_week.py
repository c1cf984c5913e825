"""Imported calls are listed and stand in the bulletin with the units that their source sent."""

from __future__ import annotations

import pytest
from tests.unit.operations.small_place import NOW_S, SUPERVISOR

from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps, UnitRecord
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.measures.bulletin import MIN_JOBS
from wardmote.core.measures.periods import PeriodKind, period_of
from wardmote.gateways.cad_import.importing import import_records
from wardmote.operations.bulletins.selectors import bulletin_of
from wardmote.operations.dispatch.responses import responses_of
from wardmote.operations.incidents.history import CallFilter, filtered_calls
from wardmote.operations.incidents.models import Incident
from wardmote.operations.incidents.services import ImportedCalls
from wardmote.operations.local_time import local_day

WEEK = period_of(PeriodKind.WEEK, local_day(NOW_S))


def unit(name: str, kind: str, assigned_s: float | None, arrived_s: float) -> UnitRecord:
    known = (
        (RecordTime.ASSIGNED, assigned_s),
        (RecordTime.ACKNOWLEDGED, None if assigned_s is None else assigned_s + 20.0),
        (RecordTime.EN_ROUTE, None if assigned_s is None else assigned_s + 50.0),
        (RecordTime.ARRIVED, arrived_s),
        (RecordTime.TRANSPORTING, arrived_s + 100.0),
        (RecordTime.CLEARED, arrived_s + 600.0),
    )
    stamps = Stamps(tuple((stamp, at_s) for stamp, at_s in known if at_s is not None))
    return UnitRecord(name, kind, "", None, stamps, 2)


def record(number: int, *units: UnitRecord) -> CallRecord:
    received_s = NOW_S + 1_000.0 * number
    return CallRecord(
        key=f"other:{number}",
        digest=str(number),
        number=str(number),
        source_category="FIGHT",
        category="dispute.neighbour",
        source_priority="2",
        priority=Priority.URGENT,
        address="1 Main Street",
        lon=111.15,
        lat=27.05,
        station_area="",
        agency="",
        disposition="",
        stamps=Stamps(((RecordTime.RECEIVED, received_s),)),
        units=units,
        rows=(2,),
    )


@pytest.fixture
def calls(place: None) -> list[str]:
    records = [
        record(
            number,
            unit(
                "m7", "motorcycle", NOW_S + 1_000.0 * number + 40.0, NOW_S + 1_000.0 * number + 300
            ),
            unit("x9", "", None, NOW_S + 1_000.0 * number + 200),
            unit("c1", "car", NOW_S + 1_000.0 * number + 30.0, NOW_S + 1_000.0 * number + 400),
        )
        for number in range(MIN_JOBS)
    ]
    told: list[int] = []
    store = ImportedCalls(SUPERVISOR, now_s=NOW_S, on_progress=told.append)
    assert import_records(records, store).added == MIN_JOBS
    assert told == [MIN_JOBS]
    return list(Incident.objects.order_by("received_s").values_list("pk", flat=True))


def test_the_units_of_the_record_answer_in_the_order_of_assignment(calls: list[str]) -> None:
    first = responses_of(calls)[calls[0]]
    assert [(one.unit, one.kind) for one in first] == [
        ("c1", "car"),
        ("m7", "motorcycle"),
        ("x9", ""),
    ]
    assert first[0].stamps[FieldTime.ACKNOWLEDGED] == NOW_S + 50.0
    assert FieldTime.ASSIGNED not in first[2].stamps


def test_a_call_without_a_record_has_no_imported_units(calls: list[str]) -> None:
    assert responses_of(["nothing"]) == {}


def test_the_bulletin_measures_the_imported_week(calls: list[str]) -> None:
    total = bulletin_of(SUPERVISOR, WEEK, now_s=NOW_S + 86_400.0).bulletin.total
    acknowledged, set_out, _feedback = total.banded
    assert acknowledged.bands[0].figure.count == MIN_JOBS
    assert set_out.bands[0].figure.count == MIN_JOBS
    assert total.unclosed.count == 0
    assert total.slowest is not None
    assert total.slowest.unit == UnitId("c1")


def test_imported_calls_are_in_the_list(calls: list[str]) -> None:
    listed = filtered_calls(SUPERVISOR, CallFilter(category="dispute"))
    assert {row.pk for row in listed} == set(calls)
