from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.unit.core.journal_lines import AREA, Journal

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.board import board_of
from wardmote.core.domain.dispatch_events import (
    AlarmEnded,
    AlarmRaised,
    AssignmentMoved,
    RecommendationMade,
)
from wardmote.core.domain.events import Payload
from wardmote.core.domain.folding import ImpossibleEventError, apply, fold
from wardmote.core.domain.ids import (
    AreaId,
    AssignmentId,
    BeatId,
    IncidentId,
    PostId,
    UnitId,
)
from wardmote.core.domain.incident import FieldTime, IncidentAction, IncidentState, Priority
from wardmote.core.domain.incident_events import (
    IncidentAlarmLevel,
    IncidentClassified,
    IncidentLinked,
    IncidentLocated,
    IncidentMoved,
    IncidentRouted,
    IncidentTimeStamped,
    IncidentUnlinked,
    RoutedTo,
)
from wardmote.core.domain.picture import EMPTY_PICTURE, with_fleet, with_incident
from wardmote.core.domain.place_events import ClosureSet
from wardmote.core.domain.places import PlaceClass, UnitSpec
from wardmote.core.domain.positions import board_from, positions_of
from wardmote.core.domain.unit_events import UnitAvailability, UnitOffDuty, UnitStationed

S, A = AssignmentState, AssignmentAction
C1, U1, A1 = IncidentId("c1"), UnitId("u1"), AssignmentId("a1")


@pytest.fixture
def journal() -> Journal:
    lines = Journal()
    lines.on_duty("u1")
    lines.on_duty("u2")
    lines.call("c1")
    lines.moved("c1", IncidentAction.ROUTE)
    return lines


def run_to(journal: Journal, *steps: tuple[A, S]) -> None:
    journal.sent("a1", "c1", "u1")
    for action, after in steps:
        journal.now_s += 10
        journal.did("a1", action, after)


def moved(action: IncidentAction, before: IncidentState) -> IncidentMoved:
    return IncidentMoved(C1, action, before, IncidentState.CLOSED, "", None)


DEPART, ARRIVE = (A.DEPART, S.EN_ROUTE), (A.ARRIVE, S.ON_SCENE)
REPORT, CLEAR = (A.REPORT, S.FEEDBACK), (A.CLEAR, S.CLEARED)


def test_an_event_delivered_twice_or_late_changes_nothing(journal: Journal) -> None:
    for event in journal.events:
        assert apply(journal.picture, event) is journal.picture


def test_folding_in_one_go_equals_folding_step_by_step(journal: Journal) -> None:
    run_to(journal, DEPART)
    again = fold(EMPTY_PICTURE, journal.events)
    assert board_of(again, server_s=0.0) == board_of(journal.picture, server_s=0.0)


def test_the_last_alarm_level_counts_and_a_new_category_keeps_it(journal: Journal) -> None:
    assert journal.picture.incidents[C1].alarm_level == 1
    for level in (3, 2):
        journal.add(IncidentAlarmLevel(C1, level, "new_information"))
    journal.add(IncidentClassified(C1, "dispute.family", Priority.ROUTINE, "new_information"))
    (row,) = board_of(journal.picture, server_s=0.0)["incidents"]
    assert row["alarm_level"] == journal.picture.incidents[C1].alarm_level == 2


def test_an_alarm_level_of_an_unknown_call_is_impossible(journal: Journal) -> None:
    with pytest.raises(ImpossibleEventError):
        journal.add(IncidentAlarmLevel(IncidentId("c9"), 2, "new_information"))


def test_the_old_picture_is_untouched(journal: Journal) -> None:
    before = journal.picture
    run_to(journal, DEPART)
    assert before.assignments == {}
    assert before.units[U1].active is None


def test_stamps_of_an_assignment_are_those_of_the_first_time(journal: Journal) -> None:
    run_to(journal, (A.ACKNOWLEDGE, S.ACKNOWLEDGED), DEPART, ARRIVE, REPORT, REPORT)
    known = journal.picture.assignments[A1]
    assert known.stamps == {
        FieldTime.ASSIGNED: 1_000.0,
        FieldTime.ACKNOWLEDGED: 1_010.0,
        FieldTime.EN_ROUTE: 1_020.0,
        FieldTime.ARRIVED: 1_030.0,
        FieldTime.FEEDBACK: 1_040.0,
    }
    assert known.since_s == 1_050.0


