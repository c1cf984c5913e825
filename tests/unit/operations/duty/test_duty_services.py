"""Duty levels with real effects, plans and drills, guards made once, and who may do what."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from tests.unit.operations.small_place import (
    COUNTY,
    EAST,
    ELSEWHERE,
    NOW_S,
    SUPERVISOR,
    WEST,
    viewer,
)

from wardmote.core.domain.agreement import AidAction, AidKind
from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.contingency import StepAction, StepState, Subject
from wardmote.core.domain.duty_level import SHIPPED_DUTY_LEVELS, Because, SwitchState
from wardmote.core.domain.event_guard import GuardAction
from wardmote.core.domain.ids import AreaId, IncidentId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.domain.leave import LeaveAction, LeaveKind, LeaveState
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Permission, Role, Viewer
from wardmote.core.domain.plain import dump
from wardmote.core.domain.standards import NFPA_1710, STANDARD_135
from wardmote.core.domain.text import Bilingual
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import AccessDeniedError, grant_role
from wardmote.operations.dispatch.timekeeping import Timekeeper
from wardmote.operations.duty import errors, selectors, services
from wardmote.operations.duty.models import Activation, GuardDay, Neighbour, Offer, Switch
from wardmote.operations.duty.services import levels as level_services
from wardmote.operations.duty.services.guards import TRY_AGAIN_S
from wardmote.operations.incidents import services as incidents
from wardmote.operations.incidents.selectors import lock
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.journal.selectors import events_of_incident
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.people import services as people
from wardmote.operations.people.models import Leave
from wardmote.operations.people.person_card import PersonCard
from wardmote.operations.people.services import open_account
from wardmote.operations.places import selectors as places
from wardmote.operations.places.models import KeyPlace
from wardmote.operations.places.services import set_rules
from wardmote.operations.tasks.models import Task

CHIEF = viewer((Role.STATION_CHIEF, COUNTY), staff="chief")
ADMIN = viewer((Role.ADMINISTRATOR, COUNTY), staff="admin")
OFFICER = viewer((Role.COMMUNITY_OFFICER, EAST), staff="officer")
VOLUNTEER = viewer((Role.VOLUNTEER, EAST), staff="volunteer")
DAY_S = 86_400.0


@pytest.fixture(autouse=True)
def _world(place: None) -> None:
    for staff, role in (
        ("chief", None),
        ("officer", Role.COMMUNITY_OFFICER),
        ("volunteer", Role.VOLUNTEER),
        ("v1", Role.VOLUNTEER),
    ):
        account = open_account(
            staff, "a long password", staff_id=staff, name=Bilingual(staff, staff)
        )
        if role is not None:
            grant_role(account.pk, role, EAST, granted_by="test")


def digest(area: AreaId, level: str, now_s: float = NOW_S) -> str:
    found = selectors.levels_in_force(now_s).of(level)
    return selectors.effects_of(area, found, now_s).digest


def proposed(area: AreaId = COUNTY, level: str = "level_1", **other: Any) -> str:
    shown = digest(area, level)
    return services.propose_switch(CHIEF, area, level, shown, "Festival", now_s=NOW_S, **other)


def in_force(area: AreaId = COUNTY, level: str = "level_1", **other: Any) -> str:
    switch = proposed(area, level, **other)
    services.approve_switch(SUPERVISOR, switch, digest(area, level), now_s=NOW_S)
    places.forget()
    return switch


def on_leave(kind: LeaveKind) -> str:
    card = PersonCard("officer", Bilingual("警", "Officer"), StaffKind.POLICE, EAST)
    people.keep_person(ADMIN, card, now_s=NOW_S - DAY_S)
    new = people.NewLeave("officer", kind, NOW_S - DAY_S / 2, NOW_S + DAY_S)
    made = people.ask_leave(ADMIN, new, now_s=NOW_S - DAY_S)
    people.move_leave(ADMIN, made, LeaveAction.APPROVE, now_s=NOW_S - DAY_S)
    return made


def test_a_level_changes_standard_timers_and_leave_and_gives_back_when_it_ends() -> None:
    set_rules(ADMIN, "standard", dump(NFPA_1710), now_s=NOW_S - 9)
    places.forget()
    leave = on_leave(LeaveKind.ANNUAL)
    shown = selectors.effects_of(COUNTY, selectors.levels_in_force(NOW_S).of("level_1"), NOW_S)
    assert (shown.standard_before, shown.standard_after) == (
        NFPA_1710.version,
        STANDARD_135.version,
    )
    assert shown.recalled == (leave,)
    assert all(after == before / 2 for _timer, before, after in shown.timers)
    assert [(one.post, one.least, one.short) for one in shown.posts] == [("p1", 2, 2)]
    switch = in_force()
    assert places.standard_in_force(NOW_S + 1) == STANDARD_135
    assert Leave.objects.get(pk=leave).state == LeaveState.RECALLED.value
    rules = Timekeeper()._rules_of(EAST, NOW_S + 1)
    assert rules.version.endswith("x50%")
    services.end_switch(SUPERVISOR, switch, now_s=NOW_S + 10)
    places.forget()
    assert places.standard_in_force(NOW_S + 11) == NFPA_1710
    assert Timekeeper()._rules_of(EAST, NOW_S + 11).version == "timers/1"
    # What held in between is still known for figures of that time.
    places.forget()
    assert places.standard_in_force(NOW_S + 5) == STANDARD_135
    assert selectors.level_of(EAST, NOW_S + 5).level.code == "level_1"
    assert selectors.level_of(EAST, NOW_S + 10).because is Because.EVERYDAY
    moved = JournalEntry.objects.filter(type="duty.level_moved").order_by("seq")
    assert [one.data["after"] for one in moved] == ["proposed", "in_force", "ended"]


def test_what_is_configured_while_a_level_holds_is_there_when_it_ends() -> None:
    switch = in_force()
    set_rules(ADMIN, "standard", dump(NFPA_1710), now_s=NOW_S + 1)
    places.forget()
    assert places.standard_in_force(NOW_S + 2) == STANDARD_135
    services.end_switch(SUPERVISOR, switch, now_s=NOW_S + 3)
    places.forget()
    assert places.standard_in_force(NOW_S + 4) == NFPA_1710


def test_a_level_of_a_town_shortens_timers_there_and_nowhere_else() -> None:
    in_force(EAST, "level_3")
    keeper = Timekeeper()
    assert keeper._rules_of(EAST, NOW_S + 1).version == "timers/1 x80%"
    assert keeper._rules_of(WEST, NOW_S + 1).version == "timers/1"


def test_the_standard_of_a_part_holds_for_calls_of_that_part_alone() -> None:
    set_rules(ADMIN, "standard", dump(NFPA_1710), now_s=NOW_S - 9)
    places.forget()
    shown = selectors.effects_of(EAST, selectors.levels_in_force(NOW_S).of("level_1"), NOW_S)
    assert (shown.standard_before, shown.standard_after, shown.part) == (
        NFPA_1710.version,
        STANDARD_135.version,
        True,
    )
    switch = in_force(EAST, "level_1")
    assert places.standard_in_force(NOW_S + 1, EAST) == STANDARD_135
    assert places.standard_in_force(NOW_S + 1, WEST) == NFPA_1710
    assert places.standard_in_force(NOW_S + 1) == NFPA_1710
    services.end_switch(SUPERVISOR, switch, now_s=NOW_S + 2)
    places.forget()
    assert places.standard_in_force(NOW_S + 3, EAST) == NFPA_1710


def test_levels_are_changed_by_a_new_version_and_what_is_proposed_stays_as_it_read() -> None:
    switch = proposed(COUNTY, "level_3")
    levels = dump(SHIPPED_DUTY_LEVELS)["levels"]
    changed = [*levels[:1], {**levels[1], "timers_percent": 60}, *levels[2:]]
    with pytest.raises(AccessDeniedError):
        services.set_levels(CHIEF, changed, "duty/1", now_s=NOW_S)
    assert services.set_levels(ADMIN, changed, "duty/1", now_s=NOW_S) == "duty/2"
    places.forget()
    with pytest.raises(errors.NotPossibleError):
        services.set_levels(ADMIN, changed, "duty/1", now_s=NOW_S)
    with pytest.raises(errors.BadContentError) as refused:
        services.set_levels(ADMIN, [], "duty/2", now_s=NOW_S)
    assert refused.value.values["field"] == "levels"
    assert selectors.levels_in_force(NOW_S).of("level_3").timers_percent == 60
    assert selectors.level_of_row(Switch.objects.get(pk=switch)).timers_percent == 80


def test_a_switch_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    leave, switch = on_leave(LeaveKind.ANNUAL), proposed()

    def killed(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(level_services, "put_area_rules", killed)
    before = JournalEntry.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        services.approve_switch(SUPERVISOR, switch, digest(COUNTY, "level_1"), now_s=NOW_S)
    assert Switch.objects.get(pk=switch).state == SwitchState.PROPOSED.value
    assert Leave.objects.get(pk=leave).state == LeaveState.APPROVED.value
    assert (places.area_rule(EAST, NOW_S), JournalEntry.objects.count()) == (None, before)


def test_nobody_approves_the_own_proposal_or_what_changed_since_it_was_shown() -> None:
    shown = digest(COUNTY, "level_1")
    own = services.propose_switch(SUPERVISOR, COUNTY, "level_1", shown, "Why", now_s=NOW_S)
    with pytest.raises(errors.SecondPersonError):
        services.approve_switch(SUPERVISOR, own, shown, now_s=NOW_S)
    switch = proposed()
    on_leave(LeaveKind.ANNUAL)
    with pytest.raises(errors.EffectsChangedError):
        services.approve_switch(SUPERVISOR, switch, shown, now_s=NOW_S)
    with pytest.raises(errors.EffectsChangedError):
        services.propose_switch(CHIEF, COUNTY, "level_1", "0" * 64, "Why", now_s=NOW_S)


def test_a_level_needs_the_right_as_far_as_it_reaches() -> None:
    town_lead = viewer((Role.SUPERVISOR, EAST), staff="lead")
    high = proposed(EAST, "level_1")
    with pytest.raises(AccessDeniedError):
        services.approve_switch(town_lead, high, digest(EAST, "level_1"), now_s=NOW_S)
    low = proposed(EAST, "level_3")
    services.approve_switch(town_lead, low, digest(EAST, "level_3"), now_s=NOW_S)


def test_another_level_for_the_same_area_ends_the_one_before_and_ends_by_itself() -> None:
    first = in_force(EAST, "level_3")
    second = in_force(EAST, "level_2", until_s=NOW_S + 60)
    states = dict(Switch.objects.values_list("pk", "state"))
    assert (states[first], states[second]) == ("ended", "in_force")
    services.end_due_switches(NOW_S + 59)
    assert Switch.objects.get(pk=second).state == "in_force"
    services.end_due_switches(NOW_S + 60)
    services.end_due_switches(NOW_S + 61)
    assert Switch.objects.get(pk=second).state == "ended"
    places.forget()
    assert places.area_rule(EAST, NOW_S + 61) is None


def test_levels_are_announced_in_and_around_their_area_only() -> None:
    in_force(EAST, "level_3")
    assert selectors.announced(OFFICER)
    assert selectors.announced(CHIEF)
    assert not selectors.announced(viewer((Role.COMMUNITY_OFFICER, WEST)))
    assert not selectors.announced(VOLUNTEER)


CONTENT = {
    "steps": [
        {"what": {"zh": "封控", "en": "Seal off"}, "role": "leader", "minutes": 5},
        {"what": {"zh": "疏导", "en": "Lead traffic"}, "role": "traffic", "minutes": 10},
    ],
    "triggers": [{"kind": "category", "code": "dispute"}],
}


def plan(area: AreaId = COUNTY) -> str:
    new = services.NewPlan(area, Bilingual("庙会预案", "Fair plan"), CONTENT)
    made = services.write_plan(CHIEF, new, now_s=NOW_S)
    services.approve_version(SUPERVISOR, made, 1, now_s=NOW_S)
    return made


def started(made: str, *, drill: bool = False, key: str = "k") -> str:
    who = (("volunteer", "traffic"), ("volunteer", "leader"))
    start = services.Start(made, Subject.EVENT, "Fair", key, drill, who)
    return services.activate(CHIEF, start, now_s=NOW_S)


@pytest.mark.parametrize("drill", [False, True])
def test_a_plan_is_activated_walked_through_and_reviewed(drill: bool) -> None:
    run = started(plan(), drill=drill)
    assert started(selectors.plans_seen(CHIEF)[0].pk, drill=drill) == run
    assert Activation.objects.count() == 1
    services.let_steps_fall_due(NOW_S + 300)
    row = selectors.activation_to_see(CHIEF, run)
    assert [one.state for one in row.steps.all()] == ["waiting", "waiting"]
    services.let_steps_fall_due(NOW_S + 301)
    row = selectors.activation_to_see(CHIEF, run)
    assert [selectors.overdue(one, NOW_S + 301) for one in row.steps.all()] == [True, False]
    services.move_step(VOLUNTEER, run, 1, StepAction.FINISH, now_s=NOW_S + 310)
    with pytest.raises(errors.WordsNeededError):
        services.move_step(CHIEF, run, 2, StepAction.SKIP, now_s=NOW_S + 320)
    services.move_step(CHIEF, run, 2, StepAction.SKIP, "Road empty", now_s=NOW_S + 320)
    services.stand_down(CHIEF, run, now_s=NOW_S + 400)
    with pytest.raises(errors.NotPossibleError):
        services.move_step(CHIEF, run, 2, StepAction.UNDO, now_s=NOW_S + 401)
    services.keep_review(CHIEF, run, "Barriers came late", now_s=NOW_S + 500)
    found = selectors.review_of(selectors.activation_to_see(CHIEF, run))
    assert (found.late, found.skipped, found.missed) == (((1, 10.0),), (2,), ())
    written = JournalEntry.objects.filter(type__in=["duty.activation_moved", "duty.step_moved"])
    assert {one.data["drill"] for one in written} == {drill}
    assert "Barriers" not in str([one.data for one in written])


def test_a_drill_is_there_for_its_participants_and_for_nobody_else() -> None:
    run = started(plan(), drill=True)
    boss = viewer((Role.SUPERVISOR, COUNTY), (Role.STATION_CHIEF, COUNTY), staff="boss")
    assert selectors.activation_to_see(VOLUNTEER, run).drill
    assert not selectors.activations_seen(boss)
    for who in (boss, OFFICER, SUPERVISOR):
        with pytest.raises(errors.UnknownDutyError):
            selectors.activation_to_see(who, run)
        with pytest.raises(errors.UnknownDutyError):
            services.move_step(who, run, 1, StepAction.FINISH, now_s=NOW_S)
        with pytest.raises(errors.UnknownDutyError):
            services.stand_down(who, run, now_s=NOW_S)
    lonely = services.Start(selectors.plans_seen(CHIEF)[0].pk, Subject.EVENT, "Fair", "x", True)
    with pytest.raises(errors.ParticipantsNeededError):
        services.activate(CHIEF, lonely, now_s=NOW_S)
    assert selectors.activation_to_see(OFFICER, started(plan(EAST), key="real"))


def _call(call: str, *, drill: bool) -> IncidentId:
    new = incidents.NewCall(
        "dispute.neighbour", "phone", id=IncidentId(call), lon=111.15, lat=27.05, drill=drill
    )
    incidents.enter_call(SUPERVISOR, new, now_s=NOW_S)
    return IncidentId(call)


def _react(call: str) -> None:
    """What the follower does with all that the journal says of a call."""
    for event in events_of_incident(IncidentId(call)):
        services.offer_for_call(event, NOW_S + 1)


def test_a_call_has_the_plans_offered_that_it_brings_up_and_nothing_activates_itself() -> None:
    made, lead = plan(), viewer((Role.SUPERVISOR, COUNTY), staff="lead")
    real, rehearsed = _call("call-00001", drill=False), _call("call-00002", drill=True)
    for call in (real, rehearsed, real):
        _react(call)
    offers = selectors.offers_seen(lead)
    assert [(one.plan_id, one.code, one.drill) for one in offers] == [(made, real, False)]
    (of_drill,) = selectors.offers_seen(lead, rehearsed)
    assert (of_drill.plan_id, of_drill.drill) == (made, True)
    assert not Activation.objects.exists()
    assert [one.code for one in selectors.offers_seen(lead, real)] == [real]
    assert selectors.offers_to_answer(lead) == 1
    assert not selectors.offers_seen(viewer((Role.SUPERVISOR, ELSEWHERE)))
    (offer,) = selectors.offers_seen(lead, real)
    run = services.take_offer(lead, offer.pk, now_s=NOW_S + 2)
    assert selectors.activation_to_see(lead, run).subject_code == real
    with pytest.raises(errors.NotPossibleError):
        services.take_offer(CHIEF, offer.pk, now_s=NOW_S + 3)
    (drill,) = selectors.offers_seen(lead, rehearsed)
    with pytest.raises(errors.ParticipantsNeededError):
        services.take_offer(lead, drill.pk, now_s=NOW_S + 3)
    told = JournalEntry.objects.filter(type="duty.offer_moved").order_by("seq")
    assert [(one.data["drill"], one.data["after"]) for one in told] == [
        (False, "offered"), (True, "offered"), (False, "taken"),
    ]  # fmt: skip


def test_a_real_plan_stays_off_a_drill_call_and_a_drill_off_a_real_one() -> None:
    made, lead = plan(), viewer((Role.SUPERVISOR, COUNTY), staff="lead")
    real, rehearsed = _call("call-00001", drill=False), _call("call-00002", drill=True)
    who = (("officer", ""),)
    for start in (
        services.Start(made, Subject.INCIDENT, rehearsed, "k1"),
        services.Start(made, Subject.INCIDENT, real, "k2", drill=True, participants=who),
    ):
        with pytest.raises(errors.DrillNeededError):
            services.activate(lead, start, now_s=NOW_S)


def test_urgency_and_place_decide_whether_a_call_brings_a_plan_up() -> None:
    for triggers in (
        [{"kind": "category", "code": "dispute", "urgency": 1}],
        [{"kind": "place", "code": "k1", "urgency": 4}],
    ):
        new = services.NewPlan(COUNTY, Bilingual("预案", "Plan"), {**CONTENT, "triggers": triggers})
        made = services.write_plan(CHIEF, new, now_s=NOW_S)
        services.approve_version(SUPERVISOR, made, 1, now_s=NOW_S)
    _react(_call("call-00001", drill=False))  # a dispute is less urgent, and away from the school
    assert not Offer.objects.exists()
    at_school = incidents.NewCall(
        "dispute.neighbour", "phone", id=IncidentId("call-00002"), lon=111.12, lat=27.02
    )
    incidents.enter_call(SUPERVISOR, at_school, now_s=NOW_S)
    _react("call-00002")
    (offer,) = Offer.objects.all()
    assert offer.plan_id == made
    with transaction.atomic():
        incidents.advance_call(
            lock(IncidentId("call-00002")),
            IncidentAction.CANCEL,
            incidents.server_moment("test", NOW_S + 5),
            reason="duplicate",
        )
    _react("call-00002")
    offer.refresh_from_db()
    assert offer.state == "lapsed"


def test_an_offer_that_is_declined_is_gone_and_may_still_be_activated_by_hand() -> None:
    made, lead = plan(), viewer((Role.SUPERVISOR, COUNTY), staff="lead")
    call = _call("call-00001", drill=False)
    _react(call)
    (offer,) = selectors.offers_seen(lead)
    with pytest.raises(AccessDeniedError):
        services.decline_offer(OFFICER, offer.pk, now_s=NOW_S)
    services.decline_offer(lead, offer.pk, now_s=NOW_S + 2)
    _react(call)
    assert not selectors.offers_seen(lead)
    services.activate(lead, services.Start(made, Subject.INCIDENT, call, "k3"), now_s=NOW_S + 3)
    offer.refresh_from_db()
    assert offer.state == "taken"


def test_the_day_of_a_guarded_event_has_its_plan_offered_once() -> None:
    guarded, lead = guard(), viewer((Role.SUPERVISOR, COUNTY), staff="lead")
    content = {**CONTENT, "triggers": [{"kind": "event", "code": guarded}]}
    new = services.NewPlan(COUNTY, Bilingual("预案", "Plan"), content)
    made = services.write_plan(CHIEF, new, now_s=NOW_S)
    services.approve_version(SUPERVISOR, made, 1, now_s=NOW_S)
    while services.make_guard_days(NOW_S):
        pass
    first = GuardDay.objects.order_by("day").first()
    assert first is not None
    noon = midnight_s(first.day) + DAY_S / 2
    services.offer_for_guards(noon)
    services.offer_for_guards(noon + 60)
    (offer,) = selectors.offers_seen(lead)
    assert offer.subject_code == f"东街集市 {first.day.isoformat()}"
    services.take_offer(lead, offer.pk, now_s=noon)
    services.offer_for_guards(noon + DAY_S)
    assert not selectors.offers_seen(lead)


def test_why_a_step_was_late_or_missed_is_kept_with_the_look_back() -> None:
    run = started(plan())
    services.add_participant(CHIEF, run, "officer", "leader", now_s=NOW_S)
    services.move_step(OFFICER, run, 1, StepAction.FINISH, now_s=NOW_S + 400)
    with pytest.raises(errors.ParticipantsNeededError):
        services.add_participant(CHIEF, run, "nobody", now_s=NOW_S)
    services.stand_down(CHIEF, run, now_s=NOW_S + 900)
    services.keep_review(
        CHIEF, run, "Lessons", {1: "Road closed", 2: "Nobody named", 9: "x"}, now_s=NOW_S + 950
    )
    rows = selectors.activation_to_see(CHIEF, run).steps.order_by("number")
    assert [one.why for one in rows] == ["Road closed", "Nobody named"]
    with pytest.raises(errors.NotPossibleError):
        services.add_participant(CHIEF, run, "v1", now_s=NOW_S + 960)


def test_a_version_is_approved_by_another_and_replaces_the_one_before() -> None:
    made = plan()
    number = services.write_version(CHIEF, made, CONTENT, now_s=NOW_S + 1)
    chief_too = viewer((Role.SUPERVISOR, COUNTY), staff="chief")
    with pytest.raises(errors.SecondPersonError):
        services.approve_version(chief_too, made, number, now_s=NOW_S + 2)
    services.approve_version(SUPERVISOR, made, number, now_s=NOW_S + 2)
    versions = selectors.plan_to_see(CHIEF, made).versions.order_by("number")
    assert [one.state for one in versions] == ["retired", "approved"]
    with pytest.raises(errors.BadContentError):
        services.write_version(CHIEF, made, {"steps": []}, now_s=NOW_S)


MARKET = {
    "recurrence": {"kind": "every_days", "every": 5},
    "posts": [{"title": {"zh": "东口", "en": "East gate"}, "lon": 111.15, "lat": 27.05}],
    "duties": [{"staff": "officer", "post": 0, "from_minute": 480, "to_minute": 960}],
    "checks": [{"what": {"zh": "检查摊位用电", "en": "Check wiring of stalls"}, "by_minute": 540}],
    "days_ahead": 7,
}


def guard() -> str:
    new = services.NewGuard(EAST, Bilingual("东街集市", "East market"), MARKET)
    made = services.write_guard(CHIEF, new, now_s=NOW_S)
    services.move_guard(SUPERVISOR, made, GuardAction.APPROVE, now_s=NOW_S)
    return made


def test_each_occurrence_of_a_guarded_event_is_made_once() -> None:
    made = guard()
    while services.make_guard_days(NOW_S):
        pass
    days = list(GuardDay.objects.values_list("day", flat=True).order_by("day"))
    today = local_day(NOW_S)
    assert all((one - datetime.date(2024, 1, 1)).days % 5 == 0 for one in days)
    assert days
    assert all(today <= one <= today + datetime.timedelta(days=7) for one in days)
    assert not services.make_guard_days(NOW_S + 60)
    posts = KeyPlace.objects.filter(drawn=True)
    assert {(one.valid_from, one.valid_to) for one in posts} == {(one, one) for one in days}
    assert posts.count() == len(days)
    tasks = Task.objects.filter(source_kind="guard")
    assert tasks.filter(rule="guard.check.0").count() == len(days)
    assert {one.holder for one in tasks.filter(rule="guard.duty.0")} == {"officer"}
    (on_duty,) = tasks.filter(rule="guard.duty.0", day=days[0])
    begins_s = midnight_s(days[0])
    assert (on_duty.opens_s, on_duty.due_s) == (begins_s + 480 * 60, begins_s + 960 * 60)
    services.move_guard(SUPERVISOR, made, GuardAction.END, now_s=NOW_S + 70)
    assert not services.make_guard_days(NOW_S + 5 * DAY_S)


def test_a_day_that_fails_half_way_is_made_whole_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guard()
    create = GuardDay.objects.create
    monkeypatch.setattr(GuardDay.objects, "create", lambda **_fields: 1 / 0)
    assert not services.make_guard_days(NOW_S)
    assert not KeyPlace.objects.filter(drawn=True).exists()
    assert not Task.objects.exists()
    monkeypatch.setattr(GuardDay.objects, "create", create)
    assert services.make_guard_days(NOW_S + TRY_AGAIN_S)


def test_a_neighbour_is_asked_answers_and_its_contact_opens_with_a_record() -> None:
    new = services.NewNeighbour(
        COUNTY, Bilingual("邻县", "Next county"), "Aid", "Zhang 13800000000"
    )
    near = services.keep_neighbour(CHIEF, new, now_s=NOW_S)
    asked = services.ask_neighbour(CHIEF, near, AidKind.AID, "Two cars", now_s=NOW_S)
    with pytest.raises(errors.BadContentError):
        services.move_request(CHIEF, asked, AidAction.ANSWER, now_s=NOW_S + 60)
    services.move_request(CHIEF, asked, AidAction.ANSWER, agreed=True, now_s=NOW_S + 90)
    services.move_request(CHIEF, asked, AidAction.END, now_s=NOW_S + 900)
    ((_row, found),) = selectors.neighbours_seen(CHIEF)
    assert (found.asked, found.answered, found.agreed, found.median_s) == (1, 1, 1, 90.0)
    assert "13800000000" not in str(JournalEntry.objects.values_list("data", flat=True))
    assert services.open_contact(CHIEF, near, now_s=NOW_S) == "Zhang 13800000000"
    assert Disclosure.objects.get().fields == "contact"
    with pytest.raises(AccessDeniedError):
        services.open_contact(OFFICER, near, now_s=NOW_S)


def _acts() -> dict[str, tuple[Callable[[Viewer], object], Permission]]:
    plan_it, approve = Permission.DUTY_PLAN, Permission.DUTY_APPROVE
    made, near = plan(), Neighbour.objects.create(id="n", area=COUNTY, made_by="x", made_s=0.0).pk
    draft = services.write_version(CHIEF, made, CONTENT, now_s=NOW_S)
    new_guard = services.NewGuard(COUNTY, Bilingual("集", "Market"), MARKET)
    waiting = services.write_guard(CHIEF, new_guard, now_s=NOW_S)
    offered = Offer.objects.create(
        id="o", plan_id=made, area=COUNTY, subject="event", subject_code="Fair", code="", made_s=0.0
    ).pk
    switch, shown = proposed(COUNTY, "level_3"), digest(COUNTY, "level_3")
    new = services.NewPlan(COUNTY, Bilingual("预案", "Plan"), CONTENT)
    return {
        "propose": (
            lambda who: services.propose_switch(who, COUNTY, "level_3", shown, "w", now_s=NOW_S),
            plan_it,
        ),
        "approve": (lambda who: services.approve_switch(who, switch, shown, now_s=NOW_S), approve),
        "reject": (lambda who: services.decline_switch(who, switch, "no", now_s=NOW_S), approve),
        "write": (lambda who: services.write_plan(who, new, now_s=NOW_S), plan_it),
        "version": (lambda who: services.write_version(who, made, CONTENT, now_s=NOW_S), plan_it),
        "approve plan": (
            lambda who: services.approve_version(who, made, draft, now_s=NOW_S),
            approve,
        ),
        "activate": (
            lambda who: services.activate(
                who, services.Start(made, Subject.EVENT, "Fair", "m"), now_s=NOW_S
            ),
            plan_it,
        ),
        "guard": (lambda who: services.write_guard(who, new_guard, now_s=NOW_S), plan_it),
        "approve guard": (
            lambda who: services.move_guard(who, waiting, GuardAction.APPROVE, now_s=NOW_S),
            approve,
        ),
        "border": (
            lambda who: services.draw_border(
                who, near, [(111.1, 27.0), (111.1, 27.1)], now_s=NOW_S
            ),
            plan_it,
        ),
        "take": (lambda who: services.take_offer(who, offered, now_s=NOW_S), plan_it),
        "decline": (lambda who: services.decline_offer(who, offered, now_s=NOW_S), plan_it),
        "ask": (
            lambda who: services.ask_neighbour(who, near, AidKind.AID, "w", now_s=NOW_S),
            plan_it,
        ),
    }


class _UndoError(Exception):
    """Ends a trial, so that what it did is undone."""


def _done(act: Callable[[Viewer], object], who: Viewer) -> bool:
    try:
        with transaction.atomic():
            act(who)
            raise _UndoError
    except _UndoError:
        return True
    except AccessDeniedError:
        return False


def test_a_role_acts_in_its_area_and_nowhere_else() -> None:
    acts = _acts()
    open_account("m", "a long password", staff_id="m", name=Bilingual("m", "m"))
    for role in Role:
        for area in (COUNTY, EAST, ELSEWHERE):
            who = viewer((role, area), staff="m")
            for name, (act, permission) in acts.items():
                expected = area == COUNTY and permission in ROLE_PERMISSIONS[role]
                assert _done(act, who) is expected, (role, area, name)


def test_steps_of_a_real_activation_are_open_to_planners_and_participants() -> None:
    run = started(plan(EAST), key="real")
    with pytest.raises(errors.UnknownDutyError):
        services.move_step(OFFICER, run, 1, StepAction.FINISH, now_s=NOW_S)
    services.move_step(VOLUNTEER, run, 1, StepAction.FINISH, now_s=NOW_S)
    services.move_step(SUPERVISOR, run, 1, StepAction.UNDO, now_s=NOW_S)
    row = selectors.activation_to_see(OFFICER, run)
    assert row.steps.get(number=1).state == StepState.WAITING.value
