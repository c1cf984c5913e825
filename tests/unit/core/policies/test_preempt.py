from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from tests.unit.core.journal_lines import Journal
from tests.unit.core.policies.test_recommend import Roads

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.ids import IncidentId
from wardmote.core.domain.positions import positions_of
from wardmote.core.domain.run_cards import Requirement
from wardmote.core.policies.preempt import Preemption, Taking, units_to_take

NEED = Requirement(("patrol_car", "motorcycle"))


@pytest.fixture
def journal() -> Journal:
    lines = Journal()
    for unit in ("u1", "u2"):
        lines.on_duty(unit)
    lines.call("low", "dispute.neighbour", 3)
    lines.call("high", "offence.criminal.robbery", 1)
    lines.sent("a1", "low", "u1")
    return lines


def takings(
    journal: Journal,
    drive_s: Mapping[str, float],
    call: str = "high",
    best_free_s: float | None = None,
    turnout_s: float = 0.0,
) -> Sequence[Taking]:
    view = Roads(positions_of(journal.picture), drive_s, turnout_s=turnout_s)
    incident = journal.picture.incidents[IncidentId(call)]
    return units_to_take(
        Preemption(), journal.picture, incident, NEED, best_free_s, journal.now_s, view
    )


def test_a_unit_on_its_way_to_a_lesser_call_can_be_taken(journal: Journal) -> None:
    (taking,) = takings(journal, {"u1": 60.0})
    assert (taking.unit, taking.left_behind, taking.gain_s) == ("u1", "low", None)
    assert [one.code for one in taking.reasons] == ["more_urgent", "nobody_free", "leaves_waiting"]


def test_never_a_unit_on_scene(journal: Journal) -> None:
    journal.did("a1", AssignmentAction.ARRIVE, AssignmentState.ON_SCENE)
    assert takings(journal, {"u1": 1.0}) == ()
    journal.did("a1", AssignmentAction.REPORT, AssignmentState.FEEDBACK)
    assert takings(journal, {"u1": 1.0}) == ()


@pytest.mark.parametrize(("best_free_s", "taken"), [(120.0, True), (119.9, False)])
def test_only_for_a_gain_of_at_least_a_minute(
    journal: Journal, best_free_s: float, taken: bool
) -> None:
    assert bool(takings(journal, {"u1": 60.0}, best_free_s=best_free_s)) == taken


def test_not_for_a_routine_call_and_not_from_an_equal_one(journal: Journal) -> None:
    journal.call("routine", "dispute.neighbour", 3)
    journal.call("urgent", "offence.criminal.theft", 2)
    assert takings(journal, {"u1": 1.0}, call="routine") == ()
    assert len(takings(journal, {"u1": 1.0}, call="urgent")) == 1
    journal.sent("a2", "urgent", "u2")
    assert [one.unit for one in takings(journal, {"u1": 5.0, "u2": 1.0})] == ["u2", "u1"]
    journal.call("urgent2", "offence.criminal.theft", 2)
    assert [one.unit for one in takings(journal, {"u1": 5.0, "u2": 1.0}, "urgent2")] == ["u1"]


def test_a_unit_that_drives_already_needs_no_turnout(journal: Journal) -> None:
    assert takings(journal, {"u1": 60.0}, turnout_s=30.0)[0].time.arrival_s == 90.0
    journal.did("a1", AssignmentAction.DEPART, AssignmentState.EN_ROUTE)
    assert takings(journal, {"u1": 60.0}, turnout_s=30.0)[0].time.arrival_s == 60.0


def test_an_unreachable_unit_or_another_kind_is_not_taken(journal: Journal) -> None:
    assert takings(journal, {}) == ()
    journal.on_duty("k1", "command_car")
    journal.sent("a9", "low", "k1")
    assert [one.unit for one in takings(journal, {"k1": 1.0, "u1": 9.0})] == ["u1"]
