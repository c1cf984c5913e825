"""What a dispatcher and a crew do, with the product itself and with the keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.real_server import RealServer, Windows
from tests.browser.waiting import wait_until

from wardmote.gateways.simulated_people.accounts import human_unit
from wardmote.operations.places.city_directory import NameEntry

pytestmark = pytest.mark.browser

BOTH = pytest.mark.parametrize("language", ["en", "zh"])
# Words are checked elsewhere; a journey that has no words of its own is made once.
IN_ENGLISH = pytest.mark.parametrize("language", ["en"])
IN_CHINESE = pytest.mark.parametrize("language", ["zh"])
NEAR_DEGREES = 0.001
MOST_TABS = 40


def open_console(page: Page) -> None:
    page.goto("/console/")
    expect(page.locator(".unit-row").first).to_be_visible()


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until something is focused; it must be reachable."""
    expect(page.locator(selector).first).to_be_visible()
    for _ in range(MOST_TABS):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} cannot be reached with {key}")


def short_number(town: RealServer, incident: str) -> str:
    return str(town.call(incident)["number"]).rsplit("-", 1)[1].lstrip("0")


def give_command(page: Page, line: str) -> None:
    page.keyboard.press("F9")
    page.locator("#command").fill("")
    page.keyboard.type(line)
    page.keyboard.press("Escape") if page.locator("#command-options").is_visible() else None
    page.keyboard.press("Enter")


def only_call(town: RealServer) -> dict[str, Any]:
    [incident] = town.person("dispatcher").get("/api/board")["incidents"]
    return dict(town.call(incident["id"]))


def name_of_kind(town: RealServer, kind: str) -> NameEntry:
    """A name that only one entry of the index has."""
    entries = town.city.names()
    counted = [entry.name.zh for entry in entries] + [entry.name.en for entry in entries]
    return next(
        entry
        for entry in entries
        if entry.kind.value == kind
        and counted.count(entry.name.zh) == 1
        and counted.count(entry.name.en) == 1
    )


@BOTH
def test_from_the_login_to_the_dispatch_without_a_mouse(
    windows: Windows, town: RealServer, language: str
) -> None:
    street = name_of_kind(town, "street")
    page = windows.open(None, language=language)
    page.goto("/")
    tab_to(page, "#id_login")
    page.keyboard.type("dispatcher")
    page.keyboard.press("Tab")
    page.keyboard.type(town.password)
    page.keyboard.press("Enter")
    expect(page.locator(".unit-row").first).to_be_visible()
    page.keyboard.press("F2")
    page.keyboard.type(street.name.zh if language == "zh" else street.name.en)
    expect(page.locator("#intake-places [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#intake-category")).to_be_focused()
    page.keyboard.type("持刀" if language == "zh" else "knife")
    expect(page.locator("#intake-categories [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#intake-note")).to_be_focused()
    page.keyboard.type("面馆旁" if language == "zh" else "by the noodle shop")
    page.keyboard.press("F4")
    expect(page.locator("#intake-region")).to_be_hidden()
    expect(page.locator(".queue-row[aria-current]")).to_have_count(1)
    expect(page.locator(".ranking-line .line-reasons").first).not_to_be_empty()
    call = only_call(town)
    assert call["category"] == "offence.criminal.weapon"
    assert abs(call["lon"] - street.lon) < 10 * NEAR_DEGREES
    assert call["notes"][0]["text"] in ("面馆旁", "by the noodle shop")
    page.locator(".queue-row").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ranking-line input").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".assignment").first).to_be_visible()
    expect(page.locator(".queue-state")).to_have_text(re.compile("已派警|Assigned"))


@pytest.mark.parametrize(
    ("language", "kind"),
    [
        ("en", "crossing"),
        ("zh", "crossing"),
        ("en", "key_place"),
        ("zh", "village"),
        ("zh", "coordinates"),
    ],
)
def test_a_place_is_found_however_it_is_said(
    windows: Windows, town: RealServer, language: str, kind: str
) -> None:
    lon, lat = town.city.manifest.centre
    said = f"{lat:.5f}, {lon:.5f}"
    if kind != "coordinates":
        entry = name_of_kind(town, kind)
        lon, lat, said = entry.lon, entry.lat, entry.name.in_language(language)
    page = windows.open("dispatcher", language=language)
    open_console(page)
    page.keyboard.press("n")
    page.keyboard.type(said)
    expect(page.locator("#intake-places [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#intake-category")).to_be_focused()
    page.keyboard.type("邻里" if language == "zh" else "neighbour")
    expect(page.locator("#intake-categories [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#intake-region")).to_be_hidden()
    call = only_call(town)
    assert abs(call["lon"] - lon) < NEAR_DEGREES
    assert abs(call["lat"] - lat) < NEAR_DEGREES
    assert call["destinations"][0]["kind"] == "community_office"


