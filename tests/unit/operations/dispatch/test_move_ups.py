"""Advice to idle units: given by the rule in force alone, answered, followed, ended."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.unit.operations.small_place import (
    CREW_1,
    CREW_2,
    DISPATCHER,
    NOW_S,
    SMALL_PLACE,
    SUPERVISOR,
)

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.assignment import AssignmentAction
from wardmote.core.domain.ids import AssignmentId, IncidentId, PostId, UnitId
from wardmote.core.domain.move_up import MoveUpAction, MoveUpState
from wardmote.core.domain.picture import KnownMoveUp
from wardmote.core.domain.places import Post
from wardmote.core.domain.run_cards import POLICE_RUN_CARDS
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.recommend import NearestByRoad
from wardmote.core.policies.relocation_ground import Demand, PostGround, build_ground
from wardmote.core.policies.relocation_rule import (
    NO_RELOCATION,
    RelocationMethod,
    RelocationRule,
    dump_relocation_rule,
)
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import RoadClass
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch import services
from wardmote.operations.dispatch.advising import Adviser
from wardmote.operations.dispatch.errors import MoveUpTransitionError, RefusalReasonNeededError
from wardmote.operations.dispatch.grounds import Grounds
from wardmote.operations.dispatch.models import MoveUp
from wardmote.operations.dispatch.positions import PositionBoard
from wardmote.operations.dispatch.relocating import MoveUpDesk
from wardmote.operations.dispatch.roads import LiveRoads
from wardmote.operations.dispatch.worker import DispatchWorker
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal import clock
from wardmote.operations.places import selectors as places
from wardmote.operations.places.assumed_model import ASSUMED_MODEL
from wardmote.operations.places.services import load_places, set_rules

U1, U2, U3 = UnitId("u1"), UnitId("u2"), UnitId("u3")
EAST_POST, WEST_POST = PostId("p1"), PostId("p2")
RULE = RelocationRule("test/1", shift_changes_h=())
LOOKING_AHEAD = dataclasses.replace(RULE, version="test/2", method=RelocationMethod.LOOK_AHEAD)


def street() -> TravelTimes:
    """One long street from west to east, 1,000 s each way."""
    return TravelTimes.of(
        build_road_graph(
            [111.0, 111.2],
            [27.05, 27.05],
            edge_tail=[0],
            edge_head=[1],
            forward_ms=[1_000_000],
            backward_ms=[1_000_000],
            road_class=[int(RoadClass.PRIMARY)],
        )
    )


def ground(travel: TravelTimes, closed: frozenset[PostId] = frozenset()) -> PostGround:
    """Three calls around the eastern post, two around the western one."""
    demand = Demand(
        np.array([111.15, 111.05]), np.full(2, 27.05), np.array([3.0, 2.0]), np.full(2, 300.0)
    )
    posts = [(EAST_POST, 111.15, 27.05), (WEST_POST, 111.05, 27.05)]
    posts = [one for one in posts if one[0] not in closed]
    made = build_ground(travel, posts, demand, ASSUMED_MODEL, 12, rule=LOOKING_AHEAD)
    assert made is not None
    return made


class Bench:
    """A worker that works when told, with a ground that is ready at once."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now_s = NOW_S
        patch.setattr(clock, "read", lambda: clock.ClockReading(self.now_s, 1.0))
        self.positions = PositionBoard()
        self.travel = street()
        self.closed: frozenset[PostId] = frozenset()
        self.grounds = Grounds(
            lambda _now: ground(self.travel, self.closed), start=lambda work: work()
        )
        self.worker = self.another()

    def another(self) -> DispatchWorker:
        roads = LiveRoads(lambda: self.travel, self.positions, ASSUMED_MODEL, lambda _now: 12)
        policy = NearestByRoad(places.standard_in_force(self.now_s), POLICE_RUN_CARDS)
        desk = MoveUpDesk(
            self.grounds,
            self.positions,
            rule_now=lambda: places.relocation_in_force(self.now_s),
            model_now=lambda: ASSUMED_MODEL,
            needs_ground=lambda: True,
        )
        worker = DispatchWorker(
            EVERYWHERE,
            lambda: Adviser(policy, POLICE_RUN_CARDS, roads),
            self.positions,
            move_ups=desk,
        )
        worker.begin()
        return worker

    def settle(self, after_s: float = 0.0) -> None:
        self.now_s += after_s
        for _ in range(3):
            while self.worker.work():
                pass

    def put_in_force(self, rule: RelocationRule) -> None:
        set_rules(SUPERVISOR, "relocation", dump_relocation_rule(rule), now_s=self.now_s)
        places.forget()  # a commit would have done so
        self.settle(1.0)

    def send(self, unit: UnitId) -> tuple[IncidentId, AssignmentId]:
        call = incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05)
        entered = incidents.enter_call(DISPATCHER, call, now_s=self.now_s).id
        self.settle()
        (sent,) = services.assign(
            DISPATCHER, entered, [unit], now_s=self.now_s, override_reason="local_knowledge"
        )
        self.settle(1.0)
        return entered, sent.assignment

    @property
    def advice(self) -> list[KnownMoveUp]:
        return sorted(self.worker.picture.move_ups.values(), key=lambda one: one.move_up)


