"""Rows of inspections, a module for each concept."""

from wardmote.operations.inspections.models.assessment import (
    Appeal,
    AssessmentRulesVersion,
    AssessmentSheet,
)
from wardmote.operations.inspections.models.checks import (
    DayValue,
    Draw,
    SpotCheck,
)
from wardmote.operations.inspections.models.equipment import (
    EquipmentFault,
    EquipmentItem,
    EquipmentStep,
)
from wardmote.operations.inspections.models.survey import (
    SurveyAnswer,
    SurveyedService,
    SurveyToken,
)
from wardmote.operations.inspections.models.training import (
    Attendance,
    AttendanceStep,
    Course,
    CourseSession,
    StationTurn,
)

__all__ = [
    "Appeal",
    "AssessmentRulesVersion",
    "AssessmentSheet",
    "Attendance",
    "AttendanceStep",
    "Course",
    "CourseSession",
    "DayValue",
    "Draw",
    "EquipmentFault",
    "EquipmentItem",
    "EquipmentStep",
    "SpotCheck",
    "StationTurn",
    "SurveyAnswer",
    "SurveyToken",
    "SurveyedService",
]
