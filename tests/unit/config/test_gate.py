from __future__ import annotations

import asyncio
from typing import Any

from tests.unit.web.live.asgi_driver import ask

from wardmote.config.gate import MAX_BODY, PUBLIC_PER_MINUTE, DjangoGate


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


def test_strangers_may_not_ask_too_often() -> None:
    async def scene() -> None:
        gate = DjangoGate(_django)
        answers = [await ask(gate, "/i/token") for _ in range(PUBLIC_PER_MINUTE + 1)]
        # A minute may begin in between, after which they may ask again.
        assert [one.status for one in answers].count(200) >= PUBLIC_PER_MINUTE
        again = [await ask(gate, "/i/token") for _ in range(PUBLIC_PER_MINUTE + 1)]
        assert 429 in [one.status for one in (*answers, *again)]
        assert (await ask(gate, "/api/x")).status == 200
        gate.close()

    asyncio.run(scene())
