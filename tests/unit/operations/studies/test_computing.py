"""What a run computes on a small place: a proposal, grids, a trial, and what has no answer."""

from __future__ import annotations

import dataclasses

import pytest
from tests.unit.core.studies.small_place import book, ground
from tests.unit.operations.small_place import NOW_S

from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.standards import ResponseStandard
from wardmote.core.domain.study import RunState
from wardmote.core.studies.ground import Ground
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.studies import computing, services
from wardmote.operations.studies.models import Run, StudyPlan
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


def test_a_run_that_nobody_wants_any_more_keeps_nothing(study: str) -> None:
    run = services.ask_proposal(PLANNER, study, wanted(), now_s=NOW_S)
    services.claim_next("c", now_s=NOW_S)
    services.cancel_run(PLANNER, study, run, now_s=NOW_S)
    assert not computing.compute(run, "c")
    assert Run.objects.get(pk=run).outcome is None