def test_the_device_time_of_a_late_message_is_the_stamp(journal: Journal) -> None:
    journal.sent("a1", "c1", "u1")
    payload = AssignmentMoved(A1, C1, U1, A.DEPART, S.EN_ROUTE, 0, "", 1_003.0)
    journal.now_s = 1_500.0
    journal.add(payload, at_s=1_003.0)
    assert journal.picture.assignments[A1].stamps[FieldTime.EN_ROUTE] == 1_003.0
    assert journal.picture.as_of_s == 1_500.0


def test_a_cleared_assignment_leaves_and_frees_its_unit(journal: Journal) -> None:
    run_to(journal, ARRIVE, CLEAR)
    assert A1 not in journal.picture.assignments
    assert journal.picture.units[U1].active is None
    assert journal.picture.incidents[C1].assignments == ()


def test_a_unit_has_one_active_assignment_and_a_queue_behind_it(journal: Journal) -> None:
    journal.call("c2")
    journal.call("c3")
    journal.sent("a1", "c1", "u1")
    journal.sent("a3", "c3", "u1", S.STACKED, queue=2)
    journal.sent("a2", "c2", "u1", S.STACKED, queue=1)
    unit = journal.picture.units[U1]
    assert (unit.active, unit.stack) == ("a1", ("a2", "a3"))
    journal.did("a1", A.ARRIVE, S.ON_SCENE)
    journal.did("a1", A.CLEAR, S.CLEARED)
    journal.did("a2", A.ASSIGN, S.ASSIGNED)
    unit = journal.picture.units[U1]
    assert (unit.active, unit.stack) == ("a2", ("a3",))


def test_a_call_that_ends_takes_its_assignments_and_alarms_with_it(journal: Journal) -> None:
    run_to(journal, DEPART)
    journal.add(AlarmRaised("al1", "late", "warn", C1, A1, U1))
    journal.moved("c1", IncidentAction.CANCEL)
    assert board_of(journal.picture, server_s=0.0)["incidents"] == []
    assert len(journal.picture.assignments) == len(journal.picture.alarms) == 0
    assert journal.picture.units[U1].active is None


def test_a_reopened_call_is_missing_until_a_driver_puts_it_back(journal: Journal) -> None:
    call = journal.picture.incidents[C1]
    journal.moved("c1", IncidentAction.CLOSE, "advised")
    journal.add(
        IncidentMoved(
            C1, IncidentAction.REOPEN, IncidentState.CLOSED, IncidentState.ROUTED, "", None
        )
    )
    assert journal.picture.missing == {"c1"}
    journal.stamped("c1", FieldTime.RECEIVED, 900.0)
    journal.add(RecommendationMade(C1, "r1", "v", (U1,), ()))
    assert C1 not in journal.picture.incidents
    back = with_incident(journal.picture, call)
    assert back.missing == frozenset()
    assert back.incidents[C1] == call


def test_a_merged_call_comes_back_the_same_way(journal: Journal) -> None:
    journal.call("c2")
    journal.add(IncidentLinked(C1, IncidentId("c2")))
    assert journal.picture.incidents[C1].primary == "c2"
    journal.moved("c1", IncidentAction.MERGE)
    journal.add(IncidentUnlinked(C1, IncidentId("c2")))
    journal.add(
        IncidentMoved(
            C1, IncidentAction.UNMERGE, IncidentState.MERGED, IncidentState.ROUTED, "", None
        )
    )
    assert journal.picture.missing == {"c1"}
    journal.add(
        IncidentMoved(
            C1, IncidentAction.CLOSE, IncidentState.ROUTED, IncidentState.CLOSED, "", None
        )
    )
    assert journal.picture.missing == frozenset()


