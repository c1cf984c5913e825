from __future__ import annotations

import pytest
from tests.unit.core.journal_lines import Journal

from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.incident import FieldTime, IncidentAction, Priority
from wardmote.core.policies.ageing import (
    Ageing,
    effective_urgency,
    priorities_to_raise,
    queue_order,
)

AGEING = Ageing()
T0 = 1_000.0


def journal_with(*priorities: int) -> Journal:
    lines = Journal(now_s=T0)
    lines.on_duty("u1")
    for row, priority in enumerate(priorities, start=1):
        lines.call(f"c{row}", "dispute.neighbour", priority)
        lines.moved(f"c{row}", IncidentAction.ROUTE)
    return lines


def order(lines: Journal, now_s: float) -> list[str]:
    return [call.incident for call in queue_order(AGEING, lines.picture.incidents.values(), now_s)]


def test_the_queue_is_by_priority_then_by_wait() -> None:
    lines = journal_with(3, 1, 2)
    lines.stamped("c1", FieldTime.RECEIVED, T0 - 10)
    assert order(lines, T0) == ["c2", "c3", "c1"]


def test_waiting_moves_a_call_up_but_never_past_an_emergency() -> None:
    lines = journal_with(3, 2, 1)
    lines.stamped("c1", FieldTime.RECEIVED, T0 - 7_200)
    assert order(lines, T0) == ["c3", "c1", "c2"]
    call = lines.picture.incidents[IncidentId("c1")]
    assert effective_urgency(AGEING, call, T0) == 1.0


def test_one_step_of_waiting_counts_as_one_step_of_priority() -> None:
    call = journal_with(3).picture.incidents[IncidentId("c1")]
    assert effective_urgency(AGEING, call, T0) == 3.0
    assert effective_urgency(AGEING, call, T0 + 1_800) == 2.0


@pytest.mark.parametrize(
    ("priority", "after_s", "raised_to"),
    [
        (1, 1e6, None),
        (2, 1e6, None),
        (3, 3_599.9, None),
        (3, 3_600.0, 2),
        (4, 7_199.9, None),
        (4, 7_200.0, 3),
    ],
)
def test_a_priority_goes_up_a_step_after_its_time_and_never_to_emergency(
    priority: int, after_s: float, raised_to: int | None
) -> None:
    found = priorities_to_raise(AGEING, journal_with(priority).picture, T0 + after_s)
    assert [one.after for one in found] == ([] if raised_to is None else [Priority(raised_to)])


def test_a_call_with_a_unit_does_not_age() -> None:
    lines = journal_with(3)
    lines.sent("a1", "c1", "u1")
    assert priorities_to_raise(AGEING, lines.picture, T0 + 1e6) == ()
