"""Who may do what: every role, in its area, in another one, and without any."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from tests.unit.operations.small_place import COUNTY, EAST, ELSEWHERE, NOW_S, WEST, viewer
from tests.unit.operations.studies.outcomes import outcome_of

from wardmote.core.domain.assignment import AssignmentAction
from wardmote.core.domain.ids import AreaId, IncidentId, UnitId
from wardmote.core.domain.incident import IncidentAction
from wardmote.core.domain.permissions import (
    ROLE_PERMISSIONS,
    ROLE_PURPOSES,
    Permission,
    Purpose,
    Role,
    Viewer,
)
from wardmote.core.domain.study import AdoptionState
from wardmote.operations.access.models import Disclosure
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch import selectors, services
from wardmote.operations.incidents import services as incidents
from wardmote.operations.local_time import local_day
from wardmote.operations.places import services as place_services
from wardmote.operations.refusals import RefusedError
from wardmote.operations.studies import selectors as study_selectors
from wardmote.operations.studies import services as studies
from wardmote.operations.studies.models import Adoption, Run, Study

CALL = IncidentId("call-00001")
U1 = UnitId("u1")


@pytest.fixture
def call(place: None) -> IncidentId:
    """A call in the eastern town with a caller, and one unit sent there."""
    taker = viewer((Role.SUPERVISOR, COUNTY), staff="taker")
    services.go_on_duty(taker, U1, now_s=NOW_S)
    new = incidents.NewCall(
        "dispute.neighbour", "phone", id=CALL, lon=111.15, lat=27.05, caller_phone="13800000000"
    )
    incidents.enter_call(taker, new, now_s=NOW_S)
    services.assign(taker, CALL, [U1], now_s=NOW_S)
    return CALL


Deed = Callable[[Viewer], object]
NEW = incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05)


DEEDS: dict[str, tuple[Deed, Callable[[Role], bool]]] = {
    "enter": (
        lambda who: incidents.enter_call(who, NEW, now_s=NOW_S + 1),
        lambda role: Permission.INCIDENT_ENTER in ROLE_PERMISSIONS[role],
    ),
    "see": (
        lambda who: selectors.incident_detail(who, CALL, language="en", now_s=NOW_S),
        lambda role: Permission.INCIDENT_VIEW in ROLE_PERMISSIONS[role],
    ),
    "relocate": (
        lambda who: incidents.relocate(who, CALL, 111.16, 27.05, now_s=NOW_S + 1),
        lambda role: Permission.INCIDENT_EDIT in ROLE_PERMISSIONS[role],
    ),
    "reclassify": (
        lambda who: incidents.reclassify(
            who, CALL, category="dispute.family", reason="new_information", now_s=NOW_S + 1
        ),
        lambda role: Permission.INCIDENT_EDIT in ROLE_PERMISSIONS[role],
    ),
    "note": (
        lambda who: services.add_note(who, CALL, "…", now_s=NOW_S + 1),
        lambda role: Permission.INCIDENT_EDIT in ROLE_PERMISSIONS[role],
    ),
    "close": (
        lambda who: services.act_on_call(
            who, CALL, IncidentAction.CLOSE, disposition="advised", now_s=NOW_S + 1
        ),
        lambda role: Permission.INCIDENT_EDIT in ROLE_PERMISSIONS[role],
    ),
    "assign": (
        lambda who: services.assign(who, CALL, [U1], now_s=NOW_S + 1),
        lambda role: (
            {Permission.INCIDENT_DISPATCH, Permission.UNIT_COMMAND} <= ROLE_PERMISSIONS[role]
        ),
    ),
    "acknowledge": (
        lambda who: services.act(
            who, selectors.assignment_ids(CALL)[0], AssignmentAction.ACKNOWLEDGE, now_s=NOW_S + 1
        ),
        lambda role: Permission.ASSIGNMENT_ACT in ROLE_PERMISSIONS[role],
    ),
    "cancel assignment": (
        lambda who: services.act(
            who,
            selectors.assignment_ids(CALL)[0],
            AssignmentAction.CANCEL,
            reason="not_needed",
            now_s=NOW_S + 1,
        ),
        lambda role: Permission.INCIDENT_DISPATCH in ROLE_PERMISSIONS[role],
    ),
    "duty": (
        lambda who: services.go_on_duty(who, UnitId("u2"), now_s=NOW_S + 1),
        lambda role: Permission.UNIT_COMMAND in ROLE_PERMISSIONS[role],
    ),
    "close road": (
        lambda who: place_services.close_road(
            who, EAST, [1], reason="", now_s=NOW_S + 1, edge_count=9
        ),
        lambda role: bool(
            {Permission.INCIDENT_DISPATCH, Permission.CONFIGURATION_EDIT} & ROLE_PERMISSIONS[role]
        ),
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("area", [COUNTY, EAST, WEST, ELSEWHERE])
def test_a_role_acts_in_its_area_and_nowhere_else(
    call: IncidentId, deed: str, role: Role, area: AreaId
) -> None:
    act, allowed = DEEDS[deed]
    who = viewer((role, area), staff=f"{role}-{area}")
    if allowed(role) and area in (COUNTY, EAST):
        act(who)
    else:
        with pytest.raises(AccessDeniedError):
            act(who)


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_without_a_role_may_do_anything(call: IncidentId, deed: str) -> None:
    with pytest.raises(AccessDeniedError):
        DEEDS[deed][0](Viewer("nobody", ()))


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("area", [EAST, WEST])
def test_a_caller_is_shown_for_the_purposes_of_the_role_and_each_look_is_written_down(
    call: IncidentId, role: Role, area: AreaId, purpose: Purpose
) -> None:
    who = viewer((role, area), staff="looker", crew_of="u1")
    is_sent = role is Role.CREW and area == EAST
    may_see = Permission.INCIDENT_VIEW in ROLE_PERMISSIONS[role] or is_sent
    if may_see and area == EAST and purpose in ROLE_PURPOSES[role]:
        caller = selectors.open_caller(who, call, purpose, now_s=NOW_S + 5)
        assert caller is not None
        assert caller.phone == "13800000000"
        assert list(Disclosure.objects.values_list("staff_id", "incident", "purpose")) == [
            ("looker", call, purpose.value)
        ]
    else:
        with pytest.raises(AccessDeniedError):
            selectors.open_caller(who, call, purpose, now_s=NOW_S + 5)
        assert not Disclosure.objects.exists()


def test_crew_see_the_calls_they_are_sent_to_and_no_others(call: IncidentId) -> None:
    mine = viewer((Role.CREW, EAST), staff="c1", crew_of="u1")
    other = viewer((Role.CREW, EAST), staff="c2", crew_of="u2")
    assert [one["id"] for one in selectors.board(mine)["incidents"]] == [call]
    assert [one["id"] for one in selectors.board(mine)["units"]] == ["u1"]
    assert selectors.board(other)["incidents"] == []
    assert selectors.crew(mine, now_s=NOW_S)["jobs"][0]["incident"]["id"] == call
    with pytest.raises(AccessDeniedError):
        selectors.incident_detail(other, call, language="en", now_s=NOW_S)


def test_crew_act_for_their_own_unit_alone(call: IncidentId) -> None:
    sent = selectors.assignment_ids(call)[0]
    other = viewer((Role.CREW, EAST), staff="c2", crew_of="u2")
    with pytest.raises(AccessDeniedError):
        services.act(other, sent, AssignmentAction.ACKNOWLEDGE, now_s=NOW_S + 1)
    mine = viewer((Role.CREW, EAST), staff="c1", crew_of="u1")
    assert services.act(mine, sent, AssignmentAction.ACKNOWLEDGE, now_s=NOW_S + 1).changed
    with pytest.raises(AccessDeniedError):
        services.act(mine, sent, AssignmentAction.CANCEL, reason="not_needed", now_s=NOW_S + 2)


def test_a_board_shows_only_the_areas_of_its_viewer(call: IncidentId) -> None:
    there = viewer((Role.DISPATCHER, WEST))
    board = selectors.board(there)
    assert (board["incidents"], board["units"], board["assignments"]) == ([], [], [])


def test_the_caller_is_nowhere_in_the_journal_or_in_clear_in_the_database(
    call: IncidentId,
) -> None:
    detail = selectors.incident_detail(
        viewer((Role.DISPATCHER, EAST)), call, language="en", now_s=NOW_S
    )
    assert "13800000000" not in str(detail)


def test_a_refusal_says_what_to_do(call: IncidentId) -> None:
    who = viewer((Role.DISPATCHER, COUNTY))
    with pytest.raises(RefusedError) as refused:
        services.assign(who, call, [UnitId("u3")], now_s=NOW_S)
    assert refused.value.code == "off_duty"
    assert "U3" in refused.value.message()


@pytest.fixture
def study(place: None) -> str:
    """A study of the eastern town with a plan in force and another one waiting for review."""
    owner = viewer((Role.PLANNER, EAST), staff="owner")
    made = studies.open_study(owner, EAST, "East", "", now_s=NOW_S)
    plan = studies.add_present_plan(owner, made, "now", now_s=NOW_S)
    wanted = studies.TrialWanted((plan,), (), seed=1, runs=2, days=1)
    run = studies.ask_trial(owner, made, wanted, now_s=NOW_S)
    studies.claim_next("c", now_s=NOW_S)
    studies.finish(run, "c", outcome_of(Run.objects.get(pk=run).request), now_s=NOW_S)
    chief = viewer((Role.SUPERVISOR, COUNTY), staff="chief")
    today = local_day(NOW_S)
    for approve in (True, False):
        adoption = studies.propose_adoption(owner, made, run, "p1", today, "", now_s=NOW_S)
        if approve:
            studies.review_adoption(chief, adoption, approve=True, words="", now_s=NOW_S)
    Study.objects.get(pk=made).shares.create(staff_id="tester", shared_by="owner", shared_s=NOW_S)
    return made


def _adoption(state: AdoptionState) -> str:
    return Adoption.objects.get(state=state.value).pk


STUDY_DEEDS: dict[str, tuple[Callable[[Viewer, str], object], Permission]] = {
    "see a study": (study_selectors.study_page, Permission.STUDY_VIEW),
    "see an adoption": (
        lambda who, _study: study_selectors.adoption_page(
            who, _adoption(AdoptionState.PROPOSED), language="en", now_s=NOW_S + 1
        ),
        Permission.STUDY_VIEW,
    ),
    "open a study": (
        lambda who, _study: studies.open_study(who, EAST, "t", "", now_s=NOW_S + 1),
        Permission.STUDY_EDIT,
    ),
    "add a plan": (
        lambda who, study: studies.add_present_plan(who, study, "x", now_s=NOW_S + 1),
        Permission.STUDY_EDIT,
    ),
    "run": (
        lambda who, study: studies.ask_trial(
            who,
            study,
            studies.TrialWanted((Study.objects.get(pk=study).plans.get().pk,), (), 1, 2, 1),
            now_s=NOW_S + 1,
        ),
        Permission.STUDY_EDIT,
    ),
    "propose": (
        lambda who, study: studies.propose_adoption(
            who, study, Run.objects.get().pk, "p1", local_day(NOW_S), "", now_s=NOW_S + 1
        ),
        Permission.STUDY_EDIT,
    ),
    "approve": (
        lambda who, _study: studies.review_adoption(
            who, _adoption(AdoptionState.PROPOSED), approve=True, words="", now_s=NOW_S + 1
        ),
        Permission.STUDY_APPROVE,
    ),
    "roll back": (
        lambda who, _study: studies.roll_back(
            who, _adoption(AdoptionState.IN_FORCE), "why", now_s=NOW_S + 1
        ),
        Permission.STUDY_APPROVE,
    ),
}


@pytest.mark.parametrize("deed", STUDY_DEEDS)
@pytest.mark.parametrize("area", [COUNTY, EAST, WEST, ELSEWHERE])
def test_a_role_plans_in_its_area_and_nowhere_else(study: str, deed: str, area: AreaId) -> None:
    act, permission = STUDY_DEEDS[deed]
    for role in Role:
        who = viewer((role, area), staff="tester")
        allowed = permission in ROLE_PERMISSIONS[role] and area in (COUNTY, EAST)
        before = transaction.savepoint()
        if allowed:
            act(who, study)
        else:
            with pytest.raises(AccessDeniedError):
                act(who, study)
        transaction.savepoint_rollback(before)


def test_planners_plan_supervisors_approve_auditors_read() -> None:
    rights = {
        role: {one.value for one in ROLE_PERMISSIONS[role] if one.value.startswith("study.")}
        for role in Role
    }
    assert {role: held for role, held in rights.items() if held} == {
        Role.PLANNER: {"study.view", "study.edit"},
        Role.SUPERVISOR: {"study.view", "study.approve"},
        Role.AUDITOR: {"study.view"},
    }
