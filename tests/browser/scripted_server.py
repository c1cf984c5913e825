"""A small ASGI server before the scripted control room: pages, files, API and stream.

It sends the product's own content security policy, so a page that needs more than that fails.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation
from django.views.i18n import JavaScriptCatalog
from tests.browser.control_answers import Json, RefusedError
from tests.browser.control_room import ControlRoom
from tests.browser.scripted_api import answer_of

from wardmote.core.domain.permissions import Role
from wardmote.operations.places.city_directory import CityDirectory
from wardmote.web.pages.installed import map_files

STATIC = Path(__file__).resolve().parents[2] / "src" / "wardmote" / "web" / "static"
CSP = "; ".join(
    f"{name} {' '.join(values)}"
    for name, values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)
PAGES = {
    "/console/": "wardmote/console/console.html",
    "/console/map/": "wardmote/console/map.html",
    "/crew/": "wardmote/crew/crew.html",
    "/wall/": "wardmote/wall/wall.html",
}


class ScriptedServer:
    """Serves a control room on a free port of this machine, in a thread of its own."""

    def __init__(self, city: CityDirectory) -> None:
        self.city = city
        self.book = city.place_book()
        self.gazetteer = city.gazetteer()
        self.language = "en"
        self.role = Role.DISPATCHER
        self.crew_unit = str(self.book.units[0].unit_id)
        self.down = False
        self.room = ControlRoom(self.book)
        self._streams: list[asyncio.Queue[bytes | None]] = []
        self._config = uvicorn.Config(
            self, host="127.0.0.1", port=0, log_level="warning", lifespan="off"
        )
        self._server = uvicorn.Server(self._config)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._started = threading.Event()
        self.origin = ""

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.origin = f"http://127.0.0.1:{port}"
        self._started.set()
        await task

    def start(self) -> None:
        self._thread.start()
        self._started.wait(10)
        self.reset()

    def stop(self) -> None:
        self.drop_streams()
        self._server.should_exit = True
        self._thread.join(10)

    def reset(self) -> None:
        """An empty room with every unit on duty."""
        self.down = False
        self.language = "en"
        self.role = Role.DISPATCHER
        self.drop_streams()
        self.room = ControlRoom(self.book)
        self.room.units_on_duty()
        self.room.publish = self.publish

    def do(self, action: Callable[[ControlRoom], Any]) -> Any:
        """Change the room in the server's own thread; answers what `action` answers."""

        async def run() -> Any:
            return action(self.room)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def drop_streams(self) -> None:
        """Cut every stream, as a lost connection does."""

        def cut() -> None:
            for queue in self._streams:
                queue.put_nowait(None)

        self._loop.call_soon_threadsafe(cut)

    def publish(self, name: str, key: int | None, data: Json) -> None:
        frame = _frame(name, key, data)
        for queue in self._streams:
            queue.put_nowait(frame)

    # --- ASGI --------------------------------------------------------------------------------

    async def __call__(self, scope: Json, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        path, query = scope["path"], parse_qs(scope["query_string"].decode())
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        if path == "/live/events":
            await self._stream(query, headers, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        status, kind, content, extra = self._answer(scope["method"], path, query, headers, body)
        fields = [
            ("content-type", kind),
            ("content-security-policy", CSP),
            ("cache-control", "no-store"),
            *extra,
        ]
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(k.encode(), v.encode()) for k, v in fields],
            }
        )
        await send({"type": "http.response.body", "body": content})

    async def _stream(self, query: Json, headers: dict[str, str], send: Any) -> None:
        if self.down:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        head = str(len(self.room.journal))
        after = int(headers.get("last-event-id") or query.get("after", [head])[0])
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", b"text/event-stream"),
                    (b"cache-control", b"no-store"),
                ],
            }
        )
        opening = b"retry: 200\n\n" + _frame(
            "clock", None, {"server_s": self.room.now_s, "rate": 1.0}
        )
        for event in self.room.journal[after:]:
            opening += _frame("journal", event["seq"], event)
        self._streams.append(queue)
        try:
            await send({"type": "http.response.body", "body": opening, "more_body": True})
            while (frame := await queue.get()) is not None:
                await send({"type": "http.response.body", "body": frame, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._streams.remove(queue)

    def _answer(
        self, method: str, path: str, query: Json, headers: dict[str, str], body: bytes
    ) -> tuple[int, str, bytes, list[tuple[str, str]]]:
        if path.startswith("/static/"):
            return _file(STATIC / path.removeprefix("/static/"), headers)
        if path == "/city/map.pmtiles":
            return _file(self.city.map_path, headers)
        if path.startswith(("/api/", "/live/")):
            return self._api(method, path, query, headers, body)
        with translation.override("zh-hans" if self.language == "zh" else "en"):
            return self._page(path)

    def _page(self, path: str) -> tuple[int, str, bytes, list[tuple[str, str]]]:
        request = RequestFactory().get(path)
        if path.startswith("/i18n/js/"):
            script = JavaScriptCatalog.as_view(packages=["wardmote.web"])(request)
            assert isinstance(script, HttpResponse)
            return 200, "text/javascript", script.content, []
        if path == "/blank/":
            html = (
                b'<!doctype html><html lang="en"><title>-</title><script src="/i18n/js/"></script>'
            )
            return 200, "text/html; charset=utf-8", html, []
        if path.startswith("/crew/") and path != "/crew/":
            shown = resolve(path)
            answer = shown.func(request, *shown.args, **shown.kwargs)
            return 200, answer["Content-Type"], answer.content, []
        context: Json = {
            "page_data": {
                "tiles_url": "/city/map.pmtiles",
                "worker_url": "/crew/worker.js",
                **map_files("city_map.js"),
            }
        }
        template = PAGES.get(path)
        if path.startswith("/console/incidents/"):
            template = "wardmote/console/incident.html"
            context["incident_id"] = path.split("/")[3]
        if template is None:
            return 404, "text/plain", b"not found", []
        return 200, "text/html; charset=utf-8", render_to_string(template, context).encode(), []

    def _api(
        self, method: str, path: str, query: Json, headers: dict[str, str], body: bytes
    ) -> tuple[int, str, bytes, list[tuple[str, str]]]:
        sent = json.loads(body) if body else None
        key = headers.get("idempotency-key", "")
        try:
            if self.down:
                raise RefusedError(503, "The server is busy. Wait a moment and try again.")
            if key and key in self.room.answers:
                status, answer = self.room.answers[key]
            else:
                if method != "GET":
                    self.room.requests.append((method, path, sent))
                status, answer = answer_of(self, method, path, query, sent)
                if key:
                    self.room.answers[key] = (status, answer)
        except RefusedError as refused:
            status, answer = refused.status, refused.body
        return status, "application/json", json.dumps(answer).encode(), []


def _frame(name: str, key: int | None, data: Json) -> bytes:
    head = f"event: {name}\n" + (f"id: {key}\n" if key is not None else "")
    return f"{head}data: {json.dumps(data)}\n\n".encode()


def _file(path: Path, headers: dict[str, str]) -> tuple[int, str, bytes, list[tuple[str, str]]]:
    if not path.is_file():
        return 404, "text/plain", b"not found", []
    kind = (
        "text/javascript"
        if path.suffix == ".mjs"
        else mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    )
    asked = headers.get("range", "")
    size = path.stat().st_size
    if not asked.startswith("bytes="):
        return 200, kind, path.read_bytes(), []
    first_text, last_text = asked.removeprefix("bytes=").split("-")
    first, last = int(first_text), min(int(last_text or size - 1), size - 1)
    with path.open("rb") as file:
        file.seek(first)
        content = file.read(last - first + 1)
    return (
        206,
        kind,
        content,
        [("content-range", f"bytes {first}-{last}/{size}"), ("accept-ranges", "bytes")],
    )
