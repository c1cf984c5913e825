from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from tests.unit.core.journal_lines import Journal

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime, IncidentAction
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.positions import PositionBoard, positions_of
from wardmote.core.domain.run_cards import FIRE_EMS_RUN_CARDS, POLICE_RUN_CARDS
from wardmote.core.domain.standards import NFPA_1710, STANDARD_135, URBAN_RURAL
from wardmote.core.domain.unit_events import UnitAvailability, UnitOffDuty
from wardmote.core.policies.recommend import NearestByRoad, Weights
from wardmote.core.policies.recommendation import Recommendation
from wardmote.core.policies.travel_view import RoadTime, Uncovers

POLICY = NearestByRoad(STANDARD_135, POLICE_RUN_CARDS)
RNG = np.random.default_rng(0)


@dataclass
class Roads:
    """Road times by unit as a test states them; a unit without a time cannot get there."""

    positions: PositionBoard
    drive_s: Mapping[str, float]
    turnout_s: float = 0.0
    error_s: float = 0.0
    left: Mapping[str, Uncovers] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def road_times(
        self, units: Sequence[UnitId], lon: float, lat: float, now_s: float
    ) -> Mapping[UnitId, RoadTime]:
        return {
            unit: RoadTime(self.drive_s[unit], self.turnout_s, self.error_s)
            for unit in units
            if unit in self.drive_s
        }

    def uncovers(self, unit: UnitId, staying: Sequence[UnitId], now_s: float) -> Uncovers | None:
        assert unit not in staying
        self.asked.append(unit)
        return self.left.get(unit, Uncovers(0, 0.0))


@pytest.fixture
def journal() -> Journal:
    lines = Journal()
    for unit in ("u1", "u2", "u3", "u4"):
        lines.on_duty(unit)
    lines.call("c1", "dispute.neighbour", priority=3)
    lines.moved("c1", IncidentAction.ROUTE)
    return lines


def ask(
    journal: Journal,
    drive_s: Mapping[str, float],
    policy: NearestByRoad = POLICY,
    call: str = "c1",
    now_s: float | None = None,
    alarm_level: int = 1,
    **roads: object,
) -> Recommendation:
    view = Roads(positions_of(journal.picture), drive_s, **roads)  # type: ignore[arg-type]  # test
    return policy.recommend(
        journal.picture,
        journal.picture.incidents[IncidentId(call)],
        journal.now_s if now_s is None else now_s,
        view,
        RNG,
        alarm_level=alarm_level,
    )


def why(answer: Recommendation, unit: str) -> list[str]:
    return next([one.code for one in line.reasons] for line in answer.lines if line.unit == unit)


def test_the_unit_that_is_there_first_by_road_is_chosen(journal: Journal) -> None:
    answer = ask(journal, {"u1": 300.0, "u2": 100.0, "u3": 200.0, "u4": 400.0})
    assert answer.units == ("u2",)
    assert [line.unit for line in answer.lines] == ["u2", "u3", "u1", "u4"]
    assert [line.rank for line in answer.lines] == [1, 2, 3, 4]
    assert why(answer, "u2") == ["chosen_for"]
    assert why(answer, "u3") == ["others_serve_better"]
    assert answer.lines[1].reasons[0].value("later_s") == 100.0
    assert answer.shortfall == ()


def test_equal_times_go_to_the_smaller_id(journal: Journal) -> None:
    assert ask(journal, dict.fromkeys(("u3", "u2", "u4"), 60.0)).units == ("u2",)


def test_an_unreachable_unit_is_rejected_and_not_zero_seconds_away(journal: Journal) -> None:
    answer = ask(journal, {"u1": 50.0})
    line = answer.lines[1]
    assert (line.unit, line.rank, line.travel_s, line.probability) == ("u2", None, None, None)
    assert why(answer, "u2") == ["unreachable"]