def states(bench: Bench) -> list[str]:
    return [one.state.value for one in bench.advice]


@pytest.fixture
def bench(place: None, monkeypatch: pytest.MonkeyPatch) -> Bench:
    west = Post(WEST_POST, Bilingual("西", "West"), SMALL_PLACE.posts[0].area, 111.05, 27.05, ())
    load_places(dataclasses.replace(SMALL_PLACE, posts=(*SMALL_PLACE.posts, west)))
    places.forget()
    bench = Bench(monkeypatch)
    for unit in (U1, U2, U3):
        services.go_on_duty(SUPERVISOR, unit, now_s=NOW_S)
    bench.settle()
    return bench


def test_without_a_rule_in_force_nobody_is_advised(bench: Bench) -> None:
    bench.send(U1)
    bench.settle(5.0)
    assert not MoveUp.objects.exists()


def test_coming_on_duty_moves_nobody_and_going_off_duty_leaves_a_gap(bench: Bench) -> None:
    bench.put_in_force(RULE)
    services.go_off_duty(SUPERVISOR, U3, now_s=bench.now_s)
    bench.settle(1.0)
    assert [one.reason for one in bench.advice] == ["fills_a_gap"]
    services.act_on_move_up(
        DISPATCHER, bench.advice[0].move_up, MoveUpAction.LAPSE, now_s=bench.now_s
    )
    services.go_on_duty(SUPERVISOR, U3, now_s=bench.now_s)
    bench.settle(1.0)
    assert bench.advice == []


def test_a_unit_that_becomes_free_is_advised_where_it_covers_more(bench: Bench) -> None:
    bench.put_in_force(RULE)
    bench.send(U1)
    # Somebody going out asks too: all stood at the eastern post, one should go west.
    (advice,) = bench.advice
    assert (advice.unit, advice.home, advice.post) == (U2, EAST_POST, WEST_POST)
    assert advice.reason == "fills_a_gap"
    # One of two leaves the east: 3 x 0.7 x 0.3 lost there, 2 x 0.7 gained in the west, of 5.
    assert advice.gain_share == pytest.approx((2 * 0.7 - 3 * 0.21) / 5)
    row = MoveUp.objects.get()
    assert (row.rule_version, row.state) == ("test/1", "advised")


def test_a_crew_acknowledges_drives_and_is_seen_to_arrive(bench: Bench) -> None:
    bench.put_in_force(RULE)
    bench.send(U1)
    (advice,) = bench.advice
    done = services.act_on_move_up(
        CREW_2, advice.move_up, MoveUpAction.ACKNOWLEDGE, now_s=bench.now_s
    )
    assert (done.state, done.changed) == (MoveUpState.ACKNOWLEDGED, True)
    again = services.act_on_move_up(
        CREW_2, advice.move_up, MoveUpAction.ACKNOWLEDGE, now_s=bench.now_s
    )
    assert again.changed is False
    bench.settle(15.0)
    assert states(bench) == ["acknowledged"]
    bench.positions.come_on_duty(U2, 111.0501, 27.05, bench.now_s)
    bench.settle(15.0)
    assert states(bench) == ["arrived"]
    assert MoveUp.objects.get().arrived_s == bench.now_s
    # It stands there until a call comes.
    bench.send(U2)
    assert bench.advice == []
    assert (MoveUp.objects.get().state, MoveUp.objects.get().answer_reason) == (
        "ended",
        "sent_to_call",
    )


def test_a_refusal_needs_a_reason_and_somebody_else_is_asked(bench: Bench) -> None:
    bench.put_in_force(RULE)
    bench.send(U1)
    (advice,) = bench.advice
    with pytest.raises(RefusalReasonNeededError):
        services.act_on_move_up(CREW_2, advice.move_up, MoveUpAction.REFUSE, now_s=bench.now_s)
    with pytest.raises(AccessDeniedError):
        services.act_on_move_up(CREW_1, advice.move_up, MoveUpAction.ACKNOWLEDGE, now_s=bench.now_s)
    services.act_on_move_up(
        CREW_2, advice.move_up, MoveUpAction.REFUSE, now_s=bench.now_s, reason="vehicle_fault"
    )
    bench.settle(1.0)
    assert [one.unit for one in bench.advice] == [U3]
    with pytest.raises(MoveUpTransitionError):
        services.act_on_move_up(CREW_2, advice.move_up, MoveUpAction.ARRIVE, now_s=bench.now_s)


