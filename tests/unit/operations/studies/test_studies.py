"""Studies: opened, shared, filled with plans, run, adopted and taken back."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, WEST, viewer
from tests.unit.operations.studies.outcomes import outcome_of

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.permissions import Role, Viewer
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.study import AdoptionState, RunState, StudyAction
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.promises import Verdict
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.journal.selectors import all_events
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people.services import open_account
from wardmote.operations.places import selectors as places
from wardmote.operations.refusals import RefusedError
from wardmote.operations.studies import services
from wardmote.operations.studies.models import Adoption, GridGround, Run, Study, StudyPlan
from wardmote.operations.studies.promises import promise_seen
from wardmote.operations.studies.services.grids import GROUND_KEPT_S
from wardmote.operations.studies.services.planning import MAX_PLANS, PLAN_NOT_ADDED
from wardmote.operations.units.models import Unit

PLANNER = viewer((Role.PLANNER, COUNTY), staff="planner")
OTHER = viewer((Role.PLANNER, COUNTY), staff="other")
SUPERVISOR = viewer((Role.SUPERVISOR, COUNTY), staff="chief")
BOTH = viewer((Role.PLANNER, COUNTY), (Role.SUPERVISOR, COUNTY), staff="both")
TODAY = local_day(NOW_S)


@pytest.fixture
def study(place: None) -> str:
    return services.open_study(PLANNER, COUNTY, "Posts of 2027", "One more?", now_s=NOW_S)


def moved_plan(study: str, who: Viewer = PLANNER) -> str:
    """A copy of the posting in force with its post moved and another one added."""
    first = services.add_present_plan(who, study, "As it stands", now_s=NOW_S)
    copy = services.copy_plan(who, study, first, "Two posts", now_s=NOW_S)
    plan = StudyPlan.objects.get(pk=copy).plan
    plan["posts"][0] |= {"lon": 111.155, "lat": 27.055, "units": 2}
    plan["posts"].append(
        {"id": "new-1", "name": {"zh": "二号", "en": "Two"}, "lon": 111.05, "lat": 27.05,
         "units": 1}
    )  # fmt: skip
    services.edit_plan(who, study, copy, "Two posts", plan, now_s=NOW_S)
    return copy


def grids_wanted(plan: str) -> services.GridsWanted:
    return services.GridsWanted(plan, "with grids", services.DemandSource.RESIDENTS)


def finished_trial(study: str, plan: str, who: Viewer = PLANNER) -> str:
    wanted = services.TrialWanted((plan,), (), seed=1, runs=4, days=7)
    run = services.ask_trial(who, study, wanted, now_s=NOW_S)
    assert services.claim_next("claim", now_s=NOW_S) == run
    outcome = outcome_of(Run.objects.get(pk=run).request)
    assert services.finish(run, "claim", outcome, now_s=NOW_S + 9)
    return run


def proposed(study: str, who: Viewer = PLANNER, day: datetime.date = TODAY) -> str:
    plan = moved_plan(study, who)
    run = finished_trial(study, plan, who)
    code = StudyPlan.objects.get(pk=plan).code
    return services.propose_adoption(who, study, run, code, day, "", now_s=NOW_S + 10)


def test_a_study_is_changed_by_its_owner_and_those_it_is_shared_with(study: str) -> None:
    account = open_account("other", "irrelevant", staff_id="other", name=Bilingual("他", "O"))
    grant_role(account.pk, Role.PLANNER, COUNTY, granted_by="test")
    with pytest.raises(AccessDeniedError):
        services.add_present_plan(OTHER, study, "x", now_s=NOW_S)
    services.share_study(PLANNER, study, "other", now_s=NOW_S)
    services.add_present_plan(OTHER, study, "x", now_s=NOW_S)
    services.unshare_study(PLANNER, study, "other", now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        services.add_present_plan(OTHER, study, "x", now_s=NOW_S)


def test_a_study_is_not_shared_with_somebody_who_plans_elsewhere(study: str) -> None:
    account = open_account("far", "irrelevant", staff_id="far", name=Bilingual("远", "Far"))
    grant_role(account.pk, Role.PLANNER, AreaId("430522000000"), granted_by="test")
    for staff in ("far", "nobody"):
        with pytest.raises(RefusedError) as refused:
            services.share_study(PLANNER, study, staff, now_s=NOW_S)
        assert refused.value.code == "nobody_to_share_with"


def test_a_closed_study_is_left_alone_until_it_is_opened_again(study: str) -> None:
    services.move_study(PLANNER, study, StudyAction.CLOSE, now_s=NOW_S)
    with pytest.raises(RefusedError) as refused:
        services.add_present_plan(PLANNER, study, "x", now_s=NOW_S)
    assert refused.value.code == "study_closed"
    services.move_study(PLANNER, study, StudyAction.REOPEN, now_s=NOW_S)
    services.add_present_plan(PLANNER, study, "x", now_s=NOW_S)


def test_the_posting_in_force_becomes_a_plan_with_its_patrol_units(study: str) -> None:
    plan = StudyPlan.objects.get(pk=services.add_present_plan(PLANNER, study, "now", now_s=NOW_S))
    assert plan.plan["format"] == "wardmote-plan/1"
    assert [(post["id"], post["units"]) for post in plan.plan["posts"]] == [("p1", 3)]
    assert plan.code == plan.plan["code"] == "p1"


def test_a_file_that_is_no_plan_is_refused_with_its_field(study: str) -> None:
    plan = {"format": "wardmote-plan/1", "code": "a", "name": {"zh": "", "en": "A"}}
    bad = [({"format": "x"}, "format"), (plan, "posts"), ([], "JSON")]
    for data, said in bad:
        with pytest.raises(RefusedError) as refused:
            services.upload_plan(PLANNER, study, "", data, now_s=NOW_S)
        assert said in refused.value.message()
    assert not StudyPlan.objects.exists()


def test_one_run_is_claimed_once_and_only_its_holder_ends_it(study: str) -> None:
    plan = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    wanted = services.TrialWanted((plan,), (), seed=1, runs=4, days=7)
    run = services.ask_trial(PLANNER, study, wanted, now_s=NOW_S)
    assert services.claim_next("a", now_s=NOW_S) == run
    assert services.claim_next("b", now_s=NOW_S) is None
    assert services.tell_progress(run, "a", 1, 4)
    assert not services.tell_progress(run, "b", 2, 4)
    outcome = outcome_of(Run.objects.get(pk=run).request)
    assert not services.finish(run, "b", outcome, now_s=NOW_S)
    assert services.finish(run, "a", outcome, now_s=NOW_S)
    row = Run.objects.get(pk=run)
    assert (row.state, row.attempt, row.done) == (RunState.DONE, 1, 4)


def test_a_run_whose_server_stopped_has_failed_and_can_be_started_again(study: str) -> None:
    plan = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    wanted = services.TrialWanted((plan,), (), seed=1, runs=4, days=7)
    run = services.ask_trial(PLANNER, study, wanted, now_s=NOW_S)
    services.claim_next("a", now_s=NOW_S)
    assert services.give_up_lost(now_s=NOW_S + 1) == 1
    assert Run.objects.get(pk=run).failure == services.SERVER_STOPPED
    assert not services.tell_progress(run, "a", 1, 4)
    services.restart_run(PLANNER, study, run, now_s=NOW_S + 2)
    assert services.claim_next("b", now_s=NOW_S + 3) == run
    assert Run.objects.get(pk=run).attempt == 2


def test_what_comes_out_after_a_cancellation_is_dropped(study: str) -> None:
    plan = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    wanted = services.TrialWanted((plan,), (), seed=1, runs=4, days=7)
    run = services.ask_trial(PLANNER, study, wanted, now_s=NOW_S)
    services.claim_next("a", now_s=NOW_S)
    services.cancel_run(PLANNER, study, run, now_s=NOW_S)
    outcome = outcome_of(Run.objects.get(pk=run).request)
    assert not services.finish(run, "a", outcome, now_s=NOW_S)
    services.fail(run, "a", services.PROCESS_ENDED, now_s=NOW_S)
    assert Run.objects.get(pk=run).state == RunState.CANCELLED


def test_an_approved_plan_moves_posts_and_units_and_is_rolled_back(study: str) -> None:
    adoption = proposed(study)
    services.review_adoption(SUPERVISOR, adoption, approve=True, words="", now_s=NOW_S + 20)
    assert Adoption.objects.get(pk=adoption).state == AdoptionState.IN_FORCE
    there = {post.pk: (post.lon, post.lat, post.area) for post in places.posts()}
    assert there == {"p1": (111.155, 27.055, EAST), "new-1": (111.05, 27.05, WEST)}
    assert sorted(Unit.objects.values_list("post", flat=True)) == ["new-1", "p1", "p1"]
    places.forget()
    posting = places.posting_in_force(NOW_S + 30)
    assert posting is not None
    assert {post.post_id for post in posting.posts} == {PostId("p1"), PostId("new-1")}
    services.roll_back(SUPERVISOR, adoption, "Too far", now_s=NOW_S + 40)
    assert [(post.pk, post.lon) for post in places.posts()] == [("p1", 111.15)]
    assert set(Unit.objects.values_list("post", flat=True)) == {"p1"}
    assert Adoption.objects.get(pk=adoption).until_s == NOW_S + 40


def test_an_approved_plan_waits_for_its_day(study: str) -> None:
    tomorrow = TODAY + datetime.timedelta(days=1)
    adoption = proposed(study, day=tomorrow)
    services.review_adoption(SUPERVISOR, adoption, approve=True, words="", now_s=NOW_S + 20)
    begins_s = midnight_s(tomorrow)
    assert services.take_effect_where_due(now_s=begins_s - 0.5) == 0
    assert len(places.posts()) == 1
    assert services.take_effect_where_due(now_s=begins_s) == 1
    assert len(places.posts()) == 2
    assert services.take_effect_where_due(now_s=begins_s + 1) == 0


def test_the_proposer_never_approves_whatever_else_they_may(study: str) -> None:
    own = services.open_study(BOTH, COUNTY, "Own", "", now_s=NOW_S)
    adoption = proposed(own, BOTH)
    with pytest.raises(RefusedError) as refused:
        services.review_adoption(BOTH, adoption, approve=True, words="", now_s=NOW_S + 20)
    assert refused.value.code == "second_person_needed"
    services.review_adoption(SUPERVISOR, adoption, approve=False, words="No", now_s=NOW_S + 21)
    assert Adoption.objects.get(pk=adoption).state == AdoptionState.REJECTED


def test_a_rejection_and_a_rolling_back_need_words(study: str) -> None:
    adoption = proposed(study)
    with pytest.raises(RefusedError):
        services.review_adoption(SUPERVISOR, adoption, approve=False, words=" ", now_s=NOW_S + 20)
    services.review_adoption(SUPERVISOR, adoption, approve=True, words="", now_s=NOW_S + 21)
    with pytest.raises(RefusedError):
        services.roll_back(SUPERVISOR, adoption, "", now_s=NOW_S + 22)


def test_a_plan_is_adopted_as_it_was_tried_not_as_it_was_changed_since(study: str) -> None:
    plan = moved_plan(study)
    run = finished_trial(study, plan)
    row = StudyPlan.objects.get(pk=plan)
    later = {**row.plan, "posts": row.plan["posts"][:1]}
    services.edit_plan(PLANNER, study, plan, "Changed", later, now_s=NOW_S + 10)
    adoption = services.propose_adoption(PLANNER, study, run, row.code, TODAY, "", now_s=NOW_S + 11)
    assert len(Adoption.objects.get(pk=adoption).plan["posts"]) == 2


def test_a_study_of_a_town_adopts_nothing_outside_it(place: None) -> None:
    east = viewer((Role.PLANNER, EAST), staff="east")
    town = services.open_study(east, EAST, "East", "", now_s=NOW_S)
    plan = moved_plan(town, east)
    run = finished_trial(town, plan, east)
    with pytest.raises(RefusedError) as refused:
        services.propose_adoption(east, town, run, "p2", TODAY, "", now_s=NOW_S + 10)
    assert refused.value.code == "outside_area"


def test_another_plan_supersedes_and_is_rolled_back_first(study: str) -> None:
    first = proposed(study)
    services.review_adoption(SUPERVISOR, first, approve=True, words="", now_s=NOW_S + 20)
    run = Run.objects.get(study_id=study)
    second = services.propose_adoption(PLANNER, study, run.pk, "p2", TODAY, "", now_s=NOW_S + 30)
    services.review_adoption(SUPERVISOR, second, approve=True, words="", now_s=NOW_S + 31)
    assert Adoption.objects.get(pk=first).state == AdoptionState.SUPERSEDED
    with pytest.raises(RefusedError):
        services.roll_back(SUPERVISOR, first, "why", now_s=NOW_S + 32)
    services.roll_back(SUPERVISOR, second, "why", now_s=NOW_S + 33)
    assert len(places.posts()) == 2


def test_a_promise_is_too_early_to_judge_at_first(study: str) -> None:
    adoption = proposed(study)
    services.review_adoption(SUPERVISOR, adoption, approve=True, words="", now_s=NOW_S + 20)
    seen = promise_seen(SUPERVISOR, Adoption.objects.get(pk=adoption), now_s=NOW_S + 30)
    assert seen is not None
    assert {tier.verdict for tier in seen.tiers} == {Verdict.TOO_EARLY}


def test_a_loaded_city_keeps_the_adopted_posts(study: str) -> None:
    adoption = proposed(study)
    services.review_adoption(SUPERVISOR, adoption, approve=True, words="", now_s=NOW_S + 20)
    Unit.objects.update(post="p1")
    assert services.place_again()
    assert sorted(Unit.objects.values_list("post", flat=True)) == ["new-1", "p1", "p1"]


def test_the_journal_tells_of_studies_without_titles_names_or_reasons(study: str) -> None:
    adoption = proposed(study)
    services.review_adoption(SUPERVISOR, adoption, approve=True, words="Fine", now_s=NOW_S + 20)
    services.roll_back(SUPERVISOR, adoption, "Too far away", now_s=NOW_S + 40)
    told = str([event.payload for event in all_events()])
    assert "PostingMoved" in told
    assert not any(text in told for text in ("Posts of 2027", "Two posts", "Fine", "Too far"))
    assert Study.objects.get(pk=study).title == "Posts of 2027"


def test_the_rule_for_idle_units_comes_and_goes_with_the_plan(study: str) -> None:
    plan = moved_plan(study)
    document = StudyPlan.objects.get(pk=plan).plan
    document["relocation"] = {"policy": "expected_cover", "busy_share": 0.2}
    services.edit_plan(PLANNER, study, plan, "Two posts", document, now_s=NOW_S)
    run = finished_trial(study, plan)
    adoption = services.propose_adoption(PLANNER, study, run, "p2", TODAY, "", now_s=NOW_S + 10)
    services.review_adoption(SUPERVISOR, adoption, approve=True, words="", now_s=NOW_S + 20)
    places.forget()
    rule = places.relocation_in_force(NOW_S + 30)
    assert rule is not None
    assert (rule.method.value, rule.busy_share) == ("expected_cover", 0.2)
    again = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S + 31)
    assert StudyPlan.objects.get(pk=again).plan["relocation"]["busy_share"] == 0.2
    services.roll_back(SUPERVISOR, adoption, "Too restless", now_s=NOW_S + 40)
    places.forget()
    rule = places.relocation_in_force(NOW_S + 50)
    assert rule is not None
    assert rule.method.value == "off"


def test_grids_that_were_cut_come_as_a_plan_of_their_own(study: str) -> None:
    plan = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    run = services.ask_grids(PLANNER, study, grids_wanted(plan), now_s=NOW_S)
    services.claim_next("claim", now_s=NOW_S)
    made = {**StudyPlan.objects.get(pk=plan).plan, "name": {"zh": "", "en": "x"}}
    assert services.finish(run, "claim", made, now_s=NOW_S + 1)
    names = set(StudyPlan.objects.values_list("code", "name"))
    assert names == {("p1", "now"), ("p2", "with grids")}


def waiting_grids(study: str) -> tuple[str, JsonValue]:
    """A run that is about to end, and what comes out of it."""
    plan = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    run = services.ask_grids(PLANNER, study, grids_wanted(plan), now_s=NOW_S)
    assert services.claim_next("claim", now_s=NOW_S) == run
    return run, {**StudyPlan.objects.get(pk=plan).plan, "name": {"zh": "", "en": "x"}}


def test_a_plan_for_which_there_is_no_room_is_kept_with_its_run(study: str) -> None:
    run, made = waiting_grids(study)
    for _number in range(MAX_PLANS - 1):
        services.add_present_plan(PLANNER, study, "more", now_s=NOW_S)
    assert services.finish(run, "claim", made, now_s=NOW_S + 1)
    row = Run.objects.get(pk=run)
    assert (row.state, row.failure, row.outcome) == (RunState.DONE, PLAN_NOT_ADDED, made)
    with pytest.raises(RefusedError) as refused:
        services.add_made_plan(PLANNER, study, run, now_s=NOW_S + 2)
    assert refused.value.code == "too_many"
    services.drop_plan(PLANNER, study, StudyPlan.objects.filter(name="more")[0].pk)
    added = services.add_made_plan(PLANNER, study, run, now_s=NOW_S + 3)
    assert StudyPlan.objects.get(pk=added).name == "with grids"
    with pytest.raises(RefusedError) as refused:
        services.add_made_plan(PLANNER, study, run, now_s=NOW_S + 4)
    assert refused.value.code == "not_possible_now"


def test_nothing_is_written_into_a_study_that_was_closed_meanwhile(study: str) -> None:
    run, made = waiting_grids(study)
    services.move_study(PLANNER, study, StudyAction.CLOSE, now_s=NOW_S)
    assert services.finish(run, "claim", made, now_s=NOW_S + 1)
    assert Run.objects.get(pk=run).failure == PLAN_NOT_ADDED
    assert StudyPlan.objects.count() == 1


def test_the_study_is_locked_before_its_run(study: str) -> None:
    run, made = waiting_grids(study)
    with CaptureQueriesContext(connection) as told:
        services.finish(run, "claim", made, now_s=NOW_S + 1)
    reads = [one["sql"] for one in told if one["sql"].startswith("SELECT")]
    first = [next(n for n, sql in enumerate(reads) if f'FROM "{table}"' in sql.split("WHERE")[0])
             for table in ("studies_study", "studies_run")]  # fmt: skip
    assert first == sorted(first)


def test_what_could_not_be_added_or_counted_is_refused_when_asked(study: str) -> None:
    plan = services.add_present_plan(PLANNER, study, "now", now_s=NOW_S)
    place = {"name": {"zh": "", "en": "Fair"}, "lon": 111.1, "lat": 27.05}
    fair = {**place, "radius_m": 500.0, "factor": 3.0, "from_hour": 5 * 24 + 10, "hours": 8}
    data = {"format": "wardmote-scenario/1", "festivals": [fair]}
    saturday = services.add_scenario(PLANNER, study, "Fair day", data, now_s=NOW_S)
    short = services.TrialWanted((plan,), (saturday,), seed=1, runs=4, days=5)
    with pytest.raises(RefusedError) as refused:
        services.ask_trial(PLANNER, study, short, now_s=NOW_S)
    assert refused.value.code == "trial_refused"
    assert "Fair day" in refused.value.message()
    whole = services.TrialWanted((plan,), (saturday,), seed=1, runs=4, days=6)
    services.ask_trial(PLANNER, study, whole, now_s=NOW_S)
    for _number in range(MAX_PLANS - 1):
        services.add_present_plan(PLANNER, study, "more", now_s=NOW_S)
    wanted = services.ProposalWanted("best", "most_cover", "", 2, (), (), 1, 20)
    with pytest.raises(RefusedError) as refused:
        services.ask_proposal(PLANNER, study, wanted, now_s=NOW_S)
    assert refused.value.code == "too_many"
    with pytest.raises(RefusedError) as refused:
        services.ask_grids(PLANNER, study, grids_wanted(plan), now_s=NOW_S)
    assert refused.value.code == "too_many"


def test_what_grids_were_cut_from_is_forgotten_once_no_plan_needs_it(study: str) -> None:
    plan = services.add_present_plan(PLANNER, study, "As it stands", now_s=NOW_S)
    dropped = services.copy_plan(PLANNER, study, plan, "Other", now_s=NOW_S)
    grounds = []
    for _time in range(3):
        run = services.ask_grids(PLANNER, study, grids_wanted(plan), now_s=NOW_S)
        Run.objects.filter(pk=run).update(state=RunState.DONE.value, ended_s=NOW_S)
        services.keep_grid_ground(run, b"x")
        grounds.append(GridGround.objects.get(run_id=run).pk)
    StudyPlan.objects.filter(pk=plan).update(grid_ground=grounds[0])
    StudyPlan.objects.filter(pk=dropped).update(grid_ground=grounds[1])
    services.drop_plan(PLANNER, study, dropped)
    assert services.forget_grounds(now_s=NOW_S + GROUND_KEPT_S) == 0
    assert services.forget_grounds(now_s=NOW_S + GROUND_KEPT_S + 1) == 2
    assert [one.pk for one in GridGround.objects.all()] == grounds[:1]
    assert StudyPlan.objects.get(pk=dropped).grid_ground is None
