from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.core.journal_lines import Journal

from wardmote.core.domain.assignment import AssignmentAction, AssignmentState
from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.positions import PositionBoard, positions_of
from wardmote.core.domain.run_cards import POLICE_RUN_CARDS
from wardmote.core.domain.standards import STANDARD_135
from wardmote.core.policies.recommend import NearestByRoad, Weights
from wardmote.core.policies.recommendation import Line
from wardmote.core.policies.travel_view import RoadTime, Uncovers, probability_within

POLICY = NearestByRoad(STANDARD_135, POLICE_RUN_CARDS)
WEIGHTS = Weights()
KINDS = ("patrol_car", "motorcycle", "command_car", "engine")
SUBSTITUTES = 2  # steps down the longest order of preference of the cards used here


@dataclass
class Roads:
    positions: PositionBoard
    table: Mapping[UnitId, RoadTime]
    left: Mapping[UnitId, Uncovers]

    def road_times(
        self, units: Sequence[UnitId], lon: float, lat: float, now_s: float
    ) -> Mapping[UnitId, RoadTime]:
        return {unit: self.table[unit] for unit in units if unit in self.table}

    def uncovers(self, unit: UnitId, staying: Sequence[UnitId], now_s: float) -> Uncovers | None:
        return self.left.get(unit)


@dataclass
class Question:
    journal: Journal
    roads: Roads
    priority: int


@st.composite
def questions(draw: st.DrawFn) -> Question:
    journal = Journal()
    priority = draw(st.integers(1, 4))
    category = draw(st.sampled_from(["offence.criminal.robbery", "dispute.family"]))
    journal.call("other", priority=4)
    table: dict[UnitId, RoadTime] = {}
    left: dict[UnitId, Uncovers] = {}
    for row in range(draw(st.integers(0, 7))):
        unit = UnitId(f"u{row}")
        journal.now_s = draw(st.sampled_from([0.0, 500.0, 890.0]))
        journal.on_duty(unit, draw(st.sampled_from(KINDS)))
        state = draw(st.sampled_from(["free", "free", "free", "busy", "scene", "nowhere"]))
        if state in ("busy", "scene"):
            journal.sent(f"a{row}", "other", unit)
        if state == "scene":
            journal.did(f"a{row}", AssignmentAction.ARRIVE, AssignmentState.ON_SCENE)
        if state != "nowhere":
            table[unit] = RoadTime(draw(st.integers(1, 900)) * 1.0, 20.0, 30.0)
        if draw(st.booleans()):
            left[unit] = Uncovers(1, float(draw(st.integers(0, 20))))
    journal.now_s = 1_000.0
    journal.call("c1", category, priority)
    return Question(journal, Roads(positions_of(journal.picture), table, left), priority)


def answer(question: Question) -> tuple[Line, ...]:
    picture = question.journal.picture
    call = picture.incidents[IncidentId("c1")]
    rng = np.random.default_rng(0)
    return POLICY.recommend(picture, call, 1_000.0, question.roads, rng).lines


@settings(max_examples=150, deadline=None)
@given(questions())
def test_every_unit_is_in_the_answer_once_with_a_reason(question: Question) -> None:
    lines = answer(question)
    assert sorted(line.unit for line in lines) == sorted(question.journal.picture.units)
    assert all(line.reasons for line in lines)
    ranks = [line.rank for line in lines if line.rank is not None]
    assert ranks == list(range(1, len(ranks) + 1))
    assert all(line.rank is not None and line.travel_s is not None for line in lines if line.chosen)
    assert lines == answer(question)


@settings(max_examples=150, deadline=None)
@given(questions())
def test_no_busy_or_unreachable_unit_is_chosen(question: Question) -> None:
    for line in answer(question):
        known = question.journal.picture.units[line.unit]
        if known.active is not None or line.unit not in question.roads.table:
            assert not line.chosen
            assert line.travel_s is None


@settings(max_examples=150, deadline=None)
@given(questions())
def test_nobody_is_passed_over_for_one_who_arrives_more_than_the_bounds_later(
    question: Question,
) -> None:
    bound_s = (
        WEIGHTS.stale_s
        + WEIGHTS.coverage_bound_s[question.priority - 1]
        + SUBSTITUTES * WEIGHTS.substitute_s
    )
    lines = answer(question)
    chosen = [line for line in lines if line.chosen]
    passed = [line for line in lines if line.rank is not None and not line.chosen]
    for one in chosen:
        for other in passed:
            assert one.travel_s is not None
            assert other.travel_s is not None
            able = question.journal.picture.units[other.unit].capabilities
            if one.fills in able or question.priority != 1:
                assert one.travel_s <= other.travel_s + bound_s + 1e-6


@given(st.floats(0.1, 1e4), st.floats(0, 1e4), st.floats(-100, 1e4), st.floats(0, 1e4))
def test_a_longer_limit_is_never_less_likely(
    expected_s: float, error_s: float, limit_s: float, more_s: float
) -> None:
    sooner = probability_within(expected_s, error_s, limit_s)
    later = probability_within(expected_s, error_s, limit_s + more_s)
    assert 0.0 <= sooner <= later <= 1.0
    if error_s == 0:
        assert sooner == (1.0 if expected_s <= limit_s else 0.0)
