"""Directs an exercise: lets calls ring, lets things go wrong, at the moments of the script.

It talks to the server as people do, over HTTP, and to the trainer and the trainee's telephone
through the ledger. It ends with the exercise.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import httpx
import numpy as np

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.simulation.people.drawn_calls import DrawnCall
from wardmote.core.simulation.training.drawing import again_says
from wardmote.core.simulation.training.exercise import (
    RING_LIMIT_S,
    CallNow,
    Entry,
    EntryKind,
    Exercise,
    Line,
    Order,
    may_follow,
)
from wardmote.core.simulation.training.ground import Spot, TrainingGround
from wardmote.core.simulation.training.scenario import (
    ABOUT_A_CALL,
    NOTHING,
    TroubleKind,
    Where,
)
from wardmote.core.simulation.training.script import ScriptedCall, ScriptedTrouble
from wardmote.core.travel.metric import both_directions
from wardmote.gateways.simulated_people.accounts import CALL_TAKER, TRAINER
from wardmote.gateways.simulated_people.callers import take_down
from wardmote.gateways.simulated_people.session import ServedClock, Session, StreamEvent
from wardmote.gateways.simulated_people.training_crews import Setting, TrainingCrews
from wardmote.operations.training.ledger import ExerciseFiles

LOGGER = logging.getLogger(__name__)
TICK_S = 0.4
"""Machine seconds between two looks at script and ledger."""

ON_DUTY_LIMIT_S = 240.0
NEXT_DESK_S = 25.0
"""How long the next desk takes to take a call down, seconds of the room's clock."""

MOVED_M = 400.0


