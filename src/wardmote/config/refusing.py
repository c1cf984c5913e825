"""Bodies that are too large, and refusals in words, before Django is asked."""

from __future__ import annotations

import asyncio
import html

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wardmote.web.live.exchange import (
    BodyTooLargeError,
    Exchange,
    Header,
    Message,
    Receive,
    Scope,
    read_body,
)

MAX_DRAINED = 128 * 1024 * 1024
DRAIN_SECONDS = 60.0
"""So much of a body that is too large is read and thrown away: a browser that cannot send all that
it wants says that the connection broke, and not why."""

PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{words}</title>
<h1>{words}</h1>
<p>{back}</p>
</html>
"""


async def whole_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body; one that is too large is taken off the line before it is refused.

    Raises:
        BodyRefusedError, ClientGoneError: as `read_body`.
    """
    line = _Line(receive)
    try:
        return await read_body(scope, line.receive, limit)
    except BodyTooLargeError:
        await line.drain()
        raise


async def refuse(
    exchange: Exchange,
    status: int,
    code: str,
    sentence: str | Promise,
    headers: tuple[Header, ...] = (),
) -> None:
    """Refuse in the reader's language: as a page to whoever looks at pages, else as JSON."""
    if exchange.started or "text/html" not in exchange.header(b"accept"):
        await exchange.refuse(status, code, sentence, headers)
        return
    language = exchange.language()
    with translation.override(language):
        words, back = html.escape(str(sentence)), html.escape(_("Go back and try it differently."))
    page = PAGE.format(language=language, words=words, back=back)
    kept = (*headers, (b"cache-control", b"no-store"))
    await exchange.answer(status, page.encode(), b"text/html; charset=utf-8", kept)


class _Line:
    """What is received, and whether there is more of it."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._more = True

    async def receive(self) -> Message:
        """The next message."""
        message = await self._receive()
        self._more = message["type"] == "http.request" and bool(message.get("more_body", False))
        return message

    async def drain(self) -> None:
        """Read on and keep nothing, until the end or a limit."""
        left = MAX_DRAINED
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while self._more and left > 0:
                    left -= len((await self.receive()).get("body", b""))
        except TimeoutError:
            return