def test_place_class_priority_and_destinations_follow_the_events(journal: Journal) -> None:
    journal.add(IncidentLocated(C1, 111.9, 27.9, PlaceClass.KEY_PLACE, BeatId("b2")))
    journal.add(IncidentClassified(C1, "fire.structure", Priority.EMERGENCY, "new_information"))
    journal.add(IncidentRouted(C1, "v1", (RoutedTo("fire", "", True, "fire"),)))
    call = journal.picture.incidents[C1]
    assert (call.lon, call.lat, call.place_class, call.beat) == (111.9, 27.9, "key_place", "b2")
    assert (call.category, call.priority) == ("fire.structure", 1)
    assert call.destinations == (RoutedTo("fire", "", True, "fire"),)


def test_the_first_time_stamp_counts(journal: Journal) -> None:
    journal.stamped("c1", FieldTime.RECEIVED, 990.0)
    journal.stamped("c1", FieldTime.RECEIVED, 995.0)
    assert journal.picture.incidents[C1].stamps == {FieldTime.RECEIVED: 990.0}


def test_a_unit_off_duty_has_no_position(journal: Journal) -> None:
    journal.add(UnitAvailability(U1, False, "meal"))
    assert journal.picture.units[U1].reason == "meal"
    journal.add(UnitOffDuty(U1))
    unit = board_of(journal.picture, server_s=0.0)["units"][0]
    assert not unit["on_duty"]
    assert not unit["available"]
    assert [unit[key] for key in ("lon", "lat", "heading", "fix_s")] == [None] * 4


def test_a_unit_belongs_to_the_post_that_a_new_posting_gives_it(journal: Journal) -> None:
    before = journal.picture.units[U1]
    journal.add(UnitStationed(U1, PostId("p9")))
    assert journal.picture.units[U1] == replace(before, post=PostId("p9"))
    journal.add(UnitStationed(UnitId("never-on-duty"), PostId("p9")))
    assert "never-on-duty" not in journal.picture.units


def test_closures_are_set_and_lifted(journal: Journal) -> None:
    journal.add(ClosureSet("k1", (17, 18), True))
    assert board_of(journal.picture, server_s=0.0)["closures"] == [{"id": "k1", "edges": [17, 18]}]
    journal.add(ClosureSet("k1", (17, 18), False))
    assert len(journal.picture.closures) == 0


def test_alarms_are_raised_and_ended(journal: Journal) -> None:
    journal.add(AlarmRaised("al1", "unassigned", "warn", C1, None, None))
    assert board_of(journal.picture, server_s=0.0)["alarms"][0]["raised_s"] == 1_000.0
    journal.add(AlarmEnded("al1", C1, "answered"))
    assert len(journal.picture.alarms) == 0


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (IncidentTimeStamped(IncidentId("zz"), FieldTime.RECEIVED, 1.0, None, "server"),
         "unknown_incident"),
        (moved(IncidentAction.CLOSE, IncidentState.ENTERED),
         "wrong_transition"),
        (moved(IncidentAction.CLOSE, IncidentState.IN_PROGRESS), "wrong_state"),
        (UnitOffDuty(UnitId("zz")), "unknown_unit"),
        (UnitOffDuty(U1), "unit_busy"),
        (AssignmentMoved(AssignmentId("a9"), C1, U1, None, S.ASSIGNED, 0, "", None), "unit_busy"),
        (AssignmentMoved(AssignmentId("a9"), C1, U1, None, S.ON_SCENE, 0, "", None),
         "wrong_transition"),
        (AssignmentMoved(AssignmentId("a9"), C1, U1, A.DEPART, S.EN_ROUTE, 0, "", None),
         "unknown_assignment"),
        (AssignmentMoved(A1, C1, U1, None, S.ASSIGNED, 0, "", None), "known_assignment"),
        (AssignmentMoved(A1, C1, U1, A.REPORT, S.FEEDBACK, 0, "", None), "wrong_transition"),
        (AssignmentMoved(A1, C1, UnitId("u2"), A.DEPART, S.EN_ROUTE, 0, "", None),
         "other_assignment"),
        (AssignmentMoved(AssignmentId("a9"), IncidentId("zz"), UnitId("u2"), None, S.ASSIGNED,
                         0, "", None), "unknown_incident"),
    ],
)  # fmt: skip
def test_what_cannot_have_happened_is_refused(
    journal: Journal, payload: Payload, code: str
) -> None:
    journal.sent("a1", "c1", "u1")
    before = journal.picture
    with pytest.raises(ImpossibleEventError) as raised:
        apply(before, journal.event(payload))
    assert raised.value.code == code


