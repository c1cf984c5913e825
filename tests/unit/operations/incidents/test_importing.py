"""Records of another control room become closed calls once."""

from __future__ import annotations

import pytest
from tests.unit.operations.small_place import DISPATCHER, EAST, NOW_S, SUPERVISOR

from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps, UnitRecord
from wardmote.core.domain.incident import FieldTime
from wardmote.gateways.cad_import.importing import import_records
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.incidents.models import FieldTimeRow, Incident
from wardmote.operations.incidents.services import ImportedCalls
from wardmote.operations.journal.selectors import last_seq


def _unit(name: str, arrived_s: float, cleared_s: float) -> UnitRecord:
    stamps = Stamps(((RecordTime.ARRIVED, arrived_s), (RecordTime.CLEARED, cleared_s)))
    return UnitRecord(name, "engine", "", None, stamps, 2)


def _record(number: str, digest: str = "d1") -> CallRecord:
    return CallRecord(
        key=f"other:{number}",
        digest=digest,
        number=number,
        source_category="NOISE",
        category=None,
        source_priority="A",
        priority=None,
        address="1 Main Street",
        lon=111.15,
        lat=27.05,
        station_area="",
        agency="",
        disposition="",
        stamps=Stamps(((RecordTime.RECEIVED, NOW_S - 5_000),)),
        units=(
            _unit("e1", NOW_S - 4_800, NOW_S - 4_000),
            _unit("e2", NOW_S - 4_900, NOW_S - 4_500),
        ),
        rows=(2, 3),
    )


@pytest.mark.usefixtures("place")
def test_importing_again_changes_nothing_and_other_content_is_refused() -> None:
    store = ImportedCalls(SUPERVISOR, now_s=NOW_S)
    assert import_records([_record("1"), _record("2")], store).added == 2
    again = import_records([_record("1"), _record("2", "d2")], store)
    assert (again.added, again.unchanged, again.refused) == (0, 1, ("other:2",))
    assert Incident.objects.count() == 2
    assert last_seq() == 0


@pytest.mark.usefixtures("place")
def test_the_first_unit_arrives_and_the_last_one_clears() -> None:
    import_records([_record("1")], ImportedCalls(SUPERVISOR, now_s=NOW_S))
    call = Incident.objects.get()
    times = dict(FieldTimeRow.objects.values_list("stamp", "at_s"))
    assert (call.state, call.area, call.category) == ("closed", EAST, "unmapped")
    assert times == {
        FieldTime.RECEIVED.value: NOW_S - 5_000,
        FieldTime.ARRIVED.value: NOW_S - 4_900,
        FieldTime.CLEARED.value: NOW_S - 4_000,
    }


@pytest.mark.usefixtures("place")
def test_a_dispatcher_may_not_import() -> None:
    with pytest.raises(AccessDeniedError):
        ImportedCalls(DISPATCHER, now_s=NOW_S)
