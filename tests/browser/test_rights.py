"""What a viewer may not do is not offered; the server refuses it besides."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.scripted_server import ScriptedServer

from wardmote.core.domain.permissions import Role

pytestmark = pytest.mark.browser

OFFERED = (".call-more select", ".note-form", ".ranking-buttons")


def open_call(page: Page, server: ScriptedServer) -> None:
    lon, lat = server.city.manifest.centre
    server.do(lambda room: room.enter("dispute.neighbour", lon=lon, lat=lat, place="Lane 3"))
    page.goto("/console/")
    page.locator(".queue-row").click()
    expect(page.locator(".ranking-line").first).to_be_visible()


def test_a_dispatcher_is_offered_levels_notes_and_dispatch(
    page: Page, server: ScriptedServer
) -> None:
    open_call(page, server)
    for part in OFFERED:
        expect(page.locator(part).first).to_be_visible()
    page.keyboard.press("+")
    expect(page.locator("#question")).to_be_visible()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PLANNER])
def test_a_viewer_without_the_right_sees_the_call_and_no_controls(
    page: Page, server: ScriptedServer, role: Role
) -> None:
    server.role = role
    open_call(page, server)
    for part in OFFERED:
        for one in page.locator(part).all():
            expect(one).to_be_hidden()
    expect(page.locator(".ranking-line input").first).to_be_disabled()
    page.keyboard.press("+")
    page.keyboard.press("2")
    page.keyboard.press("F4")
    expect(page.locator("#question")).to_be_hidden()
    asked = server.do(lambda room: [path for _, path, _ in room.requests])
    assert asked == []
    page.goto("/console/incidents/i00001/")
    expect(page.locator(".timeline li").first).to_be_visible()
    expect(page.locator(".note-form")).to_have_count(0)


def test_a_right_holds_in_its_area_and_below(page: Page, server: ScriptedServer) -> None:
    page.goto("/blank/")
    told = page.evaluate(
        """async () => {
            const { areaPrefix } = await import('/static/wardmote/base/codes.js');
            return ['000000000000', '430000000000', '430500000000', '430523000000',
                '430523101000', '430523101207'].map(areaPrefix);
        }"""
    )
    assert told == ["", "43", "4305", "430523", "430523101", "430523101207"]
