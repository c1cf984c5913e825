"""A replay shown on a live server: its calls, orders and positions sent over the public interfaces.

The replay stays what it is. This watches its events and does on the server what a call taker, a
dispatcher, the crews and the vehicles' locators would have done; the server's own worker answers
each call as well, and both answers are compared. Whatever the server refuses is counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.dispatch_events import AssignmentMoved, RecommendationMade
from wardmote.core.domain.events import Event
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.domain.incident_events import IncidentEntered, IncidentMoved
from wardmote.core.domain.picture import OperationalPicture
from wardmote.core.domain.positions import PositionBoard
from wardmote.core.domain.unit_events import UnitOffDuty, UnitOnDuty
from wardmote.gateways.simulated_people.comparing import ShownRun, why_different
from wardmote.gateways.simulated_people.locator import Locator
from wardmote.gateways.simulated_people.session import Session

POSITIONS_EVERY_S = 1.0
POSITIONS_OLD_S = 30.0
"""All positions are reported every machine second, and before they are so old on the server's
clock: with the second until streams are told, a console at 60 times real time shows none as stale.
"""

ANSWER_LIMIT_S = 10.0
"""A recommendation that the server has not made after so many machine seconds is missing."""

OVERRIDE = "other"
CANCELLED = "not_needed"
ATTENDED, NOT_ATTENDED = "helped", "no_action"
_ACTIONS = frozenset(
    {
        AssignmentAction.DEPART,
        AssignmentAction.ARRIVE,
        AssignmentAction.CLEAR,
        AssignmentAction.CANCEL,
    }
)

Positions = Callable[[float], PositionBoard]
"""Moment (seconds UTC) -> where the replay's units on duty are then."""


@dataclass(frozen=True, slots=True)
class Script:
    """What the driver needs to know besides the events.

    Attributes:
        start_s: where the server's clock is set when the first event comes; seconds UTC.
        rate: how fast it runs.
        calls: how many calls will come; behind the last one nothing is waited for.
        server_ids: the replay's unit -> its id on the server.
        kinds: kind of each unit.
        addresses: place of a call, by the number of its record.
    """

    start_s: float
    rate: float
    calls: int
    server_ids: Mapping[UnitId, str]
    kinds: Mapping[UnitId, str]
    addresses: Mapping[str, str]


@dataclass(slots=True)
class _Call:
    entered: IncidentEntered
    received_s: float
    server_id: str = ""
    answer: dict[str, Any] | None = None
    attended: bool = False


