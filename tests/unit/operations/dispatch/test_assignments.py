"""Sending units and what crews report: late, repeated, out of order, stacked, pre-empted."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from tests.unit.operations.small_place import CREW_1, DISPATCHER, NOW_S, SUPERVISOR

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.policies.recommendation import Line, Recommendation
from wardmote.operations.dispatch import selectors, services
from wardmote.operations.dispatch.errors import (
    AssignmentTransitionError,
    OverrideReasonNeededError,
    UnitBusyError,
    UnitOnSceneError,
)
from wardmote.operations.dispatch.models import Assignment
from wardmote.operations.incidents import services as incidents
from wardmote.operations.incidents.errors import CannotLinkError, IncidentTransitionError
from wardmote.operations.journal.selectors import last_seq

U1, U2 = UnitId("u1"), UnitId("u2")
_A = AssignmentAction


@pytest.fixture(autouse=True)
def on_duty(place: None) -> None:
    for unit in (U1, U2):
        services.go_on_duty(SUPERVISOR, unit, now_s=NOW_S)


def enter(category: str = "dispute.neighbour") -> IncidentId:
    call = incidents.NewCall(category, "phone", lon=111.15, lat=27.05)
    return incidents.enter_call(DISPATCHER, call, now_s=NOW_S).id


def send(call: IncidentId, mode: str = "assign", now_s: float = NOW_S) -> AssignmentId:
    return services.assign(DISPATCHER, call, [U1], mode=mode, now_s=now_s)[0].assignment


def report(
    one: AssignmentId, action: AssignmentAction, at_s: float, device_s: float | None = None
) -> bool:
    return services.act(CREW_1, one, action, now_s=NOW_S + at_s, device_s=device_s).changed


def state_of(one: AssignmentId) -> str:
    return selectors.assignment(one).state


def call_state(call: IncidentId) -> str:
    return selectors.visible_incident(DISPATCHER, call).state


def test_a_repeated_message_changes_nothing() -> None:
    one = send(enter())
    assert report(one, _A.ACKNOWLEDGE, 10, device_s=NOW_S + 8)
    before = last_seq()
    assert not report(one, _A.ACKNOWLEDGE, 30, device_s=NOW_S + 8)
    assert last_seq() == before


def test_a_message_that_comes_late_keeps_its_time_and_moves_nothing() -> None:
    call = enter()
    one = send(call)
    report(one, _A.ARRIVE, 100, device_s=NOW_S + 99)
    assert not report(one, _A.DEPART, 120, device_s=NOW_S + 20)
    assert state_of(one) == AssignmentState.ON_SCENE
    (shown,) = selectors.incident_detail(DISPATCHER, call, language="en", now_s=NOW_S)[
        "assignments"
    ]
    times = {time["stamp"]: time["at_s"] for time in shown["field_times"]}
    assert times["en_route"] == NOW_S + 20
    assert "en_route" not in shown["stamps"]


@pytest.mark.parametrize(
    ("device_s", "counts", "clock"),
    [(-1.0, 50.0, "server"), (0.0, 0.0, "device"), (55.0, 55.0, "device"), (55.1, 50.0, "server")],
)
def test_a_device_time_counts_between_the_last_change_and_five_seconds_from_now(
    device_s: float, counts: float, clock: str
) -> None:
    call = enter()
    one = send(call)
    report(one, _A.ACKNOWLEDGE, 50, device_s=NOW_S + device_s)
    detail = selectors.incident_detail(DISPATCHER, call, language="en", now_s=NOW_S)
    (time,) = [row for row in detail["field_times"] if row["stamp"] == "acknowledged"]
    assert (time["at_s"], time["device_s"], time["clock"]) == (
        NOW_S + counts,
        NOW_S + device_s,
        clock,
    )


def test_a_unit_has_one_active_assignment_even_for_the_database() -> None:
    first, second = enter(), enter()
    one = send(first)
    with pytest.raises(UnitBusyError):
        send(second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            id="x", incident_id=second, unit_id=U1, state="assigned", since_s=0.0, created_s=0.0
        )
    assert state_of(one) == "assigned"


def test_a_stacked_call_becomes_the_job_when_the_unit_clears_and_the_queue_moves_up() -> None:
    calls = [enter() for _ in range(3)]
    one, two, three = (send(call, mode="stack") for call in calls)
    assert [state_of(x) for x in (one, two, three)] == ["assigned", "stacked", "stacked"]
    for step, action in enumerate((_A.ARRIVE, _A.CLEAR)):
        report(one, action, 10 + step)
    assert [state_of(x) for x in (one, two, three)] == ["cleared", "assigned", "stacked"]
    assert selectors.assignment(three).queue == 1
    assert [call_state(call) for call in calls] == ["resolved", "in_progress", "routed"]


def test_a_unit_on_its_way_is_taken_for_a_more_urgent_call_and_one_on_scene_never() -> None:
    first, urgent, third = enter(), enter("offence.public_order.fight"), enter()
    one = send(first)
    report(one, _A.DEPART, 5)
    two = send(urgent, mode="preempt", now_s=NOW_S + 6)
    assert (state_of(one), state_of(two)) == ("preempted", "assigned")
    assert (call_state(first), call_state(urgent)) == ("routed", "in_progress")
    report(two, _A.ARRIVE, 20)
    with pytest.raises(UnitOnSceneError):
        send(third, mode="preempt", now_s=NOW_S + 30)


def test_a_refusal_lets_the_call_wait_again_with_its_first_stamps_kept() -> None:
    call = enter()
    one = send(call, now_s=NOW_S + 1)
    services.act(CREW_1, one, _A.REFUSE, reason="vehicle_fault", now_s=NOW_S + 5)
    assert call_state(call) == "routed"
    send(call, now_s=NOW_S + 60)
    detail = selectors.incident_detail(DISPATCHER, call, language="en", now_s=NOW_S)
    assert detail["stamps"]["assigned"] == NOW_S + 1


def test_other_units_than_recommended_ask_for_a_reason() -> None:
    call = enter()
    line = Line(U2, 1, True, "motorcycle", 60.0, 20.0, 0.5, 1.0, None, ())
    advice = Recommendation(call, "test/1", NOW_S, "card", None, (line,), ())
    services.keep_recommendation(advice, now_s=NOW_S)
    with pytest.raises(OverrideReasonNeededError):
        send(call)
    services.assign(DISPATCHER, call, [U1], override_reason="local_knowledge", now_s=NOW_S)


def test_ending_a_call_ends_its_assignments() -> None:
    call = enter()
    one = send(call)
    services.act_on_call(
        DISPATCHER, call, IncidentAction.CLOSE, disposition="advised", now_s=NOW_S + 9
    )
    assert (call_state(call), state_of(one)) == ("closed", "cancelled")
    with pytest.raises(AssignmentTransitionError):
        report(one, _A.ACKNOWLEDGE, 20)
    with pytest.raises(IncidentTransitionError):
        send(call)


def test_a_unit_with_a_job_does_not_go_off_duty() -> None:
    send(enter())
    with pytest.raises(UnitBusyError):
        services.go_off_duty(CREW_1, U1, now_s=NOW_S + 1)


def test_linking_keeps_both_histories_and_can_be_taken_back() -> None:
    primary, duplicate = enter(), enter()
    services.link_calls(DISPATCHER, duplicate, primary, now_s=NOW_S + 1)
    assert call_state(duplicate) == "merged"
    with pytest.raises(CannotLinkError):
        services.link_calls(DISPATCHER, primary, duplicate, now_s=NOW_S + 2)
    services.unlink_calls(DISPATCHER, duplicate, primary, now_s=NOW_S + 3)
    assert call_state(duplicate) == "routed"
    detail = selectors.incident_detail(DISPATCHER, duplicate, language="en", now_s=NOW_S)
    types = [event["type"] for event in detail["timeline"]]
    assert "incident.linked" in types
    assert "incident.unlinked" in types
