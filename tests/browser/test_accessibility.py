"""axe finds nothing on the console, the map window, a call's record, the crew page and the wall."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.control_room import ControlRoom
from tests.browser.scripted_server import ScriptedServer

from wardmote.core.domain.ids import UnitId

pytestmark = pytest.mark.browser

axe_module = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
)


def fill(server: ScriptedServer) -> str:
    lon, lat = server.city.manifest.centre

    def act(room: ControlRoom) -> str:
        first = room.enter(
            "offence.criminal.weapon", priority=1, lon=lon, lat=lat, place="Market", note="knife"
        )
        second = room.enter("dispute.neighbour", priority=3, lon=lon, lat=lat, place="Lane 3")
        room.assign(second, {"units": [room.rankings[second]["lines"][1]["unit"]]})
        room.raise_alarm(first, "unassigned", "alarm")
        room.raise_alarm(second, "unacknowledged", "warn")
        unit = UnitId(server.crew_unit)
        if room.picture.units[unit].active is None:
            room.advise_move(unit, server.book.posts[-1].post_id, share=0.02, drive_s=120.0)
        return first

    found: str = server.do(act)
    return found


def assert_clean(page: Page) -> None:
    violations = axe_module.Axe().run(page).response["violations"]
    found = [(one["id"], [node["target"] for node in one["nodes"]]) for one in violations]
    assert not found, found


SHOWN = pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("zh", "light")])
"""Colours do not depend on the language nor the words on the colours: each is seen once."""


@SHOWN
def test_the_console_has_no_violation(
    page: Page, server: ScriptedServer, theme: str, language: str
) -> None:
    server.language = language
    fill(server)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto("/console/")
    page.locator(".queue-row").first.click()
    expect(page.locator(".ranking-line").first).to_be_visible()
    assert_clean(page)
    page.keyboard.press("F2")
    expect(page.locator("#intake-place")).to_be_focused()
    assert_clean(page)
    page.keyboard.press("Escape")
    page.keyboard.press("F1")
    assert_clean(page)


@SHOWN
def test_the_map_window_has_no_violation(
    page: Page, server: ScriptedServer, theme: str, language: str
) -> None:
    server.language = language
    fill(server)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    console = page.context.new_page()
    console.goto("/console/")
    page.goto("/console/map/")
    expect(page.locator("#map canvas")).to_be_visible()
    console.locator(".queue-row").first.click()
    console.locator(".unit-row").first.click()
    expect(page.locator("#map-caption")).to_be_visible()
    console.keyboard.press("f")
    expect(page.locator("#follow-note")).to_be_visible()
    page.locator(".layer-button").press("Enter")
    expect(page.locator(".layer-list")).to_be_visible()
    assert_clean(page)


@pytest.mark.parametrize("path", ["/crew/", "/wall/", "/console/incidents/{incident}/"])
def test_the_other_pages_have_no_violation(page: Page, server: ScriptedServer, path: str) -> None:
    incident = fill(server)
    page.goto(path.format(incident=incident))
    shown = {"/crew/": "#duty", "/wall/": "#figures .figure"}.get(path, ".timeline")
    expect(page.locator(shown).first).to_be_visible()
    assert_clean(page)
