"""What an assistant may do: role by act, alone and accompanied."""

from __future__ import annotations

import pytest

from wardmote.core.domain.appointment import OFFICES, Office, StaffKind
from wardmote.core.domain.assistant_acts import (
    ACT_OF_PERMISSION,
    ACTS,
    BASIS_NAMES,
    NOT_ALONE,
    Act,
    Leeway,
    may_do,
    may_hold,
    needs_officer,
)
from wardmote.core.domain.permissions import ROLE_PERMISSIONS, Role
from wardmote.core.domain.task import TaskKind

ASSISTANT_ALONE = {
    Act.PATROL, Act.NIGHT_WATCH, Act.VISIT, Act.CARE_VISIT, Act.PUBLICITY, Act.REPORT_HAZARD,
    Act.RECHECK_HAZARD, Act.GUARD_SCENE, Act.DIRECT_TRAFFIC, Act.CONCILIATE,
}  # fmt: skip
BESIDE_AN_OFFICER = {
    Act.CHECK_PREMISES, Act.ORDER_RECTIFICATION, Act.QUESTION_ON_THE_SPOT, Act.GUARD_DETAINEE,
    Act.ENFORCE, Act.END_ORDER,
}  # fmt: skip
VOLUNTEERS = {Act.REPORT_HAZARD, Act.NIGHT_WATCH, Act.PATROL, Act.PUBLICITY, Act.CONCILIATE}
DECISIONS = {Act.DECIDE_PENALTY, Act.REVIEW_CASE}
ALL = set(Act)
EXPECTED: dict[Role, tuple[set[Act], set[Act]]] = {
    Role.DISPATCHER: (set(), set()),
    Role.CREW: (ALL - DECISIONS, ALL - DECISIONS),
    Role.COMMUNITY_OFFICER: (ALL, ALL),
    Role.SUPERVISOR: (ALL, ALL),
    Role.PLANNER: (set(), set()),
    Role.AUDITOR: (set(), set()),
    Role.ADMINISTRATOR: (set(), set()),
    Role.VILLAGE_ASSISTANT: (ASSISTANT_ALONE, ASSISTANT_ALONE | BESIDE_AN_OFFICER),
    Role.STATION_CHIEF: (ALL, ALL),
    Role.INSPECTOR: (ALL - DECISIONS, ALL - DECISIONS),
    Role.DEPARTMENT: ({Act.REPORT_HAZARD}, {Act.REPORT_HAZARD}),
    Role.VOLUNTEER: (VOLUNTEERS, VOLUNTEERS),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", Act)
def test_role_by_act(role: Role, act: Act) -> None:
    alone, accompanied = EXPECTED[role]
    assert may_do(role, act) == (act in alone)
    assert may_do(role, act, accompanied=True) == (act in accompanied)


def test_an_assistant_neither_collects_evidence_nor_decides_penalties_nor_enforces_alone() -> None:
    for act in (Act.COLLECT_EVIDENCE, Act.DECIDE_PENALTY, Act.INTERROGATE, Act.APPLY_COERCION):
        assert not may_do(Role.VILLAGE_ASSISTANT, act, accompanied=True)
    assert not may_do(Role.VILLAGE_ASSISTANT, Act.ENFORCE)
    assert may_do(Role.VILLAGE_ASSISTANT, Act.ENFORCE, accompanied=True)
    assert set(NOT_ALONE) == ALL - ASSISTANT_ALONE


@pytest.mark.parametrize("act", Act)
def test_every_act_has_words_and_names_what_it_rests_on(act: Act) -> None:
    rule = ACTS[act]
    assert rule.name.zh
    assert rule.name.en
    assert BASIS_NAMES[rule.basis].zh
    assert rule.leeway in Leeway


def test_offices_that_decide_are_not_held_by_assistants() -> None:
    held = {office for office in Office if StaffKind.ASSISTANT in OFFICES[office].held_by}
    assert held == {Office.VILLAGE_ASSISTANT, Office.PATROL_LEADER, Office.MEDIATOR}


@pytest.mark.parametrize("role", Role)
def test_roles_of_police_officers_are_held_by_nobody_else(role: Role) -> None:
    beyond = {act for act in NOT_ALONE if may_do(role, act)}
    for kind in StaffKind:
        free = kind is StaffKind.POLICE or not beyond or role is Role.CREW
        assert may_hold(kind, role) is free


@pytest.mark.parametrize("role", Role)
def test_no_role_has_a_right_to_an_act_that_it_may_not_do_alone(role: Role) -> None:
    held = ROLE_PERMISSIONS[role] & ACT_OF_PERMISSION.keys()
    assert [right for right in held if not may_do(role, ACT_OF_PERMISSION[right])] == []


def test_every_kind_of_task_that_is_an_accompanied_act_needs_an_officer() -> None:
    assert {kind for kind in TaskKind if needs_officer(kind)} == {TaskKind.INSPECTION}
