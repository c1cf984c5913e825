"""``kill -9`` at a random moment loses nothing acknowledged, and repeats change nothing."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.faults.deployment import Deployment

pytestmark = pytest.mark.faults

TAPS = ("acknowledge", "depart", "arrive", "report")
STAMPS = {
    "acknowledge": "acknowledged",
    "depart": "en_route",
    "arrive": "arrived",
    "report": "feedback",
}


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    running = Deployment(tmp_path)
    running.start()
    yield running
    running.kill()


class Desk(threading.Thread):
    """One dispatcher with one unit: calls, assignments and taps, until the server is gone."""

    def __init__(self, deployment: Deployment, unit: str, seed: int) -> None:
        super().__init__(daemon=True)
        self._deployment = deployment
        self._unit = unit
        self._random = random.Random(seed)
        self.sent: list[tuple[str, str, dict[str, Any]]] = []
        self.answered: dict[str, Any] = {}
        self.calls: dict[str, str] = {}
        self.stamps: list[tuple[str, str]] = []
        self.problem = ""
        self.began = threading.Event()

    def run(self) -> None:
        with self._deployment.client() as client:
            try:
                while True:
                    self._one_call(client)
            except httpx.TransportError:
                return
            except AssertionError as error:
                self.problem = str(error)

    def _post(self, client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
        key = str(uuid.UUID(int=self._random.getrandbits(128)))
        self.sent.append((key, path, body))
        answer = client.post(path, json=body, headers={"Idempotency-Key": key})
        said: dict[str, Any] = answer.json()
        assert answer.status_code in (200, 201), said
        self.answered[key] = said
        self.began.set()
        return said

    def _one_call(self, client: httpx.Client) -> None:
        call = str(uuid.UUID(int=self._random.getrandbits(128)))
        body = {
            "id": call,
            "category": "dispute.neighbour",
            "channel": "phone",
            "lon": 111.15,
            "lat": 27.05,
            "note": "someone said so",
        }
        self.calls[call] = self._post(client, "/api/incidents", body)["number"]
        sent = self._post(client, f"/api/incidents/{call}/assignments", {"units": [self._unit]})
        assignment = sent["assignments"][0]["id"]
        taps = list(TAPS)
        if self._random.random() < 0.3:
            self._random.shuffle(taps)
        for tap in taps:
            path = f"/api/assignments/{assignment}/actions"
            if tap == "report" and "arrive" not in taps[: taps.index(tap)]:
                continue
            if self._post(client, path, {"action": tap})["changed"]:
                self.stamps.append((call, STAMPS[tap]))
        close = {"action": "close", "disposition": "advised"}
        self._post(client, f"/api/incidents/{call}/actions", close)


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    deployment: Deployment, seed: int, record_property: Any
) -> None:
    chance = random.Random(seed)
    desks = [Desk(deployment, unit, chance.getrandbits(32)) for unit in ("u1", "u2", "u3")]
    for desk in desks:
        desk.start()
    for desk in desks:
        assert desk.began.wait(60), desk.problem
    threading.Event().wait(chance.uniform(0.0, 3.0))
    deployment.kill()
    for desk in desks:
        desk.join(60)
        assert not desk.is_alive()
        assert desk.problem == ""
    record_property("acknowledged", sum(len(desk.answered) for desk in desks))
    assert any(desk.answered for desk in desks)
    deployment.start()
    assert deployment.run("compare") == "same"
    with deployment.client() as client:
        for desk in desks:
            for call, number in desk.calls.items():
                found = client.get(f"/api/incidents/{call}").json()
                assert found["number"] == number
                stamps = {one["stamp"] for one in found["field_times"]}
                wanted = {stamp for of, stamp in desk.stamps if of == call}
                assert wanted <= stamps, (call, wanted, stamps)
        before = client.get("/api/board").json()
        total = client.get("/api/incidents").json()["total"]
        _repeat(client, desks, chance)
        after = client.get("/api/board").json()
        unfinished = sum(len(desk.sent) - len(desk.answered) for desk in desks)
        assert client.get("/api/incidents").json()["total"] - total <= unfinished
        if unfinished == 0:
            assert before == {**after, "clock": before["clock"]}
    assert deployment.run("compare") == "same"
    deployment.kill()
    deployment.start()
    with deployment.client() as client:
        again = client.get("/api/board").json()
    assert {**again, "clock": 0} == {**after, "clock": 0}


def _repeat(client: httpx.Client, desks: list[Desk], chance: random.Random) -> None:
    """Send everything again, in another order: what was answered gets the same answer."""
    everything = [(desk, *one) for desk in desks for one in desk.sent]
    chance.shuffle(everything)
    for desk, key, path, body in everything:
        answer = client.post(path, json=body, headers={"Idempotency-Key": key})
        if key in desk.answered:
            assert answer.json() == desk.answered[key]
            assert answer.headers["Idempotent-Replay"] == "true"
        else:
            assert answer.status_code < 500
