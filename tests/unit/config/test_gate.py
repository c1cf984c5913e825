from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from tests.unit.web.live.asgi_driver import ask

from wardmote.config.gate import (
    IN_MEMORY,
    MAX_BODY,
    MAX_UPLOAD,
    THREADS,
    DjangoGate,
)


def _django(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(len(body)).encode()]


def test_a_body_is_handed_over_whole_and_a_large_one_refused() -> None:
    async def scene() -> None:
        gate = DjangoGate(_django)
        told = await ask(gate, "/api/x", method="POST", body=b"x" * MAX_BODY)
        assert (told.status, bytes(told.body)) == (200, str(MAX_BODY).encode())
        large = await ask(gate, "/api/x", method="POST", body=b"x" * (MAX_BODY + 1))
        assert large.status == 413
        assert gate.inside == 0
        gate.close()

    asyncio.run(scene())


def test_a_picture_may_be_larger_where_pictures_are_taken_and_100_mb_are_refused() -> None:
    async def scene() -> None:
        gate = DjangoGate(_django)
        for path in ("/api/photos", "/h/token"):
            told = await ask(gate, path, method="POST", body=b"x" * (MAX_BODY + 1))
            assert (told.status, bytes(told.body)) == (200, str(MAX_BODY + 1).encode())
        declared = {"content-length": str(100 * 1024 * 1024)}
        large = await ask(gate, "/api/photos", method="POST", headers=declared, body=b"x")
        assert large.status == 413
        assert int(declared["content-length"]) > MAX_UPLOAD
        assert gate.inside == 0
        gate.close()

    asyncio.run(scene())


def test_a_page_that_sent_too_much_is_told_so_as_a_page() -> None:
    async def scene() -> None:
        gate = DjangoGate(_django)
        headers = {"accept": "text/html,*/*", "accept-language": "zh-hans"}
        body = b"x" * (MAX_UPLOAD + 1)
        told = await ask(gate, "/h/r/token", method="POST", headers=headers, body=body)
        assert (told.status, told.headers["content-type"]) == (413, "text/html; charset=utf-8")
        assert '<html lang="zh-hans">' in bytes(told.body).decode()
        assert gate.inside == 0
        gate.close()

    asyncio.run(scene())


def _long(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [("Content-Type", "text/csv")])
    yield from (b"x" * 1024 for _ in range(IN_MEMORY // 1024 + 5))


def test_a_long_answer_arrives_whole() -> None:
    async def scene() -> None:
        gate = DjangoGate(_long)
        told = await ask(gate, "/api/x")
        assert bytes(told.body) == b"x" * (IN_MEMORY + 5 * 1024)
        gate.close()

    asyncio.run(scene())


def test_readers_who_take_nothing_hold_up_nobody_else_nor_the_end() -> None:
    """More of them than there are threads; the gate closes while they still wait."""

    async def scene() -> None:
        gate = DjangoGate(_long)
        never = asyncio.Event()
        scope = {"type": "http", "method": "GET", "path": "/api/x", "query_string": b""}
        scope |= {"headers": [], "http_version": "1.1", "server": ("localhost", 80)}

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                await never.wait()

        stuck = [asyncio.create_task(gate(scope, receive, send)) for _ in range(THREADS + 3)]
        while gate.inside < len(stuck):
            await asyncio.sleep(0)
        assert (await ask(gate, "/api/x")).status == 200
        gate.close()
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
        assert gate.inside == 0

    asyncio.run(scene())
