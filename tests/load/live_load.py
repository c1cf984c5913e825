"""Load on a running server, from a process of its own: calls, positions, and a subscribed console.

``python -m tests.load.live_load response|positions --url … --session … --token …`` prints one JSON
line. It measures from the moment a call's POST is sent until its recommendation is read from the
stream, and how many positions a second are accepted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np

CSRF = "x" * 32
_MARK = 1234567890.5

Report = Callable[[bytes], Awaitable[tuple[int, dict[str, Any]]]]


class Client:
    """A dispatcher's browser and a gateway's device, for one server."""

    def __init__(self, url: str, session: str, token: str) -> None:
        self.url = url
        self.cookies = {"sessionid": session, "csrftoken": CSRF}
        self.token = token
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        self.http = httpx.AsyncClient(base_url=url, timeout=30, limits=limits)

    def headers(self) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookie, "X-CSRFToken": CSRF}

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        headers = {**self.headers(), "Idempotency-Key": str(uuid.uuid4())}
        return await self.http.post(path, json=body, headers=headers)

    async def report(self, body: bytes) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return await self.http.post("/live/positions", content=body, headers=headers)


def positions_body(units: list[str], lon: float, lat: float, fix_s: float) -> bytes:
    """A batch in which every unit is somewhere near a point."""
    rng = np.random.default_rng(int(fix_s * 10) % 2**31)
    spread = rng.uniform(-0.08, 0.08, (len(units), 2))
    fixes = [
        {
            "unit": unit,
            "lon": round(lon + float(east), 6),
            "lat": round(lat + float(north), 6),
            "heading": 90.0,
            "fix_s": fix_s,
        }
        for unit, (east, north) in zip(units, spread, strict=True)
    ]
    return json.dumps({"fixes": fixes}).encode()


async def response_times(
    client: Client, units: list[str], place: tuple[float, float], calls: int, per_second: float
) -> dict[str, Any]:
    """Latency from POST to recommendation at the console, with every unit reporting each second."""
    recommended: dict[str, float] = {}
    stop = asyncio.Event()
    board = (await client.http.get("/api/board", headers=client.headers())).json()
    watching = asyncio.create_task(_watch(client, board["seq"], recommended))
    moving = asyncio.create_task(_move(client, units, place, stop))
    await asyncio.sleep(2.0)
    rng = np.random.default_rng(7)
    sent: dict[str, float] = {}
    answered: dict[str, float] = {}

    async def one_call() -> None:
        call = str(uuid.uuid4())
        east, north = rng.uniform(-0.02, 0.02, 2)
        body = {
            "id": call,
            "category": "offence.criminal.weapon",
            "priority": 1,
            "channel": "phone",
            "lon": place[0] + float(east),
            "lat": place[1] + float(north),
            "place": "x",
        }
        sent[call] = time.perf_counter()
        answer = await client.post("/api/incidents", body)
        answered[call] = time.perf_counter()
        assert answer.status_code == 201, answer.text

    tasks = []
    began = time.perf_counter()
    for number in range(calls):
        await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))
        tasks.append(asyncio.create_task(one_call()))
    await asyncio.gather(*tasks)
    deadline = time.perf_counter() + 20
    while len(recommended.keys() & sent.keys()) < calls and time.perf_counter() < deadline:
        await asyncio.sleep(0.05)
    stop.set()
    await moving
    watching.cancel()
    known = sorted(recommended[call] - at for call, at in sent.items() if call in recommended)
    posts = sorted(answered[call] - at for call, at in sent.items())
    return {
        "calls": calls,
        "recommended": len(known),
        "post_p50_ms": _ms(posts, 50),
        "post_p99_ms": _ms(posts, 99),
        "p50_ms": _ms(known, 50),
        "p90_ms": _ms(known, 90),
        "p99_ms": _ms(known, 99),
    }


def _ms(seconds: list[float], per_cent: float) -> float | None:
    if not seconds:
        return None
    return round(float(np.percentile(seconds, per_cent, method="higher")) * 1000, 1)


async def _watch(client: Client, after: int, recommended: dict[str, float]) -> None:
    headers = client.headers()
    async with client.http.stream(
        "GET", f"/live/events?after={after}", headers=headers, timeout=None
    ) as stream:
        kind = ""
        async for line in stream.aiter_lines():
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: ") and kind == "recommendation":
                recommended.setdefault(json.loads(line[6:])["incident"], time.perf_counter())


async def _move(
    client: Client, units: list[str], place: tuple[float, float], stop: asyncio.Event
) -> None:
    """Every unit reports once a second, in ten batches spread over it."""
    size = -(-len(units) // 10)
    batches = [units[start : start + size] for start in range(0, len(units), size)]
    while not stop.is_set():
        began = time.perf_counter()
        for number, batch in enumerate(batches):
            await asyncio.sleep(max(0.0, began + number / 10 - time.perf_counter()))
            answer = await client.report(positions_body(batch, *place, time.time()))
            assert answer.status_code in (202, 429), answer.text
        await asyncio.sleep(max(0.0, began + 1.0 - time.perf_counter()))


@contextlib.asynccontextmanager
async def _reporting(client: Client) -> AsyncIterator[Report]:
    """A kept connection that posts bodies with next to no work on this side.

    The generator shares the machine with the server: whatever it computes, the server lacks.
    """
    address = urlsplit(client.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = (
        f"POST /live/positions HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {client.token}\r\nContent-Type: application/json\r\n"
    ).encode()

    async def report(body: bytes) -> tuple[int, dict[str, Any]]:
        writer.write(head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(answer.split("content-length:")[1].split("\r\n")[0])
        said = json.loads(await reader.readexactly(length))
        return int(answer.split(" ")[1]), said

    try:
        yield report
    finally:
        writer.close()
        await writer.wait_closed()


async def positions_per_second(
    client: Client, units: list[str], place: tuple[float, float], seconds: float
) -> dict[str, Any]:
    """How many positions a second are accepted from two senders, each with half of the units."""
    counts = {"accepted": 0, "refused": 0, "held_off": 0}
    base_s = time.time()
    mark = f"{_MARK}".encode()
    began = time.perf_counter()

    async def send_on(own: list[str]) -> None:
        template = positions_body(own, *place, _MARK)
        number = 0
        async with _reporting(client) as report:
            while time.perf_counter() - began <= seconds:
                number += 1
                fix_s = f"{base_s + 0.01 * number:.2f}".encode()
                status, said = await report(template.replace(mark, fix_s))
                if status == 429:
                    counts["held_off"] += 1
                    await asyncio.sleep(0.1)
                    continue
                assert status == 202, said
                counts["accepted"] += said["accepted"]
                counts["refused"] += len(said["refused"])

    await asyncio.gather(send_on(units[::2]), send_on(units[1::2]))
    took = time.perf_counter() - began
    return {
        **counts,
        "seconds": round(took, 3),
        "accepted_per_s": round(counts["accepted"] / took),
    }


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["response", "positions"])
    parser.add_argument("--url", required=True)
    parser.add_argument("--session", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--units", required=True, help="prefix:count")
    parser.add_argument("--lon", type=float, required=True)
    parser.add_argument("--lat", type=float, required=True)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=5.0)
    asked = parser.parse_args()
    prefix, _, count = asked.units.partition(":")
    units = [f"{prefix}{number:05d}" for number in range(int(count))]
    client = Client(asked.url, asked.session, asked.token)
    place = (asked.lon, asked.lat)
    if asked.what == "response":
        result = await response_times(client, units, place, asked.calls, 10.0)
    else:
        result = await positions_per_second(client, units, place, asked.seconds)
    print(json.dumps(result))  # noqa: T201  # the caller reads it
    await client.http.aclose()


if __name__ == "__main__":
    asyncio.run(main())
