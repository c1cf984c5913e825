from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.unit.web.live.asgi_driver import Call, ask, open_call

from wardmote.core.domain.assignment import AssignmentState
from wardmote.core.domain.dispatch_events import AssignmentMoved
from wardmote.core.domain.events import Event, Payload
from wardmote.core.domain.ids import AreaId, AssignmentId, EventId, IncidentId, UnitId
from wardmote.core.domain.incident_events import IncidentNoted
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.unit_events import UnitOffDuty
from wardmote.operations.access.selectors import EVERY_UNIT, Device
from wardmote.operations.journal import bus, clock
from wardmote.web.live import subscriptions
from wardmote.web.live.application import LiveApplication
from wardmote.web.live.exchange import Exchange
from wardmote.web.live.fixes import Fix
from wardmote.web.live.hub import MAX_HISTORY, Hub, JournalSource
from wardmote.web.live.positions import MAX_WAITING, PositionPipeline
from wardmote.web.live.reporting import PositionDesk
from wardmote.web.live.sessions import Sessions
from wardmote.web.live.sight import sight_of
from wardmote.web.live.threads import DatabaseThreads

COUNTY = AreaId("430521000000")
OTHER = AreaId("430522000000")
DISPATCHER = Viewer("d1", (RoleInArea(Role.DISPATCHER, COUNTY),))
CREW = Viewer("c1", (RoleInArea(Role.CREW, COUNTY),), frozenset({"u1"}))


@pytest.fixture(autouse=True)
def machine_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "_anchor", None)
    monkeypatch.setattr(clock, "_loaded", True)
    yield
    clock.forget()


@dataclass
class Journal:
    """A journal in memory."""

    events: list[Event] = field(default_factory=list)
    reads: int = 0

    def add(self, payload: Payload, area: AreaId = COUNTY) -> int:
        seq = len(self.events) + 1
        self.events.append(Event(seq, EventId(str(seq)), 1.0, 1.0, "s", area, payload))
        bus.publish(seq)
        return seq

    def note(self, call: str = "c1", area: AreaId = COUNTY) -> int:
        return self.add(IncidentNoted(IncidentId(call), "n"), area)

    def source(self) -> JournalSource:
        def after(seq: int, limit: int) -> list[Event]:
            self.reads += 1
            return self.events[seq : seq + limit]

        return JournalSource(
            last_seq=lambda: len(self.events),
            events_after=after,
            on_duty=lambda: [("u1", COUNTY), ("u2", COUNTY), ("u3", OTHER)],
            sent=lambda: [("c7", "u1")],
        )


class Door(Sessions):
    """Lets in whoever the cookie names."""

    def __init__(self) -> None:
        self.inside = {"dispatcher": DISPATCHER, "crew": CREW}
        self.tokens = {
            "gateway": Device(EVERY_UNIT, COUNTY, 1e12),
            "one": Device(UnitId("u2"), COUNTY, 1e12),
        }

    async def viewer(self, exchange: Exchange) -> Viewer | None:
        return self.inside.get(exchange.cookies().get("sessionid", ""))

    async def device(self, exchange: Exchange) -> Device | None:
        return self.tokens.get(exchange.header(b"authorization").removeprefix("Bearer "))


class Board:
    def __init__(self) -> None:
        self.taken: list[Fix] = []

    def take(self, fixes: Any) -> None:
        self.taken.extend(fixes)

    def offer(self, fixes: Any) -> None:
        pass

    def flush(self) -> None:
        pass


@dataclass
class Stage:
    journal: Journal
    hub: Hub
    door: Door
    app: LiveApplication
    pipeline: PositionPipeline
    board: Board

    def follow(self, who: str = "dispatcher", query: str = "", last: str = "") -> Call:
        headers = {"cookie": f"sessionid={who}"}
        if last:
            headers["last-event-id"] = last
        return open_call(self.app, "/live/events", query=query, headers=headers)


