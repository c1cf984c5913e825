"""A scripted control room: the state behind the test server.

It writes real journal events, folds them with the product's own fold and answers with its own
board, so that a page that disagrees with it disagrees with the product. Rankings, roads and
figures are scripted.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

from tests.browser.control_answers import Json, RefusedError, ranking_lines

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.assignment import (
    ASSIGNMENT_LIFE_CYCLE,
    AssignmentAction,
    AssignmentState,
)
from wardmote.core.domain.board import board_of
from wardmote.core.domain.dispatch_events import (
    AlarmRaised,
    AssignmentMoved,
    RecommendationMade,
    RecommendationOverridden,
    RecommendationRequested,
)
from wardmote.core.domain.events import REGISTRY, Event, Payload
from wardmote.core.domain.folding import apply
from wardmote.core.domain.ids import AssignmentId, EventId, IncidentId, PostId, UnitId
from wardmote.core.domain.incident import (
    INCIDENT_LIFE_CYCLE,
    FieldTime,
    IncidentAction,
    IncidentState,
    Priority,
)
from wardmote.core.domain.incident_events import (
    IncidentAlarmLevel,
    IncidentEntered,
    IncidentMoved,
    IncidentNoted,
    IncidentRouted,
    IncidentTimeStamped,
    RoutedTo,
)
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.move_up import MOVE_UP_LIFE_CYCLE, MoveUpAction
from wardmote.core.domain.move_up_events import MoveUpAdvised, MoveUpMoved
from wardmote.core.domain.picture import EMPTY_PICTURE, with_fleet
from wardmote.core.domain.place_events import ClosureSet
from wardmote.core.domain.places import PlaceBook, PlaceClass, UnitSpec
from wardmote.core.domain.unit_events import UnitOffDuty, UnitOnDuty
from wardmote.core.policies.routing import DestinationKind

START_S = 1_795_300_000.0


class ControlRoom:
    """Journal, picture and rows of a small room. Not safe for several threads at once."""

    def __init__(self, book: PlaceBook) -> None:
        self.book = book
        self.now_s = START_S
        self.journal: list[Json] = []
        self.picture = with_fleet(EMPTY_PICTURE, book.units)
        self.places: dict[IncidentId, str] = {}
        self.notes: dict[str, list[Json]] = {}
        self.rankings: dict[str, Json] = {}
        self.closed: dict[str, list[list[float]]] = {}
        self.links: list[tuple[str, str]] = []
        self.field_times: dict[str, list[Json]] = {}
        self.patrol: Json | None = None
        self.answers: dict[str, tuple[int, Any]] = {}
        self.requests: list[tuple[str, str, Any]] = []
        self.publish: Callable[[str, int | None, Json], None] = lambda *_: None
        self._serial = itertools.count(1)

    # --- the journal -------------------------------------------------------------------------

    def record(
        self, payload: Payload, *, actor: str = "s1", occurred_s: float | None = None
    ) -> None:
        """Append an event, fold it, tell the streams."""
        seq = len(self.journal) + 1
        occurred = self.now_s if occurred_s is None else occurred_s
        event = Event(seq, EventId(f"e{seq}"), occurred, self.now_s, actor, EVERYWHERE, payload)
        self.picture = apply(self.picture, event)
        name, version = REGISTRY.name_and_version(payload)
        message = {
            "seq": seq,
            "type": name,
            "version": version,
            "occurred_s": occurred,
            "recorded_s": self.now_s,
            "actor": actor,
            "area": EVERYWHERE,
            "data": REGISTRY.encode(payload),
        }
        self.journal.append(message)
        self.publish("journal", seq, message)

    def board(self) -> Json:
        """What ``GET /api/board`` answers."""
        return board_of(self.picture, server_s=self.now_s, place_of=self.places)

    def new_id(self, letter: str) -> str:
        """A fresh id."""
        return f"{letter}{next(self._serial):05d}"

    # --- units -------------------------------------------------------------------------------

    def units_on_duty(self) -> None:
        """Every unit comes on duty beside its post."""
        posts = {post.post_id: post for post in self.book.posts}
        for number, unit in enumerate(self.book.units):
            post = posts[unit.post]
            angle = number * 2.4
            lon, lat = post.lon + 0.004 * math.cos(angle), post.lat + 0.003 * math.sin(angle)
            self.come_on_duty(unit, lon, lat)

    def come_on_duty(self, unit: UnitSpec, lon: float, lat: float) -> None:
        """A unit comes on duty at a place."""
        self.record(
            UnitOnDuty(
                unit=unit.unit_id,
                call_sign=unit.call_sign,
                kind=unit.kind,
                post=unit.post,
                capabilities=unit.capabilities,
                seats=unit.seats,
                lon=lon,
                lat=lat,
            )
        )

    def set_duty(self, unit: UnitId, body: Json) -> Json:
        spec = next(one for one in self.book.units if one.unit_id == unit)
        if not body["on_duty"]:
            self.record(UnitOffDuty(unit))
            return {"changed": True}
        post = next(one for one in self.book.posts if one.post_id == spec.post)
        lon, lat = body.get("lon") or post.lon, body.get("lat") or post.lat
        self.come_on_duty(spec, lon, lat)
        return {"changed": True}

    # --- roads -------------------------------------------------------------------------------

    def close_road(self, points: list[list[float]]) -> str:
        """Close a short stretch through the first point, eastward."""
        closure = self.new_id("x")
        lon, lat = points[0]
        self.closed[closure] = [[lon - 0.001, lat], [lon + 0.001, lat]]
        self.record(ClosureSet(closure, (1,), closed=True))
        return closure

    def open_road(self, closure: str) -> Json:
        """Lift a closure."""
        if self.closed.pop(closure, None) is None:
            raise RefusedError(404, "This closure is over.")
        self.record(ClosureSet(closure, (1,), closed=False))
        return {"changed": True}

    # --- calls -------------------------------------------------------------------------------

    def enter(
        self,
        category: str,
        *,
        priority: int = 3,
        lon: float | None = None,
        lat: float | None = None,
        place: str = "",
        note: str = "",
        channel: str = "phone",
        received_s: float | None = None,
        place_class: PlaceClass = PlaceClass.CENTRE,
        rank: int = 4,
    ) -> IncidentId:
        """A call is taken down, routed, and units are recommended."""
        incident = IncidentId(self.new_id("i"))
        number = f"20261122-{len(self.places) + 1:04d}"
        self.places[incident] = place
        self.notes[incident] = []
        self.record(
            IncidentEntered(
                incident,
                number,
                category,
                Priority(priority),
                channel,
                lon,
                lat,
                place_class,
                None,
                False,
            )
        )
        received = self.now_s if received_s is None else received_s
        self.stamp(incident, FieldTime.RECEIVED, received)
        self.stamp(incident, FieldTime.ENTERED, self.now_s)
        destination = RoutedTo(DestinationKind.NEAREST_UNIT.value, "", True, "urgent")
        self.record(IncidentRouted(incident, "1", (destination,)))
        self.move_incident(incident, IncidentAction.ROUTE)
        if note:
            self.add_note(incident, note)
        if lon is not None and rank:
            self.recommend(incident, rank)
        return incident

    def stamp(self, incident: IncidentId, stamp: FieldTime, at_s: float) -> None:
        self.record(IncidentTimeStamped(incident, stamp, at_s, None, "server"))
        self.field_times.setdefault(incident, []).append(
            {
                "stamp": stamp.value,
                "at_s": at_s,
                "device_s": None,
                "recorded_s": self.now_s,
                "clock": "server",
            }
        )

    def add_note(self, incident: IncidentId, text: str) -> str:
        note = self.new_id("n")
        self.notes[incident].append(
            {"id": note, "at_s": self.now_s, "author": "Zhou Lan", "text": text}
        )
        self.record(IncidentNoted(incident, note))
        return note

    def move_incident(
        self,
        incident: IncidentId,
        action: IncidentAction,
        reason: str = "",
        disposition: str | None = None,
    ) -> IncidentState:
        before = self.picture.incidents[incident].state
        try:
            after = INCIDENT_LIFE_CYCLE.next_state(before, action)
        except TransitionRefusedError as error:
            raise RefusedError(409, str(error)) from error
        self.record(IncidentMoved(incident, action, before, after, reason, disposition))
        return after

    def recommend(self, incident: IncidentId, count: int = 4) -> None:
        """Rank the nearest free units; the first is chosen."""
        call = self.picture.incidents[incident]
        free = [one for one in self.picture.units.values() if one.on_duty and one.active is None]
        assert call.lon is not None
        assert call.lat is not None
        lon, lat = call.lon, call.lat
        free.sort(key=lambda one: math.hypot((one.lon or 0) - lon, (one.lat or 0) - lat))
        recommendation = self.new_id("r")
        lines = ranking_lines(free, count)
        chosen_units = tuple(UnitId(str(line["unit"])) for line in lines if line["chosen"])
        self.record(RecommendationMade(incident, recommendation, "scripted/1", chosen_units, ()))
        self.rankings[incident] = {
            "incident": incident,
            "recommendation": recommendation,
            "policy_version": "scripted/1",
            "made_s": self.now_s,
            "card": "urgent",
            "target_s": 180.0,
            "problem": None,
            "lines": lines,
            "shortfall": [],
        }
        self.publish("recommendation", None, self.rankings[incident])

    # --- assignments -------------------------------------------------------------------------

    def assign(self, incident: IncidentId, body: Json) -> list[str]:
        ranking = self.rankings.get(incident)
        chosen = {line["unit"] for line in ranking["lines"] if line["chosen"]} if ranking else set()
        if ranking and body.get("recommendation") and set(body["units"]) != chosen:
            if not body.get("override_reason"):
                raise RefusedError(422, "Say why other units are sent than recommended.")
            self.record(
                RecommendationOverridden(
                    incident, body["recommendation"], tuple(body["units"]), body["override_reason"]
                )
            )
        state = {
            "assign": AssignmentState.ASSIGNED,
            "reserve": AssignmentState.RESERVED,
            "stack": AssignmentState.STACKED,
        }[body.get("mode", "assign")]
        made: list[str] = []
        for unit in body["units"]:
            if self.picture.units[unit].active is not None and state is not AssignmentState.STACKED:
                sign = self.picture.units[unit].call_sign
                raise RefusedError(
                    409, f"{sign} is busy with another call. Stack the call or choose another unit."
                )
            assignment = AssignmentId(self.new_id("a"))
            queue = 1 if state is AssignmentState.STACKED else 0
            self.record(AssignmentMoved(assignment, incident, unit, None, state, queue, "", None))
            made.append(assignment)
        if state is AssignmentState.ASSIGNED:
            self.move_incident(incident, IncidentAction.START)
            if FieldTime.ASSIGNED not in self.picture.incidents[incident].stamps:
                self.stamp(incident, FieldTime.ASSIGNED, self.now_s)
        return made

    def act(self, assignment: AssignmentId, body: Json) -> Json:
        known = self.picture.assignments.get(assignment)
        if known is None:
            raise RefusedError(404, "This assignment is over.")
        action = AssignmentAction(body["action"])
        try:
            after = ASSIGNMENT_LIFE_CYCLE.next_state(known.state, action)
        except TransitionRefusedError as error:
            raise RefusedError(409, str(error)) from error
        device_s = body.get("device_s")
        self.record(
            AssignmentMoved(
                assignment,
                known.incident,
                known.unit,
                action,
                after,
                0,
                body.get("reason", ""),
                device_s,
            ),
            occurred_s=device_s,
        )
        stamps = {
            AssignmentState.ACKNOWLEDGED: FieldTime.ACKNOWLEDGED,
            AssignmentState.EN_ROUTE: FieldTime.EN_ROUTE,
            AssignmentState.ON_SCENE: FieldTime.ARRIVED,
            AssignmentState.FEEDBACK: FieldTime.FEEDBACK,
        }
        stamp = stamps.get(after)
        if stamp and stamp not in self.picture.incidents[known.incident].stamps:
            self.stamp(known.incident, stamp, self.now_s)
        over = after in ASSIGNMENT_LIFE_CYCLE.final
        if over and not self.picture.incidents[known.incident].assignments:
            done = after is AssignmentState.CLEARED
            self.move_incident(
                known.incident, IncidentAction.RESOLVE if done else IncidentAction.STAND_DOWN
            )
        return {"state": after.value}

    def raise_alarm(self, incident: IncidentId, timer: str, level: str) -> str:
        alarm = self.new_id("z")
        self.record(AlarmRaised(alarm, timer, level, incident, None, None), actor="rule:timers")
        return alarm

    def advise_move(self, unit: UnitId, post: str, *, share: float, drive_s: float) -> str:
        """The rule advises a unit to stand by at another post."""
        name = self.new_id("m")
        home = self.picture.units[unit].post
        self.record(
            MoveUpAdvised(
                name, unit, home, PostId(post), share, drive_s, "fills_a_gap", "relocation/1"
            ),
            actor="rule:relocation",
        )
        return name

    def act_on_move(self, move_up: str, body: Json) -> Json:
        """A crew or a dispatcher answers advice."""
        known = self.picture.move_ups.get(move_up)
        if known is None:
            raise RefusedError(409, "This advice is over already.")
        action = MoveUpAction(body["action"])
        after = MOVE_UP_LIFE_CYCLE.next_state(known.state, action)
        self.record(MoveUpMoved(move_up, known.unit, action, after, body["reason"]))
        return {"state": after.value, "changed": True}

    def ask_again(self, incident: IncidentId) -> Json:
        """Somebody wants the units of a call worked out again."""
        self.record(RecommendationRequested(incident))
        return {"state": "requested"}

    def set_alarm_level(self, incident: IncidentId, body: Json) -> Json:
        """Another alarm level of the call's run card."""
        self.record(IncidentAlarmLevel(incident, body["level"], body["reason"]))
        return {"changed": True}
