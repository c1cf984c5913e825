"""One simulated person's browser: logged in, with a clock and a stream of events."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx

LOGGER = logging.getLogger(__name__)
_CSRF_COOKIE = "csrftoken"
_RETRY_S = 2.0
_TIMEOUT = httpx.Timeout(15.0, read=40.0)
_PACE_S = 0.5


class LoginFailedError(Exception):
    """The server did not accept the user name and password."""


@dataclass(slots=True)
class ServedClock:
    """The server's clock as last heard: served time, machine time at that moment, and rate."""

    served_s: float = field(default_factory=time.time)
    heard_s: float = field(default_factory=time.monotonic)
    rate: float = 1.0

    def hear(self, served_s: float, rate: float) -> None:
        """Take over what the server said."""
        self.served_s, self.heard_s, self.rate = served_s, time.monotonic(), rate

    def now_s(self) -> float:
        """The server's time now."""
        return self.served_s + (time.monotonic() - self.heard_s) * self.rate

    async def sleep_until(self, moment_s: float) -> None:
        """Wait for a moment of the server's clock, however its rate changes meanwhile."""
        while (left_s := moment_s - self.now_s()) > 0:
            await asyncio.sleep(min(left_s / self.rate, _PACE_S))

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` of the server's clock."""
        await self.sleep_until(self.now_s() + seconds)


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One server-sent event: its name and its JSON."""

    name: str
    data: dict[str, Any]


class Session:
    """A logged-in person. Close it when done."""

    def __init__(self, origin: str, clock: ServedClock) -> None:
        self.clock = clock
        self._http = httpx.AsyncClient(base_url=origin, timeout=_TIMEOUT, trust_env=False)

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def log_in(self, username: str, password: str) -> None:
        """Log in by the same form as everybody.

        Raises:
            LoginFailedError: the name or the password is wrong.
        """
        await self._http.get("/accounts/login/")
        form = {
            "login": username,
            "password": password,
            "csrfmiddlewaretoken": self._csrf_token(),
        }
        answer = await self._http.post("/accounts/login/", data=form)
        if answer.status_code != httpx.codes.FOUND:
            raise LoginFailedError(username)

    def _csrf_token(self) -> str:
        """The token from its cookie, which a training room calls otherwise than others."""
        for cookie in self._http.cookies.jar:
            if cookie.name.endswith(_CSRF_COOKIE):
                return cookie.value or ""
        return ""

    async def get(self, path: str, **params: str | float) -> Any:
        """The JSON behind an address.

        Raises:
            httpx.HTTPStatusError: the server refused.
        """
        answer = await self._http.get(path, params=params)
        answer.raise_for_status()
        return answer.json()

    async def post(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Send a change once, however often the network fails; returns status and JSON."""
        answer = await self._change("POST", path, body)
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return answer.status_code, answer.json() if is_json else None

    async def remove(self, path: str) -> int:
        """Delete what is behind an address, however often the network fails; returns the status."""
        return (await self._change("DELETE", path)).status_code

    async def _change(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> httpx.Response:
        headers = {
            "Idempotency-Key": str(uuid.uuid4()),
            "X-CSRFToken": self._csrf_token(),
            "Referer": str(self._http.base_url),
        }
        while True:
            try:
                answer = await self._http.request(method, path, json=body, headers=headers)
            except httpx.TransportError as error:
                LOGGER.debug("%s: %r, trying again", path, error)
                await asyncio.sleep(_RETRY_S)
                continue
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                await asyncio.sleep(float(answer.headers.get("Retry-After", _RETRY_S)))
                continue
            return answer

    async def events(self, after: int) -> AsyncIterator[StreamEvent]:
        """Follow the stream for ever, resuming after a lost connection."""
        position = after
        while True:
            try:
                async for event in self._one_stream(position):
                    if event.name == "journal":
                        position = max(position, int(event.data["seq"]))
                    elif event.name == "clock":
                        self.clock.hear(float(event.data["server_s"]), float(event.data["rate"]))
                    yield event
            except httpx.TransportError as error:
                LOGGER.debug("stream: %r, connecting again", error)
            await asyncio.sleep(_RETRY_S)

    async def _one_stream(self, after: int) -> AsyncIterator[StreamEvent]:
        async with self._http.stream("GET", "/live/events", params={"after": after}) as answer:
            if answer.status_code != httpx.codes.OK:
                return
            name, data = "message", []
            async for line in answer.aiter_lines():
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    data.append(line[5:].strip())
                elif not line:
                    if data:
                        yield StreamEvent(name, json.loads("\n".join(data)))
                    name, data = "message", []
