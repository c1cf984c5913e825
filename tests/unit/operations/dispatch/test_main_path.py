"""A call from entry to close, as a dispatcher and a crew work on it."""

from __future__ import annotations

import pytest
from tests.unit.operations.small_place import BEAT, CREW_1, DISPATCHER, EAST, NOW_S

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.board import board_of
from wardmote.core.domain.folding import fold
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.incident import FieldTime, IncidentAction, IncidentState
from wardmote.core.domain.picture import EMPTY_PICTURE, with_fleet
from wardmote.operations.dispatch import selectors, services
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.units.selectors import all_units, spec_of

U1 = UnitId("u1")


@pytest.mark.usefixtures("place")
def test_a_call_goes_from_entry_to_close_with_every_stamp() -> None:
    services.go_on_duty(CREW_1, U1, now_s=NOW_S)
    call = incidents.enter_call(
        DISPATCHER,
        incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05, caller_name="张三"),
        now_s=NOW_S + 1,
    )
    (sent,) = services.assign(DISPATCHER, call.id, [U1], now_s=NOW_S + 2)
    for step, action in enumerate(
        [
            AssignmentAction.ACKNOWLEDGE,
            AssignmentAction.DEPART,
            AssignmentAction.ARRIVE,
            AssignmentAction.REPORT,
            AssignmentAction.CLEAR,
        ]
    ):
        at_s = NOW_S + 10 + step
        acted = services.act(CREW_1, sent.assignment, action, now_s=at_s + 1, device_s=at_s)
        assert acted.changed
    detail = selectors.incident_detail(DISPATCHER, call.id, language="en", now_s=NOW_S + 30)
    assert detail["state"] == "resolved"
    assert detail["area"] == EAST
    assert detail["beat"] == BEAT
    assert detail["destinations"][0]["kind"] == "community_office"
    state = services.act_on_call(
        DISPATCHER, call.id, IncidentAction.CLOSE, disposition="advised", now_s=NOW_S + 40
    )
    assert state is IncidentState.CLOSED
    detail = selectors.incident_detail(DISPATCHER, call.id, language="en", now_s=NOW_S + 50)
    expected = {one.value for one in FieldTime} - {"occurred"}
    assert {one["stamp"] for one in detail["field_times"]} == expected
    assert detail["assignments"][0]["state"] == AssignmentState.CLEARED.value
    assert selectors.board(DISPATCHER)["incidents"] == []


@pytest.mark.usefixtures("place")
def test_folding_the_journal_gives_the_picture_of_the_rows() -> None:
    services.go_on_duty(CREW_1, U1, now_s=NOW_S)
    call = incidents.enter_call(
        DISPATCHER,
        incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05),
        now_s=NOW_S + 1,
    )
    services.assign(DISPATCHER, call.id, [U1], now_s=NOW_S + 2)
    rows, _ = picture_of_rows()
    folded = fold(with_fleet(EMPTY_PICTURE, map(spec_of, all_units())), all_events())
    assert board_of(folded, server_s=0.0) == board_of(rows, server_s=0.0)
