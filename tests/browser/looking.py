"""Going through many pages as their people do, and what is wrong with the look of each."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.real_server import Windows

axe_module = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
)

Stop = tuple[str | None, str, str]
"""Who looks (None: nobody logged in), the address, and what must be there to see."""

OPEN_EVERYTHING = "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"


def faults_of_pages(
    windows: Windows, stops: Iterable[Stop], *, language: str, theme: str, width: int
) -> list[tuple[str, str, list[object]]]:
    """What axe finds on each page, and whether it scrolls sideways; one window for each person."""
    opened: dict[str | None, Page] = {}
    found = []
    for username, path, shown in stops:
        if username not in opened:
            opened[username] = windows.open(
                username, language=language, tour=True, color_scheme=theme,
                viewport={"width": width, "height": 740},
            )  # fmt: skip
        page = opened[username]
        page.goto(path)
        expect(page.locator(shown).first).to_be_visible()
        page.evaluate(OPEN_EVERYTHING)
        violations = axe_module.Axe().run(page).response["violations"]
        found += [
            (path, one["id"], [node["target"] for node in one["nodes"]]) for one in violations
        ]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((path, "scrolls sideways", []))
    return found
