"""Plans that take effect, fail to, make room for one another and are taken back."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, WEST, viewer
from tests.unit.operations.studies.outcomes import outcome_of

from wardmote.core.domain.ids import AreaId, PostId, UnitId
from wardmote.core.domain.permissions import Role, Viewer
from wardmote.core.domain.plain import dump
from wardmote.core.domain.staffing import StaffedShift, Staffing
from wardmote.core.domain.standards import URBAN_RURAL, dump_standard
from wardmote.core.domain.study import AdoptionState, RunState, StudyAction
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.promises import NoVerdict
from wardmote.core.policies.relocation_rule import (
    SHIPPED_RELOCATION,
    RelocationMethod,
    dump_relocation_rule,
)
from wardmote.core.studies.move_limits import MoveLimits
from wardmote.core.studies.moving import planned_by
from wardmote.core.studies.plan import RelocationPlan, RelocationPolicy
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.dispatch.services import go_off_duty, go_on_duty
from wardmote.operations.journal import clock
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people.services import open_account
from wardmote.operations.places import selectors as places
from wardmote.operations.places.models import Post
from wardmote.operations.places.services import (
    check_posting,
    put_posting_in_force,
    put_staffing_in_force,
    set_rules,
)
from wardmote.operations.refusals import RefusedError
from wardmote.operations.studies import selectors, services
from wardmote.operations.studies.models import Adoption, Run, StudyPlan
from wardmote.operations.studies.present import plan_in_force, posting_now
from wardmote.operations.studies.promises import promise_seen
from wardmote.operations.studies.runner import StudyRunner
from wardmote.operations.studies.staffing import staffing_seen
from wardmote.operations.units.models import Unit

PLANNER = viewer((Role.PLANNER, COUNTY), staff="planner")
CHIEF = viewer((Role.SUPERVISOR, COUNTY), staff="chief")
TODAY = local_day(NOW_S)
TOMORROW = TODAY + datetime.timedelta(days=1)
ROW_OF_TWO = [[[111.15, 27.05], [111.16, 27.05]]]
NEW = {"id": "new-1", "name": {"zh": "二号", "en": "Two"}, "lon": 111.05, "lat": 27.05, "units": 1}


@pytest.fixture
def study(place: None) -> str:
    return services.open_study(PLANNER, COUNTY, "Posts", "", now_s=NOW_S)


def plan_with(study: str, changes: dict[str, Any], who: Viewer = PLANNER) -> StudyPlan:
    """A plan of the study: the posting in force with other values."""
    pk = services.add_present_plan(who, study, "plan", now_s=NOW_S)
    document = StudyPlan.objects.get(pk=pk).plan
    services.edit_plan(who, study, pk, "plan", {**document, **changes}, now_s=NOW_S)
    return StudyPlan.objects.get(pk=pk)


def trial_of(study: str, plan: StudyPlan, who: Viewer = PLANNER) -> str:
    wanted = services.TrialWanted((plan.pk,), (), seed=1, runs=4, days=7)
    run = services.ask_trial(who, study, wanted, now_s=NOW_S)
    assert services.claim_next(f"claim-{run}", now_s=NOW_S) == run
    outcome = outcome_of(Run.objects.get(pk=run).request)
    assert services.finish(run, f"claim-{run}", outcome, now_s=NOW_S + 9)
    return run


def proposed(
    study: str, changes: dict[str, Any], day: datetime.date = TODAY, who: Viewer = PLANNER,
    now_s: float = NOW_S + 10,
) -> str:  # fmt: skip
    plan = plan_with(study, changes, who)
    run = trial_of(study, plan, who)
    return services.propose_adoption(who, study, run, plan.code, day, "", now_s=now_s)


def approve(adoption: str, now_s: float = NOW_S + 20, who: Viewer = CHIEF) -> None:
    services.review_adoption(who, adoption, approve=True, words="", now_s=now_s)


def two_posts(study: str) -> dict[str, Any]:
    document = plan_with(study, {}).plan
    return {"posts": [{**document["posts"][0], "units": 2}, NEW]}


def spoil(adoption: str) -> None:
    """Give an adoption a grid that is no area, as one made before such were refused."""
    row = Adoption.objects.get(pk=adoption)
    grid = {
        "post": "p1", "boundary": [ROW_OF_TWO[0:1]], "villages": [], "calls_a_year": 1.0,
        "load_ratio": 1.0, "mean_response_s": None,
    }  # fmt: skip
    row.plan["grids"] = {
        "grids": [grid], "max_over_mean": 1.0, "compactness": 0.5, "connected": True,
        "changed_villages": 0,
    }  # fmt: skip
    row.save()


def state(adoption: str) -> str:
    return Adoption.objects.get(pk=adoption).state


def test_a_plan_that_cannot_take_effect_fails_alone_and_may_be_withdrawn(study: str) -> None:
    bad = proposed(study, two_posts(study), TOMORROW)
    good = proposed(study, {}, TOMORROW)
    for adoption in (bad, good):
        approve(adoption)
    spoil(bad)
    begins_s = midnight_s(TOMORROW)
    assert services.take_effect_where_due(now_s=begins_s) == 1
    assert (state(bad), state(good)) == (AdoptionState.FAILED, AdoptionState.IN_FORCE)
    assert "zh" in str(Adoption.objects.get(pk=bad).failure)
    assert services.take_effect_where_due(now_s=begins_s + 20) == 0
    page = selectors.adoption_page(PLANNER, bad, language="en", now_s=begins_s + 30)
    assert page.problem is not None
    services.withdraw_adoption(PLANNER, bad, now_s=begins_s + 40)
    assert state(bad) == AdoptionState.WITHDRAWN


def test_a_plan_that_does_not_fit_is_shown_and_rejected_but_not_approved(study: str) -> None:
    bad = proposed(study, two_posts(study))
    spoil(bad)
    page = selectors.adoption_page(CHIEF, bad, language="en", now_s=NOW_S + 11)
    assert page.problem is not None
    assert page.changes == ()
    with pytest.raises(RefusedError) as refused:
        approve(bad)
    assert refused.value.code == "does_not_fit"
    assert (state(bad), len(places.posts())) == (AdoptionState.PROPOSED, 1)
    services.review_adoption(CHIEF, bad, approve=False, words="No", now_s=NOW_S + 21)
    assert state(bad) == AdoptionState.REJECTED


def test_a_post_that_vanished_meanwhile_fails_the_plan_that_names_it(study: str) -> None:
    order = {"policy": "expected_cover", "order": ["p1", "new-1"]}
    adoption = proposed(study, {**two_posts(study), "relocation": order}, TOMORROW)
    approve(adoption)
    row = Adoption.objects.get(pk=adoption)
    row.plan["posts"] = row.plan["posts"][:1]
    row.save()
    assert services.take_effect_where_due(now_s=midnight_s(TOMORROW)) == 0
    assert state(adoption) == AdoptionState.FAILED


def test_a_grid_that_encloses_nothing_is_named_by_its_post(place: None) -> None:
    now = posting_now("v", NOW_S)
    grid = (((((111.15, 27.05), (111.16, 27.05)),)),)
    bad = type(now)("v", (type(now.posts[0])(**{**fields(now.posts[0]), "grid": grid}),))
    with pytest.raises(Exception, match="Post 1"):
        check_posting(bad)
    check_posting(now)
    assert put_posting_in_force(now, actor="test", now_s=NOW_S)


def fields(post: Any) -> dict[str, Any]:
    return {name: getattr(post, name) for name in type(post).__dataclass_fields__}


def test_a_run_whose_process_cannot_be_begun_has_failed(study: str) -> None:
    plan = plan_with(study, {})
    wanted = services.TrialWanted((plan.pk,), (), seed=1, runs=4, days=7)
    run = services.ask_trial(PLANNER, study, wanted, now_s=NOW_S)
    runner = StudyRunner(lambda run, claim: ("/nowhere/no-such-program",))
    runner.step()
    row = Run.objects.get(pk=run)
    assert (row.state, row.failure) == (RunState.FAILED, services.PROCESS_ENDED)
    assert runner.process_id is None


def test_a_fault_of_a_run_leaves_plans_to_take_effect_and_is_not_repeated_at_once(
    study: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    adoption = proposed(study, {}, TOMORROW)
    approve(adoption)
    plan = plan_with(study, {})
    wanted = services.TrialWanted((plan.pk,), (), seed=1, runs=4, days=7)
    services.ask_trial(PLANNER, study, wanted, now_s=NOW_S)
    monkeypatch.setattr(clock, "now_s", lambda: midnight_s(TOMORROW))

    def no_command(run: str, claim: str) -> tuple[str, ...]:
        raise KeyError(run)

    runner = StudyRunner(no_command)
    runner.look()
    assert state(adoption) == AdoptionState.IN_FORCE
    later = proposed_anew(study)
    runner.look()
    assert state(later) == AdoptionState.APPROVED


def proposed_anew(study: str) -> str:
    """A plan that is due already, beside whatever else waits."""
    first = Adoption.objects.get(study_id=study)
    row = Adoption.objects.get(pk=first.pk)
    row.pk = "again"
    row.state = AdoptionState.APPROVED.value
    row.save(force_insert=True)
    return "again"


EAST_PLANNER = viewer((Role.PLANNER, EAST), (Role.SUPERVISOR, EAST), staff="east")
WEST_PLANNER = viewer((Role.PLANNER, WEST), (Role.SUPERVISOR, WEST), staff="west")
EAST_TWO = {**NEW, "id": "east-2", "lon": 111.17, "lat": 27.06}


def town_plan(who: Viewer, area: AreaId, changes: dict[str, Any], now_s: float) -> str:
    """A plan of a town that is in force from `now_s` on."""
    town = services.open_study(who, area, "Town", "", now_s=NOW_S)
    adoption = proposed(town, changes, who=who, now_s=now_s)
    approve(adoption, now_s)
    return adoption


def posts_now() -> dict[str, float]:
    return {post.pk: post.lon for post in places.posts()}


def test_plans_of_towns_side_by_side_hold_together_and_are_taken_back_alone(place: None) -> None:
    east_posts = [*Post.objects.values("id", "lon", "lat")]
    old = {"name": {"zh": "一号快反点", "en": "Post 1"}, "units": 2, **east_posts[0]}
    east = town_plan(EAST_PLANNER, EAST, {"posts": [old, EAST_TWO]}, NOW_S + 20)
    now = {"posts": [{**old}, EAST_TWO, {**NEW, "units": 0}]}
    west = town_plan(WEST_PLANNER, WEST, now, NOW_S + 40)
    assert (state(east), state(west)) == (AdoptionState.IN_FORCE, AdoptionState.IN_FORCE)
    assert set(posts_now()) == {"p1", "east-2", "new-1"}
    services.roll_back(CHIEF, east, "Too far", now_s=NOW_S + 60)
    assert set(posts_now()) == {"p1", "new-1"}
    assert set(Unit.objects.values_list("post", flat=True)) == {"p1"}
    assert state(west) == AdoptionState.IN_FORCE
    services.roll_back(CHIEF, west, "Too far", now_s=NOW_S + 80)
    assert set(posts_now()) == {"p1"}


def test_rolling_back_restores_what_was_there_just_before(study: str) -> None:
    first = proposed(study, two_posts(study))
    approve(first)
    Post.objects.filter(pk="new-1").update(lon=111.06)
    Unit.objects.filter(pk="u3").update(post="new-1")
    places.forget()
    one = [post for post in plan_with(study, {}).plan["posts"] if post["id"] == "p1"]
    second = proposed(study, {"posts": one}, now_s=NOW_S + 30)
    approve(second, NOW_S + 40)
    assert set(posts_now()) == {"p1"}
    services.roll_back(CHIEF, second, "Too few", now_s=NOW_S + 50)
    assert posts_now() == {"p1": 111.15, "new-1": 111.06}
    assert Unit.objects.get(pk="u3").post == "new-1"


def test_a_plan_that_made_room_holds_again_when_the_other_is_rolled_back(study: str) -> None:
    first = proposed(study, two_posts(study))
    approve(first)
    second = proposed(study, {}, now_s=NOW_S + 30)
    approve(second, NOW_S + 40)
    assert state(first) == AdoptionState.SUPERSEDED
    services.roll_back(CHIEF, second, "Worse", now_s=NOW_S + 50)
    row = Adoption.objects.get(pk=first)
    assert (row.state, row.from_s, row.until_s) == (AdoptionState.IN_FORCE, NOW_S + 50, None)
    services.roll_back(CHIEF, first, "Worse too", now_s=NOW_S + 60)
    assert set(posts_now()) == {"p1"}


def test_a_rule_that_a_person_set_since_outlives_the_rolling_back(study: str) -> None:
    adoption = proposed(study, {"relocation": {"policy": "expected_cover", "busy_share": 0.2}})
    approve(adoption)
    rule = replace(SHIPPED_RELOCATION, version="by-hand", busy_share=0.4)
    director = viewer((Role.ADMINISTRATOR, COUNTY), staff="director")
    set_rules(director, "relocation", dump_relocation_rule(rule), now_s=NOW_S + 30)
    services.roll_back(CHIEF, adoption, "Too restless", now_s=NOW_S + 40)
    places.forget()
    assert places.relocation_in_force(NOW_S + 50) == rule


@pytest.mark.parametrize("deed", ["approve", "due", "back"])
def test_the_posting_is_locked_before_anything_is_read(study: str, deed: str) -> None:
    adoption = proposed(study, {}, TOMORROW if deed == "due" else TODAY)
    if deed != "approve":
        approve(adoption)
    begins_s = midnight_s(TOMORROW)
    with CaptureQueriesContext(connection) as asked:
        if deed == "approve":
            approve(adoption)
        elif deed == "due":
            assert services.take_effect_where_due(now_s=begins_s) == 1
        else:
            services.roll_back(CHIEF, adoption, "why", now_s=NOW_S + 40)
    said = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
    assert "places_city" in said[2 if deed == "due" else 0]


def refusal(study: str, changes: dict[str, Any], who: Viewer = PLANNER) -> str:
    with pytest.raises(RefusedError) as refused:
        proposed(study, changes, who=who)
    assert refused.value.message()
    return refused.value.code


def put_rule(busy_share: float, **more: Any) -> None:
    rule = replace(SHIPPED_RELOCATION, version=f"q{busy_share}", busy_share=busy_share, **more)
    director = viewer((Role.ADMINISTRATOR, COUNTY), staff="director")
    set_rules(director, "relocation", dump_relocation_rule(rule), now_s=NOW_S - 60)
    places.forget()


def test_a_plan_without_a_rule_is_tried_and_adopted_by_the_rule_in_force(study: str) -> None:
    plan = plan_with(study, {})
    assert plan.plan["relocation"] is None
    put_rule(0.25, method=RelocationMethod.COMPLIANCE_TABLE, moves_per_hour=3)
    run = trial_of(study, plan)
    [tried] = Run.objects.get(pk=run).request["plans"]
    assert tried["relocation"]["policy"] == "compliance_table"
    assert tried["relocation"]["busy_share"] == 0.25
    assert tried["relocation"]["limits"]["moves_per_hour"] == 3
    before = places.relocation_in_force(NOW_S + 10)
    adoption = services.propose_adoption(
        PLANNER, study, run, plan.code, TODAY, "", now_s=NOW_S + 10
    )
    approve(adoption)
    places.forget()
    assert places.relocation_in_force(NOW_S + 30) == before


def test_a_plan_with_its_own_rule_puts_in_force_what_was_tried(study: str) -> None:
    put_rule(0.25, kinds=frozenset({"patrol_car"}), minimum_gain_share=0.04)
    order = RelocationPlan(RelocationPolicy.COMPLIANCE_TABLE, limits=MoveLimits(moves_per_shift=7))
    approve(proposed(study, {"relocation": dump(order)}))
    places.forget()
    rule = places.relocation_in_force(NOW_S + 30)
    assert rule is not None
    assert planned_by(rule, ()) == order
    assert rule.kinds == {"patrol_car"}


def test_shifts_of_a_plan_are_in_force_and_go_with_it(study: str) -> None:
    shift = {"post": "p1", "start_hour": 8, "hours": 12, "days": [0, 1, 2, 3, 4, 5, 6], "units": 1}
    adoption = proposed(study, {"shifts": [shift]})
    assert places.staffing_in_force(NOW_S) is None
    approve(adoption)
    later = NOW_S + 30
    places.forget()
    staffing = places.staffing_in_force(later)
    assert staffing is not None
    assert staffing.by_hour()["p1"][:24] == (0,) * 8 + (1,) * 12 + (0,) * 4  # type: ignore[index]  # a post's id
    assert plan_in_force("now", Bilingual("", ""), later).shifts[0].units == 1
    seen = staffing_seen(CHIEF, now_s=later)
    assert [(one.post, one.wanted in (0, 1), one.units) for one in seen.posts] == [("p1", True, 3)]
    services.roll_back(CHIEF, adoption, "enough", now_s=NOW_S + 40)
    places.forget()
    assert places.staffing_in_force(NOW_S + 50) is None
    assert staffing_seen(CHIEF, now_s=NOW_S + 50).posts[0].wanted == 3


def test_duty_is_told_backwards_from_the_journal(place: None) -> None:
    every = StaffedShift(PostId("p1"), 0, 24, (0, 1, 2, 3, 4, 5, 6), 1)
    whole = NOW_S - NOW_S % 3600 + 3600
    with transaction.atomic():
        put_staffing_in_force(Staffing("s", (every,)), actor="test", now_s=whole)
    go_on_duty(CHIEF, UnitId("u1"), now_s=whole + 3600)
    go_off_duty(CHIEF, UnitId("u1"), now_s=whole + 2.5 * 3600)
    places.forget()
    kept = staffing_seen(CHIEF, now_s=whole + 4 * 3600 + 60).posts[0].kept
    assert kept is not None
    assert (kept.hours, kept.wanted_h, kept.kept_h, kept.short_h) == (4, 4.0, 1.5, 3)


def test_a_plan_for_a_town_does_not_bring_its_own_rule(place: None) -> None:
    town = services.open_study(EAST_PLANNER, EAST, "Town", "", now_s=NOW_S)
    cover = {"relocation": {"policy": "expected_cover", "busy_share": 0.2}}
    assert refusal(town, cover, EAST_PLANNER) == "relocation_elsewhere"
    put_rule(0.2)
    own = {"relocation": {"policy": "own_post"}}
    assert refusal(town, own, EAST_PLANNER) == "relocation_elsewhere"
    assert proposed(town, {}, who=EAST_PLANNER)


def test_a_post_without_units_has_none_in_the_plan_in_force(place: None) -> None:
    Post.objects.create(id="p0", name_zh="空", name_en="", area=WEST, lon=111.05, lat=27.05)
    posts = plan_in_force("now", Bilingual("", ""), NOW_S).posts
    assert {post.id: post.units for post in posts} == {"p1": 3, "p0": 0}


def test_runs_of_a_closed_study_are_cancelled_by_whoever_decides_there(study: str) -> None:
    plan = plan_with(study, {})
    wanted = services.TrialWanted((plan.pk,), (), seed=1, runs=4, days=7)
    runs = [services.ask_trial(PLANNER, study, wanted, now_s=NOW_S) for _ in range(2)]
    services.move_study(PLANNER, study, StudyAction.CLOSE, now_s=NOW_S)
    services.cancel_run(PLANNER, study, runs[0], now_s=NOW_S + 1)
    elsewhere = viewer((Role.SUPERVISOR, EAST), staff="chief-east")
    with pytest.raises(AccessDeniedError):
        services.cancel_run(elsewhere, study, runs[1], now_s=NOW_S + 1)
    services.cancel_run(CHIEF, study, runs[1], now_s=NOW_S + 2)
    assert {row.state for row in Run.objects.all()} == {RunState.CANCELLED}


def test_runs_that_others_wait_for_do_not_count_for_a_person(study: str) -> None:
    other = viewer((Role.PLANNER, COUNTY), staff="other")
    own = services.open_study(other, COUNTY, "Other", "", now_s=NOW_S)
    plan, others = plan_with(study, {}), plan_with(own, {}, other)
    wanted = services.TrialWanted((plan.pk,), (), seed=1, runs=4, days=7)
    for _ in range(10):
        services.ask_trial(PLANNER, study, wanted, now_s=NOW_S)
    with pytest.raises(RefusedError) as refused:
        services.ask_trial(PLANNER, study, wanted, now_s=NOW_S)
    assert refused.value.code == "too_many_runs"
    theirs = replace(wanted, plans=(others.pk,))
    assert services.ask_trial(other, own, theirs, now_s=NOW_S)


def test_the_promise_is_held_to_the_standard_it_was_made_by(study: str) -> None:
    adoption = proposed(study, {})
    approve(adoption)
    director = viewer((Role.ADMINISTRATOR, COUNTY), staff="director")
    set_rules(director, "standard", dump_standard(URBAN_RURAL), now_s=NOW_S + 30)
    places.forget()
    row = Adoption.objects.get(pk=adoption)
    seen = promise_seen(CHIEF, row, now_s=NOW_S + 40)
    assert seen is not None
    assert (seen.standard_changed, seen.why_not, len(seen.tiers)) == (True, None, 3)
    row.promise["version"] = "of another home"
    seen = promise_seen(CHIEF, row, now_s=NOW_S + 40)
    assert seen is not None
    assert (seen.why_not, seen.tiers) == (NoVerdict.STANDARD_UNKNOWN, ())


def test_a_plan_of_a_town_is_not_judged_by_a_promise_for_the_whole_place(place: None) -> None:
    adoption = town_plan(EAST_PLANNER, EAST, {}, NOW_S + 20)
    seen = promise_seen(CHIEF, Adoption.objects.get(pk=adoption), now_s=NOW_S + 40)
    assert seen is not None
    assert (seen.why_not, seen.tiers) == (NoVerdict.PART_OF_PLACE, ())


def test_the_page_of_a_plan_that_cannot_be_read_says_why_and_can_be_rejected(study: str) -> None:
    bad = proposed(study, {})
    Adoption.objects.filter(pk=bad).update(plan={"format": "wardmote-plan/1"})
    account = open_account("ann", "irrelevant", staff_id="ann", name=Bilingual("安", "Ann"))
    grant_role(account.pk, Role.SUPERVISOR, COUNTY, granted_by="test")
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/language/", {"language": "en"})
    page = client.get(f"/studies/adoptions/{bad}/").content.decode()
    assert "does not fit the place" in page
    client.post(f"/studies/adoptions/{bad}/", {"form": "reject", "words": "No"})
    assert state(bad) == AdoptionState.REJECTED


SQUARE = [[[[111.1, 27.0], [111.2, 27.0], [111.2, 27.1], [111.1, 27.1], [111.1, 27.0]]]]


def grids_of(**changes: Any) -> dict[str, Any]:
    grid = {
        "post": "p1", "boundary": SQUARE, "villages": [], "calls_a_year": 500.0,
        "load_ratio": 1.0, "mean_response_s": 77.0,
    }  # fmt: skip
    return {
        "grids": [grid], "max_over_mean": 1.0, "compactness": 0.7, "connected": True, **changes,
    }  # fmt: skip


def test_a_change_of_grids_alone_is_shown_to_the_reviewer_and_taken_back(study: str) -> None:
    adoption = proposed(study, {"grids": grids_of()})
    page = selectors.adoption_page(CHIEF, adoption, language="en", now_s=NOW_S + 11)
    assert [(one.kind, one.grid) for one in page.changes] == [("grid", True)]
    assert [(one.post, one.before, one.after) for one in page.grids] == [("p1", False, True)]
    assert page.grids[0].gained_km2 == pytest.approx(110, rel=0.01)
    account = open_account("ann", "irrelevant", staff_id="ann", name=Bilingual("安", "Ann"))
    grant_role(account.pk, Role.SUPERVISOR, COUNTY, granted_by="test")
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/language/", {"language": "en"})
    shown = client.get(f"/studies/adoptions/{adoption}/").content.decode()
    assert "1 grid changes; 0 villages change hands" in shown
    assert "other grid" in shown
    approve(adoption)
    assert bytes(Post.objects.get(pk="p1").grid)
    again = proposed(study, {"grids": grids_of()}, now_s=NOW_S + 30)
    page = selectors.adoption_page(CHIEF, again, language="en", now_s=NOW_S + 31)
    assert [one.kind for one in page.changes] == ["same"]
    assert page.present is not None
    assert page.present.grids is not None
    services.roll_back(CHIEF, adoption, "Too large", now_s=NOW_S + 40)
    assert not bytes(Post.objects.get(pk="p1").grid)


@pytest.mark.parametrize("broken", [{"connected": False}, {"broken": ["post_outside"]}])
def test_grids_that_are_not_whole_cannot_be_put_in_force(
    study: str, broken: dict[str, Any]
) -> None:
    with pytest.raises(RefusedError) as refused:
        proposed(study, {"grids": grids_of(**broken)})
    assert refused.value.code == "grids_broken"


def test_a_plan_with_a_last_day_makes_room_for_what_held_before(study: str) -> None:
    plan = plan_with(study, two_posts(study))
    run = trial_of(study, plan)

    def ask(last: datetime.date) -> str:
        return services.propose_adoption(
            PLANNER, study, run, plan.code, TODAY, "", now_s=NOW_S + 10, last_day=last
        )

    for wrong in (TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=2_000)):
        with pytest.raises(RefusedError) as refused:
            ask(wrong)
        assert refused.value.code == "last_day"
    adoption, late = ask(TOMORROW), ask(TODAY)
    approve(adoption)
    over_s = midnight_s(TOMORROW + datetime.timedelta(days=1))
    services.take_effect_where_due(now_s=over_s - 1)
    assert state(adoption) == AdoptionState.IN_FORCE
    services.take_effect_where_due(now_s=over_s)
    assert state(adoption) == AdoptionState.ENDED
    assert [post.pk for post in places.posts()] == ["p1"]
    assert Adoption.objects.get(pk=adoption).until_s == over_s
    with pytest.raises(RefusedError) as refused:
        approve(late, now_s=over_s)
    assert refused.value.code == "last_day"
