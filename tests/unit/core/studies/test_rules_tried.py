"""A trial tries the rules that are put in force, and units that rest, fail and refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.core.studies.small_place import book, ground, named

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.problem import Problem
from wardmote.core.policies.preempt import SHIPPED
from wardmote.core.policies.recommend_keeping_cover import CoverKeepingRule
from wardmote.core.policies.relocation_rule import NO_RELOCATION, RelocationMethod, RelocationRule
from wardmote.core.simulation.twin import columns as c
from wardmote.core.studies.cover_by_hour import cover_by_hour
from wardmote.core.studies.demand_doubt import DemandDoubt
from wardmote.core.studies.fleets import fleet_of
from wardmote.core.studies.ground import FROM_RECORDS
from wardmote.core.studies.move_limits import MoveLimits
from wardmote.core.studies.moving import planned_by, rule_of
from wardmote.core.studies.not_modelled import not_modelled
from wardmote.core.studies.plan import (
    RelocationPlan,
    RelocationPolicy,
    plan_document,
    present_plan,
    read_plan,
)
from wardmote.core.studies.scenario import (
    AS_USUAL,
    Breaks,
    Failures,
    Scenario,
    read_scenario,
    scenario_document,
)
from wardmote.core.studies.trial import TrialSetting, run_trial
from wardmote.core.studies.trial_roads import prepare_roads
from wardmote.core.studies.worlds import draw_demand

SETTING = TrialSetting(seed=5, runs=2, days=4.0)
PRESENT = present_plan(book())
POSTS = [post.id for post in PRESENT.posts]
EAGER = MoveLimits(
    minimum_gain_share=0.0, moves_per_hour=20, moves_per_shift=100, driving_per_shift_s=86_400.0,
    farthest_drive_s=86_400.0, rest_s=0.0, shift_changes_h=(), quiet_before_change_s=0.0,
)  # fmt: skip
MOVING = replace(
    PRESENT,
    code="eager",
    relocation=RelocationPlan(RelocationPolicy.EXPECTED_COVER, 0.3, limits=EAGER),
)
BUSY = Scenario("busy", named("busy"), demand_factor=8.0)


def _limited(code: str, **limits: float) -> object:
    assert MOVING.relocation is not None
    order = replace(MOVING.relocation, limits=replace(EAGER, **limits))
    return replace(MOVING, code=code, relocation=order)


@pytest.mark.parametrize("method", list(RelocationMethod))
def test_the_rule_in_force_is_the_one_that_its_plan_becomes(method: RelocationMethod) -> None:
    rule = RelocationRule(
        "now", method=method, busy_share=0.2, minimum_gain_share=0.02, moves_per_hour=2,
        rest_s=60.0, shift_changes_h=(7.0,), kinds=frozenset({"patrol_car"}),
        order=(POSTS[-1], POSTS[0]),
    )  # fmt: skip
    order = planned_by(rule, POSTS)
    made = rule_of(order, rule)
    assert made.method is method
    if method is RelocationMethod.OFF:
        assert planned_by(None, POSTS) == planned_by(NO_RELOCATION, POSTS) == order
    else:
        assert made == rule
        plan = replace(PRESENT, relocation=order)
        assert read_plan(plan_document(plan)) == plan


def test_a_plan_without_limits_has_those_of_the_shipped_rule() -> None:
    document = plan_document(MOVING)
    del document["relocation"]["limits"]  # type: ignore[union-attr, call-overload]  # an object
    found = read_plan(document).relocation
    assert found is not None
    assert found.limits == MoveLimits()
    document["relocation"]["limits"] = {"shift_changes_h": [20, 8]}  # type: ignore[call-overload, index]  # an object
    with pytest.raises(Problem, match=r"relocation\.limits\.shift_changes_h"):
        read_plan(document)


def test_limits_and_refusals_keep_units_from_moving() -> None:
    assert MOVING.relocation is not None
    table = replace(MOVING.relocation, policy=RelocationPolicy.COMPLIANCE_TABLE)
    ahead = replace(MOVING.relocation, policy=RelocationPolicy.LOOK_AHEAD)
    none = _limited("none", moves_per_shift=0)
    far = _limited("far", farthest_drive_s=1.0)
    seldom = _limited("seldom", moves_per_hour=1)
    plans = [MOVING, seldom, none, far, replace(PRESENT, code="table", relocation=table),
             replace(PRESENT, code="ahead", relocation=ahead)]  # fmt: skip
    refuse = replace(BUSY, code="refuse", refused_share=1.0)
    outcome = run_trial(ground(), plans, [BUSY, refuse], SETTING)  # type: ignore[arg-type]  # plans

    def moves(code: str, scenario: str = "busy") -> float:
        found = outcome.of(code, scenario)
        assert found is not None
        return found.cost.moves_a_day.mean

    assert moves("eager") > moves("seldom") > 0
    assert moves("table") > 0
    assert moves("ahead") > 0
    assert moves("far") < moves("seldom")
    assert moves("none") == moves("eager", "refuse") == 0


def test_a_rule_sees_the_calls_around_each_hour() -> None:
    of = ground()
    roads = prepare_roads(of.travel, PRESENT.posts, points=of.points.places)
    node, km = roads.nodes_of(of.points.places)
    week = cover_by_hour(of, *roads.of_posts(PRESENT.posts), node, km)
    assert len(week.sets) == 168
    assert all(0 < one.weight.sum() <= 1 + 1e-9 for one in week.sets)
    assert len({id(one.member) for one in week.sets}) == 1
    day = cover_by_hour(
        replace(of, demand_from=FROM_RECORDS), *roads.of_posts(PRESENT.posts), node, km
    )
    assert (len(day.sets), day.cycle_s) == (24, 86_400.0)


def test_units_rest_by_turns_and_fail_alike_in_every_plan() -> None:
    scenario = Scenario(
        "worn", named("worn"), breaks=Breaks(4.0, 30.0), failures=Failures(2.0, 6.0),
        refused_share=0.5,
    )  # fmt: skip
    assert read_scenario(scenario_document(scenario)) == scenario
    fleet = fleet_of(PRESENT, scenario)
    agenda = fleet.agenda(scenario, 3, 72)
    begins = [(at_s, unit) for at_s, unit, bit in agenda if bit == c.ON_BREAK]
    ends = [(at_s, unit) for at_s, unit, bit in agenda if bit == -c.ON_BREAK]
    assert sorted((at_s + 1_800.0, unit) for at_s, unit in begins) == sorted(ends)
    of_first = [at_s for at_s, unit in begins if unit == 0]
    assert np.allclose(np.diff(of_first), 4 * 3_600.0)
    assert len({at_s for at_s, unit in begins if fleet.home[unit] == 0 and at_s < 5 * 3_600}) > 1
    fails = [row for row in agenda if row[2] == c.OUT_OF_ORDER]
    assert fails
    assert max(at_s for at_s, _, _ in agenda) <= 72 * 3_600.0
    fewer = fleet_of(replace(PRESENT, posts=PRESENT.posts[:1]), scenario)
    again = [row for row in fewer.agenda(scenario, 3, 72) if row[2] == c.OUT_OF_ORDER]
    assert set(again) == {row for row in fails if row[1] < len(fewer.home)}
    assert fleet.agenda(AS_USUAL, 3, 72) == fleet.agenda(AS_USUAL, 4, 72)


def test_worn_units_answer_later() -> None:
    worn = replace(BUSY, code="worn", failures=Failures(0.5, 24.0))
    outcome = run_trial(ground(), [PRESENT], [BUSY, worn], SETTING)
    well, tired = outcome.of(PRESENT.code, "busy"), outcome.of(PRESENT.code, "worn")
    assert well is not None
    assert tired is not None
    assert tired.calls == well.calls
    assert tired.waited_share.mean > well.waited_share.mean


def test_what_is_left_out_is_said_for_what_was_tried() -> None:
    worn = Scenario(
        "w", named("w"), breaks=Breaks(4.0, 30.0), failures=Failures(9.0, 8.0), refused_share=0.1
    )
    still = {one.en for one in not_modelled(ground(), [PRESENT], [AS_USUAL])}
    moving = {one.en for one in not_modelled(ground(), [PRESENT, MOVING], [AS_USUAL, worn])}
    tired = {one.en for one in not_modelled(ground(), [MOVING], [worn])}
    always = still & tired
    assert len(always) >= 6
    assert still - always == {"breaks of crews", "failures of vehicles and equipment"}
    assert moving - still == (tired - always) | {"crews that refuse advice to move"}


@pytest.mark.parametrize(
    ("field", "scenario"),
    [
        ("breaks.minutes", {"breaks": {"after_h": 1, "minutes": 60}}),
        ("failures.repair_h", {"failures": {"days_between": 3, "repair_h": 0}}),
        ("refused_share", {"refused_share": 1.2}),
    ],
)
def test_what_a_scenario_cannot_mean_is_refused(field: str, scenario: dict[str, object]) -> None:
    document = {"format": "wardmote-scenario/1", "code": "x", "name": {"zh": "", "en": "x"}}
    with pytest.raises(Problem, match=field):
        read_scenario({**document, **scenario})
    with pytest.raises(InvalidDataError):
        Scenario("x", named("x"), breaks=Breaks(0.5, 10.0))


def test_doubt_about_demand_widens_what_runs_meet_and_is_the_same_for_all_plans() -> None:
    of = ground()
    points = of.points
    doubt = DemandDoubt(20.0, 30.0, np.full(len(points), 5.0))
    doubtful = replace(points, doubt=doubt)

    def counts(of_points: object) -> np.ndarray:
        drawn = [
            draw_demand(of_points, of.handling, AS_USUAL, seed, 6.0).number  # type: ignore[arg-type]  # points
            for seed in range(60)
        ]
        return np.array(drawn)

    sure, unsure = counts(points), counts(doubtful)
    assert unsure.mean() == pytest.approx(sure.mean(), rel=0.12)
    assert unsure.std() > 1.5 * sure.std()
    unsure_again = counts(doubtful)
    assert (unsure == unsure_again).all()


def test_later_units_go_where_that_keeps_cover_only_with_the_rule_in_force() -> None:
    rule = CoverKeepingRule(
        "t", busy_share=0.3, most_later_s=600.0, least_kept_share=0.0001,
    )  # fmt: skip
    nearest = run_trial(ground(), [PRESENT], [AS_USUAL], SETTING)
    off = run_trial(ground(), [PRESENT], [AS_USUAL], SETTING, keeping=replace(rule, enabled=False))
    kept = run_trial(ground(), [PRESENT], [AS_USUAL], SETTING, keeping=rule)
    assert off == nearest
    means = [one.figures[0].response.mean_s for one in (nearest, kept)]
    assert means[0] is not None
    assert means[1] is not None
    assert means[1].mean > means[0].mean


def test_units_are_taken_off_lesser_calls_as_the_room_is_advised() -> None:
    usual = run_trial(ground(), [PRESENT], [BUSY], SETTING)
    nobody = run_trial(ground(), [PRESENT], [BUSY], SETTING, preemption=None)
    never = replace(SHIPPED, at_least=Priority.EMERGENCY, steps=4)
    assert run_trial(ground(), [PRESENT], [BUSY], SETTING, preemption=never) == nobody
    assert usual.figures[0].calls == nobody.figures[0].calls
    assert usual.figures[0].response != nobody.figures[0].response
