"""Asking for the units of a higher alarm of the run card, and going back."""

from __future__ import annotations

import pytest
from tests.unit.operations.small_place import (
    COUNTY,
    CREW_1,
    DISPATCHER,
    ELSEWHERE,
    NOW_S,
    SMALL_PLACE,
    viewer,
)

from wardmote.core.domain.board import board_of
from wardmote.core.domain.events import Event
from wardmote.core.domain.folding import fold
from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.domain.incident_events import IncidentAlarmLevel
from wardmote.core.domain.permissions import Role, Viewer
from wardmote.core.domain.picture import EMPTY_PICTURE, with_fleet
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch import selectors as dispatch_selectors
from wardmote.operations.dispatch import services as dispatch
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.incidents import selectors, services
from wardmote.operations.incidents.errors import (
    AlarmLevelError,
    IncidentTransitionError,
    ReasonNeededError,
    UnknownIncidentError,
)
from wardmote.operations.incidents.services import NewCall
from wardmote.operations.journal.selectors import events_after, last_seq

pytestmark = pytest.mark.usefixtures("place")
WHY = "new_information"


@pytest.fixture
def call() -> IncidentId:
    """A fight: its card has two alarms."""
    new = NewCall("offence.public_order.fight", "phone", lon=111.15, lat=27.05)
    return services.enter_call(DISPATCHER, new, now_s=NOW_S).id


def levels(events: tuple[Event, ...]) -> list[int]:
    return [one.payload.level for one in events if isinstance(one.payload, IncidentAlarmLevel)]


def test_a_level_goes_up_and_down_and_the_journal_tells_it(call: IncidentId) -> None:
    before = selectors.find(call).version
    assert services.raise_alarm_level(DISPATCHER, call, 2, WHY, NOW_S + 1)
    assert services.raise_alarm_level(DISPATCHER, call, 1, "danger_over", NOW_S + 2)
    assert levels(events_after(0, 100)) == [2, 1]
    row = selectors.find(call)
    assert (row.alarm_level, row.version) == (1, before + 2)


def test_the_same_level_again_changes_nothing(call: IncidentId) -> None:
    services.raise_alarm_level(DISPATCHER, call, 2, WHY, NOW_S + 1)
    before = last_seq(), selectors.find(call).version
    assert not services.raise_alarm_level(DISPATCHER, call, 2, WHY, NOW_S + 2)
    assert (last_seq(), selectors.find(call).version) == before


@pytest.mark.parametrize("level", [0, 3, -1])
def test_a_level_that_the_card_does_not_have_is_refused(call: IncidentId, level: int) -> None:
    with pytest.raises(AlarmLevelError) as refused:
        services.raise_alarm_level(DISPATCHER, call, level, WHY, NOW_S + 1)
    assert refused.value.values == {"highest": 2}
    assert selectors.find(call).alarm_level == 1


@pytest.mark.parametrize("reason", ["", "because"])
def test_a_reason_of_the_list_is_needed(call: IncidentId, reason: str) -> None:
    with pytest.raises(ReasonNeededError):
        services.raise_alarm_level(DISPATCHER, call, 2, reason, NOW_S + 1)


@pytest.mark.parametrize(
    "who",
    [
        CREW_1,
        viewer((Role.COMMUNITY_OFFICER, COUNTY)),
        viewer((Role.AUDITOR, COUNTY)),
        viewer((Role.DISPATCHER, ELSEWHERE)),
    ],
    ids=["crew", "community officer", "auditor", "dispatcher of another area"],
)
def test_only_those_who_send_units_there_may_raise_it(call: IncidentId, who: Viewer) -> None:
    with pytest.raises(AccessDeniedError):
        services.raise_alarm_level(who, call, 2, WHY, NOW_S + 1)
    assert selectors.find(call).alarm_level == 1


def test_a_call_that_is_over_or_unknown_has_no_level_to_raise(call: IncidentId) -> None:
    dispatch.act_on_call(
        DISPATCHER, call, IncidentAction.CLOSE, disposition="advised", now_s=NOW_S + 1
    )
    with pytest.raises(IncidentTransitionError):
        services.raise_alarm_level(DISPATCHER, call, 2, WHY, NOW_S + 2)
    with pytest.raises(UnknownIncidentError):
        services.raise_alarm_level(DISPATCHER, IncidentId("none"), 2, WHY, NOW_S + 2)


def test_the_fold_the_rows_and_the_record_tell_the_same_level(call: IncidentId) -> None:
    services.raise_alarm_level(DISPATCHER, call, 2, WHY, NOW_S + 1)
    told = fold(with_fleet(EMPTY_PICTURE, SMALL_PLACE.units), events_after(0, 100))
    from_rows, _places = picture_of_rows()
    assert board_of(told, server_s=0.0) == board_of(from_rows, server_s=0.0)
    assert from_rows.incidents[call].alarm_level == 2
    record = dispatch_selectors.incident_detail(DISPATCHER, call, language="en", now_s=NOW_S)
    assert (record["alarm_level"], record["alarm_levels"]) == (2, 2)
    assert record["timeline"][-1]["type"] == "incident.alarm_level"
