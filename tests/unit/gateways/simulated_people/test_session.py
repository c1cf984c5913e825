"""A simulated person's changes reach the server once, however often the network fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from wardmote.gateways.simulated_people import session as sessions
from wardmote.gateways.simulated_people.session import ServedClock, Session


class Failing(ThreadingHTTPServer):
    """A server whose connection breaks at the first change, and which is busy at the second."""

    keys: tuple[str, ...] = ()


class _Change(BaseHTTPRequestHandler):
    server: Failing

    def do_DELETE(self) -> None:
        self.server.keys += (self.headers["Idempotency-Key"],)
        if len(self.server.keys) == 1:
            self.close_connection = True
            return
        self.send_response(429 if len(self.server.keys) == 2 else 200)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def failing() -> Iterator[Failing]:
    with Failing(("127.0.0.1", 0), _Change) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_what_is_removed_is_removed_once_though_the_network_fails(
    failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_RETRY_S", 0.0)

    async def remove() -> int:
        session = Session(f"http://127.0.0.1:{failing.server_port}", ServedClock())
        try:
            return await session.remove("/api/closures/one")
        finally:
            await session.close()

    assert asyncio.run(remove()) == 200
    assert len(failing.keys) == 3
    assert len(set(failing.keys)) == 1
