"""The product itself behind the pages: a generated town, an account for each role, units on duty.

The server is the same process that `wardmote serve` starts for everybody; it runs as a
demonstration, so that its clock can be hurried instead of waiting for timers.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from wardmote.core.domain.permissions import Role
from wardmote.core.domain.places import UnitSpec
from wardmote.gateways.simulated_people.accounts import (
    demonstration_accounts,
    human_unit,
    whole_area,
)
from wardmote.gateways.simulated_people.run import wait_until_served
from wardmote.operations.places.city_directory import CityDirectory

PREPARATION_LIMIT_S = 120.0
START_LIMIT_S = 120.0
STOP_LIMIT_S = 20.0
REQUEST_LIMIT_S = 30.0

Json = dict[str, Any]


class Person:
    """Somebody logged in without a browser, to prepare what a page is to show."""

    def __init__(self, origin: str, username: str, password: str) -> None:
        self.http = httpx.Client(base_url=origin, timeout=REQUEST_LIMIT_S)
        self.http.get("/accounts/login/")
        form = {
            "login": username,
            "password": password,
            "csrfmiddlewaretoken": self.http.cookies["csrftoken"],
        }
        answer = self.http.post("/accounts/login/", data=form)
        assert answer.status_code == httpx.codes.FOUND, f"{username} cannot log in"

    def get(self, path: str) -> Any:
        """The JSON behind an address."""
        return self.http.get(path).raise_for_status().json()

    def post(self, path: str, body: Json) -> Any:
        """Send a change."""
        headers = {
            "X-CSRFToken": self.http.cookies["csrftoken"],
            "Idempotency-Key": str(uuid.uuid4()),
            "Referer": str(self.http.base_url),
        }
        answer = self.http.post(path, json=body, headers=headers)
        assert answer.is_success, (path, body, answer.status_code, answer.text)
        return answer.json()

    def browser_state(self) -> Json:
        """The login as Playwright's storage state."""
        cookies = [
            {
                "name": cookie.name,
                "value": cookie.value,
                "domain": "localhost",
                "path": "/",
                "expires": -1,
                "httpOnly": cookie.name == "sessionid",
                "secure": False,
                "sameSite": "Lax",
            }
            for cookie in self.http.cookies.jar
        ]
        return {"cookies": cookies, "origins": []}


