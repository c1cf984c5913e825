"""What a run computes on a small place: a proposal, grids, a trial, and what has no answer."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from tests.unit.core.studies.small_place import at, book, ground
from tests.unit.operations.small_place import NOW_S

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.domain.study import RunState
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.candidates import Wish
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.own_candidates import OwnCandidate
from wardmote.core.studies.plan import read_plan
from wardmote.core.studies.questions import ResitingTerms, ShiftQuestion
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.studies import computing, plan_runs, services
from wardmote.operations.studies.errors import (
    QuestionRefusedError,
    UnknownPartError,
    WholePlaceOnlyError,
)
from wardmote.operations.studies.models import Run, StudyPlan
from wardmote.operations.studies.services.placing import outside
from wardmote.operations.units.services import load_units

PLANNER = Viewer("planner", (RoleInArea(Role.PLANNER, EVERYWHERE),))


@pytest.fixture
def study(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A study of the small place, whose ground needs no city directory."""

    def ground_now(standard: ResponseStandard, demand: services.DemandSource) -> Ground:
        return dataclasses.replace(ground(), standard=standard)

    monkeypatch.setattr(computing, "ground_now", ground_now)
    forget()
    load_places(book())
    load_units(book().units)
    forget()
    return services.open_study(PLANNER, EVERYWHERE, "s", "", now_s=NOW_S)


def computed(run: str) -> Run:
    assert services.claim_next("c", now_s=NOW_S) == run
    computing.compute(run, "c")
    return Run.objects.get(pk=run)


def wanted(**changes: object) -> services.ProposalWanted:
    usual = services.ProposalWanted("best", "most_cover", "", 2, (), (), 1, 20)
    return dataclasses.replace(usual, **changes)  # type: ignore[arg-type]  # names of its fields


def test_a_proposal_becomes_a_plan_with_its_proof(study: str) -> None:
    run = computed(services.ask_proposal(PLANNER, study, wanted(), now_s=NOW_S))
    assert (run.state, run.failure) == (RunState.DONE, "")
    plan = StudyPlan.objects.get().plan
    assert len(plan["posts"]) == 2
    assert plan["proof"]["status"] == "proven"
    assert plan["name"] == {"zh": "best", "en": "best"}


def test_a_question_without_an_answer_says_what_to_mend(study: str) -> None:
    run = computed(services.ask_proposal(PLANNER, study, wanted(keep=("nowhere",)), now_s=NOW_S))
    assert (run.state, run.failure) == (RunState.FAILED, services.PROBLEM)
    assert set(run.outcome["problem"]) == {"zh", "en"}
    assert not StudyPlan.objects.exists()


def test_grids_and_a_trial_come_out_of_a_plan(study: str) -> None:
    plan = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    asked = services.GridsWanted(plan, "cut", services.DemandSource.RESIDENTS)
    grids = computed(services.ask_grids(PLANNER, study, asked, now_s=NOW_S))
    assert grids.state == RunState.DONE
    cut = StudyPlan.objects.get(name="cut")
    assert len(cut.plan["grids"]["grids"]) == len(cut.plan["posts"])
    trial = services.TrialWanted((plan, cut.pk), (), seed=1, runs=2, days=1)
    run = computed(services.ask_trial(PLANNER, study, trial, now_s=NOW_S))
    assert (run.state, run.done) == (RunState.DONE, 4)
    assert [one["plan"] for one in run.outcome["figures"]] == ["p1", "p2"]


def cancelled(study: str, run: str) -> Run:
    services.claim_next("c", now_s=NOW_S)
    services.cancel_run(PLANNER, study, run, now_s=NOW_S)
    computing.compute(run, "c")
    return Run.objects.get(pk=run)


def test_a_search_that_is_cancelled_leaves_the_best_that_it_had_found(study: str) -> None:
    run = cancelled(study, services.ask_proposal(PLANNER, study, wanted(), now_s=NOW_S))
    assert (run.state, run.failure) == (RunState.CANCELLED, "")
    proof = StudyPlan.objects.get().plan["proof"]
    assert proof["status"] == "stopped"
    assert proof["value"] <= proof["bound"]
    assert run.outcome["proof"] == proof


def test_any_other_run_that_nobody_wants_any_more_keeps_nothing(study: str) -> None:
    plan = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    trial = services.TrialWanted((plan,), (), seed=1, runs=2, days=1)
    run = cancelled(study, services.ask_trial(PLANNER, study, trial, now_s=NOW_S))
    assert (run.state, run.outcome) == (RunState.CANCELLED, None)


