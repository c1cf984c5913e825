"""A simulated colleague at the next desk: deals with what the human dispatcher leaves waiting."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import numpy as np

from wardmote.core.simulation.people.manners import ColleagueManners
from wardmote.gateways.simulated_people.session import Session

LOGGER = logging.getLogger(__name__)
_ADVISED_AFTER_S = 900.0
"""How long the community office or a desk takes to deal with a call that needs no unit."""


class Colleague:
    """Dispatches recommendations that nobody took, answers alarms, closes finished calls."""

    def __init__(
        self, session: Session, manners: ColleagueManners, rng: np.random.Generator
    ) -> None:
        self._session = session
        self._manners = manners
        self._rng = rng
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def work(self, username: str, password: str) -> None:
        """Log in and work until cancelled."""
        await self._session.log_in(username, password)
        board = await self._session.get("/api/board")
        self._session.clock.hear(board["clock"]["server_s"], board["clock"]["rate"])
        for incident in board["incidents"]:
            self._take_up(incident["id"])
        for alarm in board["alarms"]:
            self._answer_later(alarm["id"])
        async for event in self._session.events(after=int(board["seq"])):
            if event.name == "journal":
                self._hear(event.data["type"], event.data["data"])

    def _hear(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "incident.entered" or (
            kind == "incident.moved" and data["action"] in ("reopen", "stand_down", "unmerge")
        ):
            self._take_up(data["incident"])
        elif kind == "incident.moved" and data["after"] == "resolved":
            self._start(f"close {data['incident']}", self._close(data["incident"], "resolved"))
        elif kind == "alarm.raised":
            self._answer_later(data["alarm"])

    def _take_up(self, incident: str) -> None:
        self._start(f"dispatch {incident}", self._dispatch(incident))

    def _answer_later(self, alarm: str) -> None:
        self._start(f"answer {alarm}", self._answer(alarm))

    def _start(self, name: str, work: Any) -> None:
        if name in self._tasks:
            work.close()
            return
        task = asyncio.create_task(work, name=name)
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))

    async def _dispatch(self, incident: str) -> None:
        await self._session.clock.sleep(self._manners.patience_s)
        waited_s = self._manners.patience_s
        while waited_s < _ADVISED_AFTER_S:
            call = await self._call(incident)
            if call is None or call["state"] not in ("entered", "routed"):
                return
            units = (call.get("recommendation") or {}).get("units") or []
            if units:
                await self._assign(incident, call["recommendation"]["id"], units)
                return
            await self._session.clock.sleep(self._manners.patience_s)
            waited_s += self._manners.patience_s
        await self._close(incident, "routed")

    async def _assign(self, incident: str, recommendation: str, units: list[str]) -> None:
        body = {"units": units, "recommendation": recommendation, "mode": "assign"}
        status, answer = await self._session.post(f"/api/incidents/{incident}/assignments", body)
        if status >= httpx.codes.BAD_REQUEST:
            LOGGER.debug("could not dispatch: %s", answer)
            self._start(f"again {incident}", self._dispatch(incident))

    async def _close(self, incident: str, expected_state: str) -> None:
        await self._session.clock.sleep(self._manners.closing.draw(self._rng))
        call = await self._call(incident)
        if call is None or call["state"] != expected_state:
            return
        body = {"action": "close", "reason": "", "disposition": "advised"}
        await self._session.post(f"/api/incidents/{incident}/actions", body)

    async def _answer(self, alarm: str) -> None:
        await self._session.clock.sleep(self._manners.closing.draw(self._rng))
        await self._session.post(f"/api/alarms/{alarm}/answer", {})

    async def _call(self, incident: str) -> dict[str, Any] | None:
        try:
            answer: dict[str, Any] = await self._session.get(f"/api/incidents/{incident}")
        except httpx.HTTPError as error:
            LOGGER.debug("call %s: %r", incident, error)
            return None
        return answer
