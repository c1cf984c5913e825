"""Calls an ASGI application in the test's own event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

App = Callable[..., Awaitable[None]]


@dataclass
class Call:
    """One request and what came back so far."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    complete: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait until `what` holds; it is looked at after every part of the answer."""
        async with asyncio.timeout(10):
            while not what():
                self.changed.clear()
                await self.changed.wait()

    async def leave(self) -> None:
        """Go away, as a browser does, and wait for the application to notice."""
        self.gone.set()
        assert self.task is not None
        async with asyncio.timeout(10):
            await self.task


def open_call(
    app: App,
    path: str,
    *,
    method: str = "GET",
    query: str = "",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> Call:
    """Begin a request; its answer is gathered in the background."""
    call = Call()
    sent = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        await call.gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            call.status = message["status"]
            call.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            call.body += message.get("body", b"")
            call.complete = not message.get("more_body", False)
        call.changed.set()

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [
            (name.lower().encode(), value.encode())
            for name, value in {"host": "localhost", **(headers or {})}.items()
        ],
    }
    call.task = asyncio.ensure_future(app(scope, receive, send))
    return call


async def ask(app: App, path: str, **how: Any) -> Call:
    """A whole request with its whole answer."""
    call = open_call(app, path, **how)
    assert call.task is not None
    async with asyncio.timeout(10):
        await call.task
    return call
