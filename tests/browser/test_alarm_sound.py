"""Alarms are heard: notes of Web Audio are started, unless the dispatcher switched them off."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.control_room import ControlRoom
from tests.browser.scripted_server import ScriptedServer
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.browser

LISTENING = """
globalThis.heard = [];
globalThis.AudioContext = class extends AudioContext {
    createOscillator() {
        const note = super.createOscillator();
        const start = note.start.bind(note);
        note.start = (at) => { globalThis.heard.push(note.frequency.value); start(at); };
        return note;
    }
};
"""
"""Writes down the pitch of every note that is started, and starts it."""

CALL, WARNING, ALARM = [660], [740, 740], [880, 1100, 1320]


@pytest.fixture
def console(context: BrowserContext, page: Page, server: ScriptedServer) -> Page:
    """A console with one call, whose notes are written down; nobody has touched it yet."""
    context.add_init_script(LISTENING)
    lon, lat = server.city.manifest.centre
    server.do(lambda room: room.enter("dispute.neighbour", lon=lon, lat=lat, place="Lane 3"))
    page.goto("/console/")
    expect(page.locator(".queue-row")).to_have_count(1)
    return page


def heard(page: Page) -> list[float]:
    notes: list[float] = page.evaluate("globalThis.heard")
    return notes


def raise_alarm(server: ScriptedServer, level: str, timer: str = "unassigned") -> None:
    def act(room: ControlRoom) -> Any:
        return room.raise_alarm(next(iter(room.picture.incidents)), timer, level)

    server.do(act)


def unlock(page: Page) -> None:
    """The first key or click of the dispatcher; browsers play nothing before it."""
    page.keyboard.press("Shift")
    expect(page.locator("#sound")).to_have_attribute("data-state", "on")


def test_the_first_gesture_unlocks_the_sound_and_the_button_says_so(
    console: Page, server: ScriptedServer
) -> None:
    button = console.locator("#sound")
    expect(button).to_have_attribute("data-state", "waiting")
    expect(button).to_have_text("Sound waits for a key")
    raise_alarm(server, "warn")
    expect(console.locator(".alarm")).to_have_count(1)
    assert heard(console) == []
    unlock(console)
    expect(button).to_have_text("Sound on")


@pytest.mark.parametrize(("level", "notes"), [("warn", WARNING), ("alarm", ALARM)])
def test_an_alarm_is_heard_by_its_level(
    console: Page, server: ScriptedServer, level: str, notes: list[float]
) -> None:
    unlock(console)
    raise_alarm(server, level)
    expect(console.locator(f".alarm[data-level={level}]")).to_have_count(1)
    assert heard(console)[: len(notes)] == notes


def test_a_new_call_is_heard(console: Page, server: ScriptedServer) -> None:
    unlock(console)
    lon, lat = server.city.manifest.centre
    server.do(lambda room: room.enter("dispute.family", lon=lon, lat=lat, place="Lane 4"))
    expect(console.locator(".queue-row")).to_have_count(2)
    assert heard(console) == CALL


def test_sound_that_is_off_stays_off_after_a_reload_and_comes_back(
    console: Page, server: ScriptedServer
) -> None:
    unlock(console)
    console.keyboard.press("m")
    expect(console.locator("#sound")).to_have_text("Sound off")
    expect(console.locator("#sound")).to_have_attribute("aria-pressed", "false")
    raise_alarm(server, "alarm")
    expect(console.locator(".alarm")).to_have_count(1)
    assert heard(console) == []
    console.reload()
    expect(console.locator("#sound")).to_have_text("Sound off")
    console.keyboard.press("Shift")
    raise_alarm(server, "alarm", "late")
    expect(console.locator(".alarm")).to_have_count(2)
    assert heard(console) == []
    console.keyboard.press("m")
    expect(console.locator("#sound")).to_have_text("Sound on")
    assert heard(console)[:1] == CALL


def test_an_alarm_that_nobody_answers_is_heard_again(console: Page, server: ScriptedServer) -> None:
    unlock(console)
    raise_alarm(server, "alarm")
    wait_until(console, "globalThis.heard.length >= 6")
    assert heard(console)[3:6] == ALARM
    console.keyboard.press("F8")
