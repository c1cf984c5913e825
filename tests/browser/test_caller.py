"""Opening a caller's data from the console, the record and the crew's phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.real_server import RealServer, Windows

pytestmark = pytest.mark.browser

PHONE = "139 0739 0000"


def call_with_a_caller(town: RealServer) -> str:
    lon, lat = town.city.manifest.centre
    body = {
        "category": "dispute.neighbour", "channel": "phone", "lon": lon, "lat": lat,
        "caller_name": "王小明", "caller_phone": PHONE,
    }  # fmt: skip
    return str(town.person("dispatcher").post("/api/incidents", body)["id"])


def shown_and_gone(page: Page) -> None:
    """The data is in the dialog, with a link to dial; closing takes it off the page."""
    expect(page.locator("#question a[href='tel:13907390000']")).to_have_text(PHONE)
    expect(page.locator("#question")).to_contain_text("王小明")
    page.keyboard.press("Escape")
    expect(page.locator("#question")).to_be_hidden()
    expect(page.locator("#question")).to_be_empty()
    assert "王小明" not in page.content()
    assert PHONE not in page.content()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "This look was recorded"), ("zh", "本次查看已留痕")]
)
def test_a_dispatcher_calls_back_with_the_keyboard_alone(
    windows: Windows, town: RealServer, language: str, said: str
) -> None:
    incident = call_with_a_caller(town)
    page = windows.open("dispatcher", language=language)
    heard: list[str] = []
    page.on("response", lambda answer: heard.append(answer.url))
    page.goto("/console/")
    expect(page.locator(".queue-row").first).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".call-more button[aria-keyshortcuts=c]")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator("#question input[type=radio]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#question [role=status]")).to_contain_text(said)
    shown_and_gone(page)
    assert f"{town.origin}/api/incidents/{incident}/caller" in heard
    number = str(town.call(incident)["number"]).rsplit("-", 1)[1].lstrip("0")
    page.keyboard.press("F9")
    page.keyboard.type(f"{'报警人' if language == 'zh' else 'caller'} {number}")
    page.locator("#command").press("Escape") if page.locator(
        "#command-options"
    ).is_visible() else None
    page.keyboard.press("Enter")
    expect(page.locator("#question input[type=radio]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#question")).to_be_hidden()


def test_the_record_opens_it_for_each_purpose_of_the_role_and_notes_the_place(
    windows: Windows, town: RealServer
) -> None:
    incident = call_with_a_caller(town)
    page = windows.open("supervisor", language="en")
    page.goto(f"/console/incidents/{incident}/")
    page.locator("#open-caller").press("Enter")
    expect(page.locator("#question input[type=radio]")).to_have_count(3)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("#question [role=status]")).to_contain_text("Following up the case")
    shown_and_gone(page)
    page.locator("#open-premise-notes").press("Enter")
    page.get_by_label("Label").fill("Gate")
    page.locator("#question").get_by_label("Note", exact=True).fill("code 4711")
    page.keyboard.press("Enter")
    expect(page.locator("#question .note-list")).to_contain_text("Gate: code 4711")
    page.keyboard.press("Escape")
    expect(page.locator(".incident-facts")).to_contain_text("Gate: code 4711")
    page.locator("#open-premise-notes").press("Enter")
    page.locator("#question .note-list button").press("Enter")
    expect(page.locator("#question .note-list")).not_to_contain_text("Gate")


def test_an_auditor_reads_the_looks(windows: Windows, town: RealServer) -> None:
    incident = call_with_a_caller(town)
    town.person("dispatcher").post(f"/api/incidents/{incident}/caller", {"purpose": "call_back"})
    page = windows.open("auditor", language="en")
    page.goto("/")
    page.get_by_role("link", name="Disclosures").press("Enter")
    expect(page.locator("tbody tr").first).to_contain_text("Calling the caller back")
    expect(page.locator("body")).not_to_contain_text("王小明")