def play(scene: Callable[[Stage], Awaitable[None]], journal: Journal | None = None) -> None:
    async def run() -> None:
        kept = journal or Journal()
        threads = DatabaseThreads("test-live", 1)
        hub = Hub(kept.source(), threads)
        board = Board()
        pipeline = PositionPipeline(board, board)
        pipeline.start()
        door = Door()
        desk = PositionDesk(hub, door, pipeline)
        app = LiveApplication(hub, door, desk, threads, None, lambda: {"ok": True})
        await hub.start()
        telling = asyncio.create_task(desk.tell_positions())
        try:
            await scene(Stage(kept, hub, door, app, pipeline, board))
        finally:
            telling.cancel()
            await hub.stop()
            pipeline.stop()
            threads.close()

    asyncio.run(run())


def seqs(call: Call) -> list[int]:
    return [data["seq"] for kind, data in messages(call) if kind == "journal"]


def messages(call: Call) -> list[tuple[str, Any]]:
    found = []
    for part in bytes(call.body).decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in part.splitlines() if not line.startswith(":"))
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_a_reader_gets_the_clock_at_once_and_each_event_once() -> None:
    async def scene(stage: Stage) -> None:
        call = stage.follow()
        await call.until(lambda: b"event: clock" in call.body)
        for _ in range(20):
            stage.journal.note()
        await call.until(lambda: len(seqs(call)) >= 20)
        assert seqs(call) == list(range(1, 21))
        assert call.headers["content-type"].startswith("text/event-stream")
        await call.leave()
        assert stage.hub.followers == 0

    play(scene)


def test_a_reader_that_comes_back_misses_nothing_and_gets_nothing_twice() -> None:
    async def scene(stage: Stage) -> None:
        first = stage.follow(query="after=0")
        for _ in range(5):
            stage.journal.note()
        await first.until(lambda: len(seqs(first)) == 5)
        await first.leave()
        for _ in range(5):
            stage.journal.note()
        again = stage.follow(query="after=0", last="5")
        stage.journal.note()
        await again.until(lambda: len(seqs(again)) >= 6)
        assert seqs(again) == [6, 7, 8, 9, 10, 11]
        await again.leave()

    play(scene)


def test_events_written_while_a_reader_catches_up_come_exactly_once() -> None:
    async def scene(stage: Stage) -> None:
        calls = []
        for _ in range(40):
            stage.journal.note()
            calls.append(stage.follow(query="after=0"))
            await asyncio.sleep(0)
        stage.journal.note()
        for call in calls:
            await call.until(lambda call=call: len(seqs(call)) >= 41)  # type: ignore[misc]  # default of a lambda
            assert seqs(call) == list(range(1, 42))
            await call.leave()

    play(scene)


def test_history_from_before_the_start_is_read_from_the_journal() -> None:
    journal = Journal()
    for _ in range(30):
        journal.note()

    async def scene(stage: Stage) -> None:
        call = stage.follow(query="after=10")
        await call.until(lambda: len(seqs(call)) >= 20)
        assert seqs(call) == list(range(11, 31))
        await call.leave()

    play(scene, journal)


def test_a_board_newer_than_the_stream_is_not_told_what_it_knows() -> None:
    async def scene(stage: Stage) -> None:
        stage.journal.events.append(
            Event(1, EventId("1"), 1.0, 1.0, "s", COUNTY, IncidentNoted(IncidentId("c"), "n"))
        )
        call = stage.follow(query="after=1")
        await call.until(lambda: b"event: clock" in call.body)
        stage.journal.note()
        await call.until(lambda: bool(seqs(call)))
        assert seqs(call) == [2]
        assert b"resync" not in call.body
        await call.leave()

    play(scene)


@pytest.mark.parametrize("after", [MAX_HISTORY + 50, 0])
def test_a_reader_too_far_away_fetches_the_board_again(after: int) -> None:
    journal = Journal()
    for _ in range(MAX_HISTORY + 1):
        journal.note()

    async def scene(stage: Stage) -> None:
        call = stage.follow(query=f"after={after}")
        await call.until(lambda: b"event: resync" in call.body)
        stage.journal.note()
        await call.until(lambda: bool(seqs(call)))
        assert seqs(call) == [MAX_HISTORY + 2]
        await call.leave()

    play(scene, journal)


