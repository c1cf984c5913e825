"""Plans tried on the twin of a small place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.core.studies.small_place import MIDDLE_OF_BRIDGE, at, book, ground, named

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.problem import Problem
from wardmote.core.studies.figures import Figure, Outcome, outcome_document, read_outcome
from wardmote.core.studies.fleets import fleet_of, scaled, without
from wardmote.core.studies.measuring import percentile
from wardmote.core.studies.move_limits import MoveLimits
from wardmote.core.studies.outcomes import power_of
from wardmote.core.studies.plan import (
    Plan,
    PlannedPost,
    PlannedShift,
    RelocationPlan,
    RelocationPolicy,
    present_plan,
)
from wardmote.core.studies.proposing import propose_posts
from wardmote.core.studies.questions import PostQuestion
from wardmote.core.studies.relocating import (
    MoveSearch,
    check_ways,
    propose_relocation,
    runs_needed,
    ways_of,
)
from wardmote.core.studies.scenario import AS_USUAL, Festival, RoadClosure, Scenario
from wardmote.core.studies.trial import KeptRoads, TrialSetting, run_trial
from wardmote.core.studies.trial_limits import MOST_TABLES, check_trial
from wardmote.core.studies.trial_roads import closed_edges
from wardmote.core.studies.worlds import DAY_S, draw_demand

SETTING = TrialSetting(seed=5, runs=3, days=4.0)
PRESENT = present_plan(book())
BOTH_BANKS = replace(
    PRESENT,
    code="both",
    posts=(*PRESENT.posts, PlannedPost(PostId("east"), named("East"), *at(7, 3), 2)),
)
MOVING = replace(
    PRESENT, code="moving", relocation=RelocationPlan(RelocationPolicy.EXPECTED_COVER, 0.3)
)
BUSY = Scenario("busy", named("busy"), demand_factor=8.0)
BRIDGE = RoadClosure(named("b"), *MIDDLE_OF_BRIDGE)
NO_BRIDGE = Scenario("bridge", named("bridge"), roads_closed=(BRIDGE,))


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return run_trial(ground(), [PRESENT, BOTH_BANKS, MOVING], [AS_USUAL, BUSY, NO_BRIDGE], SETTING)


def test_the_answer_is_the_same_on_one_worker_and_on_two(outcome: Outcome) -> None:
    again = run_trial(
        ground(),
        [PRESENT, BOTH_BANKS, MOVING],
        [AS_USUAL, BUSY, NO_BRIDGE],
        replace(SETTING, workers=2),
    )
    assert again == outcome
    assert read_outcome(outcome_document(outcome)) == outcome


def test_every_plan_meets_the_same_calls(outcome: Outcome) -> None:
    for scenario in ("usual", "busy", "bridge"):
        assert len({one.calls for one in outcome.figures if one.scenario == scenario}) == 1


def test_a_post_more_is_no_worse_and_is_told_apart(outcome: Outcome) -> None:
    for scenario in ("usual", "busy"):
        few, more = outcome.of("present", scenario), outcome.of("both", scenario)
        assert few is not None
        assert more is not None
        assert few.in_time is not None
        assert more.in_time is not None
        assert more.in_time.mean >= few.in_time.mean
    key = ("both", "busy", Figure.IN_TIME)
    found = next(d for d in outcome.differences if (d.plan, d.scenario, d.figure) == key)
    assert found.better == "both"
    assert found.power is not None
    assert found.power > 0.5


def test_a_closed_bridge_cuts_off_the_other_bank(outcome: Outcome) -> None:
    usual, closed = outcome.of("present", "usual"), outcome.of("present", "bridge")
    both = outcome.of("both", "bridge")
    assert usual is not None
    assert closed is not None
    assert both is not None
    assert usual.unanswered_share.mean == 0
    assert closed.unanswered_share.mean > 0.3
    # With a post on each bank each answers its own, and all units stay in service.
    assert both.unanswered_share.mean == 0
    assert both.cost.units == 8
    assert both.response.mean_s != usual.response.mean_s
    assert len(closed_edges(ground().travel, NO_BRIDGE.roads_closed)) == 1


def test_a_plan_that_answers_fewer_calls_is_not_the_better_one(outcome: Outcome) -> None:
    found = {
        one.figure: one
        for one in outcome.differences
        if (one.plan, one.scenario) == ("both", "bridge")
    }
    # The other bank's far calls are answered by one plan alone, which makes its mean no worse.
    assert found[Figure.MEAN_S].better == ""
    assert found[Figure.MEAN_S].runs_needed is None
    assert Figure.P90_S not in found
    assert found[Figure.UNANSWERED].better == "both"
    assert found[Figure.UNANSWERED].value.high < 0
    usual = [one for one in outcome.differences if (one.plan, one.scenario) == ("both", "usual")]
    assert next(one for one in usual if one.figure is Figure.MEAN_S).better == "both"
    closed = outcome.of("present", "bridge")
    assert closed is not None
    assert closed.response.p50_s is not None
    assert closed.response.p90_s is None
    assert closed.response.p95_s is None
    assert closed.waited_share.mean >= closed.unanswered_share.mean


def test_unanswered_calls_are_slower_than_all_others() -> None:
    times = np.array([10.0, np.nan, 30.0, 20.0, 40.0])
    assert percentile(times, 50) == 30.0
    assert percentile(times, 62.5) == 35.0
    assert percentile(times, 75) == 40.0
    assert percentile(times, 75.1) == np.inf
    assert percentile(np.array([np.nan]), 50) == np.inf
    assert np.isnan(percentile(np.empty(0), 50))
    assert percentile(np.arange(11.0), 90) == np.percentile(np.arange(11.0), 90)


def test_units_that_move_are_counted_and_cost_kilometres(outcome: Outcome) -> None:
    still, moving = outcome.of("present", "busy"), outcome.of("moving", "busy")
    assert still is not None
    assert moving is not None
    assert still.cost.moves_a_day.mean == 0
    assert moving.cost.moves_a_day.mean > 0


def test_shares_and_sums_agree(outcome: Outcome) -> None:
    for one in outcome.figures:
        assert sum(one.response.share) == pytest.approx(1.0)
        assert sum(tier.calls for tier in one.tiers) == pytest.approx(one.calls)
        assert sum(tier.calls for tier in one.settlements) == pytest.approx(one.calls)
        assert one.cost.units == sum(post.units for post in one.posts)


def test_expected_calls_are_drawn() -> None:
    counts = [
        draw_demand(ground().points, ground().handling, AS_USUAL, seed, 20.0).number
        for seed in range(20)
    ]
    assert np.mean(counts) == pytest.approx(ground().calls_a_week * 3, rel=0.03)


def test_a_festival_brings_calls_to_its_place_and_hours_only() -> None:
    feast = Festival(named("fair"), *at(2, 1), 700.0, 20.0, 30, 6)
    quiet = replace(feast, factor=0.0)
    drawn = {
        name: draw_demand(
            ground().points, ground().handling, Scenario("s", named("s"), festivals=found), 3, 13.0
        )
        for name, found in {"usual": (), "fair": (feast,), "quiet": (quiet,)}.items()
    }
    # A run begins on a Sunday; hour 0 of the week comes a day later.
    hour = {name: (one.calls_f[:, 0] // 3_600 - 24) % 168 for name, one in drawn.items()}
    inside = {name: (found >= 30) & (found < 36) for name, found in hour.items()}
    assert inside["fair"].sum() > 2 * inside["usual"].sum()
    outside = [
        len(np.unique(drawn[name].first[~inside[name]])) for name in ("fair", "usual", "quiet")
    ]
    assert len(set(outside)) == 1
    east = ground().points.lon[drawn["quiet"].point]
    there = np.abs(east - at(2, 1)[0]) < 0.001
    north = np.abs(ground().points.lat[drawn["quiet"].point] - at(2, 1)[1]) < 0.001
    assert not (there & north & inside["quiet"]).any()


def test_a_festival_is_counted_from_monday_on_or_refused() -> None:
    def fair(day: int) -> Scenario:
        feast = Festival(named("f"), *at(2, 1), 700.0, 20.0, 24 * day, 24)
        return Scenario("fair", named("Fair"), festivals=(feast,))

    check_trial([PRESENT], [fair(0)], runs=2, days=1.0)
    check_trial([PRESENT], [fair(5)], runs=2, days=6.0)
    for day, days in ((5, 5.0), (6, 6.0), (1, 1.0)):
        with pytest.raises(Problem, match="“Fair” falls on no counted day"):
            check_trial([PRESENT], [fair(day)], runs=2, days=days)
    with pytest.raises(Problem, match="no counted day"):
        run_trial(ground(), [PRESENT], [fair(5)], TrialSetting(1, 2, 2.0))
    found = run_trial(ground(), [PRESENT], [AS_USUAL, fair(0)], TrialSetting(1, 2, 1.0))
    usual, feast = found.figures
    assert feast.calls > usual.calls


def test_a_trial_that_is_too_much_is_refused_before_it_begins() -> None:
    many = replace(
        PRESENT,
        posts=tuple(
            PlannedPost(PostId(f"n{n}"), named("N"), 112.0 + n / 1e5, 27.0, 1)
            for n in range(MOST_TABLES)
        ),
    )
    check_trial([many], [AS_USUAL], runs=2, days=1.0)
    with pytest.raises(Problem, match="compare them in parts"):
        check_trial([many], [AS_USUAL, NO_BRIDGE], runs=2, days=1.0)
    check_trial([PRESENT] * 10, [AS_USUAL], runs=500, days=99.0)
    with pytest.raises(Problem, match="fewer runs"):
        check_trial([PRESENT] * 10, [AS_USUAL], runs=501, days=99.0)


def test_problems_call_plans_and_what_ifs_by_their_names() -> None:
    nobody = Scenario("s1", named("Strike"), duty_factors=(1.0, 1.0, 0.0))
    with pytest.raises(Problem) as caught:
        fleet_of(replace(PRESENT, code="p3", name=named("Mine")), nobody)
    assert "“Mine”" in caught.value.message.en
    assert "“Strike（中）”" in caught.value.message.zh
    assert "p3" not in caught.value.message.en + caught.value.message.zh


def test_units_away_and_duty_levels_change_the_fleet() -> None:
    third = Scenario("third", named("third"), units_away=1 / 3)
    assert len(fleet_of(PRESENT, third).home) == 4
    assert len(fleet_of(PRESENT, Scenario("d", named("d"), duty_level=1)).home) == 9
    closed = Scenario("c", named("c"), close_posts=(PostId("post-1"),))
    assert [post.id for post in fleet_of(PRESENT, closed).posts] == ["post-2", "post-3"]
    assert scaled([1, 1, 1], 1.5) == [2, 2, 1] or sum(scaled([1, 1, 1], 1.5)) == 4
    assert without([4, 1], 0.4) == [2, 1]
    with pytest.raises(Problem, match="no units"):
        fleet_of(PRESENT, Scenario("n", named("n"), duty_factors=(1.0, 1.0, 0.0)))


def test_shifts_say_who_is_on_duty_when() -> None:
    night = PlannedShift(PostId("post-1"), 22, 8, (6,), 1)
    fleet = fleet_of(replace(PRESENT, shifts=(night,)), AS_USUAL)
    assert fleet.on_duty.sum() == 8
    assert fleet.on_duty[0, [0, 5, 166, 167]].tolist() == [1, 1, 1, 1]
    assert fleet.duty_s(168).sum() == 8 * 3_600
    sunday_night = [(22 * 3_600.0, 0, -1), (30 * 3_600.0, 0, 1)]
    assert fleet.agenda(AS_USUAL, 1, 48) == sunday_night
    assert fleet.duty_s(24).sum() == 2 * 3_600
    assert fleet.duty_s(168 + 24).sum() == 10 * 3_600


def test_nobody_on_duty_answers_nobody_until_somebody_is() -> None:
    days = tuple(range(7))
    plan = replace(
        PRESENT,
        shifts=tuple(PlannedShift(post.id, 8, 12, days, post.units) for post in PRESENT.posts),
    )
    found = run_trial(ground(), [plan], [], TrialSetting(1, 2, 2.0)).figures[0]
    assert found.waited_share.mean > 0.1
    assert found.cost.unit_hours_a_week.mean == pytest.approx(6 * 12 * 7)


def test_a_trial_that_is_stopped_says_how_far_it_came() -> None:
    done = 0

    def told(so_far: int, of: int) -> None:
        nonlocal done
        done = so_far

    setting = TrialSetting(seed=1, runs=6, days=2.0)
    stopped = run_trial(
        ground(), [PRESENT], [], setting, should_stop=lambda: done >= 2, report=told
    )
    assert not stopped.finished
    assert (stopped.runs, stopped.runs_asked) == (2, 6)
    with pytest.raises(Problem, match="stopped"):
        run_trial(ground(), [PRESENT], [], setting, should_stop=lambda: True)


def test_plans_of_one_code_and_posts_off_the_road_are_refused() -> None:
    with pytest.raises(Problem, match="same code"):
        run_trial(ground(), [PRESENT, PRESENT], [], SETTING)
    lost = Plan("lost", named("lost"), (PlannedPost(PostId("x"), named("X"), 10.0, 10.0, 1),))
    with pytest.raises(Problem, match="no road near"):
        run_trial(ground(), [lost], [], SETTING)
    with pytest.raises(Problem, match="number of runs"):
        TrialSetting(runs=1)


def test_relocation_is_kept_only_where_other_calls_prove_it() -> None:
    limits = MoveLimits(moves_per_hour=3)
    plan = replace(PRESENT, relocation=RelocationPlan(RelocationPolicy.OWN_POST, limits=limits))
    ways = tuple(
        RelocationPlan(policy, 0.3, 0.0)
        for policy in RelocationPolicy
        if policy is not RelocationPolicy.OWN_POST
    )
    quiet = TrialSetting(seed=1, runs=2, days=1.0)
    told: list[tuple[int, int]] = []
    found = propose_relocation(
        ground(), plan, quiet, ways=ways, report=lambda done, of: told.append((done, of))
    )
    assert (found.plan.relocation is not None) == found.better
    assert [one.way.policy for one in found.tried] == [way.policy for way in ways]
    gains = []
    for one in found.tried:
        assert one.in_time is not None
        assert one.gain is not None
        assert one.in_time.low <= one.in_time.mean <= one.in_time.high
        assert one.way.limits == limits, "the place's own limits hold in every way"
        assert len(one.way.order) == PRESENT.units
        gains.append(one.gain.mean)
    assert gains[found.best] == max(gains)
    of = runs_needed(len(ways), quiet.runs)
    assert told[-1] == (of, of)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_every_method_is_tried_alone_or_with_the_others_and_looking_ahead_has_its_limit() -> None:
    alone = [set(ways_of(one, 6)) for one in MoveSearch if one is not MoveSearch.ALL]
    everything = ways_of(MoveSearch.ALL, 6)
    assert set.union(*alone) == set(everything)
    assert sum(map(len, alone)) == len(everything)
    moving = set(RelocationPolicy) - {RelocationPolicy.OWN_POST}
    assert {way.policy for way in everything} == moving
    check_ways(ways_of(MoveSearch.COVER, 6), runs=100, days=300.0)
    with pytest.raises(Problem, match="looking ahead"):
        check_ways(ways_of(MoveSearch.LOOK_AHEAD, 6), runs=100, days=300.0)
    few, many = everything[0], ways_of(MoveSearch.ALL, 60)[0]
    assert many.gain_share_per_minute == pytest.approx(few.gain_share_per_minute / 10)
    assert many.limits.minimum_gain_share == pytest.approx(few.limits.minimum_gain_share / 10)


def test_power_grows_with_the_runs_and_meets_the_runs_needed() -> None:
    few, _, needed = power_of(0.01, 0.02, 10)
    many, seen, _ = power_of(0.01, 0.02, 100)
    assert few is not None
    assert many is not None
    assert needed is not None
    assert few < 0.8 < many
    assert power_of(0.01, 0.02, needed)[0] == pytest.approx(0.8, abs=0.02)
    assert seen < 0.01
    assert power_of(0.0, 0.0, 5) == (None, 0.0, None)
    assert power_of(0.5, 0.0, 5)[0] == 1.0


def test_the_warm_up_day_is_not_counted() -> None:
    found = run_trial(ground(), [PRESENT], [], TrialSetting(7, 2, 3.0)).figures[0]
    counted = []
    for seed in (7, 8):
        drawn = draw_demand(ground().points, ground().handling, AS_USUAL, seed, 3.0)
        first = drawn.first == np.arange(len(drawn.first))
        counted.append((first & (drawn.calls_f[:, 0] >= DAY_S)).sum())
    assert found.calls == np.mean(counted)


def test_the_twin_agrees_with_what_the_planner_says_is_within_reach() -> None:
    sure = replace(ground().handling, turnout_error=np.ones(len(ground().handling.turnout_error)))
    place = replace(ground(), handling=sure)
    found = propose_posts(place, PostQuestion(1, units=12))
    assert found.plan is not None
    quiet = Scenario("quiet", named("quiet"), demand_factor=0.5)
    tried = run_trial(place, [found.plan], [quiet], TrialSetting(1, 4, 56.0)).figures[0]
    assert tried.in_time is not None
    assert tried.in_time.low - 0.02 <= found.in_reach_share <= tried.in_time.high + 0.02


def test_roads_are_prepared_once_and_used_again() -> None:
    kept: KeptRoads = {}
    setting = TrialSetting(1, 2, 1.0)
    first = run_trial(ground(), [BOTH_BANKS], [NO_BRIDGE], setting, kept=kept)
    roads = kept[BRIDGE,]
    again = run_trial(ground(), [BOTH_BANKS], [NO_BRIDGE], setting, kept=kept)
    assert again == first
    assert kept == {(BRIDGE,): roads}
    fewer = run_trial(ground(), [PRESENT], [NO_BRIDGE], setting, kept=kept)
    assert fewer == run_trial(ground(), [PRESENT], [NO_BRIDGE], setting)
    assert kept[BRIDGE,] is roads
