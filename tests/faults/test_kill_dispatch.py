"""``kill -9`` while a town's worker recommends and its crews tap: nothing acknowledged is lost."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.faults.deployment import Deployment
from tests.faults.shift import PATIENCE, Caller, Desk, Memory, Worker

pytestmark = pytest.mark.faults

KILLS = 2
UNITS = 9
DESKS = 3
OVER = {"resolved", "closed", "cancelled"}
_ANSWERS_AGAIN = 40
"""So many answered requests are repeated after each restart, besides all that were not answered."""


@pytest.fixture
def deployment(tmp_path: Path, town: Path) -> Iterator[Deployment]:
    running = Deployment(tmp_path, city=town, units=UNITS)
    running.start()
    yield running
    running.kill()


def test_nothing_acknowledged_is_lost_when_the_server_is_killed_while_it_recommends(
    deployment: Deployment, seed: int, record_property: Any
) -> None:
    memories = outlive_kills(deployment, random.Random(seed), KILLS)
    record_property("acknowledged", sum(len(one.answered) for one in memories))
    record_property("unanswered", sum(len(one.sent) - len(one.answered) for one in memories))


def outlive_kills(deployment: Deployment, chance: random.Random, kills: int) -> list[Memory]:
    """Kill the server at work so many times, and see each time that all is there, once."""
    memories: list[Memory] = []
    for _ in range(kills):
        workers = _work_until_killed(deployment, chance)
        memories += [one.memory for one in workers]
        deployment.start()
        with deployment.client() as client:
            _wait_for_recommendations(client)
            for memory in memories:
                _check_all_is_there(client, memory)
        for one in workers:
            _ask_again(deployment, one.memory, chance)
        assert deployment.run("compare") == "same"
    assert sum(len(one.tapped) for one in memories) > 0
    return memories


def _work_until_killed(deployment: Deployment, chance: random.Random) -> list[Worker]:
    desks: list[Worker] = [Desk(deployment, chance.getrandbits(32)) for _ in range(DESKS)]
    workers = [*desks, Caller(deployment, chance.getrandbits(32))]
    for worker in workers:
        worker.start()
    for worker in workers:
        assert worker.began.wait(60), worker.memory.problem
    threading.Event().wait(chance.uniform(0.0, 3.0))
    deployment.kill()
    for worker in workers:
        worker.gone.set()
    for worker in workers:
        worker.join(60)
        assert not worker.is_alive()
        assert worker.memory.problem == ""
    return workers


def _wait_for_recommendations(client: httpx.Client) -> None:
    """Every call that waits has its recommendation, also those entered just before the kill."""
    left: list[str] = []
    for _ in range(PATIENCE):
        board = client.get("/api/board").json()
        left = [
            call["id"]
            for call in board["incidents"]
            if call["recommendation"] is None and call["state"] not in OVER
        ]
        if not left:
            return
        threading.Event().wait(0.05)
    raise AssertionError(f"calls without a recommendation after the restart: {left}")


def _check_all_is_there(client: httpx.Client, memory: Memory) -> None:
    of_call: dict[str, dict[str, set[str]]] = {}
    for call, number in memory.calls.items():
        found = client.get(f"/api/incidents/{call}").json()
        assert found["number"] == number
        assert found["state"] == "closed" or call not in memory.closed
        of_call[call] = {
            one["id"]: {row["stamp"] for row in one["field_times"]} for one in found["assignments"]
        }
    for assignment, call in memory.assignments.items():
        assert "assigned" in of_call[call][assignment]
    for assignment, stamp in memory.tapped:
        assert stamp in of_call[memory.assignments[assignment]][assignment], (assignment, stamp)


def _ask_again(deployment: Deployment, memory: Memory, chance: random.Random) -> None:
    """What was not answered is asked again, twice; some of what was answered, once."""
    open_requests = [one for one in memory.sent if one.key not in memory.answered]
    known = [one for one in memory.sent if one.key in memory.answered]
    for one in chance.sample(known, min(len(known), _ANSWERS_AGAIN)) + open_requests * 2:
        with deployment.client(one.account) as client:
            answer = client.post(one.path, json=one.body, headers={"Idempotency-Key": one.key})
        if one.key in memory.answered:
            assert (answer.status_code, answer.json()) == memory.answered[one.key]
            assert answer.headers["Idempotent-Replay"] == "true"
        elif answer.status_code < 300:
            memory.answered[one.key] = (answer.status_code, answer.json())
            if one.path == "/api/incidents":
                memory.calls[one.body["id"]] = answer.json()["number"]
        else:
            assert answer.status_code == 409, answer.json()