def test_readers_see_only_their_areas_and_crew_only_their_own() -> None:
    async def scene(stage: Stage) -> None:
        dispatcher, crew = stage.follow(), stage.follow("crew")
        for call in (dispatcher, crew):
            await call.until(lambda call=call: b"event: clock" in call.body)  # type: ignore[misc]  # default of a lambda
        stage.journal.note("c1")
        stage.journal.note("c2", OTHER)
        stage.journal.add(
            AssignmentMoved(
                AssignmentId("a"),
                IncidentId("c1"),
                UnitId("u1"),
                None,
                AssignmentState.ASSIGNED,
                0,
                "",
                None,
            )
        )
        stage.journal.note("c1")
        stage.journal.note("c7")
        stage.journal.add(UnitOffDuty(UnitId("u2")))
        stage.journal.add(UnitOffDuty(UnitId("u1")))
        await dispatcher.until(lambda: 7 in seqs(dispatcher))
        await crew.until(lambda: 7 in seqs(crew))
        assert seqs(dispatcher) == [1, 3, 4, 5, 6, 7]
        assert seqs(crew) == [3, 4, 5, 7]
        await dispatcher.leave()
        await crew.leave()

    play(scene)


def test_a_ranking_goes_to_those_who_see_the_call_and_not_to_crews() -> None:
    async def scene(stage: Stage) -> None:
        dispatcher, crew = stage.follow(), stage.follow("crew")
        for call in (dispatcher, crew):
            await call.until(lambda call=call: b"event: clock" in call.body)  # type: ignore[misc]  # default of a lambda
        for area, incident in ((OTHER, "c2"), (COUNTY, "c1")):
            await asyncio.to_thread(
                stage.hub.tell_recommendation, area, {"incident": incident, "lines": []}
            )
        stage.journal.add(UnitOffDuty(UnitId("u1")))
        await dispatcher.until(lambda: bool(seqs(dispatcher)))
        await crew.until(lambda: bool(seqs(crew)))
        told = [data["incident"] for kind, data in messages(dispatcher) if kind == "recommendation"]
        assert told == ["c1"]
        assert b"event: recommendation" not in crew.body
        await dispatcher.leave()
        await crew.leave()

    play(scene)


def test_a_slow_reader_is_told_to_start_afresh_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(subscriptions, "MAX_FRAMES", 10)

    async def scene(stage: Stage) -> None:
        subscription = stage.hub.subscribe(sight_of(DISPATCHER), behind=0)
        for _ in range(25):
            stage.journal.note()
        while stage.hub.head < 25:
            await asyncio.sleep(0)
        waiting = await subscription.next_bytes(1.0)
        assert waiting.startswith(b"event: resync")
        assert waiting.count(b"event: journal") <= 10
        assert subscription.resyncs >= 1
        stage.hub.unsubscribe(subscription)

    play(scene)


def test_nobody_follows_without_a_session_and_bad_positions_are_refused() -> None:
    async def scene(stage: Stage) -> None:
        stranger = await ask(stage.app, "/live/events")
        assert stranger.status == 401
        assert set(json.loads(bytes(stranger.body))) == {"code", "message"}
        headers = {"cookie": "sessionid=dispatcher"}
        bad = await ask(stage.app, "/live/events", query="after=-1", headers=headers)
        assert bad.status == 400

    play(scene)


def test_streams_end_when_the_server_stops() -> None:
    async def scene(stage: Stage) -> None:
        call = stage.follow()
        await call.until(lambda: b"event: clock" in call.body)
        stage.hub.end()
        await call.until(lambda: call.complete)

    play(scene)


def test_other_addresses_methods_and_hosts_are_refused() -> None:
    async def scene(stage: Stage) -> None:
        assert (await ask(stage.app, "/live/nothing")).status == 404
        refused = await ask(stage.app, "/live/events", method="POST")
        assert (refused.status, refused.headers["allow"]) == (405, "GET")
        foreign = await ask(stage.app, "/live/health", headers={"host": "evil.example"})
        assert foreign.status == 400
        assert (await ask(stage.app, "/live/health")).status == 200

    play(scene)