def test_units_that_cannot_go_say_why(journal: Journal) -> None:
    journal.add(UnitOffDuty(UnitId("u1")))
    journal.add(UnitAvailability(UnitId("u2"), False, "meal"))
    journal.call("c2")
    journal.sent("a3", "c2", "u3")
    journal.sent("a4", "c2", "u4")
    journal.did("a4", AssignmentAction.ARRIVE, AssignmentState.ON_SCENE)
    answer = ask(journal, dict.fromkeys(("u1", "u2", "u3", "u4"), 10.0))
    assert answer.units == ()
    assert [why(answer, unit)[0] for unit in ("u1", "u2", "u3", "u4")] == [
        "off_duty",
        "unavailable",
        "busy",
        "on_scene",
    ]
    (short,) = answer.shortfall
    assert (short.code, short.wanted, short.found) == ("patrol_car:1", 1, 0)
    assert {one.code: one.value("units") for one in short.reasons} == {
        "busy": 1,
        "off_duty": 1,
        "on_scene": 1,
        "unavailable": 1,
    }


def test_without_a_place_nothing_is_recommended(journal: Journal) -> None:
    journal.call("c2", lon=None)
    answer = ask(journal, {"u1": 1.0}, call="c2")
    assert answer.units == ()
    assert answer.problem is not None
    assert answer.problem.code == "place_unknown"
    assert all(line.reasons[0].code == "place_unknown" for line in answer.lines)


def test_a_stale_position_counts_against_a_unit_and_an_old_one_rules_it_out(
    journal: Journal,
) -> None:
    now_s = journal.now_s + 121
    journal.now_s = now_s
    journal.on_duty("u2")
    answer = ask(journal, {"u1": 100.0, "u2": 150.0}, now_s=now_s)
    assert answer.units == ("u2",)
    assert why(answer, "u1") == ["sooner_but_held_back", "position_stale"]
    assert answer.lines[1].reasons[0].value("sooner_s") == 50.0
    too_old = ask(journal, {"u1": 100.0}, now_s=1_000.0 + 900.1)
    assert why(too_old, "u1") == ["position_too_old"]


@pytest.mark.parametrize(("age_s", "stale"), [(120.0, False), (120.1, True)])
def test_a_position_is_stale_only_beyond_the_limit(
    journal: Journal, age_s: float, stale: bool
) -> None:
    answer = ask(journal, {"u1": 100.0}, now_s=1_000.0 + age_s)
    assert ("position_stale" in why(answer, "u1")) == stale


def test_the_probability_is_of_meeting_the_target_of_the_place(journal: Journal) -> None:
    journal.call("c2", "dispute.neighbour", 3, place_class=PlaceClass.KEY_PLACE)
    assert ask(journal, {"u1": 60.0}, call="c2").target_s == 60.0
    exact = ask(journal, {"u1": 60.0, "u2": 60.1}, call="c2")
    assert [line.probability for line in exact.lines[:2]] == [1.0, 0.0]
    unsure = ask(journal, {"u1": 60.0, "u2": 30.0}, call="c2", error_s=20.0)
    low, high = (line.probability for line in reversed(unsure.lines[:2]))
    assert low is not None
    assert high is not None
    assert 0.4 < low < 0.7 < high < 1.0


def test_turnout_counts_from_the_order_but_not_for_a_travel_standard(journal: Journal) -> None:
    from_order = ask(journal, {"u1": 170.0}, turnout_s=20.0)
    assert from_order.lines[0].probability == 0.0
    travel = ask(journal, {"u1": 240.0}, NearestByRoad(NFPA_1710, POLICE_RUN_CARDS), turnout_s=80.0)
    assert travel.lines[0].probability == 1.0


def test_a_standard_from_receipt_counts_the_time_that_has_passed(journal: Journal) -> None:
    policy = NearestByRoad(URBAN_RURAL, POLICE_RUN_CARDS)
    assert ask(journal, {"u1": 700.0}, policy).lines[0].probability is None
    journal.stamped("c1", FieldTime.RECEIVED, journal.now_s - 500.0)
    assert ask(journal, {"u1": 700.0}, policy).lines[0].probability == 1.0
    assert ask(journal, {"u1": 700.1}, policy).lines[0].probability == 0.0


