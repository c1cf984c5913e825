"""The stream takes up where it was cut: nothing missed, nothing twice, and the page says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.control_room import ControlRoom
from tests.browser.scripted_server import ScriptedServer
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.browser

FOLLOW = """async () => {
    const { BoardStream } = await import('/static/wardmote/live/stream.js');
    const { plainBoard } = await import('/static/wardmote/live/board.js');
    const stream = new BoardStream({ now: () => 0 });
    globalThis.seen = [];
    globalThis.boards = 0;
    globalThis.connections = [];
    stream.addEventListener('change', ({ detail }) => seen.push(detail.event.seq));
    stream.addEventListener('board', () => { boards += 1; });
    stream.addEventListener('connection', ({ detail }) => connections.push(detail.connected));
    globalThis.theBoard = () => plainBoard(stream.board);
    await stream.start();
}"""


def enter_calls(room: ControlRoom, count: int) -> None:
    for _ in range(count):
        room.enter("help.other", lon=111.4, lat=27.1, rank=1)


def follow(page: Page) -> None:
    page.goto("/blank/")
    page.evaluate(FOLLOW)
    wait_until(page, "connections.includes(true)")


def test_a_cut_connection_is_taken_up_behind_the_last_event(
    page: Page, server: ScriptedServer
) -> None:
    follow(page)
    start = server.do(lambda room: len(room.journal))
    server.do(lambda room: enter_calls(room, 2))
    middle = server.do(lambda room: len(room.journal))
    wait_until(page, "(seq) => seen.at(-1) === seq", middle)
    server.drop_streams()
    server.do(lambda room: enter_calls(room, 3))
    end = server.do(lambda room: len(room.journal))
    wait_until(page, "(seq) => seen.at(-1) === seq", end)
    assert page.evaluate("seen") == list(range(start + 1, end + 1))
    assert page.evaluate("boards") == 1


def test_events_that_come_twice_count_once(page: Page, server: ScriptedServer) -> None:
    follow(page)
    server.do(lambda room: enter_calls(room, 1))

    def repeat(room: ControlRoom) -> int:
        for event in room.journal[-6:]:
            room.publish("journal", event["seq"], event)
        enter_calls(room, 1)
        return len(room.journal)

    end = server.do(repeat)
    wait_until(page, "(seq) => seen.at(-1) === seq", end)
    seen = page.evaluate("seen")
    assert seen == sorted(set(seen))
    assert page.evaluate("theBoard().seq") == end


def test_resync_fetches_the_board_again(page: Page, server: ScriptedServer) -> None:
    follow(page)
    server.do(lambda room: room.publish("resync", None, {}))
    wait_until(page, "boards === 2")


def test_a_call_that_comes_back_is_fetched(page: Page, server: ScriptedServer) -> None:
    follow(page)
    data = {"incident": "gone", "action": "reopen", "before": "closed", "after": "routed"}
    envelope = {"seq": 10_000, "type": "incident.moved", "version": 1, "occurred_s": 0}
    rest = {"recorded_s": 0, "actor": "s1", "area": "0"}
    message = {**envelope, **rest, "data": {**data, "reason": "", "disposition": None}}
    server.do(lambda room: room.publish("journal", None, message))
    wait_until(page, "boards === 2")


def test_the_banner_says_how_old_the_picture_is(page: Page, server: ScriptedServer) -> None:
    page.goto("/console/")
    expect(page.locator("#totals")).to_contain_text("open")
    server.down = True
    server.drop_streams()
    banner = page.locator("#connection")
    expect(banner).to_have_text("No connection. Data as of 06:26. Trying again…")
    server.down = False
    expect(banner).to_be_hidden(timeout=15_000)
    server.do(lambda room: room.enter("help.other", lon=111.4, lat=27.1))
    expect(page.locator(".queue-row")).to_have_count(1)
