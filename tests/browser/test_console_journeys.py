"""A dispatcher's work with the keyboard alone, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.control_room import ControlRoom
from tests.browser.scripted_server import ScriptedServer

from wardmote.core.domain.ids import IncidentId

pytestmark = pytest.mark.browser


def open_console(page: Page) -> None:
    page.goto("/console/")
    expect(page.locator(".unit-row").first).to_be_visible(timeout=15_000)


def call_at_centre(
    server: ScriptedServer, category: str = "offence.criminal.weapon", priority: int = 1
) -> IncidentId:
    lon, lat = server.city.manifest.centre
    found: IncidentId = server.do(
        lambda room: room.enter(
            category, priority=priority, lon=lon, lat=lat, place="Harbour Road 1"
        )
    )
    return found


def sent_to(server: ScriptedServer, path: str) -> list[Any]:
    found: list[Any] = server.do(
        lambda room: [body for _, where, body in room.requests if re.fullmatch(path, where)]
    )
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_call_is_taken_down_and_units_are_sent_without_a_mouse(
    page: Page, server: ScriptedServer, language: str
) -> None:
    server.language = language
    street = next(
        entry
        for entry in server.city.names()
        if entry.kind.value == "street" and entry.name.zh and entry.name.en
    )
    open_console(page)
    page.keyboard.press("F2")
    expect(page.locator("#intake-place")).to_be_focused()
    page.keyboard.type(street.name.zh if language == "zh" else street.name.en)
    expect(page.locator("#intake-places [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#intake-category")).to_be_focused()
    page.keyboard.type("持刀" if language == "zh" else "knife")
    page.keyboard.press("Enter")
    expect(page.locator("#intake-note")).to_be_focused()
    page.keyboard.type("by the noodle shop")
    page.keyboard.press("F4")
    expect(page.locator("#intake-region")).to_be_hidden()
    expect(page.locator(".queue-row[aria-current]")).to_have_count(1)
    call = server.do(lambda room: next(iter(room.picture.incidents.values())))
    assert call.category == "offence.criminal.weapon"
    assert call.lon is not None
    expect(page.locator(".ranking-line")).to_have_count(4)
    page.keyboard.press("r")
    expect(page.locator(".ranking-line input").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".assignment")).to_have_count(1)
    assert sent_to(server, "/api/incidents/[^/]+/assignments")[0]["override_reason"] == ""


def test_another_choice_than_recommended_asks_for_its_reason(
    page: Page, server: ScriptedServer
) -> None:
    call_at_centre(server)
    open_console(page)
    page.keyboard.press("j")
    expect(page.locator(".ranking-line")).to_have_count(4)
    page.keyboard.press("2")
    expect(page.locator(".ranking-line input").nth(1)).to_be_checked()
    page.keyboard.press("F4")
    dialog = page.locator("#question")
    expect(dialog).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(".assignment")).to_have_count(2)
    body = sent_to(server, "/api/incidents/[^/]+/assignments")[0]
    assert body["override_reason"] == "road_blocked"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_alarm_level_is_shown_and_raised_with_the_keyboard(
    page: Page, server: ScriptedServer, language: str
) -> None:
    server.language = language
    call_at_centre(server)
    open_console(page)
    page.keyboard.press("j")
    expect(page.locator(".ranking-line")).to_have_count(4)
    level = page.locator("#call select").nth(1)
    expect(level).to_have_value("1")
    page.keyboard.press("r")
    expect(page.locator(".ranking-line input").first).to_be_focused()
    page.keyboard.press("+")
    expect(page.locator("#question")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(level).to_have_value("2")
    assert sent_to(server, "/api/incidents/[^/]+/alarm-level") == [
        {"level": 2, "reason": "new_information"}
    ]
    expect(page.locator("#call button", has_text="+1")).to_be_disabled()
    page.locator(".ranking-buttons button").last.focus()
    with page.expect_request("**/recommendation") as asked:
        page.keyboard.press("Enter")
    assert asked.value.post_data_json == {}
    expect(page.locator("#command-answer")).not_to_be_empty()


def test_a_refusal_is_told_and_nothing_is_lost(page: Page, server: ScriptedServer) -> None:
    first = call_at_centre(server)
    open_console(page)
    page.keyboard.press("j")
    expect(page.locator(".ranking-line")).to_have_count(4)
    chosen = server.do(lambda room: room.rankings[first]["lines"][0]["unit"])
    other = call_at_centre(server)
    server.do(lambda room: room.assign(other, {"units": [chosen]}))
    page.keyboard.press("F4")
    expect(page.locator("#command-answer")).to_contain_text("is busy with another call")
    expect(page.locator(".ranking-line")).to_have_count(4)


def test_the_command_line_completes_sends_and_recalls(page: Page, server: ScriptedServer) -> None:
    call_at_centre(server)
    open_console(page)
    page.keyboard.press("F9")
    page.keyboard.type("d 1 01-P")
    expect(page.locator("#command-options [role=option]").first).to_contain_text("01-P")
    page.keyboard.press("Tab")
    expect(page.locator("#command")).to_have_value(re.compile(r"d 1 \S+ "))
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator("#command-answer")).to_contain_text("Sent")
    expect(page.locator("#command")).to_have_value("")
    expect(page.locator(".assignment")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    expect(page.locator("#command")).to_have_value(re.compile("d 1 "))


def test_a_line_that_cannot_be_read_is_marked_where_it_is_wrong(
    page: Page, server: ScriptedServer
) -> None:
    open_console(page)
    page.keyboard.press("F9")
    page.keyboard.type("zz 1 2")
    page.keyboard.press("Enter")
    expect(page.locator("#command-answer")).to_contain_text("is not a command")
    assert page.evaluate("document.getElementById('command').selectionStart") == 0


def test_alarms_are_shown_announced_and_answered(page: Page, server: ScriptedServer) -> None:
    incident = call_at_centre(server)
    open_console(page)
    server.do(lambda room: room.raise_alarm(incident, "unassigned", "alarm"))
    expect(page.locator(".alarm")).to_contain_text("No unit assigned: call 1")
    expect(page.locator("#urgent-announcer")).to_contain_text("No unit assigned")
    expect(page.locator("#sound")).to_have_text(re.compile("Sound"))
    page.keyboard.press("F8")
    expect(page.locator(".alarm")).to_have_count(0)
    expect(page.locator(".queue-row[aria-current]")).to_have_count(1)


def test_muted_sound_is_shown_and_remembered(page: Page, server: ScriptedServer) -> None:
    open_console(page)
    page.keyboard.press("m")
    expect(page.locator("#sound")).to_have_text("Sound off")
    page.reload()
    expect(page.locator("#sound")).to_have_text("Sound off")


def test_a_possible_duplicate_is_shown_and_linked(page: Page, server: ScriptedServer) -> None:
    first = call_at_centre(server, "dispute.neighbour", 3)
    server.do(lambda room: room.add_note(first, "shouting on the stairs"))
    lon, lat = server.city.manifest.centre
    open_console(page)
    page.keyboard.press("F2")
    page.keyboard.type(f"{lat:.5f}, {lon:.5f}")
    expect(page.locator("#intake-places [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    panel = page.locator(".duplicates")
    expect(panel).to_contain_text("shouting on the stairs")
    page.keyboard.type("neighbour")
    page.keyboard.press("Enter")
    panel.locator("input").check()
    page.keyboard.press("F4")
    expect(page.locator("#intake-region")).to_be_hidden()
    links = server.do(lambda room: room.links)
    assert [primary for _, primary in links] == [first]


def test_the_callers_phone_gives_its_position(page: Page, server: ScriptedServer) -> None:
    open_console(page)
    page.keyboard.press("F2")
    page.get_by_role("button", name="Ask the caller's phone").press("Enter")
    expect(page.locator(".caller-phone")).to_contain_text("example.org/p/7k3m")
    expect(page.locator(".qr")).to_be_visible()
    expect(page.locator("#intake-place")).to_have_value("Position of the caller's phone")


def test_closing_asks_how_the_call_ended(page: Page, server: ScriptedServer) -> None:
    call_at_centre(server)
    open_console(page)
    page.keyboard.press("j")
    page.get_by_role("button", name="Close", exact=True).press("Enter")
    expect(page.locator("#question")).to_contain_text("How did the call end?")
    page.keyboard.press("Enter")
    expect(page.locator(".queue-row")).to_have_count(0)


def test_f6_walks_through_the_parts_and_help_lists_every_command(
    page: Page, server: ScriptedServer
) -> None:
    call_at_centre(server)
    open_console(page)
    page.locator(".queue-row").first.focus()
    walked = []
    for _ in range(5):
        page.keyboard.press("F6")
        walked.append(
            page.evaluate(
                "document.activeElement.closest('#room > section, #command-form')?.id ?? 'none'"
            )
        )
    assert {"call-region", "map-region", "units-region", "command-form"} <= set(walked)
    page.keyboard.press("F1")
    expect(page.locator("#help")).to_contain_text("Answer the most pressing alarm")
    expect(page.locator("#help .help-commands tbody tr")).not_to_have_count(0)


def test_single_letters_can_be_switched_off(page: Page, server: ScriptedServer) -> None:
    open_console(page)
    page.keyboard.press("F1")
    page.get_by_label("Single letters act as commands").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#intake-region")).to_be_hidden()


def test_calls_from_elsewhere_are_announced(page: Page, server: ScriptedServer) -> None:
    open_console(page)
    call_at_centre(server)
    expect(page.locator("#urgent-announcer")).to_contain_text("New call 1: Emergency")


def test_the_record_of_a_call_shows_both_clocks(page: Page, server: ScriptedServer) -> None:
    incident = call_at_centre(server)

    def go(room: ControlRoom) -> None:
        assignment = room.assign(
            incident, {"units": [room.rankings[incident]["lines"][0]["unit"]]}
        )[0]
        room.act(assignment, {"action": "acknowledge", "device_s": room.now_s + 4})  # type: ignore[arg-type]

    server.do(go)
    page.goto(f"/console/incidents/{incident}/")
    expect(page.locator(".timeline li").first).to_be_visible(timeout=15_000)
    expect(page.get_by_role("columnheader", name="Device clock").first).to_be_visible()
    page.get_by_label("Add a note").fill("seen from the bridge")
    page.keyboard.press("Enter")
    expect(page.locator(".note-list").first).to_contain_text("seen from the bridge")


def test_on_a_narrow_screen_one_part_is_shown_at_a_time(page: Page, server: ScriptedServer) -> None:
    call_at_centre(server)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/console/")
    expect(page.locator(".queue-row")).to_be_visible(timeout=15_000)
    page.locator(".queue-row").click()
    expect(page.locator("#call-region")).to_be_visible()
    expect(page.locator("#queue-region")).to_be_hidden()
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