def test_what_a_unit_uncovers_counts_within_a_bound_and_never_for_emergencies(
    journal: Journal,
) -> None:
    left = {"u1": Uncovers(3, 5.0)}
    answer = ask(journal, {"u1": 100.0, "u2": 200.0}, left=left)
    assert answer.units == ("u2",)
    assert why(answer, "u1") == ["sooner_but_held_back", "leaves_uncovered"]
    assert ask(journal, {"u1": 100.0, "u2": 221.0}, left=left).units == ("u1",)
    journal.call("c2", "offence.public_order.disturbance", 1)
    urgent = ask(journal, {"u1": 100.0, "u2": 100.1, "u3": 300.0}, left=left, call="c2")
    assert urgent.units == ("u1", "u2")
    assert urgent.lines[0].uncovers == Uncovers(3, 5.0)


def test_a_unit_of_which_nobody_asked_what_it_uncovers_does_not_overtake(
    journal: Journal,
) -> None:
    policy = dataclasses.replace(POLICY, weights=Weights(coverage_lines=1))
    answer = ask(journal, {"u1": 100.0, "u2": 101.0}, policy, left={"u1": Uncovers(9, 99.0)})
    assert answer.units == ("u1",)
    assert [line.uncovers for line in answer.lines[:2]] == [Uncovers(9, 99.0), None]


def test_a_run_card_asks_for_kinds_and_prefers_them_in_order(journal: Journal) -> None:
    journal.on_duty("k1", "command_car")
    journal.call("c2", "offence.criminal.robbery", 1)
    drive_s = {"u1": 100.0, "u2": 110.0, "u3": 115.0, "k1": 112.0}
    answer = ask(journal, drive_s, call="c2")
    assert {line.unit: line.fills for line in answer.lines if line.chosen} == {
        "u1": "patrol_car",
        "u2": "patrol_car",
        "k1": "command_car",
    }


def test_a_cross_staffed_unit_fills_one_place(journal: Journal) -> None:
    lines = Journal()
    lines.on_duty("e1", "engine", ("engine", "medic"))
    lines.on_duty("m1", "medic")
    lines.call("c1", "medical.life_threatening", 1)
    policy = NearestByRoad(NFPA_1710, FIRE_EMS_RUN_CARDS)
    both = ask(lines, {"e1": 60.0, "m1": 200.0}, policy)
    assert {line.unit: line.fills for line in both.lines} == {"e1": "engine", "m1": "medic"}
    alone = ask(lines, {"e1": 60.0}, policy)
    assert [line.fills for line in alone.lines if line.chosen] == ["medic"]
    assert [short.code for short in alone.shortfall] == ["engine:1"]
    assert [one.code for one in alone.shortfall[0].reasons] == ["no_such_unit"]


def test_units_already_sent_count_and_a_higher_alarm_asks_for_more(journal: Journal) -> None:
    drive_s = {"u1": 10.0, "u2": 20.0, "u3": 30.0, "u4": 40.0}
    journal.sent("a1", "c1", "u1")
    again = ask(journal, drive_s)
    assert again.units == ()
    assert why(again, "u1") == ["already_sent"]
    assert why(again, "u2") == ["enough_units_sent"]
    assert again.shortfall == ()
    assert ask(journal, drive_s, alarm_level=2).units == ("u2", "u3")
    with pytest.raises(ValueError, match="begin at 1"):
        ask(journal, drive_s, alarm_level=0)


def test_a_kind_that_the_card_does_not_name_is_not_considered(journal: Journal) -> None:
    journal.on_duty("e1", "engine")
    assert why(ask(journal, {"e1": 1.0, "u1": 50.0}), "e1") == ["kind_not_asked_for"]


def test_the_answer_is_the_protocols_json(journal: Journal) -> None:
    data = ask(journal, {"u1": 50.0}).as_json("r1")
    assert json.loads(json.dumps(data)) == data
    assert {"incident", "recommendation", "policy_version", "lines", "shortfall"} <= set(data)
    assert {"unit", "rank", "chosen", "travel_s", "probability", "uncovers", "reasons"} <= set(
        data["lines"][0]
    )


def test_the_version_names_the_standard_and_the_cards() -> None:
    assert POLICY.version == "nearest-by-road/1+135/1+police/1"
