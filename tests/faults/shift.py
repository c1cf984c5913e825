"""People at work over HTTP until the server is gone: callers, dispatchers and crews.

Each remembers what it sent under which idempotency key, and what was answered.
"""

from __future__ import annotations

import random
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.faults.deployment import Deployment

CATEGORIES = ("dispute.neighbour", "traffic.drunk_driving", "help.missing_person")
TAPS = ("acknowledge", "depart", "arrive", "report", "clear")
STAMPS = {
    "acknowledge": "acknowledged",
    "depart": "en_route",
    "arrive": "arrived",
    "report": "feedback",
    "clear": "cleared",
}
PATIENCE = 400
"""Looks at a call, a twentieth of a second apart, before its recommendation is missed."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """A change that was asked for."""

    account: str
    key: str
    path: str
    body: Json


@dataclass(slots=True)
class Memory:
    """What was sent and what was acknowledged.

    Attributes:
        answered: status and body of each answered request, by key.
        calls: number of each acknowledged call, by its id.
        tapped: (assignment, stamp, device's time) of each acknowledged tap that changed something.
    """

    sent: list[Request] = field(default_factory=list)
    answered: dict[str, tuple[int, Any]] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    assignments: dict[str, str] = field(default_factory=dict)
    tapped: list[tuple[str, str]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    problem: str = ""


class Worker(threading.Thread):
    """Somebody who works until the server does not answer any more."""

    def __init__(self, deployment: Deployment, seed: int) -> None:
        super().__init__(daemon=True)
        self.deployment = deployment
        self.chance = random.Random(seed)
        self.memory = Memory()
        self.began = threading.Event()
        self.gone = threading.Event()
        self._clients: dict[str, httpx.Client] = {}

    def run(self) -> None:
        """Work in turns; a lost connection is the end, a wrong answer is remembered."""
        try:
            while not self.gone.is_set():
                self.turn()
        except httpx.TransportError:
            return
        except (AssertionError, KeyError, ValueError) as error:
            self.memory.problem = f"{type(error).__name__}: {error}"
        finally:
            for client in self._clients.values():
                client.close()

    def turn(self) -> None:
        """One piece of work."""
        raise NotImplementedError

    def client(self, account: str = "fault") -> httpx.Client:
        if account not in self._clients:
            self._clients[account] = self.deployment.client(account)
        return self._clients[account]

    def post(self, path: str, body: Json, account: str = "fault", *also: int) -> Json | None:
        """Ask for a change; None when it was refused with one of the statuses in `also`."""
        key = str(uuid.UUID(int=self.chance.getrandbits(128)))
        self.memory.sent.append(Request(account, key, path, body))
        answer = self.client(account).post(path, json=body, headers={"Idempotency-Key": key})
        if answer.status_code in also:
            self.memory.sent.pop()
            return None
        said: Json = answer.json()
        assert answer.status_code in (200, 201), (path, body, said)
        self.memory.answered[key] = (answer.status_code, said)
        return said

    def enter(self) -> str:
        """A call comes in somewhere in town."""
        call = str(uuid.UUID(int=self.chance.getrandbits(128)))
        lon, lat = self.chance.choice(self.deployment.made["places"])
        body = {
            "id": call,
            "category": self.chance.choice(CATEGORIES),
            "channel": "phone",
            "lon": lon + self.chance.uniform(-0.002, 0.002),
            "lat": lat + self.chance.uniform(-0.002, 0.002),
            "note": "someone said so",
        }
        said = self.post("/api/incidents", body)
        assert said is not None
        self.memory.calls[call] = said["number"]
        return call


class Caller(Worker):
    """Takes down calls, one after another."""

    def turn(self) -> None:
        self.enter()
        self.began.set()
        self.gone.wait(self.chance.uniform(0.05, 0.3))


class Desk(Worker):
    """Takes down a call, sends whom the worker recommends, and taps for the crews."""

    def turn(self) -> None:
        call = self.enter()
        made = self._recommendation(call)
        if made is None or not made["units"]:
            return
        body = {"units": made["units"], "recommendation": made["id"]}
        # Another desk may have sent one of them meanwhile.
        sent = self.post(f"/api/incidents/{call}/assignments", body, "fault", 409)
        if sent is None:
            return
        for one in sent["assignments"]:
            self.memory.assignments[one["id"]] = call
        for one in sent["assignments"]:
            self._taps(one["id"], one["unit"])
        if self.chance.random() < 0.5:
            close = {"action": "close", "disposition": "advised"}
            self.post(f"/api/incidents/{call}/actions", close)
            self.memory.closed.add(call)

    def _recommendation(self, call: str) -> Json | None:
        for _ in range(PATIENCE):
            found: Json = self.client().get(f"/api/incidents/{call}").json()
            made: Json | None = found["recommendation"]
            if made is not None:
                self.began.set()
                return made
            if self.gone.wait(0.05):
                return None
        raise AssertionError(f"call {call} got no recommendation")

    def _taps(self, assignment: str, unit: str) -> None:
        taps = list(TAPS[:-1])
        if self.chance.random() < 0.25:
            # The phone sends what waited in its outbox in the wrong order.
            taps[1], taps[2] = taps[2], taps[1]
        for tap in (*taps, TAPS[-1]):
            said = self.post(f"/api/assignments/{assignment}/actions", {"action": tap}, unit)
            assert said is not None
            if said["changed"]:
                self.memory.tapped.append((assignment, STAMPS[tap]))
