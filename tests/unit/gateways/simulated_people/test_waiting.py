"""Whoever waits for a server of its own takes nobody else's answer for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from wardmote.commands.served_home import Stage, running_server
from wardmote.core.domain.problem import Problem
from wardmote.gateways.simulated_people.run import wait_until_served
from wardmote.web.training_mark import HEADER

LIMIT_S = 20.0
MOMENT_S = 0.5


class Answering(ThreadingHTTPServer):
    """A healthy server that is already there."""

    headers: tuple[tuple[str, str], ...] = ()
    asked = 0

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.server_port}"


class _Health(BaseHTTPRequestHandler):
    server: Answering

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(200)
        for name, value in self.server.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def somebody() -> Iterator[Answering]:
    with Answering(("127.0.0.1", 0), _Health) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_training_room_waits_for_a_training_room(somebody: Answering) -> None:
    assert asyncio.run(wait_until_served(somebody.origin, LIMIT_S))
    assert not asyncio.run(wait_until_served(somebody.origin, MOMENT_S, training=True))
    somebody.headers = ((HEADER, "1"),)
    assert asyncio.run(wait_until_served(somebody.origin, LIMIT_S, training=True))


def test_an_answer_after_the_own_process_ended_is_somebody_elses(somebody: Answering) -> None:
    assert not asyncio.run(wait_until_served(somebody.origin, LIMIT_S, lambda: False))
    assert not asyncio.run(wait_until_served(somebody.origin, LIMIT_S, lambda: not somebody.asked))


def test_no_proxy_of_the_shell_is_asked(
    somebody: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert asyncio.run(wait_until_served(somebody.origin, LIMIT_S))


def test_no_server_is_started_where_somebody_listens(somebody: Answering, tmp_path: Path) -> None:
    stage = Stage(tmp_path, tmp_path, somebody.server_port, "x", training=True)
    with pytest.raises(Problem, match=str(somebody.server_port)), running_server(stage):
        pytest.fail("it was started")


def test_a_server_is_reached_where_it_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WARDMOTE_HOSTS", raising=False)
    listened = {
        host: Stage(tmp_path, tmp_path, 8136, "x", host=host)
        for host in ("127.0.0.1", "0.0.0.0", "::", "192.0.2.7", "2001:db8::7")
    }
    assert [stage.origin for stage in listened.values()] == [
        "http://localhost:8136",
        "http://localhost:8136",
        "http://localhost:8136",
        "http://192.0.2.7:8136",
        "http://[2001:db8::7]:8136",
    ]
    for host, name in (("0.0.0.0", "localhost"), ("192.0.2.7", "192.0.2.7")):
        assert "WARDMOTE_HOSTS" in listened["192.0.2.7"].environment()
        hosts = listened[host].environment().get("WARDMOTE_HOSTS", "localhost")
        assert name in hosts.split(",")
    monkeypatch.setenv("WARDMOTE_HOSTS", "room.example.org")
    assert listened["0.0.0.0"].environment()["WARDMOTE_HOSTS"] == "room.example.org,localhost"
