"""Who may do what: roles, permissions and purposes. What is not listed is denied.

A role is granted to a person for an area; a permission holds in that area and below. Personal
data opens only for a purpose, and each role has its own purposes (ASVS 5.0 V8.2; Personal
Information Protection Law of the PRC, articles 6 and 28).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId


class Role(StrEnum):
    """What a person is, in an area."""

    DISPATCHER = "dispatcher"
    CREW = "crew"
    COMMUNITY_OFFICER = "community_officer"
    SUPERVISOR = "supervisor"
    PLANNER = "planner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    VILLAGE_ASSISTANT = "village_assistant"
    STATION_CHIEF = "station_chief"
    INSPECTOR = "inspector"
    DEPARTMENT = "department"
    VOLUNTEER = "volunteer"


class Permission(StrEnum):
    """What can be done."""

    INCIDENT_VIEW = "incident.view"
    INCIDENT_ENTER = "incident.enter"
    INCIDENT_EDIT = "incident.edit"
    INCIDENT_DISPATCH = "incident.dispatch"
    ASSIGNMENT_ACT = "assignment.act"
    UNIT_VIEW = "unit.view"
    UNIT_COMMAND = "unit.command"
    UNIT_CREW = "unit.crew"
    POSITION_REPORT = "position.report"
    ALARM_ANSWER = "alarm.answer"
    CONFIGURATION_VIEW = "configuration.view"
    CONFIGURATION_EDIT = "configuration.edit"
    STUDY_VIEW = "study.view"
    STUDY_EDIT = "study.edit"
    STUDY_APPROVE = "study.approve"
    REPORT_VIEW = "report.view"
    JOURNAL_VIEW = "journal.view"
    PERSONAL_VIEW = "personal.view"
    DISCLOSURE_VIEW = "disclosure.view"
    ACCESS_GRANT = "access.grant"
    STAFF_VIEW = "staff.view"
    STAFF_EDIT = "staff.edit"
    STAFF_RECORD = "staff.record"
    TASK_DO = "task.do"
    TASK_VIEW = "task.view"
    TASK_ASSIGN = "task.assign"
    CARE_VISIT = "care.visit"
    HAZARD_REPORT = "hazard.report"
    HAZARD_VIEW = "hazard.view"
    HAZARD_TRIAGE = "hazard.triage"
    HAZARD_RECTIFY = "hazard.rectify"
    HAZARD_CHECK = "hazard.check"
    WATCH_TAKE = "watch.take"
    PATROL_VIEW = "patrol.view"
    PATROL_PLAN = "patrol.plan"
    DUTY_VIEW = "duty.view"
    DUTY_PLAN = "duty.plan"
    DUTY_APPROVE = "duty.approve"
    INSPECTION_VIEW = "inspection.view"
    INSPECTION_DRAW = "inspection.draw"
    EQUIPMENT_EDIT = "equipment.edit"
    ASSESSMENT_VIEW = "assessment.view"
    ASSESSMENT_DECIDE = "assessment.decide"
    COURSE_EDIT = "course.edit"
    SURVEY_ISSUE = "survey.issue"


class Purpose(StrEnum):
    """Why personal data of a caller is opened."""

    CALL_BACK = "call_back"
    FOLLOW_UP = "follow_up"
    COMPLAINT = "complaint"
    AUDIT = "audit"


_P = Permission

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.DISPATCHER: frozenset(
        {
            _P.INCIDENT_VIEW,
            _P.INCIDENT_ENTER,
            _P.INCIDENT_EDIT,
            _P.INCIDENT_DISPATCH,
            _P.ASSIGNMENT_ACT,
            _P.UNIT_VIEW,
            _P.UNIT_COMMAND,
            _P.ALARM_ANSWER,
            _P.CONFIGURATION_VIEW,
            _P.REPORT_VIEW,
            _P.PERSONAL_VIEW,
        }
    ),
    Role.CREW: frozenset({_P.UNIT_VIEW, _P.UNIT_CREW, _P.POSITION_REPORT, _P.PERSONAL_VIEW}),
    Role.COMMUNITY_OFFICER: frozenset(
        {
            _P.INCIDENT_VIEW,
            _P.INCIDENT_ENTER,
            _P.INCIDENT_EDIT,
            _P.UNIT_VIEW,
            _P.PERSONAL_VIEW,
            _P.STAFF_VIEW,
            _P.TASK_DO,
            _P.TASK_VIEW,
            _P.TASK_ASSIGN,
            _P.CARE_VISIT,
            _P.HAZARD_REPORT,
            _P.HAZARD_VIEW,
            _P.HAZARD_TRIAGE,
            _P.HAZARD_CHECK,
            _P.WATCH_TAKE,
            _P.PATROL_VIEW,
            _P.PATROL_PLAN,
            _P.DUTY_VIEW,
            _P.SURVEY_ISSUE,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            _P.INCIDENT_VIEW,
            _P.INCIDENT_ENTER,
            _P.INCIDENT_EDIT,
            _P.INCIDENT_DISPATCH,
            _P.ASSIGNMENT_ACT,
            _P.UNIT_VIEW,
            _P.UNIT_COMMAND,
            _P.ALARM_ANSWER,
            _P.CONFIGURATION_VIEW,
            _P.CONFIGURATION_EDIT,
            _P.STUDY_VIEW,
            _P.STUDY_APPROVE,
            _P.REPORT_VIEW,
            _P.JOURNAL_VIEW,
            _P.PERSONAL_VIEW,
            _P.STAFF_VIEW,
            _P.TASK_VIEW,
            _P.HAZARD_VIEW,
            _P.PATROL_VIEW,
            _P.DUTY_VIEW,
            _P.DUTY_PLAN,
            _P.DUTY_APPROVE,
            _P.INSPECTION_VIEW,
            _P.ASSESSMENT_VIEW,
            _P.ASSESSMENT_DECIDE,
        }
    ),
    Role.PLANNER: frozenset(
        {
            _P.UNIT_VIEW,
            _P.CONFIGURATION_VIEW,
            _P.CONFIGURATION_EDIT,
            _P.STUDY_VIEW,
            _P.STUDY_EDIT,
            _P.REPORT_VIEW,
            _P.PATROL_VIEW,
            _P.DUTY_VIEW,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            _P.INCIDENT_VIEW,
            _P.UNIT_VIEW,
            _P.CONFIGURATION_VIEW,
            _P.STUDY_VIEW,
            _P.REPORT_VIEW,
            _P.JOURNAL_VIEW,
            _P.PERSONAL_VIEW,
            _P.DISCLOSURE_VIEW,
            _P.STAFF_VIEW,
            _P.TASK_VIEW,
            _P.HAZARD_VIEW,
            _P.PATROL_VIEW,
            _P.DUTY_VIEW,
            _P.INSPECTION_VIEW,
            _P.ASSESSMENT_VIEW,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            _P.CONFIGURATION_VIEW,
            _P.CONFIGURATION_EDIT,
            _P.ACCESS_GRANT,
            _P.STAFF_VIEW,
            _P.STAFF_EDIT,
        }
    ),
    Role.VILLAGE_ASSISTANT: frozenset(
        {
            _P.TASK_DO,
            _P.CARE_VISIT,
            _P.HAZARD_REPORT,
            _P.HAZARD_VIEW,
            _P.HAZARD_CHECK,
            _P.WATCH_TAKE,
            _P.PATROL_VIEW,
            _P.DUTY_VIEW,
            _P.SURVEY_ISSUE,
        }
    ),
    Role.STATION_CHIEF: frozenset(
        {
            _P.INCIDENT_VIEW,
            _P.UNIT_VIEW,
            _P.CONFIGURATION_VIEW,
            _P.REPORT_VIEW,
            _P.STAFF_VIEW,
            _P.STAFF_EDIT,
            _P.STAFF_RECORD,
            _P.TASK_DO,
            _P.TASK_VIEW,
            _P.TASK_ASSIGN,
            _P.HAZARD_REPORT,
            _P.HAZARD_VIEW,
            _P.HAZARD_TRIAGE,
            _P.HAZARD_CHECK,
            _P.PATROL_VIEW,
            _P.PATROL_PLAN,
            _P.DUTY_VIEW,
            _P.DUTY_PLAN,
            _P.INSPECTION_VIEW,
            _P.EQUIPMENT_EDIT,
            _P.ASSESSMENT_VIEW,
            _P.ASSESSMENT_DECIDE,
            _P.COURSE_EDIT,
            _P.SURVEY_ISSUE,
        }
    ),
    Role.INSPECTOR: frozenset(
        {
            _P.UNIT_VIEW,
            _P.REPORT_VIEW,
            _P.STAFF_VIEW,
            _P.TASK_VIEW,
            _P.HAZARD_VIEW,
            _P.PATROL_VIEW,
            _P.DUTY_VIEW,
            _P.INSPECTION_VIEW,
            _P.INSPECTION_DRAW,
            _P.ASSESSMENT_VIEW,
            _P.ASSESSMENT_DECIDE,
        }
    ),
    Role.DEPARTMENT: frozenset({_P.HAZARD_REPORT, _P.HAZARD_RECTIFY}),
    Role.VOLUNTEER: frozenset({_P.HAZARD_REPORT, _P.WATCH_TAKE}),
}
"""Crew see the calls they are assigned to, not all calls: that is `UNIT_CREW`.

