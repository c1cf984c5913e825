"""Folding the journal in the browser gives the board that the server would send."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.control_room import ControlRoom, RefusedError
from tests.browser.scripted_server import ScriptedServer

from wardmote.core.domain.assignment import AssignmentAction
from wardmote.core.domain.dispatch_events import AlarmEnded, RecommendationRequested
from wardmote.core.domain.ids import IncidentId, PostId
from wardmote.core.domain.incident import IncidentAction, IncidentState, Priority
from wardmote.core.domain.incident_events import (
    IncidentAlarmLevel,
    IncidentClassified,
    IncidentLinked,
    IncidentLocated,
    IncidentUnlinked,
)
from wardmote.core.domain.move_up import MOVE_UP_LIFE_CYCLE, MoveUpAction
from wardmote.core.domain.move_up_events import MoveUpAdvised, MoveUpMoved
from wardmote.core.domain.place_events import ClosureSet
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.unit_events import UnitAvailability, UnitStationed

pytestmark = pytest.mark.browser

FOLD = """async ([snapshot, events]) => {
    const { boardFrom, fold, plainBoard } = await import('/static/wardmote/live/board.js');
    const board = boardFrom(snapshot);
    for (const event of events) { fold(board, event); fold(board, event); }
    return plainBoard(board);
}"""
PARTS = ("incidents", "units", "assignments", "alarms", "closures", "move_ups")


def without_text(board: dict[str, Any]) -> dict[str, Any]:
    """The board without what the journal does not carry."""
    kept = {part: [dict(row) for row in board[part]] for part in PARTS}
    for row in kept["incidents"]:
        row.pop("place")
    return {"seq": board["seq"], **kept}


def live_a_little(room: ControlRoom, chance: random.Random, steps: int) -> None:
    """Random but possible days of a control room."""
    for _ in range(steps):
        room.now_s += chance.uniform(0.5, 40)
        try:
            chance.choice(STEPS)(room, chance)
        except RefusedError:
            continue


def some(chance: random.Random, items: Any) -> Any:
    found = sorted(items)
    if not found:
        raise RefusedError(409, "nothing to choose from")
    return chance.choice(found)


def enter(room: ControlRoom, chance: random.Random) -> None:
    placed = chance.random() < 0.8
    room.enter(
        chance.choice(["dispute.neighbour", "offence.criminal.theft"]),
        priority=chance.randint(1, 4),
        lon=111.4 if placed else None,
        lat=27.1 if placed else None,
        place="somewhere",
        rank=chance.randint(0, 3),
    )


def amend(room: ControlRoom, chance: random.Random) -> None:
    incident = some(chance, room.picture.incidents)
    if chance.random() < 0.5:
        room.record(
            IncidentClassified(
                incident, "traffic.jam", Priority(chance.randint(1, 4)), "new_information"
            )
        )
    else:
        room.record(IncidentLocated(incident, 111.3, 27.2, PlaceClass.KEY_PLACE, None))


def raise_level(room: ControlRoom, chance: random.Random) -> None:
    incident = some(chance, room.picture.incidents)
    room.record(RecommendationRequested(incident))
    room.record(IncidentAlarmLevel(incident, chance.randint(1, 3), "new_information"))


def link(room: ControlRoom, chance: random.Random) -> None:
    incident = some(chance, room.picture.incidents)
    if room.picture.incidents[incident].primary:
        room.record(
            IncidentUnlinked(incident, IncidentId(room.picture.incidents[incident].primary or ""))
        )
    else:
        room.record(IncidentLinked(incident, some(chance, room.picture.incidents)))


def send(room: ControlRoom, chance: random.Random) -> None:
    incident = some(chance, room.picture.incidents)
    free = [key for key, unit in room.picture.units.items() if unit.on_duty]
    mode = chance.choice(["assign", "assign", "reserve", "stack"])
    state = room.picture.incidents[incident].state
    if mode == "assign" and state is IncidentState.ENTERED:
        raise RefusedError(409, "not routed")
    room.assign(incident, {"units": [some(chance, free)], "mode": mode})


def tap(room: ControlRoom, chance: random.Random) -> None:
    assignment = some(chance, room.picture.assignments)
    action = chance.choice(list(AssignmentAction))
    if action is AssignmentAction.ASSIGN:
        raise RefusedError(409, "the dispatcher does this")
    before = room.picture.incidents[room.picture.assignments[assignment].incident].state
    if before is not IncidentState.IN_PROGRESS:
        raise RefusedError(409, "not in progress")
    room.act(assignment, {"action": action, "device_s": room.now_s - chance.uniform(0, 30)})


def move(room: ControlRoom, chance: random.Random) -> None:
    incident = some(chance, room.picture.incidents)
    action = chance.choice([IncidentAction.CLOSE, IncidentAction.CANCEL, IncidentAction.ROUTE])
    room.move_incident(incident, action, "", "advised" if action is IncidentAction.CLOSE else None)


def alarm(room: ControlRoom, chance: random.Random) -> None:
    if room.picture.alarms and chance.random() < 0.4:
        key = some(chance, room.picture.alarms)
        room.record(AlarmEnded(key, room.picture.alarms[key].incident, "answered"))
    else:
        room.raise_alarm(
            some(chance, room.picture.incidents), "unassigned", chance.choice(["warn", "alarm"])
        )


def duty(room: ControlRoom, chance: random.Random) -> None:
    key = some(chance, room.picture.units)
    unit = room.picture.units[key]
    if not unit.on_duty:
        room.set_duty(key, {"on_duty": True})
    elif unit.active is None and not unit.stack:
        room.set_duty(key, {"on_duty": False})
    else:
        room.record(UnitAvailability(key, chance.random() < 0.5, "meal"))
        room.record(UnitStationed(key, PostId(chance.choice(["p1", "p2"]))))


def closure(room: ControlRoom, chance: random.Random) -> None:
    room.record(ClosureSet(f"k{chance.randint(1, 3)}", (4, 5), chance.random() < 0.6))


def move_up(room: ControlRoom, chance: random.Random) -> None:
    unit = some(chance, room.picture.units)
    living = {one.unit: one for one in room.picture.move_ups.values()}
    if unit not in living:
        name = f"m{len(room.journal)}"
        share = chance.random() / 10
        room.record(
            MoveUpAdvised(name, unit, None, PostId("p1"), share, 60.0, "fills_a_gap", "t/1")
        )
        return
    known = living[unit]
    action = chance.choice(list(MoveUpAction))
    after = MOVE_UP_LIFE_CYCLE.table.get((known.state, action))
    if after is None:
        raise RefusedError(409, "not possible now")
    room.record(MoveUpMoved(known.move_up, unit, action, after, ""))


STEPS = (
    enter,
    enter,
    amend,
    raise_level,
    link,
    send,
    send,
    tap,
    tap,
    tap,
    move,
    alarm,
    duty,
    closure,
    move_up,
)


@pytest.mark.parametrize("seed", range(8))
def test_folding_equals_fetching_again(page: Page, server: ScriptedServer, seed: int) -> None:
    chance = random.Random(seed)
    room = ControlRoom(server.book)
    room.units_on_duty()
    live_a_little(room, chance, 40)
    before = room.board()
    live_a_little(room, chance, 400)
    page.goto("/blank/")
    folded = page.evaluate(FOLD, [before, room.journal[before["seq"] :]])
    assert without_text(folded) == without_text(room.board())


def test_folding_from_the_first_event_equals_fetching(page: Page, server: ScriptedServer) -> None:
    room = ControlRoom(server.book)
    empty = room.board()
    room.units_on_duty()
    live_a_little(room, random.Random(99), 200)
    page.goto("/blank/")
    folded = page.evaluate(FOLD, [empty, room.journal])
    assert without_text(folded) == without_text(room.board())