def test_a_study_of_a_village_changes_no_post_elsewhere(study: str) -> None:
    village = AreaId("430121100202")
    part = services.open_study(PLANNER, village, "one village", "", now_s=NOW_S)
    asked = wanted(posts=1, units=1, objective="expected_cover")
    run = computed(services.ask_proposal(PLANNER, part, asked, now_s=NOW_S))
    assert run.state == RunState.DONE, run.outcome
    plan = read_plan(run.outcome)
    assert len(plan.posts) == 4
    assert outside(plan, village, NOW_S) == ()
    assert outside(plan, AreaId("430121100001"), NOW_S) != ()


def test_own_candidates_and_a_front_of_two_standards_come_out(study: str) -> None:
    yard = OwnCandidate("yard", Bilingual("场", "Yard"), *at(7, 1), wish=Wish.KEPT)
    asked = wanted(candidates=(yard,), posts=2, budget=9.0, objective="expected_cover",
                   busy_measured=True)  # fmt: skip
    run = computed(services.ask_proposal(PLANNER, study, asked, now_s=NOW_S))
    assert "yard" in {post["id"] for post in run.outcome["posts"]}
    assert run.outcome["proof"]["busy"]["measured"]
    front = wanted(objective="front", also="urban-rural", steps=3)
    run = computed(services.ask_proposal(PLANNER, study, front, now_s=NOW_S))
    assert run.outcome["standards"][1] == "urban-rural"
    assert run.outcome["ended"]
    before = StudyPlan.objects.count()
    services.keep_front_plan(PLANNER, study, run.pk, 0, "first", now_s=NOW_S)
    assert StudyPlan.objects.count() == before + 1
    with pytest.raises(UnknownPartError):
        services.keep_front_plan(PLANNER, study, run.pk, 99, "none", now_s=NOW_S)


def test_shifts_relocation_and_moves_are_worked_out_and_tried(study: str) -> None:
    plan = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    shifts = services.ShiftsWanted(plan, "by shift", ShiftQuestion((0, 8, 20)), 2, 1, 1)
    found = computed(services.ask_shifts(PLANNER, study, shifts, now_s=NOW_S)).outcome
    assert (len(found["load"]), len(found["on_duty"])) == (168, 168)
    assert all(0 <= share <= 1 for share in found["all_busy"])
    assert [one["plan"] for one in found["trial"]["figures"]] == ["throughout", "shifts"]
    assert StudyPlan.objects.get(name="by shift").plan["shifts"]
    terms = ResitingTerms(move_cost=1e-3, most_moves=1)
    moves = services.ResitingWanted(plan, "moved", terms, 20, 1)
    found = computed(services.ask_resiting(PLANNER, study, moves, now_s=NOW_S)).outcome
    assert len(found["moves"]) == 1
    assert StudyPlan.objects.get(name="moved").plan["proof"]["unit"] == "worth"


def test_a_day_with_too_few_calls_about_it_is_refused_before_the_search(
    study: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_args: object, **_named: object) -> None:
        raise AssertionError

    monkeypatch.setattr(plan_runs, "resite", never)
    plan = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    today = datetime.datetime.fromtimestamp(NOW_S, tz=datetime.UTC).date()
    moves = services.ResitingWanted(
        plan, "", ResitingTerms(), 20, 1, services.DemandSource.OWN_CALLS, today
    )
    with pytest.raises(QuestionRefusedError, match="question_refused"):
        services.ask_resiting(PLANNER, study, moves, now_s=NOW_S)
    moves = dataclasses.replace(moves, since=today - datetime.timedelta(days=60))
    run = computed(services.ask_resiting(PLANNER, study, moves, now_s=NOW_S))
    assert (run.state, run.failure) == (RunState.FAILED, services.PROBLEM)


def test_where_free_units_go_is_asked_for_the_whole_place_alone(study: str) -> None:
    part = services.open_study(PLANNER, AreaId("430121100202"), "one village", "", now_s=NOW_S)
    plan = services.add_present_plan(PLANNER, part, "now", now_s=NOW_S)
    asked = services.RelocationWanted(plan, "", 2, 1, 1)
    with pytest.raises(WholePlaceOnlyError):
        services.ask_relocation(PLANNER, part, asked, now_s=NOW_S)
    whole = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    asked = dataclasses.replace(asked, plan=whole)
    found = computed(services.ask_relocation(PLANNER, study, asked, now_s=NOW_S)).outcome
    assert len(found["choices"]) == 12
    assert (found["plan"] is not None) == found["better"]
