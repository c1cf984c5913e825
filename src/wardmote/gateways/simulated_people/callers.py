"""A simulated call taker at another desk, who takes down the calls of simulated callers."""

from __future__ import annotations

import logging

import httpx
import numpy as np

from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.people.drawn_calls import DrawnCall, DrawnCalls
from wardmote.core.simulation.people.words import say
from wardmote.gateways.simulated_people.session import Session

LOGGER = logging.getLogger(__name__)
_LONGEST_WAIT_S = 1_800.0
_FIRST_CALL_S = 15.0
"""The first call comes soon, so that whoever watches need not wait for it."""


class CallTaker:
    """Takes down one call after the other, at the times at which they come."""

    def __init__(
        self, session: Session, source: DrawnCalls, rng: np.random.Generator, language: str
    ) -> None:
        self._session = session
        self._language = language
        self._source = source
        self._rng = rng

    async def work(self, username: str, password: str) -> None:
        """Log in and take calls until cancelled."""
        await self._session.log_in(username, password)
        await self._session.clock.sleep(_FIRST_CALL_S)
        await self._take(self._source.draw(self._session.clock.now_s(), self._rng))
        while True:
            await self._session.clock.sleep(self._wait_s())
            await self._take(self._source.draw(self._session.clock.now_s(), self._rng))

    def _wait_s(self) -> float:
        rate = self._source.rate_per_s(self._session.clock.now_s())
        drawn = float(self._rng.exponential(1.0 / rate)) if rate > 0 else _LONGEST_WAIT_S
        return min(drawn, _LONGEST_WAIT_S)

    async def _take(self, call: DrawnCall) -> None:
        said = say(call.category, self._rng)
        await take_down(self._session, call, said, self._language)


async def take_down(
    session: Session, call: DrawnCall, said: Bilingual, language: str
) -> str | None:
    """Enter a call as the caller tells it; returns its id, None when it was refused."""
    body = {
        "category": call.category,
        "channel": "phone",
        "lon": call.lon,
        "lat": call.lat,
        "place": call.place.in_language(language),
        "note": f"{said.zh} / {said.en}" if said.zh else "",
    }
    status, answer = await session.post("/api/incidents", body)
    if status >= httpx.codes.BAD_REQUEST:
        LOGGER.warning("a simulated call was refused: %s", answer)
        return None
    return str(answer["id"])
