"""Random lives of runs and adoptions through the services: what must always hold."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.unit.operations.small_place import COUNTY, NOW_S, SMALL_PLACE, viewer
from tests.unit.operations.studies.outcomes import outcome_of

from wardmote.core.domain.permissions import Role
from wardmote.core.domain.study import (
    ADOPTION_LIFE_CYCLE,
    RUN_LIFE_CYCLE,
    AdoptionAction,
    AdoptionState,
    RunState,
)
from wardmote.operations.local_time import local_day
from wardmote.operations.places import selectors as places
from wardmote.operations.places.services import load_places
from wardmote.operations.refusals import RefusedError
from wardmote.operations.studies import services
from wardmote.operations.studies.models import Adoption, Run, Study
from wardmote.operations.units.models import Unit
from wardmote.operations.units.services import load_units

PLANNER = viewer((Role.PLANNER, COUNTY), (Role.SUPERVISOR, COUNTY), staff="planner")
CHIEF = viewer((Role.PLANNER, COUNTY), (Role.SUPERVISOR, COUNTY), staff="chief")
PEOPLE = st.sampled_from([PLANNER, CHIEF])


class Planning(RuleBasedStateMachine):
    """Two people and a server act at random; refused acts change nothing."""

    def __init__(self) -> None:
        super().__init__()
        for rows in (Adoption, Run, Study, Unit):
            rows.objects.all().delete()
        places.forget()
        load_places(SMALL_PLACE)
        load_units(SMALL_PLACE.units)
        self.now_s = NOW_S
        self.claims = 0
        self.ended: dict[str, str] = {}
        self.study = services.open_study(PLANNER, COUNTY, "s", "", now_s=self.now_s)
        self.plan = services.add_present_plan(PLANNER, self.study, "now", now_s=self.now_s)
        copy = services.copy_plan(PLANNER, self.study, self.plan, "two", now_s=self.now_s)
        document = Study.objects.get(pk=self.study).plans.get(pk=copy).plan
        document["posts"][0]["lon"] += 0.001
        services.edit_plan(PLANNER, self.study, copy, "two", document, now_s=self.now_s)
        self.plans = (self.plan, copy)

    def at(self) -> float:
        self.now_s += 60.0
        return self.now_s

    def runs(self, *states: RunState) -> list[Run]:
        rows = Run.objects.filter(study_id=self.study).order_by("pk")
        return [row for row in rows if not states or RunState(row.state) in states]

    def adoptions(self) -> list[Adoption]:
        return list(Adoption.objects.order_by("pk"))

    @rule()
    def ask(self) -> None:
        wanted = services.TrialWanted(self.plans, (), seed=1, runs=2, days=1)
        asked = refused(lambda: services.ask_trial(PLANNER, self.study, wanted, now_s=self.at()))
        assert asked in ("", "too_many_runs")

    @rule()
    def claim(self) -> None:
        self.claims += 1
        waiting = self.runs(RunState.QUEUED)
        taken = services.claim_next(f"c{self.claims}", now_s=self.at())
        assert (taken is None) == (not waiting)

    @rule(good=st.booleans(), stale=st.booleans())
    def end(self, good: bool, stale: bool) -> None:
        for run in self.runs(RunState.RUNNING, RunState.CANCELLING)[:1]:
            claim = "nobody" if stale else run.claim
            before = run.state
            if good:
                kept = services.finish(run.pk, claim, outcome_of(run.request), now_s=self.at())
                assert kept == (not stale and before == RunState.RUNNING)
            else:
                services.fail(run.pk, claim, services.PROCESS_ENDED, now_s=self.at())
            if stale:
                assert Run.objects.get(pk=run.pk).state == before

    @rule(restart=st.booleans(), which=st.integers(0, 5))
    def act_on_a_run(self, restart: bool, which: int) -> None:
        rows = self.runs()
        if not rows:
            return
        run = rows[which % len(rows)]
        act = services.restart_run if restart else services.cancel_run
        action = "restart" if restart else "cancel"
        allowed = action in RUN_LIFE_CYCLE.allowed_actions(RunState(run.state))
        why = refused(lambda: act(PLANNER, self.study, run.pk, now_s=self.at()))
        assert why == "too_many_runs" or (why == "") == allowed

    @rule()
    def the_server_starts_again(self) -> None:
        services.give_up_lost(now_s=self.at())
        assert not self.runs(RunState.RUNNING, RunState.CANCELLING)

    @precondition(lambda self: self.runs(RunState.DONE))
    @rule(days=st.integers(0, 2))
    def propose(self, days: int) -> None:
        run = self.runs(RunState.DONE)[0]
        now_s = self.at()
        day = local_day(now_s) + datetime.timedelta(days=days)
        services.propose_adoption(PLANNER, self.study, run.pk, "p2", day, "", now_s=now_s)

    @precondition(lambda self: self.adoptions())
    @rule(who=PEOPLE, which=st.integers(0, 9), act=st.sampled_from(AdoptionAction))
    def decide(self, who, which: int, act: AdoptionAction) -> None:  # type: ignore[no-untyped-def]
        rows = self.adoptions()
        row = rows[which % len(rows)]
        posts = posts_now()
        may = act in ADOPTION_LIFE_CYCLE.allowed_actions(AdoptionState(row.state))
        deeds = {
            AdoptionAction.APPROVE: lambda at_s: services.review_adoption(
                who, row.pk, approve=True, words="", now_s=at_s
            ),
            AdoptionAction.REJECT: lambda at_s: services.review_adoption(
                who, row.pk, approve=False, words="no", now_s=at_s
            ),
            AdoptionAction.WITHDRAW: lambda at_s: services.withdraw_adoption(
                PLANNER, row.pk, now_s=at_s
            ),
            AdoptionAction.ROLL_BACK: lambda at_s: services.roll_back(
                who, row.pk, "too far", now_s=at_s
            ),
        }
        deed = deeds.get(act)
        if deed is None:
            return
        why = refused(lambda: deed(self.at()))
        own = who is PLANNER and act in (AdoptionAction.APPROVE, AdoptionAction.REJECT)
        assert why == "second_person_needed" if own else (why == "") == may
        if why:
            assert posts_now() == posts

    @rule()
    def a_day_passes(self) -> None:
        self.now_s += 86_400.0
        services.take_effect_where_due(now_s=self.now_s)
        waiting = [row for row in self.adoptions() if row.state == AdoptionState.APPROVED]
        assert all(row.from_s > self.now_s for row in waiting)

    @invariant()
    def at_most_one_plan_is_in_force_and_the_posts_are_its(self) -> None:
        held = [row for row in self.adoptions() if row.state == AdoptionState.IN_FORCE]
        assert len(held) <= 1
        if held:
            assert posts_now() == {(post["id"], post["lon"]) for post in held[0].plan["posts"]}

    @invariant()
    def what_made_room_names_the_plan_that_is_in_force(self) -> None:
        held = {row.pk for row in self.adoptions() if row.state == AdoptionState.IN_FORCE}
        away = [row for row in self.adoptions() if row.state == AdoptionState.SUPERSEDED]
        states = {row.pk: row.state for row in self.adoptions()}
        assert all(row.superseded_by in held or states[row.superseded_by] == "superseded"
                   for row in away)  # fmt: skip
        assert held or not away

    @precondition(lambda self: self.adoptions())
    @rule(which=st.integers(0, 9))
    def the_place_changes_under_a_plan(self, which: int) -> None:
        rows = [row for row in self.adoptions() if row.state == AdoptionState.APPROVED]
        if rows:
            row = rows[which % len(rows)]
            Adoption.objects.filter(pk=row.pk).update(plan={**row.plan, "posts": []})

    @invariant()
    def what_failed_says_why(self) -> None:
        for row in self.adoptions():
            if row.state == AdoptionState.FAILED:
                assert row.failure is not None

    @invariant()
    def nobody_reviewed_their_own(self) -> None:
        assert not any(row.reviewed_by == row.proposed_by for row in self.adoptions())

    @invariant()
    def an_outcome_is_there_exactly_when_a_run_is_done(self) -> None:
        for run in self.runs():
            assert (run.state == RunState.DONE) == (run.outcome is not None)


def refused(act: Callable[[], object]) -> str:
    """The code of the refusal; empty when it was done."""
    try:
        act()
    except RefusedError as error:
        return error.code
    return ""


def posts_now() -> set[tuple[str, float]]:
    return {(post.pk, post.lon) for post in places.posts()}


@pytest.mark.django_db
def test_runs_and_adoptions_hold_their_promises_whatever_happens() -> None:
    chosen = settings(max_examples=15, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Planning, settings=chosen)
