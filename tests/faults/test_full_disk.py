"""A full disk: a clear answer, nothing half done, and work goes on when there is room again."""

from __future__ import annotations

import random
import resource
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import DatabaseError
from tests.faults.deployment import Deployment
from tests.faults.shift import PATIENCE

from wardmote.operations.journal.storage import is_out_of_room

pytestmark = pytest.mark.faults

Json = dict[str, Any]
SAID = {
    "en": "Nothing was saved: the server's disk is full or cannot be written.",
    "zh-hans": "什么都没有保存：服务器磁盘已满或无法写入。",
}


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, town: Path) -> Iterator[Deployment]:
    running = Deployment(tmp_path_factory.mktemp("home"), city=town, units=3)
    running.start(log=running.home / "log")
    yield running
    running.kill()


def fill_up(deployment: Deployment, full: bool) -> None:
    """From now on the server's process cannot write to any file, or can again."""
    _soft, hard = resource.prlimit(deployment.process, resource.RLIMIT_FSIZE)
    resource.prlimit(deployment.process, resource.RLIMIT_FSIZE, (1 if full else hard, hard))


def gets_well(client: httpx.Client) -> bool:
    """Whether the server says so before long: its threads try again after a moment."""
    for _ in range(PATIENCE):
        if client.get("/live/health").json()["ok"]:
            return True
        threading.Event().wait(0.05)
    return False


def ask(
    client: httpx.Client, path: str, body: Json, key: str = "", language: str = "en"
) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid.uuid4()), "Accept-Language": language}
    return client.post(path, json=body, headers=headers)


def a_call(deployment: Deployment) -> Json:
    lon, lat = deployment.made["places"][0]
    return {"category": "dispute.neighbour", "channel": "phone", "lon": lon, "lat": lat}


def recommended(client: httpx.Client, call: str) -> Json:
    for _ in range(PATIENCE):
        made: Json | None = client.get(f"/api/incidents/{call}").json()["recommendation"]
        if made is not None:
            return made
        threading.Event().wait(0.05)
    raise AssertionError("no recommendation came")


def test_a_full_disk_is_said_in_the_readers_language_and_nothing_is_half_done(
    deployment: Deployment,
) -> None:
    with deployment.client() as client:
        call = ask(client, "/api/incidents", a_call(deployment)).json()["id"]
        unit = recommended(client, call)["units"][0]
        sent = ask(client, f"/api/incidents/{call}/assignments", {"units": [unit]}).json()
        tap = f"/api/assignments/{sent['assignments'][0]['id']}/actions"
        before = client.get("/api/board").json()
        fill_up(deployment, full=True)
        for language, sentence in SAID.items():
            refused = ask(client, "/api/incidents", a_call(deployment), "key-1", language)
            assert (refused.status_code, refused.json()["code"]) == (507, "no_room")
            assert refused.json()["message"].startswith(sentence)
        with deployment.client(unit) as phone:
            assert ask(phone, tap, {"action": "acknowledge"}, "key-2").status_code == 507
        during = client.get("/api/board").json()
        assert during == {**before, "clock": during["clock"]}
        fill_up(deployment, full=False)
        entered = ask(client, "/api/incidents", a_call(deployment), "key-1")
        assert entered.status_code == 201
        with deployment.client(unit) as phone:
            tapped = ask(phone, tap, {"action": "acknowledge"}, "key-2")
            assert tapped.json() == {"state": "acknowledged", "changed": True}
        assert recommended(client, entered.json()["id"])["units"]
        assert gets_well(client)
    assert deployment.run("compare") == "same"


def test_the_worker_outlives_a_disk_that_is_full_now_and_then(
    deployment: Deployment, seed: int
) -> None:
    chance = random.Random(seed)
    entered: list[str] = []
    with deployment.client() as client:
        for _ in range(40):
            answer = ask(client, "/api/incidents", a_call(deployment))
            assert answer.status_code in (201, 507), answer.json()
            if answer.status_code == 201:
                entered.append(answer.json()["id"])
            # Often just when the worker is about to keep its recommendation.
            fill_up(deployment, full=chance.random() < 0.5)
            threading.Event().wait(chance.choice((0.0, 0.002, 0.01, 0.03)))
        fill_up(deployment, full=False)
        for call in entered:
            assert recommended(client, call)["policy_version"]
        assert gets_well(client)
    assert entered
    assert deployment.run("compare") == "same"
    assert "The database answers again" in (deployment.home / "log").read_text("utf-8")


def test_a_second_server_of_the_same_home_does_not_start(deployment: Deployment) -> None:
    said = deployment.twin().refused_to_start()
    assert "Another server uses this database already." in said


def test_no_room_is_told_from_other_trouble(tmp_path: Path) -> None:
    file = sqlite3.connect(tmp_path / "small.sqlite3")
    file.execute("PRAGMA max_page_count = 2")
    file.execute("CREATE TABLE t (x)")
    full = _wrapped(file, "INSERT INTO t VALUES (zeroblob(100000))")
    missing = _wrapped(file, "INSERT INTO nowhere VALUES (1)")
    file.close()
    assert is_out_of_room(full)
    assert not is_out_of_room(missing)
    assert not is_out_of_room(DatabaseError("no cause"))


def _wrapped(file: sqlite3.Connection, statement: str) -> DatabaseError:
    """The error as Django passes it on."""
    with pytest.raises(sqlite3.Error) as caught:
        file.execute(statement)
    error = DatabaseError(*caught.value.args)
    error.__cause__ = caught.value
    return error
