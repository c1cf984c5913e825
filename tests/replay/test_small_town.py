"""The replay on an invented town of nine junctions, where every number can be checked by hand."""

import json

import numpy as np
import pytest
from tests.replay.invented_town import AREA, at, call, post, town_roads, unit

from wardmote.core.domain.incident import FieldTime
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.standards import shipped_standard
from wardmote.core.simulation.replay.calibration import calibrate
from wardmote.core.simulation.replay.demand import demands
from wardmote.core.simulation.replay.engine import Replay
from wardmote.core.simulation.replay.fleet import HomeFrom, UnitHint, infer_fleet
from wardmote.core.simulation.replay.outcome import Fate
from wardmote.core.simulation.replay.report import recorded_time, replay_report, replayed_time
from wardmote.core.simulation.replay.roads import RoadModel
from wardmote.core.simulation.replay.state import ReplaySetting
from wardmote.core.simulation.replay.stations import compare_stations
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import VehicleModel


@pytest.fixture(scope="module")
def travel():
    return TravelTimes.of(town_roads())


POSTS = (post("1", 0), post("2", 8))


CALLS = (
    call(1, 0, 0, unit("E1", at(30)), area="1"),
    call(2, 8, 100, unit("E1", at(3_000)), area="2"),
    call(3, None, 200, unit("E2", at(4_000))),
    call(4, 7, 5_000, unit("E2", at(5_010)), area="2"),
)


class Watching:
    def __init__(self):
        self.events = []

    def emit(self, event, picture):
        self.events.append(event)
        assert picture.seq == event.seq


def replayed(travel, calls=CALLS, *, follow_record=False, seed=1, model=None, sink=None):
    fleet = infer_fleet(calls, POSTS, {"E1": UnitHint("", "1"), "E2": UnitHint("", "2")})
    setting = ReplaySetting(
        shipped_standard("135"), seed, AREA, lambda _lon, _lat: PlaceClass.ELSEWHERE, follow_record
    )
    roads = RoadModel(travel, model or VehicleModel.plain(turnout_s=10.0), lambda _at_s: 0)
    run = Replay(calls, demands(calls), fleet, roads, setting, sink)
    return run, run.run(), fleet


def test_every_call_is_processed_and_one_without_position_is_counted(travel):
    run, outcomes, _ = replayed(travel)
    assert [outcome.fate for outcome in outcomes] == [
        Fate.ANSWERED,
        Fate.ANSWERED,
        Fate.UNLOCATED,
        Fate.ANSWERED,
    ]
    assert len(run.picture.incidents) == 0
    assert len(run.picture.assignments) == 0


def test_the_nearest_unit_by_road_is_recommended_and_compared_with_the_record(travel):
    _, outcomes, _ = replayed(travel)
    assert [o.recommended_first for o in outcomes] == ["E1", "E2", None, "E2"]
    assert [o.actual_first for o in outcomes] == ["E1", "E1", "E2", "E2"]
    assert outcomes[1].actual_standing == "free"
    assert outcomes[1].actual_behind_s == 240.0  # four blocks against none


def test_durations_come_from_roads_turnout_and_the_records_own_time_on_scene(travel):
    _, outcomes, _ = replayed(travel)
    last = outcomes[3].units[0]
    assert last.assigned_s == at(5_010)
    assert last.en_route_s == at(5_020)
    assert last.arrived_s == at(5_080)  # one block
    assert last.cleared_s == at(5_680)


def test_following_the_record_reproduces_its_times(travel):
    _, outcomes, _ = replayed(travel, follow_record=True)
    for outcome in outcomes:
        if outcome.fate is Fate.ANSWERED:
            for stamp in (FieldTime.ASSIGNED, FieldTime.EN_ROUTE, FieldTime.ARRIVED):
                assert replayed_time(outcome, stamp) == recorded_time(outcome, stamp)


def test_a_call_without_a_free_unit_waits_until_one_is_free(travel):
    calls = (call(1, 0, 0, unit("E1", at(0))), call(2, 0, 60, unit("E1", at(60))))
    _, outcomes, _ = replayed(travel, calls)
    first, second = outcomes
    assert second.waited
    assert second.first_assigned_s == first.units[0].cleared_s
    assert not first.waited


def test_a_unit_cleared_before_it_arrived_never_arrives(travel):
    calls = (call(1, 0, 0, unit("E1", at(0), travel_s=200.0, arrived=False, scene_s=0.0)),)
    _, outcomes, _ = replayed(travel, calls)
    (sent,) = outcomes[0].units
    assert sent.arrived_s is None
    assert sent.cleared_s == at(260)


def test_the_same_seed_gives_the_same_events_and_report(travel):
    error = np.linspace(0.5, 2.0, 65)
    plain = VehicleModel.plain(turnout_s=10.0)
    wide = VehicleModel(
        (), 0.0, 1.0, 1.0, plain.travel_effects, error, 10.0, plain.turnout_effects, error
    )
    seen = []
    for seed in (7, 7, 8):
        watching = Watching()
        _, outcomes, fleet = replayed(travel, seed=seed, model=wide, sink=watching)
        report = replay_report(
            outcomes,
            fleet,
            calibrate(CALLS, fleet, travel, lambda _at_s: 0),
            compare_stations(CALLS, POSTS, travel),
            shipped_standard("135"),
            {"seed": seed},
        )
        seen.append((watching.events, json.dumps(report)))
    assert seen[0] == seen[1]
    assert seen[0][0] != seen[2][0]


def test_the_report_counts_what_happened(travel):
    _, outcomes, fleet = replayed(travel)
    report = replay_report(
        outcomes,
        fleet,
        calibrate(CALLS, fleet, travel, lambda _at_s: 0),
        compare_stations(CALLS, POSTS, travel),
        shipped_standard("135"),
        {},
    )
    assert report["calls"]["processed"] == 4
    assert report["calls"]["by_fate"]["unlocated"] == 1
    assert report["agreement"]["all"]["compared"] == 3
    assert report["agreement"]["all"]["exact_unit"] == 2
    assert report["stations"]["compared"] == 3
    assert report["stations"]["equal"] == 3
    arrival = report["compliance"][0]["replayed"]
    assert arrival["measured"] == 3
    assert arrival["met"] == 3
    assert not report["vehicle_model"]["fitted"]


def test_a_duration_of_exactly_the_target_meets_it(travel):
    for travel_s, met in ((240.0, 1), (240.001, 0)):
        calls = (call(1, 0, 0, unit("E1", at(0), travel_s=travel_s)),)
        _, outcomes, fleet = replayed(travel, calls)
        report = replay_report(
            outcomes,
            fleet,
            calibrate(calls, fleet, travel, lambda _at_s: 0),
            None,
            shipped_standard("135"),
            {},
        )
        assert report["compliance"][0]["recorded"]["met"] == met


def test_homes_come_from_the_best_hint(travel):
    calls = (
        call(1, 8, 0, unit("E2", at(0)), unit("57", at(0)), area="2"),
        call(2, 0, 9_000, unit("B2", at(9_000)), area="1"),
    )
    fleet = {u.spec.unit_id: u for u in infer_fleet(calls, POSTS)}
    assert (fleet["E2"].spec.post, fleet["E2"].home_from) == ("2", HomeFrom.NAME)
    assert (fleet["57"].spec.post, fleet["57"].home_from) == ("2", HomeFrom.STATION_AREA)
    assert (fleet["B2"].spec.post, fleet["B2"].home_from) == ("1", HomeFrom.STATION_AREA)
