"""A training room beside a real one: the mark everywhere, and nothing of it in the real place."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.real_server import RealServer

from wardmote.core.domain.training import MARK
from wardmote.operations.training.ledger import ExerciseFiles

pytestmark = pytest.mark.browser
axe_module = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
)

START_LIMIT_S = 180.0
LIMIT_S = 40.0
FOREIGN_TOKEN = "f" * 32
SCENARIO = {
    "format": "wardmote-training-scenario/1",
    "code": "short",
    "name": {"zh": "短演练", "en": "Short drill"},
    "story": {"zh": "一起事故", "en": "One accident"},
    "seed": 1,
    "starts": {"weekday": 0, "hour": 9},
    "duration_s": 28_000,
    "stream": {"factor": 0.0},
    "away": 0.9,
    "calls": [
        {"call": "crash", "at_s": 1, "category": "traffic.injury", "where": "centre",
         "says": {"zh": "三轮车翻了", "en": "A tricycle turned over"}},
        {"call": "theft", "at_s": 2, "category": "offence.criminal.theft", "near": "crash",
         "says": {"zh": "手机被偷", "en": "My phone was stolen"}},
    ],
    "trouble": [
        {"kind": "positions_stale", "at_s": 0},
        {"kind": "road_closes", "at_s": 1, "where": "bridge"},
    ],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """A training room that is open."""

    origin: str
    home: Path
    password: str
    sent: list[str] = field(default_factory=list)

    def window(self, browser: Browser, username: str) -> Page:
        context = browser.new_context(base_url=self.origin, reduced_motion="reduce")
        # The real place is open in the same browser: its cookies come along, for want of ports.
        context.add_cookies([{"name": "csrftoken", "value": FOREIGN_TOKEN, "url": self.origin}])
        context.on("request", lambda one: self.sent.append(one.headers.get("x-csrftoken", "")))
        page = context.new_page()
        page.goto("/accounts/login/")
        page.locator("#id_login").fill(username)
        page.locator("#id_password").fill(self.password)
        page.locator("#id_password").press("Enter")
        page.wait_for_url(lambda url: "login" not in url)
        return page


@pytest.fixture
def room(town: RealServer, tmp_path: Path) -> Iterator[Room]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = int(listening.getsockname()[1])
    scenario = tmp_path / "short.json"
    scenario.write_text(json.dumps(SCENARIO), "utf-8")
    home = tmp_path / "room"
    command = [
        sys.executable, "-m", "wardmote.cli", "training", "--home", str(home),
        "--city", str(town.city.path), "--from", str(town.home),
        "--scenario", str(scenario), "--speed", "1", "--port", str(port),
    ]  # fmt: skip
    log = tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "LANG": "en_GB.UTF-8"}
        )
        try:
            until(
                lambda: process.poll() is not None or "trainee" in log.read_text("utf-8"),
                START_LIMIT_S,
            )
            assert process.poll() is None, log.read_text("utf-8")
            password = (home / "training-password").read_text("ascii")
            yield Room(f"http://localhost:{port}", home, password)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0, log.read_text("utf-8")


def until(done: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    """Return as soon as something is so outside the browser."""
    end = time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


OF_ITS_OWN_RULES = {
    "dispatch_moveup": "SELECT 0",
    "sqlite_sequence": "SELECT 0",
    "journal_journalentry": "SELECT * FROM journal_journalentry WHERE actor != 'rule:relocation'",
}
"""A place goes on advising its idle units by itself, meanwhile and for no exercise."""


def contents(home: Path) -> dict[str, str]:
    """Every row of a home's database, by table; its board is empty, so its own timers rest."""
    with contextlib.closing(
        sqlite3.connect(f"file:{home / 'wardmote.sqlite3'}?mode=ro", uri=True)
    ) as rows:
        tables = [
            name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: hashlib.sha256(repr(rows.execute(query).fetchall()).encode()).hexdigest()
            for name in tables
            for query in [OF_ITS_OWN_RULES.get(name, f'SELECT * FROM "{name}"')]
        }


