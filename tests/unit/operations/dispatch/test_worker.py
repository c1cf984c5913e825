"""The worker recommends, reconsiders and keeps time, driven step by step without its thread."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.operations.small_place import (
    COUNTY,
    CREW_1,
    DISPATCHER,
    NOW_S,
    SUPERVISOR,
    viewer,
)

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.board import board_of
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import IncidentAction, Priority
from wardmote.core.domain.permissions import Role, Viewer
from wardmote.core.domain.run_cards import POLICE_RUN_CARDS
from wardmote.core.domain.standards import dump_standard, shipped_standard
from wardmote.core.policies.recommend import NearestByRoad
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import RoadClass
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch import selectors, services
from wardmote.operations.dispatch.advising import Adviser
from wardmote.operations.dispatch.picture import picture_of_rows
from wardmote.operations.dispatch.positions import PositionBoard
from wardmote.operations.dispatch.roads import LiveRoads
from wardmote.operations.dispatch.worker import DispatchWorker
from wardmote.operations.incidents import services as incidents
from wardmote.operations.incidents.errors import IncidentTransitionError
from wardmote.operations.journal import clock
from wardmote.operations.places import selectors as places
from wardmote.operations.places.assumed_model import ASSUMED_MODEL
from wardmote.operations.places.services import set_rules

U1, U2, U3 = UnitId("u1"), UnitId("u2"), UnitId("u3")


@pytest.fixture(scope="module")
def travel() -> TravelTimes:
    """One long street from west to east, 100 s each way."""
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


class Bench:
    """A worker that works when told, at a time that stands still until moved."""

    def __init__(self, travel: TravelTimes, patch: pytest.MonkeyPatch) -> None:
        self.now_s = NOW_S
        patch.setattr(clock, "read", lambda: clock.ClockReading(self.now_s, 1.0))
        self.positions = PositionBoard()
        self.told: list[dict[str, Any]] = []
        self.closed: list[frozenset[int]] = []
        self.travel = travel
        self.worker = self.another()

    def another(self) -> DispatchWorker:
        roads = LiveRoads(lambda: self.travel, self.positions, ASSUMED_MODEL, lambda _now: 12)
        worker = DispatchWorker(
            EVERYWHERE,
            lambda: Adviser(
                NearestByRoad(places.standard_in_force(self.now_s), POLICE_RUN_CARDS),
                POLICE_RUN_CARDS,
                roads,
            ),
            self.positions,
            on_recommendation=lambda _area, data: self.told.append(data),
            on_closures=self.closed.append,
        )
        worker.begin()
        return worker

    def settle(self, after_s: float = 0.0) -> None:
        self.now_s += after_s
        while self.worker.work():
            pass
        self.worker.work()

    def enter(self, category: str, lon: float | None = 111.15) -> IncidentId:
        lat = None if lon is None else 27.05
        call = incidents.NewCall(category, "phone", lon=lon, lat=lat)
        return incidents.enter_call(DISPATCHER, call, now_s=self.now_s).id

    def recommended(self, call: IncidentId) -> list[str]:
        made = self.worker.picture.incidents[call].recommendation
        assert made is not None
        return list(made.units)


@pytest.fixture
def bench(place: None, travel: TravelTimes, monkeypatch: pytest.MonkeyPatch) -> Bench:
    bench = Bench(travel, monkeypatch)
    for unit, lon in ((U1, 111.14), (U2, 111.10), (U3, 111.05)):
        services.go_on_duty(SUPERVISOR, unit, now_s=NOW_S, lon=lon, lat=27.05)
    bench.settle()
    return bench


def test_a_call_is_answered_with_the_nearest_unit_by_road_and_its_reasons(bench: Bench) -> None:
    call = bench.enter("dispute.neighbour")
    bench.settle()
    assert bench.recommended(call) == ["u1"]
    told = bench.told[-1]
    assert told["incident"] == call
    assert [line["unit"] for line in told["lines"]] == ["u1", "u2", "u3"]
    assert told["lines"][0]["reasons"][0]["code"] == "chosen_for"
    assert selectors.recommendation(DISPATCHER, call) == told


def test_a_call_without_a_place_gets_units_when_the_place_is_found(bench: Bench) -> None:
    call = bench.enter("dispute.neighbour", lon=None)
    bench.settle()
    assert bench.told[-1]["problem"]["code"] == "place_unknown"
    incidents.relocate(DISPATCHER, call, 111.05, 27.05, now_s=NOW_S + 1)
    bench.settle()
    assert bench.recommended(call) == ["u3"]


def test_a_unit_that_refuses_is_not_asked_again(bench: Bench) -> None:
    call = bench.enter("dispute.neighbour")
    bench.settle()
    (sent,) = services.assign(DISPATCHER, call, [U1], now_s=NOW_S)
    services.act(
        CREW_1, sent.assignment, AssignmentAction.REFUSE, reason="vehicle_fault", now_s=NOW_S + 5
    )
    bench.settle()
    assert bench.recommended(call) == ["u2"]
    bench.worker = bench.another()
    incidents.reclassify(
        DISPATCHER, call, priority=Priority.URGENT, reason="life_at_risk", now_s=NOW_S + 6
    )
    bench.settle()
    assert bench.recommended(call) == ["u2"]


def test_a_unit_that_becomes_busy_is_replaced_in_other_recommendations(bench: Bench) -> None:
    first, second = bench.enter("dispute.neighbour"), bench.enter("dispute.family")
    bench.settle()
    assert bench.recommended(second) == ["u1"]
    services.assign(DISPATCHER, first, [U1], now_s=NOW_S)
    bench.settle()
    assert bench.recommended(second) == ["u2"]


def test_a_unit_on_its_way_to_a_lesser_call_is_named_where_it_gains_a_minute(bench: Bench) -> None:
    lesser = bench.enter("dispute.neighbour", lon=111.16)
    bench.settle()
    services.assign(DISPATCHER, lesser, [U1], now_s=NOW_S)
    bench.settle()
    worse = bench.enter("traffic.injury")
    bench.settle()
    assert "u1" not in bench.recommended(worse)
    (taking,) = bench.told[-1]["takings"]
    assert (taking["unit"], taking["left_behind"]) == ("u1", lesser)
    assert [one["code"] for one in taking["reasons"]] == ["more_urgent", "gains", "leaves_waiting"]
    assert taking["reasons"][1]["values"]["gain_s"] >= 60
    bench.enter("traffic.injury", lon=111.115)
    bench.settle()
    assert bench.told[-1]["takings"] == []
    bench.enter("dispute.family")
    bench.settle()
    assert bench.told[-1]["takings"] == []


def test_a_call_left_short_is_answered_when_a_unit_becomes_free(bench: Bench) -> None:
    for unit in (U1, U2, U3):
        services.set_availability(SUPERVISOR, unit, False, reason="meal", now_s=NOW_S)
    call = bench.enter("dispute.neighbour")
    bench.settle()
    assert bench.recommended(call) == []
    services.set_availability(SUPERVISOR, U3, True, now_s=NOW_S + 1)
    bench.settle()
    assert bench.recommended(call) == ["u3"]


def test_a_higher_alarm_level_recommends_more_units_and_a_lower_one_fewer(bench: Bench) -> None:
    call = bench.enter("dispute.neighbour")
    bench.settle()
    assert bench.recommended(call) == ["u1"]
    incidents.raise_alarm_level(DISPATCHER, call, 2, "new_information", NOW_S + 1)
    bench.settle()
    assert bench.recommended(call) == ["u1", "u2", "u3"]
    incidents.raise_alarm_level(DISPATCHER, call, 1, "danger_over", NOW_S + 2)
    bench.settle()
    assert bench.recommended(call) == ["u1"]


def test_asked_again_the_worker_answers_even_when_nothing_changed(bench: Bench) -> None:
    call = bench.enter("dispute.neighbour")
    bench.settle()
    told = len(bench.told)
    services.request_recommendation(DISPATCHER, call, now_s=NOW_S + 1)
    bench.settle(after_s=1.0)
    assert len(bench.told) == told + 1
    assert bench.told[-1]["incident"] == call
    assert bench.told[-1]["recommendation"] == bench.told[-2]["recommendation"]
    assert selectors.recommendation(DISPATCHER, call) == bench.told[-1]


def test_asking_again_sees_where_the_units_are_by_now(bench: Bench) -> None:
    call = bench.enter("dispute.neighbour")
    bench.settle()
    assert bench.recommended(call) == ["u1"]
    bench.positions.come_on_duty(U3, 111.15, 27.05, NOW_S + 1)
    services.request_recommendation(DISPATCHER, call, now_s=NOW_S + 1)
    bench.settle(after_s=1.0)
    assert bench.recommended(call) == ["u3"]


@pytest.mark.parametrize("who", [CREW_1, viewer((Role.COMMUNITY_OFFICER, COUNTY))])
def test_only_those_who_send_units_may_ask_again(bench: Bench, who: Viewer) -> None:
    call = bench.enter("dispute.neighbour")
    with pytest.raises(AccessDeniedError):
        services.request_recommendation(who, call, now_s=NOW_S + 1)


def test_nobody_asks_again_about_a_call_that_is_over(bench: Bench) -> None:
    call = bench.enter("dispute.neighbour")
    services.act_on_call(
        DISPATCHER, call, IncidentAction.CLOSE, disposition="advised", now_s=NOW_S + 1
    )
    with pytest.raises(IncidentTransitionError):
        services.request_recommendation(DISPATCHER, call, now_s=NOW_S + 2)


def test_units_sent_count_towards_a_higher_level_that_is_kept_over_a_restart(
    bench: Bench,
) -> None:
    call = bench.enter("dispute.neighbour")
    bench.settle()
    services.assign(DISPATCHER, call, [U1], now_s=NOW_S)
    incidents.raise_alarm_level(DISPATCHER, call, 2, "new_information", NOW_S + 1)
    bench.settle()
    assert bench.recommended(call) == ["u2", "u3"]
    bench.positions = PositionBoard()
    bench.worker = bench.another()
    assert bench.worker.picture.incidents[call].alarm_level == 2


def test_the_standing_order_assigns_urgent_calls_at_once(bench: Bench) -> None:
    services.set_standing_order(SUPERVISOR, DISPATCHER.grants[0].area, True, now_s=NOW_S)
    urgent, routine = bench.enter("offence.public_order.fight"), bench.enter("dispute.neighbour")
    bench.settle()
    sent = bench.worker.picture.assignments_of(urgent)
    assert {one.unit for one in sent} == {"u1", "u2"}
    assert all(one.state is AssignmentState.ASSIGNED for one in sent)
    assert bench.worker.picture.assignments_of(routine) == ()


def test_an_unacknowledged_dispatch_warns_then_alarms_then_is_quiet(bench: Bench) -> None:
    call = bench.enter("offence.public_order.fight")
    bench.settle()
    (sent,) = services.assign(DISPATCHER, call, [U1], now_s=bench.now_s)
    bench.settle(29.9)
    assert _alarms(bench) == []
    bench.settle(0.2)
    assert _alarms(bench) == [("unacknowledged", "warn")]
    bench.settle(30.0)
    assert _alarms(bench) == [("unacknowledged", "alarm")]
    (alarm,) = bench.worker.picture.alarms
    services.answer_alarm(DISPATCHER, alarm, now_s=bench.now_s)
    bench.settle(5.0)
    assert _alarms(bench) == []
    bench.worker = bench.another()
    bench.settle(5.0)
    assert _alarms(bench) == [], "an answered alarm stays quiet after a restart"
    services.act(CREW_1, sent.assignment, AssignmentAction.ACKNOWLEDGE, now_s=bench.now_s)
    bench.settle(61.0)
    assert _alarms(bench) == [("not_moving", "warn")]


def _alarms(bench: Bench) -> list[tuple[str, str]]:
    return sorted((one.timer, one.level) for one in bench.worker.picture.alarms.values())


def test_after_a_restart_the_picture_is_the_same_and_nothing_stays_unanswered(
    bench: Bench,
) -> None:
    answered = bench.enter("dispute.neighbour")
    bench.settle()
    services.assign(DISPATCHER, answered, [U1], now_s=NOW_S)
    bench.settle()
    before = board_of(bench.worker.picture, server_s=0.0)
    missed = bench.enter("dispute.family")
    bench.positions = PositionBoard()
    bench.worker = bench.another()
    bench.settle()
    assert bench.recommended(missed) == ["u2"]
    after = board_of(picture_of_rows()[0], server_s=0.0)
    assert [one for one in after["incidents"] if one["id"] == answered] == before["incidents"]
    assert after == board_of(bench.worker.picture, server_s=0.0)


def test_a_reopened_call_comes_back_into_the_picture(bench: Bench) -> None:
    call = bench.enter("dispute.neighbour")
    bench.settle()
    services.act_on_call(
        DISPATCHER, call, IncidentAction.CLOSE, disposition="advised", now_s=NOW_S + 1
    )
    bench.settle()
    assert call not in bench.worker.picture.incidents
    services.act_on_call(
        DISPATCHER, call, IncidentAction.REOPEN, reason="happened_again", now_s=NOW_S + 2
    )
    bench.settle()
    assert bench.worker.picture.incidents[call].state.value == "routed"
    assert bench.recommended(call) == ["u1"]


def test_rules_put_in_force_count_for_the_next_recommendation(bench: Bench) -> None:
    call = bench.enter("dispute.neighbour")
    bench.settle()
    before = bench.told[-1]["policy_version"]
    standard = dump_standard(shipped_standard("urban-rural"))
    set_rules(SUPERVISOR, "standard", standard, now_s=bench.now_s)
    places.forget()  # a commit would have done so
    bench.settle(after_s=1.0)
    assert bench.told[-1]["incident"] == call
    assert bench.told[-1]["policy_version"] != before