class RecordedPeople:
    """An event sink that acts on a server. Its methods block; use it from one thread."""

    def __init__(
        self, runner: asyncio.Runner, desk: Session, locator: Locator, script: Script
    ) -> None:
        """`desk` is logged in as somebody who takes calls, sends units and acts for them."""
        self._runner = runner
        self._desk = desk
        self._locator = locator
        self._script = script
        self._clock = desk.clock
        self._positions: Positions | None = None
        self._told_positions_s = 0.0
        self._positions_every_s = min(POSITIONS_EVERY_S, POSITIONS_OLD_S / script.rate)
        self._on_duty: set[UnitId] = set()
        self._calls: dict[IncidentId, _Call] = {}
        self._by_server_id: dict[str, _Call] = {}
        self._assignments: dict[AssignmentId, str] = {}
        self._answered = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self.run = ShownRun()

    def watch(self, positions: Positions) -> None:
        """Say where the replay's units can be asked for."""
        self._positions = positions

    def wait_for(self, at_s: float) -> None:
        """Let the server's clock come to a moment, reporting positions meanwhile."""
        self._runner.run(self._wait_for(at_s))

    def emit(self, event: Event, picture: OperationalPicture) -> None:
        """Do on the server what an event says."""
        del picture
        self._runner.run(self._tell(event))

    def finish(self) -> ShownRun:
        """Compare the server's board with the end of the replay, where nothing is open."""
        self._runner.run(self._compare_ends())
        return self.run

    # --- time and positions -----------------------------------------------------------------

    async def _wait_for(self, at_s: float) -> None:
        if self._listening is None:
            await self._begin()
        if self._is_over():
            return
        while (left_s := at_s - self._clock.now_s()) > 0:
            await self._report_positions_if_due(at_s)
            await asyncio.sleep(min(left_s / self._clock.rate, self._positions_every_s / 2))
        await self._report_positions_if_due(at_s)

    async def _begin(self) -> None:
        body = {"rate": self._script.rate, "served_s": self._script.start_s}
        status, answer = await self._desk.post("/api/clock", body)
        if status != httpx.codes.OK:
            raise RuntimeError(f"the server's clock cannot be set: {status} {answer}")
        self._clock.hear(answer["server_s"], answer["rate"])
        board = await self._desk.get("/api/board")
        self._listening = asyncio.create_task(self._listen(int(board["seq"])))

    def _is_over(self) -> bool:
        return self.run.calls_closed >= self._script.calls

    async def _listen(self, after: int) -> None:
        async for event in self._desk.events(after):
            if event.name == "recommendation":
                call = self._by_server_id.get(event.data["incident"])
                if call is not None:
                    call.answer = event.data
                    self._answered.set()

    async def _report_positions_if_due(self, at_s: float) -> None:
        if time.monotonic() - self._told_positions_s >= self._positions_every_s:
            await self._report_positions(min(at_s, self._clock.now_s()))

    async def _report_positions(self, at_s: float) -> None:
        self._told_positions_s = time.monotonic()
        if self._positions is None or not self._on_duty:
            return
        seen = self._positions(at_s)
        rows = [row for row, unit in enumerate(seen.units) if unit in self._on_duty]
        # Stamped with the server's time: a run that lags must not show its units as stale.
        now_s = self._clock.now_s()
        fixes = [
            {
                "unit": self._script.server_ids[seen.units[row]],
                "lon": float(seen.lon[row]),
                "lat": float(seen.lat[row]),
                "fix_s": now_s,
            }
            for row in rows
        ]
        for reason in await self._locator.report(fixes):
            self.run.refused[("position", reason)] += 1
        self.run.positions += len(fixes)

    # --- events -----------------------------------------------------------------------------

    async def _tell(self, event: Event) -> None:
        payload, at_s = event.payload, event.occurred_s
        if isinstance(payload, UnitOnDuty):
            await self._go_on_duty(payload)
        elif isinstance(payload, UnitOffDuty):
            self._on_duty.discard(payload.unit)
            await self._post("off_duty", self._duty_of(payload.unit), {"on_duty": False})
        elif isinstance(payload, IncidentEntered):
            self._calls[payload.incident] = _Call(payload, at_s)
        elif isinstance(payload, RecommendationMade):
            await self._ask(payload, at_s)
        elif isinstance(payload, AssignmentMoved):
            await self._move(payload, at_s)
        elif isinstance(payload, IncidentMoved) and payload.action is IncidentAction.CLOSE:
            await self._close(payload.incident)

    def _duty_of(self, unit: UnitId) -> str:
        return f"/api/units/{quote(self._script.server_ids[unit], safe='')}/duty"

    async def _go_on_duty(self, payload: UnitOnDuty) -> None:
        body = {"on_duty": True, "lon": payload.lon, "lat": payload.lat}
        if await self._post("on_duty", self._duty_of(payload.unit), body) is not None:
            self._on_duty.add(payload.unit)

    async def _ask(self, made: RecommendationMade, at_s: float) -> None:
        """The first question about a call: enter it, and see what the server recommends.

        It is entered when the record ordered its first units, with the time at which it was
        received: the live service answers at once on entry, and both must answer at one moment.
        """
        call = self._calls[made.incident]
        if call.server_id:
            return
        await self._report_positions(at_s)
        await self._enter(call)
        if not call.server_id:
            return
        answer = await self._answer_for(call)
        if not made.units:
            self.run.nobody_free += 1
            return
        self.run.first_units[why_different(made.units[0], answer, self._script)] += 1

    async def _answer_for(self, call: _Call) -> dict[str, Any] | None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_LIMIT_S):
                while call.answer is None:
                    self._answered.clear()
                    await self._answered.wait()
        return call.answer

    async def _enter(self, call: _Call) -> None:
        entered = call.entered
        body = {
            "category": entered.category,
            "channel": entered.channel,
            "priority": int(entered.priority),
            "received_s": call.received_s,
            "lon": entered.lon,
            "lat": entered.lat,
            "place": self._script.addresses.get(entered.number, "")[:300],
        }
        # The stream may bring the answer before the request itself is answered.
        call.server_id = f"{entered.incident}"
        self._by_server_id[call.server_id] = call
        answer = await self._post("enter", "/api/incidents", {"id": call.server_id, **body})
        if answer is None:
            call.server_id = ""
            return
        self.run.calls_entered += 1

    async def _move(self, payload: AssignmentMoved, at_s: float) -> None:
        if payload.after is AssignmentState.ASSIGNED:
            await self._assign(payload, at_s)
        elif payload.action in _ACTIONS:
            name = self._assignments.get(payload.assignment)
            if name is None:
                self.run.refused[(str(payload.action), "was_not_assigned")] += 1
                return
            reason = CANCELLED if payload.action is AssignmentAction.CANCEL else ""
            await self._act(name, str(payload.action), at_s, reason)
            if payload.action is AssignmentAction.ARRIVE:
                self.run.arrivals += 1

    async def _assign(self, payload: AssignmentMoved, at_s: float) -> None:
        call = self._calls[payload.incident]
        if not call.server_id:
            self.run.refused[("assign", "was_not_entered")] += 1
            return
        body = {
            "units": [self._script.server_ids[payload.unit]],
            "recommendation": None if call.answer is None else call.answer["recommendation"],
            "override_reason": OVERRIDE,
        }
        answer = await self._post("assign", f"/api/incidents/{call.server_id}/assignments", body)
        if answer is None:
            return
        name = str(answer["assignments"][0]["id"])
        self._assignments[payload.assignment] = name
        self.run.units_sent += 1
        call.attended = True
        # Records have no separate acknowledgement: the order counts as read when it is given.
        await self._act(name, AssignmentAction.ACKNOWLEDGE.value, at_s, "")

    async def _act(self, assignment: str, action: str, at_s: float, reason: str) -> None:
        body = {"action": action, "device_s": at_s, "reason": reason}
        answer = await self._post(action, f"/api/assignments/{assignment}/actions", body)
        if answer is not None and not answer["changed"]:
            self.run.refused[(action, "changed_nothing")] += 1

    async def _close(self, incident: IncidentId) -> None:
        call = self._calls.pop(incident)
        if not call.server_id:
            await self._enter(call)
        if call.server_id:
            body = {
                "action": IncidentAction.CLOSE.value,
                "disposition": ATTENDED if call.attended else NOT_ATTENDED,
            }
            await self._post("close", f"/api/incidents/{call.server_id}/actions", body)
            self._by_server_id.pop(call.server_id, None)
        self.run.calls_closed += 1

    async def _post(self, what: str, path: str, body: dict[str, Any]) -> Any:
        """The answer; None when the server refused, which is counted."""
        status, answer = await self._desk.post(path, body)
        if status < httpx.codes.BAD_REQUEST:
            return answer
        code = answer.get("code", "") if isinstance(answer, dict) else ""
        self.run.refused[(what, f"{status} {code}".strip())] += 1
        return None

    async def _compare_ends(self) -> None:
        board = await self._desk.get("/api/board")
        self.run.open_at_end = len(board["incidents"])
        self.run.busy_at_end = len(board["assignments"])
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