Likewise `TASK_DO`, `CARE_VISIT`, `HAZARD_RECTIFY` and `WATCH_TAKE` reach what the person holds:
own tasks and visits, hazards given to the own department, own watches.
"""

ROLE_PURPOSES: Mapping[Role, frozenset[Purpose]] = {
    Role.DISPATCHER: frozenset({Purpose.CALL_BACK}),
    Role.CREW: frozenset({Purpose.CALL_BACK}),
    Role.COMMUNITY_OFFICER: frozenset({Purpose.CALL_BACK, Purpose.FOLLOW_UP}),
    Role.SUPERVISOR: frozenset({Purpose.CALL_BACK, Purpose.FOLLOW_UP, Purpose.COMPLAINT}),
    Role.PLANNER: frozenset(),
    Role.AUDITOR: frozenset({Purpose.AUDIT}),
    Role.ADMINISTRATOR: frozenset(),
    Role.VILLAGE_ASSISTANT: frozenset(),
    Role.STATION_CHIEF: frozenset(),
    Role.INSPECTOR: frozenset(),
    Role.DEPARTMENT: frozenset(),
    Role.VOLUNTEER: frozenset(),
}


@dataclass(frozen=True, slots=True)
class RoleInArea:
    """A role held for an area and all below it."""

    role: Role
    area: AreaId


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks, with the roles held at this moment.

    Attributes:
        staff_id: who; goes into the journal as the actor.
        grants: the roles in force.
        crew_of: ids of units the person may act for, as crew.
    """

    staff_id: str
    grants: tuple[RoleInArea, ...]
    crew_of: frozenset[str] = frozenset()

    def may(self, permission: Permission, area: AreaId) -> bool:
        """Whether the viewer holds `permission` in `area`."""
        return any(
            permission in ROLE_PERMISSIONS[grant.role] and area_contains(grant.area, area)
            for grant in self.grants
        )

    def may_open_personal_data(self, area: AreaId, purpose: Purpose) -> bool:
        """Whether the viewer may open a caller's data in `area` for `purpose`."""
        return any(
            Permission.PERSONAL_VIEW in ROLE_PERMISSIONS[grant.role]
            and purpose in ROLE_PURPOSES[grant.role]
            and area_contains(grant.area, area)
            for grant in self.grants
        )

    def purposes_in(self, area: AreaId) -> tuple[Purpose, ...]:
        """The purposes for which the viewer may open a caller's data in `area`."""
        return tuple(one for one in Purpose if self.may_open_personal_data(area, one))

    def areas_with(self, permission: Permission) -> tuple[AreaId, ...]:
        """The areas of the grants that give `permission`; all below them is meant too."""
        return tuple(
            grant.area for grant in self.grants if permission in ROLE_PERMISSIONS[grant.role]
        )

    def holds_anywhere(self, permission: Permission) -> bool:
        """Whether the viewer holds `permission` in any area at all."""
        return bool(self.areas_with(permission))
