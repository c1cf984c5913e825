"""Whatever dispatchers and crews do, folding the journal equals the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.unit.operations.small_place import (
    CREW_1,
    CREW_2,
    DISPATCHER,
    NOW_S,
    SMALL_PLACE,
    SUPERVISOR,
)

from wardmote.core.domain.assignment import AssignmentAction
from wardmote.core.domain.board import board_of
from wardmote.core.domain.folding import fold
from wardmote.core.domain.ids import AssignmentId, IncidentId, PostId, UnitId
from wardmote.core.domain.incident import IncidentAction, Priority
from wardmote.core.domain.move_up import MoveUpAction, MoveUpEnd
from wardmote.core.domain.picture import EMPTY_PICTURE, OperationalPicture, with_fleet
from wardmote.core.domain.reasons import because
from wardmote.core.policies.recommendation import Line, Recommendation
from wardmote.core.policies.relocation_moves import MoveUp
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch import services
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal.selectors import events_after
from wardmote.operations.places import selectors as places
from wardmote.operations.places import services as place_services
from wardmote.operations.refusals import RefusedError
from wardmote.operations.units.selectors import all_units, spec_of
from wardmote.operations.units.services import load_units

Answer = TypeVar("Answer")
Id = TypeVar("Id", bound=str)

CATEGORIES = ("dispute.neighbour", "offence.public_order.fight", "invalid.test")
UNITS = ("u1", "u2", "u3")
PLACES = ((111.15, 27.05), (111.05, 27.05), (112.0, 28.0), (111.12, 27.02))
REASONS = {
    AssignmentAction.REFUSE: "vehicle_fault",
    AssignmentAction.CANCEL: "not_needed",
    AssignmentAction.PREEMPT: "higher_priority",
}


class Room(RuleBasedStateMachine):
    """Services driven at random; refusals are part of life."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        places.forget()
        place_services.load_places(SMALL_PLACE)
        load_units(SMALL_PLACE.units)
        places.forget()
        self.now_s = NOW_S
        self.calls: list[IncidentId] = []
        self.sent: list[AssignmentId] = []
        self.closures: list[str] = []
        self.alarms: list[str] = []
        self.move_ups: list[str] = []
        self.folded: OperationalPicture = with_fleet(EMPTY_PICTURE, map(spec_of, all_units()))

    def later(self) -> float:
        self.now_s += 7.0
        return self.now_s

    @rule(category=st.sampled_from(CATEGORIES), where=st.sampled_from([None, *PLACES]))
    def enter(self, category: str, where: tuple[float, float] | None) -> None:
        lon, lat = where or (None, None)
        call = incidents.NewCall(category, "phone", lon=lon, lat=lat, note="…")
        self.calls.append(incidents.enter_call(DISPATCHER, call, now_s=self.later()).id)

    @rule(unit=st.sampled_from(UNITS), on=st.booleans())
    def duty(self, unit: str, on: bool) -> None:
        change = services.go_on_duty if on else services.go_off_duty
        self.attempt(lambda now: change(SUPERVISOR, UnitId(unit), now_s=now))

    @rule(unit=st.sampled_from(UNITS), available=st.booleans())
    def availability(self, unit: str, available: bool) -> None:
        self.attempt(
            lambda now: services.set_availability(
                SUPERVISOR, UnitId(unit), available, now_s=now, reason="meal"
            )
        )

    @rule(data=st.data(), mode=st.sampled_from(["assign", "reserve", "stack", "preempt"]))
    def send(self, data: st.DataObject, mode: str) -> None:
        call = self.pick(data, self.calls)
        units = data.draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=2, unique=True))
        if call is not None:
            sent = self.attempt(
                lambda now: services.assign(
                    DISPATCHER,
                    call,
                    [UnitId(unit) for unit in units],
                    now_s=now,
                    mode=mode,
                    override_reason="local_knowledge",
                )
            )
            for one in sent or ():
                if one.assignment not in self.sent:
                    self.sent.append(one.assignment)

    @rule(
        data=st.data(),
        action=st.sampled_from(AssignmentAction),
        device=st.sampled_from([None, -3.0, -40.0, 4.0]),
    )
    def act(self, data: st.DataObject, action: AssignmentAction, device: float | None) -> None:
        one = self.pick(data, self.sent)
        who = data.draw(st.sampled_from([DISPATCHER, DISPATCHER, CREW_1, CREW_2]))
        if one is not None:
            self.attempt(
                lambda now: services.act(
                    who,
                    one,
                    action,
                    now_s=now,
                    device_s=None if device is None else now + device,
                    reason=REASONS.get(action, ""),
                )
            )

    @rule(data=st.data(), level=st.integers(0, 3))
    def alarm_level(self, data: st.DataObject, level: int) -> None:
        call = self.pick(data, self.calls)
        if call is not None:
            self.attempt(
                lambda now: incidents.raise_alarm_level(
                    DISPATCHER, call, level, "new_information", now
                )
            )

    @rule(data=st.data(), where=st.sampled_from(PLACES))
    def relocate(self, data: st.DataObject, where: tuple[float, float]) -> None:
        call = self.pick(data, self.calls)
        if call is not None:
            self.attempt(lambda now: incidents.relocate(DISPATCHER, call, *where, now_s=now))

    @rule(
        data=st.data(),
        category=st.sampled_from([None, *CATEGORIES]),
        priority=st.sampled_from([None, *Priority]),
    )
    def reclassify(
        self, data: st.DataObject, category: str | None, priority: Priority | None
    ) -> None:
        call = self.pick(data, self.calls)
        if call is not None:
            self.attempt(
                lambda now: incidents.reclassify(
                    DISPATCHER,
                    call,
                    category=category,
                    priority=priority,
                    reason="new_information",
                    now_s=now,
                )
            )

    @rule(
        data=st.data(),
        action=st.sampled_from(
            [IncidentAction.RESOLVE, IncidentAction.CLOSE, IncidentAction.CANCEL]
        ),
    )
    def end(self, data: st.DataObject, action: IncidentAction) -> None:
        self.end_with(data, action, "not_needed")

    @rule(data=st.data())
    def reopen(self, data: st.DataObject) -> None:
        self.end_with(data, IncidentAction.REOPEN, "new_information")

    def end_with(self, data: st.DataObject, action: IncidentAction, reason: str) -> None:
        call = self.pick(data, self.calls)
        if call is not None:
            self.attempt(
                lambda now: services.act_on_call(
                    DISPATCHER, call, action, now_s=now, reason=reason, disposition="advised"
                )
            )

    @rule(data=st.data(), link=st.booleans())
    def link(self, data: st.DataObject, link: bool) -> None:
        one, other = self.pick(data, self.calls), self.pick(data, self.calls)
        change = services.link_calls if link else services.unlink_calls
        if one is not None and other is not None:
            self.attempt(lambda now: change(DISPATCHER, one, other, now_s=now))

    @rule(data=st.data(), units=st.lists(st.sampled_from(UNITS), max_size=2, unique=True))
    def recommend(self, data: st.DataObject, units: list[str]) -> None:
        call = self.pick(data, self.calls)
        if call is not None:
            lines = tuple(
                Line(UnitId(unit), 1, True, unit, 60.0, 20.0, 0.5, 1.0, None, ()) for unit in units
            )
            made = Recommendation(call, "test/1", self.now_s, "card", None, lines, ())
            self.attempt(lambda now: services.keep_recommendation(made, now_s=now))

    @rule(data=st.data(), level=st.sampled_from(["warn", "alarm"]))
    def alarm(self, data: st.DataObject, level: str) -> None:
        call = self.pick(data, self.calls)
        if call is not None:
            new = services.NewAlarm("unassigned", level, call)
            raised = self.attempt(lambda now: services.raise_alarm(new, now_s=now))
            if raised:
                self.alarms.append(raised)

    @rule(data=st.data())
    def answer_alarm(self, data: st.DataObject) -> None:
        alarm = self.pick(data, self.alarms)
        if alarm is not None:
            self.attempt(lambda now: services.answer_alarm(DISPATCHER, alarm, now_s=now))

    @rule(unit=st.sampled_from(UNITS))
    def advise_move(self, unit: str) -> None:
        reason = because("fills_a_gap", gain_share=0.02)
        advice = MoveUp(UnitId(unit), None, PostId("p1"), 0.02, 90.0, reason, "test/1")
        kept = self.attempt(lambda now: services.keep_move_up(advice, now_s=now))
        if kept is not None:
            self.move_ups.append(kept)

    @rule(data=st.data(), action=st.sampled_from(MoveUpAction))
    def answer_move(self, data: st.DataObject, action: MoveUpAction) -> None:
        one = self.pick(data, self.move_ups)
        who = data.draw(st.sampled_from([DISPATCHER, CREW_1, CREW_2]))
        if one is not None:
            self.attempt(
                lambda now: services.act_on_move_up(
                    who, one, action, now_s=now, reason="vehicle_fault"
                )
            )

    @rule(data=st.data(), why=st.sampled_from([None, *MoveUpEnd]))
    def end_move(self, data: st.DataObject, why: MoveUpEnd | None) -> None:
        one = self.pick(data, self.move_ups)
        if one is None:
            return
        if why is None:
            self.attempt(lambda now: services.arrive_by_rule(one, now_s=now))
        else:
            self.attempt(lambda now: services.end_move_up_by_rule(one, why, now_s=now))

    @rule(edge=st.integers(0, 9))
    def close_road(self, edge: int) -> None:
        closure = place_services.close_road(
            DISPATCHER, SMALL_PLACE.units[0].area, [edge], reason="", now_s=self.later(),
            edge_count=10,
        )  # fmt: skip
        self.closures.append(closure)

    @rule(data=st.data())
    def open_road(self, data: st.DataObject) -> None:
        closure = self.pick(data, self.closures)
        if closure is not None:
            self.attempt(lambda now: place_services.open_road(DISPATCHER, closure, now_s=now))

    @invariant()
    def folding_equals_rows(self) -> None:
        rows, _ = picture_of_rows()
        # A reopened call is put back from its row, as the protocol has it (resync).
        self.folded = fold(self.folded, events_after(self.folded.seq, 10_000))
        if self.folded.missing:
            self.folded = rows
        assert board_of(self.folded, server_s=0.0) == board_of(rows, server_s=0.0)
        same = {key: (one.since_s, one.state) for key, one in self.folded.incidents.items()}
        assert same == {key: (one.since_s, one.state) for key, one in rows.incidents.items()}
        for key, unit in rows.units.items():
            assert (self.folded.units[key].active, self.folded.units[key].stack) == (
                unit.active,
                unit.stack,
            )
        for assignment, known in rows.assignments.items():
            assert self.folded.assignments[assignment].since_s == known.since_s

    @staticmethod
    def pick(data: st.DataObject, among: Sequence[Id]) -> Id | None:
        return data.draw(st.sampled_from(among)) if among else None

    def attempt(self, change: Callable[[float], Answer]) -> Answer | None:
        try:
            return change(self.later())
        except (RefusedError, AccessDeniedError):
            return None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        places.forget()


@pytest.mark.django_db
def test_folding_the_journal_equals_the_rows_whatever_happens() -> None:
    run_state_machine_as_test(
        Room,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
