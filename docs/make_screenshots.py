"""Draws docs/screenshots anew from a demonstration that this program starts and ends itself.

Needs Chromium and the development packages. The pictures show a generated place and invented
people; the place is kept in `.demo`, so that a second run starts sooner.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, expect, sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent
PICTURES = REPOSITORY / "docs" / "screenshots"
HOME = REPOSITORY / ".demo"
START_LIMIT_S = 300.0
STOP_LIMIT_S = 30.0
MOST_BYTES = 300_000
SPEED = 10
LIVELY_CALLS = 8
LIVELY_MS = 240_000
LANGUAGES = {"en": "en", "zh": "zh-hans"}
NO_TOUR = "localStorage.setItem('wardmote.tour', 'done');"
ARGUMENTS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: who sees what, and how large."""

    name: str
    username: str
    language: str
    path: str
    size: tuple[int, int]
    prepare: Callable[[Page], None]


def _console(page: Page) -> None:
    page.wait_for_selector(".queue-row")
    # A call that still waits shows the recommendation with its reasons.
    waiting = page.locator(".queue-row", has_text=page.evaluate("gettext('no unit yet')"))
    for row in [*waiting.all(), page.locator(".queue-row").first]:
        row.click()
        page.wait_for_timeout(1_000)
        if page.locator(".ranking-line").count():
            break
    page.wait_for_selector(".call-panel")
    _settled(page)


def _crew(page: Page) -> None:
    page.wait_for_selector(".job")
    _settled(page)


def _wall(page: Page) -> None:
    page.wait_for_selector("#figures .figure")
    _settled(page)


def _bulletin(page: Page) -> None:
    page.wait_for_selector("table")


def _settled(page: Page) -> None:
    """Tiles, labels and charts are drawn a moment after the data came."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(4_000)


SHOWN = (
    Picture("console-en", "dispatcher", "en", "/console/", (1280, 720), _console),
    Picture("console-zh", "dispatcher", "zh", "/console/", (1280, 720), _console),
    Picture("crew-zh", "crew", "zh", "/crew/", (390, 780), _crew),
    Picture("wall-en", "supervisor", "en", "/wall/", (1366, 768), _wall),
    Picture("bulletin-zh", "supervisor", "zh", "/bulletin/", (1100, 900), _bulletin),
)


@contextlib.contextmanager
def demonstration() -> Iterator[str]:
    """A demonstration on a free port; its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    command = [
        sys.executable, "-m", "wardmote.cli", "demo",
        "--home", str(HOME), "--port", str(port), "--no-open",
    ]  # fmt: skip
    process = subprocess.Popen(  # our own interpreter and module
        command, stdout=subprocess.DEVNULL
    )
    try:
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_served(origin: str, page: Page) -> None:
    """Come back when the server answers."""
    waited_s = 0.0
    while waited_s < START_LIMIT_S:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{origin}/live/health", timeout=5.0).is_success:
                return
        page.wait_for_timeout(1_000)
        waited_s += 1.0
    raise SystemExit("the demonstration did not start")


def log_in(browser: Browser, origin: str, picture: Picture, password: str) -> Page:
    """A window of the size and language of the picture."""
    width, height = picture.size
    context = browser.new_context(
        base_url=origin,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        color_scheme="light",
    )
    language = LANGUAGES[picture.language]
    context.add_cookies([{"name": "django_language", "value": language, "url": origin}])
    context.add_init_script(NO_TOUR)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("#id_login", picture.username)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")
    page.wait_for_selector(".site-account .account-name")
    return page


def make_lively(browser: Browser, origin: str, password: str) -> None:
    """Let time run until calls of every kind are on the board; then let it run as usual."""
    page = log_in(browser, origin, SHOWN[0], password)
    page.goto("/console/")
    page.locator(f"[data-rate='{SPEED}']").click()
    expect(page.locator(".queue-row").nth(LIVELY_CALLS - 1)).to_be_visible(timeout=LIVELY_MS)
    page.locator("[data-rate='1']").click()
    expect(page.locator("[data-rate='1'][aria-pressed=true]")).to_be_visible()
    page.context.close()


def send_the_crew(browser: Browser, origin: str, password: str) -> None:
    """Give the crew's car a job, so that its page shows one."""
    page = log_in(browser, origin, SHOWN[0], password)
    page.goto("/console/")
    page.locator(".queue-row").first.click()
    page.wait_for_selector(".call-panel h2")
    number = page.locator(".queue-row[aria-current] .queue-number").inner_text()
    for line in ("on 01-P1", f"d {number} 01-P1 /local_knowledge"):
        page.locator("#command").fill(line)
        page.locator("#command").press("Escape")
        page.locator("#command").fill(line)
        page.locator("#command").press("Enter")
        expect(page.locator("#command")).to_have_value("")
    page.context.close()


def main() -> None:
    """Draw every picture."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        raise SystemExit("Chromium is not installed")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demonstration() as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        wait_until_served(origin, browser.new_page())
        password = (HOME / "demonstration-password").read_text("ascii").strip()
        make_lively(browser, origin, password)
        for picture in SHOWN:
            if picture.username == "crew":
                send_the_crew(browser, origin, password)
            page = log_in(browser, origin, picture, password)
            page.goto(picture.path)
            picture.prepare(page)
            path = PICTURES / f"{picture.name}.png"
            page.screenshot(path=path)
            print(f"{path.name}: {path.stat().st_size:,} bytes")
            if path.stat().st_size > MOST_BYTES:
                raise SystemExit(f"{path.name} is larger than {MOST_BYTES:,} bytes")
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
