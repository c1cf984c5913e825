"""What an assistant (辅警) may do, may do only beside a police officer, and may never do.

Legal basis, named for each act:

- General Office of the State Council, Opinions on regulating the management of auxiliary personnel
  of public security organs (关于规范公安机关警务辅助人员管理工作的意见), Guobanfa (2016) No. 15:
  assistants act under the direction of police officers, and there is a list of work that they do
  not do.
- Police Law (人民警察法), article 7: police officers impose penalties and coercive measures.
- Administrative Penalty Law (行政处罚法, 2021), article 42: penalties are carried out by qualified
  enforcement officers, of whom there are at least two.

Provinces and cities have rules of their own beside these; a stricter one is a change of `ACTS`.
The Public Security Administration Penalties Law (治安管理处罚法) was revised on 27 June 2025 and
is in force since 1 January 2026 with 144 articles. Numbers of articles of the law of 2005 are not
those of today's, so none of it is cited by number here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.appointment import StaffKind
from wardmote.core.domain.permissions import Permission, Role
from wardmote.core.domain.task import TaskKind
from wardmote.core.domain.text import Bilingual


class Act(StrEnum):
    """Something that is done towards the public, or decided about somebody."""

    PATROL = "patrol"
    NIGHT_WATCH = "night_watch"
    VISIT = "visit"
    CARE_VISIT = "care_visit"
    PUBLICITY = "publicity"
    REPORT_HAZARD = "report_hazard"
    RECHECK_HAZARD = "recheck_hazard"
    GUARD_SCENE = "guard_scene"
    DIRECT_TRAFFIC = "direct_traffic"
    CONCILIATE = "conciliate"
    CHECK_PREMISES = "check_premises"
    ORDER_RECTIFICATION = "order_rectification"
    END_ORDER = "end_order"
    QUESTION_ON_THE_SPOT = "question_on_the_spot"
    GUARD_DETAINEE = "guard_detainee"
    ENFORCE = "enforce"
    COLLECT_EVIDENCE = "collect_evidence"
    GIVE_EXPERT_OPINION = "give_expert_opinion"
    FIND_LIABILITY = "find_liability"
    INTERROGATE = "interrogate"
    APPLY_COERCION = "apply_coercion"
    DECIDE_PENALTY = "decide_penalty"
    REVIEW_CASE = "review_case"
    KEEP_WEAPONS = "keep_weapons"
    HANDLE_SECRETS = "handle_secrets"


class Leeway(StrEnum):
    """How far an assistant may go. ``accompanied``: beside a police officer, who leads."""

    ALONE = "alone"
    ACCOMPANIED = "accompanied"
    NEVER = "never"


class Basis(StrEnum):
    """Where it is laid down."""

    AUXILIARY_OPINIONS_2016 = "auxiliary_opinions_2016"
    POLICE_LAW_7 = "police_law_7"
    PENALTY_LAW_42 = "penalty_law_42"


BASIS_NAMES: Mapping[Basis, Bilingual] = {
    Basis.AUXILIARY_OPINIONS_2016: Bilingual(
        "《关于规范公安机关警务辅助人员管理工作的意见》（国办发〔2016〕15号）",
        "State Council General Office, Opinions on auxiliary personnel of public security organs "
        "(Guobanfa (2016) No. 15)",
    ),
    Basis.POLICE_LAW_7: Bilingual("《人民警察法》第七条", "Police Law, article 7"),
    Basis.PENALTY_LAW_42: Bilingual(
        "《行政处罚法》第四十二条", "Administrative Penalty Law, article 42"
    ),
}


@dataclass(frozen=True, slots=True)
class ActRule:
    """How far an assistant may go in an act, and where that is laid down."""

    name: Bilingual
    leeway: Leeway
    basis: Basis = Basis.AUXILIARY_OPINIONS_2016


def _alone(zh: str, en: str) -> ActRule:
    return ActRule(Bilingual(zh, en), Leeway.ALONE)


def _accompanied(zh: str, en: str) -> ActRule:
    return ActRule(Bilingual(zh, en), Leeway.ACCOMPANIED)


def _never(zh: str, en: str, basis: Basis = Basis.AUXILIARY_OPINIONS_2016) -> ActRule:
    return ActRule(Bilingual(zh, en), Leeway.NEVER, basis)


ACTS: Mapping[Act, ActRule] = {
    Act.PATROL: _alone("巡逻", "Patrol"),
    Act.NIGHT_WATCH: _alone("守夜", "Night watch"),
    Act.VISIT: _alone("走访", "Visit"),
    Act.CARE_VISIT: _alone("关怀走访", "Care visit"),
    Act.PUBLICITY: _alone("宣传", "Publicity"),
    Act.REPORT_HAZARD: _alone("上报隐患", "Report a hazard"),
    Act.RECHECK_HAZARD: _alone("查看隐患整改情况", "Look whether a hazard was rectified"),
    Act.GUARD_SCENE: _alone("保护现场", "Guard a scene"),
    Act.DIRECT_TRAFFIC: _alone("疏导交通", "Direct traffic"),
    Act.CONCILIATE: _alone("劝解纠纷", "Conciliate a dispute"),
    Act.CHECK_PREMISES: _accompanied("治安检查", "Check premises"),
    Act.ORDER_RECTIFICATION: _accompanied("责令整改", "Order a rectification"),
    Act.END_ORDER: _accompanied("结束责令整改", "End an order of rectification"),
    Act.QUESTION_ON_THE_SPOT: _accompanied("盘查", "Question somebody on the spot"),
    Act.GUARD_DETAINEE: _accompanied("看管违法犯罪嫌疑人", "Guard a detained person"),
    Act.ENFORCE: _accompanied("执法", "Enforce"),
    Act.COLLECT_EVIDENCE: _never("现场勘查、调查取证", "Examine a scene, collect evidence"),
    Act.GIVE_EXPERT_OPINION: _never("技术鉴定", "Give an expert opinion"),
    Act.FIND_LIABILITY: _never("认定事故责任", "Find who is liable for an accident"),
    Act.INTERROGATE: _never("讯问、审讯", "Interrogate"),
    Act.APPLY_COERCION: _never("执行强制措施", "Apply a coercive measure", Basis.POLICE_LAW_7),
    Act.DECIDE_PENALTY: _never("作出处罚决定", "Decide a penalty", Basis.PENALTY_LAW_42),
    Act.REVIEW_CASE: _never("审核案件", "Review a case"),
    Act.KEEP_WEAPONS: _never("保管武器、警械", "Keep weapons"),
    Act.HANDLE_SECRETS: _never("办理涉密事项", "Handle state secrets"),
}

POLICE_ROLES = frozenset(
    {Role.CREW, Role.COMMUNITY_OFFICER, Role.SUPERVISOR, Role.STATION_CHIEF, Role.INSPECTOR}
)
"""Roles that police officers hold."""

HELD_BY_POLICE = POLICE_ROLES - {Role.CREW}
"""Roles that are nobody's but a police officer's, however they were given: each has a right to acts
that an assistant may not do alone. A crew is not among them: its unit acts, and an officer leads
it; who of them may do what is the officer's to see to, and no act of this product is a crew's
alone."""

OFFICER_DECIDES = frozenset({Role.SUPERVISOR, Role.STATION_CHIEF, Role.COMMUNITY_OFFICER})
"""Roles that decide: penalties are decided by their organ through them, never by a crew alone."""

_DECISIONS = frozenset({Act.DECIDE_PENALTY, Act.REVIEW_CASE})

_ANYBODY_MAY = frozenset(
    {Act.REPORT_HAZARD, Act.NIGHT_WATCH, Act.PATROL, Act.PUBLICITY, Act.CONCILIATE}
)
"""What volunteers do too: neither is an exercise of power."""


def may_do(role: Role, act: Act, *, accompanied: bool = False) -> bool:
    """Whether somebody in `role` may do `act`; what is not listed is denied.

    `accompanied`: a police officer is there and leads. A patrol leader or a deputy who is an
    assistant counts as an assistant: it is the person's standing that matters, not the office.
    """
    if role in POLICE_ROLES:
        return act not in _DECISIONS or role in OFFICER_DECIDES
    if role is Role.VILLAGE_ASSISTANT:
        leeway = ACTS[act].leeway
        return leeway is Leeway.ALONE or (leeway is Leeway.ACCOMPANIED and accompanied)
    if role is Role.VOLUNTEER:
        return act in _ANYBODY_MAY
    return role is Role.DEPARTMENT and act is Act.REPORT_HAZARD


def may_hold(kind: StaffKind, role: Role) -> bool:
    """Whether somebody of this standing in law may act in a role, however it was given."""
    return kind is StaffKind.POLICE or role not in HELD_BY_POLICE


NOT_ALONE = frozenset(act for act, rule in ACTS.items() if rule.leeway is not Leeway.ALONE)
"""What an assistant never does alone."""

ACT_OF_KIND: Mapping[TaskKind, Act] = {
    TaskKind.VISIT: Act.VISIT,
    TaskKind.INSPECTION: Act.CHECK_PREMISES,
    TaskKind.FOLLOW_UP: Act.CONCILIATE,
    TaskKind.PATROL: Act.PATROL,
    TaskKind.PUBLICITY: Act.PUBLICITY,
    TaskKind.CARE_VISIT: Act.CARE_VISIT,
    TaskKind.CHECK: Act.RECHECK_HAZARD,
}
"""What is done towards the public in a task of a kind; meetings and the like are no such act."""


def needs_officer(kind: TaskKind) -> bool:
    """Whether an assistant does a task of this kind beside a police officer alone."""
    act = ACT_OF_KIND.get(kind)
    return act is not None and act in NOT_ALONE


ACT_OF_PERMISSION: Mapping[Permission, Act] = {
    Permission.HAZARD_REPORT: Act.REPORT_HAZARD,
    Permission.HAZARD_TRIAGE: Act.ORDER_RECTIFICATION,
    Permission.HAZARD_CHECK: Act.RECHECK_HAZARD,
    Permission.WATCH_TAKE: Act.NIGHT_WATCH,
    Permission.CARE_VISIT: Act.CARE_VISIT,
}
"""The acts that this product lets people do, by the right that each needs: no role has the right to
an act that it may not do alone. A test holds the table of permissions to it."""
