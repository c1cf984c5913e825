"""The way into Django: bodies are read and bounded here, then one of few threads answers.

A body is complete before a thread is taken, and an answer is complete before it is sent, so that
neither slow senders nor slow readers hold up a thread, and a reader who leaves leaves nothing
behind. Beyond a number of waiting requests new ones are told to come back.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, Any

from a2wsgi import wsgi
from django.utils.translation import gettext_lazy as _

from wardmote.config.refusing import refuse, whole_body
from wardmote.config.strangers import PUBLIC_PATHS, Strangers
from wardmote.web.live.exchange import (
    BodyRefusedError,
    ClientGoneError,
    Exchange,
    Receive,
    Scope,
    Send,
)

# Its own types spell out every ASGI message; ours are those that uvicorn passes on.
_environ: Any = wsgi.build_environ

THREADS = 12
MAX_WAITING = 256
MAX_BODY = 2 * 1024 * 1024
IN_MEMORY = 4 * 1024 * 1024
"""An answer longer than this (a table downloaded whole) waits for its reader on the disk."""
PIECE = 64 * 1024
PIECE_SECONDS = 60.0
"""A reader takes 64 KiB within this time, or is given up; about 9 kbit/s."""
UPLOAD_PATHS = (
    "/api/photos", "/hazards/", "/h/", "/inspections/", "/divisions/import/", "/staff/import/",
)  # fmt: skip
MAX_UPLOAD = 32 * 1024 * 1024
CLOSE = ((b"connection", b"close"),)
MAX_UPLOADS = 8
"""Pictures and tables come in at these addresses. So many bodies above `MAX_BODY` may be in memory
at once, of strangers and of others each."""


class DjangoGate:
    """Django as an ASGI application with limits."""

    def __init__(self, django: Callable[..., Iterable[bytes]]) -> None:
        self._django = django
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="django")
        self._inside = 0
        self._strangers = Strangers()
        self._uploads: Counter[bool] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        exchange = Exchange(scope, receive, send)
        if not self._strangers.may_come_in(scope):
            await refuse(
                exchange,
                429,
                "too_many_requests",
                _("Too many requests. Wait a moment and try again."),
                headers=((b"retry-after", b"60"),),
            )
            return
        if self._inside >= MAX_WAITING:
            await refuse(
                exchange,
                503,
                "busy",
                _("The server is busy. Wait a moment and try again."),
                headers=((b"retry-after", b"1"),),
            )
            return
        await self._let_in(exchange, scope, receive, send)

    async def _let_in(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        public = scope["path"].startswith(PUBLIC_PATHS)
        large = _is_upload(scope)
        if large and self._uploads[public] >= MAX_UPLOADS:
            await refuse(
                exchange,
                503,
                "busy",
                _("The server is busy. Wait a moment and try again."),
                headers=((b"retry-after", b"5"),),
            )
            return
        self._inside += 1
        self._uploads[public] += large
        try:
            body = await whole_body(scope, receive, MAX_UPLOAD if large else MAX_BODY)
            environ = _environ(scope, io.BytesIO(body))
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, _answered, self._django, environ)
            with closing(answer.body):
                await answer.send(send)
        except BodyRefusedError as error:
            await refuse(exchange, error.status, error.code, error.sentence, CLOSE)
        except ClientGoneError:
            return
        finally:
            self._inside -= 1
            self._uploads[public] -= large

    @property
    def inside(self) -> int:
        """How many requests are being answered or wait for a thread."""
        return self._inside

    def close(self) -> None:
        """Wait for what is being answered and end the threads."""
        self._threads.shutdown(wait=True)


def _is_upload(scope: Scope) -> bool:
    """Whether a body is sent to an address that takes files, and is long or does not say."""
    if scope["method"] != "POST" or not scope["path"].startswith(UPLOAD_PATHS):
        return False
    declared = dict(scope["headers"]).get(b"content-length", b"")
    return not declared.isdigit() or int(declared) > MAX_BODY


def _spool() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(IN_MEMORY)  # closed when it is sent


@dataclass(slots=True)
class _Answer:
    """What Django said, whole."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: IO[bytes] = field(default_factory=_spool)

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        """WSGI's ``start_response`` (PEP 3333)."""
        self.status = int(status.partition(" ")[0])
        self.headers = [
            (name.strip().lower().encode("latin-1"), value.strip().encode("latin-1"))
            for name, value in headers
        ]
        return self.body.write

    async def send(self, send: Send) -> None:
        """Send it; who reads slowly keeps only this coroutine waiting, and not for ever.

        Raises:
            ClientGoneError: a piece was not taken within `PIECE_SECONDS`.
        """
        start = {"type": "http.response.start", "status": self.status, "headers": self.headers}
        await send(start)
        self.body.seek(0)
        try:
            while piece := self.body.read(PIECE):
                async with asyncio.timeout(PIECE_SECONDS):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        except TimeoutError as error:
            raise ClientGoneError from error
        await send({"type": "http.response.body", "body": b""})


def _answered(django: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> _Answer:
    """Django's answer to one request, on a thread of its own."""
    answer = _Answer()
    pieces = django(environ, answer.start)
    try:
        for piece in pieces:
            answer.body.write(piece)
    except BaseException:
        answer.body.close()
        raise
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
    return answer