def test_a_unit_off_duty_is_not_sent(journal: Journal) -> None:
    journal.add(UnitOffDuty(U1))
    with pytest.raises(ImpossibleEventError, match="unit_off_duty"):
        journal.sent("a1", "c1", "u1")


def test_the_fleet_is_off_duty_until_it_comes_on() -> None:
    spec = UnitSpec(UnitId("u9"), "九号", "motorcycle", PostId("p1"), AREA, ("motorcycle",), 1)
    picture = with_fleet(EMPTY_PICTURE, [spec])
    assert not picture.units[UnitId("u9")].on_duty
    lines = Journal(picture)
    lines.on_duty("u9")
    assert with_fleet(lines.picture, [spec]).units[UnitId("u9")].on_duty


def test_the_board_is_plain_json_in_the_shape_of_the_protocol(journal: Journal) -> None:
    journal.stamped("c1", FieldTime.RECEIVED, 990.0)
    journal.add(RecommendationMade(C1, "r1", "v1", (U1,), ("patrol_car:1",)))
    run_to(journal, DEPART)
    board = board_of(journal.picture, server_s=5.0, rate=2.0, place_of={C1: "东街"})
    assert json.loads(json.dumps(board)) == board
    assert board["clock"] == {"server_s": 5.0, "rate": 2.0}
    assert board["seq"] == len(journal.events)
    assert board["incidents"] == [
        {
            "id": "c1", "number": "20261122-0001", "category": "offence.public_order.fight",
            "priority": 1, "alarm_level": 1, "state": "routed", "channel": "phone",
            "area": AREA, "beat": None,
            "lon": 111.1, "lat": 27.1, "place": "东街", "place_class": "centre", "drill": False,
            "primary": None, "destinations": [], "stamps": {"received": 990.0},
            "disposition": None,
            "recommendation": {"id": "r1", "policy_version": "v1", "units": ["u1"],
                               "shortfall": ["patrol_car:1"]},
        }
    ]  # fmt: skip
    assert board["assignments"] == [
        {
            "id": "a1", "incident": "c1", "unit": "u1", "state": "en_route", "queue": 0,
            "reason": "", "stamps": {"assigned": 1_000.0, "en_route": 1_010.0},
        }
    ]  # fmt: skip
    assert board["units"][0] == {
        "id": "u1", "call_sign": "U1", "kind": "patrol_car", "capabilities": ["patrol_car"],
        "seats": 2, "post": None, "area": AREA, "on_duty": True, "available": True, "reason": "",
        "lon": 111.0, "lat": 27.0, "heading": None, "fix_s": 1_000.0,
    }  # fmt: skip


def test_a_viewer_gets_only_the_areas_it_sees(journal: Journal) -> None:
    run_to(journal, DEPART)
    board = board_of(journal.picture, server_s=0.0, sees=lambda area: area != AreaId(AREA))
    assert board["incidents"] == board["units"] == board["assignments"] == []


def test_the_newer_position_is_shown(journal: Journal) -> None:
    seen = board_from([(U1, 111.5, 27.5, 90.0, 2_000.0), (UnitId("u2"), 1.0, 1.0, None, 1.0)])
    units = board_of(journal.picture, server_s=0.0, positions=seen)["units"]
    assert (units[0]["lon"], units[0]["heading"], units[0]["fix_s"]) == (111.5, 90.0, 2_000.0)
    assert (units[1]["lon"], units[1]["heading"], units[1]["fix_s"]) == (111.0, None, 1_000.0)
    places = positions_of(journal.picture, seen)
    assert places.place(U1) == (111.5, 27.5)
    assert places.place(UnitId("u2")) == (111.0, 27.0)
