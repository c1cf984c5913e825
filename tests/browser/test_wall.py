"""The wall page shows what `GET /api/wall` says."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.scripted_server import ScriptedServer

pytestmark = pytest.mark.browser


def test_figures_tiers_units_and_the_slowest_are_shown(page: Page, server: ScriptedServer) -> None:
    page.goto("/wall/")
    figures = page.locator("#figures")
    expect(figures).to_contain_text("188")
    expect(figures).to_contain_text("+10% against last week")
    expect(figures).to_contain_text("4:47")
    expect(figures).to_contain_text("7 of 165 calls")
    expect(page.locator("#tiers")).to_contain_text("81% (17/21) ✗")
    expect(page.locator("#tiers")).to_contain_text("92% (58/63) ✓")
    expect(page.locator("#states li")).to_have_count(6)
    expect(page.locator("#slowest tbody tr")).to_have_count(5)
    expect(page.locator(".chart canvas")).to_have_count(3)


def test_old_figures_are_marked_as_such(page: Page, server: ScriptedServer) -> None:
    page.clock.install()
    page.goto("/wall/")
    expect(page.locator("#figures")).to_contain_text("188")
    server.down = True
    page.clock.run_for(11_000)
    expect(page.locator("#connection")).to_contain_text("Data as of 06:26")


OVERFLOWS = """() => [document.documentElement, ...document.querySelectorAll('body *')]
    .filter((part) => ['auto', 'scroll', 'hidden'].includes(getComputedStyle(part).overflowY)
        || part === document.documentElement)
    .filter((part) => part.scrollHeight > part.clientHeight + 1
        || part.scrollWidth > part.clientWidth + 1)
    .filter((part) => !part.closest('.visually-hidden, .skip-link'))
    .map((part) => `${part.tagName}#${part.id}.${part.className}: `
        + `${part.scrollWidth}x${part.scrollHeight} in ${part.clientWidth}x${part.clientHeight}`)"""
"""Everything that holds more than it shows."""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
def test_a_wall_screen_shows_everything_without_scrolling(
    page: Page, server: ScriptedServer, width: int, height: int, language: str
) -> None:
    server.language = language
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/wall/")
    expect(page.locator("#slowest tbody tr")).to_have_count(5)
    assert page.evaluate(OVERFLOWS) == []
    for part in page.locator(".wall-page > *").all():
        box = part.bounding_box()
        assert box
        assert box["y"] + box["height"] <= height
    for chart in page.locator(".chart").all():
        box = chart.bounding_box()
        assert box
        assert box["height"] >= 110


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phone_shows_the_wall_as_a_column(
    page: Page, server: ScriptedServer, language: str
) -> None:
    server.language = language
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/wall/")
    expect(page.locator("#slowest tbody tr")).to_have_count(5)
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths == [360, 360]
    table = page.locator(".slowest .scroll")
    assert table.evaluate("(part) => part.scrollWidth <= part.clientWidth")
