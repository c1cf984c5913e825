"""One HTTP request and its answer, straight on ASGI, with a limit on everything read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

BODY_SECONDS = 30.0
"""How long a sender may take to send a whole body."""

_ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
)


class BodyRefusedError(Exception):
    """A body that is not read to its end; the connection is closed after the answer."""

    status: ClassVar[int]
    code: ClassVar[str]
    sentence: ClassVar[Promise]


class BodyTooLargeError(BodyRefusedError):
    """The body is larger than this address takes."""

    status = 413
    code = "too_large"
    sentence = _("This is more than can be taken at once. Send it in smaller parts.")


class BodyTooSlowError(BodyRefusedError):
    """The body did not arrive in time."""

    status = 408
    code = "too_slow"
    sentence = _("The request took too long to arrive. Send it again.")


class ClientGoneError(Exception):
    """The client went away before its body was complete."""


class Exchange:
    """A request with what is needed to answer it once."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.started = False
        self._headers: dict[bytes, bytes] = dict(scope["headers"])

    def header(self, name: bytes) -> str:
        """A header by its lower-case name; empty when absent."""
        return self._headers.get(name, b"").decode("latin-1")

    def query(self) -> dict[str, str]:
        """The query's parameters; the last one counts."""
        return dict(parse_qsl(self.scope["query_string"].decode("latin-1"), max_num_fields=50))

    def cookies(self) -> dict[str, str]:
        """The cookies sent along."""
        return parse_cookie(self.header(b"cookie"))

    def language(self) -> str:
        """The reader's language, found as Django's pages find it."""
        request = HttpRequest()
        request.COOKIES = self.cookies()
        request.META["HTTP_ACCEPT_LANGUAGE"] = self.header(b"accept-language")
        return translation.get_language_from_request(request)

    def for_allowed_host(self) -> bool:
        """Whether the request names one of our hosts."""
        domain, _ = split_domain_port(self.header(b"host"))
        return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)

    def from_own_origin(self) -> bool:
        """Whether a browser sent this from one of our pages, or no browser sent it."""
        origin = self.header(b"origin")
        if not origin:
            return self.header(b"sec-fetch-site") in ("", "same-origin", "none")
        return urlsplit(origin).netloc == self.header(b"host") or origin == settings.PUBLIC_ORIGIN

    async def body(self, limit: int) -> bytes:
        """The whole body.

        Raises:
            BodyTooLargeError: it has more than `limit` bytes.
            BodyTooSlowError: it took longer than `BODY_SECONDS`.
            ClientGoneError: it was never completed.
        """
        return await read_body(self.scope, self.receive, limit)

    async def answer(
        self,
        status: int,
        body: bytes = b"",
        content_type: bytes = b"application/json",
        headers: Iterable[Header] = (),
    ) -> None:
        """Answer with a complete body."""
        await self.start(
            status,
            ((b"content-type", content_type), (b"content-length", b"%d" % len(body)), *headers),
        )
        await self.send({"type": "http.response.body", "body": body})

    async def start(self, status: int, headers: Iterable[Header]) -> None:
        """Begin an answer whose body is sent in parts."""
        self.started = True
        await self.send(
            {"type": "http.response.start", "status": status, "headers": [*headers, *_ALWAYS]}
        )

    async def answer_json(self, status: int, value: Any, headers: Iterable[Header] = ()) -> None:
        """Answer with a JSON value that nobody may keep."""
        await self.answer(
            status, msgspec.json.encode(value), headers=((b"cache-control", b"no-store"), *headers)
        )

    async def refuse_body(self, error: BodyRefusedError) -> None:
        """Say why the body was not read, and close the connection."""
        close: tuple[Header, ...] = ((b"connection", b"close"),)
        await self.refuse(error.status, error.code, error.sentence, headers=close)

    async def refuse(
        self, status: int, code: str, message: str | Promise, headers: Iterable[Header] = ()
    ) -> None:
        """Answer with an error; `message` is a lazy translation, said in the reader's language.

        An answer that was begun already is left as it is; the reader sees it end early.
        """
        if self.started:
            return
        with translation.override(self.language()):
            text = str(message)
        await self.answer_json(status, {"code": code, "message": text}, headers)


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body of an ASGI request; raises as `Exchange.body`."""
    declared = dict(scope["headers"]).get(b"content-length", b"")
    if declared.isdigit() and int(declared) > limit:
        raise BodyTooLargeError
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGoneError
                part = message.get("body", b"")
                size += len(part)
                if size > limit:
                    raise BodyTooLargeError
                parts.append(part)
                more = message.get("more_body", False)
    except TimeoutError:
        raise BodyTooSlowError from None
    return b"".join(parts)
