"""What the deployment's own calls may teach of demand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from tests.unit.operations.small_place import COUNTY, DISPATCHER, NOW_S, WEST

from wardmote.core.domain.call_record import RecordTime
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.incidents import services as incidents
from wardmote.operations.incidents.models import Incident
from wardmote.operations.studies.own_records import DemandSource, calls_there, own_records

SUPERVISOR = Viewer("chief", (RoleInArea(Role.SUPERVISOR, COUNTY),))


@pytest.fixture
def calls(place: None) -> None:
    """One call from each channel in the east; the first had a unit, the last was imported."""
    for row, channel in enumerate(("phone", "neighbour", "patrol", "web")):
        call = incidents.enter_call(
            DISPATCHER,
            incidents.NewCall("dispute.neighbour", channel, lon=111.15, lat=27.05),
            now_s=NOW_S + row,
        )
        if row == 0:
            dispatch.go_on_duty(SUPERVISOR, UnitId("u1"), now_s=NOW_S)
            dispatch.assign(SUPERVISOR, call.id, [UnitId("u1")], now_s=NOW_S + 5)
    Incident.objects.filter(channel="web").update(channel="import")


def origins(source: DemandSource) -> Counter[CallOrigin]:
    records = own_records(source, COUNTY, now_s=NOW_S + 60)
    assert records is not None
    return Counter(records.origin_of(call) for call in records.calls)


def test_a_channel_says_who_began_a_call_and_an_import_says_nothing(calls: None) -> None:
    assert origins(DemandSource.OWN_CALLS) == {
        CallOrigin.PUBLIC: 1,
        CallOrigin.OTHER_SERVICE: 1,
        CallOrigin.OFFICER: 1,
        CallOrigin.UNKNOWN: 1,
    }


def test_a_planner_may_state_that_imported_calls_are_the_publics(calls: None) -> None:
    found = origins(DemandSource.IMPORTED_TOO)
    assert (found[CallOrigin.PUBLIC], found[CallOrigin.UNKNOWN]) == (2, 0)
    assert found[CallOrigin.OFFICER] == 1


def test_records_hold_the_stamps_of_calls_and_of_their_units(calls: None) -> None:
    records = own_records(DemandSource.OWN_CALLS, COUNTY, now_s=NOW_S + 60)
    assert records is not None
    first = min(records.calls, key=lambda call: call.received_s)
    assert (first.received_s, first.lon, first.lat) == (NOW_S, 111.15, 27.05)
    assert [unit.unit for unit in first.units] == ["u1"]
    assert first.units[0].stamps.at(RecordTime.ASSIGNED) == NOW_S + 5
    assert not first.address


def test_residents_need_no_records_and_an_area_has_only_its_own(calls: None) -> None:
    assert own_records(DemandSource.RESIDENTS, COUNTY, now_s=NOW_S) is None
    west = own_records(DemandSource.OWN_CALLS, WEST, now_s=NOW_S + 60)
    assert west is not None
    assert not west.calls


def test_a_hundred_placed_calls_of_the_public_for_each_post_are_enough(calls: None) -> None:
    there = calls_there(COUNTY, 1, now_s=NOW_S + 60)
    assert (there.calls, there.needed, there.enough) == (1, 100, False)
    assert replace(there, calls=100).enough
