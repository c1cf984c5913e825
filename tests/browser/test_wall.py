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