def is_marked(page: Page, address: str, language: str) -> None:
    tag = "zh-hans" if language == "zh" else "en"
    origin = "/".join(page.url.split("/")[:3])
    page.context.add_cookies([{"name": "training_language", "value": tag, "url": origin}])
    response = page.goto(address)
    assert response is not None
    assert response.headers["x-wardmote-training"] == "1"
    mark = page.locator("#training-mark")
    expect(mark).to_be_in_viewport()
    expect(mark).to_contain_text(MARK.zh)
    expect(mark).to_contain_text(MARK.en)
    assert f"{MARK.zh} {MARK.en}" in page.title()
    assert page.locator("html").get_attribute("lang") == ("zh-Hans" if language == "zh" else "en")


def focus_stays(page: Page) -> None:
    """Whoever works the trainer's page with a keyboard is not put back to its beginning."""
    button = page.locator("#training-live button").last
    button.focus()
    # A part of the page is out of date, so that it is renewed under the focus.
    button.evaluate("one => one.closest('li').append('out of date')")
    expect(page.locator("#training-live")).not_to_contain_text("out of date", timeout=LIMIT_S * 1e3)
    expect(button).to_be_focused()


def assert_clean(page: Page) -> None:
    violations = axe_module.Axe().run(page).response["violations"]
    found = [(one["id"], [node["target"] for node in one["nodes"]]) for one in violations]
    assert not found, found


def test_the_mark_is_everywhere_and_the_real_place_is_not_touched(
    room: Room, town: RealServer, chromium: Browser
) -> None:
    before = contents(town.home)
    trainee, trainer = room.window(chromium, "trainee"), room.window(chromium, "trainer")
    is_marked(trainee, "/console/", "en")
    trainee.locator("#phone-ringing button").first.click()
    expect(trainee.locator("#phone-says")).to_contain_text("turned over")
    trainee.locator("#phone-line button").last.click()
    expect(trainee.locator("#phone-says")).to_be_hidden()
    trainer.goto("/training/")
    trainer.locator("#training-speed [data-rate='20']").click()
    files = ExerciseFiles.of_home(room.home)
    until(lambda: any(one.incident for one in files.exercise().calls.values()))
    incident = next(one.incident for one in files.exercise().calls.values() if one.incident)
    crew = room.window(chromium, "crew")
    is_marked(trainee, "/console/", "zh")
    for language in ("en", "zh"):
        is_marked(trainee, f"/console/incidents/{incident}/", language)
        is_marked(trainer, "/wall/", language)
        is_marked(crew, "/crew/", language)
        is_marked(trainer, "/training/", language)
    expect(trainee.locator("h1")).to_contain_text(f"{MARK.en}-{MARK.zh}-")
    trainer.goto("/bulletin/")
    document = trainer.request.get(
        str(trainer.get_by_role("link", name="PDF").get_attribute("href"))
    )
    assert document.body().startswith(b"%PDF-")
    assert f'filename="{MARK.en}-' in document.headers["content-disposition"]
    assert document.headers["x-wardmote-training"] == "1"
    assert trainee.goto("/training/assessment/").status == 403  # type: ignore[union-attr]  # answered
    trainer.goto("/training/")
    focus_stays(trainer)
    assert_clean(trainer)
    trainer.locator(".danger").click()
    until(lambda: files.advised() is not None)
    trainee.goto("/training/assessment/")
    expect(trainee.locator("h1")).to_contain_text("短演练")
    assert_clean(trainee)
    found = trainee.request.get("/training/assessment.json").json()
    assert [one["line"] for one in found["calls"]] == ["lost", "overflowed"]
    assert [one.kind.value for one in files.exercise().trouble] == [
        "positions_stale",
        "road_closes",
    ]
    assert len(trainee.request.get("/api/closures").json()["features"]) == 1
    assert found["calls"][0]["adviser_arrived_s"] > 0
    assert any(room.sent)
    assert FOREIGN_TOKEN not in room.sent
    for page in (trainee, trainer, crew):
        page.context.close()
    assert contents(town.home) == before
