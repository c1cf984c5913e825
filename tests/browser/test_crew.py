"""The crew's phone: one tap a step, with and without a connection, tracked only on duty."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.control_room import ControlRoom
from tests.browser.scripted_server import ScriptedServer
from tests.browser.waiting import wait_until

from wardmote.core.domain.ids import AssignmentId, UnitId

pytestmark = pytest.mark.browser


def give_job(server: ScriptedServer) -> str:
    """The crew's unit is sent to a call; the assignment's id."""
    lon, lat = server.city.manifest.centre

    def send(room: ControlRoom) -> str:
        incident = room.enter(
            "dispute.neighbour", lon=lon, lat=lat, place="Taiping Lane 14", note="shouting"
        )
        return room.assign(incident, {"units": [UnitId(server.crew_unit)]})[0]

    found: str = server.do(send)
    return found


def requests_to(server: ScriptedServer, pattern: str) -> list[Any]:
    found: list[Any] = server.do(
        lambda room: [body for _, path, body in room.requests if re.fullmatch(pattern, path)]
    )
    return found


def open_crew(page: Page) -> None:
    page.goto("/crew/")
    expect(page.locator("#duty")).to_be_visible()


def wait_for_worker(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    wait_until(page, "navigator.serviceWorker.controller !== null")


def test_each_step_of_a_job_is_one_tap(page: Page, server: ScriptedServer) -> None:
    assignment = give_job(server)
    open_crew(page)
    expect(page.locator(".job")).to_contain_text("Taiping Lane 14")
    for tap, then in (
        ("Acknowledge", "En route"),
        ("En route", "Arrived"),
        ("Arrived", "Feedback"),
    ):
        page.locator(".tap", has_text=tap).click()
        expect(page.locator(".tap")).to_have_text(then)
    page.locator(".tap").click()
    page.get_by_role("button", name="Report").click()
    expect(page.locator(".tap")).to_have_text("Clear")
    page.locator(".tap").click()
    expect(page.locator(".no-job")).to_be_visible()
    expect(page.locator("#outbox")).to_be_hidden()
    bodies = requests_to(server, f"/api/assignments/{assignment}/actions")
    assert [body["action"] for body in bodies] == [
        "acknowledge",
        "depart",
        "arrive",
        "report",
        "clear",
    ]
    assert bodies[3]["feedback"]


def test_taps_without_a_connection_are_sent_once_when_it_is_back(
    page: Page, context: BrowserContext, server: ScriptedServer
) -> None:
    assignment = give_job(server)
    open_crew(page)
    expect(page.locator(".tap")).to_have_text("Acknowledge")
    context.set_offline(True)
    page.locator(".tap").click()
    expect(page.locator(".tap")).to_have_text("En route")
    page.locator(".tap").click()
    expect(page.locator(".tap")).to_have_text("Arrived")
    expect(page.locator("#connection")).to_contain_text("Data as of 06:26")
    expect(page.locator("#outbox")).to_contain_text("2 taps wait for a connection")
    assert requests_to(server, "/api/assignments/.*") == []
    context.set_offline(False)
    expect(page.locator("#outbox")).to_be_hidden()
    expect(page.locator("#connection")).to_be_hidden()
    bodies = requests_to(server, f"/api/assignments/{assignment}/actions")
    assert [body["action"] for body in bodies] == ["acknowledge", "depart"]
    assert bodies[0]["device_s"] <= bodies[1]["device_s"]
    state = server.do(lambda room: room.picture.assignments[AssignmentId(assignment)].state)
    assert state == "en_route"


def test_the_page_opens_without_a_connection_and_keeps_the_job(
    page: Page, context: BrowserContext, server: ScriptedServer
) -> None:
    give_job(server)
    open_crew(page)
    wait_for_worker(page)
    expect(page.locator(".job")).to_contain_text("Taiping Lane 14")
    context.set_offline(True)
    page.reload()
    expect(page.locator(".job")).to_contain_text("Taiping Lane 14")
    expect(page.locator("#connection")).to_contain_text("Data as of 06:26")
    page.locator(".tap").click()
    expect(page.locator("#outbox")).to_contain_text("1 tap waits for a connection")
    page.reload()
    expect(page.locator(".tap")).to_have_text("En route")
    context.set_offline(False)
    expect(page.locator("#outbox")).to_be_hidden()
    assert len(requests_to(server, "/api/assignments/.*")) == 1


def test_a_refused_tap_is_told(page: Page, context: BrowserContext, server: ScriptedServer) -> None:
    assignment = give_job(server)
    open_crew(page)
    context.set_offline(True)
    page.locator(".tap").click()
    expect(page.locator("#outbox")).to_be_visible()
    server.do(lambda room: room.act(assignment, {"action": "cancel"}))  # type: ignore[arg-type]
    context.set_offline(False)
    expect(page.locator("#question")).to_contain_text("Not accepted: Acknowledge")
    page.keyboard.press("Escape")
    expect(page.locator(".no-job")).to_be_visible()


def test_the_position_is_sent_only_on_duty_and_the_page_says_so(
    page: Page, context: BrowserContext, server: ScriptedServer
) -> None:
    lon, lat = server.city.manifest.centre
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 8})
    open_crew(page)
    note = page.locator(".position-note")
    expect(note).to_have_text("On duty: your position is sent to the dispatchers.")
    sent = requests_to(server, "/live/positions")
    assert sent[0]["fixes"][0]["unit"] == server.crew_unit
    page.locator("#duty").click()
    expect(note).to_have_text("Off duty: your position is not sent.")
    expect(page.locator("#outbox")).to_be_hidden()
    count = len(requests_to(server, "/live/positions"))
    context.set_geolocation({"longitude": lon + 0.01, "latitude": lat, "accuracy": 8})
    page.reload()
    expect(note).to_have_text("Off duty: your position is not sent.")
    assert len(requests_to(server, "/live/positions")) == count


def test_a_new_job_is_announced(page: Page, server: ScriptedServer) -> None:
    open_crew(page)
    expect(page.locator(".no-job")).to_be_visible()
    give_job(server)
    expect(page.locator("#announcer")).to_contain_text(
        "New job: Neighbour dispute, Taiping Lane 14"
    )


PICTURE_WIDTH = """(source) => new Promise((done, failed) => {
    const picture = new Image();
    picture.onload = () => done(picture.naturalWidth);
    picture.onerror = () => failed(new Error(source));
    picture.src = source;
})"""


def test_the_page_can_be_installed(page: Page, server: ScriptedServer) -> None:
    open_crew(page)
    href = page.locator("link[rel=manifest]").get_attribute("href")
    manifest = page.evaluate("(href) => fetch(href).then((answer) => answer.json())", href)
    assert manifest["start_url"] == "/crew/"
    assert manifest["display"] == "standalone"
    kinds = {(one["sizes"], one["type"], one["purpose"]) for one in manifest["icons"]}
    assert kinds == {
        ("any", "image/svg+xml", "any"),
        *(
            (f"{size}x{size}", "image/png", use)
            for size in (192, 512)
            for use in ("any", "maskable")
        ),
    }
    apple = page.locator("link[rel=apple-touch-icon]").get_attribute("href")
    for source, side in [(apple, 180), *((one["src"], None) for one in manifest["icons"])]:
        width = page.evaluate(PICTURE_WIDTH, source)
        assert width == side or (side is None and width > 0), source
    for one in manifest["icons"]:
        if one["type"] == "image/png":
            assert page.evaluate(PICTURE_WIDTH, one["src"]) == int(one["sizes"].split("x")[0])
    assert (
        page.evaluate("navigator.serviceWorker.ready.then((one) => new URL(one.scope).pathname)")
        == "/crew/"
    )
