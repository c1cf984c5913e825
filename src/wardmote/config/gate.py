"""The way into Django: bodies are read and bounded here, then one of few threads answers.

A body is complete before a thread is taken, so that slow senders hold up nobody, and beyond a
number of waiting requests new ones are told to come back.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from a2wsgi import WSGIMiddleware
from django.utils.translation import gettext_lazy as _

from wardmote.web.live.exchange import (
    BodyRefusedError,
    ClientGoneError,
    Exchange,
    Message,
    Receive,
    Scope,
    Send,
    read_body,
)

THREADS = 12
MAX_WAITING = 256
MAX_BODY = 2 * 1024 * 1024
PUBLIC_PATH = "/i/"
PUBLIC_PER_MINUTE = 30
"""Requests that one address may send to the page that strangers may open."""


class DjangoGate:
    """Django as an ASGI application with limits."""

    def __init__(self, django: Any) -> None:
        # Its own types spell out every ASGI message; ours are those that uvicorn passes on.
        self._django: Any = WSGIMiddleware(django, workers=THREADS)
        self._inside = 0
        self._minute = 0
        self._strangers: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        exchange = Exchange(scope, receive, send)
        if scope["path"].startswith(PUBLIC_PATH) and not self._may_come_in(scope):
            await exchange.refuse(
                429,
                "too_many_requests",
                _("Too many requests. Wait a moment and try again."),
                headers=((b"retry-after", b"60"),),
            )
            return
        if self._inside >= MAX_WAITING:
            await exchange.refuse(
                503,
                "busy",
                _("The server is busy. Wait a moment and try again."),
                headers=((b"retry-after", b"1"),),
            )
            return
        self._inside += 1
        try:
            body = await read_body(scope, receive, MAX_BODY)
            await self._django(scope, _Replay(body, receive), send)
        except BodyRefusedError as error:
            await exchange.refuse_body(error)
        except ClientGoneError:
            return
        finally:
            self._inside -= 1

    def _may_come_in(self, scope: Scope) -> bool:
        """Whether this address has not asked too often within the minute."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute = minute
            self._strangers.clear()
        address = str((scope.get("client") or ("",))[0])
        self._strangers[address] += 1
        return self._strangers[address] <= PUBLIC_PER_MINUTE

    @property
    def inside(self) -> int:
        """How many requests are being answered or wait for a thread."""
        return self._inside

    def close(self) -> None:
        """Wait for what is being answered and end the threads."""
        self._django.executor.shutdown(wait=True)


class _Replay:
    """Hands over a body that was read already, then what the client does next."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        return await self._receive()
