"""Random lives of calls, units and assignments through the fold: what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.unit.core.journal_lines import Journal

from wardmote.core.domain.assignment import (
    ACTIVE_STATES,
    ASSIGNMENT_LIFE_CYCLE,
    AssignmentAction,
    AssignmentState,
)
from wardmote.core.domain.board import board_of
from wardmote.core.domain.folding import ImpossibleEventError, fold
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import INCIDENT_LIFE_CYCLE, FieldTime, IncidentAction
from wardmote.core.domain.picture import EMPTY_PICTURE
from wardmote.core.domain.unit_events import UnitAvailability, UnitOffDuty

UNITS = [f"u{row}" for row in range(4)]
BIRTHS = (
    AssignmentState.PROPOSED,
    AssignmentState.RESERVED,
    AssignmentState.STACKED,
    AssignmentState.ASSIGNED,
)


class Room(RuleBasedStateMachine):
    """Acts at random; every act the tables allow must fold, every other must be refused."""

    def __init__(self) -> None:
        super().__init__()
        self.journal = Journal()
        self.born = 0
        self.seen_stamps: dict[tuple[str, FieldTime], float] = {}
        self.seen_assignment_stamps: dict[tuple[str, FieldTime], float] = {}

    @property
    def picture(self):  # type: ignore[no-untyped-def]  # the fold's picture
        return self.journal.picture

    def _refused(self, act) -> bool:  # type: ignore[no-untyped-def]  # a callable without arguments
        before = self.picture
        try:
            act()
        except ImpossibleEventError:
            assert self.picture is before
            return True
        return False

    @rule(unit=st.sampled_from(UNITS))
    def comes_on_duty(self, unit: str) -> None:
        self.journal.on_duty(unit)

    @rule(unit=st.sampled_from(UNITS), available=st.booleans())
    def changes_availability(self, unit: str, available: bool) -> None:
        known = self.picture.units.get(UnitId(unit))
        payload = UnitAvailability(UnitId(unit), available, "meal")
        refused = self._refused(lambda: self.journal.add(payload))
        assert refused == (known is None or not known.on_duty)

    @rule(unit=st.sampled_from(UNITS))
    def goes_off_duty(self, unit: str) -> None:
        known = self.picture.units.get(UnitId(unit))
        refused = self._refused(lambda: self.journal.add(UnitOffDuty(UnitId(unit))))
        assert refused == (known is None or known.active is not None)

    @rule()
    def takes_a_call(self) -> None:
        self.born += 1
        self.journal.call(f"c{self.born}", number=f"20261122-{self.born:04}")

    @precondition(lambda self: len(self.picture.incidents) > 0)
    @rule(data=st.data(), action=st.sampled_from(list(IncidentAction)))
    def moves_a_call(self, data: st.DataObject, action: IncidentAction) -> None:
        call = data.draw(st.sampled_from(sorted(self.picture.incidents)))
        state = self.picture.incidents[call].state
        if action in INCIDENT_LIFE_CYCLE.allowed_actions(state):
            self.journal.moved(call, action, "advised")

    @precondition(lambda self: len(self.picture.incidents) > 0)
    @rule(data=st.data(), stamp=st.sampled_from(list(FieldTime)), at_s=st.floats(0, 1e6))
    def stamps_a_call(self, data: st.DataObject, stamp: FieldTime, at_s: float) -> None:
        call = data.draw(st.sampled_from(sorted(self.picture.incidents)))
        self.journal.stamped(call, stamp, at_s)
        self.seen_stamps.setdefault((call, stamp), at_s)

    @precondition(lambda self: len(self.picture.incidents) > 0)
    @rule(
        data=st.data(),
        unit=st.sampled_from(UNITS),
        state=st.sampled_from(BIRTHS),
        queue=st.integers(1, 5),
    )
    def sends_a_unit(
        self, data: st.DataObject, unit: str, state: AssignmentState, queue: int
    ) -> None:
        call = data.draw(st.sampled_from(sorted(self.picture.incidents)))
        self.born += 1
        name, known = f"a{self.born}", self.picture.units.get(UnitId(unit))
        place = queue if state is AssignmentState.STACKED else 0
        refused = self._refused(lambda: self.journal.sent(name, call, unit, state, place))
        takes = state in ACTIVE_STATES
        busy = known is None or (takes and (known.active is not None or not known.on_duty))
        assert refused == busy

    @precondition(lambda self: len(self.picture.assignments) > 0)
    @rule(data=st.data(), action=st.sampled_from(list(AssignmentAction)))
    def moves_an_assignment(self, data: st.DataObject, action: AssignmentAction) -> None:
        name = data.draw(st.sampled_from(sorted(self.picture.assignments)))
        known = self.picture.assignments[AssignmentId(name)]
        after = ASSIGNMENT_LIFE_CYCLE.table.get((known.state, action))
        if after is None:
            wrong = AssignmentState.CLEARED
            assert self._refused(lambda: self.journal.did(name, action, wrong))
            return
        unit = self.picture.units[known.unit]
        conflict = after in ACTIVE_STATES and (unit.active not in (None, name) or not unit.on_duty)
        assert self._refused(lambda: self.journal.did(name, action, after)) == conflict

    @rule(seconds=st.floats(0.1, 1_000))
    def waits(self, seconds: float) -> None:
        self.journal.now_s += seconds

    @invariant()
    def no_unit_has_two_active_assignments(self) -> None:
        active: dict[str, list[str]] = {}
        for known in self.picture.assignments.values():
            if known.active:
                active.setdefault(known.unit, []).append(known.assignment)
        for unit, names in active.items():
            assert names == [self.picture.units[UnitId(unit)].active]
            assert self.picture.units[UnitId(unit)].on_duty
        for key, unit_known in self.picture.units.items():
            assert (unit_known.active is None) == (key not in active)

    @invariant()
    def queues_and_calls_name_exactly_the_assignments_that_stand(self) -> None:
        stacked = {name for unit in self.picture.units.values() for name in unit.stack}
        assert stacked == {
            known.assignment
            for known in self.picture.assignments.values()
            if known.state is AssignmentState.STACKED
        }
        named = [one for call in self.picture.incidents.values() for one in call.assignments]
        assert sorted(named) == sorted(self.picture.assignments)

    @invariant()
    def nothing_that_is_over_is_in_the_picture(self) -> None:
        for call in self.picture.incidents.values():
            assert call.state not in INCIDENT_LIFE_CYCLE.final
        for known in self.picture.assignments.values():
            assert known.state not in ASSIGNMENT_LIFE_CYCLE.final

    @invariant()
    def stamps_of_an_assignment_are_written_once(self) -> None:
        for known in self.picture.assignments.values():
            for stamp, at_s in known.stamps.items():
                key = (known.assignment, stamp)
                assert self.seen_assignment_stamps.setdefault(key, at_s) == at_s

    @invariant()
    def stamps_are_written_once(self) -> None:
        for (call, stamp), at_s in self.seen_stamps.items():
            known = self.picture.incidents.get(IncidentId(call))
            assert known is None or known.stamps[stamp] == at_s

    def teardown(self) -> None:
        again = fold(EMPTY_PICTURE, [*self.journal.events, *self.journal.events])
        assert board_of(again, server_s=0.0) == board_of(self.picture, server_s=0.0)


Room.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestRoom = Room.TestCase


@pytest.mark.parametrize("cycle", [INCIDENT_LIFE_CYCLE, ASSIGNMENT_LIFE_CYCLE])
def test_every_state_is_reached_and_every_open_state_can_end(cycle) -> None:  # type: ignore[no-untyped-def]
    reached = {cycle.initial}
    while True:
        more = {after for (before, _), after in cycle.table.items() if before in reached}
        if more <= reached:
            break
        reached |= more
    states = {state for pair in cycle.table.items() for state in (pair[0][0], pair[1])}
    assert reached == states == set(type(cycle.initial))
    ends = set(cycle.final)
    for _ in states:
        ends |= {before for (before, _), after in cycle.table.items() if after in ends}
    assert ends == states
