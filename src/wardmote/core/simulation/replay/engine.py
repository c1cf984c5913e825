"""The replay: a heap of what happens next, and the live decision code in the middle.

The engine knows what will happen (the record's calls and durations); the policy sees only the
operational picture, folded by the same `apply` as in live operation from the events that the engine
emits. Nothing here looks at a clock: the same records, fleet and seed give the same events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from wardmote.core.domain.assignment import AssignmentAction as Action
from wardmote.core.domain.assignment import AssignmentState as State
from wardmote.core.domain.call_record import CallRecord, RecordTime
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime, IncidentAction, IncidentState
from wardmote.core.domain.picture import EMPTY_PICTURE, OperationalPicture, with_fleet
from wardmote.core.domain.positions import PositionBoard
from wardmote.core.policies.recommend import NearestByRoad
from wardmote.core.policies.recommendation import Line, Recommendation
from wardmote.core.simulation.replay.agenda import Agenda
from wardmote.core.simulation.replay.asking import (
    begin_outcome,
    cards_for,
    compare_first,
    take_job,
)
from wardmote.core.simulation.replay.demand import Demand, Job
from wardmote.core.simulation.replay.fleet import ReplayUnit
from wardmote.core.simulation.replay.journal import EventSink, NoSink, ReplayJournal
from wardmote.core.simulation.replay.outcome import Fate, ReplayedCall, ReplayedUnit
from wardmote.core.simulation.replay.roads import ReplayView, RoadModel
from wardmote.core.simulation.replay.state import OpenCall, ReplaySetting, Sending
from wardmote.core.simulation.replay.world import World


class Replay:
    """One run; make a new one for each."""

    def __init__(
        self,
        calls: Sequence[CallRecord],
        demand: Sequence[Demand],
        fleet: Sequence[ReplayUnit],
        roads: RoadModel,
        setting: ReplaySetting,
        sink: EventSink | None = None,
    ) -> None:
        self._setting = setting
        self._roads = roads
        self._world = World(fleet, roads.travel)
        self._rng = np.random.default_rng(setting.seed)
        self._agenda = Agenda()
        self._sent = 0
        self._waiting: dict[IncidentId, OpenCall] = {}
        picture = with_fleet(EMPTY_PICTURE, [unit.spec for unit in fleet])
        self._journal = ReplayJournal(picture, setting.area, sink or NoSink())
        self.outcomes: list[ReplayedCall] = []
        self._freeflow_s: dict[UnitId, float] = {}
        self.policy_version = ""
        self.busy_in_record = 0
        for unit in fleet:
            self._plan_duty(unit)
        for number, (call, asked) in enumerate(zip(calls, demand, strict=True)):
            self._plan_call(number, call, asked)

    def run(
        self,
        progress: Callable[[int], None] | None = None,
        before: Callable[[float], None] | None = None,
    ) -> list[ReplayedCall]:
        """Play everything; the outcomes in the order of the calls.

        Args:
            progress: told how many calls have come in.
            before: called with the moment of each step before it is taken: whoever shows the run
                can take its time, and ask for the positions up to then.
        """
        told = 0
        for at_s, step in self._agenda.steps():
            if before is not None:
                before(at_s)
            step(at_s)
            if progress is not None and len(self.outcomes) - told >= 100:
                told = len(self.outcomes)
                progress(told)
        for call in self._waiting.values():
            call.outcome.never_filled += len(call.wanted)
        return self.outcomes

    @property
    def picture(self) -> OperationalPicture:
        """What the room knows now."""
        return self._journal.picture

    def positions(self, at_s: float) -> PositionBoard:
        """Where the units on duty are, between the last step and the next; for a map."""
        return self._world.positions(at_s)

    # --- planning ---------------------------------------------------------------------------

    def _plan_duty(self, unit: ReplayUnit) -> None:
        name = unit.spec.unit_id
        for start_s, end_s in unit.spells:
            self._agenda.at(start_s, partial(self._on_duty, name))
            self._agenda.at(end_s, partial(self._off_duty, name))

    def _plan_call(self, number: int, call: CallRecord, demand: Demand) -> None:
        self._agenda.at(call.received_s, partial(self._enter, number, call, demand))

    # --- duty -------------------------------------------------------------------------------

    def _on_duty(self, name: UnitId, now_s: float) -> None:
        unit = self._world.units[name]
        unit.ends_duty = False
        if unit.on_duty:
            return
        unit.on_duty = True
        home = unit.unit
        self._world.put(name, (home.lon, home.lat))
        self._journal.unit_on_duty(home, now_s)
        self._retry_waiting(now_s, home.spec.kind)

    def _off_duty(self, name: UnitId, now_s: float) -> None:
        unit = self._world.units[name]
        if unit.job:
            unit.ends_duty = True
            return
        unit.on_duty = False
        self._journal.unit_off_duty(name, now_s)

    # --- calls ------------------------------------------------------------------------------

    def _enter(self, number: int, record: CallRecord, demand: Demand, now_s: float) -> None:
        outcome = begin_outcome(record, demand, self._setting.place_class)
        self.outcomes.append(outcome)
        call = OpenCall(
            number, IncidentId(f"replay-call-{number:06d}"), outcome, [], set(), len(demand.waves)
        )
        self._journal.call_entered(call, now_s)
        self._journal.stamp(call.incident, FieldTime.RECEIVED, now_s)
        self._journal.call_moved(call, IncidentAction.ROUTE, IncidentState.ROUTED, now_s)
        if record.lon is None or record.lat is None:
            outcome.fate = Fate.UNLOCATED
        elif self._roads.travel.snap([record.lon], [record.lat]).edge[0] < 0:
            outcome.fate = Fate.OFF_ROAD
        if outcome.fate is not Fate.NEVER_SERVED:
            outcome.never_filled = sum(len(wave.jobs) for wave in demand.waves)
            self._journal.call_moved(call, IncidentAction.CLOSE, IncidentState.CLOSED, now_s)
            return
        for level, wave in enumerate(demand.waves):
            self._agenda.at(wave.at_s, partial(self._ask, call, wave.jobs, level == 0))

    def _ask(self, call: OpenCall, jobs: Sequence[Job], first: bool, now_s: float) -> None:
        call.waves_left -= 1
        call.wanted.extend(jobs)
        answer = self._recommend(call, now_s)
        if first:
            compare_first(call.outcome, jobs, answer)
        if self._setting.follow_record:
            self._send_recorded(call, answer, now_s)
            if not call.active and call.waves_left == 0:
                self._close(call, now_s)
        else:
            self._send_recommended(call, answer, now_s)

    def _recommend(self, call: OpenCall, now_s: float) -> Recommendation:
        """Ask the live policy, with what the call wants now as its run card."""
        active = [
            self._world.kinds[a.unit] for a in self._journal.picture.assignments_of(call.incident)
        ]
        kinds = set(self._world.kinds.values())
        cards = self._setting.cards or cards_for(call.wanted, active, kinds)
        policy = NearestByRoad(self._setting.standard, cards)
        self.policy_version = policy.version
        asked = kinds
        if self._setting.cards is None:
            asked = {kind for need in cards.cards[0].requirements(1) for kind in need.any_of}
        view = ReplayView(self._roads, self._world.positions(now_s, asked), self._world.kinds)
        self._freeflow_s = view.freeflow_s
        answer = policy.recommend(
            self._journal.picture,
            self._journal.picture.incidents[call.incident],
            now_s,
            view,
            self._rng,
        )
        self._journal.recommended(call, answer, now_s)
        return answer

    def _send_recommended(self, call: OpenCall, answer: Recommendation, now_s: float) -> None:
        ranked = sorted(
            (line for line in answer.lines if line.chosen), key=lambda line: line.rank or 0
        )
        for line in ranked:
            job = take_job(call.wanted, line.fills or "")
            if job is not None:
                self._send(call, line, job, now_s)
        self._note_waiting(call)

    def _note_waiting(self, call: OpenCall) -> None:
        if call.wanted:
            self._waiting[call.incident] = call
            call.outcome.waited = call.outcome.waited or not call.outcome.units
        else:
            self._waiting.pop(call.incident, None)

    def _retry_waiting(self, now_s: float, kind: str) -> None:
        """A unit of this kind became free: ask again for the calls that want one, urgent first."""
        asking = [
            call
            for call in self._waiting.values()
            if any(job.kind in ("", kind) for job in call.wanted)
        ]
        asking.sort(key=lambda call: (call.outcome.priority, call.number))
        for call in asking:
            if call.incident in self._waiting:
                self._send_recommended(call, self._recommend(call, now_s), now_s)

    # --- units under way --------------------------------------------------------------------

    def _send(self, call: OpenCall, line: Line, job: Job, now_s: float) -> None:
        """Send a recommended unit, with times drawn from the vehicle model."""
        unit = self._world.units[line.unit]
        free_s = self._freeflow_s[line.unit]
        # Drawn from call and unit alone, so that another decision elsewhere changes nothing.
        rng = np.random.default_rng([self._setting.seed, call.number, _stable(line.unit)])
        turnout_s, drive_s = self._roads.sent(
            call.outcome, job, free_s, unit.unit.spec.kind, now_s, rng
        )
        sending = self._assign(call, line.unit, job, now_s, recommended=True)
        if job.on_scene_s is None:
            busy_s = job.busy_s or 0.0
            if busy_s > turnout_s:
                self._agenda.at(now_s + turnout_s, partial(self._depart, sending, drive_s))
            self._agenda.at(now_s + busy_s, partial(self._clear, sending))
            return
        there_s = now_s + turnout_s + drive_s
        self._agenda.at(now_s + turnout_s, partial(self._depart, sending, drive_s))
        self._agenda.at(there_s, partial(self._arrive, sending))
        self._agenda.at(there_s + job.on_scene_s, partial(self._clear, sending))

    def _send_recorded(self, call: OpenCall, answer: Recommendation, now_s: float) -> None:
        """Send the units that the record sent, at the record's times."""
        chosen = {line.unit for line in answer.lines if line.chosen}
        jobs, call.wanted = call.wanted, []
        for job in jobs:
            if job.recorded is None:
                continue
            name = UnitId(job.recorded.unit)
            unit = self._world.units[name]
            if unit.job or not unit.on_duty:
                self.busy_in_record += 1
                continue
            sending = self._assign(call, name, job, now_s, recommended=name in chosen)
            stamps = job.recorded.stamps
            start_s = max(now_s, stamps.first(RecordTime.EN_ROUTE) or now_s)
            there_s = stamps.at(RecordTime.ARRIVED)
            end_s = max(start_s, stamps.at(RecordTime.CLEARED) or start_s)
            drive_s = max(0.0, (end_s if there_s is None else there_s) - start_s)
            self._agenda.at(start_s, partial(self._depart, sending, drive_s))
            if there_s is not None:
                at = min(max(there_s, start_s), end_s)
                self._agenda.at(at, partial(self._arrive, sending))
            self._agenda.at(end_s, partial(self._clear, sending))

    def _assign(
        self, call: OpenCall, name: UnitId, job: Job, now_s: float, *, recommended: bool
    ) -> Sending:
        self._sent += 1
        unit = self._world.units[name]
        unit.job = self._sent
        self._world.stop(name, now_s)
        row = ReplayedUnit(name, unit.unit.spec.kind, now_s, recommended)
        call.outcome.units.append(row)
        call.outcome.fate = Fate.ANSWERED
        assignment = AssignmentId(f"replay-assignment-{self._sent:07d}")
        sending = Sending(assignment, name, call, job, row)
        call.active.add(assignment)
        self._journal.assignment_moved(sending, None, State.ASSIGNED, now_s)
        self._journal.stamp(call.incident, FieldTime.ASSIGNED, now_s)
        if call.state in (IncidentState.ROUTED, IncidentState.RESOLVED):
            self._journal.call_moved(call, IncidentAction.START, IncidentState.IN_PROGRESS, now_s)
        return sending

    def _depart(self, sending: Sending, drive_s: float, now_s: float) -> None:
        record = sending.call.outcome.record
        sending.row.en_route_s = now_s
        self._journal.assignment_moved(sending, Action.DEPART, State.EN_ROUTE, now_s)
        self._journal.stamp(sending.call.incident, FieldTime.EN_ROUTE, now_s)
        self._world.set_off(sending.unit, (record.lon or 0.0, record.lat or 0.0), now_s, drive_s)

    def _arrive(self, sending: Sending, now_s: float) -> None:
        record = sending.call.outcome.record
        sending.row.arrived_s = now_s
        self._journal.assignment_moved(sending, Action.ARRIVE, State.ON_SCENE, now_s)
        self._journal.stamp(sending.call.incident, FieldTime.ARRIVED, now_s)
        self._world.put(sending.unit, (record.lon or 0.0, record.lat or 0.0))

    def _clear(self, sending: Sending, now_s: float) -> None:
        call, unit = sending.call, self._world.units[sending.unit]
        sending.row.cleared_s = now_s
        over = State.CANCELLED if sending.state is State.ASSIGNED else State.CLEARED
        action = Action.CANCEL if over is State.CANCELLED else Action.CLEAR
        self._journal.assignment_moved(sending, action, over, now_s)
        call.active.discard(sending.assignment)
        unit.job = 0
        self._world.stop(sending.unit, now_s)
        if not call.active and call.waves_left == 0:
            self._close(call, now_s)
        if unit.ends_duty:
            self._off_duty(sending.unit, now_s)
            return
        home = unit.unit
        self._world.set_off(sending.unit, (home.lon, home.lat), now_s, None)
        self._retry_waiting(now_s, home.spec.kind)

    def _close(self, call: OpenCall, now_s: float) -> None:
        """The last unit is free and no more are coming: what was never filled is not needed now."""
        call.outcome.never_filled += len(call.wanted)
        call.wanted.clear()
        self._waiting.pop(call.incident, None)
        self._journal.stamp(call.incident, FieldTime.CLEARED, now_s)
        self._journal.call_moved(call, IncidentAction.RESOLVE, IncidentState.RESOLVED, now_s)
        self._journal.call_moved(call, IncidentAction.CLOSE, IncidentState.CLOSED, now_s)


def _stable(text: str) -> int:
    """A number for a text that is the same in every process."""
    value = 0
    for char in text:
        value = (value * 1_000_003 + ord(char)) % 2**32
    return value