# --- positions -------------------------------------------------------------------------------


def _batch(*units: str, fix_s: float | None = None) -> bytes:
    at_s = clock.now_s() if fix_s is None else fix_s
    return json.dumps(
        {"fixes": [{"unit": unit, "lon": 111.0, "lat": 27.0, "fix_s": at_s} for unit in units]}
    ).encode()


async def _report(stage: Stage, body: bytes, **headers: str) -> Call:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await ask(stage.app, "/live/positions", method="POST", body=body, headers=named)


def test_positions_reach_the_board_and_those_who_may_see_the_unit() -> None:
    async def scene(stage: Stage) -> None:
        dispatcher, crew = stage.follow(), stage.follow("crew")
        for call in (dispatcher, crew):
            await call.until(lambda call=call: b"event: clock" in call.body)  # type: ignore[misc]  # default of a lambda
        sent = await _report(stage, _batch("u1", "u2", "u3"), authorization="Bearer gateway")
        assert sent.status == 202
        assert json.loads(bytes(sent.body)) == {
            "accepted": 2,
            "refused": [{"index": 2, "reason": "not_yours"}],
        }
        for call, units in ((dispatcher, ["u1", "u2"]), (crew, ["u1"])):
            await call.until(lambda call=call: b"event: positions" in call.body)  # type: ignore[misc]  # default of a lambda
            told = next(data for kind, data in messages(call) if kind == "positions")
            assert told["units"] == units
            assert set(told) == {"at_s", "units", "lon", "lat", "heading", "fix_s"}
            await call.leave()
        assert {fix.unit for fix in stage.board.taken} == {"u1", "u2"}

    play(scene)


def test_a_token_reports_for_its_own_unit_alone_and_a_crew_for_its_own() -> None:
    async def scene(stage: Stage) -> None:
        by_token = await _report(stage, _batch("u2", "u1"), authorization="Bearer one")
        assert json.loads(bytes(by_token.body))["accepted"] == 1
        by_crew = await _report(
            stage, _batch("u1", "u2"), cookie="sessionid=crew", content_type="application/json"
        )
        assert json.loads(bytes(by_crew.body))["accepted"] == 1
        by_dispatcher = await _report(
            stage, _batch("u1"), cookie="sessionid=dispatcher", content_type="application/json"
        )
        assert json.loads(bytes(by_dispatcher.body))["accepted"] == 0

    play(scene)


def test_another_sites_page_cannot_report_with_a_session() -> None:
    async def scene(stage: Stage) -> None:
        cookie = "sessionid=crew"
        form = await _report(stage, _batch("u1"), cookie=cookie, content_type="text/plain")
        assert form.status == 403
        foreign = await _report(
            stage,
            _batch("u1"),
            cookie=cookie,
            content_type="application/json",
            origin="https://evil.example",
        )
        assert foreign.status == 403
        assert (await _report(stage, _batch("u1"))).status == 401

    play(scene)


def test_a_full_queue_tells_the_sender_to_come_back_and_takes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scene(stage: Stage) -> None:
        monkeypatch.setattr(stage.pipeline, "_waiting", MAX_WAITING)
        full = await _report(stage, _batch("u1"), authorization="Bearer gateway")
        assert (full.status, full.headers["retry-after"]) == (429, "1")
        monkeypatch.setattr(stage.pipeline, "_waiting", 0)
        taken = await _report(stage, _batch("u1"), authorization="Bearer gateway")
        assert json.loads(bytes(taken.body))["accepted"] == 1

    play(scene)


def test_a_body_that_cannot_be_read_or_is_too_large_is_refused() -> None:
    async def scene(stage: Stage) -> None:
        for body in (b"", b"[]", b"{", b'{"fixes": 3}'):
            assert (await _report(stage, body, authorization="Bearer gateway")).status == 422
        large = await _report(stage, b" " * (1024 * 1024 + 1), authorization="Bearer gateway")
        assert large.status == 413

    play(scene)