class Director:
    """One exercise. `direct` ends when the exercise has ended."""

    def __init__(self, setting: Setting, files: ExerciseFiles, ground: TrainingGround) -> None:
        self._setting = setting
        self._files = files
        self._ground = ground
        self._clock = ServedClock()
        self._desk = Session(setting.origin, self._clock)
        self._trainer = Session(setting.origin, self._clock)
        self._now: Exercise = files.exercise()
        self._crews = TrainingCrews(setting, self._clock, self._read)
        self._states: dict[str, dict[UnitId, str]] = {}
        self._closures: dict[int, str] = {}
        self._over: set[int] = set()
        self._in_hand: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def direct(self, ready: Callable[[], None] = lambda: None) -> None:
        """Bring everybody on duty, begin, and go on until the end; `ready` is told when it begins.

        Raises:
            TimeoutError: the crews did not come on duty.
        """
        crews = asyncio.create_task(self._crews.work())
        following: asyncio.Task[None] | None = None
        try:
            await self._desk.log_in(CALL_TAKER, self._setting.password)
            await self._trainer.log_in(TRAINER, self._setting.password)
            await self._until_on_duty(crews)
            seq = int((await self._desk.get("/api/board"))["seq"])
            await self._begin()
            following = asyncio.create_task(self._follow(seq))
            ready()
            while self._now.ended_s is None:
                for worker in (crews, following):
                    if worker.done():
                        worker.result()
                await self._look()
                await asyncio.sleep(TICK_S)
            await self._trainer.post("/api/clock", {"rate": 1.0})
        finally:
            for task in (crews, following, *self._tasks):
                if task is not None:
                    task.cancel()
            await asyncio.gather(crews, *self._tasks, return_exceptions=True)
            await asyncio.gather(
                self._desk.close(), self._trainer.close(), self._crews.close(),
                return_exceptions=True,
            )  # fmt: skip

    def _read(self) -> Exercise:
        self._now = self._files.exercise()
        return self._now

    async def _until_on_duty(self, crews: asyncio.Task[None]) -> None:
        async with asyncio.timeout(ON_DUTY_LIMIT_S):
            while True:
                if crews.done():
                    crews.result()
                board = await self._desk.get("/api/board")
                if sum(unit["on_duty"] for unit in board["units"]) >= len(self._crews):
                    return
                await asyncio.sleep(0.5)

    async def _begin(self) -> None:
        script = self._setting.script
        body = {"rate": self._setting.rate, "served_s": script.begin_s}
        status, answer = await self._trainer.post("/api/clock", body)
        if status >= httpx.codes.BAD_REQUEST:
            raise RuntimeError(f"the clock could not be set: {answer}")
        self._clock.hear(answer["server_s"], answer["rate"])
        self._files.write(Entry(EntryKind.BEGAN, script.begin_s))

    async def _follow(self, seq: int) -> None:
        async for event in self._desk.events(after=seq):
            if event.name == "journal" and event.data["type"] == "assignment.moved":
                self._note(event)

    def _note(self, event: StreamEvent) -> None:
        """Remember who is sent where; whoever a trouble waits for is struck at once."""
        data = event.data["data"]
        self._states.setdefault(data["incident"], {})[UnitId(data["unit"])] = data["after"]
        waiting = [one for one in self._due_trouble(self._read()) if one.call]
        for trouble in waiting:
            self._strike_sent(trouble)

    async def _look(self) -> None:
        now_s, now = self._clock.now_s(), self._read()
        if now_s >= now.script.end_s:
            self._files.write(Entry(EntryKind.ENDED, now_s), lambda one: one.ended_s is None)
            self._read()
            return
        for one in now.calls.values():
            self._tend(one, now_s)
        for trouble in self._due_trouble(now):
            if trouble.call:
                self._strike_sent(trouble)
            else:
                await self._strike(trouble)
        for order_id, order in now.orders.items():
            await self._carry_out(order_id, order, now_s)
        for trouble in now.trouble:
            over = trouble.lasts_s is not None and now_s >= trouble.at_s + trouble.lasts_s
            if over and trouble.number not in self._over:
                await self._end_trouble(trouble)

    # --- calls ------------------------------------------------------------------------------

    def _tend(self, one: CallNow, now_s: float) -> None:
        """Let a call ring when its time has come; the next desk takes what nobody answers."""
        number = one.call.number
        if one.line is Line.TO_COME and one.call.rings_s <= now_s:
            self._write(EntryKind.RANG, one.call.rings_s, number)
            if not one.call.at_trainee:
                self._start(self._next_desk(one.call, NEXT_DESK_S), number)
        elif (
            one.line is Line.RINGING
            and one.rang_s is not None
            and now_s - one.rang_s >= RING_LIMIT_S
            and one.call.at_trainee
        ):
            self._start(self._next_desk(one.call, 0.0), number)

    def _start(self, work: Coroutine[Any, Any, None], number: int) -> None:
        if number in self._in_hand:
            work.close()
            return
        self._in_hand.add(number)
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _next_desk(self, call: ScriptedCall, after_s: float) -> None:
        """The next desk takes a call down, unless it is about one that is known already."""
        await self._clock.sleep(after_s)
        incident = IncidentId("")
        if call.about:
            incident = self._now.calls[call.about].incident
        if not incident:
            drawn = DrawnCall(call.category, call.lon, call.lat, call.place)
            language = self._setting.language
            incident = IncidentId(await take_down(self._desk, drawn, call.says, language) or "")
        self._write(EntryKind.OVERFLOWED, self._clock.now_s(), call.number, incident)

    def _write(self, kind: EntryKind, at_s: float, call: int, incident: str = "") -> None:
        entry = Entry(kind, at_s, by="", call=call, incident=IncidentId(incident))
        self._files.write(entry, lambda now: may_follow(now, entry))

    # --- trouble ----------------------------------------------------------------------------

    def _due_trouble(self, now: Exercise) -> list[ScriptedTrouble]:
        struck = {one.number for one in now.trouble}
        now_s = self._clock.now_s()
        return [one for one in now.script.trouble if one.number not in struck and one.at_s <= now_s]

    def _strike_sent(self, trouble: ScriptedTrouble) -> None:
        """Strike the first unit sent to a call: before it moves, or a vehicle on its way."""
        on_the_way = trouble.kind is TroubleKind.UNIT_BREAKS_DOWN
        wanted = {"en_route"} if on_the_way else {"assigned", "acknowledged"}
        incidents = {
            one.incident
            for one in self._now.calls.values()
            if one.incident and trouble.call in (one.call.number, one.call.about)
        }
        for incident in sorted(incidents):
            for unit, state in self._states.get(incident, {}).items():
                if state in wanted:
                    self._strike_unit(replace(trouble, unit=unit, at_s=self._clock.now_s()))
                    return

    def _strike_unit(self, trouble: ScriptedTrouble, order_id: str = "") -> None:
        entry = Entry(EntryKind.STRUCK, trouble.at_s, trouble=trouble, order_id=order_id)

        def fits(now: Exercise) -> bool:
            return trouble.number not in {one.number for one in now.trouble}

        if self._files.write(entry, fits):
            self._crews.strike(trouble)
            self._read()

    async def _strike(self, trouble: ScriptedTrouble, order_id: str = "") -> None:
        now = replace(trouble, at_s=self._clock.now_s())
        if trouble.kind is TroubleKind.ROAD_CLOSES and trouble.edges:
            middle = self._ground.middle_of(trouble.edges[0])
            body = {"points": [middle], "within_m": 30.0, "reason": "封闭 / closed"}
            status, answer = await self._desk.post("/api/closures", body)
            if status >= httpx.codes.BAD_REQUEST:
                LOGGER.warning("a road could not be closed: %s", answer)
            else:
                self._closures[trouble.number] = str(answer["id"])
        self._strike_unit(now, order_id)
        if trouble.kind is TroubleKind.ROAD_CLOSES:
            self._drive_round()

    async def _end_trouble(self, trouble: ScriptedTrouble) -> None:
        if trouble.kind is not TroubleKind.ROAD_CLOSES:
            self._over.add(trouble.number)
            await self._crews.recover(trouble)
            return
        closure = self._closures.get(trouble.number, "")
        if closure:
            status = await self._desk.remove(f"/api/closures/{closure}")
            if status >= httpx.codes.INTERNAL_SERVER_ERROR:
                LOGGER.debug("a closure stays for now: %d", status)
                return  # the next look tries again
            if status >= httpx.codes.BAD_REQUEST:
                LOGGER.warning("a closure could not be ended: %d", status)
            del self._closures[trouble.number]
        self._over.add(trouble.number)
        self._drive_round()

    def _drive_round(self) -> None:
        """From now on crews know which roads are closed."""
        edges = {
            edge
            for one in self._now.trouble
            if one.kind is TroubleKind.ROAD_CLOSES and one.number not in self._over
            for edge in one.edges
        }
        travel = self._setting.travel
        self._crews.take_roads(travel.closing(both_directions(sorted(edges))) if edges else travel)

    # --- the trainer's orders ---------------------------------------------------------------

    async def _carry_out(self, order_id: str, order: Order, now_s: float) -> None:
        rng = np.random.default_rng([self._setting.script.seed, len(self._files.entries())])
        about = self._now.calls.get(order.call)
        if order.kind in ABOUT_A_CALL:
            if about is not None:
                self._add_call(order_id, order.kind, about.call, now_s, rng)
            return
        number = 1 + max(
            (one.number for one in (*self._now.trouble, *self._now.script.trouble)), default=0
        )
        trouble = ScriptedTrouble(number, order.kind, now_s, order.unit, (), order.lasts_s)
        if order.kind is TroubleKind.ROAD_CLOSES:
            spot = (
                self._ground.spot(Where.BRIDGE, rng)
                if about is None
                else Spot(about.call.lon, about.call.lat, about.call.place)
            )
            trouble = replace(trouble, edges=self._ground.road_to_close(spot.lon, spot.lat))
        await self._strike(trouble, order_id)

    def _add_call(
        self,
        order_id: str,
        kind: TroubleKind,
        first: ScriptedCall,
        now_s: float,
        rng: np.random.Generator,
    ) -> None:
        """Let the telephone ring about a call that there was before."""
        root = self._now.calls[first.about].call if first.about else first
        here = Spot(root.lon, root.lat, root.place)
        moved = kind is TroubleKind.CALLER_MOVES
        spot = self._ground.away_from(here, MOVED_M, rng) if moved else self._ground.near(here, rng)
        call = ScriptedCall(
            number=1 + max(self._now.calls),
            rings_s=math.ceil(now_s),
            category=root.category,
            lon=spot.lon,
            lat=spot.lat,
            place=spot.place,
            says=again_says(kind, NOTHING, root.category, rng),
            about=root.number,
            moved=moved,
        )
        entry = Entry(EntryKind.ADDED, now_s, added=call, order_id=order_id)
        self._files.write(entry, lambda now: order_id in now.orders)
        self._read()