def test_advice_that_nobody_answers_lapses_and_is_not_handed_on(bench: Bench) -> None:
    bench.put_in_force(RULE)
    bench.send(U1)
    advised_s = bench.advice[0].advised_s
    bench.settle(advised_s + RULE.answer_within_s - bench.now_s - 0.1)
    assert len(bench.advice) == 1
    bench.settle(0.2)
    assert bench.advice == []
    assert MoveUp.objects.get().answer_reason == "unanswered"


def test_a_dispatcher_takes_advice_back(bench: Bench) -> None:
    bench.put_in_force(RULE)
    bench.send(U1)
    (advice,) = bench.advice
    services.act_on_move_up(DISPATCHER, advice.move_up, MoveUpAction.LAPSE, now_s=bench.now_s)
    bench.settle(1.0)
    assert bench.advice == []
    assert MoveUp.objects.get().answer_reason == "withdrawn"


def test_ending_the_rule_ends_its_advice(bench: Bench) -> None:
    bench.put_in_force(RULE)
    bench.send(U1)
    assert len(bench.advice) == 1
    bench.put_in_force(NO_RELOCATION)
    bench.settle(5.0)
    assert bench.advice == []
    assert MoveUp.objects.get().answer_reason == "rule_changed"


def test_advice_to_stand_at_a_post_that_is_given_up_ends(bench: Bench) -> None:
    bench.put_in_force(RULE)
    bench.send(U1)
    bench.closed = frozenset({bench.advice[0].post})
    bench.grounds.renew(bench.now_s)
    bench.settle(RULE.answer_within_s / 2)
    bench.put_in_force(RULE)  # any event: the room looks at its advice again
    assert bench.advice == []
    assert MoveUp.objects.get().answer_reason == "rule_changed"


def test_a_unit_that_a_waiting_call_is_recommended_is_not_moved_away(bench: Bench) -> None:
    bench.put_in_force(RULE)
    call = incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05)
    waiting = incidents.enter_call(DISPATCHER, call, now_s=bench.now_s).id
    bench.send(U1)
    made = bench.worker.picture.incidents[waiting].recommendation
    assert made is not None
    assert made.units == (U3,)
    # Nor does it count as standing by: the room has U2 alone, which moves where it covers most.
    assert {one.unit for one in bench.advice} <= {U2}


def test_a_ground_that_is_swapped_during_a_question_does_not_stop_the_room(bench: Bench) -> None:
    bench.put_in_force(RULE)
    known = bench.grounds.now
    other = ground(bench.travel, frozenset({WEST_POST}))
    seen: list[PostGround | None] = []

    class Swapping(Grounds):
        @property
        def now(self) -> PostGround | None:
            seen.append(known if len(seen) % 2 == 0 else other)
            return seen[-1]

    bench.grounds.__class__ = Swapping
    bench.send(U1)
    assert len(seen) > 1
    assert bench.worker.picture.seq > 0


def test_limits_are_remembered_over_a_restart(bench: Bench) -> None:
    bench.put_in_force(RULE)
    bench.send(U1)
    services.act_on_move_up(
        CREW_2, bench.advice[0].move_up, MoveUpAction.REFUSE, now_s=bench.now_s,
        reason="vehicle_fault",
    )  # fmt: skip
    bench.settle(1.0)
    bench.worker = bench.another()
    services.set_availability(SUPERVISOR, U3, False, reason="meal", now_s=bench.now_s)
    bench.settle(1.0)
    services.set_availability(SUPERVISOR, U3, True, now_s=bench.now_s)
    bench.settle(1.0)
    # u2 refused and u3's advice ended a moment ago: both rest.
    assert bench.advice == []
    assert MoveUp.objects.count() == 2


@pytest.mark.parametrize("rule", [RULE, LOOKING_AHEAD])
def test_a_unit_cleared_from_a_call_is_asked_itself(bench: Bench, rule: RelocationRule) -> None:
    _, sent = bench.send(U1)
    bench.put_in_force(rule)
    for action in (AssignmentAction.ACKNOWLEDGE, AssignmentAction.ARRIVE, AssignmentAction.CLEAR):
        services.act(CREW_1, sent, action, now_s=bench.now_s)
    bench.settle(1.0)
    (advice,) = bench.advice
    assert (advice.unit, advice.reason) == (U1, "free_unit_covers_more")
