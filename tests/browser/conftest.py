"""Chromium, and the scripted control room that the pages talk to."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.browser.real_server import RealServer, Windows
from tests.browser.scripted_server import STATIC, ScriptedServer

from wardmote.operations.places.city_directory import CityDirectory

# Software rendering on a busy machine is slow; a page that is right gets the time it needs.
expect.set_options(timeout=20_000)

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
]


def find_chromium() -> str | None:
    """The Chromium of this machine, if it has one."""
    return (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> CityDirectory:
    """A generated town with its map."""
    path: Path = tmp_path_factory.mktemp("city") / "town"
    command = [
        sys.executable,
        "-m",
        "wardmote.cli",
        "city",
        "generate",
        "--scale",
        "town",
        "--seed",
        "7",
        "--out",
        str(path),
    ]
    code = "from wardmote.cli import main; main()"
    subprocess.run(
        [sys.executable, "-c", code, *command[3:]], check=True, capture_output=True, timeout=120
    )
    return CityDirectory.open(path)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium; the tests are skipped where there is none."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("Chromium is not installed on this machine")
    if not (STATIC / "vendor" / "maplibre-gl" / "maplibre-gl.mjs").is_file():
        pytest.skip("the browser libraries are not fetched; install the package first")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def scripted_server(small_city: CityDirectory) -> Iterator[ScriptedServer]:
    """The scripted server, started once."""
    server = ScriptedServer(small_city)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(scripted_server: ScriptedServer) -> ScriptedServer:
    """The scripted server with a fresh room."""
    scripted_server.reset()
    return scripted_server


@pytest.fixture
def context(chromium: Browser, server: ScriptedServer) -> Iterator[BrowserContext]:
    """A browser window of its own."""
    context = chromium.new_context(
        viewport={"width": 1120, "height": 640}, reduced_motion="reduce", base_url=server.origin
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test when it breaks the security policy or throws."""
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda message: (
            faults.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield page
    assert not faults, faults


@pytest.fixture(scope="session")
def served_town(
    chromium: Browser, small_city: CityDirectory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealServer]:
    """The product itself in a process of its own, started once."""
    assert chromium.is_connected()
    server = RealServer(small_city, tmp_path_factory.mktemp("home"))
    try:
        server.start()
        server.bring_units_on_duty()
        yield server
    finally:
        server.stop()


@pytest.fixture
def town(served_town: RealServer) -> RealServer:
    """The product with nothing open on its board."""
    served_town.clear_the_board()
    return served_town


@pytest.fixture
def windows(chromium: Browser, town: RealServer) -> Iterator[Windows]:
    """Opens browser windows for people of the town; faults in any of them fail the test."""
    opened = Windows(chromium, town)
    yield opened
    opened.close()
