"""Advice for idle units on the console and on the crew's phone, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.control_room import ControlRoom
from tests.browser.scripted_server import ScriptedServer

from wardmote.core.domain.ids import UnitId

pytestmark = pytest.mark.browser

WORDS = {
    "en": {
        "gain": "covers 1.8% more of calls in time · 4 min away",
        "advised": "Advised",
        "coming": "On the way",
        "asked": "Please stand by at",
        "there": "You stand by at",
        "driven": "25% driven · keeps 93%",
        "school": "Model School ✓ visited",
    },
    "zh": {
        "gain": "及时到场警情多 1.8% · 车程 4 分钟",
        "advised": "已建议",
        "coming": "前往中",
        "asked": "备勤",
        "there": "目前在",
        "driven": "已巡 25% · 本点 93%",
        "school": "实验小学 ✓ 已到",
    },
}


def advise(server: ScriptedServer) -> str:
    unit = UnitId(server.crew_unit)
    home = next(one.post for one in server.book.units if one.unit_id == unit)
    post = next(one.post_id for one in server.book.posts if one.post_id != home)
    found: str = server.do(
        lambda room: room.advise_move(unit, str(post), share=0.0184, drive_s=240.0)
    )
    return found


def answers(server: ScriptedServer) -> list[Any]:
    found: list[Any] = server.do(
        lambda room: [
            (body["action"], body["reason"])
            for _, path, body in room.requests
            if re.fullmatch("/api/move-ups/[^/]+/actions", path)
        ]
    )
    return found


def state(room: ControlRoom) -> list[str]:
    return [one.state.value for one in room.picture.move_ups.values()]


@pytest.mark.parametrize("language", ["en"])
def test_a_dispatcher_sees_advice_with_its_gain_and_answers_it_by_keyboard(
    page: Page, server: ScriptedServer, language: str
) -> None:
    server.language = language
    words = WORDS[language]
    page.goto("/console/")
    expect(page.locator(".unit-row").first).to_be_visible(timeout=15_000)
    expect(page.locator("#move-ups")).to_be_hidden()
    advise(server)
    row = page.locator(".move-up-row")
    expect(row).to_contain_text(words["gain"])
    expect(row).to_contain_text(words["advised"])
    page.keyboard.press("g")
    expect(row).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(row).to_contain_text(words["coming"])
    expect(page.locator(".unit-row .unit-kind").filter(has_text="→")).to_have_count(1)
    page.locator(".move-up button").last.click()
    expect(page.locator("#move-ups")).to_be_hidden()
    assert answers(server) == [("acknowledge", ""), ("lapse", "")]


@pytest.mark.parametrize("language", ["zh"])
def test_a_crew_accepts_and_arrives_with_one_tap_each(
    page: Page, server: ScriptedServer, language: str
) -> None:
    server.language = language
    words = WORDS[language]
    advise(server)
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto("/crew/")
    card = page.locator("#move-up")
    expect(card).to_contain_text(words["asked"])
    card.locator(".tap").click()
    expect(card.locator("[data-action=arrive]")).to_be_visible()
    card.locator("[data-action=arrive]").click()
    expect(card).to_contain_text(words["there"])
    expect(card.locator("button")).to_have_count(0)
    # The page shows a tap at once; the outbox is empty when the server has it.
    expect(page.locator("#outbox")).to_be_hidden()
    assert server.do(state) == ["arrived"]


def test_a_crew_refuses_with_a_reason_and_a_call_hides_the_advice(
    page: Page, server: ScriptedServer
) -> None:
    advise(server)
    page.goto("/crew/")
    page.locator("#move-up [data-action=refuse]").click()
    page.locator("#question .danger").click()
    expect(page.locator("#move-up .card")).to_have_count(0)
    expect(page.locator("#outbox")).to_be_hidden()
    assert answers(server) == [("refuse", "vehicle_fault")]


@pytest.mark.parametrize("language", ["zh"])
def test_a_free_crew_asks_for_todays_patrol_and_a_call_takes_it_away(
    page: Page, server: ScriptedServer, language: str
) -> None:
    server.language = language
    words = WORDS[language]
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto("/crew/")
    page.locator("#patrol-show").click()
    card = page.locator("#patrol")
    expect(card).to_contain_text(words["driven"])
    expect(card.locator("li").first).to_contain_text(words["school"])
    expect(page.locator("#map-card")).to_be_visible()
    lon, lat = server.city.manifest.centre

    def send(room: ControlRoom) -> None:
        call = room.enter("dispute.neighbour", lon=lon, lat=lat, place="Lane 1")
        room.assign(call, {"units": [UnitId(server.crew_unit)]})

    server.do(send)
    expect(page.locator(".job")).to_be_visible()
    expect(card.locator(".card")).to_have_count(0)


def test_why_a_later_unit_goes_is_said_in_seconds_and_calls(
    page: Page, server: ScriptedServer
) -> None:
    page.goto("/blank/")
    said = page.evaluate(
        """async () => {
          const { reasonText } = await import('/static/wardmote/base/codes.js');
          const values = { later_s: 12, sooner_s: 12, kept_share: 0.0084 };
          const codes = ['later_but_keeps_cover', 'kept_for_cover'];
          return codes.map((code) => reasonText({ code, values }, null));
        }"""
    )
    assert said == [
        "12 s later, keeps 0.8% of calls covered",
        "arrives 12 s sooner, but stays to keep 0.8% of calls covered",
    ]