class RealServer:
    """A town served by a process of its own; start it once, stop it at the end."""

    def __init__(self, city: CityDirectory, home: Path) -> None:
        self.city = city
        self.home = home
        self.password = "-".join(secrets.token_hex(2) for _ in range(4))
        self.book = city.place_book()
        self.crew_unit: UnitSpec = human_unit(self.book)
        self._people: dict[str, Person] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self.origin = ""

    def start(self) -> None:
        """Prepare the home, then serve it on a free port."""
        # Journeys go all over the place: here everybody has their role in the whole of it.
        whole = whole_area(self.book)
        accounts = [
            replace(account, area=whole)
            for account in demonstration_accounts(self.book, self.password)[: len(Role) + 2]
        ]
        subprocess.run(  # our own interpreter and module
            [sys.executable, "-m", "wardmote.config.demonstration"],
            input=json.dumps([account.as_json() for account in accounts]),
            env=self._environment(),
            text=True,
            check=True,
            timeout=PREPARATION_LIMIT_S,
        )
        port = _free_port()
        command = [
            sys.executable, "-m", "wardmote.cli", "serve",
            "--home", str(self.home), "--city", str(self.city.path), "--port", str(port),
        ]  # fmt: skip
        self._process = subprocess.Popen(
            command, env=self._environment(), stdout=subprocess.DEVNULL
        )
        self.origin = f"http://localhost:{port}"
        # Playwright occupies this thread's event loop, so another thread waits.
        with ThreadPoolExecutor(1) as waiting:
            served = waiting.submit(asyncio.run, wait_until_served(self.origin, START_LIMIT_S))
            assert served.result(), "the server did not start"

    def stop(self) -> None:
        """End the server as Ctrl-C does."""
        for person in self._people.values():
            person.http.close()
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def person(self, username: str) -> Person:
        """Somebody logged in; everybody logs in once."""
        if username not in self._people:
            self._people[username] = Person(self.origin, username, self.password)
        return self._people[username]

    def bring_units_on_duty(self) -> None:
        """Every unit but the one of the `crew` account is on duty at its post."""
        desk = self.person("dispatcher")
        for unit in self.book.units:
            if unit.unit_id != self.crew_unit.unit_id:
                desk.post(f"/api/units/{unit.unit_id}/duty", {"on_duty": True})

    def clear_the_board(self) -> None:
        """Close every open call, so that each test starts with an empty room."""
        desk = self.person("dispatcher")
        desk.post("/api/clock", {"rate": 1.0})
        board = desk.get("/api/board")
        for assignment in board["assignments"]:
            on_scene = assignment["state"] in ("on_scene", "feedback")
            action = (
                {"action": "clear"} if on_scene else {"action": "cancel", "reason": "call_ended"}
            )
            desk.post(f"/api/assignments/{assignment['id']}/actions", action)
        for incident in board["incidents"]:
            closing = {"action": "close", "reason": "", "disposition": "advised"}
            desk.post(f"/api/incidents/{incident['id']}/actions", closing)
        own = self.crew_unit.unit_id
        if any(unit["id"] == own and unit["on_duty"] for unit in board["units"]):
            desk.post(f"/api/units/{own}/duty", {"on_duty": False})

    def hurry(self, seconds: float) -> None:
        """Put the clock forward, so that timers run out."""
        desk = self.person("dispatcher")
        now_s = desk.get("/api/clock")["server_s"]
        desk.post("/api/clock", {"rate": 1.0, "served_s": now_s + seconds})

    def take_down(
        self, category: str, place: str, *, priority: int | None = None, **more: Any
    ) -> str:
        """A call taken down at the next desk, in the middle of the town; its id."""
        lon, lat = self.city.manifest.centre
        body = {
            "category": category, "priority": priority, "channel": "phone",
            "lon": lon, "lat": lat, "place": place, **more,
        }  # fmt: skip
        return str(self.person("desk-2").post("/api/incidents", body)["id"])

    def call(self, incident: str) -> Json:
        """A call with everything on record."""
        found: Json = self.person("dispatcher").get(f"/api/incidents/{incident}")
        return found

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "WARDMOTE_HOME": str(self.home),
            "WARDMOTE_CITY": str(self.city.path),
            "WARDMOTE_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "wardmote.config.settings",
        }


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


ROOM = (
    """document.addEventListener("wardmote:room", ({ detail }) => { globalThis.room = detail; });"""
)
NO_TOUR = "localStorage.setItem('wardmote.tour', 'done');"
LANGUAGES = {"en": "en", "zh": "zh-hans"}


class Windows:
    """Opens windows of people of the town, and collects what goes wrong in them."""

    def __init__(self, browser: Browser, town: RealServer) -> None:
        self._browser = browser
        self._town = town
        self._contexts: list[BrowserContext] = []
        self._faults: list[str] = []

    def open(
        self, username: str | None, *, language: str = "en", tour: bool = False, **options: Any
    ) -> Page:
        """A new window, logged in as `username` unless that is None."""
        state = self._town.person(username).browser_state() if username else None
        options.setdefault("viewport", {"width": 1366, "height": 768})
        context = self._browser.new_context(
            base_url=self._town.origin, storage_state=state, reduced_motion="reduce", **options
        )
        self._contexts.append(context)
        cookie = {"name": "django_language", "value": LANGUAGES[language]}
        context.add_cookies([{**cookie, "url": self._town.origin}])
        context.add_init_script(ROOM if tour else ROOM + NO_TOUR)
        page = context.new_page()
        page.on("pageerror", lambda error: self._faults.append(error.stack or str(error)))
        page.on("console", self._hear)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        # What the network refuses is judged by the tests; everything else is a fault of ours.
        network = "Failed to load resource" in message.text or "Failed to fetch" in message.text
        if message.type == "error" and not network:
            self._faults.append(message.text)

    def close(self) -> None:
        """Close every window and tell of faults."""
        for context in self._contexts:
            context.close()
        assert not self._faults, self._faults
