"""The product on PostgreSQL: killed, its database restarted, and two servers on one database."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.faults.deployment import Deployment
from tests.faults.shift import PATIENCE
from tests.faults.test_kill_dispatch import outlive_kills
from tests.postgresql.cluster import Cluster

pytestmark = pytest.mark.faults

Json = dict[str, Any]
UNITS = 6


def ask(client: httpx.Client, path: str, body: Json, key: str = "") -> httpx.Response:
    return client.post(path, json=body, headers={"Idempotency-Key": key or str(uuid.uuid4())})


@pytest.fixture(scope="module")
def served(cluster: Cluster, town: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    database = cluster.create("served")
    home = tmp_path_factory.mktemp("home")
    running = Deployment(home, city=town, database=database, units=UNITS)
    running.start(log=home / "log")
    yield running
    running.kill()


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    served: Deployment, seed: int
) -> None:
    outlive_kills(served, random.Random(seed), kills=1)


def test_a_second_server_of_the_city_does_not_start(served: Deployment) -> None:
    assert "Another server uses this database already." in served.twin().refused_to_start()


def test_the_server_outlives_a_restart_of_the_database(
    served: Deployment, cluster: Cluster
) -> None:
    lon, lat = served.made["places"][0]
    body = {"category": "dispute.neighbour", "channel": "phone", "lon": lon, "lat": lat}
    with served.client() as client:
        assert ask(client, "/api/incidents", body).status_code == 201
        cluster.stop()
        try:
            for _ in range(3):
                refused = ask(client, "/api/incidents", body, "again")
                assert (refused.status_code, refused.json()["code"]) == (503, "busy")
            page = client.get("/calls/", headers={"Accept-Language": "en"})
            assert (page.status_code, "The server is busy." in page.text) == (503, True)
            assert client.get("/live/events").status_code == 503
        finally:
            cluster.start()
        entered = ask(client, "/api/incidents", body, "again")
        assert entered.status_code == 201
        call = entered.json()["id"]
        for _ in range(PATIENCE):
            made = client.get(f"/api/incidents/{call}").json()["recommendation"]
            if made is not None and client.get("/live/health").json()["ok"]:
                break
            threading.Event().wait(0.05)
        assert made is not None
        assert client.get("/live/health").json()["ok"]
    assert served.run("compare") == "same"


def test_two_servers_on_one_database_do_each_thing_once(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    first = Deployment(tmp_path, database=new_database())
    second = first.twin()
    with ExitStack() as stack:
        for one in (first, second):
            stack.callback(one.kill)
            one.start()
        clients = [stack.enter_context(one.client()) for one in (first, second)] * 2
        crowd = stack.enter_context(ThreadPoolExecutor(len(clients)))
        body = {"category": "dispute.neighbour", "channel": "phone", "lon": 111.15, "lat": 27.05}
        calls = []
        for round_ in range(12):
            key = f"same-{round_}"
            told = list(crowd.map(lambda one, k=key: ask(one, "/api/incidents", body, k), clients))
            assert {answer.status_code for answer in told} == {201}
            assert len({answer.text for answer in told}) == 1
            calls.append(told[0].json()["id"])
        paths = [f"/api/incidents/{call}/assignments" for call in calls[: len(clients)]]
        sent = list(crowd.map(lambda one, path: ask(one, path, {"units": ["u1"]}), clients, paths))
        assert sorted(answer.status_code for answer in sent) == [201, 409, 409, 409]
        boards = [one.get("/api/board").json() for one in clients[:2]]
        assert boards[0] == {**boards[1], "clock": boards[0]["clock"]}
        assert clients[0].get("/api/incidents").json()["total"] == len(calls)
    assert first.run("compare") == "same"
