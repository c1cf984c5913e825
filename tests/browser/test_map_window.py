"""Two screens: the console and the map alone, two windows of one browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.control_room import ControlRoom
from tests.browser.scripted_server import ScriptedServer

pytestmark = pytest.mark.browser

TRIES = 100


@pytest.fixture
def second(context: BrowserContext, page: Page) -> Iterator[Page]:
    """The second window of the dispatcher at `page`; both fail the test when they throw."""
    window = context.new_page()
    faults: list[str] = []
    window.on("pageerror", lambda error: faults.append(str(error)))
    yield window
    assert not faults, faults


def two_calls(server: ScriptedServer) -> None:
    lon, lat = server.city.manifest.centre

    def enter(room: ControlRoom) -> None:
        room.enter("offence.criminal.weapon", priority=1, lon=lon, lat=lat, place="Market")
        room.enter("dispute.neighbour", lon=lon + 0.01, lat=lat, place="Lane 3")

    server.do(enter)


def open_both(page: Page, second: Page) -> None:
    page.goto("/console/")
    expect(page.locator(".queue-row")).to_have_count(2)
    second.goto("/console/map/")
    expect(second.locator("#map canvas")).to_be_visible()


def row(place: str) -> str:
    return f".queue-row:has-text('{place}')"


def test_the_map_window_follows_the_call_and_the_unit_of_the_console(
    page: Page, second: Page, server: ScriptedServer
) -> None:
    two_calls(server)
    open_both(page, second)
    caption = second.locator("#map-caption")
    expect(caption).to_be_hidden()
    page.locator(row("Lane 3")).click()
    expect(caption).to_contain_text("Lane 3")
    page.locator(row("Market")).click()
    expect(caption).to_contain_text("call 1")
    expect(caption).to_contain_text("Market")
    unit = page.locator(".unit-row").nth(2)
    sign = unit.locator(".unit-sign").inner_text()
    unit.click()
    expect(caption).to_contain_text(f"{sign} Available")


def middle(server: ScriptedServer) -> tuple[float, float]:
    """What lies in the middle of a map that shows the whole place."""
    west, south, east, north = server.city.manifest.bounds
    return (west + east) / 2, (south + north) / 2


def click_the_middle(window: Page) -> None:
    """Until something is there to be clicked."""
    for _ in range(TRIES):
        window.locator("#map").click()
        if window.locator("#map-caption").is_visible():
            return
        window.wait_for_timeout(100)
    raise AssertionError("nothing is drawn in the middle of the map")


def test_the_console_follows_a_call_that_is_clicked_in_the_map_window(
    page: Page, second: Page, server: ScriptedServer
) -> None:
    lon, lat = middle(server)
    two_calls(server)
    server.do(lambda room: [room.set_duty(unit, {"on_duty": False}) for unit in room.picture.units])
    server.do(lambda room: room.enter("help.lost_person", lon=lon, lat=lat, place="Old bridge"))
    page.goto("/console/")
    expect(page.locator(".queue-row")).to_have_count(3)
    second.goto("/console/map/")
    click_the_middle(second)
    expect(second.locator("#map-caption")).to_contain_text("Old bridge")
    expect(page.locator(".queue-row[aria-current]")).to_contain_text("Old bridge")
    expect(page.locator("#call-title")).to_contain_text("3 ")


def test_the_console_follows_a_unit_that_is_clicked_in_the_map_window(
    page: Page, second: Page, server: ScriptedServer
) -> None:
    lon, lat = middle(server)
    unit = server.book.units[3]
    server.do(lambda room: [room.set_duty(one, {"on_duty": False}) for one in room.picture.units])
    server.do(lambda room: room.come_on_duty(unit, lon, lat))
    page.goto("/console/")
    expect(page.locator(".unit-row")).to_have_count(1)
    second.goto("/console/map/")
    click_the_middle(second)
    expect(second.locator("#map-caption")).to_have_text(f"{unit.call_sign} Available")
    expect(page.locator(".unit-row[aria-current] .unit-sign")).to_have_text(unit.call_sign)


def test_following_a_unit_is_shared_and_ends_in_both_windows(
    page: Page, second: Page, server: ScriptedServer
) -> None:
    two_calls(server)
    open_both(page, second)
    page.locator(".unit-row").nth(2).click()
    expect(second.locator("#map-caption")).to_be_visible()
    page.keyboard.press("f")
    for window in (page, second):
        expect(window.locator("#follow-note")).to_contain_text("Following")
    second.keyboard.press("Escape")
    for window in (page, second):
        expect(window.locator("#follow-note")).to_be_hidden()


def test_a_new_map_window_shows_what_the_console_shows(
    page: Page, second: Page, server: ScriptedServer
) -> None:
    two_calls(server)
    page.goto("/console/")
    page.locator(row("Lane 3")).click()
    expect(page.locator("#call-title")).to_contain_text("2 ")
    second.goto("/console/map/")
    expect(second.locator("#map-caption")).to_contain_text("Lane 3")
    second.reload()
    expect(second.locator("#map-caption")).to_contain_text("Lane 3")


def test_a_lost_map_window_does_the_console_no_harm(
    page: Page, second: Page, server: ScriptedServer
) -> None:
    two_calls(server)
    open_both(page, second)
    page.locator(row("Lane 3")).click()
    expect(second.locator("#map-caption")).to_contain_text("Lane 3")
    second.close()
    page.locator(row("Market")).click()
    expect(page.locator("#call-title")).to_contain_text("1 ")
    expect(page.locator(".ranking-line input").first).to_be_checked()
    page.keyboard.press("F4")
    expect(page.locator(".assignment")).to_have_count(1)


def test_a_base_map_that_does_not_load_is_named_and_comes_back(
    page: Page, server: ScriptedServer
) -> None:
    two_calls(server)
    page.route("**/city/map.pmtiles", lambda route: route.abort())
    page.goto("/console/map/")
    note = page.locator(".map-missing")
    expect(note).to_contain_text("The base map does not load")
    page.unroute("**/city/map.pmtiles")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(note).to_be_hidden()
