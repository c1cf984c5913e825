"""Erasing callers, while the journal stays whole."""

from __future__ import annotations

import pytest
from tests.unit.operations.small_place import COUNTY, NOW_S, viewer

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.domain.incident_events import CallerErased
from wardmote.core.domain.permissions import Purpose, Role
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.incidents import services as incidents
from wardmote.operations.incidents.errors import UnknownIncidentError
from wardmote.operations.incidents.models import Caller
from wardmote.operations.incidents.selectors import find_by_number, open_caller
from wardmote.operations.journal.selectors import events_after, events_of_incident

pytestmark = pytest.mark.usefixtures("place")
SUPERVISOR = viewer((Role.SUPERVISOR, COUNTY), staff="s1")


def call(key: str, received_s: float, *, closed: bool = True) -> IncidentId:
    new = incidents.NewCall(
        "dispute.neighbour", "phone", id=IncidentId(key), lon=111.15, lat=27.05,
        caller_name="张三", caller_phone="13800000000",
    )  # fmt: skip
    entered = incidents.enter_call(SUPERVISOR, new, now_s=received_s)
    if closed:
        dispatch.act_on_call(
            SUPERVISOR, entered.id, IncidentAction.CLOSE, disposition="advised", now_s=received_s
        )
    return entered.id


def with_caller() -> set[str]:
    return set(Caller.objects.values_list("incident_id", flat=True))


def test_callers_received_before_the_limit_are_erased_and_no_others() -> None:
    call("old-0001", NOW_S - 1.0)
    call("edge-0001", NOW_S)
    call("open-0001", NOW_S - 1.0, closed=False)
    assert incidents.erase_old_callers(NOW_S, now_s=NOW_S + 10) == 1
    assert with_caller() == {"edge-0001", "open-0001"}
    assert incidents.erase_old_callers(NOW_S, now_s=NOW_S + 11) == 0


def test_many_are_erased_in_several_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wardmote.operations.incidents.services.erasing.ERASED_AT_ONCE", 2)
    for number in range(5):
        call(f"old-000{number}", NOW_S - 1.0)
    assert incidents.erase_old_callers(NOW_S, now_s=NOW_S + 10) == 5
    assert with_caller() == set()


def test_the_journal_says_so_without_naming_anybody_and_stays_as_it_was() -> None:
    incident = call("old-0001", NOW_S - 1.0)
    before = events_after(0)
    picture = picture_of_rows()[0].incidents
    incidents.erase_old_callers(NOW_S, now_s=NOW_S + 10)
    events = events_after(0)
    assert events[: len(before)] == before
    (erased,) = events[len(before) :]
    assert (erased.payload, erased.actor) == (CallerErased(incident, "retention"), "rule:retention")
    assert picture_of_rows()[0].incidents == picture
    assert open_caller(SUPERVISOR, incident, Purpose.CALL_BACK, now_s=NOW_S + 11) is None


def test_one_caller_is_erased_on_request_at_any_time() -> None:
    incident = call("new-0001", NOW_S, closed=False)
    number = picture_of_rows()[0].incidents[incident].number
    assert find_by_number(number) == incident
    assert incidents.erase_caller(incident, actor="rule:operator", now_s=NOW_S + 1)
    assert not incidents.erase_caller(incident, actor="rule:operator", now_s=NOW_S + 2)
    assert with_caller() == set()
    assert events_of_incident(incident)[-1].payload == CallerErased(incident, "request")


def test_an_unknown_call_has_no_caller_to_erase() -> None:
    with pytest.raises(UnknownIncidentError):
        incidents.erase_caller(IncidentId("nothing"), actor="rule:operator", now_s=NOW_S)
    with pytest.raises(UnknownIncidentError):
        find_by_number("nothing")
