"""``GET /city/map.pmtiles``: byte ranges of the base map (RFC 9110, section 14)."""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from wardmote.web.live.exchange import Exchange
from wardmote.web.live.threads import DatabaseThreads

CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})\Z")


@dataclass(frozen=True, slots=True)
class BaseMap:
    """The file and what identifies its content.

    Attributes:
        size: bytes.
        etag: quoted strong validator.
    """

    path: Path
    size: int
    etag: str


class RangeNotSatisfiableError(Exception):
    """The range begins behind the end of the file."""


def parse_range(value: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None when the header is to be ignored.

    Several ranges at once are ignored, which RFC 9110 allows.

    Raises:
        RangeNotSatisfiableError: nothing of the range exists.
    """
    match = _RANGE.match(value.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first_text, last_text = match.groups()
    if not first_text:
        length = int(last_text)
        if length == 0 or size == 0:
            raise RangeNotSatisfiableError
        return max(0, size - length), size - 1
    first = int(first_text)
    last = min(int(last_text), size - 1) if last_text else size - 1
    if last_text and int(last_text) < first:
        return None
    if first >= size:
        raise RangeNotSatisfiableError
    return first, last


async def serve_map(exchange: Exchange, base_map: BaseMap | None, threads: DatabaseThreads) -> None:
    """Answer a GET or HEAD for the map, whole or one range of it."""
    if base_map is None:
        await exchange.refuse(
            404, "no_city", _("This server has no city loaded, so there is no map.")
        )
        return
    headers = [
        (b"etag", base_map.etag.encode()),
        (b"accept-ranges", b"bytes"),
        (b"cache-control", b"private, max-age=3600, must-revalidate"),
        (b"vary", b"cookie"),
    ]
    if _matches(exchange.header(b"if-none-match"), base_map.etag):
        await exchange.start(304, headers)
        await exchange.send({"type": "http.response.body", "body": b""})
        return
    wanted = None
    condition = exchange.header(b"if-range")
    if exchange.method == "GET" and (not condition or condition == base_map.etag):
        try:
            wanted = parse_range(exchange.header(b"range"), base_map.size)
        except RangeNotSatisfiableError:
            headers.append((b"content-range", b"bytes */%d" % base_map.size))
            await exchange.answer(416, headers=headers)
            return
    first, last = wanted or (0, base_map.size - 1)
    headers.append((b"content-type", b"application/vnd.pmtiles"))
    headers.append((b"content-length", b"%d" % (last - first + 1)))
    if wanted is not None:
        headers.append((b"content-range", b"bytes %d-%d/%d" % (first, last, base_map.size)))
    await exchange.start(200 if wanted is None else 206, headers)
    if exchange.method == "GET":
        await _send_bytes(exchange, base_map.path, first, last, threads)
    await exchange.send({"type": "http.response.body", "body": b""})


async def _send_bytes(
    exchange: Exchange, path: Path, first: int, last: int, threads: DatabaseThreads
) -> None:
    descriptor = await threads.run(lambda: os.open(path, os.O_RDONLY))
    try:
        at = first
        while at <= last:
            length = min(CHUNK, last - at + 1)
            part = await threads.run(functools.partial(os.pread, descriptor, length, at))
            if not part:
                return
            at += len(part)
            await exchange.send({"type": "http.response.body", "body": part, "more_body": True})
    finally:
        os.close(descriptor)


def _matches(header: str, etag: str) -> bool:
    return header.strip() == "*" or etag in (
        part.strip().removeprefix("W/") for part in header.split(",")
    )
