"""Draws docs/screenshots anew from a demonstration that this program starts and ends itself.

Needs Chromium and the development packages. The pictures show a generated place and invented
people; the place is kept in `.demo`, so that a second run starts sooner. Names of pictures as
arguments draw only those.
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
MOST_BYTES = 450_000
SPEED = 10
LIVELY_CALLS = 8
LIVELY_MS = 240_000
PATIENCE_MS = 120_000
"""A busy machine draws slowly; a page that is right gets the time it needs."""
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

    subject: str
    username: str
    language: str
    path: str
    size: tuple[int, int]
    prepare: Callable[[Page], None]
    part: str = ""
    """Selector of the part to show; empty for the whole window."""
    dark: bool = False

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return f"{self.subject}-{self.language}"


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


def _intake(page: Page) -> None:
    page.wait_for_selector(".queue-row")
    page.locator("#new-call").click()
    english = page.evaluate("document.documentElement.lang") == "en"
    page.locator("#intake-place").press_sequentially("school" if english else "小学")
    page.locator("#intake-places [role=option]").first.click()
    page.locator("#intake-category").click()
    page.locator("#intake-categories [role=option]").first.click()
    _settled(page)


def _crew(page: Page) -> None:
    page.wait_for_selector(".job")
    _settled(page)


def _wall(page: Page) -> None:
    page.wait_for_selector("#figures .figure")
    _settled(page)


def _table(page: Page) -> None:
    page.wait_for_selector("table")


def _map(page: Page) -> None:
    page.wait_for_selector("#map canvas")
    _settled(page)


def _places(page: Page) -> None:
    page.wait_for_selector("#place-map canvas")
    _settled(page)


def _record(page: Page) -> None:
    """The newest call that is over shows every stamp."""
    page.wait_for_selector("table")
    page.locator("tbody th a").first.click()
    page.wait_for_selector("#stamps-heading")
    _settled(page)


def _page(page: Page) -> None:
    page.wait_for_selector("main h1, #content h1")


def _settled(page: Page) -> None:
    """Tiles, labels and charts are drawn a moment after the data came."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(4_000)


def _today(page: Page) -> None:
    expect(page.locator("main li").first).to_be_visible()
    page.wait_for_timeout(1_500)


DESK = (1280, 720)
TALL = (1280, 1100)
SHEET = (1100, 900)
PHONE = (360, 740)


def shown_in(language: str) -> tuple[Picture, ...]:
    """The pictures that are drawn in both languages, in one of them."""
    return (
        Picture("login", "", language, "/accounts/login/", (900, 560), _page),
        Picture("console", "dispatcher", language, "/console/", DESK, _console),
        Picture(
            "recommendation", "dispatcher", language, "/console/", TALL, _console, "#call-region"
        ),
        Picture("take-down", "dispatcher", language, "/console/", TALL, _intake, "#intake-region"),
        Picture("crew", "crew", language, "/crew/", PHONE, _crew),
        Picture("calls", "officer", language, "/calls/", SHEET, _table),
        Picture("wall", "supervisor", language, "/wall/", (1366, 768), _wall),
        Picture("bulletin", "supervisor", language, "/bulletin/", SHEET, _table),
        Picture("places", "planner", language, "/places/", SHEET, _places),
        Picture("routing", "planner", language, "/routing/", SHEET, _table),
        Picture("record", "auditor", language, "/calls/?state=closed", SHEET, _record),
        Picture("today", "assistant", language, "/today/", PHONE, _today),
        Picture("hazards", "chief", language, "/hazards/figures/", SHEET, _table),
        Picture("tasks", "chief", language, "/tasks/", SHEET, _table),
        Picture("administration", "administrator", language, "/admin/", (1100, 760), _page),
    )


SHOWN = (
    *shown_in("en"),
    *shown_in("zh"),
    Picture("console-dark", "dispatcher", "en", "/console/", DESK, _console, dark=True),
    Picture("map-window", "dispatcher", "en", "/console/map/", DESK, _map),
    Picture("standards", "planner", "en", "/standards/", SHEET, _table),
)
DISPATCHER = Picture("console", "dispatcher", "en", "/console/", DESK, _console)


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
    """A window of the size and language of the picture; nobody logs in without a user name."""
    width, height = picture.size
    context = browser.new_context(
        base_url=origin,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        color_scheme="dark" if picture.dark else "light",
    )
    language = LANGUAGES[picture.language]
    context.add_cookies([{"name": "django_language", "value": language, "url": origin}])
    context.add_init_script(NO_TOUR)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    if not picture.username:
        return page
    page.goto("/accounts/login/")
    page.fill("#id_login", picture.username)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")
    page.wait_for_selector(".site-account .account-name")
    if picture.username == "crew":
        longitude, latitude = page.request.get("/api/city").json()["centre"]
        context.grant_permissions(["geolocation"])
        context.set_geolocation({"longitude": longitude, "latitude": latitude})
    return page


def make_lively(browser: Browser, origin: str, password: str) -> None:
    """Let time run until calls of every kind are on the board; then let it run as usual."""
    page = log_in(browser, origin, DISPATCHER, password)
    page.goto("/console/")
    page.locator(f"[data-rate='{SPEED}']").click()
    expect(page.locator(".queue-row").nth(LIVELY_CALLS - 1)).to_be_visible(timeout=LIVELY_MS)
    page.locator("[data-rate='1']").click()
    expect(page.locator("[data-rate='1'][aria-pressed=true]")).to_be_visible()
    page.context.close()


def send_the_crew(browser: Browser, origin: str, password: str) -> None:
    """Give the crew's car a job, so that its page shows one."""
    page = log_in(browser, origin, DISPATCHER, password)
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


def draw(page: Page, picture: Picture) -> None:
    """Open what the picture shows and write its file."""
    page.goto(picture.path)
    picture.prepare(page)
    path = PICTURES / f"{picture.name}.png"
    # Clipped from the window as it is: a picture of an element alone would unfold what scrolls.
    clip = page.locator(picture.part).bounding_box() if picture.part else None
    page.screenshot(path=path, clip=clip)
    print(f"{path.name}: {path.stat().st_size:,} bytes", flush=True)
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{path.name} is larger than {MOST_BYTES:,} bytes")


def main() -> None:
    """Draw every picture, or those that are named."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        raise SystemExit("Chromium is not installed")
    wanted = [one for one in SHOWN if not sys.argv[1:] or one.name in sys.argv[1:]]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demonstration() as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        wait_until_served(origin, browser.new_page())
        password = (HOME / "demonstration-password").read_text("ascii").strip()
        make_lively(browser, origin, password)
        for picture in wanted:
            if picture.username == "crew":
                send_the_crew(browser, origin, password)
            page = log_in(browser, origin, picture, password)
            draw(page, picture)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