def test_a_call_without_a_category_is_not_taken_and_nothing_is_lost(
    windows: Windows, town: RealServer
) -> None:
    page = windows.open("dispatcher")
    open_console(page)
    page.keyboard.press("F2")
    page.keyboard.type("no such street anywhere")
    tab_to(page, "#intake-note")
    page.keyboard.type("she hung up")
    page.keyboard.press("F4")
    expect(page.locator(".intake-form [role=alert]")).to_contain_text("choose a category")
    expect(page.locator("#intake-category")).to_be_focused()
    expect(page.locator("#intake-note")).to_have_value("she hung up")
    assert town.person("dispatcher").get("/api/board")["incidents"] == []


@IN_CHINESE
def test_a_duplicate_is_seen_with_its_story_and_linked(
    windows: Windows, town: RealServer, language: str
) -> None:
    first = town.take_down("dispute.neighbour", "Lane 3", note="shouting on the stairs")
    lon, lat = town.city.manifest.centre
    page = windows.open("dispatcher", language=language)
    open_console(page)
    page.keyboard.press("F2")
    page.keyboard.type(f"{lat:.5f}, {lon:.5f}")
    expect(page.locator("#intake-places [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".duplicates")).to_contain_text("shouting on the stairs")
    page.keyboard.type("邻里" if language == "zh" else "neighbour")
    expect(page.locator("#intake-categories [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    tab_to(page, ".duplicates input:enabled", "Shift+Tab")
    page.keyboard.press("Space")
    with page.expect_response("**/links"):  # made once the call is on record
        page.keyboard.press("F4")
    expect(page.locator("#intake-region")).to_be_hidden()
    [link] = town.call(first)["links"]
    assert link["relation"] == "duplicate"


@IN_ENGLISH
def test_the_callers_own_phone_says_where_it_is(
    windows: Windows, town: RealServer, language: str
) -> None:
    lon, lat = town.city.manifest.centre
    page = windows.open("dispatcher", language=language, viewport={"width": 1280, "height": 720})
    open_console(page)
    page.keyboard.press("n")
    tab_to(page, ".intake-form button.small:not([aria-pressed]):last-of-type")
    page.keyboard.press("Enter")
    link = page.locator(".caller-phone a")
    expect(link).to_be_visible()
    wait_until(page, "document.querySelector('.qr').naturalWidth > 0")
    inside = page.locator("#intake-region").evaluate("(one) => one.scrollWidth <= one.clientWidth")
    assert inside
    place = {"geolocation": {"longitude": lon, "latitude": lat}, "permissions": ["geolocation"]}
    phone = windows.open(None, language=language, viewport={"width": 360, "height": 740}, **place)
    phone.goto("/i/" + str(link.get_attribute("href")).rsplit("/i/", 1)[1])
    phone.locator("#send-position").press("Enter")
    expect(page.locator("#intake-region .field-note").first).to_contain_text(f"{lat:.3f}")


@IN_CHINESE
def test_another_choice_than_recommended_asks_why(
    windows: Windows, town: RealServer, language: str
) -> None:
    incident = town.take_down("offence.criminal.weapon", "Market")
    page = windows.open("dispatcher", language=language)
    open_console(page)
    page.keyboard.press("j")
    boxes = page.locator(".ranking-line input")
    expect(boxes.first).to_be_checked()
    another = page.locator(".ranking-line input:checked").count()
    page.keyboard.press(str(another + 1))
    expect(boxes.nth(another)).to_be_checked()
    page.keyboard.press("F4")
    expect(page.locator("#question")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(".assignment").first).to_be_visible()
    kinds = [event["type"] for event in town.call(incident)["timeline"]]
    assert "recommendation.overridden" in kinds


@IN_ENGLISH
def test_the_command_line_sends_several_units_and_follows_them(
    windows: Windows, town: RealServer, language: str
) -> None:
    incident = town.take_down("dispute.neighbour", "Lane 3")
    number = short_number(town, incident)
    page = windows.open("dispatcher", language=language)
    open_console(page)
    words = (
        ("派", "签收", "出发", "到场", "撤离")
        if language == "zh"
        else ("d", "ack", "er", "ar", "cl")
    )
    give_command(page, f"{words[0]} {number} 02-P1 02-P2 /local_knowledge")
    expect(page.locator(".assignment")).to_have_count(2)
    for word, state in zip(words[1:4], ("acknowledged", "en_route", "on_scene"), strict=True):
        give_command(page, f"{word} 02-P1 02-P2")
        expect(page.locator(f".assignment[data-state={state}]")).to_have_count(2)
    give_command(page, f"{words[4]} 02-P1 02-P2")
    expect(page.locator(".assignment")).to_have_count(0)
    stamps = [row["field_times"] for row in town.call(incident)["assignments"]]
    assert all(
        {"assigned", "acknowledged", "en_route", "arrived", "cleared"}
        <= {time["stamp"] for time in times if time["at_s"]}
        for times in stamps
    )


@BOTH
def test_the_command_line_completes_explains_and_marks_mistakes(
    windows: Windows, town: RealServer, language: str
) -> None:
    town.take_down("dispute.neighbour", "Lane 3")
    page = windows.open("dispatcher", language=language)
    open_console(page)
    page.keyboard.press("F9")
    page.keyboard.type("disp")
    expect(page.locator("#command-options [role=option]").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#command")).to_have_value("dispatch ")
    give_command(page, "d 99999 02-P1")
    expect(page.locator("#command-answer[data-bad]")).not_to_be_empty()
    assert page.evaluate("document.getElementById('command').selectionStart") == len("d ")
    give_command(page, "帮助" if language == "zh" else "help")
    expect(page.locator("#help .help-commands tbody tr")).not_to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


@IN_CHINESE
def test_a_crew_goes_offline_on_the_way_and_the_record_has_every_stamp(
    windows: Windows, town: RealServer, language: str
) -> None:
    lon, lat = town.city.manifest.centre
    unit = human_unit(town.book)
    incident = town.take_down("offence.criminal.weapon", "Market")
    place = {"geolocation": {"longitude": lon, "latitude": lat}, "permissions": ["geolocation"]}
    crew = windows.open("crew", language=language, viewport={"width": 360, "height": 740}, **place)
    crew.goto("/crew/")
    tab_to(crew, "#duty")
    crew.keyboard.press("Enter")
    expect(crew.locator(".position-note[data-state=sending]")).to_be_visible()
    desk = windows.open("dispatcher", language=language)
    open_console(desk)
    desk.keyboard.press("j")
    expect(desk.locator(".ranking-line").first).to_be_visible()
    give_command(desk, f"d {short_number(town, incident)} {unit.call_sign} /local_knowledge")
    steps = crew.locator(".tap")
    expect(steps).to_have_attribute("data-action", "acknowledge")
    crew.context.set_offline(True)
    steps.press("Enter")
    expect(steps).to_have_attribute("data-action", "depart")
    steps.press("Enter")
    expect(steps).to_have_attribute("data-action", "arrive")
    expect(crew.locator("#outbox li")).to_have_count(2)
    expect(crew.locator("#connection")).to_be_visible()
    expect(desk.locator(".assignment[data-state=assigned]")).to_have_count(1)
    crew.context.set_offline(False)
    expect(desk.locator(".assignment[data-state=en_route]")).to_have_count(1)
    expect(crew.locator("#outbox")).to_be_hidden()
    steps.press("Enter")
    expect(steps).to_have_attribute("data-action", "report")
    steps.press("Enter")
    expect(crew.locator("#question")).to_be_visible()
    crew.keyboard.press("Enter")
    expect(steps).to_have_attribute("data-action", "clear")
    steps.press("Enter")
    expect(crew.locator(".no-job")).to_be_visible()
    close_and_reopen(desk, incident)
    [row] = town.call(incident)["assignments"]
    stamps = {time["stamp"] for time in row["field_times"] if time["at_s"] is not None}
    assert stamps == {"assigned", "acknowledged", "en_route", "arrived", "feedback", "cleared"}


def close_and_reopen(page: Page, incident: str) -> None:
    """With the keyboard, on the page of the call."""
    page.goto(f"/console/incidents/{incident}/")
    expect(page.locator(".timeline li").first).to_be_visible()
    page.locator("#do-close").press("Enter")
    expect(page.locator("#question")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("#do-reopen")).to_be_visible()
    expect(page.locator(".missing")).to_have_count(1)  # when it occurred, nobody said
    page.locator("#do-reopen").press("Enter")
    expect(page.locator("#question")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#do-close")).to_be_visible()


def test_an_alarm_is_seen_and_answered(windows: Windows, town: RealServer) -> None:
    town.take_down("offence.criminal.weapon", "Market")
    page = windows.open("dispatcher")
    open_console(page)
    expect(page.locator(".queue-row")).to_have_count(1)
    town.hurry(65.0)
    expect(page.locator(".alarm[data-level=alarm]").first).to_be_visible()
    expect(page.locator("#urgent-announcer")).to_contain_text("No unit assigned")
    page.keyboard.press("F8")
    expect(page.locator(".alarm")).to_have_count(0)
    expect(page.locator(".queue-row[aria-current]")).to_have_count(1)


PLAIN = """async () => {
    const { plainBoard } = await import('/static/wardmote/live/board.js');
    return plainBoard(globalThis.room.board);
}"""
SHOWN = """() => [...document.querySelectorAll('.queue-what, .unit-row')].map((part) =>
    part.textContent.replace(/\\d+:\\d\\d(:\\d\\d)?/g, '').replace(/position .* old/, ''))"""
"""What the lists say, without clocks and ages, which run on."""
SHOWS = f"(wanted) => JSON.stringify(({SHOWN})()) === JSON.stringify(wanted)"


def test_the_folded_board_is_the_board_after_a_reload(windows: Windows, town: RealServer) -> None:
    page = windows.open("dispatcher")
    open_console(page)
    first = town.take_down("offence.criminal.weapon", "Market")
    town.take_down("dispute.neighbour", "Lane 3")
    expect(page.locator(".queue-row")).to_have_count(2)
    number = short_number(town, first)
    for line in (
        f"d {number} 02-P1 02-P2 /local_knowledge",
        "ack 02-P1",
        "er 02-P1",
        f"p {number} 2",
    ):
        give_command(page, line)
    expect(page.locator(".assignment[data-state=en_route]")).to_have_count(1)
    expect(page.locator(".unit-row", has_text="02-P1")).to_contain_text("En route")
    expect(page.locator(".unit-row", has_text="02-P2")).to_contain_text("Assigned")
    market = page.locator(".queue-row", has_text="Market")
    expect(market).to_have_attribute("data-priority", "2")
    folded, shown = page.evaluate(PLAIN), page.evaluate(SHOWN)
    page.reload()
    expect(page.locator(".queue-row")).to_have_count(2)
    wait_until(page, "(wanted) => globalThis.room?.board?.seq >= wanted", folded["seq"])
    # What others alone may see moves the journal on, and not the board that was folded.
    assert {**page.evaluate(PLAIN), "seq": folded["seq"]} == folded
    wait_until(page, SHOWS, shown)


def test_the_stream_goes_on_where_it_was_cut(windows: Windows, town: RealServer) -> None:
    page = windows.open("dispatcher")
    open_console(page)
    generation = page.evaluate("globalThis.room.stream.generation")
    page.context.set_offline(True)
    # A browser told to be offline keeps what is open; the silence check would close it later.
    page.evaluate("globalThis.room.stream.checkSilence(performance.now() + 60_000)")
    expect(page.locator("#connection")).to_be_visible()
    town.take_down("dispute.neighbour", "Lane 3")
    town.take_down("dispute.neighbour", "Lane 4")
    expect(page.locator(".queue-row")).to_have_count(0)
    page.context.set_offline(False)
    expect(page.locator(".queue-row")).to_have_count(2)
    expect(page.locator("#connection")).to_be_hidden()
    assert page.evaluate("globalThis.room.stream.generation") == generation
