"""Questions that could not be answered are refused when they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.unit.operations.small_place import COUNTY, NOW_S
from tests.unit.operations.studies.test_adopting import PLANNER, plan_with

from wardmote.core.domain.ids import PostId
from wardmote.core.studies.questions import ResitingTerms
from wardmote.core.studies.relocating import MoveSearch, runs_needed
from wardmote.operations.places import selectors as places
from wardmote.operations.refusals import RefusedError
from wardmote.operations.studies import services
from wardmote.operations.studies.models import Run


@pytest.fixture
def study(place: None) -> str:
    return services.open_study(PLANNER, COUNTY, "Posts", "", now_s=NOW_S)


def refusal(ask: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(RefusedError) as refused:
        ask()
    return refused.value.code, refused.value.message()


def test_a_front_needs_another_standard_than_the_one_in_force(study: str) -> None:
    code = places.standard_in_force(NOW_S).code
    for standard in ("", code):
        asked = services.ProposalWanted(
            "p", "front", standard, 1, (), (), seed=1, seconds=5, also=code
        )
        with pytest.raises(RefusedError) as refused:
            services.ask_proposal(PLANNER, study, asked, now_s=NOW_S)
        assert refused.value.code == "question_refused"


def test_more_simulated_days_than_a_trial_may_have_are_refused_at_once(study: str) -> None:
    plan = plan_with(study, {})
    asked = services.RelocationWanted(plan.pk, "", runs=200, days=366, seed=1)
    code, _said = refusal(lambda: services.ask_relocation(PLANNER, study, asked, now_s=NOW_S))
    assert code == "trial_refused"
    ahead = services.RelocationWanted(
        plan.pk, "", runs=60, days=90, seed=1, method=MoveSearch.LOOK_AHEAD
    )
    code, said = refusal(lambda: services.ask_relocation(PLANNER, study, ahead, now_s=NOW_S))
    assert code == "question_refused"
    assert "预判" in said
    quicker = replace(ahead, method=MoveSearch.TABLES)
    run = Run.objects.get(pk=services.ask_relocation(PLANNER, study, quicker, now_s=NOW_S))
    assert (run.request["method"], run.total) == ("tables", runs_needed(6, 60))


def test_posts_that_stay_must_be_posts_of_the_plan(study: str) -> None:
    plan = plan_with(study, {"posts": [{"id": "n", "name": {"zh": "", "en": "N"}, "units": 1,
                                        "lon": 111.05, "lat": 27.05}]})  # fmt: skip
    terms = ResitingTerms(keep=(PostId("p1"),))
    asked = services.ResitingWanted(plan.pk, "", terms, seconds=5, seed=1)
    code, said = refusal(lambda: services.ask_resiting(PLANNER, study, asked, now_s=NOW_S))
    assert code == "question_refused"
    assert "一号快反点" in said
