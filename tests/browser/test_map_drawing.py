"""What the console draws: closed roads that were entered with the keyboard, and silent units."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.control_room import START_S
from tests.browser.scripted_server import ScriptedServer
from tests.pictures import Picture, read_png

pytestmark = pytest.mark.browser

TOKEN = """(name) => {
    const probe = document.body.appendChild(document.createElement('span'));
    probe.style.color = `var(${name})`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
}"""
TRIES = 80
SOFT = 12
"""Pixels of a colour may differ by this much from it, for edges are soft."""


def colour(page: Page, token: str) -> tuple[int, ...]:
    """A colour of the theme as it is shown now."""
    return tuple(int(part) for part in re.findall(r"\d+", page.evaluate(TOKEN, token))[:3])


def middle_of(page: Page) -> Picture:
    """A square in the middle of the map."""
    box = page.locator("#map").bounding_box()
    assert box
    clip = {"x": box["x"] + box["width"] / 2 - 60, "y": box["y"] + box["height"] / 2 - 60}
    return read_png(page.screenshot(clip={**clip, "width": 120.0, "height": 120.0}))


def wait_for_count(page: Page, wanted: tuple[int, ...], least: int, most: int = 10**6) -> None:
    """Until the middle of the map has so many pixels of a colour."""
    for _ in range(TRIES):
        count = middle_of(page).count_near(wanted, SOFT)
        if least <= count <= most:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{count} pixels of {wanted}, not {least} to {most}")


def give_command(page: Page, line: str) -> Locator:
    page.keyboard.press("F9")
    page.locator("#command").fill("")
    page.keyboard.type(line)
    page.keyboard.press("Enter")
    return page.locator("#command-answer")


def open_console(page: Page, server: ScriptedServer) -> None:
    server.do(lambda room: [room.set_duty(unit, {"on_duty": False}) for unit in room.picture.units])
    page.goto("/console/")
    expect(page.locator("#map canvas")).to_be_visible()
    expect(page.locator("#units-count")).to_contain_text("0")
    expect(page.locator(".unit-row")).to_have_count(0)


@pytest.mark.parametrize(("language", "shut", "open_again"), [
    ("en", "shut", "unshut"), ("zh", "封路", "解封"),
])  # fmt: skip
def test_a_road_is_closed_and_opened_with_the_keyboard_and_drawn(
    page: Page, server: ScriptedServer, language: str, shut: str, open_again: str
) -> None:
    server.language = language
    place = next(one.name for one in server.city.names() if one.kind.value == "village")
    name = place.in_language(language)
    open_console(page, server)
    expect(give_command(page, f"w {name}")).to_contain_text(name)
    red = colour(page, "--bad")
    wait_for_count(page, red, 0, 10)
    answer = give_command(page, f"{shut} {name}")
    expect(answer).to_contain_text("Road closed" if language == "en" else "已封闭道路")
    wait_for_count(page, red, 60)
    assert len(server.do(lambda room: dict(room.closed))) == 1
    answer = give_command(page, open_again)
    expect(answer).to_contain_text("Road open again" if language == "en" else "道路已恢复通行")
    wait_for_count(page, red, 0, 10)
    answer = give_command(page, f"{open_again} {name}")
    expect(answer).to_have_attribute("data-bad", "true")


def test_a_silent_unit_is_greyed_and_its_age_is_told(page: Page, server: ScriptedServer) -> None:
    lon, lat = server.city.manifest.centre
    open_console(page, server)
    unit = server.book.units[0]
    server.do(lambda room: room.come_on_duty(unit, lon, lat))
    give_command(page, f"u {unit.call_sign}")
    row = page.locator(".unit-row", has_text=unit.call_sign)
    expect(row).to_have_attribute("aria-current", "true")
    free = colour(page, "--state-available")
    wait_for_count(page, free, 40)
    assert row.get_attribute("data-stale") is None
    # The room's clock goes on by five minutes, and the unit has said nothing.
    server.do(lambda room: room.publish("clock", None, {"server_s": START_S + 300, "rate": 1.0}))
    expect(row).to_have_attribute("data-stale", "true")
    expect(row).to_contain_text(re.compile(r"position 5 min( \d+ s)? old"))
    wait_for_count(page, free, 0, 10)
    wait_for_count(page, colour(page, "--line-strong"), 20)
    # It speaks again.
    spoken = {"lon": [lon], "lat": [lat], "heading": [0.0], "fix_s": [START_S + 300]}
    message = {"at_s": START_S + 300, "units": [unit.unit_id], **spoken}
    server.do(lambda room: room.publish("positions", None, message))
    expect(row).not_to_have_attribute("data-stale", "true")
    wait_for_count(page, free, 40)
